"""Every vault that a released version made still opens, whole and with everything in it (security.md R-82)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from desktop.clock import ManualClock
from desktop.store import vault as vaults
from desktop.store.migrate import migrate, newest, statements, version_of
from tests.store.golden import GOLDEN
from tests.store.kit import PASSPHRASE, Home, ids, observation

ROOT: Final = Path(__file__).resolve().parents[2]
KEPT = sorted(GOLDEN.glob("replica-*"))


def test_there_is_a_golden_replica_of_this_version() -> None:
    assert f"replica-{newest()}" in {place.name for place in KEPT}


@pytest.mark.parametrize("place", KEPT, ids=lambda place: str(place.name))
def test_a_released_replica_opens_with_everything_in_it(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place, tmp_path / "vault")
    vault = vaults.unlock(tmp_path / "vault", passphrase=PASSPHRASE, clock=ManualClock())
    try:
        assert vault.check().is_sound
        assert version_of(vault.database) == newest()
        anna, oleg = (person.id for person in vault.people.of())
        assert json.loads(vault.replica.get("Observation", "o7") or b"") == observation("o7", value=0.7, day="2026-01-08")
        assert vault.replica.count("Observation", anna) == 80
        assert ids(vault.search.find("анализы", person=oleg)) == ["oleg"]
        assert [row.reason for row in vault.replica.quarantine()] == ["duplicate"]
        assert vault.cursors.get(1, anna, 7).position == "here"
        assert (vault.blobs.read("d"), vault.settings.get("theme"), vault.secrets.get("token")) == (b"document", "dark", b"token")
        assert [act.body for act in vault.outbox.open()] == [{"слот": 1}]
        assert [clash.id for clash in vault.clashes.list()] == ["clash"]
        assert vault.journal.page()[0].event == "vault.created"
    finally:
        vault.close()


def test_a_program_killed_anywhere_in_a_migration_loses_nothing(tmp_path: Path) -> None:
    oldest = KEPT[0]
    assert oldest.name != f"replica-{newest()}"
    kills = 0
    for statements_run in range(100):
        folder = tmp_path / f"killed-{statements_run}"
        shutil.copytree(oldest, folder)
        ended = subprocess.run([sys.executable, "-m", "tests.store.dying", str(folder), str(statements_run)], check=False, cwd=ROOT)
        vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=ManualClock())
        assert (vault.check().is_sound, version_of(vault.database), vault.replica.count("Observation")) == (True, newest(), 81)
        assert [act.body for act in vault.outbox.open()] == [{"слот": 1}]
        vault.close()
        if not ended.returncode:
            break
        kills += 1
    assert kills >= 4, "before the step, in it, before its version and before its end"


def _steps(tmp_path: Path, *names: str) -> Path:
    folder = tmp_path / "steps"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.sql").write_text(f"CREATE TABLE t{name} (a);\n-- a comment; with a semicolon\nCREATE TABLE u{name} (a);\n", "utf-8")
    return folder


def test_steps_run_in_order_and_a_copy_is_asked_for_before_a_major_one(home: Home, tmp_path: Path) -> None:
    asked: list[int] = []
    folder = _steps(tmp_path, f"{newest()}", "2000", "2001")
    assert migrate(home.vault.database, before_major=asked.append, folder=folder) == 2001
    assert asked == [newest()]
    assert version_of(home.vault.database) == 2001
    assert migrate(home.vault.database, before_major=asked.append, folder=folder) == 2001


def test_a_step_that_fails_leaves_the_version_before_it(home: Home, tmp_path: Path) -> None:
    folder = _steps(tmp_path, f"{newest()}")
    (folder / f"{newest() + 1}.sql").write_text("CREATE TABLE fine (a); CREATE TABLE fine (a);", "utf-8")
    with pytest.raises(Exception, match=r"store\.sql"):
        migrate(home.vault.database, folder=folder)
    assert version_of(home.vault.database) == newest()
    assert home.vault.database.one("SELECT 1 FROM sqlite_master WHERE name = 'fine'") is None


def test_an_older_program_refuses_a_newer_major_but_reads_a_newer_minor(home: Home, tmp_path: Path) -> None:
    home.vault.database.run("PRAGMA user_version = 1999")
    assert migrate(home.vault.database) == 1999
    assert statements("-- only a comment\n") == []
