"""The card out of the vault: as FHIR JSON, FHIR XML, a table or an archive with its documents, and the facts for a typeset sheet.

Owns: what belongs to a section, reading in pieces, the line in the journal. Does not own: how a sheet looks (views/pages/card_paper),
what stands where in an archive (archive), where a file goes (the caller) nor how it comes to be there (files). A run is given up by
cancelling it. *Source*: requirements C42.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, BinaryIO, Final, Literal, ParamSpec

from desktop.clock import Clock
from desktop.errors import NotAllowed, UsageError
from desktop.profile import Profile
from desktop.record.care import DENIED
from desktop.record.documents import Document
from desktop.record.fhir import lens_prevention, lens_results, read
from desktop.record.results import Measure, Report
from desktop.session import files
from desktop.session.booking_rows import Places, booking_row, shown
from desktop.session.documents import facts_of
from desktop.session.people import birth_and_gender
from desktop.session.rows import BookingRow
from desktop.session.scope import Scope
from desktop.session.subjects import LENSES
from desktop.store.acting import Acting
from desktop.store.replica import Place, StoredRow
from desktop.store.vault import Vault
from desktop.sync.shapes import attachment

P = ParamSpec("P")
Format = Literal["fhir", "xml", "csv", "zip"]
Moved = Callable[[int, int], object]
SECTIONS: Final[dict[str, tuple[str, ...]]] = {
    "health": ("AllergyIntolerance", "Condition", "MedicationStatement"),
    "results": ("DiagnosticReport", "Observation", "ImagingStudy"),
    "documents": ("DocumentReference",),
    "visits": ("Encounter", "Procedure"),
    "prescriptions": ("MedicationRequest", "MedicationDispense"),
    "vaccinations": ("Immunization", "ImmunizationRecommendation"),
    "checkups": ("CarePlan", "EpisodeOfCare"),
    "referrals": ("ServiceRequest",),
}
_ALWAYS: Final = ("Coverage", "RelatedPerson")
_SHARED: Final = ("Organization", "Practitioner", "PractitionerRole", "Location")
_WITH_PAPERS: Final = ("DocumentReference", "DiagnosticReport")
_PIECE: Final = 200
_TAKEN_BACK: Final = DENIED | {"superseded"}
_MOST_VISITS: Final = 20_000
_FILE: Final = Path(__file__).resolve().parents[2] / "resources" / "domain" / "fhir_order.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What goes out: whose, which sections (everything that is kept where none is named), since which day."""

    person: int
    sections: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file holds: records, documents with their bytes, documents whose bytes are not on this computer."""

    resources: int
    documents: int = 0
    missing: int = 0


@cache
def _orders() -> dict[str, list[str]]:
    found: dict[str, list[str]] = json.loads(_FILE.read_text("utf-8"))
    return found


class ExportDesk:
    """Exports of one person's card."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, profile: Profile) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._profile = profile

    async def write(self, path: Path, format: Format, choice: Choice, moved: Moved | None = None) -> Written:
        """Write a file anew and return what is in it; cancelled or failed, nothing of it stays.

        *Raises* NotAllowed, UsageError export.unknown_section, file.refused, DiskFull file.disk_full.
        """
        if not self._profile.may_save:
            raise NotAllowed("document.saved")
        if unknown := [one for one in choice.sections if one not in SECTIONS]:
            raise UsageError("export.unknown_section", section=unknown[0])
        with files.whole(path) as out:
            if format == "zip":
                written = await self._archive(out, choice, moved or _silent)
            else:
                written = Written(resources=await self._write(out, format, choice, moved or _silent))
        await self.note(choice.person, format)
        return written

    async def note(self, person: int, format: str) -> None:
        """Write down that the card left the vault."""
        await self._scope.tell(self._scope.vault.journal.write, "card.exported", person, {"format": format})

    async def _archive(self, out: BinaryIO, choice: Choice, moved: Moved) -> Written:
        # The ZIP library is read with the first such export.
        from desktop.session.archive import archive

        papers = [one async for one in self._papers(choice)]
        with archive(out, self._clock.now()) as made:
            with made.records() as file:
                count = await self._write(file, "fhir", choice, lambda done, total: moved(done, total + len(papers)))
            for done, paper in enumerate(papers, count + 1):
                await _to_the_end(made.add, paper, await self._scope.tell(self._scope.vault.blobs.read, paper.id))
                moved(done, count + len(papers))
            await _to_the_end(made.end)
        return Written(resources=count, documents=len(papers) - made.missing, missing=made.missing)

    async def _papers(self, choice: Choice) -> AsyncIterator[Document]:
        kinds, person, since = (await self._scope.tell(_wanted, self._scope.vault, choice))[0]
        async for rows in self._pieces(tuple(kind for kind in kinds if kind in _WITH_PAPERS), person, since):
            for row in rows:
                if attachment(row.body or b"") is not None:
                    yield facts_of(row)

    async def _write(self, out: IO[bytes], format: Format, choice: Choice, moved: Moved) -> int:
        total = await self._scope.tell(_count, self._scope.vault, choice)
        done = 0
        out.write(_HEADS[format](self._clock.now().isoformat(timespec="seconds")))
        async for rows in self._records(choice):
            data = await asyncio.to_thread(_WORDS[format], rows, done == 0)
            await _to_the_end(out.write, data)
            done += len(rows)
            moved(done, max(total, done))
        out.write(_ENDS[format])
        return done

    async def _records(self, choice: Choice) -> AsyncIterator[list[StoredRow]]:
        for types, person, since in await self._scope.tell(_wanted, self._scope.vault, choice):
            async for rows in self._pieces(types, person, since):
                yield rows
        patient = await self._scope.tell(_patient, self._scope.vault, choice.person)
        if patient is not None:
            yield [patient]

    async def _pieces(self, types: Sequence[str], person: int, since: date | None) -> AsyncIterator[list[StoredRow]]:
        place: Place | None = None
        while types and (rows := await self._scope.tell(_piece, self._scope.vault, types, person, place, since)):
            yield rows
            place = rows[-1].place

    async def reports(self, choice: Choice, after: str | None = None) -> tuple[tuple[Report, tuple[Measure, ...]], ...]:
        """Return a few reports with their values, newest first, from after a report: what a sheet is typeset from."""
        return await self._scope.tell(_reports, self._scope.vault, choice, after)

    async def visits(self, choice: Choice) -> tuple[BookingRow, ...]:
        """Return the bookings that stand, with their times: those ahead, and since a named day those that were, too."""
        return await self._scope.tell(_visits, self._scope.vault, self._acting, choice, self._clock.now())

    async def facts(self, subject: str, choice: Choice) -> tuple[object, ...]:
        """Return a subject's typed facts of the chosen person, newest first; none that was taken back."""
        return await self._scope.tell(_facts, self._scope.vault, subject, choice)


async def _to_the_end(work: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run work on an open file in a thread; a run that is given up waits for it, so that no file is closed under its writer."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _silent(_done: int, _total: int) -> None:
    return None


def _wanted(vault: Vault, choice: Choice) -> list[tuple[tuple[str, ...], int, date | None]]:
    kinds = [kind for name in choice.sections for kind in SECTIONS[name]] if choice.sections else _kept(vault, choice.person)
    return [(tuple(kinds), choice.person, choice.since), (_ALWAYS, choice.person, None), (_SHARED, 0, None)]


def _kept(vault: Vault, person: int) -> list[str]:
    """Return every type that is kept of a person, but for those that go out in any case."""
    names = vault.replica.manifest_of(vault.people.get(person).portal, person)
    return sorted({type_name for type_name, _id in names} - {*_ALWAYS, "Patient"})


def _count(vault: Vault, choice: Choice) -> int:
    if choice.since is not None:
        return 0
    return sum(vault.replica.count(types, person) for types, person, _since in _wanted(vault, choice)) + 1


def _piece(vault: Vault, types: Sequence[str], person: int, place: Place | None, since: date | None) -> list[StoredRow]:
    return vault.replica.rows(types, person=person, after=place, since=since, limit=_PIECE)


def _patient(vault: Vault, person: int) -> StoredRow | None:
    known = next((one for one in vault.people.of() if one.id == person), None)
    return vault.replica.row("Patient", known.patient_id, portal=known.portal) if known is not None else None


def _reports(vault: Vault, choice: Choice, after: str | None) -> tuple[tuple[Report, tuple[Measure, ...]], ...]:
    last = vault.replica.row("DiagnosticReport", after) if after else None
    rows = vault.replica.rows("DiagnosticReport", person=choice.person, after=last.place if last else None, since=choice.since, limit=25)
    birth, gender = birth_and_gender(vault, choice.person)
    found = []
    for row in rows:
        report = lens_results.report(read.parse(row.body or b"{}"))
        bodies = vault.replica.by_reference("Observation", report.measures)
        found.append((report, tuple(lens_results.measure(read.parse(body), birth=birth, gender=gender) for body in bodies.values())))
    return tuple(found)


def _facts(vault: Vault, subject: str, choice: Choice) -> tuple[object, ...]:
    types, lens, _ = LENSES[subject]
    # `show` tells of every vaccination, whatever became of it; on paper are those that were given.
    lens = lens_prevention.injection if subject == "vaccinations" else lens
    rows = vault.replica.rows(types, person=choice.person, since=choice.since if subject != "health" else None, limit=5_000)
    facts = (lens(read.parse(row.body or b"{}")) for row in rows)
    return tuple(fact for fact in facts if fact is not None and getattr(fact, "status", "") not in _TAKEN_BACK)


def _visits(vault: Vault, acting: Acting, choice: Choice, now: datetime) -> tuple[BookingRow, ...]:
    entries = shown(vault, acting, (choice.person,), now=now, since=choice.since, limit=_MOST_VISITS)
    over = ("cancelled",) if choice.since is not None else ("cancelled", "past")
    places = Places(vault)
    rows = [booking_row(one, places) for one in entries if one.certainty not in over]
    return tuple(one for one in rows if one.starts_at is not None and (choice.since is None or one.starts_at.date() >= choice.since))


# --- the formats
def _as_json(rows: Sequence[StoredRow], is_first: bool) -> bytes:
    entries = [b'{"resource":' + row.body + b"}" for row in rows if row.body is not None]
    return (b"" if is_first else b",") + b",".join(entries)


def _as_xml(rows: Sequence[StoredRow], _is_first: bool) -> bytes:
    # The XML library is read with the first such export.
    from desktop.record.fhir import as_xml

    made = []
    for row in rows:
        try:
            inside = as_xml.resource_xml(row.body or b"", _orders())
        except ValueError:
            continue  # What XML has no name for stays in the JSON.
        made.append(f"<entry><resource>{inside}</resource></entry>\n")
    return "".join(made).encode()


def _as_table(rows: Sequence[StoredRow], _is_first: bool) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    for row in rows:
        cells = (row.type, row.id, row.day.isoformat() if row.day else "", row.title, row.status or "")
        table.writerow([files.safe_cell(cell) for cell in cells])
    return out.getvalue().encode()


def _json_head(at: str) -> bytes:
    return b'{"resourceType":"Bundle","type":"collection","timestamp":"' + at.encode() + b'","entry":['


def _xml_head(at: str) -> bytes:
    from desktop.record.fhir import as_xml

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Bundle xmlns="{as_xml.FHIR}"><type value="collection"/><timestamp value="{at}"/>\n'
    ).encode()


_HEADS: Final[dict[str, Callable[[str], bytes]]] = {
    "fhir": _json_head, "xml": _xml_head, "csv": lambda _at: "\ufefftype,id,date,title,state\r\n".encode(),
}  # fmt: skip
_WORDS: Final[dict[str, Callable[[Sequence[StoredRow], bool], bytes]]] = {"fhir": _as_json, "xml": _as_xml, "csv": _as_table}
_ENDS: Final = {"fhir": b"]}\n", "xml": b"</Bundle>\n", "csv": b""}
