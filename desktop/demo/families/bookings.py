"""Bookings of the family: coming, waiting, past, a doctor on the way to the house.

Owns Appointment and AppointmentResponse. A house call is an Appointment whose serviceType says «вызов врача на дом»;
its steps are the extension `status-track` (parts `code` accepted|assigned|travelling|examination, `text`, `at`), its
address the extension `address`, and `end` is the hour until which the doctor comes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from desktop.demo.families.codes import CATALOGUE, EXT, HL7, NUMBER, Json, coding, concept, ext, identifier, ref
from desktop.demo.families.dates import clock_time, moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor, Places, sentence
from desktop.demo.families.slots import Diary

_DONE: Final = (
    ("natalya", "gusev", "2026-05-05 10:20", "fulfilled"), ("natalya", "belyakova", "2026-04-17 11:40", "fulfilled"),
    ("natalya", "melnik", "2026-04-21 9:20", "fulfilled"), ("natalya", "ryabova", "2026-02-12 17:00", "noshow"),
    ("natalya", "kuzmina", "2026-03-17 12:40", "fulfilled"), ("natalya", "makarova", "2026-02-25 16:20", "cancelled"),
    ("natalya", "komarov", "2025-11-18 13:00", "fulfilled"), ("natalya", "kuzmina", "2025-09-16 10:00", "fulfilled"),
    ("timofey", "lapina", "2026-04-08 9:10", "fulfilled"), ("timofey", "vinogradov", "2026-03-12 15:20", "fulfilled"),
    ("timofey", "sokolova", "2025-11-20 16:00", "fulfilled"), ("timofey", "kiselev", "2026-01-22 15:40", "cancelled"),
    ("varvara", "lapina", "2026-03-19 8:50", "fulfilled"), ("varvara", "ilina", "2025-10-14 11:00", "fulfilled"),
    ("varvara", "lapina", "2025-12-03 9:30", "noshow"), ("lyudmila", "belyakova", "2026-04-23 9:00", "fulfilled"),
    ("lyudmila", "akhmetov", "2026-03-24 14:00", "fulfilled"),
    ("lyudmila", "lebedeva", "2026-02-17 12:00", "fulfilled"), ("lyudmila", "komarov", "2025-12-16 10:40", "cancelled"),
)


def build_bookings(ledger: Ledger, places: Places, people: dict[str, Person], diary: Diary) -> None:
    """Write the bookings of everyone in `people`."""
    doctors, on = places.doctors, ledger.calendar.at
    for key, doctor, start, status in _DONE:
        if key in people:
            _book(ledger, people[key], doctors[doctor], diary, start=on(start), status=status)
    her = people["natalya"]
    _book(ledger, her, doctors["gusev"], diary, start=on("2026-05-19 10:40"), status="booked",
          instruction="Возьмите паспорт и результаты ЭКГ", made=on("2026-05-05 11:02"))
    _book(ledger, her, doctors["kovalev"], diary, start=on("2026-05-21 9:00"), status="booked",
          service="Маммография", made=on("2026-05-12 19:20"))
    _book(ledger, her, doctors["makarova"], diary, start=on("2026-05-21 9:40"), status="booked",
          service="Осмотр гинеколога", made=on("2026-05-12 19:22"))
    if "timofey" in people:
        _waiting(ledger, people["timofey"], doctors["ilina"], "Ортопед", until=on("2026-06-11 12:00"))
    if "varvara" in people:
        _book(ledger, people["varvara"], doctors["lapina"], diary, start=on("2026-06-03 9:20"), status="proposed",
              made=on("2026-05-13 16:30"), instruction="Регистратура предлагает это время. Подтвердите или откажитесь")
    if "lyudmila" in people:
        _book(ledger, people["lyudmila"], doctors["komarov"], diary, start=on("2026-06-02 11:00"), status="pending",
              made=on("2026-05-13 20:15"))
        _house_calls(ledger, people["lyudmila"], doctors["belyakova"])


def _participants(person: Person, doctor: Doctor, status: str) -> list[Json]:
    seen = {"booked": "accepted", "fulfilled": "accepted", "noshow": "accepted", "cancelled": "declined"}
    answer = seen.get(status, "needs-action")
    practitioner = concept("Врач", coding(HL7 + "v3-ParticipationType", "PPRF"))
    return [
        {"actor": person.ref, "required": "required", "status": "accepted" if status != "proposed" else "needs-action"},
        {"type": [practitioner], "actor": doctor.ref, "required": "required", "status": answer},
        {"actor": doctor.clinic.place, "required": "required", "status": answer},
    ]


def _book(
    ledger: Ledger, person: Person, doctor: Doctor, diary: Diary, *, start: datetime, status: str,
    instruction: str | None = None, service: str | None = None, made: datetime | None = None,
) -> None:
    made = made or start - timedelta(days=6, hours=2, minutes=ledger.rng.randrange(50))
    number = f"{start:%y%m%d}{ledger.rng.randrange(9000) + 1000}"
    title = service or f"Приём: {doctor.post}"
    body: Json = {
        "identifier": [identifier(NUMBER + "booking", number)],
        "status": status,
        "serviceCategory": [concept("Амбулаторный приём", coding(CATALOGUE, "visit"))],
        "serviceType": [concept(title)],
        "specialty": [doctor.specialty],
        "appointmentType": concept("Первичный приём", coding(HL7 + "v2-0276", "ROUTINE")),
        "description": f"{title}, кабинет {doctor.room}",
        "slot": [ref(diary.slot(doctor, start))],
        "start": moment(start), "end": moment(start + timedelta(minutes=doctor.minutes)),
        "minutesDuration": doctor.minutes,
        "created": moment(made),
        "comment": f"{doctor.floor} этаж, кабинет {doctor.room}",
        "participant": _participants(person, doctor, status),
    }
    if instruction:
        body["patientInstruction"] = instruction
    if status == "cancelled":
        by_clinic = doctor.key == "komarov"
        reason = ("prov", "Врач на больничном") if by_clinic else ("pat", "Нашлось более удобное время")
        body["cancelationReason"] = concept(reason[1], coding(HL7 + "appointment-cancellation-reason", reason[0]))
    seen = start + timedelta(hours=5) if status in ("fulfilled", "noshow") else made + timedelta(minutes=3)
    appointment = ledger.add("Appointment", seen, body)
    if status == "booked":
        ledger.add("AppointmentResponse", made + timedelta(minutes=4), {
            "appointment": ref(appointment), "participantStatus": "accepted", "actor": person.ref,
            "start": body["start"], "end": body["end"], "comment": "Пациент подтвердил, что придёт",
        })


def _waiting(ledger: Ledger, person: Person, doctor: Doctor, words: str, *, until: datetime) -> None:
    made = ledger.calendar.at("2026-05-06 18:40")
    ledger.add("Appointment", made, {
        "identifier": [identifier(NUMBER + "booking", f"ЛО-{made:%y%m%d}-31")],
        "status": "waitlist",
        "serviceType": [concept(f"Приём: {doctor.post}")], "specialty": [doctor.specialty],
        "description": f"{words}, лист ожидания: вторая половина дня",
        "created": moment(made),
        "requestedPeriod": [{"start": moment(ledger.calendar.at("2026-05-18 14:00")), "end": moment(until)}],
        "participant": [
            {"actor": person.ref, "required": "required", "status": "accepted"},
            {"actor": doctor.ref, "required": "required", "status": "needs-action"},
            {"actor": doctor.clinic.place, "required": "required", "status": "needs-action"},
        ],
    })


def _house_calls(ledger: Ledger, person: Person, doctor: Doctor) -> None:
    today = clock_time(ledger.today, "0:00")
    steps = [("accepted", "Принят", "9:12"), ("assigned", "Врач назначен", "10:05"), ("travelling", "В пути", "12:20")]
    _house_call(ledger, person, doctor, day=today, steps=steps, status="booked",
                reason="Слабость, давление 170 на 95 с утра, кружится голова")
    past = ledger.calendar.at("2026-01-19 0:00")
    done = [("accepted", "Принят", "8:40"), ("assigned", "Врач назначен", "9:30"), ("travelling", "В пути", "13:10"),
            ("examination", "Осмотр", "13:45")]
    _house_call(ledger, person, doctor, day=past, steps=done, status="fulfilled", reason="Температура 38,6, кашель")


def _house_call(
    ledger: Ledger, person: Person, doctor: Doctor, *, day: datetime, steps: list[tuple[str, str, str]], status: str,
    reason: str,
) -> None:
    track = []
    for code, text, hour in steps:
        parts = [
            {"url": "code", "valueCode": code}, {"url": "text", "valueString": text},
            {"url": "at", "valueDateTime": moment(clock_time(day.date(), hour))},
        ]
        track.append({"url": EXT + "status-track", "extension": parts})
    address = {"use": "home", "text": "ул. Речная, 3, кв. 17. Домофон 17", "line": ["ул. Речная, 3, кв. 17"],
               "city": "Зареченск", "country": "RU"}
    made = clock_time(day.date(), steps[0][2])
    ledger.add("Appointment", made, {
        "extension": [*track, ext("address", "Address", address)],
        "identifier": [identifier(NUMBER + "booking", f"ВД-{day:%y%m%d}-{ledger.rng.randrange(90) + 10}")],
        "status": status,
        "serviceCategory": [concept("Вызов врача на дом", coding(CATALOGUE, "house-call"))],
        "serviceType": [concept("Вызов врача на дом", coding(CATALOGUE, "house-call"))],
        "specialty": [doctor.specialty],
        "reasonCode": [concept(reason)],
        "description": f"{sentence(doctor.post)} на дом",
        "start": moment(clock_time(day.date(), "13:00")), "end": moment(clock_time(day.date(), "18:00")),
        "created": moment(made),
        "comment": "Домофон 17",
        "participant": [
            {"actor": person.ref, "required": "required", "status": "accepted"},
            {"actor": doctor.ref, "required": "required", "status": "accepted"},
            {"actor": doctor.clinic.place, "required": "information-only", "status": "accepted"},
        ],
    })
