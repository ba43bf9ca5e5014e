"""The small desks: search, journal, what was set aside. One question each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from desktop import limits
from desktop.record.keyboard import in_russian
from desktop.record.kinds import BY_TYPE
from desktop.session.events import Events
from desktop.session.rows import JournalRow, QuarantineRow, SearchHit
from desktop.session.scope import Scope

SECTIONS: Final[Mapping[str, str]] = {
    "bookings": "bookings",
    "results": "results",
    "documents": "documents",
    "prescriptions": "prescriptions",
    "vaccinations": "vaccinations",
    "checkups": "checkups",
    "visits": "visits",
    "referrals": "referrals",
    "health": "health",
    "clinics": "clinics",
    "services": "services",
    "policies": "policies",
    "people": "policies",
    "notices": "notices",
    "slots": "bookings",
    "journal": "exchange",
}
_BY: Final = {"person": "person", "portal": "portal", "network": "network"}


class SearchDesk:
    """Search as typed, over the open person's record and what all share."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def find(
        self, text: str, *, everyone: bool = False, limit: int = limits.SEARCH_ROWS
    ) -> tuple[SearchHit, ...]:
        """Return the best finds first. Empty text finds nothing."""
        vault = self._scope.vault
        person = None if everyone else self._scope.person
        found = await self._scope.ask(vault.search.find, text, person=person, limit=limit)
        return tuple(
            SearchHit(
                id=one.id,
                person=one.person,
                section=section_of(one.type),
                title=one.title,
                detail="",
                on=one.day,
                type=one.type,
            )
            for one in found
        )


    async def find_meant(self, text: str) -> tuple[str, tuple[SearchHit, ...]]:
        """Find what was typed or, where there is none of it, what was meant with the other layout; also return which it was."""
        found = await self.find(text)
        meant = in_russian(text)
        if found or meant == text.lower():
            return text, found
        other = await self.find(meant)
        return (meant, other) if other else (text, ())


def section_of(type_name: str) -> str:
    """Return the section that shows a resource."""
    kind = BY_TYPE.get(type_name)
    return SECTIONS.get(kind.topic, "documents") if kind else "documents"


class JournalDesk:
    """What happened on this computer."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def page(self, after: int | None = None, limit: int = limits.LIST_PAGE_ROWS) -> tuple[JournalRow, ...]:
        """Return lines, newest first, older than line `after`."""
        rows = await self._scope.tell(self._scope.vault.journal.page, after, limit)
        return tuple(
            JournalRow(
                id=row.id,
                at=row.at,
                event=row.event,
                person=row.person,
                facts=tuple((name, str(value)) for name, value in row.facts.items()),
                by=_BY.get(row.by, "computer"),  # type: ignore[arg-type]
            )
            for row in rows
        )

    async def write(
        self, event: str, *, person: int = 0, facts: Mapping[str, object] | None = None, by: str = "person"
    ) -> None:
        """Add a line."""
        await self._scope.tell(self._scope.vault.journal.write, event, person, facts, by)


class QuarantineDesk:
    """What could not be read, with its reason."""

    def __init__(self, scope: Scope, events: Events) -> None:
        self._scope = scope
        self._events = events

    async def page(self, person: int | None = None) -> tuple[QuarantineRow, ...]:
        """Return everything that is set aside, newest first."""
        rows = await self._scope.tell(self._scope.vault.replica.quarantine, person)
        return tuple(
            QuarantineRow(id=f"{row.type}/{row.id}", portal=row.portal, person=row.person, type=row.type, reason=row.reason, at=row.at)
            for row in rows
        )

    async def dismiss(self, one: QuarantineRow, *, is_dismissed: bool = True) -> None:
        """Take an entry off the list until the portal has another version of it, or put it back. The journal says so."""
        vault, name = self._scope.vault, one.id.removeprefix(f"{one.type}/")

        def work() -> None:
            with vault.acts():
                vault.replica.dismiss(one.portal, one.type, name, is_dismissed=is_dismissed)
                vault.journal.add("sync.dismissed" if is_dismissed else "sync.put_back", one.person, {"what": one.id})

        await self._scope.tell(work)
        for topic in ("exchange", "home", "journal"):
            self._events.changed(topic)
