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
    "gone": 3,
    "kind": 1,
    "inactive": 2,
    "no_email": 3,
}
EXAMPLE = {
    "name": EVIL + LONG, "side": "right", "kind": "create",
    "changes": [{"field": EVIL, "before": EVIL + LONG, "after": EVIL + LONG}] * 12,
}  # fmt: skip
BUCKETS = {"in step": 1234567, "excluded": 5, "held": 1, "duplicate": 2, "gone": 0, "failed": 3, "waiting": 1}
WORDS = ("draft", "preparing", "to approve", "in step", "working", "held", "trouble", "paused", "stopped", "no rule")
ROWS = [
    {"id": "c1", "name": EVIL + LONG, "health": word, "look": 3, "owner": "U1", "ruleless": [EVIL]}
    for word in WORDS * 7
]
OPTIONS = [{"text": EVIL + LONG, "value": f"v{number}", "description": EVIL + LONG} for number in range(8)]
PREVIEW: dict[str, Any] = {
    "connection": EVIL + LONG, "channel": "C1", "run": "r1", "by": "U1", "limited": True, "hold": "first", "only_looking": False,
    "titles": TITLES, "mirrored": {"left": 250, "right": 180}, "links": 3, "sides": {"left": SIDE, "right": SIDE}, "unread": 7,
    "changes": [], "examples": [EXAMPLE] * 12, "resting": {"new": 12, "old": 3, "undoing": 2}, "idle": False, "writes": 5, "cost": {"calls": 340, "left": 2410, "minutes": 6, "resets_at": 1795469293},
}  # fmt: skip
CARD: dict[str, Any] = {
    "connection": EVIL + LONG, "run": "r1", "by": "U1", "idle": False, "titles": TITLES, "finished": 5, "failed": 2, "planned": 10, "minutes": 3, "buckets": {},
    "done": {"left": {"created": 1, "updated": 2}, "right": {"created": 3, "updated": 4}}, "problem": {}, "resume_at": 0,
    "started_at": 1795469293, "ended_at": 1795469393,
}  # fmt: skip
HOLD: dict[str, Any] = {
    "connection": EVIL + LONG, "run": "r1", "titles": TITLES, "sides": {"left": SIDE, "right": SIDE}, "owner": "U1", "by": "U1",
    "causes": [{"code": "tried", "field": ""}, *({"code": code, "count": 1204, "allowed": 20, "field": EVIL} for code in ("field", "removals", "updates", "creates"))],
    "records": {"left": "customers", "right": "contacts"}, "labelled": {"left": True, "right": False},
}  # fmt: skip
STATUS: dict[str, Any] = {
    "id": "c1", "name": EVIL + LONG, "health": "in step", "look": 12, "ruleless": [EVIL], "state": "live", "titles": TITLES, "links": 2,
    "buckets": {"left": BUCKETS, "right": {}}, "ended_at": 1795469293.0, "refreshed": {"left": 1795469293.0, "right": 0}, "day": {"spent": 1234, "allowed": 6000, "limit": 10000, "left": 4766}, "owner": "U1",
    "organisation": "e1",
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

CHANGES = [
    {"sign": "+", "kind": "mapping", "text": EVIL, "before": "", "after": ""},
    {"sign": "~", "kind": "option", "text": "clears_travel", "before": "off", "after": "on"},
    {"sign": "-", "kind": "rule", "text": EVIL + LONG, "before": EVIL, "after": LONG},
] * 10  # fmt: skip
FACTS = {
    "field": EVIL,
    "value": EVIL,
    "first": EVIL,
    "second": EVIL,
    "by": EVIL,
    "side": EVIL,
    "operator": EVIL,
    "label": EVIL,
}
CODES = ("never", "always", "covered", "same", "no_rule", "no_rule_left", "no_field", "no_option", "bad_value", "clash", "clash_possible", "mapped", "read_only", "one_way", "label_mapped", "no_operator", "several", "strange")  # fmt: skip
FINDINGS = [{"code": code, "facts": FACTS} for code in CODES]
RULE_ROW = {"sentence": EVIL + LONG, "enabled": False, "actions": [EVIL] * 3, "findings": FINDINGS[:2], "id": "r1"}
CONDITIONS = [{"sentence": EVIL + LONG, "place": "0:1"}] * 8
RULE: dict[str, Any] = {
    "draft": "d1", "sentence": EVIL + LONG, "waiting": False, "matched": 412, "total": 2100, "unknown": 3, "inside": [EVIL] * 5,
    "outside": [EVIL] * 5, "findings": FINDINGS, "many": True, "any": True, "can_group": True, "other": EVIL,
    "groups": [{"place": 0, "any": True, "conditions": CONDITIONS}, {"place": 1, "any": False, "conditions": CONDITIONS}],
    "done": [{"sentence": EVIL, "place": "2"}] * 4,
}  # fmt: skip
PICKED = {"text": EVIL + LONG, "value": "email"}
CONDITION: dict[str, Any] = {
    "draft": "d1", "title": EVIL, "key": "ab12", "field": PICKED, "operators": OPTIONS, "operator": "v0", "value": "", "upto": "", "unit": EVIL,
    "choices": OPTIONS, "picked": PICKED,
}  # fmt: skip
ACTION: dict[str, Any] = {
    "draft": "d1", "title": EVIL, "key": "ab12", "field": PICKED, "closed": "", "adds": True, "kind": "add", "value": "", "choices": OPTIONS,
    "picked": None, "undo_offered": True, "undo": True, "ready": True,
}  # fmt: skip
MAPPING: dict[str, Any] = {
    "draft": "d1", "key": "ab12", "titles": TITLES, "left": PICKED, "right": PICKED, "refused": None, "directions": OPTIONS[:3], "direction": "v0",
    "why_directions": EVIL, "losses": [{"title": EVIL, "warning": EVIL, "name": EVIL + LONG, "before": EVIL + LONG, "after": EVIL, "code": ""}] * 2,
    "words": {"yes": EVIL, "no": "No"}, "table": [{"label": EVIL, "choices": OPTIONS, "chosen": "v1"}, {"label": EVIL, "choices": [], "chosen": EVIL}],
    "further": 1204, "policy": "hold", "fixed": [{"side": "left", "choices": OPTIONS, "chosen": "v2"}, {"side": "right", "choices": [], "chosen": EVIL}],
}  # fmt: skip
MAPPING_ROW = {
    "left": EVIL + LONG,
    "right": EVIL,
    "arrow": "↔",
    "enabled": True,
    "paused": False,
    "default": False,
    "id": "m1",
}
SETTINGS: dict[str, Any] = {
    "draft": "d1", "connection": EVIL + LONG, "left": EVIL + LONG, "right": EVIL, "direction": "both", "winner": "newest", "kinds": OPTIONS[:2],
    "kinds_chosen": ["v0"], "switches": ["avoid_duplicates", "clears_travel"], "switches_chosen": ["clears_travel"],
    "ways": {"deletions": [], "unsubscribes": []}, "findings": FINDINGS[:2], "intervals": [60, 300], "interval": 60, "channel_chosen": "", "verbosity": "normal",
}  # fmt: skip
SAVED: dict[str, Any] = {"draft": "d1", "connection": EVIL + LONG, "changes": CHANGES, "findings": FINDINGS, "by": "U1"}
VERSION = {
    "number": 3,
    "by": "U1",
    "at": 1795469293.0,
    "reason": EVIL + LONG,
    "live": False,
    "ever": True,
    "changes": CHANGES,
}
DIGEST: dict[str, Any] = {
    "connection": EVIL + LONG, "connection_id": "c1", "titles": TITLES, "done": CARD["done"], "failed": 2, "links": 1204,
    "attention": {"held": 1, "duplicate": 0, "failed": 3}, "week": {"days": ["Fri 27", "Sat 28"], "left": [12, 0], "right": [3, 40]},
}  # fmt: skip
DRIFT_FACTS = {"field": EVIL, "before": "text", "after": "number", "option": EVIL}
DRIFT: dict[str, Any] = {
    "connection": EVIL, "id": "c1", "app": EVIL,
    "rows": [{"code": code, "facts": DRIFT_FACTS, "used": used} for used in ("mapping", "rule") for code in ("removed", "retyped", "option_new", "option_gone")],
}  # fmt: skip

HEALTH = [
    STATUS | {"health": health, "state": state}
    for health, state in (("to approve", "draft"), ("in step", "live"), ("held", "live"), ("paused", "paused"), ("stopped", "stopped"))
]  # fmt: skip

QUESTION = {
    "field": EVIL,
    "left": EVIL + LONG,
    "right": EVIL,
    "before": [EVIL, LONG],
    "outcome": "conflict",
    "side": "left",
    "newest": True,
    "key": "0f|name@1",
}
GROUP = [
    {"row": number, "side": side, "name": EVIL + LONG, "id": "z1", "linked": number == 1, "values": [{"field": EVIL, "value": EVIL + LONG}] * 14}
    for number, side in enumerate(["left"] * 9 + ["right"] * 3)
]  # fmt: skip
ITEM: dict[str, Any] = {
    "row": 7, "side": "left", "name": EVIL + LONG, "bucket": "held", "code": "conflict", "said": "", "advised": "", "questions": [QUESTION] * 2, "group": [],
}  # fmt: skip
ITEMS = [
    ITEM, ITEM | {"code": "frozen", "questions": [QUESTION | {"outcome": "frozen"}] * 2}, ITEM | {"bucket": "gone", "code": "counterpart_gone"},
    *(ITEM | {"bucket": "duplicate", "code": code, "group": GROUP} for code in ("several", "taken", "secondary", "strange")),
    ITEM | {"code": "person_changed"}, ITEM | {"bucket": "failed", "code": "ValueRefused", "said": EVIL + LONG, "advised": EVIL},
    ITEM | {"code": "too_long", "questions": [QUESTION | {"outcome": "too_long", "before": []}]},
    ITEM | {"code": "ending"}, ITEM | {"code": "kept"},
]  # fmt: skip
ITEMS = [item | {"row": number} for number, item in enumerate(ITEMS)]
NOTES = [
    {"became": became, "name": EVIL + LONG, "by": "U1", "count": count}
    for became, count in (("done", 1), ("done", 31), ("already", 1), ("moved", 1), ("over", 1), ("", 0))
]
HELD_PAGE: dict[str, Any] = {
    "draft": "c1|conflict|0", "connection": EVIL + LONG, "connection_id": "c1", "titles": TITLES, "code": "conflict", "total": 1204, "rows": ITEMS,
    "first": False, "following": 88, "asks": 1204,
}  # fmt: skip
FREE = [{"text": EVIL + LONG, "value": str(number), "description": EVIL} for number in range(3)]
KNOWN = [
    {"title": EVIL, "id": EVIL, "name": EVIL + LONG, "listed_at": 1795469293.0, "read_at": read_at, "rules": rules}
    for read_at, rules in (
        (0, []),
        (1795469293.0, [{"sentence": EVIL + LONG, "truth": truth, "conditions": [{"sentence": EVIL, "value": value, "truth": truth}] * 3}
                        for truth, value in ((True, EVIL), (False, LONG), (None, ""))]),
    )
]  # fmt: skip
OUTCOMES = ("same", "travels", "clear", "direction", "unmapped", "conflict")
WHY_FIELDS: list[dict[str, Any]] = [
    {"name": EVIL, "left": EVIL + LONG, "right": right, "base": base, "outcome": outcome, "held": outcome == "conflict", "to": "left", "after": after,
     "by": by, "won": won, "unread": []}
    for outcome in OUTCOMES
    for right, base, after, by, won in (
        (EVIL, {"left": EVIL, "right": EVIL}, EVIL, "U1", ""), ("", {"left": "", "right": EVIL}, "", "", "newest"), (EVIL, None, "", "", "left"), (EVIL, None, "", "", "direction"),
    )
]  # fmt: skip
LINES = [
    {"at": 1795469293.0, "kind": kind, "by": by, "title": title, "changes": [{"field": EVIL, "before": before, "after": EVIL + LONG, "reason": reason, "rule": EVIL + LONG} for reason in ("", "rule", "newest", "direction", "left", "person")]}
    for kind, by, title, before in (("changed", "U1", EVIL, EVIL), ("kept", "", "", ""), ("strange_kind", "U2", EVIL, ""))
]  # fmt: skip
WHY: dict[str, Any] = {
    "draft": "why|c1|7", "note": NOTES[-1], "connection": EVIL + LONG, "titles": TITLES, "name": EVIL + LONG, "bucket": "held", "code": "conflict", "link": "active",
    "row": 7, "creates": [], "will": "held", "known": KNOWN, "fields": [*WHY_FIELDS, WHY_FIELDS[0] | {"unread": ["left", "right"]}], "unlabelled": FINDINGS[:2], "lines": LINES * 5, "item": ITEM,
}  # fmt: skip

# Template → one or more sets of data.
SAMPLES: dict[str, list[dict[str, Any]]] = {
    "accounts/confirm": [{"title": EVIL, "label": EVIL, "state": "s1"}],
    "accounts/list": [{"rows": []}, {"rows": [ACCOUNT, ACCOUNT | {"id": "a2", "state": "ok", "region": "", "connections": []}]}],
    "accounts/reconnect": [{"title": EVIL, "label": EVIL, "url": "https://zsync.example/oauth"}],
    "config/export": [{"draft": "d1", "connection": EVIL, "id": "c1", "version": 3, "first": 1, "page": page, "pages": pages,
                       "parts": ["options:\n  direction: both\n", *[LONG + EVIL] * 9]} for page, pages in ((1, 1), (1, 3), (2, 3))],
    "config/import": [{"draft": "d1", "connection": EVIL, "first": 1, "texts": [""] * 10}, {"draft": "d1", "connection": EVIL, "first": 11, "texts": [LONG + EVIL] * 10}],
    "config/checking": [{}],
    "config/mistakes": [{"draft": "d1", "mistakes": [
        {"line": 3, "code": code, "facts": FACTS | {"problem": EVIL, "name": EVIL, "left": EVIL, "right": EVIL, "reason": EVIL}, "part": part, "line_in_part": 1}
        for part, code in enumerate(("nothing", "syntax", "unknown", "shape", "never", "bad_limit", "bad_interval", "bad_kind", "no_kind", "twice", "used", "unfit"))] * 3}],
    "config/saved": [SAVED | {"fate": fate, "place": place} for fate in ("unchanged", "live", "preview", "outdated", "refused") for place in ("", "C1")],
    "config/versions": [{"draft": "", "connection": EVIL, "id": "c1", "rows": [VERSION, VERSION | {"live": True}, VERSION | {"ever": False}] * 7}],
    "connect/authorize": [{"draft": "d1", "number": 1, "title": "Zoho Inventory", "scopes": [EVIL], "url": "https://x.example", "step": "region", "external": "e1"}],
    "connect/confirm": [{"draft": "d1", "number": 4, "title": EVIL, "label": EVIL + LONG, "region": "", "step": "left_sign_in"}],
    "connect/continue": [{"draft": "d1", "title": EVIL, "label": EVIL}],
    "connect/counterpart": [{"draft": "d1", "organisation": EVIL + LONG, "apps": [{"name": "hubspot", "title": EVIL, "container": "account", "accounts": [{"id": "a1", "label": EVIL + LONG}] * few} for few in (0, 2)]}],
    "connect/declined": [{"draft": "d1", "said": EVIL, "advised": EVIL}],
    "connect/done": [{"draft": "", "connection": EVIL + LONG}],
    "connect/options": [
        {"draft": "d1", "left": EVIL + LONG, "right": EVIL, "direction": "both", "winner": "ask", "channel": "C1",
         "mappings": [{"left": EVIL, "arrow": "↔", "right": "phones#work"}] * 80},
        {"draft": "d1", "left": EVIL, "right": EVIL, "direction": "to-left", "winner": "left", "channel": "", "mappings": []},
    ],
    "connect/organisation": [{"draft": "d1", "rows": [{"id": f"6000{number}", "name": EVIL + LONG} for number in range(140)], "chosen": "60003"}],
    "connect/problem": [{"draft": "d1", "said": EVIL + LONG, "advised": EVIL, "step": "region"}],
    "connect/region": [{"draft": "d1", "known": [{"label": EVIL + LONG, "region": EVIL, "value": "account:a1"}], "regions": [{"flag": "flag-eu", "name": "Europe", "value": "region:eu"}], "chosen": ""}],
    "connect/waiting": [{"draft": "d1", "what": what, "app": EVIL, "name": EVIL + LONG} for what in ("organisation", "check", "finish")],
    "connections/disconnect": [{"id": "c1", "name": EVIL + LONG}],
    "connections/done": [{"what": what, "name": EVIL + LONG, "number": 3} for what in ("run", "preview", "pause", "resume", "disconnect", "approved", "tried", "discarded", "decided", "accepted", "reconnected", "signed_out")],
    "connections/list": [{"rows": [], "next": {}}, *({"rows": ROWS, "next": row} for row in ROWS[:9] if row["health"] in ("to approve", "held", "stopped"))],
    "connections/pick": [{"rows": ROWS, "label": "Run", "action": "connections.run"}],
    "connections/status": [{"row": row} for row in HEALTH],
    "errors/apology": [{"reference": "abc123"}],
    "errors/channel": [{"channel": "C9", "problem": problem, "connection": EVIL + LONG, "connection_id": "c1"} for problem in ("is_archived", "not_in_channel", "channel_not_found")],
    "errors/error": [{"said": EVIL + LONG, "advised": EVIL}],
    "errors/modal": [{"said": EVIL + LONG, "advised": EVIL, "reference": ""}, {"said": "", "advised": "", "reference": "abc123"}],
    "errors/not_installed": [{"url": "https://zsync.example/slack/install?a=1&b=<2>"}, {"url": ""}],
    "errors/not_installed_modal": [{"url": "https://zsync.example/slack/install"}, {"url": ""}],
    "help/welcome": [{}],
    "help/help": [{"verbs": [("connect", EVIL)] * 30, "unknown": EVIL, "guess": "connect"}, {"verbs": [], "unknown": "", "guess": ""}],
    "held/all": [{"draft": "c1|left|1204", "connection": EVIL + LONG, "titles": TITLES, "side": side, "count": 1204, "code": "conflict"} for side in ("left", "right")],
    "held/group": [{"draft": "c1|several|0", "connection": EVIL, "titles": TITLES, "item": ITEMS[3], "free": {"left": FREE, "right": FREE[:1]}},
                   {"draft": "c1|taken|0", "connection": EVIL, "titles": TITLES, "item": ITEMS[4], "free": {"left": FREE, "right": []}}],
    "held/overview": [{"draft": "c1||0", "connection": EVIL + LONG, "owner": "U1", "may_decide": may, "reasons": reasons}
                      for may in (True, False) for reasons in ([], [{"bucket": "failed", "code": "PlanLimit", "count": 1204}, {"bucket": "held", "code": "conflict", "count": 1}])],
    "held/page": [HELD_PAGE | {"note": each} for each in NOTES]
    + [HELD_PAGE | {"note": NOTES[0], "rows": [], "total": 0, "first": True, "following": None}],
    "held/pair": [{"draft": "c1|several|1|2", "connection": EVIL + LONG, "titles": TITLES, "names": {"left": EVIL + LONG, "right": EVIL}, "unread": unread,
                   "bucket": bucket, "code": "kind", "changes": changes}
                  for unread, bucket, changes in (([], "excluded", []), ([EVIL] * 20, "waiting", []), ([], "in step", []),
                                                  ([EVIL], "in step", [{"side": "left", "field": EVIL, "before": EVIL + LONG, "after": ""}] * 40))],
    "history/runs": [{"connection": EVIL + LONG, "titles": TITLES, "rows": []}, {"connection": EVIL + LONG, "titles": TITLES, "rows": [
        {"state": state, "started_at": 1795469293.0, "asked_by": asked, "approved_by": approved, "failed": failed, "problem": EVIL + LONG, "done": CARD["done"]}
        for state, asked, approved, failed in (("done", "U1", "U2", 0), ("held", "U1", "", 3), ("applying", "", "", 1), ("failed", "", "U1", 1))] * 4}],
    "home/home": [{"rows": [], "more": 0, "accounts": [], "next": {}, "days": []}, {"rows": HEALTH, "days": [HEALTH[0], HEALTH[0] | {"day": {"spent": 0, "allowed": None, "limit": None, "left": None}}], "more": 4, "accounts": [ACCOUNT] * 30, "next": HEALTH[0]}],
    "mappings/edit": [MAPPING, MAPPING | {"left": None, "right": None, "directions": [], "losses": [], "words": None, "table": [], "further": 0},
                      MAPPING | {"directions": [], "refused": {"reason": EVIL, "remedy": EVIL}, "losses": [], "words": None, "table": [], "further": 0}],
    "mappings/list": [{"findings": FINDINGS[:2], "draft": "d1", "connection": EVIL, "titles": TITLES, "page": 2, "pages": 5, "total": 120, "changes": CHANGES,
                       "rows": [MAPPING_ROW, MAPPING_ROW | {"enabled": False}, MAPPING_ROW | {"paused": True}] * 9},
                      {"draft": "d1", "connection": EVIL, "titles": TITLES, "page": 1, "pages": 1, "total": 0, "findings": [], "changes": [], "rows": []}],
    "rules/action": [ACTION | {"wants": wants} for wants in ("text", "number", "date", "choice", "search", "")]
    + [ACTION | {"closed": "mapped", "ready": False, "wants": "", "adds": False, "undo_offered": False}],
    "rules/condition": [CONDITION | {"wants": wants} for wants in ("text", "number", "days", "choice", "search", "texts", "range", "")]
    + [CONDITION | {"wants": "choices", "value": ["v1"]}, CONDITION | {"wants": "date", "value": "2026-11-30"}, CONDITION | {"wants": "dates"},
       CONDITION | {"field": None, "operators": [], "operator": "", "wants": ""}],
    "rules/list": [{"draft": "d1", "connection": EVIL, "findings": FINDINGS, "changes": CHANGES, "sides": [
        {"side": "left", "title": EVIL, "other": EVIL, "rules": [RULE_ROW, RULE_ROW | {"enabled": True, "actions": []}] * 5},
        {"side": "right", "title": EVIL, "other": EVIL, "rules": []}]}],
    "rules/rule": [RULE, RULE | {"groups": [], "many": False, "can_group": False, "done": [], "inside": [], "waiting": True}],
    "settings/edit": [SETTINGS, SETTINGS | {"kinds": [], "ways": {"deletions": ["left", "right"], "unsubscribes": ["right"]}, "channel_chosen": "C1",
                                 "switches": ["avoid_duplicates", "deletions", "unsubscribes"]}],
    "settings/limits": [{"draft": "d1", "connection": EVIL + LONG, "limits": {"field_share": "30"} | {
        f"{name}_{kind}": value for name in ("updates", "creates", "removals") for kind, value in (("least", "1204"), ("share", "12.5"))}}],
    "run/digest": [DIGEST, DIGEST | {"failed": 0, "week": {"days": ["Sat 28"], "left": [1], "right": [0]}}],
    "run/drift": [DRIFT, DRIFT | {"rows": DRIFT["rows"][4:]}],
    "run/card": [
        CARD | {"state": "applying"},
        CARD | {"state": "applying", "problem": {"said": EVIL, "advised": EVIL}, "resume_at": 1795469293},
        CARD | {"state": "done", "buckets": {"left": BUCKETS, "right": BUCKETS}},
        CARD | {"state": "held", "finished": 0},
        CARD | {"state": "done", "finished": 0, "idle": True},
        CARD | {"state": "discarded"},
    ],
    "run/details": [
        {"titles": TITLES, "rows": [], "connection_id": "c1", "waiting": {"all": 0, "conflicts": 0}},
        {"titles": TITLES, "rows": [], "connection_id": "c1", "waiting": {"all": 12, "conflicts": 3}},
        {"titles": TITLES, "connection_id": "c1", "waiting": {"all": 1, "conflicts": 1}, "rows": [{"bucket": "held", "code": code, "side": "left", "count": 12, "names": [EVIL] * 5} for code in ("too_long", "Strange", "")] * 30},
    ],
    "run/failure": [{"connection": EVIL + LONG, "said": EVIL + LONG, "advised": EVIL, "resume_at": 0, "stopped": True, "account": "a1", "app": EVIL},
                    {"connection": EVIL, "said": EVIL, "advised": EVIL, "resume_at": 0, "stopped": True, "account": "", "app": ""},
                    {"connection": EVIL, "said": EVIL, "advised": EVIL, "resume_at": 1795469293, "stopped": False, "account": "", "app": ""}],
    "run/hold": [HOLD | {"state": state} for state in ("held", "applying", "discarded")],
    "run/confirm": [{"run": "r1", "connection": EVIL + LONG, "word": "1204"}],
    "run/decided": [{"already": already, "connection": EVIL + LONG} for already in (True, False)],
    "run/preview": [PREVIEW | {"state": state} for state in ("reading", "planning", "detail", "held", "discarded", "applying")]
    + [PREVIEW | {"state": "held", "cost": {"calls": 900, "left": 12, "minutes": 1, "resets_at": 1795469293}},
       PREVIEW | {"state": "held", "cost": {"calls": 900, "left": None, "minutes": 15, "resets_at": 1795469293}}, PREVIEW | {"state": "applying", "cost": {}},
       PREVIEW | {"state": "held", "cost": {"calls": 0, "left": 12, "minutes": 1, "resets_at": 1795469293}}]
    + [PREVIEW | {"state": "held", "hold": "tried"}, PREVIEW | {"state": "done", "only_looking": True, "writes": 0, "links": 0},
       PREVIEW | {"state": "done", "only_looking": True, "writes": 0, "links": 0, "idle": True, "sides": {side: SIDE | {"gone": 0} for side in ("left", "right")}}]
    + [PREVIEW | {"state": "held", "changes": CHANGES}, PREVIEW | {"state": "held", "changes": CHANGES, "resting": {"new": 0, "old": 1, "undoing": 0}}, PREVIEW | {"state": "held", "changes": CHANGES, "writes": 0, "links": 0}],
    "run/recovery": [{"connection": EVIL, "since": 1795469293}],
    "run/shrunk": [{"connection": EVIL, "connection_id": "c1", "side": "left", "app": "Zoho Inventory", "known": 250, "found": 0}],
    "why/choose": [{"text": EVIL + LONG, "rows": [{"name": EVIL + LONG, "titles": [EVIL, EVIL], "connection": EVIL + LONG, "value": "c1|7"}] * 70}],
    "why/record": [WHY] + [WHY | {"bucket": bucket, "will": bucket, "code": code, "link": link, "creates": creates, "item": None, "lines": [], "note": NOTES[0]}
                           for bucket, code, link, creates in (("in step", "", "active", []), ("in step", "first_rule", "", ["right"]), ("waiting", "decided", "", []),
                                                               ("excluded", "dismissed", "dismissed", []), ("gone", "counterpart_gone", "gone", []))],
}  # fmt: skip
