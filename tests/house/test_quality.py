"""The tools that judge the source find nothing: style, types, borders between packages."""

from __future__ import annotations

import ast
import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.files import ROOT, python_files, read

PYTHON = sys.executable
BORDERS = Path(PYTHON).with_name("lint-imports.exe" if sys.platform == "win32" else "lint-imports")


@pytest.mark.parametrize(
    "command",
    [
        pytest.param([PYTHON, "-m", "ruff", "check", "--quiet", "."], id="ruff"),
        pytest.param([PYTHON, "-m", "mypy", "--no-error-summary"], id="mypy"),
        pytest.param([PYTHON, "-m", "deptry", "--no-ansi", "."], id="deptry"),
        pytest.param([PYTHON, "-m", "vulture"], id="vulture"),
        pytest.param([str(BORDERS), "--no-cache"], id="borders"),
        pytest.param([str(BORDERS), "--no-cache", "--config", "tests/house/cycles.importlinter"], id="circles"),
    ],
)
def test_tool_finds_nothing(command: list[str]) -> None:
    done = subprocess.run(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_page_is_kept_apart_from_the_others() -> None:
    pages = {
        name.removesuffix(".py").replace("/", ".")
        for name in python_files("desktop/views/pages/")
        for node in ast.parse(read(name)).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Page") for base in node.bases)
    }
    borders = configparser.ConfigParser()
    borders.read_string(read(".importlinter"))
    assert pages == set(borders["importlinter:contract:pages-apart"]["modules"].split())


def test_borders_catch_a_page_that_reaches_into_the_store(tmp_path: Path) -> None:
    for name in ("views", "cli", "session", "demo", "sync", "worker", "store", "record"):
        (tmp_path / "desktop" / name).mkdir(parents=True)
        (tmp_path / "desktop" / name / "__init__.py").touch()
    for one in (ROOT / "desktop").glob("*.py"):
        (tmp_path / "desktop" / one.name).touch()
    pages = tmp_path / "desktop" / "views" / "pages"
    pages.mkdir()
    for name in python_files("desktop/views/pages/"):
        (pages / Path(name).name).touch()
    (pages / "home.py").write_text("import desktop.store\n", encoding="utf-8")
    (tmp_path / ".importlinter").write_bytes((ROOT / ".importlinter").read_bytes())
    done = subprocess.run(
        [str(BORDERS), "--no-cache"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False,
    )
    assert done.returncode == 1
    assert "desktop.views.pages.home -> desktop.store" in done.stdout
