"""The lock page is on the screen before anything is read that it does not need: that is what makes the start quick."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.starting import start

START = start('type(self.front).__name__, sum("desktop" in name for name in linecache.cache), *sys.modules')
LATER = {
    "asyncio", "qasync", "importlib.metadata", "httpx", "sqlcipher3", "msgspec", "cryptography", "lxml", "pypdf", "starlette",
    "desktop.session.session", "desktop.store.vault", "desktop.demo", "desktop.views.shell", "desktop.views.parts.rows",
}  # fmt: skip


def test_lock_page_waits_for_neither_loop_parser_store_nor_network_and_reads_no_source(tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_bytes(b"x")
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", START, str(tmp_path)], capture_output=True, text=True, check=True, env=environ)
    page, sources, *modules = done.stdout.split()
    assert page == "LockPage"
    assert int(sources) == 0, "PySide's import is in force: it keeps the source of whatever is imported"
    assert LATER & set(modules) == set()
