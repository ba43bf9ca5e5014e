"""Visits in words: days and hours on the clinic's own clock, states, the log, the evidence. Knows the catalogue, no widget."""

from __future__ import annotations

from datetime import date, datetime

from desktop.record.care import PastVisit
from desktop.session.visits import EditRow, VisitRow, VisitView
from desktop.views import wording
from desktop.views.typeset import Block, Facts, Heading, Sheet, Text
from desktop.words import has, tr


def stub(at: datetime | None, *, today: date) -> tuple[str, str]:
    """Return the number of the day and what stands under it: «11», «мая, пн»."""
    if at is None:
        return "—", tr("visits.no_day")
    month, day = tr(f"visits.m_{at.month}"), tr(f"visits.short_{at.weekday()}")
    return str(at.day), tr("visits.under" if at.year == today.year else "visits.under_year", month=month, weekday=day, year=at.year)


def month(at: datetime | None) -> str:
    """Return the heading of a month: «Май 2026»."""
    return wording.month_title(at.year, at.month) if at is not None else tr("visits.no_day")


def moment(at: datetime) -> str:
    """Write a day and an hour of the clinic's clock with the year: «11 мая 2026, 9:40»."""
    day = tr("shell.day_year", day=at.day, month=tr(f"shell.month_{at.month}"), year=at.year)
    return tr("visits.moment", day=day, time=f"{at.hour}:{at.minute:02d}")


def state(facts: PastVisit) -> str:
    """Return the word for a visit's state."""
    key = f"visits.status_{facts.status.replace('-', '_')}"
    return tr(key) if has(key) else facts.status


def title(row: VisitRow) -> str:
    """Return what a visit is called."""
    return row.facts.title or tr(f"visits.group_{row.group.replace('-', '_')}_one")


def detail(row: VisitRow) -> str:
    """Return clinic and doctor in one line, and the state when it is not the usual one; what the doctor is stands in the panel."""
    odd = state(row.facts) if row.facts.status != "finished" else ""
    return ", ".join(part for part in (row.facts.clinic, row.facts.doctor.partition(",")[0], odd) if part)


def evidence(view: VisitView) -> str:
    """Say what this computer itself knows of a visit that nobody booked."""
    at = view.row.facts.started_at
    day = moment(at).split(",")[0] if at is not None else ""
    words = tr("visits.evidence_no_booking", day=day)
    if view.seen_at is None:
        return words
    seen = view.seen_at.astimezone()
    is_new = any(one.is_here and one.what == "seen_new" for one in view.log)
    return tr("visits.evidence_new" if is_new else "visits.evidence_first", seen=moment(seen), words=words)


def edit(row: EditRow) -> tuple[str, str]:
    """Return what was done and by whom, when."""
    at = row.at.astimezone() if row.is_here else row.at
    if row.is_here:
        return tr(f"visits.log_{row.what}"), tr("visits.log_here", at=moment(at))
    return row.what or tr("visits.log_written"), ", ".join(part for part in (row.by, moment(at)) if part)


def extract(view: VisitView, *, name: str, today: date) -> Sheet:
    """Compose the extract of a visit for paper."""
    facts = view.row.facts
    pairs = [
        (tr("visits.patient"), name),
        (tr("visits.when"), moment(facts.started_at) if facts.started_at else ""),
        (tr("visits.clinic"), facts.clinic),
        (tr("visits.doctor"), facts.doctor),
        (tr("visits.status"), state(facts)),
        (tr("visits.diagnosis"), "; ".join(diagnosis(one) for one in view.diagnoses)),
        (tr("visits.complaints"), view.complaints),
    ]
    blocks: list[Block] = [Facts(pairs=[pair for pair in pairs if pair[1]])]
    for key in ("prescriptions", "referrals", "results", "documents"):
        links = getattr(view, key)
        if links:
            blocks.append(Heading(text=tr(f"visits.{key}")))
            blocks += [Text(text=". ".join(part for part in (one.title, one.detail) if part)) for one in links]
    if view.log:
        blocks.append(Heading(text=tr("visits.log")))
        blocks += [Text(text=": ".join(reversed(edit(one))), is_small=True) for one in view.log]
    blocks.append(Text(text=tr("visits.paper_note"), is_small=True))
    kind = tr("visits.paper_subtitle")
    return Sheet(kind=kind, title=title(view.row), subtitle=kind, origin=wording.paper_origin(today), blocks=blocks)


def diagnosis(one: tuple[str, str]) -> str:
    """Write a diagnosis as the clinic wrote it, with its code."""
    code, words = one
    return f"{words} ({code})" if words and code and words != code else words or code
