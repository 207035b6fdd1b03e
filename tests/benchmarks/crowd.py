"""As many customers and contacts as a benchmark wants, no two alike: number N of one side is number N of the other."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.sandbox.google.people import People
from bot.sandbox.seed import ORGANIZATION_ID
from bot.sandbox.zoho.contacts import Contacts, Organization
from tests.clocks import Clock, counted_ids

Json = dict[str, Any]

TOWNS = ("London", "Leeds", "Bristol", "Glasgow", "Cardiff", "Belfast", "York")
LONG_AGO = datetime(2026, 1, 5, 8, tzinfo=UTC)
MINUTES_APART = 1
IDS_OF_CUSTOMER = 4
"""Zoho numbers the customer, its two addresses and its contact person."""


def customer(number: int) -> Json:
    """What is sent to Zoho to create customer `number`."""
    return {
        "contact_name": f"Company {number:06d}",
        "company_name": f"Company {number:06d}",
        "customer_sub_type": "business" if number % 3 else "individual",
        "website": f"https://company{number}.example",
        "notes": f"Account {number}",
        "outstanding_receivable_amount": float(number % 997),
        "billing_address": {
            "address": f"{number % 200} High Street",
            "city": TOWNS[number % len(TOWNS)],
            "zip": f"AB{number % 90 + 10} 1CD",
            "country": "United Kingdom",
        },
        "contact_persons": [
            {
                "first_name": f"First{number}",
                "last_name": f"Last{number}",
                "email": f"c{number}@many.example",
                "phone": f"+44 20 {70_000_000 + number}",
                "mobile": f"07{400_000_000 + number}",
                "designation": "Buyer",
                "is_primary_contact": True,
            }
        ],
    }


def person(number: int) -> Json:
    """The same customer as a whole contact in Google."""
    zoho = customer(number)
    address, primary = zoho["billing_address"], zoho["contact_persons"][0]
    return acquaintance(number) | {
        "organizations": [{"name": zoho["company_name"], "title": primary["designation"]}],
        "phoneNumbers": [
            {"value": primary["phone"].replace(" ", ""), "type": "work"},
            {"value": primary["mobile"], "type": "mobile"},
        ],
        "urls": [{"value": zoho["website"], "type": "work"}],
        "biographies": [{"value": zoho["notes"], "contentType": "TEXT_PLAIN"}],
        "addresses": [
            {
                "type": "work",
                "streetAddress": address["address"],
                "city": address["city"],
                "postalCode": address["zip"],
                "country": address["country"],
            }
        ],
    }


def acquaintance(number: int) -> Json:
    """The same customer as somebody noted them in haste: only name and e-mail."""
    return {
        "names": [{"givenName": f"First{number}", "familyName": f"Last{number}"}],
        "emailAddresses": [{"value": f"c{number}@many.example", "type": "work"}],
    }


def organization(numbers: range) -> Organization:
    """An organisation with these customers. They were made one after another, as in life: a listing down to a watermark must not meet
    everybody at the same moment."""
    whole = Organization(ORGANIZATION_ID, "Quayside Trading")
    clock = Clock(LONG_AGO + timedelta(minutes=numbers.start * MINUTES_APART))
    contacts = Contacts(whole, clock.now, counted_ids("52100000", numbers.start * IDS_OF_CUSTOMER))
    for number in numbers:
        contacts.create(customer(number))
        clock.pass_(minutes=MINUTES_APART)
    return whole


def people(numbers: range) -> People:
    """An address book with these contacts, written down in full: the id of number N does not depend on who else is in it."""
    book = People(Clock(LONG_AGO).now, counted_ids("", numbers.start), ())
    for number in numbers:
        book.create(person(number))
    return book
