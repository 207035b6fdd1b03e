"""Nothing that a template makes is too much for Slack: whatever people typed, however long their lists are."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.fitting import cut, fitting
from bot.render import render
from bot.sandbox.slack.limits import check_message, check_view
from tests.templates.samples import EVIL, LONG, SAMPLES

CASES = [(template, number) for template, samples in SAMPLES.items() for number in range(len(samples))]
LETTERS = st.sampled_from("&<>\"'\\`*_~|{}%\n\r\t \u2028\u202e\u00a0🎉ضß文aZ0-:")
TEXTS = st.builds(lambda piece, times: piece * times, st.text(LETTERS, max_size=40), st.integers(1, 300))


def told(sample: Any, text: str, times: int) -> Any:
    """The sample with this text wherever it is hostile, and its lists of rows so many times as long."""
    if isinstance(sample, str):
        return text if EVIL in sample or LONG in sample else sample
    if isinstance(sample, dict):
        return {key: told(part, text, times) for key, part in sample.items()}
    if isinstance(sample, list):
        rows = [told(part, text, times) for part in sample]
        return rows * times if rows and isinstance(rows[0], dict) else rows
    return sample


@given(st.sampled_from(CASES), TEXTS, st.integers(1, 12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_slack_takes_every_view_and_message(case, text, times):
    template, number = case
    shown = render(template, **told(SAMPLES[template][number], text, times))
    findings = check_view(shown) if "type" in shown else check_message(shown["blocks"])
    assert [str(finding) for finding in findings] == []
    assert len(shown.get("text", "")) <= 4000


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": {"type": "plain_text", "text": value}, "value": value} for value in values]


def fitted(*blocks: dict[str, Any], frame: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    return list(fitting(frame or {"text": "A message."}, blocks)["blocks"])


def test_a_long_section_is_cut_between_lines_and_its_button_stands_beside_the_first_part_only():
    button = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Status"}}
    parts = fitted(section("\n".join(["word " * 100] * 10), accessory=button))
    assert len(parts) == 2
    assert ["accessory" in part for part in parts] == [True, False]
    assert "\n".join(part["text"]["text"] for part in parts) == "\n".join(["word " * 100] * 10)


def test_a_single_line_that_is_too_long_ends_in_dots():
    (only,) = fitted(section("x" * 5000))
    assert only["text"]["text"] == "x" * 2998 + "…"


@pytest.mark.parametrize(("text", "kept"), [("ab&amp;cd", "ab…"), ("ab<@U1> cd", "ab…"), ("abcdefgh", "abcde…")])
def test_nothing_is_cut_inside_an_escape_or_a_mention(text, kept):
    assert cut(text, 6) == kept


def test_what_is_left_out_is_counted():
    blocks = fitted(*[section("row")] * 60)
    assert len(blocks) == 50
    assert blocks[-1]["elements"][0]["text"] == "… and 11 more"


def test_a_view_that_is_too_heavy_loses_its_end():
    view = fitting({"type": "home"}, [section("文" * 2990)] * 100)
    assert len(json.dumps(view)) < 250_000
    assert "more" in view["blocks"][-1]["elements"][0]["text"]


@pytest.mark.parametrize(
    ("kind", "most"), [("static_select", 100), ("radio_buttons", 10), ("checkboxes", 10), ("overflow", 5)]
)
def test_a_menu_keeps_what_is_chosen_and_names_each_value_once(kind, most):
    many = options(*(f"v{number}" for number in range(150)), "v1")
    element = {"type": kind, "action_id": "a", "options": many, "initial_option": many[149]}
    (block,) = fitted({"type": "actions", "elements": [element]})
    values = [one["value"] for one in block["elements"][0]["options"]]
    assert len(values) == most
    assert len(set(values)) == most
    assert "v149" in values


def test_a_second_block_of_the_same_id_leaves_the_id_to_slack():
    first, second = fitted(section("one", block_id="b"), section("two", block_id="b"))
    assert (first["block_id"], "block_id" in second) == ("b", False)


def test_a_table_ends_before_slack_has_enough():
    rows = [[{"type": "raw_text", "text": "x" * 120}] * 5] * 40
    (table,) = fitted({"type": "table", "rows": rows})
    assert len(table["rows"]) == 16
    assert fitted({"type": "table", "rows": rows[:1]}) == []


def test_bold_cells_count_by_what_they_show():
    bold = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x" * 120, "style": {"bold": True}}]}
    rows = [[{"type": "rich_text", "elements": [bold]}] * 5] * 40
    (table,) = fitted({"type": "table", "rows": rows})
    assert len(table["rows"]) == 16
