"""What crosses to the pages of vaccinations and check-ups: frozen rows of facts, never sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from desktop.record.prevention import Injection, StepStanding
from desktop.record.vaccine_matrix import Line, Matrix, overdue
from desktop.session.asked import AskedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """When and how to remind of doses to come: on this computer, by a letter that the person sends, how many days before."""

    here: bool = True
    letter: bool = False
    days: int = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class VaccinationsView:
    """The page of vaccinations. `matrix` is None without a birth date; `is_stale` when the calendar's own term is over."""

    person: int
    is_adult: bool
    age_months: int
    matrix: Matrix | None
    lines: tuple[Line, ...]
    done: tuple[Injection, ...]
    done_count: int
    total_count: int
    edition: str
    in_force_from: date
    is_stale: bool
    ask: AskedRow | None
    reminders: Reminders
    portal: str

    @property
    def missed(self) -> tuple[Line, ...]:
        """Return what is overdue, the oldest first."""
        return overdue(self.lines)

    @property
    def ahead(self) -> tuple[Line, ...]:
        """Return what is not done: missed, due now, later, each by its day."""
        order = {"overdue": 0, "due": 1, "later": 2}
        wanted = (one for one in self.lines if one.standing != "done")
        return tuple(sorted(wanted, key=lambda one: (order[one.standing], one.on or date.max, one.id)))

    @property
    def next(self) -> Line | None:
        """Return the next dose of the calendar that is not late yet."""
        return next((one for one in self.ahead if one.standing in ("due", "later")), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One examination. `link` leads to what it brought: answers, document, report or booking, with an id."""

    key: str
    title: str
    standing: StepStanding
    on: date | None
    starts_at: datetime | None
    minutes: int | None
    place: str
    link: Literal["", "answers", "document", "report", "booking"] = ""
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStop:
    """One stop of the day on which all is done at once."""

    at: datetime
    minutes: int
    titles: tuple[str, ...]
    place: str
    is_booked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """All that is left on one day, as it could be; the clinic confirms it."""

    on: date
    ends_at: datetime
    stops: tuple[DayStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckupNow:
    """This year's check-up. `source`: the portal's plan, or our own reading of the order."""

    id: str
    source: Literal["portal", "rules"]
    kind: Literal["pmo", "disp", "minor", "plan"]
    title: str
    note: str
    opens: date | None
    until: date | None
    clinic: str
    clinic_id: str
    steps: tuple[StepRow, ...]
    day: DayPlan | None

    def of(self, standing: StepStanding) -> tuple[StepRow, ...]:
        """Return the steps of one standing."""
        return tuple(one for one in self.steps if one.standing == standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCheckup:
    """One that is over. `document` is what the clinic wrote; `counts_until` is how long its examinations count."""

    id: str
    title: str
    on: date | None
    clinic: str
    group: str
    document: str
    counts_until: date | None
    repeat_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckupsView:
    """The page of check-ups. `is_asked`: all that is left is asked for, or the day that the clinic gave for it is still to come."""

    person: int
    is_minor: bool
    now: CheckupNow | None
    past: tuple[PastCheckup, ...]
    ask: AskedRow | None
    is_asked: bool
    edition: str
    answers: tuple[tuple[str, str], ...]
