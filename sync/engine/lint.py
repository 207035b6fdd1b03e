"""What is wrong, or odd, with a configuration before it is saved. Pure; findings are codes with facts, templates make sentences of them."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from sync.engine import actions, rules
from sync.engine.normalise import normal
from sync.engine.operators import NUMBERS, OPERATORS, SETS
from sync.engine.rule_words import condition_sentence, field_name, field_of, rule_sentence
from sync.model.connections import Action, ActionKind, Condition, Document, Group, Rule, Scheme
from sync.model.editing import Finding, Wants
from sync.model.fields import FieldRef, FieldType, Value
from sync.model.records import Side


def lint(document: Document, scheme: Scheme) -> list[Finding]:
    live = [rule for rule in document.rules if rule.enabled]
    found = [
        finding
        for rule in live
        for finding in (*_conditions(rule, scheme), *_logic(rule, scheme), *_actions(rule, document, scheme))
    ]
    return [*found, *_sides(live, scheme), *_pairs(live, scheme)]


# ---- one condition -----------------------------------------------------------------------------------------------------------------------


def _conditions(rule: Rule, scheme: Scheme) -> Iterator[Finding]:
    for condition in rules.conditions(rule):
        wrong = _wrong(condition, rule.side, scheme)
        if wrong:
            facts = {"field": field_name(condition.field, rule.side, scheme), "value": _short(condition.value)}
            yield Finding(wrong, rule.id, facts, refused=True)


def _short(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _wrong(condition: Condition, side: Side, scheme: Scheme) -> str:
    """What is wrong with a condition by itself, as a code; nothing where it is sound."""
    one, ref = field_of(condition.field, side, scheme), FieldRef.parse(condition.field)
    operator = OPERATORS.get(condition.operator)
    if one is None:
        return "no_field"
    kind = rules.condition_type(one, ref)
    if operator is None or kind not in operator.types:
        return "no_operator"
    wanted = condition.value if isinstance(condition.value, list | tuple) else [condition.value]
    if operator.wants is Wants.NOTHING:
        return ""
    if operator.wants is Wants.DAYS:
        return "" if str(condition.value).isdigit() and int(condition.value) > 0 else "bad_value"
    if (
        not wanted
        or (operator.wants is Wants.RANGE and len(wanted) != 2)
        or any(_bad(kind, value, scheme) for value in wanted)
    ):
        return "bad_value"
    known = {option.value for option in one.options}
    return "no_option" if kind is FieldType.CHOICE and known and not known.issuperset(map(str, wanted)) else ""


def _bad(kind: FieldType, value: Value, scheme: Scheme) -> bool:
    if kind in NUMBERS:
        return not rules.is_number(normal(kind, value, scheme.region))
    if kind in (FieldType.DATE, FieldType.DATE_TIME):
        return not rules.is_day(value)
    return value is None or value == ""


# ---- one rule ----------------------------------------------------------------------------------------------------------------------------


def _logic(rule: Rule, scheme: Scheme) -> Iterator[Finding]:
    pair = contradiction(rule.when)
    if pair is not None:
        first, second = (condition_sentence(one, rule.side, scheme) for one in pair)
        yield Finding("never", rule.id, {"first": first, "second": second})
    elif rule.when.any and any(
        _opposed(one, other) and _whole(one, other) for one, other in combinations(rule.when.conditions, 2)
    ):
        yield Finding("always", rule.id)


def contradiction(group: Group) -> tuple[Condition, Condition] | None:
    """Two conditions that cannot hold together in a group where all must."""
    if group.any:
        return None
    every = [*group.conditions, *(one for inner in group.groups if not inner.any for one in inner.conditions)]
    return next(((one, other) for one, other in combinations(every, 2) if _opposed(one, other)), None)


def _opposed(one: Condition, other: Condition) -> bool:
    """Whether no value satisfies both. Only what is certain counts."""
    if one.field != other.field:
        return False
    for a, b in ((one, other), (other, one)):
        if a.operator == "is empty" and b.operator in OPERATORS and not OPERATORS[b.operator].negated:
            return True
        if (a.operator, b.operator) in NEGATIONS and a.value == b.value:
            return True
    return _apart(one, other) or _out_of_range(one, other)


NEGATIONS = (("is", "is not"), ("contains", "does not contain"), ("has", "has not"), ("=", "≠"))


def _whole(one: Condition, other: Condition) -> bool:
    """Whether the two together hold for every value: a condition and its negation."""
    names = {one.operator, other.operator}
    return any(names == set(pair) for pair in (*NEGATIONS, ("is empty", "is not empty"))) and one.value == other.value


def _apart(one: Condition, other: Condition) -> bool:
    """Two different values for a field that holds one."""
    single = {"is", "on", "="}
    if one.operator not in single or one.operator != other.operator or "#" in one.field:
        return False
    return str(one.value).casefold() != str(other.value).casefold()


def _out_of_range(one: Condition, other: Condition) -> bool:
    mine, theirs = _bounds(one), _bounds(other)
    if mine is None or theirs is None:
        return False
    least, most = max(mine[0], theirs[0]), min(mine[1], theirs[1])
    return least > most or (least == most and _strict(one, other, least))


def _bounds(condition: Condition) -> tuple[Decimal, Decimal] | None:
    """The range of numbers that satisfies a condition, its ends included."""
    wanted = condition.value if isinstance(condition.value, list | tuple) else [condition.value]
    if not all(rules.is_number(one) for one in wanted):
        return None
    if condition.operator == "between":
        return Decimal(condition.value[0]), Decimal(condition.value[1])
    if condition.operator not in ("<", "≤", ">", "≥", "="):
        return None
    value = Decimal(str(condition.value))
    infinite = Decimal("Infinity")
    return {"<": (-infinite, value), "≤": (-infinite, value), ">": (value, infinite), "≥": (value, infinite)}.get(
        condition.operator, (value, value)
    )


def _strict(one: Condition, other: Condition, at: Decimal) -> bool:
    return any(c.operator in ("<", ">") and Decimal(str(c.value)) == at for c in (one, other))


# ---- actions -----------------------------------------------------------------------------------------------------------------------------


def _actions(rule: Rule, document: Document, scheme: Scheme) -> Iterator[Finding]:
    side = rule.side.other
    for action in rule.actions:
        one = scheme.side(side).fields.get(action.field)
        facts = {"field": one.label if one else action.field, "side": scheme.side(side).title}
        if one is None:
            yield Finding("no_field", rule.id, facts, refused=True)
        elif closed := actions.offered(one, document.mappings, side):
            yield Finding(closed, rule.id, facts, refused=True)
        elif (action.kind is ActionKind.SET) is (one.type in SETS):
            yield Finding("bad_value", rule.id, {**facts, "value": _short(action.value)}, refused=True)
    if rule.actions and not document.options.direction.writes(side):
        yield Finding("one_way", rule.id, {"side": scheme.side(side).title})


# ---- rules beside each other -------------------------------------------------------------------------------------------------------------


def _sides(live: list[Rule], scheme: Scheme) -> Iterator[Finding]:
    for side in Side:
        if not any(rule.side is side for rule in live):
            yield Finding("no_rule", facts={"side": scheme.side(side).title})


def _pairs(live: list[Rule], scheme: Scheme) -> Iterator[Finding]:
    for one, other in combinations(live, 2):
        if one.side is not other.side:
            continue
        yield from _covered(one, other, scheme)
        yield from _clashes(one, other, scheme)


def covers(wide: Rule, narrow: Rule) -> bool:
    """Whether every record that the narrow rule brings in is certainly brought in by the wide one."""
    if wide.when == narrow.when or not (wide.when.conditions or wide.when.groups):
        return True
    if wide.when.any or narrow.when.any or wide.when.groups:
        return False
    return all(condition in narrow.when.conditions for condition in wide.when.conditions)


def _covered(one: Rule, other: Rule, scheme: Scheme) -> Iterator[Finding]:
    for wide, narrow in ((one, other), (other, one)):
        if covers(wide, narrow) and not narrow.actions:
            yield Finding("covered", narrow.id, {"by": rule_sentence(wide, scheme)})
            return


def _clashes(one: Rule, other: Rule, scheme: Scheme) -> Iterator[Finding]:
    """Certain where one rule covers the other, possible where both could hold."""
    if contradiction(Group((*one.when.conditions, *other.when.conditions))) and not (one.when.any or other.when.any):
        return
    certain = covers(one, other) or covers(other, one)
    for action in other.actions:
        if any(_differ(action, earlier) for earlier in one.actions):
            facts = {"field": field_name(action.field, other.side.other, scheme)}
            yield Finding("clash" if certain else "clash_possible", other.id, facts, refused=certain)


def _differ(one: Action, other: Action) -> bool:
    same_field = one.field == other.field
    if one.kind is ActionKind.SET and other.kind is ActionKind.SET:
        return same_field and one.value != other.value
    return same_field and {one.kind, other.kind} == {ActionKind.ADD, ActionKind.REMOVE} and one.value == other.value
