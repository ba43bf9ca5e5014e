"""Stories of the sections that are read more than acted in: offline, then online, then against a portal that refuses."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.views.opened import Opened, opened


async def call(here: Opened, symptoms: str) -> None:
    """Call a doctor from the home page, past the red flags, with the keyboard."""
    await here.go("home")
    await here.press(here.find("quick_house_call"))
    await here.tab_to("Ничего из этого нет")
    await here.key(Qt.Key.Key_Space)
    await here.press("Дальше: адрес и жалобы")
    here.page.address.set_value("ул. Речная, 3, кв. 17")
    here.page.phone.set_value("+7 900 000-00-00")
    here.page.symptoms.set_value(symptoms)
    await here.press("Вызвать врача")
    await here.close_toast()


async def test_story_home_is_read_and_a_doctor_called_with_no_network_then_online_then_is_refused(tmp_path, look):
    """«Услуга вызова врача на дом»; «Сведения об участке, рецептах и диспансеризации текущего пациента»."""
    async with opened(tmp_path) as here:
        here.offline()
        await here.go("home")
        for said in ("Кардиолог", "Мой участок № 14", "3 рецепта, 1 льготный", "Пройдено 3 из 9", "Требует внимания"):
            assert said in here.texts()
        await call(here, "Температура второй день")
        assert "Вызов отправим, когда появится связь" in here.texts()
        here.online()
        await here.sync()
        assert [one["status"] for one in here.live(description="Температура второй день")] == ["proposed"]
        here.box.faults.add("403", method="POST", route="Appointment")
        await call(here, "Кашель")
        await here.sync()
        assert here.live(description="Кашель") == []
        assert await here.outbox() == [("house_call", "rejected")]
        await here.go("home")
        assert "Нужно решение. 1 расхождение с порталом. Ничего не потеряно." in here.texts()


async def test_story_health_is_read_with_no_network_then_grows_online_then_stays_when_the_portal_refuses(tmp_path, look):
    """«Основные данные»: «группа крови, аллергии, хронические заболевания»; «Если карта не отображается»."""
    async with opened(tmp_path) as here:
        here.offline()
        await here.go("health")
        for said in ("A(II), Rh(D)+", "Пенициллин", "Гипотиреоз", "Программа проверила сама: всё на месте."):
            assert said in here.texts()
        here.online()
        known = here.box.shelf.items("WHERE live AND type='AllergyIntolerance'")[0].resource
        here.box.put({**known, "id": "pollen", "code": {"text": "Амброзия"}})
        await here.sync()
        assert "Амброзия" in here.texts()
        here.box.faults.add("401")
        await here.sync()
        assert "Портал просит войти: portal.test" in here.texts()
        assert "Войдите на портал. Читать можно." in here.texts()
        assert "всё на месте" not in here.texts()
        assert "Амброзия" in here.texts()
