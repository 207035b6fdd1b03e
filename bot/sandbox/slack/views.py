"""Views: stacks of modals and App Homes, what `views.*` does to them, and what it refuses."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.slack import limits
from bot.sandbox.slack.state import Json, View
from bot.sandbox.slack.workspace import SlackError, Workspace

STACK = 3


def open_(slack: Workspace, args: Json) -> Json:
    user = slack.spend(str(args.get("trigger_id")))
    view = made(slack, args.get("view"), user)
    slack.stacks[user] = [view]
    return {"view": view.shown(slack.team.id)}


def push(slack: Workspace, args: Json) -> Json:
    user = slack.spend(str(args.get("trigger_id")))
    view = made(slack, args.get("view"), user)
    put_on_top(slack.stacks.setdefault(user, []), view)
    return {"view": view.shown(slack.team.id)}


def put_on_top(stack: list[View], view: View) -> None:
    """Raises SlackError when three views are open already."""
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view.root, view.previous = (stack[0].id, stack[-1].id) if stack else (view.id, None)
    stack.append(view)


def update(slack: Workspace, args: Json) -> Json:
    view = next((view for stack in slack.stacks.values() for view in stack if _is(view, args)), None)
    if view is None:
        raise SlackError("not_found")
    if args.get("hash") and args["hash"] != view.hash:
        raise SlackError("hash_conflict")
    replace(slack, view, args.get("view"))
    return {"view": view.shown(slack.team.id)}


def publish(slack: Workspace, args: Json) -> Json:
    user = str(args.get("user_id"))
    if user not in slack.users:
        raise SlackError("user_not_found")
    view = made(slack, args.get("view"), user)
    slack.homes[user] = view
    return {"view": view.shown(slack.team.id)}


def made(slack: Workspace, body: Any, user: str) -> View:
    """A new view. Raises SlackError when its body is refused."""
    view_id = f"V{slack.new_id()}"
    return View(view_id, user, _checked(slack, body, None), slack.new_id(), view_id)


def replace(slack: Workspace, view: View, body: Any) -> None:
    """A view's new body; what was typed stays where block and action keep their ids."""
    view.body = _checked(slack, body, view)
    view.hash, view.errors, view.trouble = slack.new_id(), {}, ""


def _is(view: View, args: Json) -> bool:
    external = args.get("external_id")
    return view.id == args.get("view_id") or bool(external and view.body.get("external_id") == external)


def _checked(slack: Workspace, body: Any, own: View | None) -> Json:
    if not isinstance(body, dict):
        raise _refused(["[ERROR] view must be an object [json-pointer:/view]"])
    findings = limits.check_view(body)
    if findings:
        raise _refused([str(one) for one in findings])
    if len(json.dumps(body)) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    external = body.get("external_id")
    others = (view for stack in slack.stacks.values() for view in stack if view is not own)
    if external and any(view.body.get("external_id") == external for view in others):
        raise SlackError("duplicate_external_id")
    return {**body, "blocks": slack.with_ids(body["blocks"])}


def _refused(messages: list[str]) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": messages})


METHODS: Mapping[str, Callable[[Workspace, Json], Json]] = {
    "views.open": open_,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
