"""The repository keeps its own rules."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tests.house import rules
from tests.house.files import read, repository_files

# Programs that measure time may wait for it.
PROGRAMS = ("tests/benchmarks/",)


@cache
def _violations() -> dict[tuple[str, str], list[str]]:
    """Hold every rule against every file of its place, once: a file is read and parsed for all of them together."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name in repository_files():
        for place, those in _held_against(name).items():
            for rule in those:
                found[place, rule.__name__] += rule(name, read(name))
    return dict(found)


def _held_against(name: str) -> dict[str, tuple[rules.Rule, ...]]:
    places = {"any": rules.IN_ANY_FILE}
    if name.endswith(".py"):
        places["modules"] = rules.EVERYWHERE
        if name.startswith(("desktop/", "resources/")):
            places["program"] = rules.IN_THE_PROGRAM
        if name.startswith("tests/") and not name.startswith(PROGRAMS):
            places["tests"] = rules.IN_TESTS
    return places


@pytest.mark.parametrize("rule", rules.EVERYWHERE, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations()["modules", rule.__name__] == []


@pytest.mark.parametrize("rule", rules.IN_THE_PROGRAM, ids=lambda rule: rule.__name__)
def test_program_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations()["program", rule.__name__] == []


@pytest.mark.parametrize("rule", rules.IN_TESTS, ids=lambda rule: rule.__name__)
def test_tests_keep_the_rule(rule: rules.Rule) -> None:
    assert _violations()["tests", rule.__name__] == []


@pytest.mark.parametrize("rule", rules.IN_ANY_FILE, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations()["any", rule.__name__] == []
