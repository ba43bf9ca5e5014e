"""The invented family: who they are, their policies, where they are attached, who may open whose record.

Owns Patient, RelatedPerson, Coverage, EpisodeOfCare (attachment), Consent and the portal account.

For the reader on the other side of the wire:
- a policy is Coverage `active`; **verified** is `identifier.use = official`, still being checked is `temp`;
  its form is `Coverage.class` (type `policy-form`, value `digital` | `paper`);
- the attachment is an EpisodeOfCare `active` of type `attachment`, the district's number in the extension `district`,
  the doctor in `careManager`; Patient.generalPractitioner repeats doctor and clinic;
- the account holder stands beside a child's or a parent's Patient as RelatedPerson (`relationship` says who the holder
  is to that person: мать, дочь) and her own Patient links to those by `Patient.link` (`seealso`);
- an adult's record is opened by a Consent whose `provision.actor` is that RelatedPerson.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop.demo.families import codes
from desktop.demo.families.codes import HL7, Json, coding, concept, ext, identifier, ref
from desktop.demo.families.dates import age_months, clock_time, moment, months_after
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.numbers import enp, phone, snils
from desktop.demo.families.places import Clinic, Doctor, Places, human_name, initials
from desktop.demo.world import Account


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the family as the other modules need one."""

    key: str
    id: str
    name: str
    born: date
    sex: str
    enp: str
    snils: str
    doctor: Doctor
    clinic: Clinic
    address: str
    coverage: str

    @property
    def ref(self) -> Json:
        """Refer to the person's Patient."""
        return ref(f"Patient/{self.id}", self.name)

    @property
    def reference(self) -> str:
        """Give the literal reference to the person's Patient."""
        return f"Patient/{self.id}"

    @property
    def initials(self) -> str:
        """Shorten the name: «Орлова Н. С.»."""
        return initials(self.name)

    def months(self, day: date) -> int:
        """Count completed months of life on a day."""
        return age_months(self.born, day)


@dataclass(frozen=True, slots=True)
class _Told:
    key: str
    name: str
    born: str
    sex: str
    snils: str
    ending: str
    doctor: str
    district: str
    district_kind: str
    document: str
    verified: bool = True
    form: str = "digital"
    email: str | None = None
    kin: tuple[str, str, str, str] | None = None  # НСИ 99.2.14 code and display, v3 role code, words
    address: str = "Московская область, г. Зареченск, ул. Речная, 11, кв. 42"


_FAMILY: Final = (
    _Told("natalya", "Орлова Наталья Сергеевна", "1985-03-12", "female", "000912345", "4417", "belyakova", "14",
          "терапевтический участок", "00 00 120385", email="n.orlova@pochta.example"),
    _Told("timofey", "Орлов Тимофей Павлович", "2016-08-24", "male", "000912346", "2086", "lapina", "6",
          "педиатрический участок", "I-ЗР № 000248", kin=("1", "Мать", "MTH", "мать")),
    _Told("varvara", "Орлова Варвара Павловна", "2022-06-08", "female", "000912347", "7730", "lapina", "6",
          "педиатрический участок", "I-ЗР № 000608", kin=("1", "Мать", "MTH", "мать")),
    _Told("lyudmila", "Киселёва Людмила Николаевна", "1953-11-30", "female", "000912348", "9053", "belyakova", "14",
          "терапевтический участок", "00 00 301153", verified=False, form="paper",
          kin=("4", "Уполномоченное лицо", "DAUC", "дочь"),
          address="Московская область, г. Зареченск, ул. Речная, 3, кв. 17"),
    _Told("pavel", "Орлов Павел Николаевич", "1983-10-02", "male", "000912349", "6158", "belyakova", "14",
          "терапевтический участок", "00 00 021083", kin=("4", "Уполномоченное лицо", "WIFE", "жена")),
    _Told("sergey", "Киселёв Сергей Алексеевич", "1951-02-17", "male", "000912350", "3341", "belyakova", "14",
          "терапевтический участок", "00 00 170251", form="paper", kin=("4", "Уполномоченное лицо", "DAUC", "дочь"),
          address="Московская область, г. Зареченск, ул. Речная, 3, кв. 17"),
)

_OWN_ACCOUNT: Final = ("pavel",)


def build_family(ledger: Ledger, places: Places, *, keys: tuple[str, ...]) -> dict[str, Person]:
    """Write the members of the family named by `keys`, the account holder first."""
    people: dict[str, Person] = {}
    links: list[Json] = []
    for told in _FAMILY:
        if told.key in keys:
            people[told.key] = _person(ledger, places, told)
    holder = people["natalya"]
    for told in _FAMILY:
        if told.kin and told.key in people:
            links.append(_relation(ledger, people[told.key], holder, told))
    for told in _FAMILY:
        if told.key in people:
            _patient(ledger, people[told.key], told, links=links if told.key == "natalya" else [])
            _coverage(ledger, places, people[told.key], told)
            _attachment(ledger, people[told.key], told)
            _card_consent(ledger, people[told.key])
    ledger.accounts.append(Account(
        login_phone="+70000504417", login_email="n.orlova@pochta.example", password="zarechensk-2026",
        name=holder.name, person=holder.id, grants=tuple(person.id for person in people.values()),
        asked=tuple(people[key].id for key in _OWN_ACCOUNT if key in people),
    ))
    return people


def _person(ledger: Ledger, places: Places, told: _Told) -> Person:
    doctor = places.doctors[told.doctor]
    return Person(
        told.key, ledger.new_id(), told.name, ledger.calendar.born(told.born), told.sex,
        enp(ledger.rng, ending=told.ending), snils(told.snils), doctor, doctor.clinic, told.address,
        f"Coverage/{ledger.new_id()}",
    )


def _patient(ledger: Ledger, person: Person, told: _Told, *, links: list[Json]) -> None:
    child = person.months(ledger.today) < 14 * 12
    system = codes.BIRTH_CERTIFICATE if child else codes.PASSPORT
    telecom: list[Json] = []
    if not child:
        number = "+70000504417" if told.email else phone(ledger.rng)
        telecom.append({"system": "phone", "value": number, "use": "mobile", "rank": 1})
    if told.email:
        telecom.append({"system": "email", "value": told.email, "use": "home"})
    body: Json = {
        "identifier": [
            identifier(codes.OMS, person.enp, use="official" if told.verified else "temp", kind="SB"),
            identifier(codes.SNILS, person.snils, use="official", kind="SB"),
            identifier(system, told.document, use="official"),
        ],
        "active": True,
        "name": [human_name(person.name)],
        "gender": person.sex,
        "birthDate": person.born.isoformat(),
        "address": [
            {"use": "home", "type": "both", "text": person.address, "city": "Зареченск",
             "state": "Московская область", "country": "RU", "line": [person.address.split("г. Зареченск, ")[1]]},
        ],
        "generalPractitioner": [person.doctor.role_ref, person.clinic.ref],
        "managingOrganization": person.clinic.ref,
        "communication": [{"language": concept("русский", coding("urn:ietf:bcp:47", "ru")), "preferred": True}],
    }
    if telecom:
        body["telecom"] = telecom
    if links:
        body["link"] = links
    ledger.add("Patient", ledger.calendar.at("2023-02-01 9:00"), body, id=person.id)


def _relation(ledger: Ledger, person: Person, holder: Person, told: _Told) -> Json:
    assert told.kin is not None
    number, title, role, words = told.kin
    seen = ledger.calendar.at("2023-02-01 9:05")
    relation = ledger.add("RelatedPerson", seen, {
        "identifier": [identifier(codes.SNILS, holder.snils, use="official", kind="SB")],
        "active": True,
        "patient": person.ref,
        "relationship": [
            concept(words.capitalize(), coding(codes.ROLE, role), coding(codes.KINSHIP, number, title)),
        ],
        "name": [human_name(holder.name)],
        "gender": holder.sex,
        "birthDate": holder.born.isoformat(),
        "period": {"start": max(person.born, ledger.calendar.day("2023-02-01")).isoformat()},
    })
    adult = person.months(ledger.today) >= 18 * 12
    text = "Доверенность на доступ к медицинской карте" if adult else "Доступ законного представителя"
    start = ledger.calendar.day("2025-09-01") if adult else person.born
    ledger.add("Consent", ledger.calendar.at("2025-09-01 12:00"), {
        "status": "active",
        "scope": concept("Доступ к данным", coding(HL7 + "consentscope", "patient-privacy")),
        "category": [concept(text, coding("http://loinc.org", "59284-0"))],
        "patient": person.ref,
        "dateTime": moment(clock_time(max(start, ledger.calendar.day("2023-02-01")), "12:00")),
        "performer": [person.ref if adult else ref(relation, holder.name)],
        "organization": [person.clinic.ref],
        "policyRule": concept("Согласие на доступ представителя", coding(codes.ACT, "OPTIN")),
        "provision": {
            "type": "permit",
            "period": {"start": start.isoformat(), "end": (
                ledger.calendar.day("2028-08-31") if adult else months_after(person.born, 18 * 12)
            ).isoformat()},
            "actor": [{
                "role": concept("Представитель", coding(codes.ROLE, "DELEGATEE")),
                "reference": ref(relation, holder.name),
            }],
            "action": [concept("Просмотр и запись к врачу", coding(HL7 + "consentaction", "access"))],
        },
    })
    return {"other": ref(relation, person.name), "type": "seealso"}


def _card_consent(ledger: Ledger, person: Person) -> None:
    given = ledger.calendar.at("2023-02-01 9:12")
    ledger.add("Consent", given, {
        "status": "active",
        "scope": concept("Лечение", coding(HL7 + "consentscope", "treatment")),
        "category": [concept("Ведение электронной медицинской карты", coding(codes.CATALOGUE, "record"))],
        "patient": person.ref, "dateTime": moment(given), "performer": [person.ref], "organization": [person.clinic.ref],
        "policyRule": concept("Согласие дано", coding(codes.ACT, "OPTIN")),
        "provision": {"type": "permit", "period": {"start": given.date().isoformat()}},
    })


def _coverage(ledger: Ledger, places: Places, person: Person, told: _Told) -> None:
    insurer = places.insurers["zarechye"]
    words = {"digital": "Цифровой полис", "paper": "Бумажный полис"}[told.form]
    ledger.add("Coverage", ledger.calendar.at("2024-02-11 10:00"), {
        "identifier": [identifier(codes.OMS, person.enp, use="official" if told.verified else "temp", kind="SB")],
        "status": "active",
        "type": concept("Полис ОМС единого образца", coding(codes.POLICY_KIND, "3", "Полис ОМС единого образца")),
        "subscriber": person.ref,
        "beneficiary": person.ref,
        "relationship": concept("Застрахованный", coding(HL7 + "subscriber-relationship", "self")),
        "period": {"start": max(person.born, ledger.calendar.day("2024-02-10")).isoformat()},
        "payor": [insurer],
        "class": [{
            "type": concept("Форма полиса", coding(codes.CATALOGUE, "policy-form")), "value": told.form, "name": words,
        }],
    }, id=person.coverage.split("/")[1])


def _attachment(ledger: Ledger, person: Person, told: _Told) -> None:
    start = max(person.born, ledger.calendar.day("2021-09-01"))
    ledger.add("EpisodeOfCare", ledger.calendar.at("2024-03-01 10:00"), {
        "extension": [ext("district", "String", told.district), ext("district-kind", "String", told.district_kind)],
        "identifier": [identifier(codes.NUMBER + "attachment", f"{person.clinic.key}-{told.district}-{told.ending}")],
        "status": "active",
        "statusHistory": [{"status": "active", "period": {"start": start.isoformat()}}],
        "type": [concept("Прикрепление к поликлинике", coding(codes.CATALOGUE, "attachment"))],
        "patient": person.ref,
        "managingOrganization": person.clinic.ref,
        "period": {"start": start.isoformat()},
        "careManager": ref(person.doctor.practitioner, f"{person.doctor.initials}, {person.doctor.post}"),
    })
