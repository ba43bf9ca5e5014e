"""Location, Organization, PractitionerRole, Practitioner, HealthcareService → record/clinics and record/services. *Source*: HL7 FHIR R4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from desktop.record import clinics
from desktop.record.fhir import read

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One HealthcareService as it stands: who gives it, what it is, what the portal says of its price and its terms."""

    id: str
    title: str
    clinic: str
    organization_id: str
    locations: tuple[str, ...]
    category: str
    specialties: tuple[str, ...]
    detail: str
    price: str
    needs_booking: bool


def hours(resource: Resource) -> tuple[clinics.Hours, ...]:
    """Read Location.hoursOfOperation."""
    found = []
    for one in read.each(resource, "hoursOfOperation"):
        named = read.obj(one, "daysOfWeek")
        days = tuple(clinics.WEEKDAYS[day] for day in named or [] if isinstance(day, str) and day in clinics.WEEKDAYS)
        if read.obj(one, "allDay") is True:
            found.append(clinics.Hours(days=days, opens_s=0, closes_s=24 * 3600))
            continue
        opens, closes = clinics.seconds(read.text(one, "openingTime")), clinics.seconds(read.text(one, "closingTime"))
        if opens is not None and closes is not None:
            found.append(clinics.Hours(days=days, opens_s=opens, closes_s=closes))
    return tuple(found)


def doctor(role: Resource, person: Resource) -> clinics.Doctor:
    """Read a PractitionerRole with its Practitioner."""
    rating = read.number({"it": read.extension(role, "rating")}, "it")
    since = read.day(read.obj(person, "qualification", 0, "period", "start"))
    return clinics.Doctor(
        id=read.text(role, "id"),
        doctor_id=read.reference(role, "practitioner")[1],
        name=read.display(role, "practitioner") or read.text(person, "name", 0, "text"),
        title=read.concept(role, "code") or read.concept(role, "specialty"),
        qualification=read.concept(person, "qualification", 0, "code"),
        since_year=since.year if since else None,
        rating=rating,
        place=read.display(role, "location", 0),
    )


def offer(resource: Resource) -> Offer:
    """Read a HealthcareService."""
    return Offer(
        id=read.text(resource, "id"),
        title=read.text(resource, "name") or read.concept(resource, "type") or read.concept(resource, "category"),
        clinic=read.display(resource, "providedBy"),
        organization_id=read.reference(resource, "providedBy")[1],
        locations=tuple(read.reference(one)[1] for one in read.each(resource, "location")),
        category=read.concept(resource, "category"),
        specialties=tuple(read.concept(one) for one in read.each(resource, "specialty")),
        detail=read.text(resource, "comment") or read.text(resource, "extraDetails"),
        price=read.concept(resource, "serviceProvisionCode"),
        needs_booking=read.obj(resource, "appointmentRequired") is True,
    )


def clinic(
    location: Resource, organization: Resource, *, doctors: Iterable[clinics.Doctor], offers: Iterable[Offer]
) -> clinics.Clinic:
    """Read a Location with what belongs to it."""
    given = tuple(offers)
    here = tuple(doctors)
    codes = [code for _, code in read.codes(location, "type")]
    ratings = read.extension(organization, "ratings-count")
    rating = read.extension(organization, "rating") or read.extension(location, "rating")
    named = [word for one in given for word in one.specialties] + [one.title for one in here]
    return clinics.Clinic(
        id=read.text(location, "id"),
        organization_id=read.reference(location, "managingOrganization")[1],
        name=read.text(location, "name") or read.text(organization, "name"),
        full_name=read.text(organization, "name") or read.text(location, "name"),
        kind=codes[-1] if codes else "",
        kind_words=read.concept(location, "type"),
        address=read.text(location, "address", "text"),
        street=read.text(location, "address", "line", 0) or read.text(location, "address", "text"),
        town=read.text(location, "address", "city"),
        region=read.text(location, "address", "state"),
        phone=read.text(location, "telecom", 0, "value"),
        latitude=read.number(location, "position", "latitude"),
        longitude=read.number(location, "position", "longitude"),
        hours=hours(location),
        rating=read.number({"it": rating}, "it"),
        ratings=ratings if isinstance(ratings, int) else 0,
        specialties=tuple(dict.fromkeys(word for word in named if word)),
        services=tuple(dict.fromkeys(one.title for one in given if one.title)),
        doctors=tuple(sorted(here, key=lambda one: (one.title, one.name))),
        takes_policy=any("омс" in f"{one.category} {one.price} {one.detail}".casefold().split() for one in given),
    )
