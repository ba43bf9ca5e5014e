"""Two real client processes, the box as a third, a line that loses a fifth of requests and a fifth of answers, and kill -9.

`python -m tests.chaos.two_clients 1000` books that many visits from the computers of two families that want the same slots, kills both
clients again and again, starts them again, and then demands: no booking twice, no act lost, no slot with two owners, no slot held for
nobody, and both replicas equal to the portal.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from desktop.clock import SystemClock
from desktop.demo import serve
from desktop.demo.portal import DemoPortal
from desktop.record.fhir import acts as wire
from desktop.store import vault as vaults
from desktop.store.keys import Kdf
from desktop.sync.connect import connect
from tests.chaos import small
from tests.chaos.client_process import PASSPHRASE, computer, settle

ROOT: Final = Path(__file__).resolve().parents[2]
BAD_LINE: Final = "lose_request=0.2, lose_answer=0.2"
ACTIVE: Final = frozenset({"proposed", "pending", "booked"})


# --- the box's process


def box(slots: int) -> None:
    """Serve a box; answer the words "tokens", "storm", "calm" and "state" on stdin with a line of JSON each."""
    portal = DemoPortal(small.world(), clock=SystemClock(), seed=7)
    start = datetime.now(SystemClock().now().tzinfo).replace(microsecond=0) + timedelta(days=3)
    for number, doctor in enumerate(("s-d1", "s-d2")):
        portal.clinic.add_free(doctor, start + timedelta(minutes=7 * number), count=slots // 2)
    with serve.running(portal) as base:
        print(json.dumps(base), flush=True)
        for line in sys.stdin:
            said: Any = None
            match line.strip():
                case "tokens":
                    said = [portal.token_for(family) for family in small.FAMILIES]
                case "storm":
                    portal.faults.parse(BAD_LINE)
                case "calm":
                    portal.faults.clear()
                case "state":
                    said = _state(portal)
            print(json.dumps(said), flush=True)
    portal.close()


def _state(portal: DemoPortal) -> dict[str, Any]:
    rows = portal.shelf.rows("SELECT type, id FROM item WHERE live AND type IN ('Appointment', 'Slot')")
    found = [one for type_, id in rows if (one := portal.resource(type_, id)) is not None]
    visits = [one for one in found if one["resourceType"] == "Appointment"]
    return {
        "bookings": [[one["id"], one["status"], wire.intents_of(one), wire.booking_seen(one).slots] for one in visits],
        "claims": [[one["id"], wire.intents_of(one)] for one in found if one["resourceType"] == "Slot" and one["status"] == "busy"],
        "snapshots": {who: [[*name, version] for name, version in portal.snapshot(who).items()] for family in small.FAMILIES for who in family},
        "violations": portal.violations, "faults": dict(portal.faults.delivered), "requests": sum(portal.requests.values()),
    }  # fmt: skip


# --- the one who kills


class Client:
    """A client process that is killed and started again."""

    def __init__(self, folder: Path, bookings: int) -> None:
        self.folder = folder
        self.bookings = bookings
        self.accepted: list[str] = []
        self.kills = 0
        self.is_done = False
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    def start(self) -> None:
        """Start a process and listen to what it says."""
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "tests.chaos.client_process", str(self.folder), str(self.bookings)], cwd=ROOT,
            stdout=subprocess.PIPE, encoding="utf-8", env=os.environ | {"PYTHONUTF8": "1"},
        )  # fmt: skip
        self._opened = threading.Event()
        self._reader = threading.Thread(target=self._listen, args=(process,))
        self._reader.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with contextlib.suppress(ValueError):
                said = json.loads(line)
                self.accepted += [said["accepted"]] if "accepted" in said else []
                self.is_done |= "done" in said
                if "open" in said:
                    self._opened.set()

    def live_and_die(self, rng: random.Random, *, most_s: float) -> None:
        """Let the process work for a while and kill it; or let it end by itself."""
        assert self._process is not None
        assert self._reader is not None
        self._opened.wait(60)
        try:
            self._process.wait(rng.uniform(0.05, most_s))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.kills += 1
        self.end()

    def end(self) -> None:
        """Wait for the process."""
        assert self._process is not None
        assert self._reader is not None
        self._process.wait(600)
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def campaign(bookings: int, *, folder: Path, seed: int, kills: int, most_s: float) -> dict[str, Any]:
    """Do the whole thing; return the figures. *Raises* AssertionError for anything that may not be."""
    began, rng = time.monotonic(), random.Random(seed)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.two_clients", "box", str(bookings * 2)], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, encoding="utf-8",
    ) as served:  # fmt: skip
        assert served.stdout is not None

        def ask(word: str) -> Any:
            assert served.stdin is not None
            assert served.stdout is not None
            served.stdin.write(word + "\n")
            served.stdin.flush()
            return json.loads(served.stdout.readline())

        try:
            base = json.loads(served.stdout.readline())
            clients = [Client(folder / f"client{number}", bookings // 2) for number in range(2)]
            for client, token in zip(clients, ask("tokens"), strict=True):
                asyncio.run(_prepare(client.folder, base, token))
            ask("storm")
            threads = [
                threading.Thread(target=_chase, args=(one, random.Random(rng.random()), kills, most_s), daemon=True) for one in clients
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            ask("calm")
            states = [asyncio.run(settle(client.folder)) for client in clients]
            there = ask("state")
        finally:
            served.kill()
    figures = verdict(bookings, clients, states, there)
    return {**figures, "s": round(time.monotonic() - began, 1)}


def _chase(client: Client, rng: random.Random, kills: int, most_s: float) -> None:
    while not client.is_done:
        client.start()
        if client.kills < kills:
            client.live_and_die(rng, most_s=most_s)
        else:
            client.end()


async def _prepare(folder: Path, base: str, token: str) -> None:
    vault, _ = vaults.create(folder, passphrase=PASSPHRASE, clock=SystemClock(), kdf=Kdf(memory_kib=64, passes=1, lanes=1))
    vault.close()
    with computer(folder) as (vault, store, _, engine):
        await connect(engine, store=store, vault=vault, clock=SystemClock(), rng=random.Random(1), base_url=base, auth="token", token=token)
        await engine.run(documents="none", is_asked=True)
        await engine.close()


def verdict(bookings: int, clients: list[Client], states: list[dict[str, Any]], there: dict[str, Any]) -> dict[str, Any]:
    """Judge what is at the portal and in both vaults."""
    carried = Counter(name for _, _, names, _ in there["bookings"] for name in names)
    owners = Counter(slot for _, status, _, slots in there["bookings"] if status in ACTIVE for slot in slots)
    accepted = [name for client in clients for name in client.accepted]
    ever = {name for state in states for name in state["ever"]}
    waiting = {name for state in states for name in state["waiting"]}
    lost = [name for name in ever | set(accepted) if name not in carried and name not in waiting]
    differing = [
        who for state in states for who, kept in state["kept"].items()
        if {tuple(name): version for name, version in kept.items()} != {(row[0], row[1]): row[2] for row in there["snapshots"][who]}
    ]  # fmt: skip
    open_acts = [name for state in states for name, stands in state["acts"].items() if stands not in ("clashed", "rejected")]
    figures = {
        "bookings": bookings, "accepted": len(accepted), "acts": len(ever), "booked": len(carried), "decisions": len(waiting),
        "kills": sum(client.kills for client in clients), "requests": there["requests"], "faults": there["faults"],
        "twice": [name for name, count in carried.items() if count > 1], "lost": lost, "never_stored": sorted(set(accepted) - ever),
        "two_owners": [slot for slot, count in owners.items() if count > 1],
        "held_for_nobody": [slot for slot, names in there["claims"] if names and slot not in owners],
        "still_open": open_acts, "differing": differing, "violations": there["violations"], "sound": all(one["is_sound"] for one in states),
    }  # fmt: skip
    wrong = {name: figures[name] for name in
             ("twice", "lost", "never_stored", "two_owners", "held_for_nobody", "still_open", "differing", "violations") if figures[name]}
    assert not wrong, json.dumps({**wrong, "figures": figures})
    assert figures["sound"]
    assert len(ever) == bookings
    return figures


def main() -> None:
    """Be the box, or be the one who kills."""
    match sys.argv[1:]:
        case ["box", slots]:
            box(int(slots))
        case _:
            bookings = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
            with tempfile.TemporaryDirectory() as folder:
                print(json.dumps(campaign(bookings, folder=Path(folder), seed=int(time.time()), kills=25, most_s=4.0)))


if __name__ == "__main__":
    main()
