"""The locked wheels are what pyproject.toml asks for, by version and hash and nothing else."""

from __future__ import annotations

import re
import tomllib

from tests.house.files import read

PIN = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.+?))? \\$")


def _pins(name: str) -> set[tuple[str, str, str]]:
    return {(m[1], m[2], m[3] or "") for line in read(name).splitlines() if (m := PIN.match(line))}


def _asked(*, dev: bool) -> set[str]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    lines = project["dependencies"] + (project["optional-dependencies"]["dev"] if dev else [])
    return {re.split(r"[\[=><; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines}


def test_every_dependency_is_locked() -> None:
    assert _asked(dev=False) - {name for name, _, _ in _pins("requirements/run.txt")} == set()
    assert _asked(dev=True) - {name for name, _, _ in _pins("requirements/dev.txt")} == set()


def test_tests_run_on_the_versions_that_people_get() -> None:
    run, dev = ({pin[:2] for pin in _pins(f"requirements/{name}.txt")} for name in ("run", "dev"))
    assert run - dev == set()


def test_lock_holds_versions_and_hashes_and_no_addresses() -> None:
    for name in ("requirements/run.txt", "requirements/dev.txt"):
        lines = [line for line in read(name).splitlines() if line and not line.startswith("#")]
        assert [line for line in lines if not PIN.match(line) and not re.match(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$", line)] == []


def test_qt_that_breaks_on_python_3_11_is_not_locked_for_it() -> None:
    qt = {(version, marker) for name, version, marker in _pins("requirements/run.txt") if name == "pyside6-essentials"}
    assert {version[:4] for version, marker in qt if "< '3.12'" in marker} == {"6.11"}
    assert {version[:4] for version, marker in qt if ">= '3.12'" in marker} == {"6.12"}
