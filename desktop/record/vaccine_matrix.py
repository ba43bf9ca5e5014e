"""The vaccinations of one person as lines with stops: what was given, what the portal recommends, what the calendar plans.

Owns: which word wins (the portal's own recommendation before our calculation) and in which column a stop stands.
Does not own: the rules of the calendar (vaccine_calendar), any word that a person reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from desktop.record.ages import add_months
from desktop.record.prevention import Forecast, Injection
from desktop.record.vaccine_calendar import ADULT_MONTHS, Dose, Planned, Standing
from desktop.record.vaccine_products import of_diseases

SERIES: Final = {
    "hepb": ("hepb",), "bcg": ("bcg",), "pcv": ("pneumococcal",), "dtp": ("diphtheria", "pertussis", "tetanus"),
    "hib": ("hib",), "polio": ("polio",), "mmr": ("measles", "rubella", "mumps"), "flu": ("influenza",),
}  # fmt: skip
"""Lines of the matrix in their order."""
_TODDLER_MONTHS: Final = 24
_PAST_YEARS: Final = 9
_OF_ANTIGEN: Final = {antigen: series for series, antigens in SERIES.items() for antigen in antigens}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One dose for one person, done or not. `source` says whose word it is; `id` is the portal's where it is the portal's."""

    id: str
    series: str
    standing: Standing
    on: date | None
    until: date | None
    source: Literal["portal", "calendar"]
    dose: Dose | None
    title: str
    injection: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: an age in months or years, a year of the calendar, or the present."""

    kind: Literal["months", "years", "year", "now"]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One stop. `count` is how many doses of an adult fell into one year."""

    line: Line
    column: int
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Columns, the place of the present, and the stops of each series."""

    columns: tuple[Column, ...]
    now: int
    rows: tuple[tuple[str, tuple[Mark, ...]], ...]


def series_of(antigens: Iterable[str]) -> tuple[str, ...]:
    """Return the series that antigens belong to, in the order of lines."""
    found = {_OF_ANTIGEN[antigen] for antigen in antigens if antigen in _OF_ANTIGEN}
    return tuple(series for series in SERIES if series in found)


def merged(
    planned: Sequence[Planned], forecasts: Iterable[Forecast], *, given: Iterable[tuple[Injection, frozenset[str]]]
) -> tuple[Line, ...]:
    """Lay the portal's recommendation over the plan; what the plan does not know stands as a line of its own, at the end."""
    injections = tuple(given)
    lines = [_line(one, injections) for one in planned]
    for forecast in forecasts:
        wanted = of_diseases(forecast.diseases)
        place = _place_of(forecast, wanted, lines)
        known = lines[place] if place is not None else None
        line = Line(
            id=forecast.id,
            series=known.series if known else next(iter(series_of(wanted)), ""),
            standing=forecast.standing,
            on=forecast.on or (known.on if known else None),
            until=known.until if known else None,
            source="portal",
            dose=known.dose if known else None,
            title=forecast.title,
        )
        if place is None:
            lines.append(line)
        else:
            lines[place] = line
    return tuple(lines)


def _line(one: Planned, injections: tuple[tuple[Injection, frozenset[str]], ...]) -> Line:
    by = next((injection.id for injection, has in injections if injection.on == one.done_on and has & one.dose.antigens), "")
    return Line(
        id=one.dose.id,
        series=next(iter(series_of(one.dose.antigens)), one.dose.series),
        standing=one.standing,
        on=one.done_on or one.from_day,
        until=None if one.done_on else one.to_day,
        source="calendar",
        dose=one.dose,
        title=one.dose.name,
        injection=by if one.done_on else "",
    )


def _place_of(forecast: Forecast, wanted: frozenset[str], lines: Sequence[Line]) -> int | None:
    """Find the open line that a forecast speaks of: of its antigens, nearest to its day, not yet taken by another forecast."""
    fitting = [
        place
        for place, line in enumerate(lines)
        if line.standing != "done" and line.source == "calendar" and line.dose is not None and line.dose.antigens & wanted
    ]
    if forecast.on is None:
        return fitting[0] if fitting else None
    wanted_on = forecast.on
    return min(fitting, key=lambda place: abs(((lines[place].on or date.max) - wanted_on).days), default=None)


def overdue(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the doses that are overdue, the oldest first."""
    return tuple(sorted((one for one in lines if one.standing == "overdue"), key=lambda one: one.on or date.max))


def counts(lines: Iterable[Line]) -> tuple[int, int]:
    """Return how many doses of the calendar are done, and how many should be by now; yearly and repeated ones are not counted."""
    own = [one for one in lines if one.dose is not None and not _is_repeated(one.dose)]
    done = sum(one.standing == "done" for one in own)
    return done, done + sum(one.standing in ("due", "overdue") for one in own)


def _is_repeated(dose: Dose) -> bool:
    return bool(dose.season or dose.every_years or dose.is_catch_up)


def child_matrix(lines: Iterable[Line], *, birth: date, today: date) -> Matrix:
    """Place a child's doses by age: months until two years, then years. The yearly ones have no age and are left out."""
    placed = [(line, _age_column(line.dose)) for line in lines if line.dose is not None and not _is_repeated(line.dose)]
    ages = sorted({column for _, column in placed}, key=lambda one: _months(one))
    now = sum(add_months(birth, _months(column)) <= today for column in ages)
    columns = [*ages[:now], Column(kind="now", value=0), *ages[now:]]
    rows = []
    for series in SERIES:
        marks = [Mark(line=line, column=columns.index(column)) for line, column in placed if line.series == series]
        if marks:
            rows.append((series, tuple(sorted(marks, key=lambda mark: mark.column))))
    return Matrix(columns=tuple(columns), now=now, rows=tuple(rows))


def _age_column(dose: Dose) -> Column:
    if dose.unit == "days":
        return Column(kind="months", value=0)
    if dose.first < _TODDLER_MONTHS:
        return Column(kind="months", value=dose.first)
    return Column(kind="years", value=int(dose.last if dose.last is not None else dose.first) // 12)


def _months(column: Column) -> float:
    return column.value * 12 if column.kind == "years" else column.value


def adult_matrix(
    lines: Iterable[Line], *, given: Iterable[tuple[Injection, frozenset[str]]], today: date
) -> Matrix:
    """Place an adult's doses by year: what was given, what is late since when, what comes. What is due stands under the present."""
    stops: dict[tuple[str, int], list[Line]] = {}
    for injection, has in given:
        if injection.on is not None:
            for series in series_of(has):
                done = _done(injection, series)
                stops.setdefault((series, injection.on.year), []).append(done)
    for line in lines:
        if line.standing != "done" and line.series in SERIES:
            late_or_later = line.standing in ("overdue", "later") and line.on is not None
            year = line.on.year if late_or_later and line.on is not None else today.year
            stops.setdefault((line.series, year), []).append(line)
    past = sorted({year for _, year in stops if year < today.year})[-_PAST_YEARS:]
    ahead = sorted({year for _, year in stops if year > today.year})
    years = [*past, today.year, *ahead]
    columns = tuple(Column(kind="now" if year == today.year else "year", value=year) for year in years)
    rows = []
    for series in SERIES:
        marks = tuple(
            Mark(line=_loudest(stops[series, year]), column=place, count=len(stops[series, year]))
            for place, year in enumerate(years)
            if (series, year) in stops
        )
        if marks:
            rows.append((series, marks))
    return Matrix(columns=columns, now=len(past), rows=tuple(rows))


def _done(injection: Injection, series: str) -> Line:
    return Line(
        id=f"{injection.id}.{series}",
        series=series,
        standing="done",
        on=injection.on,
        until=None,
        source="portal",
        dose=None,
        title=injection.title,
        injection=injection.id,
    )


def _loudest(lines: Sequence[Line]) -> Line:
    order = ("overdue", "due", "later", "done")
    return min(lines, key=lambda line: order.index(line.standing))


def is_adult(months: int) -> bool:
    """Say whether the calendar for adults holds."""
    return months >= ADULT_MONTHS
