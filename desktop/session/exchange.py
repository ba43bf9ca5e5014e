"""The exchange with portals as a page and the command line see it: connect, sign in, run, its state and its rhythm.

Owns: the one run at a time of a session, when the next begins, what the chip says. Does not own: the run (sync/engine).
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from desktop import limits
from desktop.clock import Clock
from desktop.errors import KnownError, SignInNeeded, UsageError, unreached
from desktop.record.fhir import read
from desktop.record.intents import departures
from desktop.session.events import Events
from desktop.session.rows import ExchangeView
from desktop.session.scope import Scope
from desktop.store.acting import Acting
from desktop.sync.schedule import Reason, Schedule

if TYPE_CHECKING:
    from desktop.store.portals import Portal as StoredPortal
    from desktop.sync.engine import Engine
    from desktop.sync.keeping import News
    from desktop.sync.report import RunReport
    from desktop.sync.signin import DeviceCode

Auth = Literal["none", "oauth", "token"]
_DOCUMENTS: Final = "exchange.documents"
OpenBrowser = Callable[[str], None]


class ExchangeDesk:
    """*Thread*: the loop's."""

    def __init__(
        self,
        scope: Scope,
        engine: Engine,
        acting: Acting,
        events: Events,
        clock: Clock,
        rng: random.Random,
        *,
        is_demo: bool,
    ) -> None:
        self._scope = scope
        self._engine = engine
        self._acting = acting
        self._events = events
        self._clock = clock
        self._rng = rng
        self._is_demo = is_demo
        self._schedule = Schedule(clock=clock, rng=rng)
        self._awake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._received = 0
        self._offline_since: datetime | None = None
        self._retry_at: datetime | None = None
        self._ran_at: datetime | None = None
        self._trouble: Literal["", "offline", "portal_down", "signed_out"] = ""
        self.last: RunReport | None = None
        self.on_people: Callable[[], Any] = lambda: None
        self.on_run: Callable[[], Any] | None = None
        """Awaited after each run that came to its end: what waits for fresh data looks at it then."""

    # --- what it is like

    @property
    def received(self) -> int:
        """Return how many resources the run under way has brought so far."""
        return self._received

    @property
    def needs_sign_in(self) -> bool:
        """Say whether the last run ended because a portal asks the person to sign in."""
        return self._trouble == "signed_out"

    async def view(self) -> ExchangeView:
        """Return the state of the exchange in one answer."""
        return await self._scope.tell(self._view)

    def _view(self) -> ExchangeView:
        vault = self._scope.vault
        checked_at = read.moment(vault.settings.get("sync.checked_at"))
        documents = vault.blobs.counts()
        open_acts = [one for one in self._acting.shown() if one.is_open]
        clashes = len(self._acting.clashes()) + len(self.last.removals if self.last else ())
        return ExchangeView(
            state=self._state(clashes, checked_at),
            checked_at=checked_at,
            offline_since=self._offline_since,
            retry_at=self._retry_at,
            progress_done=self._received,
            progress_total=None,
            waiting=len(open_acts),
            clashes=clashes,
            quarantined=len(vault.replica.quarantine()),
            documents_here=documents.get("here", 0),
            documents_total=sum(documents.values()),
            brings=self._documents(),
            replica_bytes=vault.size_bytes(),
            cannot=tuple(sorted(self.last.cannot)) if self.last else None,
            may_sign_out=self._trouble != "signed_out" and any(one.auth == "oauth" for one in vault.portals.all()),
        )

    def _state(self, clashes: int, checked_at: datetime | None) -> Any:
        if self._engine.is_running:
            return "running"
        if self._trouble:
            return self._trouble
        if clashes:
            return "decision"
        if self._is_demo:
            return "demo"
        return "up_to_date" if checked_at else "never"

    # --- connecting

    async def connect(
        self,
        base_url: str,
        *,
        auth: Auth = "oauth",
        token: str | None = None,
        people: Sequence[str] = (),
        open_browser: OpenBrowser | None = None,
        port: int = 0,
        show_code: Callable[[DeviceCode], None] | None = None,
    ) -> tuple[str, ...]:
        """Add a portal and return what it cannot do, as far as reading shows it. *Raises* UsageError, PortalError, SignInNeeded."""
        from desktop.sync import connect

        stored = await connect.connect(
            self._engine,
            store=self._scope.store,
            vault=self._scope.vault,
            clock=self._clock,
            rng=self._rng,
            base_url=base_url,
            auth=auth,
            token=token,
            named=people,
            open_browser=open_browser,
            port=port,
            show_code=show_code,
        )
        await self._scope.tell(self._scope.vault.journal.write, "portal.connected", 0, {"portal": base_url})
        await self._refresh_people()
        return await self._cannot(stored)

    async def _cannot(self, stored: StoredPortal) -> tuple[str, ...]:
        """Ask a portal what it can do and keep the answer for its runs; return what it cannot."""
        from desktop.sync import capability

        vault = self._scope.vault
        known = await self._scope.tell(vault.people.of, stored.id)
        if not known:
            return ()
        portal = await self._engine.portal(stored)
        before = capability.load(stored.capabilities)
        found, is_sure = await capability.probe(portal, patient=known[0].patient_id, known=before)
        if is_sure:
            await self._scope.tell(vault.portals.set_capabilities, stored.id, found.dump())
        return tuple(sorted(found.cannot))

    async def sign_in(
        self,
        open_browser: OpenBrowser | None = None,
        *,
        show_code: Callable[[DeviceCode], None] | None = None,
        port: int = 0,
    ) -> None:
        """Renew the sign-in of every portal that wants one, through the system browser. *Raises* SignInNeeded, PortalError."""
        from desktop.sync import connect

        for stored in await self._scope.tell(self._scope.vault.portals.all):
            if stored.auth == "oauth":
                await connect.sign_in_again(
                    self._engine,
                    stored,
                    store=self._scope.store,
                    vault=self._scope.vault,
                    clock=self._clock,
                    open_browser=open_browser,
                    port=port,
                    show_code=show_code,
                )
        self._trouble = ""
        await self._scope.tell(self._scope.vault.journal.write, "portal.signed_in")
        self.ask("person")

    async def sign_out(self) -> tuple[str, ...]:
        """End every sign-in and say so; return the addresses that end the browser's own session."""
        ends = await self.revoke()
        await self._scope.tell(self._scope.vault.journal.write, "portal.signed_out")
        if any(one.auth == "oauth" for one in await self._scope.tell(self._scope.vault.portals.all)):
            self._trouble = "signed_out"
        for topic in ("exchange", "journal"):
            self._events.changed(topic)
        return ends

    async def revoke(self) -> tuple[str, ...]:
        """End every sign-in, there and here, without a word to the pages: they may be about to go; return what `sign_out` does."""
        ends = [await self._engine.sign_out(stored) for stored in await self._scope.tell(self._scope.vault.portals.all)]
        return tuple(one for one in ends if one)

    async def has_portal(self) -> bool:
        """Say whether any portal is connected."""
        return bool(await self._scope.tell(self._scope.vault.portals.all))

    # --- running

    async def bring(self, documents: Literal["needed", "all", "asked"]) -> None:
        """Choose which documents come by themselves from now on; see `sync.documents.Mode`."""
        await self._scope.tell(self._scope.vault.settings.set, _DOCUMENTS, documents)
        self._events.changed("exchange")

    def _documents(self) -> Literal["needed", "all", "asked"]:
        chosen = self._scope.vault.settings.get(_DOCUMENTS)
        return chosen if chosen in ("all", "asked") else "needed"

    async def run_now(
        self,
        *,
        documents: Literal["needed", "all", "asked", "none"] | None = None,
        person: int | None = None,
        is_asked: bool = True,
    ) -> RunReport:
        """Do one run and return its report; a network that is not there is in the report, not an error.

        `documents`: other ones than the person chose (`bring`). `is_asked`: a person wants it now, so acts that failed do not
        wait for their next try.
        """
        self._received = 0
        self._ran_at = self._clock.now()
        self._events.changed("exchange")
        try:
            report = await self._engine.run(
                documents=await self._scope.tell(self._documents) if documents is None else documents,
                person_first=person or self._scope.person or None,
                is_asked=is_asked,
            )
        finally:
            self._events.changed("exchange")
        self._learn(report)
        if report.revoked or "people" in report.topics or "policies" in report.topics:
            await self._refresh_people()
        await self._settle_late(report)
        if report.pulled.new + report.pulled.changed >= limits.COMMIT_ROWS:
            await self._scope.tell(self._scope.vault.rest)
        if report.ok and self.on_run is not None:
            await self.on_run()
        self._events.changed("journal")
        self._events.changed("exchange")
        return report

    async def run_anew(self) -> RunReport:
        """Read everything from every portal again. What waits to be sent stays; a portal that is away leaves what is here."""
        vault = self._scope.vault
        for stored in await self._scope.tell(vault.portals.all):
            await self._scope.tell(vault.cursors.forget, stored.id)
        await self._scope.tell(vault.journal.write, "sync.anew")
        return await self.run_now()

    async def run_or_raise(self, **options: Any) -> RunReport:
        """Do one run; *Raises* PortalError or SignInNeeded when it did not come to its end."""
        report = await self.run_now(**options)
        if report.needs_sign_in:
            raise SignInNeeded("signin.needed")
        if report.unreached:
            raise unreached(report.unreached)
        return report

    async def confirm_removal(self, person: int) -> None:
        """Agree that rows which the portal no longer has go here too."""
        await self._engine.confirm_removal(person)
        self.ask("person")

    def _learn(self, report: RunReport) -> None:
        self.last = report
        now = self._clock.now()
        self._schedule.ended(is_ok=report.ok, retry_after_s=report.retry_after_s)
        self._retry_at = None if report.ok else now + timedelta(seconds=self._schedule.wait_s())
        if report.ok:
            self._offline_since, self._trouble = None, ""
            return
        self._offline_since = self._offline_since or now
        self._trouble = (
            "signed_out" if report.needs_sign_in else "offline" if report.unreached == "network" else "portal_down"
        )

    async def _settle_late(self, report: RunReport) -> None:
        """Overturn refusals whose effect has shown up after all in what was just pulled."""
        if "bookings" not in report.topics:
            return

        def work() -> int:
            refused = {one.id for one in self._acting.shown() if not one.is_open}
            if not refused:
                return 0
            rows = self._scope.vault.replica.rows("Appointment", person=None, limit=limits.LIST_PAGE_ROWS * 4)
            from desktop.record.fhir.acts import intents_of

            pairs = [
                (name, row.id) for row in rows for name in intents_of(read.parse(row.body or b"{}")) if name in refused
            ]
            return len(self._acting.notice_effects(pairs))

        if await self._scope.tell(work):
            self._events.changed("bookings")

    async def _refresh_people(self) -> None:
        await self.on_people()

    def news(self, news: News) -> None:
        """Pass on what a commit of the run changed. *Thread*: the loop's."""
        self._received = max(self._received, news.received)
        for topic, keys in news.topics.items():
            self._events.changed(topic, keys, "portal")
        self._events.changed("home", (), "portal")
        self._events.changed("exchange")

    # --- by itself

    def start(self) -> None:
        """Begin to run by the schedule until `stop`."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._live())

    def ask(self, reason: Reason) -> None:
        """Bring the next run forward as far as the reason allows."""
        self._schedule.ask(reason)
        self._awake.set()

    async def stop(self) -> None:
        """End the rhythm; a run under way is cancelled and leaves what was committed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def wake(self) -> None:
        """Look again at what waits: an act was accepted and will leave when its seconds of grace are over."""
        self._awake.set()

    async def _live(self) -> None:
        while True:
            wait_s = await self._wait_s()
            if wait_s > 0:
                self._awake.clear()
                try:
                    async with asyncio.timeout(wait_s):
                        await self._awake.wait()
                except TimeoutError:
                    pass
                continue
            if not await self.has_portal():
                self._schedule.ended(is_ok=True)
                continue
            try:
                await self.run_now(is_asked=False)
            except KnownError as error:
                # A full disk or a damaged vault must not end the rhythm; the page asks the desk what happened.
                self._trouble = "portal_down" if not isinstance(error, UsageError) else self._trouble
                self._schedule.ended(is_ok=False)

    async def _wait_s(self) -> float:
        """Return the *seconds* until something is due: the next run, the end of an act's grace, the next try of one that failed."""
        now = self._clock.now()
        acts = await self._scope.tell(self._acting.shown)
        moments = departures(acts, now=now)
        if any(moment <= now and (self._ran_at is None or self._ran_at < moment) for moment in moments):
            return self._schedule.ask("act")
        wait_s = self._schedule.wait_s()
        soonest = min((moment for moment in moments if moment > now), default=None)
        return wait_s if soonest is None else min(wait_s, (soonest - now).total_seconds())
