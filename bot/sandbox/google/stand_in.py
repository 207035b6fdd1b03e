"""The Google stand-in: OAuth and People API in one WSGI app, and the web app beside them."""

import random
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import Flask, Response, jsonify, request

from bot.sandbox import web_app
from bot.sandbox.calls import Call
from bot.sandbox.faults import Faults
from bot.sandbox.google.oauth import CLIENT_ID, CLIENT_SECRET, GoogleOAuth
from bot.sandbox.google.people import READABLE, SYNC_TOKEN_DAYS, Json, People, Person, Refusal, shown
from bot.sandbox.google.web_app import GoogleWebApp

MOST_UPDATES = 200
SCOPE = "https://www.googleapis.com/auth/contacts"


class GoogleStandIn:
    """Google for one login. `overlapping_writes` counts writes that came while another was under way."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        people: Sequence[Json] = (),
        labels: Sequence[str] = (),
        login: str = "dana@quayside.example",
        client_id: str = CLIENT_ID,
        client_secret: str = CLIENT_SECRET,
    ) -> None:
        self.now = now
        self.faults = Faults(now)
        self.people = People(now, new_id, labels)
        for person in people:
            self.people.create(person)
        self.web = GoogleWebApp(self.people)
        self.oauth = GoogleOAuth(now, new_id, login, client_id, client_secret)
        self.calls: list[Call] = []
        self.shuffle = False
        self.expired_status = 400
        self.overlapping_writes = 0
        self._writing = threading.Lock()
        self._flask = Flask("google")
        self._routes()
        self.app = self.faults.wsgi(self._flask)

    def _routes(self) -> None:
        self.oauth.register(self._flask)
        for rule, method, view in (
            ("/v1/people/me/connections", "GET", self._connections),
            ("/v1/people/<person_id>", "GET", self._get),
            ("/v1/people:batchGet", "GET", self._batch_get),
            ("/v1/people:createContact", "POST", self._create),
            ("/v1/people/<person_id>:updateContact", "PATCH", self._update),
            ("/v1/people/<person_id>:deleteContact", "DELETE", self._delete),
            ("/v1/people:batchCreateContacts", "POST", self._batch_create),
            ("/v1/people:batchUpdateContacts", "POST", self._batch_update),
            ("/v1/contactGroups", "GET", self._labels),
            ("/v1/contactGroups", "POST", self._create_label),
            ("/v1/contactGroups/<group_id>/members:modify", "POST", self._members),
        ):
            self._flask.add_url_rule(rule, f"{method} {rule}", self._guarded(view), methods=[method])
        web_app.register(self._flask, self.web, records="/ui/people", record="/ui/<path:record_id>")

    # ---- the API -------------------------------------------------------------------------------------------------------------------

    def _guarded(self, view: Callable[..., Json]) -> Callable[..., Response]:
        def guarded(**ids: str) -> Response:
            self.calls.append(Call.of(request, self.now()))
            free = request.method == "GET" or self._writing.acquire(blocking=False)
            self.overlapping_writes += not free
            try:
                self._check_token()
                return jsonify(view(**ids))
            except Refusal as refusal:
                response = jsonify(refusal.body())
                response.status_code = refusal.code
                return response
            finally:
                if request.method != "GET" and free:
                    self._writing.release()

        return guarded

    def _check_token(self) -> None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        scope = self.oauth.scope_of(token)
        if scheme != "Bearer" or scope is None:
            raise Refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if SCOPE not in scope.split():
            raise Refusal(
                403,
                "PERMISSION_DENIED",
                "Request had insufficient authentication scopes.",
                "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            )

    def _mask(self, name: str = "personFields") -> list[str]:
        mask = [path for path in request.args.get(name, "").split(",") if path]
        if not mask:
            raise Refusal(400, "INVALID_ARGUMENT", f"{name} mask is required.")
        return self._checked(mask, name)

    @staticmethod
    def _checked(mask: list[str], name: str) -> list[str]:
        for path in mask:
            if path not in READABLE:
                raise Refusal(400, "INVALID_ARGUMENT", f"Invalid {name} mask path: {path!r}")
        return mask

    def _shown(self, person: Person, mask: Sequence[str]) -> Json:
        body = shown(person, mask)
        if self.shuffle:
            for entries in body.values():
                if isinstance(entries, list):
                    random.shuffle(entries)
        return body

    def _connections(self) -> Json:
        query, mask = request.args, self._mask()
        size, (page, _, began) = int(query.get("pageSize", 100)), query.get("pageToken", "0").partition("|")
        start, began = int(page), began or self.now().isoformat()
        fingerprint = ",".join(sorted(mask)) + query.get("sources", "")
        rows = self.people.listed(self._since(query.get("syncToken", ""), fingerprint))
        rows = [] if request.environ.get("zsync.empty") else rows
        some = rows[start : start + size]
        body: Json = {"connections": [self._shown(person, mask) for person in some], "totalItems": len(rows)}
        if start + size < len(rows):
            body["nextPageToken"] = f"{start + size}|{began}"
        elif query.get("requestSyncToken") == "true":
            seen = datetime.fromisoformat(began) - self.people.lag
            body["nextSyncToken"] = f"{seen.isoformat()}|{self.now().isoformat()}|{fingerprint}"
        return body

    def _since(self, token: str, fingerprint: str) -> datetime | None:
        if not token:
            return None
        since, made, shape = token.split("|")
        if shape != fingerprint:
            raise Refusal(
                400, "INVALID_ARGUMENT", "Sync token must be used with the same parameters as the initial call."
            )
        if self.now() - datetime.fromisoformat(made) > timedelta(days=SYNC_TOKEN_DAYS):
            raise Refusal(
                self.expired_status,
                "FAILED_PRECONDITION",
                "Sync token is expired. Clear local cache and retry call without the sync token.",
                "EXPIRED_SYNC_TOKEN",
            )
        return datetime.fromisoformat(since)

    def _get(self, person_id: str) -> Json:
        return self._shown(self.people.one(f"people/{person_id}"), self._mask())

    def _batch_get(self) -> Json:
        names, mask = request.args.getlist("resourceNames"), self._mask()
        if len(names) > MOST_UPDATES:
            raise Refusal(400, "INVALID_ARGUMENT", "Too many resource names.")
        return {"responses": [self._response(name, mask) for name in names]}

    def _response(self, name: str, mask: Sequence[str]) -> Json:
        try:
            return {
                "requestedResourceName": name,
                "httpStatusCode": 200,
                "person": self._shown(self.people.one(name), mask),
                "status": {},
            }
        except Refusal as refusal:
            return {
                "requestedResourceName": name,
                "httpStatusCode": refusal.code,
                "status": {"code": 5, "message": refusal.message},
            }

    def _create(self) -> Json:
        return self._shown(self.people.create(request.get_json()), self._mask())

    def _update(self, person_id: str) -> Json:
        mask = self._mask("updatePersonFields")
        return self._shown(self.people.update(f"people/{person_id}", request.get_json(), mask), READABLE)

    def _delete(self, person_id: str) -> Json:
        self.people.delete(f"people/{person_id}")
        return {}

    def _batch_create(self) -> Json:
        body = request.get_json()
        contacts = [one["contactPerson"] for one in body["contacts"]]
        if len(contacts) > MOST_UPDATES:
            raise Refusal(400, "INVALID_ARGUMENT", "Too many contacts.")
        for contact in contacts:
            self.people.check(contact)
        mask = self._checked(body.get("readMask", "metadata").split(","), "readMask")
        people = [self.people.create(contact) for contact in contacts]
        return {
            "createdPeople": [
                {"httpStatusCode": 200, "person": self._shown(person, mask), "status": {}} for person in people
            ]
        }

    def _batch_update(self) -> Json:
        """All or nothing, with one mask for everybody."""
        body = request.get_json()
        contacts, mask = body["contacts"], body["updateMask"].split(",")
        if len(contacts) > MOST_UPDATES:
            raise Refusal(400, "INVALID_ARGUMENT", "Too many contacts.")
        for name, contact in contacts.items():
            if self.people.one(name).etag() not in _etags(contact):
                raise Refusal(
                    400,
                    "FAILED_PRECONDITION",
                    "Request person.etag is different than the current person.etag.",
                    "failedPrecondition",
                )
            self.people.check(contact)
        read = self._checked(body.get("readMask", "metadata").split(","), "readMask")
        people = {name: self.people.update(name, contact, mask) for name, contact in contacts.items()}
        results = {
            name: {"httpStatusCode": 200, "person": self._shown(person, read), "status": {}}
            for name, person in people.items()
        }
        return {"updateResult": results}

    def _labels(self) -> Json:
        return {"contactGroups": [self._label(resource) for resource in self.people.labels]}

    def _label(self, resource: str) -> Json:
        name = self.people.labels[resource]
        system = name in ("myContacts", "starred")
        kind = "SYSTEM_CONTACT_GROUP" if system else "USER_CONTACT_GROUP"
        return {"resourceName": resource, "name": name, "formattedName": name, "groupType": kind}

    def _create_label(self) -> Json:
        return self._label(self.people.create_label(request.get_json()["contactGroup"]["name"]))

    def _members(self, group_id: str) -> Json:
        body = request.get_json()
        self.people.modify_members(
            f"contactGroups/{group_id}", body.get("resourceNamesToAdd") or (), body.get("resourceNamesToRemove") or ()
        )
        return {}


def _etags(contact: Json) -> set[str]:
    sources = (contact.get("metadata") or {}).get("sources") or ()
    return {etag for etag in (contact.get("etag"), *(source.get("etag") for source in sources)) if etag}
