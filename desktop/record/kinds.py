"""The kinds of resource that the replica keeps, and how each is asked for.

Owns: the closed list, its stable integer codes (stored in every vault: append only), search parameters, the order of a first sync.
Does not own: what is inside a resource (record/fhir).  *Source*: HL7 FHIR R4 search parameters; wire mapping of the product.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Kind:
    """One resource type. `by` is the search parameter that names the person; shared kinds have none."""

    code: int
    type: str
    by: str | None
    topic: str
    stage: Literal[1, 2, 3]
    """1: the first useful screen needs it; 2: other sections; 3: logs and accounts."""

    @property
    def is_shared(self) -> bool:
        return self.by is None


KINDS: Final[tuple[Kind, ...]] = (
    Kind(1, "Patient", "_id", "people", 1),
    Kind(2, "RelatedPerson", "patient", "people", 1),
    Kind(3, "Coverage", "patient", "policies", 1),
    Kind(4, "Appointment", "patient", "bookings", 1),
    Kind(5, "Communication", "patient", "notices", 1),
    Kind(6, "DiagnosticReport", "patient", "results", 1),
    Kind(7, "Observation", "patient", "results", 1),
    Kind(8, "MedicationRequest", "patient", "prescriptions", 1),
    Kind(9, "EpisodeOfCare", "patient", "policies", 1),
    Kind(10, "CarePlan", "patient", "checkups", 1),
    Kind(11, "DocumentReference", "patient", "documents", 2),
    Kind(12, "ServiceRequest", "patient", "referrals", 2),
    Kind(13, "Encounter", "patient", "visits", 2),
    Kind(14, "Condition", "patient", "health", 2),
    Kind(15, "AllergyIntolerance", "patient", "health", 2),
    Kind(16, "MedicationStatement", "patient", "health", 2),
    Kind(17, "MedicationDispense", "patient", "prescriptions", 2),
    Kind(18, "Immunization", "patient", "vaccinations", 2),
    Kind(19, "ImmunizationRecommendation", "patient", "vaccinations", 2),
    Kind(20, "Procedure", "patient", "checkups", 2),
    Kind(21, "Task", "patient", "documents", 2),
    Kind(22, "Consent", "patient", "policies", 2),
    Kind(23, "AppointmentResponse", "patient", "bookings", 2),
    Kind(24, "ImagingStudy", "patient", "results", 2),
    Kind(25, "QuestionnaireResponse", "patient", "visits", 3),
    Kind(26, "ExplanationOfBenefit", "patient", "services", 3),
    Kind(27, "ChargeItem", "patient", "services", 3),
    Kind(28, "Provenance", "patient", "journal", 3),
    Kind(29, "AuditEvent", "patient", "journal", 3),
    Kind(30, "CareTeam", "patient", "health", 3),
    Kind(31, "Goal", "patient", "health", 3),
    Kind(32, "Claim", "patient", "services", 3),
    Kind(33, "Device", "patient", "health", 3),
    Kind(60, "Organization", None, "clinics", 1),
    Kind(61, "Practitioner", None, "clinics", 1),
    Kind(62, "PractitionerRole", None, "clinics", 2),
    Kind(63, "Location", None, "clinics", 1),
    Kind(64, "HealthcareService", None, "services", 2),
    Kind(65, "Schedule", None, "slots", 2),
    Kind(66, "Slot", None, "slots", 2),
)

BY_TYPE: Final = {kind.type: kind for kind in KINDS}
BY_CODE: Final = {kind.code: kind for kind in KINDS}
OTHER_CODE: Final = 255
"""Code under which a readable resource of any other type is kept."""
