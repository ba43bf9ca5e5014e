"""What the page of policies reads beyond people and policies: papers, the policy's form, consents and their ends.

*Source*: HL7 FHIR R4 Patient.identifier, Coverage.class, Consent.provision; number systems of the Russian guides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from desktop.record.fhir import read

_PAPERS: Final = ("passport", "identity-document", "birth-certificate", "passport-rf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One Consent. `is_access` opens the record to a relative; else it is the person's word to the clinics."""

    is_access: bool
    is_active: bool
    is_refusal: bool
    given_on: date | None
    until: date | None


def paper(patient: Mapping[str, Any]) -> str:
    """Return the number of the identity document that the portal holds, or nothing."""
    for one in read.each(patient, "identifier"):
        if read.text(one, "system").lower().rstrip("/").rsplit("/", 1)[-1] in _PAPERS:
            return read.text(one, "value")
    return ""


def region(patient: Mapping[str, Any]) -> str:
    """Return the region in which a person lives, by whatever address names one."""
    return next((found for one in read.each(patient, "address") if (found := read.text(one, "state"))), "")


def addresses(patient: Mapping[str, Any]) -> tuple[str, str]:
    """Return the address of registration and that of stay; one address of both kinds is the first."""
    home, stay = "", ""
    for one in read.each(patient, "address"):
        words = read.text(one, "text")
        if read.text(one, "use") == "temp" or (home and not stay):
            stay = stay or words
        else:
            home = home or words
    return home, stay


def policy_form(coverage: Mapping[str, Any]) -> str:
    """Return the portal's words for the form of a policy: digital, paper."""
    return next((read.text(one, "name") or read.text(one, "value") for one in read.each(coverage, "class")), "")


def permission(consent: Mapping[str, Any]) -> Permission:
    """Read a Consent."""
    codes = {code for _, code in read.codes(consent, "scope")}
    actor = read.reference(consent, "provision", "actor", 0, "reference")[0]
    return Permission(
        is_access=actor == "RelatedPerson" and "treatment" not in codes,
        is_active=read.text(consent, "status") == "active",
        is_refusal=read.text(consent, "provision", "type") == "deny" or read.code(consent, "policyRule") == "OPTOUT",
        given_on=read.day(consent.get("dateTime")),
        until=read.day(read.obj(consent, "provision", "period", "end")),
    )
