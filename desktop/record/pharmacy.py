"""What a pharmacy and a person need of a prescription beyond its first line: the form, the pack, how much of it was given out.

Owns: the standing of a prescription on a day. Says nothing about whether medicines go together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from desktop.record.care import Prescription

Standing = Literal["active", "used", "expired", "cancelled", "on_hold", "draft", "unsafe"]
CLOSED: Final = frozenset({"used", "expired", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The rest of a MedicationRequest. `form` is the printed form («107-1/у»); `fills` is how often it may be given out."""

    form: str
    pack: str
    amount: str
    fills: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One MedicationDispense."""

    prescription: str
    on: date | None
    pharmacy: str


def standing(one: Prescription, *, today: date) -> Standing:
    """Say how a prescription stands on a day. The last day of the term still counts.

    *Source*: the portal's own status first; an active one whose term is over is expired, whatever the portal has not noticed yet.
    """
    if not one.is_safe:
        return "unsafe"
    match one.status:
        case "completed":
            return "used"
        case "cancelled":
            return "cancelled"
        case "stopped" | "ended":
            return "expired"
        case "draft":
            return "draft"
    if one.valid_until is not None and one.valid_until < today:
        return "expired"
    return "on_hold" if one.status == "on-hold" else "active"


def days_left(one: Prescription, *, today: date) -> int | None:
    """Return how many days are left after today; None where the portal names no end."""
    return None if one.valid_until is None else (one.valid_until - today).days


def fills_of(id: str, fills: Iterable[Fill]) -> tuple[Fill, ...]:
    """Return what was given out for one prescription, oldest first."""
    return tuple(sorted((one for one in fills if one.prescription == id), key=lambda one: one.on or date.min))
