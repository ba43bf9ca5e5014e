"""What is told, where and once: terms of prescriptions, doses of the calendar, news after a check; by the test's own clock."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.clock import ManualClock, local_date
from desktop.session.pharmacy import RENEW_DAYS
from desktop.session.prevention_rows import Reminders
from desktop.session.session import Session


async def seen(session: Session) -> None:
    """Read everything that is under the bell, and let the system tell it."""
    await session.notices.take_new()
    await session.notices.mark([one.id for one in await session.notices.all()])


async def new(session: Session, kind: str) -> list[str]:
    """Return the subjects of unread notices of a kind."""
    rows = await session.notices.all()
    return [one.subject for one in rows if one.is_new and one.attention is not None and one.attention.kind == kind]


def until(clock: ManualClock, day: date) -> None:
    clock.advance((day - local_date(clock)).days * 86_400.0)


async def test_system_and_bell_tell_of_what_was_chosen_and_the_system_only_once(session: Session) -> None:
    notices = session.notices
    before = await notices.unread()
    await notices.choose("vaccine", "bell", on=False)
    assert 0 < await notices.unread() < before
    await notices.choose("vaccine", "bell", on=True)
    assert await notices.unread() == before
    await notices.want(False)
    assert await notices.take_new() == {}
    assert await notices.unread() == before
    await notices.want(True)
    await notices.choose("vaccine", "computer", on=False)
    first = await notices.take_new()
    assert first["message"] > 0
    assert "vaccine" not in first
    assert "visit" not in first, "visits are told by their own reminders"
    assert "change" not in first, "what the exchange did disturbs nobody unasked"
    assert await notices.take_new() == {}


async def test_marked_prescription_is_told_a_week_ahead_and_any_other_at_its_end(session: Session, clock: ManualClock) -> None:
    rows = (await session.pharmacy.view()).rows
    marked, other = [one for one in rows if one.standing == "active" and (one.days_left or 0) > RENEW_DAYS + 1][:2]
    await session.pharmacy.remind(marked.id, is_on=True)
    for one in sorted((marked, other), key=lambda one: one.valid_until or date.max):
        assert one.valid_until is not None
        until(clock, one.valid_until - timedelta(days=RENEW_DAYS + 1))
        await seen(session)
        clock.advance(86_400.0)
        is_told = await session.notices.take_new()
        assert (one.id in await new(session, "prescription_ends")) == (one is marked)
        assert is_told.get("prescription", 0) == (1 if one is marked else 0)
        clock.advance(4 * 86_400.0)
        assert (await session.notices.take_new())["prescription"] == 1
        assert await session.notices.take_new() == {}
        assert one.id in await new(session, "prescription_ends")


async def test_dose_is_told_as_many_days_ahead_as_was_chosen_and_not_where_reminders_are_off(session: Session, clock: ManualClock) -> None:
    child = session.person("Варвара")
    assert child is not None
    session.switch(child.id)
    line = (await session.vaccinations.view()).next
    assert line is not None
    assert line.on is not None
    await session.vaccinations.remind(Reminders(here=True, days=30))
    until(clock, line.on - timedelta(days=31))
    await seen(session)
    assert await new(session, "vaccine_soon") == []
    clock.advance(86_400.0)
    assert await new(session, "vaccine_soon") == [line.id]
    assert (await session.notices.take_new())["vaccine"] == 1
    assert await session.notices.take_new() == {}
    await session.vaccinations.remind(Reminders(here=False, days=30))
    assert await new(session, "vaccine_soon") == []


async def test_visit_reminder_keeps_silent_when_visits_are_not_wanted(session: Session, clock: ManualClock) -> None:
    ahead = [one for one in await session.bookings.upcoming(family=True) if one.kind == "visit" and one.certainty == "confirmed"]
    visit = min(ahead, key=lambda one: one.starts_at or clock.now() + timedelta(days=999))
    assert visit.starts_at is not None
    clock.advance((visit.starts_at - clock.now() - timedelta(minutes=50)).total_seconds())
    await session.notices.choose("visit", "computer", on=False)
    assert await session.reminders.take_due() == ()
    assert visit.id in await new(session, "visit_soon")
    await session.notices.choose("visit", "computer", on=True)
    assert [one.booking for one in await session.reminders.take_due()] == [visit.id]
