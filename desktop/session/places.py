"""Where each person's lists stood when they were last left: within the vault, because even that says what somebody reads.

Does not own: what a place is made of (the pages say it), nor where the window stands (views, beside the vault).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from desktop.errors import KnownError
from desktop.session.scope import Scope

if TYPE_CHECKING:
    from desktop.session.rows import PersonRow
    from desktop.store.vault import Vault

Places = Mapping[str, Mapping[str, object]]
"""By section: plain values."""


class PlacesDesk:
    """The places of the whole family, read once; what changed is written when the record is closed."""

    def __init__(self, scope: Scope, *, people: Callable[[], Iterable[PersonRow]]) -> None:
        self._scope = scope
        self._people = people
        self._known: dict[int, Places] = {}
        self._changed: set[int] = set()

    async def read(self) -> None:
        """Read the places of those of whom none are known yet."""
        new = [one.id for one in self._people() if one.id not in self._known]
        if new:
            self._known.update(await self._scope.tell(_read, self._scope.vault, new))

    def of(self, person: int) -> Places:
        """Return where a person's lists stood."""
        return self._known.get(person, {})

    def keep(self, person: int, places: Places) -> None:
        """Note where a person's lists stand now."""
        if places != self._known.get(person, {}):
            self._known[person] = places
            self._changed.add(person)

    async def write(self) -> None:
        """Write what changed of those who are still in the family; a vault that refuses is closed without it."""
        changed = {one.id: self._known[one.id] for one in self._people() if one.id in self._changed}
        self._changed.clear()
        if changed:
            with contextlib.suppress(KnownError):
                await self._scope.tell(_write, self._scope.vault, changed)


def _name(person: int) -> str:
    """Return the setting that holds a person's places; it goes when the person goes."""
    return f"person.{person}.places"


def _read(vault: Vault, people: Iterable[int]) -> dict[int, Places]:
    found: dict[int, Any] = {one: vault.settings.get(_name(one), {}) for one in people}
    return found


def _write(vault: Vault, changed: Mapping[int, Places]) -> None:
    for person, places in changed.items():
        vault.settings.set(_name(person), places or None, is_lasting=False)
