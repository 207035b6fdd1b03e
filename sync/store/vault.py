"""Secrets encrypted at rest: OAuth grants, bot tokens, passwords. The first key encrypts, all of them decrypt, so that keys can rotate."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class VaultKeyWrong(Exception):
    """None of the configured keys opens what is stored."""


class Vault:
    """Encrypts and decrypts text; knows no meaning."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises ValueError for a key that is not 32 url-safe base64 bytes."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise VaultKeyWrong("ZSYNC_VAULT_KEYS does not hold the key that encrypted the stored secrets") from error

    def rotate(self, sealed: str) -> str:
        """The same secret under the first key."""
        return self._fernet.rotate(sealed.encode()).decode()


def new_key() -> str:
    return Fernet.generate_key().decode()
