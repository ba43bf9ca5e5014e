"""The vault: a folder with a key file and an encrypted database, created on purpose and never by accident.

Owns: creating, unlocking, re-wrapping, closing, and what hangs on an open vault. Does not own: tables (one module each),
backup files (backup.py), checking (check.py).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from desktop import disk, guard
from desktop.clock import Clock
from desktop.errors import UsageError, VaultDamaged, WrongPassphrase
from desktop.store import backup as backups
from desktop.store import check as checks
from desktop.store import keys, stems, wal
from desktop.store.blobs import Blobs
from desktop.store.clashes import Clashes
from desktop.store.cursors import Cursors
from desktop.store.database import PAGE_BYTES, Database, lay_ballast
from desktop.store.journal import Journal
from desktop.store.keychain import Keychain
from desktop.store.keys import Kdf, KeyFile, Tries
from desktop.store.locks import FolderLock
from desktop.store.migrate import migrate, newest, version_of
from desktop.store.outbox import Outbox
from desktop.store.people import People
from desktop.store.portals import Portals, Secrets, Settings
from desktop.store.replica import Replica
from desktop.store.search import Search
from desktop.store.streets import Streets

KEY_FILE: Final = "vault.key"
DATABASE_FILE: Final = "vault.db"
LOCK_FILE: Final = "vault.lock"
TRIES_FILE: Final = "vault.tries"
BALLAST_FILE: Final = "vault.ballast"

Progress = Callable[[int, int], None]


class Vault:
    """An open vault. `folder` is None for one in memory. *Thread*: store thread, after opening."""

    def __init__(self, database: Database, clock: Clock, *, folder: Path | None, store_id: str, data_key: bytearray,
                 lock: FolderLock | None, lost_tail: bool = False) -> None:
        self.folder = folder
        self.store_id = store_id
        self.database = database
        self.clock = clock
        self._data_key = data_key
        self._lock = lock
        self.settings = Settings(database)
        self.secrets = Secrets(database)
        self.portals = Portals(database)
        self.cursors = Cursors(database)
        self.replica = Replica(database, clock, self.cursors)
        self.people = People(database, self.replica.wash)
        self.search = Search(database, self.replica)
        self.blobs = Blobs(database)
        self.streets = Streets(database, clock)
        self.journal = Journal(database, clock)
        self.outbox = Outbox(database, clock)
        self.clashes = Clashes(database, clock)
        self.lost_tail = lost_tail
        """The log of the last run was damaged: pages pulled just before it ended will be pulled again."""
        if lost_tail:
            self.journal.write("vault.tail_lost", by="program")

    @contextlib.contextmanager
    def acts(self) -> Iterator[None]:
        """Run the body as one transaction on the person's acts: on disk, checkpointed, when the body is left."""
        with self.database.acts():
            yield

    @property
    def data_key(self) -> bytes:
        """The key itself, for what must be encrypted beside the database. Never written anywhere."""
        return bytes(self._data_key)

    def change_passphrase(self, old: str, new: str) -> None:
        """Wrap the data key under a new passphrase; nothing is re-encrypted. After a crash the old one or the new one opens."""
        folder = self._on_disk()
        keys.check_passphrase(new)
        file = _read_key_file(folder)
        _try(file, old, folder, self.clock)
        wrap = keys.seal(self.data_key, new, store_id=self.store_id, by="passphrase", kdf=file.passphrase.kdf)
        _write_key_file(folder, replace(file, passphrase=wrap))

    def prove(self, passphrase: str) -> None:
        """Ask for the passphrase once more before something that cannot be undone. *Raises* WrongPassphrase."""
        folder = self._on_disk()
        _try(_read_key_file(folder), passphrase, folder, self.clock)

    def new_recovery_code(self, passphrase: str) -> str:
        """Replace the recovery code; the one written down before stops working. Returns the new words."""
        folder = self._on_disk()
        file = _read_key_file(folder)
        _try(file, passphrase, folder, self.clock)
        code = keys.new_recovery_code()
        wrap = keys.seal(self.data_key, keys.recovery_secret(code), store_id=self.store_id, by="recovery", kdf=file.recovery.kdf)
        _write_key_file(folder, replace(file, recovery=wrap))
        return code

    @property
    def is_key_kept(self) -> bool:
        """Whether this computer opens the vault without the passphrase."""
        return self.folder is not None and _read_key_file(self.folder).computer is not None

    def keep_key(self, passphrase: str, keychain: Keychain) -> None:
        """Let this computer open the vault without the passphrase. *Raises* WrongPassphrase, UsageError keychain.*."""
        folder = self._on_disk()
        file = _read_key_file(folder)
        _try(file, passphrase, folder, self.clock)
        secret = keychain.keep(self.store_id)
        try:
            wrap = keys.seal(self.data_key, secret, store_id=self.store_id, by="computer", kdf=file.passphrase.kdf)
            _write_key_file(folder, replace(file, computer=wrap))
        except BaseException:
            keychain.forget(self.store_id)
            raise

    def forget_key(self, keychain: Keychain) -> None:
        """Open with the passphrase only from now on; what the system may still keep opens nothing."""
        folder = self._on_disk()
        _write_key_file(folder, replace(_read_key_file(folder), computer=None))
        keychain.forget(self.store_id)

    def backup(self, file: Path, progress: Progress | None = None) -> None:
        """Write the whole vault into one encrypted file; the passphrase of now opens it, this computer's own key does not."""
        envelope = replace(_read_key_file(self._on_disk()), computer=None)
        backups.write(file, envelope.to_bytes(), self.database, self.data_key, progress)

    def check(self, progress: Progress | None = None) -> checks.CheckReport:
        """Verify every page, index, body, digest and number."""
        return checks.check(self.database, broken_documents=self.blobs.broken, is_outbox_whole=self.outbox.is_whole, progress=progress)

    def size_bytes(self) -> int:
        """Return what the database takes on the disk."""
        if self.folder is None:
            return sum(int(row[0]) * PAGE_BYTES for row in self.database.all("PRAGMA page_count"))
        files = (self.folder / DATABASE_FILE, self.folder / (DATABASE_FILE + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def rest(self) -> None:
        """Give back the memory that a large load took: the database's pages, tools, and what is remembered of texts met by the thousand."""
        self.database.shrink()
        self.replica.rest()
        stems.forget()
        guard.give_back_heap()

    def close(self) -> None:
        """Close and wipe what can be wiped. Copies of the record stay in the process's memory: replace the process after it."""
        with contextlib.suppress(Exception):
            self.database.checkpoint()
        self.database.close()
        stems.forget()
        for at in range(len(self._data_key)):
            self._data_key[at] = 0
        if self._lock is not None:
            self._lock.release()

    def _on_disk(self) -> Path:
        if self.folder is None:
            raise UsageError("vault.ephemeral")
        return self.folder


def is_vault(folder: Path) -> bool:
    """Say whether a vault was ever made here: its key file stands, or a database without one (which is damage, not absence)."""
    return (folder / KEY_FILE).exists() or (folder / DATABASE_FILE).exists()


def create(folder: Path, *, passphrase: str, clock: Clock, kdf: Kdf | None = None) -> tuple[Vault, str]:
    """Make a new vault and return it open with its recovery code. *Raises* UsageError where one stands already."""
    keys.check_passphrase(passphrase)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "nt":
        folder.chmod(0o700)
    lock = FolderLock(folder / LOCK_FILE)
    try:
        if is_vault(folder):
            raise UsageError("vault.exists")
        kdf = kdf or keys.calibrated()
        data_key = bytearray(os.urandom(keys.KEY_BYTES))
        store_id, code = os.urandom(16).hex(), keys.new_recovery_code()
        database = _new_database(folder, bytes(data_key), store_id)
        try:
            file = KeyFile(store_id=store_id, schema_major=newest() // 1000,
                           passphrase=keys.seal(bytes(data_key), passphrase, store_id=store_id, by="passphrase", kdf=kdf),
                           recovery=keys.seal(bytes(data_key), keys.recovery_secret(code), store_id=store_id, by="recovery", kdf=kdf))
            # The key file comes last: until it stands there is no vault, and a half-made one can be made again.
            _write_key_file(folder, file)
        except BaseException:
            database.close()
            raise
    except UsageError:
        lock.release()
        raise
    except BaseException:
        for name in (DATABASE_FILE, DATABASE_FILE + "-wal"):
            (folder / name).unlink(missing_ok=True)
        lock.release()
        raise
    lay_ballast(folder / BALLAST_FILE)
    return Vault(database, clock, folder=folder, store_id=store_id, data_key=data_key, lock=lock), code


def _new_database(folder: Path, data_key: bytes, store_id: str) -> Database:
    os.close(os.open(folder / DATABASE_FILE, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    database = Database(folder / DATABASE_FILE, data_key, ballast=folder / BALLAST_FILE, must_exist=False)
    try:
        _fill(database, store_id)
        database.checkpoint()
    except BaseException:
        database.close()
        raise
    return database


def _fill(database: Database, store_id: str) -> None:
    migrate(database)
    with database.transaction():
        database.run("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (16 * 2**20,))
        database.run("INSERT INTO setting (name, value) VALUES ('store.id', ?)", (f'"{store_id}"',))


def unlock(folder: Path, *, passphrase: str, clock: Clock) -> Vault:
    """Open a vault. *Raises* UsageError (none here), WrongPassphrase(wait_s), VaultDamaged, VaultBusy. Changes nothing when it fails."""
    return _open(folder, passphrase, clock, by="passphrase")


def unlock_by_computer(folder: Path, *, keychain: Keychain, clock: Clock) -> Vault:
    """Open a vault by the key that the system keeps. *Raises* UsageError keychain.refused, VaultDamaged, VaultBusy."""
    return _open(folder, keychain.secret(_read_key_file(folder).store_id), clock, by="computer")


def recover(folder: Path, *, recovery_code: str, new_passphrase: str, clock: Clock) -> Vault:
    """Open a vault by its recovery code and put a new passphrase in place of the forgotten one."""
    keys.check_passphrase(new_passphrase)
    vault = _open(folder, keys.recovery_secret(recovery_code), clock, by="recovery")
    try:
        file = _read_key_file(folder)
        wrap = keys.seal(vault.data_key, new_passphrase, store_id=vault.store_id, by="passphrase", kdf=file.passphrase.kdf)
        _write_key_file(folder, replace(file, passphrase=wrap))
    except BaseException:
        vault.close()
        raise
    return vault


def ephemeral(clock: Clock) -> Vault:
    """Make a vault in memory, for the kiosk and shared computers: nothing of it reaches the disk."""
    store_id, data_key = os.urandom(16).hex(), bytearray(os.urandom(keys.KEY_BYTES))
    database = Database(None, bytes(data_key))
    _fill(database, store_id)
    return Vault(database, clock, folder=None, store_id=store_id, data_key=data_key, lock=None)


def restore(backup: Path, folder: Path, *, passphrase: str, clock: Clock) -> None:
    """Put a backup in place of nothing: verified whole before anything gets its name. *Raises* UsageError where a vault stands."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if os.name != "nt":
        folder.chmod(0o700)
    lock = FolderLock(folder / LOCK_FILE)
    spare = folder / (DATABASE_FILE + ".restored")
    try:
        if is_vault(folder):
            raise UsageError("vault.exists")
        envelope = backups.unpack(backup, spare)
        file = KeyFile.from_bytes(envelope)
        data_key = _try(file, passphrase, folder, clock)
        database = Database(spare, data_key)
        try:
            if Settings(database).get("store.id") != file.store_id:
                raise VaultDamaged("backup.damaged")
            report = checks.check(database, broken_documents=Blobs(database).broken, is_outbox_whole=Outbox(database, clock).is_whole)
            if not report.is_sound:
                raise VaultDamaged("backup.damaged")
        finally:
            database.close()
        spare.replace(folder / DATABASE_FILE)
        keys.write_private(folder / KEY_FILE, envelope)
    finally:
        for left in (spare, spare.with_name(spare.name + "-wal")):
            left.unlink(missing_ok=True)
        lock.release()


def erase(folder: Path) -> None:
    """Remove the vault in `folder` for good. The wrapped keys go first: from then on no passphrase opens what is left.

    Only files of ours go; the folder, and whatever else lies in it, stays. *Raises* VaultBusy while it is open anywhere.
    """
    lock = FolderLock(folder / LOCK_FILE)
    try:
        key_file = folder / KEY_FILE
        with key_file.open("r+b") as stream:
            stream.write(os.urandom(key_file.stat().st_size))
            disk.flush(stream)
        key_file.unlink()
        keys.sync_folder(folder)
        for file in folder.glob("vault.*"):
            if file.name != LOCK_FILE:
                file.unlink()
    finally:
        lock.release()
    (folder / LOCK_FILE).unlink(missing_ok=True)


def _open(folder: Path, secret: str, clock: Clock, *, by: str) -> Vault:
    if not is_vault(folder):
        raise UsageError("vault.none")
    lock = FolderLock(folder / LOCK_FILE)
    try:
        file = _read_key_file(folder)
        if file.schema_major > newest() // 1000:
            raise VaultDamaged("vault.newer", have=file.schema_major, want=newest() // 1000)
        data_key = bytearray(_by_computer(file, secret) if by == "computer" else _try(file, secret, folder, clock, by=by))
        lost_tail = wal.has_broken_tail(folder / (DATABASE_FILE + "-wal"))
        database = _open_database(folder, file, bytes(data_key))
        try:
            vault = Vault(database, clock, folder=folder, store_id=file.store_id, data_key=data_key, lock=lock, lost_tail=lost_tail)
        except BaseException:
            database.close()
            raise
    except BaseException:
        lock.release()
        raise
    lay_ballast(folder / BALLAST_FILE)
    return vault


def _open_database(folder: Path, file: KeyFile, data_key: bytes) -> Database:
    database = Database(folder / DATABASE_FILE, data_key, ballast=folder / BALLAST_FILE)
    try:
        stored = Settings(database).get("store.id") if version_of(database) else None
        if stored != file.store_id:
            raise VaultDamaged("vault.other")
        migrate(database, before_major=lambda _have: _copy_aside(folder, database))
    except BaseException:
        database.close()
        raise
    return database


def _copy_aside(folder: Path, database: Database) -> None:
    """Keep an encrypted copy of the database as it was before a major step."""
    database.checkpoint()
    kept = folder / f"{DATABASE_FILE}.before-{newest() // 1000}"
    keys.write_private(kept, (folder / DATABASE_FILE).read_bytes())


def _try(file: KeyFile, secret: str, folder: Path, clock: Clock, *, by: str = "passphrase") -> bytes:
    tries = Tries(folder / TRIES_FILE, clock)
    wait_s = tries.wait_s()
    if wait_s > 0:
        raise WrongPassphrase("passphrase.wait", wait_s=wait_s)
    try:
        data_key = file.open(secret, by=by)
    except WrongPassphrase:
        raise WrongPassphrase("passphrase.wrong", wait_s=tries.count()) from None
    tries.forget()
    return data_key


def _by_computer(file: KeyFile, secret: str) -> bytes:
    """A stale secret is no try of a person's: it is not counted."""
    try:
        return file.open(secret, by="computer")
    except WrongPassphrase:
        raise UsageError("keychain.refused") from None


def _read_key_file(folder: Path) -> KeyFile:
    try:
        return KeyFile.from_bytes((folder / KEY_FILE).read_bytes())
    except OSError:
        raise VaultDamaged("vault.key") from None


def _write_key_file(folder: Path, file: KeyFile) -> None:
    with backups.full_disk():
        keys.write_private(folder / KEY_FILE, replace(file, schema_major=newest() // 1000).to_bytes())
