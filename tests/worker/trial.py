"""Try files on the product's own worker: open, paint the first and the last page, read text and facts; and hear what is asked of the network.

One process serves many files, as long as none of them ends it. Owns: one trial and what came of it. Does not own: the files (corpus.py),
how many of them (test_corpus.py, long.py).
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from types import TracebackType

from desktop.worker.process import Ended, Refused, WorkerProcess

ENDS = frozenset({"shown", "unreadable", "too_heavy", "too_slow", "password"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one file: `end` is "shown" or the reason it was not, `died` that it took the process with it."""

    name: str
    end: str
    died: bool
    took_s: float
    text: str


class Bench:
    """A worker to try files on; replaced when a file ends it."""

    def __init__(self, *, wall_s: float) -> None:
        self._wall_s = wall_s
        self._worker = WorkerProcess(wall_s=wall_s)
        self.processes = 1

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.renew()

    def renew(self) -> None:
        """End the process; the next file starts another."""
        self._worker.kill()
        self._worker.reap()
        self._worker = WorkerProcess(wall_s=self._wall_s)

    def try_one(self, name: str, data: bytes, *, with_facts: bool = False) -> Outcome:
        """Do with a file what the window does; `with_facts` lets the second library at it too."""
        began, text, end, died = time.monotonic(), "", "shown", False
        try:
            answer, _ = self._worker.ask({"op": "open"}, data)
            for index in {0, len(answer["pages"]) - 1}:
                self._worker.ask({"op": "page", "index": index, "width": 300})
            text = self._worker.ask({"op": "text", "index": 0})[1].decode()
            if with_facts:
                self._worker.ask({"op": "facts"}, data)
        except Refused as refusal:
            end = str(refusal)
        except Ended as ending:
            end, died = str(ending), True
        took_s = time.monotonic() - began
        if died:
            self.processes += 1
            self.renew()
        return Outcome(name=name, end=end, died=died, took_s=took_s, text=text)


class Canary:
    """A listener on loopback to which every address in the corpus points; `calls` says how often it was asked."""

    def __init__(self) -> None:
        self._ear = socket.create_server(("127.0.0.1", 0))
        self._ear.setblocking(False)
        self.calls = 0

    def heard(self, data: bytes) -> bytes:
        """Let the addresses of a file point here."""
        return data.replace(b"127.0.0.1:00000/", b"127.0.0.1:%05d/" % self._ear.getsockname()[1])

    def close(self) -> None:
        """Count who came, and stop."""
        with self._ear:
            while True:
                try:
                    self._ear.accept()[0].close()
                except BlockingIOError:
                    return
                self.calls += 1
