"""What is written about the program points at things that exist."""

from __future__ import annotations

import re

from tests.house.files import ROOT, read, repository_files

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
PAGES = tuple(name for name in repository_files() if name.endswith(".md"))


def test_every_link_leads_somewhere() -> None:
    broken = [
        f"{page}: {target}"
        for page in PAGES
        for target in LINK.findall(read(page))
        if "://" not in target and not (ROOT / page).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_decision_is_listed_and_has_its_three_parts() -> None:
    listed = read("docs/decisions/README.md")
    for page in PAGES:
        if re.match(r"docs/decisions/\d{4}-", page):
            assert page.rpartition("/")[2] in listed
            assert re.findall(r"^## (.+)$", read(page), re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_architecture_names_every_package() -> None:
    text = read("ARCHITECTURE.md")
    packages = {name.split("/")[1] for name in repository_files() if re.match(r"desktop/\w+/__init__\.py$", name)}
    assert {package for package in packages if f"  {package}/" not in text} == set()


def test_the_two_commands_open_the_readme() -> None:
    text = read("README.md")
    assert text.index("python3 dev.py demo") < text.index("python3 dev.py test") < text.index("## ")


def test_every_test_that_security_names_is_there() -> None:
    named = set(re.findall(r"(?<![\w/])(?:tests/[\w/.]+|\.importlinter)", "\n".join(
        line for line in read("SECURITY.md").splitlines() if line.startswith("|") and "planned" not in line
    )))
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()
