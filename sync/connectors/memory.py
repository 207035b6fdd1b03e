"""The reference connector: an app that lives in memory and has every capability, each of which can be switched off.

`MemoryApp` is the app as its users see it; `MemoryConnector` is how zsync sees it. No network, no store.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sync.connectors.base import Capabilities, Container, Identity
from sync.model.errors import (
    AppUnreachable,
    NameTaken,
    RecordGone,
    StaleRevision,
    SyncError,
    ValueRefused,
    WatermarkExpired,
)
from sync.model.fields import Field, FieldType, Value, Values
from sync.model.records import Page, Record, Refused, Tombstone, Verdict, Write, WriteKind, Written

PERSON_FIELDS = (
    Field("name", "Name", FieldType.TEXT, max_length=200),
    Field("email", "E-mail", FieldType.EMAIL),
    Field("phone", "Phone", FieldType.PHONE),
    Field("notes", "Notes", FieldType.LONG_TEXT, detail_only=True),
    Field("labels", "Labels", FieldType.LABELS),
)

UNSUBSCRIBED = ("opted_out", True)
"""The field, and its value, that tell of an unsubscribed record."""

SUBSCRIBER_FIELDS = (*PERSON_FIELDS, Field("opted_out", "Opted out", FieldType.YES_NO))

OVERLAP = timedelta(minutes=5)


@dataclass(slots=True)
class Kept:
    """One version of a record in the app. `written_by` is the key of the write of ours that made it; people leave none."""

    values: dict[str, Value]
    stamp: str
    revision: int
    marker: str = ""
    gone: bool = False
    changed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    written_by: str = ""


@dataclass(slots=True)
class Quirks:
    """How the app misbehaves. `unmoved` are fields whose edits do not move the stamp; `lose_answers` and `lose_requests` are how many of
    the next calls to write break off after they happened, and before; `refuse` maps values of `name` to an error."""

    lag: timedelta = timedelta(0)
    whole_seconds: bool = False
    unmoved: frozenset[str] = frozenset()
    lose_answers: int = 0
    lose_requests: int = 0
    fail_next: list[SyncError] = field(default_factory=list)
    refuse: Mapping[str, SyncError] = field(default_factory=dict)
    unique: str = ""
    empty_listing: bool = False
    expired: bool = False


class MemoryApp:
    """The app: people edit records here, and so does the connector. `called` is done at the start of every call."""

    def __init__(
        self,
        now: Callable[[], datetime],
        fields: Sequence[Field] = PERSON_FIELDS,
        capabilities: Capabilities | None = None,
    ) -> None:
        self.now = now
        self.fields = tuple(fields)
        self.capabilities = capabilities or Capabilities(
            changes_since=True,
            reports_deletes=True,
            reports_unsubscribes=UNSUBSCRIBED[0] in {one.key for one in fields},
            refuses_stale_writes=True,
            carries_marker=True,
            can_label=True,
            batch=50,
            get_batch=50,
        )
        self.quirks = Quirks()
        self.kept: dict[str, Kept] = {}
        self.history: dict[str, list[Kept]] = {}
        self.renamed: list[tuple[datetime, str, str]] = []
        self.writes: list[Write] = []
        self.reads = 0
        self.called: Callable[[], None] = lambda: None
        self._count = 0

    def create(self, values: Values, marker: str = "") -> str:
        self._count += 1
        record_id = f"m{self._count}"
        self._keep(record_id, Kept(dict(values), self._stamp(), 1, marker, written_by=marker))
        return record_id

    def edit(self, record_id: str, **values: Value) -> None:
        """Change fields as a person would; `None` clears."""
        self.change(record_id, values)

    def change(self, record_id: str, values: Values, written_by: str = "") -> None:
        old = self.kept[record_id]
        moved = set(values) - self.quirks.unmoved
        stamp = self._stamp() if moved else old.stamp
        whole, revision = {**old.values, **values}, old.revision + 1
        self._keep(record_id, replace(old, values=whole, stamp=stamp, revision=revision, written_by=written_by))

    def delete(self, record_id: str) -> None:
        old = self.kept[record_id]
        self._keep(record_id, replace(old, gone=True, stamp=self._stamp(), revision=old.revision + 1, written_by=""))

    def restore(self, record_id: str) -> None:
        """Take a record out of the app's bin, with its old id."""
        old = self.kept[record_id]
        self._keep(record_id, replace(old, gone=False, stamp=self._stamp(), revision=old.revision + 1))

    def rename(self, record_id: str) -> str:
        """Give a record a new id, as Google does when it links a profile."""
        new_id = record_id + "r"
        self.kept[new_id], self.history[new_id] = self.kept.pop(record_id), self.history.pop(record_id)
        self.renamed.append((self.now(), record_id, new_id))
        return new_id

    def records(self) -> dict[str, dict[str, Value]]:
        """What people see now, by id."""
        return {record_id: dict(kept.values) for record_id, kept in self.kept.items() if not kept.gone}

    def seen_from_afar(self, record_id: str) -> Kept | None:
        """A record as listings show it, which may lag behind."""
        horizon = self.now() - self.quirks.lag
        versions = [version for version in self.history[record_id] if version.changed_at <= horizon]
        return versions[-1] if versions else None

    def _keep(self, record_id: str, kept: Kept) -> None:
        kept = replace(kept, changed_at=self.now())
        self.kept[record_id] = kept
        self.history.setdefault(record_id, []).append(kept)

    def _stamp(self) -> str:
        now = self.now().replace(microsecond=0) if self.quirks.whole_seconds else self.now()
        return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class MemoryConnector:
    """zsync's side of a MemoryApp."""

    def __init__(self, app: MemoryApp, page: int = 100) -> None:
        self.app = app
        self.page = page
        self.capabilities = app.capabilities

    def identity(self) -> Identity:
        return Identity("memory", "memory@example.com")

    def containers(self) -> Sequence[Container]:
        return [Container("all", "Everything")]

    def check(self) -> None:
        self._fail_if_told()

    def fields(self) -> Sequence[Field]:
        return self.app.fields

    def pull(self, since: str | None, position: str | None = None) -> Iterator[Page]:
        """Pages in order of ids; the watermark is the app's clock at the start."""
        self._fail_if_told()
        if since and self.app.quirks.expired:
            self.app.quirks.expired = False
            raise WatermarkExpired(app="Memory")
        started, _, done = (position or "").partition("|")
        started = started or self.app.now().isoformat()
        rows = [] if self.app.quirks.empty_listing else self._listed(since)
        rest = [(record_id, kept) for record_id, kept in rows if record_id > done]
        while True:
            self.app.reads += 1
            some, rest = rest[: self.page], rest[self.page :]
            yield self._page(some, since, f"{started}|{some[-1][0]}" if rest else None, started)
            if not rest:
                return

    def _listed(self, since: str | None) -> list[tuple[str, Kept]]:
        bound = (datetime.fromisoformat(since) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if since else ""
        seen = ((record_id, self.app.seen_from_afar(record_id)) for record_id in sorted(self.app.kept))
        return [(record_id, kept) for record_id, kept in seen if kept is not None and kept.stamp >= bound]

    def _page(self, rows: Sequence[tuple[str, Kept]], since: str | None, position: str | None, started: str) -> Page:
        listing = {field.key for field in self.app.fields if not field.detail_only}
        detailed = len(listing) == len(self.app.fields)
        records = tuple(
            _record(record_id, kept, listing, detailed=detailed) for record_id, kept in rows if not kept.gone
        )
        tells = self.capabilities.reports_deletes and since is not None
        gone = tuple(record_id for record_id, kept in rows if kept.gone) if tells else ()
        renamed = {old: new for _, old, new in self.app.renamed}
        last = position is None
        return Page(records, gone, renamed, position, started if last else None, last and since is None)

    def get(self, ids: Sequence[str]) -> Iterator[Record | Tombstone]:
        self._fail_if_told()
        self.app.reads += 1
        for record_id in ids:
            kept = self.app.kept.get(record_id)
            yield (
                Tombstone(record_id)
                if kept is None or kept.gone
                else _record(record_id, kept, set(kept.values), detailed=True)
            )

    def find_created(self, key: str, values: Values) -> Record | None:  # noqa: ARG002  the marker says it all
        for record_id, kept in self.app.kept.items():
            if kept.marker == key and not kept.gone:
                return _record(record_id, kept, set(kept.values), detailed=True)
        return None

    def write(self, writes: Sequence[Write]) -> Iterator[Verdict]:
        for start in range(0, len(writes), self.capabilities.batch):
            yield from self._call(writes[start : start + self.capabilities.batch])

    def _call(self, writes: Sequence[Write]) -> Sequence[Verdict]:
        """As many writes as go into one call."""
        self._fail_if_told()
        quirks = self.app.quirks
        if quirks.lose_requests:
            quirks.lose_requests -= 1
            raise AppUnreachable(app="Memory")
        verdicts = [self._one(write) for write in writes]
        if quirks.lose_answers:
            quirks.lose_answers -= 1
            raise AppUnreachable(app="Memory")
        return verdicts

    def _one(self, write: Write) -> Verdict:
        self.app.writes.append(write)
        try:
            record_id = self._create(write) if write.record is None else self._update(write, write.record)
        except SyncError as error:
            return Refused(write.key, error)
        kept = self.app.kept[record_id]
        return Written(write.key, _record(record_id, kept, set(kept.values), detailed=True))

    def _create(self, write: Write) -> str:
        self._refuse(write.changes)
        unique = self.app.quirks.unique
        if unique and any(record.get(unique) == write.changes.get(unique) for record in self.app.records().values()):
            raise NameTaken(app="Memory")
        empty: dict[str, Value] = {field.key: None for field in self.app.fields}
        return self.app.create(empty | dict(write.changes), write.key)

    def _update(self, write: Write, record: Record) -> str:
        kept = self.app.kept.get(record.id)
        if kept is None or kept.gone:
            raise RecordGone(app="Memory")
        if self.capabilities.refuses_stale_writes and record.revision != str(kept.revision):
            raise StaleRevision(app="Memory")
        self._refuse(write.changes)
        changes = {"labels": _with_label(kept.values)} if write.kind is WriteKind.RETIRE else write.changes
        self.app.change(record.id, changes, write.key)
        return record.id

    def _refuse(self, changes: Values) -> None:
        error = self.app.quirks.refuse.get(str(changes.get("name")))
        if error is not None:
            raise error
        for one in self.app.fields:
            value = changes.get(one.key)
            if one.max_length and isinstance(value, str) and len(value) > one.max_length:
                raise ValueRefused(app="Memory", field=one.label, reason="too long")

    def _fail_if_told(self) -> None:
        self.app.called()
        if self.app.quirks.fail_next:
            raise self.app.quirks.fail_next.pop(0)


def _with_label(values: Values) -> list[str]:
    return sorted({*(values.get("labels") or ()), "Zsync Undone"})


def _record(record_id: str, kept: Kept, keys: set[str], *, detailed: bool) -> Record:
    values = {key: value for key, value in kept.values.items() if key in keys}
    return Record(record_id, values, str(kept.revision), kept.stamp, marker=kept.marker, detailed=detailed)
