"""The card as sheets: whose it is, then a sheet for each section, results by years. Facts as they came; nothing is judged.

*Source*: requirements C42; the sheets are a copy of what this computer keeps, and say that they are no official extract.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from desktop.record import pharmacy
from desktop.record.care import HealthFact, Prescription, Referral
from desktop.record.results import Measure, Report
from desktop.session.export import SECTIONS, Choice
from desktop.session.referrals import state_of
from desktop.session.rows import PersonRow
from desktop.views import typeset, wording
from desktop.views.pages import visits_words
from desktop.views.pages.health_paper import OVER
from desktop.views.pages.results_words import digits, full_day, pending_words, range_words
from desktop.words import has, tr

if TYPE_CHECKING:
    from desktop.session.session import Session

NAMED: Final = {"visits": "history"}


async def sheets(session: Session, choice: Choice, *, today: date) -> list[typeset.Sheet]:
    """Compose the sheets of a choice."""
    person = next((one for one in session.people if one.id == choice.person), None)
    made = [_cover(person, choice, today)]
    for section in choice.sections or tuple(SECTIONS):
        if section == "results":
            made += await _results(session, choice)
            continue
        found = await session.export.facts(section, choice)
        made.append(_sheet(_title(section), _LISTS[section](found, today)))
    return made


def _sheet(title: str, blocks: Sequence[typeset.Block]) -> typeset.Sheet:
    return typeset.Sheet(kind=tr("papers.paper_title"), title=title, blocks=blocks)


def _title(section: str) -> str:
    return tr(f"shell.section_{NAMED.get(section, section)}")


def _cover(person: PersonRow | None, choice: Choice, today: date) -> typeset.Sheet:
    pairs = []
    if person is not None:
        pairs.append((tr("papers.paper_who"), " ".join(part for part in (person.family, person.given, person.middle) if part)))
        if person.birth_date is not None:
            pairs.append((tr("papers.paper_born"), full_day(person.birth_date)))
        pairs.append((tr("papers.paper_policy"), wording.number(person.policy_number)))
    pairs.append((tr("papers.paper_sections"), ", ".join(_title(one) for one in choice.sections or tuple(SECTIONS))))
    if choice.since is not None:
        pairs.append((tr("papers.paper_since"), full_day(choice.since)))
    blocks: list[typeset.Block] = [typeset.Facts(pairs=[pair for pair in pairs if pair[1]])]
    blocks.append(typeset.Text(text=tr("papers.paper_copy"), is_small=True))
    title = tr("papers.paper_title")
    return typeset.Sheet(kind=title, title=title, origin=wording.paper_origin(today), blocks=blocks)


async def _results(session: Session, choice: Choice) -> list[typeset.Sheet]:
    years: dict[int, list[typeset.Block]] = {}
    after = None
    while pieces := await session.export.reports(choice, after):
        for report, measures in pieces:
            at = report.taken_at or report.issued_at
            years.setdefault(at.year if at else 0, []).extend(_report(report, measures))
        after = pieces[-1][0].id
    title = _title("results")
    if not years:
        return [_sheet(title, [typeset.Text(text=tr("paper.none"))])]
    return [_sheet(f"{title}, {year}" if year else title, blocks) for year, blocks in years.items()]


def _report(report: Report, measures: Sequence[Measure]) -> list[typeset.Block]:
    at = report.taken_at or report.issued_at
    where = ", ".join(part for part in (full_day(at.date()) if at else "", report.clinic) if part)
    made: list[typeset.Block] = [typeset.Heading(text=report.title, note=where)]
    if not report.is_safe:
        return [*made, typeset.Text(text=tr("results.unsafe_strong"))]
    if report.status == "pending":
        made.append(typeset.Text(text=pending_words(report, today=date.min)))
    elif report.status in ("partial", "cancelled"):
        made.append(typeset.Text(text=tr(f"results.{report.status}")))
    rows = [_measure(one) for one in measures]
    if rows:
        header = (tr("results.column_title"), tr("results.column_value"), tr("results.column_range"), "")
        made.append(typeset.Grid(header=header, rows=rows, widths=(40, 20, 18, 22)))
    if report.conclusion:
        made.append(typeset.Text(text=report.conclusion))
    return made


def _measure(one: Measure) -> tuple[str, str, str, str]:
    if not one.is_safe:
        return one.title, tr("results.measure_unsafe"), "", ""
    return one.title, f"{digits(one.value_text)} {one.unit}".strip(), range_words(one), _standing(one)


def _standing(one: Measure) -> str:
    return tr(f"results.standing_{one.standing}") if one.standing in ("below", "above", "abnormal") else ""


def _day(on: date | datetime | None) -> str:
    return full_day(on.date() if isinstance(on, datetime) else on) if on is not None else ""


def _list(columns: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]]) -> list[typeset.Block]:
    return [typeset.Grid(header=[tr(f"papers.column_{one}") for one in columns], rows=rows, widths=widths)]


def _health(found: Sequence[Any], _today: date) -> list[typeset.Block]:
    rows = [(tr(f"papers.health_{one.kind}"), _fact(one), one.source, _day(one.on)) for one in found]
    return _list(("kind", "what", "source", "day"), (22, 38, 22, 18), rows)


def _fact(one: HealthFact) -> str:
    """Write what is so, and whether it still is: an illness that is over reads else like one that is not."""
    if not one.is_safe:
        return f"{one.title}. {tr('health.unsafe')}"
    detail = one.detail if one.kind != "blood_group" else ""
    past = tr("health.over") if one.status in OVER else tr("health.remission") if one.status == "remission" else ""
    return _joined(one.title, detail, past.lower())


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _documents(found: Sequence[Any], _today: date) -> list[typeset.Block]:
    rows = [(_day(one.created_on), one.title, tr("documents.own") if one.is_own else one.clinic) for one in found]
    return _list(("day", "what", "clinic"), (20, 50, 30), rows)


def _visits(found: Sequence[Any], _today: date) -> list[typeset.Block]:
    odd = {one.id: visits_words.state(one).lower() for one in found if one.status != "finished"}
    rows = [(_day(one.started_at), _joined(one.title, odd.get(one.id, "")), one.doctor, one.clinic) for one in found]
    return _list(("day", "what", "doctor", "clinic"), (20, 32, 22, 26), rows)


def _prescriptions(found: Sequence[Any], today: date) -> list[typeset.Block]:
    rows = [(_day(one.written_on), one.medicine, one.how if one.is_safe else "", _term(one, today)) for one in found]
    return _list(("day", "what", "how", "until"), (20, 32, 28, 20), rows)


def _term(one: Prescription, today: date) -> str:
    """Write until when a prescription is good, or what became of it."""
    standing = pharmacy.standing(one, today=today)
    word = tr(f"prescriptions.standing_{standing}").lower() if standing != "active" else ""
    return _joined(_day(one.valid_until) if one.is_safe else "", word)


def _vaccinations(found: Sequence[Any], _today: date) -> list[typeset.Block]:
    rows = [(_day(one.on), one.title, one.lot, one.clinic) for one in found]
    return _list(("day", "what", "lot", "clinic"), (20, 36, 16, 28), rows)


def _checkups(found: Sequence[Any], _today: date) -> list[typeset.Block]:
    rows = [(_day(one.since), one.title, _day(one.until), one.clinic) for one in found]
    return _list(("day", "what", "until", "clinic"), (20, 32, 20, 28), rows)


def _referrals(found: Sequence[Any], today: date) -> list[typeset.Block]:
    rows = [(_day(one.written_on), one.title, _until(one, today), one.clinic) for one in found]
    return _list(("day", "what", "until", "clinic"), (20, 32, 20, 28), rows)


def _until(one: Referral, today: date) -> str:
    key = f"referrals.state_{state_of(one, today=today)}"
    return _joined(_day(one.valid_until), tr(key).lower() if has(key) else "")


_LISTS: Final = {
    "health": _health, "documents": _documents, "visits": _visits, "prescriptions": _prescriptions, "vaccinations": _vaccinations,
    "checkups": _checkups, "referrals": _referrals,
}  # fmt: skip
