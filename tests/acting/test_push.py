"""Each act has one effect, whatever is lost on the way; the world's changes become decisions, never surprises."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from desktop.record.fhir import acts as wire
from desktop.record.intents import State
from tests.acting.desk import booked, desk, moved_by_both, seen_of


async def test_booking_made_offline_is_made_once_when_the_network_returns() -> None:
    async with desk() as at:
        slot = at.free_slots()[0]
        intent = await at.accept("book", at.slot_body(slot))
        tally = await at.push()
        (appointment,) = at.bookings_of(intent)
        assert (tally.applied, tally.waiting) == (1, 0)
        assert appointment["status"] == "booked"
        assert await at.store.call(at.vault.replica.get, "Appointment", appointment["id"]) is not None
        assert (await at.push()).applied == 0


async def test_nothing_leaves_while_it_can_still_be_taken_back() -> None:
    async with desk() as at:
        intent = await at.accept("book", at.slot_body(at.free_slots()[0]), hold_s=10)
        await at.push()
        assert sum(at.box.requests.values()) == 0
        assert await at.store.call(at.acting.withdraw, intent.id)
        at.clock.advance(60)
        await at.push()
        assert at.bookings_of(intent) == []


@pytest.mark.parametrize(
    "faults",
    ["lose_answer=0.5", "lose_request=0.5", "lose_answer@POST/Appointment=x1", "lose_answer@PUT/Slot=x2", "after_500@POST/Appointment=x2",
     "500=0.4", "429=0.4", "503=0.3, lose_answer=0.2", "cut=0.3", "html=0.3", "412@PUT/Slot=x2", "401=0.2"],
)  # fmt: skip
async def test_any_fault_leaves_one_booking_and_no_stray_claim(faults: str) -> None:
    async with desk(faults) as at:
        slots = at.free_slots()[:4]
        intents = [await at.accept("book", at.slot_body(slot)) for slot in slots]
        for _ in range(25):
            await at.push()
            at.clock.advance(700)
        at.box.faults.clear()
        await at.push_until_quiet()
        assert [len(at.bookings_of(intent)) for intent in intents] == [1, 1, 1, 1]
        assert at.busy_without_booking() == []
        assert await at.store.call(at.acting.clashes) == ()


async def test_slot_taken_by_another_patient_becomes_a_decision_and_the_choice_books() -> None:
    async with desk() as at:
        first, second = at.free_slots()[:2]
        intent = await at.accept("book", at.slot_body(first))
        at.box.clinic.another_patient_takes(first)
        assert (await at.push()).clashes == 1
        (clash,) = await at.store.call(at.acting.clashes)
        assert (clash.kind, clash.intent.id) == ("slot_gone", intent.id)
        chosen = await at.store.call(at.acting.decide, clash.id, "other_slot", slot=at.slot_body(second))
        assert chosen is not None
        await at.push()
        assert len(at.bookings_of(chosen)) == 1
        assert at.bookings_of(intent) == []
        assert await at.store.call(at.acting.clashes) == ()


async def test_six_families_and_one_slot_give_one_winner_and_five_decisions() -> None:
    async with desk() as first:
        slot = first.free_slots()[0]
        others = [desk(box=first.box, seed=seed) for seed in range(2, 7)]
        desks = [first, *[await other.__aenter__() for other in others]]
        intents = [await one.accept("book", one.slot_body(slot)) for one in desks]
        await asyncio.gather(*(one.push() for one in desks))
        for one in desks:
            await one.push_until_quiet()
        made = [len(first.bookings_of(intent)) for intent in intents]
        clashes = [len(await one.store.call(one.acting.clashes)) for one in desks]
        assert (sum(made), sum(clashes)) == (1, 5)
        for other in others:
            await other.__aexit__(None, None, None)
        # One token, six computers: the box rightly sees parallel writers, which a single client must never be.
        first.box.violations[:] = [
            one for one in first.box.violations if "parallel" not in one and "at once" not in one
        ]


@pytest.mark.parametrize("faults", ["", "lose_answer@PUT/Appointment=x1", "lose_answer@PUT/Slot=x2", "lose_answer=0.4"])
async def test_reschedule_is_one_step_and_frees_the_old_slot(faults: str) -> None:
    async with desk() as at:
        old, new = at.free_slots()[:2]
        _, booking = await booked(at, old)
        at.box.faults.parse(faults)
        intent = await at.accept("reschedule", {"booking": booking, **at.slot_body(new)}, seen=seen_of(at, booking))
        for _ in range(12):
            await at.push()
            at.clock.advance(700)
        at.box.faults.clear()
        await at.push_until_quiet()
        found = at.box.resource("Appointment", booking)
        assert found is not None
        assert wire.booking_seen(found).slots == (new,)
        freed = at.box.resource("Slot", old)
        assert freed is not None
        assert freed["status"] == "free"
        assert len(at.bookings_of(intent)) == 1
        assert at.busy_without_booking() == []


async def test_reschedule_onto_a_taken_slot_keeps_the_old_booking() -> None:
    async with desk() as at:
        old, new = at.free_slots()[:2]
        _, booking = await booked(at, old)
        intent = await at.accept("reschedule", {"booking": booking, **at.slot_body(new)}, seen=seen_of(at, booking))
        at.box.clinic.another_patient_takes(new)
        await at.push()
        found = at.box.resource("Appointment", booking)
        assert found is not None
        assert (found["status"], wire.booking_seen(found).slots) == ("booked", (old,))
        (clash,) = await at.store.call(at.acting.clashes)
        assert (clash.kind, clash.theirs["booking"], clash.intent.id) == ("slot_gone", booking, intent.id)


async def test_booking_moved_by_both_is_decided_by_the_person() -> None:
    async with desk() as at:
        _, mine, theirs = at.free_slots()[:3]
        booking, clash = await moved_by_both(at)
        assert clash.kind == "moved"
        assert clash.choices == ("keep_theirs", "mine", "other_slot", "cancel")
        again = await at.store.call(at.acting.decide, clash.id, "mine")
        assert again is not None
        await at.push()
        found = at.box.resource("Appointment", booking)
        assert found is not None
        assert wire.booking_seen(found).slots == (mine,)
        released = at.box.resource("Slot", theirs)
        assert released is not None
        assert released["status"] == "free"
        assert at.busy_without_booking() == []


@pytest.mark.parametrize("faults", ["", "lose_answer@PUT/Appointment=x1", "412@PUT/Appointment=x1", "500=0.4"])
async def test_cancel_holds_even_where_the_clinic_moved_the_visit(faults: str) -> None:
    async with desk() as at:
        old, theirs = at.free_slots()[:2]
        _, booking = await booked(at, old)
        await at.accept("cancel", {"booking": booking, "reason": "cant_come"}, seen=seen_of(at, booking))
        at.box.clinic.move(booking, theirs)
        at.box.faults.parse(faults)
        for _ in range(12):
            await at.push()
            at.clock.advance(700)
        at.box.faults.clear()
        await at.push_until_quiet()
        found = at.box.resource("Appointment", booking)
        assert found is not None
        assert found["status"] == "cancelled"
        assert found["cancelationReason"]["text"] == "cant_come"


async def test_cancelling_what_the_clinic_cancelled_is_done_already() -> None:
    async with desk() as at:
        _, booking = await booked(at, at.free_slots()[0])
        await at.accept("cancel", {"booking": booking})
        at.box.clinic.cancel(booking)
        tally = await at.push()
        assert (tally.applied, tally.clashes, tally.waiting) == (1, 0, 0)


async def test_reschedule_of_an_unsent_booking_waits_for_it_and_follows_it() -> None:
    async with desk() as at:
        first, second = at.free_slots()[:2]
        book = await at.accept("book", at.slot_body(first))
        move = await at.accept("reschedule", {"booking": book.id, **at.slot_body(second)})
        assert (move.after, move.subject) == (book.id, book.id)
        await at.push()
        await at.push_until_quiet()
        (appointment,) = at.bookings_of(book)
        assert wire.booking_seen(appointment).slots == (second,)
        assert wire.intents_of(appointment) == (book.id, move.id)
        freed = at.box.resource("Slot", first)
        assert freed is not None
        assert freed["status"] == "free"


async def test_time_that_passed_before_the_network_returned_is_a_decision() -> None:
    async with desk() as at:
        await at.accept("book", at.slot_body(at.free_slots()[0]))
        at.clock.advance(timedelta(days=40).total_seconds())
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        assert clash.kind == "expired"
        assert at.busy_without_booking() == []


async def test_lost_right_ends_in_a_decision_and_sends_nothing() -> None:
    async with desk() as at:
        child = list(at.people)[1]
        await at.accept("book", at.slot_body(at.free_slots()[0]), person=child)
        await at.store.call(at.vault.people.seal, at.people[child])
        await at.push()
        (clash,) = await at.store.call(at.acting.clashes)
        assert clash.kind == "rights_lost"
        assert sum(at.box.requests.values()) == 0


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "house_call",
            {
                "address": "ул. Речная, 3",
                "phone": "+70000000000",
                "symptoms": "жар",
                "on": "2026-05-14",
                "no_red_flags": True,
            },
        ),
        ("waitlist.join", {"specialty": "Окулист", "from": "2026-05-15", "to": "2026-06-15"}),
        ("certificate.order", {"certificate": "pool", "answers": {"цель": "бассейн"}}),
        ("result.ask", {"subject": "DiagnosticReport/r1", "text": "Что делать дальше?"}),
        ("visit.rate", {"subject": "Encounter/e1", "stars": "5"}),
    ],
)
async def test_every_request_is_made_once_though_its_answer_was_lost(kind: str, body: dict[str, object]) -> None:
    async with desk() as at:
        intent = await at.accept(kind, dict(body))
        at.box.faults.parse("lose_answer@POST=x1")
        await at.push_until_quiet()
        rows = at.box.shelf.rows("SELECT type, id FROM item WHERE live")
        made = [one for type, id in rows if (one := at.box.resource(type, id)) and intent.id in wire.intents_of(one)]
        assert len(made) == 1


async def test_effect_that_shows_up_late_overturns_a_refusal() -> None:
    async with desk() as at:
        slot = at.free_slots()[0]
        intent = await at.accept("book", at.slot_body(slot))
        at.box.clinic.another_patient_takes(slot)
        await at.push()
        overturned = await at.store.call(at.acting.notice_effects, [(intent.id, "b77")])
        assert [one.id for one in overturned] == [intent.id]
        assert await at.store.call(at.acting.clashes) == ()
        assert await at.store.call(at.acting.get, intent.id) is None


async def test_act_changed_while_it_was_on_its_way_is_not_settled_by_the_old_answer() -> None:
    async with desk() as at:
        intent = await at.accept("waitlist.join", {"specialty": "Окулист", "from": "2026-05-15", "to": "2026-06-15"})
        sending = await at.store.call(at.acting.begin, intent)
        with at.vault.acts():
            at.vault.outbox.rewrite(intent.id, body={**intent.body, "to": "2026-07-01"}, precondition={})
        from desktop.store.acting import End

        assert not await at.store.call(at.acting.end, End(intent=sending, state=State.APPLIED, answer="a1"))
        kept = await at.store.call(at.acting.get, intent.id)
        assert kept is not None
        assert kept.body["to"] == "2026-07-01"
