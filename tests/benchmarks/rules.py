"""Rules of ten conditions that every customer of the crowd fits, so that all ten are looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sync.model.connections import Condition, Group, Rule
from sync.model.records import Side
from sync.usecases import configuration
from sync.usecases.configuration import Editing
from tests.usecases.stories import DANA, Story

PLAIN: Sequence[Condition] = (
    Condition("company_name", "starts with", "Company"),
    Condition("first_name", "contains", "irst"),
    Condition("last_name", "is not", "Nobody"),
    Condition("email", "domain is", "many.example"),
    Condition("website", "ends with", ".example"),
    Condition("customer_sub_type", "is any of", ["business", "individual"]),
    Condition("outstanding_receivable_amount", "<", "1000"),
    Condition("created_time", "after", "2020-01-01"),
    Condition("billing_address/country", "is", "United Kingdom"),
    Condition("notes", "is not empty"),
)

TEN_CONDITIONS: Mapping[str, Sequence[Condition]] = {
    "plain": PLAIN,
    # Two numbers of each customer, and no two alike: none can be decided without its number being read.
    "phones": (
        *PLAIN[:8],
        Condition("phone", "starts with", "+44 20"),
        Condition("mobile", "does not contain", "999999999"),
    ),
}


def draft(story: Story, side: Side, conditions: Sequence[Condition]) -> tuple[Editing, Rule]:
    """A draft of the connection's configuration, and a rule in the making."""
    editing = configuration.edit(story.services, DANA, story.connection.id)
    return editing, replace(Rule("bench", side), when=Group(tuple(conditions)))
