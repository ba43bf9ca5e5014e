"""The family as the stack shows it: order, relations, ages, policies. *Thread*: functions here run on the store thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from desktop.record import ages
from desktop.record.fhir import lens_people, read
from desktop.record.people import Attachment, Person, Policy, Relation, tail
from desktop.session.rows import PersonRow
from desktop.store.people import StoredPerson
from desktop.store.vault import Vault

ORDER_SETTING: Final = "family.order"
_ORDER: Final = {"self": 0, "spouse": 1, "child": 2, "parent": 3, "other": 4}


def rows(vault: Vault, *, today: date) -> tuple[PersonRow, ...]:
    """Return the family in the order the person chose, else the holder, then children from the oldest, then the others."""
    stored = [one for one in vault.people.of() if not one.is_sealed]
    if not stored:
        return ()
    relations = _relations(vault, stored)
    holder = stored[0].id
    found = [
        row(vault, one, relation="self" if one.id == holder else relations.get(one.patient_id, "other"), today=today)
        for one in stored
    ]
    found.sort(key=lambda one: (_ORDER[one.relation], -(one.age or 0), one.id))
    chosen = vault.settings.get(ORDER_SETTING, [])
    return tuple(sorted(found, key=lambda one: chosen.index(one.id) if one.id in chosen else len(chosen)))


def _relations(vault: Vault, stored: list[StoredPerson]) -> dict[str, Relation]:
    bodies = vault.replica.rows("RelatedPerson", person=[one.id for one in stored], limit=50)
    return dict(lens_people.relation(read.parse(one.body)) for one in bodies if one.body)


def row(vault: Vault, stored: StoredPerson, *, relation: Relation, today: date) -> PersonRow:
    """Return one card of the stack."""
    person, policy = facts(vault, stored), main_policy(vault, stored.id)
    number = policy.number if policy else person.policy_number if person else ""
    age = ages.years_between(person.birth_date, today) if person and person.birth_date else None
    return PersonRow(
        id=stored.id,
        patient_id=stored.patient_id,
        given=person.given if person else "",
        family=person.family if person else "",
        middle=person.middle if person else "",
        initials=person.initials if person else "?",
        birth_date=person.birth_date if person else None,
        age=age,
        relation=relation,
        hue=stored.hue,
        policy_tail=tail(number),
        policy_number=number,
        standing=policy.standing if policy else "unverified",
        insurer=policy.insurer if policy else "",
        is_sealed=stored.is_sealed,
    )


def facts(vault: Vault, stored: StoredPerson) -> Person | None:
    """Return a person as the portal writes them; None before their record has come."""
    body = vault.replica.get("Patient", stored.patient_id, portal=stored.portal)
    return lens_people.person(read.parse(body)) if body else None


def birth_and_gender(vault: Vault, person: int) -> tuple[date | None, str]:
    """Return what a range of values asks of a person."""
    stored = next((one for one in vault.people.of() if one.id == person), None)
    known = facts(vault, stored) if stored is not None else None
    return (known.birth_date, known.gender) if known is not None else (None, "")


def policies(vault: Vault, person: int) -> list[Policy]:
    """Return a person's policies, the one in force first."""
    found = vault.replica.values(lens_people.policy, "Coverage", person=person, limit=20)
    return sorted(found, key=lambda one: (one.standing != "verified", one.id))


def main_policy(vault: Vault, person: int) -> Policy | None:
    """Return the policy that the card shows."""
    return next(iter(policies(vault, person)), None)


def unattached(vault: Vault, people: Sequence[int]) -> frozenset[int]:
    """Return the people of whom the portal names no clinic that they are attached to. *Source*: requirements B5."""
    found = {one.id: vault.replica.get("Patient", one.patient_id, portal=one.portal) for one in vault.people.of() if one.id in people}
    return frozenset(
        id for id, body in found.items()
        if body is not None and not read.parse(body).get("generalPractitioner") and attachment(vault, id) is None
    )


def attachment(vault: Vault, person: int) -> Attachment | None:
    """Return the clinic, district and doctor a person is attached to."""
    for found in vault.replica.values(lens_people.attachment, "EpisodeOfCare", person=person, limit=10):
        if found is not None and found.status == "active":
            return found
    return None
