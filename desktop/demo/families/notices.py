"""Notices, messages with doctors, and who looked into the record.

Owns Communication and AuditEvent. A notice has category `notification`, a letter category `message`; `about` points at its subject.
"""

from __future__ import annotations

from typing import Final

from desktop.demo.families.codes import CATALOGUE, HL7, Json, coding, concept, ref
from desktop.demo.families.dates import moment, ru
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places

# person | sent | subject | words; a day written in figures is carried to the day of the run by `_say`
_NOTICES: Final = (
    ("natalya", "2026-05-12 16:45", "Пришёл анализ крови", "16 показателей в норме, 2 ниже нормы. Врач увидит их на приёме."),
    ("natalya", "2026-05-13 9:00", "Рецепт скоро закончится", "Бисопролол 5 мг, действует до 2026-05-17 включительно."),
    ("natalya", "2026-05-05 11:05", "Запись подтверждена", "Кардиолог Гусев А. В., 2026-05-19 в 10:40, кабинет 312."),
    ("natalya", "2026-05-12 19:25", "Запись подтверждена", "Маммография 2026-05-21 в 9:00 и осмотр гинеколога в 9:40."),
    ("natalya", "2026-04-27 16:20", "Новый документ", "Выписной эпикриз № 1184, Зареченская больница."),
    ("natalya", "2026-01-12 21:00", "Сведения об услугах готовы", "Документ за прошлый год лежит в разделе «Документы»."),
    ("natalya", "2026-01-09 8:00", "Пора на диспансеризацию", "В этом году осмотр положен вам бесплатно по полису ОМС."),
    ("timofey", "2026-05-10 14:30", "Отказ по заявке на справку", "Нужен анализ на энтеробиоз не старше 10 дней."),
    ("timofey", "2026-05-06 18:41", "Вы в листе ожидания", "Ортопед, Детская поликлиника № 1. Сообщим, когда появится время."),
    ("varvara", "2026-05-02 12:05", "Пропущена прививка", "Вторая ревакцинация от полиомиелита по календарю в 20 месяцев."),
    ("varvara", "2026-05-13 16:30", "Вам предложили время", "Педиатр Лапина М. Д., 2026-06-03 в 9:20. Подтвердите или откажитесь."),
    ("lyudmila", "2026-05-14 9:12", "Вызов врача принят", "Терапевт Белякова И. О. придёт сегодня до 18:00."),
    ("lyudmila", "2026-05-07 11:35", "Полис на проверке", "Страховая сверяет данные, обычно это занимает до 14 дней."),
    ("lyudmila", "2025-12-15 15:00", "Приём отменён клиникой", "Окулист Комаров Л. Н. на больничном. Выберите другое время."),
)
_OF_VISITS: Final = ("Запись подтверждена", "Вам предложили время", "Вызов врача принят")
# person | sent | doctor | from the doctor | words
_LETTERS: Final = (
    ("natalya", "2026-05-13 18:40", "belyakova", True, "Гемоглобин немного снижен. Сдайте ферритин, направление готово."),
    ("natalya", "2026-04-18 19:10", "belyakova", False, "Давление вечером 168 на 98, вызывали скорую. Что делать дальше?"),
    ("natalya", "2026-04-18 20:05", "belyakova", True, "Продолжайте бисопролол, в понедельник в больницу по направлению."),
    ("natalya", "2025-09-17 12:00", "kuzmina", True, "ТТГ хороший, дозу не меняем. Следующий контроль через полгода."),
    ("timofey", "2026-03-13 10:15", "lapina", True, "Анализ спокойный, антибиотик не нужен. Пейте больше воды, на приём через три дня."),
    ("timofey", "2026-03-12 21:30", "lapina", False, "Температура вечером 38,1. Можно ли ждать до утра?"),
    ("varvara", "2026-03-19 14:20", "lapina", True, "Прививку от полиомиелита лучше сделать в мае, пока ребёнок здоров."),
    ("lyudmila", "2026-04-24 9:30", "belyakova", True, "Сахар на верхней границе. Меньше сладкого, контроль через три месяца."),
)


def build_notices(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the notices, letters and looks of everyone in `people`."""
    for key, sent, subject, words in _NOTICES:
        if key in people:
            body = _communication(ledger, people[key], sent, "notification", _say(ledger, words))
            ledger.add("Communication", ledger.calendar.at(sent), body | _about(ledger, people[key], subject, words, sent) | {
                "topic": concept(subject), "sender": people[key].clinic.ref, "recipient": [people[key].ref],
            })
    for key, sent, doctor, from_doctor, words in _LETTERS:
        if key in people:
            person, who = people[key], places.doctors[doctor].ref
            body = _communication(ledger, person, sent, "message", words)
            ledger.add("Communication", ledger.calendar.at(sent), body | {
                "topic": concept("Переписка с врачом"), "sender": who if from_doctor else people["natalya"].ref,
                "recipient": [person.ref if from_doctor else who],
            })
    for person in people.values():
        _looks(ledger, places, person)


def _about(ledger: Ledger, person: Person, subject: str, words: str, sent: str) -> Json:
    """Point a notice of a visit at it: the visit of the day that its words name, a house call at that of its own day."""
    days = [sent[:10]] if subject.startswith("Вызов") else [part for part in words.split() if part[:2] == "20" and part[4:5] == "-"]
    if subject not in _OF_VISITS or not days:
        return {}
    day = ledger.calendar.day(days[0]).isoformat()
    found = [
        one for one in ledger.resources
        if one["resourceType"] == "Appointment" and str(one.get("start", "")).startswith(day)
        and any(each["actor"] == person.ref for each in one["participant"])
    ]
    return {"about": [ref(f"Appointment/{found[0]['id']}")]} if found else {}


def _say(ledger: Ledger, words: str) -> str:
    parts = [ru(ledger.calendar.day(part), year=False) if part[:2] == "20" and part[4:5] == "-" else part for part in words.split()]
    return " ".join(parts)


def _communication(ledger: Ledger, person: Person, sent: str, category: str, words: str) -> Json:
    titles = {"notification": "Уведомление", "message": "Сообщение"}
    at = moment(ledger.calendar.at(sent))
    return {
        "status": "completed",
        "category": [concept(titles[category], coding(HL7 + "communication-category", category))],
        "subject": person.ref, "sent": at, "received": at, "payload": [{"contentString": words}],
    }


def _looks(ledger: Ledger, places: Places, person: Person) -> None:
    looks = (
        ("2026-04-17 11:38", "belyakova", "R", "Просмотр карты"), ("2026-05-05 10:25", "gusev", "R", "Просмотр карты"),
        ("2026-05-05 10:44", "gusev", "U", "Дополнен протокол осмотра"),
        ("2026-05-13 9:20", "belyakova", "U", "Комментарий к анализу"),
    )
    for when, key, action, words in looks if person.key == "natalya" else looks[:1]:
        doctor = places.doctors[key] if person.key == "natalya" else person.doctor
        at = ledger.calendar.at(when)
        ledger.add("AuditEvent", at, {
            "type": coding(CATALOGUE, "record-look", words),
            "action": action, "recorded": moment(at), "outcome": "0", "outcomeDesc": words,
            "agent": [{"who": doctor.ref, "requestor": True, "name": doctor.initials, "role": [doctor.specialty]}],
            "source": {"observer": doctor.clinic.ref, "site": doctor.clinic.short},
            "entity": [{"what": ref(person.reference), "description": "Медицинская карта", "type": coding(
                "http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person")}],
        })
