"""Every kind of decision on Exchange by keys alone: what each side says, where Tab leads, what a choice becomes.

The outcomes are laid into the record as the exchange lays them; that the portal brings them about is shown in tests/acting.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.record.clashes import CHOICES
from desktop.record.intents import State
from desktop.session.rows import BookingRow, ClashRow
from desktop.store.acting import End
from desktop.views import visit_words, wording
from desktop.views.pages.decision import DecisionCard
from desktop.views.parts import Button
from desktop.words import LANGUAGES, set_language
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk
from tests.views.opened import texts

NOTHING_THERE = "У клиники записи нет"
HELD = "Окно закреплено за вами"
OTHER = "Выбрать другое время"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A decision: the act behind it, what the portal has, what both sides say, the words of each choice; one choice that is pressed,
    what it becomes and what is said of it."""

    kind: str
    act: str
    status: str = ""
    there: str
    here: str
    choices: dict[str, str]
    pressed: tuple[str, str, str]


CASES = (
    Case(kind="slot_gone", act="book", there=NOTHING_THERE, here="Этого окна больше нет",
         choices={"other_slot": OTHER, "watch": "Ждать такое окно", "drop": "Не нужно"}, pressed=("drop", "", "Запись убрана.")),
    Case(kind="expired", act="reschedule", status="booked", there=HELD, here="Этого окна больше нет",
         choices={"other_slot": OTHER, "drop": "Оставить прежнее время"}, pressed=("drop", "", "Остаётся прежнее время.")),
    Case(kind="moved", act="reschedule", status="booked", there=HELD, here="Попросим это окно",
         choices={"keep_theirs": "Оставить 19 мая, 10:40", "mine": "Попросить завтра, 9:20", "other_slot": OTHER, "cancel": "Отменить приём"},
         pressed=("cancel", "cancel", "Отменяем приём.")),
    Case(kind="proposed", act="accept", status="proposed", there="Клиника ждёт вашего ответа", here="Вы согласились на это окно",
         choices={"accept_time": "Согласиться на 19 мая, 10:40", "other_slot": OTHER, "cancel": "Отменить приём"},
         pressed=("other_slot", "wizard", "")),
    Case(kind="clinic_cancelled", act="reschedule", status="cancelled", there=NOTHING_THERE, here="Менять больше нечего",
         choices={"other_slot": OTHER, "accept": "Понятно"}, pressed=("accept", "", "Хорошо.")),
    Case(kind="booking_gone", act="reschedule", there=NOTHING_THERE, here="Менять больше нечего",
         choices={"other_slot": OTHER, "accept": "Понятно"}, pressed=("other_slot", "wizard", "")),
    Case(kind="too_late", act="cancel", status="fulfilled", there="Приём начался или прошёл", here="Отправить это уже нельзя",
         choices={"accept": "Понятно"}, pressed=("accept", "", "Хорошо.")),
    Case(kind="already_booked", act="book", there="К этому врачу вы уже записаны", here="Это окно взять нельзя",
         choices={"keep_theirs": "Оставить прежнюю запись", "other_slot": OTHER}, pressed=("keep_theirs", "", "Оставили как у клиники.")),
    Case(kind="same_time", act="book", there="В это время вы у другого врача", here="Это окно взять нельзя",
         choices={"other_slot": OTHER, "drop": "Не нужно"}, pressed=("drop", "", "Запись убрана.")),
    Case(kind="other_age", act="book", there=NOTHING_THERE, here="Это окно взять нельзя",
         choices={"other_slot": OTHER, "drop": "Не нужно"}, pressed=("other_slot", "wizard", "")),
    Case(kind="rights_lost", act="book", there="Доступа к этой карте больше нет", here="Отправить это уже нельзя",
         choices={"accept": "Понятно"}, pressed=("accept", "", "Хорошо.")),
    Case(kind="needs_code", act="book", there="Портал ждёт код близкого", here="Ждёт вашего решения",
         choices={"enter_code": "Отправить с кодом", "retry": "Прислать новый код", "drop": "Не нужно"},
         pressed=("retry", "book", "Попросим новый код.")),
    Case(kind="wrong_code", act="book", there="Портал ждёт код близкого", here="Ждёт вашего решения",
         choices={"enter_code": "Отправить с кодом", "retry": "Прислать новый код", "drop": "Не нужно"}, pressed=("drop", "", "Запись убрана.")),
    Case(kind="old_code", act="book", there="Портал ждёт код близкого", here="Ждёт вашего решения",
         choices={"retry": "Прислать новый код", "drop": "Не нужно"}, pressed=("drop", "", "Запись убрана.")),
    Case(kind="refused", act="cancel", status="booked", there=HELD, here="Ждёт вашего решения",
         choices={"retry": "Повторить", "drop": "Не отменять"}, pressed=("drop", "", "Приём остаётся.")),
)  # fmt: skip


@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def meet(made: Desk, case: Case, visit: BookingRow, slot: str) -> ClashRow:
    """Accept the act of a case and lay its outcome into the record; return the decision."""
    bookings, acting, store = made.session.bookings, made.session._acting, made.session.store
    match case.act:
        case "book":
            act = await bookings.book(slot, visit.person)
        case "reschedule":
            act = await bookings.reschedule(visit.id, slot)
        case "accept":
            starts_at = "2026-05-15T09:20:00+03:00"
            act = await bookings.act("accept", visit.person, {"booking": visit.id, "starts_at": starts_at, "specialty": visit.specialty})
        case _:
            act = await bookings.cancel(visit.id)
    assert visit.starts_at is not None
    made.clock.advance(600)
    facts = {"booking": visit.id, "version": "1", "status": case.status, "starts_at": visit.starts_at.isoformat(), "slot": visit.slot}

    def end() -> None:
        intent = acting.get(act)
        assert intent is not None
        state = State.REJECTED if case.kind == "refused" else State.CLASHED
        acting.end(End(intent=acting.begin(intent), state=state, clash=case.kind, theirs=facts if case.status else {}))

    await store.call(end)
    return next(one for one in await bookings.clashes() if one.intent == act)


async def told_by_tab(made: Desk) -> dict[tuple[str, str], str]:
    """Go through the decisions with Tab; return the words of each choice that had the focus, by decision and choice."""
    told: dict[tuple[str, str], str] = {}
    cards = made.page.findChildren(DecisionCard)
    await made.tab_to(f"choice_{cards[0].clash.choices[0]}")
    while (card := next((one for one in cards if one.isAncestorOf(made.focus())), None)) is not None:
        told[card.clash.id, made.focus().objectName().removeprefix("choice_")] = made.focus().text()
        QTest.keyClick(made.focus(), Qt.Key.Key_Tab)
    return told


@pytest.mark.parametrize("language", LANGUAGES)
def test_explanation_of_a_decision_stands_in_whole_sentences(language: str) -> None:
    set_language(language)
    said = [visit_words.explained(case.kind) for case in CASES]
    assert [one for one in said if not one[0].isupper() or not one.endswith(".")] == []


async def test_every_kind_of_decision_is_reached_by_tab_and_each_choice_says_what_it_does(made: Desk):
    assert {case.kind for case in CASES} == set(CHOICES)
    made.offline()
    visit = next(one for one in await made.session.bookings.upcoming() if one.specialty == "Кардиолог")
    slot, *_ = await made.session.bookings.free(doctor="Ильина")
    found = [(case, await meet(made, case, visit, slot.id)) for case in CASES]
    await made.go("exchange")
    told = await told_by_tab(made)
    for case, clash in found:
        assert case.choices == {choice: told.get((clash.id, choice)) for choice in clash.choices}
        words = texts(made.find(f"decision_{clash.id}"))
        did = f"сегодня, {wording.clock_time(clash.acted_at)}, на этом компьютере"
        assert (case.kind, [one for one in (case.there, case.here, did) if one not in words]) == (case.kind, [])
    for case, clash in found:
        await press_and_see(made, clash, *case.pressed)


async def press_and_see(made: Desk, clash: ClashRow, choice: str, becomes: str, said: str) -> None:
    """Press Enter on a choice and see what it has become."""
    await made.press(made.find(f"decision_{clash.id}").findChild(Button, f"choice_{choice}"))
    if becomes == "wizard":
        assert (made.section, made.page.step, made.page.answers.clash) == ("wizard", "time", clash.id)
        await made.go("exchange")
        return
    assert made.toast().startswith(said), (clash.kind, made.toast())
    assert clash.id not in [one.id for one in await made.session.bookings.clashes()]
    made_of_it = [one.kind for one in await made.session.bookings.outbox() if one.decides == clash.id]
    assert (clash.kind, made_of_it) == (clash.kind, [becomes] if becomes else [])


def booked_on(made: Desk, slot: str) -> list[dict[str, object]]:
    return [one for one in made.live() if one.get("slot") == [{"reference": f"Slot/{slot}"}]]


async def test_booking_waits_for_the_relatives_code_and_goes_once_when_it_is_entered(made: Desk):
    bookings = made.session.bookings
    mother = next(one for one in made.session.people if one.given == "Людмила")
    made.box.relatives.asked.add(mother.patient_id)
    slot, *_ = await bookings.free(specialty="Невролог")
    made.window.shell.switch(mother.id)
    await made.settle()
    await bookings.book(slot.id, mother.id)
    await made.sync()
    await made.go("bookings")
    assert "Код пришёл вашему близкому" in made.texts()
    await made.press("choice_enter_code")
    assert (made.section, made.focus().objectName()) == ("exchange", "relatives_code")
    await made.key(Qt.Key.Key_Return)
    assert "Введите код: он в сообщении у близкого." in made.texts()
    (sent,) = made.box.relatives.messages
    await made.write("нет кода")
    await made.key(Qt.Key.Key_Return)
    await made.close_toast()
    await made.sync()
    assert "Невролог: код близкого не подошёл" in made.texts()
    assert booked_on(made, slot.id) == []
    await made.tab_to("relatives_code")
    await made.write(sent.code)
    await made.press("choice_enter_code")
    assert made.toast().startswith("Отправим запись с кодом.")
    await made.close_toast()
    made.line.is_deaf = True
    await made.sync()
    made.line.is_deaf = False
    await made.sync()
    assert [(one.kind, one.state) for one in await bookings.outbox()] == []
    (booked,) = booked_on(made, slot.id)
    assert (booked["status"], booked.get("extension")) == ("booked", None)
    assert len(made.box.relatives.messages) == 1


async def test_code_whose_time_is_over_is_asked_for_again(made: Desk):
    bookings = made.session.bookings
    mother = next(one for one in made.session.people if one.given == "Людмила")
    made.box.relatives.asked.add(mother.patient_id)
    call = {"address": "ул. Речная, 3", "phone": "+70000000000", "symptoms": "жар", "on": "2026-05-14", "no_red_flags": True}
    await bookings.act("house_call", mother.id, call)
    await made.sync()
    (clash,) = await bookings.clashes()
    await bookings.decide(clash.id, "enter_code", code=made.box.relatives.messages[0].code)
    made.clock.advance(4000)
    await made.sync()
    await made.go("exchange")
    assert "Код близкого уже не действует" in made.texts()
    await made.press("choice_retry")
    await made.close_toast()
    await made.sync()
    (clash,) = await bookings.clashes()
    assert (clash.kind, "code" in dict(clash.mine)) == ("needs_code", False)
    await bookings.decide(clash.id, "enter_code", code=made.box.relatives.messages[1].code)
    await made.sync()
    assert await bookings.clashes() == ()
    assert await made.outbox() == []
