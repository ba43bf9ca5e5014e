"""The resources of care → record/care. One function a type. *Source*: HL7 FHIR R4."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from desktop.record import care
from desktop.record.fhir import read

_FUNDED: Final = frozenset({"funded", "privileged", "benefit"})
Resource = Mapping[str, Any]


def prescription(resource: Resource) -> care.Prescription:
    """Read a MedicationRequest."""
    found = {code for _, code in read.codes(resource, "category")}
    qr = read.extension(resource, "qr")
    return care.Prescription(
        id=read.text(resource, "id"),
        medicine=read.concept(resource, "medicationCodeableConcept") or read.display(resource, "medicationReference"),
        number=read.text(resource, "identifier", 0, "value"),
        series=read.text(resource, "groupIdentifier", "value"),
        status=read.text(resource, "status"),
        is_funded=bool(found & _FUNDED),
        written_on=read.day(resource.get("authoredOn")),
        valid_until=read.day(read.obj(resource, "dispenseRequest", "validityPeriod", "end")),
        how=read.text(resource, "dosageInstruction", 0, "text"),
        doctor=read.display(resource, "requester"),
        clinic=read.display(resource, "dispenseRequest", "performer"),
        qr=qr if isinstance(qr, str) else "",
        is_safe=read.is_safe(resource),
    )


def vaccination(resource: Resource) -> care.Vaccination:
    """Read an Immunization."""
    certificate = read.extension(resource, "certificate")
    diseases = tuple(
        read.code(disease) or read.concept(disease)
        for one in read.each(resource, "protocolApplied")
        for disease in read.each(one, "targetDisease")
    )
    return care.Vaccination(
        id=read.text(resource, "id"),
        title=read.concept(resource, "vaccineCode"),
        on=read.day(resource.get("occurrenceDateTime") or resource.get("occurrenceString")),
        lot=read.text(resource, "lotNumber"),
        clinic=read.display(resource, "location"),
        doctor=read.display(resource, "performer", 0, "actor"),
        status=read.text(resource, "status"),
        diseases=diseases,
        product_codes=tuple(code for _, code in read.codes(resource, "vaccineCode")),
        certificate=read.reference(certificate)[1] if isinstance(certificate, dict) else "",
    )


def checkup(resource: Resource) -> care.Checkup:
    """Read a CarePlan of a check-up."""
    items = []
    for one in read.each(resource, "activity"):
        detail = read.obj(one, "detail") or {}
        items.append(
            care.CheckupItem(
                title=read.concept(detail, "code") or read.text(detail, "description"),
                code=read.code(detail, "code"),
                status=read.text(detail, "status"),
                on=read.day(read.obj(detail, "scheduledPeriod", "start") or read.obj(detail, "scheduledString")),
                where=read.text(detail, "description"),
            )
        )
    return care.Checkup(
        id=read.text(resource, "id"),
        title=read.text(resource, "title") or read.concept(resource, "category"),
        status=read.text(resource, "status"),
        since=read.day(read.obj(resource, "period", "start")),
        until=read.day(read.obj(resource, "period", "end")),
        clinic=read.display(resource, "author"),
        note=read.text(resource, "note", 0, "text") or read.text(resource, "description"),
        items=tuple(items),
    )


def past_visit(resource: Resource) -> care.PastVisit:
    """Read an Encounter."""
    return care.PastVisit(
        id=read.text(resource, "id"),
        title=read.concept(resource, "type")
        or read.concept(resource, "serviceType")
        or read.text(resource, "class", "display"),
        status=read.text(resource, "status"),
        started_at=read.moment(read.obj(resource, "period", "start")),
        clinic=read.display(resource, "serviceProvider") or read.display(resource, "location", 0, "location"),
        clinic_id=read.reference(resource, "serviceProvider")[1],
        doctor=read.display(resource, "participant", 0, "individual"),
        reason=read.concept(resource, "reasonCode") or read.display(resource, "diagnosis", 0, "condition"),
        booking=read.reference(resource, "appointment", 0)[1],
    )


def referral(resource: Resource) -> care.Referral:
    """Read a ServiceRequest."""
    words = " ".join((read.concept(resource, "category"), read.concept(resource, "code"))).lower()
    return care.Referral(
        id=read.text(resource, "id"),
        title=read.concept(resource, "code"),
        kind=read.concept(resource, "category"),
        number=read.text(resource, "identifier", 0, "value"),
        status=read.text(resource, "status"),
        valid_until=read.day(read.obj(resource, "occurrencePeriod", "end")),
        clinic=read.display(resource, "performer", 0),
        department=read.concept(resource, "performerType") or read.concept(resource, "locationCode"),
        doctor=read.display(resource, "requester"),
        written_on=read.day(resource.get("authoredOn")),
        is_hospital="госпитализ" in words or "стационар" in words,
    )


BLOOD_GROUP: Final = ("883-9", "882-1", "10331-7")
"""*Source*: LOINC: ABO group, ABO and Rh group, Rh type."""


def health_fact(resource: Resource) -> care.HealthFact | None:
    """Read an AllergyIntolerance, Condition, MedicationStatement or the Observation of a blood group; None for anything else."""
    kind = str(resource.get("resourceType"))
    if kind not in _SAID or (kind == "Observation" and read.code(resource, "code", system="http://loinc.org") not in BLOOD_GROUP):
        return None
    fact, title, detail, source, on = _SAID[kind](resource)
    verified = read.code(resource, "verificationStatus")
    state = read.code(resource, "clinicalStatus") or read.text(resource, "status")
    return care.HealthFact(
        id=read.text(resource, "id"),
        kind=fact,
        title=title,
        detail=detail,
        source=source,
        on=read.day(on),
        status=verified if verified in care.DENIED else state,
        is_safe=read.is_safe(resource),
    )


_Said = tuple[Literal["blood_group", "allergy", "condition", "medicine"], str, str, str, Any]


def _allergy(resource: Resource) -> _Said:
    on = resource.get("recordedDate") or resource.get("onsetDateTime")
    return "allergy", read.concept(resource, "code"), read.concept(resource, "reaction", 0, "manifestation"), _writer(resource), on


def _condition(resource: Resource) -> _Said:
    on = resource.get("onsetDateTime") or resource.get("recordedDate")
    return "condition", read.concept(resource, "code"), read.code(resource, "code"), _writer(resource), on


def _medicine(resource: Resource) -> _Said:
    title = read.concept(resource, "medicationCodeableConcept") or read.display(resource, "medicationReference")
    on = read.obj(resource, "effectivePeriod", "start") or resource.get("effectiveDateTime") or resource.get("dateAsserted")
    return "medicine", title, read.text(resource, "dosage", 0, "text"), read.display(resource, "informationSource"), on


def _blood_group(resource: Resource) -> _Said:
    title = read.concept(resource, "valueCodeableConcept") or read.text(resource, "valueString")
    source, on = read.display(resource, "performer", 0), resource.get("effectiveDateTime")
    return "blood_group", title, read.concept(resource, "code"), source, on


def _writer(resource: Resource) -> str:
    return read.display(resource, "recorder") or read.display(resource, "asserter")


_SAID: Final = {"AllergyIntolerance": _allergy, "Condition": _condition, "MedicationStatement": _medicine, "Observation": _blood_group}


def message(resource: Resource) -> care.Message:
    """Read a Communication."""
    words = " ".join(read.text(one, "contentString") for one in read.each(resource, "payload")).strip()
    found = {code for _, code in read.codes(resource, "category")}
    return care.Message(
        id=read.text(resource, "id"),
        title=read.concept(resource, "topic") or read.concept(resource, "category"),
        text=words,
        sender=read.display(resource, "sender"),
        sent_at=read.moment(resource.get("sent") or resource.get("received")),
        is_notice="notification" in found or "alert" in found or "reminder" in found,
        about=read.reference(resource, "about", 0),
    )


def place(resource: Resource) -> care.Place:
    """Read a Location."""
    rating = read.extension(resource, "rating")
    hours = tuple(
        (
            tuple(day for day in read.obj(one, "daysOfWeek") or [] if isinstance(day, str)),
            read.text(one, "openingTime")[:5],
            read.text(one, "closingTime")[:5],
        )
        for one in read.each(resource, "hoursOfOperation")
    )
    return care.Place(
        id=read.text(resource, "id"),
        name=read.text(resource, "name"),
        kind=read.concept(resource, "type"),
        address=read.text(resource, "address", "text"),
        phone=read.text(resource, "telecom", 0, "value"),
        town=read.text(resource, "address", "city"),
        organization_id=read.reference(resource, "managingOrganization")[1],
        latitude=read.number(resource, "position", "latitude"),
        longitude=read.number(resource, "position", "longitude"),
        hours=hours,
        rating=float(rating) if isinstance(rating, int | float) else None,
    )


def service(resource: Resource) -> care.Service:
    """Read a HealthcareService."""
    return care.Service(
        id=read.text(resource, "id"),
        title=read.text(resource, "name") or read.concept(resource, "type") or read.concept(resource, "category"),
        clinic=read.display(resource, "providedBy"),
        clinic_id=read.reference(resource, "providedBy")[1],
        category=read.concept(resource, "category"),
        specialties=tuple(read.concept(one) for one in read.each(resource, "specialty")),
        detail=read.text(resource, "comment") or read.text(resource, "extraDetails"),
    )
