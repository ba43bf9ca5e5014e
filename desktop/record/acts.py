"""The catalogue of acts: every kind of intent a person can have, with the fields of its body.

Owns: the kinds, their fields, the check of a body. An act is a value; what it does on the wire belongs to sync/push.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from desktop.errors import UsageError

Effect = Literal["book", "reschedule", "cancel", "create"]
FieldType = Literal["text", "id", "date", "instant", "choice", "flag", "number", "ids"]

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9\-.:|_]{1,128}")
TEXT_CHARS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an act's body. `max_chars` bounds text; `choices` closes a choice."""

    name: str
    type: FieldType = "text"
    is_required: bool = True
    max_chars: int = TEXT_CHARS
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One kind of intent. `is_first` acts are pushed before all others: cancelling frees a place for somebody."""

    kind: str
    topic: str
    effect: Effect
    resource: str
    fields: tuple[Field, ...]
    is_first: bool = False


def _optional(name: str, type: FieldType = "text", **more: Any) -> Field:
    return Field(name=name, type=type, is_required=False, **more)


_SLOT: Final = (
    Field(name="slot", type="id"),
    Field(name="starts_at", type="instant"),
    _optional("ends_at", "instant"),
    _optional("schedule", "id"),
    _optional("specialty", max_chars=200),
    _optional("doctor", max_chars=200),
    _optional("doctor_id", "id"),
    _optional("clinic", max_chars=300),
    _optional("clinic_id", "id"),
    _optional("address", max_chars=300),
    _optional("room", max_chars=80),
    _optional("advice", max_chars=500),
)
CANCEL_REASONS: Final = ("cant_come", "recovered", "other_doctor", "other_time", "ill", "mistake", "other")

_CATALOGUE: Final = (
    Act(
        kind="book",
        topic="bookings",
        effect="book",
        resource="Appointment",
        fields=(*_SLOT, _optional("referral", "id"), _optional("comment", max_chars=500)),
    ),
    Act(
        kind="reschedule",
        topic="bookings",
        effect="reschedule",
        resource="Appointment",
        fields=(Field(name="booking", type="id"), *_SLOT),
    ),
    Act(
        kind="cancel",
        topic="bookings",
        effect="cancel",
        resource="Appointment",
        is_first=True,
        fields=(
            Field(name="booking", type="id"),
            _optional("reason", "choice", choices=CANCEL_REASONS),
            _optional("comment", max_chars=500),
        ),
    ),
    Act(
        kind="waitlist.join",
        topic="bookings",
        effect="create",
        resource="Appointment",
        fields=(
            Field(name="specialty", max_chars=200),
            _optional("doctor", max_chars=200),
            _optional("doctor_id", "id"),
            _optional("clinic", max_chars=300),
            _optional("clinic_id", "id"),
            Field(name="from", type="date"),
            Field(name="to", type="date"),
            _optional("part_of_day", "choice", choices=("any", "morning", "day", "evening")),
            _optional("phone", max_chars=40),
        ),
    ),
    Act(
        kind="waitlist.leave",
        topic="bookings",
        effect="cancel",
        resource="Appointment",
        is_first=True,
        fields=(Field(name="booking", type="id"),),
    ),
    Act(
        kind="house_call",
        topic="bookings",
        effect="create",
        resource="Appointment",
        fields=(
            Field(name="address", max_chars=300),
            Field(name="phone", max_chars=40),
            Field(name="symptoms", max_chars=1_000),
            _optional("temperature", "number"),
            Field(name="on", type="date"),
            _optional("entrance", max_chars=200),
            _optional("contact_with_infection", "flag"),
            Field(name="no_red_flags", type="flag"),
        ),
    ),
    Act(
        kind="house_call.cancel",
        topic="bookings",
        effect="cancel",
        resource="Appointment",
        is_first=True,
        fields=(Field(name="booking", type="id"), _optional("reason", "choice", choices=CANCEL_REASONS)),
    ),
)

ACTS: Final[Mapping[str, Act]] = {act.kind: act for act in _CATALOGUE}


def checked(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an act with only its own fields, each of the right shape.

    *Raises* UsageError act.unknown_kind, act.unknown_field, act.missing_field, act.bad_field (facts: field).
    """
    act = ACTS.get(kind)
    if act is None:
        raise UsageError("act.unknown_kind", kind=kind)
    known = {field.name: field for field in act.fields}
    for name in body:
        if name not in known:
            raise UsageError("act.unknown_field", field=name)
    clean: dict[str, Any] = {}
    for field in act.fields:
        value = body.get(field.name)
        if value is None or value == "":
            if field.is_required:
                raise UsageError("act.missing_field", field=field.name)
            continue
        if not _fits(field, value):
            raise UsageError("act.bad_field", field=field.name)
        clean[field.name] = value
    if kind == "house_call" and clean["no_red_flags"] is not True:
        raise UsageError("act.red_flags")
    return clean


def _fits(field: Field, value: object) -> bool:
    match field.type:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "ids":
            return isinstance(value, list) and all(isinstance(one, str) and ID_PATTERN.fullmatch(one) for one in value)
        case "id":
            return isinstance(value, str) and ID_PATTERN.fullmatch(value) is not None
        case "choice":
            return isinstance(value, str) and value in field.choices
        case "text":
            return isinstance(value, str) and len(value) <= field.max_chars
        case "date":
            return isinstance(value, str) and _parses(date.fromisoformat, value) and len(value) == 10
        case "instant":
            return isinstance(value, str) and _parses(instant, value)


def instant(text: str) -> datetime:
    """Parse an aware date and time. *Raises* ValueError for one without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def _parses(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
