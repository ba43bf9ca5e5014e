"""Check-ups for their page: the portal's plan first, else what the orders say of this age; what is over, with its documents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

from desktop.clock import Clock, local_date
from desktop.record import checkup_day, checkup_rules
from desktop.record.ages import add_months, years_between
from desktop.record.checkup_rules import ADULT_YEARS, Programme
from desktop.record.fhir import lens_documents, lens_prevention, lens_results, read
from desktop.record.people import Person
from desktop.record.prevention import CheckupPlan, Step
from desktop.session import people as family
from desktop.session.asked import AskedRow, asked
from desktop.session.prevention_rows import CheckupNow, CheckupsView, DayPlan, DayStop, PastCheckup, StepRow
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.readings import Lens
from desktop.store.vault import Vault

KINDS: Final = frozenset({"checkup.book"})
COUNTS_MONTHS: Final = 12
"""*Source*: order 404н, points 16 and 20: examinations of the last twelve months count."""
_UNDER_WAY: Final = ("waiting", "unconfirmed", "sent", "in_progress")
_EPICRISIS: Final = ("340", "141", "69")
_NEAR: Final = timedelta(days=31)
_MOST: Final = 400
_A_DAY: Final = 100
_CALENDARS: Final = Path(__file__).resolve().parents[2] / "resources" / "calendars"
T = TypeVar("T")
Act = Callable[[str, int, dict[str, Any]], Awaitable[str]]
Link = tuple[Literal["", "answers", "document", "report", "booking"], str]


@cache
def orders() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the orders in force: for adults, for minors."""
    adult = json.loads((_CALENDARS / "checkups_404n.json").read_text("utf-8"))
    return adult, json.loads((_CALENDARS / "checkups_211n.json").read_text("utf-8"))


class CheckupsDesk:
    """Check-ups of the open person."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, act: Act) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._act = act

    async def view(self) -> CheckupsView:
        """Return the page."""
        return await self._scope.ask(self._view, self._scope.person)

    async def book(self, now: CheckupNow) -> str:
        """Ask the clinic for all that is left on one day; return the act's id."""
        body: dict[str, Any] = {"programme": now.title[:80], "items": [step.key for step in now.of("left")]}
        if now.day is not None:
            body["on"] = now.day.on.isoformat()
        if now.clinic_id:
            body |= {"clinic_id": now.clinic_id, "clinic": now.clinic}
        return await self._act("checkup.book", self._scope.person, body)

    async def note(self, event: Literal["saved", "printed"]) -> None:
        """Write down that a check-up left the vault as a file or on paper."""
        await self._scope.tell(self._scope.vault.journal.write, f"checkup.{event}", self._scope.person)

    # --- on the store thread

    def _view(self, person: int) -> CheckupsView:
        vault, today = self._scope.vault, local_date(self._clock)
        stored = next((one for one in vault.people.of() if one.id == person), None)
        facts = family.facts(vault, stored) if stored is not None else None
        plans = _plans(vault, person)
        is_minor = facts is not None and facts.birth_date is not None and years_between(facts.birth_date, today) < ADULT_YEARS
        current = next((one for one in plans if _is_current(one, today)), None)
        now = self._from_plan(person, current, today) if current is not None else self._from_rules(person, facts, today)
        requests = asked(vault, self._acting, person, KINDS)
        adult, minor = orders()
        over = [one for one in plans if one.status == "completed"]
        # When to come again is said once, by the newest, and not while this year's is under way.
        past = tuple(_past(vault, person, one, facts if place == 0 and current is None else None)
                     for place, one in enumerate(over))  # fmt: skip
        return CheckupsView(
            person=person,
            is_minor=is_minor,
            now=now,
            past=past,
            ask=requests[0] if requests else None,
            is_asked=any(_holds(one, today) for one in requests),
            edition=(minor if is_minor else adult)["edition_ru"],
            answers=_answers(vault, person),
        )

    def _from_plan(self, person: int, one: CheckupPlan, today: date) -> CheckupNow:
        links = _Links(self._scope.vault, person)
        steps = tuple(_step_row(step, str(number), links) for number, step in enumerate(one.steps))
        return CheckupNow(
            id=one.id,
            source="portal",
            kind="plan",
            title=one.title,
            note=one.note,
            opens=one.since,
            until=one.until,
            clinic=one.clinic,
            clinic_id=one.clinic_id,
            steps=steps,
            day=self._day(one.steps, today),
        )

    def _from_rules(self, person: int, facts: Person | None, today: date) -> CheckupNow | None:
        if facts is None or facts.birth_date is None:
            return None
        adult, minor = orders()
        sex = facts.gender
        programme = checkup_rules.minor_programme(minor, birth=facts.birth_date, sex=sex, today=today)
        if programme is None:
            programme = checkup_rules.adult_programme(adult, birth=facts.birth_date, sex=sex, year=today.year)
        if programme is None:
            return None
        done = _done_codes(self._scope.vault, person, since=add_months(today, -COUNTS_MONTHS))
        steps = steps_of(programme, done)
        links = _Links(self._scope.vault, person)
        attached = family.attachment(self._scope.vault, person)
        return CheckupNow(
            id="",
            source="rules",
            kind=programme.kind,
            title=programme.title,
            note="",
            opens=programme.opens,
            until=programme.closes,
            clinic=attached.clinic if attached else facts.clinic,
            clinic_id="",
            steps=tuple(_step_row(step, item.key, links) for step, item in zip(steps, programme.items, strict=True)),
            day=self._day(steps, today) if programme.opens <= today else None,
        )

    def _day(self, steps: tuple[Step, ...], today: date) -> DayPlan | None:
        on = checkup_day.day_of(steps, today=today)
        if on is None:
            return None
        zones = [step.starts_at.tzinfo for step in steps if step.starts_at is not None]
        zone = (zones[0] if zones else None) or self._clock.now().astimezone().tzinfo
        assert zone is not None
        stops = tuple(
            DayStop(
                at=stop.at,
                minutes=stop.minutes,
                titles=tuple(step.title for step in stop.steps),
                place=stop.steps[0].place,
                is_booked=stop.is_booked,
            )
            for stop in checkup_day.arrange(steps, on=on, zone=zone)
        )
        return DayPlan(on=on, ends_at=max(stop.at + timedelta(minutes=stop.minutes) for stop in stops), stops=stops)


def _holds(one: AskedRow, today: date) -> bool:
    """Say whether a request still stands for what is left: one that was granted does until its day is over."""
    return one.state in _UNDER_WAY or (one.state == "done" and one.field("on") >= today.isoformat())


class _Links:
    """What a step brought, found by its day: a document, a report, a booking. *Thread*: store."""

    def __init__(self, vault: Vault, person: int) -> None:
        self._vault, self._person = vault, person
        surveys = vault.replica.read(_is_survey, "QuestionnaireResponse", person=person, limit=20)
        self._survey = next((row.id for row, is_survey in surveys if is_survey), "")

    def _of_day(self, lens: Lens[T], type_name: str, on: date) -> tuple[T, ...]:
        return self._vault.replica.values(lens, type_name, person=self._person, since=on, until=on, limit=_A_DAY)

    def _booking(self, at: datetime) -> str:
        day = timedelta(days=1)
        rows = self._vault.replica.read(
            _start, "Appointment", person=self._person, since=at.date() - day, until=at.date() + day, limit=3 * _A_DAY
        )
        return next((row.id for row, starts_at in rows if starts_at == at), "")

    def of(self, step: Step) -> Link:
        """Return where a step leads."""
        if step.standing == "booked":
            return "booking", self._booking(step.starts_at) if step.starts_at is not None else ""
        if step.standing == "left":
            return "", ""
        if "анкет" in step.title.casefold():
            return ("answers", self._survey) if self._survey else ("", "")
        on = step.starts_at.date() if step.starts_at is not None else None
        if on is None:
            return "", ""
        papers = self._of_day(lens_documents.document, "DocumentReference", on)
        found = _alike(step.title, [(one.title, one.id) for one in papers])
        if found:
            return "document", found
        reports = self._of_day(lens_results.report, "DiagnosticReport", on)
        found = _alike(step.title, [(one.title, one.id) for one in reports])
        return ("report", found) if found else ("", "")


def _start(body: read.Json) -> datetime | None:
    return read.moment(body.get("start"))


def _alike(title: str, listed: list[tuple[str, str]]) -> str:
    """Return the one of that day whose title shares a word with the step's."""
    words = {word[:5] for word in title.casefold().replace("ё", "е").split() if len(word) > 2}
    for name, id in listed:
        if words & {word[:5] for word in name.casefold().replace("ё", "е").split()}:
            return id
    return ""


def _step_row(step: Step, key: str, links: _Links) -> StepRow:
    link, subject = links.of(step)
    return StepRow(
        key=key,
        title=step.title,
        standing=step.standing,
        on=step.starts_at.date() if step.starts_at is not None else None,
        starts_at=step.starts_at,
        minutes=step.minutes,
        place=step.place,
        link=link,
        subject=subject,
    )


def _plan(body: read.Json) -> CheckupPlan | None:
    return lens_prevention.checkup_plan(body) if lens_prevention.is_checkup(body) else None


def _plans(vault: Vault, person: int) -> list[CheckupPlan]:
    found = [one for one in vault.replica.values(_plan, "CarePlan", person=person, limit=_MOST) if one is not None]
    return sorted(found, key=lambda one: (one.until or date.min, one.id), reverse=True)


def _is_current(one: CheckupPlan, today: date) -> bool:
    has_begun = one.since is None or one.since <= today
    return one.status == "active" and has_begun and (one.until is None or one.until >= today)


def _past(vault: Vault, person: int, one: CheckupPlan, facts: Person | None) -> PastCheckup:
    return PastCheckup(
        id=one.id,
        title=one.title,
        on=one.until,
        clinic=one.clinic,
        group=one.group,
        document=_document_of(vault, person, one),
        counts_until=add_months(one.until, COUNTS_MONTHS) if one.until is not None else None,
        repeat_year=_repeat_year(facts, one),
    )


def _document_of(vault: Vault, person: int, one: CheckupPlan) -> str:
    """Find what the clinic wrote about a check-up: a document of that kind near its end."""
    if one.until is None:
        return ""
    since, until = one.until - _NEAR, one.until + _NEAR
    rows = vault.replica.values(lens_documents.document, "DocumentReference", person=person, since=since, until=until, limit=60)
    for document in rows:
        if document.type_code in _EPICRISIS or "диспансериз" in document.title.casefold():
            return document.id
    return ""


def _repeat_year(facts: Person | None, one: CheckupPlan) -> int | None:
    """Return the first year from the next one on in which an adult has a wide check-up again."""
    if facts is None or facts.birth_date is None or one.until is None:
        return None
    adult, _ = orders()
    for year in range(one.until.year + 1, one.until.year + 4):
        found = checkup_rules.adult_programme(adult, birth=facts.birth_date, sex=facts.gender, year=year)
        if found is not None and found.kind == "disp":
            return year
    return None


def _done_codes(vault: Vault, person: int, *, since: date) -> dict[str, date]:
    """Return the services done lately by their code, with the last day of each."""
    found: dict[str, date] = {}
    for row in vault.replica.rows("Procedure", person=person, since=since, limit=_MOST):
        resource = read.parse(row.body or b"{}")
        if read.text(resource, "status") == "completed" and row.day is not None:
            for _, code in read.codes(resource, "code"):
                found[code] = max(found.get(code, row.day), row.day)
    return found


def steps_of(programme: Programme, done: dict[str, date]) -> tuple[Step, ...]:
    """Return a programme's examinations, those whose service was done lately as done."""
    made = []
    for item in programme.items:
        on = done.get(item.code) if item.code else None
        at = datetime.combine(on, datetime.min.time()).astimezone() if on is not None else None
        name = item.name[:1].upper() + item.name[1:]
        made.append(
            Step(
                title=name,
                code=item.code,
                standing="done" if on is not None else "left",
                starts_at=at,
                ends_at=None,
                minutes=None,
                place="",
                result=("", ""),
            )
        )
    return tuple(made)


def _is_survey(resource: dict[str, Any]) -> bool:
    return "check-up" in read.text(resource, "questionnaire") and read.text(resource, "status") != "entered-in-error"


def _answers(vault: Vault, person: int) -> tuple[tuple[str, str], ...]:
    """Return the newest questionnaire of a check-up: question and answer."""
    found = vault.replica.values(_said, "QuestionnaireResponse", person=person, limit=20)
    return next((said for said in found if said is not None), ())


def _said(body: read.Json) -> tuple[tuple[str, str], ...] | None:
    if not _is_survey(body):
        return None
    return tuple((read.text(one, "text"), read.text(one, "answer", 0, "valueString")) for one in read.each(body, "item"))
