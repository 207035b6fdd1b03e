"""`/zsync rules`: the rules of both sides, and the builder of one rule. What is typed lives in the draft until Done."""

from dataclasses import replace
from typing import Any

from bot.handlers import Ask, Handler, Json, Submission, Verb, rule_forms
from bot.handlers.editing import findings, keep, kept, load, open_draft, save, told
from bot.render import render
from bot.words import mistake
from sync.model.connections import Condition, Rule
from sync.model.records import Side
from sync.usecases import rules
from sync.usecases.configuration import Editing
from sync.usecases.rules import Count


def show(ask: Ask) -> None:
    editing = open_draft(ask, "Rules", "rules.open")
    if editing is not None:
        ask.reply.open(list_view(editing))


def list_view(editing: Editing) -> Json:
    found = editing.findings
    shown = {rule.id for rule in editing.document.rules}
    return render(
        "rules/list",
        draft=editing.id,
        connection=editing.connection.name,
        sides=[_side(editing, side, found) for side in Side],
        findings=findings([one for one in found if one.rule_id not in shown]),
        changes=told(editing.differences),
    )


def _side(editing: Editing, side: Side, found: Any) -> dict[str, Any]:
    rows = [
        {
            "sentence": rules.sentence(editing, rule),
            "enabled": rule.enabled,
            "actions": [rules.action_words(editing, rule, one) for one in rule.actions],
            "findings": findings(found, rule.id),
            "id": rule.id,
        }
        for rule in editing.document.rules
        if rule.side is side
    ]
    names = editing.scheme.side(side).title, editing.scheme.side(side.other).title
    return {"side": side.value, "title": names[0], "other": names[1], "rules": rows}


def row(ask: Ask) -> None:
    """The menu beside a rule."""
    word, _, rule_id = ask.value.partition(":")
    if word == "edit":
        keep(ask, rule=rule_id)
        ask.reply.update(rule_view(ask, load(ask)))
    elif word == "switch":
        on = not rules.find(load(ask), rule_id).enabled
        ask.reply.update(list_view(rules.switch(ask.services, ask.actor, ask.draft, rule_id, on=on)))
    else:
        ask.reply.update(list_view(rules.remove(ask.services, ask.actor, ask.draft, rule_id)))


def add(ask: Ask) -> None:
    rule = rules.add(ask.services, ask.actor, ask.draft, Side(ask.value))
    keep(ask, rule=rule.id)
    ask.reply.update(rule_view(ask, load(ask)))


def back(ask: Ask) -> None:
    keep(ask, counting=False)
    ask.reply.update(list_view(load(ask)))


def back_to_rule(ask: Ask) -> None:
    ask.reply.update(rule_view(ask, load(ask)))


# ---- one rule ----------------------------------------------------------------------------------------------------------------------------


def current(ask: Ask, editing: Editing) -> Rule:
    return rules.find(editing, str(kept(ask)["rule"]))


def rule_view(ask: Ask, editing: Editing) -> Json:
    """The builder: the sentence, what it matches now, conditions, actions."""
    rule = current(ask, editing)
    return _builder(editing, rule, rules.count(ask.services, ask.actor, editing, rule))


def _counted_later(ask: Ask, editing: Editing) -> Json:
    """The builder as the answer to a submission, which Slack awaits for three seconds: the count follows, unless somebody has gone on to
    another form meanwhile."""
    assert ask.queue is not None  # submissions always have one
    view_id = ask.reply.view_id
    keep(ask, counting=True)

    def follow() -> None:
        counted = rule_view(ask, editing)
        if kept(ask).get("counting"):
            ask.reply.update(counted, view_id)

    ask.queue(f"view:{view_id}", follow)
    return _builder(editing, current(ask, editing), None)


def _builder(editing: Editing, rule: Rule, counted: Count | None) -> Json:
    count = counted or Count()
    return render(
        "rules/rule",
        draft=editing.id,
        sentence=rules.sentence(editing, rule),
        waiting=counted is None,
        matched=count.matched,
        total=count.total,
        unknown=count.unknown,
        inside=count.inside,
        outside=count.outside,
        findings=findings(editing.findings, rule.id),
        groups=[_group(editing, rule, place) for place in range(len(rule.when.groups) + 1)],
        many=len(rule.when.conditions) + len(rule.when.groups) > 1,
        any=rule.when.any,
        can_group=bool(rule.when.conditions),
        other=editing.scheme.side(rule.side.other).title,
        done=[
            {"sentence": rules.action_words(editing, rule, one), "place": str(number)}
            for number, one in enumerate(rule.actions)
        ],
    )


def _group(editing: Editing, rule: Rule, place: int) -> dict[str, Any]:
    """The outer group is 0, inner ones count from 1."""
    group = rule.when if place == 0 else rule.when.groups[place - 1]
    rows = [
        {"sentence": rules.condition_words(editing, rule, one), "place": f"{place}:{number}"}
        for number, one in enumerate(group.conditions)
    ]
    return {"place": place, "any": group.any, "conditions": rows}


def mode(ask: Ask) -> None:
    _edited(ask, lambda rule: replace(rule, when=replace(rule.when, any=ask.value == "any")))


def group_row(ask: Ask) -> None:
    """The menu beside an inner group."""
    word, _, place = ask.value.partition(":")
    if word == "add":
        _condition(ask, place=int(place))
        return
    _edited(ask, lambda rule: rules.in_group(rule, int(place), lambda group: replace(group, any=not group.any)))


def _edited(ask: Ask, edited: Any) -> None:
    rule_id = str(kept(ask)["rule"])
    ask.reply.update(rule_view(ask, rules.edit(ask.services, ask.actor, ask.draft, rule_id, edited)))


def condition_row(ask: Ask) -> None:
    word, place, number = ask.value.split(":")
    if word == "remove":
        _edited(ask, lambda rule: rules.drop_condition(rule, int(place), int(number)))
        return
    rule = current(ask, load(ask))
    group = rule.when if place == "0" else rule.when.groups[int(place) - 1]
    known = group.conditions[int(number)]
    _condition(ask, place=int(place), number=int(number), field=known.field, operator=known.operator, value=known.value)


def condition_add(ask: Ask) -> None:
    _condition(ask, place=int(ask.value))


def group_add(ask: Ask) -> None:
    """A group begins with its first condition."""
    _condition(ask, place=-1)


def _condition(ask: Ask, **form: Any) -> None:
    """Open the form of one condition; `place` -1 is a group to be made."""
    kept_now = keep(ask, condition=form, counting=False)
    ask.reply.update(rule_forms.condition_view(load(ask), kept_now))


def field_chosen(ask: Ask) -> None:
    form = {**kept(ask)["condition"], "field": ask.value, "operator": "", "value": None}
    ask.reply.update(rule_forms.condition_view(load(ask), keep(ask, condition=form)))


def operator_chosen(ask: Ask) -> None:
    form = {**kept(ask)["condition"], "operator": ask.value, "value": None}
    ask.reply.update(rule_forms.condition_view(load(ask), keep(ask, condition=form)))


def submit_condition(ask: Ask) -> Json:
    editing, form = load(ask), kept(ask)["condition"]
    rule = current(ask, editing)
    if not form.get("field") or not form.get("operator"):
        return {"errors": {"field": mistake("choose")}}
    value, wrong = rule_forms.value_of(editing, rule.side, form["field"], form["operator"], ask.form)
    if wrong:
        return {"errors": wrong}
    condition = Condition(form["field"], form["operator"], value)

    def put(rule: Rule) -> Rule:
        if form["place"] < 0:
            return rules.add_group(rule, condition)
        return rules.put_condition(rule, form["place"], form.get("number"), condition)

    return _counted_later(ask, rules.edit(ask.services, ask.actor, ask.draft, rule.id, put))


# ---- actions -----------------------------------------------------------------------------------------------------------------------------


def action_add(ask: Ask) -> None:
    ask.reply.update(rule_forms.action_view(load(ask), keep(ask, action={}, counting=False)))


def action_row(ask: Ask) -> None:
    word, _, number = ask.value.partition(":")
    if word == "remove":
        _edited(ask, lambda rule: rules.drop_action(rule, int(number)))
        return
    one = current(ask, load(ask)).actions[int(number)]
    form = {"number": int(number), "field": one.field, "kind": one.kind.value, "value": one.value, "undo": one.undo}
    ask.reply.update(rule_forms.action_view(load(ask), keep(ask, action=form, counting=False)))


def action_field_chosen(ask: Ask) -> None:
    form = {"number": kept(ask)["action"].get("number"), "field": ask.value}
    ask.reply.update(rule_forms.action_view(load(ask), keep(ask, action=form, counting=False)))


def submit_action(ask: Ask) -> Json:
    editing, form = load(ask), kept(ask)["action"]
    rule = current(ask, editing)
    action, wrong = rule_forms.action_of(editing, rule, form, ask.form)
    if action is None:
        return {"errors": wrong}
    number = form.get("number")
    done = rules.edit(ask.services, ask.actor, ask.draft, rule.id, lambda one: rules.put_action(one, number, action))
    return _counted_later(ask, done)


def submit_rule(ask: Ask) -> Json:
    keep(ask, counting=False)
    return list_view(load(ask))


VERBS = (Verb("rules", "decides which records sync, and what else happens to them", show),)
BUTTONS: dict[str, Handler] = {
    "rules.open": show,
    "rules.row": row,
    "rules.add": add,
    "rules.back": back,
    "rules.back.rule": back_to_rule,
    "rules.mode": mode,
    "rules.group": group_row,
    "rules.condition.add": condition_add,
    "rules.condition.row": condition_row,
    "rules.group.add": group_add,
    "rules.field": field_chosen,
    "rules.operator": operator_chosen,
    "rules.action.add": action_add,
    "rules.action.row": action_row,
    "rules.action.field": action_field_chosen,
}
SUBMISSIONS: dict[str, Submission] = {
    "rules.save": save,
    "rules.done": submit_rule,
    "rules.condition": submit_condition,
    "rules.action": submit_action,
}
