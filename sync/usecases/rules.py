"""Rules in a draft: what they match, what their conditions and actions may be, and how they are edited."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from sync.engine import actions, normalise, rule_words, rules
from sync.engine.operators import OPERATORS, Operator, operators_for
from sync.model.connections import Action, Condition, Document, Group, Rule
from sync.model.errors import NotNow
from sync.model.fields import ADDRESS_PARTS, Field, FieldRef, FieldType, spoken_ref
from sync.model.records import Side
from sync.store.repository import Transaction
from sync.usecases import configuration
from sync.usecases.actors import Actor
from sync.usecases.configuration import Editing
from sync.usecases.services import Services

EXAMPLES = 5


@dataclass(slots=True)
class Count:
    """How many of the records that take part a rule matches; `unknown` ones wait for a detail. `inside` and `outside` are names."""

    total: int = 0
    matched: int = 0
    unknown: int = 0
    inside: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)


def count(services: Services, actor: Actor, editing: Editing, rule: Rule) -> Count:
    """What a rule matches now, from the mirror: no call to the app. Records are read in pages."""
    groups = (rules.population(editing.scheme, rule.side), rule.when)
    takes_part, matches = (rules.matcher(group, editing.scheme, rule.side) for group in groups)
    times: dict[rules.Truth, int] = {True: 0, False: 0, None: 0}
    names: dict[rules.Truth, list[str]] = {True: [], False: [], None: []}
    with services.store.reading(actor.workspace) as tx:
        there = _existing(tx, editing, rule)
        for row, name, values in tx.mirror.scan(editing.endpoints[rule.side].id, rules.keys(*groups)):
            if takes_part(values, None) is False:
                continue
            truth = matches(values, row in there)
            times[truth] += 1
            if name and len(names[truth]) < EXAMPLES:
                names[truth].append(name)
    return Count(sum(times.values()), times[True], times[None], names[True], names[False])


def _existing(tx: Transaction, editing: Editing, rule: Rule) -> set[int]:
    """Records with a counterpart: linked, or sharing an e-mail address with one."""
    if rules.EXISTING not in {condition.field for condition in rules.conditions(rule)}:
        return set()
    here, there = editing.endpoints[rule.side], editing.endpoints[rule.side.other]
    return tx.links.linked_rows(editing.connection.id) | tx.mirror.sharing_keys(here.id, there.id)


def sentence(editing: Editing, rule: Rule) -> str:
    return rule_words.rule_sentence(rule, editing.scheme)


def condition_words(editing: Editing, rule: Rule, condition: Condition) -> str:
    return rule_words.condition_sentence(condition, rule.side, editing.scheme)


def action_words(editing: Editing, rule: Rule, action: Action) -> str:
    return rule_words.action_sentence(action, rule, editing.scheme)


# ---- what can be chosen ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can be chosen; `closed` says why it can't."""

    value: str
    text: str
    description: str = ""
    closed: str = ""


def fields_for_conditions(editing: Editing, side: Side) -> list[Offer]:
    """Every field of a side, single labels of those with several entries, parts of addresses, and whether a counterpart exists."""
    fields = editing.scheme.side(side).fields
    existing = Offer(rules.EXISTING, rules.EXISTING_FIELD.label, rules.EXISTING_FIELD.type.value)
    return [
        existing,
        *(Offer(ref, spoken_ref(fields, ref), one.type.value) for one in fields.values() for ref in _refs(one)),
    ]


def _refs(one: Field) -> list[str]:
    wholes = [one.key, *(f"{one.key}#{label}" for label in one.entry_labels)] if one.many else [one.key]
    parts = [f"{whole}/{part}" for whole in wholes for part in ADDRESS_PARTS] if one.type is FieldType.ADDRESS else []
    return wholes + parts


def field_of(editing: Editing, side: Side, ref: str) -> Field | None:
    if ref == rules.EXISTING:
        return rules.EXISTING_FIELD
    return editing.scheme.side(side).fields.get(FieldRef.parse(ref).key)


def type_of(editing: Editing, side: Side, ref: str) -> FieldType | None:
    one = field_of(editing, side, ref)
    return rules.condition_type(one, FieldRef.parse(ref)) if one else None


def operators_of(editing: Editing, side: Side, ref: str) -> Sequence[Operator]:
    kind = type_of(editing, side, ref)
    return operators_for(kind) if kind else ()


def operator(name: str) -> Operator | None:
    return OPERATORS.get(name)


def fields_for_actions(editing: Editing, side: Side) -> list[Offer]:
    """Fields of the target side; those that an action can't set say why."""
    found = []
    for one in editing.scheme.side(side).fields.values():
        closed = actions.offered(one, editing.document.mappings, side)
        if closed not in ("several", "read_only"):
            found.append(Offer(one.key, one.label, one.type.value, closed))
    return found


def number(typed: object) -> str | None:
    """A typed number in plain notation; None for what is none."""
    found = normalise.number(typed)
    return None if found is None else format(found, "f")


def invertible(one: Field) -> bool:
    return actions.invertible(one)


# ---- editing -----------------------------------------------------------------------------------------------------------------------------


def find(editing: Editing, rule_id: str) -> Rule:
    """Raises NotNow when the rule was removed meanwhile."""
    for rule in editing.document.rules:
        if rule.id == rule_id:
            return rule
    raise NotNow("rule_gone")


def add(services: Services, actor: Actor, draft_id: str, side: Side) -> Rule:
    """A new rule without conditions."""
    rule = Rule(services.new_id()[:12], side)
    configuration.change(services, actor, draft_id, lambda one: replace(one, rules=(*one.rules, rule)))
    return rule


def remove(services: Services, actor: Actor, draft_id: str, rule_id: str) -> Editing:
    def without(document: Document) -> Document:
        return replace(document, rules=tuple(rule for rule in document.rules if rule.id != rule_id))

    return configuration.change(services, actor, draft_id, without)


def switch(services: Services, actor: Actor, draft_id: str, rule_id: str, *, on: bool) -> Editing:
    return edit(services, actor, draft_id, rule_id, lambda rule: replace(rule, enabled=on))


def edit(services: Services, actor: Actor, draft_id: str, rule_id: str, edited: Callable[[Rule], Rule]) -> Editing:
    def changed(document: Document) -> Document:
        return replace(document, rules=tuple(edited(rule) if rule.id == rule_id else rule for rule in document.rules))

    return configuration.change(services, actor, draft_id, changed)


def in_group(rule: Rule, place: int, edited: Callable[[Group], Group]) -> Rule:
    """The rule with one of its groups changed: 0 is the outer group, 1 the first inner one. Inner groups without conditions go."""
    if place == 0:
        return replace(rule, when=edited(rule.when))
    inner = tuple(edited(group) if number == place else group for number, group in enumerate(rule.when.groups, 1))
    return replace(rule, when=replace(rule.when, groups=inner))


def put_condition(rule: Rule, place: int, number: int | None, condition: Condition) -> Rule:
    """Add a condition to a group, or put it in place of the one with this number."""

    def put(group: Group) -> Group:
        if number is None:
            return replace(group, conditions=(*group.conditions, condition))
        kept = tuple(condition if at == number else one for at, one in enumerate(group.conditions))
        return replace(group, conditions=kept)

    return in_group(rule, place, put)


def drop_condition(rule: Rule, place: int, number: int) -> Rule:
    def drop(group: Group) -> Group:
        return replace(group, conditions=tuple(one for at, one in enumerate(group.conditions) if at != number))

    changed = in_group(rule, place, drop)
    filled = tuple(group for group in changed.when.groups if group.conditions)
    return replace(changed, when=replace(changed.when, groups=filled))


def add_group(rule: Rule, condition: Condition) -> Rule:
    """An inner group that begins with one condition; it asks for the opposite of the outer group."""
    inner = Group((condition,), any=not rule.when.any)
    return replace(rule, when=replace(rule.when, groups=(*rule.when.groups, inner)))


def put_action(rule: Rule, number: int | None, action: Action) -> Rule:
    if number is None:
        return replace(rule, actions=(*rule.actions, action))
    return replace(rule, actions=tuple(action if at == number else one for at, one in enumerate(rule.actions)))


def drop_action(rule: Rule, number: int) -> Rule:
    return replace(rule, actions=tuple(one for at, one in enumerate(rule.actions) if at != number))
