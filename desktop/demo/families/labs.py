"""Laboratory: one panel of analyses as the portal sends it.

Owns the request, the observations with the ranges that came with them, and the report over them.
Source: resources/demo/laboratory.json (codes of НСИ 11.1080, ranges typical).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Final

from desktop.demo.families.codes import FSLI, HL7, LOINC, NMU, NUMBER, Json, coding, concept, identifier, quantity, ref
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Clinic, Doctor
from desktop.demo.families.tables import analytes

CBC: Final = ("hgb", "rbc", "hct", "mcv", "mch", "mchc", "rdw", "plt", "mpv", "wbc", "neut_pct", "band", "lym_pct",
              "mon_pct", "eos_pct", "bas_pct", "retic", "esr")
BIOCHEM: Final = ("glu", "tp", "alb", "urea", "crea", "uric", "alt", "ast", "alp", "ggt", "bil_t", "bil_d")
URINE: Final = ("u_color", "u_clarity", "u_sg", "u_ph", "u_prot", "u_glu", "u_ket", "u_nit", "u_leu", "u_ery")
LIPIDS: Final = ("chol", "ldl", "hdl", "tg")
THYROID: Final = ("tsh", "ft4", "atpo")
IRON: Final = ("fe", "ferritin", "transf", "tibc")
ELECTROLYTES: Final = ("k", "na", "cl", "ca", "mg", "phos")
COAGULATION: Final = ("pt", "inr", "aptt", "fib", "tt")
INFECTIONS: Final = ("hbsag", "antihcv", "hiv", "syph")

LAB: Final = concept("Лабораторные исследования", coding(HL7 + "observation-category", "laboratory", "Laboratory"))
IMAGING: Final = concept("Инструментальные исследования", coding(HL7 + "observation-category", "imaging", "Imaging"))
_WORDS: Final = {"mcv": "Объём эритроцита", "esr": "СОЭ", "glu": "Глюкоза", "alt": "АЛТ", "ast": "АСТ"}
_INTERPRETATION: Final = {"N": "Норма", "H": "Выше нормы", "L": "Ниже нормы", "NEG": "Не обнаружено"}
_COMMA: Final = str.maketrans(".", ",")


@dataclass(frozen=True, slots=True)
class Panel:
    """A kind of report: what it is called and coded as."""

    key: str
    title: str
    loinc: str
    nmu: str | None = None
    section: str = "LAB"
    measures: tuple[str, ...] = ()


PANELS: Final = {
    panel.key: panel
    for panel in (
        Panel("cbc", "Общий анализ крови", "57021-8", "B03.016.003", "HM", CBC),
        Panel("biochem", "Биохимия крови", "24323-8", "B03.016.004", "CH", BIOCHEM),
        Panel("lipids", "Липидный профиль", "24331-1", "B03.016.005", "CH", LIPIDS),
        Panel("urinalysis", "Общий анализ мочи", "24356-8", "B03.016.006", "URN", URINE),
        Panel("thyroid", "Гормоны щитовидной железы", "24348-5", None, "CH", THYROID),
        Panel("iron", "Обмен железа", "50190-8", None, "CH", IRON),
        Panel("electrolytes", "Электролиты", "24326-1", None, "CH", ELECTROLYTES),
        Panel("coagulation", "Коагулограмма", "38875-1", "B03.005.006", "HM", COAGULATION),
        Panel("infections", "Инфекции, скрининг", "73959-9", None, "SR", INFECTIONS),
        Panel("hba1c", "Гликированный гемоглобин", "4548-4", "A09.05.083", "CH", ("hba1c",)),
        Panel("vitd", "Витамин D", "1989-3", "A09.05.235", "CH", ("vitd",)),
        Panel("crp", "С-реактивный белок", "1988-5", "A09.05.009", "CH", ("crp",)),
    )
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One panel taken on one day, as the story tells it."""

    panel: str
    taken: datetime
    orderer: Doctor
    values: dict[str, float] = field(default_factory=dict)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    note: tuple[str, str] | None = None  # analyte key, the doctor's words
    conclusion: str | None = None
    clinic: Clinic | None = None


Printer = Callable[[Person, Drawn, list[Json]], Json | None]


@cache
def span(key: str, sex: str, months: int) -> tuple[float, float] | None:
    """Give the typical range of an analyte for a sex and an age; a row of one sex goes before the common one."""
    fitting = [
        row for row in analytes()[key].get("ranges", ())
        if row["age_months"][0] <= months and (row["age_months"][1] is None or months < row["age_months"][1])
        and row["sex"] in (sex, None)
    ]
    best = min(fitting, key=lambda row: row["sex"] is None, default=None)
    return (best["low"], best["high"]) if best and best["low"] is not None and best["high"] is not None else None


@cache
def measure_code(key: str) -> Json:
    """Make the code of an analyte."""
    row = analytes()[key]
    codings = [coding(LOINC, row["loinc"], row["short"])]
    if row.get("fsli"):
        codings.append(coding(FSLI, row["fsli"], row["name_ru"]))
    return concept(_WORDS.get(key, row["name_ru"]), *codings)


@cache
def interpretation(code: str) -> list[Json]:
    """Make the interpretation of a value."""
    return [concept(_INTERPRETATION[code], coding(HL7 + "v3-ObservationInterpretation", code))]


@cache
def reference_range(low: float, high: float) -> list[Json]:
    """Make the range a result came with; both ends are written with the same number of decimals."""
    places = max(len(str(end).partition(".")[2]) for end in (low, high))
    text = f"{low:.{places}f}–{high:.{places}f}".translate(_COMMA)
    return [{"low": {"value": low}, "high": {"value": high}, "text": text}]


def draw_value(random: Random, low: float, high: float, decimals: int) -> float:
    """Draw a value inside a range."""
    wide = high - low
    value = min(max(random.gauss((low + high) / 2, wide / 5), low + wide * 0.04), high - wide * 0.04)
    return round(value, decimals) if decimals else round(value)


def value_of(key: str, limits: tuple[float, float] | None, value: float | None, random: Random) -> Json:
    """Make the value, its interpretation and its range."""
    row = analytes()[key]
    if row["kind"] == "coded":
        normal = row.get("normal_text") or "не обнаружено"
        flag = "NEG" if "обнаруж" in normal or "отриц" in normal.lower() else "N"
        return {"valueCodeableConcept": concept(normal), "interpretation": interpretation(flag)}
    decimals, unit = row["decimals"], row.get("unit_ru", "").replace("^12", "¹²").replace("^9", "⁹")
    if limits is None:
        shown = value if value is not None else 1.0
        return {"valueQuantity": quantity(shown, unit, row.get("ucum", "1"))}
    low, high = limits
    shown = draw_value(random, low, high, decimals) if value is None else value
    flag = "L" if shown < low else "H" if shown > high else "N"
    return {
        "valueQuantity": quantity(shown, unit, row.get("ucum", "1")),
        "interpretation": interpretation(flag),
        "referenceRange": reference_range(low, high),
    }


def take(ledger: Ledger, person: Person, drawn: Drawn, *, printer: Printer | None = None) -> str:
    """Write a finished panel: request, observations, report; return the report's reference."""
    panel = PANELS[drawn.panel]
    clinic = drawn.clinic or drawn.orderer.clinic
    ready = drawn.taken + timedelta(hours=8, minutes=25)
    request = ledger.add("ServiceRequest", drawn.taken - timedelta(days=1), {
        "identifier": [identifier(NUMBER + "referral", f"Л-{drawn.taken:%y%m%d}-{ledger.rng.randrange(900) + 100}")],
        "status": "completed", "intent": "order",
        "category": [concept("Лабораторное исследование", coding("http://snomed.info/sct", "108252007"))],
        "code": concept(panel.title, coding(LOINC, panel.loinc)),
        "subject": person.ref, "authoredOn": moment(drawn.taken - timedelta(days=1)),
        "requester": drawn.orderer.ref, "performer": [clinic.ref],
    })
    first = len(ledger.resources)
    results = [_observe(ledger, person, drawn, key, clinic, ready) for key in panel.measures]
    body: Json = {
        "identifier": [identifier(NUMBER + "report", f"{drawn.taken:%y%m%d}{ledger.rng.randrange(10**5):05}")],
        "basedOn": [ref(request, f"Назначение: {panel.title}")],
        "status": "final",
        "category": [concept("Лабораторная диагностика", coding(HL7 + "v2-0074", panel.section))],
        "code": panel_code(panel.key),
        "subject": person.ref,
        "effectiveDateTime": moment(drawn.taken),
        "issued": moment(ready),
        "performer": [clinic.ref],
        "resultsInterpreter": [drawn.orderer.ref],
        "result": results,
    }
    if drawn.conclusion:
        body["conclusion"] = drawn.conclusion
    if printer:
        form = printer(person, drawn, ledger.resources[first:])
        if form:
            body["presentedForm"] = [form]
    return ledger.add("DiagnosticReport", ready + timedelta(minutes=5), body)


@cache
def panel_code(key: str) -> Json:
    """Make the code of a report."""
    panel = PANELS[key]
    codings = [coding(LOINC, panel.loinc)] + ([coding(NMU, panel.nmu)] if panel.nmu else [])
    return concept(panel.title, *codings)


def _observe(ledger: Ledger, person: Person, drawn: Drawn, key: str, clinic: Clinic, ready: datetime) -> Json:
    limits = drawn.ranges.get(key) or span(key, person.sex, person.months(drawn.taken.date()))
    body: Json = {
        "status": "final", "category": [LAB], "code": measure_code(key), "subject": person.ref,
        "effectiveDateTime": moment(drawn.taken), "issued": moment(ready), "performer": [clinic.ref],
        **value_of(key, limits, drawn.values.get(key), ledger.rng),
    }
    if drawn.note and drawn.note[0] == key:
        body["note"] = [{
            "authorReference": drawn.orderer.ref, "time": moment(ready + timedelta(hours=17)), "text": drawn.note[1],
        }]
    return ref(ledger.add("Observation", ready, body), measure_code(key)["text"])
