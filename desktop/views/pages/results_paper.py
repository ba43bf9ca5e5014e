"""A report as a sheet of ours, for results that came without a document of the clinic."""

from __future__ import annotations

from datetime import date

from desktop.session.rows import MeasureRow, PersonRow, ReportView
from desktop.views import typeset, wording
from desktop.views.pages import results_words
from desktop.words import tr


def sheet(view: ReportView, person: PersonRow | None, *, today: date) -> typeset.Sheet:
    """Compose the sheet: who, when, where, the values as they came, the doctor's words."""
    at = view.row.taken_at or view.row.issued_at
    taken = results_words.full_day(at.date()) if at is not None else tr("results.no_date")
    blocks: list[typeset.Block] = []
    if person is not None:
        blocks.append(typeset.Text(text=" ".join(part for part in (person.family, person.given, person.middle) if part), is_strong=True))
    rows = [(one.title, *_cells(one)) for one in view.measures]
    if rows:
        header = (tr("results.column_title"), tr("results.column_value"), tr("results.column_range"), "")
        blocks.append(typeset.Grid(header=header, rows=rows, widths=(40, 20, 18, 22)))
    if view.conclusion:
        blocks.append(typeset.Heading(text=tr("results.conclusion" if not view.measures else "results.comment")))
        blocks.append(typeset.Text(text=view.conclusion))
    blocks.append(typeset.Text(text=f"{tr('results.not_diagnosis')} {tr('results.paper_made')}", is_small=True))
    return typeset.Sheet(
        kind=tr("results.paper_kind"),
        title=view.row.title,
        subtitle=tr("results.paper_subtitle", taken=taken, clinic=view.clinic).strip(". "),
        origin=wording.paper_origin(today),
        blocks=tuple(blocks),
    )


def _cells(one: MeasureRow) -> tuple[str, str, str]:
    if not one.is_safe_to_show:
        return tr("results.measure_unsafe"), "", ""
    standing = tr(f"results.standing_{one.standing}") if results_words.is_out(one) else ""
    return f"{results_words.value_words(one)} {one.unit}".strip(), results_words.range_words(one), standing
