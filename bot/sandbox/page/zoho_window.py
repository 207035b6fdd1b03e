"""Zoho Inventory as people see it: customers in a table and a form, read and changed through the web app."""

from collections.abc import Sequence
from typing import Any

from bot.sandbox.page.windows import Input, Json, Row
from bot.sandbox.zoho.stand_in import ZohoStandIn

KINDS = {
    "dropdown": "choice", "multiselect": "several", "date": "date", "date_time": "date-time", "number": "number", "percent": "number",
    "amount": "number", "decimal": "number", "check_box": "yes-no", "multiline": "long", "email": "email", "url": "url", "phone": "tel",
    "string": "text",
}  # fmt: skip
"""Kinds of custom fields that people fill in; formulas, look-ups and automatic numbers are not among them."""

PERSON = (
    Input("salutation", "Salutation"),
    Input("first_name", "First name"),
    Input("last_name", "Last name"),
    Input("email", "E-mail", "email"),
    Input("phone", "Work phone", "tel"),
    Input("mobile", "Mobile", "tel"),
    Input("designation", "Designation"),
    Input("department", "Department"),
)
ADDRESS = (
    Input("attention", "Attention"),
    Input("address", "Street"),
    Input("street2", "Street, second line"),
    Input("city", "City"),
    Input("state", "State"),
    Input("zip", "Postcode"),
    Input("country", "Country"),
)
FIELDS = (
    Input("contact_name", "Display name", required=True),
    Input("company_name", "Company"),
    Input("contact_type", "Type", "choice", ("customer", "vendor"), required=True),
    Input("customer_sub_type", "Customer type", "choice", ("business", "individual"), required=True),
    Input("status", "Status", "choice", ("active", "inactive"), required=True),
    Input(
        "contact_persons", "Contact persons, the first is the primary one", "rows", parts=PERSON, one="Contact person"
    ),
    Input("website", "Website", "url"),
    Input("notes", "Notes", "long"),
    Input("billing_address", "Billing address", "group", parts=ADDRESS),
)
COLUMNS = ("Status", "Contact person", "E-mail", "Work phone", "Mobile", "Company", "Type", "City", "Notes")
CUSTOM_COLUMNS = 3


class ZohoWindow:
    """The customers of the first organisation."""

    title = "Zoho Inventory"
    one = "customer"

    def __init__(self, zoho: ZohoStandIn) -> None:
        self._zoho = zoho
        self._custom = [one for one in zoho.first.organization.fields if one["data_type"] in KINDS]
        self.columns = (*COLUMNS, *(one["label"] for one in self._custom[:CUSTOM_COLUMNS]))

    def inputs(self) -> Sequence[Input]:
        return (*FIELDS, *(_input(one) for one in self._custom))

    def changes(self) -> int:
        return self._zoho.first.organization.changes

    def rows(self) -> Sequence[Row]:
        return [self._row(contact) for contact in self._zoho.web.records()]

    def add(self, values: Json) -> str:
        custom = [{"customfield_id": key[3:], "value": values[key]} for key in values if key.startswith("cf_")]
        return str(self._zoho.web.add(_sent(values) | {"custom_fields": custom})["contact_id"])

    def change(self, record_id: str, values: Json) -> None:
        self._zoho.web.change(record_id, _sent(values))

    def remove(self, record_id: str) -> None:
        self._zoho.web.remove(record_id)

    def _row(self, contact: Json) -> Row:
        persons = sorted(contact["contact_persons"], key=lambda person: not person["is_primary_contact"])
        custom = {f"cf_{one['customfield_id']}": one["value"] for one in contact["custom_fields"]}
        values = {one.key: contact.get(one.key) for one in FIELDS} | {"contact_persons": persons} | custom
        first = persons[0] if persons else {}
        cells = [
            contact["status"],
            " ".join(part for part in (first.get("first_name"), first.get("last_name")) if part),
            *(first.get(key, "") for key in ("email", "phone", "mobile")),
            contact["company_name"],
            f"{contact['contact_type']}, {contact['customer_sub_type']}",
            contact["billing_address"]["city"],
            contact["notes"],
            *(_spoken(custom.get(f"cf_{one['customfield_id']}")) for one in self._custom[:CUSTOM_COLUMNS]),
        ]
        return Row(contact["contact_id"], contact["contact_name"], cells, values)


def _input(definition: Json) -> Input:
    options = tuple(option["name"] for option in definition["values"])
    return Input(f"cf_{definition['customfield_id']}", definition["label"], KINDS[definition["data_type"]], options)


def _sent(values: Json) -> Json:
    """As the web app sends a form: of the contact persons the first is the primary one."""
    if "contact_persons" not in values:
        return values
    persons = [person | {"is_primary_contact": number == 0} for number, person in enumerate(values["contact_persons"])]
    return values | {"contact_persons": persons}


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else str(value or "")
