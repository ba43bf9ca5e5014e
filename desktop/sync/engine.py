"""One run: push, then people and records of every portal, then documents. One at a time per vault.

Owns: the run, the one client of a session, the keys of portals, the report.  Does not own: when to run (schedule.py).
Cancelled at any point it leaves what was committed, each page with its place.  *Source*: architecture.md §4.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from desktop.clock import Clock
from desktop.store.portals import Portal as StoredPortal
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync import documents
from desktop.sync.documents import Documents, Mode
from desktop.sync.keeping import News
from desktop.sync.portal import FixedKey, Key, NoKey, Pause, Portal, Sleep
from desktop.sync.portal_run import ALLOWED, PortalRun
from desktop.sync.report import Pushed, RunReport
from desktop.sync.roads import Transport
from desktop.sync.signin import TokenKey, Tokens
from desktop.sync.wire import Wire


class Push(Protocol):
    """Send the acts that wait for one portal; the first thing a run does."""

    async def __call__(self, portal: Portal, stored: StoredPortal, *, is_asked: bool) -> Pushed: ...


class VaultShelf:
    """Tokens in the vault's secrets."""

    def __init__(self, store: StoreThread, vault: Vault, *, portal: int) -> None:
        self._store = store
        self._vault = vault
        self._name = f"tokens.{portal}"
        self._level = f"portal.level.{portal}"

    async def load(self) -> Tokens | None:
        kept = await self._store.call(self._vault.secrets.get, self._name)
        return msgspec.json.decode(kept, type=Tokens) if kept else None

    async def save(self, tokens: Tokens | None) -> None:
        # A rotated refresh token is worth nothing twice: it is on disk before anyone may use it, whoever cancels.
        kept = msgspec.json.encode(tokens) if tokens else None
        await asyncio.shield(self._store.call(self._keep, kept, tokens.level if tokens else None))

    def _keep(self, kept: bytes | None, level: str | None) -> None:
        self._vault.secrets.set(self._name, kept)
        if level is not None:
            self._vault.settings.set(self._level, level)


def token_name(portal: int) -> str:
    """Return the name of the secret that holds an administrator's token."""
    return f"token.{portal}"


class Engine:
    """Reconciles one vault with its portals."""

    def __init__(
        self, *, store: StoreThread, vault: Vault, clock: Clock, rng: random.Random,
        transport: Transport | None = None, ca_file: Path | None = None,
        on_news: Callable[[News], None] = lambda news: None, push: Push | None = None, sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Prepare; the client is made by the first run. `transport` replaces the network in tests."""
        self._store = store
        self._vault = vault
        self._clock = clock
        self._rng = rng
        self._transport = transport
        self._ca_file = ca_file
        self._on_news = on_news
        self._push = push
        self._sleep = sleep
        self._wire: Wire | None = None
        self._keys: dict[int, Key] = {}
        self._pauses: defaultdict[int, Pause] = defaultdict(Pause)
        self._turn = asyncio.Lock()

    @property
    def wire(self) -> Wire:
        """Return the session's one client."""
        if self._wire is None:
            self._wire = Wire(transport=self._transport, ca_file=self._ca_file)
        return self._wire

    @property
    def is_running(self) -> bool:
        """Say whether a run is under way."""
        return self._turn.locked()

    async def close(self) -> None:
        """Let go of the network."""
        if self._wire is not None:
            await self._wire.close()
            self._wire = None

    async def portal(self, stored: StoredPortal) -> Portal:
        """Return the client of one portal with its key."""
        key = self._keys.get(stored.id)
        if key is None:
            key = self._keys[stored.id] = await self._key(stored)
        return Portal(
            stored.base_url, wire=self.wire, key=key, rng=self._rng, sleep=self._sleep, monotonic=self._clock.monotonic,
            pause=self._pauses[stored.id],
        )

    async def _key(self, stored: StoredPortal) -> Key:
        if stored.auth == "oauth":
            return TokenKey(VaultShelf(self._store, self._vault, portal=stored.id), wire=self.wire)
        if stored.auth == "token":
            token = await self._store.call(self._vault.secrets.get, token_name(stored.id))
            return FixedKey(token.decode()) if token else NoKey()
        return NoKey()

    def forget_keys(self) -> None:
        """Read the keys from the vault again: someone has signed in or out."""
        self._keys.clear()

    async def sign_out(self, stored: StoredPortal) -> str | None:
        """End a portal's sign-in there and here; return the address that ends the browser's session, if any."""
        await self.portal(stored)
        key = self._keys.pop(stored.id)
        if isinstance(key, TokenKey):
            return await key.sign_out()
        await self._store.call(self._vault.secrets.set, token_name(stored.id), None)
        return None

    async def confirm_removal(self, person: int) -> None:
        """Note that the person agrees: the next run removes what the portal no longer has."""
        stored = next((one for one in await self._store.call(self._vault.people.of) if one.id == person), None)
        if stored is None:
            return  # the right to the record has ended meanwhile, and the rows went with it
        await self._store.call(self._vault.settings.set, f"sync.removal.{stored.portal}.{person}", ALLOWED)
        await self._store.call(self._vault.settings.set, f"sync.manifest.{stored.portal}", None)

    async def run(
        self, *, documents: Mode = "needed", person_first: int | None = None, is_asked: bool = False
    ) -> RunReport:
        """Do one run and report it. A second caller waits for its turn. *Raises* what the vault raises (DiskFull …).

        `is_asked`: a person wants it now, so acts do not wait out our own back-off.
        """
        async with self._turn:
            began, asked = self._clock.monotonic(), self.wire.requests
            report = RunReport()
            try:
                await self._run(report, mode=documents, first=person_first, is_asked=is_asked)
            finally:
                report.duration_s = self._clock.monotonic() - began
                report.requests = self.wire.requests - asked
            return report

    async def _run(self, report: RunReport, *, mode: Mode, first: int | None, is_asked: bool) -> None:
        portals: dict[int, Portal] = {}
        began = self._clock.now().isoformat()
        for stored in await self._store.call(self._vault.portals.all):
            portal = portals[stored.id] = await self.portal(stored)
            if self._push is not None:
                sent = await self._push(portal, stored, is_asked=is_asked)
                for name in ("applied", "clashes", "rejected", "waiting"):
                    setattr(report.pushed, name, getattr(report.pushed, name) + getattr(sent, name))
            one = PortalRun(
                store=self._store, vault=self._vault, stored=stored, portal=portal, clock=self._clock,
                on_news=self._on_news, report=report,
            )
            await one.run(first=first)
        if report.ok and mode != "none":
            if mode != "asked":
                await self._store.call(_plan_documents, self._vault, mode, bool({"documents", "results"} & set(report.topics)))
            queue = Documents(self._store, self._vault, portals=portals, clock=self._clock)
            report.documents = await queue.run()
        if report.ok:
            await self._store.call(self._vault.replica.forget_unasked, before=began)
        await self._store.call(_finish, self._vault, report, self._clock.now().isoformat())


def _plan_documents(vault: Vault, mode: Mode, has_news: bool) -> None:
    """Look for documents to fetch only when there may be some. *Thread*: the store's."""
    stamp = [mode, vault.replica.count("DocumentReference"), vault.replica.count("DiagnosticReport")]
    if not has_news and vault.settings.get("sync.documents") == stamp:
        return
    for stored in vault.portals.all():
        people = [one.id for one in vault.people.of(stored.id) if not one.is_sealed]
        documents.plan(vault, portal=stored.id, people=people, mode=mode)
    vault.settings.set("sync.documents", stamp)


def _finish(vault: Vault, report: RunReport, now: str) -> None:
    """Count what is here, and note a complete run with its time. *Thread*: the store's."""
    report.quarantined = vault.replica.set_aside()
    rows = vault.replica.total()
    report.pulled.unchanged = max(0, rows - report.pulled.new - report.pulled.changed)
    pulled = report.pulled
    if pulled.new or pulled.changed or pulled.removed:
        facts = {"new": pulled.new, "changed": pulled.changed, "removed": pulled.removed}
        vault.journal.write("sync.brought", 0, facts, by="portal")
    if report.ok:
        vault.settings.set("sync.checked_at", now, is_lasting=False)
