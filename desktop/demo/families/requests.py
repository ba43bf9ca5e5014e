"""What the family asked of the clinics and the insurer, and how far each request has come.

Owns Task. `code` names the kind (certificate, statement, resend …), `input` the fields of the form, `businessStatus` the words for
the person, `restriction.period.end` the day it is promised for, `statusReason` why it was refused, `output` what came of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from desktop.demo.families.codes import NUMBER, TASKS, Json, coding, concept, identifier, ref
from desktop.demo.families.dates import moment
from desktop.demo.families.ledger import Ledger
from desktop.demo.families.people import Person
from desktop.demo.families.places import Places


@dataclass(frozen=True, slots=True)
class _Told:
    person: str
    kind: str
    words: str
    status: str
    state: str
    asked: str
    fields: tuple[tuple[str, str], ...]
    due: str | None = None
    reason: str | None = None
    output: str | None = None


_STORY: Final = (
    _Told("natalya", "certificate", "Справка для бассейна", "in-progress", "Готовят в поликлинике", "2026-05-13 18:20",
          (("certificate", "pool"), ("purpose", "Спортивный комплекс «Заречье», бассейн")), due="2026-05-15"),
    _Told("natalya", "statement", "Сведения об услугах и их стоимости", "completed", "Готово", "2026-01-12 20:05",
          (("from", "2025-01-01"), ("to", "2025-12-31")), output="statement"),
    _Told("natalya", "activate-record", "Подключение электронной карты", "completed", "Карта подключена", "2023-02-01 9:10",
          (("clinic", "Городская поликлиника № 2"),)),
    _Told("natalya", "certificate", "Справка для бассейна", "completed", "Готово", "2025-09-30 9:40",
          (("certificate", "pool"), ("purpose", "Бассейн")), output="pool_old"),
    _Told("natalya", "attachment", "Прикрепление к поликлинике", "completed", "Вы прикреплены", "2023-02-03 10:00",
          (("clinic", "Городская поликлиника № 2"),)),
    _Told("timofey", "certificate", "Справка в бассейн для ребёнка", "rejected", "Отказано", "2026-05-08 21:10",
          (("certificate", "pool"), ("purpose", "Секция плавания")),
          reason="Нет анализа на энтеробиоз не старше 10 дней. Сдайте анализ и отправьте заявку снова."),
    _Told("timofey", "certificate", "Справка для школы", "completed", "Готово", "2026-03-16 12:00",
          (("certificate", "095u"), ("purpose", "Школа № 3")), output="school_note"),
    _Told("varvara", "vaccination-refresh", "Обновление данных о прививках", "completed", "Данные сверены", "2026-05-02 12:00",
          (("clinic", "Детская поликлиника № 1"),)),
    _Told("lyudmila", "policy-check", "Проверка полиса", "in-progress", "Полис на проверке", "2026-05-07 11:30",
          (("policy", "Бумажный полис"),), due="2026-05-21"),
    _Told("lyudmila", "send-to-pharmacy", "Рецепт в аптеку", "completed", "Отправлен в аптеку", "2026-04-23 13:00",
          (("pharmacy", "Аптека № 3, пр. Мира, 15"),)),
)


def build_requests(
    ledger: Ledger, places: Places, people: dict[str, Person], documents: dict[tuple[str, str], str],
) -> None:
    """Write the requests of everyone in `people`."""
    for told in _STORY:
        if told.person not in people:
            continue
        person, asked = people[told.person], ledger.calendar.at(told.asked)
        owner = places.insurers["zarechye"] if told.kind == "policy-check" else person.clinic.ref
        body: Json = {
            "identifier": [identifier(NUMBER + "request", f"З-{asked:%y%m%d}-{ledger.rng.randrange(9000) + 1000}")],
            "status": told.status, "businessStatus": concept(told.state), "intent": "order", "priority": "routine",
            "code": concept(told.words, coding(TASKS, told.kind, told.words)), "description": told.words,
            "for": person.ref, "authoredOn": moment(asked), "lastModified": moment(asked),
            "requester": people["natalya"].ref, "owner": owner,
            "input": [{"type": concept(None, coding(TASKS, name)), "valueString": value} for name, value in told.fields],
        }
        if told.due:
            body["restriction"] = {"period": {"end": moment(ledger.calendar.at(told.due + " 18:00"))}}
        if told.reason:
            body["statusReason"] = concept(told.reason)
        if told.output and (told.person, told.output) in documents:
            body["output"] = [{
                "type": concept("Документ"), "valueReference": ref(documents[(told.person, told.output)], told.words),
            }]
        ledger.add("Task", asked, body)
