"""What one portal may do to its client, and what it may not."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from desktop import limits
from desktop.clock import SystemClock
from desktop.errors import UsageError
from desktop.sync.portal import Answer, FixedKey, Portal, Refused, Reply, portal_address
from desktop.sync.wire import Origin, Unreached, Wire, origin_of
from tests.sync.hostile import Answerer, Heard, Listener, answer, listening
from tests.waiting import turn

EMPTY = b'{"resourceType":"Bundle","type":"searchset"}'


class Naps:
    """Sleeps that take no time and are remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@asynccontextmanager
async def client(base: str, *, naps: Naps | None = None, token: str = "secret-token") -> AsyncIterator[Portal]:
    wire = Wire()
    try:
        yield Portal(base, wire=wire, key=FixedKey(token), rng=random.Random(1), sleep=naps or Naps(),
                     monotonic=SystemClock().monotonic)
    finally:
        await wire.close()


async def ask(reply: Callable[[Heard], bytes] | None = None, *, raw: Answerer | None = None,
              naps: Naps | None = None) -> tuple[Reply, Listener]:
    async with listening(reply, raw=raw) as listener, client(listener.base, naps=naps) as portal:
        return await portal.search("Patient", [("_id", "a")]), listener


# --- addresses and the token


@pytest.mark.parametrize(("one", "other"), [
    ("https://portal.example", "https://portal.example.evil"),
    ("https://portal.example", "http://portal.example"),
    ("https://portal.example", "https://portal.example:8443"),
    ("https://portal.example", "https://portal.example@evil"),
    ("https://portal.example", "https://xn--portal-example.test"),
])
def test_look_alike_is_another_origin(one: str, other: str) -> None:
    assert origin_of(one) != origin_of(other)


def test_default_port_case_and_last_dot_do_not_make_another_origin() -> None:
    assert origin_of("HTTPS://Portal.Example:443/x") == origin_of("https://portal.example./y") == Origin("https", "portal.example", 443)


@pytest.mark.parametrize("text", ["", "portal", "ftp://a/", "https://u:p@a/", "https://a/?x=1", "https://a:99999/", "https://a\\@b/"])
def test_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="bad_address"):
        portal_address(text)


def test_plain_http_is_refused_off_this_computer() -> None:
    with pytest.raises(UsageError, match="not_https"):
        portal_address("http://portal.example/fhir")


@pytest.mark.parametrize(("link", "expected"), [
    ("Patient?_page=2", "https://p.example/r4/Patient?_page=2"),
    ("/r4?_getpages=x", "https://p.example/r4?_getpages=x"),
    ("http://p.example/r4/Patient?a=%20b", "https://p.example/r4/Patient?a=%20b"),
    ("https://inner:8080/r4/Patient?c", "https://p.example/r4/Patient?c"),
    ("https://evil.test/steal", None),
    ("https://p.example@evil.test/r4/x", None),
    ("javascript:alert(1)", None),
    ("https://[::1", None),
])
async def test_links_lead_only_to_the_portal(link: str, expected: str | None) -> None:
    async with client("https://p.example/r4") as portal:
        assert portal.address(link, asked="https://p.example/r4/Patient?_count=5") == expected


async def test_token_is_not_shown_to_another_origin() -> None:
    async with listening() as thief, client("http://127.0.0.1:9/fhir") as portal:
        assert await portal.get(f"{thief.base}/fhir/Patient") == Unreached("foreign")
        assert thief.heard == []


async def test_redirect_to_another_origin_is_not_followed() -> None:
    async with listening() as thief:
        reply, _ = await ask(lambda heard: answer(b"", status="302 Found", extra=f"Location: {thief.base}/x\r\n"))
        assert reply == Unreached("redirect")
        assert thief.heard == []


async def test_redirect_within_the_portal_is_followed_and_loops_end() -> None:
    def once(heard: Heard) -> bytes:
        moved = answer(b"", status="301 Moved", extra="Location: /moved\r\n")
        return answer(EMPTY) if heard.target == "/moved" else moved

    reply, _ = await ask(once)
    assert isinstance(reply, Answer)
    number = iter(range(100))
    reply, listener = await ask(lambda heard: answer(b"", status="302 F", extra=f"Location: /{next(number)}\r\n"))
    assert reply == Unreached("redirect")
    assert len(listener.heard) == limits.REDIRECTS


# --- what is an answer


@pytest.mark.parametrize(("body", "status", "media"), [
    (b"<html>Sign in to the Wi-Fi</html>", "200 OK", "text/html"),
    (b"<html></html>", "200 OK", ""),
    (b"", "204 No Content", "text/plain"),
    (b"", "200 OK", "application/fhir+json"),
    (EMPTY, "200 OK", "text/plain"),
    (EMPTY, "200 OK", "application/octet-stream"),
])
async def test_captive_portal_is_not_an_answer(body: bytes, status: str, media: str) -> None:
    reply, _ = await ask(lambda heard: answer(body, status=status, media=media))
    assert reply == Unreached("not_fhir")


@pytest.mark.parametrize("media", ["application/json", "application/json+fhir", "application/fhir+json; charset=UTF-8", ""])
async def test_every_json_name_is_an_answer(media: str) -> None:
    reply, _ = await ask(lambda heard: answer(EMPTY, media=media))
    assert isinstance(reply, Answer)
    assert reply.body == EMPTY


async def test_refusal_in_html_is_no_refusal_of_the_portal() -> None:
    reply, _ = await ask(lambda heard: answer(b"<h1>No</h1>", status="403 Forbidden", media="text/html"))
    assert reply == Refused(status=403)
    body = b'{"resourceType":"OperationOutcome","issue":[{"code":"forbidden","details":{"coding":[{"code":"policy-revoked"}]}}]}'
    reply, _ = await ask(lambda heard: answer(body, status="403 Forbidden"))
    assert reply == Refused(status=403, is_fhir=True, codes=("forbidden", "policy-revoked"))


async def test_truncated_answer_is_not_reached() -> None:
    reply, _ = await ask(raw=lambda heard, writer: writer.write(answer(EMPTY)[:-5]))
    assert reply == Unreached("network")


# --- size and time


async def test_compressed_answer_is_read_and_a_bomb_is_not() -> None:
    reply, _ = await ask(lambda heard: answer(gzip.compress(EMPTY), extra="Content-Encoding: gzip\r\n"))
    assert isinstance(reply, Answer)
    assert reply.body == EMPTY
    bomb = gzip.compress(b"[" * (limits.RESPONSE_BYTES + 1))
    reply, _ = await ask(lambda heard: answer(bomb, extra="Content-Encoding: gzip\r\n"))
    assert reply == Unreached("too_large")
    reply, _ = await ask(lambda heard: answer(gzip.compress(bomb), extra="Content-Encoding: gzip, gzip\r\n"))
    assert reply == Unreached("encoding")
    reply, _ = await ask(lambda heard: answer(gzip.compress(EMPTY)[:-9], extra="Content-Encoding: gzip\r\n"))
    assert reply == Unreached("network")


async def test_endless_answer_is_stopped_at_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = 0

    async def flood(heard: Heard, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
            sent += 65536
            await writer.drain()

    reply, _ = await ask(raw=flood)
    assert reply == Unreached("too_large")
    assert sent < 2 * limits.RESPONSE_BYTES


async def test_drip_is_aborted_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def drip(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await turn()

    async with listening(raw=drip) as listener:
        wire = Wire()
        assert await wire.exchange("GET", listener.base, headers={}, deadline_s=0.2) == Unreached("deadline")
        await wire.close()


# --- patience


async def test_wait_that_the_portal_asks_for_is_kept() -> None:
    naps = Naps()
    answers = [
        answer(b"", status="429 Slow", extra="Retry-After: 7\r\n"),
        answer(b"", status="503 Later", extra='RateLimit: "requests";r=9;t=49, "interactions";r=0;t=12\r\n'),
        answer(EMPTY),
    ]
    reply, _ = await ask(lambda heard: answers.pop(0), naps=naps)
    assert isinstance(reply, Answer)
    assert naps.taken == [7, 12]


async def test_wait_by_date_uses_the_clock_of_the_portal() -> None:
    naps = Naps()
    dates = "Date: Thu, 14 May 2026 09:00:00 GMT\r\nRetry-After: Thu, 14 May 2026 09:00:20 GMT\r\n"
    answers = [answer(b"", status="503 Later", extra=dates), answer(EMPTY)]
    await ask(lambda heard: answers.pop(0), naps=naps)
    assert naps.taken == [20]


async def test_long_wait_ends_the_run_instead() -> None:
    naps = Naps()
    reply, listener = await ask(lambda heard: answer(b"", status="429 Slow", extra="Retry-After: 3600\r\n"), naps=naps)
    assert reply == Refused(status=429, retry_after_s=limits.RETRY_CAP_S)
    assert naps.taken == []
    assert len(listener.heard) == 1


async def test_wait_that_a_write_was_told_holds_for_the_reads_after_it() -> None:
    naps, slow = Naps(), [answer(b"", status="429 Slow", extra=f"Retry-After: {seconds}\r\n") for seconds in (7, 90)]
    async with listening(lambda heard: slow.pop(0) if heard.method == "PUT" else answer(EMPTY)) as listener, \
            client(listener.base, naps=naps) as portal:  # fmt: skip
        await portal.write("PUT", "Slot/s", b"{}")
        assert isinstance(await portal.search("Patient", []), Answer)
        assert [round(one) for one in naps.taken] == [7]
        await portal.write("PUT", "Slot/s", b"{}")
        reply = await portal.search("Patient", [])
        assert isinstance(reply, Refused)
        assert (reply.status, round(reply.retry_after_s or 0)) == (429, 90)
        assert [one.method for one in listener.heard] == ["PUT", "GET", "PUT"]


async def test_server_that_is_down_is_asked_only_a_few_times() -> None:
    naps = Naps()
    _, listener = await ask(lambda heard: answer(b"", status="500 Oops"), naps=naps)
    assert len(listener.heard) == 2
    async with client("http://127.0.0.1:9", naps=naps) as portal:
        assert await portal.search("Patient", []) == Unreached("network", has_left=False)
        assert portal.wire.requests == 2


class Renewing:
    """A key whose first token has run out."""

    def __init__(self) -> None:
        self.token = "old"
        self.renewed = 0

    async def bearer(self) -> str | None:
        return self.token

    async def renew(self, stale: str | None) -> str:
        await turn()
        if stale == self.token:
            self.token, self.renewed = "new", self.renewed + 1
        return "renewed"


async def test_expired_token_is_renewed_and_the_same_request_sent_again_at_once() -> None:
    naps, key = Naps(), Renewing()

    def gate(heard: Heard) -> bytes:
        known = heard.headers["authorization"] == "Bearer new"
        return answer(EMPTY) if known else answer(b"", status="401 No", media="text/plain")

    async with listening(gate) as listener:
        wire = Wire()
        portal = Portal(listener.base, wire=wire, key=key, rng=random.Random(1), sleep=naps,
                        monotonic=SystemClock().monotonic)  # type: ignore[arg-type]
        assert isinstance(await portal.search("Patient", []), Answer)
        assert [heard.headers["authorization"] for heard in listener.heard] == ["Bearer old", "Bearer new"]
        assert naps.taken == []
        await wire.close()


async def test_key_log_of_the_surroundings_is_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    monkeypatch.setenv("SSLKEYLOGFILE", "keys.txt")
    await Wire().close()
    assert "SSLKEYLOGFILE" not in os.environ


async def test_no_more_than_a_few_exchanges_at_once() -> None:
    arrived, let_go, on_the_way = asyncio.Semaphore(0), asyncio.Semaphore(0), [0]

    async def slow(heard: Heard, writer: asyncio.StreamWriter) -> None:
        on_the_way.append(on_the_way[-1] + 1)
        arrived.release()
        await let_go.acquire()
        on_the_way.append(on_the_way[-1] - 1)
        writer.write(answer(EMPTY))

    async with listening(raw=slow) as listener, client(listener.base) as portal:
        asked = {asyncio.ensure_future(portal.search("Patient", [("n", str(n))])) for n in range(20)}
        for _ in range(limits.EXCHANGES_IN_FLIGHT):
            await arrived.acquire()
        while len(asked) > limits.EXCHANGES_IN_FLIGHT:
            let_go.release()
            _, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
            await arrived.acquire()
        for _ in asked:
            let_go.release()
        await asyncio.wait(asked)
        assert len(listener.heard) == 20
    assert max(on_the_way) == limits.EXCHANGES_IN_FLIGHT
