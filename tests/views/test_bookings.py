"""The bookings page by keyboard alone: decide, cancel, take back; files and filters; the same decisions on Exchange."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from desktop import limits
from desktop.session.rows import BookingRow
from desktop.views import asking, notify
from desktop.views.pages import bookings
from desktop.views.pages.bookings_filters import Wanted, fits
from desktop.views.pages.bookings_paper import calendar
from desktop.views.pages.bookings_ticket import menu
from desktop.views.parts import Ticket
from tests.views.looking import cut, unnamed
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk


def row(**more: object) -> BookingRow:
    fields = {"id": "b", "person": 1, "certainty": "confirmed", "kind": "visit", "status": "booked", "specialty": "Кардиолог",
              "doctor": "Гусев А. В.", "clinic": "ГП № 2", "address": "ул. Садовая, 14", "room": "312",
              "starts_at": datetime(2026, 5, 19, 7, 40, tzinfo=UTC), "ends_at": None, "advice": ""}  # fmt: skip
    return BookingRow(**{**fields, **more})  # type: ignore[arg-type]


# --- pure
def test_filters_take_day_service_specialty_state_and_district():
    today, towns = date(2026, 5, 14), {"ГП № 2": "Зареченск"}
    visit = row()
    yes = (Wanted(), Wanted(when="month"), Wanted(when="day", day=date(2026, 5, 19)), Wanted(type="visit"),
           Wanted(specialty="Кардиолог"), Wanted(status="confirmed"), Wanted(district="Зареченск"))  # fmt: skip
    no = (Wanted(when="week"), Wanted(when="day", day=date(2026, 5, 20)), Wanted(type="house_call"),
          Wanted(specialty="Окулист"), Wanted(status="cancelled"), Wanted(district="Москва"))  # fmt: skip
    assert [fits(visit, one, today=today, towns=towns) for one in yes] == [True] * len(yes)
    assert [fits(visit, one, today=today, towns=towns) for one in no] == [False] * len(no)
    assert not fits(row(starts_at=None), Wanted(when="month"), today=today, towns=towns)


@pytest.mark.parametrize("hostile", [
    "a\r\nATTENDEE:mailto:x@example.org", "a\nBEGIN:VALARM\nEND:VALARM", "a;b,c\\n", 'x";TZID="y', "а\u2028б", "\x00\x1b[31m", "=1+1",
])  # fmt: skip
def test_calendar_file_holds_one_visit_whatever_the_portal_wrote(hostile: str):
    body = calendar((row(doctor=hostile, clinic=hostile, advice=hostile, id="x"),), now=datetime(2026, 5, 14, tzinfo=UTC))
    whole = icalendar.Calendar.from_ical(body)
    (event,) = whole.walk("VEVENT")
    assert len(whole.subcomponents) == 1
    assert event.subcomponents == []
    assert "ATTENDEE" not in event
    assert event["dtstart"].dt == datetime(2026, 5, 19, 7, 40, tzinfo=UTC)
    assert str(event["uid"]) == "x@medkarta"


# --- the window
@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def visit_of(made: Desk, specialty: str = "Кардиолог") -> BookingRow:
    return next(one for one in await made.session.bookings.upcoming(family=True) if one.specialty == specialty)


async def open_at(made: Desk, booking: str) -> None:
    made.window.shell.go("bookings", booking)
    await made.settle()


def menu_of(made: Desk, booking: BookingRow) -> list[QAction]:
    ticket = made.page.findChild(Ticket, f"booking_{booking.id}")
    return menu(ticket, booking, made.page.acts).actions()


def entries(made: Desk, booking: BookingRow) -> list[str]:
    return [one.text() for one in menu_of(made, booking)]


async def lose_a_slot(made: Desk) -> tuple[BookingRow, str]:
    """Book the oculist for the child offline while somebody else takes the time; return the ticket and the slot."""
    child = next(one for one in made.session.people if one.given == "Тимофей")
    slot = (await made.session.bookings.free(doctor="Соколова"))[0]
    await made.session.bookings.book(slot.id, child.id)
    made.box.clinic.another_patient_takes(slot.id)
    await made.sync()
    lost = next(one for one in await made.session.bookings.upcoming(family=True) if one.certainty == "clash")
    return lost, slot.id


async def test_taken_time_is_replaced_by_the_nearest_one_with_one_key(made: Desk):
    lost, gone = await lose_a_slot(made)
    await open_at(made, lost.id)
    assert "Это время уже заняли," in made.texts()
    (clash,) = await made.session.bookings.clashes()
    first = (await made.session.bookings.alternatives(clash.id))[0]
    assert made.focus().objectName() == f"take_{first.id}"
    await made.key(Qt.Key.Key_Return)
    assert await made.session.bookings.clashes() == ()
    await made.close_toast()
    await made.sync()
    assert len(made.live(slot=[{"reference": f"Slot/{first.id}"}])) == 1  # type: ignore[arg-type]
    assert made.live(slot=[{"reference": f"Slot/{gone}"}]) == []  # type: ignore[arg-type]


async def test_decision_is_on_disk_at_the_click_and_can_be_brought_back(made: Desk):
    lost, _ = await lose_a_slot(made)
    await open_at(made, lost.id)
    await made.press("choice_drop")
    assert await made.session.bookings.clashes() == ()
    await made.press("Вернуть")
    assert len(await made.session.bookings.clashes()) == 1
    await open_at(made, lost.id)
    await made.press("choice_drop")
    await made.close_toast()
    assert await made.session.bookings.clashes() == ()
    assert all(one.certainty != "clash" for one in await made.session.bookings.upcoming(family=True))


async def test_another_time_for_a_lost_one_is_chosen_in_the_wizard(made: Desk):
    lost, _ = await lose_a_slot(made)
    await open_at(made, lost.id)
    await made.press("choice_other_slot")
    assert (made.section, made.page.step, made.page.answers.person) == ("wizard", "time", lost.person)
    await made.key(Qt.Key.Key_Return)
    slot = made.page.answers.slot
    await made.press("Дальше: проверить талон")
    await made.key(Qt.Key.Key_Return)
    assert await made.session.bookings.clashes() == ()
    await made.sync()
    assert len(made.live(slot=[{"reference": f"Slot/{slot}"}])) == 1  # type: ignore[arg-type]


async def test_waiting_for_a_lost_time_makes_a_wish_of_it(made: Desk):
    lost, _ = await lose_a_slot(made)
    await open_at(made, lost.id)
    await made.press("choice_watch")
    await made.press("Вернуть")
    assert await made.session.watches.all() == ()
    await open_at(made, lost.id)
    await made.press("choice_watch")
    await made.close_toast()
    (wish,) = await made.session.watches.all()
    assert (wish.watch.person, wish.watch.specialty) == (lost.person, lost.specialty)


async def test_visit_that_clinic_and_person_moved_is_decided_on_exchange_side_by_side(made: Desk):
    visit = await visit_of(made)
    slots = await made.session.bookings.free(doctor="Гусев")
    await made.session.bookings.reschedule(visit.id, slots[-1].id)
    made.box.clinic.move(visit.id, slots[0].id)
    await made.sync()
    made.window.shell.go("exchange")
    await made.settle()
    words = made.texts()
    assert "Кардиолог: приём изменили дважды" in words
    assert "Как у клиники" in words
    assert "Как у меня" in words
    await made.press("choice_mine")
    assert [(one.kind, one.state) for one in await made.session.bookings.outbox()] == [("reschedule", "held")]
    await made.press("Вернуть")
    assert [(one.kind, one.state) for one in await made.session.bookings.outbox()] == [("reschedule", "clashed")]
    (again,) = await made.session.bookings.clashes()
    assert again.kind == "moved"
    await made.settle()
    await made.press("choice_mine")
    await made.close_toast()
    (mine,) = await made.session.bookings.outbox()
    await made.press(f"withdraw_{mine.id}")
    assert "Решение снова открыто." in made.toast()
    assert await made.session.bookings.clashes() == (again,)
    await made.press("choice_mine")
    await made.close_toast()
    await made.sync()
    assert [one["slot"] for one in made.live(id=visit.id)] == [[{"reference": f"Slot/{slots[-1].id}"}]]


async def test_home_leads_to_the_decision(made: Desk):
    lost, _ = await lose_a_slot(made)
    made.window.shell.go("home")
    await made.page.reload()
    await made.press("Выбрать время")
    assert made.section == "bookings"
    assert made.focus().objectName().startswith("take_")
    assert made.session.current.id == lost.person


async def test_cancel_asks_by_name_sends_after_ten_seconds_and_says_who_cancelled(made: Desk):
    visit = await visit_of(made)
    await open_at(made, visit.id)
    made.page.show_cancel(visit)
    assert "Отменить приём 19 мая, 10:40?" in made.texts()
    assert made.focus().objectName() == "keep"
    await made.key(Qt.Key.Key_Escape)
    assert made.page.tickets.panel is None
    made.page.show_cancel(visit)
    made.page.tickets.panel.reason.choose("ill")
    await made.press("do_cancel")
    assert "Отменяем приём 19 мая, 10:40" in made.toast()
    assert "Отмену отправим, когда появится связь" in made.texts()
    assert len(made.live(id=visit.id)) == 1
    await made.close_toast()
    await made.sync()
    assert made.live(id=visit.id) == []
    made.page.tabs.choose("past")
    await made.settle()
    assert "Запись отменена заявителем. Болею и не могу посетить поликлинику" in made.texts()
    dict(made.page.acts.possible(await made.session.bookings.get(visit.id)))["history"]()
    await made.settle()
    for line in ("История изменений: приём 19 мая, 10:40", "Клиника приняла: Отмена приёма", "Сохранено здесь: Отмена приёма"):
        assert line in made.texts()


async def test_cancellation_taken_back_leaves_the_visit_as_it_was(made: Desk):
    visit = await visit_of(made)
    await open_at(made, visit.id)
    made.page.show_cancel(visit)
    await made.press("do_cancel")
    await made.press("Вернуть")
    await made.sync()
    assert (await visit_of(made)).certainty == "confirmed"
    assert len(made.live(id=visit.id)) == 1


async def test_booking_that_waits_here_is_withdrawn_without_a_trace_at_the_clinic(made: Desk):
    slot = (await made.session.bookings.free(doctor="Рябова"))[0]
    act = await made.session.bookings.book(slot.id, made.session.current.id)
    await open_at(made, act)
    booking = await made.session.bookings.get(act)
    assert "Отозвать" in entries(made, booking)
    made.page.acts.withdraw(booking)
    await made.settle()
    assert "Клинике ничего не ушло" in made.toast()
    await made.sync()
    assert made.live(slot=[{"reference": f"Slot/{slot.id}"}]) == []  # type: ignore[arg-type]


async def test_acts_that_wait_are_listed_on_exchange_and_taken_back_there(made: Desk):
    slot = (await made.session.bookings.free(doctor="Рябова"))[0]
    act = await made.session.bookings.book(slot.id, made.session.current.id)
    made.window.shell.go("exchange")
    await made.settle()
    assert "Запись: Стоматолог" in made.texts()
    await made.press(f"withdraw_{act}")
    assert await made.session.bookings.outbox() == ()


async def test_row_menu_offers_what_may_be_done_and_paper_and_calendar_are_written(made: Desk, tmp_path: Path, monkeypatch):
    visit = await visit_of(made)
    await open_at(made, visit.id)
    assert entries(made, visit) == ["Перенести", "Отменить", "Печать талона", "Сохранить талон PDF", "В календарь", "История изменений"]
    monkeypatch.setitem(asking.answers, "save", lambda name: tmp_path / name)
    printed: list[object] = []
    monkeypatch.setitem(asking.answers, "print", lambda paint: printed.append(paint) or True)
    made.offline()
    for words in ("Сохранить талон PDF", "В календарь", "Печать талона", "История изменений"):
        await made.tab_to("more")
        await made.choose(words)
    assert (tmp_path / "Талон 2026-05-19.pdf").read_bytes().startswith(b"%PDF")
    event = next(iter(icalendar.Calendar.from_ical((tmp_path / "Приём 2026-05-19.ics").read_bytes()).walk("VEVENT")))
    assert event["dtstart"].dt == visit.starts_at
    assert len(printed) == 1
    assert "История изменений: приём 19 мая, 10:40" in made.texts()


async def test_house_call_shows_its_track_and_is_cancelled(made: Desk):
    call = next(one for one in await made.session.bookings.upcoming(family=True) if one.kind == "house_call")
    await open_at(made, call.id)
    words = made.texts()
    assert "Принят в 9:12" in words
    assert "В пути" in words
    assert "ул. Речная, 3, кв. 17. Домофон 17" in words
    await made.press("cancel_call")
    await made.press("do_cancel")
    await made.close_toast()
    await made.sync()
    assert made.live(id=call.id) == []


async def test_day_of_the_family_calendar_leads_to_its_visit_and_whose_is_remembered_in_the_vault(made: Desk):
    visit = await visit_of(made)
    await open_at(made, "")
    await made.tab_to("month")
    for _ in range((visit.starts_at.date() - made.clock.now().date()).days):
        await made.key(Qt.Key.Key_Right)
    await made.key(Qt.Key.Key_Return)
    assert made.find(f"booking_{visit.id}").isAncestorOf(made.focus())
    assert made.page.whose.chosen() == "family"
    await made.tab_to("Вся семья", back=True)
    await made.key(Qt.Key.Key_Left)
    assert "Людмила" not in made.texts()
    assert await made.session.openings.choice("whose") == "one"


async def test_filters_open_from_the_keyboard_and_leave_with_escape(made: Desk):
    await open_at(made, "")
    await made.key(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    choices = made.page.filters.choices
    assert made.focus() is choices["when"]
    wanted = {"when": "Этот месяц", "type": "Приём", "specialty": "Кардиолог", "status": "Подтверждена", "district": "Зареченск"}
    for name, words in wanted.items():
        assert made.focus() is choices[name]
        await made.write(words[:6])
        assert choices[name].currentText() == words
        await made.key(Qt.Key.Key_Tab)
    assert [one.specialty for one in made.page._shown_rows()] == ["Кардиолог"]
    await made.press("Сбросить")
    assert made.page.filters.wanted().is_any
    assert made.focus() is choices["when"]
    await made.key(Qt.Key.Key_Tab)
    await made.write("Вызов")
    await made.key(Qt.Key.Key_Tab)
    await made.write("Кардио")
    assert "Под эти условия ничего не подходит" in made.texts()
    await made.key(Qt.Key.Key_Escape)
    assert len(made.page._shown_rows()) > 1
    await made.press(made.page.filter_button)
    await made.key(Qt.Key.Key_Escape)
    assert made.focus() is made.page.filter_button


async def test_system_notifications_carry_the_hour_and_no_medical_word(made: Desk, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(notify, "tray", [lambda title, text: said.append(f"{title} {text}")])
    visit = await visit_of(made)
    made.clock.advance((visit.starts_at - made.clock.now() - timedelta(minutes=50)).total_seconds())
    await made.window.notifier.look()
    assert any("10:40" in words for words in said)
    secret = (visit.specialty, visit.doctor, visit.clinic, *(one.given for one in made.session.people))
    assert not [word for word in secret for words in said if word in words]


@pytest.mark.parametrize(("language", "scale"), [("ru", 1.0), ("en", 1.5)])
async def test_decisions_and_panels_cut_nothing_in_the_smallest_window(qtbot, tmp_path, look, language, scale):
    async with desk(tmp_path, size=(1024, 640), language=language, text_scale=scale) as made:
        await lose_a_slot(made)
        for section in ("bookings", "exchange", "home"):
            made.window.shell.go(section)
            await made.settle()
            assert (section, cut(made.window), unnamed(made.window)) == (section, [], [])
        made.window.shell.go("bookings")
        await made.settle()
        made.page.show_cancel(await visit_of(made))
        made.page.filter_button.click()
        await made.settle()
        assert (cut(made.window), unnamed(made.window)) == ([], [])
        made.window.shell.go("house_call", "new")
        await made.settle()
        assert (cut(made.window), unnamed(made.window)) == ([], [])
        made.page.none.setChecked(True)
        made.page.button.click()
        made.page.check()
        await made.settle()
        assert (cut(made.window), unnamed(made.window)) == ([], [])


async def test_past_bookings_come_by_portions_and_one_that_is_asked_for_stands_whatever_its_place(qtbot, tmp_path, look, monkeypatch):
    monkeypatch.setattr(bookings, "_SHOWN", 2)
    monkeypatch.setattr(limits, "PAST_BOOKINGS", 5)
    async with desk(tmp_path) as here:
        page = await here.go("bookings")
        page.tabs.choose("past")
        await here.settle()
        rows = page._shown_rows()
        assert [page.tickets.ticket(one.id) is not None for one in rows] == [True, True, False, False, False]
        assert "Показаны 5 последних" not in here.texts()
        here.find("more").setFocus()
        await here.key(Qt.Key.Key_Space)
        third = page.tickets.ticket(rows[2].id)
        assert third is not None
        assert third.isAncestorOf(here.focus())
        assert page.tickets.ticket(rows[4].id) is None
        page.show_subject(rows[4].id)
        await here.settle()
        assert page.tickets.ticket(rows[4].id) is not None
        assert "Показаны 5 последних. Более ранние приёмы есть в истории посещений." in here.texts()
