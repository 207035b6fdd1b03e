"""The package zohopy against the stand-in; run by an interpreter that has it. Prints what it saw as JSON."""

import json
import sys

from zohopy import DataCenter, SyncZohoClient, ZohoConfig, ZohoError
from zohopy.products.inventory import ZohoInventory


def main(base: str, refresh_token: str, organization_id: str) -> dict[str, object]:
    class Local(ZohoConfig):
        accounts_url = property(lambda self: base)
        base_api_url = property(lambda self: base)

    config = Local(
        client_id="zoho-client", client_secret="zoho-secret", refresh_token=refresh_token, organization_id=organization_id,
        data_center=DataCenter.US, max_retries=0,
    )  # fmt: skip
    contacts = ZohoInventory(SyncZohoClient(config)).contacts
    listed = contacts.list()
    made = contacts.create(
        {"contact_name": "Made by zohopy", "contact_persons": [{"first_name": "Ada", "email": "ada@x.example"}]}
    )
    contact = made.get("contact", made)
    changed = contacts.update(contact["contact_id"], {"contact_name": "Changed by zohopy"})
    contacts.mark_inactive(contact["contact_id"])
    fetched = contacts.get(contact["contact_id"])
    try:
        contacts.create({"contact_name": "Changed by zohopy"})
        twice = "taken"
    except ZohoError as error:
        twice = type(error).__name__ + ": " + str(error)
    rows = listed.get("contacts", listed) if isinstance(listed, dict) else listed
    return {
        "listed": len(rows),
        "changed": changed.get("contact", changed)["contact_name"],
        "status": fetched.get("contact", fetched)["status"],
        "twice": twice,
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201  the parent reads it
