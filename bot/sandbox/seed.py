"""A believable trading company: the same customers and contacts every time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from faker import Faker

from bot.sandbox.zoho.contacts import Organization

Json = dict[str, Any]

ORGANIZATION_ID = "60099887766"
CREATED = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)

# Locale, country, share of the customers, and numbers that telephone authorities keep free for fiction or that are at least possible.
PLACES = (
    ("en_GB", "United Kingdom", 40, "+44 20 7946 0{:03d}"),
    ("de_DE", "Germany", 15, "+49 30 23125 {:03d}"),
    ("fr_FR", "France", 10, "+33 1 99 00 {:02d} 12"),
    ("en_US", "United States", 12, "+1 202 555 0{:03d}"),
    ("pl_PL", "Poland", 6, "+48 22 699 0{:03d}"),
    ("es_ES", "Spain", 6, "+34 910 500 {:03d}"),
    ("el_GR", "Greece", 4, "+30 210 900 0{:03d}"),
    ("ja_JP", "Japan", 4, "+81 3 5555 0{:03d}"),
    ("ru_RU", "Kazakhstan", 3, "+7 727 250 0{:03d}"),
)

FIELDS: Sequence[Json] = tuple(
    {"customfield_id": f"52100000000700{number}1", "api_name": f"cf_{name}", "label": label, "data_type": kind, "is_mandatory": False,
     "values": [{"name": option, "order": order, "is_active": True} for order, option in enumerate(options)]}
    for number, (name, label, kind, *options) in enumerate(
        (
            ("segment", "Segment", "dropdown", "Retail", "Wholesale", "Online"),
            ("channels", "Channels", "multiselect", "Shop", "Web", "Fair"),
            ("customer_since", "Customer since", "date"),
            ("account_manager", "Account manager", "lookup"),
            ("credit_score", "Credit score", "number"),
            ("discount", "Discount", "percent"),
            ("yearly_budget", "Yearly budget", "amount"),
            ("newsletter", "Newsletter", "check_box"),
            ("delivery_note", "Delivery note", "multiline"),
            ("vat_number", "VAT number", "string"),
            ("order_email", "Orders e-mail", "email"),
            ("shop", "Online shop", "url"),
            ("fax_line", "Fax line", "phone"),
            ("last_visit", "Last visit", "date_time"),
            ("weight", "Rating", "decimal"),
            ("serial", "Serial", "autonumber"),
            ("margin", "Margin", "formula"),
        ),
        start=10,
    )
)  # fmt: skip

LABELS = ("Customers", "Suppliers", "Newsletter", "Family")


@dataclass(frozen=True, slots=True)
class Seed:
    """`people` are Google contacts (People API shape, labels by name)."""

    organization: Organization
    people: list[Json]
    labels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as both apps may know them."""

    first: str
    last: str
    company: str
    email: str
    phone: str
    mobile: str
    street: str
    city: str
    postcode: str
    country: str
    title: str


def company(customers: int = 250, people: int = 180) -> Seed:
    """The trading company of the demo: about 110 people are in both apps."""
    dice = random.Random(20261123)
    crowd = _crowd(dice, customers + people)
    organization = Organization(ORGANIZATION_ID, "Quayside Trading", list(FIELDS))
    for number in range(customers):
        contact = _customer(next(crowd), number, dice)
        organization.contacts[contact["contact_id"]] = contact
    _oddities(organization, dice)
    shared = [c for c in organization.contacts.values() if c["contact_persons"] and c["contact_persons"][0]["email"]][
        :110
    ]
    contacts = [_known(contact, number, dice) for number, contact in enumerate(shared)]
    contacts += [_stranger(next(crowd), number) for number in range(people - len(contacts))]
    contacts[-2]["emailAddresses"] = contacts[-1].get("emailAddresses", [])
    return Seed(organization, contacts, LABELS)


def _crowd(dice: random.Random, count: int) -> Iterator[Somebody]:
    fakers = {}
    for locale, *_ in PLACES:
        fakers[locale] = Faker(locale)
        fakers[locale].seed_instance(dice.randrange(10**6))
    latin = Faker("en_GB")
    latin.seed_instance(7)
    for number in range(count + 20):
        locale, country, _, phone = dice.choices(PLACES, [place[2] for place in PLACES])[0]
        fake = fakers[locale]
        word = f"{latin.last_name().lower().replace(chr(39), '').replace(' ', '')}{number}"
        yield Somebody(
            fake.first_name(), fake.last_name(), fake.company(), f"{word}@{latin.word()}.example", phone.format(number % 100),
            phone.format((number + 37) % 100), fake.street_address(), fake.city(), fake.postcode(), country, latin.job()[:50],
        )  # fmt: skip


def _customer(who: Somebody, number: int, dice: random.Random) -> Json:
    business = number % 5 != 0
    vendor = number % 17 == 3
    email = "" if number % 23 == 7 else who.email
    person = _person(who, f"9{number:05d}", email) | {"is_primary_contact": True}
    contact = _contact(f"5210000000{number:06d}", who.company if business else f"{who.first} {who.last}", number)
    contact |= {
        "company_name": who.company if business else "",
        "contact_type": "vendor" if vendor else "customer",
        "customer_sub_type": "business" if business else "individual",
        "status": "inactive" if number % 19 == 5 else "active",
        "website": f"https://{who.email.partition('@')[2]}" if business else "",
        "notes": dice.choice(["", "", "Deliver before 6 am", "Pays on time", "Ring twice"]),
        "outstanding_receivable_amount": float(dice.choice([0, 0, 120.5, 980, 4200])),
        "contact_persons": [] if number % 29 == 11 else [person],
    }
    contact["billing_address"] |= {"address": who.street, "city": who.city, "zip": who.postcode, "country": who.country}
    contact["custom"] = _custom_values(number, dice)
    if number % 13 == 2 and contact["contact_persons"]:
        contact["contact_persons"].append(
            _person(who, f"8{number:05d}", f"office{number}@{who.email.partition('@')[2]}") | {"first_name": "Office"}
        )
    return contact


def _contact(contact_id: str, name: str, number: int) -> Json:
    stamp = CREATED.replace(hour=number % 24, minute=number % 60).strftime("%Y-%m-%dT%H:%M:%S+0000")
    address = dict.fromkeys(("attention", "address", "street2", "city", "state", "zip", "country", "phone", "fax"), "")
    return {
        "contact_id": contact_id, "contact_name": f"{name} {number}" if len(name) < 4 else name, "company_name": "", "website": "",
        "contact_type": "customer", "customer_sub_type": "business", "status": "active", "language_code": "en", "notes": "", "facebook": "",
        "twitter": "", "payment_terms": 30, "payment_terms_label": "Net 30", "currency_id": "65", "currency_code": "GBP",
        "outstanding_receivable_amount": 0.0, "unused_credits_receivable_amount": 0.0, "created_time": stamp, "last_modified_time": stamp,
        "billing_address": {"address_id": f"7{number:05d}1", **address}, "shipping_address": {"address_id": f"7{number:05d}2", **address},
        "contact_persons": [], "custom": {},
    }  # fmt: skip


def _person(who: Somebody, person_id: str, email: str) -> Json:
    return {
        "contact_person_id": f"5210000000{person_id}", "salutation": "", "first_name": who.first, "last_name": who.last, "email": email,
        "phone": who.phone, "mobile": who.mobile if len(who.email) % 2 else "", "designation": who.title, "department": "", "skype": "",
        "is_primary_contact": False,
    }  # fmt: skip


def _custom_values(number: int, dice: random.Random) -> Json:
    ids = {one["api_name"]: one["customfield_id"] for one in FIELDS}
    values: Json = {
        "cf_segment": dice.choice(["Retail", "Wholesale", "Online", None]),
        "cf_newsletter": number % 3 == 0,
    }
    values |= {"cf_channels": ["Shop", "Web"] if number % 4 == 0 else None, "cf_credit_score": 300 + number}
    values |= {
        "cf_customer_since": f"20{10 + number % 15}-0{1 + number % 9}-15",
        "cf_yearly_budget": number * 100,
        "cf_serial": f"C-{number:04d}",
    }
    return {ids[name]: value for name, value in values.items() if value is not None}


def _oddities(organization: Organization, dice: random.Random) -> None:
    """What makes trouble in real companies: hostile and very long names, and e-mails that two customers share."""
    customers = [
        one for one in organization.contacts.values() if one["contact_type"] == "customer" and one["status"] == "active"
    ]
    hostile, longest = customers[3], customers[8]
    hostile |= {"contact_name": "Hopkins & <!channel>", "company_name": "Hopkins & <!channel>"}
    longest |= {
        "contact_name": "Worshipful Company of " + "Longnamed " * 17 + "Bakers",
        "company_name": "Worshipful Company",
    }
    for one, other in ((12, 20), (15, 24)):
        if customers[one]["contact_persons"] and customers[other]["contact_persons"]:
            customers[other]["contact_persons"][0]["email"] = customers[one]["contact_persons"][0]["email"].upper()
    names: set[str] = set()
    for number, contact in enumerate(organization.contacts.values()):
        if contact["contact_name"] in names:
            contact["contact_name"] += f" ({number})"
        names.add(contact["contact_name"])
    dice.shuffle(customers)


def _known(contact: Json, number: int, dice: random.Random) -> Json:
    """A customer as somebody typed them into Google: some fields missing, some spelled differently."""
    person = contact["contact_persons"][0]
    google: Json = {
        "names": [{"givenName": person["first_name"], "familyName": person["last_name"]}],
        "emailAddresses": [{"value": person["email"].upper() if number % 9 == 0 else person["email"], "type": "work"}],
        "labels": ["Customers"] if number % 2 else [],
    }
    if number % 3 and contact["company_name"]:
        google["organizations"] = [
            {"name": contact["company_name"], "title": "" if number % 2 else person["designation"]}
        ]
    if number % 4:
        google["phoneNumbers"] = [{"value": person["phone"].replace(" ", ""), "type": "work"}]
    if number % 6 == 0:
        google["biographies"] = [
            {"value": dice.choice(["Met at the fair", "Prefers mail"]), "contentType": "TEXT_PLAIN"}
        ]
    if number % 10 == 0:
        google["emailAddresses"].append({"value": f"private{number}@home.example", "type": "home"})
    return google


def _stranger(who: Somebody, number: int) -> Json:
    google: Json = {
        "names": [{"givenName": who.first, "familyName": who.last}],
        "labels": ["Suppliers"] if number % 3 == 0 else [],
    }
    if number % 11 != 4:
        google["emailAddresses"] = [{"value": who.email, "type": "home" if number % 5 else "work"}]
    if number % 2:
        google["phoneNumbers"] = [{"value": who.mobile, "type": "mobile"}]
    if number % 4 == 0:
        google["organizations"] = [{"name": who.company, "title": who.title}]
        google["userDefined"] = [{"key": "Table", "value": str(number)}]
    return google


def many(customers: int, people: int, shared: int) -> Seed:
    """Plain records without surprises, as many as are wanted, of which `shared` are in both apps."""
    organization = Organization(ORGANIZATION_ID, "Quayside Trading", [])
    for number in range(customers):
        contact = _contact(f"5210000000{number:06d}", f"Company {number:06d}", number)
        contact["company_name"] = contact["contact_name"]
        who = Somebody(
            f"First{number}", f"Last{number}", "", f"c{number}@many.example", "+44 20 7946 0123", "", "", "", "", "", ""
        )
        contact["contact_persons"] = [_person(who, f"9{number:06d}", who.email) | {"is_primary_contact": True}]
        organization.contacts[contact["contact_id"]] = contact
    first = customers - shared
    return Seed(organization, [_plain(first + number) for number in range(people)], LABELS)


def _plain(number: int) -> Json:
    return {
        "names": [{"givenName": f"First{number}", "familyName": f"Last{number}"}],
        "emailAddresses": [{"value": f"c{number}@many.example", "type": "work"}],
        "labels": [],
    }
