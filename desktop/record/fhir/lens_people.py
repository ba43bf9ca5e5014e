"""Patient, RelatedPerson, Coverage, EpisodeOfCare → people.

*Source*: HL7 FHIR R4; v3 RoleCode; OMS number systems of the Russian guides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from desktop.record.fhir import read
from desktop.record.people import Attachment, Person, Policy, Relation, Standing

OMS_SYSTEMS: Final = ("ig/core/systems/oms",)
_SNILS: Final = "ig/core/systems/snils"
# The relative's role as seen from the patient: the mother of X holds the record, so X is her child.
_RELATIONS: Final[Mapping[str, Relation]] = {
    **dict.fromkeys(("MTH", "FTH", "PRN", "NMTH", "NFTH", "GUARD", "STPMTH", "STPFTH"), "child"),
    **dict.fromkeys(("DAUC", "SONC", "CHILD", "DAU", "SON", "NCHILD"), "parent"),
    **dict.fromkeys(("SPS", "WIFE", "HUSB", "DOMPART"), "spouse"),
}


def person(patient: Mapping[str, Any]) -> Person:
    """Read a Patient."""
    names = list(read.each(patient, "name"))
    name = next((one for one in names if one.get("use") == "official"), names[0] if names else {})
    given = (
        [part for part in (read.obj(name, "given") or []) if isinstance(part, str)]
        if isinstance(read.obj(name, "given"), list)
        else []
    )
    family = read.text(name, "family")
    if not family and not given:
        words = read.text(name, "text").split()
        family, given = (words[0] if words else ""), words[1:]
    return Person(
        patient_id=read.text(patient, "id"),
        family=family,
        given=given[0] if given else "",
        middle=" ".join(given[1:]),
        birth_date=read.day(patient.get("birthDate")),
        gender=read.text(patient, "gender"),
        policy_number=_identifier(patient, OMS_SYSTEMS),
        snils=_identifier(patient, (_SNILS,)),
        phone=_telecom(patient, "phone"),
        email=_telecom(patient, "email"),
        address=read.text(patient, "address", 0, "text"),
        district_doctor=_practitioner(patient),
        clinic=read.display(patient, "managingOrganization"),
    )


def relation(related: Mapping[str, Any]) -> tuple[str, Relation]:
    """Read a RelatedPerson: (the patient's id, what the patient is to the holder)."""
    known = [_RELATIONS[code] for _, code in read.codes(related, "relationship") if code in _RELATIONS]
    found: Relation = known[0] if known else "other"
    return read.reference(related, "patient")[1], found


def policy(coverage: Mapping[str, Any]) -> Policy:
    """Read a Coverage. A policy in force with an official number is verified; a draft is being checked."""
    number = (
        _identifier(coverage, OMS_SYSTEMS)
        or read.text(coverage, "subscriberId")
        or read.text(coverage, "identifier", 0, "value")
    )
    is_official = any(one.get("use") == "official" for one in read.each(coverage, "identifier"))
    status = read.text(coverage, "status")
    standing: Standing = (
        "verified"
        if status == "active" and (is_official or not number)
        else "checking"
        if status in ("draft", "active")
        else "unverified"
    )
    return Policy(
        id=read.text(coverage, "id"),
        number=number,
        kind=read.concept(coverage, "type"),
        insurer=read.display(coverage, "payor", 0),
        insurer_id=read.reference(coverage, "payor", 0)[1],
        standing=standing,
        since=read.day(read.obj(coverage, "period", "start")),
        until=read.day(read.obj(coverage, "period", "end")),
    )


def attachment(episode: Mapping[str, Any]) -> Attachment:
    """Read an EpisodeOfCare of attachment."""
    district = read.extension(episode, "district")
    return Attachment(
        id=read.text(episode, "id"),
        clinic=read.display(episode, "managingOrganization"),
        clinic_id=read.reference(episode, "managingOrganization")[1],
        district=district if isinstance(district, str) else "",
        doctor=read.display(episode, "careManager"),
        since=read.day(read.obj(episode, "period", "start")),
        status=read.text(episode, "status"),
    )


def _identifier(resource: Mapping[str, Any], systems: tuple[str, ...]) -> str:
    for one in read.each(resource, "identifier"):
        system = read.text(one, "system").lower()
        if any(system.endswith(known) for known in systems):
            return read.text(one, "value")
    return ""


def _telecom(patient: Mapping[str, Any], system: str) -> str:
    return next((read.text(one, "value") for one in read.each(patient, "telecom") if one.get("system") == system), "")


def _practitioner(patient: Mapping[str, Any]) -> str:
    for one in read.each(patient, "generalPractitioner"):
        if read.reference(one)[0] in ("Practitioner", "PractitionerRole"):
            return read.display(one)
    return ""
