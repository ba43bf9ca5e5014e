"""The outermost layer of the box: watches each request, and delivers the planned faults on the wire.

Over real sockets a drop closes the connection; in process it raises what httpx would raise then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import httpx

from desktop.demo import text
from desktop.demo.answers import FHIR_JSON, Answer, Call, bundle, outcome
from desktop.demo.faults import Fault
from desktop.demo.parts import Portal
from desktop.demo.watch import writes

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ABORT: Final = "medkarta.abort"
_LATE_MOST_S: Final = 30.0
_HUGE_BYTES: Final = 300 * 2**20
_PAGE: Final = "<!doctype html><html><head><title>Wi-Fi</title></head><body><h1>Войдите в сеть</h1></body></html>"
_LOGIN_WALL: Final = _PAGE.encode()


@dataclass(slots=True)
class Exchange:
    """One request being upset."""

    scope: Scope
    receive: Receive
    send: Send
    body: bytes
    token: str | None
    faults: dict[str, Fault]
    method: str = ""
    path: str = ""
    writes: bool = False
    gone: bool = False
    started: bool = field(default=False)


class Upset:
    """Wraps the application of one portal."""

    def __init__(self, portal: Portal, inner: App) -> None:
        self._portal = portal
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        body = await _body(receive)
        path = scope["path"]
        on_fhir = path.startswith("/fhir")
        below = path.removeprefix("/fhir").strip("/") if on_fhir else path.strip("/")
        method = scope["method"]
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        token = headers.get("authorization", "").removeprefix("Bearer ").strip() or None
        self._portal.deliver_late()
        if on_fhir:
            self._portal.watch.look(method, "/" + below, scope["query_string"].decode("latin-1"), headers, body, token)
        else:
            self._portal.watch.look_aside(method, path, scope["query_string"].decode("latin-1"))
        route = below.partition("/")[0] or "Bundle"
        drawn = {fault.kind: fault for fault in self._portal.faults.draw(method, route)}
        exchange = Exchange(scope, receive, send, body, token, drawn, method, below)
        exchange.writes = on_fhir and writes(method, below, body)
        self._portal.watch.enter(token, writes=exchange.writes)
        try:
            await self._run(exchange)
        finally:
            self._leave(exchange)

    def _leave(self, exchange: Exchange) -> None:
        if not exchange.gone:
            exchange.gone = True
            self._portal.watch.leave(exchange.token, writes=exchange.writes)

    def _count(self, kind: str) -> None:
        self._portal.faults.delivered[kind] += 1

    # --- one request
    async def _run(self, exchange: Exchange) -> None:
        faults = exchange.faults
        if fault := faults.get("delay"):
            self._count("delay")
            pause_s = 0.05 if fault.amount is None else fault.amount
            await self._wait(exchange, pause_s)
            if exchange.gone:
                self._later(exchange, pause_s)
                return
        if "lose_request" in faults:
            self._count("lose_request")
            await self._drop(exchange)
            return
        if fault := faults.get("late_request"):
            self._count("late_request")
            self._later(exchange, self._some_time(fault))
            await self._drop(exchange)
            return
        if instead := self._instead(exchange):
            self._count(instead[0])
            await self._answer(exchange, instead[1])
            return
        if fault := faults.get("huge"):
            self._count("huge")
            await self._huge(exchange, int(fault.amount or _HUGE_BYTES))
            return
        await self._pass_on(exchange)
        if (fault := faults.get("late_duplicate")) and exchange.writes:
            self._count("late_duplicate")
            self._later(exchange, self._some_time(fault))

    def _instead(self, exchange: Exchange) -> tuple[str, Answer] | None:
        """Return an answer given in place of the portal's own, before any effect."""
        faults = exchange.faults
        for kind, fault in faults.items():
            if kind.isdecimal():
                headers = {"Retry-After": str(int(fault.amount or 1))} if kind in ("429", "503") else {}
                code = {"401": "login", "403": "forbidden", "404": "not-found"}.get(kind, "transient")
                return kind, outcome(int(kind), code, "Refused on purpose", headers=headers)
        if "html" in faults:
            return "html", Answer(200, _LOGIN_WALL, {"Content-Type": "text/html; charset=utf-8"})
        if "empty" in faults and not exchange.writes:
            return "empty", Answer(200, _empty(exchange.body))
        return None

    async def _pass_on(self, exchange: Exchange) -> None:
        """Let the portal answer, then spoil the answer as planned."""
        faults = exchange.faults
        spoiled = {"lose_answer", "cut", "short", "drip", "malformed", "foreign", "after_500", "after_503"} & set(
            faults
        )
        if not spoiled and not exchange.gone:
            await self._inner(exchange.scope, _replay(exchange.body, exchange.receive), self._dated(exchange.send))
            return
        status, headers, body = await self._collect(exchange)
        for kind in ("malformed", "foreign"):
            if kind in faults and b'"searchset"' in body[:200]:
                self._count(kind)
                body = _put_in(body, self._stranger(kind, exchange))
        if exchange.gone or "lose_answer" in faults:
            self._count("lose_answer")
            await self._drop(exchange)
        elif after := next((kind for kind in ("after_500", "after_503") if kind in faults), None):
            self._count(after)
            await self._answer(exchange, outcome(int(after[6:]), "exception", "Failed on purpose, after the effect"))
        elif "cut" in faults and len(body) > 1:
            self._count("cut")
            await self._start(exchange, status, headers, len(body))
            await exchange.send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await self._drop(exchange)
        elif "short" in faults:
            self._count("short")
            await self._whole(exchange, status, headers, body[: len(body) // 2])
        elif fault := faults.get("drip"):
            self._count("drip")
            await self._drip(exchange, status, headers, body, 0.1 if fault.amount is None else fault.amount)
        else:
            await self._whole(exchange, status, headers, body)

    async def _collect(self, exchange: Exchange) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        status, headers, parts = 500, [], []

        async def keep(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], list(message.get("headers", []))
            else:
                parts.append(message.get("body", b""))

        await self._inner(exchange.scope, _replay(exchange.body, exchange.receive), keep)
        return status, headers, b"".join(parts)

    # --- ways to answer
    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = formatdate(self._portal.clock.now().timestamp(), usegmt=True).encode()
                message["headers"] = [*message.get("headers", []), (b"date", date)]
            await send(message)

        return dated

    async def _start(
        self, exchange: Exchange, status: int, headers: list[tuple[bytes, bytes]], size: int | None
    ) -> None:
        kept = [(name, value) for name, value in headers if name.lower() != b"content-length"]
        if size is not None:
            kept.append((b"content-length", str(size).encode()))
        await self._dated(exchange.send)({"type": "http.response.start", "status": status, "headers": kept})

    async def _whole(self, exchange: Exchange, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        await self._start(exchange, status, headers, None if status in (204, 304) else len(body))
        await exchange.send({"type": "http.response.body", "body": body})

    async def _answer(self, exchange: Exchange, answer: Answer) -> None:
        headers = {"Content-Type": FHIR_JSON, **answer.headers}
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await self._whole(exchange, answer.status, raw, answer.body)

    async def _drip(
        self, exchange: Exchange, status: int, headers: list[tuple[bytes, bytes]], body: bytes, pause_s: float
    ) -> None:
        await self._start(exchange, status, headers, len(body))
        for at in range(0, len(body), 16):
            await exchange.send({"type": "http.response.body", "body": body[at : at + 16], "more_body": True})
            await self._wait(exchange, pause_s)
            if exchange.gone:
                return
        await exchange.send({"type": "http.response.body", "body": b""})

    async def _huge(self, exchange: Exchange, size_bytes: int) -> None:
        await self._start(exchange, 200, [(b"content-type", FHIR_JSON.encode())], None)
        unit = text.dump({"resource": {"resourceType": "Basic", "id": "huge", "code": {"text": "х" * 30_000}}})
        await exchange.send(
            {"type": "http.response.body", "body": bundle("searchset", ())[:-1] + b',"entry":[', "more_body": True}
        )
        for _ in range(size_bytes // (len(unit) + 1)):
            await exchange.send({"type": "http.response.body", "body": unit + b",", "more_body": True})
            await self._wait(exchange, 0.0)
            if exchange.gone:
                return
        await exchange.send({"type": "http.response.body", "body": unit + b"]}"})

    async def _drop(self, exchange: Exchange) -> None:
        self._leave(exchange)
        abort = exchange.scope.get(ABORT)
        if abort is None:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        abort()
        while (await exchange.receive())["type"] != "http.disconnect":
            pass

    async def _wait(self, exchange: Exchange, seconds: float) -> None:
        """Wait, or stop when the client hangs up: it is no longer in flight then, and `gone` says so."""
        if ABORT not in exchange.scope:
            await asyncio.sleep(seconds)
            return
        sleeping = asyncio.ensure_future(asyncio.sleep(seconds))
        hung_up = asyncio.ensure_future(exchange.receive())
        try:
            await asyncio.wait({sleeping, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            if hung_up.done():
                self._leave(exchange)
        finally:
            sleeping.cancel()
            hung_up.cancel()

    # --- later
    def _some_time(self, fault: Fault) -> float:
        return self._portal.faults.between(0, fault.amount or _LATE_MOST_S)

    def _later(self, exchange: Exchange, after_s: float) -> None:
        """Let this request arrive (again) in `after_s` *seconds* of the portal's clock."""
        if not exchange.scope["path"].startswith("/fhir"):
            return
        faults = self._portal.faults
        due = self._portal.clock.monotonic() + after_s
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in exchange.scope["headers"]}
        query = tuple(parse_qsl(exchange.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        path = tuple(unquote(part) for part in exchange.path.split("/") if part)
        faults.late.append((due, Call(exchange.method, path, query, headers, exchange.body), exchange.token))

    def _stranger(self, kind: str, exchange: Exchange) -> bytes:
        """Return an entry that does not belong in a page."""
        if kind == "malformed":
            return _BROKEN[self._portal.faults.pick(len(_BROKEN))]
        who = self._portal.access.who(exchange.token)
        mine = who.may if who and who.may is not None else frozenset()
        for (body,) in self._portal.shelf.rows("SELECT body FROM item WHERE live AND type='Observation' LIMIT 5000"):
            subject = str(text.load(body).get("subject", {}).get("reference", "")).rpartition("/")[2]
            if subject and mine and subject not in mine:
                return b'{"resource":%s,"search":{"mode":"match"}}' % bytes(body)
        return text.dump(
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": "foreign-1",
                    "status": "final",
                    "code": {"text": "?"},
                    "meta": {"versionId": "f1", "lastUpdated": "2026-01-01T00:00:00.000Z"},
                    "subject": {"reference": "Patient/someone-else"},
                }
            }
        )


_HEAD: Final = b'"meta":{"versionId":"b1","lastUpdated":"2026-01-01T00:00:00.000Z"}'
_BROKEN: Final = (
    b'{"resource":{"resourceType":"Observation","id":"broken-1",' + _HEAD + b',"status":7,"subject":"oops","code":[]}}',
    b'{"resource":{"resourceType":"Observation","id":"broken-2",' + _HEAD + b',"x":' + b"[" * 90 + b"]" * 90 + b"}}",
    b'{"resource":{"resourceType":"Observation","id":"broken-3",' + _HEAD + b',"code":{"text":"a\\ud800b"}}}',
    b'{"resource":{"id":"broken-4",' + _HEAD + b"}}",
    b'{"resource":{"resourceType":"Observation","id":"broken 5/../x",' + _HEAD + b"}}",
    b'{"resource":{"resourceType":"Observation","id":"broken-6",'
    + _HEAD
    + b',"status":"final","status":"preliminary"}}',
    b'{"resource":"not a resource"}',
    b'{"resource":{"resourceType":"Observation","id":"broken-8",' + _HEAD + b',"valueQuantity":{"value":1e400}}}',
)


def _put_in(body: bytes, stranger: bytes) -> bytes:
    if b'"entry":[' in body:
        return body.replace(b'"entry":[', b'"entry":[' + stranger + b",", 1)
    return body[:-1] + b',"entry":[' + stranger + b"]}"


def _empty(body: bytes) -> bytes:
    """Return an empty searchset; for a batch, one for each entry."""
    empty = bundle("searchset", ())
    try:
        count = len(text.load(body)["entry"]) if body else 0
    except (ValueError, KeyError, TypeError):
        count = 0
    if not count:
        return empty
    return bundle("batch-response", [b'{"response":{"status":"200"},"resource":' + empty + b"}"] * count)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
