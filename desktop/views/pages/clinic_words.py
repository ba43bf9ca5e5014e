"""Words of clinics and their people: doors, ratings, hours of the week, why a clinic is mine. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from desktop.record.clinics import Clinic, Doctor, Doors, Hours
from desktop.session.clinics import ClinicRow
from desktop.session.rows import PersonRow
from desktop.views import wording
from desktop.words import language, tr


def meant(known: Sequence[ClinicRow], subject: str) -> ClinicRow | None:
    """Return the clinic that is named: by itself, by its organization or by a doctor of it."""
    id = subject.rpartition("/")[2]
    return next((one for one in known if id in (one.id, one.clinic.organization_id)
                 or any(id in (doctor.id, doctor.doctor_id) for doctor in one.clinic.doctors)), None)  # fmt: skip


def clock(at: time) -> str:
    """Write a time of day: 8:00."""
    return f"{at.hour}:{at.minute:02d}"


def doors(found: Doors) -> tuple[str, str]:
    """Return the words and the tone of a clinic's doors."""
    if found.standing == "round":
        return tr("clinics.round"), "good"
    if found.standing == "unknown":
        return tr("clinics.hours_unknown"), "ink2"
    if found.standing == "open" and found.at is not None:
        return tr("clinics.open_until", time=clock(found.at)), "good"
    if found.at is None:
        return tr("clinics.closed"), "bad"
    key = "closed_until" if not found.days_ahead else "closed_tomorrow" if found.days_ahead == 1 else "closed_day"
    return tr(f"clinics.{key}", time=clock(found.at), day=tr(f"clinics.on_{found.weekday}")), "bad"


def rating(value: float | None) -> str:
    """Write a rating: «4,6»."""
    if value is None:
        return ""
    return f"{value:.1f}".replace(".", ",") if language() == "ru" else f"{value:.1f}"


def week(hours: Sequence[Hours]) -> tuple[tuple[str, str], ...]:
    """Return the days of the week with their hours, equal days together."""
    spans = [" · ".join(_span(one) for one in hours if day in one.days) or tr("clinics.day_off") for day in range(7)]
    lines: list[tuple[str, str]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or spans[day] != spans[first]:
            short = tr(f"clinics.day_{first}")
            names = short if day - 1 == first else f"{short}–{tr(f'clinics.day_{day - 1}')}"
            lines.append((names, spans[first]))
            first = day
    return tuple(lines)


def _span(one: Hours) -> str:
    if one.opens_s == 0 and one.closes_s >= 24 * 3600:
        return tr("clinics.all_day")
    opens, closes = (f"{s // 3600}:{s % 3600 // 60:02d}" for s in (one.opens_s, one.closes_s))
    return f"{opens}–{closes}"


def mine(row: ClinicRow, people: Sequence[PersonRow], current: int) -> str:
    """Say why a clinic is the family's: the open person first, one reason each."""
    here = {whose: [why for why, one in row.mine if one == whose] for _, whose in row.mine}
    why = here[current][0] if current in here else ""
    others = [wording.person_name(one) for one in people if one.id != current and "attached" in here.get(one.id, ())]
    if others and why == "attached":
        return tr("clinics.attached_person", name=", ".join((tr("clinics.you"), *others)))
    said = [tr(f"clinics.you_{why}")] if why else []
    if others:
        said.append(tr("clinics.attached_person", name=", ".join(others)))
    return ". ".join(said)


def where(clinic: Clinic) -> str:
    """Write street and town."""
    return ", ".join(part for part in (clinic.street, clinic.town) if part)


def doctor_line(one: Doctor, *, year: int) -> str:
    """Write what is known of a doctor: qualification, years of work."""
    worked = tr("clinics.worked", year - one.since_year) if one.since_year and one.since_year < year else ""
    return " · ".join(part for part in (one.qualification, worked) if part)
