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
FieldType = Literal["text", "id", "date", "instant", "choice", "flag", "number", "ids", "answers"]

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9\-.:|_/]{1,128}")
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


def _task(kind: str, topic: str, *fields: Field, is_first: bool = False) -> Act:
    """An act that asks the clinic or the portal to do something: a Task with the fields as its inputs."""
    return Act(kind=kind, topic=topic, effect="create", resource="Task", fields=fields, is_first=is_first)


def _message(kind: str, topic: str, *fields: Field) -> Act:
    """An act that says something to somebody: a Communication."""
    return Act(kind=kind, topic=topic, effect="create", resource="Communication", fields=fields)


_CLINIC: Final = (_optional("clinic_id", "id"), _optional("clinic", max_chars=300))
_SUBJECT: Final = Field(name="subject", type="id")

_REQUESTS: Final = (
    # documents
    _task(
        "certificate.order",
        "documents",
        Field(name="certificate", max_chars=80),
        _optional("title", max_chars=300),
        *_CLINIC,
        _optional("answers", "answers"),
        _optional("from", "date"),
        _optional("to", "date"),
        _optional("comment", max_chars=1_000),
    ),
    _task(
        "certificate.resubmit",
        "documents",
        _SUBJECT,
        _optional("answers", "answers"),
        _optional("comment", max_chars=1_000),
    ),
    _task(
        "document.request",
        "documents",
        Field(name="type", max_chars=80),
        _optional("from", "date"),
        _optional("to", "date"),
        *_CLINIC,
        _optional("preferred_dates", max_chars=300),
        _optional("comment", max_chars=1_000),
    ),
    _task(
        "document.send_to_clinic",
        "documents",
        _SUBJECT,
        Field(name="clinic_id", type="id"),
        _optional("clinic", max_chars=300),
    ),
    _task("card.send_to_clinic", "documents", Field(name="clinic_id", type="id"), _optional("clinic", max_chars=300)),
    _task("statement.order", "services", Field(name="from", type="date"), Field(name="to", type="date")),
    # prescriptions
    _task("prescription.send", "prescriptions", _SUBJECT, Field(name="pharmacy", max_chars=300)),
    _task("prescription.resend", "prescriptions", _SUBJECT, Field(name="pharmacy", max_chars=300)),
    _task("prescription.cancel", "prescriptions", _SUBJECT, _optional("comment", max_chars=500), is_first=True),
    # results
    _message("result.comment", "results", _SUBJECT, Field(name="text", max_chars=2_000)),
    _message("result.ask", "results", _SUBJECT, Field(name="text", max_chars=2_000)),
    # vaccinations, check-ups, referrals
    _task("vaccination.refresh", "vaccinations", _optional("comment", max_chars=500)),
    _task(
        "checkup.book",
        "checkups",
        Field(name="programme", max_chars=80),
        _optional("on", "date"),
        *_CLINIC,
        _optional("items", "ids"),
    ),
    _task(
        "referral.ask",
        "referrals",
        Field(name="specialty", max_chars=200),
        _optional("reason", max_chars=1_000),
        *_CLINIC,
    ),
    # visits and clinics
    _task(
        "visit.dispute",
        "visits",
        _SUBJECT,
        _optional("comment", max_chars=1_000),
        _optional("contact", max_chars=120),
        _optional("evidence", max_chars=2_000),
    ),
    Act(
        kind="visit.rate",
        topic="visits",
        effect="create",
        resource="QuestionnaireResponse",
        fields=(
            _SUBJECT,
            Field(name="stars", type="choice", choices=("1", "2", "3", "4", "5")),
            _optional("text", max_chars=1_000),
        ),
    ),
    _task(
        "clinic.complain",
        "clinics",
        Field(name="clinic_id", type="id"),
        _optional("clinic", max_chars=300),
        Field(name="text", max_chars=2_000),
        _optional("contact", max_chars=120),
    ),
    _message(
        "clinic.write",
        "clinics",
        Field(name="clinic_id", type="id"),
        _optional("clinic", max_chars=300),
        Field(name="text", max_chars=2_000),
    ),
    # people and policies
    _task(
        "profile.edit",
        "people",
        _optional("phone", max_chars=40),
        _optional("email", max_chars=120),
        _optional("address", max_chars=300),
        _optional("address_of_stay", max_chars=300),
    ),
    _task(
        "policy.edit",
        "policies",
        _optional("subject", "id"),
        _optional("number", max_chars=40),
        _optional("snils", max_chars=20),
        _optional("document", max_chars=80),
        _optional("comment", max_chars=500),
    ),
    _task("support.write", "notices", Field(name="text", max_chars=2_000), _optional("contact", max_chars=120)),
)

ACTS: Final[Mapping[str, Act]] = {act.kind: act for act in (*_CATALOGUE, *_REQUESTS)}


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
        case "answers":
            pairs = value.items() if isinstance(value, dict) else [(0, 0)]
            return all(
                isinstance(key, str) and isinstance(one, str) and len(key) <= 120 and len(one) <= TEXT_CHARS
                for key, one in pairs
            )
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
