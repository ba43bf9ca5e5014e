"""What the card of the design asked of the project itself: its six parts, each at work, and its tree."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.house.files import python_files, read, repository_files

PARTS = {
    "pyside6": ("PySide6", "desktop/views/"), "sqlcipher3": ("sqlcipher3", "desktop/store/"), "httpx": ("httpx", "desktop/sync/"),
    "qasync": ("qasync", "desktop/app"), "pypdf": ("pypdf", "desktop/worker/"), "pytest-qt": ("qtbot", "tests/views/"),
}  # fmt: skip
TREE = {
    "desktop/views/": ".py", "desktop/sync/": ".py", "desktop/store/": ".py", "resources/": "", "tests/": ".py", "packaging/": "",
}  # fmt: skip


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_named_part_is_required_and_at_work_in_its_place(part: str) -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert [one for one in asked if re.match(rf"{part}(?:-\w+)?(?:\[|=|>|<|$)", one)]
    name, place = PARTS[part]
    assert [file for file in python_files(place) if re.search(rf"\b{name}\b", read(file))]


def test_the_tree_is_the_one_that_was_named() -> None:
    files = repository_files()
    assert "pyproject.toml" in files
    for place, kind in TREE.items():
        assert [name for name in files if name.startswith(place) and name.endswith(kind)], place
    assert {name.partition("/")[0] for name in python_files()} <= {"desktop", "tests", "packaging", "resources", "dev.py"}
