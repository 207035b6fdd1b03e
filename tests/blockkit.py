"""The independent Block Kit checker that may lie beside the checkout."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack.stand_in import RESPONSE_URL

FOLDER = Path(__file__).parents[2] / "shared" / "tools"
THERE = (FOLDER / "check_blockkit.py").exists()


@cache
def checker() -> Any:
    """Loading its schemas takes most of the time, so there is one."""
    sys.path.insert(0, str(FOLDER))
    from check_blockkit import Checker  # type: ignore[import-not-found]  # lies beside the checkout, not in it

    return Checker()


def needs_checker() -> None:
    if not THERE:
        pytest.skip("the independent Block Kit checker is not beside this checkout")


def findings_of_call(method: str, args: dict[str, Any]) -> list[str]:
    """What is wrong with a Web API call, or a post to a response URL; nothing where the checker is not there."""
    if not THERE:
        return []
    posted = method == RESPONSE_URL
    findings = checker().check(args, "message") if posted else checker().check_call(method, args)
    return [f"{method}: {finding.code} {finding.pointer}" for finding in findings if finding.severity == "error"]
