"""Cover and identity for pages: what a form about a policy starts from, who insures in the region.

Owns: what is known already, the level of the account. Does not own: the acts (bookings.act), drafts (drafts), states of requests (asked).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from desktop.clock import Clock, local_date
from desktop.record.fhir import lens_documents, lens_family, lens_people, read
from desktop.record.people import Policy
from desktop.session import people as family
from desktop.session.asked import AskedRow, asked
from desktop.session.clinics import clinics
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.vault import Vault

KINDS: Final = ("statement.order", "insurer.choose", "policy.order", "identity.submit", "card.connect", "consent.give")
RENEW_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurer:
    """One insurer that the portal names."""

    id: str
    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverView:
    """Everything that the forms about cover start from. `known` are a person's own facts by the field they fill in."""

    person: int
    known: Mapping[str, str]
    policies: tuple[Policy, ...]
    insurers: tuple[Insurer, ...]
    clinics: tuple[tuple[str, str], ...]
    addresses: tuple[str, ...]
    doctors: tuple[tuple[str, str, str], ...]
    attached: tuple[str, str]
    level: str
    consents: tuple[str, ...]
    is_card_open: bool
    portal: str
    asked: tuple[AskedRow, ...]
    statements: tuple[tuple[str, str, date | None], ...]

    def requests(self, kind: str) -> tuple[AskedRow, ...]:
        """Return the requests of a kind."""
        return tuple(one for one in self.asked if one.kind == kind)


class CoverDesk:
    """Cover of the open person."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock

    async def view(self) -> CoverView:
        """Return what the forms start from."""
        return await self._scope.ask(_view, self._scope.vault, self._acting, self._scope.person)

    async def ending(self) -> tuple[Policy, ...]:
        """Return the open person's policies that end soon: they are to be renewed."""
        view = await self.view()
        return ends_soon(view.policies, today=local_date(self._clock))


def ends_soon(policies: tuple[Policy, ...], *, today: date) -> tuple[Policy, ...]:
    """Return the policies that end within a month and have not ended yet."""
    return tuple(one for one in policies if one.until is not None and today <= one.until <= today + timedelta(days=RENEW_DAYS))


def _view(vault: Vault, acting: Acting, person: int) -> CoverView:
    stored = next((one for one in vault.people.of() if one.id == person and not one.is_sealed), None)
    body = vault.replica.get("Patient", stored.patient_id, portal=stored.portal) if stored else None
    patient = read.parse(body) if body else {}
    covers = [read.parse(row.body) for row in vault.replica.rows("Coverage", person=person, limit=20) if row.body]
    policies = tuple(sorted((lens_people.policy(one) for one in covers), key=lambda one: (one.standing != "verified", one.id)))
    attached = family.attachment(vault, person)
    number = stored.portal if stored else 0
    consents, is_open = _consents(vault, person)
    known = clinics(vault)
    return CoverView(
        person=person,
        known=_known(patient, policies),
        policies=policies,
        insurers=_insurers(vault),
        clinics=tuple(sorted({(one.organization_id, one.name) for one in known if one.organization_id}, key=lambda one: one[1])),
        addresses=_addresses(vault, [one.address for one in known]),
        doctors=_doctors(vault),
        attached=(attached.clinic_id, attached.clinic) if attached else ("", ""),
        level=str(vault.settings.get(f"portal.level.{number}", "")),
        consents=consents,
        is_card_open=is_open,
        portal=found.base_url if (found := vault.portals.get(number)) else "",
        asked=asked(vault, acting, person, KINDS),
        statements=_statements(vault, person),
    )


def _known(patient: Mapping[str, Any], policies: tuple[Policy, ...]) -> dict[str, str]:
    if not patient:
        return {}
    facts = lens_people.person(patient)
    home, stay = lens_family.addresses(patient)
    found = {
        "name": " ".join(part for part in (facts.family, facts.given, facts.middle) if part),
        "birth_date": facts.birth_date.isoformat() if facts.birth_date else "",
        "snils": facts.snils,
        "number": policies[0].number if policies else "",
        "document": lens_family.paper(patient),
        "phone": facts.phone,
        "email": facts.email,
        "address": home,
        "address_of_stay": stay,
        "region": lens_family.region(patient),
    }
    return {name: value for name, value in found.items() if value}


def _insurers(vault: Vault) -> tuple[Insurer, ...]:
    found = vault.replica.values(_insurer, "Organization", person=0, limit=2_000)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.name))


def _insurer(body: read.Json) -> Insurer | None:
    if "ins" not in {code for _, code in read.codes(body, "type")}:
        return None
    phone = next((read.text(one, "value") for one in read.each(body, "telecom")), "")
    address = next((read.text(one, "text") for one in read.each(body, "address")), "")
    return Insurer(id=read.text(body, "id"), name=read.text(body, "name"), address=address, phone=phone)


def _doctors(vault: Vault) -> tuple[tuple[str, str, str], ...]:
    """Return therapists as (id, name, the clinic's id)."""
    found = vault.replica.values(_doctor, "PractitionerRole", person=0, limit=2_000)
    return tuple(sorted({one for one in found if one is not None and one[1]}, key=lambda one: one[1]))


def _doctor(role: read.Json) -> tuple[str, str, str] | None:
    words = " ".join((read.concept(role, "specialty"), read.concept(role, "code"))).casefold()
    if not any(one in words for one in ("терап", "педиатр", "общей практ")):
        return None
    return read.reference(role, "practitioner")[1], read.display(role, "practitioner"), read.reference(role, "organization")[1]


def _addresses(vault: Vault, places: list[str]) -> tuple[str, ...]:
    """Return the directory of addresses: where the family lives, then the streets of the region's clinics without their houses."""
    everyone = [one.id for one in vault.people.of() if not one.is_sealed]
    bodies = [read.parse(row.body) for row in vault.replica.rows("Patient", person=everyone, limit=50) if row.body]
    own = [words for body in bodies for words in lens_family.addresses(body) if words]
    streets = sorted({place.rpartition(",")[0].strip() for place in places if place.count(",") >= 2})
    return tuple(dict.fromkeys([*own, *streets]))


def _consents(vault: Vault, person: int) -> tuple[tuple[str, ...], bool]:
    """Return which consents of ours stand, and whether the clinics already keep the electronic card."""
    given, is_open = [], False
    for row in vault.replica.rows("Consent", person=person, limit=50):
        body = read.parse(row.body or b"{}")
        if read.text(body, "status") != "active":
            continue
        codes = {code for _, code in read.codes(body, "category")}
        given += [one for one in ("processing", "transfer") if one in codes]
        is_open = is_open or "record" in codes
    return tuple(dict.fromkeys(given)), is_open


def _statements(vault: Vault, person: int) -> tuple[tuple[str, str, date | None], ...]:
    """Return the statements of services that have come: id, title, day."""
    found = []
    for one in vault.replica.values(lens_documents.document, "DocumentReference", person=person, limit=400):
        if one.category == "statement" and one.status not in ("superseded", "entered-in-error"):
            found.append((one.id, one.title, one.created_on))
    return tuple(found)
