"""A real process that writes to a vault until it is killed: `python -m tests.chaos.vault_writer FOLDER PART`, passphrase on stdin.

It says on stdout what it has been told is stored; a test kills it and looks whether that is true.
Part "ingest": pages with their cursor, and now and then an act. Part "passphrase": changes it to and fro.
"""

from __future__ import annotations

import sys
from pathlib import Path

from desktop.clock import SystemClock
from desktop.store import vault as vaults
from desktop.store.cursors import CursorStep
from desktop.store.ingest import Batch
from tests.store.kit import ANNA, observation, page

OTHER = "совсем другой чайник"


def main() -> None:
    """Write until killed."""
    folder, part = Path(sys.argv[1]), sys.argv[2]
    passphrase = sys.stdin.readline().strip()
    vault = vaults.unlock(folder, passphrase=passphrase, clock=SystemClock())
    portal = vault.portals.all()[0].id
    person = vault.people.of(portal)[0].id
    if part == "passphrase":
        old, new = passphrase, OTHER
        while True:
            vault.change_passphrase(old, new)
            old, new = new, old
            print("changed", flush=True)
    begun = int(vault.cursors.get(portal, person, 7).position or 0)
    acts = len(vault.outbox.open())
    print("open", flush=True)
    for number in range(begun, 1_000_000):
        rows = [observation(f"r{number}-{one}", value=number + one / 10) for one in range(20)]
        vault.replica.take(Batch(portal=portal, person=person, pages=[page(*rows)], expected_patient=ANNA,
                                 cursor=CursorStep(kind=7, position=str(number + 1))))
        if number % 3 == 0:
            acts += 1
            with vault.acts():
                vault.outbox.append(id=f"act-{acts}", kind="book", portal=portal, person=person, subject=f"slot-{acts}", body={"n": acts},
                                    precondition={})
            print(f"act {acts}", flush=True)


if __name__ == "__main__":
    main()
