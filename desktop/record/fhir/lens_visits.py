"""What a visit's page reads beyond the visit: its kind, ratings, who wrote a resource, Provenance.

*Source*: HL7 FHIR R4 Encounter, QuestionnaireResponse, Provenance; v3 ActCode for the class of an encounter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from desktop.record.fhir import read

VisitGroup = Literal["visit", "analysis", "vaccination", "study", "house-call", "stay"]
GROUPS: Final[tuple[VisitGroup, ...]] = ("visit", "analysis", "vaccination", "study", "house-call", "stay")
_CLASSES: Final[Mapping[str, VisitGroup]] = {"HH": "house-call", "IMP": "stay", "ACUTE": "stay", "NONAC": "stay", "SS": "stay"}
_WORDS: Final[tuple[tuple[str, VisitGroup], ...]] = (
    ("прививк", "vaccination"), ("вакцин", "vaccination"), ("immuniz", "vaccination"), ("анализ", "analysis"), ("забор", "analysis"),
    ("узи", "study"), ("мрт", "study"), ("рентген", "study"), ("исследован", "study"),
)  # fmt: skip
_COMPLAINTS: Final = re.compile(r"(?:жалобы|complaints)\s*:\s*(.+)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One Provenance: what was done to which resources, by whom, when."""

    at: datetime
    what: str
    who: str
    targets: tuple[tuple[str, str], ...]


def group(encounter: Mapping[str, Any]) -> VisitGroup:
    """Return the kind of service: by the portal's code, its class of encounter, then its words."""
    found = {code for _, code in read.codes(encounter, "type")}
    for known in GROUPS:
        if known in found:
            return known
    by_class = _CLASSES.get(read.text(encounter, "class", "code"))
    if by_class is not None:
        return by_class
    words = f"{read.concept(encounter, 'type')} {read.concept(encounter, 'serviceType')}".lower()
    return next((known for word, known in _WORDS if word in words), "visit")


def rating(response: Mapping[str, Any]) -> tuple[str, int]:
    """Read a rating: (the visit's id, stars from 1 to 5; 0 where there are none)."""
    for item in read.each(response, "item"):
        stars = read.obj(item, "answer", 0, "valueInteger")
        if isinstance(stars, int) and 1 <= stars <= 5:
            return read.reference(response, "encounter")[1], stars
    return read.reference(response, "encounter")[1], 0


def visit_of(resource: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the visit that a resource names, and whether it names any."""
    for path in (("encounter",), ("context", "encounter", 0), ("context",)):
        kind, id = read.reference(resource, *path)
        if kind == "Encounter":
            return id, True
    return "", False


def authors(resource: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of whoever wrote or asked for a resource."""
    paths = (("requester",), ("author", 0), ("authenticator",), ("resultsInterpreter", 0))
    return frozenset(id for path in paths if (id := read.reference(resource, *path)[1]))


def complaints(encounter: Mapping[str, Any], conditions: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return the person's complaints as the clinic wrote them, or nothing.

    Of the visit itself where it says them; else why it took place, as far as that is words and no code of an illness; else what was
    noted of a diagnosis under that word.
    """
    found = read.extension(encounter, "complaints")
    if isinstance(found, str) and found:
        return found
    reasons = [read.text(one, "text") for one in read.each(encounter, "reasonCode") if not read.code(one)]
    notes = (read.text(note, "text").strip() for one in conditions for note in read.each(one, "note"))
    noted = [match[1] for note in notes if (match := _COMPLAINTS.match(note)) is not None]
    return "; ".join(one for one in reasons or noted if one)


def edit(provenance: Mapping[str, Any]) -> Edit | None:
    """Read a Provenance; None for one without a moment."""
    at = read.moment(provenance.get("recorded") or provenance.get("occurredDateTime"))
    if at is None:
        return None
    return Edit(
        at=at,
        what=read.concept(provenance, "activity"),
        who=read.display(provenance, "agent", 0, "who") or read.display(provenance, "agent", 0, "onBehalfOf"),
        targets=tuple(read.reference(one) for one in read.each(provenance, "target")),
    )
