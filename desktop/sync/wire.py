"""Carry bytes to and from the outside.

Owns: caps on size and time, decompression, what counts as "not reached".
Does not own: connections (roads.py), FHIR, who may see the token, redirects, retries (portal.py).
*Source*: security.md R-40, R-41, R-60, R-66, R-67.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import httpx

from desktop import limits
from desktop.sync.roads import Roads, Transport

Reason = Literal["network", "tls", "deadline", "too_large", "encoding", "redirect", "foreign", "not_fhir"]
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_PORTS: Final = {"https": 443, "http": 80}
_PATIENCE: Final = httpx.Timeout(limits.EXCHANGE_DEADLINE_S, connect=limits.CONNECT_S, pool=None).as_dict()


@dataclass(frozen=True, slots=True)
class Origin:
    """Who is spoken to. Two addresses are the same portal only when all three are equal."""

    scheme: str
    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return self.host in LOOPBACK


@dataclass(frozen=True, slots=True)
class Unreached:
    """No answer that may be believed; nothing on this side changes because of it. `has_left` False: there was no line to send it over."""

    reason: Reason
    has_left: bool = True


@dataclass(frozen=True, slots=True)
class Head:
    """Status and headers of an answer, before its body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)

    @property
    def media(self) -> str:
        """Return the content type without its parameters, in small letters."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Raw:
    """A whole answer as it came."""

    head: Head
    body: bytes = field(repr=False)


def origin_of(url: str) -> Origin | None:
    """Return the parsed origin of `url`, or None where it has none, names a user, or is not http(s).

    *Source*: security.md R-61: origins are compared as tuples, never by prefix.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "\\" in url:
        return None
    return Origin(parts.scheme, host, port or _PORTS[parts.scheme])


def is_safe(origin: Origin) -> bool:
    """Say whether bytes may travel there: https, or plain http that never leaves this computer."""
    return origin.scheme == "https" or origin.is_loopback


class Wire:
    """What a session speaks through; at most a few exchanges at once; every exchange has a size and an end."""

    def __init__(self, *, transport: Transport | None = None, ca_file: Path | None = None) -> None:
        """Prepare the roads. `transport` replaces the network (tests); `ca_file` adds a state's own root.

        *Raises* UsageError when `ca_file` cannot be read.
        """
        os.environ.pop("SSLKEYLOGFILE", None)
        self.roads = Roads(instead=transport, ca_file=ca_file)
        self._turn = asyncio.Semaphore(limits.EXCHANGES_IN_FLIGHT)
        self.requests = 0

    async def close(self) -> None:
        """Let go of every connection."""
        await self.roads.close()

    async def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None,
        limit_bytes: int = limits.RESPONSE_BYTES, deadline_s: float = limits.EXCHANGE_DEADLINE_S,
    ) -> Raw | Unreached:
        """Send one request and read its whole answer, within `limit_bytes` (decoded) and `deadline_s`."""
        chunks: list[bytes] = []

        async def keep(chunk: bytes) -> None:
            chunks.append(chunk)

        head = await self._send(method, url, headers, content, limit_bytes, deadline_s, None, keep)
        return head if isinstance(head, Unreached) else Raw(head, b"".join(chunks))

    async def download(
        self, url: str, *, headers: Mapping[str, str], limit_bytes: int, deadline_s: float,
        wants: Callable[[Head], Awaitable[bool]], take: Callable[[bytes], Awaitable[None]],
    ) -> Head | Unreached:
        """Read an answer piece by piece into `take`, if `wants` agrees to its head."""
        return await self._send("GET", url, headers, None, limit_bytes, deadline_s, wants, take)

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None, limit_bytes: int,
        deadline_s: float, wants: Callable[[Head], Awaitable[bool]] | None, take: Callable[[bytes], Awaitable[None]],
    ) -> Head | Unreached:
        origin = origin_of(url)
        if origin is None or not is_safe(origin):
            return Unreached("foreign")
        encoding = "identity" if origin.is_loopback or wants else "gzip"
        sent = {"User-Agent": "Medkarta", "Accept-Encoding": encoding, **headers}
        async with self._turn:
            self.requests += 1
            try:
                request = httpx.Request(method, url, headers=sent, content=content, extensions={"timeout": _PATIENCE})
                road = self.roads.to(origin.scheme, origin.host, is_loopback=origin.is_loopback)
                async with asyncio.timeout(deadline_s + len(content or b"") / limits.ATTACHMENT_FLOOR_BYTES_PER_S):
                    response = await road.handle_async_request(request)
                    try:
                        head = Head(response.status_code, _plain(response.headers.raw))
                        if wants is not None and not await wants(head):
                            return head
                        async for chunk in _decoded(head, response, limit_bytes):
                            await take(chunk)
                        return head
                    finally:
                        await response.aclose()
            except _TooMuch as stop:
                return Unreached(stop.reason)
            except TimeoutError:
                return Unreached("deadline")
            except httpx.ConnectTimeout:
                return Unreached("deadline", has_left=False)
            except httpx.TimeoutException:
                return Unreached("deadline")
            except httpx.ConnectError as error:
                return Unreached("tls" if _is_tls(error) else "network", has_left=False)
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
                return Unreached("tls" if _is_tls(error) else "network")


class _TooMuch(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def _plain(raw: Sequence[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by their names in small letters; one that came twice is joined, as RFC 9110 has it."""
    headers: dict[str, str] = {}
    for name, value in raw:
        key, text = name.decode("latin-1").lower(), _text(value)
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def _decoded(head: Head, response: httpx.Response, limit_bytes: int) -> AsyncIterator[bytes]:
    """Yield the body decoded, stopping as soon as it is larger than `limit_bytes`.

    httpx decodes without a cap (a 1.8 KB answer becomes 1 GiB), so its decoder is never used.
    """
    encoding = head.headers.get("content-encoding", "identity").strip().lower()
    announced = head.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise _TooMuch("too_large")
    if encoding in ("", "identity"):
        inflate = None
    elif encoding in ("gzip", "x-gzip"):
        inflate = zlib.decompressobj(wbits=31)
    else:
        raise _TooMuch("encoding")
    left = limit_bytes
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for chunk in response.stream:
        for piece in (chunk,) if inflate is None else _inflated(inflate, chunk, left):
            left -= len(piece)
            if left < 0:
                raise _TooMuch("too_large")
            yield piece
    if inflate is not None and not inflate.eof:
        raise _TooMuch("network")


def _inflated(inflate: zlib._Decompress, chunk: bytes, left: int) -> list[bytes]:
    try:
        piece = inflate.decompress(chunk, left + 1)
    except zlib.error as error:
        raise _TooMuch("encoding") from error
    if inflate.unused_data:
        raise _TooMuch("encoding")
    return [piece]


def _is_tls(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return True
        seen = seen.__cause__ or seen.__context__
    return "CERTIFICATE" in str(error) or "SSL" in str(error)
