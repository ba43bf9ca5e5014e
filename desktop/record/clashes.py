"""Clashes: what a person wanted, what the portal has instead, and the choices between them, as records to be decided when it suits.

Owns: the kinds, their choices, which act a choice becomes. Does not own the words (views/wording) nor keeping them (store/clashes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop.errors import UsageError
from desktop.record.intents import Intent, Seen

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "slot_gone": ("other_slot", "watch", "drop"),
    "expired": ("other_slot", "drop"),
    "moved": ("keep_theirs", "mine", "other_slot", "cancel"),
    "proposed": ("accept_time", "mine", "other_slot", "cancel"),
    "clinic_cancelled": ("other_slot", "accept"),
    "booking_gone": ("other_slot", "accept"),
    "too_late": ("accept",),
    "already_booked": ("keep_theirs", "other_slot"),
    "same_time": ("other_slot", "drop"),
    "other_age": ("other_slot", "drop"),
    "rights_lost": ("accept",),
    "needs_code": ("enter_code", "retry", "drop"),
    "wrong_code": ("enter_code", "retry", "drop"),
    "old_code": ("retry", "drop"),
    "refused": ("retry", "drop"),
}

BY_PORTAL_CODE: Final[Mapping[str, str]] = {
    "APPOINT_TIME_IS_BUSY": "slot_gone",
    "APPOINT_VISIT_TIME_HAS_PASSED": "expired",
    "APPOINT_PATIENT_REGISTERED_OTHER_SPECIALIST": "same_time",
    "APPOINT_PATIENT_REGISTERED_SPECIALIST": "already_booked",
    "APPOINT_TIME_AVAILABLE_PATIENT_OTHER_AGE": "other_age",
    "NO_SLOTS": "slot_gone",
    "SESSION_TIME_OVER": "slot_gone",
    "CANCEL_TIME_PASSED": "too_late",
    "RELATIVE_CODE_NEEDED": "needs_code",
    "RELATIVE_CODE_WRONG": "wrong_code",
    "RELATIVE_CODE_EXPIRED": "old_code",
}
"""The portal's booking errors (federal registry codes), and what it says of a relative's code, as kinds of clash; any other refusal is
"refused"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """One decision that waits. `theirs` holds the portal's facts as the clash found them (starts_at, doctor, room, status …)."""

    id: str
    intent: Intent
    kind: str
    theirs: Mapping[str, Any] = field(default_factory=dict)
    found_at: datetime
    decided_at: datetime | None = None
    choice: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """Return what may be chosen: a time of one's own only where one was asked for."""
        is_own = self.intent.kind != "accept"
        return tuple(choice for choice in CHOICES[self.kind] if choice != "mine" or is_own)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAct:
    """What a choice becomes: a new intent's kind, body and precondition."""

    kind: str
    body: Mapping[str, Any]
    seen: Seen


def needs_visit(kind: str, act: str) -> bool:
    """Say whether every choice but letting it be changes a visit that the clinic still has."""
    return act in ("reschedule", "accept", "cancel") and kind not in ("too_late", "rights_lost", "clinic_cancelled", "booking_gone")


def decide(clash: Clash, choice: str, *, slot: Mapping[str, Any] | None = None, code: str = "") -> NewAct | None:
    """Turn a choice into the act that carries it out; None where the portal's state simply stands.

    `slot` is the body of the new time for "other_slot", `code` what a relative was sent for "enter_code".
    *Raises* UsageError decide.unknown_choice, decide.needs_slot, decide.needs_code, decide.decided.
    """
    if clash.decided_at is not None:
        raise UsageError("decide.decided")
    if choice not in clash.choices:
        raise UsageError("decide.unknown_choice", choice=choice)
    intent, booking = clash.intent, str(clash.theirs.get("booking", ""))
    theirs_now = Seen(
        booking_version=str(clash.theirs.get("version", "")),
        starts_at=str(clash.theirs.get("starts_at", "")),
        old_slot=str(clash.theirs.get("slot", "")),
        old_slot_version=str(clash.theirs.get("slot_version", "")),
    )
    # Whatever the clinic has against the time asked for, the visit that was to be moved is still there.
    stands = bool(booking) and intent.kind in ("reschedule", "accept") and clash.kind not in ("clinic_cancelled", "booking_gone")
    match choice:
        case "other_slot":
            if not slot:
                raise UsageError("decide.needs_slot")
            if stands:
                return NewAct(kind="reschedule", body={"booking": booking, **slot}, seen=theirs_now)
            return NewAct(kind="book", body=dict(slot), seen=Seen())
        case "accept_time":
            named = {name: value for name, value in intent.body.items() if name not in ("slot", "schedule", "ends_at")}
            return NewAct(kind="accept", body={**named, "booking": booking, "starts_at": theirs_now.starts_at}, seen=theirs_now)
        case "mine":
            return NewAct(kind="reschedule", body={**intent.body, "booking": booking}, seen=theirs_now)
        case "cancel":
            return NewAct(kind="cancel", body={"booking": booking}, seen=theirs_now)
        case "enter_code":
            if not code:
                raise UsageError("decide.needs_code")
            return NewAct(kind=intent.kind, body={**intent.body, "code": code}, seen=intent.seen)
        case "retry":
            # A code that did not do is not tried again: without one the portal sends another.
            return NewAct(kind=intent.kind, body={name: value for name, value in intent.body.items() if name != "code"}, seen=intent.seen)
        case _:
            return None
