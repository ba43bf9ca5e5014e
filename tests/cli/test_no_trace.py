"""Nothing of the family in any file that the program writes: data folder, temporary folder, home; after use, a lock and a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from tests.cli.conftest import ROOT, Program


def words_of_the_family(box: DemoPortal) -> list[str]:
    """Return names, numbers and results that must not be found."""
    found: set[str] = set()
    for (id,) in box.shelf.rows("SELECT id FROM item WHERE live AND type='Patient'"):
        patient = box.resource("Patient", id)
        assert patient is not None
        found |= {patient["name"][0]["text"], patient["name"][0]["given"][0], *(one["value"] for one in patient["identifier"])}
    return sorted({word for word in found if len(word) >= 6} | {"Гемоглобин", "Бисопролол", "Общий анализ крови"})


def traces(folders: list[Path], words: list[str]) -> list[tuple[str, str]]:
    marks = [(word, word.encode(code)) for word in words for code in ("utf-8", "utf-16-le", "utf-16-be")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert files
    return [(file.name, word) for file in files for data in [file.read_bytes()] for word, mark in marks if mark in data]


def test_no_word_of_the_family_is_in_any_file(program: Program, box: DemoPortal, tmp_path: Path) -> None:
    for name in ("tmp", "home"):
        (tmp_path / name).mkdir()
    places = {"TMPDIR": str(tmp_path / "tmp"), "HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "home" / "cache")}
    words = words_of_the_family(box)
    with running(box) as base:
        program("connect", base, env=places)
        program("sync", env=places)
        command = [sys.executable, "-m", "desktop", "sync", "--documents", "all"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "MEDKARTA_DATA_DIR": str(program.folder), "MEDKARTA_PASSPHRASE_FILE": str(program.phrase), **places}
        child = subprocess.Popen(command, env=env, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            child.wait(timeout=1.5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    assert program("show", "people", "--json", env=places).rows
    program("search", "гемоглобин", env=places)
    assert traces([program.folder, tmp_path / "tmp", tmp_path / "home"], words) == []
    # The search itself must be able to find: the same words stand in what the program prints.
    (tmp_path / "home" / "said").write_bytes(program("show", "people", "--json", env=places).out.encode())
    assert traces([tmp_path / "home"], words) != []
