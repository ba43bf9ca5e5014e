"""One past case: a visit with its booking, diagnosis, analyses, medicines, paper, cost, notice and log.

Owns the shape only; which case, when and with whom is drawn by `history`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from desktop.demo.families.codes import (
    ACT,
    CATALOGUE,
    DOCUMENT_KIND,
    HL7,
    ICD10,
    LOINC,
    NMU,
    NUMBER,
    Json,
    coding,
    concept,
    identifier,
    ref,
)
from desktop.demo.families.dates import moment, ru
from desktop.demo.families.labs import LAB, PANELS, measure_code, panel_code, span, value_of
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.medicines import DRUGS, drug_concept
from desktop.demo.families.people import Person
from desktop.demo.families.places import Doctor
from desktop.demo.families.tables import table

_NARRATIVE: Final = '<div xmlns="http://www.w3.org/1999/xhtml" lang="ru"><p>{}</p></div>'


class PastCase:
    """Write one past case; `say` fills a told sentence with drawn figures."""

    def __init__(
        self, ledger: Ledger, person: Person, doctor: Doctor, told: Json, begins: datetime, draw: Random,
        say: Callable[[str], str],
    ) -> None:
        self._ledger, self._person, self._doctor, self._told = ledger, person, doctor, told
        self._begins, self._draw, self._say = begins, draw, say
        self._at = moment(begins)
        self._number = f"{begins:%y%m%d}{draw.randrange(10**5):05}"
        self._subject = {"subject": person.ref}
        self._visit = ref(f"Encounter/{ledger.new_id()}", told["words"])

    def write(self, papers: list[Json]) -> None:
        """Write the whole case."""
        draw, told = self._draw, self._told
        self._appointment()
        self._encounter(self._condition())
        for panel in told["panels"]:
            if draw.random() < 0.75:
                self._panel(panel)
        for drug in told["drugs"]:
            if draw.random() < 0.7:
                self._medicine(drug)
        for code, words in told["procedures"]:
            self._procedure(code, words)
        self._paper(draw.choice(papers))
        self._cost()
        self._message()
        self._log()

    def _add(self, kind: str, after_min: int, body: Json, *, id: str | None = None) -> str:
        return self._ledger.add(kind, self._begins + timedelta(minutes=after_min), body, id=id)

    def _when(self, after_min: int) -> str:
        return moment(self._begins + timedelta(minutes=after_min))

    def _one_of(self, kind: str) -> str:
        return self._say(self._draw.choice(table("history")[kind]))

    def _appointment(self) -> None:
        doctor = self._doctor
        self._add("Appointment", 300, {
            "identifier": [identifier(NUMBER + "booking", self._number)], "status": "fulfilled",
            "serviceType": [concept(f"Приём: {doctor.post}")], "specialty": [doctor.specialty],
            "appointmentType": concept("Первичный приём", coding(HL7 + "v2-0276", "ROUTINE")),
            "description": f"Приём: {doctor.post}, кабинет {doctor.room}", "start": self._at, "end": self._when(20),
            "minutesDuration": 20, "created": self._when(-4010), "comment": f"{doctor.floor} этаж, кабинет {doctor.room}",
            "participant": [
                {"actor": self._person.ref, "required": "required", "status": "accepted"},
                {"actor": doctor.ref, "required": "required", "status": "accepted"},
                {"actor": doctor.clinic.place, "required": "required", "status": "accepted"},
            ],
        })

    def _condition(self) -> Json:
        told = self._told
        words = self._say(self._draw.choice(told["complaints"]))
        body = {
            "clinicalStatus": concept(None, coding(HL7 + "condition-clinical", "resolved")),
            "verificationStatus": concept(None, coding(HL7 + "condition-ver-status", "confirmed")),
            "category": [concept("Диагноз посещения", coding(HL7 + "condition-category", "encounter-diagnosis"))],
            "code": concept(told["words"], coding(ICD10, told["icd"])), **self._subject, "encounter": self._visit,
            "onsetDateTime": self._at, "abatementDateTime": self._when(60 * 24 * self._draw.randrange(5, 40)),
            "recordedDate": self._at, "recorder": self._doctor.ref, "note": [{"text": f"Жалобы: {words}"}],
        }
        return ref(self._add("Condition", 12, body), told["words"])

    def _encounter(self, condition: Json) -> None:
        doctor, told, draw = self._doctor, self._told, self._draw
        words = (
            f"{told['words']}. Жалобы: {self._say(draw.choice(told['complaints']))} Осмотр: "
            f"{self._say(draw.choice(told['findings']))} Рекомендации: {self._one_of('advice')}"
        )
        period = {"start": self._at, "end": self._when(20)}
        self._add("Encounter", 60, {
            "text": {"status": "generated", "div": _NARRATIVE.format(words)},
            "identifier": [identifier(NUMBER + "visit", f"П-{self._number}")],
            "status": "finished", "class": coding(ACT, "AMB", "Амбулаторно"),
            "type": [concept(f"Приём: {doctor.post}", coding(CATALOGUE, "visit", "Приём"))],
            "serviceType": doctor.specialty, **self._subject,
            "participant": [{"period": period, "individual": ref(doctor.practitioner, f"{doctor.initials}, {doctor.post}")}],
            "period": period, "diagnosis": [{"condition": condition, "rank": 1}],
            "location": [{"location": doctor.clinic.place, "status": "completed"}], "serviceProvider": doctor.clinic.ref,
        }, id=self._visit["reference"].split("/")[1])

    def _panel(self, key: str) -> None:
        panel, draw, doctor = PANELS[key], self._draw, self._doctor
        request = self._add("ServiceRequest", 15, {
            "identifier": [identifier(NUMBER + "referral", f"Л-{self._number}-{key}")],
            "status": "completed", "intent": "order", "code": panel_code(key), **self._subject, "encounter": self._visit,
            "category": [concept("Лабораторное исследование", coding("http://snomed.info/sct", "108252007"))],
            "authoredOn": self._at, "requester": doctor.ref, "performer": [doctor.clinic.ref],
            "reasonCode": [concept(self._told["words"], coding(ICD10, self._told["icd"]))],
            "patientInstruction": self._one_of("advice"),
        })
        taken, ready = 60 * 20 + draw.randrange(90), 60 * 29 + draw.randrange(120)
        months = self._person.months(self._begins.date())
        stamps = {"effectiveDateTime": self._when(taken), "issued": self._when(ready), "performer": [doctor.clinic.ref]}
        results = [self._observation(name, months, ready, stamps) for name in panel.measures]
        self._add("DiagnosticReport", ready + 5, {
            "identifier": [identifier(NUMBER + "report", f"{self._number}-{key}")],
            "basedOn": [ref(request, f"Назначение: {panel.title}")], "status": "final",
            "category": [concept("Лабораторная диагностика", coding(HL7 + "v2-0074", panel.section))],
            "code": panel_code(key), **self._subject, "encounter": self._visit, **stamps,
            "resultsInterpreter": [doctor.ref], "result": results, "conclusion": self._one_of("messages"),
        })

    def _observation(self, key: str, months: int, ready: int, stamps: Json) -> Json:
        limits, draw = span(key, self._person.sex, months), self._draw
        value = None
        if limits and draw.random() < 0.06:
            low, high = limits
            value = round(high + (high - low) * (0.05 + draw.random() * 0.3), 2)
        code = measure_code(key)
        told = value_of(key, limits, value, draw)
        amount = told.get("valueQuantity")
        shown = f"{amount['value']} {amount.get('unit', '')}".strip() if amount else told["valueCodeableConcept"]["text"]
        words = (
            f"{code['text']}: {shown}. Пациент {self._person.initials}, материал взят {ru(self._begins.date())}, "
            f"исследование № {self._number}-{key}. Назначил {self._doctor.initials}, {self._doctor.clinic.short}."
        )
        body = {
            "text": {"status": "generated", "div": _NARRATIVE.format(words)},
            "identifier": [identifier(NUMBER + "observation", f"{self._number}-{key}")],
            "status": "final", "category": [LAB], "code": code, **self._subject, "encounter": self._visit, **stamps, **told,
        }
        return ref(self._add("Observation", ready, body), code["text"])

    def _medicine(self, drug: str) -> None:
        _, form, pack, signa = DRUGS[drug]
        day, doctor = self._begins.date(), self._doctor
        prescription = self._add("MedicationRequest", 18, {
            "identifier": [identifier(NUMBER + "prescription", f"0000{self._draw.randrange(10**12):012}", use="official")],
            "status": "completed", "intent": "order", "category": [concept("Платный", coding(CATALOGUE, "paid", "Платный"))],
            "medicationCodeableConcept": drug_concept(drug), **self._subject, "encounter": self._visit,
            "authoredOn": self._at, "requester": doctor.ref, "dosageInstruction": [{"text": signa}],
            "reasonCode": [concept(self._told["words"], coding(ICD10, self._told["icd"]))],
            "dispenseRequest": {"validityPeriod": {"start": day.isoformat(), "end": (day + timedelta(days=60)).isoformat()},
                                "quantity": {"value": pack, "unit": "шт."}},
            "note": [{"text": f"{form}, {pack} шт. {self._one_of('advice')}"}],
        })
        given = 60 * self._draw.randrange(3, 90)
        self._add("MedicationDispense", given + 5, {
            "status": "completed", "medicationCodeableConcept": drug_concept(drug), **self._subject,
            "performer": [{"actor": {"display": "Аптека № 3, пр. Мира, 15"}}], "authorizingPrescription": [ref(prescription)],
            "quantity": {"value": pack, "unit": "шт."}, "whenHandedOver": self._when(given),
            "dosageInstruction": [{"text": signa}],
        })

    def _procedure(self, code: str, words: str) -> None:
        self._add("Procedure", 60, {
            "status": "completed", "code": concept(words, coding(NMU, code)), **self._subject, "encounter": self._visit,
            "performedDateTime": self._when(8), "location": self._doctor.clinic.place,
            "performer": [{"actor": self._doctor.ref, "onBehalfOf": self._doctor.clinic.ref}],
            "note": [{"text": self._say(self._draw.choice(self._told["findings"]))}],
        })

    def _paper(self, paper: Json) -> None:
        doctor, told = self._doctor, self._told
        kinds = (coding(DOCUMENT_KIND, "341", "Осмотр лечащим врачом"), coding(LOINC, "11488-4"))
        self._add("DocumentReference", 50, {
            "masterIdentifier": identifier(NUMBER + "document", self._number), "status": "current", "docStatus": "final",
            "type": concept("Протокол осмотра", *kinds),
            "category": [concept("Заключения", coding(CATALOGUE, "conclusion", "Заключения"))], **self._subject,
            "date": self._when(40), "author": [doctor.ref], "authenticator": doctor.ref, "custodian": doctor.clinic.ref,
            "description": f"Осмотр: {doctor.post}. {told['words']}. {self._say(self._draw.choice(told['findings']))}",
            "content": [{"attachment": paper}], "context": {"encounter": [self._visit]},
        })

    def _cost(self) -> None:
        money = {"value": self._draw.randrange(20_000, 180_000) / 100, "currency": "RUB"}
        self._add("ChargeItem", 600, {
            "identifier": [identifier(NUMBER + "charge", self._number)], "status": "billed",
            "code": concept(f"Приём: {self._doctor.post}, {self._told['words'].lower()}"), **self._subject,
            "context": self._visit, "occurrenceDateTime": self._at, "performingOrganization": self._doctor.clinic.ref,
            "quantity": {"value": 1}, "priceOverride": money, "enteredDate": self._when(600),
            "note": [{"text": "Первичная медико-санитарная помощь, амбулаторно"}],
        })

    def _message(self) -> None:
        sent = self._when(1800)
        self._add("Communication", 1800, {
            "status": "completed", **self._subject, "sent": sent, "received": sent,
            "category": [concept("Уведомление", coding(HL7 + "communication-category", "notification"))],
            "topic": concept(self._told["words"]), "sender": self._doctor.clinic.ref, "recipient": [self._person.ref],
            "payload": [{"contentString": self._one_of("messages")}],
        })

    def _log(self) -> None:
        stamp = self._when(25)
        self._add("Provenance", 25, {
            "target": [self._visit, self._person.ref], "recorded": stamp, "occurredDateTime": stamp,
            "activity": concept("Создана запись о посещении", coding(HL7 + "v3-DataOperation", "CREATE")),
            "agent": [{"type": concept("Автор", coding(HL7 + "provenance-participant-type", "author")),
                       "who": self._doctor.ref, "onBehalfOf": self._doctor.clinic.ref}],
        })
