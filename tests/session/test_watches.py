"""The waiting list that works by itself, and reminders: real session, the portal in the box, the test's own clock."""

from __future__ import annotations

from datetime import timedelta

import pytest

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.errors import UsageError
from desktop.record.slots import Watch
from desktop.session.session import Session
from desktop.session.watches import WatchRow


def wish(session: Session, **more: object) -> Watch:
    today = session.clock.now().date()
    fields = {"specialty": "Ортопед", "person": child(session), "first_day": today, "last_day": today + timedelta(days=28), **more}
    return Watch(id="", **fields)  # type: ignore[arg-type]


def child(session: Session) -> int:
    """Return whose orthopaedist it is: the doctor receives in the children's clinic."""
    return next(one.id for one in session.people if one.given == "Тимофей")


async def empty_the_orthopaedist(session: Session, box: DemoPortal) -> str:
    """Close every free time of the specialty and return the doctor's timetable."""
    free = await session.bookings.free(specialty="Ортопед")
    for slot in free:
        box.clinic.close_slot(slot.id)
    await session.exchange.run_now(documents="none")
    assert await session.bookings.free(specialty="Ортопед") == ()
    return free[0].schedule


async def test_wish_waits_while_nothing_is_free_and_prepares_a_booking_when_a_time_appears(session, box) -> None:
    schedule = await empty_the_orthopaedist(session, box)
    news: list[WatchRow] = []
    session.watches.on_found = news.append
    id = await session.watches.add(wish(session))
    (row,) = await session.watches.all()
    assert (row.slot, news) == ("", [])
    start = session.clock.now().replace(minute=0) + timedelta(days=3, hours=2)
    (opened,) = box.clinic.add_free(schedule, start)
    session.clock.advance(600)
    await session.exchange.run_now(documents="none")
    (row,) = await session.watches.all()
    assert (row.slot, len(news)) == (opened, 1)
    session.switch(child(session))
    home = await session.home.view()
    assert [one.subject for one in home.attention if one.kind == "watch_found"] == [f"watch:{id}"]
    act = await session.watches.book(id)
    assert await session.watches.all() == ()
    assert (await session.bookings.get(act)).certainty == "pending"
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    assert any(one.slot == opened and one.certainty == "confirmed" for one in await session.bookings.upcoming(family=True))


async def test_wish_that_may_books_once_however_often_it_is_looked_at(session, box) -> None:
    schedule = await empty_the_orthopaedist(session, box)
    await session.watches.add(wish(session, books_by_itself=True))
    box.clinic.add_free(schedule, session.clock.now().replace(minute=0) + timedelta(days=3, hours=2), count=3)
    for _ in range(4):
        session.clock.advance(600)
        await session.exchange.run_now(documents="none")
        await session.watches.evaluate()
    rows = [one for one in await session.bookings.upcoming(family=True) if one.specialty == "Ортопед" and one.kind == "visit"]
    assert [one.certainty for one in rows] == ["confirmed"]


async def test_wish_does_not_prepare_a_time_at_which_the_person_is_elsewhere(session, box) -> None:
    schedule = await empty_the_orthopaedist(session, box)
    visit = next(one for one in await session.bookings.upcoming() if one.kind == "visit" and one.certainty == "confirmed")
    box.clinic.add_free(schedule, visit.starts_at)
    session.clock.advance(600)
    await session.exchange.run_now(documents="none")
    await session.watches.add(wish(session, person=visit.person))
    (row,) = await session.watches.all()
    assert row.slot == ""


async def test_decision_to_wait_for_a_lost_time_is_a_wish_until_it_is_taken_back(session, box) -> None:
    (slot, *_) = await session.bookings.free(specialty="Ортопед")
    await session.bookings.book(slot.id, session.people[0].id)
    box.clinic.another_patient_takes(slot.id)
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    (clash,) = await session.bookings.clashes()
    assert await session.bookings.decide(clash.id, "watch") == ""
    (row,) = await session.watches.all()
    assert (row.watch.person, row.watch.specialty, row.names) == (clash.person, "Ортопед", (f"Ортопед, {slot.doctor}",))
    assert await session.bookings.take_back(clash.id)
    assert (await session.watches.all(), await session.bookings.clashes()) == ((), (clash,))


async def test_wish_ends_with_its_last_day_and_comes_back_when_asked(session) -> None:
    id = await session.watches.add(wish(session))
    gone = await session.watches.remove(id)
    assert await session.watches.all() == ()
    await session.watches.bring_back(gone)
    (row,) = await session.watches.all()
    assert row.watch == gone.watch
    session.clock.advance(40 * 24 * 3600)
    await session.watches.evaluate()
    assert await session.watches.all() == ()
    with pytest.raises(UsageError):
        await session.watches.remove(id)


async def test_wish_with_its_days_the_wrong_way_round_is_refused(session) -> None:
    today = session.clock.now().date()
    with pytest.raises(UsageError):
        await session.watches.add(wish(session, first_day=today, last_day=today - timedelta(days=1)))


async def test_visit_is_told_a_day_and_an_hour_ahead_once_each_and_only_as_chosen(session, clock: ManualClock) -> None:
    visit = next(one for one in await session.bookings.upcoming() if one.specialty == "Кардиолог")
    assert await session.reminders.take_due() == ()
    clock.advance((visit.starts_at - clock.now()).total_seconds() - 23 * 3600)
    assert [(one.booking, one.ahead) for one in await session.reminders.take_due()] == [(visit.id, "day")]
    assert await session.reminders.take_due() == ()
    clock.advance(22.5 * 3600)
    assert [one.ahead for one in await session.reminders.take_due()] == ["hour"]
    clock.advance(3600)
    assert await session.reminders.take_due() == ()


async def test_visit_that_is_not_to_be_told_is_not_told(session, clock: ManualClock) -> None:
    visit = next(one for one in await session.bookings.upcoming() if one.specialty == "Кардиолог")
    await session.reminders.choose(visit.slot, ("hour",))
    clock.advance((visit.starts_at - clock.now()).total_seconds() - 23 * 3600)
    assert visit.id not in [one.booking for one in await session.reminders.take_due()]


async def test_history_of_a_booking_names_each_change_and_no_other_bookings(session) -> None:
    (slot, *_), person = await session.bookings.free(specialty="Невролог"), session.people[0].id
    act = await session.bookings.book(slot.id, person)
    (other, *_) = await session.bookings.free(specialty="Окулист")
    await session.bookings.book(other.id, person)
    session.clock.advance(60)
    await session.exchange.run_now(documents="none")
    mine = next(one for one in await session.bookings.upcoming() if one.slot == slot.id)
    await session.bookings.cancel(mine.id, "ill")
    lines = await session.openings.history(await session.bookings.get(mine.id))
    assert [(one.event, dict(one.facts)["kind"]) for one in lines] == [
        ("act.accepted", "cancel"), ("act.applied", "book"), ("act.accepted", "book"),
    ]  # fmt: skip
    assert dict(lines[-1].facts)["intent"] == act
