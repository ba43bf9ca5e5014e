"""Check-ups: this year's, three of nine steps done, and the earlier ones with their health groups.

Owns CarePlan (one per check-up, its steps as `activity.detail`), the Procedure of each step done, and the answers of the
questionnaire. A step that waits for its day has `scheduledPeriod`; what is left has status `not-started` and its minutes in
`dailyAmount`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from desktop.demo.families.codes import (
    CATALOGUE,
    HEALTH_GROUP,
    NMU,
    NUMBER,
    Json,
    coding,
    concept,
    ext,
    identifier,
    quantity,
    ref,
)
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

# what | state | moment or minutes | doctor or room | НМУ
_HERS: Final = (
    "Анкета о здоровье|completed|2026-05-04 19:10|belyakova|B01.047.001", "ЭКГ|completed|2026-05-05 9:40|orekhova|A05.10.006",
    "Общий анализ крови|completed|2026-05-12 8:15|zimina|B03.016.003", "Маммография|scheduled|2026-05-21 9:00|kovalev|A06.20.004",
    "Осмотр гинеколога|scheduled|2026-05-21 9:40|makarova|B01.001.001",
    "Измерение давления, роста и веса|not-started|10|zimina|A02.12.002",
    "Глюкоза и холестерин, натощак|not-started|10|zimina|A09.05.023", "Флюорография|not-started|10|kovalev|A06.09.006",
    "Приём терапевта|not-started|25|belyakova|B01.047.001",
)
_THEIRS: Final = {
    "timofey": (
        "Осмотр педиатра|completed|2025-08-26 9:00|lapina|B01.031.001",
        "Осмотр окулиста|completed|2025-11-20 16:00|sokolova|B01.029.001",
        "Общий анализ крови|completed|2025-08-19 8:20|lapina|B03.016.003",
        "Общий анализ мочи|completed|2025-08-19 8:25|lapina|B03.016.006",
        "Осмотр стоматолога|not-started|15|kiselev|B01.064.003",
    ),
    "varvara": (
        "Осмотр педиатра|completed|2025-06-17 9:00|lapina|B01.031.001",
        "Осмотр ортопеда|completed|2025-10-14 11:00|ilina|B01.050.001",
        "Осмотр окулиста|not-started|15|sokolova|B01.029.001",
        "Осмотр стоматолога|not-started|15|kiselev|B01.064.003",
    ),
    "lyudmila": (
        "Анкета о здоровье|completed|2026-02-02 10:00|belyakova|B01.047.001",
        "ЭКГ|completed|2026-02-10 9:00|orekhova|A05.10.006",
        "Липидный профиль|completed|2026-02-10 8:15|zimina|B03.016.005",
        "Внутриглазное давление|not-started|10|komarov|A02.26.015",
        "Флюорография|not-started|10|kovalev|A06.09.006",
        "Приём терапевта|not-started|25|belyakova|B01.047.001",
    ),
}
# person | title | day | group code | group
_PAST: Final = (
    ("natalya", "Диспансеризация", "2023-06-20", "2", "II"), ("natalya", "Профосмотр", "2022-06-14", "1", "I"),
    ("lyudmila", "Диспансеризация", "2025-05-20", "3", "IIIа"), ("lyudmila", "Диспансеризация", "2024-05-21", "3", "IIIа"),
    ("timofey", "Профосмотр", "2025-08-26", "2", "II"), ("varvara", "Профосмотр", "2025-06-17", "1", "I"),
)


def build_checkups(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the check-ups of everyone in `people`."""
    year = ledger.today.year
    for key, person in people.items():
        steps = _HERS if key == "natalya" else _THEIRS.get(key, _THEIRS["lyudmila"])
        _plan(ledger, places, person, f"Осмотр {year} года", steps, f"{year}-01-01", f"{year}-12-31")
    for key, title, day, code, group in _PAST:
        if key in people:
            _past(ledger, people[key], title, day, code, group)
    _answers(ledger, people["natalya"])


def _plan(
    ledger: Ledger, places: Places, person: Person, title: str, steps: tuple[str, ...], start: str, end: str,
) -> None:
    activities: list[Json] = []
    for told in steps:
        what, state, when, doctor_key, nmu = told.split("|")
        doctor = places.doctors[doctor_key]
        detail: Json = {
            "kind": "Appointment", "code": concept(what, coding(NMU, nmu)), "status": state,
            "location": doctor.clinic.place, "performer": [doctor.ref],
            "description": f"{doctor.clinic.short}, кабинет {doctor.room}",
        }
        activity: Json = {"detail": detail}
        if state == "not-started":
            detail["dailyAmount"] = quantity(int(when), "мин", "min")
        else:
            begins = ledger.calendar.at(when)
            detail["scheduledPeriod"] = {"start": moment(begins), "end": moment(begins + timedelta(minutes=20))}
            if state == "completed":
                done = ledger.add("Procedure", begins + timedelta(hours=4), {
                    "status": "completed", "category": concept("Диспансеризация", coding(CATALOGUE, "check-up")),
                    "code": concept(what, coding(NMU, nmu)), "subject": person.ref, "performedDateTime": moment(begins),
                    "performer": [{"actor": doctor.ref, "onBehalfOf": doctor.clinic.ref}], "location": doctor.clinic.place,
                })
                activity["outcomeReference"] = [ref(done, what)]
        activities.append(activity)
    ledger.add("CarePlan", ledger.calendar.at("2026-05-12 19:30"), {
        "identifier": [identifier(NUMBER + "check-up", f"{start[:4]}-{person.enp[-4:]}")],
        "status": "active", "intent": "plan",
        "category": [concept("Диспансеризация и профосмотры", coding(CATALOGUE, "check-up"))],
        "title": title, "description": "Бесплатно по полису ОМС, каждый год после 40 лет"
        if person.key in ("natalya", "lyudmila") else "Бесплатно по полису ОМС, по возрасту",
        "subject": person.ref, "period": {"start": start, "end": end}, "author": person.clinic.ref,
        "activity": activities,
    })


def _past(ledger: Ledger, person: Person, title: str, day: str, code: str, group: str) -> None:
    ended = ledger.calendar.day(day)
    words = f"Группа здоровья {group}"
    ledger.add("CarePlan", max(ledger.calendar.at(day + " 17:00"), ledger.calendar.at("2023-02-02 9:00")), {
        "extension": [ext("health-group", "CodeableConcept", concept(words, coding(HEALTH_GROUP, code, f"{group} группа")))],
        "identifier": [identifier(NUMBER + "check-up", f"{ended:%y%m%d}-{person.enp[-4:]}")],
        "status": "completed", "intent": "plan",
        "category": [concept("Диспансеризация и профосмотры", coding(CATALOGUE, "check-up"))],
        "title": f"{title} {ended.year}", "subject": person.ref,
        "period": {"start": (ended - timedelta(days=14)).isoformat(), "end": ended.isoformat()},
        "author": person.clinic.ref, "note": [{"text": words}],
    })


def _answers(ledger: Ledger, person: Person) -> None:
    written = ledger.calendar.at("2026-05-04 19:10")
    answers = (("Повышалось ли у вас давление", "Да"), ("Принимаете ли вы лекарства от давления", "Да, бисопролол"),
               ("Курите ли вы", "Нет"), ("Досаливаете ли вы готовую еду", "Иногда"),
               ("Сколько минут в день вы ходите пешком", "30–60"), ("Были ли у родителей инфаркт или инсульт до 55 лет", "Нет"))
    ledger.add("QuestionnaireResponse", written, {
        "questionnaire": "https://portal.medkarta.example/fhir/Questionnaire/check-up",
        "status": "completed", "subject": person.ref, "authored": moment(written), "source": person.ref,
        "item": [{"linkId": str(index), "text": text, "answer": [{"valueString": answer}]}
                 for index, (text, answer) in enumerate(answers, start=1)],
    })
