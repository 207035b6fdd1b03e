"""What one person sees of the workspace, as JSON for the demo's page. It only reads."""

from bot.sandbox.slack.stand_in import SlackStandIn
from bot.sandbox.slack.state import Channel, Json, Message, User, View
from bot.sandbox.slack.workspace import BOT

MOST_MESSAGES = 300
MOST_CALLS = 60


def seen(slack: SlackStandIn, user: str) -> Json:
    """Channels, messages, modals and App Home of this person, and the last calls of the bot."""
    with slack.lock:
        channels = [one for one in (slack.direct(user), *slack.channels.values()) if user in one.members]
        ids = {channel.id for channel in channels}
        known = [one for one in slack.channels.values() if not one.direct and (user in one.members or not one.private)]
        messages = [one for one in slack.messages if one.channel in ids and one.to in ("", user) and not one.gone]
        home = slack.homes.get(user)
        return {
            "user": user,
            "now": slack.shown_time().isoformat(),
            "people": [_person(one) for one in slack.users.values()],
            "channels": list({one.id: _channel(one) for one in channels if not one.archived}.values()),
            "conversations": [_channel(one) for one in known if not one.archived],
            "messages": [_message(one) for one in messages[-MOST_MESSAGES:]],
            "modals": [_view(one, slack.team.id) for one in slack.stacks.get(user, ())],
            "home": _view(home, slack.team.id) if home else None,
            "traffic": _traffic(slack),
        }


def _person(user: User) -> Json:
    role = "app" if user.is_bot else "admin" if user.is_admin else "guest" if user.is_guest else "member"
    return {"id": user.id, "name": user.real_name, "role": role}


def _channel(channel: Channel) -> Json:
    known = {"id": channel.id, "name": channel.name, "private": channel.private, "direct": channel.direct}
    return known | {"members": len(channel.members), "has_app": BOT in channel.members}


def _message(message: Message) -> Json:
    known = {"id": message.ts, "channel": message.channel, "thread": message.thread, "user": message.user}
    said = {"text": message.text, "blocks": message.blocks, "trouble": message.trouble}
    return known | said | {"edited": bool(message.edits), "private": bool(message.to)}


def _view(view: View, team: str) -> Json:
    body = view.shown(team)
    return body | {"errors": view.errors, "trouble": view.trouble}


def _traffic(slack: SlackStandIn) -> Json:
    last = list(enumerate(slack.calls, 1))[-MOST_CALLS:]
    calls = [
        {"number": number, "method": method, "error": answer.get("error", ""), "pointers": _pointers(answer)}
        for number, (method, _, answer) in last
    ]
    refused = sum(not answer["ok"] for _, _, answer in slack.calls)
    return {"calls": calls, "total": len(slack.calls), "refused": refused}


def _pointers(answer: Json) -> list[str]:
    found: list[str] = answer.get("response_metadata", {}).get("messages", [])
    return found
