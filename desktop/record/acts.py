"""The catalogue of acts: every kind of intent a person can have, with the fields of its body.

Owns: the kinds, their fields, the check of a body. What a field and an act are is in act_shape; what an act does on the wire belongs to
sync/push.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from math import inf
from typing import Any, Final

from desktop.errors import UsageError
from desktop.record import uploads
from desktop.record.act_shape import CLINIC, SUBJECT, TEXT_CHARS, Act, Field, StepUp, message, optional, task
from desktop.record.acts_cover import COVER_ACTS, MUST_AGREE
from desktop.record.acts_papers import ONE_OF, PAPER_ACTS, PAPERS_MUST_AGREE

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9\-.:|_/]{1,128}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT: Final = re.compile(_DATE.pattern + r"T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
"""As FHIR writes them: Python reads weeks and days of the year too, which no portal does."""

_NAMED: Final = (
    optional("ends_at", "instant"),
    optional("specialty", max_chars=200),
    optional("doctor", max_chars=200),
    optional("doctor_id", "id"),
    optional("clinic", max_chars=300),
    optional("clinic_id", "id"),
    optional("address", max_chars=300),
    optional("room", max_chars=80),
    optional("advice", max_chars=500),
)
_SLOT: Final = (Field(name="slot", type="id"), Field(name="starts_at", type="instant"), optional("schedule", "id"), *_NAMED)
_CODE: Final = optional("code", max_chars=12)
"""What the portal has sent to a relative, where it asks them before they are first booked."""
CANCEL_REASONS: Final = ("cant_come", "recovered", "other_doctor", "other_time", "ill", "mistake", "other")

_CATALOGUE: Final = (
    Act(
        kind="book",
        topic="bookings",
        effect="book",
        resource="Appointment",
        fields=(*_SLOT, optional("referral", "id"), optional("comment", max_chars=500), _CODE),
    ),
    Act(
        kind="reschedule",
        topic="bookings",
        effect="reschedule",
        resource="Appointment",
        fields=(Field(name="booking", type="id"), *_SLOT),
    ),
    Act(
        kind="accept",
        topic="bookings",
        effect="accept",
        resource="Appointment",
        fields=(Field(name="booking", type="id"), Field(name="starts_at", type="instant"), *_NAMED),
    ),
    Act(
        kind="cancel",
        topic="bookings",
        effect="cancel",
        resource="Appointment",
        is_first=True,
        fields=(
            Field(name="booking", type="id"),
            optional("reason", "choice", choices=CANCEL_REASONS),
            optional("comment", max_chars=500),
        ),
    ),
    Act(
        kind="waitlist.join",
        topic="bookings",
        effect="create",
        resource="Appointment",
        fields=(
            Field(name="specialty", max_chars=200),
            optional("doctor", max_chars=200),
            optional("doctor_id", "id"),
            optional("clinic", max_chars=300),
            optional("clinic_id", "id"),
            Field(name="from", type="date"),
            Field(name="to", type="date"),
            optional("part_of_day", "choice", choices=("any", "morning", "day", "evening")),
            optional("phone", max_chars=40),
            _CODE,
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
            optional("temperature", "number"),
            Field(name="on", type="date"),
            optional("entrance", max_chars=200),
            optional("contact_with_infection", "flag"),
            Field(name="no_red_flags", type="flag"),
            _CODE,
        ),
    ),
    Act(
        kind="house_call.cancel",
        topic="bookings",
        effect="cancel",
        resource="Appointment",
        is_first=True,
        fields=(Field(name="booking", type="id"), optional("reason", "choice", choices=CANCEL_REASONS)),
    ),
)

_REQUESTS: Final = (
    # documents
    task(
        "certificate.order",
        "documents",
        Field(name="certificate", max_chars=80),
        optional("title", max_chars=300),
        *CLINIC,
        optional("answers", "answers"),
        optional("from", "date"),
        optional("to", "date"),
        optional("comment", max_chars=1_000),
    ),
    task(
        "certificate.resubmit",
        "documents",
        SUBJECT,
        optional("certificate", max_chars=80),
        optional("title", max_chars=300),
        *CLINIC,
        optional("answers", "answers"),
        optional("from", "date"),
        optional("to", "date"),
        optional("comment", max_chars=1_000),
    ),
    # prescriptions
    task("prescription.send", "prescriptions", SUBJECT, Field(name="pharmacy", max_chars=300), step_up="sharing"),
    task("prescription.resend", "prescriptions", SUBJECT, Field(name="pharmacy", max_chars=300), step_up="sharing"),
    task("prescription.cancel", "prescriptions", SUBJECT, optional("comment", max_chars=500), is_first=True),
    # vaccinations, check-ups, referrals
    task("vaccination.refresh", "vaccinations", optional("comment", max_chars=500)),
    task(
        "checkup.book",
        "checkups",
        Field(name="programme", max_chars=80),
        optional("on", "date"),
        *CLINIC,
        optional("items", "ids"),
    ),
    task(
        "referral.ask",
        "referrals",
        Field(name="specialty", max_chars=200),
        optional("reason", max_chars=1_000),
        *CLINIC,
    ),
    # visits and clinics
    task(
        "visit.dispute",
        "visits",
        SUBJECT,
        optional("comment", max_chars=1_000),
        optional("contact", max_chars=120),
        optional("evidence", max_chars=2_000),
    ),
    Act(
        kind="visit.rate",
        topic="visits",
        effect="create",
        resource="QuestionnaireResponse",
        fields=(
            SUBJECT,
            Field(name="stars", type="choice", choices=("1", "2", "3", "4", "5")),
            optional("text", max_chars=1_000),
        ),
    ),
    task(
        "clinic.complain",
        "clinics",
        Field(name="clinic_id", type="id"),
        optional("clinic", max_chars=300),
        Field(name="text", max_chars=2_000),
        optional("contact", max_chars=120),
    ),
    message(
        "clinic.write",
        "clinics",
        Field(name="clinic_id", type="id"),
        optional("clinic", max_chars=300),
        Field(name="text", max_chars=2_000),
    ),
    # people and policies
    task(
        "profile.edit",
        "people",
        optional("phone", max_chars=40),
        optional("email", max_chars=120),
        optional("address", max_chars=300),
        optional("address_of_stay", max_chars=300),
    ),
    task(
        "policy.edit",
        "policies",
        optional("subject", "id"),
        optional("number", max_chars=40),
        optional("snils", max_chars=20),
        optional("document", max_chars=80),
        optional("comment", max_chars=500),
    ),
    task("support.write", "notices", Field(name="text", max_chars=2_000), optional("contact", max_chars=120)),
)

ACTS: Final[Mapping[str, Act]] = {act.kind: act for act in (*_CATALOGUE, *_REQUESTS, *COVER_ACTS, *PAPER_ACTS)}


def step_up(*kinds: str) -> StepUp:
    """Return why the passphrase is asked before acts of these kinds are accepted together, or nothing."""
    return next((ACTS[kind].step_up for kind in kinds if kind in ACTS and ACTS[kind].step_up), "")


def checked(kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body of an act with only its own fields, each of the right shape.

    *Raises* UsageError act.unknown_kind, act.unknown_field, act.missing_field, act.bad_field, act.must_agree
    (facts: field), act.red_flags.
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
    for name in (MUST_AGREE | PAPERS_MUST_AGREE).get(kind, ()):
        if clean[name] is not True:
            raise UsageError("act.must_agree", field=name)
    if kind in ONE_OF and not any(name in clean for name in ONE_OF[kind]):
        raise UsageError("act.missing_field", field=ONE_OF[kind][0])
    return clean


def _fits(field: Field, value: object) -> bool:
    match field.type:
        case "flag":
            return isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf
        case "answers":
            pairs = value.items() if isinstance(value, dict) else [(0, 0)]
            return all(
                isinstance(key, str) and isinstance(one, str) and len(key) <= 120 and len(one) <= TEXT_CHARS
                for key, one in pairs
            )
        case "file":
            return uploads.is_described(value)
        case "ids":
            return isinstance(value, list) and all(isinstance(one, str) and ID_PATTERN.fullmatch(one) for one in value)
        case "id":
            return isinstance(value, str) and ID_PATTERN.fullmatch(value) is not None
        case "choice":
            return isinstance(value, str) and value in field.choices
        case "text":
            return isinstance(value, str) and len(value) <= field.max_chars
        case "date":
            return isinstance(value, str) and _DATE.fullmatch(value) is not None and _parses(date.fromisoformat, value)
        case "instant":
            return isinstance(value, str) and _INSTANT.fullmatch(value) is not None and _parses(instant, value)


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
