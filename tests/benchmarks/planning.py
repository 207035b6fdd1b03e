"""Runs over a mirror of many linked pairs, up to where the first write would be: nothing new, and one in a hundred changed on each side.

The stand-ins run in a process of their own and hold only those that change: nothing else is ever asked for. A quiet run is measured whole,
its calls included. A plan is measured when the details of what changed have been read, by a preview before it: reading is bounded by the
apps' paces, not by us. The peak of memory is that of the whole process, in which the mirror was filled as well.
`python -m tests.benchmarks.planning PAIRS`.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping

import httpx

from sync.model.records import Side
from sync.model.runs import Run, RunKind, RunState
from sync.usecases import rules
from sync.usecases import run as runs
from sync.usecases.rules import Count
from tests.benchmarks import far
from tests.benchmarks.mirrored import fill
from tests.benchmarks.process import as_served, peak_megabytes
from tests.benchmarks.rules import TEN_CONDITIONS, draft
from tests.usecases.stories import DANA, Story

ANY = 10**6


def measure(pairs: int) -> dict[str, float]:
    changed = pairs // 100
    with (
        tempfile.TemporaryDirectory(prefix="zsync-bench-") as folder,
        far.stand_ins(changed, changed, changed, "whole") as urls,
    ):
        story = far.story(urls, folder)
        fill(story, pairs)
        found = {"quiet_seconds": seconds(lambda: quiet(story))}
        edit(urls, changed)
        preview(story, changed)
        found["planning_seconds"] = seconds(lambda: preview(story, changed))
        found["peak_mb"] = peak_megabytes()
        found |= {f"rule_{name}_seconds": rule_seconds(story, name, pairs) for name in TEN_CONDITIONS}
    return found


def seconds(work: Callable[[], object]) -> float:
    """Of CPU, not of waiting."""
    began = time.process_time()
    work()
    return time.process_time() - began


def quiet(story: Story) -> None:
    story.world.clock.pass_(seconds=story.connection.interval)
    done = finished(story)
    assert done.kind is RunKind.SYNC
    assert done.counts == {}, "nothing was new"


def preview(story: Story, changed: int) -> None:
    """A preview is a plan that is not applied."""
    story.world.clock.pass_(seconds=story.connection.interval)
    runs.preview(story.services, DANA, story.connection.id)
    done = finished(story)
    assert done.kind is RunKind.PREVIEW
    assert (done.counts["update.left"], done.counts["update.right"]) == (changed, changed)


def finished(story: Story) -> Run:
    """The next run's end, slice by slice."""
    for _ in range(ANY):
        story.tick()
        with story.services.store.reading(DANA.workspace) as tx:
            newest = tx.runs.recent(story.connection.id, 1)
        if newest and newest[0].state is RunState.DONE:
            return newest[0]
        story.world.clock.pass_(seconds=1)
    raise AssertionError("the run does not end")


def edit(urls: Mapping[str, str], changed: int) -> None:
    """People edit in both apps: one in a hundred customers, and as many other contacts."""
    with httpx.Client(trust_env=False) as browser:
        customers = [one["contact_id"] for one in browser.get(f"{urls['zoho']}/ui/contacts").json()]
        assert len(customers) == changed
        for contact_id in customers:
            browser.patch(f"{urls['zoho']}/ui/contacts/{contact_id}", json={"designation": "Head buyer"})
        for person in browser.get(f"{urls['google']}/ui/people").json():
            name = {"givenName": f"Sam {person['resourceName']}", "familyName": person["names"][0]["familyName"]}
            browser.patch(f"{urls['google']}/ui/{person['resourceName']}", json={"names": [name]})


def rule_seconds(story: Story, name: str, pairs: int) -> float:
    """CPU to evaluate a rule over the whole mirror of one side: the best of five, as neighbours on a core slow its seconds down."""
    editing, rule = draft(story, Side.LEFT, TEN_CONDITIONS[name])
    counted = Count()

    def count() -> None:
        nonlocal counted
        counted = rules.count(story.services, DANA, editing, rule)

    best = min(seconds(count) for _ in range(5))
    assert (counted.total, counted.matched) == (pairs, pairs), "every condition had to be looked at"
    return best


if __name__ == "__main__":
    as_served()
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))
