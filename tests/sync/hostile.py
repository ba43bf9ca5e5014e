"""A listener on loopback that answers as told and remembers what it was sent: the other side of every attack."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Heard:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]


@dataclass
class Listener:
    """What was heard, and where."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    scheme: str = "http"

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


Answerer = Callable[[Heard, asyncio.StreamWriter], object]


def answer(body: bytes, *, status: str = "200 OK", media: str = "application/fhir+json", extra: str = "") -> bytes:
    """Return a whole HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{extra}\r\n"
    return head.encode() + body


def _told(reply: Callable[..., bytes] | None, heard: Heard, body: bytes) -> bytes:
    if reply is None:
        return answer(b"{}")
    return reply(heard, body) if len(inspect.signature(reply).parameters) > 1 else reply(heard)


@asynccontextmanager
async def listening(
    reply: Callable[..., bytes] | None = None, *, raw: Answerer | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Listener]:
    """Serve on 127.0.0.1: `reply` gives whole answers, `raw` writes by itself, `tls` answers over it."""
    listener = Listener(scheme="https" if tls else "http")
    at_work: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        at_work.add(task)
        try:
            method, target, _ = (await reader.readuntil(b"\r\n")).decode().split(" ", 2)
            headers = {}
            while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
                name, _, value = line.decode().partition(":")
                headers[name.strip().lower()] = value.strip()
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            heard = Heard(method, target, headers)
            listener.heard.append(heard)
            if raw is not None:
                result = raw(heard, writer)
                if asyncio.iscoroutine(result):
                    await result
            else:
                writer.write(_told(reply, heard, body))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            at_work.discard(task)
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, ssl=tls)
    listener.port = server.sockets[0].getsockname()[1]
    try:
        yield listener
    finally:
        server.close()
        for task in tuple(at_work):
            task.cancel()
        await asyncio.gather(*at_work, return_exceptions=True)
        await server.wait_closed()
