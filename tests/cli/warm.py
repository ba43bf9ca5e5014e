"""Verbs as processes that start warm: one process has imported the program and forks for each verb.

A verb keeps a process, an environment, a working folder and an exit code of its own; only the second of importing is shared. Where
there is no fork, and for a test that wants a start of its own, tests/cli/conftest.py starts the program as a person does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]
HAS_FORK = hasattr(os, "fork") and sys.platform == "linux"


@cache
def _server() -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", "from tests.cli import warm; warm.serve()"], env=env, cwd=ROOT,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")  # fmt: skip


def run(arguments: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> tuple[int, bytes, bytes]:
    """Run one verb; return its exit code and what it wrote."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place) / "out", Path(place) / "err"
        asked = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd), "out": str(out), "err": str(err)}
        server.stdin.write(json.dumps(asked) + "\n")
        server.stdin.flush()
        return int(server.stdout.readline()), out.read_bytes(), err.read_bytes()


def stop() -> None:
    """End the process, if there is one."""
    if _server.cache_info().currsize:
        server = _server()
        server.communicate()
        _server.cache_clear()


def serve() -> None:
    """Import the program and fork for each line of stdin."""
    from desktop import __main__  # noqa: F401
    from desktop.cli import act_verbs, portal_verbs, show_verbs, vault_verbs  # noqa: F401
    from desktop.demo import portal  # noqa: F401
    from desktop.session import session  # noqa: F401
    from desktop.sync import connect, engine, push, shelf, signin  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _be(asked)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _be(asked: dict[str, str]) -> NoReturn:
    """Become the process of a verb."""
    for number, name, flags in ((0, os.devnull, os.O_RDONLY), (1, asked["out"], os.O_WRONLY | os.O_CREAT), (2, asked["err"], os.O_WRONLY | os.O_CREAT)):
        file = os.open(name, flags, 0o600)
        os.dup2(file, number)
        os.close(file)
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["env"])
    code = 1
    try:
        from desktop.__main__ import main

        code = main(asked["arguments"])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
