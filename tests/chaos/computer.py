"""One computer of a family in the chaos machine: the real engine over a real vault, and a process that dies.

Does not own: who sits at it (person).
"""

from __future__ import annotations

import asyncio
import itertools
import random
from contextlib import suppress
from datetime import datetime
from typing import Any

from desktop.demo import text
from desktop.demo.portal import DemoPortal
from desktop.errors import DiskFull, KnownError
from desktop.record.intents import Intent
from desktop.store.portals import Portal as StoredPortal
from desktop.sync import push as pushing
from desktop.sync.engine import Engine
from desktop.sync.plan import place
from desktop.sync.portal import Portal
from desktop.sync.report import Pushed, RunReport
from desktop.sync.shelf import VaultShelf
from tests.chaos import small
from tests.chaos.cable import ODD_NAMES, Line, ShortKey, Weather
from tests.chaos.oracle import Oracle
from tests.chaos.person import Person
from tests.chaos.spoils import account_of
from tests.chaos.virtual import Dead, Disk, InlineStore, WristClock, hours_go_by
from tests.chaos.watched import WatchedActing


class Computer:
    """A vault on a disk, and while the process lives, an engine over it."""

    def __init__(
        self, name: str, *, family: int, people: tuple[str, ...], box: DemoPortal, oracle: Oracle, weather: Weather, clock: WristClock,
        seed: int, keeps_images: bool, has_regrets: bool, life_s: float,
    ) -> None:
        self.name = name
        self.family = family
        self.box = box
        self.oracle = oracle
        self.weather = weather
        self.clock = clock
        self.life_s = life_s
        self.disk = Disk(keeps_images=keeps_images, rng=random.Random(f"{seed}/{name}/disk"), die=self._die_in_job)
        self.has_regrets = has_regrets
        self.account = account_of(people)
        self.numbers = itertools.count(1)
        self.person = Person(self, seed=seed)
        self.net = random.Random(f"{seed}/{name}/net")
        self.kill_after: int | None = None
        self.runs = 0
        self.reports: list[RunReport] = []
        self.is_up = False
        self.checked_at: Any = None
        self.removed_unasked = 0
        self._task: asyncio.Task[Any] | None = None
        self._seen_order: dict[tuple[str, str], int] = {}
        self._seen_epoch = 0
        self.start()
        self.portal = self.vault.portals.put(box.base, auth="token")
        for patient in people:
            self.vault.people.add(self.portal, patient)

    # --- the process

    def start(self) -> None:
        """Begin a process: everything but the disk is new."""
        self.vault = self.disk.open(self.clock)
        self.store = InlineStore(self.disk, self.vault, self.point)
        self.acting = WatchedActing(self.vault, new_id=self._new_id, oracle=self.oracle, sealed_now=self.patient)
        self.acting.added = self._added
        self.line = Line(self.box, self.oracle, self.weather, name=self.name, rng=self.net, point=self.point)
        self.engine = Engine(
            store=self.store, vault=self.vault, clock=self.clock, rng=random.Random(self.net.random()), push=self._push, sleep=self._nap
        )
        self.engine._wire = self.line
        key = ShortKey(self.box, self.account, life_s=self.life_s, weather=self.weather, rng=self.net)
        self.engine._keys = dict.fromkeys(range(1, 3), key)
        self.is_up = True

    async def _nap(self, seconds: float) -> None:
        self.point()
        await hours_go_by(seconds)

    def _new_id(self) -> str:
        number = next(self.numbers)
        return f"{sum(map(ord, self.name)):08x}-0000-4000-8000-{number:012d}"

    def point(self) -> None:
        """An await: here the process may die."""
        if self.kill_after is not None and self.is_up:
            self.kill_after -= 1
            if self.kill_after <= 0:
                self.kill_after = None
                self.die()

    def die(self) -> None:
        """kill -9: nothing of it does anything more."""
        self.is_up = False
        self.store.is_dead = True
        self.weather.delivered["kill"] += 1
        if self._task is not None and not self._task.done():
            self._task.cancel()
        if self.has_regrets and self.person.rng.random() < 0.5:
            asyncio.get_running_loop().call_later(self.person.rng.uniform(0.1, 3.0), self.person.regret)

    def _die_in_job(self) -> None:
        """Die between two transactions of one job of the store's, by a kill or with the power."""
        self.weather.delivered["torn_job"] += 1
        if self.person.rng.random() < 0.5:
            self.lose_power()
        else:
            self.die()

    def calm_down(self) -> None:
        """Let nothing that was still to come happen."""
        self.kill_after = self.disk.fail_after = self.disk.die_between = None
        self.has_regrets = False
        self.life_s = 10**7

    def lose_power(self) -> None:
        """kill -9, and what had not been synced is gone."""
        self.die()
        if self.disk.cut():
            self.weather.delivered["power_cut"] += 1

    async def _push(self, portal: Portal, stored: StoredPortal, *, is_asked: bool) -> Pushed:
        shelf = VaultShelf(self.store, self.vault, self.acting, portal=stored.id, clock=self.clock)
        tally = await pushing.push(portal, shelf, clock=self.clock, rng=self.net, is_asked=is_asked)
        return Pushed(applied=tally.applied, clashes=tally.clashes, rejected=tally.rejected, waiting=tally.waiting)

    async def run(self) -> RunReport | None:
        """Do one run to its end, or until the process dies; then begin a new process."""
        if not self.is_up:
            self.start()
        self.runs += 1
        before = self._rows_of_people()
        self.checked_at = self.vault.settings.get("sync.checked_at")
        self._task = asyncio.ensure_future(self.engine.run(documents="none", is_asked=self.runs % 3 == 0))
        report: RunReport | None = None
        try:
            await asyncio.wait({self._task})
        finally:
            self._task.cancel()
        try:
            report = None if self._task.cancelled() else self._task.result()
        except (Dead, KnownError):
            self.oracle.counts["run_failed"] += 1
        if self.is_up:
            self._look_behind_cursors()
        if report is not None and self.is_up:
            self._look(report, before)
        return report if self.is_up else None

    # --- what it shows

    def patient(self, person: int) -> str:
        """Return the portal's id of a person."""
        return next((one.patient_id for one in self.vault.people.of() if one.id == person), "")

    def people(self) -> list[int]:
        return [one.id for one in self.vault.people.of() if not one.is_sealed]

    def kept(self) -> dict[str, dict[tuple[str, str], str]]:
        """Return what is kept of each person and of all, without what was set aside."""
        aside = {(one.type, one.id) for one in self.vault.replica.quarantine()}
        found = {"": self.vault.replica.manifest_of(self.portal, 0)}
        for one in self.vault.people.of(self.portal):
            found[one.patient_id] = self.vault.replica.manifest_of(self.portal, one.id)
        return {who: {name: version for name, version in rows.items() if name not in aside} for who, rows in found.items()}

    def _rows_of_people(self) -> dict[str, int]:
        return {who: len(rows) for who, rows in self.kept().items() if who}

    def _look(self, report: RunReport, before: dict[str, int]) -> None:
        """Check what must hold after a run: versions, honest time, no mass removal unasked."""
        checked_at = self.vault.settings.get("sync.checked_at")
        if checked_at != self.checked_at and not report.ok:
            self.oracle.say("I16", f"{self.name} says that it is up to date after a run that failed")
        if report.ok and report.pulled.removed >= 10:
            for who, count in before.items():
                now = self._rows_of_people().get(who)
                if now is not None and count - now >= 10 and count - now >= 0.5 * count and who not in self.allowed:
                    self.oracle.say("I18", f"{self.name} removed {count - now} of {count} rows unasked")
        if self._seen_epoch != self.oracle.epoch:
            self._seen_epoch, self._seen_order = self.oracle.epoch, {}
        kept = self.kept()
        self._look_for_strangers(kept)
        order = self.oracle.order
        for rows in kept.values():
            for name, version in rows.items():
                at = order[name].get(version) if name in order else None
                if at is not None and at < self._seen_order.get(name, 0):
                    self.oracle.say("I13", f"{self.name}: {name} went back")
                if at is not None:
                    self._seen_order[name] = at
        for removal in report.removals:
            who = self.patient(removal.person)
            self.allowed.add(who)
            self._consents.append(removal.person)

    def _look_for_strangers(self, kept: dict[str, dict[tuple[str, str], str]]) -> None:
        """Check that every row lies where the portal has it or had it (I5, I11), and that nothing was set aside for no reason (I7)."""
        owners = self.oracle.owners
        for who, rows in kept.items():
            for name in rows:
                mine = owners.get(name)
                if mine is None and name[1] not in ODD_NAMES:
                    self.oracle.say("I11", f"{self.name} keeps {name} that the portal never had")
                elif mine is not None and ((who and who not in mine) or (not who and mine)):
                    self.oracle.say("I5", f"{self.name} keeps {name} for {who or 'all'}")
        for one in self.vault.replica.quarantine():
            if one.reason == "person" and one.id not in self.weather.strangers:
                self.oracle.say("I7", f"{self.name} set {one.type}/{one.id} aside as a stranger's, and nobody sent it")
            is_sound = (one.type, one.id) in owners and one.id not in self.weather.spoiled
            if one.reason not in ("person", "unasked") and is_sound:
                self.oracle.say("I7", f"{self.name} set {one.type}/{one.id} aside for its {one.reason}, and nothing is wrong with it")

    def _look_behind_cursors(self) -> None:
        """Check that nothing the portal had before a durable position is missing or older here (I6)."""
        if self.oracle.was_restored:
            return
        shared = [(0, "", "SELECT type, id, version, updated, seq FROM item WHERE live AND type IN ('Practitioner', 'Schedule', 'Slot')")]
        mine = "SELECT i.type, i.id, i.version, i.updated, i.seq FROM owner o JOIN item i ON i.seq = o.seq WHERE i.live AND o.person = ?"
        people = [(one.id, one.patient_id, mine) for one in self.vault.people.of(self.portal) if not one.is_sealed]
        for person, patient, sql in shared + people:
            if patient in self.oracle.revoked:
                continue
            here = self.vault.replica.manifest_of(self.portal, person)
            behind: dict[str, int] = {}
            for kind in small.KINDS:
                cursor = self.vault.cursors.get(self.portal, person, kind.code)
                since = place(cursor.position, generation=1, is_complete=True).since
                if cursor.is_complete and since:
                    behind[kind.type] = text.to_ms(datetime.fromisoformat(since))
            for type_, id, _, updated, seq in self.box.shelf.rows(sql, (patient,) if patient else ()):
                if updated < behind.get(type_, 0) and seq not in self.oracle.backdated:
                    at = self.oracle.order[type_, id].get(here.get((type_, id), ""), -1)
                    if at < seq:
                        self.oracle.say("I6", f"{self.name}: {type_}/{id} lies behind the cursor and is {'old' if at > 0 else 'not here'}")

    @property
    def allowed(self) -> set[str]:
        """People for whom a mass removal was agreed to."""
        return self.__dict__.setdefault("_allowed", set())

    @property
    def _consents(self) -> list[int]:
        return self.__dict__.setdefault("_asked", [])

    async def consent(self) -> None:
        """Say yes to every removal that was asked for."""
        while self._consents:
            with suppress(Dead, DiskFull):
                await self.engine.confirm_removal(self._consents.pop())

    def _added(self, intent: Intent, hold_s: float) -> None:
        self.oracle.accepted(
            intent, computer=self.name, family=self.family, person=self.patient(intent.person),
            hold_until=self.box.clock.monotonic() + hold_s,
        )  # fmt: skip
