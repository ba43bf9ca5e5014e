"""Receive the browser after sign-in, on this computer only.

Owns: the loopback listener: literal 127.0.0.1, one path, one state, one success, many connections, idle or hostile.
Does not own: what the code is worth (signin.py).  *Source*: RFC 8252 §7.3, §8.3; security.md R-63, E15.
"""

from __future__ import annotations

import asyncio
import hmac
import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final
from urllib.parse import parse_qs, urlsplit

from desktop import limits
from desktop.errors import PortalError, SignInNeeded
from desktop.words import language, tr

PATH: Final = "/callback"
_HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the browser brought back."""

    code: str = field(repr=False)
    issuer: str | None


class Listener:
    """Wait for the one redirect that knows `state`; use as an async context manager."""

    def __init__(self, *, state: str, port: int = 0) -> None:
        """Prepare. `port` 0 lets the system choose; some portals take only the one that was registered."""
        self._state = state
        self._port = port
        self._server: asyncio.Server | None = None
        self._result: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Listener:
        try:
            self._server = await asyncio.start_server(
                self._meet, _HOST, self._port, limit=limits.REDIRECT_LINE_BYTES, backlog=limits.REDIRECT_CONNECTIONS
            )
        except OSError as error:
            raise PortalError("signin.port_taken", port=self._port) from error
        self._port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await self._server.wait_closed()
        if self._result.done() and not self._result.cancelled():
            self._result.exception()
        else:
            self._result.cancel()

    @property
    def redirect_uri(self) -> str:
        """Return the address that the portal must send the browser to."""
        return f"http://{_HOST}:{self._port}{PATH}"

    async def wait(self, *, timeout_s: float = limits.SIGN_IN_WAIT_S) -> Returned:
        """Return the code. *Raises* SignInNeeded when the person or the portal said no, or nobody came in time."""
        try:
            async with asyncio.timeout(timeout_s):
                found = await asyncio.shield(self._result)
        except TimeoutError as error:
            raise SignInNeeded("signin.timeout") from error
        if "code" not in found:
            raise SignInNeeded("signin.refused")
        return Returned(code=found["code"], issuer=found.get("iss"))

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._open) >= limits.REDIRECT_CONNECTIONS:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            async with asyncio.timeout(limits.REDIRECT_IDLE_S):
                target = await _request_target(reader)
                status, page, found = self._judge(target)
                writer.write(_answer(status, page))
                await writer.drain()
            if found is not None and not self._result.done():
                self._result.set_result(found)
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            self._open.discard(writer)
            writer.close()

    def _judge(self, target: str) -> tuple[str, str, Mapping[str, str] | None]:
        parts = urlsplit(target)
        if parts.path != PATH or parts.netloc:
            return "404 Not Found", "", None
        query = parse_qs(parts.query, keep_blank_values=True, max_num_fields=20)
        single = {name: values[0] for name, values in query.items() if len(values) == 1}
        if not hmac.compare_digest(single.get("state", "").encode(), self._state.encode()):
            return "400 Bad Request", _page("sync.sign_in_stranger"), None
        if self._result.done():
            return "400 Bad Request", _page("sync.sign_in_stranger"), None
        if not single.get("code") or "error" in query:
            return "200 OK", _page("sync.sign_in_refused"), {"error": single.get("error", "")}
        return "200 OK", _page("sync.sign_in_done"), single


async def _request_target(reader: asyncio.StreamReader) -> str:
    method, target, _ = (await reader.readuntil(b"\r\n")).decode("ascii").split(" ", 2)
    total = 0
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        total += len(line)
        if total > 8 * limits.REDIRECT_LINE_BYTES:
            raise ValueError("headers")
    if method != "GET":
        raise ValueError("method")
    return target


def _answer(status: str, page: str) -> bytes:
    body = page.encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n"
        "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _page(key: str) -> str:
    title, text = html.escape(tr("sync.sign_in_title")), html.escape(tr(key))
    return (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font:18px/1.5 system-ui,sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}</style>"
        f"<h1>{title}</h1><p>{text}</p></html>"
    )
