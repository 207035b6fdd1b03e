"""Apps are found by their files; what is known of them is complete, true to itself and fit to be shown."""

import re

import pytest

from bot.sandbox.seed import ORGANIZATION_ID
from sync.connectors import registry
from sync.connectors.base import Connector
from sync.connectors.registry import FOLDER, app
from sync.model.fields import FieldRef
from tests.connectors.stands import stands

NAMES = list(registry.names())


def test_every_app_is_a_module_with_its_facts_beside_it():
    assert sorted(NAMES) == NAMES
    assert {"zoho_inventory", "google_contacts"} <= set(NAMES)
    assert [name for name in NAMES if not (FOLDER / f"{name}.py").exists()] == []


def test_the_reference_connector_is_not_offered_to_people():
    assert (FOLDER / "memory.py").exists()
    assert "memory" not in NAMES


@pytest.mark.parametrize("name", ["memory", "base", "nothing", "../google_contacts", ""])
def test_a_name_that_is_no_app_is_refused(name):
    with pytest.raises(KeyError):
        app(name)


def test_there_is_one_hub_and_everything_else_is_a_counterpart():
    assert registry.hub().name == "zoho_inventory"
    assert [each.name for each in registry.counterparts()] == [name for name in NAMES if name != "zoho_inventory"]


def test_an_app_is_read_once():
    assert app("google_contacts") is app("google_contacts")


@pytest.mark.parametrize("name", NAMES)
def test_an_app_has_words_for_people(name):
    facts = app(name).facts
    assert facts.oauth is not None
    assert facts.title
    assert facts.container
    assert all(said[0].islower() for said in facts.oauth.scopes.values()), "they follow “zsync will be able to”"


@pytest.mark.parametrize("name", NAMES)
def test_an_app_can_be_reached_and_signed_in_to(name):
    facts = app(name).facts
    assert facts.oauth is not None
    assert facts.api_url.startswith("https://") or facts.regions
    for address in (facts.oauth.authorize_url, facts.oauth.token_url, facts.oauth.revoke_url):
        assert address.startswith("https://") or (address.startswith("/") and facts.regions)


@pytest.mark.parametrize("name", NAMES)
def test_an_app_that_reports_unsubscribes_says_by_which_field(name):
    assert bool(app(name).facts.unsubscribed.field) == app(name).capabilities.reports_unsubscribes


@pytest.mark.parametrize("name", NAMES)
def test_an_app_has_a_pace(name):
    pace = app(name).facts.pace
    assert pace.per_minute > 0
    assert pace.burst >= 1
    assert pace.in_flight >= 1


@pytest.mark.parametrize("name", NAMES)
def test_an_app_brings_its_connector_and_its_failures(name):
    module = app(name).module
    assert callable(app(name).connector)
    assert isinstance(module.FAILURES, tuple)


@pytest.mark.parametrize("name", NAMES)
def test_an_apps_connector_has_every_method_of_the_contract(name):
    kinds = [kind for kind in vars(app(name).module).values() if isinstance(kind, type)]
    wanted = {method for method in vars(Connector) if not method.startswith("_")}
    assert [
        kind.__name__ for kind in kinds if wanted <= set(dir(kind)) and kind.__module__ == app(name).module.__name__
    ]


def test_each_region_has_servers_of_its_own():
    regions = registry.hub().facts.regions
    assert len({region.key for region in regions}) == len(regions)
    assert len({region.accounts_url for region in regions}) == len(regions)
    assert len({region.api_url for region in regions}) == len(regions)
    for region in regions:
        assert re.fullmatch(r"https://accounts\.[a-z.]+", region.accounts_url)
        assert re.fullmatch(r"https://www\.[a-z.]+", region.api_url)
        assert region.name
        assert region.flag


@pytest.mark.parametrize("name", [each.name for each in registry.counterparts()])
def test_default_mappings_pair_each_field_at_most_once(name):
    mappings = app(name).facts.mappings
    assert mappings
    for place in (0, 1):
        fields = [mapping[place] for mapping in mappings]
        assert len(fields) == len(set(fields))
    assert {direction for *_, direction in mappings} <= {"both", "to-left", "to-right"}


def test_default_mappings_and_match_fields_name_fields_that_the_apps_have():
    world = stands()
    have = {
        name: {field.key for field in world.connector(name, container, region).fields()}
        for name, container, region in (("zoho_inventory", ORGANIZATION_ID, "eu"), ("google_contacts", "people", ""))
    }
    google = app("google_contacts").facts
    assert {left for left, *_ in google.mappings} <= have["zoho_inventory"]
    assert {FieldRef.parse(right).key for _, right, _ in google.mappings} <= have["google_contacts"]
    for name, keys in have.items():
        match, population = app(name).facts.match, app(name).facts.population
        assert {*match.primary, *match.secondary} <= keys
        assert {population.kind_field, population.active_field} - {""} <= keys
