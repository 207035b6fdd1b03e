"""Messages: what `chat.*` and a response URL do to them, and what they refuse."""

from collections.abc import Callable, Mapping

from bot.sandbox.slack import limits
from bot.sandbox.slack.state import Channel, Json, Message
from bot.sandbox.slack.workspace import BOT, SlackError, Workspace

LONGEST_TEXT = 40_000


def post(slack: Workspace, args: Json) -> Json:
    channel = slack.channel(str(args.get("channel")))
    if channel.archived:
        raise SlackError("is_archived")
    if BOT not in channel.members:
        raise SlackError("not_in_channel")
    message = _message(slack, channel, args)
    slack.messages.append(message)
    return {"channel": channel.id, "ts": message.ts, "message": message.shown()}


def update(slack: Workspace, args: Json) -> Json:
    message = next(
        (m for m in slack.messages if m.ts == args.get("ts") and m.channel == args.get("channel") and not m.to), None
    )
    if message is None or message.gone:
        raise SlackError("message_not_found")
    _replace(slack, message, args)
    return {"channel": message.channel, "ts": message.ts, "text": message.text}


def ephemeral(slack: Workspace, args: Json) -> Json:
    channel = slack.channel(str(args.get("channel")))
    if str(args.get("user")) not in channel.members and not channel.direct:
        raise SlackError("user_not_in_channel")
    message = _message(slack, channel, args)
    message.to = str(args["user"])
    slack.messages.append(message)
    return {"message_ts": message.ts}


def respond(slack: Workspace, key: str, body: Json) -> None:
    """A response_url: five uses; an ephemeral answer to whoever acted, or the message replaced or deleted. Raises SlackError."""
    entry = slack.response_urls.get(key)
    if entry is None or entry.uses <= 0:
        raise SlackError("used_url")
    entry.uses -= 1
    if entry.origin is not None and body.get("delete_original"):
        entry.origin.gone = True
    elif entry.origin is not None and body.get("replace_original"):
        _replace(slack, entry.origin, body)
    else:
        message = _message(slack, slack.channel(entry.channel), body)
        message.to = "" if body.get("response_type") == "in_channel" else entry.user
        slack.messages.append(message)


def _replace(slack: Workspace, message: Message, body: Json) -> None:
    _check(body)
    message.text, message.blocks = str(body.get("text", "")), slack.with_ids(body.get("blocks") or [])
    message.edits += 1


def _message(slack: Workspace, channel: Channel, args: Json) -> Message:
    _check(args)
    blocks, thread = slack.with_ids(args.get("blocks") or []), str(args.get("thread_ts") or "")
    return Message(slack.ts(), channel.id, str(args.get("text", "")), blocks, BOT, thread)


def _check(args: Json) -> None:
    blocks = args.get("blocks") or []
    if not args.get("text") and not blocks:
        raise SlackError("no_text")
    if len(str(args.get("text", ""))) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    findings = limits.check_message(blocks)
    if findings:
        raise SlackError("invalid_blocks", response_metadata={"messages": [str(one) for one in findings]})


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "chat.postMessage": post,
    "chat.update": update,
    "chat.postEphemeral": ephemeral,
}
