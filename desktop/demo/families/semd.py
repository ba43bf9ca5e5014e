"""Two documents in the state's own XML (СЭМД, HL7 CDA), made out to the family.

Owns filling the invented samples of resources/demo with a person, a clinic and a day. The time of signing stays empty, as the rules
of СЭМД have it: it travels with the detached signature.
Source: domain samples (valid against the official XSD of consultation and laboratory protocol, edition 4).
"""

from __future__ import annotations

import re
from datetime import datetime
from importlib.resources import files
from typing import Final
from xml.sax.saxutils import escape

from desktop.demo.families.codes import Json
from desktop.demo.families.dates import dotted
from desktop.demo.families.documents import file_document
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor, Places

_STORY: Final = (
    ("semd_consultation", "conclusion", "Протокол консультации терапевта", "2025-05-20 9:40", "belyakova", "СЭМД-4410"),
    ("semd_lab_protocol", "semd-lab", "Протокол лабораторного исследования", "2024-03-14 17:10", "belyakova", "СЭМД-5102"),
)
_TAKEN: Final = "10.11.2026 07:40"
_WHEN: Final = re.compile(r"202611\d{2}(\d{4})\+0300")


def build_semd(ledger: Ledger, places: Places, person: Person) -> None:
    """Write the two XML documents of one person."""
    for name, kind, title, day, doctor_key, number in _STORY:
        doctor, created = places.doctors[doctor_key], ledger.calendar.at(day)
        attachment: Json = ledger.attach(
            _fill(name, person, doctor, created), content_type="application/xml", title=title, created=created
        )
        file_document(
            ledger, person, doctor, kind=kind, title=title, number=number, created=created, attachments=[attachment],
            signed=True, form="urn:hl7-org:sdwg:CDA",
        )


def _fill(name: str, person: Person, doctor: Doctor, created: datetime) -> bytes:
    text = (files("resources") / "demo" / f"{name}.xml").read_text(encoding="utf-8")
    family, given, patronymic = person.name.split()
    d_family, d_given, d_patronymic = doctor.name.split()
    text = re.sub(
        r"(<patient><name>)<family>.*?</name>",
        lambda m: f"{m[1]}<family>{family}</family><given>{given}</given>"
                  f'<identity:Patronymic xsi:type="ST">{patronymic}</identity:Patronymic></name>', text, flags=re.S)
    text = re.sub(
        r"(<author>.*?<assignedPerson><name>)<family>.*?</name>",
        lambda m: f"{m[1]}<family>{d_family}</family><given>{d_given}</given>"
                  f'<identity:Patronymic xsi:type="ST">{d_patronymic}</identity:Patronymic></name>', text, flags=re.S)
    text = text.replace('<birthTime value="19860412"/>', f'<birthTime value="{person.born:%Y%m%d}"/>')
    text = text.replace('extension="000-000-001 00"', f'extension="{person.snils}"')
    text = re.sub(r"5000\d{12}", person.enp, text)
    text = text.replace("ГБУЗ МО «Поликлиника «Липовая роща»»", escape(doctor.clinic.name))
    text = text.replace("Московская область, г. Красногорск, ул. Садовая, д. 12", escape(doctor.clinic.address))
    text = text.replace("Московская область, г. Красногорск, ул. Садовая, д. 1, кв. 1", escape(person.address))
    text = text.replace(_TAKEN, f"{dotted(created.date())} 08:20").replace("<td>120–150</td>", "<td>117–155</td>")
    return _WHEN.sub(lambda m: f"{created:%Y%m%d}{m[1]}+0300", text).encode("utf-8")
