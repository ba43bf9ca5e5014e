"""What is refused before anything is kept: times that are over or taken by oneself, bookings that are over, days that have passed."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from desktop.demo.portal import DemoPortal
from desktop.errors import BugError, UsageError, WrongPassphrase
from desktop.record.acts import ACTS
from desktop.session.session import Session


async def refusal(act: Awaitable[str]) -> str:
    with pytest.raises(UsageError) as told:
        await act
    return told.value.code


async def test_act_that_cannot_be_is_refused_before_it_is_kept(session: Session) -> None:
    desk, me = session.bookings, session.people[0].id
    visit = next(one for one in await desk.upcoming() if one.specialty == "Кардиолог")
    past = next(one for one in await desk.past() if one.kind == "visit" and one.certainty == "past")
    first, *_, last = await desk.free(specialty="Окулист")
    call = {"address": "ул. Речная, 3", "phone": "+79000000000", "symptoms": "жар", "no_red_flags": True}
    assert await refusal(desk.act("house_call", me, {**call, "on": "2026-05-13"})) == "act.past_day"
    for wrong in ({"phone": "нет"}, {"phone": "1234"}, {"temperature": 99}):
        assert await refusal(desk.act("house_call", me, {**call, "on": "2026-05-14", **wrong})) == "act.bad_field"
    wait = {"specialty": "Окулист", "from": "2026-06-20", "to": "2026-06-01"}
    assert await refusal(desk.act("waitlist.join", me, wait)) == "watch.days"
    theirs = await session.subjects.rows("visits", person=session.people[1].id, limit=1)
    for kind, body in (
        ("visit.rate", {"subject": "Encounter/none", "stars": "5"}), ("visit.rate", {"subject": theirs[0]["id"], "stars": "5"}),
        ("clinic.write", {"clinic_id": "none", "text": "Когда приём?"}), ("certificate.order", {"certificate": "none"}),
    ):  # fmt: skip
        assert await refusal(desk.act(kind, me, body)) == "act.bad_field", body
    assert await refusal(desk.act("cancel", me, {"booking": "none"})) == "booking.unknown"
    assert await refusal(desk.act("cancel", session.people[1].id, {"booking": visit.id})) == "booking.unknown"
    assert await refusal(desk.act("book", me, {"slot": "none", "starts_at": "2026-05-20T09:00:00+03:00"})) == "slot.unknown"
    assert await refusal(desk.reschedule(past.id, last.id)) == "booking.over"
    assert await refusal(desk.cancel(past.id)) == "booking.over"
    await desk.book(last.id, me)
    assert await refusal(desk.book(last.id, me)) == "slot.overlaps"
    assert await refusal(desk.reschedule(visit.id, last.id)) == "slot.overlaps"
    session.clock.advance((first.starts_at - session.clock.now()).total_seconds())
    assert await refusal(desk.book(first.id, me)) == "slot.past"
    assert [one.kind for one in await desk.outbox()] == ["book"]


async def test_visit_may_move_within_its_own_hour_and_another_person_may_go_at_the_same_time(session: Session, box: DemoPortal) -> None:
    visit = next(one for one in await session.bookings.upcoming() if one.specialty == "Кардиолог")
    schedule = next(slot.schedule for slot in await session.bookings.free(doctor="Гусев"))
    (near,) = box.clinic.add_free(schedule, visit.starts_at + timedelta(minutes=10), minutes=20)
    session.clock.advance(700)
    await session.exchange.run_now(documents="none")
    await session.bookings.book(near, session.people[1].id)
    await session.bookings.reschedule(visit.id, near)
    assert len(await session.bookings.outbox()) == 2


async def test_nearest_times_are_none_at_which_the_person_is_elsewhere(session: Session, box: DemoPortal) -> None:
    visit = next(one for one in await session.bookings.upcoming() if one.specialty == "Кардиолог")
    (lost, *_) = await session.bookings.free(specialty="Невролог")
    (same, later) = box.clinic.add_free(lost.schedule, visit.starts_at, minutes=20, count=2)
    for slot in await session.bookings.free(specialty="Невролог"):
        if slot.id != lost.id:
            box.clinic.close_slot(slot.id)
    await session.bookings.book(lost.id, visit.person)
    box.clinic.another_patient_takes(lost.id)
    session.clock.advance(700)
    await session.exchange.run_now(documents="none")
    (clash,) = await session.bookings.clashes()
    near = [slot.id for slot in await session.bookings.alternatives(clash.id)]
    assert later in near
    assert same not in near


async def test_act_that_the_clinic_refused_waits_for_a_decision_and_the_report_says_so(session: Session, box: DemoPortal) -> None:
    box.faults.add("403", method="POST", route="Task")
    await session.bookings.act("certificate.order", session.people[0].id, {"certificate": "156u"})
    session.clock.advance(60)
    report = await session.exchange.run_now(documents="none")
    assert (report.pushed.rejected, report.pushed.clashes, report.waits_for_decision) == (1, 0, True)
    assert [clash.kind for clash in await session.bookings.clashes()] == ["refused"]


async def test_old_booking_is_found_by_its_key_however_many_came_after_it(session: Session, box: DemoPortal) -> None:
    visit = next(one for one in await session.bookings.past() if one.kind == "visit")
    patient = session.people[0].patient_id
    for n in range(401):
        at = session.clock.now() + timedelta(days=-1, minutes=-n)
        box.put({"resourceType": "Appointment", "status": "fulfilled", "start": at.isoformat(timespec="seconds"),
                 "participant": [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}]})  # fmt: skip
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    assert visit.id not in [one.id for one in await session.bookings.past()]
    assert await session.bookings.get(visit.id) == visit


async def test_visit_that_is_over_is_not_cancelled_while_its_decision_waits(session: Session, box: DemoPortal) -> None:
    desk = session.bookings
    visit = next(one for one in await desk.upcoming() if one.specialty == "Кардиолог")
    (slot, *_) = [one for one in await desk.free(doctor="Гусев") if one.id != visit.slot]
    other = next(one.id for one in await desk.free(doctor="Гусев") if one.id not in (slot.id, visit.slot))
    await desk.reschedule(visit.id, slot.id)
    box.clinic.move(visit.id, other)
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    (clash,) = await desk.clashes()
    assert clash.kind == "moved"
    moved = await desk.get(visit.id)
    assert moved.was_at is not None
    session.clock.advance((moved.was_at - session.clock.now()).total_seconds() + 3600)
    assert await refusal(desk.cancel(visit.id)) == "booking.over_decide"
    assert await refusal(desk.reschedule(visit.id, slot.id)) == "booking.over_decide"
    (clash,) = await desk.clashes()
    assert (clash.kind, clash.choices) == ("too_late", ("accept",))
    assert await refusal(desk.decide(clash.id, "cancel")) == "decide.unknown_choice"
    assert await desk.decide(clash.id, "accept") == ""
    assert (await desk.get(visit.id)).certainty == "past"


async def test_time_chosen_in_a_decision_is_one_that_has_not_begun(session: Session, box: DemoPortal) -> None:
    desk = session.bookings
    lost, first, *_ = await desk.free(specialty="Окулист")
    await desk.book(lost.id, session.people[0].id)
    box.clinic.another_patient_takes(lost.id)
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    (clash,) = await desk.clashes()
    session.clock.advance((first.starts_at - session.clock.now()).total_seconds())
    assert await refusal(desk.decide(clash.id, "other_slot", slot=first.id)) == "slot.past"


async def test_child_is_not_taken_by_a_doctor_of_adults_and_is_offered_the_childrens_clinic(session: Session, box: DemoPortal) -> None:
    desk = session.bookings
    child = next(one.id for one in session.people if one.given == "Тимофей")
    (slot, *_) = await desk.free(specialty="Окулист", doctor="Комаров")
    act = await desk.book(slot.id, child)
    session.clock.advance(60)
    report = await session.exchange.run_now(documents="none")
    assert report.pushed.clashes == 1
    (clash,) = await desk.clashes()
    assert (clash.kind, clash.choices, clash.intent) == ("other_age", ("other_slot", "drop"), act)
    assert (box.resource("Slot", slot.id) or {})["status"] == "free"
    near = await desk.alternatives(clash.id)
    assert {(one.specialty, one.clinic) for one in near} == {("Окулист", "Детская поликлиника № 1")}
    await desk.decide(clash.id, "other_slot", slot=near[0].id)
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    assert await desk.clashes() == ()
    assert [one.certainty for one in await desk.upcoming(family=True) if one.slot == near[0].id] == ["confirmed"]


async def test_act_that_consents_shares_or_signs_is_accepted_by_nobody_without_the_passphrase(session: Session) -> None:
    for kind in (kind for kind, act in ACTS.items() if act.step_up):
        with pytest.raises(BugError, match=r"passphrase\.needed"):
            await session.bookings.act(kind, session.people[0].id, {})
    both = [("certificate.order", {"certificate": "156u"}, {}), ("consent.give", {"consent": "transfer", "agreed": True}, {})]
    with pytest.raises(WrongPassphrase):
        await session.bookings.acts(session.people[0].id, both, passphrase="не та фраза")
    assert await session.bookings.outbox() == ()
