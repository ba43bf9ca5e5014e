"""What is known of each person's health: illnesses, allergies, blood group, standing medicines.

Owns Condition, AllergyIntolerance, MedicationStatement and the blood group Observations.
"""

from __future__ import annotations

from typing import Final

from desktop.demo.families.codes import BLOOD, HL7, ICD10, LOINC, Json, coding, concept
from desktop.demo.families.dates import moment
from desktop.demo.families.labs import LAB
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.medicines import DRUGS, drug_concept
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

# person | ICD-10 | words | clinical status | since | doctor
_ILLNESSES: Final = (
    "natalya|I10|Гипертоническая болезнь I стадии, степень 1, риск 2|active|2026-04-27|gusev",
    "natalya|E03.9|Гипотиреоз, медикаментозная компенсация|active|2023-09-12|kuzmina",
    "natalya|I34.1|Пролапс митрального клапана первой степени|active|2026-04-22|gusev",
    "natalya|D50.9|Железодефицитная анемия лёгкой степени|active|2026-05-13|belyakova",
    "natalya|J03.9|Острый тонзиллит|resolved|2024-02-06|morozova",
    "timofey|H52.1|Миопия слабой степени|active|2025-11-20|sokolova",
    "timofey|J06.9|Острая респираторная инфекция|resolved|2026-03-09|lapina",
    "varvara|L20.8|Атопический дерматит, ремиссия|remission|2023-11-14|lapina",
    "lyudmila|I11.9|Гипертоническая болезнь III стадии, риск 4|active|2019-03-12|belyakova",
    "lyudmila|I20.8|Стенокардия напряжения II функционального класса|active|2022-05-17|lebedeva",
    "lyudmila|I67.8|Хроническая ишемия мозга I стадии|active|2026-03-24|akhmetov",
    "lyudmila|H25.0|Возрастная катаракта, начальная стадия|active|2025-06-17|komarov",
    "lyudmila|R73.0|Нарушение толерантности к глюкозе|active|2024-04-09|belyakova",
)
# person | words | ATC or none | category | criticality | reaction | since
_ALLERGIES: Final = (
    "natalya|Пенициллин|J01CE|medication|high|Крапивница|1994-05-10",
    "timofey|Пыльца берёзы||environment|low|Насморк, зуд глаз в мае|2023-05-16",
    "varvara|Белок коровьего молока||food|low|Сыпь на щеках|2023-03-14",
    "lyudmila|Йодсодержащий контраст|V08A|medication|high|Отёк лица|2017-10-04",
)
_BLOOD: Final = {
    "natalya": (("102", "A(II)"), ("211", "Rh(D)+")), "timofey": (("102", "A(II)"), ("211", "Rh(D)+")),
    "varvara": (("101", "0(I)"), ("212", "Rh(D)−")), "lyudmila": (("104", "AB(IV)"), ("211", "Rh(D)+")),
    "pavel": (("103", "B(III)"), ("211", "Rh(D)+")), "sergey": (("101", "0(I)"), ("211", "Rh(D)+")),
}
_STANDING: Final = {
    "natalya": ("Бисопролол", "Левотироксин натрия", "Железа сульфат"), "timofey": ("Колекальциферол",),
    "varvara": ("Колекальциферол",),
    "lyudmila": ("Амлодипин", "Периндоприл", "Аторвастатин", "Ацетилсалициловая кислота"),
    "pavel": ("Омепразол",), "sergey": ("Амлодипин", "Аторвастатин"),
}
_SUBSTANCES: Final = "http://www.whocc.no/atc"


def build_care(ledger: Ledger, places: Places, people: dict[str, Person]) -> dict[tuple[str, str], str]:
    """Write the health summaries; give the conditions by (person key, ICD-10 code)."""
    conditions: dict[tuple[str, str], str] = {}
    for told in _ILLNESSES:
        key, icd, words, status, since, doctor = told.split("|")
        if key in people:
            conditions[(key, icd)] = _illness(ledger, places, people[key], (icd, words, status, since, doctor))
    for told in _ALLERGIES:
        key, *rest = told.split("|")
        if key in people:
            _allergy(ledger, people[key], rest)
    for key, person in people.items():
        _blood_group(ledger, person)
        for drug in _STANDING[key]:
            _standing(ledger, person, drug)
    return conditions


def _illness(ledger: Ledger, places: Places, person: Person, told: tuple[str, str, str, str, str]) -> str:
    icd, words, status, since, doctor = told
    onset = ledger.calendar.at(since + " 11:00")
    body: Json = {
        "clinicalStatus": concept(None, coding(HL7 + "condition-clinical", status)),
        "verificationStatus": concept(None, coding(HL7 + "condition-ver-status", "confirmed")),
        "category": [concept("Хроническое заболевание" if status == "active" else "Заболевание", coding(
            HL7 + "condition-category", "problem-list-item"))],
        "code": concept(words, coding(ICD10, icd)), "subject": person.ref,
        "onsetDateTime": moment(onset)[:10], "recordedDate": moment(onset), "recorder": places.doctors[doctor].ref,
        "asserter": places.doctors[doctor].ref,
    }
    if status == "resolved":
        body["abatementDateTime"] = moment(ledger.calendar.at(since + " 11:00"))[:10]
    return ledger.add("Condition", max(onset, ledger.calendar.at("2023-02-01 9:40")), body)


def _allergy(ledger: Ledger, person: Person, told: list[str]) -> None:
    words, atc, category, criticality, reaction, since = told
    onset = ledger.calendar.day(since)
    ledger.add("AllergyIntolerance", ledger.calendar.at("2023-06-06 10:00"), {
        "clinicalStatus": concept(None, coding(HL7 + "allergyintolerance-clinical", "active")),
        "verificationStatus": concept(None, coding(HL7 + "allergyintolerance-verification", "confirmed")),
        "type": "allergy", "category": [category], "criticality": criticality,
        "code": concept(words, coding(_SUBSTANCES, atc)) if atc else concept(words),
        "patient": person.ref, "onsetDateTime": onset.isoformat(),
        "recordedDate": moment(ledger.calendar.at("2023-06-06 10:00")), "recorder": person.doctor.ref,
        "reaction": [{"manifestation": [concept(reaction)], "severity": "moderate" if criticality == "high" else "mild"}],
    })


def _blood_group(ledger: Ledger, person: Person) -> None:
    for (code, words), loinc, title in zip(
        _BLOOD[person.key], ("883-9", "10331-7"), ("Группа крови", "Резус-фактор"), strict=True
    ):
        taken = ledger.calendar.at("2023-06-08 8:10")
        ledger.add("Observation", taken, {
            "status": "final", "category": [LAB], "code": concept(title, coding(LOINC, loinc)), "subject": person.ref,
            "effectiveDateTime": moment(taken), "issued": moment(taken), "performer": [person.clinic.ref],
            "valueCodeableConcept": concept(words, coding(BLOOD, code, words)),
        })


def _standing(ledger: Ledger, person: Person, drug: str) -> None:
    since = ledger.calendar.at("2026-02-18 9:00")
    ledger.add("MedicationStatement", since, {
        "status": "active", "medicationCodeableConcept": drug_concept(drug), "subject": person.ref,
        "effectivePeriod": {"start": moment(since)}, "dateAsserted": moment(since),
        "informationSource": person.doctor.ref,
        "dosage": [{"text": DRUGS[drug][3]}],
    })
