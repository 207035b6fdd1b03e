"""Stand-ins plugged into the real services without a socket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from bot.sandbox.google.many_accounts import ManyAccounts
from bot.sandbox.google.stand_in import GoogleStandIn
from bot.sandbox.seed import Seed, company
from bot.sandbox.zoho.stand_in import ZohoStandIn
from sync.connectors.base import Connector
from sync.model.endpoints import Account
from sync.model.grants import ClientSettings
from sync.store import migrate
from sync.store.repository import Store
from sync.store.vault import Vault, new_key
from sync.usecases.services import Services, written
from tests.clocks import Clock, Time, counted_ids

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
    accounts: ManyAccounts
    """All Google accounts; `google` is the first."""

    def signed_in(self, app: str, region: str = "", **answers: str) -> Account:
        return signed_in(self.services, app, region, **answers)

    def another_google(self, login: str, people: Sequence[dict[str, Any]] = ()) -> GoogleStandIn:
        """One more Google account, reached as the first one is."""
        account = GoogleStandIn(now=self.clock.now, new_id=counted_ids(f"{login}-"), people=people, login=login)
        self.accounts.accounts.append(account)
        return account

    def connector(self, app: str, container: str, region: str = "") -> Connector:
        return self.services.connector(WORKSPACE, self.signed_in(app, region), container)


def stands(seed: Seed | None = None, url: str = "sqlite://") -> Stands:
    clock = Clock()
    seed = seed or company()
    zoho = ZohoStandIn(now=clock.now, new_id=counted_ids("z"), organizations=[seed.organization])
    zoho.base_url = ZOHO_URL
    google = GoogleStandIn(now=clock.now, new_id=counted_ids("g"), people=seed.people, labels=seed.labels)
    accounts = ManyAccounts([google])
    transports = {"zoho_inventory": httpx.WSGITransport(zoho.app), "google_contacts": httpx.WSGITransport(accounts)}
    services = services_over(clock, url, ZOHO_URL, GOOGLE_URL, transports)
    return Stands(clock, zoho, google, services, seed, accounts)


def services_over(
    clock: Time,
    url: str,
    zoho_url: str,
    google_url: str,
    transports: Mapping[str, httpx.BaseTransport],
    vault_key: str = "",
) -> Services:
    """The real services over a fresh database, which reach the stand-ins at these addresses."""
    new_id = counted_ids()
    store = Store(url, vault=Vault([vault_key or new_key()]), now=clock.now, new_id=new_id)
    migrate.upgrade(store.engine)
    store.welcome(WORKSPACE)
    clients: Mapping[str, ClientSettings] = {
        "zoho_inventory": ClientSettings("zoho-client", "zoho-secret", accounts_url=zoho_url, api_url=zoho_url),
        "google_contacts": ClientSettings(
            "google-client",
            "google-secret",
            authorize_url=f"{google_url}/o/oauth2/v2/auth",
            token_url=f"{google_url}/token",
            revoke_url=f"{google_url}/revoke",
            api_url=google_url,
        ),
    }
    return Services(store, clock.now, new_id, clock.sleep, clients, PUBLIC_URL, "test", transports)


def signed_in(services: Services, app: str, region: str = "", **answers: str) -> Account:
    """Sign in as a person would, consent page included, and keep the account."""
    sign_in, redirect = services.sign_in(app), services.redirect_uri(app)
    leaving = sign_in.leave(state="s1", redirect_uri=redirect, region=region)
    with httpx.Client(transport=services.transports.get(app), trust_env=False) as browser:
        arrived = browser.post(leaving.url, data={"answer": "yes", **answers})
    query = {key: values[0] for key, values in parse_qs(urlsplit(arrived.headers["location"]).query).items()}
    grant = sign_in.exchange(query, redirect_uri=redirect, verifier=leaving.verifier, region=region)
    identity = services.unbound(app, region, grant).identity()
    with services.store.transaction(WORKSPACE) as tx:
        return tx.accounts.create(
            app=app,
            region=region,
            identity=identity.id,
            label=identity.label,
            grant=written(grant),
            connected_by="U1",
        )
