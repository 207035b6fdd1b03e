"""Signing in to an app from Slack: offered, left, arrived, confirmed.

A state is single use, ten minutes, bound to workspace, person and browser. Nothing is bound to the workspace before the person has
confirmed in Slack what was signed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import msgspec

from sync.connectors import registry
from sync.model.endpoints import Account
from sync.model.errors import NotFound, OtherIdentity, SignInStale, SyncError
from sync.model.grants import Grant
from sync.store.accounts import SignIn
from sync.usecases import accounts
from sync.usecases.actors import Actor, may_connect
from sync.usecases.services import Services, written


@dataclass(frozen=True, slots=True)
class Arrival:
    """A browser came back: what was signed in, or why not."""

    sign_in: SignIn
    title: str
    label: str = ""
    problem: SyncError | None = None


def offer(services: Services, actor: Actor, *, app: str, region: str, draft_id: str, account_id: str = "") -> str:
    """Prepare a sign-in; the address of its landing page, to be shown to this person only."""
    may_connect(actor)
    with services.store.transaction(actor.workspace) as tx:
        sign_in = tx.sign_ins.offer(actor=actor.id, app=app, region=region, draft_id=draft_id, account_id=account_id)
    return f"{services.public_url.rstrip('/')}/oauth/{app}/start?state={sign_in.id}"


def _find(services: Services, state: str) -> SignIn:
    workspace = services.store.workspace_of_sign_in(state)
    if workspace is None:
        raise SignInStale("unknown")
    with services.store.reading(workspace) as tx:
        return tx.sign_ins.get(state)


def landing(services: Services, state: str) -> SignIn:
    """What the landing page shows. Raises SignInStale for a state that is unknown, used or too old."""
    sign_in = _find(services, state)
    if sign_in.expires_at <= services.now():
        raise SignInStale("expired")
    if sign_in.state not in ("offered", "left"):
        raise SignInStale("used")
    return sign_in


def leave(services: Services, state: str, cookie: str) -> str:
    """The browser sets off to the app; only the browser with this cookie may come back. The app's consent address."""
    sign_in = landing(services, state)
    region = sign_in.region
    leaving = services.sign_in(sign_in.app).leave(
        state=state, redirect_uri=services.redirect_uri(sign_in.app), region=region
    )
    with services.store.transaction(sign_in.workspace_id) as tx:
        if not tx.sign_ins.leave(state, cookie):
            raise SignInStale("other_browser")
        tx.sign_ins.set(state, secret=services.store.vault.seal(leaving.verifier))
    return leaving.url


def arrive(services: Services, app: str, callback: Mapping[str, str], cookie: str) -> Arrival:
    """The browser came back from the app. Raises SignInStale when it is not the one that left, or came twice."""
    sign_in = _find(services, callback.get("state", ""))
    with services.store.transaction(sign_in.workspace_id) as tx:
        if not tx.sign_ins.has_cookie(sign_in.id, cookie):
            raise SignInStale("other_browser")
    return _finish(services, app, sign_in, callback)


def paste(services: Services, actor: Actor, state: str, callback: Mapping[str, str]) -> Arrival:
    """A person pasted the address that the browser showed, where it could not reach us. Slack proves who it is instead of the cookie."""
    sign_in = _find(services, state)
    if (sign_in.workspace_id, sign_in.actor) != (actor.workspace, actor.id) or callback.get("state") != state:
        raise SignInStale("other_sign_in")
    return _finish(services, sign_in.app, sign_in, callback)


def query_of(address: str) -> dict[str, str]:
    """The query of a pasted address; only its first value of each name counts."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _finish(services: Services, app: str, sign_in: SignIn, callback: Mapping[str, str]) -> Arrival:
    title = registry.app(app).title
    with services.store.transaction(sign_in.workspace_id) as tx:
        if sign_in.app != app or not tx.sign_ins.use(sign_in.id):
            raise SignInStale("used_or_expired")
    try:
        grant = services.sign_in(app).exchange(
            callback, redirect_uri=services.redirect_uri(app), verifier=sign_in.secret, region=sign_in.region
        )
        identity = services.unbound(app, sign_in.region, grant).identity()
        _same_person(services, sign_in, identity.id, identity.label)
    except SyncError as error:
        with services.store.transaction(sign_in.workspace_id) as tx:
            tx.sign_ins.refuse(sign_in.id, error.kept())
        return Arrival(sign_in, title, problem=error)
    with services.store.transaction(sign_in.workspace_id) as tx:
        tx.sign_ins.arrive(sign_in.id, identity=identity.id, label=identity.label, grant=written(grant))
    return Arrival(sign_in, title, identity.label)


def _same_person(services: Services, sign_in: SignIn, identity: str, label: str) -> None:
    """Reconnecting must prove the same identity."""
    if not sign_in.account_id:
        return
    with services.store.reading(sign_in.workspace_id) as tx:
        account = tx.accounts.get(sign_in.account_id)
    if account.identity != identity:
        raise OtherIdentity(found=label, account=account.label)


def confirm(services: Services, actor: Actor, state: str) -> Account:
    """The person agrees to what was signed in: the account is bound to the workspace, an older grant of it is given back."""
    with services.store.transaction(actor.workspace) as tx:
        sign_in = tx.sign_ins.get(state)
        if sign_in.actor != actor.id:
            raise SignInStale("other_person")
        try:
            grant = tx.sign_ins.take_grant(state)
        except LookupError:
            raise SignInStale("not_arrived") from None
        known = tx.accounts.of_identity(sign_in.app, sign_in.identity)
        old = tx.accounts.grant(known.id) if known else ""
        if known:
            tx.accounts.save_grant(known.id, grant)
            accounts.wake(services, tx, known.id)
            account = tx.accounts.get(known.id)
        else:
            account = tx.accounts.create(
                app=sign_in.app,
                region=sign_in.region,
                identity=sign_in.identity,
                label=sign_in.label,
                grant=grant,
                connected_by=actor.id,
            )
    services.forget(account.id)
    if old:
        _give_back(services, account, old)
    return account


def _give_back(services: Services, account: Account, grant: str) -> None:
    """Revoke a grant that is no longer used; whether the app hears it does not matter to us."""
    try:
        services.sign_in(account.app).revoke(msgspec.json.decode(grant, type=Grant), account.region)
    except SyncError:
        return


def of_draft(services: Services, actor: Actor, draft_id: str, app: str) -> SignIn | None:
    with services.store.reading(actor.workspace) as tx:
        return tx.sign_ins.of_draft(draft_id, app)


def abandon(services: Services, actor: Actor, draft_id: str) -> None:
    """The person wants to sign in otherwise: what arrived for this draft is forgotten."""
    with services.store.transaction(actor.workspace) as tx:
        tx.sign_ins.abandon(draft_id)


def scopes(app: str) -> Sequence[str]:
    """What the app will be asked to allow, in words."""
    oauth = registry.app(app).facts.oauth
    if oauth is None:
        raise NotFound("no_sign_in", app=registry.app(app).title)
    return list(oauth.scopes.values())
