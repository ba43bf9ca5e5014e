"""Every subject as plain rows of named values: for the command line, for lists that need no more, for export.

Keys are part of the public interface (`show`): each row has `id`, `person`, `state` and the subject's own fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from desktop.clock import Clock
from desktop.record.fhir import lens_care, lens_documents, lens_people, lens_results, read
from desktop.session.scope import Scope
from desktop.store.replica import StoredRow
from desktop.store.vault import Vault

Row = dict[str, Any]
Lens = Callable[[Mapping[str, Any]], Any]
_SHARED: Final = 0


def _plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value


def _row(stored: StoredRow, facts: Any) -> Row:
    fields = {name: _plain(value) for name, value in asdict(facts).items()}
    state = fields.pop("status", None) or fields.pop("standing", None) or stored.status or ""
    fields.pop("id", None)
    return {"id": f"{stored.type}/{stored.id}", "person": stored.person, "state": state, **fields}


LENSES: Final[Mapping[str, tuple[tuple[str, ...], Lens, bool]]] = {
    "policies": (("Coverage",), lens_people.policy, False),
    "referrals": (("ServiceRequest",), lens_care.referral, False),
    "documents": (("DocumentReference",), lens_documents.document, False),
    "prescriptions": (("MedicationRequest",), lens_care.prescription, False),
    "results": (("DiagnosticReport",), lens_results.report, False),
    "observations": (("Observation",), lens_results.measure, False),
    "vaccinations": (("Immunization",), lens_care.vaccination, False),
    "checkups": (("CarePlan",), lens_care.checkup, False),
    "visits": (("Encounter",), lens_care.past_visit, False),
    "requests": (("Task",), lens_documents.request, False),
    "notices": (("Communication",), lens_care.message, False),
    "health": (("AllergyIntolerance", "Condition", "MedicationStatement", "Observation"), lens_care.health_fact, False),
    "clinics": (("Location",), lens_care.place, True),
    "services": (("HealthcareService",), lens_care.service, True),
}


class SubjectsDesk:
    """Subjects as rows."""

    def __init__(self, scope: Scope, clock: Clock) -> None:
        self._scope = scope
        self._clock = clock

    async def rows(
        self, subject: str, *, person: int | None = None, limit: int | None = None, since: date | None = None
    ) -> list[Row]:
        """Return a subject's rows, newest first; `person` None means the whole family. *Raises* KeyError for an unknown subject."""
        return await self._scope.tell(self._rows, subject, person, limit, since)

    async def facts(self, subject: str, *, limit: int = 500) -> tuple[Any, ...]:
        """Return the typed facts of a subject of the open person, newest first: for the pages of the sections."""
        return await self._scope.ask(facts, self._scope.vault, subject, self._scope.person, limit)

    async def resource(self, type_name: str, id: str) -> bytes | None:
        """Return the stored JSON, field by field as the portal wrote it."""
        return await self._scope.tell(self._scope.vault.replica.get, type_name, id)

    def _rows(self, subject: str, person: int | None, limit: int | None, since: date | None) -> list[Row]:
        types, lens, is_shared = LENSES[subject]
        who = (
            [_SHARED]
            if is_shared
            else [one.id for one in self._scope.vault.people.of() if not one.is_sealed and person in (None, one.id)]
        )
        found: list[Row] = []
        place = None
        while limit is None or len(found) < limit:
            rows = self._scope.vault.replica.rows(types, person=who, after=place, since=since, limit=500)
            for one in rows:
                known = lens(read.parse(one.body or b"{}"))
                if known is not None:
                    found.append(_row(one, known))
            if len(rows) < 500:
                break
            place = rows[-1].place
        return found if limit is None else found[:limit]


def facts(vault: Vault, subject: str, person: int, limit: int) -> tuple[Any, ...]:
    """Return a subject's typed facts, newest first. *Thread*: store."""
    types, lens, is_shared = LENSES[subject]
    found = vault.replica.values(lens, types, person=_SHARED if is_shared else person, limit=limit)
    return tuple(one for one in found if one is not None)
