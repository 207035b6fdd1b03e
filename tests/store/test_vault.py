"""Secrets at rest: sealed in the tables, opened only with the right key, moved to a new key without a break."""

import pytest
from sqlalchemy import text

from sync.store.repository import Installation
from sync.store.vault import Vault, VaultKeyWrong, new_key
from tests.store.world import populate

SECRETS = ("grant of T1", "waiting grant", "verifier", "xoxb-very-secret")


def test_what_was_sealed_opens_again():
    vault = Vault([new_key()])
    sealed = vault.seal("1000.refresh.tøken")
    assert "refresh" not in sealed
    assert vault.open(sealed) == "1000.refresh.tøken"


def test_the_same_secret_never_looks_the_same_twice():
    vault = Vault([new_key()])
    assert vault.seal("secret") != vault.seal("secret")


def test_another_key_opens_nothing_and_says_which_setting_is_wrong():
    sealed = Vault([new_key()]).seal("secret")
    with pytest.raises(VaultKeyWrong, match="ZSYNC_VAULT_KEYS"):
        Vault([new_key()]).open(sealed)


def test_a_tampered_secret_does_not_open():
    vault = Vault([new_key()])
    sealed = vault.seal("secret")
    tampered = sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:]
    with pytest.raises(VaultKeyWrong):
        vault.open(tampered)


def test_keys_rotate_without_a_break():
    old, new = new_key(), new_key()
    sealed = Vault([old]).seal("secret")
    both = Vault([new, old])
    assert both.open(sealed) == "secret"
    assert Vault([new]).open(both.rotate(sealed)) == "secret"


@pytest.mark.parametrize("key", ["", "too short", "x" * 44])
def test_a_malformed_key_is_refused_at_once(key):
    with pytest.raises(ValueError, match=r"Fernet|base64|padding|Incorrect"):
        Vault([key])


def test_no_secret_stands_in_the_tables_in_the_clear(store):
    populate(store, "T1")
    store.install(Installation("T1", "xoxb-very-secret", "B1", "U0", "U1"), "Quayside Trading")
    with store.engine.connect() as connection:
        tables = ("account", "sign_in", "installation")
        kept = " ".join(str(row) for name in tables for row in connection.execute(text(f"select * from {name}")))
    assert [secret for secret in SECRETS if secret in kept] == []
    assert "dana@T1.example" in kept, "the tables were really read"


def test_the_store_gives_secrets_back_as_they_were(store):
    world = populate(store, "T1")
    store.install(Installation("T1", "xoxb-very-secret", "B1", "U0", "U1"), "Quayside Trading")
    with store.transaction("T1") as tx:
        assert tx.accounts.grant(world.account) == "grant of T1"
        assert tx.sign_ins.get(world.sign_in).secret == "verifier"
        assert tx.sign_ins.peek_grant(world.sign_in) == "waiting grant"
    assert store.installation("T1").bot_token == "xoxb-very-secret"
    assert store.installation("T2") is None


def test_a_long_secret_fits_into_its_column(store):
    world = populate(store, "T1")
    with store.transaction("T1") as tx:
        tx.accounts.save_grant(world.account, "x" * 5000)
    with store.reading("T1") as tx:
        assert tx.accounts.grant(world.account) == "x" * 5000
