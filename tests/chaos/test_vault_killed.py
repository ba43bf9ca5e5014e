"""A vault whose process is killed at any moment opens again, whole, with every act that was acknowledged.

By hand, for a long run: `KILLS_BY_HAND=1000 python -m pytest tests/chaos/test_vault_killed.py --timeout 0`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.clock import SystemClock
from desktop.errors import WrongPassphrase
from desktop.store import vault as vaults
from tests.chaos.vault_writer import OTHER
from tests.store.kit import PASSPHRASE, new_home

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KILLS_BY_HAND", "30"))


def _killed(folder: Path, part: str, after_s: float, passphrase: str = PASSPHRASE) -> list[str]:
    """Run the writer, kill it `after_s` after its first word, return what it said."""
    process = subprocess.Popen([sys.executable, "-m", "tests.chaos.vault_writer", str(folder), part], cwd=ROOT, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | {"PYTHONUTF8": "1"})
    assert process.stdin
    assert process.stdout
    process.stdin.write(passphrase.encode() + b"\n")
    process.stdin.flush()
    first = process.stdout.readline()
    assert first, process.stderr and process.stderr.read()
    # The writer never ends by itself: the moment of the kill is the point of this test.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(after_s)
    process.kill()
    rest, _ = process.communicate(timeout=30)
    return (first + rest).decode().split("\n")[:-1]


def test_killed_during_ingest_nothing_acknowledged_is_lost_and_no_page_is_torn(folder: Path) -> None:
    rng, home = random.Random(9), new_home(folder)
    home.vault.close()
    acts = 0
    for number in range(KILLS):
        said = _killed(folder, "ingest", rng.uniform(0.0, 0.12))
        acts = max([acts, *(int(line.split()[1]) for line in said if line.startswith("act "))])
        vault = vaults.unlock(folder, passphrase=PASSPHRASE, clock=SystemClock())
        try:
            stored = [act.id for act in vault.outbox.open()]
            assert stored == [f"act-{number}" for number in range(1, len(stored) + 1)]
            assert len(stored) >= acts
            acts = len(stored)
            pages = int(vault.cursors.get(home.portal, home.anna, 7).position or 0)
            assert vault.replica.count("Observation", home.anna) == pages * 20
            if number % 5 == 4:
                assert vault.check().is_sound
        finally:
            vault.close()
    assert acts > KILLS // 3


def test_killed_while_the_passphrase_changes_the_old_or_the_new_one_opens(folder: Path) -> None:
    rng, home = random.Random(10), new_home(folder)
    home.vault.close()
    current = PASSPHRASE
    for _ in range(max(5, KILLS // 5)):
        if current != PASSPHRASE:
            vault = vaults.unlock(folder, passphrase=current, clock=SystemClock())
            vault.change_passphrase(current, PASSPHRASE)
            vault.close()
        _killed(folder, "passphrase", rng.uniform(0.0, 0.05))
        opened = []
        for one in (PASSPHRASE, OTHER):
            try:
                vaults.unlock(folder, passphrase=one, clock=SystemClock()).close()
                opened.append(one)
            except WrongPassphrase:
                continue
        assert len(opened) == 1
        current = opened[0]
