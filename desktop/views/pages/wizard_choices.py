"""The answers of the booking wizard and what may be chosen at each step. Pure: no widget, no clock, no desk.

An answer that no longer fits an earlier one is dropped; all others are kept when the person goes back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from desktop.record.slots import FreeSlot, part_of
from desktop.session.openings import Away, DoctorRow

Step = Literal["who", "specialty", "clinic", "doctor", "time", "wait", "check"]
STEPS: Final[tuple[Step, ...]] = ("who", "specialty", "clinic", "doctor", "time", "check")
ANY: Final = "*"
"""The answer «any clinic», «any doctor»: told apart from no answer."""
PARTS: Final = ("morning", "day", "evening")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What has been answered. `moves` is the booking to be moved, `clash` the decision this time settles, `watch` a wish that it ends.

    `asked` is what a referral is for in its own words, `sent_to` the clinic that it names where that one has no such doctor.
    """

    person: int = 0
    specialty: str = ""
    clinic: str = ""
    doctor: str = ""
    slot: str = ""
    referral: str = ""
    asked: str = ""
    sent_to: str = ""
    moves: str = ""
    clash: str = ""
    watch: str = ""
    remind: tuple[str, ...] = ("day", "hour")

    @property
    def fixed(self) -> tuple[Step, ...]:
        """Return the steps whose answers are not for the person to change: a referral says for whom and to which doctor."""
        if self.is_only_time:
            return ("who", "specialty", "clinic", "doctor", "check")
        return ("who", "specialty", "check") if self.referral else ("check",)

    @property
    def is_only_time(self) -> bool:
        """Say whether only the time is asked: a visit is moved, or a decision needs another time."""
        return bool(self.moves or self.clash)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose: how many free times it has and the soonest of them."""

    key: str
    title: str
    free: int = 0
    soonest: datetime | None = None
    doctor: DoctorRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the time step; `why` says why it is empty: "" | weekend | away | none, `said` is the portal's own reason."""

    on: date
    slots: tuple[FreeSlot, ...] = ()
    why: str = ""
    said: str = ""


def fold(text: str) -> str:
    """Return text as it is compared: any case, ё as е."""
    return text.casefold().replace("ё", "е")


def begins(text: str, wanted: str) -> bool:
    """Say whether every wanted word begins a word of `text`."""
    words = fold(text).replace(",", " ").replace("-", " ").split()
    return all(any(word.startswith(piece) for word in words) for piece in fold(wanted).replace("-", " ").split())


def fits(slot: FreeSlot, answers: Answers) -> bool:
    """Say whether a free time agrees with what was answered before the time."""
    return (
        slot.specialty == answers.specialty
        and (answers.clinic in ("", ANY) or slot.clinic_id == answers.clinic)
        and (answers.doctor in ("", ANY) or slot.doctor_id == answers.doctor)
    )


def soonest(slots: Iterable[FreeSlot]) -> FreeSlot | None:
    """Return the soonest free time; ties go by id, so that the answer is always the same."""
    return min(slots, key=lambda slot: (slot.starts_at, slot.id), default=None)


def _option(key: str, title: str, slots: Sequence[FreeSlot], doctor: DoctorRow | None = None) -> Option:
    first = soonest(slots)
    return Option(key=key, title=title, free=len(slots), soonest=first.starts_at if first else None, doctor=doctor)


def specialties(
    doctors: Sequence[DoctorRow], free: Sequence[FreeSlot], *, text: str = "", clinic: str = ""
) -> tuple[Option, ...]:
    """Return specialties by name; `text` finds by specialty, by a doctor's surname, by code or title of a service."""
    wanted = text.strip()
    if clinic not in ("", ANY):
        doctors = [one for one in doctors if one.clinic_id == clinic]
        free = [slot for slot in free if slot.clinic_id == clinic]
    names = {one.specialty for one in doctors} | {slot.specialty for slot in free}
    found = []
    for name in sorted(names - {""}, key=fold):
        of_it = [one for one in doctors if one.specialty == name]
        if not wanted or begins(name, wanted) or any(_has(one, wanted) for one in of_it):
            found.append(_option(name, name, [slot for slot in free if slot.specialty == name]))
    return tuple(found)


def _has(one: DoctorRow, wanted: str) -> bool:
    return begins(one.name, wanted) or any(
        fold(code).startswith(fold(wanted)) or begins(code, wanted) for code in one.services
    )


def found_doctors(doctors: Sequence[DoctorRow], free: Sequence[FreeSlot], *, text: str) -> tuple[Option, ...]:
    """Return the doctors whose name begins with what was written: a surname leads straight to the time."""
    wanted = text.strip()
    if len(wanted) < 2:
        return ()
    return tuple(
        _option(one.schedule, one.name, [slot for slot in free if slot.schedule == one.schedule], one)
        for one in doctors
        if begins(one.name, wanted)
    )


def clinics(
    doctors: Sequence[DoctorRow], free: Sequence[FreeSlot], answers: Answers, *, only_free: bool = False
) -> tuple[Option, ...]:
    """Return the clinics that have the specialty, those with free time first, soonest first."""
    names = {one.clinic_id: one.clinic for one in doctors if one.specialty == answers.specialty and one.clinic_id}
    names |= {slot.clinic_id: slot.clinic for slot in free if slot.specialty == answers.specialty and slot.clinic_id}
    made = [
        _option(id, name, [slot for slot in free if slot.specialty == answers.specialty and slot.clinic_id == id])
        for id, name in names.items()
    ]
    return _sorted([one for one in made if one.free or not only_free])


def doctors_of(
    doctors: Sequence[DoctorRow],
    free: Sequence[FreeSlot],
    answers: Answers,
    *,
    only_free: bool = False,
    by: str = "soonest",
) -> tuple[Option, ...]:
    """Return the doctors of the specialty in the clinic, by soonest time, rating or name."""
    made = []
    for one in doctors:
        if one.specialty != answers.specialty or (answers.clinic not in ("", ANY) and one.clinic_id != answers.clinic):
            continue
        made.append(_option(one.id, one.name, [slot for slot in free if slot.schedule == one.schedule], one))
    made = [one for one in made if one.free or not only_free]
    if by == "name":
        return tuple(sorted(made, key=lambda one: (fold(one.title), one.key)))
    if by == "rating":
        return tuple(sorted(made, key=lambda one: (-(one.doctor.rating or 0.0) if one.doctor else 0.0, one.title)))
    return _sorted(made)


def _sorted(made: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(
        sorted(made, key=lambda one: (one.soonest is None, one.soonest.timestamp() if one.soonest else 0.0, one.title))
    )


def days(
    free: Sequence[FreeSlot], away: Sequence[Away], doctors: Sequence[DoctorRow], answers: Answers, *, first: date, count: int
) -> tuple[Day, ...]:
    """Return so many days from `first` with their free times, or the reason why there are none."""
    mine = [slot for slot in free if fits(slot, answers)]
    schedules = {one.schedule for one in doctors if one.specialty == answers.specialty and one.id == answers.doctor}
    made = []
    for n in range(count):
        on = first + timedelta(days=n)
        slots = tuple(sorted((slot for slot in mine if slot.starts_at.date() == on), key=lambda s: (s.starts_at, s.id)))
        gone = next((one for one in away if one.on == on and one.schedule in schedules), None)
        why = "" if slots else "away" if gone else "weekend" if on.weekday() >= 5 else "none"
        made.append(Day(on=on, slots=slots, why=why, said=gone.why if gone else ""))
    return tuple(made)


def part(slot: FreeSlot) -> int:
    """Return 0 for the morning, 1 for the day, 2 for the evening, on the clinic's clock."""
    return PARTS.index(part_of(slot.starts_at))


def settle(answers: Answers, doctors: Sequence[DoctorRow], free: Sequence[FreeSlot]) -> Answers:
    """Drop the answers that no longer fit those before them."""
    if not answers.specialty:
        return answers
    known = [one for one in doctors if one.specialty == answers.specialty]
    if answers.clinic not in ("", ANY) and not any(one.clinic_id == answers.clinic for one in known):
        answers = replace(answers, clinic="", doctor="", slot="")
    if answers.doctor not in ("", ANY) and not any(
        one.id == answers.doctor and answers.clinic in ("", ANY, one.clinic_id) for one in known
    ):
        answers = replace(answers, doctor="", slot="")
    chosen = next((slot for slot in free if slot.id == answers.slot), None)
    if answers.slot and (chosen is None or not fits(chosen, answers)):
        answers = replace(answers, slot="")
    return answers


def next_step(answers: Answers) -> Step:
    """Return the first step that has no answer yet, «проверка» when all have one."""
    if not answers.person:
        return "who"
    for step in STEPS[1:-1]:
        if not getattr(answers, "slot" if step == "time" else step):
            return step
    return "check"
