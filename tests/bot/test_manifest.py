"""The manifest says what the code does."""

import json
from pathlib import Path

import yaml

from bot.routes import routes
from tests.blockkit import checker, needs_checker
from tests.bot.stage import Stage

MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yml").read_text())


def test_every_address_is_a_route_of_the_bot():
    stage = Stage()
    rules = {rule.rule for rule in stage.bot.web.url_map.iter_rules()}
    settings = MANIFEST["settings"]
    addresses = [
        MANIFEST["features"]["slash_commands"][0]["url"],
        settings["interactivity"]["request_url"],
        settings["event_subscriptions"]["request_url"],
    ]
    stage.close()
    assert {"/" + address.split("/", 3)[3] for address in addresses} == {"/slack/events"}
    assert "/slack/events" in rules


def test_the_usage_hint_names_verbs_that_exist():
    hint = MANIFEST["features"]["slash_commands"][0]["usage_hint"]
    assert {word.strip() for word in hint.split("|")} <= set(routes().verbs)


def test_slack_would_take_the_manifest():
    needs_checker()
    findings = checker().check(json.loads(json.dumps(MANIFEST)), surface="manifest")
    assert [str(finding) for finding in findings if finding.severity == "error"] == []
