"""The box over real loopback HTTP: in a thread for tests and the demo, or alone as the `portal` verb."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from desktop.clock import SystemClock, local_date
from desktop.demo.portal import DemoPortal
from desktop.demo.upset import ABORT
from desktop.errors import UsageError

_READY_S = 10.0
_CLINIC_ANSWERS_S = 20.0


def _listen(port: int) -> socket.socket:
    # asyncio turns Nagle off only for sockets that say they are TCP; without it each answer in two parts waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


class _Protocol(HttpToolsProtocol):
    """Lets the application cut its own connection."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        cast(dict[str, Any], self.scope)[ABORT] = self.transport.abort


def _server(portal: DemoPortal) -> uvicorn.Server:
    config = uvicorn.Config(
        portal.app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
        server_header=False,
        date_header=False,
    )
    return uvicorn.Server(config)


@contextmanager
def running(portal: DemoPortal, *, port: int = 0) -> Iterator[str]:
    """Serve a portal on 127.0.0.1 from a thread; yield its FHIR base."""
    listener = _listen(port)
    before, portal.base = portal.base, f"http://127.0.0.1:{listener.getsockname()[1]}/fhir"
    server = _server(portal)
    thread = threading.Thread(
        target=lambda: asyncio.run(server.serve([listener])), name="portal-in-the-box", daemon=True
    )
    thread.start()
    try:
        yield portal.base
    finally:
        server.should_exit = True
        thread.join(_READY_S)
        listener.close()
        portal.base = before


def main(*, port: int, db: Path | None, open_access: bool, faults: str, size: str, seed: int) -> int:
    """Serve until SIGINT or SIGTERM; the first line of stdout says where. *Raises* UsageError portal.bad_db."""
    from desktop.demo import families

    clock = SystemClock()
    world = families.build(size, seed=seed, today=local_date(clock))
    try:
        portal = DemoPortal(world, clock=clock, open_access=open_access, db=db, seed=seed)
    except sqlite3.Error as error:
        raise UsageError("portal.bad_db") from error
    portal.faults.parse(faults)
    portal.clinic.fill()
    portal.clinic.works_after_s = _CLINIC_ANSWERS_S
    listener = _listen(port)
    portal.base = f"http://127.0.0.1:{listener.getsockname()[1]}/fhir"
    print(json.dumps({"base": portal.base, "issuer": portal.issuer, "pid": os.getpid()}), flush=True)
    server = _server(portal)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again at its end; that end is ours
    try:
        server.run([listener])
    finally:
        portal.close()
        listener.close()
    return 0
