"""What is wrong, or odd, with a configuration before it is saved. Pure; findings are codes with facts, templates make sentences of them.

Whether a rule can never hold, always holds, or is covered by another is decided by a search for values that prove the opposite, so such a
finding is certain (`logic.py`). Where the search is too long, nothing is said.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import combinations

from sync.engine import actions, labelling, rules
from sync.engine.logic import Formula, Joint, Literal, denied, flat, possible
from sync.engine.normalise import normal_field
from sync.engine.operators import operators_for
from sync.engine.readers import wanted_form
from sync.engine.rule_words import condition_sentence, field_name, group_sentence, rule_sentence
from sync.model.connections import Action, ActionKind, Condition, Document, Group, Rule, Scheme
from sync.model.editing import Finding, Wants
from sync.model.fields import SETS, Field, FieldRef, FieldType, Value
from sync.model.records import Side

CHOICES = (FieldType.CHOICE, FieldType.MULTI_CHOICE)


def lint(document: Document, scheme: Scheme) -> list[Finding]:
    """Findings about each live rule, then about a side, about two rules, about labels. Rules that are switched off are left alone."""
    live = [rule for rule in document.rules if rule.enabled]
    found: list[Finding] = []
    sound: list[Stated] = []
    for rule in live:
        wrong = list(_conditions(rule, scheme))
        if not any(one.refused for one in wrong):
            stated = Stated(rule, _stated(rule.when, rule.side, scheme), rules.today(scheme))
            wrong += _logic(stated, scheme)
            sound += [stated] if stated.possible else []
        found += [*wrong, *_actions(rule, document, scheme)]
    return [*found, *_sides(document, scheme), *_pairs(sound, scheme), *labelling.unlabelled(scheme)]


# ---- one condition -----------------------------------------------------------------------------------------------------------------------


def _conditions(rule: Rule, scheme: Scheme) -> Iterator[Finding]:
    for condition in rules.conditions(rule):
        code, refused = _wrong(condition, rule.side, scheme)
        if code:
            name = field_name(condition.field, rule.side, scheme)
            facts = {"field": name, "operator": condition.operator, "value": _short(condition.value)}
            yield Finding(code, rule.id, facts, refused)


def _short(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else "" if value is None else str(value)


def _wrong(condition: Condition, side: Side, scheme: Scheme) -> tuple[str, bool]:
    """What is wrong with a condition by itself, as a code, and whether it is refused; no code where it is sound."""
    found, ready = rules.subject(scheme, side, condition.field), rules.ready(scheme, side, condition)
    if found is None:
        return "no_field", True
    if ready is None:
        return "no_operator", True
    if ready.wanted is None and ready.operator.wants is not Wants.NOTHING:
        return "bad_value", True
    known = {option.value for option in found[0].options}
    if not known or known.issuperset(map(str, flat(ready.wanted))):
        return "", False
    if ready.kind in CHOICES:
        return "no_option", True
    # A label may come into being later: it is only odd to ask for one that nobody has.
    return ("no_option", False) if ready.kind is FieldType.LABELS else ("", False)


# ---- one rule ----------------------------------------------------------------------------------------------------------------------------


def _stated(group: Group, side: Side, scheme: Scheme) -> Joint:
    """A group whose conditions are all sound; an empty one holds always."""
    made = (rules.ready(scheme, side, one) for one in group.conditions)
    literals = [Literal(one, True) for one in made if one]
    inner = [_stated(one, side, scheme) for one in group.groups]
    return Joint((*literals, *inner), group.any and bool(literals or inner))


class Stated:
    """A rule as a formula, and what follows from it."""

    def __init__(self, rule: Rule, formula: Formula, today: date) -> None:
        self.rule, self.formula, self.today = rule, formula, today
        self.denied = denied(formula)
        self.possible = possible((formula,), today)

    @property
    def always(self) -> bool:
        return not possible((self.denied,), self.today)

    def covers(self, other: "Stated") -> bool:
        """Whether every record that the other rule brings in is brought in by this one."""
        return not possible((other.formula, self.denied), self.today)

    def meets(self, other: "Stated") -> bool:
        """Whether both may hold for one record."""
        return possible((self.formula, other.formula), self.today)


def _logic(stated: Stated, scheme: Scheme) -> Iterator[Finding]:
    rule = stated.rule
    if not stated.possible:
        yield Finding("never", rule.id, _contradiction(rule, scheme))
    elif rules.conditions(rule) and stated.always:
        yield Finding("always", rule.id)


def _contradiction(rule: Rule, scheme: Scheme) -> dict[str, str]:
    """The condition that no value satisfies, or the first two that can't hold together, or else the whole rule."""
    joint = [group for group in (rule.when, *rule.when.groups) if not group.any or len(group.conditions) == 1]
    needed = [one for group in joint for one in group.conditions] if not rule.when.any else []
    for size in (1, 2):
        for some in combinations(needed, size):
            if not possible((_stated(Group(some), rule.side, scheme),), rules.today(scheme)):
                told = [condition_sentence(one, rule.side, scheme) for one in some]
                return dict(zip(("first", "second"), told, strict=False))
    return {"first": group_sentence(rule.when, rule.side, scheme)}


# ---- actions -----------------------------------------------------------------------------------------------------------------------------


def _actions(rule: Rule, document: Document, scheme: Scheme) -> Iterator[Finding]:
    side = rule.side.other
    for action in rule.actions:
        one = scheme.side(side).fields.get(action.field)
        facts = {"field": field_name(action.field, side, scheme), "side": scheme.side(side).title}
        code = (actions.offered(one, document.mappings, side) or _unfit(action, one, scheme)) if one else "no_field"
        if code:
            yield Finding(code, rule.id, {**facts, "value": _short(action.value)}, refused=True)
    for first, second in combinations(rule.actions, 2):
        if _differ(first, second, rule, scheme):
            yield Finding("clash", rule.id, {"field": field_name(first.field, side, scheme)}, refused=True)
    if rule.actions and not document.options.direction.writes(side):
        yield Finding("one_way", rule.id, {"side": scheme.side(side).title})


def _unfit(action: Action, field: Field, scheme: Scheme) -> str:
    """Why a field can't take an action's value, or nothing where it can; what must not be empty can't be emptied."""
    if (action.kind is ActionKind.SET) is (field.type in SETS):
        return "bad_value"
    if action.value in (None, "", []):
        return "bad_value" if field.required or field.type in SETS else ""
    if not _takes(field, action.value, scheme):
        return "bad_value"
    known = {option.value for option in field.options}
    return "no_option" if field.type in CHOICES and known and action.value not in known else ""


def _takes(field: Field, value: Value, scheme: Scheme) -> bool:
    if field.type is FieldType.DATE_TIME:
        return _is_moment(value)
    is_or_has = operators_for(field.type)[0]
    fits = wanted_form(field.type, FieldRef(field.key), is_or_has, value, scheme.region) is not None
    return fits and not (field.max_length and len(str(value)) > field.max_length)


def _is_moment(value: Value) -> bool:
    try:
        datetime.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _differ(one: Action, other: Action, rule: Rule, scheme: Scheme) -> bool:
    """Whether two actions on one field can't both have their way."""
    field = scheme.side(rule.side.other).fields.get(one.field)
    if field is None or one.field != other.field:
        return False
    if one.kind is ActionKind.SET and other.kind is ActionKind.SET:
        mine, theirs = (normal_field(field, each.value, scheme.region) for each in (one, other))
        return bool(mine != theirs)
    return {one.kind, other.kind} == {ActionKind.ADD, ActionKind.REMOVE} and bool(one.value == other.value)


# ---- rules beside each other -------------------------------------------------------------------------------------------------------------


def _sides(document: Document, scheme: Scheme) -> Iterator[Finding]:
    without = document.ruleless()
    if len(without) == len(Side):
        yield Finding("no_rule_left")
    else:
        yield from (Finding("no_rule", facts={"side": scheme.side(side).title}) for side in without)


def _pairs(sound: Sequence[Stated], scheme: Scheme) -> Iterator[Finding]:
    for one, other in combinations(sound, 2):
        if one.rule.side is other.rule.side:
            wider, narrower = one.covers(other), other.covers(one)
            yield from _covered(one.rule, other.rule, wider, narrower, scheme)
            if wider or narrower or one.meets(other):
                yield from _clashes(one.rule, other.rule, wider or narrower, scheme)


def _covered(one: Rule, other: Rule, wider: bool, narrower: bool, scheme: Scheme) -> Iterator[Finding]:
    """Said of a rule that does nothing of its own: of two that are the same, of the later one."""
    code = "same" if wider and narrower and not one.actions and not other.actions else "covered"
    if wider and not other.actions:
        yield Finding(code, other.id, {"by": rule_sentence(one, scheme)})
    elif narrower and not one.actions:
        yield Finding(code, one.id, {"by": rule_sentence(other, scheme)})


def _clashes(one: Rule, other: Rule, certain: bool, scheme: Scheme) -> Iterator[Finding]:
    """Certain where one rule covers the other, possible where both could hold."""
    for action in other.actions:
        if any(_differ(earlier, action, other, scheme) for earlier in one.actions):
            facts = {"field": field_name(action.field, other.side.other, scheme)}
            yield Finding("clash" if certain else "clash_possible", other.id, facts, refused=certain)
