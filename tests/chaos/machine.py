"""The chaos machine: a few minutes of two families, one registry and a bad line, all drawn from one number.

`run(seed)` holds every invariant of oracle.py or names those that broke. Swarm style: each seed draws its own subset of faults and
intensities; then faults stop and the rest is checked.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import random
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from tests.chaos import small
from tests.chaos.cable import ON_THE_LINE, Weather
from tests.chaos.computer import Computer
from tests.chaos.happenings import AROUND, CLINIC, LATER, TIMES, WORDS, Around
from tests.chaos.judging import Judge
from tests.chaos.memo import remembering
from tests.chaos.oracle import Oracle
from tests.chaos.spoils import full_box
from tests.chaos.virtual import VirtualLoop, WristClock, hours_go_by

STORM_S: Final = 240.0
USER_ACTS, CLINIC_ACTS = 20, 20
SIEGE_ROUNDS: Final = 40


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
    fell: list[BaseException] = []
    loop.set_exception_handler(lambda _, told: fell.append(told["exception"]) if "handle" in told else None)
    gc.disable()
    try:
        with small.few_kinds(), remembering(), planted():
            machine = Machine(seed, clock)
            try:
                loop.run_until_complete(machine.live())
            finally:
                result = machine.result()
    finally:
        _close(loop)
        gc.enable()
    if fell:
        raise fell[0]  # Somebody's hands slipped where nobody awaits them.
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
        self.kinds = {kind: self.rng.uniform(0.3, 1.0) for kind in AROUND if self.rng.random() < 0.35}
        self.later = random.Random(f"{seed}/later")
        self.kinds |= {kind: self.later.uniform(0.3, 1.0) for kind in LATER if self.later.random() < (0.1 if kind == "siege" else 0.3)}
        self.words = random.Random(f"{seed}/words")
        self.has_words = self.words.random() < 0.5
        if self.rng.random() < 0.05:
            self.weather.chances.clear()
        if self.weather.chances and self.later.random() < 0.2:
            self.weather.chances["no_line"] = self.later.uniform(0.02, 0.3)
        families = self.rng.choice(((0,), (0, 0), (0, 1), (0, 0, 1)))
        self.clocks = [WristClock(clock) for _ in families]
        self.computers = [
            Computer(
                f"c{number}", family=family, people=small.FAMILIES[family], box=self.box, oracle=self.oracle, weather=self.weather,
                clock=self.clocks[number], seed=seed, keeps_images="power" in self.kinds, has_regrets="regret" in self.kinds,
                life_s=45.0 if "short_token" in self.kinds else 10**7,
            )
            for number, family in enumerate(families)
        ]  # fmt: skip
        for family in small.FAMILIES:
            self.box.token_for(family)
        if random.Random(f"{seed}/codes").random() < 0.15:
            self.box.relatives.asked.update(small.FAMILIES[0])
        self.around = Around(self.rng, box=self.box, oracle=self.oracle, weather=self.weather, computers=self.computers)
        self.judge = Judge(self.box, self.oracle, self.computers, excused=self.around.excused)

    # --- the course of a seed

    async def live(self) -> None:
        """Storm, calm, judgement."""
        tasks = [asyncio.ensure_future(self._rhythm(one)) for one in self.computers]
        await self._storm()
        self.around.is_calm = True
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for one in outcomes:
            if isinstance(one, Exception):
                raise one
        self.weather.chances.clear()
        for computer in self.computers:
            computer.calm_down()
        if "siege" in self.kinds:
            await self._siege()
        await self._calm()
        self.judge.judge()

    async def _storm(self) -> None:
        rng = self.rng
        plan: list[tuple[float, str]] = [(rng.uniform(5, STORM_S), "person") for _ in range(USER_ACTS)]
        plan += [(rng.uniform(5, STORM_S), rng.choice(CLINIC)) for _ in range(CLINIC_ACTS)]
        for kind, share in self.kinds.items():
            if kind in AROUND and kind != "short_token":
                plan += [(rng.uniform(10, STORM_S), kind) for _ in range(1 + int(TIMES.get(kind, 1) * share))]
            elif kind in ("torn_job", "late_commit"):
                plan += [(self.later.uniform(0.0, STORM_S), kind) for _ in range(1 + int(TIMES[kind] * share))]
        if self.has_words:
            plan += [(self.words.uniform(5.0, STORM_S), kind) for kind in WORDS for _ in range(5)]
        now = 0.0
        for at, kind in sorted(plan):
            await hours_go_by(at - now)
            now = at
            if kind == "person":
                rng.choice(self.computers).person.act()
            elif kind in WORDS:
                self._say(kind)
            elif kind in AROUND or kind in LATER:
                self.around.happen(kind)
            else:
                self.around.work(kind)

    def _say(self, kind: str) -> None:
        person = self.words.choice(self.computers).person
        if kind == "propose":
            self.around.work(kind, self.words)
        elif kind == "answer":
            person.answer()
        else:
            person.think_again()

    async def _rhythm(self, computer: Computer) -> None:
        """Run now and then, as the schedule and the person's acts would have it."""
        rng = random.Random(f"{self.seed}/{computer.name}/rhythm")
        while True:
            await hours_go_by(rng.uniform(2.0, 50.0))
            await computer.run()
            if rng.random() < 0.5:
                await computer.consent()

    async def _siege(self) -> None:
        """Hours in which a gateway answers every creation with an error, keeps it, and hands most of them on in the end."""
        self.weather.held = held = {}
        for computer in self.computers:
            computer.person.send_for_help()
        for _ in range(SIEGE_ROUNDS):
            waiting = [computer for computer in self.computers if computer.acting.open(computer.portal)]
            if not waiting:
                break
            await hours_go_by(self.later.uniform(200.0, 900.0))
            for computer in waiting:
                await computer.run()
        self.weather.held = None
        for kept in held.values():
            if self.later.random() < 0.6:
                for deliver in kept:
                    deliver()

    async def _calm(self) -> None:
        await hours_go_by(150.0)
        if self.has_words:
            await self._last_words()
        for _ in range(8):
            await self._round()
            if not any(computer.acting.open(computer.portal) for computer in self.computers):
                break
            await hours_go_by(1000.0)
        for computer in self.computers:
            # Clocks may still be wrong: two hours of a good line are enough whatever they show (I10).
            for act in computer.acting.open(computer.portal):
                self.oracle.say("I10", f"{computer.name}'s {act.kind} {act.id[-4:]} waits for an hour that its clock will not show")
        for clock in self.clocks:
            clock.wrong_s = 0.0
        if "bad_morning" in self.kinds:
            await self._bad_morning()
        # Two days later everything has been compared at least once, also where a clock that was a day ahead noted when.
        await hours_go_by(50 * 3600.0)
        for _ in range(4):
            await self._round()
            if all(not self.judge.differences(computer) for computer in self.computers):
                break
            await hours_go_by(25 * 3600.0)

    async def _last_words(self) -> None:
        """Good line, everybody at their computers: people move visits as clinics propose other times, answer, decide, and think again."""
        for _ in range(2):
            await self._round()
            for computer in self.computers:
                computer.person.move_something()
                self.around.work("propose", self.words)
            await self._round()
            for computer in self.computers:
                computer.person.answer()
                computer.person.think_again(1.0)
            await hours_go_by(30.0)
            for computer in self.computers:
                computer.person.settle_something()

    async def _bad_morning(self) -> None:
        """The next day's comparison, over a line that spoils what it brings."""
        for _ in range(3):
            self.around.happen("late_commit")
        await hours_go_by(25 * 3600.0)
        self.weather.chances.update(foreign=0.5, malformed=0.2, cut=0.1, drop_answer=0.1)
        await self._round()
        self.weather.chances.clear()

    async def _round(self) -> None:
        for computer in self.computers:
            await computer.run()
            await computer.consent()

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
