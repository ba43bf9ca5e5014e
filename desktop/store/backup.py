"""One encrypted file that holds a whole vault: the key envelope and the database, under a digest of everything.

The copy is made by SQLite's backup interface into a database with the same key, so nothing is ever in clear.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from desktop import disk, limits
from desktop.errors import DiskFull, UsageError, VaultDamaged
from desktop.store.database import Database
from desktop.store.keys import sync_folder

MAGIC: Final = b"MEDKARTA BACKUP 1\n"
_PIECE: Final = 2**20


def write(file: Path, envelope: bytes, database: Database, data_key: bytes, progress: Callable[[int, int], None] | None = None) -> None:
    """Write a backup at once or not at all; an older file of that name stands until the new one is whole."""
    # Names that nobody gives a file: what stands there is left of a run that was killed.
    copy, spare = (file.with_name(f".{file.name}.medkarta-{part}") for part in ("copy", "new"))
    try:
        with full_disk(refused="backup.folder"):
            database.checkpoint()
            _empty(copy)
            into = Database(copy, data_key, must_exist=False)
            try:
                database.copy_to(into, progress)
                into.checkpoint()
            finally:
                into.close()
            _pack(spare, envelope, copy)
            spare.replace(file)
            sync_folder(file.parent)
    finally:
        for left in (copy, copy.with_name(copy.name + "-wal"), spare):
            left.unlink(missing_ok=True)


@contextlib.contextmanager
def full_disk(*, refused: str = "file.refused") -> Iterator[None]:
    """Name what the operating system says: DiskFull vault.disk_full, or UsageError `refused` where the place itself is not to be had."""
    try:
        yield
    except OSError as error:
        raise (DiskFull("vault.disk_full") if disk.is_full(error) else UsageError(refused)) from None


def _empty(file: Path) -> None:
    file.unlink(missing_ok=True)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _pack(spare: Path, envelope: bytes, copy: Path) -> None:
    spare.unlink(missing_ok=True)
    handle = os.open(spare, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as out, copy.open("rb") as source:
        digest = hashlib.sha256()
        head = MAGIC + struct.pack(">IQ", len(envelope), copy.stat().st_size) + envelope
        for piece in (head, *iter(lambda: source.read(_PIECE), b"")):
            digest.update(piece)
            out.write(piece)
        out.write(digest.digest())
        disk.flush(out)


def unpack(file: Path, database: Path) -> bytes:
    """Verify a backup's digest, write its database to the path `database` and return its envelope.

    *Raises* VaultDamaged("backup.damaged"), UsageError("backup.none").
    """
    try:
        size = file.stat().st_size
        source = file.open("rb")
    except OSError:
        raise UsageError("backup.none") from None
    with source, full_disk():
        head = source.read(len(MAGIC) + 12)
        if len(head) < len(MAGIC) + 12 or not head.startswith(MAGIC):
            raise VaultDamaged("backup.damaged")
        envelope_bytes, database_bytes = struct.unpack(">IQ", head[len(MAGIC):])
        if envelope_bytes > limits.RESOURCE_BYTES or size != len(head) + envelope_bytes + database_bytes + 32:
            raise VaultDamaged("backup.damaged")
        envelope = source.read(envelope_bytes)
        digest = hashlib.sha256(head + envelope)
        _empty(database)
        with database.open("wb") as out:
            left = database_bytes
            while left:
                piece = source.read(min(_PIECE, left))
                if not piece:
                    raise VaultDamaged("backup.damaged")
                digest.update(piece)
                out.write(piece)
                left -= len(piece)
            disk.flush(out)
        if source.read(32) != digest.digest():
            raise VaultDamaged("backup.damaged")
    return envelope
