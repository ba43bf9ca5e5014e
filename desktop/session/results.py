"""Results for pages: the list with its counts, one open report, the trend of an analyte."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from desktop import limits
from desktop.record.fhir import lens_results, read
from desktop.record.results import Measure, Report, in_unit
from desktop.session.people import birth_and_gender
from desktop.session.report_notes import NoteRow, notes
from desktop.session.rows import MeasureRow, ReportRow, ReportView, TrendPoint
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.blobs import paper_id
from desktop.store.vault import Vault

_REMEMBERED: Final = 4_000
_LOOKED_THROUGH: Final = 20_000
Counts = tuple[int, int, int, int]


class ResultsDesk:
    """Results of the open person."""

    def __init__(self, scope: Scope, acting: Acting) -> None:
        self._scope = scope
        self._acting = acting
        self._counts: OrderedDict[tuple[str, str], Counts] = OrderedDict()

    async def page(
        self,
        *,
        category: str | None = None,
        since: date | None = None,
        only_out_of_range: bool = False,
        after: str | None = None,
        limit: int = limits.LIST_PAGE_ROWS,
        newest_first: bool = True,
    ) -> tuple[ReportRow, ...]:
        """Return one page of reports in their order, from after the report `after`."""
        person = self._scope.person
        return await self._scope.ask(self._page, person, category, since, only_out_of_range, after, limit, newest_first)

    async def open(self, id: str) -> ReportView:
        """Return an open report. *Raises* KeyError for one that is not here."""
        return await self._scope.ask(self._open, self._scope.person, id)

    async def notes(self, id: str) -> tuple[NoteRow, ...]:
        """Return what was said about a report, oldest first."""
        return await self._scope.ask(notes, self._scope.vault, self._acting, self._scope.person, id)

    async def trend(self, code: str, *, unit: str, unit_code: str) -> tuple[TrendPoint, ...]:
        """Return every value of an analyte, oldest first, in the unit of the row that asks; what cannot be converted is left out."""
        vault, person = self._scope.vault, self._scope.person
        return await self._scope.ask(lambda: trend(vault, person, code, unit, unit_code, born=birth_and_gender(vault, person)))

    def _page(
        self,
        person: int,
        category: str | None,
        since: date | None,
        only_out: bool,
        after: str | None,
        limit: int,
        newest_first: bool,
    ) -> tuple[ReportRow, ...]:
        vault, found = self._scope.vault, list[ReportRow]()
        last = vault.replica.row("DiagnosticReport", after) if after else None
        place, looked = (last.place if last else None), 0
        while len(found) < limit and looked < _LOOKED_THROUGH:
            rows = vault.replica.read(lens_results.report, "DiagnosticReport", person=person, after=place, since=since, limit=limit,
                                      newest_first=newest_first)  # fmt: skip
            fitting = [(report, one.version) for one, report in rows if category is None or report.category == category]
            for report, counts in self._counted(vault, person, fitting):
                row = row_of(report, person, counts)
                if not only_out or row.below or row.above:
                    found.append(row)
            looked += len(rows)
            if len(rows) < limit:
                break
            place = rows[-1][0].place
        return tuple(found[:limit])

    def _counted(self, vault: Vault, person: int, reports: Sequence[tuple[Report, str]]) -> list[tuple[Report, Counts]]:
        """Return reports with their counts; the values of those not counted before are asked for in one question."""
        fresh = [report for report, version in reports if (report.id, version) not in self._counts]
        standings = standings_of(vault, person, {one for report in fresh for one in report.measures})
        found = []
        for report, version in reports:
            counts = self._counts.pop((report.id, version), None)
            if counts is None:
                counts = counted([standings[one] for one in report.measures if one in standings])
            self._counts[(report.id, version)] = counts
            found.append((report, counts))
        while len(self._counts) > _REMEMBERED:
            self._counts.popitem(last=False)
        return found

    def _open(self, person: int, id: str) -> ReportView:
        vault = self._scope.vault
        body = vault.replica.get("DiagnosticReport", id)
        if body is None:
            raise KeyError(id)
        resource = read.parse(body)
        report = lens_results.report(resource)
        bodies = vault.replica.by_reference("Observation", report.measures)
        birth, gender = birth_and_gender(vault, person)
        measures = [
            lens_results.measure(read.parse(bodies[one]), birth=birth, gender=gender)
            for one in report.measures
            if one in bodies
        ]
        rows = tuple(_measure_row(vault, person, one, born=(birth, gender)) for one in measures)
        advice = next((one for one in measures if one.note), None)
        return ReportView(
            row=row_of(report, person, counted([one.standing for one in measures])),
            clinic=report.clinic,
            requested_by=report.interpreter,
            conclusion=report.conclusion or (advice.note if advice else ""),
            conclusion_by=(advice.note_by if advice and not report.conclusion else report.interpreter),
            conclusion_on=advice.note_on
            if advice and not report.conclusion
            else (report.issued_at.date() if report.issued_at else None),
            measures=rows,
            document=_document(vault, person, report),
        )


def row_of(report: Report, person: int, counts: Counts) -> ReportRow:
    """Return the line of a report; `counts` are measured, below, above, within."""
    return ReportRow(
        id=report.id,
        person=person,
        title=report.title,
        category=report.category,
        status=report.status if report.is_safe else "unknown",
        taken_at=report.taken_at,
        issued_at=report.issued_at,
        expected_on=report.expected_on,
        measured=counts[0],
        below=counts[1],
        above=counts[2],
        has_conclusion=bool(report.conclusion),
        within=counts[3],
    )


def standings_of(vault: Vault, person: int, measures: Collection[str]) -> dict[str, str]:
    """Return how the measures of a person stand that are here. *Thread*: store."""
    bodies = vault.replica.by_reference("Observation", measures)
    birth, gender = birth_and_gender(vault, person) if bodies else (None, "")
    return {id: lens_results.standing(body, birth=birth, gender=gender) for id, body in bodies.items()}


def counted(standings: Sequence[str]) -> Counts:
    """Count how values stand: measured, below, above (or abnormal by the laboratory's word), within."""
    above = standings.count("above") + standings.count("abnormal")
    return (len(standings), standings.count("below"), above, standings.count("in"))


def trend(
    vault: Vault, person: int, code: str, unit: str, unit_code: str, *, born: tuple[date | None, str]
) -> tuple[TrendPoint, ...]:
    """Return the values of one analyte, oldest first, each held to the range of its own day for one `born` then. *Thread*: store."""
    points = []
    for one in vault.replica.trend(person, code):
        measure = lens_results.measure(read.parse(one.body or b"{}"), birth=born[0], gender=born[1])
        if measure.value is None or measure.at is None or not measure.is_safe:
            continue
        value = in_unit(measure.value, unit=measure.unit, code=measure.unit_code, into=unit, into_code=unit_code)
        if value is not None:
            text = measure.value_text if value == measure.value else read.digits(round(value, 4))
            points.append(TrendPoint(at=measure.at, value=value, text=text, report=measure.id, standing=measure.standing))
    return tuple(points)


def _measure_row(vault: Vault, person: int, measure: Measure, *, born: tuple[date | None, str]) -> MeasureRow:
    earlier = (
        [
            point
            for point in trend(vault, person, measure.code, measure.unit, measure.unit_code, born=born)
            if measure.at and point.at < measure.at
        ]
        if measure.code
        else []
    )
    return MeasureRow(
        id=measure.id,
        code=measure.code,
        title=measure.title,
        value=measure.value,
        value_text=measure.value_text,
        unit=measure.unit,
        low=measure.low,
        high=measure.high,
        range_text=measure.range_text,
        has_other_range=measure.has_other_range,
        standing=measure.standing,
        previous=earlier[-1] if earlier else None,
        note=measure.note,
        is_safe_to_show=measure.is_safe,
        unit_code=measure.unit_code,
        note_by=measure.note_by,
        note_on=measure.note_on,
    )


def _document(vault: Vault, person: int, report: Report) -> str | None:
    """Return what holds a report's paper: the document with its address or that says so of itself, else the report's own form."""
    for one in vault.replica.rows("DocumentReference", person=person, limit=limits.LIST_PAGE_ROWS * 4):
        resource = read.parse(one.body or b"{}")
        urls = [read.text(content, "attachment", "url") for content in read.each(resource, "content")]
        about = [read.reference(ref) for ref in read.each(resource, "context", "related")]
        if (report.document_url and report.document_url in urls) or ("DiagnosticReport", report.id) in about:
            return one.id
    return paper_id("DiagnosticReport", report.id) if report.has_paper else None
