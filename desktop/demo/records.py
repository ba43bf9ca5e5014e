"""The box's records room: what the clinics do with requests for papers and with records that a person passes on.

Owns the answers to document.request, certificate.order, the sending of documents and cards, requests for a prescription. A request first
becomes work with a day by which it is promised, then an answer; each step is an ordinary new version and a notice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from desktop.clock import Clock
from desktop.demo import text
from desktop.demo.clinic import Clinic
from desktop.demo.counter import Counter, dotted, inputs, person_of
from desktop.demo.families.codes import CATALOGUE, Json, coding
from desktop.demo.shelf import Shelf

TERM_HOURS: Final = 24
_TYPES: Final = {
    "extract": "Выписка из истории болезни", "health": "Справка о состоянии здоровья", "results": "Результаты обследований",
    "discharge": "Выписной эпикриз", "vaccinations": "Сведения о прививках", "other": "Медицинский документ",
}  # fmt: skip
_PASSED: Final = ("document.send_to_clinic", "card.send_to_clinic", "records.pass_on")


class RecordsRoom(Counter):
    """Answers to requests for papers."""

    def __init__(self, shelf: Shelf, clinic: Clinic, clock: Clock) -> None:
        super().__init__(shelf, clinic, clock)
        self.steps = {
            "document.request": self._paper, "certificate.order": self._paper, "certificate.resubmit": self._paper,
            "prescription.ask": self._prescription, **dict.fromkeys(_PASSED, self._passed),
        }  # fmt: skip

    # --- what each kind goes through
    def _paper(self, task: Json) -> str:
        asked = inputs(task)
        title = asked.get("title") or _TYPES.get(asked.get("type", ""), _TYPES["other"])
        if task["status"] == "requested":
            term = self._by(timedelta(hours=TERM_HOURS))
            return self._to(task, "in-progress", "Готовим документ", f"{title}: запрос принят.", restriction=term)
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
    def _write(self, task: Json, title: str, asked: dict[str, str]) -> str:
        from desktop.demo.families.papers import Paper, Section, set_in_type

        person = person_of(task)
        known = self._shelf.current("Patient", person)
        name = next((one.get("text", "") for one in (known.resource if known else {}).get("name", ())), "")
        clinic = str(task.get("owner", {}).get("display", "")) or "Медицинская организация"
        period = " – ".join(dotted(asked[end]) for end in ("from", "to") if asked.get(end))
        facts = [("Пациент", name), ("Период", period or "всё время")]
        lines = tuple(self._lines(person, asked)) or ("За этот период записей нет.",)
        paper = Paper((clinic,), title, "по запросу пациента", tuple(facts), (Section("Сведения", lines),), "Заведующий отделением", title)
        category = "certificate" if asked.get("certificate") or asked.get("type") == "health" else "extract"
        return self._file(person, title, set_in_type(paper), type=title, category=[coding(CATALOGUE, category)],
                          custodian=task.get("owner") or {"display": clinic})  # fmt: skip

    def _lines(self, person: str, asked: dict[str, str]) -> list[str]:
        """Name what the card has of the period."""
        lines = []
        for one in self._of("Encounter", person):
            day = str(one.get("period", {}).get("start", ""))[:10]
            if asked.get("from", "") <= day <= (asked.get("to") or "9999"):
                kind = next((str(each.get("text", "")) for each in one.get("type") or ()), "Приём")
                lines.append(f"{dotted(day)}. {kind}")
        return lines[-12:]
