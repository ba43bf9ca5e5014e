"""The acceptance table: every row once and in order, and nothing named that does not exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import Final

from desktop.views.scenes import catalogue
from tests.house.files import ROOT, read

ROW: Final = re.compile(r"^\| ([A-F]\d+) \| ([^|]+) \| (\w+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
COUNTS: Final = {"A": 57, "B": 44, "C": 83, "D": 12, "E": 13, "F": 7}
NONE: Final = "–"
ROWS: Final = tuple(ROW.findall(read("docs/acceptance.md")))


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file, nothing for a file that is not there."""
    if not (ROOT / file).is_file():
        return frozenset()
    tree = ast.parse(read(file))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds) and node.name.startswith("test_"))


def named(cell: str) -> tuple[str, ...]:
    """Return what a cell names."""
    return tuple(part.strip().strip("`") for part in cell.split(",") if part.strip() != NONE)


def test_every_row_stands_once_and_in_order() -> None:
    wanted = [f"{letter}{n}" for letter, count in COUNTS.items() for n in range(1, count + 1)]
    assert [row[0] for row in ROWS] == wanted


def test_every_line_of_the_table_can_be_read() -> None:
    lines = [line for line in read("docs/acceptance.md").splitlines() if re.match(r"\| [A-F]\d", line)]
    assert len(lines) == len(ROWS)
    assert {row[2] for row in ROWS} <= {"shown", "later"}


def test_every_named_test_exists() -> None:
    missing = []
    for row, _what, _state, tests, _scenes in ROWS:
        for name in named(tests):
            file, _, test = name.partition("::")
            if test not in names_in(file):
                missing.append(f"{row}: {name}")
    assert missing == []


def test_every_named_scene_exists() -> None:
    known = {scene.name for scene in catalogue()}
    assert [f"{row[0]}: {name}" for row in ROWS for name in named(row[4]) if name not in known] == []


def test_what_is_shown_names_its_test_and_what_is_later_names_none() -> None:
    wrong = [row[0] for row in ROWS if (row[2] == "shown") != bool(named(row[3])) or (row[2] == "later" and named(row[4]))]
    assert wrong == []
