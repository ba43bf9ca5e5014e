"""What the box can be asked about a resource: whose it is, its tokens, references and dates. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from desktop.demo import text

SHARED: Final = frozenset(
    {
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "HealthcareService",
        "Schedule",
        "Slot",
        "Medication",
        "Questionnaire",
        "Endpoint",
        "InsurancePlan",
        "Substance",
    }
)

TOKENS: Final = {
    "identifier": "identifier",
    "status": "status",
    "code": "code",
    "category": "category",
    "type": "type",
    "class": "class",
    "serviceType": "service-type",
    "serviceCategory": "service-category",
    "specialty": "specialty",
    "vaccineCode": "vaccine-code",
    "clinicalStatus": "clinical-status",
    "intent": "intent",
    "gender": "gender",
    "active": "active",
    "scope": "scope",
    "appointmentType": "appointment-type",
    "relationship": "relationship",
    "medicationCodeableConcept": "code",
}
REFERENCES: Final = {
    "schedule": "schedule",
    "practitioner": "practitioner",
    "organization": "organization",
    "location": "location",
    "healthcareService": "service",
    "encounter": "encounter",
    "basedOn": "based-on",
    "slot": "slot",
    "appointment": "appointment",
    "performer": "performer",
    "requester": "requester",
    "author": "author",
    "recipient": "recipient",
    "sender": "sender",
    "managingOrganization": "organization",
    "providedBy": "organization",
    "partOf": "part-of",
    "owner": "owner",
    "focus": "focus",
    "generalPractitioner": "general-practitioner",
    "actor": "actor",
    "subject": "subject",
    "patient": "patient",
    "result": "result",
    "payor": "payor",
    "serviceProvider": "service-provider",
    "supportingInformation": "supporting-info",
    "target": "target",
    "reasonReference": "reason-reference",
    "diagnosticReport": "diagnostic-report",
    "context": "encounter",
}
DATES: Final = (
    "start",
    "effectiveDateTime",
    "effectivePeriod",
    "effectiveInstant",
    "occurrenceDateTime",
    "occurrencePeriod",
    "performedDateTime",
    "performedPeriod",
    "period",
    "date",
    "authoredOn",
    "sent",
    "recordedDate",
    "recorded",
    "created",
    "issued",
    "dateTime",
    "planningHorizon",
    "started",
)
DATE_PARAMS: Final = frozenset(
    {
        "date",
        "start",
        "authoredon",
        "authored-on",
        "authored",
        "sent",
        "recorded",
        "recorded-date",
        "created",
        "issued",
        "effective",
        "occurrence",
        "period",
        "started",
    }
)
PERSON_PARAMS: Final = frozenset({"patient", "subject", "beneficiary", "actor", "for", "individual"})
TERM_PARAMS: Final = (
    frozenset(TOKENS.values()) | frozenset(REFERENCES.values()) | {"_tag", "participant", "name", "family"}
)
FIRST: Final = frozenset({"identifier", "status", "slot", "schedule", "appointment", "actor"})
_PERSON_KEYS: Final = (
    "subject",
    "patient",
    "beneficiary",
    "for",
    "individual",
    "actor",
    "target",
    "recipient",
    "sender",
)
PAPERS: Final = frozenset({"DocumentReference", "DiagnosticReport", "Task"})
_OPEN_END: Final = 2**62


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def reference(value: Any) -> str:
    """Return "Type/id" of a Reference, without base and version; "" when it holds none."""
    ref = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(ref, str):
        return ""
    parts = ref.partition("/_history/")[0].split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 else ""


def owners(resource: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids of the people whose compartment the resource is in."""
    kind = resource.get("resourceType")
    if kind == "Patient":
        return (str(resource.get("id", "")),)
    found: dict[str, None] = {}
    for key in _PERSON_KEYS:
        for value in _all(resource.get(key)):
            _keep(found, reference(value))
        if found:
            return tuple(found)  # a letter about a child is the child's, whoever it is addressed to
    for holder, inner in (
        ("participant", "actor"),
        ("link", "target"),
        ("entity", "what"),
        ("agent", "who"),
        ("member", "entity"),
    ):
        for value in _all(resource.get(holder)):
            if isinstance(value, dict):
                _keep(found, reference(value.get(inner)))
    return tuple(found)


def _keep(found: dict[str, None], ref: str) -> None:
    if ref.startswith("Patient/"):
        found[ref[8:]] = None


def terms(resource: dict[str, Any]) -> set[str]:
    """Return the search keys of a resource, each "Type|param|value"."""
    kind = resource["resourceType"]
    found: set[str] = set()
    for element, value in resource.items():
        if param := TOKENS.get(element):
            found.update(f"{kind}|{param}|{token}" for item in _all(value) for token in _tokens(item))
        if (param := REFERENCES.get(element)) and not isinstance(value, str):
            found.update(f"{kind}|{param}|{ref}" for item in _all(value) if (ref := reference(item)))
    for value in _all(resource.get("participant")):
        if isinstance(value, dict) and (ref := reference(value.get("actor"))):
            found.add(f"{kind}|actor|{ref}")
    for value in _all((resource.get("meta") or {}).get("tag")):
        found.update(f"{kind}|_tag|{token}" for token in _tokens(value))
    if kind in PAPERS:
        found.update(f"Binary|of|{binary}" for binary in binaries(resource))
    return found


def first_terms(resource: dict[str, Any]) -> set[str]:
    """Return only the keys of FIRST parameters: what a whole world is given when it is put in."""
    kind = resource["resourceType"]
    found = {f"{kind}|identifier|{token}" for item in _all(resource.get("identifier")) for token in _tokens(item)}
    if isinstance(status := resource.get("status"), str):
        found.add(f"{kind}|status|{status}")
    for element in ("slot", "schedule", "appointment", "actor"):
        if element in resource:
            found.update(f"{kind}|{element}|{ref}" for item in _all(resource[element]) if (ref := reference(item)))
    if kind == "Appointment":
        for value in _all(resource.get("participant")):
            if isinstance(value, dict) and (ref := reference(value.get("actor"))):
                found.add(f"{kind}|actor|{ref}")
    if kind in PAPERS:
        found.update(f"Binary|of|{binary}" for binary in binaries(resource))
    return found


def binaries(resource: dict[str, Any]) -> Iterator[str]:
    """Yield the ids of the Binary resources that a document, a report or a request points at."""
    papers = [(content or {}).get("attachment") for content in _all(resource.get("content"))]
    papers += [(each or {}).get("valueAttachment") for name in ("input", "output") for each in _all(resource.get(name))]
    for one in (*papers, *_all(resource.get("presentedForm"))):
        url = (one or {}).get("url")
        if isinstance(url, str) and "Binary/" in url:
            yield url.rpartition("Binary/")[2]


def _tokens(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for coding in _all(value.get("coding")):
            yield from _tokens(coding)
        code = value.get("code", value.get("value"))
        if isinstance(code, str):
            yield code
            yield f"{value.get('system', '')}|{code}"


def when(resource: dict[str, Any]) -> tuple[int | None, int | None]:
    """Return the first and last *millisecond* that the resource is about; (None, None) when it says none."""
    for key in DATES:
        value = resource.get(key)
        try:
            if isinstance(value, str):
                return text.span(value)
            if isinstance(value, dict) and (value.get("start") or value.get("end")):
                low = text.span(value["start"])[0] if value.get("start") else -_OPEN_END
                return low, text.span(value["end"])[1] if value.get("end") else _OPEN_END
        except (ValueError, TypeError):
            return None, None
    return None, None
