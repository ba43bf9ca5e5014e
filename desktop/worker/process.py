"""One worker process and the watch over it: started when first needed, asked one thing at a time, ended when its time is up.

Owns: how the process is started, its wall clock, what its death means. Does not own: what is asked (client.py), the limits that the
process puts on itself (cage.py).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from desktop import limits
from desktop.worker import protocol


class Refused(Exception):
    """The worker answered that it cannot; it lives on. The text is the reason: unreadable, too_heavy, password."""


class Ended(Exception):
    """The process is gone. The text is the reason: too_slow, too_heavy, unreadable."""


def command() -> list[str]:
    """Return the command that starts a worker: a packaged program starts itself with a hidden word."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--pdf-worker"]
    return [sys.executable, "-m", "desktop.worker"]


def _environment() -> dict[str, str]:
    """Give the worker only what a process needs to start: no session variables, no proxies, no tokens."""
    kept = (
        "PATH",
        "SYSTEMROOT",
        "WINDIR",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "FONTCONFIG_PATH",
        "FONTCONFIG_FILE",
    )
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONDONTWRITEBYTECODE": "1"}


class WorkerProcess:
    """A process that lives until it is killed, or until a document kills it. *Thread*: `ask` on one thread, `kill` on any."""

    def __init__(self, *, wall_s: float = limits.PDF_WALL_S) -> None:
        """Start nothing yet. `wall_s`: how long one answer may take; the start has a time of its own."""
        self._wall_s = wall_s
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self.is_over = False

    def ask(self, header: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        """Ask and wait for the answer. *Raises* Refused, Ended."""
        if self._process is None:
            self._start()
        answer, body = self._exchange(header, payload, self._wall_s)
        if answer.get("ok") is not True:
            raise Refused(str(answer.get("reason", "unreadable")))
        return answer, body

    def kill(self) -> None:
        """End the process at once and wait for nothing: a large one takes its time to go."""
        with self._lock:
            self.is_over = True
            if self._process is not None:
                self._process.kill()

    def reap(self) -> None:
        """Take what is left of a killed process out of the system's table."""
        process, self._process = self._process, None
        if process is None:
            return
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # A dead reader makes the last flush fail; there is nothing to save.
                with contextlib.suppress(OSError):
                    pipe.close()

    def _start(self) -> None:
        """Start the process and wait for its greeting: what comes up slowly is not a slow document."""
        if self.is_over:
            raise Ended("unreadable")
        process = subprocess.Popen(
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parent.parent.parent,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        with self._lock:
            self._process = process
            if self.is_over:
                process.kill()
        self._exchange(None, b"", limits.PDF_START_S)

    def _exchange(self, header: dict[str, Any] | None, payload: bytes, wall_s: float) -> tuple[dict[str, Any], bytes]:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise Ended("unreadable")
        is_late = threading.Event()

        def give_up() -> None:
            is_late.set()
            self.kill()

        timer = threading.Timer(wall_s, give_up)
        timer.start()
        try:
            if header is not None:
                protocol.send(process.stdin, header, payload)
            return protocol.receive(process.stdout, limit_bytes=limits.PAGE_PICTURE_BYTES)
        except (OSError, ValueError, protocol.Broken) as error:
            self.kill()
            self.reap()
            raise Ended("too_slow" if is_late.is_set() or _ran_out_of_time(process.returncode) else "too_heavy") from error
        finally:
            timer.cancel()


def _ran_out_of_time(code: int) -> bool:
    """Say whether the process's own limit on processor time has ended it."""
    return sys.platform != "win32" and code == -signal.SIGXCPU
