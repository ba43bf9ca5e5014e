"""The system's own place for secrets, where a person may let this computer keep a key to the vault.

Owns: which back ends are trusted and what is asked of them. Does not own: the wrap that the kept secret opens (keys), the vault.
*Source*: keyring's documentation of its back ends. Untested outside Linux.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final, Self

from desktop.errors import UsageError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "medkarta"
_SECRET_BYTES: Final = 32
# A back end that somebody installed beside these may keep its secrets in a plain file.
_OF_THE_SYSTEM: Final = frozenset(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)


class Keychain:
    """One secret a vault. *Thread*: any but the window's: the system may ask the person first, and waits."""

    def __init__(self, place: KeyringBackend | None) -> None:
        self._place = place

    @classmethod
    def of_system(cls) -> Self:
        """Return the system's own place, or one that keeps nothing where the system has none."""
        from keyring import backend

        ours = [one for one in backend.get_all_keyring() if type(one).__module__ in _OF_THE_SYSTEM]
        return cls(max(ours, key=backend.by_priority, default=None))

    def keep(self, store_id: str) -> str:
        """Make a secret for a vault, keep it and return it. *Raises* UsageError keychain.none or keychain.refused."""
        if self._place is None:
            raise UsageError("keychain.none")
        secret = os.urandom(_SECRET_BYTES).hex()
        try:
            self._place.set_password(SERVICE, store_id, secret)
        except Exception as error:  # Each back end has errors of its own: a closed wallet, a bus that went away.
            raise UsageError("keychain.refused") from error
        return secret

    def secret(self, store_id: str) -> str:
        """Return the secret of a vault. *Raises* UsageError keychain.refused when the system does not give it."""
        found = None
        if self._place is not None:
            with contextlib.suppress(Exception):
                found = self._place.get_password(SERVICE, store_id)
        if not found:
            raise UsageError("keychain.refused")
        return found

    def forget(self, store_id: str) -> None:
        """Remove the secret of a vault, where it is."""
        if self._place is not None:
            with contextlib.suppress(Exception):
                self._place.delete_password(SERVICE, store_id)
