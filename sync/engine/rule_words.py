"""Rules as sentences, the same in the builder, in the preview and in the history. Pure."""

from collections.abc import Sequence

from sync.engine.operators import OPERATORS, Operator
from sync.engine.rules import EXISTING, EXISTING_FIELD, condition_type, subject
from sync.model.connections import Action, ActionKind, Condition, Group, Rule, Scheme
from sync.model.editing import Wants
from sync.model.fields import DATES, NUMBERS, Field, FieldType, Value, spoken_ref
from sync.model.records import Side

MOST_VALUES = 5


def rule_sentence(rule: Rule, scheme: Scheme) -> str:
    """ "customers where Customer type is “Business” and (…)"; all of them where there is no condition."""
    records = scheme.side(rule.side).records
    told = group_sentence(rule.when, rule.side, scheme)
    return f"{records} where {told}" if told else f"all {records}"


def group_sentence(group: Group, side: Side, scheme: Scheme) -> str:
    """Its conditions, joined by what the group asks for; a group within it in brackets where it holds more than one."""
    told = [condition_sentence(one, side, scheme) for one in group.conditions]
    inner = [(one, said) for one in group.groups if (said := group_sentence(one, side, scheme))]
    told += [f"({said})" if len(one.conditions) + len(one.groups) > 1 else said for one, said in inner]
    return (" or " if group.any else " and ").join(told)


def condition_sentence(condition: Condition, side: Side, scheme: Scheme) -> str:
    """A field that is gone is told by its key, an unknown operator by its name."""
    if condition.field == EXISTING:
        return "a counterpart exists" if condition.value else "no counterpart exists"
    found, operator = subject(scheme, side, condition.field), OPERATORS.get(condition.operator)
    name = field_name(condition.field, side, scheme)
    if operator is None:
        return f"{name} {condition.operator}"
    kind = condition_type(*found) if found else FieldType.TEXT
    value, upto = _values(kind, found[0] if found else None, operator, condition.value, scheme)
    return operator.sentence.format(field=name, value=value, upto=upto)


def field_name(ref: str, side: Side, scheme: Scheme) -> str:
    return EXISTING_FIELD.label if ref == EXISTING else spoken_ref(scheme.side(side).fields, ref)


def _values(kind: FieldType, field: Field | None, operator: Operator, value: Value, scheme: Scheme) -> tuple[str, str]:
    """What a sentence says is wanted; the second text is the upper bound of a range."""
    if operator.wants is Wants.DAYS:
        return ("1 day" if str(value) == "1" else f"{value} days"), ""
    told = [_told(kind, field, one, scheme) for one in (value if isinstance(value, list | tuple) else [value])]
    if operator.wants is Wants.RANGE and len(told) == 2:
        return told[0], told[1]
    return _listed(told), ""


def _listed(texts: Sequence[str]) -> str:
    """ "“a”, “b” or “c”"; of many the first few and how many more."""
    if len(texts) > MOST_VALUES:
        return f"{', '.join(texts[:MOST_VALUES])} or {len(texts) - MOST_VALUES} more"
    return " or ".join([", ".join(texts[:-1]), *texts[-1:]]) if len(texts) > 1 else "".join(texts)


def _told(kind: FieldType, field: Field | None, value: Value, scheme: Scheme) -> str:
    """A value as people read it: the label of an option, money with its currency, a text in quotes."""
    if kind is FieldType.YES_NO:
        return "yes" if value else "no"
    if kind is FieldType.MONEY:
        return f"{value} {scheme.currency}".strip()
    if kind in NUMBERS or kind in DATES:
        return str(value)
    labels = {option.value: option.label for option in field.options} if field else {}
    return f"“{labels.get(str(value), value)}”"


def action_sentence(action: Action, rule: Rule, scheme: Scheme) -> str:
    """ "set Customer type to “Business” in Zoho Inventory"."""
    side = rule.side.other
    field, app = scheme.side(side).fields.get(action.field), scheme.side(side).title
    name = field_name(action.field, side, scheme)
    value = _told(field.type if field else FieldType.TEXT, field, action.value, scheme)
    said = {
        ActionKind.SET: f"set {name} to {value} in {app}",
        ActionKind.ADD: f"add {value} to {name} in {app}",
        ActionKind.REMOVE: f"remove {value} from {name} in {app}",
    }[action.kind]
    return said + (", undone when it no longer matches" if action.undo else "")
