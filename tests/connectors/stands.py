"""Stand-ins plugged into the real services without a socket."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.sandbox.google import GoogleStandIn
from bot.sandbox.seed import Seed, company
from bot.sandbox.zoho import ZohoStandIn
from sync.connectors.base import Connector
from sync.model.endpoints import Account
from sync.model.grants import ClientSettings
from sync.store import migrate
from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from sync.usecases.services import Services, written
from tests.clocks import Clock, counted_ids

WORKSPACE = "T1"
ZOHO_URL = "https://zoho.test"
GOOGLE_URL = "https://google.test"
PUBLIC_URL = "https://zsync.test"


@dataclass(slots=True)
class Stands:
    """The stand-ins with services that reach them."""

    clock: Clock
    zoho: ZohoStandIn
    google: GoogleStandIn
    services: Services
    seed: Seed

    def signed_in(self, app: str, region: str = "", **answers: str) -> Account:
        """Sign in as a person would, consent page included, and keep the account."""
        sign_in, redirect = self.services.sign_in(app), self.services.redirect_uri(app)
        leaving = sign_in.leave(state="s1", redirect_uri=redirect, region=region)
        with httpx.Client(transport=self.services.transports[app]) as browser:
            arrived = browser.post(leaving.url, data={"answer": "yes", **answers})
        query = {key: values[0] for key, values in parse_qs(urlsplit(arrived.headers["location"]).query).items()}
        grant = sign_in.exchange(query, redirect_uri=redirect, verifier=leaving.verifier, region=region)
        identity = self.services.unbound(app, region, grant).identity()
        with self.services.store.transaction(WORKSPACE) as tx:
            return tx.accounts.create(
                app=app,
                region=region,
                identity=identity.id,
                label=identity.label,
                grant=written(grant),
                connected_by="U1",
            )

    def connector(self, app: str, container: str, region: str = "") -> Connector:
        return self.services.connector(WORKSPACE, self.signed_in(app, region), container)


def stands(seed: Seed | None = None, url: str = "sqlite://") -> Stands:
    clock, new_id = Clock(), counted_ids()
    seed = seed or company()
    zoho = ZohoStandIn(now=clock.now, new_id=counted_ids("z"), organizations=[seed.organization])
    zoho.base_url = ZOHO_URL
    google = GoogleStandIn(now=clock.now, new_id=counted_ids("g"), people=seed.people, labels=seed.labels)
    store = Store(url, vault=Vault([new_key()]), now=clock.now, new_id=new_id)
    migrate.upgrade(store.engine)
    store.welcome(WORKSPACE)
    clients: Mapping[str, ClientSettings] = {
        "zoho_inventory": ClientSettings("zoho-client", "zoho-secret", accounts_url=ZOHO_URL, api_url=ZOHO_URL),
        "google_contacts": ClientSettings(
            "google-client",
            "google-secret",
            authorize_url=f"{GOOGLE_URL}/o/oauth2/v2/auth",
            token_url=f"{GOOGLE_URL}/token",
            revoke_url=f"{GOOGLE_URL}/revoke",
            api_url=GOOGLE_URL,
        ),
    }
    transports = {"zoho_inventory": httpx.WSGITransport(zoho.app), "google_contacts": httpx.WSGITransport(google.app)}
    services = Services(store, clock.now, new_id, clock.sleep, clients, PUBLIC_URL, "test", transports)
    return Stands(clock, zoho, google, services, seed)
