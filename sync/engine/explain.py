"""A plan in words' raw material: what each field and each rule comes to for one pair of records, by the functions that plan a run. Pure.

Nothing is decided here: whoever asks "why" hears what the next run would do with the records as the mirror knows them.
"""

import hashlib
from collections.abc import Mapping

import msgspec

from sync.engine import fieldwise, labelling, rules
from sync.engine.fieldwise import Result
from sync.engine.mapped import Mapped, mapped_fields
from sync.engine.mapping import Reading
from sync.engine.plan import Unit
from sync.engine.rule_words import condition_sentence, rule_sentence
from sync.model.connections import Condition, FieldMapping, Scheme
from sync.model.editing import Finding
from sync.model.fields import Field, FieldRef, Value, Values, spoken_ref
from sync.model.plans import Change, Mirrored
from sync.model.records import Side
from sync.model.stories import ConditionStory, FieldStory, RuleStory

SAME = "same"
TRAVELS = "travels"
CONFLICT = "conflict"
NOBODY = Mirrored(0, "", {})


def fields(unit: Unit, scheme: Scheme) -> list[FieldStory]:
    """Every mapped field of a pair, or of a record whose counterpart is not there, in the order of the mappings."""
    result = fieldwise.merge_pair(unit.left or NOBODY, unit.right or NOBODY, unit.link, scheme)
    return [_field(mapped, unit, result, scheme) for mapped in mapped_fields(scheme)]


def _field(mapped: Mapped, unit: Unit, result: Result, scheme: Scheme) -> FieldStory:
    one, readings = mapped.mapping, result.readings[mapped.mapping.id]
    outcome, facts = _outcome(one.id, result)
    to, change = _change(one.id, result)
    return FieldStory(
        one.id,
        one.base_key,
        {side: spoken_ref(scheme.side(side).fields, one.ref(side)) for side in Side},
        {side: readings[side].value for side in Side},
        {side: readings[side].form for side in Side},
        unit.link.base.get(one.base_key) if unit.link else None,
        _mark(readings),
        outcome,
        one.id in result.problems,
        to,
        change.after if change else None,
        change.by if change else "",
        change.won if change else "",
        facts,
        frozenset(side for side, record in unit.present if _unread(mapped.fields[side], record)),
    )


def _unread(field: Field, record: Mirrored) -> bool:
    """Whether the mirror's value is not there yet, or older than the record's listing."""
    return field.key not in record.values or (field.detail_only and not record.detailed)


def _mark(readings: Mapping[Side, Reading]) -> str:
    both = [readings[side].form for side in Side]
    return hashlib.blake2b(msgspec.json.encode(both, order="sorted"), digest_size=8).hexdigest()


def _outcome(mapping: str, result: Result) -> tuple[str, Mapping[str, str]]:
    problem = result.problems.get(mapping)
    if problem is not None:
        return problem.code, problem.facts
    if _change(mapping, result)[1] is not None:
        return TRAVELS, {}
    return result.withheld.get(mapping, SAME), {}


def _change(mapping: str, result: Result) -> tuple[Side | None, Change | None]:
    found = ((side, one) for side in Side for one in result.changes[side] if one.mapping == mapping)
    return next(found, (None, None))


def field_name(mapping: FieldMapping, scheme: Scheme) -> str:
    """What people call the left field of a mapping."""
    return spoken_ref(scheme.left.fields, mapping.left)


def questions(unit: Unit, scheme: Scheme) -> list[FieldStory]:
    """The fields that hold a pair until a person decides or mends something."""
    return [story for story in fields(unit, scheme) if story.held]


def unlabelled(unit: Unit, scheme: Scheme) -> list[Finding]:
    """The labels that one half of a pair does not get for what became of the other, because the field that holds them is mapped."""
    if unit.link is None:
        return []
    there = dict(unit.present)
    if len(there) < len(Side):
        holding = {rule.id for rule in labelling.deletion_rules(scheme) if rule.side not in there}
    else:
        unsubscribed = labelling.unsubscribe_rules(scheme)
        holding = {one.id for one in unsubscribed if rules.matches(scheme, one, there[one.side].values, existing=True)}
    return [one for one in labelling.unlabelled(scheme) if one.rule_id in holding]


# ---- rules -------------------------------------------------------------------------------------------------------------------------------


def scope(side: Side, record: Mirrored, scheme: Scheme, *, existing: bool) -> list[RuleStory]:
    """What each live rule of a record's side says about it. `existing` tells whether it has a counterpart."""
    return [
        RuleStory(
            rule_sentence(rule, scheme),
            rules.matches(scheme, rule, record.values, existing=existing),
            tuple(_condition(one, side, record, scheme, existing=existing) for one in rules.conditions(rule)),
        )
        for rule in rules.live_rules(scheme, side)
    ]


def _condition(condition: Condition, side: Side, record: Mirrored, scheme: Scheme, *, existing: bool) -> ConditionStory:
    truth = rules.holds(condition, record.values, scheme, side, existing=existing)
    return ConditionStory(condition_sentence(condition, side, scheme), _asked(condition.field, record.values), truth)


def _asked(text: str, values: Values) -> Value:
    """The value that a reference points at: of an address the part, of several entries those with the label."""
    ref = FieldRef.parse(text)
    value = values.get(ref.key)
    if ref.part and isinstance(value, dict):
        return value.get(ref.part)
    if ref.label and isinstance(value, list):
        return [entry for entry in value if entry.get("label") == ref.label]
    return value
