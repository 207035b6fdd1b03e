"""The Zoho stand-in: accounts server and Inventory API in one WSGI app, and the web app beside them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask, Response, jsonify, request
from werkzeug.http import http_date

from bot.sandbox import web_app
from bot.sandbox.calls import Call
from bot.sandbox.faults import Faults
from bot.sandbox.zoho.accounts import CLIENT_ID, CLIENT_SECRET, ZohoAccounts
from bot.sandbox.zoho.contacts import Contacts, Json, Organization, Refusal
from bot.sandbox.zoho.shapes import detail, list_row
from bot.sandbox.zoho.web_app import ZohoWebApp

PER_MINUTE = 100
MOST_IN_FLIGHT = 10
SORTABLE = (
    "contact_name",
    "first_name",
    "last_name",
    "email",
    "outstanding_receivable_amount",
    "created_time",
    "last_modified_time",
)


@dataclass(slots=True)
class Limits:
    """The organisation's limits; `day` calls end at `resets_at`."""

    day: int = 5000
    used: int = 0
    resets_at: datetime | None = None
    minute: list[datetime] = field(default_factory=list)
    in_flight: int = 0


class ZohoStandIn:
    """Zoho for one user. `base_url` is where it is served; it names itself as accounts server and API domain."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        organizations: Sequence[Organization],
        user: str = "dana@quayside.example",
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
    ) -> None:
        self.now = now
        self.faults = Faults(now)
        self.organizations = {organization.id: organization for organization in organizations}
        self.contacts = {organization.id: Contacts(organization, now, new_id) for organization in organizations}
        self.web = ZohoWebApp(self.first)
        self.user = user
        self.base_url = ""
        self.calls: list[Call] = []
        self.limits = Limits()
        self.accounts = ZohoAccounts(self, client_id, client_secret, new_id)
        self._flask = Flask("zoho")
        self._routes()
        self.app = self.faults.wsgi(self._flask)

    def _routes(self) -> None:
        self.accounts.register(self._flask)
        v1 = "/inventory/v1"
        for rule, methods, view in (
            ("/organizations", "GET", self._organizations),
            ("/users/me", "GET", self._me),
            ("/contacts", "GET", self._list),
            ("/contacts", "POST", self._create),
            ("/contacts/<contact_id>", "GET", self._get),
            ("/contacts/<contact_id>", "PUT", self._update),
            ("/contacts/<contact_id>", "DELETE", self._delete),
            ("/contacts/<contact_id>/<status>", "POST", self._status),
            ("/contacts/contactpersons", "POST", self._add_person),
            ("/contacts/contactpersons/<person_id>", "PUT", self._update_person),
            ("/contacts/contactpersons/<person_id>/primary", "POST", self._make_primary),
            ("/settings/fields", "GET", self._fields),
            ("/settings/currencies", "GET", self._currencies),
        ):
            self._flask.add_url_rule(v1 + rule, f"{methods}{rule}", self._guarded(view), methods=[methods])
        self._flask.register_error_handler(404, _no_such_url)
        web_app.register(self._flask, self.web, records="/ui/contacts", record="/ui/contacts/<record_id>")

    # ---- the API -------------------------------------------------------------------------------------------------------------------

    def _guarded(self, view: Callable[..., Json]) -> Callable[..., Response]:
        """Token, organisation, limits; then the call; then the rate headers."""

        def guarded(**ids: str) -> Response:
            self.calls.append(call := Call.of(request, self.now()))
            self.limits.in_flight += 1
            try:
                self._check_token()
                self._count()
                if request.method in ("POST", "PUT") and request.data and call.body is None:
                    raise Refusal(400, 11, "The request body is not JSON.")
                answer, status = {"code": 0, "message": "success", **view(**ids)}, 200
            except Refusal as refusal:
                answer, status = {"code": refusal.code, "message": refusal.message}, refusal.status
            finally:
                self.limits.in_flight -= 1
            created = status == 200 and request.method == "POST" and {"contact", "contact_person"} & answer.keys()
            response = jsonify(answer)
            response.status_code = 201 if created else status
            return self._headed(response)

        return guarded

    def _headed(self, response: Response) -> Response:
        response.headers["Date"] = http_date(self.now())
        response.headers["x-rate-limit-limit"] = str(self.limits.day)
        response.headers["x-rate-limit-remaining"] = str(max(self.limits.day - self.limits.used, 0))
        if self.limits.resets_at:
            response.headers["x-rate-limit-reset"] = str(int((self.limits.resets_at - self.now()).total_seconds()))
        return response

    def _check_token(self) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Zoho-oauthtoken" or not token:
            raise Refusal(
                401, 14, "The request could not be authenticated as the authentication value you entered is invalid."
            )
        if not self.accounts.valid(token):
            raise Refusal(401, 57, "You are not authorized to perform this operation")

    def _count(self) -> None:
        now = self.now()
        if self.limits.in_flight > MOST_IN_FLIGHT:
            raise Refusal(429, 1070, "You have reached the maximum number of in process requests allowed.")
        if self.limits.resets_at is None or now >= self.limits.resets_at:
            self.limits.resets_at = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
            self.limits.used = 0
        if self.limits.used >= self.limits.day:
            raise Refusal(
                429,
                45,
                f"The API call for this organization has exceeded the maximum call rate limit of {self.limits.day:,}",
            )
        self.limits.used += 1
        self.limits.minute = [at for at in self.limits.minute if now - at < timedelta(minutes=1)] + [now]
        if len(self.limits.minute) > PER_MINUTE:
            raise Refusal(429, 44, "For security reasons your organization has been blocked as it have exceeded the maximum number of requests per minute.")  # fmt: skip  # noqa: E501  Zoho's wording

    @property
    def _organization(self) -> Organization:
        organization = self.organizations.get(request.args.get("organization_id", ""))
        if organization is None:
            raise Refusal(400, 6, "This user is not associated with the CompanyID/CompanyName.")
        if not organization.readable:
            raise Refusal(401, 57, "You are not authorized to perform this operation")
        return organization

    @property
    def _contacts(self) -> Contacts:
        return self.contacts[self._organization.id]

    def _organizations(self) -> Json:
        rows = [
            {"organization_id": org.id, "name": org.name, "is_default_org": number == 0, "is_org_active": True, "plan_name": org.plan,
             "time_zone": org.time_zone, "currency_code": org.currency, "price_precision": org.precision, "country_code": org.country}
            for number, org in enumerate(self.organizations.values())
        ]  # fmt: skip
        return {"organizations": rows}

    def _me(self) -> Json:
        emails = [{"email": f"{'former.' * old}{self.user}", "is_selected": not old} for old in (True, False)]
        return {"user": {"user_id": "60000001", "name": self.user.partition("@")[0].title(), "email_ids": emails}}

    def _list(self) -> Json:
        organization, query = self._organization, request.args
        column = query.get("sort_column", "contact_name")
        if column not in SORTABLE:
            raise Refusal(400, 2, "Invalid value passed for sort_column")
        per_page, page = min(int(query.get("per_page", 200)), 200), int(query.get("page", 1))
        rows = self._chosen(self._contacts.sorted(column), query)
        rows = rows[::-1] if query.get("sort_order") == "D" else rows
        some = [] if request.environ.get("zsync.empty") else rows[(page - 1) * per_page : page * per_page]
        more = bool(some) and page * per_page < len(rows)
        context = {"page": page, "per_page": per_page, "has_more_page": more, "sort_column": column}
        return {
            "contacts": [list_row(contact, organization) for contact in some],
            "page_context": context,
        }

    def _chosen(self, rows: list[Json], query: Mapping[str, str]) -> list[Json]:
        """The default listing hides inactive contacts."""
        if query.get("filter_by", "Status.Active") == "Status.Active":
            rows = [row for row in rows if row["status"] == "active"]
        elif query["filter_by"] == "Status.Inactive":
            rows = [row for row in rows if row["status"] == "inactive"]
        name = query.get("contact_name")
        return [row for row in rows if row["contact_name"] == name] if name else rows

    def _create(self) -> Json:
        contact = self._contacts.create(request.get_json())
        return {"message": "The contact has been created", "contact": detail(contact, self._organization)}

    def _get(self, contact_id: str) -> Json:
        return {"contact": detail(self._contacts.one(contact_id), self._organization)}

    def _update(self, contact_id: str) -> Json:
        contact = self._contacts.update(contact_id, request.get_json())
        return {
            "message": "Contact has been updated successfully",
            "contact": detail(contact, self._organization),
        }

    def _delete(self, contact_id: str) -> Json:
        self._contacts.delete(contact_id)
        return {"message": "The contact has been deleted."}

    def _status(self, contact_id: str, status: str) -> Json:
        if status not in ("active", "inactive"):
            raise Refusal(404, 5, "Invalid URL Passed")
        self._contacts.set_status(contact_id, status)
        return {"message": f"The contact has been marked as {status}."}

    def _add_person(self) -> Json:
        body = request.get_json()
        return {"contact_person": [self._contacts.add_person(str(body.get("contact_id")), body)]}

    def _update_person(self, person_id: str) -> Json:
        return {"contact_person": [self._contacts.update_person(person_id, request.get_json())]}

    def _make_primary(self, person_id: str) -> Json:
        self._contacts.make_primary(person_id)
        return {}

    def _fields(self) -> Json:
        return {"fields": self._organization.fields}

    def _currencies(self) -> Json:
        code, precision = self._organization.currency, self._organization.precision
        base = {"currency_id": "65", "currency_code": code, "price_precision": precision, "is_base_currency": True}
        return {"currencies": [base]}

    @property
    def first(self) -> Contacts:
        """The contacts of the first organisation, which the web app shows."""
        return next(iter(self.contacts.values()))


def _no_such_url(_error: Exception) -> tuple[Response, int]:
    return jsonify({"code": 5, "message": "Invalid URL Passed"}), 404
