"""The guards of tests/conftest.py bite: each bad test below fails, each good one passes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.house.files import ROOT

BAD = '''
import logging, socket, warnings
import pytest
from PySide6.QtCore import qWarning

def test_bad_log(): logging.getLogger("a").warning("surprise")
def test_bad_warning(): warnings.warn("surprise")
def test_bad_qt(qapp): qWarning("surprise")
def test_bad_connection(): socket.create_connection(("192.0.2.1", 443))
def test_bad_name(): socket.getaddrinfo("portal.example", 443)
def test_bad_listening():
    with socket.socket() as server: server.bind(("0.0.0.0", 0))

def test_good_log(expect_log):
    expect_log("announced")
    logging.getLogger("a").error("an announced record")

def test_good_connection():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()[:2]):
        pass

async def test_good_loop(data_dir): assert data_dir.is_dir()
'''


def test_each_guard_fails_the_test_that_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_bad.py").write_text(BAD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "-p", "tests.conftest", "-c", str(ROOT / "pyproject.toml"),
         "--rootdir", str(tmp_path), str(tmp_path / "tests")],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
    )
    failed = set(re.findall(r"^(?:FAILED|ERROR) \S+::(test_\w+)", done.stdout, re.MULTILINE))
    passed = set(re.findall(r"^\S+::(test_\w+) PASSED", done.stdout, re.MULTILINE)) - failed
    assert failed == {f"test_bad_{name}" for name in ("log", "warning", "qt", "connection", "name", "listening")}, done.stdout
    assert passed == {f"test_good_{name}" for name in ("log", "connection", "loop")}
