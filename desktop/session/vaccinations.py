"""Vaccinations for their page: the portal's recommendation first, else the national calendar over what was given."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from desktop.clock import Clock, local_date
from desktop.record.ages import months_between
from desktop.record.fhir import lens_prevention, read
from desktop.record.prevention import Forecast, Injection
from desktop.record.vaccine_calendar import Given, Planned, VaccineCalendar, plan, read_calendar
from desktop.record.vaccine_matrix import Line, adult_matrix, child_matrix, counts, is_adult, merged, series_of
from desktop.record.vaccine_products import Products, antigens, read_products
from desktop.session import people as family
from desktop.session.asked import asked
from desktop.session.prevention_rows import Reminders, VaccinationsView
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

KINDS: Final = frozenset({"vaccination.refresh"})
DAYS: Final = (7, 14, 30)
_FILE: Final = Path(__file__).resolve().parents[2] / "resources" / "calendars" / "vaccination_1122n.json"
_REMINDERS: Final = "reminders.vaccinations"
_MOST: Final = 1_000
Act = Callable[[str, int, dict[str, Any]], Awaitable[str]]
Known = tuple[Injection, frozenset[str]]


@cache
def tables() -> tuple[VaccineCalendar, Products]:
    """Return the calendar in force and its tables of products."""
    data = json.loads(_FILE.read_text("utf-8"))
    return read_calendar(data), read_products(data)


class VaccinationsDesk:
    """Vaccinations of the open person."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, act: Act) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._act = act

    async def view(self) -> VaccinationsView:
        """Return the page."""
        return await self._scope.ask(self._view, self._scope.person)

    async def refresh(self, comment: str = "") -> str:
        """Ask the clinics for fresh data; return the act's id."""
        return await self._act("vaccination.refresh", self._scope.person, {"comment": comment} if comment else {})

    async def remind(self, reminders: Reminders) -> None:
        """Keep how and when to remind of the open person's doses."""
        value = {"here": reminders.here, "letter": reminders.letter, "days": reminders.days}
        await self._scope.tell(self._scope.vault.settings.set, f"{_REMINDERS}.{self._scope.person}", value)

    async def note(self, event: str) -> None:
        """Write down that a certificate left the vault: certificate.saved, certificate.printed, certificate.shared."""
        await self._scope.tell(self._scope.vault.journal.write, f"vaccination.{event}", self._scope.person)

    def _view(self, person: int) -> VaccinationsView:
        vault, today = self._scope.vault, local_date(self._clock)
        calendar, _ = tables()
        stored = next((one for one in vault.people.of() if one.id == person), None)
        given = injections(vault, person)
        birth, lines = lines_of(vault, person, today=today, given=given)
        months = months_between(birth, today) if birth is not None else 0
        matrix = None
        if birth is not None and is_adult(months):
            matrix = adult_matrix(lines, given=given, today=today)
        elif birth is not None:
            matrix = child_matrix(lines, birth=birth, today=today)
        done, total = counts(lines)
        requests = asked(vault, self._acting, person, KINDS)
        return VaccinationsView(
            person=person,
            is_adult=is_adult(months),
            age_months=months,
            matrix=matrix,
            lines=lines,
            done=tuple(one for one, _ in given),
            done_count=done,
            total_count=total,
            edition=calendar.edition,
            in_force_from=calendar.in_force_from,
            is_stale=today >= calendar.valid_until,
            ask=requests[0] if requests else None,
            reminders=reminders(vault, person),
            portal=_portal(vault, stored.portal if stored is not None else 0),
        )


def lines_of(
    vault: Vault, person: int, *, today: date, given: tuple[Known, ...]
) -> tuple[date | None, tuple[Line, ...]]:
    """Return a person's birth date and every dose, done or not; no dose without a birth date. *Thread*: store."""
    stored = next((one for one in vault.people.of() if one.id == person), None)
    facts = family.facts(vault, stored) if stored is not None else None
    if facts is None or facts.birth_date is None:
        return None, ()
    doses = tuple(Given(on=one.on, antigens=has) for one, has in given if one.on is not None)
    planned = _planned(facts.birth_date, facts.gender, doses, today)
    return facts.birth_date, merged(planned, forecasts(vault, person, today=today), given=given)


@lru_cache(maxsize=16)
def _planned(birth: date, sex: str, given: tuple[Given, ...], today: date) -> tuple[Planned, ...]:
    """Plan the doses of one life; each person's plan is asked for again and again, and is the same until a vaccination or midnight."""
    return tuple(plan(tables()[0], birth=birth, sex=sex, given=given, today=today))


def named(line: Line, *, against: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return what names a dose: its line of the calendar, which dose of it, and the portal's words.

    `against` is what the portal says it is against, for a dose that the calendar does not know.
    """
    antigens = line.dose.antigens if line.dose is not None else against
    series = "" if line.dose is None and len(series_of(antigens)) > 1 else line.series
    # The line of the calendar is of three, a grown-up's dose is of two.
    is_two = series == "dtp" and bool(antigens) and "pertussis" not in antigens
    return {"series": "dt" if is_two else series, "step": line.dose.step if line.dose is not None else "", "title": line.title}


def injections(vault: Vault, person: int) -> tuple[Known, ...]:
    """Return what was given, newest first, each with its antigens. *Thread*: store."""
    _, products = tables()
    found = []
    for one in vault.replica.values(lens_prevention.injection, "Immunization", person=person, limit=_MOST):
        if one is not None:
            has = antigens(products, title=one.title, codes=one.codes, diseases=one.diseases)
            found.append((one, has))
    return tuple(found)


def forecasts(vault: Vault, person: int, *, today: date) -> tuple[Forecast, ...]:
    """Return the portal's own recommendation. *Thread*: store."""
    rows = vault.replica.rows("ImmunizationRecommendation", person=person, limit=50)
    return tuple(
        line for row in rows for line in lens_prevention.forecasts(read.parse(row.body or b"{}"), today=today)
    )


def reminders(vault: Vault, person: int) -> Reminders:
    """Return how a person's doses are reminded of. *Thread*: store."""
    kept = vault.settings.get(f"{_REMINDERS}.{person}", {})
    days = kept.get("days")
    return Reminders(
        here=bool(kept.get("here", True)),
        letter=bool(kept.get("letter", False)),
        days=days if days in DAYS else Reminders().days,
    )


def _portal(vault: Vault, portal: int) -> str:
    known = vault.portals.get(portal)
    return urlsplit(known.base_url).netloc if known else ""
