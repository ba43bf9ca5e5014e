"""The box notes what a client of a health portal must never do, and nothing that is right."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import httpx
import pytest

from desktop.demo import DemoPortal
from tests.demo.conftest import observation, visit

IF = {"If-None-Exist": "identifier=urn:medkarta:intent|1"}


@pytest.mark.parametrize(
    ("method", "url", "options", "words"),
    [
        ("PATCH", "/Observation/a0", {"json": []}, "PATCH is not to be used"),
        ("DELETE", "/Observation/a0", {}, "DELETE is not to be used"),
        ("PUT", "/Observation/a0", {"json": observation("a0", "anna")}, "neither If-Match"),
        ("GET", "/Patient?access_token=abc", {}, "a secret in the address (access_token)"),
        ("GET", "/Patient?passphrase=abc", {}, "a secret in the address (passphrase)"),
        ("GET", "/Observation?patient=oleg", {}, "asks for 1 person(s) whom the token does not name"),
        ("GET", "/Patient/oleg", {}, "asks for 1 person(s)"),
        ("POST", "/Appointment", {"json": visit("oleg", None, "1"), "headers": IF}, "asks for 1 person(s)"),
        ("POST", "/Appointment", {"json": {**visit("anna", None, "1"), "id": "x"}, "headers": IF}, "carries an id"),
        ("POST", "/Appointment", {"json": visit("anna", None, "1")}, "a create without If-None-Exist"),
        ("POST", "/Appointment", {"json": {**visit("anna", None, "1"), "comment": "х" * 300_000}, "headers": IF}, "body of"),
        ("POST", "/Observation/_search", {"content": gzip.compress(b"x"), "headers": {"Content-Encoding": "gzip"}}, "compressed"),
    ],
)
async def test_wrong_is_noted(
    http: httpx.AsyncClient, portal: DemoPortal, method: str, url: str, options: dict[str, Any], words: str
) -> None:
    await http.request(method, url, **options)
    assert len(portal.violations) == 1
    assert words in portal.violations[0]


async def test_token_itself_is_noted_in_any_parameter(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    await http.get("/Patient", params={"_id": http.headers["authorization"].removeprefix("Bearer ")})
    assert any("a secret in the address" in each for each in portal.violations)


async def test_entries_of_a_bundle_are_watched_too(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    entries = [{"resource": visit("anna", None, "1"), "request": {"method": "POST", "url": "Appointment"}},
               {"request": {"method": "DELETE", "url": "Observation/a0"}}]
    await http.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert len(portal.violations) == 2


async def test_right_is_not_noted(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    await http.get("/Observation?patient=anna,timofey&_count=5")
    await http.post("/Appointment", json=visit("anna", None, "1"), headers=IF)
    await http.post("/Binary", content=b"x" * 600_000, headers={"Content-Type": "application/pdf"})
    entries = [{"request": {"method": "GET", "url": "Observation?patient=anna"}}] * 100
    await http.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert portal.violations == []
    assert portal.requests["GET", "Observation"] == 1
    assert portal.requests["POST", "Bundle"] == 1


async def test_seven_at_once_are_too_many(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("delay=20ms")
    await asyncio.gather(*(http.get("/Patient/anna") for _ in range(6)))
    assert portal.violations == []
    await asyncio.gather(*(http.get("/Patient/anna") for _ in range(7)))
    assert portal.violations == ["7 requests in flight"]


async def test_two_writes_at_once_are_too_many(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("delay=20ms")
    await asyncio.gather(*(
        http.post("/Appointment", json=visit("anna", None, str(n)), headers={"If-None-Exist": f"identifier=urn:x|{n}"})
        for n in range(2)))
    assert portal.violations == ["two writes at once with one token"]
