"""All that a use-case may touch: the store, the apps, time, ids."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from sync.connectors import registry
from sync.connectors.base import Connector
from sync.connectors.registry import Access, App
from sync.http.auth import Tokens
from sync.http.client import ApiClient
from sync.http.exchange import Transport, network
from sync.http.oauth import SignIn
from sync.http.pacing import Pacer
from sync.model.endpoints import Account
from sync.model.errors import AccessRevoked
from sync.model.grants import ClientSettings, Grant
from sync.store.repository import Store


class AccountKeeper:
    """The grant of one account, in the vault."""

    def __init__(self, store: Store, workspace: str, account_id: str) -> None:
        self._store = store
        self._workspace = workspace
        self._account_id = account_id

    def load(self) -> Grant:
        with self._store.reading(self._workspace) as tx:
            return msgspec.json.decode(tx.accounts.grant(self._account_id), type=Grant)

    def claim_refresh(self, seconds: float) -> bool:
        with self._store.transaction(self._workspace) as tx:
            return tx.accounts.claim_refresh(self._account_id, seconds)

    def release_refresh(self) -> None:
        with self._store.transaction(self._workspace) as tx:
            tx.accounts.release_refresh(self._account_id)

    def save(self, grant: Grant) -> None:
        with self._store.transaction(self._workspace) as tx:
            tx.accounts.save_grant(self._account_id, written(grant))

    def mark_revoked(self) -> None:
        with self._store.transaction(self._workspace) as tx:
            tx.accounts.mark_revoked(self._account_id)


class LooseGrant:
    """A grant that belongs to no account yet, while a person confirms a sign-in."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    def load(self) -> Grant:
        return self._grant

    def claim_refresh(self, seconds: float) -> bool:  # noqa: ARG002  nobody else has this grant
        return True

    def release_refresh(self) -> None:
        """Nobody waits for it."""

    def save(self, grant: Grant) -> None:
        self._grant = grant

    def mark_revoked(self) -> None:
        """There is no account to mark."""


def written(grant: Grant) -> str:
    return msgspec.json.encode(grant).decode()


@dataclass(frozen=True)
class Services:
    """`process` names this process among those that share the database; `public_url` is where browsers reach us,
    `interval` the seconds between two runs of a new connection, `day_share` our part of the calls that a container allows in a day."""

    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    sleep: Callable[[float], None]
    clients: Mapping[str, ClientSettings]
    public_url: str
    process: str
    transports: Mapping[str, Transport] = field(default_factory=dict)
    interval: int = 300
    day_share: float = 0.6
    _network: Transport = field(default_factory=network)
    _opened: dict[tuple[str, str, bool], Connector] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def redirect_uri(self, app_name: str) -> str:
        return f"{self.public_url.rstrip('/')}/oauth/{app_name}/callback"

    def sign_in(self, app_name: str) -> SignIn:
        app = registry.app(app_name)
        assert app.facts.oauth is not None  # asked only for apps that people sign in to
        return SignIn(
            title=app.title,
            facts=app.facts.oauth,
            regions=app.regions,
            client=self.clients.get(app_name, ClientSettings()),
            now=self.now,
            transport=self._transport(app_name),
        )

    def connector(self, workspace: str, account: Account, container: str, *, by_person: bool = False) -> Connector:
        """The connector for one container of an account; kept, as it knows its token and its labels."""
        key = (account.id, container, by_person)
        with self._lock:
            if key not in self._opened:
                keeper = AccountKeeper(self.store, workspace, account.id)
                self._opened[key] = self._open(account, keeper, container, by_person=by_person)
            return self._opened[key]

    def unbound(self, app_name: str, region: str, grant: Grant) -> Connector:
        """A connector for a sign-in that is not confirmed yet."""
        account = Account("", app_name, "", "this sign-in", "", self.now(), region)
        return self._open(account, LooseGrant(grant), "", by_person=True)

    def forget(self, account_id: str) -> None:
        """The account has a new grant, or none any more."""
        with self._lock:
            for key in [key for key in self._opened if key[0] == account_id]:
                del self._opened[key]

    def close(self) -> None:
        """End all connections: the process stops."""
        self._network.close()

    def _open(
        self, account: Account, keeper: AccountKeeper | LooseGrant, container: str, *, by_person: bool
    ) -> Connector:
        app = registry.app(account.app)
        grant = keeper.load()
        client = ApiClient(
            self._api_url(app, account.region, grant),
            transport=self._transport(app.name),
            auth=self._tokens(app, account, keeper),
            pacer=self._pacer(app, container or account.id, by_person=by_person),
            failures=app.module.FAILURES,
            app=app.title,
            account=account.label,
            sleep=self.sleep,
        )
        return app.connector(Access(client, container, grant))

    def _transport(self, app_name: str) -> Transport:
        """The network, or what stands in for it."""
        return self.transports.get(app_name, self._network)

    def _pacer(self, app: App, container: str, *, by_person: bool) -> Pacer:
        key, pace = f"{app.name}:{container}", replace(app.facts.pace, day_share=self.day_share)
        return Pacer(key, pace, self.store.pacing, self.now, self.sleep, app.title, by_person)

    def pacer(self, app_name: str, container: str) -> Pacer:
        """The pace of one container, for forecasts."""
        return self._pacer(registry.app(app_name), container, by_person=True)

    def _api_url(self, app: App, region: str, grant: Grant) -> str:
        override = self.clients.get(app.name, ClientSettings()).api_url
        known = app.regions.get(region)
        return override or grant.api_url or (known.api_url if known else app.facts.api_url)

    def _tokens(self, app: App, account: Account, keeper: AccountKeeper | LooseGrant) -> Tokens:
        sign_in = self.sign_in(app.name)

        def refresh(grant: Grant) -> Grant:
            try:
                return sign_in.refresh(grant, account.region)
            except AccessRevoked as error:
                keeper.mark_revoked()
                raise AccessRevoked(app=app.title, account=account.label) from error

        scheme = app.facts.oauth.scheme if app.facts.oauth else "Bearer"
        return Tokens(keeper, refresh, self.now, self.sleep, scheme)
