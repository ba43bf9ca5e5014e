"""The vault: made on purpose, opened by two secrets, never silently replaced."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from desktop import limits
from desktop.clock import ManualClock
from desktop.errors import KnownError, UsageError, VaultBusy, VaultDamaged, WrongPassphrase
from desktop.store import keys
from desktop.store import vault as vaults
from desktop.store.database import Database
from desktop.store.keys import Kdf, KeyFile
from tests.store.kit import PASSPHRASE, Home, new_home, observation

ROOT = Path(__file__).resolve().parents[2]


def _left(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.name not in (vaults.LOCK_FILE, vaults.TRIES_FILE)}


def test_what_was_stored_is_there_after_unlocking(folder: Path) -> None:
    home = new_home(folder)
    home.take(observation("a"))
    home.vault.close()
    vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert json.loads(vault.replica.get("Observation", "a") or b"") == observation("a")
    vault.close()


def test_a_new_vault_is_not_made_over_an_old_one(home: Home, folder: Path) -> None:
    home.vault.close()
    before = _left(folder)
    with pytest.raises(UsageError) as refusal:
        vaults.create(folder, passphrase=PASSPHRASE, clock=home.clock, kdf=keys.CHEAP)
    assert refusal.value.code == "vault.exists"
    assert _left(folder) == before


def test_there_is_nothing_to_unlock_in_an_empty_folder(tmp_path: Path) -> None:
    assert not vaults.is_vault(tmp_path)
    with pytest.raises(UsageError) as refusal:
        vaults.unlock(tmp_path, passphrase=PASSPHRASE, clock=ManualClock())
    assert refusal.value.code == "vault.none"


def test_wrong_passphrase_is_not_damage(home: Home, folder: Path) -> None:
    home.vault.close()
    with pytest.raises(WrongPassphrase) as refusal:
        vaults.unlock(folder, passphrase="не тот чайник", clock=home.clock)
    assert refusal.value.code == "passphrase.wrong"
    assert "чайник" not in repr(refusal.value)


def test_wrong_passphrases_wait_longer_from_the_fifth_and_harm_nothing(home: Home, folder: Path) -> None:
    home.take(observation("a"))
    home.vault.close()
    before, waits = _left(folder), []
    for _ in range(20):
        with pytest.raises(WrongPassphrase) as refusal:
            vaults.unlock(folder, passphrase="не тот чайник", clock=home.clock)
        waits.append(refusal.value.facts["wait_s"])
        home.clock.advance(float(str(refusal.value.facts["wait_s"])) + 0.1)
    assert waits[:4] == [0.0] * 4
    assert waits[4] == limits.WRONG_DELAY_FIRST_S
    assert waits == sorted(waits)
    assert waits[-1] == limits.WRONG_DELAY_CAP_S
    assert _left(folder) == before
    vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert vault.replica.get("Observation", "a")
    vault.close()
    with pytest.raises(WrongPassphrase) as refusal:
        vaults.unlock(folder, passphrase="не тот чайник", clock=home.clock)
    assert refusal.value.facts["wait_s"] == 0.0


def test_no_try_is_looked_at_while_waiting_and_a_jumping_clock_does_not_lock_out(home: Home, folder: Path) -> None:
    home.vault.close()
    for _ in range(5):
        with pytest.raises(WrongPassphrase):
            vaults.unlock(folder, passphrase="не тот чайник", clock=home.clock)
    with pytest.raises(WrongPassphrase) as refusal:
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert refusal.value.code == "passphrase.wait"
    home.clock.jump(-3650 * 86_400)
    vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock).close()


def test_composed_and_decomposed_letters_are_the_same_passphrase(tmp_path: Path) -> None:
    clock, text = ManualClock(), "ёлка и йод " * 8
    vault, _ = vaults.create(tmp_path / "v", passphrase=unicodedata.normalize("NFD", text), clock=clock, kdf=keys.CHEAP)
    vault.close()
    vaults.unlock(tmp_path / "v", passphrase=unicodedata.normalize("NFC", text), clock=clock).close()


def test_a_short_passphrase_is_refused_before_anything_is_made(folder: Path) -> None:
    with pytest.raises(UsageError):
        vaults.create(folder, passphrase="1234567", clock=ManualClock(), kdf=keys.CHEAP)
    assert not folder.exists()


def test_the_recovery_code_opens_and_sets_a_new_passphrase(home: Home, folder: Path) -> None:
    home.take(observation("a"))
    home.vault.close()
    typed = "  " + home.code.upper().replace(" ", "   ")
    vault = vaults.recover(folder, recovery_code=typed, new_passphrase="новый чайник у окна", clock=home.clock)
    assert vault.replica.get("Observation", "a")
    vault.close()
    with pytest.raises(WrongPassphrase):
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    vaults.unlock(folder, passphrase="новый чайник у окна", clock=home.clock).close()


def test_a_slip_in_the_recovery_code_is_told_from_a_wrong_code(home: Home, folder: Path) -> None:
    home.vault.close()
    words = home.code.split()
    for slip in ("нетслова " + " ".join(words[1:]), " ".join(words[:11])):
        with pytest.raises(UsageError) as refusal:
            vaults.recover(folder, recovery_code=slip, new_passphrase=PASSPHRASE, clock=home.clock)
        assert refusal.value.code == "recovery.words"
    with pytest.raises(WrongPassphrase):
        vaults.recover(folder, recovery_code=keys.new_recovery_code(), new_passphrase=PASSPHRASE, clock=home.clock)


def test_every_recovery_code_reads_back(folder: Path) -> None:
    codes = [keys.new_recovery_code() for _ in range(200)]
    assert len({keys.recovery_secret(code) for code in codes}) == 200
    assert all(len(code.split()) == 12 for code in codes)


def test_a_new_recovery_code_ends_the_old_one(home: Home, folder: Path) -> None:
    new = home.vault.new_recovery_code(PASSPHRASE)
    home.vault.close()
    with pytest.raises(WrongPassphrase):
        vaults.recover(folder, recovery_code=home.code, new_passphrase=PASSPHRASE, clock=home.clock)
    vaults.recover(folder, recovery_code=new, new_passphrase=PASSPHRASE, clock=home.clock).close()


def test_changing_the_passphrase_rewraps_and_does_not_re_encrypt(home: Home, folder: Path) -> None:
    home.take(observation("a"))
    home.vault.database.checkpoint()
    before = (folder / vaults.DATABASE_FILE).read_bytes()
    with pytest.raises(WrongPassphrase):
        home.vault.change_passphrase("не тот чайник", "новый чайник у окна")
    home.vault.change_passphrase(PASSPHRASE, "новый чайник у окна")
    assert (folder / vaults.DATABASE_FILE).read_bytes() == before
    home.vault.close()
    vaults.unlock(folder, passphrase="новый чайник у окна", clock=home.clock).close()


def test_only_the_owner_reads_the_files(home: Home, folder: Path) -> None:
    home.take(observation("a"))
    if os.name == "nt":
        assert (folder / vaults.KEY_FILE).exists()
        return
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("left", [None, b"", b"\0", b"\0" * 4095])
def test_a_missing_empty_or_short_database_is_damage_and_is_left_alone(home: Home, folder: Path, left: bytes | None) -> None:
    home.vault.close()
    file = folder / vaults.DATABASE_FILE
    file.unlink() if left is None else file.write_bytes(left)
    before = _left(folder)
    with pytest.raises(VaultDamaged):
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert _left(folder) == before
    assert vaults.is_vault(folder)


def test_a_database_without_its_key_file_is_damage_not_absence(home: Home, folder: Path) -> None:
    home.vault.close()
    (folder / vaults.KEY_FILE).unlink()
    assert vaults.is_vault(folder)
    with pytest.raises(VaultDamaged):
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    with pytest.raises(UsageError):
        vaults.create(folder, passphrase=PASSPHRASE, clock=home.clock, kdf=keys.CHEAP)


def test_a_newer_vault_is_refused_and_left_alone(home: Home, folder: Path) -> None:
    home.vault.database.run("PRAGMA user_version = 2000")
    home.vault.close()
    before = _left(folder)
    with pytest.raises(VaultDamaged) as refusal:
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert refusal.value.code == "vault.newer"
    assert _left(folder) == before


def test_a_newer_key_file_is_told_from_a_damaged_one(home: Home, folder: Path) -> None:
    home.vault.close()
    file = folder / vaults.KEY_FILE
    known = KeyFile.from_bytes(file.read_bytes())
    file.write_bytes(KeyFile(store_id=known.store_id, schema_major=9, passphrase=known.passphrase, recovery=known.recovery).to_bytes())
    with pytest.raises(VaultDamaged) as refusal:
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    assert refusal.value.code == "vault.newer"


def test_a_database_of_another_vault_is_refused(tmp_path: Path) -> None:
    clock = ManualClock()
    for name in ("one", "two"):
        new_home(tmp_path / name, clock).vault.close()
    (tmp_path / "one" / vaults.DATABASE_FILE).write_bytes((tmp_path / "two" / vaults.DATABASE_FILE).read_bytes())
    with pytest.raises(VaultDamaged):
        vaults.unlock(tmp_path / "one", passphrase=PASSPHRASE, clock=clock)


def test_a_second_opening_is_refused_until_the_first_closes(home: Home, folder: Path) -> None:
    with pytest.raises(VaultBusy):
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
    home.vault.close()
    vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock).close()


_TRY = """
import sys
from pathlib import Path
from desktop.clock import SystemClock
from desktop.errors import VaultBusy
from desktop.store import vault
sys.stdin.readline()
try:
    opened = vault.unlock(Path(sys.argv[1]), passphrase=sys.stdin.readline().strip(), clock=SystemClock())
    print("open", flush=True)
    sys.stdin.readline()
    opened.close()
except VaultBusy:
    print("busy", flush=True)
"""


def test_of_five_started_at_once_one_opens(home: Home, folder: Path) -> None:
    home.vault.close()
    environment = os.environ | {"PYTHONUTF8": "1"}
    started = [subprocess.Popen([sys.executable, "-c", _TRY, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment) for _ in range(5)]
    for process in started:
        assert process.stdin
        process.stdin.write(f"go\n{PASSPHRASE}\n")
        process.stdin.flush()
    said = [process.stdout.readline().strip() for process in started if process.stdout]
    for process in started:
        _, errors = process.communicate("end\n", timeout=30)
        assert errors == ""
    assert sorted(said) == ["busy"] * 4 + ["open"]


def test_every_connection_has_taken_the_recipe(home: Home) -> None:
    asked = {name: str(home.vault.database.all(f"PRAGMA {name}")[0][0]) for name in
             ("journal_mode", "synchronous", "temp_store", "foreign_keys", "secure_delete", "trusted_schema")}
    assert asked == {"journal_mode": "wal", "synchronous": "2", "temp_store": "2", "foreign_keys": "1", "secure_delete": "1",
                     "trusted_schema": "0"}


def test_the_wrong_key_opens_nothing(home: Home, folder: Path) -> None:
    home.vault.close()
    with pytest.raises(KnownError):
        Database(folder / vaults.DATABASE_FILE, b"x" * 32)


def test_closing_wipes_the_key(home: Home) -> None:
    assert any(home.vault.data_key)
    home.vault.close()
    assert not any(home.vault.data_key)


def test_calibration_never_goes_below_the_floor() -> None:
    ticks = iter(range(0, 1000, 10))
    kdf = keys.calibrated(timer=lambda: float(next(ticks)))
    assert kdf == Kdf(memory_kib=limits.KDF_MEMORY_KIB, passes=limits.KDF_PASSES, lanes=limits.KDF_LANES)


def test_a_vault_in_memory_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    vault = vaults.ephemeral(ManualClock())
    portal = vault.portals.put("https://portal.example/fhir", auth="none")
    assert vault.people.add(portal, "x")
    assert vault.check().is_sound
    assert vault.size_bytes() > 0
    with pytest.raises(UsageError):
        vault.backup(tmp_path / "b")
    vault.close()
    assert list(tmp_path.iterdir()) == []


def test_an_erased_vault_is_opened_by_nothing_and_leaves_strange_files_alone(home: Home, folder: Path) -> None:
    (folder / "letter.txt").write_text("не наше", encoding="utf-8")
    with pytest.raises(VaultBusy):
        vaults.erase(folder)
    keys_before = (folder / vaults.KEY_FILE).read_bytes()
    home.vault.close()
    handle = (folder / vaults.KEY_FILE).open("rb")
    with handle:
        vaults.erase(folder)
        if sys.platform != "win32":
            assert handle.read() != keys_before  # what another name of the file still held is gone too
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]
    assert not vaults.is_vault(folder)
    with pytest.raises(UsageError):
        vaults.unlock(folder, passphrase=PASSPHRASE, clock=home.clock)
