"""The history of visits, one of which never happened, with what came out of each.

Owns Encounter, the ratings (QuestionnaireResponse) and the edit log (Provenance). `Encounter.type` carries a coding of the
catalogue: `visit`, `analysis`, `vaccination`, `study`, `house-call`, `stay`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from desktop.demo.families.codes import ACT, CATALOGUE, HL7, ICD10, NUMBER, Json, coding, concept, identifier, ref
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

# person | kind | what | doctor | start | minutes | ICD-10 of a condition, or -
_STORY: Final = (
    "natalya|visit|Приём дерматолога|panin|2026-05-11 15:40|15|-", "natalya|visit|Приём кардиолога|gusev|2026-05-05 10:20|20|I10",
    "natalya|stay|Лечение в кардиологическом отделении|andreev|2026-04-20 10:00|10080|I10",
    "natalya|study|УЗИ щитовидной железы|melnik|2026-04-21 9:20|20|E03.9",
    "natalya|visit|Приём терапевта|belyakova|2026-04-17 11:40|20|I10",
    "natalya|visit|Приём эндокринолога|kuzmina|2026-03-17 12:40|20|E03.9",
    "natalya|study|МРТ головного мозга|kovalev|2026-03-02 16:20|40|-", "natalya|analysis|Анализ мочи|zimina|2026-02-03 8:10|10|-",
    "natalya|study|Флюорография|kovalev|2026-01-30 11:10|10|-", "natalya|analysis|Анализ крови|zimina|2025-12-09 8:30|10|-",
    "natalya|visit|Приём окулиста|komarov|2025-11-18 13:00|20|-",
    "natalya|vaccination|Прививка от гриппа|belyakova|2025-10-08 10:20|10|-",
    "natalya|visit|Приём эндокринолога|kuzmina|2025-09-16 10:00|20|E03.9",
    "natalya|visit|Приём терапевта|belyakova|2025-05-20 9:20|20|-", "natalya|analysis|Анализ крови|zimina|2025-05-15 8:25|10|-",
    "natalya|visit|Приём эндокринолога|kuzmina|2025-03-18 11:20|20|E03.9",
    "natalya|visit|Приём терапевта|belyakova|2025-03-04 12:00|20|-", "natalya|analysis|Анализ крови|zimina|2024-11-12 8:10|10|-",
    "natalya|visit|Приём эндокринолога|kuzmina|2024-09-17 10:40|20|E03.9", "natalya|visit|Приём ЛОРа|morozova|2024-02-06 16:00|20|J03.9",
    "natalya|visit|Приём эндокринолога|kuzmina|2023-09-12 9:40|20|E03.9",
    "timofey|visit|Приём педиатра|lapina|2026-04-08 9:10|15|-", "timofey|visit|Приём ЛОРа|vinogradov|2026-03-12 15:20|15|J06.9",
    "timofey|house-call|Педиатр на дом|lapina|2026-03-09 13:30|15|J06.9",
    "timofey|visit|Приём окулиста|sokolova|2025-11-20 16:00|20|H52.1",
    "timofey|vaccination|Прививка от гриппа|lapina|2025-10-08 9:00|10|-", "timofey|analysis|Анализ крови|lapina|2025-08-19 8:20|10|-",
    "timofey|visit|Профилактический осмотр|lapina|2025-08-26 9:00|30|-", "timofey|visit|Приём педиатра|lapina|2024-08-27 9:30|15|-",
    "varvara|visit|Приём педиатра|lapina|2026-03-19 8:50|15|-", "varvara|analysis|Анализ крови|lapina|2026-03-17 8:10|10|-",
    "varvara|visit|Приём ортопеда|ilina|2025-10-14 11:00|15|-", "varvara|visit|Профилактический осмотр|lapina|2025-06-17 9:00|30|-",
    "varvara|visit|Приём педиатра|lapina|2023-11-14 10:00|15|L20.8",
    "varvara|vaccination|Прививка: корь, краснуха, паротит|lapina|2023-06-09 10:20|10|-",
    "lyudmila|visit|Приём терапевта|belyakova|2026-04-23 9:00|20|I11.9",
    "lyudmila|analysis|Анализ крови|zimina|2026-04-21 8:15|10|-",
    "lyudmila|visit|Приём невролога|akhmetov|2026-03-24 14:00|20|I67.8",
    "lyudmila|visit|Приём кардиолога|lebedeva|2026-02-17 12:00|30|I20.8",
    "lyudmila|house-call|Терапевт на дом|belyakova|2026-01-19 13:45|20|-",
    "lyudmila|visit|Приём терапевта|belyakova|2025-10-14 9:40|20|I11.9",
    "lyudmila|visit|Приём окулиста|komarov|2025-06-17 10:20|20|H25.0",
    "lyudmila|stay|Лечение в терапевтическом отделении|andreev|2025-03-03 11:00|12960|I11.9",
)
_KINDS: Final = {
    "visit": "Приём", "analysis": "Анализы", "vaccination": "Вакцинация", "study": "Исследование",
    "house-call": "Вызов на дом", "stay": "Госпитализация",
}
_COMPLAINTS: Final = {
    ("natalya", "Приём кардиолога"): "Давление по утрам до 150, головная боль",
    ("natalya", "Приём терапевта"): "Одышка при подъёме на третий этаж",
    ("timofey", "Приём ЛОРа"): "Кашель и насморк пятый день", ("lyudmila", "Приём невролога"): "Головокружение, шум в ушах",
}  # fmt: skip
# person | what | day | mark | words
_RATINGS: Final = (
    ("natalya", "УЗИ щитовидной железы", 5, "Внимательный врач, принял вовремя"),
    ("timofey", "Приём окулиста", 5, "Всё объяснили ребёнку и мне"), ("lyudmila", "Приём невролога", 4, ""),
)


def build_visits(
    ledger: Ledger, places: Places, people: dict[str, Person], conditions: dict[tuple[str, str], str],
) -> dict[tuple[str, str], str]:
    """Write the visits; give the latest by (person key, what)."""
    visits: dict[tuple[str, str], str] = {}
    for told in _STORY:
        key, kind, what, doctor, start, minutes, icd = told.split("|")
        if key in people:
            visit = _visit(ledger, places, people[key], (kind, what, doctor, start, int(minutes)),
                           conditions.get((key, icd)), icd)
            visits.setdefault((key, what), visit)
    for key, what, mark, words in _RATINGS:
        if key in people:
            _rate(ledger, people[key], visits[(key, what)], mark, words)
    return visits


def _visit(
    ledger: Ledger, places: Places, person: Person, told: tuple[str, str, str, str, int], condition: str | None, icd: str,
) -> str:
    kind, what, doctor_key, start, minutes = told
    doctor, begins = places.doctors[doctor_key], ledger.calendar.at(start)
    ends = begins + timedelta(minutes=minutes)
    code, words = ("IMP", "Стационар") if kind == "stay" else ("HH", "На дому") if kind == "house-call" else ("AMB", "Амбулаторно")
    body: Json = {
        "identifier": [identifier(NUMBER + "visit", f"{begins:%y%m%d}-{ledger.rng.randrange(9000) + 1000}")],
        "status": "finished", "class": coding(ACT, code, words),
        "type": [concept(what, coding(CATALOGUE, kind, _KINDS[kind]))],
        "serviceType": concept(_KINDS[kind], *(doctor.specialty["coding"])),
        "subject": person.ref,
        "participant": [{
            "type": [concept("Врач", coding(HL7 + "v3-ParticipationType", "PPRF"))],
            "period": {"start": moment(begins), "end": moment(ends)},
            "individual": ref(doctor.practitioner, f"{doctor.initials}, {doctor.post}"),
        }],
        "period": {"start": moment(begins), "end": moment(ends)},
        "location": [{"location": doctor.clinic.place, "status": "completed"}],
        "serviceProvider": doctor.clinic.ref,
    }
    if condition:
        body["reasonCode"] = [concept(None, coding(ICD10, icd))]
        body["diagnosis"] = [{
            "condition": ref(condition), "use": concept("Основной диагноз", coding(HL7 + "diagnosis-role", "DD")), "rank": 1,
        }]
    if (said := _COMPLAINTS.get((person.key, what))) is not None:
        body.setdefault("reasonCode", []).append(concept(said))
    if kind == "stay":
        body["hospitalization"] = {
            "admitSource": concept("По направлению поликлиники", coding(HL7 + "admit-source", "outp")),
            "dischargeDisposition": concept("Выписана с улучшением", coding(HL7 + "discharge-disposition", "home")),
        }
    visit = ledger.add("Encounter", ends + timedelta(hours=3), body)
    if kind in ("visit", "stay") and ends.date() > ledger.calendar.day("2025-10-01"):
        _log(ledger, person, visit, doctor.ref, ends + timedelta(minutes=6), "CREATE", "Создана запись о посещении")
        if what == "Приём терапевта":
            _log(ledger, person, visit, doctor.ref, ends + timedelta(hours=20), "UPDATE", "Уточнён диагноз")
    return visit


def _log(ledger: Ledger, person: Person, target: str, who: Json, when: datetime, code: str, words: str) -> None:
    stamp = moment(when)
    ledger.add("Provenance", when, {
        "target": [ref(target), person.ref], "recorded": stamp, "occurredDateTime": stamp,
        "activity": concept(words, coding(HL7 + "v3-DataOperation", code)),
        "agent": [{"type": concept("Автор", coding(HL7 + "provenance-participant-type", "author")), "who": who}],
    })


def _rate(ledger: Ledger, person: Person, visit: str, mark: int, words: str) -> None:
    written = ledger.calendar.at("2026-04-22 20:15")
    items: list[Json] = [{"linkId": "mark", "text": "Оценка", "answer": [{"valueInteger": mark}]}]
    if words:
        items.append({"linkId": "words", "text": "Что понравилось", "answer": [{"valueString": words}]})
    ledger.add("QuestionnaireResponse", written, {
        "questionnaire": "https://portal.medkarta.example/fhir/Questionnaire/visit-rating",
        "status": "completed", "subject": person.ref, "encounter": ref(visit), "authored": moment(written), "item": items,
    })
