"""Policies and the family: one person's card in full, the order of the pile, leaving this computer.

Owns: what the page of policies asks. Does not own: who is in the family (session/people), the acts that edit (bookings.act).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from desktop.clock import Clock, local_date
from desktop.errors import UsageError
from desktop.record import ages
from desktop.record.fhir import lens_family, lens_people, read
from desktop.record.people import COMES_OF_AGE_YEARS, Attachment, Person, Policy
from desktop.session import people as family
from desktop.session.asked import AskedRow, asked
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.store.deciding import unsent
from desktop.store.vault import Vault

EDITS: Final = ("profile.edit", "policy.edit")
_LATELY: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CardView:
    """One person's policy card in full. `policies` has the one in force first; `forms` are the portal's words beside each."""

    person: int
    facts: Person | None
    paper: str
    address_of_stay: str
    region: str
    policies: tuple[Policy, ...]
    forms: tuple[str, ...]
    attachment: Attachment | None
    access_until: date | None
    of_age_on: date | None
    edits: tuple[AskedRow, ...]
    unsent: int
    checked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRow:
    """A record that the portal no longer grants: when it ended here, and how many acts ended with it. The name is wiped."""

    at: datetime
    unsent: int


class FamilyDesk:
    """The pile of policies."""

    def __init__(self, scope: Scope, acting: Acting, clock: Clock, *, on_people: Callable[[], Awaitable[None]]) -> None:
        self._scope = scope
        self._acting = acting
        self._clock = clock
        self._on_people = on_people

    async def card(self) -> CardView:
        """Return the open person's card."""
        return await self._scope.ask(_card, self._scope.vault, self._acting, self._scope.person, local_date(self._clock))

    async def attachment(self) -> tuple[str, str]:
        """Return the clinic that the open person is attached to: its id and its name, or nothing."""
        found = await self._scope.ask(family.attachment, self._scope.vault, self._scope.person)
        return (found.clinic_id, found.clinic) if found is not None else ("", "")

    async def unattached(self, people: Sequence[int]) -> frozenset[int]:
        """Return which of these people are attached to no clinic, as far as the portal says."""
        return await self._scope.tell(family.unattached, self._scope.vault, people)

    async def lost(self) -> tuple[LostRow, ...]:
        """Return whose rights ended lately, the last first."""
        return await self._scope.tell(_lost, self._scope.vault)

    async def move(self, person: int, step: int) -> None:
        """Move a person's card up (-1) or down (1) in the pile."""
        await self._scope.tell(_move, self._scope.vault, person, step, local_date(self._clock))
        await self._on_people()

    async def paint(self, person: int, hue: int) -> None:
        """Give a person's spine another hue, 1 to 6."""
        await self._scope.tell(self._scope.vault.people.paint, person, hue)
        await self._on_people()

    async def remove(self, person: int, *, passphrase: str) -> None:
        """Remove a person with everything of theirs from this computer, after the passphrase. The portal keeps their record.

        *Raises* WrongPassphrase; UsageError person.unknown, person.holder.
        """
        await asyncio.to_thread(self._scope.vault.prove, passphrase)
        await self._scope.tell(_remove, self._scope.vault, person, local_date(self._clock))
        await self._on_people()


def _card(vault: Vault, acting: Acting, person: int, today: date) -> CardView:
    stored = next((one for one in vault.people.of() if one.id == person and not one.is_sealed), None)
    body = vault.replica.get("Patient", stored.patient_id, portal=stored.portal) if stored else None
    patient = read.parse(body) if body else {}
    facts = lens_people.person(patient) if body else None
    covers = [read.parse(row.body) for row in vault.replica.rows("Coverage", person=person, limit=20) if row.body]
    pairs = sorted(
        ((lens_people.policy(one), lens_family.policy_form(one)) for one in covers),
        key=lambda pair: (pair[0].standing != "verified", pair[0].id),
    )
    permits = vault.replica.values(lens_family.permission, "Consent", person=person, limit=50)
    ends = [one.until for one in permits if one.is_access and one.is_active and one.until and one.until >= today]
    born = facts.birth_date if facts else None
    of_age = ages.add_months(born, 12 * COMES_OF_AGE_YEARS) if born else None
    return CardView(
        person=person,
        facts=facts,
        paper=lens_family.paper(patient),
        address_of_stay=lens_family.addresses(patient)[1],
        region=lens_family.region(patient),
        policies=tuple(pair[0] for pair in pairs),
        forms=tuple(pair[1] for pair in pairs),
        attachment=family.attachment(vault, person),
        access_until=max(ends, default=None),
        of_age_on=of_age if of_age is not None and of_age > today else None,
        edits=asked(vault, acting, person, EDITS),
        unsent=len(unsent(vault, person)),
        checked_at=read.moment(vault.settings.get("sync.checked_at")),
    )


def _lost(vault: Vault) -> tuple[LostRow, ...]:
    found = []
    for row in vault.journal.page(limit=_LATELY):
        if row.event == "rights.ended":
            named = row.facts.get("unsent")
            found.append(LostRow(at=row.at, unsent=len(named) if isinstance(named, list) else 0))
    return tuple(found)


def _move(vault: Vault, person: int, step: int, today: date) -> None:
    order = [one.id for one in family.rows(vault, today=today)]
    if person not in order:
        raise UsageError("person.unknown")
    at = order.index(person)
    to = max(0, min(len(order) - 1, at + step))
    order.insert(to, order.pop(at))
    vault.settings.set(family.ORDER_SETTING, order)


def _remove(vault: Vault, person: int, today: date) -> None:
    row = next((one for one in family.rows(vault, today=today) if one.id == person), None)
    if row is None:
        raise UsageError("person.unknown")
    if row.relation == "self":
        raise UsageError("person.holder")
    stored = vault.people.get(person)
    left = vault.settings.get(f"people.left.{stored.portal}", [])
    vault.settings.set(f"people.left.{stored.portal}", [*left, stored.patient_id])
    going = unsent(vault, person)
    vault.people.purge(person)
    vault.journal.write("person.removed", 0, {"person": person, "unsent": going})
