"""Vaccinations: done by the national calendar, one missed, the certificate.

Owns Immunization, ImmunizationRecommendation and the certificate's DocumentReference. One Immunization is one injection;
`protocolApplied` has one entry per disease group, with `series` and the number of the dose in it.
Source: domain vaccination calendar (1122н in the edition of 677н).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from desktop.demo.families.codes import (
    CVX,
    ICD10,
    LOINC,
    NUMBER,
    VACCINE_GROUP,
    coding,
    concept,
    ext,
    identifier,
    quantity,
    ref,
)
from desktop.demo.families.dates import clock_time, dotted, moment, months_after
from desktop.demo.families.documents import file_document
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.papers import Paper, Section, set_in_type
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places, sentence
from desktop.demo.families.prose import heading

# trade name: НСИ 99.2.848 group, CVX, series it closes
_PRODUCTS: Final = {
    "Регевак В": ("6", "43", ("hepb",)), "БЦЖ-М": ("1", "19", ("bcg",)), "Превенар 13": ("10", "133", ("pcv",)),
    "Пентаксим": ("51", "120", ("dtp", "polio", "hib")), "Вактривир": ("7", "03", ("mmr",)),
    "БиВак полио": ("5", "178", ("polio",)), "АДС-М-анатоксин": ("60", "09", ("dtp",)), "Ультрикс Квадри": ("9", "150", ("flu",)),
    "АКДС-вакцина": ("4", "01", ("dtp",)),
}
_SERIES: Final = {
    "hepb": ("Гепатит B", "B16"), "bcg": ("Туберкулёз", "A15"), "pcv": ("Пневмококковая инфекция", "A40.3"),
    "dtp": ("Коклюш, дифтерия, столбняк", "A36"), "polio": ("Полиомиелит", "A80"), "hib": ("Гемофильная инфекция", "A41.3"),
    "mmr": ("Корь, краснуха, паротит", "B05"), "flu": ("Грипп", "J10"),
}
_INFANCY: Final = (
    ("Регевак В", 0), ("БЦЖ-М", 0.1), ("Регевак В", 1), ("Превенар 13", 2), ("Пентаксим", 3), ("Пентаксим", 4.5),
    ("Превенар 13", 4.5), ("Пентаксим", 6), ("Регевак В", 6), ("Вактривир", 12), ("Превенар 13", 15), ("Пентаксим", 18),
)
_TIMOFEY: Final = (("БиВак полио", 20), ("Вактривир", 73), ("БиВак полио", 73), ("АДС-М-анатоксин", 77))


def build_vaccines(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the vaccinations of everyone in `people`, and the certificates of the children."""
    autumn = [date(ledger.today.year - back, 10, 7 + back) for back in (1, 2, 3)]
    autumn = [day for day in autumn if day < ledger.today]
    adult = ledger.calendar.day
    given: dict[str, list[tuple[str, date]]] = {
        "natalya": [("АДС-М-анатоксин", adult("2014-06-10")), ("Ультрикс Квадри", autumn[0]), ("Регевак В", adult("2008-09-02")),
                    ("Регевак В", adult("2008-10-02")), ("Регевак В", adult("2009-03-03")), ("Вактривир", adult("2019-04-16"))],
        "lyudmila": [("Ультрикс Квадри", day) for day in autumn] + [("АДС-М-анатоксин", adult("2018-05-22"))],
    }
    for key in ("pavel", "sergey"):
        given[key] = [("АДС-М-анатоксин", adult("2019-06-11")), ("Ультрикс Квадри", autumn[0])]
    for key, later in (("timofey", _TIMOFEY), ("varvara", ())):
        if key in people:
            born = people[key].born
            given[key] = [(trade, _weekday(months_after(born, months), born)) for trade, months in (*_INFANCY, *later)]
            given[key] += [("Ультрикс Квадри", day) for day in autumn] if key == "timofey" else []
    for key, person in people.items():
        _vaccinate(ledger, places, person, sorted(given[key], key=lambda pair: pair[1]))
    if "varvara" in people:
        _recommend(ledger, people["varvara"], "polio", 5, months_after(people["varvara"].born, 20), "overdue")
        _recommend(ledger, people["varvara"], "mmr", 2, months_after(people["varvara"].born, 72), "due")
    _recommend(ledger, people["natalya"], "dtp", 2, adult("2024-06-10"), "overdue")


def _weekday(day: date, born: date) -> date:
    """Put an injection on a working day after the day it is due; the maternity ward works every day."""
    if day <= born + timedelta(days=4):
        return day if day == born else born + timedelta(days=4)
    later = day + timedelta(days=1)
    return later + timedelta(days=(7 - later.weekday()) if later.weekday() > 4 else 0)


def _vaccinate(ledger: Ledger, places: Places, person: Person, given: list[tuple[str, date]]) -> None:
    counts: dict[str, int] = {}
    rows: list[tuple[str, ...]] = [("Прививка", "Дата", "Вакцина", "Серия", "Доза")]
    certificate = f"DocumentReference/{ledger.new_id()}"
    for trade, day in given:
        applied = []
        for series in _PRODUCTS[trade][2]:
            counts[series] = counts.get(series, 0) + 1
            words, icd = _SERIES[series]
            applied.append({
                "series": series, "doseNumberPositiveInt": counts[series],
                "targetDisease": [concept(words, coding(ICD10, icd))],
            })
        mockup = trade == "Вактривир" and person.key == "varvara"
        lot = "А 0417" if mockup else f"{'АБВГКМРТ'[ledger.rng.randrange(8)]} {ledger.rng.randrange(9000) + 1000}"
        clinic = places.clinics["hospital"] if day <= person.born + timedelta(days=4) else person.clinic
        expires = months_after(day.replace(day=1), 9)
        ledger.add("Immunization", max(clock_time(day, "11:40"), ledger.calendar.at("2023-02-01 9:30")), {
            "extension": [ext("certificate", "Reference", ref(certificate, "Сертификат о прививках"))],
            "identifier": [identifier(NUMBER + "immunization", f"{day:%y%m%d}{ledger.rng.randrange(9000) + 1000}")],
            "status": "completed",
            "vaccineCode": concept(trade, coding(VACCINE_GROUP, _PRODUCTS[trade][0]), coding(CVX, _PRODUCTS[trade][1])),
            "patient": person.ref, "occurrenceDateTime": moment(clock_time(day, "10:20")), "primarySource": True,
            "recorded": day.isoformat(), "location": clinic.place, "lotNumber": lot, "expirationDate": expires.isoformat(),
            "site": concept("Левое плечо" if trade == "БЦЖ-М" else "Бедро" if person.months(day) < 18 else "Правое плечо"),
            "route": concept("Внутрикожно" if trade == "БЦЖ-М" else "Внутрь" if "полио" in trade else "Внутримышечно"),
            "doseQuantity": quantity(0.5, "мл", "mL"),
            "performer": [{"actor": person.doctor.ref}],
            "protocolApplied": applied,
        })
        names = ", ".join(_SERIES[series][0] for series in _PRODUCTS[trade][2])
        rows.append((names, dotted(day), trade, lot, "/".join(str(counts[series]) for series in _PRODUCTS[trade][2])))
    _certificate(ledger, person, certificate, tuple(rows))


def _certificate(ledger: Ledger, person: Person, name: str, rows: tuple[tuple[str, ...], ...]) -> None:
    created: datetime = ledger.calendar.at("2026-01-15 12:00")
    facts = (("Пациент", person.name), ("Дата рождения", dotted(person.born)), ("Полис ОМС", person.enp))
    sections = (Section("Выполненные прививки", rows=rows, widths=(0.38, 0.15, 0.22, 0.14, 0.11)),)
    paper = Paper(heading(person.clinic), "Сертификат о профилактических прививках", "форма 156/у-93", facts, sections,
                  f"{sentence(person.doctor.post)}: {person.doctor.initials}", f"{person.initials}, сертификат")
    attachment = ledger.attach(
        set_in_type(paper), content_type="application/pdf", title="Сертификат о прививках", created=created
    )
    file_document(
        ledger, person, person.doctor, kind="vaccination", title="Сертификат о прививках", number=person.enp[-4:],
        created=created, attachments=[attachment], signed=True, id=name.split("/")[1],
    )


def _recommend(ledger: Ledger, person: Person, series: str, dose: int, due: date, status: str) -> None:
    words, icd = _SERIES[series]
    status_words = {"overdue": "Пропущена", "due": "Впереди"}
    seen = ledger.calendar.at("2026-05-02 3:00")
    ledger.add("ImmunizationRecommendation", seen, {
        "patient": person.ref, "date": moment(seen), "authority": person.clinic.ref,
        "recommendation": [{
            "vaccineCode": [concept(words)], "targetDisease": concept(words, coding(ICD10, icd)),
            "forecastStatus": concept(status_words[status], coding(
                "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status", status)),
            "dateCriterion": [{"code": concept("Срок по календарю", coding(LOINC, "30980-7")),
                               "value": moment(clock_time(due, "0:00"))}],
            "description": "Национальный календарь профилактических прививок", "series": series,
            "doseNumberPositiveInt": dose,
        }],
    })
