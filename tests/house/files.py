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
    names = _listed_by_git() or _walked()
    return tuple(sorted({name for name in names if name and (ROOT / name).is_file()}))


def _listed_by_git() -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8", check=False)
    except OSError:
        return []
    return done.stdout.split("\0") if done.returncode == 0 else []


def _walked() -> list[str]:
    """List the files where there is no git, or it does not trust the folder: all but what .gitignore names as folders."""
    lines = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    ignored = {line.rstrip("/") for line in lines if line.endswith("/") and not line.startswith("/")} | {".git"}
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [path.as_posix() for path in found if not ignored & set(path.parts) and path.suffix != ".pyc"]


def python_files(*places: str) -> tuple[str, ...]:
    """Return the Python files, all of them or those whose path begins with one of `places`."""
    return tuple(name for name in repository_files() if name.endswith(".py") and (not places or name.startswith(places)))


@lru_cache(maxsize=2)
def read(name: str) -> str:
    """Return a file's text; pictures and fonts come back empty."""
    data = (ROOT / name).read_bytes()
    return "" if b"\0" in data else data.decode("utf-8")
