"""One SQLCipher connection, opened by the recipe of security.md and checked to have taken it.

Owns: the pragmas, transactions, the ballast, the mapping of SQLite's errors to ours. Does not own: any table.
*Thread*: every method is called on the store thread, one at a time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from desktop import limits
from desktop.errors import BugError, DiskFull, KnownError, VaultDamaged

PAGE_BYTES: Final = 4096
_FULL: Final = {sqlcipher.SQLITE_FULL, sqlcipher.SQLITE_IOERR}
_DAMAGED: Final = {sqlcipher.SQLITE_CORRUPT, sqlcipher.SQLITE_NOTADB}

Row = tuple[Any, ...]


def translated(error: Exception) -> KnownError | BugError:
    """Turn an exception of the driver into ours. The driver's text may quote values: it is dropped."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    text = str(error)
    if primary in _FULL or "disk is full" in text or "disk I/O error" in text:
        return DiskFull("vault.disk_full")
    if primary in _DAMAGED or "not a database" in text or "malformed" in text:
        return VaultDamaged("vault.damaged")
    return BugError("store.sql", kind=type(error).__name__, sqlite=primary if primary is not None else "")


class Database:
    """An open encrypted database. `file` is None for one that lives in memory only."""

    def __init__(self, file: Path | None, key: bytes, *, ballast: Path | None = None, must_exist: bool = True) -> None:
        self.file = file
        self._ballast = ballast
        self._is_lasting = True
        self._is_acting = False
        self.settles_later = False
        """Set by whoever promises to call `settle` soon after each `acts`: the person's click then waits for the log alone."""
        self.owed = 0
        """How many commits of acts the log still holds."""
        if file is not None and must_exist and (not file.is_file() or file.stat().st_size < PAGE_BYTES):
            raise VaultDamaged("vault.short")
        try:
            self.connection = sqlcipher.connect(":memory:" if file is None else str(file), isolation_level=None,
                                                check_same_thread=False, cached_statements=256)
        except sqlcipher.Error as error:
            raise translated(error) from None
        try:
            self._prepare(key)
        except BaseException:
            self.close()
            raise

    def _prepare(self, key: bytes) -> None:
        self._pragma("cipher_log_level = NONE")
        if self.file is not None:
            self._pragma(f"key = \"x'{key.hex()}'\"")
        # The first read of the file proves the key; nothing has been written before it.
        self.one("SELECT count(*) FROM sqlite_master")
        if self.file is not None:
            self._pragma("locking_mode = EXCLUSIVE")
            self._pragma("journal_mode = WAL")
        for line in ("synchronous = FULL", "fullfsync = ON", "checkpoint_fullfsync = ON", "temp_store = MEMORY", "foreign_keys = ON",
                     "secure_delete = ON", "trusted_schema = OFF", "busy_timeout = 3000", "cache_size = -32768",
                     "wal_autocheckpoint = 4000"):
            self._pragma(line)
        wanted = {"temp_store": 2, "synchronous": 2, "fullfsync": 1, "checkpoint_fullfsync": 1, "foreign_keys": 1, "secure_delete": 1,
                  "trusted_schema": 0}
        for name, value in wanted.items():
            self._assert(name, value)
        if self.file is not None:
            self._assert("journal_mode", "wal")
            self._assert("cipher_status", 1)

    def _pragma(self, line: str) -> list[Row]:
        try:
            return list(self.connection.execute("PRAGMA " + line))
        except sqlcipher.Error as error:
            raise translated(error) from None

    def _assert(self, name: str, value: int | str) -> None:
        got = self._pragma(name)
        if not got or str(got[0][0]) != str(value):
            raise BugError("store.recipe", pragma=name)

    @property
    def changes(self) -> int:
        """How many rows this connection, the only one there is, has ever changed: while it stays, every answer stays."""
        return int(self.connection.total_changes)

    @property
    def is_writing(self) -> bool:
        """Say whether a transaction is in progress."""
        return bool(self.connection.in_transaction)

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Return every row of a query."""
        try:
            return list(self.connection.execute(sql, values))
        except sqlcipher.Error as error:
            raise translated(error) from None

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """Return the first row of a query, or None."""
        try:
            row: Row | None = self.connection.execute(sql, values).fetchone()
            return row
        except sqlcipher.Error as error:
            raise translated(error) from None

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one statement inside the transaction in progress and return the rows it changed."""
        try:
            return int(self.connection.execute(sql, values).rowcount)
        except sqlcipher.Error as error:
            raise self._full(translated(error)) from None

    def insert(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run one INSERT and return its row number."""
        try:
            return int(self.connection.execute(sql, values).lastrowid)
        except sqlcipher.Error as error:
            raise self._full(translated(error)) from None

    def many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for every row."""
        try:
            self.connection.executemany(sql, rows)
        except sqlcipher.Error as error:
            raise self._full(translated(error)) from None

    @contextmanager
    def transaction(self, *, is_lasting: bool = True) -> Iterator[None]:
        """Run the body in one BEGIN IMMEDIATE … COMMIT; anything raised rolls it back.

        `is_lasting` False lets pulled pages reach the disk at the next checkpoint instead of at once: they can be pulled again.
        """
        if self.connection.in_transaction:
            raise BugError("store.nested")
        # Set before, never after: a pragma that failed after COMMIT would make a stored batch look refused.
        if is_lasting != self._is_lasting:
            self._pragma("synchronous = FULL" if is_lasting else "synchronous = NORMAL")
            self._is_lasting = is_lasting
        try:
            self.run("BEGIN IMMEDIATE")
            yield
            self.run("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself on a full disk; a second ROLLBACK would then be the error.
            with suppress(sqlcipher.Error):
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
            raise

    @contextmanager
    def acts(self) -> Iterator[None]:
        """Run the body as a transaction that touches the person's acts: FULL, then a truncating checkpoint. Inside another it joins it.

        A flipped bit in a live WAL drops commits silently (security.md E2), so acts never stay there.
        """
        if self._is_acting:
            yield
            return
        self._is_acting = True
        try:
            with self.transaction():
                yield
        finally:
            self._is_acting = False
        self.owed += 1
        if not self.settles_later:
            self.settle()

    def settle(self) -> None:
        """Empty the log of acts that were committed; they have been durable since their commit."""
        if self.owed:
            self.checkpoint()
            self.owed = 0

    def checkpoint(self) -> None:
        """Move everything from the WAL into the database and empty the WAL."""
        if self.file is not None:
            try:
                self._pragma("wal_checkpoint(TRUNCATE)")
            except KnownError as error:
                raise self._full(error) from None

    def _full(self, error: KnownError | BugError) -> KnownError | BugError:
        if isinstance(error, DiskFull) and self._ballast is not None:
            with suppress(OSError):
                self._ballast.unlink()
        return error

    def shrink(self) -> None:
        """Give back the memory of pages that were read or written."""
        self._pragma("shrink_memory")

    def copy_to(self, other: Database, progress: Callable[[int, int], None] | None = None) -> None:
        """Copy every page into another database that is keyed with its own key."""
        report = None if progress is None else (lambda _status, left, total: progress(total - left, total))
        try:
            self.connection.backup(other.connection, pages=2048, progress=report)
        except sqlcipher.Error as error:
            raise translated(error) from None

    def close(self) -> None:
        """Close the connection. SQLite empties and removes the WAL when it can."""
        with suppress(sqlcipher.Error):
            self.connection.close()


def lay_ballast(file: Path) -> None:
    """Keep 2 MB aside, to be released when the disk is full so that even a delete can go through. Failing is harmless."""
    if file.exists():
        return
    with suppress(OSError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            os.write(handle, os.urandom(limits.BALLAST_BYTES))
        finally:
            os.close(handle)
