"""Portals that no one here wrote: the one from npm, and whatever PORTAL_URL names.

Owns how the npm server is found, started and stopped. Installing it is dev.py's work (`npm ci` in tests/contract/server).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

SERVER: Final = Path(__file__).resolve().parent / "server"
ROOT: Final = SERVER.parents[2]
SHARED_SET: Final = ROOT.parent / "shared" / "data" / "synthea-r4"
OWN_SET: Final = ROOT / "tests" / "golden" / "synthea"


def synthea_set() -> Path:
    """Return the folder of Synthea bundles: the large shared one, else the two that live in this repository."""
    return SHARED_SET if SHARED_SET.is_dir() else OWN_SET


def foreign_portals() -> tuple[str, ...]:
    """Return which foreign portals this machine can offer: "npm", "url", both or neither."""
    names = []
    if shutil.which("node") and (SERVER / "node_modules" / ".medkarta").exists():
        names.append("npm")
    if os.environ.get("PORTAL_URL"):
        names.append("url")
    return tuple(names)


@contextmanager
def running_npm_server(folder: Path | None = None) -> Iterator[str]:
    """Start the npm server on a free port of loopback, loaded with `folder`; yield its base URL; stop it."""
    node = shutil.which("node") or "node"
    with subprocess.Popen(
        [node, "index.mjs", str(folder or synthea_set())],
        cwd=SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield json.loads(process.stdout.readline())["base"]
        finally:
            process.stdin.close()
