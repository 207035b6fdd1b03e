"""Records that may be the same, through the front door: people link two of them, or tell them apart."""

from tests.bot.modals import find_customer, modal, submit
from tests.bot.stage import Stage
from tests.bot.waiting import decide, held, look_closer


def twin(stage: Stage) -> str:
    """A customer and two people with its e-mail address, nobody linked; the address."""
    email = "twin@example.com"
    persons = [{"first_name": "Toni", "last_name": "Twin", "email": email, "is_primary_contact": True}]
    stage.zoho.first.create({"contact_name": "Twin Trading", "contact_type": "customer", "contact_persons": persons})
    for name in ("Toni", "Tony"):
        stage.google.people.create({"names": [{"givenName": name}], "emailAddresses": [{"value": email}]})
    look_closer(stage)
    return email


def people_of(stage: Stage, email: str) -> list[str]:
    """The given names of everybody with this address in Google, in order."""
    having = [one for one in stage.google.people.live() if email in str(one.fields.get("emailAddresses"))]
    return sorted(one.fields["names"][0]["givenName"] for one in having)


def open_twins(stage: Stage) -> str:
    """From `why` to the records side by side."""
    stage.dana.command("/zsync why Twin Trading")
    stage.settle()
    return decide(stage, "Compare")


def test_the_two_that_are_the_same_are_linked_after_a_preview(connected):
    email = twin(connected)
    assert people_of(connected, email) == ["Toni", "Tony"]
    shown = open_twins(connected)
    assert "Twin Trading" in shown
    left, right = (
        next(one["element"] for one in connected.dana.modal().body["blocks"] if one["block_id"] == side)
        for side in ("left", "right")
    )
    connected.dana.fill(connected.dana.modal(), "left", left["options"][0])
    tony = next(one for one in right["options"] if one["text"]["text"].startswith("Tony"))
    connected.dana.fill(connected.dana.modal(), "right", tony)
    preview = submit(connected)
    assert "The next run would change" in preview
    assert "~Tony~ → Toni" in preview
    assert people_of(connected, email) == ["Toni", "Tony"]
    assert "The next run carries it out" in submit(connected)
    look_closer(connected)
    assert people_of(connected, email) == ["Toni", "Toni"]
    resource = next(one for one in connected.google.people.live() if "Twin" in str(one.fields["names"]))
    customer = find_customer(connected, email)
    connected.zoho.first.edit(customer["contact_id"], {"designation": "Baker"})
    look_closer(connected)
    assert "Baker" in str(connected.google.people.one(resource.resource).fields["organizations"])


def test_those_that_are_not_the_same_stay_alone_and_are_not_asked_about_again(connected):
    email = twin(connected)
    open_twins(connected)
    assert "The next run carries it out" in decide(connected, "Not the same")
    look_closer(connected)
    assert people_of(connected, email) == ["Toni", "Tony"]
    connected.dana.command("/zsync why Twin Trading")
    assert "It stays alone, because a person said so" in modal(connected)
    assert "decided about" in decide(connected, "Ask again").lower()
    look_closer(connected)
    assert "Twin Trading" in open_twins(connected)


def test_a_group_of_duplicates_is_shown_once_over_all_pages(connected):
    shown = held(connected, "several")
    pages = [shown]
    while "More" in pages[-1].splitlines():
        pages.append(decide(connected, "More"))
    heads = [line.split("*")[1] for page in pages for line in page.splitlines() if "several records have its" in line]
    assert heads
    mentioned = "\n".join(pages)
    assert [mentioned.count(f": {name}\n") for name in heads] == [1] * len(heads)
