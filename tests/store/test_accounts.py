"""Accounts and the sign-ins that lead to them."""

import pytest

from sync.model.endpoints import AccountState
from tests.store.world import populate


@pytest.fixture
def world(store):
    return populate(store, "T1")


def test_a_state_is_spent_once_and_only_in_time(store, clock):
    with store.transaction("T1") as tx:
        early, late = (
            tx.sign_ins.offer(actor="U1", app="zoho_inventory", region="eu", draft_id="d").id for _ in range(2)
        )
        assert not tx.sign_ins.use(early), "no browser has left yet"
        assert tx.sign_ins.leave(early, "cookie")
        assert tx.sign_ins.leave(late, "cookie")
        assert tx.sign_ins.use(early)
        assert not tx.sign_ins.use(early)
    clock.pass_(minutes=10)
    with store.transaction("T1") as tx:
        assert not tx.sign_ins.use(late)


def test_a_sign_in_belongs_to_the_browser_that_left(store):
    with store.transaction("T1") as tx:
        state = tx.sign_ins.offer(actor="U1", app="zoho_inventory", region="eu", draft_id="d").id
        assert not tx.sign_ins.has_cookie(state, "")
        assert tx.sign_ins.leave(state, "mine")
        assert not tx.sign_ins.leave(state, "other")
        assert tx.sign_ins.has_cookie(state, "mine")
        assert not tx.sign_ins.has_cookie(state, "other")
    assert store.workspace_of_sign_in(state) == "T1"
    assert store.workspace_of_sign_in("guessed") is None


def test_a_grant_that_waits_is_taken_once(store, world):
    with store.transaction("T1") as tx:
        assert tx.sign_ins.take_grant(world.sign_in) == "waiting grant"
    with pytest.raises(LookupError), store.transaction("T1") as tx:
        tx.sign_ins.take_grant(world.sign_in)


def test_a_new_grant_makes_a_revoked_account_usable_again(store, world):
    with store.transaction("T1") as tx:
        tx.accounts.mark_revoked(world.account)
        assert tx.accounts.get(world.account).state is AccountState.REVOKED
        tx.accounts.save_grant(world.account, "new grant")
        assert tx.accounts.get(world.account).state is AccountState.OK


def test_a_removed_account_takes_its_endpoints_along(store, world):
    with store.transaction("T1") as tx:
        tx.accounts.remove(world.account)
    with store.reading("T1") as tx:
        assert (tx.accounts.all(), tx.endpoints.all(), tx.connections.all()) == ([], [], [])
