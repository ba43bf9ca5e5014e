"""One process per vault: a lock that the operating system drops by itself when the process dies, however it dies."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from desktop.errors import VaultBusy


class FolderLock:
    """Holds `file` locked until `release`. *Raises* VaultBusy when another process (or this one) holds it."""

    def __init__(self, file: Path) -> None:
        self._handle: int | None = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(self._handle)
        except OSError:
            self.release()
            raise VaultBusy("vault.busy") from None

    def release(self) -> None:
        """Let the next one in. Harmless when called twice."""
        if self._handle is not None:
            with contextlib.suppress(OSError):
                os.close(self._handle)
            self._handle = None


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
