"""The chaos machine: a few minutes of two families, one registry and a bad line, all drawn from one number.

`run(seed)` holds every invariant of oracle.py or names those that broke. Swarm style: each seed draws its own subset of faults and
intensities; then faults stop and the rest is checked.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.record.acts import ACTS
from desktop.record.kinds import BY_TYPE
from tests.chaos import small
from tests.chaos.cable import ON_THE_LINE, Weather
from tests.chaos.computer import Computer
from tests.chaos.oracle import ACTIVE, Oracle
from tests.chaos.spoils import deep, full_box
from tests.chaos.virtual import VirtualLoop, WristClock

STORM_S: Final = 240.0
USER_ACTS, CLINIC_ACTS = 20, 20
AROUND: Final = ("kill", "power", "disk_full", "clock_jump", "restore", "purge", "revoke", "mass_delete", "spoiled_row", "short_token", "offline")
CLINIC: Final = (*["move"] * 3, *["cancel"] * 2, *["take"] * 3, "no_show", "confirm", "fulfil", *["edit"] * 2, "delete", "result", "more_slots")


@dataclass
class Result:
    """What a seed came to."""

    seed: int
    broken: list[str]
    digest: str
    faults: Counter[str]
    outcomes: Counter[str]
    requests: int
    history: list[str] = field(repr=False, default_factory=list)


def run(seed: int, *, planted: Callable[[], AbstractContextManager[object]] = nullcontext) -> Result:
    """Live through one seed."""
    clock = ManualClock(small.START)
    loop = VirtualLoop(clock)
    try:
        with small.few_kinds(), planted():
            machine = Machine(seed, clock)
            try:
                loop.run_until_complete(machine.live())
            finally:
                result = machine.result()
    finally:
        _close(loop)
    return result


def _close(loop: asyncio.AbstractEventLoop) -> None:
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    loop.close()


class Machine:
    """One seed."""

    def __init__(self, seed: int, clock: ManualClock) -> None:
        self.seed = seed
        self.clock = clock
        self.rng = random.Random(f"{seed}/plan")
        self.box = DemoPortal(None, clock=clock, seed=seed, base="https://portal.test/fhir")
        self.box.shelf.restore(full_box())
        self.oracle = Oracle(self.box)
        self.weather = Weather({kind: self.rng.uniform(0.01, 0.2) for kind in ON_THE_LINE if self.rng.random() < 0.3})
        for kind in ("late_duplicate", "412", "after_500", "drop_answer"):
            if self.rng.random() < 0.25:
                self.weather.chances = {kind: self.rng.uniform(0.1, 0.5), **self.weather.chances}
        self.around = {kind: self.rng.uniform(0.3, 1.0) for kind in AROUND if self.rng.random() < 0.35}
        if self.rng.random() < 0.05:
            self.weather.chances.clear()
        families = self.rng.choice(((0,), (0, 0), (0, 1), (0, 0, 1)))
        self.clocks = [WristClock(clock) for _ in families]
        self.computers = [
            Computer(
                f"c{number}", family=family, people=small.FAMILIES[family], box=self.box, oracle=self.oracle, weather=self.weather,
                clock=self.clocks[number], seed=seed, keeps_images="power" in self.around,
                life_s=45.0 if "short_token" in self.around else 10**7,
            )
            for number, family in enumerate(families)
        ]  # fmt: skip
        for family in small.FAMILIES:
            self.box.token_for(family)
        self.is_calm = False
        self.backup: bytes | None = None
        self.spoiled: list[str] = []
        self.excused: set[str] = set()

    # --- the course of a seed

    async def live(self) -> None:
        """Storm, calm, judgement."""
        tasks = [asyncio.ensure_future(self._rhythm(one)) for one in self.computers]
        await self._storm()
        self.is_calm = True
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for one in outcomes:
            if isinstance(one, Exception):
                raise one
        await self._calm()
        self._judge()

    async def _storm(self) -> None:
        rng = self.rng
        plan: list[tuple[float, str]] = [(rng.uniform(5, STORM_S), "person") for _ in range(USER_ACTS)]
        plan += [(rng.uniform(5, STORM_S), rng.choice(CLINIC)) for _ in range(CLINIC_ACTS)]
        for kind, share in self.around.items():
            times = {"kill": 6, "power": 3, "disk_full": 3, "clock_jump": 3, "offline": 2}.get(kind, 1)
            if kind not in ("short_token",):
                plan += [(rng.uniform(10, STORM_S), kind) for _ in range(1 + int(times * share))]
        now = 0.0
        for at, kind in sorted(plan):
            await asyncio.sleep(at - now)
            now = at
            if kind == "person":
                rng.choice(self.computers).act()
            elif kind in AROUND:
                self._happen(kind)
            else:
                self._clinic(kind)

    async def _rhythm(self, computer: Computer) -> None:
        """Run now and then, as the schedule and the person's acts would have it."""
        rng = random.Random(f"{self.seed}/{computer.name}/rhythm")
        while True:
            await asyncio.sleep(rng.uniform(2.0, 50.0))
            await computer.run()
            if rng.random() < 0.5:
                await computer.consent()

    async def _calm(self) -> None:
        self.weather.chances.clear()
        for computer in self.computers:
            computer.kill_after = computer.disk.fail_after = None
            computer.life_s = 10**7
        await asyncio.sleep(150.0)
        for _ in range(8):
            for computer in self.computers:
                await computer.run()
                await computer.consent()
            if not any(computer.acting.open(computer.portal) for computer in self.computers):
                break
            await asyncio.sleep(1000.0)
        # Two days later everything has been compared at least once, also where a clock that was a day ahead noted when.
        for clock in self.clocks:
            clock.wrong_s = 0.0
        await asyncio.sleep(50 * 3600.0)
        for _ in range(4):
            for computer in self.computers:
                await computer.run()
                await computer.consent()
            if all(not self._differences(computer) for computer in self.computers):
                break
            await asyncio.sleep(25 * 3600.0)

    # --- what happens around

    def _happen(self, kind: str) -> None:
        rng, count = self.rng, self.weather.delivered
        computer = rng.choice(self.computers)
        if kind == "kill":
            if rng.random() < 0.7:
                computer.kill_after = rng.randrange(1, 40)
                return
            computer.die()
        elif kind == "power":
            computer.lose_power()
            return
        elif kind == "disk_full":
            computer.disk.fail_after = rng.randrange(1, 30)
        elif kind == "clock_jump":
            computer.act()
            # The ten seconds are counted by the clock on the wall: whoever moves it moves them.
            for act in self.oracle.ledger.values():
                act.hold_until = 0.0 if act.computer == computer.name else act.hold_until
            computer.clock.wrong_s = rng.choice((-86_400.0, -86_400.0, -86_400.0, 86_400.0, -3600.0, 600.0, 0.0))
        elif kind == "restore":
            if self.backup is None:
                self.backup = self.box.backup()
                asyncio.get_running_loop().call_later(rng.uniform(5, 120), self._restore)
            return
        elif kind == "purge":
            self.box.purge_deleted()
        elif kind == "revoke":
            family = small.FAMILIES[0]
            token = self.box.token_for(family)
            self.box.revoke(token, family[1])
            self.oracle.revoked.add(family[1])
        elif kind == "mass_delete":
            person = rng.choice(small.FAMILIES[computer.family])
            for row in self.box.shelf.items("WHERE live AND type='Observation' ORDER BY id"):
                if row.id.startswith(person):
                    self.box.delete("Observation", row.id)
        elif kind == "spoiled_row":
            person = rng.choice(small.FAMILIES[computer.family])
            name = f"{person}-{rng.randrange(small.ROWS)}"
            found = self.box.resource("Observation", name)
            if found is None:
                return
            self.box.put({**found, "note": deep()})
            self.spoiled.append(name)
            if rng.random() < 0.5:
                asyncio.get_running_loop().call_later(rng.uniform(20, 100), self._mend, name)
        elif kind == "offline":
            self._go_offline(rng.uniform(10, 90))
        count[kind] += 1

    def _go_offline(self, seconds: float) -> None:
        before = dict(self.weather.chances)
        self.weather.chances = {"drop_request": 1.0}

        def back() -> None:
            self.weather.chances = {} if self.is_calm else before

        asyncio.get_running_loop().call_later(seconds, back)

    def _restore(self) -> None:
        assert self.backup is not None
        self.box.restore(self.backup)
        self.oracle.restored()
        self.weather.delivered["restore"] += 1

    def _mend(self, name: str) -> None:
        found = self.box.resource("Observation", name)
        if found is not None:
            self.box.put({key: value for key, value in found.items() if key != "note"})

    def _clinic(self, kind: str) -> None:
        rng, clinic = self.rng, self.box.clinic
        visits = self.box.shelf.items("WHERE live AND type='Appointment' ORDER BY seq")
        active = [one for one in visits if one.resource["status"] in ("booked", "pending", "proposed") and one.resource.get("slot")]
        free = clinic.free_slots()
        with suppress(ValueError):
            before = dict(self.oracle.slots_of)
            match kind:
                case "move" if active and free:
                    clinic.move(rng.choice(active).id, rng.choice(free))
                case "cancel" if active:
                    clinic.cancel(rng.choice(active).id)
                case "take" if free:
                    clinic.another_patient_takes(free[min(int(rng.expovariate(0.6)), len(free) - 1)])
                case "no_show" if active:
                    clinic.no_show(rng.choice(active).id)
                case "fulfil" if active:
                    clinic.fulfil(rng.choice(active).id)
                case "confirm" if visits:
                    clinic.confirm(rng.choice(visits).id)
                case "edit" if active:
                    self.box.put({**rng.choice(active).resource, "comment": f"кабинет {rng.randrange(900)}"})
                case "delete" if visits and rng.random() < 0.4:
                    self.box.delete("Appointment", rng.choice(visits).id)
                case "result":
                    family = rng.choice(small.FAMILIES)
                    person = rng.choice(family)
                    self.box.put(small.observation(f"{person}-{rng.randrange(small.ROWS * 2)}", person, rng.uniform(50, 90)))
                case "more_slots":
                    start = self.box.clock.now().replace(microsecond=0)
                    clinic.add_free(f"s-d{rng.randrange(1, 3)}", start.replace(day=21, hour=rng.randrange(8, 20), minute=1), count=2)
                case _:
                    return
            self.oracle.counts[f"clinic:{kind}"] += 1
            # What the clinic has left behind it is the clinic's to tidy.
            self.excused |= {slot for id, slots in before.items() for slot in slots if self.oracle.slots_of.get(id) != slots}

    # --- judgement

    def _differences(self, computer: Computer) -> list[str]:
        kept = computer.kept()
        aside = {(one.type, one.id) for one in computer.vault.replica.quarantine()}
        shared = kept.pop("")
        found = []
        for who, rows in kept.items():
            there = {name: version for name, version in self.box.snapshot(who).items() if name not in aside and name[0] in _TYPES}
            here = {**rows, **shared}
            found += [f"{type_}/{id} {here.get((type_, id))} {there.get((type_, id))}" for type_, id in sorted(
                name for name in here.keys() | there.keys() if here.get(name) != there.get(name))]
        return found

    def _judge(self) -> None:
        oracle = self.oracle
        for words in self.box.violations:
            oracle.say("I5", words)
        for computer in self.computers:
            for words in self._differences(computer)[:3]:
                oracle.say("I3", f"{computer.name}: {words}")
            self._judge_rows(computer)
        shown = {one.id: one for computer in self.computers for one in computer.acting.shown()}
        waiting = {clash.intent.id for computer in self.computers for clash in computer.acting.clashes()}
        purged = {who for computer in self.computers for who in small.FAMILIES[computer.family]
                  if who not in {one.patient_id for one in computer.vault.people.of()}}  # fmt: skip
        for act in oracle.ledger.values():
            if act.person in purged:
                continue
            self._judge_act(act, shown, waiting)
        if not oracle.was_restored:
            self._judge_claims(purged)

    def _judge_act(self, act: Any, shown: dict[str, Any], waiting: set[str]) -> None:
        oracle, name = self.oracle, self.oracle._name(act.id)
        state = shown[act.id].state if act.id in shown else None
        if state is not None and shown[act.id].is_open:
            oracle.say("I8", f"{name} is still {state} after {act.attempts} attempts")
        elif state is None and not act.outcome:
            oracle.say("I2", f"{name} is gone without an outcome")
        elif state is not None and act.id not in waiting:
            oracle.say("I1", f"{name} is {state} and no decision is shown")
        if act.writes > 120:
            oracle.say("I10", f"{name} was written {act.writes} times")
        if act.outcome == "applied" and ACTS[act.kind].effect != "cancel" and act.id not in oracle.effects:
            oracle.say("I2", f"{name} is told to be done and was not")
        if oracle.was_restored:
            return
        if act.outcome == "withdrawn" and act.id in oracle.effects:
            oracle.say("I20", f"{name} was taken back and happened")
        if act.outcome.startswith("clash") and oracle.is_alive(act):
            oracle.say("I12", f"{name} is told to have failed ({act.outcome}) and stands")
        if act.outcome == "applied" and ACTS[act.kind].effect == "cancel":
            found = self.box.resource("Appointment", str(act.body.get("booking")))
            if found is not None and found["status"] in ACTIVE:
                oracle.say("I2", f"{name} is told to be done and the booking stands")

    def _judge_rows(self, computer: Computer) -> None:
        database, oracle = computer.vault.database, self.oracle
        for one in computer.vault.replica.quarantine():
            if computer.vault.replica.get(one.type, one.id) is not None and one.reason != "person":
                oracle.say("I7", f"{computer.name} shows an old copy of {one.type}/{one.id}")
            there = self.box.shelf.current(one.type, one.id)
            is_asked = one.type in _TYPES and (BY_TYPE[one.type].is_shared == (one.person == 0))
            # What a spoiled page brought under a type that is not asked for there stays aside until the person clears it.
            if not is_asked:
                continue
            if there is None or not there.live or there.version != one.version:
                oracle.say("I7", f"{computer.name} keeps {one.type}/{one.id} aside that is not there so")
        known = {one.id for one in computer.vault.people.of()} | {0}
        for table in ("resource", "clash", "cursor", "quarantine", "document"):
            rows = {row[0] for row in database.all(f"SELECT DISTINCT person FROM {table}")}
            strange = {row for row in rows if row not in known and -1 - row not in known}
            if strange:
                oracle.say("I14", f"{computer.name}: {table} has rows of {strange}")
        if any(one.is_sealed for one in computer.vault.people.of()):
            oracle.say("I14", f"{computer.name}: somebody is sealed and never purged")
        left = database.all("SELECT DISTINCT person FROM outbox WHERE state <> 'GONE'")
        if {row[0] for row in left} - known:
            oracle.say("I14", f"{computer.name}: the outbox has acts of somebody who is gone")
        if not computer.vault.outbox.is_whole():
            oracle.say("I15", f"{computer.name}: the outbox has a gap")
        for one in computer.vault.people.of():
            for row in computer.vault.replica.rows(("Observation", "Appointment"), person=one.id, limit=500):
                if f'Patient/{one.patient_id}"'.encode() not in (row.body or b""):
                    oracle.say("I5", f"{computer.name}: {row.type}/{row.id} lies in another person's record")

    def _judge_claims(self, purged: set[str]) -> None:
        from desktop.record.fhir import acts as wire

        held = {slot for slots in self.oracle.slots_of.values() for slot in slots}
        for item in self.box.shelf.items("WHERE live AND type='Slot' ORDER BY id"):
            slot = item.resource
            claims = wire.intents_of(slot)
            if slot["status"] == "busy" and claims and item.id not in held | self.excused:
                acts = [self.oracle.ledger[one] for one in claims if one in self.oracle.ledger]
                if not any(act.person in purged for act in acts):
                    self.oracle.say("I8", f"{item.id} is held for {[self.oracle._name(act.id) + ' ' + act.outcome for act in acts]}")

    def result(self) -> Result:
        """Sum up, and let go of everything."""
        digest = hashlib.sha256()
        for words in self.oracle.history:
            digest.update(words.encode())
        for computer in self.computers:
            for table in ("resource", "outbox", "clash", "quarantine", "cursor", "journal"):
                for row in computer.disk.database.all(f"SELECT * FROM {table} ORDER BY 1, 2, 3"):
                    digest.update(repr(row).encode())
            computer.disk.close()
        requests = sum(self.box.requests.values())
        self.box.close()
        return Result(self.seed, list(dict.fromkeys(self.oracle.broken)), digest.hexdigest(), self.weather.delivered, self.oracle.counts,
                      requests, self.oracle.history)  # fmt: skip


_TYPES: Final = frozenset(kind.type for kind in small.KINDS)
