"""Damaged copies of the corpus: bytes changed, cut out, doubled and swapped, numbers made absurd."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.worker.corpus import CORPUS
from tests.worker.made import honest

_SMALL_BYTES = 64 * 1024
# Their mutants are as long to wait for as they are: one in a hundred is enough.
ENDLESS = frozenset({"circular_kids", "circular_kids_in_three_hops", "recursive_form", "doubling_forms", "page_that_draws_itself", "tiny_tiles",
                     "fax_picture"})  # fmt: skip
_NUMBERS = (b"0", b"-1", b"65536", b"2147483647", b"-2147483648", b"4294967296", b"1e38", b"99999999999999999999")


def seeds(dice: random.Random, count: int) -> Iterator[bytes]:
    """Give `count` files to damage: the small ones of the corpus, often the honest one, seldom an endless one."""
    made = {name: make() for name, make in CORPUS.items()}
    quick = [data for name, data in made.items() if 0 < len(data) < _SMALL_BYTES and name not in ENDLESS]
    endless = [made[name] for name in sorted(ENDLESS)]
    for _ in range(count):
        share = dice.random()
        yield dice.choice(endless) if share < 0.01 else honest() if share < 0.3 else dice.choice(quick)


def mutant(data: bytes, dice: random.Random) -> bytes:
    """Damage a file in one to eight places."""
    made = bytearray(data)
    for _ in range(dice.randrange(1, 9)):
        if not made:
            break
        at, what = dice.randrange(len(made)), dice.randrange(6)
        piece = bytes(made[at : at + dice.randrange(1, 60)])
        if what == 0:
            made[at] = dice.randrange(256)
        elif what == 1:
            made[at] ^= 1 << dice.randrange(8)
        elif what == 2:
            del made[at : at + len(piece)]
        elif what == 3:
            made[at:at] = piece * dice.randrange(1, 40)
        elif what == 4:
            there = dice.randrange(len(made))
            made[there : there + len(piece)] = piece
        else:
            _absurd(made, at, dice)
    return bytes(made)


def _absurd(made: bytearray, at: int, dice: random.Random) -> None:
    """Put an absurd number in the place of the next one."""
    begin = next((n for n in range(at, len(made)) if 48 <= made[n] <= 57), None)
    if begin is not None:
        end = next((n for n in range(begin, len(made)) if not 48 <= made[n] <= 57), len(made))
        made[begin:end] = dice.choice(_NUMBERS)
