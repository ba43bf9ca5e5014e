"""Documents of the story: extracts, conclusions, certificates, the statement of services, the archive of pictures.

Owns DocumentReference and the Provenance that carries its signatures. A document is signed when a Provenance with
`signature` names it as a target: one of the doctor, one of the clinic. The МРТ archive stays on the portal: its attachment is
larger than a program takes, and its Binary is not given out. Whether a sick leave is closed is `context.event`.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from desktop.demo.families.codes import (
    CATALOGUE,
    DOCUMENT_KIND,
    HL7,
    LOINC,
    NUMBER,
    Json,
    coding,
    concept,
    identifier,
    ref,
)
from desktop.demo.families.dates import moment, ru
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor, Places
from desktop.demo.families.prose import print_paper
from desktop.demo.families.tables import table

_ARCHIVE_BYTES: Final = 148 * 2**20


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its words, its code of НСИ 11.1522, its LOINC code and the filter it falls under."""

    words: str
    code: str | None
    loinc: str
    category: str


_KINDS: Final = {
    "epicrisis": Kind("Выписной эпикриз", "1", "18842-5", "extract"),
    "extract": Kind("Выписка из истории болезни", "350", "34133-9", "extract"),
    "conclusion": Kind("Протокол консультации", "5", "11488-4", "conclusion"),
    "study": Kind("Протокол инструментального исследования", "6", "18748-4", "conclusion"),
    "sick_leave": Kind("Листок нетрудоспособности", None, "64297-5", "sick-leave"),
    "certificate": Kind("Медицинская справка", "79", "51897-7", "certificate"),
    "pool": Kind("Медицинская справка в бассейн", "91", "51897-7", "certificate"),
    "school": Kind("Справка о временной нетрудоспособности учащегося", "122", "51897-7", "certificate"),
    "pe": Kind("Заключение о медицинской группе для занятий физкультурой", "69", "51897-7", "certificate"),
    "semd-lab": Kind("Протокол лабораторного исследования", "7", "11502-2", "conclusion"),
    "pictures": Kind("Снимки, архив", None, "18748-4", "pictures"),
    "statement": Kind("Услуги и их стоимость", None, "64291-8", "statement"),
    "checkup": Kind("Эпикриз по результатам диспансеризации", "340", "34117-2", "checkup"),
    "vaccination": Kind("Сертификат о прививках", "53", "82593-5", "certificate"),
    "own": Kind("Загружено вами", None, "11502-2", "own"),
}
_CATEGORIES: Final = {
    "extract": "Выписки", "conclusion": "Заключения", "sick-leave": "Больничные", "certificate": "Справки",
    "pictures": "Снимки", "statement": "Услуги и их стоимость", "checkup": "Диспансеризация", "own": "Загружено вами",
}


@dataclass(frozen=True, slots=True)
class _Told:
    person: str
    paper: str
    kind: str
    day: str
    doctor: str
    number: str
    title: str
    period: tuple[str, str] | None = None
    signed: bool = False


_STORY: Final = (
    _Told("natalya", "epicrisis", "epicrisis", "2026-04-27", "andreev", "1184", "Выписной эпикриз",
          ("2026-04-20", "2026-04-27"), signed=True),
    _Told("natalya", "cardiologist", "conclusion", "2026-05-05", "gusev", "2217", "Заключение кардиолога", signed=True),
    _Told("natalya", "thyroid", "study", "2026-04-21", "melnik", "1940", "Протокол УЗИ", signed=True),
    _Told("natalya", "sick_leave", "sick_leave", "2026-04-30", "belyakova", "118417", "Листок нетрудоспособности",
          ("2026-04-20", "2026-04-30"), signed=True),
    _Told("natalya", "mri", "study", "2026-03-02", "kovalev", "1203", "Протокол МРТ"),
    _Told("natalya", "endocrinologist", "conclusion", "2025-09-16", "kuzmina", "4410", "Заключение эндокринолога"),
    _Told("natalya", "pool_old", "pool", "2025-10-02", "belyakova", "773", "Справка для бассейна"),
    _Told("natalya", "checkup_2023", "checkup", "2023-06-20", "belyakova", "318", "Результаты диспансеризации"),
    _Told("natalya", "upload", "own", "2025-08-19", "belyakova", "1", "Анализ на витамин B12"),
    _Told("timofey", "child_visit", "conclusion", "2026-04-08", "lapina", "905", "Осмотр педиатра", signed=True),
    _Told("timofey", "oculist_child", "conclusion", "2025-11-20", "sokolova", "611", "Заключение окулиста", signed=True),
    _Told("timofey", "school_note", "school", "2026-03-16", "lapina", "840", "Справка для школы",
          ("2026-03-09", "2026-03-16")),
    _Told("timofey", "pe_group", "pe", "2025-09-03", "lapina", "502", "Группа для физкультуры"),
    _Told("varvara", "child_visit", "conclusion", "2026-03-19", "lapina", "866", "Осмотр педиатра", signed=True),
    _Told("varvara", "orthopedist", "conclusion", "2025-10-14", "ilina", "590", "Заключение ортопеда"),
    _Told("varvara", "kindergarten", "extract", "2025-08-26", "lapina", "455", "Выписка для детского сада"),
    _Told("lyudmila", "grandma_cardio", "conclusion", "2026-02-17", "lebedeva", "2044", "Заключение кардиолога",
          signed=True),
    _Told("lyudmila", "grandma_neuro", "conclusion", "2026-03-24", "akhmetov", "1660", "Заключение невролога"),
    _Told("lyudmila", "grandma_eye", "conclusion", "2025-06-17", "komarov", "1122", "Заключение окулиста"),
    _Told("lyudmila", "grandma_hospital", "epicrisis", "2025-03-12", "andreev", "0671", "Выписной эпикриз",
          ("2025-03-03", "2025-03-12"), signed=True),
)


def build_documents(ledger: Ledger, places: Places, people: dict[str, Person]) -> dict[tuple[str, str], str]:
    """Write the documents; give their references by (person key, paper key)."""
    written: dict[tuple[str, str], str] = {}
    for told in _STORY:
        if told.person not in people:
            continue
        person, doctor = people[told.person], places.doctors[told.doctor]
        created = ledger.calendar.at(told.day + " 15:30")
        attachment = print_paper(
            table("papers")[told.paper], ledger, person, doctor=doctor, number=told.number, created=created
        )
        period = None
        if told.period:
            period = {"start": ledger.calendar.day(told.period[0]).isoformat(),
                      "end": ledger.calendar.day(told.period[1]).isoformat()}
        written[(told.person, told.paper)] = file_document(
            ledger, person, doctor, kind=told.kind, title=told.title, number=told.number, created=created,
            attachments=[attachment], period=period, signed=told.signed,
        )
    _archive(ledger, places, people["natalya"])
    return written


def file_document(
    ledger: Ledger, person: Person, doctor: Doctor, *, kind: str, title: str, number: str, created: datetime,
    attachments: list[Json], period: Json | None = None, signed: bool = False, form: str | None = None,
    id: str | None = None,
) -> str:
    """Write a DocumentReference over stored bytes; `signed` adds the signatures of the doctor and of the clinic."""
    told = _KINDS[kind]
    own = kind == "own"
    codings = [coding(LOINC, told.loinc)]
    if told.code:
        codings.insert(0, coding(DOCUMENT_KIND, told.code, told.words))
    words = attachments[0]["title"] if f"№ {number}" in attachments[0]["title"] else title
    content: list[Json] = [{"attachment": attachment} for attachment in attachments]
    if form:
        content[0]["format"] = {"system": "urn:oid:1.2.643.5.1.13.13.99.2.1079", "code": form}
    body: Json = {
        "masterIdentifier": identifier(NUMBER + "document", f"{created:%y%m%d}-{number}"),
        "status": "current", "docStatus": "final",
        "type": concept(title, *codings),
        "category": [concept(_CATEGORIES[told.category], coding(CATALOGUE, told.category, _CATEGORIES[told.category]))],
        "subject": person.ref, "date": moment(created),
        "author": [person.ref] if own else [doctor.ref],
        "custodian": doctor.clinic.ref,
        "description": words,
        "securityLabel": [concept("Обычный", coding(HL7 + "v3-Confidentiality", "N"))],
        "content": content,
    }
    if not own:
        body["authenticator"] = doctor.ref
    if period:
        body["context"] = {"period": period}
        if kind == "sick_leave":
            body["context"]["event"] = [concept("Закрыт", coding(CATALOGUE, "closed"))]
    document = ledger.add("DocumentReference", created + timedelta(minutes=40), body, id=id)
    if own:
        ledger.resources[-1]["meta"]["tag"] = [coding("https://portal.medkarta.example/tags", "patient-entered")]
    if signed:
        _sign(ledger, person, doctor, document, created)
    return document


def _sign(ledger: Ledger, person: Person, doctor: Doctor, document: str, created: datetime) -> None:
    kinds = (
        ("1.2.840.10065.1.12.1.1", "Подпись врача", doctor.ref),
        ("1.2.840.10065.1.12.1.5", "Подпись медицинской организации", doctor.clinic.ref),
    )
    signatures = [
        {
            "type": [coding("urn:iso-astm:E1762-95:2013", code, words)],
            "when": moment(created + timedelta(minutes=20)), "who": who, "sigFormat": "application/pkcs7-signature",
            "data": base64.b64encode(ledger.rng.randbytes(96)).decode("ascii"),
        }
        for code, words, who in kinds
    ]
    ledger.add("Provenance", created + timedelta(minutes=41), {
        "target": [ref(document), person.ref],
        "recorded": moment(created + timedelta(minutes=20)),
        "activity": concept("Подписание документа", coding(HL7 + "v3-DocumentCompletion", "LA")),
        "agent": [{
            "type": concept("Автор", coding(HL7 + "provenance-participant-type", "author")),
            "who": doctor.ref, "onBehalfOf": doctor.clinic.ref,
        }],
        "signature": signatures,
    })


def _archive(ledger: Ledger, places: Places, person: Person) -> None:
    created = ledger.calendar.at("2026-03-02 17:10")
    file_document(
        ledger, person, places.doctors["kovalev"], kind="pictures", title="Снимки МРТ, архив", number="1203-А",
        created=created,
        attachments=[{
            "contentType": "application/zip", "url": f"Binary/{ledger.new_id()}", "size": _ARCHIVE_BYTES,
            "title": f"Снимки МРТ, архив, {ru(created.date())}", "creation": moment(created),
        }],
    )
