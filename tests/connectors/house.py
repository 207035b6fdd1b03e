"""An app with people in it, as the contract needs it: the connector under test, and a door for those who use the app by hand."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from typing import Any, ClassVar

import pytest

from sync.connectors.base import Connector
from sync.model.fields import Field, Value, Values
from sync.model.records import Page, Record, Verdict, Write, WriteKind, Written
from tests.clocks import Clock


class House(ABC):
    """One app. `text` is a text field that listings show; `newcomer` are the values of a customer that nobody knows yet."""

    name: ClassVar[str]
    text: ClassVar[str]
    newcomer: ClassVar[Mapping[str, Value]]
    renames: ClassVar[bool] = False
    expires: ClassVar[bool] = False

    clock: Clock
    connector: Connector

    # ---- what people do in the app ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def ids(self) -> set[str]:
        """Everybody who is there now."""

    @abstractmethod
    def edit(self, record_id: str, text: str) -> None:
        """Type `text` into the field of that name."""

    @abstractmethod
    def delete(self, record_id: str) -> None: ...

    def unsubscribe(self, record_id: str) -> tuple[str, Value]:
        """The customer wants no more mail; the field that tells of it, and its value."""
        raise AssertionError(f"{self.name} claims no unsubscribes of {record_id}")

    def rename(self, record_id: str) -> str:
        """The app itself gives the record another id."""
        raise AssertionError(f"{self.name} claims no renaming of {record_id}")

    # ---- what goes wrong -------------------------------------------------------------------------------------------------------------

    @abstractmethod
    def trouble(self, kind: str) -> None:
        """Every call fails in this way from now on; the kinds are those of `suite.TROUBLES`."""

    @abstractmethod
    def lose_an_answer(self, kind: WriteKind) -> None:
        """The next write of this kind happens, and nobody hears of it."""

    @abstractmethod
    def unacceptable(self, record_id: str) -> Values:
        """Changes that the app refuses for this record."""

    def lag(self, behind: timedelta) -> None:
        """Listings show what was there a while ago."""
        assert not behind, f"{self.name} claims no lag"

    def expire(self) -> None:
        """Let the watermark grow too old."""
        raise AssertionError(f"{self.name} claims no watermark that expires")

    # ---- how the tests read and write ------------------------------------------------------------------------------------------------

    def pages(self, since: str | None = None) -> list[Page]:
        return list(self.connector.pull(since))

    def listed(self, since: str | None = None) -> dict[str, Record]:
        return {record.id: record for page in self.pages(since) for record in page.records}

    def watermark(self) -> str:
        found = self.pages()[-1].watermark
        assert found
        return found

    def whole(self, record_id: str) -> Record:
        [record] = self.connector.get([record_id])
        assert isinstance(record, Record), record
        return record

    def somebody(self) -> Record:
        return self.some(1)[0]

    def some(self, count: int) -> list[Record]:
        """Whole records, always the same."""
        return [self.whole(record_id) for record_id in sorted(self.ids())[:count]]

    def fields(self) -> dict[str, Field]:
        return {field.key: field for field in self.connector.fields()}

    def write(self, *writes: Write) -> dict[str, Verdict]:
        verdicts = list(self.connector.write(writes))
        assert len(verdicts) == len(writes)
        return {verdict.key: verdict for verdict in verdicts}

    def update(self, record: Record, changes: Values, kind: WriteKind = WriteKind.UPDATE) -> Record:
        """One write that must succeed, and what the app answered."""
        return self.written(Write("k", kind, changes, record))

    def create(self, key: str = "k", **changes: Value) -> Record:
        return self.written(Write(key, WriteKind.CREATE, {**self.newcomer, **changes}))

    def written(self, write: Write) -> Record:
        verdict = self.write(write)[write.key]
        assert isinstance(verdict, Written), verdict.error
        return verdict.record


Test = Callable[..., None]


def needs(claim: str) -> Callable[[Test], Test]:
    """Skip, with the reason in words, where the app does not claim this capability (or, by the house, this habit)."""

    def marked(test: Test) -> Test:
        @wraps(test)
        def checked(self: Any, house: House, **more: Any) -> None:
            if not getattr(house.connector.capabilities, claim, None) and not getattr(house, claim, None):
                pytest.skip(f"{house.name} does not claim {claim.replace('_', ' ')}")
            test(self, house=house, **more)

        return checked

    return marked
