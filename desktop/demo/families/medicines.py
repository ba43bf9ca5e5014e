"""Prescriptions of the story, and what the pharmacies gave out.

Owns MedicationRequest and MedicationDispense. Paid or funded is `category` (`paid` | `funded`); the printed form is the extension
`prescription-form`; what the QR shows is the extension `qr`, which names no person and no illness.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from desktop.demo.families.codes import (
    ATC,
    CATALOGUE,
    HL7,
    NUMBER,
    RX_TERM,
    UCUM,
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

# name: ATC, form and dose, pack, unit, signa, when
DRUGS: Final = {
    "Бисопролол": ("C07AB07", "Таблетки 5 мг", 30, "По 1 таблетке утром, до еды"),
    "Левотироксин натрия": ("H03AA01", "Таблетки 50 мкг", 100, "По 1 таблетке утром натощак, за 30 минут до еды"),
    "Железа сульфат": ("B03AA07", "Таблетки 80 мг", 30, "По 1 таблетке в день, между едой"),
    "Колекальциферол": ("A11CC05", "Капли 15 000 МЕ/мл", 1, "По 4 капли в день"),
    "Амоксициллин": ("J01CA04", "Капсулы 500 мг", 20, "По 1 капсуле три раза в день, 7 дней"),
    "Азитромицин": ("J01FA10", "Капсулы 500 мг", 3, "По 1 капсуле в день, 3 дня"),
    "Ибупрофен": ("M01AE01", "Суспензия 100 мг/5 мл", 1, "По 7,5 мл при температуре выше 38,5 °C, не чаще раза в 6 часов"),
    "Амлодипин": ("C08CA01", "Таблетки 5 мг", 30, "По 1 таблетке вечером"),
    "Периндоприл": ("C09AA04", "Таблетки 8 мг", 30, "По 1 таблетке утром"),
    "Аторвастатин": ("C10AA05", "Таблетки 40 мг", 30, "По 1 таблетке вечером"),
    "Ацетилсалициловая кислота": ("B01AC06", "Таблетки 75 мг", 100, "По 1 таблетке после завтрака"),
    "Ксилометазолин": ("R01AA07", "Капли назальные 0,05 %", 1, "По 1 капле в каждую ноздрю, не дольше 5 дней"),
    "Омепразол": ("A02BC01", "Капсулы 20 мг", 28, "По 1 капсуле утром, 14 дней"),
    "Лоратадин": ("R06AX13", "Таблетки 10 мг", 10, "По 1 таблетке в день"),
}
# person | drug | doctor | issued | days | kind | status | fills allowed | fills done
_STORY: Final = (
    "natalya|Бисопролол|gusev|2026-04-17|30|paid|active|1|0", "natalya|Левотироксин натрия|kuzmina|2026-04-21|90|funded|active|1|0",
    "natalya|Железа сульфат|belyakova|2026-05-13|30|paid|active|2|1",
    "natalya|Бисопролол|gusev|2026-02-17|60|paid|completed|1|1",
    "natalya|Левотироксин натрия|kuzmina|2026-01-15|90|funded|completed|1|1",
    "natalya|Левотироксин натрия|kuzmina|2025-10-07|90|funded|completed|1|1",
    "natalya|Левотироксин натрия|kuzmina|2025-07-02|90|funded|completed|1|1",
    "natalya|Левотироксин натрия|kuzmina|2025-03-18|90|funded|completed|1|1",
    "natalya|Левотироксин натрия|kuzmina|2024-12-10|90|funded|completed|1|1",
    "natalya|Колекальциферол|kuzmina|2024-11-19|60|paid|completed|1|1", "natalya|Омепразол|belyakova|2025-03-04|60|paid|stopped|1|0",
    "natalya|Лоратадин|belyakova|2025-05-20|60|paid|stopped|1|0", "natalya|Амоксициллин|morozova|2024-02-06|60|paid|cancelled|1|0",
    "natalya|Азитромицин|morozova|2024-02-06|60|paid|completed|1|1",
    "timofey|Ксилометазолин|lapina|2026-03-12|60|paid|completed|1|1", "timofey|Ибупрофен|lapina|2026-03-12|60|paid|active|1|0",
    "timofey|Колекальциферол|lapina|2025-10-07|60|paid|stopped|1|0",
    "varvara|Колекальциферол|lapina|2026-03-19|60|paid|active|1|0", "varvara|Ибупрофен|lapina|2025-01-21|60|paid|completed|1|1",
    "lyudmila|Амлодипин|belyakova|2026-04-23|90|funded|active|3|1", "lyudmila|Периндоприл|belyakova|2026-04-23|90|funded|active|3|1",
    "lyudmila|Аторвастатин|lebedeva|2026-02-17|90|funded|active|3|2",
    "lyudmila|Ацетилсалициловая кислота|lebedeva|2026-02-17|60|paid|completed|1|1",
    "lyudmila|Амлодипин|belyakova|2026-01-20|90|funded|completed|3|3",
    "lyudmila|Периндоприл|belyakova|2026-01-20|90|funded|completed|3|3",
    "lyudmila|Аторвастатин|belyakova|2025-10-14|90|funded|on-hold|3|1",
)
_TERMS: Final = {15: "1", 30: "2", 60: "3", 90: "4", 365: "5"}


def build_medicines(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the prescriptions of everyone in `people`."""
    for index, told in enumerate(_STORY):
        key, drug, doctor, issued, days, kind, status, allowed, done = told.split("|")
        if key in people:
            number = "0000502177190042" if index == 0 else f"00005021{ledger.rng.randrange(10**8):08}"
            _prescribe(
                ledger, places, people[key], (drug, doctor, issued, int(days), kind, status), number=number,
                fills=(int(allowed), int(done)),
            )


def drug_concept(name: str) -> Json:
    """Make the concept of a medicine: «Бисопролол 5 мг»; its international name is the coding's display."""
    form = DRUGS[name][1]
    dose = form[next(index for index, letter in enumerate(form) if letter.isdigit()):]
    return concept(f"{name} {dose}", coding(ATC, DRUGS[name][0], name))


def qr_payload(oid: str, number: str, issued: str, code: str) -> str:
    """Say what the pharmacy scans: who issued it, series, number, day and a short code."""
    return f"health-rx:v1?iss={oid}&s=50Д{issued[2:4]}&n={number}&d={issued}&k={code}"


def _prescribe(
    ledger: Ledger, places: Places, person: Person, told: tuple[str, str, str, int, str, str], *, number: str,
    fills: tuple[int, int],
) -> None:
    drug, doctor_key, day, days, kind, status = told
    doctor, issued = places.doctors[doctor_key], ledger.calendar.at(day + " 12:10")
    _, form, pack, signa = DRUGS[drug]
    first = ledger.calendar.day(day)
    last = first + timedelta(days=days)
    allowed, done = fills
    funded = kind == "funded"
    unit = "таблеток" if form.startswith("Таблетки") else "капсул" if form.startswith("Капсулы") else "флакон"
    code = f"{ledger.rng.getrandbits(32):08X}"
    words = {"paid": "Платный", "funded": "Льготный"}[kind]
    body: Json = {
        "extension": [
            ext("prescription-form", "String", "148-1/у-04(л)" if funded else "107-1/у"),
            ext("qr", "String", qr_payload(doctor.clinic.oid, number, first.isoformat(), code)),
        ],
        "identifier": [identifier(NUMBER + "prescription", number, use="official")],
        "status": status, "intent": "order",
        "category": [concept(words, coding(CATALOGUE, kind, words))],
        "medicationCodeableConcept": drug_concept(drug),
        "subject": person.ref, "authoredOn": moment(issued), "requester": doctor.ref,
        "groupIdentifier": identifier(NUMBER + "prescription-series", f"50Д{first:%y}"),
        "dosageInstruction": [{
            "text": signa, "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
            "route": concept("Внутрь"),
        }],
        "dispenseRequest": {
            "validityPeriod": {"start": first.isoformat(), "end": last.isoformat()},
            "numberOfRepeatsAllowed": allowed - 1,
            "quantity": quantity(pack, f"{pack} {unit}" if unit == "флакон" else unit, "1"),
            "expectedSupplyDuration": {"value": days // max(allowed, 1), "unit": "дней", "system": UCUM, "code": "d"},
            "performer": doctor.clinic.ref,
        },
        "substitution": {"allowedBoolean": True},
        "note": [{"text": f"{form}, {pack} {unit}" if unit == "флакон" else f"{form}, {pack} штук"}],
        "courseOfTherapyType": concept("Постоянный приём" if days == 90 else "Курс", coding(
            HL7 + "medicationrequest-course-of-therapy", "continuous" if days == 90 else "acute")),
    }
    if days in _TERMS:
        body["dispenseRequest"]["extension"] = [ext("term", "CodeableConcept", concept(
            f"{days} дней", coding(RX_TERM, _TERMS[days])))]
    if status == "cancelled":
        body["statusReason"] = concept("Отмечена аллергия на пенициллин, назначена замена")
    if status == "stopped":
        body["statusReason"] = concept("Срок действия истёк")
    if status == "on-hold":
        body["statusReason"] = concept("На отсроченном обслуживании: нет в аптеке")
    prescription = ledger.add("MedicationRequest", issued + timedelta(minutes=4), body)
    for index in range(done):
        given = min(issued + timedelta(days=1 + 30 * index, hours=5), ledger.calendar.at("2026-05-13 19:10"))
        _dispense(ledger, person, drug, prescription, given, pack=pack)


def _dispense(ledger: Ledger, person: Person, drug: str, prescription: str, given: datetime, *, pack: int) -> None:
    ledger.add("MedicationDispense", given, {
        "identifier": [identifier(NUMBER + "dispense", f"{ledger.rng.randrange(10**9):09}")],
        "status": "completed", "medicationCodeableConcept": drug_concept(drug), "subject": person.ref,
        "performer": [{"actor": {"display": "Аптека № 3, пр. Мира, 15"}}],
        "authorizingPrescription": [ref(prescription)],
        "quantity": quantity(pack, "шт.", "1"), "whenPrepared": moment(given), "whenHandedOver": moment(given),
        "substitution": {"wasSubstituted": False},
    })
