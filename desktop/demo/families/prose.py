"""Fill the told texts of resources/demo with a person's name and the days of the run, and lay them out as papers.

Owns the placeholders: {name} {initials} {born} {policy} {snils} {doctor} {clinic} {year} {last_year}, {d:2026-05-19} in words,
{n:2026-05-19} in figures.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from desktop.demo.families.codes import Json
from desktop.demo.families.dates import dotted, ru
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.papers import Paper, Section, set_in_type
from desktop.demo.families.people import Person
from desktop.demo.families.places import Clinic, Doctor, sentence

_DAY: Final = re.compile(r"\{([dn]):(\d{4}-\d\d-\d\d)\}")


def fill(text: str, ledger: Ledger, person: Person, *, doctor: Doctor | None = None, clinic: Clinic | None = None) -> str:
    """Fill the placeholders of one text."""
    day = ledger.calendar.day

    def told(match: re.Match[str]) -> str:
        return (ru if match[1] == "d" else dotted)(day(match[2]))

    words = {
        "name": person.name, "initials": person.initials, "born": dotted(person.born), "policy": person.enp,
        "snils": person.snils, "doctor": doctor.initials if doctor else "", "clinic": clinic.short if clinic else "",
        "year": str(ledger.today.year), "last_year": str(ledger.today.year - 1),
    }
    return re.sub(r"\{(\w+)\}", lambda match: words[match[1]], _DAY.sub(told, text))


def heading(clinic: Clinic) -> tuple[str, ...]:
    """Give the lines a clinic prints above its documents."""
    return ("Министерство здравоохранения области", clinic.name, f"{clinic.address}. Телефон {clinic.phone}")


def paper_of(told: Json, ledger: Ledger, person: Person, *, doctor: Doctor, number: str) -> Paper:
    """Lay one told document out for a person."""
    clinic = doctor.clinic

    def say(text: str) -> str:
        return fill(text, ledger, person, doctor=doctor, clinic=clinic)

    facts = [("Пациент", person.name), ("Дата рождения", dotted(person.born))]
    facts += [(key, say(value)) for key, value in told.get("facts", ())]
    sections = tuple(
        Section(
            say(part["title"]),
            tuple(say(line) for line in part.get("lines", ())),
            tuple(tuple(say(cell) for cell in row) for row in part.get("rows", ())),
            tuple(part.get("widths", ())),
        )
        for part in told["sections"]
    )
    return Paper(
        heading(clinic), say(told["title"]).replace("№ #", f"№ {number}"), say(told.get("subtitle", "")),
        tuple(facts), sections, f"{sentence(doctor.post)}: {doctor.initials}",
        f"{person.initials}, документ № {number}",
    )


def print_paper(
    told: Json, ledger: Ledger, person: Person, *, doctor: Doctor, number: str, created: datetime
) -> Json:
    """Print a told document and store it; give its Attachment."""
    paper = paper_of(told, ledger, person, doctor=doctor, number=number)
    return ledger.attach(set_in_type(paper), content_type="application/pdf", title=paper.title, created=created)
