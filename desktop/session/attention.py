"""What needs a person, the most pressing first: decisions, times found, drafts, results, what ends, what came, visits nobody booked.

Owns which facts make a note and for how long. Does not own the words (views) nor the page that shows them (home). *Thread*: store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from desktop.record.care import Prescription
from desktop.record.documents import Request
from desktop.record.fhir import lens_care, lens_documents, lens_people, lens_results, read
from desktop.record.vaccine_matrix import merged, overdue
from desktop.record.vaccine_products import of_diseases
from desktop.session.cover import ends_soon
from desktop.session.drafts import PLACES, drafts_of, is_named
from desktop.session.results import counted, standings_of
from desktop.session.rows import AttentionKind, AttentionRow, BookingRow
from desktop.session.vaccinations import forecasts, injections, lines_of, named
from desktop.store.vault import Vault

NEW_REPORT_DAYS: Final = 14
ENDS_SOON_DAYS: Final = 3
REQUEST_DAYS: Final = 14


def attention_of(
    vault: Vault, person: int, rows: list[BookingRow], taken: Sequence[Prescription], *, today: date,
    why: Mapping[str, str] | None = None,
) -> tuple[AttentionRow, ...]:  # fmt: skip
    """Return what needs a person; `taken` are the prescriptions in force, `why` tells the kinds of decisions by id."""
    mine = [row for row in rows if row.person == person]
    return (
        *_clashes(mine, person, why or {}),
        *_watches(vault, person),
        *_drafts(vault, person),
        *_reports(vault, person, today),
        *_prescriptions(taken, person, today),
        *_vaccines(vault, person, today),
        *_policies(vault, person, today),
        *_requests(vault, person, today),
        *_strange_visits(vault, person, mine, today),
        *_quarantine(vault, person),
    )


def _note(kind: AttentionKind, person: int, id: str, section: str, subject: str, **facts: object) -> AttentionRow:
    return AttentionRow(
        id=id, kind=kind, person=person, section=section, subject=subject, facts=tuple((name, str(value)) for name, value in facts.items())
    )


def _iso(on: date | None) -> str:
    return on.isoformat() if on is not None else ""


def _clashes(mine: Sequence[BookingRow], person: int, why: Mapping[str, str]) -> Iterator[AttentionRow]:
    for row in mine:
        if row.certainty == "clash":
            kind = why.get(row.clash or "", "")
            yield _note("clash", person, f"clash.{row.clash}", "bookings", row.id,
                        specialty=row.specialty, doctor=row.doctor, at=_iso(row.starts_at), why=kind)  # fmt: skip


def _watches(vault: Vault, person: int) -> Iterator[AttentionRow]:
    """Name the times that the waiting list has found and nobody has taken yet."""
    for one in vault.settings.get("bookings.watches", []):
        if one["person"] == person and one["slot"] and not one["booked"]:
            yield _note("watch_found", person, f"watch.{one['id']}", "bookings", f"watch:{one['id']}",
                        specialty=one["specialty"], doctor=one["slot_doctor"], at=one["slot_at"])  # fmt: skip


def _reports(vault: Vault, person: int, today: date) -> Iterator[AttentionRow]:
    """Name the newest result with a measure out of its range that has not been seen."""
    since = today - timedelta(days=NEW_REPORT_DAYS)
    for one, report in vault.replica.read(lens_results.report, "DiagnosticReport", person=person, since=since, limit=8):
        if report.status != "final" or vault.settings.get(f"seen.report.{one.id}"):
            continue
        _measured, below, above, inside = counted(list(standings_of(vault, person, report.measures).values()))
        if below or above:
            count = {"in": inside, "below": below, "above": above}
            yield _note("new_report", person, f"report.{one.id}", "results", one.id, title=report.title, **count, on=_iso(one.day))
            return


def _prescriptions(taken: Sequence[Prescription], person: int, today: date) -> Iterator[AttentionRow]:
    for one in taken:
        if one.status == "active" and one.valid_until is not None and 0 <= (left := (one.valid_until - today).days) <= ENDS_SOON_DAYS:
            yield _note("prescription_ends", person, f"prescription.{one.id}", "prescriptions", one.id,
                        title=one.medicine, days=left, until=one.valid_until)  # fmt: skip


def _vaccines(vault: Vault, person: int, today: date) -> Iterator[AttentionRow]:
    """Name the dose longest missed, and how many more are, where the portal itself says that one is."""
    known = forecasts(vault, person, today=today)
    if not any(one.standing == "overdue" for one in known):
        return
    given = injections(vault, person)
    _birth, lines = lines_of(vault, person, today=today, given=given)
    first, *more = overdue(lines or merged((), known, given=given))
    diseases = next((one.diseases for one in known if one.id == first.id), ())
    yield _note("vaccine_missed", person, f"vaccine.{first.id}", "vaccinations", first.id,
                **named(first, against=of_diseases(diseases)), on=_iso(first.on), more=len(more))  # fmt: skip


def _policies(vault: Vault, person: int, today: date) -> Iterator[AttentionRow]:
    covers = vault.replica.values(lens_people.policy, "Coverage", person=person, limit=20)
    for one in ends_soon(tuple(covers), today=today):
        if one.standing == "verified":
            yield _note("policy_ends", person, f"policy.{one.id}", "cover", "policy", until=_iso(one.until))


def _request(body: read.Json) -> tuple[Request, date | None]:
    return lens_documents.request(body), read.day(body.get("lastModified"))


def _requests(vault: Vault, person: int, today: date) -> Iterator[AttentionRow]:
    for one, changed in vault.replica.values(_request, "Task", person=person, limit=20):
        is_fresh = changed is not None and (today - changed).days <= REQUEST_DAYS
        is_over = "certificate" in one.kind and one.status in ("done", "refused")
        if is_fresh and is_over and not vault.settings.get(f"seen.request.{one.id}"):
            yield _note("document_ready", person, f"request.{one.id}", "documents", one.id,
                        title=one.title, status=one.status, reason=one.reason)  # fmt: skip


def _strange_visits(vault: Vault, person: int, mine: Sequence[BookingRow], today: date) -> Iterator[AttentionRow]:
    """Find a recent visit that nobody booked: the portal says it happened, and no booking of that day stands here."""
    booked = {row.starts_at.astimezone().date() for row in mine if row.starts_at}
    since = today - timedelta(days=NEW_REPORT_DAYS)
    for row, visit in vault.replica.read(lens_care.past_visit, "Encounter", person=person, since=since, limit=10):
        is_known = visit.booking or row.day in booked
        if visit.status == "finished" and not is_known and not vault.settings.get(f"seen.visit.{visit.id}"):
            yield _note("visit_unknown", person, f"visit.{visit.id}", "visits", visit.id,
                        title=visit.title, clinic=visit.clinic, on=_iso(row.day))  # fmt: skip
            return


def _drafts(vault: Vault, person: int) -> Iterator[AttentionRow]:
    """Name what was begun and not sent, the latest first."""
    for one in reversed(drafts_of(vault, person)):
        if not is_named(one["form"], one["fields"]):
            continue
        form, _, about = one["form"].partition(":")
        section, subject = PLACES[form]
        opens = ":".join(part for part in (subject, about) if part)
        yield _note("draft", person, f"draft.{one['form']}", section, opens, form=form, at=one["at"])


def _quarantine(vault: Vault, person: int) -> Iterator[AttentionRow]:
    aside = len(vault.replica.quarantine(person))
    if aside:
        yield _note("quarantine", person, "quarantine", "exchange", "", n=aside)
