"""Send the person's acts, each exactly once whatever the network does.

An act is noted durably as on its way before its first byte leaves; one whose answer was lost stays SENDING and is resolved under its own
identifier by the next run. Several acts that have nothing to do with each other are on their way at once, and what
has ended is noted together with what follows: one durable commit for all of them. A crash then leaves more acts SENDING, no act unnoted.
Owns: which acts are under way, what is asked again later. Does not own: one attempt (attempt.py), which acts may go side by side
(record/intents), disk.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from desktop import limits
from desktop.clock import Clock
from desktop.record.intents import Intent, at_once, is_asked_to_wait, sendable, together
from desktop.sync.attempt import Attempt, Outcome, Started
from desktop.sync.portal import Portal

Choose = Callable[[Sequence[Intent]], Sequence[Intent]]
"""Names, of the open acts, those that set out now. *Thread*: called on the store's, inside its transaction."""


@dataclass(slots=True)
class Tally:
    """What a push did, as the report counts it."""

    applied: int = 0
    clashes: int = 0
    rejected: int = 0
    waiting: int = 0
    needs_sign_in: bool = False


class Shelf(Protocol):
    """What push asks of the store; every call is one durable transaction."""

    async def open_intents(self) -> tuple[Intent, ...]:
        """Return every open intent of this portal."""
        ...

    async def turn(self, outcomes: Sequence[Outcome], choose: Choose) -> tuple[tuple[bool, ...], tuple[Started, ...]]:
        """Store outcomes with what was seen, and note those that set out next (SENDING) before their first byte leaves.

        For each outcome: False when the person changed the act meanwhile and it stays open.
        """
        ...

    async def notice_effects(self) -> None:
        """Overturn refusals and decisions whose effect has been pulled after all: a request may land late (invariant I12)."""
        ...

    async def held_in_vain(self) -> tuple[Intent, ...]:
        """Return the acts that ended without their effect although a slot, as last seen, is held for them: a claim may land late too."""
        ...

    async def take_in(self, outcomes: Sequence[Outcome]) -> None:
        """Store what was seen at the portal and nothing else."""
        ...

    async def patient_of(self, person: int) -> str | None:
        """Return the portal's id of a person, None when the right to act for them has ended."""
        ...

    async def file(self, id: str) -> bytes | None:
        """Return the bytes of a file that an act carries."""
        ...


async def push(portal: Portal, shelf: Shelf, *, clock: Clock, rng: random.Random, is_asked: bool = False) -> Tally:
    """Send what may be sent, places freed before places taken, oldest first where one act bears upon another.

    Begins nothing more when the person must sign in, when the portal asks to wait, or when there is no line to it. `is_asked`: a person
    said "now", so our own back-off is over.
    """
    await shelf.notice_effects()
    is_busy = await portal.rest() > 0.0
    round_ = _Round(portal, shelf, clock=clock, rng=rng, is_asked=is_asked)
    try:
        if not is_busy:
            await round_.give_back()
            await round_.go()
    finally:
        await round_.drop()
    round_.tally.waiting = sum(one.is_open for one in await shelf.open_intents())
    return round_.tally


class _Round:
    """The acts of one push: some on their way, some that ended and wait to be noted."""

    def __init__(self, portal: Portal, shelf: Shelf, *, clock: Clock, rng: random.Random, is_asked: bool) -> None:
        self.tally = Tally()
        self._portal = portal
        self._shelf = shelf
        self._clock = clock
        self._rng = rng
        self._is_asked = is_asked
        self._tried: set[str] = set()
        self._patients: dict[int, str | None] = {}
        self._under_way: dict[asyncio.Task[Outcome], Intent] = {}
        # Acts look side by side but write one after another: a portal is never asked to sort out two writes of one family.
        self._writing = asyncio.Lock()
        self._has_line = False
        self._is_over = False

    async def go(self) -> None:
        """Turn by turn until nothing is under way and nothing more may set out."""
        ended: list[Outcome] = []
        while True:
            settled, started = await self._shelf.turn(ended, self._choose)
            for outcome, is_settled in zip(ended, settled, strict=True):
                self._count(outcome, is_settled=is_settled)
            for one in started:
                self._tried.add(one.intent.id)
                self._under_way[asyncio.ensure_future(self._carry_out(one))] = one.intent
            if not self._under_way:
                return
            ended = await self._some()

    async def give_back(self) -> None:
        """Hand back the slots that are held for acts which have ended: else they stay held for nobody."""
        ended = await self._shelf.held_in_vain()
        if ended:
            await self._shelf.take_in([await (await self._attempt(Started(before=one, intent=one))).give_back() for one in ended])

    async def drop(self) -> None:
        """Leave whatever is under way: it stays SENDING and is looked for by the next run."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _choose(self, open_acts: Sequence[Intent]) -> Sequence[Intent]:
        now = self._clock.now()
        if self._is_over or is_asked_to_wait(open_acts, now=now):
            return ()
        acts = at_once(open_acts) if self._is_asked else open_acts
        ready = [one for one in sendable(acts, now=now) if one.id not in self._tried]
        # Until one has come through, no more set out than can speak at once: without a line each of them would look for it in vain.
        most = limits.ACTS_IN_FLIGHT if self._has_line else limits.EXCHANGES_IN_FLIGHT
        return together(ready, beside=self._under_way.values(), room=most - len(self._under_way))

    async def _carry_out(self, one: Started) -> Outcome:
        return await (await self._attempt(one)).carry_out()

    async def _attempt(self, one: Started) -> Attempt:
        person = one.intent.person
        if person not in self._patients:
            self._patients[person] = await self._shelf.patient_of(person)
        patient = self._patients[person]
        return Attempt(
            self._portal, patient, one, turn=self._writing, file=self._shelf.file, clock=self._clock, rng=self._rng
        )

    async def _some(self) -> list[Outcome]:
        """Wait for an act to end, and a moment longer for half of them, which share a commit; the others go on while it is on its way."""
        some = len(self._under_way) - (len(self._under_way) + 1) // 3
        done, rest = await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.ACTS_GATHER_S):
                while len(done) < some:
                    more, rest = await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)
                    done |= more
        ended = sorted((task for task in self._under_way if task.done()), key=lambda task: self._under_way[task].seq)
        for task in ended:
            del self._under_way[task]
        outcomes = [task.result() for task in ended]
        self._has_line |= any(one.kind != "unsent" for one in outcomes)
        self._is_over |= any(one.kind in ("sign_in", "unsent") or one.is_portals_word for one in outcomes)
        return outcomes

    def _count(self, outcome: Outcome, *, is_settled: bool) -> None:
        self.tally.needs_sign_in |= outcome.kind == "sign_in"
        if outcome.kind in ("applied", "already_done"):
            self.tally.applied += is_settled
        elif outcome.kind == "clash":
            self.tally.rejected += outcome.clash == "refused"
            self.tally.clashes += outcome.clash != "refused"
