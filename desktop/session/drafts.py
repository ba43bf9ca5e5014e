"""What somebody is writing and has not sent: kept in the vault until it is sent or put away, so that a lock takes no words with it.

Owns: the drafts of every form and when they reach the vault. Does not own: what a form asks (views); a draft holds no
file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from desktop import limits
from desktop.clock import Clock
from desktop.errors import KnownError
from desktop.session.events import Events
from desktop.session.scope import Scope
from desktop.store.vault import Vault

PLACES: Final[Mapping[str, tuple[str, str]]] = {
    "house_call": ("house_call", ""), "write": ("clinics", ""), "complain": ("clinics", ""), "support": ("help", "support"),
    "referral": ("referrals", ""), "dispute": ("visits", ""), "rate": ("visits", "rate"), "ask": ("results", ""), "note": ("results", ""),
    "certificate": ("documents", "certificate.order"), "request": ("documents", "request"), "rx": ("documents", "rx"),
    "fix": ("documents", ""), "own": ("results", "own"), "insurer": ("cover", "insurer"), "policy": ("cover", "policy"),
    "card": ("policies", ""), "about": ("health", ""), "wizard": ("wizard", ""),
}  # fmt: skip
"""Where each form that home names is: its section, and what is opened there before what the draft is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What stands in a form that was not sent. `form` is its name, and what it is about after a colon."""

    form: str
    fields: Mapping[str, str]
    at: datetime
    is_back: bool = False
    """Whether it was written before the record was opened this time."""


class DraftsDesk:
    """Drafts of the whole family. Reading and keeping never wait: what is kept goes to the vault a moment later, or at the lock."""

    def __init__(self, scope: Scope, events: Events, clock: Clock) -> None:
        self._scope = scope
        self._events = events
        self._clock = clock
        self._drafts: dict[int, dict[str, Draft]] = {}
        self._owed: set[int] = set()
        self._has_news = False
        self._due: asyncio.TimerHandle | None = None
        self._writing: set[asyncio.Task[None]] = set()

    async def ready(self) -> None:
        """Read what was left when the record was open last; it is forgotten after a while."""
        since = self._clock.now() - timedelta(days=limits.DRAFT_DAYS)
        self._drafts = await self._scope.tell(_read, self._scope.vault, since)

    def of(self, form: str, *, person: int) -> Draft | None:
        """Return a person's draft of a form."""
        return self._drafts.get(person, {}).get(form)

    def forms(self, person: int) -> tuple[str, ...]:
        """Return the forms that a person has a draft of, the latest last."""
        return tuple(self._drafts.get(person, {}))

    def keep(self, form: str, fields: Mapping[str, str], *, person: int) -> None:
        """Keep what is written in a person's form, whoever is open by now; nothing keeps nothing."""
        mine = self._drafts.setdefault(person, {})
        before = mine.pop(form, None)
        kept = {name: value[: limits.DRAFT_CHARS] for name, value in fields.items() if value}
        if kept:
            mine[form] = Draft(form=form, fields=kept, at=self._clock.now())
            self._drafts[person] = dict(list(mine.items())[-limits.DRAFTS_KEPT :])
        if before is None and not kept:
            return
        was_named = before is not None and is_named(form, before.fields)
        self._has_news = self._has_news or was_named != is_named(form, kept)
        self._owed.add(person)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(limits.DRAFT_AFTER_S, self._begin)

    async def settle(self) -> None:
        """Return when all that is kept is in the vault."""
        if self._due is not None:
            self._due.cancel()
            self._due = None
        if self._writing:
            await asyncio.wait(self._writing)
        await self._write()

    def _begin(self) -> None:
        self._due = None
        self._writing.add(task := asyncio.get_running_loop().create_task(self._write()))
        task.add_done_callback(self._writing.discard)

    async def _write(self) -> None:
        owed, self._owed = self._owed, set()
        for person in owed:
            try:
                await self._scope.tell(_keep, self._scope.vault, person, tuple(self._drafts.get(person, {}).values()))
            except KnownError:
                # What has no room now is tried again with the next letter and at the lock; the act itself says it aloud.
                self._owed.add(person)
        if self._has_news and not self._owed:
            # That there is something unsent is news; each letter of it is none.
            self._has_news = False
            self._events.changed("home", (), "person")


def is_named(form: str, fields: Mapping[str, str]) -> bool:
    """Say whether home names a draft. Who asks for a visit has nothing to send before a time is chosen: they look through free ones."""
    kind = form.partition(":")[0]
    return kind in PLACES and bool(fields.get("slot") if kind == "wizard" else fields)


def drafts_of(vault: Vault, person: int) -> list[Mapping[str, Any]]:
    """Return a person's drafts as they are kept, the latest last. *Thread*: store."""
    return list(vault.settings.get(_name(person), []))


def _name(person: int) -> str:
    """Return the setting that holds a person's drafts; it goes when the person goes."""
    return f"person.{person}.drafts"


def _read(vault: Vault, since: datetime) -> dict[int, dict[str, Draft]]:
    found: dict[int, dict[str, Draft]] = {}
    for person in vault.people.of():
        kept = [Draft(form=one["form"], fields=one["fields"], at=datetime.fromisoformat(one["at"]), is_back=True)
                for one in drafts_of(vault, person.id)]  # fmt: skip
        found[person.id] = {one.form: one for one in kept if one.at >= since}
    return found


def _keep(vault: Vault, person: int, drafts: tuple[Draft, ...]) -> None:
    if any(one.id == person and not one.is_sealed for one in vault.people.of()):
        kept = [{"form": one.form, "fields": dict(one.fields), "at": one.at.isoformat()} for one in drafts]
        vault.settings.set(_name(person), kept or None)
