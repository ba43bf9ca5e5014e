"""Named bugs, planted into the client while a seed runs. The machine must catch every one within its budget of seeds.

`python -m tests.chaos.planted [part 0|1|2] [most seeds] [names]` looks for the seeds that catch them and prints the table for CAUGHT_BY.
Of the 27 of security.md §5.3 these do not translate: "pull clobbers base", "ignore epoch", "no generation bump", "no as-of check",
"full-pass token missing" and "re-create after delete", because here a daily comparison of opaque versions repairs the replica whatever a
pull did, the portal chooses the ids, and a person's acts are never written into base rows; "ack and effect in two transactions" is how the
product works on purpose (sync/shelf says why it is safe).
"""

from __future__ import annotations

import json
import sys

from tests.chaos import planted_pull, planted_push, planted_words
from tests.chaos.planting import BUDGET, PLANTED

PARTS = (planted_push, planted_pull, planted_words)
"""Imported for the bugs that they plant."""

CAUGHT_BY: dict[str, int] = {
    "the cursor is saved before the page": 21,
    "what cannot be read is skipped silently": 5,
    "one bad entry ends the page": 5,
    "an old copy is shown in the place of what cannot be read": 22,
    "an entry that nobody asked for hides the copy that is here": 9,
    "a stranger's entry that goes takes the stranger's own row with it": 18,
    "what was set aside never comes back": 24,
    "what was fetched by name is dropped": 0,
    "the client's own clock in the cursor": 3,
    "no sweep: what the portal deleted stays": 1,
    "cascade delete: acts go when the row of their booking is replaced": 0,
    "sweep settle: an act whose booking is not here is taken for done": 0,
    "a page may bring what was not asked for": 5,
    "no idempotency key on a create": 0,
    "no If-Match on an update": 0,
    "no search before sending again, and no idempotency key": 0,
    "a lost answer taken for a refusal": 10,
    "a lost answer taken for success": 0,
    "outcome by status code only: no look after a 412": 12,
    "a refusal tried again for ever": 1,
    "the act leaves the outbox before it is acknowledged": 0,
    "on its way, and not noted on the disk": 2,
    "dropped clash: a refusal without a decision": 0,
    "an effect that lands late overturns nothing": 0,
    "an id made here goes on the wire": 11,
    "a child outlives the booking that was never made": 0,
    "what has left is taken back as if it had not": 2,
    "an act is said to be kept before it is synced": 6,
    "up to date after a run that failed": 2,
    "no order among the acts on one booking": 1,
    "undo window ignored": 1,
    "an hour noted by a clock that was set back is waited for": 0,
    "no renewal of the token after a 401": 0,
    "blind re-base: a booking that the clinic moved is moved again": 0,
    "re-based on whatever stands now": 0,
    "reschedule as cancel and book": 18,
    "a cancel sends only the fields that we know": 1,
    "a move sends only the fields that we know": 1,
    "a claim that came to nothing is never given back": 13,
    "the old slot is never freed": 3,
    "a cancelled slot is never freed": 1,
    "a proxy's refusal is believed": 19,
    "a cancel that was refused is sent for ever": 1,
    "an act is given up and its slot stays held": 54,
    "an act for a person of another family": 0,
    "what a write answered is stored for the first person": 5,
    "a stranger's rows are stored": 21,
    "a stranger's result in an answer about clinics is stored": 5,
    "a purge leaves clashes and cursors": 6,
    "an ended right is never learnt": 6,
    "half a record removed unasked": 1,
    "a yes to one time is a yes to whatever stands now": 7,
    "the question is never seen: who takes another time leaves it open": 13,
    "a yes that says nothing for the patient": 3,
    "a yes for everybody who takes part": 3,
    "a yes sends only the fields that we know": 3,
    "a decision is taken back, and what it became leaves all the same": 3,
    "a decision taken back does not wait again": 3,
    "what was decided about goes with the click": 3,
    "what was decided about is kept for ever": 26,
    "what was decided about goes before what it became has left": 42,
    "a slot is kept for nobody while a relative's code is waited for": 1,
}
"""The first seed that was seen to catch each bug: tried first, so that the suite is quick; where the engine has moved on, the search goes on."""


def caught(name: str, seed: int) -> str:
    """Return what the machine says of a planted bug in one seed, or nothing."""
    from tests.chaos.machine import run

    try:
        broken = run(seed, planted=PLANTED[name]).broken
    except Exception as error:
        return f"raised {type(error).__name__}: {error}"[:160]
    return broken[0] if broken else ""


def first_catch(name: str) -> tuple[int, str]:
    """Return the first seed within the budget that catches a planted bug, and what the machine said; -1 where none does."""
    for seed in (CAUGHT_BY.get(name, 0), *range(BUDGET)):
        said = caught(name, seed)
        if said and not said.startswith("raised"):
            return seed, said
    return -1, ""


def main() -> None:
    """Look for the first seed that catches each bug."""
    part, most = (int(text) for text in (*sys.argv[1:3], *("0", str(BUDGET))[len(sys.argv[1:3]):]))
    for name in sys.argv[3:] or [one for number, one in enumerate(PLANTED) if not part or number % 2 == part - 1]:
        for seed in range(most):
            if said := caught(name, seed):
                print(json.dumps({"bug": name, "seed": seed, "said": said}, ensure_ascii=False), flush=True)
                break
        else:
            print(json.dumps({"bug": name, "seed": None}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
