"""A booking on paper and in a calendar: the ticket as a sheet, visits as an .ics file. Text of the portal enters as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from desktop.session.rows import BookingRow, PersonRow
from desktop.views import visit_words, wording
from desktop.views.parts import shown
from desktop.views.typeset import Facts, Sheet, Text
from desktop.words import tr

if TYPE_CHECKING:
    import icalendar

_USUAL = timedelta(minutes=20)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def sheet(booking: BookingRow, owner: PersonRow | None, *, today: date) -> Sheet:
    """Return the ticket to be typeset."""
    pairs = []
    if owner is not None:
        pairs.append((tr("bookings.paper_who"), " ".join(part for part in (owner.family, owner.given, owner.middle) if part)))
        if owner.birth_date is not None:
            pairs.append((tr("bookings.paper_born"), wording.paper_day(owner.birth_date)))
    when = visit_words.whole(booking.starts_at) if booking.starts_at is not None else tr("bookings.no_day")
    where = ", ".join(part for part in (booking.clinic, booking.address) if part)
    facts = (("doctor", visit_words.title(booking)), ("when", when), ("where", where), ("room", booking.room),
             ("advice", booking.advice), ("state", visit_words.status(booking)[1]), ("number", booking.id))  # fmt: skip
    pairs += [(tr(f"bookings.paper_{name}"), shown(value)) for name, value in facts if value]
    blocks: list[Facts | Text] = [Facts(pairs=pairs)]
    if booking.certainty == "pending":
        blocks.append(Text(text=tr("bookings.paper_pending"), is_strong=True))
    title = tr("bookings.paper_title")
    return Sheet(kind=title, title=title, origin=wording.paper_origin(today), blocks=blocks)


def calendar(bookings: Iterable[BookingRow], *, now: datetime) -> bytes:
    """Return visits as an iCalendar file; those without a time have no place in it. *Source*: RFC 5545; security.md R-53."""
    # A hundred modules, which a page of bookings does not wait for.
    import icalendar

    whole = icalendar.Calendar()
    whole.add("prodid", "-//Medkarta//RU")
    whole.add("version", "2.0")
    for booking in bookings:
        if booking.starts_at is not None:
            whole.add_component(_event(booking, booking.starts_at, now=now))
    made: bytes = whole.to_ical()
    return made


def _event(booking: BookingRow, starts_at: datetime, *, now: datetime) -> icalendar.Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", f"{_plain(booking.id)}@medkarta")
    event.add("dtstamp", now)
    # In UTC: a bare offset would need a time zone of its own in the file, which readers do not agree on.
    event.add("dtstart", starts_at.astimezone(UTC))
    event.add("dtend", (booking.ends_at or starts_at + _USUAL).astimezone(UTC))
    event.add("summary", _plain(visit_words.title(booking)))
    where = ", ".join(part for part in (booking.clinic, booking.address, booking.room) if part)
    if where:
        event.add("location", _plain(where))
    notes = [booking.advice, tr("bookings.not_fixed") if booking.certainty == "pending" else ""]
    if any(notes):
        event.add("description", _plain("\n".join(note for note in notes if note)))
    event.add("status", "CONFIRMED" if booking.certainty == "confirmed" else "TENTATIVE")
    return event


def _plain(text: str) -> str:
    """Return text without control characters: the library escapes the rest, a line break too."""
    return _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
