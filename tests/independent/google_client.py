"""Google's own Python client against the stand-in; run by an interpreter that has it. Prints what it saw as JSON."""

import json
import sys

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError


def main(base: str, refresh_token: str) -> dict[str, object]:
    credentials = Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=f"{base}/token",
        client_id="google-client",
        client_secret="google-secret",
    )
    people = build(
        "people",
        "v1",
        credentials=credentials,
        client_options={"api_endpoint": base},
        static_discovery=True,
        cache_discovery=False,
    ).people()
    fields = "names,emailAddresses,metadata"
    listed, token, page = [], "", None
    while True:
        answer = (
            people.connections()
            .list(resourceName="people/me", personFields=fields, pageSize=50, requestSyncToken=True, pageToken=page)
            .execute()
        )
        listed += answer["connections"]
        page = answer.get("nextPageToken")
        if not page:
            token = answer["nextSyncToken"]
            break
    made = people.createContact(
        personFields=fields, body={"names": [{"givenName": "Ada"}], "emailAddresses": [{"value": "ada@x.example"}]}
    ).execute()
    body = {"etag": made["etag"], "names": [{"givenName": "Ada", "familyName": "King"}]}
    changed = people.updateContact(resourceName=made["resourceName"], updatePersonFields="names", body=body).execute()
    try:
        people.updateContact(resourceName=made["resourceName"], updatePersonFields="names", body=body).execute()
        stale = "taken"
    except HttpError as error:
        stale = f"{error.resp.status} {error.reason}"
    since = (
        people.connections()
        .list(resourceName="people/me", personFields=fields, requestSyncToken=True, syncToken=token)
        .execute()
    )
    batch = people.getBatchGet(resourceNames=[made["resourceName"]], personFields=fields).execute()
    return {
        "listed": len(listed),
        "changed": changed["names"][0]["displayName"],
        "stale": stale,
        "since": [person["resourceName"] == made["resourceName"] for person in since["connections"]],
        "batch": batch["responses"][0]["person"]["names"][0]["familyName"],
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201  the parent reads it
