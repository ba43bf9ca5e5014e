"""Documents and requests in words: lines of the list, tags, what went wrong with a file. Claims nothing of its own."""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop import limits
from desktop.errors import KnownError
from desktop.session.rows import DocumentRow, OutboxRow, RequestRow
from desktop.views import wording
from desktop.views.pages.results_words import full_day
from desktop.views.parts import RowFace
from desktop.words import has, tr

ICONS: Final = {"statement": "ruble"}
PDF: Final = "application/pdf"
XML: Final = ("text/xml", "application/xml", "application/hl7-cda+xml", "application/cda+xml")
REQUEST_ACTS: Final = (
    "certificate.order", "certificate.resubmit", "document.request", "document.send_to_clinic", "card.send_to_clinic", "records.pass_on",
    "prescription.ask",
)  # fmt: skip


def is_too_large(row: DocumentRow) -> bool:
    """Say whether a file is larger than the program keeps."""
    return row.size_bytes is not None and row.size_bytes > limits.ATTACHMENT_BYTES


def detail(row: DocumentRow) -> str:
    """Write the day and, for what is not here, the size."""
    parts = [period(row) or (full_day(row.created_on) if row.created_on is not None else tr("documents.no_date"))]
    if row.place != "here" and row.size_bytes is not None:
        parts.append(wording.size(row.size_bytes))
    return ", ".join(parts)


def named(row: DocumentRow) -> str:
    """Name one record with its day."""
    return f"{row.title}, {full_day(row.created_on)}" if row.created_on is not None else row.title


def own_day(row: DocumentRow) -> str:
    """Write the day that a result of one's own is of."""
    on = row.starts_on or row.created_on
    return full_day(on) if on is not None else tr("documents.no_date")


def period(row: DocumentRow) -> str:
    """Write the days of a sick leave and whether it is closed, in the portal's word; nothing for other documents."""
    first, last = row.starts_on, row.ends_on
    if row.category != "sick_leave" or first is None:
        return ""
    days = full_day(first) if last in (None, first) else tr("documents.period_days", first=_short(first, last), last=full_day(last))
    return f"{days}, {row.stage.lower()}" if row.stage else days


def _short(first: date, last: date | None) -> str:
    """Write the first of two days without what they share."""
    if last is None or first.year != last.year:
        return full_day(first)
    return str(first.day) if first.month == last.month else f"{first.day} {tr(f'shell.month_{first.month}')}"


def place_words(row: DocumentRow) -> str:
    """Write where the bytes of a document are."""
    if row.place == "absent" and is_too_large(row):
        return tr("documents.place_too_large")
    return tr(f"documents.place_{row.place}")


def face(row: DocumentRow) -> RowFace:
    """Return what the list shows of a document."""
    icon = ICONS.get(row.category, "document")
    if row.place == "here":
        third = tr("documents.own") if row.is_own else row.clinic
        return RowFace(title=row.title, detail=detail(row), third=third, icon=icon, trailing="device")
    icon, kind = ("save", "dashed") if row.place != "failed" else ("alert", "warn")
    words = tr("documents.place_absent_get") if row.place == "absent" and not is_too_large(row) else place_words(row)
    tone = "warn" if row.place == "failed" else "ink2"
    return RowFace(title=row.title, detail=detail(row), third=words, third_bold=True, third_tone=tone, icon=icon, kind=kind)


def said(row: DocumentRow) -> str:
    """Return a line of the list as it is spoken."""
    parts = [row.title, detail(row), tr("documents.own") if row.is_own else row.clinic, place_words(row)]
    return ". ".join(part for part in parts if part)


def signature(row: DocumentRow) -> tuple[str, str, str]:
    """Return the words, icon and kind of the tag on the signature: the portal's statement, never a check of ours."""
    if row.signature == "stated_valid":
        return tr("documents.signed"), "seal", "accent"
    return tr("documents.unsigned"), "signature", "quiet"


def trouble(error: KnownError) -> str:
    """Say why a file cannot be shown."""
    key = f"documents.trouble_{error.code.rpartition('.')[2]}"
    return tr(key if has(key) else "documents.trouble_unreadable")


def failure(row: DocumentRow) -> str:
    """Say why a file did not come, where there is more to say than that it did not."""
    key = f"documents.trouble_{row.failure}"
    return tr(key) if row.failure and has(key) else ""


# --- requests
def request_words(row: RequestRow, *, today: date) -> str:
    """Write where a request stands: the portal's own words first, then the day it is promised for."""
    if row.status == "refused":
        return tr("documents.request_refused", reason=wording.refusal(row.reason))
    stage = row.stage or tr(f"documents.request_{row.status}")
    if row.due_on is None:
        return stage
    return tr("documents.request_due", stage=stage, on=wording.day(row.due_on, today=today))


def act_title(act: OutboxRow) -> str:
    """Return what was asked for."""
    body = dict(act.body)
    if act.kind == "prescription.ask":
        return tr("papers.rx_named", medicine=body.get("medicine", ""))
    return body.get("title") or tr(f"documents.act_{act.kind.replace('.', '_')}")


def act_words(act: OutboxRow) -> str:
    """Write where an act of the person stands."""
    if act.state == "rejected":
        return tr("documents.request_refused", reason=wording.refusal(act.reason))
    return tr("documents.act_unconfirmed" if act.state == "sending" else "documents.act_waits")
