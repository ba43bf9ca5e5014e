"""What happens around the computers in a seed: to their processes and disks, at the portal, in the clinics."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from desktop.demo.portal import DemoPortal
from tests.chaos import small
from tests.chaos.cable import Weather
from tests.chaos.computer import Computer
from tests.chaos.oracle import Oracle
from tests.chaos.spoils import deep

AROUND: Final = ("kill", "power", "disk_full", "clock_jump", "restore", "purge", "revoke", "mass_delete", "spoiled_row", "short_token", "offline")
LATER: Final = ("torn_job", "late_commit", "regret", "siege", "bad_morning")
"""Drawn from a number of their own, so that those above fall as they always did."""
TIMES: Final = {"kill": 6, "power": 3, "disk_full": 3, "clock_jump": 3, "offline": 2, "torn_job": 4, "late_commit": 3}
WORDS: Final = ("propose", "answer", "think_again")
"""A clinic asks whether another time will do, people answer, and they take decisions back: drawn from a number of their own too."""
CLINIC: Final = (*["move"] * 3, *["cancel"] * 2, *["take"] * 3, "no_show", "confirm", "fulfil", *["edit"] * 2, "delete", "result", "more_slots")


class Around:
    """All that no client decides."""

    def __init__(self, rng: random.Random, *, box: DemoPortal, oracle: Oracle, weather: Weather, computers: Sequence[Computer]) -> None:
        self.rng = rng
        self.box = box
        self.oracle = oracle
        self.weather = weather
        self.computers = computers
        self.is_calm = False
        self.backup: bytes | None = None
        self.excused: set[str] = set()

    def happen(self, kind: str) -> None:
        """Let one thing happen to a computer, its vault or the portal."""
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
            computer.person.act()
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
            self.weather.spoiled.add(name)
            if rng.random() < 0.5:
                asyncio.get_running_loop().call_later(rng.uniform(20, 100), self._mend, name)
        elif kind == "offline":
            self._go_offline(rng.uniform(10, 90))
        elif kind == "torn_job":
            computer.disk.die_between = rng.choice((1, 1, 2, 3, 5))
            return
        elif kind == "late_commit":
            self._commit_late()
        count[kind] += 1

    def _commit_late(self) -> None:
        """Let what was begun long ago become visible now, under the time at which it was begun: only a comparison can find it."""
        rng, box = self.rng, self.box
        box.faults.skew_s = -rng.uniform(600.0, 5000.0)
        try:
            if rng.random() < 0.5:
                slots = [item.resource for item in box.shelf.items("WHERE live AND type='Slot' ORDER BY id") if item.resource["status"] == "free"]
                made = {**rng.choice(slots), "comment": "кабинет 5"} if slots else small.observation("anna-late", "anna", 50.0)
            else:
                person = rng.choice(small.FAMILIES[self.computers[0].family])
                made = small.observation(f"{person}-{rng.randrange(small.ROWS * 2)}", person, rng.uniform(50, 90))
            box.put(made)
        finally:
            box.faults.skew_s = 0.0
        self.oracle.backdated.add(box.shelf.newest())

    def _go_offline(self, seconds: float) -> None:
        before = dict(self.weather.chances)
        self.weather.chances = {"no_line": 0.7, "drop_request": 1.0}

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

    def work(self, kind: str, rng: random.Random | None = None) -> None:
        """Let the clinics do one thing."""
        rng, clinic = rng or self.rng, self.box.clinic
        visits = self.box.shelf.items("WHERE live AND type='Appointment' ORDER BY seq")
        active = [one for one in visits if one.resource["status"] in ("booked", "pending", "proposed") and one.resource.get("slot")]
        free = clinic.free_slots()
        with suppress(ValueError):
            before = dict(self.oracle.slots_of)
            match kind:
                case "move" if active and free:
                    clinic.move(rng.choice(active).id, rng.choice(free))
                case "propose" if active and free:
                    clinic.propose(rng.choice(active).id, rng.choice(free))
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
                    item = rng.choice(visits)
                    # Who deletes a visit's record takes away the only word that says which slots were to be given back.
                    self.excused |= self.oracle.ever_of[item.id]
                    self.box.delete("Appointment", item.id)
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
