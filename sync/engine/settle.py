"""From decisions to intentions on record: links, bases and standings are settled, writes are noted as operations. Nothing is sent here.

A decision is made anew at the moment it is carried out. Where a person approved the plan, only what is still the same is done; the rest is
looked at again by the next run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from sync.engine import plan, planning
from sync.engine.work import Work
from sync.model.plans import Applied, Base, Bucket, Change, Decision, Intent, Link, LinkState, Standing
from sync.model.records import Side, WriteKind
from sync.model.runs import Operation, Run
from sync.store.ledger import PARTED, Event
from sync.store.repository import Transaction
from sync.store.standings import WRITING

BATCH = 300

REPLANNED = Standing(Bucket.WAITING, "replanned", recheck_after=0)
ENDING = Standing(Bucket.HELD, "ending")
DETAIL_AGAIN_AFTER = 900.0
TURNS = {LinkState.GONE: PARTED, LinkState.KEPT: "link_kept", LinkState.ACTIVE: "reunited"}
"""What the ledger calls it when a link goes over to a state."""


@dataclass(slots=True)
class Settling:
    """What one batch of decisions comes to, collected before it is stored. `alive` are the records that are still there."""

    links: Mapping[int, Link]
    alive: set[int]
    standings: dict[int, tuple[Side, Standing]] = field(default_factory=dict)
    made: list[tuple[Link, tuple[Intent, ...]]] = field(default_factory=list)
    kept: list[Link] = field(default_factory=list)
    intents: list[tuple[int, Intent, int | None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def settle_batch(work: Work, run: Run, allowance: int | None = None, *, discard: bool = False) -> bool:
    """Settle the next decisions of the plan and note their writes; False when none could be settled any more.

    `allowance` is how many writes an approval still allows ("Try 10"); decisions beyond it stay planned. `discard` settles every record as
    it is, without a write.
    """
    with work.store.transaction(work.workspace) as tx:
        planned = tx.decisions.to_do(run.id, BATCH)
        if allowance is not None:
            planned = _within(planned, allowance)
        fresh = {decision.rows: decision for decision in planning.decide(tx, work, _rows(planned.values()))}
        links = tx.links.get(d.link for d in fresh.values() if d.link is not None)
        settling = Settling(links, _rows(fresh.values()))
        for decision in planned.values():
            _settle(decision, fresh.get(decision.rows), run, work, settling, discard=discard)
        _store(tx, work, run, settling)
        tx.decisions.mark_done(planned)
    return bool(planned)


def hold_endings(work: Work, run: Run) -> None:
    """While a plan waits for a person, the records whose links it would end are held: they are neither in step nor gone."""
    after, upto = 0, 1
    while after < upto:
        with work.store.transaction(work.workspace) as tx:
            upto = tx.decisions.highest(run.id)
            ending = tx.decisions.of_kinds(run.id, ("end",), after, upto, BATCH)
            standings = [_stand(decision, ENDING) for decision in ending.values()]
            tx.standings.put(work.connection.id, {row: one for each in standings for row, one in each.items()})
        after = max(ending, default=upto)


def _within(planned: Mapping[int, Decision], allowance: int) -> dict[int, Decision]:
    """Decisions with a write, in order, as many as are allowed."""
    allowed: dict[int, Decision] = {}
    for number, decision in planned.items():
        if 0 < len(decision.intents) <= allowance:
            allowance -= len(decision.intents)
            allowed[number] = decision
    return allowed


def _rows(decisions: Iterable[Decision]) -> set[int]:
    return {row for decision in decisions for row in decision.rows if row}


def _settle(
    planned: Decision, fresh: Decision | None, run: Run, work: Work, settling: Settling, *, discard: bool
) -> None:
    if fresh is None or _changed(planned, fresh, decided=bool(run.approved_by) or discard or planned.decided):
        again = _stand(planned, REPLANNED)
        settling.standings |= {row: standing for row, standing in again.items() if row in settling.alive}
        return
    decision = _discarded(fresh) if discard else fresh
    settling.standings |= _stand(decision, _standing_of(decision))
    settling.events += _events(decision, run, work, settling)
    if decision.links:
        settling.made.append((_new_link(decision, work), decision.intents))
    elif decision.link is not None:
        settling.kept.append(_advanced(settling.links[decision.link], decision, work))
        settling.intents += [(decision.link, intent, _target(decision, intent)) for intent in decision.intents]


def _changed(planned: Decision, fresh: Decision, *, decided: bool) -> bool:
    """Whether this is no longer what the brakes, or the person who `decided`, have seen."""
    if fresh.becomes is not planned.becomes:
        return fresh.ends or decided
    return decided and fresh.intents != planned.intents


def _stand(decision: Decision, standing: Standing) -> dict[int, tuple[Side, Standing]]:
    return {seen.row: (side, standing) for side in Side if (seen := decision.seen(side)) is not None}


def _standing_of(decision: Decision) -> Standing:
    """A record with an open write is not in step yet; one that lacks a detail is asked for again."""
    if decision.unread:
        return replace(decision.standing, recheck_after=DETAIL_AGAIN_AFTER)
    if decision.intents and decision.standing.bucket is Bucket.IN_STEP:
        return Standing(Bucket.WAITING, WRITING, recheck_after=decision.standing.recheck_after)
    return decision.standing


def _discarded(decision: Decision) -> Decision:
    """The same decision without its writes: both sides settle on what they hold, a record is not created, and a link that would end is
    kept."""
    changes = [change for intent in decision.intents for change in intent.changes]
    if any(intent.kind is WriteKind.CREATE for intent in decision.intents):
        return replace(decision, intents=(), links=False, standing=Standing(Bucket.HELD, "discarded"))
    stays = {change.base_key: change.stays for change in changes if not change.action}
    declined = {change.action: _declined(change) for change in changes if change.action}
    settled = replace(
        decision, intents=(), settle={**decision.settle, **stays}, applied={**decision.applied, **declined}
    )
    return replace(settled, standing=plan.KEPT, becomes=LinkState.KEPT) if decision.ends else settled


def _declined(change: Change) -> Applied | None:
    """An action that a person decided against counts as done and without effect."""
    return replace(change.applies, after=change.applies.before) if change.applies else None


def _target(decision: Decision, intent: Intent) -> int | None:
    seen = decision.seen(intent.side)
    return seen.row if seen else None


def _new_link(decision: Decision, work: Work) -> Link:
    creating = any(intent.kind is WriteKind.CREATE for intent in decision.intents)
    empty = Link(0, *decision.rows, LinkState.CREATING if creating else LinkState.ACTIVE)
    return _advanced(empty, decision, work)


def _advanced(link: Link, decision: Decision, work: Work) -> Link:
    """The link with what this decision settles; bases and bindings that come with a write wait for its answer."""
    pending = {change.mapping for intent in decision.intents for change in intent.changes}
    bound = {key: held for key, held in decision.bound.items() if key not in pending}
    return replace(
        link,
        state=decision.becomes or link.state,
        base={**link.base, **decision.settle},
        bound={**link.bound, **bound},
        answers={key: answer for key, answer in link.answers.items() if key not in decision.settle},
        applied={key: one for key, one in {**link.applied, **decision.applied}.items() if one is not None},
        subjects={**decision.subjects, **link.subjects},
        seen_left=decision.left.seq if decision.left else link.seen_left,
        seen_right=decision.right.seq if decision.right else link.seen_right,
        seen_version=work.scheme.version,
    )


def _events(decision: Decision, run: Run, work: Work, settling: Settling) -> list[Event]:
    """What the ledger hears of a decision beside its writes: a link made, a change that stays where it is, a discarded one."""
    side, seen = next((side, seen) for side in Side if (seen := decision.seen(side)) is not None)

    def event(kind: str, body: Mapping[str, object]) -> Event:
        return Event(kind, body, work.connection.id, run.id, side, seen.row, run.approved_by)

    events = []
    if decision.links and decision.left and decision.right:
        events.append(event("linked", {"left": decision.left.id, "right": decision.right.id}))
    known = settling.links[decision.link].base if decision.link else {}
    for mapping, reason in decision.withheld.items():
        moved = {
            key: base
            for key, base in decision.settle.items()
            if key.split("@")[0] == mapping and known.get(key) != base
        }
        events += [event("withheld", {"mapping": mapping, "reason": reason, **_both(base)}) for base in moved.values()]
    if decision.standing.code == "discarded":
        events.append(event("discarded", {}))
    if decision.becomes:
        events.append(event(TURNS[decision.becomes], {}))
    return events


def _both(base: Base) -> dict[str, object]:
    return {"left": base.left, "right": base.right}


def _store(tx: Transaction, work: Work, run: Run, settling: Settling) -> None:
    numbers = tx.links.create(work.connection.id, [link for link, _ in settling.made])
    tx.links.save(settling.kept)
    intents = list(settling.intents)
    for number, (link, some) in zip(numbers, settling.made, strict=True):
        intents += [(number, intent, link.left if intent.side is Side.LEFT else link.right) for intent in some]
    tx.operations.plan(run.id, work.connection.id, [_operation(*one, run, work) for one in intents])
    tx.standings.put(work.connection.id, settling.standings)
    tx.ledger.append(settling.events)


def _operation(link: int, intent: Intent, target: int | None, run: Run, work: Work) -> Operation:
    key = work.new_id()
    return Operation(
        0,
        work.connection.id,
        run.id,
        link,
        intent.side,
        intent.kind,
        key,
        target,
        intent.values,
        intent.before,
        intent.changes,
    )
