"""Results of the story: laboratory trends, conclusions of examinations, one analysis still under way.

Owns which panel was taken when. How a panel is written is in `labs`; the pages of a report are in `papers`.
"""

from __future__ import annotations

from typing import Final

from desktop.demo.families.labs import Drawn, take
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "hgb": (117, 155), "mcv": (80, 100), "wbc": (4.0, 9.0), "esr": (2, 20),
}
_HAEMOGLOBIN: Final = (
    ("2024-03-14 8:20", 131, 88, 5.4, 7), ("2024-11-12 8:10", 127, 86, 6.6, 8), ("2025-05-15 8:25", 124, 85, 5.9, 6),
    ("2025-12-09 8:30", 119, 83, 5.6, 12), ("2026-05-12 8:15", 114, 78, 6.2, 9),
)


def build_results(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the results of everyone in `people`."""
    _her_blood(ledger, places, people["natalya"])


def _her_blood(ledger: Ledger, places: Places, person: Person) -> None:
    orderer = places.doctors["belyakova"]
    for taken, hgb, mcv, wbc, esr in _HAEMOGLOBIN:
        last = hgb == 114
        words = "Немного снижен. Сдайте ферритин, направление готово."
        take(ledger, person, Drawn(
            "cbc", ledger.calendar.at(taken), orderer, {"hgb": hgb, "mcv": mcv, "wbc": wbc, "esr": esr}, _RANGES,
            note=("hgb", words) if last else None, conclusion=words if last else None,
        ))
