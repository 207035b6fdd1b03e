"""Finds the apps by itself: every `<app>.py` with an `<app>.toml` beside it is one. Menus, help and tests read this, no list of names."""

import importlib
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

import msgspec

from sync.connectors.base import Capabilities, Connector
from sync.http.client import ApiClient
from sync.http.oauth import OAuthFacts, Region
from sync.http.pacing import Pace
from sync.model.grants import Grant

FOLDER = Path(__file__).parent


class MatchFacts(msgspec.Struct, frozen=True):
    """By which fields records match (`primary`), and which hold e-mail addresses of other people in the record (`secondary`)."""

    primary: list[str]
    secondary: list[str] = []


class PopulationFacts(msgspec.Struct, frozen=True):
    """Which field tells kinds of record apart, and which tells active from inactive ones. Empty: the app knows no such thing."""

    kind_field: str = ""
    kinds: dict[str, str] = {}
    active_field: str = ""
    active_value: str = ""


class UnsubscribedFacts(msgspec.Struct, frozen=True):
    """Which field tells that a record is unsubscribed, and by which value. Empty: the app knows no such thing."""

    field: str = ""
    value: str | bool = True


class Facts(msgspec.Struct, frozen=True):
    """An app's table: facts, no code. `mappings` are [Zoho field, this app's field, direction]; `display` the fields that name a record,
    `records` what people call them; fields joined by "+" making one name."""

    title: str
    container: str
    records: str
    match: MatchFacts
    display: list[str]
    pace: Pace
    api_url: str = ""
    hub: bool = False
    oauth: OAuthFacts | None = None
    regions: list[Region] = []
    population: PopulationFacts = PopulationFacts()
    unsubscribed: UnsubscribedFacts = UnsubscribedFacts()
    mappings: list[tuple[str, str, str]] = []


@dataclass(frozen=True, slots=True)
class Access:
    """What a connector works with: the API as one account, the container, and what the sign-in told."""

    api: ApiClient
    container: str
    grant: Grant


@dataclass(frozen=True, slots=True)
class App:
    """One app: its name in code, its facts, and how to open a connector to it."""

    name: str
    facts: Facts
    module: ModuleType

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def regions(self) -> Mapping[str, Region]:
        return {region.key: region for region in self.facts.regions}

    @property
    def capabilities(self) -> Capabilities:
        """What every connector to this app can do."""
        declared: Capabilities = self.module.CAPABILITIES
        return declared

    @property
    def connector(self) -> Callable[[Access], Connector]:
        opener: Callable[[Access], Connector] = self.module.connector
        return opener


@cache
def app(name: str) -> App:
    """Raises KeyError for a name that is no app."""
    if name not in names():
        raise KeyError(name)
    facts = msgspec.convert(tomllib.loads((FOLDER / f"{name}.toml").read_text()), Facts)
    return App(name, facts, importlib.import_module(f"sync.connectors.{name}"))


@cache
def names() -> Sequence[str]:
    """All apps in order of their names; the reference connector is not one that people can choose."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def hub() -> App:
    """The app that is on the left of every connection."""
    return next(app(name) for name in names() if app(name).facts.hub)


def counterparts() -> Sequence[App]:
    return [app(name) for name in names() if not app(name).facts.hub]
