"""What is shown = project(base, intents): the portal's bookings with the person's open acts laid over them, honestly marked.

Pure and total: any base and any intents give an answer, never an error. Base rows are never changed; a pending act is never shown as done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final, Literal

import msgspec

from desktop.record.acts import instant
from desktop.record.intents import OPEN, Intent, State

Certainty = Literal["confirmed", "pending", "clash", "past", "cancelled"]
VisitKind = Literal["visit", "house_call", "waiting"]
_OVER: Final = frozenset({"cancelled", "noshow", "entered-in-error"})
_PAST: Final = frozenset({"fulfilled", "arrived", "checked-in"})
_NAMED: Final = frozenset({"specialty", "doctor", "doctor_id", "clinic", "clinic_id", "address", "room", "advice"})
_KINDS: Final[dict[str, VisitKind]] = {"book": "visit", "house_call": "house_call", "waitlist.join": "waiting"}
_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_SEQ: Final = attrgetter("seq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step that a house call has taken; `code` is accepted, assigned, travelling or examination."""

    code: str
    text: str = ""
    at: datetime | None = None


class Visit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A booking as the portal has it, or as an act would have it. `intents` are the acts whose identifiers the portal's copy carries.

    A struct, not a dataclass: hundreds are made for one look, and one costs a tenth.
    """

    id: str
    person: int
    version: str
    kind: VisitKind
    status: str
    starts_at: datetime | None
    ends_at: datetime | None = None
    slots: tuple[str, ...] = ()
    specialty: str = ""
    doctor: str = ""
    clinic: str = ""
    address: str = ""
    room: str = ""
    advice: str = ""
    reason: str = ""
    intents: tuple[str, ...] = ()
    doctor_id: str = ""
    clinic_id: str = ""
    cancelled_by: str = ""
    steps: tuple[Step, ...] = ()
    is_asked: bool = False
    """The clinic proposes this time and waits for the patient's word."""


class Shown(msgspec.Struct, frozen=True, gc=False):
    """One ticket: the visit to draw, how certain it is, and the act or decision behind it.

    `was` is the portal's own copy when an act changes it; `pending` names the kind of the act ("book", "reschedule", "cancel" …).
    """

    visit: Visit
    certainty: Certainty
    was: Visit | None = None
    pending: str = ""
    intent: str | None = None
    clash: str | None = None


def project(
    base: Iterable[Visit], intents: Iterable[Intent], *, now: datetime, clashes: Mapping[str, str] | None = None
) -> tuple[Shown, ...]:
    """Lay open and clashed acts over the portal's bookings.

    `clashes` maps intent id → clash id for the decisions that wait. The answer is ordered: decisions first, then by start, then by id.
    """
    waiting = clashes or {}
    shown: dict[str, Shown] = {}
    known: set[str] = set()
    for visit in base:
        shown[visit.id] = Shown(visit, _certainty(visit, now), None, "", None, None)
        if visit.intents:
            known.update(visit.intents)
    aliases: dict[str, str] = {}
    for intent in sorted(intents, key=_SEQ):
        is_clash = intent.id in waiting and intent.state is State.CLASHED
        if intent.state not in OPEN and not is_clash:
            continue
        if intent.id in known and not is_clash:
            continue  # the portal's copy already carries this act: showing it twice would be a second booking
        _lay(shown, aliases, intent, clash=waiting.get(intent.id) if is_clash else None)
    ordered = sorted(shown.values(), key=_order)
    if waiting:
        ordered.sort(key=_is_settled)
    return tuple(ordered)


def is_past(visit: Visit, now: datetime) -> bool:
    """Say whether a visit has taken place, or its time is over; one that was cancelled never is."""
    return _certainty(visit, now) == "past"


def _certainty(visit: Visit, now: datetime) -> Certainty:
    """Say how certain a visit is as the portal has it."""
    status = visit.status
    if status in _OVER:
        return "cancelled"
    end = visit.ends_at or visit.starts_at
    if status in _PAST or (end is not None and end < now):
        return "past"
    return "confirmed" if status == "booked" or visit.kind != "visit" else "pending"


def _lay(shown: dict[str, Shown], aliases: dict[str, str], intent: Intent, *, clash: str | None) -> None:
    certainty: Certainty = "clash" if clash else "pending"
    match intent.kind:
        case "book" | "house_call" | "waitlist.join":
            said = {"starts_at": None, **_changes(intent)}
            visit = Visit(id=intent.id, person=intent.person, version="", kind=_KINDS[intent.kind], status="proposed", **said)
            shown[intent.id] = Shown(visit, certainty, None, intent.kind, intent.id, clash)
        case "reschedule":
            target = _target(shown, intent, aliases)
            before = shown.get(target)
            base = (
                before.visit
                if before
                else Visit(id=target, person=intent.person, version="", kind="visit", status="booked", starts_at=None)
            )
            moved = msgspec.structs.replace(base, **_changes(intent))
            was = (before.was or before.visit) if before else None
            pending = "book" if before is not None and before.pending == "book" else "reschedule"
            shown[target] = Shown(moved, certainty, was, pending, intent.id, clash)
        case "cancel" | "accept" | "waitlist.leave" | "house_call.cancel":
            target = _target(shown, intent, aliases)
            before = shown.get(target)
            if before is not None:
                shown[target] = Shown(before.visit, certainty, before.was or before.visit, intent.kind, intent.id, clash)
        case _:
            return


def _target(shown: Mapping[str, Shown], intent: Intent, aliases: dict[str, str]) -> str:
    """Find the ticket an act speaks of: by the portal's id, or by the act that will have made it."""
    named = str(intent.body.get("booking", intent.subject))
    if named in shown:
        return named
    for entry in shown.values():
        if named in entry.visit.intents:
            aliases[named] = entry.visit.id
            return entry.visit.id
    return aliases.get(named, named)


def _changes(intent: Intent) -> dict[str, Any]:
    """Return what an act says of the ticket that it makes or moves."""
    body = intent.body
    changes: dict[str, Any] = {name: value for name, value in body.items() if name in _NAMED and isinstance(value, str)}
    starts_at = _moment(body.get("starts_at"))
    if starts_at is not None:
        changes |= {"starts_at": starts_at, "ends_at": _moment(body.get("ends_at"))}
    elif (first := _moment(f"{body.get('on') or body.get('from')}T00:00:00+00:00")) is not None:
        changes |= {"starts_at": first, "ends_at": _moment(f"{body.get('to')}T00:00:00+00:00")}
    if isinstance(body.get("slot"), str):
        changes["slots"] = (body["slot"],)
    return changes


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return instant(text)
    except ValueError:
        return None


def _order(entry: Shown) -> tuple[datetime, str]:
    visit = entry.visit
    return visit.starts_at or _NEVER, visit.id


def _is_settled(entry: Shown) -> bool:
    return entry.certainty != "clash"
