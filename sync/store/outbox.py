"""Messages owed to Slack, and where their cards were posted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sync.store.database import dump, insert, load, tables
from sync.store.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Message:
    """`target` is a channel or a person; `card` names what is shown, so that a later message edits the one already posted;
    `thread_of` is the card whose thread it belongs to."""

    card: str
    target: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    thread_of: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a card stands in Slack, and when it was posted or edited last."""

    card: str
    channel: str
    ts: str
    edited_at: datetime


class Outbox(Shelf):
    table_name = "outbox"

    def add_message(self, message: Message) -> None:
        """Owe this message; an older one of the same card that was not delivered yet is replaced, also one on its way: put off by Slack,
        it would come back later and cover the newer."""
        table = self.table
        self.connection.execute(
            self.change()
            .where(table.c.card == message.card, table.c.thread_of == message.thread_of)
            .where(table.c.state.in_(("due", "sending")))
            .values(state="replaced")
        )
        values = {
            "card": message.card,
            "target": message.target,
            "template": message.template,
            "data": dump(message.data),
        }
        self.add(
            {**values, "thread_of": message.thread_of, "state": "due", "due_at": self.now, "tries": 0, "problem": ""}
        )

    def tell_once(self, card: str, target: str, template: str, data: Mapping[str, Any]) -> None:
        """Owe a message unless one of this card was ever owed."""
        if self.first(self.mine().where(self.table.c.card == card)) is None:
            self.add_message(Message(card, target, template, data))

    def posted(self, card: str) -> Posted | None:
        cards = tables["card"]
        row = self.first(self.mine(cards).where(cards.c.card == card))
        return load(Posted, row) if row else None

    def delivered(self, message_id: int, card: str, channel: str, ts: str) -> None:
        self.set(message_id, state="delivered")
        statement = insert(self.connection, "card").values(
            workspace_id=self.workspace, card=card, channel=channel, ts=ts, edited_at=self.now
        )
        statement = statement.on_conflict_do_update(
            index_elements=["workspace_id", "card"], set_={"channel": channel, "ts": ts, "edited_at": self.now}
        )
        self.connection.execute(statement)

    def later(self, message_id: int, seconds: float, problem: str) -> None:
        self.connection.execute(
            self.change()
            .where(self.table.c.id == message_id, self.table.c.state.in_(("due", "sending")))
            .values(
                state="due", due_at=self.now + timedelta(seconds=seconds), problem=problem, tries=self.table.c.tries + 1
            )
        )

    def put_off(self, message_id: int, wait: timedelta) -> None:
        """It is not its turn yet; that is no failed try."""
        mine = self.change().where(self.table.c.id == message_id, self.table.c.state.in_(("due", "sending")))
        self.connection.execute(mine.values(state="due", due_at=self.now + wait))

    def gone(self, message_id: int, problem: str) -> None:
        """The target cannot be reached any more; nobody is told twice."""
        self.set(message_id, state="gone", problem=problem)

    def undelivered(self) -> int:
        return self.number(self.table.c.state == "due")
