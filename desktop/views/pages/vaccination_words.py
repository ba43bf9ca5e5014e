"""Vaccinations in words, and the certificate as a sheet. Knows no widget. What to give and when is a doctor's word, never ours."""

from __future__ import annotations

from datetime import date, timedelta

from desktop.record.prevention import Injection
from desktop.record.vaccine_matrix import Column, Line, Mark
from desktop.session.prevention_rows import VaccinationsView
from desktop.session.rows import PersonRow
from desktop.views import typeset, wording
from desktop.views.parts import shown
from desktop.words import has, language, tr

_ON_TIME_GRACE = timedelta(days=92)
_TODDLER_MONTHS = 24
PEDIATRICIAN, THERAPIST = "Педиатр", "Терапевт"
"""Names of specialties as the portal writes them: the booking wizard is given them, nobody reads them."""


def full_day(on: date | None) -> str:
    """Write a day with its year."""
    if on is None:
        return tr("vaccinations.no_day")
    return tr("shell.day_year", day=on.day, month=tr(f"shell.month_{on.month}"), year=on.year)


def number(value: float) -> str:
    """Write 4.5 as the language does."""
    return f"{value:g}".replace(".", "," if language() == "ru" else ".")


def series(name: str) -> str:
    """Return what a line is against."""
    key = f"vaccinations.series_{name}"
    return tr(key) if has(key) else name


def against(line: Line) -> str:
    """Return what one dose is against: АДС-М holds no pertussis."""
    if line.dose is not None and line.series == "dtp" and "pertussis" not in line.dose.antigens:
        return tr("vaccinations.series_dt")
    return series(line.series) if line.series else shown(line.title)


def step(line: Line) -> str:
    """Return which dose it is: «2-я ревакцинация»."""
    if line.dose is None:
        return ""
    key = f"vaccinations.step_{line.dose.step.replace('/', '_')}"
    return tr(key) if has(key) else ""


def title(line: Line) -> str:
    """Write «Полиомиелит, 2-я ревакцинация»."""
    return ", ".join(part for part in (against(line), step(line)) if part)


def age(line: Line) -> str:
    """Return the age of a dose by the calendar: «20 месяцев», «6 лет»."""
    dose = line.dose
    if dose is None or dose.every_years or dose.season or dose.is_catch_up:
        return ""
    if dose.unit == "days":
        return tr("vaccinations.newborn")
    if dose.first < _TODDLER_MONTHS:
        if dose.first != int(dose.first):
            return tr("vaccinations.age_part", months=number(dose.first))
        return tr("vaccinations.age_months", int(dose.first))
    return tr("shell.age", int(dose.first) // 12)


def rule(line: Line) -> str:
    """Say when the calendar has a dose given."""
    if line.dose is not None and line.dose.every_years:
        return tr("vaccinations.rule_years", line.dose.every_years)
    if line.dose is not None and line.dose.season:
        return tr("vaccinations.rule_season")
    if line.dose is not None and line.dose.is_catch_up:
        return tr("vaccinations.rule_catch_up")
    years = age(line)
    return tr("vaccinations.rule_age", age=years) if years else ""


def standing(line: Line) -> str:
    """Return the word of a dose's standing."""
    return tr(f"vaccinations.standing_{line.standing}")


def when(line: Line) -> str:
    """Say on which days a dose that is not done may be given."""
    if line.on is None:
        return tr("vaccinations.no_day")
    if line.standing == "overdue":
        return tr("vaccinations.was_due", day=full_day(line.on))
    if line.standing == "due":
        return tr("vaccinations.due_until", day=full_day(line.until)) if line.until is not None else tr("vaccinations.due_now")
    return tr("vaccinations.from_day", day=full_day(line.on))


def column(one: Column, *, months: int) -> str:
    """Write what stands over a column."""
    if one.kind == "now":
        if one.value:
            return number(one.value)
        is_toddler = months < _TODDLER_MONTHS
        return tr("vaccinations.months_short", months=months) if is_toddler else tr("vaccinations.years_short", months // 12)
    if one.kind == "years":
        return tr("vaccinations.years_short", int(one.value))
    return number(one.value)


def said(mark: Mark) -> str:
    """Return what a screen reader says of a stop: «Полиомиелит, 20 месяцев, пропущена»."""
    line = mark.line
    place = age(line) or (str(line.on.year) if line.on is not None else "")
    word = standing(line).lower()
    if mark.count > 1:
        word = tr("vaccinations.done_times", mark.count)
    elif line.standing == "done":
        word = f"{word}, {full_day(line.on)}"
    return ", ".join(part for part in (against(line), step(line), place, word) if part)


def kind(line: Line) -> str:
    """Return how a stop is drawn."""
    return {"done": "done", "overdue": "missed"}.get(line.standing, "ahead")


def done_tag(line: Line, *, birth: date | None) -> tuple[str, str]:
    """Say whether a dose was given in its time, and the kind of the tag; later is no fault."""
    if line.dose is None or birth is None or line.on is None or not age(line):
        return tr("vaccinations.standing_done"), "good"
    closes = line.dose.closes(birth)
    late = closes is not None and line.on > closes + _ON_TIME_GRACE
    return tr("vaccinations.done_later" if late else "vaccinations.done_in_time"), "good"


def progress(view: VaccinationsView) -> str:
    """Write «20 из 21 прививки по возрасту сделано»."""
    if view.is_adult or not view.total_count:
        return tr("vaccinations.given_count", len(view.done)) if view.done else ""
    return tr("vaccinations.progress", view.total_count, done=view.done_count)


def payload(one: Injection, portal: str) -> str:
    """Return what the code of a vaccination says: where to ask, number, day, lot. It names no person."""
    day = one.on.isoformat() if one.on is not None else ""
    return f"vaccination:v1?p={portal}&n={one.number}&d={day}&s={one.lot.replace(' ', '')}"


def lot(one: Injection) -> str:
    """Write the lot and how long it was good."""
    if one.expires_on is None or not one.lot:
        return one.lot
    return tr("vaccinations.lot_until", lot=one.lot, month=f"{one.expires_on:%m.%Y}")


def facts(one: Injection) -> tuple[tuple[str, str], ...]:
    """Return what the record has of a vaccination."""
    pairs = (
        (tr("vaccinations.on"), full_day(one.on)), (tr("vaccinations.vaccine"), one.title), (tr("vaccinations.lot"), lot(one)),
        (tr("vaccinations.where"), one.clinic), (tr("vaccinations.doctor"), one.doctor),
    )  # fmt: skip
    return tuple((label, value) for label, value in pairs if value)


def _person(person: PersonRow | None) -> list[typeset.Block]:
    if person is None:
        return []
    name = " ".join(part for part in (person.family, person.given, person.middle) if part)
    pairs = [(tr("vaccinations.paper_person"), name)]
    if person.birth_date is not None:
        pairs.append((tr("vaccinations.paper_birth"), full_day(person.birth_date)))
    return [typeset.Facts(pairs=pairs)]


def certificate(one: Injection, heading: str, person: PersonRow | None, *, portal: str, today: date) -> typeset.Sheet:
    """Compose the certificate of one vaccination, with the code by which a clinic finds the entry."""
    blocks = [
        *_person(person),
        typeset.Facts(pairs=[*facts(one), *([(tr("vaccinations.number"), one.number)] if one.number else [])]),
        typeset.Qr(payload=payload(one, portal), caption=one.number or full_day(one.on)),
        typeset.Text(text=tr("vaccinations.paper_note"), is_small=True),
    ]
    return typeset.Sheet(kind=tr("vaccinations.paper_kind"), title=tr("vaccinations.paper_title", title=heading),
                         subtitle=tr("vaccinations.paper_one"), origin=wording.paper_origin(today), blocks=tuple(blocks))  # fmt: skip


def all_done(view: VaccinationsView, person: PersonRow | None, *, today: date) -> typeset.Sheet:
    """Compose the list of everything that was given."""
    header = tuple(tr(f"vaccinations.column_{name}") for name in ("title", "on", "lot", "where"))
    rows = [(one.title, full_day(one.on), one.lot, one.clinic) for one in view.done]
    blocks = [*_person(person), typeset.Grid(header=header, rows=rows, widths=(30, 20, 16, 34)),
              typeset.Text(text=tr("vaccinations.paper_note"), is_small=True)]  # fmt: skip
    title = tr("vaccinations.paper_all")
    return typeset.Sheet(kind=title, title=title, origin=wording.paper_origin(today), blocks=tuple(blocks))
