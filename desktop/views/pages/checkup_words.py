"""Check-ups in words, and as a sheet. Times are on the clinic's own clock. Knows no widget."""

from __future__ import annotations

from datetime import date, datetime

from desktop.session.prevention_rows import CheckupNow, DayStop, PastCheckup, StepRow
from desktop.session.rows import PersonRow
from desktop.views import typeset, wording
from desktop.words import tr


def clock(at: datetime) -> str:
    """Write a time as the clinic wrote it."""
    return f"{at.hour}:{at.minute:02d}"


def full_day(on: date | None) -> str:
    """Write a day with its year."""
    if on is None:
        return tr("checkups.no_day")
    return tr("shell.day_year", day=on.day, month=tr(f"shell.month_{on.month}"), year=on.year)


def room(place: str) -> str:
    """Return the room of «поликлиника № 2, кабинет 117», short."""
    head, _, tail = place.rpartition(", ")
    number = tail.split()[-1] if tail else ""
    return tr("checkups.room", number=number) if head and any(sign.isdigit() for sign in number) else ""


def when(step: StepRow, *, today: date) -> str:
    """Say when a step was or will be, or how long it takes."""
    if step.standing == "left":
        return tr("checkups.minutes", step.minutes) if step.minutes else tr("checkups.any_time")
    if step.on is None:
        return ""
    day = wording.day(step.on, today=today)
    if step.standing == "done" or step.starts_at is None:
        return day
    return ", ".join(part for part in (day, clock(step.starts_at), room(step.place)) if part)


def act(step: StepRow) -> str:
    """Return the word of a step's button, nothing where there is nothing to do."""
    if step.standing == "left":
        return tr("checkups.book_one")
    if step.standing == "booked":
        return tr("checkups.move")
    return tr(f"checkups.open_{step.link}") if step.link else ""


def specialty(title: str) -> str:
    """Return whom the booking wizard is asked for: «Осмотр гинеколога» → the beginning that names of specialties share."""
    words = title.casefold().split()
    known = {"терапевт": "Терапевт", "педиатр": "Педиатр", "гинеколог": "Гинеколог", "окулист": "Окулист", "офтальмолог": "Офтальмолог",
             "стоматолог": "Стоматолог", "ортопед": "Ортопед", "невролог": "Невролог", "хирург": "Хирург", "кардиолог": "Кардиолог",
             "уролог": "Уролог", "эндокринолог": "Эндокринолог"}  # fmt: skip
    return next((name for stem, name in known.items() if any(word.startswith(stem) for word in words)), "")


def heading(day: date) -> str:
    """Write «21 мая, четверг»."""
    return tr("checkups.day", day=day.day, month=tr(f"shell.month_{day.month}"), weekday=wording.weekday(day))


def stop(one: DayStop) -> str:
    """Write what is done at one stop of the day."""
    place = room(one.place) if len(one.titles) == 1 else ""
    return ", ".join(part for part in (" · ".join(one.titles), place) if part)


def past_lines(one: PastCheckup, *, today: date) -> tuple[str, ...]:
    """Return the facts of one that is over: that it is, day and clinic, group, how long it counts, when the next one is."""
    when = ", ".join(part for part in (full_day(one.on), one.clinic) if part)
    lines = [tr("checkups.past_done", when=when) if one.on is not None else when]
    if one.group:
        lines.append(one.group)
    if one.counts_until is not None:
        key = "checkups.counts_until" if one.counts_until >= today else "checkups.counted_until"
        lines.append(tr(key, day=full_day(one.counts_until)))
    if one.repeat_year is not None:
        lines.append(tr("checkups.repeat_in", year=one.repeat_year) if one.repeat_year > today.year else tr("checkups.repeat_due"))
    return tuple(lines)


def sheet_past(one: PastCheckup, person: PersonRow | None, *, today: date) -> typeset.Sheet:
    """Compose what is known of a check-up that is over."""
    blocks = [*_person(person), *(typeset.Text(text=line) for line in past_lines(one, today=today)),
              typeset.Text(text=tr("checkups.paper_note"), is_small=True)]  # fmt: skip
    return typeset.Sheet(kind=tr("shell.section_checkups"), title=one.title, origin=wording.paper_origin(today), blocks=tuple(blocks))


def sheet_now(one: CheckupNow, person: PersonRow | None, *, today: date) -> typeset.Sheet:
    """Compose this year's check-up: what is done, what is booked, what is left."""
    blocks: list[typeset.Block] = [*_person(person)]
    for standing in ("done", "booked", "left"):
        steps = one.of(standing)
        if steps:
            header = (tr(f"checkups.group_{standing}"), tr("checkups.column_when"), tr("checkups.column_where"))
            rows = [(step.title, when(step, today=today), step.place) for step in steps]
            blocks.append(typeset.Grid(header=header, rows=rows, widths=(42, 24, 34)))
    blocks.append(typeset.Text(text=tr("checkups.paper_note"), is_small=True))
    return typeset.Sheet(kind=tr("shell.section_checkups"), title=one.title, subtitle=one.note, origin=wording.paper_origin(today),
                         blocks=tuple(blocks))  # fmt: skip


def _person(person: PersonRow | None) -> list[typeset.Block]:
    if person is None:
        return []
    name = " ".join(part for part in (person.family, person.given, person.middle) if part)
    pairs = [(tr("checkups.paper_person"), name)]
    if person.birth_date is not None:
        pairs.append((tr("checkups.paper_birth"), full_day(person.birth_date)))
    return [typeset.Facts(pairs=pairs)]
