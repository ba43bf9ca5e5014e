"""The box's office: what the insurer and the register of insured people do with requests about cover.

Owns the answers to orders of statements, choices of an insurer, orders of a policy, scans of identity papers and connections of the
electronic card. Every answer is an ordinary new version of the Task, and a notice; the clinics' own side is clinic.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final

from desktop.clock import Clock
from desktop.demo import text
from desktop.demo.answers import Who, refuse
from desktop.demo.clinic import Clinic
from desktop.demo.families.codes import CATALOGUE, HL7, OMS, Json, coding, concept, identifier
from desktop.demo.shelf import Item, Shelf

ACTS: Final = "urn:medkarta:act"
READY_DAYS: Final = 30
NEEDS_CONFIRMED: Final = frozenset({"statement.order", "insurer.choose", "policy.order", "card.connect"})
_CONFIRMED: Final = 3
_CONNECTED_HOURS: Final = 48
_HEAD: Final = ("Субъект РФ", "Организация", "Период", "Вид помощи", "Условия", "Услуга", "Стоимость, ₽")
_WIDTHS: Final = (0.12, 0.15, 0.11, 0.205, 0.135, 0.175, 0.105)


class Office:
    """Answers to requests about cover. *Raises* KeyError for what is not there."""

    def __init__(self, shelf: Shelf, clinic: Clinic, clock: Clock, *, level_of: Callable[[str], int]) -> None:
        self._shelf = shelf
        self._clinic = clinic
        self._clock = clock
        self._level_of = level_of

    def check(self, resource: Json, who: Who) -> None:
        """*Raises* Refused for a request that only a confirmed account may make."""
        if who.may is not None and kind_of(resource) in NEEDS_CONFIRMED and self._level_of(who.account) < _CONFIRMED:
            raise refuse(403, "forbidden", "Нужна подтверждённая учётная запись.", detail="ACCOUNT_LEVEL")

    def work(self) -> int:
        """Take every request that has waited long enough one step on; return how many."""
        if self._clinic.works_after_s is None:
            return 0
        before = self._shelf.now_ms() - int(self._clinic.works_after_s * 1000)
        return sum(self.step(item.id) != "" for item in self.open() if item.updated <= before)

    def open(self) -> list[Item]:
        """Return the requests of these kinds that have no end yet, oldest first."""
        found = self._shelf.items("WHERE live AND type='Task' ORDER BY seq")
        return [one for one in found if kind_of(one.resource) in _STEPS and one.resource["status"] not in _ENDS]

    def step(self, task: str) -> str:
        """Take a request one step on; return its new status, or nothing when its time has not come."""
        item = self._shelf.current("Task", task)
        if item is None or not item.live:
            raise KeyError(task)
        with self._shelf.transaction():
            return _STEPS[kind_of(item.resource)](self, item.resource)

    def refuse(self, task: str, reason: str) -> None:
        """Refuse a request, in words and with a notice."""
        item = self._shelf.current("Task", task)
        if item is None:
            raise KeyError(task)
        title = _TITLES[kind_of(item.resource)]
        self._to(item.resource, "rejected", "Отказано", f"{title}: отказано. {reason}", statusReason={"text": reason})

    # --- what each kind goes through
    def _statement(self, task: Json) -> str:
        if task["status"] == "requested":
            return self._to(task, "in-progress", "Готовим сведения", "Заявление о стоимости услуг принято. Сведения готовятся.")
        document = self._write_statement(task)
        words = "Сведения об услугах и их стоимости готовы: откройте PDF."
        output = [{"type": {"text": "Документ"}, "valueReference": {"reference": f"DocumentReference/{document}"}}]
        return self._to(task, "completed", "Готово", words, about=f"DocumentReference/{document}", output=output)

    def _insurer(self, task: Json) -> str:
        asked = inputs(task)
        if task["status"] == "requested":
            found = self._insurer_named(asked.get("insurer", ""))
            place = ", ".join(part for part in (found.get("name", ""), asked.get("point") or _address(found)) if part)
            if "signature" not in asked:
                words = f"Заявление без подписи. Придите с ним, паспортом и СНИЛС: {place}."
                return self._to(task, "on-hold", "Нужен визит с паспортом и СНИЛС", words)
            words = f"Заявление принято: {place}. Возьмите паспорт и СНИЛС: там выдадут временное свидетельство ОМС."
            until = text.instant(text.to_ms(self._clock.now() + timedelta(days=READY_DAYS)))
            return self._to(task, "accepted", "Заявление принято", words, restriction={"period": {"end": until}},
                            output=[{"type": {"text": "place"}, "valueString": place}])  # fmt: skip
        if task["status"] == "on-hold" or text.span(task["restriction"]["period"]["end"])[0] > self._shelf.now_ms():
            return ""
        self._cover(task, insurer=asked.get("insurer", ""), start=self._today(), end=None)
        words = "Постоянный полис ОМС готов. Приходите за ним в страховую с паспортом."
        return self._to(task, "completed", "Полис готов", words)

    def _policy(self, task: Json) -> str:
        asked = inputs(task)
        if task["status"] == "requested":
            return self._to(task, "in-progress", "Проверяем данные", "Заявление на полис ОМС принято.")
        start = date.fromisoformat(asked["from"])
        self._cover(task, insurer="", start=start, end=asked.get("to"))
        return self._to(task, "completed", "Полис оформлен", "Полис ОМС оформлен: он появился в карте.")

    def _identity(self, task: Json) -> str:
        return self._to(task, "completed", "Документ принят", "Документ проверен и принят.")

    def _connect(self, task: Json) -> str:
        if task["status"] == "requested":
            until = text.instant(text.to_ms(self._clock.now() + timedelta(hours=_CONNECTED_HOURS)))
            words = "Электронная карта подключается. Обычно это занимает 24–48 часов."
            return self._to(task, "in-progress", "В работе", words, restriction={"period": {"end": until}})
        return self._to(task, "completed", "Активировано", "Электронная карта подключена: «Перейти к карте».")

    # --- inner
    def _to(self, task: Json, status: str, state: str, words: str, *, about: str = "", **more: Any) -> str:
        now = text.instant(self._shelf.now_ms())
        self._shelf.write({**task, **more, "status": status, "businessStatus": {"text": state}, "lastModified": now}, "PUT")
        self._clinic.notice(_person(task), words, about=about or f"Task/{task['id']}", topic=_TITLES[kind_of(task)])
        return status

    def _today(self) -> date:
        return self._clock.now().date()

    def _insurer_named(self, name: str) -> Json:
        for item in self._shelf.items("WHERE live AND type='Organization'"):
            if item.resource.get("name") == name:
                return item.resource
        return {}

    def _cover(self, task: Json, *, insurer: str, start: date, end: str | None) -> None:
        """Give a person the policy that they asked for; the one before it ends."""
        person, asked = _person(task), inputs(task)
        old = next((one for one in self._of("Coverage", person) if one.get("status") == "active"), {})
        found = self._insurer_named(insurer)
        payor = [{"reference": f"Organization/{found['id']}", "display": found["name"]}] if found else old.get("payor", [])
        number = next((one["value"] for one in old.get("identifier", ())), asked.get("number", ""))
        if old:
            self._shelf.write({**old, "status": "cancelled"}, "PUT")
        form = asked.get("form", "electronic")
        self._shelf.write({
            "resourceType": "Coverage", "id": self._shelf.fresh_id(), "status": "active",
            "identifier": [identifier(OMS, number, use="official", kind="SB")], "type": concept("Полис ОМС единого образца"),
            "beneficiary": {"reference": f"Patient/{person}"}, "payor": payor,
            "period": {"start": start.isoformat()} | ({"end": end} if end else {}),
            "class": [{"type": concept("Форма полиса", coding(CATALOGUE, "policy-form")), "value": form, "name": _FORMS.get(form, form)}],
        }, "PUT")  # fmt: skip

    def _of(self, kind: str, person: str) -> list[Json]:
        found = self._shelf.items(
            "WHERE live AND type=? AND seq IN (SELECT seq FROM owner WHERE person=?) ORDER BY seq", (kind, person)
        )
        return [one.resource for one in found]

    def _write_statement(self, task: Json) -> str:
        from desktop.demo.families.papers import Paper, Section, set_in_type

        person, asked, now = _person(task), inputs(task), self._clock.now()
        first, last = asked["from"], asked["to"]
        rows = [_HEAD]
        total = 0.0
        for benefit in self._of("ExplanationOfBenefit", person):
            for item in benefit.get("item", ()):
                day = str(item.get("servicedDate", ""))
                if first <= day <= last:
                    cost = float(item["net"]["value"])
                    total += cost
                    rows.append(("Московская область", str(benefit["provider"].get("display", "")), _dotted(day), item["category"]["text"],
                                 item["locationCodeableConcept"]["text"], item["productOrService"]["text"], _money(cost)))  # fmt: skip
        period = f"с {_dotted(first)} по {_dotted(last)}"
        facts = (("Период", period), ("Всего", f"{len(rows) - 1} услуг на {_money(total)} ₽"))
        section = Section("Оказанные услуги", rows=tuple(rows), widths=_WIDTHS)
        data = set_in_type(Paper(("Реестр застрахованных",), "Сведения об оказанных медицинских услугах и их стоимости", period, facts,
                                 (section,), "Территориальный фонд ОМС", period))  # fmt: skip
        name = self._shelf.fresh_id()
        self._shelf.put_blob(name, "application/pdf", data)
        made = _document(self._shelf.fresh_id(), person, name, len(data), now, f"Услуги и их стоимость {period}")
        return self._shelf.write(made, "PUT").id


def kind_of(resource: Json) -> str:
    """Return which act of a person a Task is, or nothing."""
    if resource.get("resourceType") != "Task":
        return ""
    codes = resource.get("code", {}).get("coding") or ()
    return next((str(one.get("code", "")) for one in codes if one.get("system") == ACTS), "")


def inputs(task: Json) -> dict[str, str]:
    """Return what was filled in; a file by its address."""
    return {
        str(one["type"].get("text", "")): str(one.get("valueString") or one.get("valueAttachment", {}).get("url", ""))
        for one in task.get("input") or ()
    }


def _person(task: Json) -> str:
    return str(task["for"]["reference"]).removeprefix("Patient/")


def _address(organization: Json) -> str:
    return next((str(one.get("text", "")) for one in organization.get("address") or ()), "")


def _dotted(day: str) -> str:
    year, month, rest = day.split("-")
    return f"{rest}.{month}.{year}"


def _money(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def _document(id: str, person: str, binary: str, size: int, now: datetime, title: str) -> Json:
    return {
        "resourceType": "DocumentReference", "id": id, "status": "current", "docStatus": "final",
        "type": concept("Сведения об услугах и их стоимости"),
        "category": [concept("Сведения", coding(CATALOGUE, "statement", "Сведения"), coding(HL7 + "document", "statement"))],
        "subject": {"reference": f"Patient/{person}"}, "date": text.instant(text.to_ms(now)), "description": title,
        "content": [{"attachment": {"contentType": "application/pdf", "url": f"Binary/{binary}", "size": size, "title": title,
                                    "creation": text.instant(text.to_ms(now))}}],
    }  # fmt: skip


_FORMS: Final = {"electronic": "Цифровой полис", "paper": "Бумажный полис", "card": "Карта с чипом"}
_ENDS: Final = ("completed", "rejected", "cancelled", "failed")
_TITLES: Final = {
    "statement.order": "Сведения об услугах", "insurer.choose": "Выбор страховой", "policy.order": "Полис ОМС",
    "identity.submit": "Документ", "card.connect": "Электронная карта",
}  # fmt: skip
_STEPS: Final[dict[str, Callable[[Office, Json], str]]] = {
    "statement.order": Office._statement, "insurer.choose": Office._insurer, "policy.order": Office._policy,
    "identity.submit": Office._identity, "card.connect": Office._connect,
}  # fmt: skip
