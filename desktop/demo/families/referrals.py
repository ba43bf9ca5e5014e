"""Referrals to a hospital, an examination or another doctor, each with its validity.

Owns ServiceRequest of those kinds (the laboratory's own requests are in `labs`). The validity is `occurrencePeriod`, the department
`performerType`, the number the identifier; НСИ 11.1009 says the kind.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from desktop.demo.families.codes import NUMBER, REFERRAL_KIND, Json, coding, concept, identifier
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

_KINDS: Final = {"1": "На плановую госпитализацию", "4": "На обследование", "6": "На консультацию"}
# person | kind | what | department | from doctor | to clinic | issued | days | status | why
_STORY: Final = (
    "natalya|4|Ферритин|Лаборатория|belyakova|gp2|2026-05-13|30|active|Снижен гемоглобин",
    "natalya|4|Суточное мониторирование давления|Функциональная диагностика|gusev|gp2|2026-05-05|60|active|Контроль лечения",
    "natalya|6|Гастроэнтеролог|Поликлиническое отделение|belyakova|hospital|2026-05-13|60|active|Поиск причины дефицита железа",
    "natalya|1|Плановая госпитализация|Кардиологическое отделение|belyakova|hospital|2026-04-10|30|completed|Подбор лечения",
    "natalya|4|МРТ головного мозга|Лучевая диагностика|belyakova|gp2|2026-02-10|60|completed|Головная боль",
    "natalya|4|УЗИ щитовидной железы|Ультразвуковая диагностика|kuzmina|gp2|2026-03-17|60|completed|Наблюдение",
    "timofey|6|Ортопед|Консультативный приём|lapina|kids1|2026-04-08|60|active|Нарушение осанки",
    "timofey|4|УЗИ органов живота|Ультразвуковая диагностика|lapina|kids1|2026-04-08|60|active|Профилактический осмотр",
    "varvara|6|Аллерголог|Консультативный приём|lapina|hospital|2026-03-19|60|active|Атопический дерматит",
    "lyudmila|1|Плановая госпитализация|Отделение кардиологии|lebedeva|cardio|2026-05-06|60|active|Обследование перед решением об операции",
    "lyudmila|4|Сцинтиграфия миокарда с нагрузкой|Радиоизотопная диагностика|lebedeva|cardio|2026-02-17|90|active|Стенокардия напряжения",
    "lyudmila|4|Дуплексное сканирование артерий шеи|Ультразвуковая диагностика|akhmetov|gp2|2026-03-24|60|active|Шум в голове",
    "lyudmila|1|Плановая госпитализация|Терапевтическое отделение|belyakova|hospital|2025-02-20|30|completed|Ухудшение течения",
    "lyudmila|6|Эндокринолог|Консультативный приём|belyakova|gp2|2025-10-14|60|revoked|Отозвано врачом: консультация не нужна",
)


def build_referrals(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the referrals of everyone in `people`."""
    for told in _STORY:
        key, kind, what, department, doctor_key, clinic, day, days, status, why = told.split("|")
        if key not in people:
            continue
        doctor, issued = places.doctors[doctor_key], ledger.calendar.at(day + " 12:30")
        first = ledger.calendar.day(day)
        body: Json = {
            "identifier": [identifier(
                NUMBER + "referral", f"{'Г' if kind == '1' else 'Н'}-{first:%y%m%d}-{ledger.rng.randrange(900) + 100}")],
            "status": status, "intent": "order", "priority": "routine",
            "category": [concept(_KINDS[kind], coding(REFERRAL_KIND, kind, _KINDS[kind]))],
            "code": concept(what), "subject": people[key].ref,
            "occurrencePeriod": {"start": first.isoformat(), "end": (first + timedelta(days=int(days))).isoformat()},
            "authoredOn": moment(issued), "requester": doctor.ref, "performerType": concept(department),
            "performer": [places.clinics[clinic].ref], "locationReference": [places.clinics[clinic].place],
            "reasonCode": [concept(why)], "patientInstruction": "Возьмите паспорт, полис и результаты анализов",
        }
        ledger.add("ServiceRequest", issued + timedelta(minutes=10), body)
