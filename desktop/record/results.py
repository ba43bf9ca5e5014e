"""Results of examinations as facts: reports, measures, where a value stands against the range that came with it.

Nothing is guessed: without a range and without the laboratory's own interpretation the standing is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

Category = Literal["blood", "urine", "imaging", "ecg", "other"]
ReportStatus = Literal["final", "partial", "pending", "cancelled", "unknown"]
Standing = Literal["in", "below", "above", "abnormal", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One value. `code` tells the analyte for trends; `unit_code` is UCUM where the portal gives it.

    `has_other_range`: a range came, and none that is surely for this person's age and sex.
    """

    id: str
    code: str
    title: str
    at: datetime | None
    value: float | None
    value_text: str
    unit: str
    unit_code: str
    low: float | None
    high: float | None
    range_text: str
    standing: Standing
    note: str
    note_by: str
    note_on: date | None
    is_safe: bool
    report: str = ""
    has_other_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report with the ids of its measures in the laboratory's order. `has_paper`: a printed form came with it or can be fetched."""

    id: str
    title: str
    category: Category
    status: ReportStatus
    taken_at: datetime | None
    issued_at: datetime | None
    expected_on: date | None
    clinic: str
    requested: str
    interpreter: str
    conclusion: str
    measures: tuple[str, ...]
    document_url: str
    is_safe: bool
    has_paper: bool = False


def standing_of(value: float | None, low: float | None, high: float | None, interpretation: str) -> Standing:
    """Place a value: the laboratory's interpretation first, then the range that came with it."""
    known: dict[str, Standing] = {
        "N": "in",
        "L": "below",
        "LL": "below",
        "<": "below",
        "H": "above",
        "HH": "above",
        ">": "above",
        "A": "abnormal",
        "AA": "abnormal",
        "POS": "abnormal",
        "NEG": "in",
    }
    if interpretation in known:
        return known[interpretation]
    if value is None or (low is None and high is None):
        return "unknown"
    if low is not None and value < low:
        return "below"
    return "above" if high is not None and value > high else "in"


_SCALE: Final = {
    "g/l": 1.0,
    "g/dl": 10.0,
    "mg/l": 0.001,
    "mg/dl": 0.01,
    "ug/l": 1e-6,
    "mmol/l": 1.0,
    "umol/l": 0.001,
    "mol/l": 1000.0,
    "10*9/l": 1.0,
    "10*12/l": 1000.0,
    "10*3/ul": 1.0,
    "10*6/ul": 1000.0,
}
_FAMILY: Final = {
    "g/l": "mass",
    "g/dl": "mass",
    "mg/l": "mass",
    "mg/dl": "mass",
    "ug/l": "mass",
    "mmol/l": "moles",
    "umol/l": "moles",
    "mol/l": "moles",
    "10*9/l": "cells",
    "10*12/l": "cells",
    "10*3/ul": "cells",
    "10*6/ul": "cells",
}


def converted(value: float, *, unit: str, into: str) -> float | None:
    """Express a value in another unit of the same kind; None where that needs knowledge of the substance. Codes are UCUM, any case."""
    one, other = unit.lower(), into.lower()
    if one == other:
        return value
    if one not in _FAMILY or _FAMILY[one] != _FAMILY.get(other):
        return None
    return value * _SCALE[one] / _SCALE[other]


def in_unit(value: float, *, unit: str, code: str, into: str, into_code: str) -> float | None:
    """Express a value in the unit of another; None where the two cannot be told to be of one kind.

    Units are as written (`unit`, `into`) and as UCUM codes; without a code on either side only the same writing is the same unit.
    """
    if code and into_code:
        return converted(value, unit=code, into=into_code)
    return value if unit.casefold() == into.casefold() else None
