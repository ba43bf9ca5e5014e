"""DocumentReference and Task → documents and requests.

*Source*: HL7 FHIR R4; types by НСИ 1.2.643.5.1.13.13.11.1522. A kind is told by the portal's category, else by the national type, else
by the words of the title.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop.record.documents import Category, Document, Request, RequestStatus
from desktop.record.fhir import lens_results, read
from desktop.record.fhir.acts import ACT_SYSTEM, OWN_TAG

_BY_CATEGORY: Final[Mapping[str, Category]] = {
    "discharge": "discharge",
    "certificate": "certificate",
    "conclusion": "conclusion",
    "sick-leave": "sick_leave",
    "statement": "statement",
    "laboratory": "conclusion",
    "protocol": "conclusion",
}
_TYPES: Final = "urn:oid:1.2.643.5.1.13.13.11.1522"
_CODES: Final[Mapping[Category, str]] = {
    "certificate": "8 39 45 47 48 49 50 52 53 54 56 66 71 78 79 88 89 90 91 122 343 370 480",
    "conclusion": "2 5 6 7 11 12 36 51 69 85 108 109 121 141 340 341 368",
    "discharge": "1 10 345 350 351 380 384 386",
    "other": "3 33 34 37 38 57 74 80 81 86 107 241 346 347 389",
}
_BY_TYPE: Final = {code: category for category, codes in _CODES.items() for code in codes.split()}
_BY_WORD: Final[tuple[tuple[str, Category], ...]] = (
    ("эпикриз", "discharge"),
    ("выписк", "discharge"),
    ("нетрудоспособн", "sick_leave"),
    ("больничн", "sick_leave"),
    ("справк", "certificate"),
    ("сертификат", "certificate"),
    ("стоимост", "statement"),
    ("заключен", "conclusion"),
    ("протокол", "conclusion"),
    ("осмотр", "conclusion"),
)
_STATUSES: Final[Mapping[str, RequestStatus]] = {
    "draft": "waiting",
    "requested": "sent",
    "received": "sent",
    "accepted": "in_progress",
    "ready": "in_progress",
    "in-progress": "in_progress",
    "on-hold": "in_progress",
    "completed": "done",
    "rejected": "refused",
    "failed": "refused",
    "cancelled": "refused",
}


def document(resource: Mapping[str, Any]) -> Document:
    """Read a DocumentReference; of several contents the first counts."""
    attachment = read.obj(resource, "content", 0, "attachment") or {}
    title = read.concept(resource, "type") or read.text(resource, "description") or read.text(attachment, "title")
    size = read.number(attachment, "size")
    return Document(
        id=read.text(resource, "id"),
        title=read.text(resource, "description") or title,
        category=_category(resource, title.lower()),
        type_code=read.code(resource, "type"),
        created_on=read.day(resource.get("date") or attachment.get("creation")),
        clinic=read.display(resource, "custodian"),
        author=read.display(resource, "author", 0),
        status=read.text(resource, "status"),
        content_type=read.text(attachment, "contentType").split(";")[0].strip().lower(),
        url=read.text(attachment, "url"),
        size_bytes=int(size) if size is not None and size >= 0 else None,
        is_signed=bool(read.obj(resource, "authenticator")),
        about="/".join(read.reference(resource, "context", "related", 0)),
        starts_on=read.day(read.obj(resource, "context", "period", "start")),
        ends_on=read.day(read.obj(resource, "context", "period", "end")),
        stage=read.concept(resource, "context", "event", 0),
        is_own=is_own(resource),
    )


def is_own(resource: Mapping[str, Any]) -> bool:
    """Say whether a person put a resource in: the portal's own mark, else that the patient is its only author."""
    tags = {read.text(one, "code") for one in read.each(resource, "meta", "tag")}
    authors = [read.reference(one)[0] for one in read.each(resource, "author")]
    return OWN_TAG in tags or (bool(authors) and set(authors) <= {"Patient", "RelatedPerson"})


def printed_report(resource: Mapping[str, Any]) -> Document:
    """Read the printed form of a DiagnosticReport as a document."""
    report, form = lens_results.report(resource), lens_results.printed_form(resource)
    size = read.number(form, "size")
    at = report.taken_at or report.issued_at
    return Document(
        id=f"DiagnosticReport/{report.id}",
        title=report.title,
        category="conclusion",
        type_code=read.code(resource, "code"),
        created_on=at.date() if at is not None else None,
        clinic=report.clinic,
        author=report.interpreter,
        status="current",
        content_type=read.text(form, "contentType").split(";")[0].strip().lower(),
        url=report.document_url,
        size_bytes=int(size) if size is not None and size >= 0 else None,
        is_signed=False,
        about=f"DiagnosticReport/{report.id}",
    )


def _category(resource: Mapping[str, Any], title: str) -> Category:
    for _, code in read.codes(resource, "category"):
        if code in _BY_CATEGORY:
            return _BY_CATEGORY[code]
    if (national := read.code(resource, "type", system=_TYPES)) in _BY_TYPE:
        return _BY_TYPE[national]
    return next((found for word, found in _BY_WORD if word in title), "other")


def request(resource: Mapping[str, Any]) -> Request:
    """Read a Task."""
    reason = read.concept(resource, "statusReason")
    note = read.text(resource, "note", 0, "text")
    based = (read.reference(one) for one in read.each(resource, "basedOn"))
    return Request(
        id=read.text(resource, "id"),
        kind=read.code(resource, "code", system=ACT_SYSTEM) or read.code(resource, "code"),
        title=read.concept(resource, "code") or read.text(resource, "description"),
        status=_STATUSES.get(read.text(resource, "status"), "in_progress"),
        stage=read.concept(resource, "businessStatus"),
        due_on=read.day(read.obj(resource, "restriction", "period", "end")),
        asked_on=read.day(resource.get("authoredOn")),
        reason=reason or note,
        about=read.reference(resource, "focus"),
        result=next(
            (
                read.reference(one, "valueReference")
                for one in read.each(resource, "output")
                if read.reference(one, "valueReference")[1]
            ),
            ("", ""),
        ),
        clinic=read.display(resource, "owner"),
        corrects=next((id for kind, id in (read.reference(resource, "focus"), *based) if kind == "Task"), ""),
    )
