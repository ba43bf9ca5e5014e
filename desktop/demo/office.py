"""The box's office: what the insurer and the register of insured people do with requests about cover.

Owns the answers to orders of statements, choices of an insurer, orders of a policy, scans of identity papers and connections of the
electronic card. Every answer is an ordinary new version of the Task, and a notice; the clinics' own side is clinic.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from desktop.clock import Clock
from desktop.demo import text
from desktop.demo.answers import Who, refuse
from desktop.demo.clinic import Clinic
from desktop.demo.counter import Counter, dotted, inputs, kind_of, person_of
from desktop.demo.families.codes import CATALOGUE, HL7, OMS, Json, coding, concept, identifier
from desktop.demo.shelf import Shelf

READY_DAYS: Final = 30
NEEDS_CONFIRMED: Final = frozenset({"statement.order", "insurer.choose", "policy.order", "card.connect"})
_CONFIRMED: Final = 3
_CONNECTED_HOURS: Final = 48
_HEAD: Final = ("Субъект РФ", "Организация", "Период", "Вид помощи", "Условия", "Услуга", "Стоимость, ₽")
_WIDTHS: Final = (0.12, 0.15, 0.11, 0.205, 0.135, 0.175, 0.105)


class Office(Counter):
    """Answers to requests about cover."""

    def __init__(self, shelf: Shelf, clinic: Clinic, clock: Clock, *, level_of: Callable[[str], int]) -> None:
        super().__init__(shelf, clinic, clock)
        self._level_of = level_of
        self.topics = _TITLES
        self.steps = {
            "statement.order": self._statement, "insurer.choose": self._insurer, "policy.order": self._policy,
            "identity.submit": self._identity, "card.connect": self._connect,
        }  # fmt: skip

    def check(self, resource: Json, who: Who) -> None:
        """*Raises* Refused for a request that only a confirmed account may make."""
        if who.may is not None and kind_of(resource) in NEEDS_CONFIRMED and self._level_of(who.account) < _CONFIRMED:
            raise refuse(403, "forbidden", "Нужна подтверждённая учётная запись.", detail="ACCOUNT_LEVEL")

    # --- what each kind goes through
    def _statement(self, task: Json) -> str:
        if task["status"] == "requested":
            return self._to(task, "in-progress", "Готовим сведения", "Заявление о стоимости услуг принято. Сведения готовятся.")
        document = self._write_statement(task)
        words = "Сведения об услугах и их стоимости готовы: откройте PDF."
        output = [{"type": {"text": "Документ"}, "valueReference": {"reference": document}}]
        return self._to(task, "completed", "Готово", words, about=document, output=output)

    def _insurer(self, task: Json) -> str:
        asked = inputs(task)
        if task["status"] == "requested":
            found = self._insurer_named(asked.get("insurer", ""))
            place = ", ".join(part for part in (found.get("name", ""), asked.get("point") or _address(found)) if part)
            if "signature" not in asked:
                words = f"Заявление без подписи. Придите с ним, паспортом и СНИЛС: {place}."
                return self._to(task, "on-hold", "Нужен визит с паспортом и СНИЛС", words)
            words = f"Заявление принято: {place}. Возьмите паспорт и СНИЛС: там выдадут временное свидетельство ОМС."
            return self._to(task, "accepted", "Заявление принято", words, restriction=self._by(timedelta(days=READY_DAYS)),
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
            words = "Электронная карта подключается. Обычно это занимает 24–48 часов."
            return self._to(task, "in-progress", "В работе", words, restriction=self._by(timedelta(hours=_CONNECTED_HOURS)))
        return self._to(task, "completed", "Активировано", "Электронная карта подключена: «Перейти к карте».")

    # --- inner
    def _today(self) -> date:
        return self._clock.now().date()

    def _insurer_named(self, name: str) -> Json:
        for item in self._shelf.items("WHERE live AND type='Organization'"):
            if item.resource.get("name") == name:
                return item.resource
        return {}

    def _cover(self, task: Json, *, insurer: str, start: date, end: str | None) -> None:
        """Give a person the policy that they asked for; the one before it ends."""
        person, asked = person_of(task), inputs(task)
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

    def _write_statement(self, task: Json) -> str:
        from desktop.demo.families.papers import Paper, Section, set_in_type

        person, asked = person_of(task), inputs(task)
        first, last = asked["from"], asked["to"]
        rows = [_HEAD]
        total = 0.0
        for benefit in self._of("ExplanationOfBenefit", person):
            for item in benefit.get("item", ()):
                day = str(item.get("servicedDate", ""))
                if first <= day <= last:
                    cost = float(item["net"]["value"])
                    total += cost
                    rows.append(("Московская область", str(benefit["provider"].get("display", "")), dotted(day), item["category"]["text"],
                                 item["locationCodeableConcept"]["text"], item["productOrService"]["text"], _money(cost)))  # fmt: skip
        period = f"с {dotted(first)} по {dotted(last)}"
        facts = (("Период", period), ("Всего", f"{len(rows) - 1} услуг на {_money(total)} ₽"))
        section = Section("Оказанные услуги", rows=tuple(rows), widths=_WIDTHS)
        data = set_in_type(Paper(("Реестр застрахованных",), "Сведения об оказанных медицинских услугах и их стоимости", period, facts,
                                 (section,), "Территориальный фонд ОМС", period))  # fmt: skip
        category = [coding(CATALOGUE, "statement", "Сведения"), coding(HL7 + "document", "statement")]
        return self._file(person, f"Услуги и их стоимость {period}", data, type="Сведения об услугах и их стоимости", category=category)


def _address(organization: Json) -> str:
    return next((str(one.get("text", "")) for one in organization.get("address") or ()), "")


def _money(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


_FORMS: Final = {"electronic": "Цифровой полис", "paper": "Бумажный полис", "card": "Карта с чипом"}
_TITLES: Final = {
    "statement.order": "Сведения об услугах", "insurer.choose": "Выбор страховой", "policy.order": "Полис ОМС",
    "identity.submit": "Документ", "card.connect": "Электронная карта",
}  # fmt: skip
