"""A backup is one encrypted file; restoring verifies it whole and never stands on an existing vault."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from desktop.errors import DiskFull, UsageError, VaultDamaged, WrongPassphrase
from desktop.store import vault as vaults
from tests.store.kit import PASSPHRASE, Home, observation


@pytest.fixture
def kept(home: Home, tmp_path: Path) -> Path:
    home.take(*(observation(f"o{number}") for number in range(100)))
    home.vault.blobs.plan("d", "Binary/d", None, portal=home.portal, person=home.anna)
    home.vault.blobs.append("d", 0, b"document")
    home.vault.blobs.finish("d")
    told: list[tuple[int, int]] = []
    home.vault.backup(tmp_path / "kept.backup", lambda done, steps: told.append((done, steps)))
    assert told[-1][0] == told[-1][1] > 0
    return tmp_path / "kept.backup"


def test_a_backup_restores_to_the_same_vault(home: Home, kept: Path, tmp_path: Path) -> None:
    home.take(observation("later"))
    vaults.restore(kept, tmp_path / "new", passphrase=PASSPHRASE, clock=home.clock)
    vault = vaults.unlock(tmp_path / "new", passphrase=PASSPHRASE, clock=home.clock)
    assert vault.store_id == home.vault.store_id
    assert vault.replica.count("Observation") == 100
    assert vault.blobs.read("d") == b"document"
    assert vault.replica.get("Observation", "later") is None
    vault.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kept.backup", "new", "vault"]


def test_a_restored_vault_opens_by_the_recovery_code(home: Home, kept: Path, tmp_path: Path) -> None:
    vaults.restore(kept, tmp_path / "new", passphrase=PASSPHRASE, clock=home.clock)
    vaults.recover(tmp_path / "new", recovery_code=home.code, new_passphrase="новый чайник у окна", clock=home.clock).close()


def test_restoring_never_stands_on_an_existing_vault(home: Home, kept: Path, folder: Path) -> None:
    home.vault.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(UsageError):
        vaults.restore(kept, folder, passphrase=PASSPHRASE, clock=home.clock)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_wrong_passphrase_restores_nothing(home: Home, kept: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongPassphrase):
        vaults.restore(kept, tmp_path / "new", passphrase="не тот чайник", clock=home.clock)
    assert not vaults.is_vault(tmp_path / "new")


def test_no_flipped_bit_and_no_cut_of_a_backup_is_restored(home: Home, kept: Path, tmp_path: Path) -> None:
    rng, whole = random.Random(4), kept.read_bytes()
    damaged = [whole[:size] for size in (0, 1, 40, len(whole) // 2, len(whole) - 1)] + [whole + b"x"]
    for _ in range(40):
        at = rng.randrange(len(whole))
        damaged.append(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1:])
    for data in damaged:
        kept.write_bytes(data)
        with pytest.raises(VaultDamaged):
            vaults.restore(kept, tmp_path / "new", passphrase=PASSPHRASE, clock=home.clock)
        assert not vaults.is_vault(tmp_path / "new")


def test_there_must_be_a_backup_and_a_place_for_it(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        vaults.restore(tmp_path / "none", tmp_path / "new", passphrase=PASSPHRASE, clock=home.clock)
    (tmp_path / "a folder").mkdir()
    for place in (tmp_path / "no folder" / "kept.backup", tmp_path / "a folder"):
        with pytest.raises(UsageError, match="backup.folder"):
            home.vault.backup(place)


def test_a_backup_takes_no_file_away_that_stands_beside_it(home: Home, tmp_path: Path) -> None:
    beside = [tmp_path / f"kept{ending}" for ending in (".copy", ".copy-wal", ".new", ".part")]
    for file in beside:
        file.write_bytes(b"the person's own")
    home.vault.backup(tmp_path / "kept")
    assert [file.read_bytes() for file in beside] == [b"the person's own"] * len(beside)


def test_an_older_backup_stands_until_the_new_one_is_whole(home: Home, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = kept.read_bytes()

    def full(*_: object, **__: object) -> None:
        raise DiskFull("vault.disk_full")

    monkeypatch.setattr(home.vault.database, "copy_to", full)
    with pytest.raises(DiskFull):
        home.vault.backup(kept)
    assert kept.read_bytes() == whole
    assert [file.name for file in kept.parent.iterdir() if file.name.startswith("kept")] == ["kept.backup"]
