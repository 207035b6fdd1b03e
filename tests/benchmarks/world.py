"""zsync over stand-ins that run apart, without waiting for anybody's limits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sync.http import pacing
from sync.model.grants import ClientSettings
from sync.store import migrate
from sync.store.repository import Store
from sync.store.vault import Vault
from sync.usecases import run
from sync.usecases.services import Services
from tests.benchmarks.apart import NO_LIMIT, Dated
from tests.clocks import Clock, counted_ids
from tests.connectors.stands import PUBLIC_URL, WORKSPACE, Stands


@dataclass(frozen=True, slots=True)
class Site:
    """Where everything is: the address of the stand-ins, the database and the key of its secrets."""

    stand_ins: str
    database: str
    key: str

    def clients(self) -> dict[str, ClientSettings]:
        zoho, google = f"{self.stand_ins}/zoho", f"{self.stand_ins}/google"
        return {
            "zoho_inventory": ClientSettings("zoho-client", "zoho-secret", accounts_url=zoho, api_url=zoho),
            "google_contacts": ClientSettings(
                "google-client",
                "google-secret",
                authorize_url=f"{google}/o/oauth2/v2/auth",
                token_url=f"{google}/token",
                revoke_url=f"{google}/revoke",
                api_url=google,
            ),
        }


def unhurried() -> None:
    """Let a run work in one go: neither pacing nor slices end it."""
    pacing.LONGEST_WAIT = NO_LIMIT
    run.SLICE = timedelta(days=1)


def world(site: Site, clock: Clock | None = None) -> Stands:
    """The services at that site, by a clock that nobody waits for."""
    unhurried()
    clock, new_id = clock or Clock(), counted_ids("b")
    store = Store(site.database, vault=Vault([site.key]), now=clock.now, new_id=new_id)
    migrate.upgrade(store.engine)
    store.welcome(WORKSPACE)
    transports = {app: Dated(clock) for app in site.clients()}
    services = Services(store, clock.now, new_id, clock.sleep, site.clients(), PUBLIC_URL, "bench", transports)
    elsewhere: Any = None  # the stand-ins themselves, and what they were seeded with
    return Stands(clock, elsewhere, elsewhere, services, elsewhere)
