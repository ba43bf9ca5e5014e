"""Make dist/medkarta: the program with its own Python and Qt, and the list of what they are. Shared by the commands of every system.

Owns the environment of the build (build/venv, locked wheels only) and the call of PyInstaller. What a system wraps around
the folder (a .deb, an installer) is in that system's own script.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DIST = ROOT / "dist"


def version() -> str:
    """Return the program's version."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def bundle() -> Path:
    """Build the folder and return it."""
    venv = BUILD / "venv"
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    for lock in ("requirements/run.txt", "packaging/build.txt"):
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
             "--require-hashes", "--no-deps", "-r", lock],
            cwd=ROOT, check=True,
        )
    shutil.rmtree(DIST / "medkarta", ignore_errors=True)
    subprocess.run(
        [str(python), "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN", "--distpath", str(DIST),
         "--workpath", str(BUILD / "pyinstaller"), "packaging/medkarta.spec"],
        cwd=ROOT, check=True,
    )
    subprocess.run([str(python), "packaging/sbom.py", str(DIST / "medkarta" / "medkarta.cdx.json")], cwd=ROOT, check=True)
    return DIST / "medkarta"


def size_mb(folder: Path) -> int:
    """Return the size of a folder in whole megabytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink()) // 2**20
