"""Rules as sentences, the same in the builder, in the preview and in the history. Pure."""

from collections.abc import Sequence

from sync.engine.operators import DATES, OPERATORS
from sync.engine.rules import EXISTING, EXISTING_FIELD
from sync.model.connections import Action, ActionKind, Condition, Group, Rule, Scheme
from sync.model.editing import Wants
from sync.model.fields import Field, FieldRef, FieldType, Value, spoken_ref
from sync.model.records import Side

MOST_VALUES = 5


def rule_sentence(rule: Rule, scheme: Scheme) -> str:
    """ "customers where Customer type is “Business” and (…)"; all of them where there is no condition."""
    records = scheme.side(rule.side).records
    told = group_sentence(rule.when, rule.side, scheme)
    return f"{records} where {told}" if told else f"all {records}"


def group_sentence(group: Group, side: Side, scheme: Scheme) -> str:
    parts = [condition_sentence(one, side, scheme) for one in group.conditions]
    inner = (group_sentence(one, side, scheme) for one in group.groups)
    return (" or " if group.any else " and ").join([*parts, *(f"({told})" for told in inner if told)])


def condition_sentence(condition: Condition, side: Side, scheme: Scheme) -> str:
    """A field that is gone is told by its key, an unknown operator by its name."""
    field = field_of(condition.field, side, scheme)
    name = field_name(condition.field, side, scheme)
    operator = OPERATORS.get(condition.operator)
    if field is not None and field.key == EXISTING:
        return "a counterpart exists" if condition.value else "no counterpart exists"
    if operator is None:
        return f"{name} {condition.operator}"
    if operator.wants is Wants.RANGE and isinstance(condition.value, list | tuple):
        low, upto = (_told(field, one, scheme) for one in condition.value)
        return operator.sentence.format(field=name, value=low, upto=upto)
    if operator.wants is Wants.DAYS:
        return operator.sentence.format(field=name, value=condition.value)
    return operator.sentence.format(field=name, value=_values(field, condition.value, scheme))


def field_of(ref: str, side: Side, scheme: Scheme) -> Field | None:
    return EXISTING_FIELD if ref == EXISTING else scheme.side(side).fields.get(FieldRef.parse(ref).key)


def field_name(ref: str, side: Side, scheme: Scheme) -> str:
    return EXISTING_FIELD.label if ref == EXISTING else spoken_ref(scheme.side(side).fields, ref)


def _values(field: Field | None, value: Value, scheme: Scheme) -> str:
    if not isinstance(value, list | tuple):
        return _told(field, value, scheme)
    more = len(value) - MOST_VALUES
    return _listed([_told(field, one, scheme) for one in value[:MOST_VALUES]]) + (
        f" and {more} more" if more > 0 else ""
    )


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts)


def _told(field: Field | None, value: Value, scheme: Scheme) -> str:
    """A value as people read it: the label of an option, money with its currency, a text in quotes."""
    if field is None:
        return f"“{value}”"
    if field.type is FieldType.YES_NO:
        return "yes" if value else "no"
    if field.type is FieldType.MONEY:
        return f"{value} {scheme.currency}".strip()
    if field.type is FieldType.NUMBER or field.type in DATES:
        return str(value)
    labels = {option.value: option.label for option in field.options}
    return f"“{labels.get(str(value), value)}”"


def action_sentence(action: Action, rule: Rule, scheme: Scheme) -> str:
    """ "set Customer type to “Business” in Zoho Inventory"."""
    side = rule.side.other
    field, app = scheme.side(side).fields.get(action.field), scheme.side(side).title
    name, value = field_name(action.field, side, scheme), _told(field, action.value, scheme)
    said = {
        ActionKind.SET: f"set {name} to {value} in {app}",
        ActionKind.ADD: f"add {value} to {name} in {app}",
        ActionKind.REMOVE: f"remove {value} from {name} in {app}",
    }[action.kind]
    return said + (", undone when it no longer matches" if action.undo else "")
