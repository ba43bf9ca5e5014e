"""Every kind of decision on Exchange by keys alone: what each side says, where Tab leads, what each choice becomes and how it is taken back.

The outcomes are laid into the record as the exchange lays them; that the portal brings them about is shown in tests/acting.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt

from desktop.record.clashes import CHOICES
from desktop.record.intents import State
from desktop.session.rows import BookingRow, ClashRow
from desktop.store.acting import End
from desktop.views import wording
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk
from tests.views.opened import texts

NOTHING_THERE = "У клиники записи нет"
HELD = "Окно закреплено за вами"
OTHER = ("Выбрать другое время", "wizard", "")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A decision: the act behind it, what the portal has, what both sides say, and each choice as (button, what it becomes, what is said)."""

    kind: str
    act: str
    status: str = ""
    there: str
    here: str
    choices: dict[str, tuple[str, str, str]] = field(default_factory=dict)


CASES = (
    Case(kind="slot_gone", act="book", there=NOTHING_THERE, here="Этого окна больше нет", choices={
        "other_slot": OTHER, "watch": ("Ждать такое окно", "wish", "Ждём такое окно"), "drop": ("Не нужно", "", "Запись убрана.")}),
    Case(kind="expired", act="reschedule", status="booked", there=HELD, here="Этого окна больше нет", choices={
        "other_slot": OTHER, "drop": ("Оставить прежнее время", "", "Остаётся прежнее время.")}),
    Case(kind="moved", act="reschedule", status="booked", there=HELD, here="Попросим это окно", choices={
        "keep_theirs": ("Оставить 19 мая, 10:40", "", "Оставили как у клиники."), "other_slot": OTHER,
        "mine": ("Попросить завтра, 9:20", "reschedule", "Попросим ваше время."), "cancel": ("Отменить приём", "cancel", "Отменяем приём.")}),
    Case(kind="proposed", act="accept", status="proposed", there="Клиника ждёт вашего ответа", here="Вы согласились на это окно", choices={
        "accept_time": ("Согласиться на 19 мая, 10:40", "accept", "Соглашаемся на новое время."), "other_slot": OTHER,
        "cancel": ("Отменить приём", "cancel", "Отменяем приём.")}),
    Case(kind="clinic_cancelled", act="reschedule", status="cancelled", there=NOTHING_THERE, here="Менять больше нечего", choices={
        "other_slot": OTHER, "accept": ("Понятно", "", "Хорошо.")}),
    Case(kind="booking_gone", act="reschedule", there=NOTHING_THERE, here="Менять больше нечего", choices={
        "other_slot": OTHER, "accept": ("Понятно", "", "Хорошо.")}),
    Case(kind="too_late", act="cancel", status="fulfilled", there="Приём начался или прошёл", here="Отправить это уже нельзя", choices={
        "accept": ("Понятно", "", "Хорошо.")}),
    Case(kind="already_booked", act="book", there="К этому врачу вы уже записаны", here="Это окно взять нельзя", choices={
        "keep_theirs": ("Оставить прежнюю запись", "", "Оставили как у клиники."), "other_slot": OTHER}),
    Case(kind="same_time", act="book", there="В это время вы у другого врача", here="Это окно взять нельзя", choices={
        "other_slot": OTHER, "drop": ("Не нужно", "", "Запись убрана.")}),
    Case(kind="other_age", act="book", there=NOTHING_THERE, here="Это окно взять нельзя", choices={
        "other_slot": OTHER, "drop": ("Не нужно", "", "Запись убрана.")}),
    Case(kind="rights_lost", act="book", there="Доступа к этой карте больше нет", here="Отправить это уже нельзя", choices={
        "accept": ("Понятно", "", "Хорошо.")}),
    Case(kind="needs_code", act="book", there="Портал ждёт код близкого", here="Ждёт вашего решения", choices={
        "retry": ("Повторить", "book", "Отправим ещё раз."), "drop": ("Не нужно", "", "Запись убрана.")}),
    Case(kind="refused", act="cancel", status="booked", there=HELD, here="Ждёт вашего решения", choices={
        "retry": ("Повторить", "cancel", "Отправим ещё раз."), "drop": ("Не отменять", "", "Приём остаётся.")}),
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


async def test_every_kind_of_decision_is_reached_by_tab_says_what_it_does_and_is_taken_back(made: Desk):
    assert {case.kind for case in CASES} == set(CHOICES)
    made.offline()
    visit = next(one for one in await made.session.bookings.upcoming() if one.specialty == "Кардиолог")
    slot, *_ = await made.session.bookings.free(doctor="Ильина")
    tried: set[tuple[str, str]] = set()
    for case in CASES:
        clash = await meet(made, case, visit, slot.id)
        await made.go("exchange")
        card = made.find(f"decision_{clash.id}")
        assert (case.kind, set(case.choices)) == (case.kind, set(clash.choices))
        assert [(case.kind, words) for words in (case.there, case.here) if words not in texts(card)] == []
        assert f"сегодня, {wording.clock_time(clash.acted_at)}, на этом компьютере" in texts(card)
        for choice, (words, becomes, said) in case.choices.items():
            await made.tab_to(f"choice_{choice}")
            assert (case.kind, made.focus().text()) == (case.kind, words)
            if (case.act, choice) not in tried:  # What a choice becomes depends on the act, not on the kind of decision.
                tried.add((case.act, choice))
                await chosen_and_taken_back(made, clash, becomes, said)
        await made.session.bookings.decide(clash.id, "drop" if "drop" in case.choices else next(iter(case.choices)), slot=slot.id)
        await made.settle()


async def chosen_and_taken_back(made: Desk, clash: ClashRow, becomes: str, said: str) -> None:
    """Press Enter on a choice, see what it has become, and bring the decision back with «Вернуть»."""
    await made.key(Qt.Key.Key_Return)
    if becomes == "wizard":
        assert (made.section, made.page.step, made.page.answers.clash) == ("wizard", "time", clash.id)
        await made.go("exchange")
        return
    bookings = made.session.bookings
    assert made.toast().startswith(said), (clash.kind, made.toast())
    assert await bookings.clashes() == ()
    assert [one.kind for one in await bookings.outbox() if one.decides == clash.id] == [becomes] * (becomes not in ("", "wish"))
    assert [row.watch.person for row in await made.session.watches.all()] == [clash.person] * (becomes == "wish")
    await made.press(made.window.shell._toasts[-1].action)
    assert (await bookings.clashes(), await made.session.watches.all()) == ((clash,), ())
