"""Bookings in words: hours on the clinic's own clock, states, acts and decisions. Knows the catalogue, no widget.

A visit's time is said in the offset that the clinic wrote, whatever clock this computer keeps: 10:40 in the clinic stays 10:40.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from desktop import limits
from desktop.views import wording
from desktop.words import has, tr

if TYPE_CHECKING:
    from desktop.session.rows import BookingRow, ClashRow, JournalRow, OutboxRow

AT_CLINIC: Final = ("proposed", "pending")


def hour(at: datetime) -> str:
    """Write the hour on the clinic's clock, without a leading zero: 9:05."""
    return f"{at.hour}:{at.minute:02d}"


def near(at: datetime, *, today: date) -> str:
    """Write a free time shortly: «20 мая, 16:30», «завтра, 17:40»."""
    return tr("bookings.near", day=wording.near_day(at.date(), today=today), time=hour(at))


def when(at: datetime, *, today: date) -> str:
    """Write a time with its weekday: «22 мая, пятница, 9:20»."""
    return tr("bookings.when", day=wording.day(at.date(), today=today), weekday=wording.weekday(at.date()), time=hour(at))


def whole(at: datetime) -> str:
    """Write a time with everything: «Пятница, 22 мая 2026, 9:20»."""
    name = wording.weekday(at.date())
    day = tr("shell.day_year", day=at.day, month=tr(f"shell.month_{at.month}"), year=at.year)
    return tr("bookings.whole", weekday=name[0].upper() + name[1:], day=day, time=hour(at))


def ahead(at: datetime, *, today: date) -> str:
    """Write how many days are left: «Через 8 дней»."""
    days = (at.date() - today).days
    return tr("bookings.in_days", days) if days > 1 else tr("bookings.tomorrow" if days == 1 else "bookings.today")


def stub(row: BookingRow, *, today: date) -> tuple[str, str, str]:
    """Return day, what stands under it and hour, for the stub of a ticket."""
    at = row.was_at if row.certainty == "clash" and row.was_at and row.starts_at is None else row.starts_at
    if at is None:
        return tr("bookings.no_day"), "", ""
    on = at.date()
    is_near = abs((on - today).days) <= 1
    day = wording.near_day(on, today=today)
    first = day[0].upper() + day[1:] if is_near else str(on.day)
    under = wording.day(on, today=today) if is_near else wording.day_under(on)
    if on.year != today.year:
        under = tr("bookings.under_year", under=under, year=on.year)
    return first, under, stub_hour(row)


def stub_hour(row: BookingRow) -> str:
    """Return the last line of a stub: the hour, «до 18:00» of a house call, the end of a wait."""
    if row.kind == "house_call":
        return tr("bookings.until", time=hour(row.ends_at)) if row.ends_at is not None and row.ends_at.hour else ""
    if row.kind == "waiting":
        return ""
    return hour(row.starts_at) if row.starts_at is not None else ""


def is_here(row: BookingRow) -> bool:
    """Say whether a pending ticket waits on this computer, not at the clinic."""
    return row.intent is not None


def status(row: BookingRow) -> tuple[str, str]:
    """Return icon and words of what is certain about a ticket."""
    if row.certainty == "pending" and is_here(row):
        # A booking that is only moved here stays a booking here: it has not been sent at all.
        kind = {"house_call": "house_call", "waitlist.join": "waiting"}.get(row.pending, row.pending.rpartition(".")[2])
        key = f"bookings.pending_{kind}"
        return "clock", tr(key) if has(key) else tr("bookings.status_pending")
    if row.certainty == "pending":
        return "clock", tr("bookings.status_proposed" if row.status == "proposed" else "bookings.status_at_clinic")
    if row.certainty == "confirmed":
        return ("hourglass", tr("bookings.status_waits")) if row.kind == "waiting" else ("seal", tr("bookings.status_confirmed"))
    if row.certainty == "cancelled":
        by = {"pat": "by_person", "prov": "by_clinic"}.get(row.cancelled_by, "")
        words = tr(f"bookings.cancelled_{by}" if by else "bookings.status_cancelled")
        if row.status == "noshow":
            words = tr("bookings.status_noshow")
        # The patient's reason is our own word; the clinic's is said as the clinic wrote it.
        own = f"act.reason_{row.reason}"
        why = tr(own) if row.reason and has(own) else row.reason
        return "ban", tr("bookings.with_reason", words=words, why=why) if why else words
    if row.certainty == "past":
        return "check", tr("bookings.status_past")
    return "conflict", tr("bookings.status_clash")


def title(row: BookingRow) -> str:
    """Return the bold line of a ticket: «Кардиолог, Гусев А. В.»."""
    if row.kind == "house_call":
        first = tr("bookings.at_home", specialty=row.specialty) if row.specialty else tr("bookings.house_call")
    else:
        first = row.specialty or tr("bookings.visit")
    return tr("bookings.with_doctor", specialty=first, doctor=row.doctor) if row.doctor else first


def within(room: str) -> str:
    """Write a room as it stands within a line: «кабинет 312», whatever letter the portal begins it with."""
    return room[:1].lower() + room[1:]


def place(row: BookingRow) -> str:
    """Return where: «Городская поликлиника № 2, кабинет 312», or the address of a house call."""
    if row.kind == "house_call":
        return row.address
    return ", ".join(part for part in (row.clinic, within(row.room) or row.address) if part)


def named(row: BookingRow, *, today: date) -> str:
    """Name the object of a question: «приём 19 мая, 10:40»."""
    if row.kind == "house_call":
        return tr("bookings.name_house_call", day=wording.near_day(row.starts_at.date(), today=today) if row.starts_at else "")
    if row.kind == "waiting":
        return tr("bookings.name_waiting", specialty=row.specialty)
    if row.starts_at is None:
        return tr("bookings.name_visit_undated")
    return tr("bookings.name_visit", day=wording.day(row.starts_at.date(), today=today), time=hour(row.starts_at))


# --- acts
def act(row: OutboxRow, *, today: date) -> tuple[str, str]:
    """Return what an act is and how it stands: «Запись: Кардиолог, 19 мая, 10:40»."""
    body = dict(row.body)
    key = f"act.{row.kind.replace('.', '_')}"
    name = tr(key) if has(key) else tr("act.other")
    at = _moment(body.get("starts_at"))
    about = ", ".join(part for part in (body.get("specialty", ""), near(at, today=today) if at else body.get("title", "")) if part)
    return tr("act.about", act=name, about=about) if about else name, _standing(row)


def _standing(row: OutboxRow) -> str:
    if row.state == "rejected":
        return tr("act.refused")
    if row.next_try_at is not None and row.tries:
        if row.reason == "busy":
            return tr("act.busy", time=wording.clock_time(row.next_try_at))
        return tr("act.retry", time=wording.clock_time(row.next_try_at))
    if row.state == "sending" and row.tries:
        return tr("act.asking")
    return tr("act.waits")


# --- decisions
def clash(kind: str) -> tuple[str, str]:
    """Return the bold line and the explanation of a kind of decision."""
    return tr(f"clash.{kind}"), tr(f"clash.{kind}_more")


def explained(kind: str) -> str:
    """Return the explanation under a title: in words of its own where those of the ticket only end the bold line's sentence."""
    told = f"clash.{kind}_told"
    return tr(told if has(told) else f"clash.{kind}_more")


LOST: Final = ("slot_gone", "expired", "same_time", "other_age", "clinic_cancelled", "booking_gone")
"""Decisions that need another time: the nearest ones are offered at once."""


def clash_title(about: str, kind: str) -> str:
    """Return a decision in one line: «Окулист: это время уже заняли»."""
    said = clash(kind)[0].rstrip(",.:")
    return f"{about}: {said[0].lower()}{said[1:]}" if about else said


def choice(row: ClashRow, name: str, *, today: date) -> str:
    """Return the words of a choice's button: the time itself where two times stand against each other."""
    timed = {"keep_theirs": "keep_at", "accept_time": "accept_at", "mine": "take_at"}
    if row.kind in ("moved", "proposed") and name in timed:
        at = moment(dict(row.mine if name == "mine" else row.theirs))
        if at is not None:
            return tr(f"clash.{timed[name]}", at=near(at, today=today))
    return tr(next(key for key in (f"clash.{row.kind}_{name}", f"clash.choice_{name}_{row.act}", f"clash.choice_{name}") if has(key)))


def decided(row: ClashRow, name: str) -> str:
    """Say what a choice has come to: letting go of a move leaves the visit where it was."""
    known = (f"clash.{row.kind}_decided_{name}", f"clash.decided_{name}_{row.act}", f"clash.decided_{name}", "clash.decided")
    return tr(next(key for key in known if has(key)))


_THERE: Final = {"proposed": "clock", "already_booked": "seal", "same_time": "seal", "too_late": "ban", "rights_lost": "ban",
                 "needs_code": "clock", "wrong_code": "clock", "old_code": "clock"}  # fmt: skip
_HERE: Final = {
    "slot_gone": "gone", "expired": "gone", "same_time": "cannot", "other_age": "cannot", "already_booked": "cannot", "too_late": "late",
    "rights_lost": "late", "clinic_cancelled": "nothing", "booking_gone": "nothing", "needs_code": "waits",
    "wrong_code": "waits", "old_code": "waits", "refused": "waits",
}  # fmt: skip


def standing_there(kind: str, *, is_there: bool) -> tuple[str, str]:
    """Return icon and words of what the clinic has in a decision."""
    if kind in _THERE:
        return _THERE[kind], tr(f"clash.{kind}_theirs")
    return ("seal", tr("clash.theirs_holds")) if is_there else ("ban", tr("clash.theirs_none"))


def standing_here(kind: str, act: str) -> tuple[str, str]:
    """Return icon and words of what has become of the person's wish in a decision."""
    key = _HERE.get(kind, "agreed" if act == "accept" else "asks")
    return "clock" if key in ("waits", "agreed", "asks") else "ban", tr(f"clash.mine_{key}")


def event(entry: JournalRow, *, today: date) -> str:
    """Return a line of the journal about an act or a decision: «Клиника приняла: Запись»."""
    facts = dict(entry.facts)
    is_clash = entry.event.startswith("clash.")
    kind = facts.get("act" if is_clash else "kind", "")
    name = f"act.{kind.replace('.', '_')}"
    known = f"clash.{facts.get('kind', '')}"
    decision = tr(known).rstrip(",.:") if is_clash and has(known) else ""
    key = f"act.event_{entry.event.removeprefix('act.').replace('.', '_')}"
    if not has(key):
        return tr("exchange.event_other", event=entry.event)
    said = tr(key, act=tr(name if has(name) else "act.other"), clash=decision)
    at = _moment(facts.get("at"))
    return f"{said}. {when(at, today=today)}" if at is not None else said


def age(as_of: datetime | None, *, now: datetime) -> tuple[str, bool]:
    """Return the words about the age of free times, and whether they are old."""
    if as_of is None:
        return tr("wizard.age_none"), True
    is_old = (now - as_of).total_seconds() > limits.SLOTS_FRESH_S
    today = now.astimezone().date()
    local = as_of.astimezone()
    at = wording.clock_time(as_of) if local.date() == today else wording.moment(as_of, today=today)
    return tr("wizard.age_old" if is_old else "wizard.age_fresh", at=at), is_old


def moment(facts: Mapping[str, str], name: str = "starts_at") -> datetime | None:
    """Return a time among named facts, or None."""
    return _moment(facts.get(name))


def _moment(words: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(words) if words else None
    except ValueError:
        return None
