"""The national vaccination calendar as a calculation: what is done, due, overdue, later. Never a prescription: the doctor decides.

Owns: the rules of matching and shifting. The doses themselves are dated data (resources/calendars), read by the caller.
*Source*: order 1122н with 677н, appendices 1 and 3: a combined vaccine closes a line for each of its antigens (3.7); a shifted
schedule keeps its intervals, counted from the last dose given (3.8). LIMIT: intervals that the order leaves open are our choice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from desktop.record.ages import add_months, months_between

ADULT_MONTHS: Final = 216
LONGEST_WAIT_MONTHS: Final = 12
"""Interval kept before a booster whose age is years after the dose before it."""
BCG_LAST_MONTHS: Final = 84

Standing = Literal["done", "due", "overdue", "later"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One line of the calendar. Ages are completed units from `first` to `last` (None: no end), in days or months."""

    id: str
    name: str
    series: str
    step: str
    antigens: frozenset[str]
    unit: Literal["days", "months"]
    first: float
    last: float | None
    sex: str | None
    risk_group: str | None
    replaces: str | None
    is_catch_up: bool
    every_years: int | None
    season: tuple[int, ...]
    interval_days: int | None
    condition: str

    def opens(self, birth: date) -> date:
        """Return the first day of the age window."""
        return birth + timedelta(days=self.first) if self.unit == "days" else add_months(birth, self.first)

    def closes(self, birth: date) -> date | None:
        """Return the last day of the age window."""
        if self.last is None:
            return None
        if self.unit == "days":
            return birth + timedelta(days=self.last)
        step = 1 if self.last == int(self.last) else 0.5
        return add_months(birth, self.last + step) - timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class VaccineCalendar:
    """One edition of the calendar."""

    title: str
    edition: str
    in_force_from: date
    valid_until: date
    doses: tuple[Dose, ...]
    antigen_names: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A vaccination done: its day and the antigens of the product."""

    on: date
    antigens: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One line for one person. `missing` are the antigens still wanted; `from_day` is the first day on which it may be given."""

    dose: Dose
    standing: Standing
    from_day: date
    to_day: date | None
    done_on: date | None
    missing: frozenset[str]


def read_calendar(data: Mapping[str, Any]) -> VaccineCalendar:
    """Read an edition from its JSON."""
    return VaccineCalendar(
        title=data["title_ru"],
        edition=data["edition_ru"],
        in_force_from=date.fromisoformat(data["in_force_from"]),
        valid_until=date.fromisoformat(data["valid_until"]),
        doses=tuple(_dose(one) for one in data["doses"]),
        antigen_names={key: value["ru"] for key, value in data["antigens"].items()},
    )


def _dose(one: Mapping[str, Any]) -> Dose:
    recurring = one["recurring"] or {}
    return Dose(
        id=one["id"],
        name=one["name_ru"],
        series=one["series"],
        step=one["step"],
        antigens=frozenset(one["antigens"]),
        unit=one["age"]["unit"],
        first=one["age"]["from"],
        last=one["age"]["to"],
        sex=one["sex"],
        risk_group=one["risk_group"],
        replaces=one["replaces_in_risk_group"],
        is_catch_up=one["catch_up"],
        every_years=recurring.get("every_years"),
        season=tuple(recurring.get("season_months", ())),
        interval_days=one["min_interval_days"],
        condition=one["condition_ru"] or "",
    )


def plan(
    calendar: VaccineCalendar,
    *,
    birth: date,
    sex: str,
    given: Iterable[Given],
    today: date,
    risk_groups: Collection[str] = (),
) -> tuple[Planned, ...]:
    """Lay the calendar over one person's life: every line that concerns them, in the order of its day.

    Children follow the lines of their age, late ones with their intervals kept; adults follow the lines for adults and for those
    who were never vaccinated.
    """
    days = {antigen: _days_of(antigen, given) for antigen in calendar.antigen_names}
    months = months_between(birth, today)
    lines: list[Planned] = []
    concerned = [
        dose for dose in calendar.doses if _concerns(dose, calendar, months=months, sex=sex, risk_groups=risk_groups)
    ]
    routine = [dose for dose in concerned if not (dose.is_catch_up or dose.every_years or dose.season)]
    if months < ADULT_MONTHS:
        lines += _routine(routine, birth=birth, days=days, today=today)
    for dose in concerned:
        if dose.season and _window_holds(dose, months):
            lines.append(_seasonal(dose, birth=birth, days=days, today=today))
        elif dose.every_years and months >= dose.first:
            lines.append(_recurring(dose, birth=birth, days=days, today=today))
        elif dose.is_catch_up and months >= ADULT_MONTHS and _window_holds(dose, months):
            lines += _catch_up(dose, birth=birth, days=days)
    return tuple(sorted(lines, key=lambda line: (line.done_on or line.from_day, line.dose.id)))


def _days_of(antigen: str, given: Iterable[Given]) -> tuple[date, ...]:
    """Return the days on which an antigen was given: two products on one day are one dose of it."""
    return tuple(sorted({one.on for one in given if antigen in one.antigens}))


def _concerns(dose: Dose, calendar: VaccineCalendar, *, months: int, sex: str, risk_groups: Collection[str]) -> bool:
    if dose.risk_group is not None and dose.risk_group not in risk_groups:
        return False
    if any(other.replaces == dose.id and other.risk_group in risk_groups for other in calendar.doses):
        return False
    return not (dose.sex == "female_from_18" and months >= ADULT_MONTHS and sex != "female")


def _window_holds(dose: Dose, months: int) -> bool:
    return months >= dose.first and (dose.last is None or months <= dose.last)


def _routine(doses: Sequence[Dose], *, birth: date, days: Mapping[str, tuple[date, ...]], today: date) -> list[Planned]:
    """Follow each antigen's chain: its k-th dose closes the chain's k-th line; what is missing waits for what is before it."""
    lines: list[Planned] = []
    done_before: dict[str, int] = {}
    last_day: dict[str, tuple[date, Dose]] = {}
    for dose in sorted(doses, key=lambda one: (one.opens(birth), one.id)):
        places = {antigen: done_before.get(antigen, 0) for antigen in dose.antigens}
        missing = frozenset(antigen for antigen, place in places.items() if place >= len(days[antigen]))
        for antigen in dose.antigens:
            done_before[antigen] = places[antigen] + 1
        if not missing:
            done_on = max(days[antigen][place] for antigen, place in places.items())
            lines.append(
                Planned(
                    dose=dose,
                    standing="done",
                    from_day=dose.opens(birth),
                    to_day=dose.closes(birth),
                    done_on=done_on,
                    missing=missing,
                )
            )
            for antigen, place in places.items():
                last_day[antigen] = (days[antigen][place], dose)
            continue
        earliest = max([dose.opens(birth), *(_after(*last_day[a], dose, birth) for a in missing if a in last_day)])
        if (
            dose.series == "bcg"
            and dose.step == "V"
            and earliest <= today
            and months_between(birth, today) >= BCG_LAST_MONTHS
        ):
            continue
        waits = any(a in last_day and last_day[a][0] >= today for a in missing)
        lines.append(_open_line(dose, birth=birth, earliest=earliest, missing=missing, today=today, waits=waits))
        for antigen in missing:
            last_day[antigen] = (max(earliest, today), dose)
    return lines


def _after(day: date, before: Dose, dose: Dose, birth: date) -> date:
    """Return the first day on which `dose` may follow a dose given on `day`."""
    if dose.interval_days is not None:
        return day + timedelta(days=dose.interval_days)
    scheduled = dose.opens(birth) - before.opens(birth)
    return min(day + scheduled, add_months(day, LONGEST_WAIT_MONTHS))


def _open_line(
    dose: Dose, *, birth: date, earliest: date, missing: frozenset[str], today: date, waits: bool = False
) -> Planned:
    closes = dose.closes(birth)
    grace = timedelta(days=30 if months_between(birth, earliest) < 24 else 90)
    standing: Standing
    if earliest > today or waits:
        standing = "later"
    elif closes is not None and today > max(closes, earliest) + grace:
        standing = "overdue"
    else:
        standing = "due"
    to_day = max(closes, earliest) if closes is not None else None
    return Planned(dose=dose, standing=standing, from_day=earliest, to_day=to_day, done_on=None, missing=missing)


def _seasonal(dose: Dose, *, birth: date, days: Mapping[str, tuple[date, ...]], today: date) -> Planned:
    """A yearly vaccination: the season that runs, or the next one."""
    first, last = min(dose.season), max(dose.season)
    year = today.year if today.month >= first else today.year - 1
    start = date(year, first, 1)
    done = [day for antigen in dose.antigens for day in days[antigen] if day >= start]
    if done:
        return Planned(dose=dose, standing="done", from_day=start, to_day=None, done_on=max(done), missing=frozenset())
    if today.month < first:
        start = date(today.year, first, 1)
    start = max(start, dose.opens(birth))
    closes = add_months(date(start.year, last, 1), 1) - timedelta(days=1)
    standing: Standing = "due" if start <= today else "later"
    return Planned(dose=dose, standing=standing, from_day=start, to_day=closes, done_on=None, missing=dose.antigens)


def _recurring(dose: Dose, *, birth: date, days: Mapping[str, tuple[date, ...]], today: date) -> Planned:
    """A booster every so many years from the last dose known; with none known it is due now."""
    known = [day for antigen in dose.antigens for day in days[antigen][-1:]]
    assert dose.every_years is not None
    if not known:
        return Planned(
            dose=dose, standing="due", from_day=dose.opens(birth), to_day=None, done_on=None, missing=dose.antigens
        )
    next_day = max(add_months(min(known), dose.every_years * 12), dose.opens(birth))
    if next_day > today:
        return Planned(dose=dose, standing="later", from_day=next_day, to_day=None, done_on=None, missing=dose.antigens)
    late = today > next_day + timedelta(days=365)
    return Planned(
        dose=dose,
        standing="overdue" if late else "due",
        from_day=next_day,
        to_day=None,
        done_on=None,
        missing=dose.antigens,
    )


def _catch_up(dose: Dose, *, birth: date, days: Mapping[str, tuple[date, ...]]) -> list[Planned]:
    """A line for adults who were never vaccinated: shown only when nothing is known, as due and never as overdue."""
    if any(days[antigen] for antigen in dose.antigens):
        return []
    return [
        Planned(
            dose=dose,
            standing="due",
            from_day=dose.opens(birth),
            to_day=dose.closes(birth),
            done_on=None,
            missing=dose.antigens,
        )
    ]
