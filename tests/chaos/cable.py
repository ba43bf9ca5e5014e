"""The line between one computer and the box, cut short: the client's `Wire` without sockets, with the faults of the seed.

What `Wire` itself does with bytes is tested in tests/sync; two real processes over real sockets are in two_clients.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from desktop import limits
from desktop.demo import edge, upset
from desktop.demo.answers import FHIR_JSON, Answer, Call, outcome
from desktop.demo.portal import DemoPortal
from desktop.demo.watch import writes
from desktop.sync.portal import Renewal
from desktop.sync.wire import Head, Raw, Unreached, Wire
from tests.chaos import small
from tests.chaos.oracle import Oracle
from tests.chaos.virtual import hours_go_by

ON_THE_LINE = (
    "drop_request", "drop_answer", "late_request", "late_duplicate", "too_slow", "500", "503", "429", "401", "403", "404", "after_500", "cut",
    "html", "malformed", "foreign", "412",
)  # fmt: skip
LATE_MOST_S = 60.0
ODD_NAMES = frozenset({"broken 5/../x", "broken-1"})
"""What no portal should send and the door lets in: it harms nothing, and portals with words of their own exist."""
_OF_WRITES = frozenset({"late_duplicate", "412", "after_500"})


@dataclass
class Weather:
    """How bad the line is: the chance of each fault. Off in calm."""

    chances: dict[str, float] = field(default_factory=dict)
    delivered: Counter[str] = field(default_factory=Counter)
    strangers: set[str] = field(default_factory=set)
    spoiled: set[str] = field(default_factory=set)
    held: dict[str, list[Callable[[], object]]] | None = None
    """What a gateway keeps while it answers with errors; None: there is no such gateway on the way."""

    def draw(self, rng: random.Random, *, is_write: bool) -> str:
        """Return the fault of one exchange, or nothing."""
        for kind, chance in self.chances.items():
            if (is_write or kind not in _OF_WRITES) and rng.random() < chance:
                return kind
        return ""


class Line(Wire):
    """What a computer holds instead of sockets."""

    def __init__(
        self, box: DemoPortal, oracle: Oracle, weather: Weather, *, name: str, rng: random.Random, point: Callable[[], None]
    ) -> None:
        self.requests = 0
        self._box = box
        self._oracle = oracle
        self._weather = weather
        self._name = name
        self._rng = rng
        self._point = point
        self._turn = asyncio.Semaphore(limits.EXCHANGES_IN_FLIGHT)

    async def close(self) -> None:
        """There is nothing to let go of."""

    async def exchange(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None = None,
        limit_bytes: int = limits.RESPONSE_BYTES, deadline_s: float = limits.EXCHANGE_DEADLINE_S,
    ) -> Raw | Unreached:  # fmt: skip
        async with self._turn:
            self.requests += 1
            return await self._exchange(method, url, dict(headers), content or b"", deadline_s)

    async def _exchange(self, method: str, url: str, headers: dict[str, str], body: bytes, deadline_s: float) -> Raw | Unreached:
        box, rng = self._box, self._rng
        parts = urlsplit(url)
        below = parts.path.removeprefix("/fhir").strip("/")
        small = {name.lower(): value for name, value in headers.items()}
        token = small.get("authorization", "").removeprefix("Bearer ") or None
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        path = tuple(unquote(part) for part in below.split("/") if part)
        is_write = writes(method, below, body)
        box.watch.look(method, "/" + below, parts.query, small, body, token)
        self._oracle.saw_address(path)
        act = self._oracle.saw_write(self._name, path, body) if is_write else None
        box.watch.enter(token, writes=is_write)
        fault = self._weather.draw(rng, is_write=is_write)
        if self._weather.held is not None and method == "POST" and is_write:
            fault = "held_up"
        try:
            raw = await self._carry(Call(method, path, query, small, body), token, fault, is_write=is_write, deadline_s=deadline_s)
            if act is not None and isinstance(raw, Raw) and raw.head.status >= 400:
                act.refusals += 1
            return raw
        finally:
            box.watch.leave(token, writes=is_write)

    async def _carry(self, call: Call, token: str | None, fault: str, *, is_write: bool, deadline_s: float) -> Raw | Unreached:
        rng, count = self._rng, self._weather.delivered
        has_arrived = False
        try:
            if fault == "no_line":
                count[fault] += 1
                return Unreached("network", has_left=False)
            await self._travel()
            if fault in ("drop_request", "late_request"):
                count[fault] += 1
                if fault == "late_request":
                    self._later(call, token)
                # Every other request that is lost finds no line at all, and the client knows it.
                return Unreached("network", has_left=fault == "late_request" or self.requests % 2 == 0)
            if fault == "too_slow":
                count[fault] += 1
                if rng.random() < 0.5:
                    self._later(call, token)
                await hours_go_by(deadline_s)
                return Unreached("deadline")
            if fault == "held_up" and self._weather.held is not None:
                self._weather.held.setdefault(call.headers.get("if-none-exist", ""), []).append(lambda: self._arrive(call, token))
            instead = self._instead(fault, is_write=is_write)
            if instead is not None:
                count[fault] += 1
                has_arrived = True
                await self._travel()
                return self._raw(instead)
            has_arrived = True
            answer = self._arrive(call, token)
            if fault == "late_duplicate" and is_write:
                count[fault] += 1
                self._later(call, token)
            await self._travel()
            return self._spoiled(call, answer, fault)
        except asyncio.CancelledError:
            if not has_arrived and is_write and rng.random() < 0.5:
                self._later(call, token)
            raise

    async def _travel(self) -> None:
        self._point()
        await hours_go_by(self._rng.choice((0.01, 0.05, 0.3, 1.5)))

    def _instead(self, fault: str, *, is_write: bool) -> Answer | None:
        if fault.isdecimal() and fault != "412":
            words = {"401": "login", "403": "forbidden", "404": "not-found"}.get(fault, "transient")
            wait = {"Retry-After": "7"} if fault in ("429", "503") else {}
            if fault in ("403", "404"):
                # A proxy on the way, not the portal: its words are no FHIR.
                return Answer(int(fault), b"<html>no</html>", {"Content-Type": "text/html"})
            return outcome(int(fault), words, "Refused on purpose", headers=wait)
        if fault == "held_up":
            return Answer(504, b"<html>later</html>", {"Content-Type": "text/html"})
        if fault == "412" and is_write:
            return outcome(412, "conflict", "Refused on purpose")
        if fault == "html":
            return Answer(200, b"<html>Wi-Fi</html>", {"Content-Type": "text/html"})
        return None

    def _spoiled(self, call: Call, answer: Answer, fault: str) -> Raw | Unreached:
        count = self._weather.delivered
        if fault == "drop_answer":
            count[fault] += 1
            return Unreached("network")
        if fault == "after_500":
            count[fault] += 1
            return self._raw(outcome(500, "exception", "Failed on purpose, after the effect"))
        if fault == "cut" and len(answer.body) > 1:
            count[fault] += 1
            return self._raw(Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers))
        if fault in ("malformed", "foreign") and b'"searchset"' in answer.body:
            count[fault] += 1
            stranger = upset._BROKEN[self._rng.randrange(len(upset._BROKEN))] if fault == "malformed" else self._stranger(call)
            # Into the first list of finds, whether it is the answer or one of several in an answer to many questions.
            start, mark, rest = answer.body.partition(b'"searchset"')
            return self._raw(Answer(answer.status, start + mark + upset._put_in(rest, stranger), answer.headers))
        return self._raw(answer)

    def _stranger(self, call: Call) -> bytes:
        """Return a result of somebody whom the question was not about: of nobody known, of the other family, of a brother."""
        others = [who for family in small.FAMILIES for who in family if ("patient", who) not in call.query]
        name = f"{self._rng.choice(others)}-{self._rng.randrange(small.ROWS)}"
        found = self._box.resource("Observation", name)
        if found is None or self._rng.random() < 0.5:
            self._weather.strangers.add("foreign-1")
            return _FOREIGN
        self._weather.strangers.add(name)
        return b'{"resource":%s,"search":{"mode":"match"}}' % msgspec.json.encode(found)

    def _arrive(self, call: Call, token: str | None) -> Answer:
        who = self._box.access.who(token)
        if who is None:
            return outcome(401, "login", "Sign in")
        with self._oracle.as_writer(self._name):
            return edge.dispatch(self._box, Call(call.method, call.path, call.query, call.headers, call.body, who))

    def _later(self, call: Call, token: str | None) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._rng.uniform(0.0, LATE_MOST_S), self._arrive, call, token)

    def _raw(self, answer: Answer) -> Raw:
        named = {name.lower(): value for name, value in answer.headers.items()}
        named.setdefault("content-type", FHIR_JSON)
        named["date"] = formatdate(self._box.clock.now().timestamp(), usegmt=True)
        return Raw(Head(answer.status, named), answer.body)


_FOREIGN = (
    b'{"resource":{"resourceType":"Observation","id":"foreign-1","status":"final","code":{"text":"?"},'
    b'"meta":{"versionId":"f1","lastUpdated":"2026-01-01T00:00:00.000Z"},"subject":{"reference":"Patient/someone-else"}},'
    b'"search":{"mode":"match"}}'
)


class ShortKey:
    """A token that lives a minute and is renewed at once, if the sign-in side answers."""

    def __init__(self, box: DemoPortal, account: str, *, life_s: float, weather: Weather, rng: random.Random) -> None:
        self._box = box
        self._account = account
        self._life_s = life_s
        self._weather = weather
        self._rng = rng
        self._token = box.access.issue(account, life_s)

    async def bearer(self) -> str | None:
        return self._token

    async def renew(self, stale: str | None) -> Renewal:
        if stale != self._token:
            return "renewed"
        await hours_go_by(0.1)
        if self._weather.chances and self._rng.random() < 0.1:
            return "unreached"
        if stale == self._token:
            self._token = self._box.access.issue(self._account, self._life_s)
        return "renewed"
