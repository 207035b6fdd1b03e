"""Several values on both sides of a mapping through the front door: joined at the first meeting, then each edit travels by itself."""

from tests.bot.modals import approve_change, find_customer, find_person, menu, paired, runs, submit
from tests.bot.stage import Stage
from tests.bot.test_mappings import open_map, pair


def mails(stage: Stage, resource: str) -> set[str]:
    person = next(one for one in stage.google.people.live() if one.resource == resource)
    return {one["value"].casefold() for one in person.fields.get("emailAddresses") or ()}


def further(stage: Stage, customer: str, *addresses: str) -> None:
    """The customer has these further contact persons, a run later."""
    first = stage.zoho.first.one(customer)["contact_persons"][:1]
    persons = [{"first_name": "Further", "email": address} for address in addresses]
    stage.zoho.first.update(customer, {"contact_persons": [*first, *persons]})
    runs(stage)


def test_several_e_mails_are_joined_at_first_and_travel_one_by_one_later(connected):
    email = paired(connected)[0]
    customer, person = find_customer(connected, email)["contact_id"], find_person(connected, email)
    further(connected, customer, "sales@firm.example", "stock@firm.example")
    mine = {"value": "private@home.example", "type": "home"}
    connected.google.people.edit(person.resource, {"emailAddresses": [*person.fields["emailAddresses"], mine]})
    runs(connected)
    open_map(connected)
    menu(connected, "E-mail ↔ E-mails", "Switch off")
    pair(connected, "E-mails of further contact persons", "E-mails")
    submit(connected)
    submit(connected)
    approve_change(connected)
    own = {email, "private@home.example"}
    assert mails(connected, person.resource) == own | {"sales@firm.example", "stock@firm.example"}
    further(connected, customer, "sales@firm.example", "desk@firm.example")
    assert mails(connected, person.resource) == own | {"sales@firm.example", "desk@firm.example"}
