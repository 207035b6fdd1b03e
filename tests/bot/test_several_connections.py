"""Every verb with none, one and several connections: what to do next, done at once, or which one."""

from collections.abc import Iterator

import pytest

from bot.routes import routes
from bot.sandbox.seed import many
from bot.sandbox.slack.person import text_of
from tests.bot.modals import approve_change
from tests.bot.stage import Stage

OTHERS = {"connect", "accounts", "list", "help", "why"}
"""Verbs that are about everything, or about a record."""

VERBS = sorted(set(routes().verbs) - OTHERS)
DANA, ROBIN = (f"Quayside Trading ↔ {name}@quayside.example" for name in ("dana", "robin"))


def say(stage: Stage, text: str) -> str:
    """What a person sees of the answer: a modal, or the newest message."""
    while stage.dana.has_modal():
        stage.dana.close()
    stage.dana.command(f"/zsync {text}")
    stage.settle()
    return shown(stage)


def shown(stage: Stage) -> str:
    return text_of(stage.dana.modal() if stage.dana.has_modal() else stage.dana.last("C1"))


def connect_another(stage: Stage, login: str) -> None:
    """The same organisation with one more Google account, from the first word to the first result."""
    dana = stage.dana
    stage.another_google(login)
    say(stage, "connect")
    dana.choose(dana.modal(), "Where is your Zoho account?", "dana@quayside.example (Europe)")
    for _ in ("region", "organisation"):
        dana.submit()
        stage.settle()
    dana.choose(dana.modal(), "Keep “Quayside Trading” in step with", "app:google_contacts")
    dana.submit()
    dana.press(dana.modal(), "Sign in to Google Contacts")
    stage.sign_in("google_contacts", dana.went_to[-1], login=login)
    dana.submit()
    dana.fill(dana.modal(), "Channel for results", "C1")
    dana.submit()
    stage.settle()
    approve_change(stage)


@pytest.fixture(scope="module")
def nothing() -> Iterator[Stage]:
    stage = Stage(many(customers=3, people=2, shared=1))
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def alone() -> Iterator[Stage]:
    stage = Stage(many(customers=3, people=2, shared=1))
    stage.connect()
    stage.approve()
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def both() -> Iterator[Stage]:
    stage = Stage(many(customers=3, people=2, shared=1))
    stage.connect()
    stage.approve()
    connect_another(stage, "robin@quayside.example")
    yield stage
    stage.close()


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_connection_it_says_what_to_do_next(nothing, verb):
    answer = say(nothing, verb)
    assert "Nothing is connected yet" in answer
    assert "/zsync connect" in answer


@pytest.mark.parametrize("verb", VERBS)
def test_the_only_connection_is_the_one_that_is_meant(alone, verb):
    answer = say(alone, verb)
    assert "Which connection" not in answer
    assert DANA in answer


@pytest.mark.parametrize("verb", VERBS)
def test_of_several_a_menu_asks_which_one_and_choosing_acts(both, verb):
    answer = say(both, verb)
    assert "Which connection do you mean?" in answer
    assert DANA in answer
    assert ROBIN in answer
    menu = both.dana.last("C1")
    menu.blocks = [block for block in menu.blocks if ROBIN in str(block)]
    (button,) = (block["accessory"]["text"]["text"] for block in menu.blocks)
    both.dana.press(menu, button)
    both.settle()
    assert ROBIN in shown(both)
    assert "Which connection" not in shown(both)


@pytest.mark.parametrize("verb", VERBS)
def test_a_part_of_the_name_is_enough(both, verb):
    answer = say(both, f"{verb} ROBIN")
    assert ROBIN in answer
    assert DANA not in answer


@pytest.mark.parametrize("verb", VERBS)
def test_a_name_that_fits_several_is_refused_in_words(both, verb):
    answer = say(both, f"{verb} quayside")
    assert "“quayside” fits several connections." in answer
    assert "Type more of the name" in answer


@pytest.mark.parametrize("verb", VERBS)
def test_a_name_that_fits_none_gets_a_guess(both, verb):
    assert f"Did you mean “{DANA}”?" in say(both, f"{verb} Quayside Trding dana@quayside.exampel")


def test_choosing_one_to_disconnect_asks_before_it_does(both):
    say(both, "disconnect")
    menu = both.dana.last("C1")
    menu.blocks = [block for block in menu.blocks if ROBIN in str(block)]
    both.dana.press(menu, "Disconnect")
    both.settle()
    assert f"Disconnect {ROBIN}?" in shown(both).replace("*", "")
    both.dana.press(both.dana.last("C1"), "Disconnect")
    both.settle()
    assert f"{ROBIN} is disconnected" in shown(both)
    assert DANA in say(both, "status"), "the only one that is left"
