"""The booking wizard by keyboard alone, with a network and without, and the pure choices behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.record.slots import FreeSlot
from desktop.session.openings import Away, DoctorRow
from desktop.views.pages import wizard_choices as choices
from desktop.views.pages.wizard_choices import ANY, Answers
from desktop.views.pages.wizard_clinic import ClinicStep
from desktop.views.pages.wizard_steps import Data, DoctorStep
from desktop.views.parts import Button, Check, PressRow
from tests.views.looking import cut, unnamed
from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk
from tests.views.opened import texts

CONTROL = Qt.KeyboardModifier.ControlModifier
MONDAY = datetime(2026, 5, 18, 9, 0, tzinfo=UTC)


def doctor(id: str, **more: object) -> DoctorRow:
    fields = {"name": "Ахметов Руслан Ильдарович", "short": "Ахметов Р. И.", "specialty": "Невролог", "clinic": "Поликлиника № 2",
              "clinic_id": "c2", "room": "208", "schedule": f"s-{id}", "services": ("visit-neurologist", "Невролог, приём")}  # fmt: skip
    return DoctorRow(id=id, **{**fields, **more})  # type: ignore[arg-type]


def free(id: str, at: datetime, who: DoctorRow) -> FreeSlot:
    return FreeSlot(
        id=id, version="1", schedule=who.schedule, starts_at=at, ends_at=at + timedelta(minutes=20), specialty=who.specialty,
        doctor=who.short, doctor_id=who.id, clinic=who.clinic, clinic_id=who.clinic_id,
    )  # fmt: skip


A = doctor("a")
B = doctor("b", name="Юдина Татьяна Сергеевна", short="Юдина Т. С.", rating=4.9)
C = doctor("c", name="Зеленина Ёлка Павловна", specialty="Окулист", clinic="Детская № 1", clinic_id="c1", services=("visit-eye", "Окулист"))
FREE = (free("1", MONDAY, A), free("2", MONDAY + timedelta(days=1), A), free("3", MONDAY - timedelta(days=1), B))


# --- pure choices
def test_search_finds_by_specialty_surname_and_service_code():
    doctors = (A, B, C)
    for text in ("невр", "юдина", "VISIT-NEURO", "Сергеевна Юдина"):
        assert [one.key for one in choices.specialties(doctors, FREE, text=text)] == ["Невролог"], text
    assert [one.key for one in choices.specialties(doctors, FREE, text="елка")] == ["Окулист"]
    assert choices.specialties(doctors, FREE, text="космонавт") == ()
    assert [one.key for one in choices.found_doctors(doctors, FREE, text="ахм")] == ["s-a"]


def test_clinic_that_is_known_already_narrows_the_specialties():
    assert [one.key for one in choices.specialties((A, C), FREE, clinic="c1")] == ["Окулист"]


def test_doctors_are_ordered_by_soonest_rating_or_name_and_full_ones_can_be_left_out():
    answers = Answers(person=1, specialty="Невролог", clinic=ANY)
    full = doctor("d", name="Абрамов А. А.", rating=5.0)
    doctors = (A, B, full)
    order = {by: [one.key for one in choices.doctors_of(doctors, FREE, answers, by=by)] for by in ("soonest", "rating", "name")}
    assert order == {"soonest": ["b", "a", "d"], "rating": ["d", "b", "a"], "name": ["d", "a", "b"]}
    assert [one.key for one in choices.doctors_of(doctors, FREE, answers, only_free=True)] == ["b", "a"]


@pytest.mark.parametrize("step", [ClinicStep, DoctorStep])
def test_clinics_and_doctors_none_of_whom_has_free_time_say_so_where_those_alone_are_wanted(qtbot, look, step: type[ClinicStep | DoctorStep]):
    data = Data(today=MONDAY.date(), now=MONDAY, doctors=(A, B), free=())
    part = step(data, Answers(person=1, specialty="Невролог", clinic=ANY))
    qtbot.addWidget(part)
    part.show()
    assert "Снимите" not in texts(part)
    part.only_free.click()
    QApplication.processEvents()
    assert [one.objectName() for one in part.findChildren(PressRow) if one.isVisible()] == [f"option_{ANY}"]
    assert "Снимите «Свободные окна»" in texts(part)


def test_answers_are_kept_going_back_and_only_those_that_no_longer_fit_are_dropped():
    full = Answers(person=1, specialty="Невролог", clinic="c2", doctor="a", slot="1")
    assert choices.settle(full, (A, B, C), FREE) == full
    assert choices.settle(replace(full, doctor="b"), (A, B, C), FREE).slot == ""
    other = choices.settle(replace(full, specialty="Окулист"), (A, B, C), FREE)
    assert (other.person, other.clinic, other.doctor, other.slot) == (1, "", "", "")
    assert choices.settle(full, (A, B, C), FREE[1:]).slot == ""


def test_empty_days_say_why():
    answers = Answers(person=1, specialty="Невролог", clinic=ANY, doctor="a")
    away = (Away(schedule="s-a", on=date(2026, 5, 21), why="Врач на учёбе"),)
    week = choices.days(FREE, away, (A, B), answers, first=date(2026, 5, 18), count=7)
    assert [(day.why, day.said) for day in week] == [
        ("", ""), ("", ""), ("none", ""), ("away", "Врач на учёбе"), ("none", ""), ("weekend", ""), ("weekend", ""),
    ]  # fmt: skip


# --- the window
async def answer_up_to_time(made: Desk, *, surname: str = "Ахметов") -> None:
    """Open the wizard with Ctrl+N, choose the person who is open, find a doctor by surname."""
    await made.key(Qt.Key.Key_N, CONTROL)
    assert made.section == "wizard"
    await made.key(Qt.Key.Key_Return)
    await made.write(surname)
    await made.key(Qt.Key.Key_Return)
    assert made.page.step == "time"


@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def test_visit_is_booked_by_keyboard_alone_and_stamped_by_the_clinic(made: Desk):
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Right)
    await made.key(Qt.Key.Key_Return)
    slot = made.page.data.slot(made.page.answers.slot)
    await made.press("Дальше: проверить талон")
    assert "Орлова Наталья Сергеевна, 1985 г. р." in made.texts()
    assert "время за вами не закреплено" in made.texts()
    assert made.focus() is made.page.next
    await made.key(Qt.Key.Key_Return)
    assert made.section == "bookings"
    assert "Отправим через 10 секунд" in made.toast()
    assert "Отправим, когда появится связь" in made.texts()
    assert made.box.resource("Slot", slot.id)["status"] == "free"
    await made.close_toast()
    await made.sync()
    assert made.box.resource("Slot", slot.id)["status"] == "busy"
    rows = [one for one in await made.session.bookings.upcoming() if one.slot == slot.id]
    assert [one.certainty for one in rows] == ["confirmed"]


async def test_visit_booked_without_a_network_waits_here_and_arrives_once(made: Desk):
    made.offline()
    await made.sync()
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    slot = made.page.answers.slot
    made.clock.advance(900)
    await made.page.reload()
    assert "могли измениться" in made.texts()
    await made.press("Дальше: проверить талон")
    assert "Сейчас нет связи." in made.texts()
    await made.press("Сохранить и отправить позже")
    assert "Отправим, когда появится связь" in made.toast()
    await made.sync()
    await made.sync()
    assert made.live(slot=[{"reference": f"Slot/{slot}"}]) == []  # type: ignore[arg-type]
    made.online()
    for _ in range(3):
        await made.sync()
    assert len(made.live(slot=[{"reference": f"Slot/{slot}"}])) == 1  # type: ignore[arg-type]


async def test_undo_within_ten_seconds_sends_nothing(made: Desk):
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    await made.press("Дальше: проверить талон")
    await made.key(Qt.Key.Key_Return)
    before = len(made.live())
    await made.press("Вернуть")
    assert "ничего не отправлено" in made.toast()
    assert await made.session.bookings.outbox() == ()
    await made.sync()
    assert len(made.live()) == before


async def test_time_at_which_the_person_is_elsewhere_is_refused_before_anything_is_sent(made: Desk):
    visit = next(one for one in await made.session.bookings.upcoming() if one.specialty == "Кардиолог")
    schedule = next(one.schedule for one in await made.session.openings.doctors() if one.short.startswith("Ахметов"))
    (slot,) = made.box.clinic.add_free(schedule, visit.starts_at, minutes=20)
    await made.sync()
    await answer_up_to_time(made)
    made.page._time_picked(slot)
    await made.press("Дальше: проверить талон")
    assert "На это время уже есть запись: Кардиолог" in made.texts()
    assert not made.page.next.isEnabled()
    await made.press("Другое время")
    assert made.page.step == "time"


async def test_person_who_is_attached_nowhere_is_told_so_before_anything_is_sent(made: Desk):
    me = made.session.people[0]
    for row in made.box.shelf.items("WHERE live AND type='EpisodeOfCare'"):
        if me.patient_id in str(row.resource):
            made.box.delete("EpisodeOfCare", row.id)
    patient = made.box.resource("Patient", me.patient_id)
    assert patient is not None
    made.box.put({name: value for name, value in patient.items() if name != "generalPractitioner"})
    made.clock.advance(25 * 3600)
    await made.sync()
    assert await made.session.family.unattached([one.id for one in made.session.people]) == {me.id}
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    await made.press("Дальше: проверить талон")
    assert made.page.step == "check"
    assert "Прикрепления к поликлинике портал не показывает." in made.texts()
    await made.go("policies")
    assert "Прикрепление: портал не нашёл поликлинику." in made.texts()


async def test_time_that_goes_while_one_thinks_is_told_on_the_check_and_the_rest_is_kept(made: Desk):
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    await made.press("Дальше: проверить талон")
    made.box.clinic.another_patient_takes(made.page.answers.slot)
    await made.sync()
    assert "Этого окна больше нет." in made.texts()
    assert not made.page.next.isEnabled()
    await made.press("Другое время")
    assert made.page.answers.specialty == "Невролог"


async def test_going_back_keeps_every_answer_and_escape_goes_back_one_step(made: Desk):
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    answered = made.page.answers
    for step in ("doctor", "clinic", "specialty", "who"):
        await made.key(Qt.Key.Key_Escape)
        assert made.page.step == step
        if step in ("doctor", "clinic"):
            await made.key(Qt.Key.Key_F, CONTROL)
            assert made.focus() is made.page.part.only_free
    assert made.page.answers == answered
    await made.key(Qt.Key.Key_Escape)
    assert made.section == "home"


async def test_booking_for_a_child_opens_the_child_s_record_and_keeps_the_wizard(made: Desk):
    await made.key(Qt.Key.Key_N, CONTROL)
    child = next(one for one in made.session.people if one.given == "Тимофей")
    await made.press(f"option_{child.id}")
    assert made.session.current == child
    assert (made.section, made.page.step, made.page.answers.person) == ("wizard", "specialty", child.id)


@pytest.mark.parametrize("kind", ["clinic", "doctor", "specialty", "again"])
async def test_wizard_starts_with_what_is_known_already(made: Desk, kind: str):
    one = next(one for one in await made.session.openings.doctors() if one.short.startswith("Ахметов"))
    past = next(row for row in await made.session.bookings.past() if row.specialty)
    given = {"clinic": one.clinic_id, "doctor": one.id, "specialty": one.specialty, "again": past.id}[kind]
    made.window.shell.go("wizard", f"{kind}:{given}")
    await made.settle()
    wanted = {"clinic": "specialty", "doctor": "time", "specialty": "clinic", "again": "time"}[kind]
    assert made.page.step == wanted
    assert made.page.answers.person == made.session.current.id
    before = made.page._before()
    if before is not None:
        made.page.back.click()
        await made.settle()
        assert made.page.step == before, "the answer that was given may still be changed"
        made.page.open_step(wanted)
        await made.settle()
    await made.key(Qt.Key.Key_Escape)
    assert made.section == "home", "nobody is led through steps that were never open"


async def test_clinic_is_chosen_on_the_map_whose_pins_are_the_rows_of_the_list(made: Desk):
    await made.key(Qt.Key.Key_N, CONTROL)
    await made.key(Qt.Key.Key_Return)
    await made.write("Кардиолог")
    await made.key(Qt.Key.Key_Return)
    step = made.page.part
    assert not step.ground.isVisible()
    await made.tab_to("Списком", back=True)
    await made.key(Qt.Key.Key_Right)
    assert step.ground.isVisible()
    pins = step.map.pins()
    assert [pin.number for pin in pins] == list(range(1, len(pins) + 1))
    await made.tab_to(f"option_{pins[0].id}")
    assert step.map.chosen() == pins[0].id
    step.map.pressed.emit(pins[-1].id)
    assert QApplication.focusWidget().objectName() == f"option_{pins[-1].id}"
    assert step.map.chosen() == pins[-1].id
    assert QApplication.focusWidget().title.text().startswith(f"{len(pins)}. ")
    await made.key(Qt.Key.Key_Return)
    assert (made.page.answers.clinic, made.page.step) == (pins[-1].id, "doctor")
    await made.key(Qt.Key.Key_Escape)
    assert made.page.part.ground.isVisible()


async def test_visit_is_moved_by_the_same_step_and_the_old_time_is_freed(made: Desk):
    visit = next(one for one in await made.session.bookings.upcoming() if one.specialty == "Кардиолог")
    made.window.shell.go("bookings", visit.id)
    await made.settle()
    await made.key(Qt.Key.Key_Return)
    assert (made.section, made.page.step, made.page.title()) == ("wizard", "time", "Перенос приёма")
    await made.key(Qt.Key.Key_Return)
    slot = made.page.answers.slot
    await made.press("Дальше: проверить талон")
    assert "Было" in made.texts()
    await made.press("Перенести приём")
    await made.sync()
    assert made.box.resource("Slot", slot)["status"] == "busy"
    assert made.box.resource("Slot", visit.slot)["status"] == "free"
    (moved,) = [one for one in await made.session.bookings.upcoming() if one.id == visit.id]
    assert (moved.certainty, moved.slot) == ("confirmed", slot)


async def test_waiting_list_is_joined_by_keyboard_here_and_at_the_clinic(made: Desk):
    await answer_up_to_time(made)
    await made.press("Встать в лист ожидания")
    await made.tab_to("Встать и в лист ожидания клиники")
    await made.key(Qt.Key.Key_Space)
    await made.press("Ждать окно")
    assert made.section == "bookings"
    assert "Ждём окно: Невролог, Ахметов Р. И." in made.toast()
    (row,) = await made.session.watches.all()
    assert row.slot
    await made.sync()
    assert [one["status"] for one in made.live() if one["status"] == "waitlist" and "Невролог" in str(one)] == ["waitlist"]
    await made.tab_to("watch_take")
    await made.key(Qt.Key.Key_Return)
    assert await made.session.watches.all() == ()
    await made.close_toast()
    await made.sync()
    assert [one.certainty for one in await made.session.bookings.upcoming() if one.slot == row.slot] == ["confirmed"]


async def test_days_to_wait_for_are_checked_by_their_fields(made: Desk):
    await answer_up_to_time(made)
    made.page.open_step("wait")
    part = made.page.part
    part.last.set_value("01.05.2026")
    made.page.next.click()
    assert "Последний день раньше первого" in part.last.error()
    part.last.set_value("01.06.2026")
    part.first.set_value("01.05.2026")
    made.page.next.click()
    assert "уже прошёл" in part.first.error()
    assert await made.session.watches.all() == ()


async def test_times_are_the_clinic_s_own_whatever_this_computer_s_clock_says(made: Desk, monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    time.tzset()
    try:
        await answer_up_to_time(made)
        slot = next(one for one in made.page.data.free if one.doctor.startswith("Ахметов") and one.starts_at.day == 22)
        made.page._time_picked(slot.id)
        assert (slot.starts_at.hour, slot.starts_at.minute) == (8, 0)
        await made.settle()
        assert "22 мая, пятница, 8:00" in made.texts()
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_reminders_are_chosen_on_the_check(made: Desk):
    await answer_up_to_time(made)
    await made.key(Qt.Key.Key_Return)
    await made.press("Дальше: проверить талон")
    slot = made.page.answers.slot
    box = next(one for one in made.page.findChildren(Check) if one.text() == "За день")
    box.setChecked(False)
    await made.key(Qt.Key.Key_Return)
    kept = await made.session.store.call(made.session.vault.settings.get, "reminders.choices", {})
    assert kept[slot] == ["hour"]


@pytest.mark.parametrize(("language", "scale"), [("ru", 1.0), ("en", 1.0), ("ru", 1.5), ("en", 1.5)])
async def test_no_step_cuts_a_text_or_leaves_a_control_nameless_in_the_smallest_window(qtbot, tmp_path, look, language, scale):
    async with desk(tmp_path, size=(1024, 640), language=language, text_scale=scale) as made:
        made.window.shell.go("wizard", "new")
        await made.settle()
        page = made.page
        who = next(one for one in page.data.doctors if one.short.startswith("Ахметов"))
        given = {"person": made.session.current.id, "specialty": who.specialty, "clinic": who.clinic_id, "doctor": who.id}
        assert (cut(made.window), unnamed(made.window)) == ([], [])
        for name, value in given.items():
            page.answer(**{name: value})
            await made.settle()
            assert (page.step, cut(made.window), unnamed(made.window)) == (page.step, [], [])
        for step in ("wait", "check"):
            page.answers = replace(page.answers, slot=choices.soonest(s for s in page.data.free if choices.fits(s, page.answers)).id)
            page.open_step(step)
            await made.settle()
            assert (step, cut(made.window), unnamed(made.window)) == (step, [], [])
        assert made.page.findChildren(Button)
