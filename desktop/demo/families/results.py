"""Results of the story: laboratory trends, conclusions of examinations, one analysis still under way, pressure diaries.

Owns which panel was taken when and the examinations. How a panel is written is in `labs`, its page in `papers`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from desktop.demo.families.codes import HL7, LOINC, NUMBER, Json, coding, concept, ext, identifier, quantity, ref
from desktop.demo.families.dates import clock_time, dotted, moment
from desktop.demo.families.labs import PANELS, Drawn, panel_code, take
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.papers import Paper, Section, set_in_type
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor, Places
from desktop.demo.families.prose import heading, print_paper
from desktop.demo.families.tables import table

_RANGES: Final[dict[str, tuple[float, float]]] = {
    "hgb": (117, 155), "mcv": (80, 100), "wbc": (4.0, 9.0), "esr": (2, 20),
}
# The first of the five panels is also in the family's record as a document in the state's XML.
_IN_XML: Final = {"rbc": 4.42, "hct": 39.2, "plt": 248.0, "wbc": 6.31}
_HAEMOGLOBIN: Final = (
    ("2024-03-14 8:20", 131, 88, 6.31, 22), ("2024-11-12 8:10", 127, 86, 6.6, 8), ("2025-05-15 8:25", 124, 85, 5.9, 6),
    ("2025-12-09 8:30", 119, 83, 5.6, 12), ("2026-05-12 8:15", 114, 78, 6.2, 9),
)
# person | panel | doctor | days; a value after a day goes to the analyte named before «=».
_PANELS: Final = (
    "natalya|biochem|belyakova|2024-03-14,glu=5.1 2024-11-12 2025-05-15 2025-12-09 2026-05-12",
    "natalya|urinalysis|belyakova|2024-11-12 2025-05-15 2026-02-03",
    "natalya|lipids|belyakova|2023-06-08,ldl=3.2 2024-11-12,ldl=3.4 2025-12-09,ldl=3.1",
    "natalya|thyroid|kuzmina|2023-09-12,tsh=6.8,atpo=148 2024-03-14,tsh=3.9,atpo=131 2024-09-17,tsh=2.8,atpo=120 "
    "2025-03-18,tsh=2.4,atpo=118 2025-09-16,tsh=2.1,atpo=112",
    "natalya|iron|belyakova|2025-12-09,ferritin=14", "natalya|infections|belyakova|2023-06-08",
    "natalya|vitd|belyakova|2024-11-12,vitd=19.4 2025-09-16,vitd=31.2", "natalya|coagulation|belyakova|2025-05-15",
    "timofey|cbc|lapina|2023-08-22 2024-08-20 2025-08-19 2026-03-12,wbc=10.9,esr=16", "timofey|crp|lapina|2026-03-12,crp=11.4",
    "timofey|urinalysis|lapina|2023-08-22 2024-08-20 2025-08-19", "timofey|biochem|lapina|2025-08-19",
    "varvara|cbc|lapina|2023-06-06 2024-06-11 2025-08-19 2026-03-17", "varvara|urinalysis|lapina|2024-06-11 2025-08-19",
    "varvara|vitd|lapina|2025-08-19,vitd=27.5",
    "lyudmila|cbc|belyakova|2023-09-05 2024-04-09 2024-10-15 2025-03-04 2025-10-07 2026-04-21",
    "lyudmila|biochem|belyakova|2023-09-05,glu=6.3 2024-04-09,glu=6.6 2024-10-15,glu=6.4 2025-03-04,glu=6.9 "
    "2025-10-07,glu=6.5,crea=94 2026-04-21,glu=6.4,crea=96",
    "lyudmila|lipids|belyakova|2023-09-05,ldl=3.9,chol=6.1 2024-10-15,ldl=2.7 2025-10-07,ldl=2.2 2026-02-10,ldl=2.0",
    "lyudmila|hba1c|belyakova|2024-04-09,hba1c=6.1 2025-03-04,hba1c=6.3 2025-10-07,hba1c=6.2 2026-04-21,hba1c=6.2",
    "lyudmila|urinalysis|belyakova|2024-04-09 2025-03-04 2026-04-21", "lyudmila|electrolytes|belyakova|2025-03-04 2026-04-21",
    "lyudmila|coagulation|lebedeva|2026-02-10",
)
# person | paper | title | LOINC | section | doctor | day | conclusion
_EXAMINATIONS: Final = (
    ("natalya", "ecg", "ЭКГ с расшифровкой", "11524-6", "EC", "orekhova", "2026-05-05 9:40",
     "Ритм синусовый, правильный, 66 в минуту. Отклонений от возрастной нормы не найдено."),
    ("natalya", "thyroid", "УЗИ щитовидной железы", "24842-7", "RUS", "melnik", "2026-04-21 9:20",
     "Диффузные изменения щитовидной железы. Узлов нет."),
    ("natalya", "fluorography", "Флюорография", "24648-8", "RAD", "kovalev", "2026-01-30 11:10",
     "Органы груди без патологических изменений."),
    ("lyudmila", "grandma_cardio", "Эхокардиография", "34552-0", "CUS", "lebedeva", "2026-02-17 11:20",
     "Фракция выброса 56 %. Умеренная гипертрофия левого желудочка."),
)


def build_results(ledger: Ledger, places: Places, people: dict[str, Person]) -> None:
    """Write the results of everyone in `people`."""
    def printer(person: Person, drawn: Drawn, observed: list[Json]) -> Json | None:
        recent = drawn.taken.date() > ledger.today - timedelta(days=400)
        return print_panel(ledger, person, drawn, observed) if recent else None

    her = people["natalya"]
    words = "Немного снижен. Сдайте ферритин, направление готово."
    for taken, hgb, mcv, wbc, esr in _HAEMOGLOBIN:
        last = hgb == 114
        take(ledger, her, Drawn(
            "cbc", ledger.calendar.at(taken), places.doctors["belyakova"],
            {"hgb": hgb, "mcv": mcv, "wbc": wbc, "esr": esr, **(_IN_XML if hgb == 131 else {})}, _RANGES,
            note=("hgb", words) if last else None, conclusion=words if last else None,
        ), printer=printer)
    for told in _PANELS:
        key, panel, doctor, days = told.split("|")
        for day in days.split() if key in people else ():
            date, *given = day.split(",")
            values = {name: float(value) for name, _, value in (pair.partition("=") for pair in given)}
            drawn = Drawn(panel, ledger.calendar.at(date + " 8:15"), places.doctors[doctor], values)
            take(ledger, people[key], drawn, printer=printer)
    for told_exam in _EXAMINATIONS:
        if told_exam[0] in people:
            _examine(ledger, places, people[told_exam[0]], told_exam)
    _under_way(ledger, her, places.doctors["belyakova"])
    _pictures(ledger, places, her)
    _diaries(ledger, people)


def print_panel(ledger: Ledger, person: Person, drawn: Drawn, observed: list[Json]) -> Json:
    """Print a panel as a page: name, value, unit, range."""
    rows: list[tuple[str, ...]] = [("Показатель", "Результат", "Единица", "Норма", "")]
    for body in observed:
        amount: dict[str, Any] = body.get("valueQuantity", {})
        value = str(amount["value"]).replace(".", ",") if amount else body["valueCodeableConcept"]["text"]
        limits = body["referenceRange"][0]["text"] if "referenceRange" in body else ""
        flag = body["interpretation"][0]["text"] if "interpretation" in body else ""
        off = flag if flag in ("Выше нормы", "Ниже нормы") else ""
        rows.append((body["code"]["text"], value, amount.get("unit", ""), limits, off))
    panel = PANELS[drawn.panel]
    clinic = drawn.clinic or drawn.orderer.clinic
    number = f"{drawn.taken:%y%m%d}{len(ledger.binaries):03}"
    facts = [("Пациент", person.name), ("Дата рождения", dotted(person.born)),
             ("Взят материал", f"{dotted(drawn.taken.date())}, {drawn.taken:%H:%M}"), ("Назначил", drawn.orderer.initials)]
    notes = (Section("Комментарий врача", (drawn.conclusion,)),) if drawn.conclusion else ()
    sections = (Section("", rows=tuple(rows), widths=(0.38, 0.17, 0.15, 0.15, 0.15)), *notes,
                Section("", ("Результат не является диагнозом, его оценивает врач.",)))
    paper = Paper(heading(clinic), panel.title, "протокол лабораторного исследования", tuple(facts), sections,
                  "Врач клинической лабораторной диагностики", f"{person.initials}, протокол № {number}")
    return ledger.attach(set_in_type(paper), content_type="application/pdf", title=panel.title, created=drawn.taken)


def _examine(ledger: Ledger, places: Places, person: Person, told: tuple[str, ...]) -> None:
    _, paper, title, loinc, section, doctor_key, day, conclusion = told
    doctor, taken = places.doctors[doctor_key], ledger.calendar.at(day)
    number = f"{ledger.rng.randrange(9000) + 1000}"
    form = print_paper(table("papers")[paper], ledger, person, doctor=doctor, number=number, created=taken)
    results = _ecg(ledger, person, doctor, moment(taken)) if section == "EC" else []
    body: Json = {
        "identifier": [identifier(NUMBER + "report", f"{taken:%y%m%d}{number}")],
        "status": "final",
        "category": [concept("Инструментальная диагностика", coding(HL7 + "v2-0074", section))],
        "code": concept(title, coding(LOINC, loinc)),
        "subject": person.ref, "effectiveDateTime": moment(taken), "issued": moment(taken + timedelta(hours=1)),
        "performer": [doctor.clinic.ref, doctor.ref], "resultsInterpreter": [doctor.ref],
        "conclusion": conclusion, "presentedForm": [form],
    }
    if results:
        body["result"] = results
    ledger.add("DiagnosticReport", taken + timedelta(hours=1), body)


def _ecg(ledger: Ledger, person: Person, doctor: Doctor, taken: str) -> list[Json]:
    measures = (("8867-4", "Частота сокращений", 66, "в минуту", "/min", 60, 90), ("8625-6", "PQ", 150, "мс", "ms", 120, 200),
                ("8633-0", "QRS", 88, "мс", "ms", 60, 100), ("8636-3", "QTc", 412, "мс", "ms", 350, 460))
    category = [concept("Процедуры", coding(HL7 + "observation-category", "procedure"))]
    written = []
    for loinc, words, value, unit, ucum, low, high in measures:
        body: Json = {
            "status": "final", "category": category, "code": concept(words, coding(LOINC, loinc)), "subject": person.ref,
            "effectiveDateTime": taken, "issued": taken, "performer": [doctor.ref],
            "valueQuantity": quantity(value, unit, ucum),
            "referenceRange": [{"low": {"value": low}, "high": {"value": high}, "text": f"{low}–{high}"}],
        }
        written.append(ref(ledger.add("Observation", ledger.calendar.at("2026-05-05 10:10"), body), words))
    return written


def _under_way(ledger: Ledger, person: Person, doctor: Doctor) -> None:
    taken = ledger.calendar.at("2026-05-13 8:30")
    request = ledger.add("ServiceRequest", taken - timedelta(hours=15), {
        "identifier": [identifier(NUMBER + "referral", f"Л-{taken:%y%m%d}-118")],
        "status": "active", "intent": "order", "code": panel_code("vitd"), "subject": person.ref,
        "category": [concept("Лабораторное исследование", coding("http://snomed.info/sct", "108252007"))],
        "authoredOn": moment(taken - timedelta(days=8)), "requester": doctor.ref, "performer": [doctor.clinic.ref],
    })
    ledger.add("DiagnosticReport", taken + timedelta(minutes=10), {
        "extension": [ext("expected", "Date", ledger.calendar.day("2026-05-15").isoformat())],
        "identifier": [identifier(NUMBER + "report", f"{taken:%y%m%d}00118")],
        "basedOn": [ref(request, "Назначение: Витамин D")], "status": "registered",
        "category": [concept("Лабораторная диагностика", coding(HL7 + "v2-0074", "CH"))],
        "code": panel_code("vitd"), "subject": person.ref, "effectiveDateTime": moment(taken),
        "performer": [doctor.clinic.ref],
    })


def _pictures(ledger: Ledger, places: Places, person: Person) -> None:
    studies = (("MR", "МРТ головного мозга", "2026-03-02 16:20", 4, 318), ("DX", "Флюорография", "2026-01-30 11:10", 1, 1))
    for modality, words, day, series, instances in studies:
        taken = ledger.calendar.at(day)
        ledger.add("ImagingStudy", taken + timedelta(hours=2), {
            "identifier": [identifier("urn:dicom:uid", f"urn:oid:2.25.{ledger.rng.getrandbits(96)}")],
            "status": "available", "subject": person.ref, "started": moment(taken), "description": words,
            "modality": [coding("http://dicom.nema.org/resources/ontology/DCM", modality)],
            "procedureCode": [concept(words, coding(LOINC, "24590-2" if modality == "MR" else "24648-8"))],
            "numberOfSeries": series, "numberOfInstances": instances,
            "interpreter": [places.doctors["kovalev"].ref], "location": places.doctors["kovalev"].clinic.place,
        })


def _diaries(ledger: Ledger, people: dict[str, Person]) -> None:
    for key, days, high, low in (("natalya", 16, 128, 82), ("lyudmila", 30, 142, 80)):
        for back in range(days, 0, -1) if key in people else ():
            for hour, minute in ((7, 30), (21, 0)):
                top = high + ledger.rng.randrange(-7, 8) + (4 if hour == 21 else 0)
                taken = clock_time(ledger.today - timedelta(days=back), f"{hour}:{minute:02}")
                body = pressure(people[key], moment(taken), top, low + ledger.rng.randrange(-5, 6))
                ledger.add("Observation", taken + timedelta(minutes=2), body)


def pressure(person: Person, taken: str, high: int, low: int) -> Json:
    """Make a blood pressure reading from the person's own diary."""
    unit = ("мм рт. ст.", "mm[Hg]")
    return {
        "status": "final",
        "category": [concept("Показатели здоровья", coding(HL7 + "observation-category", "vital-signs"))],
        "code": concept("Артериальное давление", coding(LOINC, "85354-9")), "subject": person.ref,
        "effectiveDateTime": taken, "performer": [person.ref],
        "component": [
            {"code": concept("Верхнее", coding(LOINC, "8480-6")), "valueQuantity": quantity(high, *unit)},
            {"code": concept("Нижнее", coding(LOINC, "8462-4")), "valueQuantity": quantity(low, *unit)},
        ],
    }
