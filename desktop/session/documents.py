"""Documents for pages: the list, requests for certificates, the bytes, and a PDF opened in a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from desktop import limits
from desktop.errors import NotAllowed, UsageError
from desktop.profile import Profile
from desktop.record.documents import Document, Request, saved_name
from desktop.record.fhir import lens_documents, read
from desktop.session.rows import DocumentRow, RequestRow
from desktop.session.scope import Scope
from desktop.store.blobs import Document as StoredDocument
from desktop.store.blobs import resource_of
from desktop.store.replica import StoredRow
from desktop.store.vault import Vault
from desktop.sync.shapes import attachment
from desktop.worker.client import DocumentUnreadable, PdfReader

if TYPE_CHECKING:
    from desktop.record.semd import Semd

_PLACES = {"absent": "absent", "queued": "waiting", "loading": "loading", "here": "here", "failed": "failed"}
_LOOKED_THROUGH = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """A request as it was filled in: `certificate` is a key of the catalogue of certificates where it was one, `about` is "Type/id"."""

    id: str
    kind: str
    certificate: str
    title: str
    clinic_id: str
    clinic: str
    answers: tuple[tuple[str, str], ...]
    comment: str
    about: str
    reason: str

    def answer(self, name: str) -> str:
        """Return one answer, or nothing."""
        return dict(self.answers).get(name, "")


class DocumentsDesk:
    """Documents of the open person."""

    def __init__(self, scope: Scope, profile: Profile) -> None:
        self._scope = scope
        self._profile = profile

    async def page(
        self,
        *,
        category: str | None = None,
        since: date | None = None,
        after: str | None = None,
        limit: int = limits.LIST_PAGE_ROWS,
        newest_first: bool = True,
    ) -> tuple[DocumentRow, ...]:
        """Return one page of documents in their order, from after the document `after`."""
        vault, person = self._scope.vault, self._scope.person
        return await self._scope.ask(_page, vault, person, category, since, after, limit, newest_first)

    async def own(self) -> tuple[DocumentRow, ...]:
        """Return what the person put in, newest first."""
        return await self._scope.ask(_own, self._scope.vault, self._scope.person)

    async def requests(self) -> tuple[RequestRow, ...]:
        """Return what was asked for and is not done, or was refused, newest first."""
        return await self._scope.ask(requests, self._scope.vault, self._scope.person)

    async def request_form(self, id: str) -> RequestForm:
        """Return what a request was filled in with, to correct it. *Raises* UsageError resource.unknown."""
        return await self._scope.tell(_request_form, self._scope.vault, id)

    async def get(self, id: str) -> DocumentRow:
        """Return one document's line. *Raises* UsageError document.unknown."""
        return await self._scope.tell(_get, self._scope.vault, id)

    async def content(self, id: str) -> bytes:
        """Return a document's bytes and write down that it was opened. *Raises* UsageError document.not_here."""
        return await self._scope.tell(self._content, id)

    async def fetch(self, id: str) -> None:
        """Put a document first in the queue; the next run brings it."""
        await self._scope.tell(_want, self._scope.vault, id)

    async def open_pdf(self, id: str) -> PdfReader:
        """Return a reader of the document in a process of its own; the caller closes it."""
        return PdfReader(await self.content(id))

    async def carries_commands(self, data: bytes) -> bool:
        """Say whether a PDF has commands or files inside for the program that opens it; one that cannot be read has none to tell of."""
        reader = PdfReader(data)
        try:
            facts = await reader.facts()
        except DocumentUnreadable:
            return False
        finally:
            reader.close()
        return facts.has_actions or facts.has_files

    async def open_semd(self, id: str) -> Semd:
        """Return a СЭМД as blocks. *Raises* XmlUnreadable."""
        # The XML library is read with the first such document.
        from desktop.record.semd_xml import read_semd

        data = await self.content(id)
        return await self._scope.tell(read_semd, data)

    async def saved_name(self, id: str) -> str:
        """Return the name under which a document is saved: ours, never the portal's."""
        return await self._scope.tell(lambda: saved_name(_source(self._scope.vault, id)[1]))

    async def portal_page(self, id: str) -> str:
        """Return the address of the portal that has a document, for the system's browser."""
        return await self._scope.tell(_portal_page, self._scope.vault, id)

    async def note(self, id: str, event: str) -> None:
        """Write down that a document left the vault: document.saved, document.printed, document.mailed.

        *Raises* NotAllowed where the profile forbids it; asked before anything is written.
        """
        allowed = {
            "document.saved": self._profile.may_save,
            "document.printed": self._profile.may_print,
            "document.mailed": self._profile.may_mail,
        }
        if not allowed[event]:
            raise NotAllowed(event)
        await self._scope.tell(_note, self._scope.vault, id, event)

    def _content(self, id: str) -> bytes:
        data = self._scope.vault.blobs.read(id)
        if data is None:
            raise UsageError("document.not_here")
        _note(self._scope.vault, id, "document.opened")
        return data


def _page(
    vault: Vault,
    person: int,
    category: str | None,
    since: date | None,
    after: str | None,
    limit: int,
    newest_first: bool,
) -> tuple[DocumentRow, ...]:
    last = vault.replica.row("DocumentReference", after) if after else None
    place, found, looked = (last.place if last else None), list[DocumentRow](), 0
    while len(found) < limit and looked < _LOOKED_THROUGH:
        rows = vault.replica.read(
            lens_documents.document, "DocumentReference", person=person, after=place, since=since, limit=limit,
            newest_first=newest_first,
        )
        fitting = [
            (one, document) for one, document in rows
            if document.status not in ("superseded", "entered-in-error") and category in (None, document.category)
        ]
        stored = vault.blobs.states([one.id for one, _ in fitting])
        found += [_row(document, one.person, stored.get(one.id)) for one, document in fitting]
        looked += len(rows)
        if len(rows) < limit:
            break
        place = rows[-1][0].place
    return tuple(found[:limit])


def _own(vault: Vault, person: int) -> tuple[DocumentRow, ...]:
    found, place = list[DocumentRow](), None
    while rows := vault.replica.read(lens_documents.document, "DocumentReference", person=person, after=place, limit=200):
        found += [
            _row(document, one.person, vault.blobs.state(one.id)) for one, document in rows
            if document.is_own and document.status not in ("superseded", "entered-in-error")
        ]  # fmt: skip
        place = rows[-1][0].place
    return tuple(found)


def _row(document: Document, person: int, stored: StoredDocument | None) -> DocumentRow:
    return DocumentRow(
        id=document.id,
        person=person,
        title=document.title,
        category=document.category,
        type_code=document.type_code,
        created_on=document.created_on,
        clinic=document.clinic,
        author=document.author,
        status=document.status,
        content_type=document.content_type,
        size_bytes=document.size_bytes,
        place=_PLACES[stored.state] if stored else "absent",  # type: ignore[arg-type]
        failure=stored.reason if stored else "",
        signature="stated_valid" if document.is_signed else "none",
        starts_on=document.starts_on,
        ends_on=document.ends_on,
        stage=document.stage,
        is_own=document.is_own,
    )


def _source(vault: Vault, id: str) -> tuple[StoredRow, Document]:
    """Return the resource whose bytes a document is, and what it says. *Raises* UsageError document.unknown."""
    type_name, bare = resource_of(id)
    stored = vault.replica.row(type_name, bare)
    if stored is None or stored.body is None:
        raise UsageError("document.unknown")
    return stored, facts_of(stored)


def facts_of(stored: StoredRow) -> Document:
    """Read a document, or the printed form of a report as one."""
    lens = lens_documents.printed_report if stored.type == "DiagnosticReport" else lens_documents.document
    return lens(read.parse(stored.body or b"{}"))


def _get(vault: Vault, id: str) -> DocumentRow:
    stored, document = _source(vault, id)
    return _row(document, stored.person, vault.blobs.state(id))


def _want(vault: Vault, id: str) -> None:
    stored, document = _source(vault, id)
    found = attachment(stored.body or b"")
    if found is None or not found.url:
        return
    vault.blobs.plan(
        id,
        found.url,
        document.size_bytes,
        found.hash,
        document.content_type,
        portal=stored.portal,
        person=stored.person,
        is_first=True,
    )


def _portal_page(vault: Vault, id: str) -> str:
    stored, _ = _source(vault, id)
    portal = vault.portals.get(stored.portal)
    where = urlsplit(portal.base_url if portal else "")
    return f"{where.scheme}://{where.netloc}/"


def _note(vault: Vault, id: str, event: str) -> None:
    stored, document = _source(vault, id)
    vault.journal.write(event, stored.person, {"title": document.title})


def requests(vault: Vault, person: int) -> tuple[RequestRow, ...]:
    """Return requests that are under way or were refused and not put right since. *Thread*: store."""
    found = []
    read_ones = [read.parse(one.body or b"{}") for one in vault.replica.rows("Task", person=person, limit=60)]
    known = [(resource, lens_documents.request(resource)) for resource in read_ones]
    corrected = {request.corrects for _, request in known}
    for resource, request in known:
        if _is_paper(request) and request.status != "done" and request.id not in corrected:
            found.append(
                RequestRow(
                    id=request.id,
                    person=person,
                    title=_inputs(resource).get("title") or _inputs(resource).get("medicine") or request.title,
                    status=request.status,
                    due_on=request.due_on,
                    reason=request.reason,
                    stage=request.stage,
                    kind=request.kind,
                )
            )
    return tuple(found)


def _is_paper(request: Request) -> bool:
    """Say whether a request belongs to the documents; one for the statement of services stands with the policy."""
    words = ("certificate", "document", "statement", "extract", "card.send", "records.", "prescription.ask")
    return request.kind != "statement.order" and any(word in request.kind for word in words)


def _inputs(resource: Mapping[str, Any]) -> dict[str, str]:
    named = ((read.concept(one, "type") or read.code(one, "type"), read.text(one, "valueString")) for one in read.each(resource, "input"))
    return {name: value for name, value in named if name}


def _request_form(vault: Vault, id: str) -> RequestForm:
    body = vault.replica.get("Task", id)
    if body is None:
        raise UsageError("resource.unknown")
    resource = read.parse(body)
    inputs = _inputs(resource)
    certificate, title = inputs.pop("certificate", ""), inputs.pop("title", "")
    request = lens_documents.request(resource)
    return RequestForm(
        id=id,
        kind=request.kind,
        certificate=certificate,
        title=title or request.title,
        clinic_id=read.reference(resource, "owner")[1],
        clinic=read.display(resource, "owner"),
        answers=tuple(inputs.items()),
        comment=read.text(resource, "description"),
        about="/".join(request.about) if request.about[1] else "",
        reason=request.reason,
    )
