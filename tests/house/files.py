"""Which files the house rules are held against: those of the repository and those about to join it."""

from __future__ import annotations

import subprocess
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


@cache
def repository_files() -> tuple[str, ...]:
    """Return the path of every file that git knows or would add, from the root, with forward slashes."""
    out = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8",
    ).stdout
    return tuple(sorted({name for name in out.split("\0") if name and (ROOT / name).is_file()}))


def python_files(*places: str) -> tuple[str, ...]:
    """Return the Python files, all of them or those whose path begins with one of `places`."""
    return tuple(name for name in repository_files() if name.endswith(".py") and (not places or name.startswith(places)))


@lru_cache(maxsize=2)
def read(name: str) -> str:
    """Return a file's text; pictures and fonts come back empty."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")
