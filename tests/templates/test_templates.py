"""Every template with hostile and longest data: Slack takes it, and nobody is pinged."""

from typing import Any

import pytest

from bot.render import page, render
from bot.sandbox.slack.limits import check_message, check_view
from bot.words import folder
from tests.blockkit import checker, findings_of_call, needs_checker
from tests.templates.samples import EVIL, SAMPLES

NOT_PARSED = ("plain_text", "raw_text", "raw_number")
CASES = [(template, number) for template, samples in SAMPLES.items() for number in range(len(samples))]


def test_every_template_has_a_sample():
    found = {str(path.relative_to(folder()))[: -len(".json.j2")] for path in folder().rglob("*.json.j2")} - {"_blocks"}
    assert found == set(SAMPLES)


@pytest.mark.parametrize(("template", "number"), CASES)
def test_slack_takes_it_with_hostile_data(template, number):
    shown = render(template, **SAMPLES[template][number])
    findings = check_view(shown) if "type" in shown else check_message(shown["blocks"])
    assert [str(finding) for finding in findings] == []


@pytest.mark.parametrize(("template", "number"), CASES)
def test_nobody_is_pinged_and_no_link_is_smuggled_in(template, number):
    for text in parsed_texts(render(template, **SAMPLES[template][number])):
        assert "<!channel>" not in text
        assert "<https://evil" not in text


@pytest.mark.parametrize(("template", "number"), CASES)
def test_a_message_has_a_sentence_for_notifications(template, number):
    shown = render(template, **SAMPLES[template][number])
    if "type" not in shown:
        assert len(shown["text"].strip()) > 5


@pytest.mark.parametrize(("template", "number"), CASES)
def test_the_independent_checker_agrees(template, number):
    needs_checker()
    shown = render(template, **SAMPLES[template][number])
    findings = checker().check(shown, surface=shown.get("type", "message"))
    assert [f"{f.code} {f.pointer}" for f in findings if f.severity == "error"] == []


def parsed_texts(part: Any) -> list[str]:
    """Texts that Slack parses as mrkdwn: those of mrkdwn objects, and a message's fallback."""
    found = []
    if isinstance(part, dict):
        if isinstance(part.get("text"), str) and part.get("type") not in NOT_PARSED:
            found.append(part["text"])
        found += [text for value in part.values() for text in parsed_texts(value)]
    if isinstance(part, list):
        found += [text for value in part for text in parsed_texts(value)]
    return found


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("landing", {"title": EVIL, "person": EVIL, "workspace": EVIL, "state": "<script>"}),
        ("arrived", {"title": EVIL, "label": "<script>alert(1)</script>"}),
        ("problem", {"said": "<script>", "advised": EVIL}),
        ("install", {"url": '"><script>'}),
        ("installed", {"workspace": "<script>"}),
        ("not_installed", {"said": "<script>", "advised": EVIL, "url": '"><script>'}),
    ],
)
def test_a_page_escapes_what_comes_from_outside(name, data):
    shown = page(name, **data)
    assert "<script" not in shown
    assert "<!channel>" not in shown


def test_the_independent_checker_can_fail():
    needs_checker()
    assert findings_of_call("chat.postMessage", {"text": "no channel"}) != []


def test_a_digest_does_not_call_pairs_in_step_that_may_be_held_or_rest():
    (said,) = [one for one in parsed_texts(render("run/digest", **SAMPLES["run/digest"][0])) if "1,204" in one]
    assert said == "1,204 pairs linked; 1 held; 3 failed."
