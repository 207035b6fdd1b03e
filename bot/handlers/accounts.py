"""Connected accounts: the list, reconnecting, disconnecting."""

from bot.handlers import Ask, Handler, Verb
from sync.usecases import accounts, connect, signing_in


def show(ask: Ask) -> None:
    rows = [
        {
            "id": shown.account.id,
            "title": shown.title,
            "label": shown.account.label,
            "region": shown.region,
            "state": shown.account.state.value,
            "by": shown.account.connected_by,
            "connections": list(shown.connections),
        }
        for shown in accounts.show(ask.services, ask.actor)
    ]
    ask.reply.quietly("accounts/list", rows=rows)


def reconnect(ask: Ask) -> None:
    """Sign in again; only the same identity is accepted."""
    account = connect.account(ask.services, ask.actor, ask.value)
    title = next(shown.title for shown in accounts.show(ask.services, ask.actor) if shown.account.id == account.id)
    url = signing_in.offer(
        ask.services, ask.actor, app=account.app, region=account.region, draft_id="", account_id=account.id
    )
    ask.reply.quietly("accounts/reconnect", title=title, label=account.label, url=url)


def confirm(ask: Ask) -> None:
    account = signing_in.confirm(ask.services, ask.actor, ask.value)
    ask.reply.quietly("connections/done", replace=True, what="reconnected", name=account.label)


def disconnect(ask: Ask) -> None:
    account = accounts.disconnect(ask.services, ask.actor, ask.value)
    ask.reply.quietly("connections/done", what="signed_out", name=account.label)


VERBS = (Verb("accounts", "shows the connected accounts; reconnect or disconnect them", show),)
BUTTONS: dict[str, Handler] = {
    "accounts.show": show,
    "accounts.reconnect": reconnect,
    "accounts.confirm": confirm,
    "accounts.disconnect": disconnect,
}
