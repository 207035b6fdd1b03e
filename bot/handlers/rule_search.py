"""What the searches of the rule forms offer for what somebody has typed so far."""

from bot.handlers import Ask, Suggestion, rule_forms
from bot.handlers.editing import kept, load
from bot.handlers.rules import current
from sync.usecases import rules
from sync.usecases.rules import Offer

MOST_SUGGESTIONS = 100


def suggest_fields(ask: Ask) -> list[Offer]:
    editing = load(ask)
    return _found(rules.fields_for_conditions(editing, current(ask, editing).side), ask.text)


def suggest_action_fields(ask: Ask) -> list[Offer]:
    editing = load(ask)
    return _found(rules.fields_for_actions(editing, current(ask, editing).side.other), ask.text)


def suggest_values(ask: Ask) -> list[Offer]:
    editing = load(ask)
    return _found(
        rule_forms.options_offered(editing, current(ask, editing).side, kept(ask)["condition"]["field"]), ask.text
    )


def suggest_action_values(ask: Ask) -> list[Offer]:
    """The options of the field, and, for labels, what was typed as a new one."""
    editing = load(ask)
    side, ref = current(ask, editing).side.other, kept(ask)["action"]["field"]
    found = _found(rule_forms.options_offered(editing, side, ref), ask.text)
    typed = ask.text.strip()
    if typed and rule_forms.takes_new(editing, side, ref) and typed not in {one.value for one in found}:
        found = [Offer(typed, typed, "new"), *found]
    return found


def _found(offers: list[Offer], text: str) -> list[Offer]:
    return [one for one in offers if text.casefold() in one.text.casefold()][:MOST_SUGGESTIONS]


SUGGESTIONS: dict[str, Suggestion] = {
    "rules.field": suggest_fields,
    "rules.value": suggest_values,
    "rules.action.field": suggest_action_fields,
    "rules.action.value": suggest_action_values,
}
