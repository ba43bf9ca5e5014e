"""Results in words: a line of the list, a value, what a screen reader hears. Interprets nothing: it repeats what came."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from desktop.record.results import Measure, Report
from desktop.session.rows import MeasureRow, ReportRow
from desktop.views import wording
from desktop.views.parts import Reading, RowFace, figure
from desktop.words import language, tr

ICONS: Final = {"blood": "drop", "urine": "flask", "imaging": "scan", "ecg": "ecg", "other": "document"}
_DIGITS: Final = re.compile(r"[\d.,\s\u2013\u2212<>=≤≥+/-]+")
_POINT: Final = re.compile(r"(?<=\d)\.(?=\d)")
_COMMA: Final = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))")


def full_day(on: date) -> str:
    """Write a day with its year: a record is read years later."""
    return tr("shell.day_year", day=on.day, month=tr(f"shell.month_{on.month}"), year=on.year)


def clock(at: datetime) -> str:
    """Write a time as the clinic's own clock showed it, wherever the reader is; midnight is a day without a time."""
    return f"{at.hour}:{at.minute:02d}" if (at.hour, at.minute) != (0, 0) else ""


def short_month(on: date) -> str:
    """Write a month for the axis of a chart: «мар 24»."""
    return tr("results.axis", month=tr(f"results.month_{on.month}"), year=f"{on.year % 100:02d}")


def digits(text: str) -> str:
    """Write figures with the language's decimal mark; words stay as the laboratory wrote them.

    A comma before three digits stays: it may stand for thousands.
    """
    if not _DIGITS.fullmatch(text):
        return text
    return _POINT.sub(",", text) if language() == "ru" else _COMMA.sub(".", text)


def pending_words(row: ReportRow | Report, *, today: date) -> str:
    """Write what a result that is not ready waits for."""
    if row.taken_at is None:
        return tr("results.waiting_only")
    taken = wording.day(row.taken_at.date(), today=today)
    if row.expected_on is None:
        return tr("results.taken_only", taken=taken)
    return tr("results.taken_waiting", taken=taken, expected=wording.day(row.expected_on, today=today))


def summary(row: ReportRow) -> tuple[str, str, str]:
    """Return the words under a result in the list, their icon and their tone."""
    if row.status == "unknown":
        return tr("results.unsafe"), "alert", "warn"
    if row.status == "cancelled":
        return tr("results.cancelled"), "ban", "ink2"
    out = row.below + row.above
    if out and row.measured:
        kind = "some_out" if row.below and row.above else "some_below" if row.below else "some_above"
        icon = {"some_below": "trend-down", "some_above": "trend-up", "some_out": "alert"}[kind]
        return tr(f"results.{kind}", out=out, n=row.measured), icon, "bad"
    if row.status == "partial":
        return tr("results.partial"), "hourglass", "ink2"
    if row.measured and row.within == row.measured:
        one = "results.one_within" if row.measured == 1 else "results.all_within"
        return tr(one, n=row.measured), "check", "good"
    if row.measured:
        return tr("results.counted", row.measured), "document", "ink2"
    return tr("results.conclusion" if row.has_conclusion else "results.no_values"), "document", "ink2"


def face(row: ReportRow, *, today: date) -> RowFace:
    """Return what the list shows of a report."""
    if row.status == "pending":
        return RowFace(title=row.title, detail=pending_words(row, today=today), icon="hourglass")
    third, icon, tone = summary(row)
    at = row.taken_at or row.issued_at
    detail = full_day(at.date()) if at is not None else tr("results.no_date")
    return RowFace(title=row.title, detail=detail, third=third, third_icon=icon, third_tone=tone,
                   third_bold=tone == "bad", icon=ICONS[row.category], dim=row.status == "cancelled")  # fmt: skip


def said(row: ReportRow, *, today: date) -> str:
    """Return a line of the list as it is spoken."""
    shown = face(row, today=today)
    if not shown.third:
        return f"{shown.title}. {shown.detail}"
    return tr("results.row_said", title=shown.title, detail=shown.detail, third=shown.third)


def counts(row: ReportRow) -> tuple[str, str]:
    """Return what the notice says of the values: how many stand where, then what else is known."""
    parts = []
    if row.within:
        parts.append(tr("results.within", row.within))
    if row.below:
        parts.append(tr("results.below", n=row.below) if parts else tr("results.below_alone", row.below))
    if row.above:
        parts.append(tr("results.above", n=row.above) if parts else tr("results.above_alone", row.above))
    unknown = row.measured - row.within - row.below - row.above
    rest = tr("results.not_diagnosis")
    if not parts:
        return tr("results.unknown_range"), rest
    if unknown > 0:
        rest = f"{tr('results.unknown_some', unknown)} {rest}"
    return ", ".join(parts) + ".", rest


# --- one value
def reading(row: MeasureRow) -> Reading | None:
    """Return a value as it is drawn on its line; None where there is no number or no range, or the laboratory's word is another."""
    if row.value is None or (row.low is None and row.high is None) or not row.is_safe_to_show:
        return None
    made = Reading(value=row.value, low=row.low, high=row.high, previous=row.previous.value if row.previous else None)
    return made if made.standing == {"in": "within"}.get(row.standing, row.standing) else None


def value_words(row: MeasureRow) -> str:
    """Write a value without its unit."""
    return digits(row.value_text)


def range_words(row: MeasureRow | Measure) -> str:
    """Write the range: the laboratory's own words first."""
    if row.range_text:
        return digits(row.range_text)
    if row.has_other_range:
        return tr("results.range_other")
    if row.low is not None and row.high is not None:
        return f"{figure(row.low)}–{figure(row.high)}"
    if row.high is not None:
        return tr("parts.range_up_to", high=figure(row.high))
    return tr("parts.range_from", low=figure(row.low)) if row.low is not None else ""


def measure_said(row: MeasureRow) -> str:
    """Return a value as it is spoken: «Гемоглобин: 114 г/л, ниже нормы, норма 117–155, было 119»."""
    if not row.is_safe_to_show:
        return tr("results.measure_said", title=row.title, value=tr("results.measure_unsafe"))
    words = tr("results.measure_said", title=row.title, value=f"{value_words(row)} {row.unit}".strip())
    if row.standing != "unknown":
        words = tr("results.measure_standing", said=words, standing=tr(f"results.standing_{row.standing}"))
    if row.has_other_range:
        words = tr("results.measure_standing", said=words, standing=tr("results.range_other"))
    elif range_words(row):
        words = tr("results.measure_range", said=words, range=range_words(row))
    if row.previous is not None:
        words = tr("results.measure_previous", said=words, value=digits(row.previous.text))
    return words


def is_out(row: MeasureRow) -> bool:
    """Say whether a value stands out of its range by what came with it."""
    return row.standing in ("below", "above", "abnormal")
