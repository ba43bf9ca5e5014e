"""What the family's care cost the insurance last year, the statement over it, and the priced catalogue.

Owns ChargeItem, ExplanationOfBenefit, the catalogue's HealthcareService and the statement's DocumentReference.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from desktop.demo.families.codes import CATALOGUE, HL7, NUMBER, Json, coding, concept, identifier, ref
from desktop.demo.families.dates import clock_time, dotted, moment
from desktop.demo.families.documents import file_document
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.papers import Paper, Section, set_in_type
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places
from desktop.demo.families.prose import heading

# month-day | kind of care | conditions | service | kopeck-free roubles
_SERVICES: Final = (
    ("02-18", "Первичная врачебная", "Амбулаторно", "Приём терапевта, первичный", 612.40),
    ("03-04", "Первичная врачебная", "Амбулаторно", "Приём терапевта, повторный", 480.15),
    ("03-18", "Первичная специализированная", "Амбулаторно", "Приём эндокринолога, повторный", 655.80),
    ("03-18", "Первичная специализированная", "Амбулаторно", "Исследование ТТГ", 241.30),
    ("05-15", "Первичная доврачебная", "Амбулаторно", "Общий анализ крови", 318.70),
    ("05-15", "Первичная доврачебная", "Амбулаторно", "Анализ крови биохимический", 1124.90),
    ("05-20", "Первичная врачебная", "Амбулаторно", "Приём терапевта, повторный", 480.15),
    ("09-16", "Первичная специализированная", "Амбулаторно", "Приём эндокринолога, повторный", 655.80),
    ("10-08", "Первичная доврачебная", "Амбулаторно", "Вакцинация против гриппа", 205.00),
    ("11-18", "Первичная специализированная", "Амбулаторно", "Приём офтальмолога", 590.25),
    ("12-09", "Первичная доврачебная", "Амбулаторно", "Общий анализ крови", 318.70),
    ("12-09", "Первичная доврачебная", "Амбулаторно", "Обмен железа", 742.60),
)
# code | name | category | price | ready | valid | note
_CATALOGUE: Final = (
    ("pool", "Справка для бассейна", "certificate", "Бесплатно", "1–2 дня", "6 месяцев", "Терапевт подтвердит, что можно плавать"),
    ("pool-child", "Справка в бассейн для ребёнка", "certificate", "Бесплатно", "1–2 дня", "6 месяцев", "Нужен анализ на энтеробиоз"),
    ("086u", "Справка 086/у для учёбы и работы", "certificate", "2 490 ₽", "1 день", "6 месяцев", "Осмотр 4 врачей"),
    ("statement", "Сведения об услугах и их стоимости", "certificate", "Бесплатно", "1 час", "", "PDF за выбранный период, по ОМС"),
    ("ultrasound", "УЗИ щитовидной железы", "study", "По направлению бесплатно", "в день приёма", "12 месяцев", "Подготовка не нужна"),
    ("mammography", "Маммография", "study", "Бесплатно", "3 дня", "24 месяца", "На 5–12 день цикла"),
    ("blood", "Анализ крови", "study", "По направлению бесплатно", "1 день", "1 месяц", "Натощак, с 8:00 до 10:00"),
    ("therapist-remote", "Терапевт, дистанционный приём", "visit", "Бесплатно", "в день обращения", "", "По видеосвязи, 15 минут"),
    ("flu", "Прививка от гриппа", "vaccination", "Бесплатно", "сразу", "1 год", "Без записи, кабинет 104"),
)
_CATEGORIES: Final = {"certificate": "Справка", "study": "Обследование", "visit": "Приём врача", "vaccination": "Профилактика"}


def build_money(ledger: Ledger, places: Places, people: dict[str, Person]) -> dict[tuple[str, str], str]:
    """Write the catalogue and the costs; give the statement's reference by (person key, "statement")."""
    _catalogue(ledger, places)
    written: dict[tuple[str, str], str] = {}
    for key, person in people.items():
        services = _SERVICES if key == "natalya" else _SERVICES[4:6]
        for told in services:
            _charge(ledger, places, person, told)
        if key == "natalya":
            written[(key, "statement")] = _statement(ledger, person)
    return written


def _day(ledger: Ledger, told: str) -> date:
    return date.fromisoformat(f"{ledger.today.year - 1}-{told}")


def _catalogue(ledger: Ledger, places: Places) -> None:
    for code, name, category, price, ready, valid, note in _CATALOGUE:
        clinic = places.clinics["kids1" if code == "pool-child" else "gp2"]
        ledger.add("HealthcareService", ledger.calendar.at("2024-01-15 9:00"), {
            "active": True, "providedBy": clinic.ref, "location": [clinic.place],
            "category": [concept(_CATEGORIES[category], coding(CATALOGUE, category))],
            "type": [concept(name, coding(CATALOGUE, code))], "name": name, "comment": note,
            "extraDetails": f"Сколько стоит: {price}. Когда готово: {ready}." + (f" Действует: {valid}." if valid else ""),
            "serviceProvisionCode": [concept(price)], "characteristic": [concept(f"Готово: {ready}")],
            "telecom": [{"system": "phone", "value": clinic.phone}], "appointmentRequired": category in ("visit", "study"),
        })


def _charge(ledger: Ledger, places: Places, person: Person, told: tuple[str, str, str, str, float]) -> None:
    day, kind, conditions, service, cost = told
    when = clock_time(_day(ledger, day), "18:00")
    money = {"value": cost, "currency": "RUB"}
    item = ledger.add("ChargeItem", when, {
        "identifier": [identifier(NUMBER + "charge", f"{ledger.rng.randrange(10**9):09}")],
        "status": "billed", "code": concept(service), "subject": person.ref, "occurrenceDateTime": moment(when),
        "performingOrganization": person.clinic.ref, "quantity": {"value": 1}, "priceOverride": money,
        "enteredDate": moment(when), "note": [{"text": f"{kind} помощь, {conditions.lower()}"}],
    })
    ledger.add("ExplanationOfBenefit", when, {
        "identifier": [identifier(NUMBER + "benefit", f"{ledger.rng.randrange(10**9):09}")],
        "status": "active", "type": concept("Профессиональная помощь", coding(HL7 + "claim-type", "professional")),
        "use": "claim", "patient": person.ref, "created": moment(when), "insurer": places.insurers["zarechye"],
        "provider": person.clinic.ref, "outcome": "complete",
        "insurance": [{"focal": True, "coverage": ref(person.coverage, "Полис ОМС")}],
        "item": [{"sequence": 1, "productOrService": concept(service), "servicedDate": when.date().isoformat(), "net": money,
                  "locationCodeableConcept": concept(conditions), "category": concept(kind),
                  "extension": [{"url": "https://portal.medkarta.example/fhir/StructureDefinition/charge",
                                 "valueReference": ref(item)}]}],
        "total": [{"category": concept(None, coding(HL7 + "adjudication", "submitted")), "amount": money}],
    })


def _statement(ledger: Ledger, person: Person) -> str:
    created = ledger.calendar.at("2026-01-12 20:50")
    year = ledger.today.year - 1
    head = ("Субъект РФ", "Организация", "Период", "Вид помощи", "Условия", "Услуга", "Стоимость, ₽")
    rows = [head]
    for day, kind, conditions, service, cost in _SERVICES:
        rows.append(("Московская область", person.clinic.short, dotted(_day(ledger, day)), kind, conditions, service,
                     f"{cost:.2f}".replace(".", ",")))
    total = f"{sum(told[4] for told in _SERVICES):.2f}".replace(".", ",")
    facts = (("Пациент", person.name), ("Дата рождения", dotted(person.born)), ("Полис ОМС", person.enp),
             ("Период", f"с 01.01.{year} по 31.12.{year}"), ("Всего", f"{len(_SERVICES)} услуг на {total} ₽"))
    sections: tuple[Section, ...] = (
        Section("Оказанные услуги", rows=tuple(rows), widths=(0.12, 0.15, 0.11, 0.205, 0.135, 0.175, 0.105)),
        Section("Пояснение", ("Услуги оплачены страховой по полису ОМС, платить за них не нужно. Если вы не получали услугу из "
                              "списка, сообщите об этом в истории посещений.",)),
    )
    paper = Paper(heading(person.clinic), "Сведения об оказанных медицинских услугах и их стоимости", f"за {year} год",
                  facts, sections, "АО «Страховая Заречье»", f"{person.initials}, сведения за {year} год")
    attachment: Json = ledger.attach(
        set_in_type(paper), content_type="application/pdf", title="Услуги и их стоимость", created=created
    )
    period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
    return file_document(
        ledger, person, person.doctor, kind="statement", title="Услуги и их стоимость", number=f"{year}-{person.enp[-4:]}",
        created=created, attachments=[attachment], period=period,
    )
