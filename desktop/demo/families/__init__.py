"""Invented families: everything a fresh demo portal holds.

`build` writes one world. The story (four people, the days of the design's mockups carried to `today`) is in the modules
beside this one, one per subject; `history` adds the years before it for the sizes S, M and L.
Deterministic by (size, seed, today). No real person, clinic, doctor or telephone number is in it.
"""

from __future__ import annotations

import gc
from datetime import date
from typing import Final

from desktop.demo.families.bookings import build_bookings
from desktop.demo.families.care import build_care
from desktop.demo.families.checkups import build_checkups
from desktop.demo.families.documents import build_documents
from desktop.demo.families.history import grow
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.medicines import build_medicines
from desktop.demo.families.money import build_money
from desktop.demo.families.notices import build_notices
from desktop.demo.families.people import build_family
from desktop.demo.families.places import build_places
from desktop.demo.families.referrals import build_referrals
from desktop.demo.families.requests import build_requests
from desktop.demo.families.results import build_results
from desktop.demo.families.semd import build_semd
from desktop.demo.families.slots import Diary
from desktop.demo.families.vaccines import build_vaccines
from desktop.demo.families.visits import build_visits
from desktop.demo.world import World

__all__ = ["SIZES", "build"]

_FOUR: Final = ("natalya", "timofey", "varvara", "lyudmila")
_FAMILIES: Final = {"demo": _FOUR, "S": _FOUR[:1], "M": _FOUR, "L": (*_FOUR, "pavel", "sergey")}
_TARGETS: Final = {"S": 2_000, "M": 20_000, "L": 200_000}
SIZES: Final = tuple(_FAMILIES)


def build(size: str, *, seed: int = 1, today: date) -> World:
    """Build the world of a size.

    Sizes: `demo` the family of the story; `S` one person, 2,000 resources; `M` the family with its history, 20,000;
    `L` a family of six, 200,000.
    """
    if size not in SIZES:
        raise ValueError(f"unknown size {size!r}: one of {', '.join(SIZES)}")
    collecting = gc.isenabled()
    gc.disable()  # a hundred thousand young dicts, none of them garbage: collecting takes half of the time and finds nothing
    try:
        return _build(size, seed=seed, today=today)
    finally:
        if collecting:
            gc.enable()


def _build(size: str, *, seed: int, today: date) -> World:
    ledger = Ledger(seed=seed, today=today)
    places = build_places(ledger)
    people = build_family(ledger, places, keys=_FAMILIES[size])
    diary = Diary(ledger, places)
    build_bookings(ledger, places, people, diary)
    documents = build_documents(ledger, places, people)
    build_results(ledger, places, people)
    build_medicines(ledger, places, people)
    build_vaccines(ledger, places, people)
    conditions = build_care(ledger, places, people)
    build_visits(ledger, places, people, conditions)
    build_checkups(ledger, places, people)
    build_referrals(ledger, places, people)
    documents |= build_money(ledger, places, people)
    build_requests(ledger, places, people, documents)
    build_notices(ledger, places, people)
    build_semd(ledger, places, people["natalya"])
    if size in _TARGETS:
        grow(ledger, places, people, target=_TARGETS[size], seed=seed)
    return ledger.world()
