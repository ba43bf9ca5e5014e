"""What the portal says of itself: the CapabilityStatement, the SMART configuration and the list of R4 types."""

from __future__ import annotations

from typing import Any, Final

_R4 = """
Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication
MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured
MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect MessageDefinition
MessageHeader MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition OperationDefinition
OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice PaymentReconciliation Person
PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson
RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment
RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition
StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
"""
KINDS: Final = tuple(_R4.split())
KNOWN: Final = frozenset(KINDS)
_UNSTORED: Final = frozenset({"Binary", "Bundle", "Parameters", "OperationOutcome", "CapabilityStatement"})


def statement(
    base: str, issuer: str | None, *, client_ids: bool, transactions: bool, batches: bool, date: str
) -> dict[str, Any]:
    """Return the CapabilityStatement."""
    system = [code for code, on in (("transaction", transactions), ("batch", batches), ("search-system", True)) if on]
    rest = {
        "mode": "server",
        "security": _security(issuer) if issuer else {"cors": False},
        "resource": [*(_kind(kind, client_ids) for kind in KINDS if kind not in _UNSTORED), _BINARY],
        "interaction": [{"code": code} for code in system],
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "software": {"name": "Медкарта: portal in the box"},
        "implementation": {"description": "Portal in the box", "url": base},
        "format": ["json"],
        "rest": [rest],
    }


def _security(issuer: str) -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/restful-security-service"
    ends = [{"url": name, "valueUri": f"{issuer}/{name}"} for name in ("authorize", "token")]
    return {
        "cors": False,
        "service": [{"coding": [{"system": system, "code": "SMART-on-FHIR"}]}],
        "extension": [
            {"url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris", "extension": ends}
        ],
    }


_BINARY: Final = {"type": "Binary", "interaction": [{"code": "read"}, {"code": "create"}]}
_INTERACTIONS: Final = ("read", "vread", "update", "history-instance", "create", "search-type")
_PARAMS: Final = (
    ("_id", "token"),
    ("_lastUpdated", "date"),
    ("identifier", "token"),
    ("patient", "reference"),
    ("status", "token"),
    ("date", "date"),
)


def _kind(kind: str, client_ids: bool) -> dict[str, Any]:
    return {
        "type": kind,
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": client_ids,
        "conditionalCreate": True,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "interaction": [{"code": code} for code in _INTERACTIONS],
        "searchParam": [{"name": name, "type": sort} for name, sort in _PARAMS],
    }


def smart(issuer: str) -> dict[str, Any]:
    """Return the SMART configuration. *Source*: SMART App Launch 2.2, .well-known/smart-configuration."""
    return {
        "issuer": issuer,
        "jwks_uri": f"{issuer}/jwks",
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "device_authorization_endpoint": f"{issuer}/device_authorization",
        "end_session_endpoint": f"{issuer}/end_session",
        "grant_types_supported": [
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:device_code",
        ],
        "code_challenge_methods_supported": ["S256"],
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": [
            "openid",
            "fhirUser",
            "offline_access",
            "launch/patient",
            "patient/*.rs",
            "patient/*.cruds",
        ],
        "capabilities": [
            "launch-standalone",
            "client-public",
            "context-standalone-patient",
            "permission-patient",
            "permission-offline",
            "sso-openid-connect",
            "permission-v2",
        ],
    }
