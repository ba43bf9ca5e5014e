"""People and their policies, as facts: names, age, relation to the holder, the standing of a policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Relation = Literal["self", "child", "parent", "spouse", "other"]
Standing = Literal["verified", "checking", "unverified"]
COMES_OF_AGE_YEARS: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One patient as the portal writes them."""

    patient_id: str
    family: str
    given: str
    middle: str
    birth_date: date | None
    gender: str
    policy_number: str
    snils: str
    phone: str
    email: str
    address: str
    district_doctor: str
    clinic: str

    @property
    def initials(self) -> str:
        """Return two letters for the avatar."""
        return (self.given[:1] + self.family[:1]).upper() or "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One insurance policy. `standing` is the portal's word: in force, being checked, or not confirmed."""

    id: str
    number: str
    kind: str
    insurer: str
    insurer_id: str
    standing: Standing
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Where a person is attached: the clinic, the district and its doctor."""

    id: str
    clinic: str
    clinic_id: str
    district: str
    doctor: str
    since: date | None
    status: str


def tail(number: str) -> str:
    """Return the last four digits of a policy number, which is all that is shown unasked."""
    only = "".join(sign for sign in number if sign.isdigit())
    return only[-4:]
