"""What the chaos machine found in acting, each as a small story of its own."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from desktop import limits
from desktop.record.clashes import Clash
from desktop.record.intents import IDENTIFIER_SYSTEM
from desktop.store.acting import Acting
from tests.acting.desk import Desk, booked, desk


async def test_clock_set_back_a_day_does_not_hold_an_act_for_a_day() -> None:
    async with desk() as at:
        intent = await at.accept("book", at.slot_body(at.free_slots()[0]), hold_s=10)
        at.clock.jump(-86_400)
        await at.push()
        assert len(at.bookings_of(intent)) == 1


async def test_effect_that_landed_late_is_noticed_before_the_next_push() -> None:
    async with desk() as at:
        slot = at.free_slots()[0]
        intent = await at.accept("book", at.slot_body(slot))
        at.box.clinic.another_patient_takes(slot)
        await at.push()
        assert len(await at.store.call(at.acting.clashes)) == 1
        patient = next(iter(at.people))
        late = at.box.put({
            "resourceType": "Appointment", "status": "booked", "identifier": [{"system": IDENTIFIER_SYSTEM, "value": intent.id}],
            "participant": [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}],
        })  # fmt: skip
        await at.store.call(lambda: at.vault.replica.take_all(at.shelf._take(at.people[patient], [late])))
        await at.push()
        assert await at.store.call(at.acting.clashes) == ()
        assert await at.store.call(at.acting.shown) == ()


class _Slow(httpx.AsyncBaseTransport):
    """Keeps the first writing of a slot on the way; it arrives when `land` is called, long after its sender has given up."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner
        self.kept: httpx.Request | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.kept is None and request.method == "PUT" and "/Slot/" in str(request.url):
            self.kept = request
            raise httpx.ReadError("no answer")
        return await self.inner.handle_async_request(request)

    async def land(self) -> None:
        assert self.kept is not None
        assert (await self.inner.handle_async_request(self.kept)).status_code == 200


Settle = Callable[[Acting, Clash], object]


async def _moved_too_late(at: Desk, *, settle: Settle | None = None) -> str:
    """Move a booking that the clinic cancels, let the claim arrive after that has clashed, and read the slot; return it.

    `settle` is what the person does about the clash before that.
    """
    first, second = at.free_slots()[:2]
    _, booking = await booked(at, first)
    slow = at.line.way = _Slow(at.line.way)
    await at.accept("reschedule", {"booking": booking, **at.slot_body(second)})
    await at.push()
    at.box.clinic.cancel(booking)
    at.clock.advance(700)
    await at.push()
    (clash,) = await at.store.call(at.acting.clashes)
    assert clash.kind == "clinic_cancelled"
    if settle is not None:
        await at.store.call(lambda: settle(at.acting, clash))
        await at.push()
    await slow.land()
    assert at.busy_without_booking() == [second]
    found = at.box.resource("Slot", second)
    assert found is not None
    await at.store.call(lambda: at.vault.replica.take_all(at.shelf._take(0, [found])))
    return second


async def test_claim_that_landed_after_its_move_had_ended_is_given_back() -> None:
    async with desk() as at:
        await _moved_too_late(at)
        await at.push()
        assert at.busy_without_booking() == []
        # The decision waits as it did, and nothing more is written at the next push.
        assert [one.kind for one in await at.store.call(at.acting.clashes)] == ["clinic_cancelled"]
        before = at.portal.wire.requests
        await at.push()
        assert at.portal.wire.requests == before


@pytest.mark.parametrize(
    "settle",
    [lambda acting, clash: acting.decide(clash.id, "accept"), lambda acting, clash: acting.withdraw(clash.intent.id)],
    ids=["decided", "dismissed"],
)
async def test_claim_that_landed_after_the_person_had_settled_its_clash_is_given_back_too(settle: Settle) -> None:
    async with desk() as at:
        await _moved_too_late(at, settle=settle)
        at.clock.advance(2 * limits.LATE_CLAIM_S)
        await at.read_portal()
        await at.push()
        assert at.busy_without_booking() == []
        assert await at.store.call(at.acting.clashes) == ()
        assert await at.store.call(at.acting.shown) == ()
        await at.push()
        assert await at.store.call(at.vault.outbox.open) == []


async def test_nothing_is_asked_for_somebody_whose_right_has_ended_though_a_slot_is_held_for_them() -> None:
    async with desk() as at:
        second = await _moved_too_late(at)
        await at.store.call(at.vault.people.seal, at.people[next(iter(at.people))])
        before = at.portal.wire.requests
        await at.push()
        assert at.portal.wire.requests == before
        assert at.busy_without_booking() == [second]


async def test_slot_that_another_computer_has_taken_meanwhile_is_left_to_it() -> None:
    async with desk() as at:
        second = await _moved_too_late(at)
        held = at.box.resource("Slot", second)
        assert held is not None
        theirs = at.box.put({**held, "identifier": [{"system": IDENTIFIER_SYSTEM, "value": "another"}]})
        await at.push()
        assert at.box.resource("Slot", second) == theirs


async def test_slot_that_the_clinic_has_taken_out_of_its_timetable_is_not_offered_again() -> None:
    async with desk() as at:
        second = await _moved_too_late(at)
        at.box.clinic.close_slot(second)
        closed = at.box.resource("Slot", second)
        before = at.portal.wire.requests
        assert closed is not None
        await at.store.call(lambda: at.vault.replica.take_all(at.shelf._take(0, [closed])))
        await at.push()
        assert at.box.resource("Slot", second) == closed
        assert at.portal.wire.requests == before


class _Proxy(httpx.AsyncBaseTransport):
    """Refuses in its own words, which are no FHIR."""

    def __init__(self, inner: httpx.AsyncBaseTransport, status: int) -> None:
        self.inner = inner
        self.status = status

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.status:
            return httpx.Response(self.status, headers={"Content-Type": "text/html"}, content=b"<html>no</html>")
        return await self.inner.handle_async_request(request)


async def _behind_a_proxy(at: Desk, status: int) -> _Proxy:
    proxy = at.line.way = _Proxy(at.line.way, status)
    return proxy


async def test_refusals_of_a_proxy_end_no_act() -> None:
    for status in (403, 404, 405, 410):
        async with desk() as at:
            intent = await at.accept("book", at.slot_body(at.free_slots()[0]))
            proxy = await _behind_a_proxy(at, status)
            tally = await at.push()
            assert (tally.clashes, tally.rejected, tally.waiting) == (0, 0, 1)
            proxy.status = 0
            at.clock.advance(700)
            await at.push()
            assert len(at.bookings_of(intent)) == 1


async def test_cancel_is_not_taken_for_done_because_a_proxy_knows_no_such_page() -> None:
    async with desk() as at:
        book = await at.accept("book", at.slot_body(at.free_slots()[0]))
        await at.push()
        (made,) = at.bookings_of(book)
        await at.accept("cancel", {"booking": made["id"]})
        proxy = await _behind_a_proxy(at, 404)
        assert (await at.push()).applied == 0
        proxy.status = 0
        at.clock.advance(700)
        await at.push()
        found = at.box.resource("Appointment", made["id"])
        assert found is not None
        assert found["status"] == "cancelled"
