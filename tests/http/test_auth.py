"""Tokens: fresh when they are needed, renewed once however many ask, and gone when the app says so."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.http.auth import Password, Tokens
from sync.model.errors import AccessRevoked, AppUnreachable, SignInRefused
from sync.model.grants import Grant
from tests.clocks import Clock


class Keeper:
    """A grant shared by everybody in this process."""

    def __init__(self, grant: Grant) -> None:
        self.grant = grant
        self.claimed = False
        self.revoked = False
        self._lock = threading.Lock()

    def load(self) -> Grant:
        return self.grant

    def claim_refresh(self, seconds: float) -> bool:
        with self._lock:
            if self.claimed:
                return False
            self.claimed = True
            return True

    def release_refresh(self) -> None:
        self.claimed = False

    def save(self, grant: Grant) -> None:
        with self._lock:
            self.grant, self.claimed = grant, False

    def mark_revoked(self) -> None:
        self.revoked = True


class AccountsServer:
    """Answers a refresh with the next token and remembers with which grant it was asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[Grant] = []

    def __call__(self, grant: Grant) -> Grant:
        self.asked.append(grant)
        return replace(
            grant, access_token=f"token{len(self.asked)}", expires_at=self.clock.now() + timedelta(seconds=3600)
        )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def keeper(clock):
    return Keeper(Grant("token0", "refresh", clock.now() + timedelta(seconds=3600)))


@pytest.fixture
def server(clock):
    return AccountsServer(clock)


@pytest.fixture
def tokens(keeper, server, clock):
    return Tokens(keeper, server, clock.now, clock.sleep)


def test_a_fresh_token_is_used_as_it_is(tokens, server):
    assert tokens.header() == "Bearer token0"
    assert server.asked == []


def test_an_app_may_want_another_first_word(keeper, server, clock):
    assert Tokens(keeper, server, clock.now, clock.sleep, "Zoho-oauthtoken").header() == "Zoho-oauthtoken token0"


def test_a_token_is_renewed_five_minutes_before_its_end(tokens, server, clock):
    clock.pass_(minutes=55)
    assert tokens.header() == "Bearer token0"
    clock.pass_(seconds=1)
    assert tokens.header() == "Bearer token1"
    assert tokens.header() == "Bearer token1"
    assert len(server.asked) == 1


def test_the_renewed_grant_is_kept_for_the_others(tokens, keeper, clock):
    clock.pass_(hours=1)
    tokens.header()
    assert keeper.grant.access_token == "token1"
    assert keeper.grant.refresh_token == "refresh"
    assert not keeper.claimed


def test_a_refused_token_is_renewed_even_when_it_looks_fresh(tokens, server):
    tokens.header()
    tokens.refused()
    assert tokens.header() == "Bearer token1"
    assert len(server.asked) == 1


def test_a_refusal_that_somebody_else_has_already_mended_renews_nothing(tokens, keeper, server):
    tokens.header()
    keeper.save(replace(keeper.grant, access_token="theirs"))
    tokens.refused()
    assert tokens.header() == "Bearer theirs"
    assert server.asked == []


def test_while_somebody_else_renews_we_wait_and_take_theirs(keeper, server, clock):
    clock.pass_(hours=1)
    keeper.claim_refresh(30)
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.sleep(seconds)
        if len(waits) == 3:
            keeper.save(server(keeper.grant))

    assert Tokens(keeper, server, clock.now, sleep).header() == "Bearer token1"
    assert (len(waits), len(server.asked)) == (3, 1)


def test_a_renewal_that_ends_just_before_our_claim_is_not_done_twice(keeper, server, clock):
    """Otherwise a refresh token that may be used once would be spent, and the account locked out."""
    clock.pass_(hours=1)
    claim = keeper.claim_refresh

    def claim_late(seconds: float) -> bool:
        """Another process is quicker."""
        keeper.save(server(keeper.grant))
        return bool(claim(seconds))

    keeper.claim_refresh = claim_late
    assert Tokens(keeper, server, clock.now, clock.sleep).header() == "Bearer token1"
    assert len(server.asked) == 1
    assert not keeper.claimed


def test_twenty_calls_with_an_expired_token_renew_it_once(keeper, server, clock):
    clock.pass_(hours=1)
    headers: list[str] = []

    def call() -> None:
        own = Tokens(keeper, server, clock.now, lambda _: time.sleep(0.005))
        headers.append(own.header())

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert headers == ["Bearer token1"] * 20
    assert len(server.asked) == 1


def test_one_who_waits_in_vain_says_that_waiting_helps(tokens, keeper, clock):
    clock.pass_(hours=1)
    keeper.claim_refresh(30)
    with pytest.raises(SignInRefused) as caught:
        tokens.header()
    assert caught.value.waiting_helps
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("error", [AccessRevoked(app="App"), AppUnreachable(app="App")], ids=lambda error: error.code)
def test_a_renewal_that_fails_fails_as_what_it_is_and_keeps_the_old_grant(keeper, clock, error):
    clock.pass_(hours=1)

    def refresh(_: Grant) -> Grant:
        raise error

    with pytest.raises(type(error)):
        Tokens(keeper, refresh, clock.now, clock.sleep).header()
    assert keeper.grant.access_token == "token0"
    assert not keeper.claimed, "the next one must not wait for half a minute"


def test_a_password_stays_as_it_is():
    password = Password("Basic dXNlcjprZXk=")
    password.refused()
    assert password.header() == "Basic dXNlcjprZXk="


def test_a_grant_shows_no_secret_when_it_is_printed():
    shown = repr(Grant("access", "refresh", Clock().now(), id_token="identity"))
    assert not [secret for secret in ("'access'", "'refresh'", "'identity'") if secret in shown]
