"""The program as a real process, a vault with a cheap key, and the portal in the box on loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.clock import SystemClock
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.store import vault as vaults
from desktop.store.keys import Kdf
from tests import kept
from tests.cli import warm

ROOT = Path(__file__).resolve().parents[2]
CHEAP = Kdf(memory_kib=64, passes=1, lanes=1)
PASSPHRASE = "берег лист окно гроза"


@dataclass(frozen=True)
class Said:
    """What a process said."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one object of an answer; anything else on stdout fails here."""
        (line,) = self.out.splitlines()
        found: dict[str, Any] = json.loads(line)
        return found

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """The program on one folder."""

    folder: Path
    phrase: Path

    def __call__(self, *arguments: str, code: int | None = 0, **options: Any) -> Said:
        """Run a verb somewhere else than in the project, from a cold start if there are options; `code` None takes any exit code."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), "MEDKARTA_DATA_DIR": str(self.folder),
               "MEDKARTA_PASSPHRASE_FILE": str(self.phrase)}  # fmt: skip
        if warm.HAS_FORK and not options:
            ended, out, err = warm.run(arguments, env=env, cwd=self.phrase.parent)
        else:
            env |= options.pop("env", {})
            done = subprocess.run([sys.executable, "-m", "desktop", *arguments], capture_output=True, env=env, cwd=self.phrase.parent,
                                  timeout=100, **{"input": b"", **options})  # fmt: skip
            ended, out, err = done.returncode, done.stdout, done.stderr
        said = Said(ended, out.decode("utf-8"), err.decode("utf-8"))
        assert code is None or said.code == code, said
        return said


@pytest.fixture(scope="session", autouse=True)
def warm_processes_end() -> Iterator[None]:
    yield
    warm.stop()


@pytest.fixture
def bare(tmp_path: Path) -> Program:
    """A folder without a vault."""
    phrase = tmp_path / "phrase"
    phrase.write_text(f"{PASSPHRASE}\n", "utf-8")
    phrase.chmod(0o600)
    return Program(tmp_path / "record", phrase)


@pytest.fixture
def program(bare: Program) -> Program:
    """A folder with an empty vault that opens fast."""
    vaults.create(bare.folder, passphrase=PASSPHRASE, clock=SystemClock(), kdf=CHEAP)[0].close()
    return bare


@pytest.fixture
def box() -> Iterator[DemoPortal]:
    """The invented family, open to all."""
    portal = kept.portal(SystemClock())
    yield portal
    portal.close()


@pytest.fixture(scope="session")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, DemoPortal]]:
    """A vault that has met a portal once for all tests, and that portal, which no longer serves."""
    folder = tmp_path_factory.mktemp("met")
    phrase = folder / "phrase"
    phrase.write_text(PASSPHRASE, "utf-8")
    phrase.chmod(0o600)
    made = Program(folder / "record", phrase)
    vaults.create(made.folder, passphrase=PASSPHRASE, clock=SystemClock(), kdf=CHEAP)[0].close()
    portal = kept.portal(SystemClock())
    with running(portal) as base:
        made("connect", base)
        made("sync")
    yield made.folder, portal
    portal.close()


@pytest.fixture
def synced(bare: Program, met: tuple[Path, DemoPortal]) -> Program:
    """A copy of that vault."""
    shutil.copytree(met[0], bare.folder)
    return bare
