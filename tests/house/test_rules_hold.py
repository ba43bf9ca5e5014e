"""The repository keeps its own rules."""

from __future__ import annotations

import pytest

from tests.house import rules
from tests.house.files import python_files, read, repository_files

# Programs that measure time may wait for it.
PROGRAMS = ("tests/benchmarks/",)


def _violations(rule: rules.Rule, names: tuple[str, ...]) -> list[str]:
    return [line for name in names for line in rule(name, read(name))]


@pytest.mark.parametrize("rule", rules.EVERYWHERE, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations(rule, python_files()) == []


@pytest.mark.parametrize("rule", rules.IN_THE_PROGRAM, ids=lambda rule: rule.__name__)
def test_program_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations(rule, python_files("desktop/", "resources/")) == []


@pytest.mark.parametrize("rule", rules.IN_TESTS, ids=lambda rule: rule.__name__)
def test_tests_keep_the_rule(rule: rules.Rule) -> None:
    assert _violations(rule, tuple(n for n in python_files("tests/") if not n.startswith(PROGRAMS))) == []


@pytest.mark.parametrize("rule", rules.IN_ANY_FILE, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: rules.Rule) -> None:
    assert _violations(rule, repository_files()) == []
