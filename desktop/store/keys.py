"""The key file: a random data key, wrapped under the passphrase, the recovery code and, if the person said so, a secret of this computer.

Owns: the envelope's shape, the KDF, the recovery code's words, the count of wrong tries. Does not own: the database.
A wrong secret and a damaged file are told apart: the file carries its own digest, the wraps are authenticated.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from mnemonic import Mnemonic

from desktop import disk, limits
from desktop.clock import Clock
from desktop.errors import UsageError, VaultDamaged, WrongPassphrase

FORMAT: Final = 1
KEY_BYTES: Final = 32
RECOVERY_BYTES: Final = 16
_KDF_TARGET_S: Final = 0.25
_KDF_CAP_KIB: Final = 512 * 1024
_KDF_CAP_PASSES: Final = 16
_KDF_CAP_LANES: Final = 16
_SALT_LEAST_BYTES: Final = 8
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Kdf:
    """Argon2id parameters. *Source*: RFC 9106; security.md R-08."""

    memory_kib: int = limits.KDF_MEMORY_KIB
    passes: int = limits.KDF_PASSES
    lanes: int = limits.KDF_LANES

    def derive(self, secret: str, salt: bytes) -> bytes:
        """Return the wrapping key of a secret, after Unicode NFC."""
        prepared = unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")
        return Argon2id(salt=salt, length=KEY_BYTES, iterations=self.passes, lanes=self.lanes, memory_cost=self.memory_kib).derive(prepared)


    @staticmethod
    def from_json(tree: dict[str, Any]) -> Kdf:
        """Read what a file names. *Raises* ValueError for more than this program ever writes: a forged one would bind the computer."""
        memory_kib, passes, lanes = (int(tree[name]) for name in ("memory_kib", "passes", "lanes"))
        if tree["name"] != "argon2id" or not (1 <= passes <= _KDF_CAP_PASSES and 1 <= lanes <= _KDF_CAP_LANES):
            raise ValueError(tree)
        if not 8 * lanes <= memory_kib <= _KDF_CAP_KIB:
            raise ValueError(tree)
        return Kdf(memory_kib=memory_kib, passes=passes, lanes=lanes)


CHEAP: Final = Kdf(memory_kib=64, passes=1, lanes=1)
"""For tests and the demo only: no protection."""


def calibrated(timer: Callable[[], float] = time.perf_counter) -> Kdf:
    """Choose parameters for this computer: at least 64 MiB and three passes, more memory where that is quick."""
    kdf = Kdf()
    while kdf.memory_kib * 2 <= _KDF_CAP_KIB:
        began = timer()
        kdf.derive("calibration", b"\0" * 16)
        if timer() - began > _KDF_TARGET_S / 2:
            break
        kdf = replace(kdf, memory_kib=kdf.memory_kib * 2)
    return kdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """The data key under one secret."""

    kdf: Kdf
    salt: bytes
    nonce: bytes
    sealed: bytes

    def as_json(self) -> dict[str, Any]:
        return {"kdf": {"name": "argon2id", **asdict(self.kdf)}, "salt": _b64(self.salt), "nonce": _b64(self.nonce),
                "sealed": _b64(self.sealed)}

    @staticmethod
    def from_json(tree: dict[str, Any]) -> Wrap:
        salt, nonce = _raw(tree["salt"]), _raw(tree["nonce"])
        if len(salt) < _SALT_LEAST_BYTES or len(nonce) != _NONCE_BYTES:
            raise ValueError(len(salt), len(nonce))
        return Wrap(kdf=Kdf.from_json(tree["kdf"]), salt=salt, nonce=nonce, sealed=_raw(tree["sealed"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What stands in the key file. `schema_major` is the schema that the database beside it has at least had."""

    store_id: str
    schema_major: int
    passphrase: Wrap
    recovery: Wrap
    computer: Wrap | None = None
    """Under a secret that the system's keychain keeps."""

    def to_bytes(self) -> bytes:
        """Write the file: one line of JSON, one line with its SHA-256."""
        wraps = {"passphrase": self.passphrase, "recovery": self.recovery, "computer": self.computer}
        body = json.dumps({"format": FORMAT, "store_id": self.store_id, "schema_major": self.schema_major,
                           **{by: wrap.as_json() for by, wrap in wraps.items() if wrap is not None}},
                          sort_keys=True, separators=(",", ":")).encode()
        return body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n"

    @staticmethod
    def from_bytes(data: bytes) -> KeyFile:
        """Read the file. *Raises* VaultDamaged("vault.key") when a bit is wrong, ("vault.newer") for a later format."""
        body, _, tail = data.partition(b"\n")
        if tail != hashlib.sha256(body).hexdigest().encode() + b"\n":
            raise VaultDamaged("vault.key")
        try:
            tree = json.loads(body)
            if int(tree["format"]) > FORMAT:
                raise VaultDamaged("vault.newer", format=int(tree["format"]))
            return KeyFile(store_id=str(tree["store_id"]), schema_major=int(tree["schema_major"]),
                           passphrase=Wrap.from_json(tree["passphrase"]), recovery=Wrap.from_json(tree["recovery"]),
                           computer=Wrap.from_json(tree["computer"]) if "computer" in tree else None)
        except (ValueError, OverflowError, RecursionError, KeyError, TypeError):
            raise VaultDamaged("vault.key") from None

    def open(self, secret: str, *, by: str = "passphrase") -> bytes:
        """Return the data key. *Raises* WrongPassphrase. `by` is "passphrase", "recovery" or "computer"."""
        wrap = {"passphrase": self.passphrase, "recovery": self.recovery, "computer": self.computer}[by]
        if wrap is None:
            raise WrongPassphrase("passphrase.wrong", wait_s=0.0)
        try:
            return AESGCM(wrap.kdf.derive(secret, wrap.salt)).decrypt(wrap.nonce, wrap.sealed, _bound(self.store_id, by, wrap.kdf))
        except InvalidTag:
            raise WrongPassphrase("passphrase.wrong", wait_s=0.0) from None


def seal(data_key: bytes, secret: str, *, store_id: str, by: str, kdf: Kdf) -> Wrap:
    """Wrap the data key under a secret, with fresh salt and nonce."""
    salt, nonce = os.urandom(16), os.urandom(_NONCE_BYTES)
    sealed = AESGCM(kdf.derive(secret, salt)).encrypt(nonce, data_key, _bound(store_id, by, kdf))
    return Wrap(kdf=kdf, salt=salt, nonce=nonce, sealed=sealed)


def _bound(store_id: str, by: str, kdf: Kdf) -> bytes:
    return f"medkarta:{FORMAT}:{store_id}:{by}:{kdf.memory_kib}:{kdf.passes}:{kdf.lanes}".encode()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def check_passphrase(passphrase: str) -> None:
    """Refuse a new passphrase that is too short or absurdly long. *Raises* UsageError."""
    length = len(unicodedata.normalize("NFC", passphrase))
    if length < limits.PASSPHRASE_MIN_CHARS:
        raise UsageError("passphrase.short", least=limits.PASSPHRASE_MIN_CHARS)
    if length > limits.PASSPHRASE_MAX_CHARS:
        raise UsageError("passphrase.long", most=limits.PASSPHRASE_MAX_CHARS)


# --- the recovery code: twelve Russian words, the last carrying a checksum

@cache
def _words() -> tuple[str, ...]:
    return tuple(unicodedata.normalize("NFC", word) for word in Mnemonic("russian").wordlist)


def new_recovery_code() -> str:
    """Make a code of twelve words that carries 128 random bits and a checksum of four. *Source*: BIP-39."""
    entropy = os.urandom(RECOVERY_BYTES)
    number = int.from_bytes(entropy, "big") << 4 | hashlib.sha256(entropy).digest()[0] >> 4
    return " ".join(_words()[number >> 11 * place & 2047] for place in reversed(range(12)))


def recovery_secret(code: str) -> str:
    """Turn a typed code into what was wrapped; case, ё and spaces are forgiven.

    *Raises* UsageError("recovery.words") for a slip of the pen, found by the word list or the checksum: no try is counted for it.
    """
    known = {_plain(word): place for place, word in enumerate(_words())}
    places = [known.get(_plain(word)) for word in unicodedata.normalize("NFKC", code).lower().split()]
    number = 0
    for place in places:
        if place is None:
            raise UsageError("recovery.words", given=len(places))
        number = number << 11 | place
    entropy = (number >> 4).to_bytes(RECOVERY_BYTES, "big") if len(places) == 12 else b""
    if not entropy or hashlib.sha256(entropy).digest()[0] >> 4 != number & 15:
        raise UsageError("recovery.words", given=len(places))
    return entropy.hex()


def _plain(word: str) -> str:
    """Forgive what people do not write reliably: ё."""
    return unicodedata.normalize("NFC", word).replace("ё", "е")


# --- files

def write_private(file: Path, data: bytes) -> None:
    """Replace `file` by `data` at once or not at all, readable by its owner only, flushed with its folder."""
    spare = file.with_name(file.name + ".new")
    handle = os.open(spare, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            disk.flush(stream)
        spare.replace(file)
    except BaseException:
        spare.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Flush a folder's list of names. Windows flushes it with the file."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Tries:
    """The small file that counts wrong passphrases. It only ever delays; it never removes anything (security.md R-16)."""

    def __init__(self, file: Path, clock: Clock) -> None:
        self._file = file
        self._clock = clock

    def wait_s(self) -> float:
        """Return the *seconds* until the next try is looked at. A clock that jumped cannot lengthen it past the cap."""
        _, until = self._read()
        left = (until - self._clock.now()).total_seconds() if until else 0.0
        return left if 0.0 < left <= limits.WRONG_DELAY_CAP_S else 0.0

    def count(self) -> float:
        """Write down one more wrong try and return the delay it earns."""
        wrong = self._read()[0] + 1
        over = wrong - limits.WRONG_TRIES_FREE
        delay = min(limits.WRONG_DELAY_FIRST_S * 2.0 ** min(over - 1, 16), limits.WRONG_DELAY_CAP_S) if over > 0 else 0.0
        until = self._clock.now() + timedelta(seconds=delay)
        # A full disk must not turn a wrong passphrase into another error.
        with contextlib.suppress(OSError):
            write_private(self._file, json.dumps({"wrong": wrong, "until": until.isoformat()}).encode())
        return delay

    def forget(self) -> None:
        """Start again after a right passphrase."""
        with contextlib.suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _read(self) -> tuple[int, datetime | None]:
        try:
            tree = json.loads(self._file.read_text("utf-8"))
            return max(0, min(int(tree["wrong"]), 10_000)), datetime.fromisoformat(tree["until"]).astimezone(UTC)
        except (OSError, ValueError, KeyError, TypeError):
            return 0, None
