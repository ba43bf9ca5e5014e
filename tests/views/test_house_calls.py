"""A doctor's house call by keyboard alone: the red flags first, errors by their fields, a second call for one day asked about."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.views.opened import Opened as Desk
from tests.views.opened import opened as desk


@pytest.fixture
async def made(qtbot, tmp_path, look):
    async with desk(tmp_path) as one:
        yield one


async def test_red_flag_leads_to_103_and_to_no_form(made: Desk):
    made.window.shell.go("house_call", "new")
    await made.settle()
    assert made.texts().index("При угрозе жизни звоните 103 или 112") < made.texts().index("Есть ли сейчас")
    await made.key(Qt.Key.Key_Space)
    assert "Звоните 103 или 112." in made.texts()
    assert made.page.button.isHidden()
    await made.key(Qt.Key.Key_Space)
    await made.press("Дальше: адрес и жалобы")
    assert "Ответьте на вопрос" in made.page.error.text()


async def test_house_call_is_asked_for_by_keyboard_with_errors_by_their_fields(made: Desk):
    made.offline()
    await made.go("bookings")
    await made.press("Врач на дом")
    await made.tab_to("Ничего из этого нет")
    await made.key(Qt.Key.Key_Space)
    await made.press("Дальше: адрес и жалобы")
    await made.press("Вызвать врача")
    page = made.page
    assert [bool(one.error()) for one in (page.address, page.phone, page.symptoms, page.temperature)] == [True, True, True, False]
    assert made.focus() is page.address.edit
    await made.write("ул. Речная, 3, кв. 17")
    page.phone.set_value("+7 900 000-00-00")
    page.symptoms.set_value("Температура второй день")
    page.temperature.set_value("50")
    page.entrance.set_value("7" * 201)
    assert not page.check()
    assert page.temperature.error()
    assert "Поместится 200" in page.entrance.error()
    page.entrance.set_value("Домофон 17")
    page.temperature.set_value("38,6")
    await made.press("Вызвать врача")
    assert made.section == "bookings"
    await made.close_toast()
    made.online()
    await made.sync()
    calls = [one for one in made.live() if one.get("description") == "Температура второй день"]
    assert [one["status"] for one in calls] == ["proposed"]


async def test_second_doctor_for_one_day_is_asked_about_before_the_call_is_made(made: Desk):
    async def call() -> None:
        page = await made.go("house_call", "new")
        page.none.setChecked(True)
        await made.press(page.button)
        for field, text in ((page.address, "ул. Речная, 3"), (page.phone, "+7 900 000-00-00"), (page.symptoms, "Кашель")):
            field.set_value(text)
        page.day.choose("1")
        await made.press("Вызвать врача")

    await call()
    assert made.section == "bookings"
    await call()
    assert "Врач уже вызван: завтра." in made.texts()
    assert made.focus() is made.page.again.action
    await made.key(Qt.Key.Key_Return)
    assert made.section == "bookings"
    assert len(await made.outbox()) == 1
    await call()
    made.page.day.choose("0")
    assert made.page.again.isHidden()
    made.page.day.choose("1")
    await made.press("Вызвать врача")
    await made.press("Вызвать ещё раз")
    assert len(await made.outbox()) == 2
