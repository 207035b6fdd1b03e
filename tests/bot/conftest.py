"""Stages: one for a test of its own, and one that is connected already."""

from collections.abc import Iterator

import pytest

from tests.bot.stage import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@pytest.fixture
def connected(stage: Stage) -> Stage:
    """Connected, previewed, approved, in step."""
    stage.connect()
    stage.approve()
    return stage
