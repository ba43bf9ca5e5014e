"""Whom a free time is for: adults, children or both, by the doctor's post and by the clinic.

*Source*: domain/specialties (`patients` of a post), domain/clinics (a children's clinic, an adults' one); 18 years: Federal law 323-FZ,
article 54, and Order 92n of 2018 on the clinics of children.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from desktop.demo import terms
from desktop.demo.families.codes import CATALOGUE, POST
from desktop.demo.families.tables import specialties
from desktop.demo.shelf import Shelf

_GROWN_UP: Final = 18
_BY_POST: Final = {row["post"]["code"]: row["patients"] for row in specialties().values()}
Json = dict[str, Any]


def is_for_others(shelf: Shelf, slot: Json, person: str) -> bool:
    """Say whether a slot is for patients of another age than this one has on its day; where nothing is said, it is for everybody."""
    wanted = _patients(shelf, slot)
    born = str(_current(shelf, f"Patient/{person}").get("birthDate", ""))
    if wanted == "both" or len(born) != 10:
        return False
    return (wanted == "child") != (_years(date.fromisoformat(born), date.fromisoformat(str(slot["start"])[:10])) < _GROWN_UP)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _patients(shelf: Shelf, slot: Json) -> str:
    timetable = _current(shelf, terms.reference(slot.get("schedule")))
    actors = [terms.reference(one) for one in timetable.get("actor") or ()]
    role = next((_current(shelf, ref) for ref in actors if ref.startswith("PractitionerRole/")), {})
    said = {_BY_POST.get(code, "both") for code in _codes(role.get("specialty"), POST)} - {"both"}
    said = said or set(_codes(_current(shelf, terms.reference(role.get("organization"))).get("type"), CATALOGUE)) & {"adult", "child"}
    return said.pop() if len(said) == 1 else "both"


def _codes(concepts: Any, system: str) -> Iterator[str]:
    for concept in concepts or ():
        for coding in concept.get("coding") or ():
            if coding.get("system") == system:
                yield str(coding.get("code", ""))


def _current(shelf: Shelf, ref: str) -> Json:
    kind, _, name = ref.partition("/")
    item = shelf.current(kind, name) if name else None
    return item.resource if item is not None and item.live else {}
