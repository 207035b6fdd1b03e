"""Zoho Inventory in the browser: the customers of one organisation."""

from bot.sandbox.zoho.contacts import PERSON_KEYS, Contacts, Json
from bot.sandbox.zoho.shapes import detail


class ZohoWebApp:
    """Shows records whole, as the API's details."""

    def __init__(self, contacts: Contacts) -> None:
        self._contacts = contacts

    def records(self) -> list[Json]:
        return [self._shown(contact) for contact in self._contacts.sorted("contact_name")]

    def add(self, values: Json) -> Json:
        person = {key: values[key] for key in PERSON_KEYS if key in values}
        return self._shown(self._contacts.create(values | ({"contact_persons": [person]} if person else {})))

    def change(self, record_id: str, values: Json) -> Json:
        return self._shown(self._contacts.edit(record_id, values))

    def remove(self, record_id: str) -> None:
        self._contacts.delete(record_id)

    def _shown(self, contact: Json) -> Json:
        return detail(contact, self._contacts.organization)
