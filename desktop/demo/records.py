"""The box's records room: what the clinics do with requests for papers and with records that a person passes on.

Owns the answers to document.request, certificate.order, the sending of documents and cards, requests for a prescription. A request first
becomes work with a day by which it is promised, then an answer; each step is an ordinary new version and a notice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import text
from desktop.demo.clinic import Clinic
from desktop.demo.families.codes import CATALOGUE, Json, coding, concept
from desktop.demo.office import inputs, kind_of
from desktop.demo.shelf import Item, Shelf

TERM_HOURS: Final = 24
_TYPES: Final = {
    "extract": "Выписка из истории болезни", "health": "Справка о состоянии здоровья", "results": "Результаты обследований",
    "discharge": "Выписной эпикриз", "vaccinations": "Сведения о прививках", "other": "Медицинский документ",
}  # fmt: skip
_PASSED: Final = ("document.send_to_clinic", "card.send_to_clinic", "records.pass_on")
_ENDS: Final = ("completed", "rejected", "cancelled", "failed")


class RecordsRoom:
    """Answers to requests for papers. *Raises* KeyError for what is not there."""

    def __init__(self, shelf: Shelf, clinic: Clinic, clock: Clock) -> None:
        self._shelf, self._clinic, self._clock = shelf, clinic, clock

    def work(self) -> int:
        """Take every request that has waited long enough one step on; return how many."""
        if self._clinic.works_after_s is None:
            return 0
        before = self._shelf.now_ms() - int(self._clinic.works_after_s * 1000)
        waiting = [item for item in self.open() if item.updated <= before]
        for item in waiting:
            self.step(item.id)
        return len(waiting)

    def open(self) -> list[Item]:
        """Return the requests of these kinds that have no end yet, oldest first."""
        found = self._shelf.items("WHERE live AND type='Task' ORDER BY seq")
        return [one for one in found if kind_of(one.resource) in STEPS and one.resource["status"] not in _ENDS]

    def step(self, task: str) -> str:
        """Take a request one step on; return its new status."""
        item = self._shelf.current("Task", task)
        if item is None or not item.live:
            raise KeyError(task)
        with self._shelf.transaction():
            return STEPS[kind_of(item.resource)](self, item.resource)

    def refuse(self, task: str, reason: str) -> None:
        """Refuse a request in words."""
        item = self._shelf.current("Task", task)
        if item is None:
            raise KeyError(task)
        self._to(item.resource, "rejected", "Отказано", reason, statusReason={"text": reason})

    # --- what each kind goes through
    def _paper(self, task: Json) -> str:
        asked = inputs(task)
        title = asked.get("title") or _TYPES.get(asked.get("type", ""), _TYPES["other"])
        if task["status"] == "requested":
            until = text.instant(text.to_ms(self._clock.now() + timedelta(hours=TERM_HOURS)))
            return self._to(task, "in-progress", "Готовим документ", f"{title}: запрос принят.", restriction={"period": {"end": until}})
        document = self._write(task, title, asked)
        output = [{"type": {"text": "Документ"}, "valueReference": {"reference": document, "display": title}}]
        return self._to(task, "completed", "Готово", f"{title}: документ готов и лежит в карте.", about=document, output=output)

    def _passed(self, task: Json) -> str:
        where = str(task.get("owner", {}).get("display", "")) or "Единая медицинская карта"
        if task["status"] == "requested":
            return self._to(task, "in-progress", "Передаём", f"Передаём записи: {where}.")
        return self._to(task, "completed", "Получено", f"Записи получены: {where}.")

    def _prescription(self, task: Json) -> str:
        if task["status"] == "requested":
            return self._to(task, "in-progress", "У врача", "Запрос рецепта передан врачу.")
        _, _, name = str(task.get("focus", {}).get("reference", "")).partition("/")
        old = self._shelf.current("MedicationRequest", name) if name else None
        if old is None or not old.live:
            reason = "Препарат назначат на приёме: запишитесь к врачу."
            return self._to(task, "rejected", "Нужен приём", reason, statusReason={"text": reason})
        now = self._clock.now()
        new = {key: value for key, value in old.resource.items() if key not in ("meta", "identifier", "dispenseRequest")}
        span = {"start": now.date().isoformat(), "end": (now + timedelta(days=30)).date().isoformat()}
        new |= {"id": self._shelf.fresh_id(), "status": "active", "authoredOn": text.instant(text.to_ms(now)),
                "dispenseRequest": {**old.resource.get("dispenseRequest", {}), "validityPeriod": span}}  # fmt: skip
        made = f"MedicationRequest/{self._shelf.write(new, 'PUT').id}"
        return self._to(task, "completed", "Рецепт выписан", "Врач выписал рецепт: он в карте.", about=made,
                        output=[{"type": {"text": "Рецепт"}, "valueReference": {"reference": made}}])  # fmt: skip

    # --- inner
    def _to(self, task: Json, status: str, state: str, words: str, *, about: str = "", **more: Any) -> str:
        now = text.instant(self._shelf.now_ms())
        self._shelf.write({**task, **more, "status": status, "businessStatus": {"text": state}, "lastModified": now}, "PUT")
        self._clinic.notice(_person(task), words, about=about or f"Task/{task['id']}")
        return status

    def _write(self, task: Json, title: str, asked: dict[str, str]) -> str:
        from desktop.demo.families.papers import Paper, Section, set_in_type

        person, now = _person(task), self._clock.now()
        known = self._shelf.current("Patient", person)
        name = next((one.get("text", "") for one in (known.resource if known else {}).get("name", ())), "")
        clinic = str(task.get("owner", {}).get("display", "")) or "Медицинская организация"
        period = " – ".join(_dotted(asked[end]) for end in ("from", "to") if asked.get(end))
        facts = [("Пациент", name), ("Период", period or "всё время")]
        lines = tuple(self._lines(person, asked)) or ("За этот период записей нет.",)
        paper = Paper((clinic,), title, "по запросу пациента", tuple(facts), (Section("Сведения", lines),), "Заведующий отделением", title)
        data, binary = set_in_type(paper), self._shelf.fresh_id()
        self._shelf.put_blob(binary, "application/pdf", data)
        at = text.instant(text.to_ms(now))
        category = "certificate" if asked.get("certificate") or asked.get("type") == "health" else "extract"
        made = {
            "resourceType": "DocumentReference", "id": self._shelf.fresh_id(), "status": "current", "docStatus": "final",
            "type": concept(title), "category": [concept(title, coding(CATALOGUE, category))],
            "subject": {"reference": f"Patient/{person}"}, "date": at, "description": title,
            "custodian": task.get("owner") or {"display": clinic},
            "content": [{"attachment": {"contentType": "application/pdf", "url": f"Binary/{binary}", "size": len(data), "title": title,
                                        "creation": at}}],
        }  # fmt: skip
        return f"DocumentReference/{self._shelf.write(made, 'PUT').id}"

    def _lines(self, person: str, asked: dict[str, str]) -> list[str]:
        """Name what the card has of the period."""
        found = self._shelf.items(
            "WHERE live AND type='Encounter' AND seq IN (SELECT seq FROM owner WHERE person=?) ORDER BY first", (person,)
        )
        lines = []
        for one in found:
            day = str(one.resource.get("period", {}).get("start", ""))[:10]
            if asked.get("from", "") <= day <= (asked.get("to") or "9999"):
                kind = next((str(each.get("text", "")) for each in one.resource.get("type") or ()), "Приём")
                lines.append(f"{_dotted(day)}. {kind}")
        return lines[-12:]


def _person(task: Json) -> str:
    return str(task["for"]["reference"]).removeprefix("Patient/")


def _dotted(day: str) -> str:
    return ".".join(reversed(day.split("-")))


STEPS: Final[dict[str, Callable[[RecordsRoom, Json], str]]] = {
    "document.request": RecordsRoom._paper, "certificate.order": RecordsRoom._paper, "certificate.resubmit": RecordsRoom._paper,
    "prescription.ask": RecordsRoom._prescription, **dict.fromkeys(_PASSED, RecordsRoom._passed),
}  # fmt: skip
