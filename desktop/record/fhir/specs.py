"""Where each type of resource keeps its owner, its moment, its code and its state. Data only; columns.py reads by it.

*Source*: HL7 FHIR R4 resource definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Spec:
    """Where one type keeps things. Paths are dotted; a list on the way means each of its members."""

    owners: tuple[str, ...] = ()
    moment: tuple[str, ...] = ()
    code: str = ""
    status: str = "status"


_EFFECTIVE: Final = ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "issued")

SPECS: Final[dict[str, Spec]] = {
    "Patient": Spec(),
    "RelatedPerson": Spec(("patient",), ("period.start",), "relationship"),
    "Coverage": Spec(("beneficiary",), ("period.start",), "type"),
    "Appointment": Spec(("participant.actor",), ("start", "requestedPeriod.start", "created"), "serviceType"),
    "Communication": Spec(("subject",), ("sent", "received"), "category"),
    "DiagnosticReport": Spec(("subject",), _EFFECTIVE, "code"),
    "Observation": Spec(("subject",), _EFFECTIVE, "code"),
    "MedicationRequest": Spec(("subject",), ("authoredOn",), "medicationCodeableConcept"),
    "EpisodeOfCare": Spec(("patient",), ("period.start",), "type"),
    "CarePlan": Spec(("subject",), ("period.start", "created"), "category"),
    "DocumentReference": Spec(("subject",), ("date", "context.period.start"), "type"),
    "ServiceRequest": Spec(("subject",), ("authoredOn", "occurrenceDateTime", "occurrencePeriod.start"), "code"),
    "Encounter": Spec(("subject",), ("period.start",), "type"),
    "Condition": Spec(("subject",), ("onsetDateTime", "recordedDate"), "code", "clinicalStatus"),
    "AllergyIntolerance": Spec(("patient",), ("onsetDateTime", "recordedDate"), "code", "clinicalStatus"),
    "MedicationStatement": Spec(("subject",), ("effectiveDateTime", "effectivePeriod.start", "dateAsserted"),
                                "medicationCodeableConcept"),
    "MedicationDispense": Spec(("subject",), ("whenHandedOver", "whenPrepared"), "medicationCodeableConcept"),
    "Immunization": Spec(("patient",), ("occurrenceDateTime", "recorded"), "vaccineCode"),
    "ImmunizationRecommendation": Spec(("patient",), ("date",)),
    "Procedure": Spec(("subject",), ("performedDateTime", "performedPeriod.start"), "code"),
    "Task": Spec(("for",), ("authoredOn", "lastModified"), "code"),
    "Consent": Spec(("patient",), ("dateTime",), "scope"),
    "AppointmentResponse": Spec(("actor",), ("start",), "", "participantStatus"),
    "ImagingStudy": Spec(("subject",), ("started",), "procedureCode"),
    "QuestionnaireResponse": Spec(("subject",), ("authored",)),
    "ExplanationOfBenefit": Spec(("patient",), ("billablePeriod.start", "created"), "type"),
    "ChargeItem": Spec(("subject",), ("occurrenceDateTime", "occurrencePeriod.start", "enteredDate"), "code"),
    "Provenance": Spec((), ("occurredDateTime", "recorded"), "activity", ""),
    "AuditEvent": Spec((), ("recorded",), "", "outcome"),
    "CareTeam": Spec(("subject",), ("period.start",)),
    "Goal": Spec(("subject",), ("startDate", "statusDate"), "", "lifecycleStatus"),
    "Claim": Spec(("patient",), ("billablePeriod.start", "created"), "type"),
    "Device": Spec(("patient",), ("manufactureDate",), "type"),
    "Organization": Spec((), (), "type", ""),
    "Practitioner": Spec((), (), "", ""),
    "PractitionerRole": Spec((), ("period.start",), "specialty", ""),
    "Location": Spec((), (), "type"),
    "HealthcareService": Spec((), (), "type", ""),
    "Schedule": Spec((), ("planningHorizon.start",), "specialty", ""),
    "Slot": Spec((), ("start",), "schedule"),
}
OTHER: Final = Spec(("subject", "patient"), ("date",), "code")
