"""What an act is on the wire: the FHIR JSON that is sent, and what is read from the portal's answer before the next step.

Owns: the paths of Slot and Appointment that acts touch. The portal's own JSON is changed in as few places as the act needs, so that
nothing unknown is lost. Does not own: when and how often to send (record/merge, sync/push).
*Source*: HL7 FHIR R4 Appointment, Slot; invariant app-3 (start and end may be left out only of proposed, cancelled and waitlisted ones).
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from desktop.record import uploads
from desktop.record.acts import ACTS, instant
from desktop.record.intents import IDENTIFIER_SYSTEM, Intent
from desktop.record.merge import HELD, BookingSeen, SlotSeen

CANCEL_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"
ACT_SYSTEM: Final = "urn:medkarta:act"
CODE_URL: Final = "urn:medkarta:confirmation-code"
OWN_TAG: Final = "patient-entered"
HOUSE_CALL: Final = {"text": "Вызов врача на дом"}
CONTACT: Final = "был контакт с инфекционным больным"
Json = dict[str, Any]


def slot_seen(slot: Mapping[str, Any]) -> SlotSeen:
    """Read a slot as the decisions need it."""
    status = str(slot.get("status", ""))
    return SlotSeen(
        id=str(slot.get("id", "")),
        version=version_of(slot),
        status=status,
        starts_at=moment(slot.get("start")),
        # A clinic that takes a slot out of its timetable leaves the claim's name on it, and the claim is over.
        claimed_by=frozenset(intents_of(slot)) if status in HELD else frozenset(),
    )


def booking_seen(appointment: Mapping[str, Any]) -> BookingSeen:
    """Read a booking as the decisions need it."""
    slots = [ref.removeprefix("Slot/") for ref in _references(appointment.get("slot")) if ref.startswith("Slot/")]
    return BookingSeen(
        id=str(appointment.get("id", "")),
        version=version_of(appointment),
        status=str(appointment.get("status", "")),
        starts_at=moment(appointment.get("start")),
        slots=tuple(slots),
        intents=intents_of(appointment),
    )


def version_of(resource: Mapping[str, Any]) -> str:
    """Return the portal's opaque version, or nothing."""
    meta = resource.get("meta")
    return str(meta.get("versionId", "")) if isinstance(meta, dict) else ""


def intents_of(resource: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the acts whose identifiers a resource carries, in its own order."""
    found = resource.get("identifier")
    # QuestionnaireResponse has one identifier, the other kinds a list of them.
    listed = found if isinstance(found, list) else [found]
    return tuple(
        str(one.get("value", "")) for one in listed if isinstance(one, dict) and one.get("system") == IDENTIFIER_SYSTEM
    )


def moment(text: object) -> datetime | None:
    """Parse an aware instant of the portal; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return instant(text)
    except ValueError:
        return None


def _references(value: object) -> Iterable[str]:
    """Give references without the version and without the server's address."""
    for one in value if isinstance(value, list) else []:
        text = str(one.get("reference", "")) if isinstance(one, dict) else ""
        parts = text.split("/_history/")[0].rsplit("/", 2)
        yield "/".join(parts[-2:])


def made(kind: str, body: Json | None, location: str) -> str:
    """Return the id of what a write made: portals answer with the thing itself, or with its address alone; "" for neither."""
    if body is not None and body.get("resourceType") == kind:
        return str(body.get("id", ""))
    return next((one.rpartition("/")[2] for one in _references([{"reference": location}]) if one.startswith(f"{kind}/")), "")


def _identifier(intent: Intent) -> Json:
    return {"system": IDENTIFIER_SYSTEM, "value": intent.id}


def claimed(slot: Mapping[str, Any], intent: Intent) -> Json:
    """Return the slot marked busy under the act's identifier."""
    kept = [one for one in slot.get("identifier", []) if one.get("system") != IDENTIFIER_SYSTEM]
    return {**slot, "status": "busy", "identifier": [*kept, _identifier(intent)]}


def released(slot: Mapping[str, Any]) -> Json:
    """Return the slot free again, with no claim of ours on it."""
    kept = [one for one in slot.get("identifier", []) if one.get("system") != IDENTIFIER_SYSTEM]
    free = {**slot, "status": "free", "identifier": kept}
    if not kept:
        free.pop("identifier")
    return free


def moved(appointment: Mapping[str, Any], intent: Intent, slot: Mapping[str, Any]) -> Json:
    """Return the booking pointed at another slot, with everything else as the portal had it."""
    changed = {**appointment, "slot": [{"reference": f"Slot/{slot['id']}"}], "start": slot["start"]}
    changed["end"] = slot.get("end") or _end(slot["start"])
    changed["identifier"] = [*appointment.get("identifier", []), _identifier(intent)]
    if is_asked(appointment):
        # Taking a free time is the answer to the clinic that asked for another one.
        changed |= {"status": "booked", "participant": _with_yes(appointment)}
    elif changed.get("status") not in ("booked", "pending", "proposed"):
        changed["status"] = "booked"
    return changed


def agreed(appointment: Mapping[str, Any], intent: Intent) -> Json:
    """Return the booking with the patient's yes to its time, with everything else as the portal had it."""
    mark = [*appointment.get("identifier", []), _identifier(intent)]
    return {**appointment, "status": "booked", "participant": _with_yes(appointment), "identifier": mark}


def _with_yes(appointment: Mapping[str, Any]) -> list[Json]:
    return [{**one, "status": "accepted"} if _is_patient(one) else one for one in appointment.get("participant", [])]


def is_asked(appointment: Mapping[str, Any]) -> bool:
    """Say whether the clinic proposes this time and waits for the patient's word."""
    people = appointment.get("participant", [])
    return appointment.get("status") == "proposed" and any(_is_patient(one) and one.get("status") == "needs-action" for one in people)


def _is_patient(participant: Mapping[str, Any]) -> bool:
    return any(name.startswith("Patient/") for name in _references([participant.get("actor")]))


def annulled(appointment: Mapping[str, Any], intent: Intent) -> Json:
    """Return the booking cancelled by the patient, with the reason if one was given."""
    changed = {
        **appointment,
        "status": "cancelled",
        "identifier": [*appointment.get("identifier", []), _identifier(intent)],
    }
    reason: Json = {"coding": [{"system": CANCEL_SYSTEM, "code": "pat"}]}
    if intent.body.get("reason"):
        reason["text"] = str(intent.body["reason"])
    changed["cancelationReason"] = reason
    if intent.body.get("comment"):
        changed["patientInstruction"] = str(intent.body["comment"])
    return changed


def created(
    intent: Intent, *, patient: str, slot: Mapping[str, Any] | None = None, files: Mapping[str, str] | None = None
) -> Json:
    """Return the resource that a creating act sends, without an id: the portal chooses it.

    `files` names where the portal keeps the bytes of each field that is a file.
    """
    match intent.kind:
        case "book":
            return _booking(intent, patient=patient, slot=slot or {})
        case "waitlist.join":
            return _waiting(intent, patient=patient)
        case "house_call":
            return _house_call(intent, patient=patient)
    match ACTS[intent.kind].resource:
        case "Task":
            return _task(intent, patient=patient, files=files or {})
        case "Communication":
            return _message(intent, patient=patient)
        case "Consent":
            return _consent(intent, patient=patient)
        case "DocumentReference":
            return _own_result(intent, patient=patient, files=files or {})
        case "QuestionnaireResponse":
            return _rating(intent, patient=patient)
        case _:
            raise KeyError(intent.kind)


def _appointment(intent: Intent, *, patient: str, status: str) -> Json:
    participants: list[Json] = [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}]
    if intent.body.get("doctor_id"):
        doctor = {"reference": f"Practitioner/{intent.body['doctor_id']}", "display": intent.body.get("doctor", "")}
        participants.append({"actor": doctor, "status": "accepted" if status == "booked" else "needs-action"})
    if intent.body.get("clinic_id"):
        place = {"reference": f"Location/{intent.body['clinic_id']}", "display": intent.body.get("clinic", "")}
        participants.append({"actor": place, "status": "accepted"})
    whole: Json = {
        "resourceType": "Appointment",
        "identifier": [_identifier(intent)],
        "status": status,
        "created": intent.created_at.isoformat(timespec="seconds"),
        "participant": participants,
    }
    if intent.body.get("specialty"):
        whole["specialty"] = [{"text": str(intent.body["specialty"])}]
    if intent.body.get("comment"):
        whole["comment"] = str(intent.body["comment"])
    if intent.body.get("code"):
        whole["extension"] = [{"url": CODE_URL, "valueString": str(intent.body["code"])}]
    return whole


def _booking(intent: Intent, *, patient: str, slot: Mapping[str, Any]) -> Json:
    start = str(slot.get("start") or intent.body["starts_at"])
    whole = _appointment(intent, patient=patient, status="booked")
    whole |= {
        "slot": [{"reference": f"Slot/{intent.body['slot']}"}],
        "start": start,
        "end": str(slot.get("end") or _end(start)),
    }
    if intent.body.get("referral"):
        whole["basedOn"] = [{"reference": f"ServiceRequest/{intent.body['referral']}"}]
    return whole


def _waiting(intent: Intent, *, patient: str) -> Json:
    whole = _appointment(intent, patient=patient, status="waitlist")
    whole["requestedPeriod"] = [{"start": intent.body["from"], "end": intent.body["to"]}]
    words = [str(intent.body[name]) for name in ("part_of_day", "phone") if intent.body.get(name)]
    if words:
        whole["comment"] = "; ".join(words)
    return whole


def _house_call(intent: Intent, *, patient: str) -> Json:
    body = intent.body
    whole = _appointment(intent, patient=patient, status="proposed")
    whole["serviceType"] = [HOUSE_CALL]
    whole["requestedPeriod"] = [{"start": body["on"], "end": body["on"]}]
    whole["description"] = str(body["symptoms"])
    said = [body.get(name) for name in ("address", "entrance", "phone", "temperature")]
    whole["comment"] = "; ".join(str(one) for one in [*said, CONTACT if body.get("contact_with_infection") else None] if one is not None)
    return whole


def _task(intent: Intent, *, patient: str, files: Mapping[str, str]) -> Json:
    """Return a request to the clinic or the portal: its kind as the code, its fields as named inputs."""
    whole: Json = {
        "resourceType": "Task",
        "identifier": [_identifier(intent)],
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": ACT_SYSTEM, "code": intent.kind}]},
        "for": {"reference": f"Patient/{patient}"},
        "authoredOn": intent.created_at.isoformat(timespec="seconds"),
    }
    if intent.body.get("subject"):
        whole["focus"] = {"reference": _about(str(intent.body["subject"]))}
    if intent.body.get("corrects"):
        whole["basedOn"] = [{"reference": _about(str(intent.body["corrects"]))}]
    if intent.body.get("clinic_id"):
        whole["owner"] = {
            "reference": f"Organization/{intent.body['clinic_id']}",
            "display": str(intent.body.get("clinic", "")),
        }
    if intent.body.get("comment"):
        whole["description"] = str(intent.body["comment"])
    inputs = [
        (name, value)
        for name, value in intent.body.items()
        if name not in ("subject", "corrects", "clinic_id", "clinic", "comment", "answers")
    ]
    answers = intent.body.get("answers")
    inputs += list(answers.items()) if isinstance(answers, dict) else []
    if inputs:
        whole["input"] = [{"type": {"text": str(name)}, **_input(value, files.get(name, ""))} for name, value in inputs]
    return whole


def _input(value: object, url: str) -> Json:
    """Return the value of an input: words, or a file that the portal already has."""
    if not isinstance(value, dict) or not uploads.is_described(value):
        return {"valueString": _plain(value)}
    kept = {"contentType": value["content_type"], "title": value["title"], "size": value["size_bytes"], "hash": value["hash"]}
    return {"valueAttachment": kept | ({"url": url} if url else {})}


def binary(data: bytes, content_type: str, *, patient: str) -> Json:
    """Return a file as it is handed over before the act that names it; open to those who may see the patient."""
    return {
        "resourceType": "Binary",
        "contentType": content_type,
        "securityContext": {"reference": f"Patient/{patient}"},
        "data": base64.b64encode(data).decode(),
    }


def _plain(value: object) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _about(subject: str) -> str:
    """A subject is written "Type/id"; the colon form of the command line is accepted too."""
    return subject.replace(":", "/", 1) if "/" not in subject else subject


def _message(intent: Intent, *, patient: str) -> Json:
    """Return words to a doctor or a clinic."""
    whole: Json = {
        "resourceType": "Communication",
        "identifier": [_identifier(intent)],
        "status": "completed",
        "category": [{"coding": [{"system": ACT_SYSTEM, "code": intent.kind}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "sender": {"reference": f"Patient/{patient}"},
        "sent": intent.created_at.isoformat(timespec="seconds"),
        "payload": [{"contentString": str(intent.body["text"])}],
    }
    if intent.body.get("subject"):
        whole["about"] = [{"reference": _about(str(intent.body["subject"]))}]
    if intent.body.get("clinic_id"):
        whole["recipient"] = [{"reference": f"Organization/{intent.body['clinic_id']}"}]
    return whole


def _consent(intent: Intent, *, patient: str) -> Json:
    """Return the person's word that their data may be worked with, or passed to the state's register.

    *Source*: HL7 FHIR R4 Consent (scope patient-privacy; ppc-1 wants a policy or a policyRule).
    """
    whole: Json = {
        "resourceType": "Consent",
        "identifier": [_identifier(intent)],
        "status": "active",
        "scope": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": ACT_SYSTEM, "code": str(intent.body["consent"])}]}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": intent.created_at.isoformat(timespec="seconds"),
        "performer": [{"reference": f"Patient/{patient}"}],
        "policyRule": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "OPTIN"}]},
        "provision": {"type": "permit"},
    }
    if intent.body.get("clinic_id"):
        whole["organization"] = [{"reference": f"Organization/{intent.body['clinic_id']}", "display": str(intent.body.get("clinic", ""))}]
    return whole


def _own_result(intent: Intent, *, patient: str, files: Mapping[str, str]) -> Json:
    """Return a result that the person puts in: a document of theirs, marked so that nobody takes it for a laboratory's."""
    body, content = intent.body, list[Json]()
    if body.get("page"):
        content.append({"attachment": _input(body["page"], files.get("page", ""))["valueAttachment"]})
    if body.get("text"):
        words = str(body["text"]).encode()
        content.append({"attachment": {"contentType": "text/plain", "title": str(body["title"]), "size": len(words),
                                       "data": base64.b64encode(words).decode()}})  # fmt: skip
    whole: Json = {
        "resourceType": "DocumentReference",
        "meta": {"tag": [{"code": OWN_TAG}]},
        "identifier": [_identifier(intent)],
        "status": "current",
        "type": {"text": str(body["title"])},
        "category": [{"coding": [{"system": ACT_SYSTEM, "code": intent.kind}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "date": intent.created_at.isoformat(timespec="seconds"),
        "author": [{"reference": f"Patient/{patient}"}],
        "description": str(body["title"]),
        "content": content,
        "context": {"period": {"start": body["on"], "end": body["on"]}},
    }
    if body.get("laboratory"):
        whole["custodian"] = {"display": str(body["laboratory"])}
    return whole


def _rating(intent: Intent, *, patient: str) -> Json:
    """Return a rating of a visit: stars, and words if there are any."""
    items: list[Json] = [{"linkId": "stars", "answer": [{"valueInteger": int(intent.body["stars"])}]}]
    if intent.body.get("text"):
        items.append({"linkId": "text", "answer": [{"valueString": str(intent.body["text"])}]})
    return {
        "resourceType": "QuestionnaireResponse",
        "identifier": _identifier(intent),
        "status": "completed",
        "subject": {"reference": f"Patient/{patient}"},
        "encounter": {"reference": _about(str(intent.body["subject"]))},
        "authored": intent.created_at.isoformat(timespec="seconds"),
        "item": items,
    }


def _end(start: str) -> str:
    """Give a booking a quarter of an hour where the slot names no end: app-3 wants one."""
    return (instant(start) + timedelta(minutes=15)).isoformat()
