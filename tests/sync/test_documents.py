"""Documents: fetched once, resumed, checked, and never at the price of the token."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import resource
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from desktop import limits
from desktop.demo import serve
from desktop.sync.portal import FixedKey, Portal
from desktop.sync.wire import Unreached, Wire
from tests.sync.conftest import Make, Rig

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 2400


def reference(patient: str, url: str, data: bytes = PDF, **more: Any) -> dict[str, Any]:
    attachment = {"url": url, "contentType": "application/pdf", "size": len(data),
                  "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode(), **more}
    return {"resourceType": "DocumentReference", "id": "doc", "status": "current",
            "subject": {"reference": f"Patient/{patient}"}, "content": [{"attachment": attachment}]}


def told(status: int, content: bytes = b"", **headers: str) -> httpx.Response:
    """Answer with bytes that are still to be read."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, stream=httpx.ByteStream(content), headers={"content-type": "application/pdf", **named})


Route = Callable[[httpx.Request], httpx.Response | None]


class Through(httpx.AsyncBaseTransport):
    """The box in process, except for what a test answers itself; other hosts are remembered."""

    def __init__(self) -> None:
        self.box: httpx.ASGITransport | None = None
        self.route: Route = lambda request: None
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        mine = self.route(request)
        if mine is not None:
            return mine
        assert self.box is not None
        return await self.box.handle_async_request(request)


@pytest.fixture
async def wired(make: Make) -> tuple[Rig, Through]:
    """A connected family without documents of its own in the queue."""
    transport = Through()
    rig = make("S", transport=transport)
    transport.box = httpx.ASGITransport(rig.box.app)
    await rig.connect()
    await rig.run(documents="none")
    rig.clock.advance(600)
    return rig, transport


async def test_documents_of_the_box_come_whole_and_once(make: Make) -> None:
    rig = make("demo")
    await rig.connect()
    first = await rig.run(documents="all")
    assert first.documents.stored > 0
    assert first.documents.failed == 0
    assert first.documents.waiting == 0
    assert rig.vault.blobs.broken() == []
    again = await rig.run(documents="all")
    assert (again.documents.stored, again.documents.bytes) == (0, 0)


async def fetch(rig: Rig, transport: Through, document: dict[str, Any], route: Route) -> tuple[bytes | None, str]:
    rig.box.put(document)
    transport.route = route
    await rig.run(documents="needed")
    state = rig.vault.blobs.state("doc")
    return rig.vault.blobs.read("doc"), state.state + ":" + state.reason if state else "unknown"


def at(path: str, reply: Callable[[httpx.Request], httpx.Response]) -> Route:
    return lambda request: reply(request) if path in str(request.url) else None


async def test_json_with_base64_is_unwrapped(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    body = json.dumps({"resourceType": "Binary", "contentType": "application/pdf", "data": base64.b64encode(PDF).decode()})
    data, _ = await fetch(rig, transport, reference(rig.patients[0], "Binary/x"), at("Binary/x", lambda request: told(
        200, body.encode(), content_type="application/fhir+json")))
    assert data == PDF


@pytest.mark.parametrize(("content", "reason"), [
    (b"MZ" + PDF[2:], "type"), (b"<html>" + PDF[6:], "type"), (PDF[:-1], "size"), (PDF[:-1] + b"x", "hash"),
])
async def test_bytes_that_are_not_the_document_are_refused(wired: tuple[Rig, Through], content: bytes, reason: str) -> None:
    rig, transport = wired
    data, state = await fetch(rig, transport, reference(rig.patients[0], "Binary/x"), at("Binary/x", lambda request: told(200, content)))
    assert (data, state) == (None, f"failed:{reason}")


async def test_broken_download_goes_on_where_it_stopped(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    asked: list[str] = []

    async def half() -> AsyncIterator[bytes]:
        yield PDF[:300_000]
        raise httpx.ReadError("gone")

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers.get("range", ""))
        if len(asked) == 1:
            return httpx.Response(200, content=half(), headers={"etag": '"1"', "content-type": "application/pdf"})
        start = int(asked[-1].removeprefix("bytes=").rstrip("-"))
        return told(206, PDF[start:], etag='"1"', content_range=f"bytes {start}-{len(PDF) - 1}/{len(PDF)}")

    data, state = await fetch(rig, transport, reference(rig.patients[0], "Binary/x"), at("Binary/x", serve))
    assert (data, state.partition(":")[0]) == (None, "loading")
    await rig.run(documents="needed")
    assert rig.vault.blobs.read("doc") == PDF
    assert asked == ["", "bytes=300000-"]


async def test_resume_never_mixes_two_versions(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    turns: list[str] = []

    async def half() -> AsyncIterator[bytes]:
        yield PDF[:300_000]
        raise httpx.ReadError("gone")

    def serve(request: httpx.Request) -> httpx.Response:
        turns.append(request.headers.get("if-range", ""))
        if len(turns) == 1:
            return httpx.Response(200, content=half(), headers={"etag": '"old"', "content-type": "application/pdf"})
        return told(200, PDF, etag='"new"')

    await fetch(rig, transport, reference(rig.patients[0], "Binary/x"), at("Binary/x", serve))
    await rig.run(documents="needed")
    assert turns == ["", '"old"']
    assert rig.vault.blobs.read("doc") == PDF


async def test_presigned_address_is_read_anew_and_sees_no_token(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    rig.box.put(reference(rig.patients[0], "https://store.test/old?sig=1"))
    await rig.run(documents="none")
    rig.clock.advance(600)
    rig.box.put(reference(rig.patients[0], "https://store.test/new?sig=2"))

    def route(request: httpx.Request) -> httpx.Response | None:
        if request.url.host != "store.test":
            return None
        fresh = request.url.path == "/new"
        return told(200 if fresh else 401, PDF)

    transport.route = route
    await rig.run(documents="needed")
    assert rig.vault.blobs.read("doc") == PDF
    outside = [request for request in transport.seen if request.url.host == "store.test"]
    assert [request.url.path for request in outside] == ["/new"]
    assert all("authorization" not in request.headers for request in outside)


@pytest.mark.parametrize("url", ["http://store.test/x", "http://127.0.0.1:9/x", "file:///etc/passwd", "https://u:p@portal.test/fhir/x"])
async def test_address_that_may_not_be_asked_is_not_asked(wired: tuple[Rig, Through], url: str) -> None:
    rig, transport = wired
    data, state = await fetch(rig, transport, reference(rig.patients[0], url), lambda request: None)
    assert (data, state) == (None, "failed:address")
    assert {request.url.host for request in transport.seen} == {"portal.test"}


async def test_token_reaches_no_foreign_listener(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired

    def moved(request: httpx.Request) -> httpx.Response:
        return told(302, location="https://portal.test.evil/steal")

    def route(request: httpx.Request) -> httpx.Response | None:
        if request.url.host == "portal.test":
            return moved(request) if "Binary/x" in str(request.url) else None
        return told(200, PDF)

    data, _ = await fetch(rig, transport, reference(rig.patients[0], "Binary/x"), route)
    assert data == PDF
    evil = [request for request in transport.seen if request.url.host != "portal.test"]
    assert len(evil) == 1
    assert all("authorization" not in request.headers for request in evil)


async def test_next_link_to_another_host_takes_neither_token_nor_request_there(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    page = {"resourceType": "Bundle", "type": "searchset", "link": [{"relation": "next", "url": "https://evil.test/steal?p=2"}]}

    def route(request: httpx.Request) -> httpx.Response | None:
        if request.url.host == "portal.test" and request.method == "GET" and "_lastUpdated" in str(request.url):
            return told(200, json.dumps(page).encode(), content_type="application/fhir+json")
        if request.method == "POST":
            return told(404)
        return None

    transport.route = route
    await rig.run(documents="none")
    assert {request.url.host for request in transport.seen} == {"portal.test"}


async def test_only_what_is_needed_is_fetched(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    large = reference(rig.patients[0], "Binary/x", size=limits.DOCUMENT_NEEDED_BYTES + 1)
    data, state = await fetch(rig, transport, large, lambda request: None)
    assert (data, state) == (None, "absent:")


async def test_huge_bundle_is_refused_with_little_memory(make: Make) -> None:
    rig = make("demo")
    with serve.running(rig.box) as base:
        rig.box.faults.parse("huge@GET/Observation=300MB")
        wire = Wire()
        portal = Portal(base, wire=wire, key=FixedKey(rig.token), rng=random.Random(1), monotonic=rig.clock.monotonic)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        assert await portal.search("Observation", (("patient", rig.patients[0]),)) == Unreached("too_large")
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) < 100 * 1024
        await wire.close()


def printed(patient: str, *forms: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "DiagnosticReport", "id": "cbc", "status": "final", "code": {"text": "Общий анализ крови"},
            "subject": {"reference": f"Patient/{patient}"}, "presentedForm": list(forms)}


async def kept(rig: Rig, resource: dict[str, Any], mode: str = "needed") -> tuple[bytes | None, str]:
    rig.box.put(resource)
    rig.clock.advance(600)
    await rig.run(documents=mode)
    state = rig.vault.blobs.state("DiagnosticReport/cbc")
    return rig.vault.blobs.read("DiagnosticReport/cbc"), state.state + ":" + state.reason if state else "unknown"


async def test_printed_form_of_a_report_is_fetched_once_and_goes_with_its_report(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    form = reference(rig.patients[0], "Binary/cbc")["content"][0]["attachment"]
    asked: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return told(200, PDF)

    transport.route = at("Binary/cbc", serve)
    text = {"contentType": "text/html", "url": "Binary/page"}
    assert await kept(rig, printed(rig.patients[0], text, form)) == (PDF, "here:")
    await kept(rig, {**printed(rig.patients[0], form), "conclusion": "Без изменений"})
    assert len(asked) == 1
    rig.box.delete("DiagnosticReport", "cbc")
    rig.clock.advance(86_400)
    await rig.run(documents="needed")
    assert rig.vault.blobs.state("DiagnosticReport/cbc") is None


async def test_paper_filed_as_a_document_too_is_fetched_once(wired: tuple[Rig, Through]) -> None:
    rig, transport = wired
    document = reference(rig.patients[0], "Binary/x")
    rig.box.put(document)
    transport.route = at("Binary/x", lambda request: told(200, PDF))
    assert await kept(rig, printed(rig.patients[0], document["content"][0]["attachment"])) == (None, "unknown")
    assert rig.vault.blobs.read("doc") == PDF


@pytest.mark.parametrize(("data", "hash", "state"), [
    (base64.b64encode(PDF).decode(), None, "here:"), ("это не base64", None, "failed:type"),
    (base64.b64encode(b"MZ" + PDF[2:]).decode(), None, "failed:type"), (base64.b64encode(PDF + b"x").decode(), "size", "failed:size"),
    (base64.b64encode(PDF[:-1] + b"x").decode(), "hash", "failed:hash"),
])
async def test_form_that_came_inside_its_report_is_checked_like_any_other(
    wired: tuple[Rig, Through], data: str, hash: str | None, state: str
) -> None:
    rig, _ = wired
    whole = reference(rig.patients[0], "")["content"][0]["attachment"]
    form = {"contentType": "application/pdf", "data": data} | ({"size": whole["size"], "hash": whole["hash"]} if hash else {})
    found, said = await kept(rig, printed(rig.patients[0], form))
    assert (found, said) == (PDF if state == "here:" else None, state)
