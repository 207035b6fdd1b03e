"""Hostile and longest data for every template: names that would ping a channel, break JSON, or be too long."""

from typing import Any

EVIL = "<!channel> & \"Sons\" \\ 'x' <https://evil.example|our site> *bold* `code` {{ 7*7 }} 🎉 مرحبا"
LONG = "Worshipful Company of Longnamed Bakers " * 60
TITLES = {"left": "Zoho Inventory", "right": "Google Contacts", "left_name": EVIL, "right_name": EVIL}
SIDE = {
    "creates": 1234567,
    "updates": 1,
    "excluded": 5,
    "duplicates": 2,
    "held": 1,
    "records": 9,
    "kind": 1,
    "inactive": 2,
    "no_email": 3,
}
EXAMPLE = {
    "name": EVIL + LONG, "side": "right", "kind": "create",
    "changes": [{"field": EVIL, "before": EVIL + LONG, "after": EVIL + LONG}] * 12,
}  # fmt: skip
BUCKETS = {"in step": 1234567, "excluded": 5, "held": 1, "duplicate": 2, "gone": 0, "failed": 3, "waiting": 1}
ROWS = [{"id": "c1", "name": EVIL + LONG, "words": EVIL + LONG} for _ in range(60)]
OPTIONS = [{"text": EVIL + LONG, "value": f"v{number}", "description": EVIL + LONG} for number in range(8)]
PREVIEW: dict[str, Any] = {
    "connection": EVIL + LONG, "channel": "C1", "run": "r1", "by": "U1", "limited": True, "hold": "first", "only_looking": False,
    "titles": TITLES, "mirrored": {"left": 250, "right": 180}, "links": 3, "sides": {"left": SIDE, "right": SIDE}, "unread": 7,
    "examples": [EXAMPLE] * 12, "writes": 5, "cost": {"calls": 10, "minutes": 2},
}  # fmt: skip
CARD: dict[str, Any] = {
    "connection": EVIL + LONG, "run": "r1", "by": "U1", "titles": TITLES, "finished": 5, "failed": 2, "planned": 10, "buckets": {},
    "done": {"left": {"created": 1, "updated": 2}, "right": {"created": 3, "updated": 4}}, "problem": {}, "resume_at": 0,
    "started_at": 1795469293, "ended_at": 1795469393,
}  # fmt: skip
HOLD: dict[str, Any] = {
    "connection": EVIL + LONG, "run": "r1", "titles": TITLES, "sides": {"left": SIDE, "right": SIDE}, "owner": "U1", "by": "U1",
    "causes": [{"code": "field", "count": 30, "allowed": 20, "field": "notes-notes"}, {"code": "tried"}],
}  # fmt: skip
STATUS: dict[str, Any] = {
    "connection": EVIL, "id": "c1", "words": EVIL, "titles": TITLES, "links": 2, "buckets": {"left": BUCKETS, "right": {}},
    "refreshed": {"left": 1795469293.0, "right": 0}, "quota": {"spent": 1, "allowed": 600, "limit": 1000},
}  # fmt: skip
ACCOUNT = {
    "id": "a1",
    "title": EVIL,
    "label": EVIL,
    "region": "Europe",
    "state": "revoked",
    "by": "U1",
    "connections": [EVIL],
}

# Template → one or more sets of data.
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "accounts/confirm": [{"title": EVIL, "label": EVIL, "state": "s1"}],
    "accounts/list": [{"rows": []}, {"rows": [ACCOUNT, ACCOUNT | {"id": "a2", "state": "ok", "region": "", "connections": []}]}],
    "accounts/reconnect": [{"title": EVIL, "label": EVIL, "url": "https://zsync.example/oauth"}],
    "connect/authorize": [{"draft": "d1", "number": 1, "title": "Zoho Inventory", "scopes": [EVIL], "url": "https://x.example", "step": "region", "external": "e1"}],
    "connect/confirm": [{"draft": "d1", "number": 4, "title": EVIL, "label": EVIL + LONG, "region": "", "step": "left_sign_in"}],
    "connect/continue": [{"draft": "d1", "title": EVIL, "label": EVIL}],
    "connect/counterpart": [{"draft": "d1", "rows": OPTIONS, "chosen": "v0", "organisation": EVIL + LONG}],
    "connect/declined": [{"draft": "d1", "said": EVIL, "advised": EVIL}],
    "connect/done": [{"draft": "", "connection": EVIL + LONG}],
    "connect/options": [
        {"draft": "d1", "directions": OPTIONS[:3], "direction": "v0", "winners": OPTIONS[:4], "winner": "v1", "channel": "C1",
         "mappings": [{"left": EVIL, "arrow": "↔", "right": EVIL}] * 80},
        {"draft": "d1", "directions": OPTIONS[:3], "direction": "v0", "winners": OPTIONS[:4], "winner": "v1", "channel": "", "mappings": []},
    ],
    "connect/organisation": [{"draft": "d1", "rows": OPTIONS, "chosen": "v3"}],
    "connect/problem": [{"draft": "d1", "said": EVIL + LONG, "advised": EVIL, "step": "region"}],
    "connect/region": [{"draft": "d1", "rows": OPTIONS, "chosen": ""}],
    "connect/waiting": [{"draft": "d1", "what": EVIL}],
    "connections/disconnect": [{"rows": ROWS[:1]}],
    "connections/done": [{"icon": ":x:", "text": EVIL + LONG}],
    "connections/list": [{"rows": [], "waiting": ""}, {"rows": ROWS, "waiting": EVIL}],
    "connections/pick": [{"rows": ROWS, "label": "Run", "action": "connections.run"}],
    "connections/status": [STATUS | {"state": state} for state in ("draft", "live", "paused", "stopped")],
    "errors/apology": [{"reference": "abc123"}],
    "errors/channel": [{"channel": "C9", "problem": problem} for problem in ("is_archived", "not_in_channel", "channel_not_found")],
    "errors/error": [{"said": EVIL + LONG, "advised": EVIL}],
    "errors/modal": [{"said": EVIL + LONG, "advised": EVIL}],
    "help/help": [{"verbs": [("connect", EVIL)] * 30, "unknown": EVIL, "guess": "connect"}, {"verbs": [], "unknown": "", "guess": ""}],
    "home/home": [{"rows": []}, {"rows": ROWS}],
    "run/card": [
        CARD | {"state": "applying"},
        CARD | {"state": "applying", "problem": {"said": EVIL, "advised": EVIL}, "resume_at": 1795469293},
        CARD | {"state": "done", "buckets": {"left": BUCKETS, "right": BUCKETS}},
        CARD | {"state": "held", "finished": 0},
        CARD | {"state": "discarded"},
    ],
    "run/details": [
        {"titles": TITLES, "rows": []},
        {"titles": TITLES, "rows": [{"bucket": "held", "code": code, "side": "left", "count": 12, "names": [EVIL] * 5} for code in ("too_long", "Strange", "")] * 30},
    ],
    "run/failure": [{"connection": EVIL, "said": EVIL + LONG, "advised": EVIL, "resume_at": 0, "stopped": True, "owner": "U1"},
                    {"connection": EVIL, "said": EVIL, "advised": EVIL, "resume_at": 1795469293, "stopped": False, "owner": "U1"}],
    "run/hold": [HOLD | {"state": "held"}, HOLD | {"state": "applying"}],
    "run/preview": [PREVIEW | {"state": state} for state in ("reading", "planning", "detail", "held", "discarded", "applying")]
    + [PREVIEW | {"state": "held", "hold": "tried"}, PREVIEW | {"state": "done", "only_looking": True, "writes": 0, "links": 0}],
    "run/recovery": [{"connection": EVIL, "since": 1795469293}],
    "run/shrunk": [{"connection": EVIL, "connection_id": "c1", "side": "left", "app": "Zoho Inventory", "known": 250, "found": 0}],
}  # fmt: skip
