"""A check-up in one day: what is left is laid around what is booked, as one timetable. A proposal only: the clinic confirms it.

Owns: the order (fasting and measurements first, the concluding doctor last) and the gaps. Knows no free slot of any doctor.
LIMIT: how long a step takes is the portal's word; without it a quarter of an hour is our own guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from desktop.record.prevention import Step

OPENS: Final = time(8, 20)
GAP: Final = timedelta(minutes=10)
USUAL_MINUTES: Final = 15
DAYS_AHEAD: Final = 3
_LAST_WORDS: Final = ("приём терапевта", "прием терапевта", "осмотр терапевта", "осмотр педиатра", "приём педиатра", "педиатр")
_LAST_CODES: Final = ("B01.047", "B01.031", "B04.047", "B04.031")
_SURVEY: Final = "анкет"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One stop: when, how long, what."""

    at: datetime
    minutes: int
    steps: tuple[Step, ...]
    is_booked: bool


def is_last(step: Step) -> bool:
    """Say whether a step is the doctor who draws the conclusion; a questionnaire with the same code is not."""
    words = step.title.casefold()
    if _SURVEY in words:
        return False
    return step.code.startswith(_LAST_CODES) or any(words.startswith(known) for known in _LAST_WORDS)


def day_of(steps: Sequence[Step], *, today: date) -> date | None:
    """Return the day to put everything on: the first day ahead on which something is booked, else the first working day in some days.

    None when nothing is left.
    """
    if not any(step.standing == "left" for step in steps):
        return None
    booked = [step.starts_at.date() for step in steps if step.standing == "booked" and step.starts_at is not None]
    ahead = sorted(day for day in booked if day > today)
    if ahead:
        return ahead[0]
    day = today + timedelta(days=DAYS_AHEAD)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


def arrange(steps: Sequence[Step], *, on: date, zone: tzinfo) -> tuple[Stop, ...]:
    """Lay out one day: short steps at its beginning and between what is booked, the concluding doctor after everything."""
    stops = [
        Stop(at=step.starts_at, minutes=_length(step), steps=(step,), is_booked=True)
        for step in steps
        if step.standing == "booked" and step.starts_at is not None and step.starts_at.date() == on
    ]
    left = [step for step in steps if step.standing == "left"]
    at = datetime.combine(on, OPENS, zone)
    for step in (one for one in left if not is_last(one)):
        at = _free_from(at, _length(step), stops)
        stops.append(Stop(at=at, minutes=_length(step), steps=(step,), is_booked=False))
        at += timedelta(minutes=_length(step))
    for step in (one for one in left if is_last(one)):
        end = max((stop.at + timedelta(minutes=stop.minutes) for stop in stops), default=at - GAP)
        stops.append(Stop(at=_rounded(end + GAP), minutes=_length(step), steps=(step,), is_booked=False))
    return _joined(sorted(stops, key=lambda stop: stop.at))


def _free_from(at: datetime, minutes: int, stops: Sequence[Stop]) -> datetime:
    """Return the first moment from `at` on at which `minutes` fit with a gap before the next booked stop."""
    for stop in sorted((one for one in stops if one.is_booked), key=lambda one: one.at):
        if at + timedelta(minutes=minutes) + GAP <= stop.at:
            return at
        after = stop.at + timedelta(minutes=stop.minutes) + GAP
        if at < after:
            at = _rounded(after)
    return at


def _rounded(at: datetime) -> datetime:
    """Round up to ten minutes: timetables stand on them."""
    over = at.minute % 10
    return at + timedelta(minutes=(10 - over) % 10)


def _length(step: Step) -> int:
    if step.starts_at is not None and step.ends_at is not None and step.ends_at > step.starts_at:
        return min(int((step.ends_at - step.starts_at).total_seconds() // 60), 240)
    return step.minutes or USUAL_MINUTES


def _joined(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """Join proposed steps that follow one another without a pause into one stop."""
    made: list[Stop] = []
    for stop in stops:
        before = made[-1] if made else None
        if (
            before is not None
            and not (before.is_booked or stop.is_booked or is_last(stop.steps[0]))
            and before.at + timedelta(minutes=before.minutes) == stop.at
        ):
            made[-1] = Stop(
                at=before.at, minutes=before.minutes + stop.minutes, steps=before.steps + stop.steps, is_booked=False
            )
        else:
            made.append(stop)
    return tuple(made)
