"""Each fault as a client meets it, in process and over real sockets; the spec; what comes late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.faults import Faults
from desktop.demo.serve import running
from tests.demo.conftest import ids, visit

INTENT = "urn:medkarta:intent"


async def book(http: httpx.AsyncClient, intent: str) -> httpx.Response:
    headers = {"If-None-Exist": f"identifier={INTENT}|{intent}"}
    return await http.post("/Appointment", json=visit("anna", None, intent), headers=headers)


def made(portal: DemoPortal, intent: str) -> int:
    return len(portal.shelf.with_term(f"Appointment|identifier|{INTENT}|{intent}"))


async def test_lost_request_has_no_effect(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("lose_request@POST")
    with pytest.raises(httpx.TransportError):
        await book(either, "i")
    assert made(portal, "i") == 0
    assert (await either.get("/Patient/anna")).status_code == 200


async def test_lost_answer_has_its_effect(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("lose_answer@POST/Appointment=x1")
    with pytest.raises(httpx.TransportError):
        await book(either, "i")
    assert made(portal, "i") == 1
    assert (await book(either, "i")).status_code == 200
    assert portal.faults.delivered == {"lose_answer": 1}


async def test_body_that_breaks_off_is_a_transport_error(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("cut")
    with pytest.raises(httpx.TransportError):
        await either.get("/Observation?patient=anna")


def _is_short(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and not answer.text.endswith("}")


def _is_drip(answer: httpx.Response) -> bool:
    return len(ids(answer.json())) == 7


@pytest.mark.parametrize(
    ("spec", "as_expected"),
    [
        ("short", _is_short),
        ("drip=0ms", _is_drip),
        ("delay=1ms", _is_drip),
        ("html", lambda a: a.status_code == 200 and a.headers["content-type"].startswith("text/html")),
        ("empty", lambda a: ids(a.json()) == []),
        ("malformed", lambda a: len(a.json()["entry"]) == 8),
        ("foreign", lambda a: a.json()["entry"][0]["resource"]["subject"]["reference"] == "Patient/oleg"),
        ("huge=2MB", lambda a: len(a.content) > 2_000_000 and a.json()["type"] == "searchset"),
        ("429=7s", lambda a: (a.status_code, a.headers["retry-after"]) == (429, "7")),
        ("status_503", lambda a: a.status_code == 503 and a.json()["resourceType"] == "OperationOutcome"),
        *((f"{status}", lambda a, status=status: a.status_code == status) for status in (401, 403, 409, 412, 500, 502)),
    ],
)
async def test_spoiled_answer(
    either: httpx.AsyncClient, portal: DemoPortal, spec: str, as_expected: Callable[[httpx.Response], Any]
) -> None:
    portal.faults.parse(spec)
    assert as_expected(await either.get("/Observation?patient=anna"))
    assert portal.faults.delivered.total() == 1
    portal.faults.clear()
    assert len(ids((await either.get("/Observation?patient=anna")).json())) == 7


async def test_every_broken_resource_is_broken_in_its_own_way(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("malformed")
    heads = {(await http.get("/Observation?patient=anna")).content.partition(b'"entry":[')[2][:90] for _ in range(60)}
    assert len(heads) == 8


async def test_failed_after_the_effect(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("after_503@POST")
    assert (await book(http, "i")).status_code == 503
    assert made(portal, "i") == 1


async def test_empty_batch_keeps_its_shape(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("empty")
    entries = [{"request": {"method": "GET", "url": "Patient"}}] * 3
    answer = (await http.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})).json()
    assert [entry["resource"]["type"] for entry in answer["entry"]] == ["searchset"] * 3
    assert not any("entry" in entry["resource"] for entry in answer["entry"])


async def test_late_request_takes_effect_after_all(http: httpx.AsyncClient, portal: DemoPortal, clock: ManualClock) -> None:
    portal.faults.parse("late_request@POST=x1:20s")
    with pytest.raises(httpx.TransportError):
        await book(http, "i")
    assert made(portal, "i") == 0
    clock.advance(21)
    await http.get("/Patient/anna")
    assert made(portal, "i") == 1


async def test_late_duplicate_arrives_once_and_conditions_hold_it_off(
    http: httpx.AsyncClient, portal: DemoPortal, clock: ManualClock
) -> None:
    portal.faults.parse("late_duplicate=x2")
    first = await book(http, "i")
    seen = first.json()
    changed = await http.put(
        f"/Appointment/{seen['id']}", json={**seen, "comment": "1"}, headers={"If-Match": first.headers["etag"]})
    clock.advance(31)
    assert portal.deliver_late() == 2
    assert portal.deliver_late() == 0
    assert made(portal, "i") == 1
    assert (portal.resource("Appointment", seen["id"]) or {})["meta"]["versionId"] == changed.json()["meta"]["versionId"]


async def test_late_duplicate_of_an_ended_sign_in_does_nothing(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("late_request@POST")
    with pytest.raises(httpx.TransportError):
        await book(http, "i")
    portal.access.expire_all()
    portal.deliver_late(all_of_them=True)
    assert made(portal, "i") == 0


async def test_skewed_clock_shows_in_dates_and_in_versions(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("skew=-48h")
    answer = await book(http, "i")
    assert answer.headers["date"] == "Tue, 12 May 2026 09:40:00 GMT"
    assert answer.json()["meta"]["lastUpdated"] == "2026-05-12T09:40:00.000Z"


async def test_client_that_hangs_up_is_not_in_flight_but_its_write_still_comes(
    portal: DemoPortal, clock: ManualClock
) -> None:
    portal.faults.parse("delay@POST=150ms:x1")
    headers = {"Authorization": f"Bearer {portal.token_for(['anna'])}"}
    with running(portal) as base:
        async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False) as client:
            with pytest.raises(httpx.TimeoutException):
                await client.post("/Appointment", json=visit("anna", None, "i"), timeout=0.03,
                                  headers={"If-None-Exist": f"identifier={INTENT}|i"})
            assert (await book(client, "other")).status_code == 201
    assert made(portal, "i") == 0
    clock.advance(1)
    portal.deliver_late()
    assert made(portal, "i") == 1
    assert portal.violations == []


async def test_portal_ends_quietly_while_an_answer_is_held_back(portal: DemoPortal, caplog: pytest.LogCaptureFixture) -> None:
    portal.faults.parse("delay=60s")
    with running(portal) as base:
        async with httpx.AsyncClient(base_url=base, trust_env=False) as client:
            with pytest.raises(httpx.TimeoutException):
                await client.get("/metadata", timeout=0.05)
    assert caplog.records == []


async def test_same_seed_delivers_the_same_faults(portal: DemoPortal) -> None:
    draws = []
    for seed in (5, 5, 6):
        faults = Faults("lose_answer=0.3,500@GET/Slot=0.5", seed=seed)
        draws.append([[fault.kind for fault in faults.draw("GET", "Slot")] for _ in range(50)])
    assert draws[0] == draws[1] != draws[2]


def test_spec_is_read_in_full() -> None:
    faults = Faults("lose_answer=0.2, delay@/Slot=50ms:0.5:x3, 429@GET/Observation=2s, huge=5MB, relative_next, skew=-1h")
    lose, delay, wait, huge = faults.plan
    assert (lose.kind, lose.chance) == ("lose_answer", 0.2)
    assert (delay.route, delay.amount, delay.chance, delay.left) == ("Slot", 0.05, 0.5, 3)
    assert (wait.kind, wait.method, wait.route, wait.amount) == ("429", "GET", "Observation", 2.0)
    assert huge.amount == 5 * 2**20
    assert (faults.weak, faults.skew_s) == ({"relative_next"}, -3600.0)


@pytest.mark.parametrize("spec", ["lose_everything", "418", "delay=soon", "lose_answer=2"])
def test_unknown_spec_is_refused(spec: str) -> None:
    with pytest.raises(ValueError):
        Faults(spec)
