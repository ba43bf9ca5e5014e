"""Clinics, doctors, insurers and their services: what every family shares.

Owns Organization, Location, Practitioner, PractitionerRole and HealthcareService. Free time is in `slots`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from desktop.demo.families.codes import (
    CATALOGUE,
    EXT,
    HL7,
    POST,
    SPECIALTY,
    Json,
    coding,
    concept,
    ext,
    identifier,
    ref,
)
from desktop.demo.families.dates import clock_time
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.tables import specialties, table

_DAYS: Final = {
    "mon-fri": ["mon", "tue", "wed", "thu", "fri"],
    "mon-sun": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "sat": ["sat"],
    "sun": ["sun"],
}


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic as the other modules need it."""

    key: str
    organization: str
    location: str
    name: str
    short: str
    address: str
    phone: str
    oid: str

    @property
    def ref(self) -> Json:
        """Refer to the clinic's Organization."""
        return ref(self.organization, self.short)

    @property
    def place(self) -> Json:
        """Refer to the clinic's Location."""
        return ref(self.location, self.short)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor as the other modules need one."""

    key: str
    practitioner: str
    role: str
    name: str
    initials: str
    post: str
    specialty: Json
    service: Json
    clinic: Clinic
    room: str
    floor: int
    minutes: int

    @property
    def ref(self) -> Json:
        """Refer to the doctor as a person."""
        return ref(self.practitioner, self.initials)

    @property
    def role_ref(self) -> Json:
        """Refer to the doctor in the post they hold."""
        return ref(self.role, f"{self.initials}, {self.post}")


@dataclass(slots=True)
class Places:
    """Every shared participant, by key."""

    clinics: dict[str, Clinic] = field(default_factory=dict)
    doctors: dict[str, Doctor] = field(default_factory=dict)
    insurers: dict[str, Json] = field(default_factory=dict)


def initials(name: str) -> str:
    """Shorten a name: «Гусев А. В.»."""
    surname, given, *rest = name.split()
    return " ".join([surname, *(f"{part[0]}." for part in (given, *rest))])


def human_name(name: str, *, use: str = "official") -> Json:
    """Make a HumanName of surname, given name and patronymic."""
    surname, *given = name.split()
    return {"use": use, "text": name, "family": surname, "given": given}


def sentence(words: str) -> str:
    """Begin with a capital letter and leave the rest: «Врач УЗИ», «ЛОР»."""
    return words[:1].upper() + words[1:]


def post_title(specialty: str) -> str:
    """Name a doctor in everyday words: «кардиолог»."""
    words = {
        "therapist": "терапевт", "pediatrician": "педиатр", "ophthalmologist": "окулист", "dentist": "стоматолог",
        "child_dentist": "детский стоматолог", "gynecologist": "гинеколог", "orthopedist": "ортопед",
        "ultrasound": "врач УЗИ", "functional": "врач функциональной диагностики", "ent": "ЛОР",
    }
    display: str = specialties()[specialty]["post"]["display"]
    return words.get(specialty) or display.removeprefix("Врач-").removeprefix("Врач ").removeprefix("- ").lower()


def build_places(ledger: Ledger) -> Places:
    """Write the town of the story, the region's other clinics, the doctors and the insurers."""
    places = Places()
    since = clock_time(ledger.calendar.day("2023-01-10"), "3:00")
    town = table("town")
    for row in town["insurers"]:
        places.insurers[row["key"]] = _insurer(ledger, row, since)
    for row in town["clinics"]:
        places.clinics[row["id"]] = _clinic(ledger, _placed(row, town), since)
    for row in table("clinics")["clinics"]:
        places.clinics[row["id"]] = _clinic(ledger, row, since)
    for row in town["doctors"]:
        places.doctors[row["key"]] = _doctor(ledger, places, row, since)
    return places


def _placed(row: Json, town: Json) -> Json:
    east, north = row["bearing"]
    scale = row["km"] / math.hypot(east, north)
    lat = town["home"]["lat"] + north * scale / 111.2
    lon = town["home"]["lon"] + east * scale / (111.2 * math.cos(math.radians(town["home"]["lat"])))
    address = f"Московская область, г. {town['town']}, {row['street']}"
    return row | {"town": town["town"], "address": address, "lat": round(lat, 5), "lon": round(lon, 5)}


def _insurer(ledger: Ledger, row: Json, since: datetime) -> Json:
    body = {
        "active": True,
        "type": [concept("Страховая медицинская организация", coding(HL7 + "organization-type", "ins"))],
        "name": row["name"],
        "telecom": [{"system": "phone", "value": row["phone"]}],
        "address": [{"text": row["address"], "country": "RU"}],
    }
    return ref(ledger.add("Organization", since, body), row["name"])


def _clinic(ledger: Ledger, row: Json, since: datetime) -> Clinic:
    kind = concept(row["kind_ru"], coding(HL7 + "organization-type", "prov"), coding(CATALOGUE, row["kind"]))
    address = {
        "use": "work", "text": row["address"], "line": [row.get("street") or row["address"].split(", ", 2)[-1]],
        "city": row["town"], "state": "Московская область", "country": "RU",
    }
    phone = [{"system": "phone", "value": row["phone"], "use": "work"}]
    extra = [ext("rating", "Decimal", row["rating"]), ext("ratings-count", "Integer", row["ratings"])]
    if row.get("house_call_until"):
        extra.append(ext("booking-until", "Time", row["house_call_until"] + ":00"))
    organization = ledger.add("Organization", since, {
        "extension": extra,
        "identifier": [identifier("urn:ietf:rfc:3986", "urn:oid:" + row["oid"], use="official")],
        "active": True, "type": [kind], "name": row["name"], "alias": [row["short"]], "telecom": phone,
        "address": [address],
    })
    location = ledger.add("Location", since, {
        "status": "active", "name": row["short"], "mode": "instance",
        "type": [kind], "telecom": phone, "address": address,
        "physicalType": concept("Здание", coding(HL7 + "location-physical-type", "bu")),
        "position": {"longitude": row["lon"], "latitude": row["lat"]},
        "managingOrganization": ref(organization, row["short"]),
        "hoursOfOperation": _hours(row["hours"]),
    })
    ledger.add("HealthcareService", since, _service_of_clinic(row, organization, location))
    return Clinic(
        row["id"], organization, location, row["name"], row["short"], row["address"], row["phone"], row["oid"],
    )


def _hours(hours: dict[str, Any]) -> list[Json]:
    rows: list[Json] = []
    for key, span in hours.items():
        if not span or key not in _DAYS:
            continue
        if span == "00:00-24:00":
            rows.append({"daysOfWeek": _DAYS[key], "allDay": True})
        else:
            opens, closes = span.split("-")
            rows.append({"daysOfWeek": _DAYS[key], "openingTime": opens + ":00", "closingTime": closes + ":00"})
    return rows


def _service_of_clinic(row: Json, organization: str, location: str) -> Json:
    keys = row.get("specialties") or sorted(
        {doctor["specialty"] for doctor in table("town")["doctors"] if doctor["clinic"] == row["id"]}
    )
    return {
        "active": True,
        "providedBy": ref(organization, row["short"]),
        "category": [concept("Приём по полису ОМС", coding(CATALOGUE, "visit"))],
        "type": [concept("Приём врачей-специалистов")],
        "specialty": [specialty_concept(key) for key in keys],
        "location": [ref(location, row["short"])],
        "name": f"Приём врачей: {row['short']}",
        "telecom": [{"system": "phone", "value": row["phone"]}],
        "appointmentRequired": True,
    }


def specialty_concept(key: str) -> Json:
    """Make the concept of a specialty, or of a post where there is no specialty (a feldsher)."""
    row = specialties()[key]
    codings = [coding(POST, row["post"]["code"], row["post"]["display"])]
    if row["specialty"]:
        codings.insert(0, coding(SPECIALTY, row["specialty"]["code"], row["specialty"]["display"]))
    return concept(sentence(post_title(key)), *codings)


def _doctor(ledger: Ledger, places: Places, row: Json, since: datetime) -> Doctor:
    clinic = places.clinics[row["clinic"]]
    title = post_title(row["specialty"])
    practitioner = ledger.add("Practitioner", since, {
        "identifier": [identifier("https://portal.medkarta.example/numbers/staff", f"90{len(places.doctors) + 1:04}")],
        "active": True, "name": [human_name(row["name"])], "gender": row["sex"],
        "qualification": [{
            "code": concept("Высшее медицинское образование" if row["specialty"] != "feldsher" else "Лечебное дело"),
            "period": {"start": f"{row['since'] + ledger.today.year - 2026}"},
        }],
    })
    specialty = specialty_concept(row["specialty"])
    service = ledger.add("HealthcareService", since, {
        "active": True, "providedBy": clinic.ref,
        "category": [concept("Приём врача", coding(CATALOGUE, "visit"))],
        "type": [concept(f"Приём: {title}", coding(CATALOGUE, f"visit-{row['specialty']}"))],
        "specialty": [specialty], "location": [clinic.place],
        "name": f"{sentence(title)}, первичный приём",
        "comment": "Первичный приём, 20 минут, по ОМС",
        "serviceProvisionCode": [concept("Бесплатно по полису ОМС")],
        "appointmentRequired": True,
    })
    role = ledger.add("PractitionerRole", since, {
        "extension": [{"url": EXT + "rating", "valueDecimal": row["rating"]}],
        "active": True, "practitioner": ref(practitioner, row["name"]), "organization": clinic.ref,
        "code": [concept(sentence(title), specialty["coding"][-1])], "specialty": [specialty],
        "location": [ref(clinic.location, f"{clinic.short}, {row['floor']} этаж, кабинет {row['room']}")],
        "healthcareService": [ref(service)],
    })
    return Doctor(
        row["key"], practitioner, role, row["name"], initials(row["name"]), title, specialty, ref(service), clinic,
        row["room"], row["floor"], 20,
    )
