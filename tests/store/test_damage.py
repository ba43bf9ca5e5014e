"""Damage is found and named, never shown as data, never replaced by an empty vault (security.md R-05)."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from desktop.clock import ManualClock
from desktop.errors import KnownError, VaultDamaged, WrongPassphrase
from desktop.store import vault as vaults
from desktop.store.wal import has_broken_tail
from tests.store.kit import PASSPHRASE, Home, new_home, observation

FLIPS = 100


def _observed(folder: Path, clock: ManualClock) -> str:
    """Open, check and read a vault; say what a person would be told, or what is there."""
    try:
        vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=clock)
    except WrongPassphrase:
        return "wrong passphrase"
    except VaultDamaged as damage:
        return damage.code
    try:
        if not vault.check().is_sound:
            return "check"
        if vault.lost_tail:
            return "tail"
        return f"{vault.replica.count('Observation')} observations"
    except KnownError as error:
        return error.code
    finally:
        vault.close()


def _flipped(data: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1:]


@pytest.fixture
def closed(folder: Path) -> Path:
    """A closed vault with 300 results, so that its file has many pages."""
    home = new_home(folder)
    home.take(*(observation(f"o{number}", text=f"Показатель {number}") for number in range(300)))
    home.vault.close()
    return folder


def test_no_flipped_bit_of_the_database_goes_unseen(closed: Path) -> None:
    rng, clock, file = random.Random(1), ManualClock(), closed / vaults.DATABASE_FILE
    whole = file.read_bytes()
    assert _observed(closed, clock) == "300 observations"
    for _ in range(FLIPS):
        file.write_bytes(_flipped(whole, rng))
        assert not _observed(closed, clock).endswith("observations")
    file.write_bytes(whole)
    assert _observed(closed, clock) == "300 observations"


def test_no_flipped_bit_of_the_key_file_looks_like_a_wrong_passphrase(closed: Path) -> None:
    rng, clock, file = random.Random(2), ManualClock(), closed / vaults.KEY_FILE
    whole = file.read_bytes()
    for _ in range(FLIPS):
        file.write_bytes(_flipped(whole, rng))
        assert _observed(closed, clock) == "vault.key"


@pytest.mark.parametrize(
    ("part", "forged"),
    [("kdf", {"memory_kib": 2**25}), ("kdf", {"memory_kib": 1}), ("kdf", {"memory_kib": -64}), ("kdf", {"passes": 2_000_000}),
     ("kdf", {"passes": 0}), ("kdf", {"lanes": 2**31}), ("kdf", {"lanes": 1e400}), ("kdf", {"passes": None}), ("salt", ""), ("nonce", "")],
    ids=str,
)  # fmt: skip
def test_forged_key_file_is_damage_and_binds_the_computer_to_nothing(folder: Path, part: str, forged: Any) -> None:
    new_home(folder).vault.close()
    file = folder / vaults.KEY_FILE
    tree = json.loads(file.read_bytes().partition(b"\n")[0])
    wrap = tree["passphrase"]
    wrap[part] = {**wrap[part], **forged} if part == "kdf" else forged
    body = json.dumps(tree).encode()
    file.write_bytes(body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n")
    assert _observed(folder, ManualClock()) == "vault.key"


def test_no_flipped_bit_of_the_log_loses_rows_unsaid(folder: Path, tmp_path: Path) -> None:
    home = new_home(folder)
    home.vault.database.checkpoint()
    for number in range(0, 60, 20):
        home.take(*(observation(f"o{one}") for one in range(number, number + 20)))
    torn = tmp_path / "torn"
    shutil.copytree(folder, torn)
    home.vault.close()
    rng, file = random.Random(3), torn / "vault.db-wal"
    whole, base = file.read_bytes(), (torn / vaults.DATABASE_FILE).read_bytes()
    assert not has_broken_tail(file)
    seen = set()
    for _ in range(FLIPS):
        file.write_bytes(_flipped(whole, rng))
        (torn / vaults.DATABASE_FILE).write_bytes(base)
        seen.add(_observed(torn, home.clock))
    file.write_bytes(whole)
    (torn / vaults.DATABASE_FILE).write_bytes(base)
    assert _observed(torn, home.clock) == "60 observations"
    assert seen <= {"tail", "check", "vault.damaged"}


@pytest.mark.parametrize("pages", [0, 1, 2, 5, 10, 20])
def test_a_database_cut_at_a_page_is_damage(closed: Path, pages: int) -> None:
    file = closed / vaults.DATABASE_FILE
    whole = file.read_bytes()
    assert len(whole) > 20 * 4096
    file.write_bytes(whole[:pages * 4096])
    assert not _observed(closed, ManualClock()).endswith("observations")


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4097, 10_000])
def test_a_database_cut_anywhere_is_damage(closed: Path, size: int) -> None:
    file = closed / vaults.DATABASE_FILE
    file.write_bytes(file.read_bytes()[:size])
    assert not _observed(closed, ManualClock()).endswith("observations")


def test_swapped_pages_are_damage(closed: Path) -> None:
    file = closed / vaults.DATABASE_FILE
    whole = file.read_bytes()
    first, second = whole[4096 * 3:4096 * 4], whole[4096 * 7:4096 * 8]
    file.write_bytes(whole[:4096 * 3] + second + whole[4096 * 4:4096 * 7] + first + whole[4096 * 8:])
    assert not _observed(closed, ManualClock()).endswith("observations")


def test_a_document_with_other_bytes_than_were_stored_is_found(home: Home) -> None:
    blobs = home.vault.blobs
    blobs.plan("d", "Binary/d", 3, portal=home.portal, person=home.anna)
    blobs.append("d", 0, b"abc")
    assert blobs.finish("d")
    with home.vault.database.transaction():
        home.vault.database.run("UPDATE chunk SET bytes = ?", (b"abd",))
    assert dict(home.vault.check().problems) == {"documents": 1}


def test_a_missing_act_is_found_by_its_number(home: Home) -> None:
    with home.vault.acts():
        for name in ("one", "two", "three"):
            home.vault.outbox.append(id=name, kind="book", portal=home.portal, person=home.anna, subject="slot", body={}, precondition={})
    assert home.vault.check().is_sound
    with home.vault.database.transaction():
        home.vault.database.run("DELETE FROM outbox WHERE id = 'three'")
    assert dict(home.vault.check().problems) == {"outbox": 1}
