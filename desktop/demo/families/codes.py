"""Names of code systems and the small FHIR shapes that every module of the families repeats.

Owns: system URIs, the demo's own extensions, constructors of Coding, Reference, Identifier, Period.
Source: domain tables (НСИ OIDs), HL7 FHIR R4 datatypes.

Extensions of the demo portal (all under `EXT`):
- `rating` decimal and `ratings-count` integer on Organization and PractitionerRole; `booking-until` time on Organization
  (house calls of the day are taken until then);
- `district`, `district-kind` string on EpisodeOfCare;
- `status-track` (parts `code`, `text`, `at`) and `address` on a house call's Appointment;
- `expected` date on a DiagnosticReport still under way;
- `prescription-form` string and `qr` string on MedicationRequest (what the pharmacy scans; no personal data),
  `term` CodeableConcept on its dispenseRequest;
- `certificate` Reference(DocumentReference) on Immunization; `health-group` CodeableConcept on CarePlan and Encounter.
"""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]

EXT: Final = "https://portal.medkarta.example/fhir/StructureDefinition/"
OMS: Final = "https://fhir.ru/ig/core/systems/oms"
SNILS: Final = "https://fhir.ru/ig/core/systems/snils"
PASSPORT: Final = "https://fhir.ru/ig/core/systems/identity-document"
BIRTH_CERTIFICATE: Final = "https://fhir.ru/ig/core/systems/birth-certificate"
NUMBER: Final = "https://portal.medkarta.example/numbers/"
LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
ATC: Final = "http://www.whocc.no/atc"
V2: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
ROLE: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
ACT: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
HL7: Final = "http://terminology.hl7.org/CodeSystem/"
TASKS: Final = "https://portal.medkarta.example/fhir/CodeSystem/task"
CATALOGUE: Final = "https://portal.medkarta.example/fhir/CodeSystem/service"


def nsi(oid: str) -> str:
    """Name a dictionary of НСИ by the tail of its OID ("11.1522")."""
    return f"urn:oid:1.2.643.5.1.13.13.{oid}"


FSLI: Final = nsi("11.1080")
NMU: Final = nsi("11.1070")
POST: Final = nsi("11.1002")
SPECIALTY: Final = nsi("11.1066")
DOCUMENT_KIND: Final = nsi("11.1522")
POLICY_KIND: Final = nsi("99.2.245")
KINSHIP: Final = nsi("99.2.14")
REFERRAL_KIND: Final = nsi("11.1009")
VACCINE: Final = nsi("11.1078")
VACCINE_GROUP: Final = nsi("99.2.848")
VACCINE_STAGE: Final = nsi("99.2.824")
HEALTH_GROUP: Final = nsi("99.2.766")
DRUG: Final = nsi("99.2.611")
RX_TERM: Final = nsi("99.2.608")
BLOOD: Final = nsi("11.1061")


def coding(system: str, code: str, display: str | None = None) -> Json:
    """Make a Coding."""
    return {"system": system, "code": code, "display": display} if display else {"system": system, "code": code}


def concept(text: str | None, *codings: Json) -> Json:
    """Make a CodeableConcept from its Russian text and any codings."""
    body: Json = {}
    if codings:
        body["coding"] = list(codings)
    if text:
        body["text"] = text
    return body


def ref(target: str, display: str | None = None) -> Json:
    """Make a Reference to `Type/id`."""
    return {"reference": target, "display": display} if display else {"reference": target}


def identifier(system: str, value: str, *, use: str | None = None, kind: str | None = None) -> Json:
    """Make an Identifier; `kind` is a code of HL7 table 0203."""
    body: Json = {"use": use} if use else {}
    if kind:
        body["type"] = {"coding": [{"system": V2, "code": kind}]}
    return body | {"system": system, "value": value}


def ext(name: str, kind: str, value: Any) -> Json:
    """Make one of the demo's own extensions: `ext("rating", "Decimal", 4.6)`."""
    return {"url": EXT + name, "value" + kind: value}


def quantity(value: float, unit: str, code: str) -> Json:
    """Make a UCUM Quantity; a measure without a unit (МНО, pH of urine by strip) has an empty one."""
    body: Json = {"value": value, "system": UCUM, "code": code}
    return body | {"unit": unit} if unit else body
