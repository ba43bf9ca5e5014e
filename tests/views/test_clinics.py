"""«Клиники»: mine and all, one selection in list and map, hours on the clinic's clock, search by a doctor, letters and complaints."""

from __future__ import annotations

import json

from PySide6.QtCore import QBuffer, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.views import asking, streets, way
from desktop.views.parts import Button
from desktop.views.resting import until
from tests.views.looking import cut, unnamed
from tests.views.opened import opened


def names(page) -> list[str]:
    return [row.clinic.name for row in page._rows]


async def test_my_clinics_are_those_of_the_family_with_phone_hours_rating_and_actions(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        assert names(page)[0] == "Городская поликлиника № 2"
        assert "Детская поликлиника № 1" in names(page)
        assert len(page._rows) < len(page._all)
        shown = here.texts()
        for word in ("Прикрепление: вы, Людмила", "+7 (000) 050-20-02", "пн–пт: 8:00–20:00; сб: 9:00–15:00", "Оценка 4,6 по 812 отзывам", "Открыта до 20:00"):
            assert word in shown
        for action in ("clinic_book", "clinic_complain", "clinic_write"):
            assert here.find(action).isVisible()
        doctor = "Гусев Андрей Викторович"
        assert doctor in shown
        assert "Кардиолог · Высшее медицинское образование" in shown
        assert "Ближайшее окно:" in shown


async def test_clinic_is_found_by_name_region_specialty_or_a_doctor_who_works_there(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        page.tabs.choose("map")
        whole = len(page._rows)
        for words, expected in (("гусев", "Городская поликлиника № 2"), ("липовая роща", "Поликлиника «Липовая роща»"),
                                ("красногорск", "Поликлиника «Липовая роща»"), ("педиатры", "Детская поликлиника № 1")):  # fmt: skip
            page.search.setText(words)
            assert expected in names(page), words
            assert len(page._rows) < whole
        page.search.clear()
        page.filters.town.choose("Коломна")
        assert {row.clinic.town for row in page._rows} == {"Коломна"}
        page.filters.reset()
        page.filters.specialty.choose("Кардиолог")
        assert 0 < len(page._rows) < whole
        page.filters.reset()
        page.filters.region.choose("Московская область")
        assert len(page._rows) == whole
        page.filters.chips["children"].setChecked(True)
        assert all("етск" in row.clinic.kind_words for row in page._rows)
        page.filters.reset()
        page.search.setText("такой клиники нет")
        await here.settle()
        assert "Ничего не нашлось" in here.texts()


async def test_open_now_is_asked_of_the_clinics_own_clock(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        page.tabs.choose("map")
        page.filters.chips["open"].setChecked(True)
        by_day = len(page._rows)
        here.window.idle.stop()  # ten hours at once would lock the record, as they should
        here.clock.advance(10 * 3600)
        page.reload()
        await until(lambda: len(page._rows) < by_day)
        await here.settle()
        assert len(page._rows) > 0
        assert {row.doors.standing for row in page._rows} == {"round"}
        page.filters.chips["open"].setChecked(False)
        await here.settle()
        assert "Закрыта до завтра, 8:00" in here.texts()


async def test_keys_of_a_list_go_from_clinic_to_clinic_with_the_focus(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        page.tabs.choose("map")
        await here.settle()
        page._entries[page._chosen].head.setFocus()
        seen = []
        for key in (Qt.Key.Key_End, Qt.Key.Key_Home, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp, Qt.Key.Key_Up):
            QTest.keyClick(QApplication.focusWidget(), key)
            await here.settle()
            assert QApplication.focusWidget() is page._entries[page._chosen].head
            seen.append([row.id for row in page._rows].index(page._chosen))
        last, first, paged, *back = seen
        assert (last, first, back) == (len(page._entries) - 1, 0, [0, 0])
        assert 1 < paged < last


async def test_list_and_map_are_one_selection_and_numbers_are_the_same(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        page.tabs.choose("map")
        await here.settle()
        assert [pin.number for pin in page.map.pins()] == list(range(1, len(page._rows) + 1))
        head = page._entries[page._chosen].head
        head.setFocus()
        QTest.keyClick(head, Qt.Key.Key_Down)
        assert page._chosen == page._rows[1].id == page.map.chosen()
        await here.settle()
        assert QApplication.focusWidget() is page._entries[page._chosen].head
        alone = next(one for one in page.map.clusters() if len(one.pins) == 1 and one.pins[0].id != page._chosen
                     and page.map.viewport().rect().contains(one.at.toPoint()))  # fmt: skip
        spot = QPointF(alone.at) - QPointF(0, 15)
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            left = Qt.MouseButton.LeftButton
            event = QMouseEvent(kind, spot, page.map.viewport().mapToGlobal(spot), left, left, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(page.map.viewport(), event)
        assert page._chosen == alone.pins[0].id
        entry = page._entries[page._chosen]
        assert entry.head.isChecked()
        next(one for one in entry.findChildren(Button) if one.label() == "Записаться").click()
        await here.settle()
        assert (here.window.shell.section, here.page.answers.clinic) == ("wizard", alone.pins[0].id)


def greens(page) -> int:
    """Return how many points of the map have the colour of a park in the box's streets."""
    image = page.map.viewport().grab().toImage()
    return sum(image.pixelColor(x, y).name() == "#cfe6c4" for x in range(0, image.width(), 16) for y in range(0, image.height(), 16))


async def closer(here, page) -> None:
    """Come so near by the keyboard that streets are to be seen."""
    page.tabs.choose("map")
    page.map.look_at([page._chosen])
    page.map.zoom(2)
    page.map.setFocus()
    await here.key(Qt.Key.Key_Plus)


async def test_streets_are_drawn_where_an_administrator_names_a_source_and_stay_when_the_network_goes(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        (tmp_path / "record" / "map.json").write_text(
            json.dumps({"streets": {"template": "https://portal.test/streets/{z}/{x}/{y}.png", "attribution": "© Город"}}), "utf-8")  # fmt: skip
        page = await here.go("clinics")
        assert "Улицы" not in here.texts()
        await closer(here, page)
        assert greens(page) > 0
        assert "Хранится на компьютере. Улицы: © Город" in here.texts()
        here.line.is_cut = True
        page.map.pan(3, 0)
        await here.key(Qt.Key.Key_Right)
        assert greens(page) == 0
        assert "Улицы: © Город. Загружены не все: источник не отвечает" in here.texts()
        await here.key(Qt.Key.Key_Home)
        assert "Карта хранится на компьютере и работает без сети" in here.texts()
        here.window.change(theme="light", text_scale=1.25)  # The window is built anew, and remembers no picture.
        await here.settle()
        await closer(here, here.page)
        assert greens(here.page) > 0


def test_square_of_another_size_is_not_drawn(qtbot):
    image = QImage(256, 256, QImage.Format.Format_Mono)
    image.fill(0)

    def written(kind, size=(256, 256)):
        held = QBuffer()
        held.open(QBuffer.OpenModeFlag.WriteOnly)
        assert image.scaled(*size).save(held, kind)
        return bytes(held.data().data())

    assert not streets.picture_of(written("PNG")).isNull()
    assert not streets.picture_of(written("JPG")).isNull()
    bomb = bytearray(written("PNG"))
    bomb[16:24] = (30_000).to_bytes(4, "big") * 2
    for bad in (bytes(bomb), written("PNG", (3_000, 3_000)), written("PNG", (256, 512)), written("PNG")[:20]):
        assert streets.picture_of(bad).isNull()


async def test_map_moves_by_keys_alone_and_says_what_is_chosen(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        page.tabs.choose("map")
        await here.settle()
        page.map.setFocus()
        before = page.map.span_km()
        QTest.keyClick(page.map, Qt.Key.Key_Plus)
        assert page.map.span_km() < before
        QTest.keyClick(page.map, Qt.Key.Key_Minus)
        QTest.keyClick(page.map, Qt.Key.Key_Minus)
        assert page.map.span_km() > before
        middle = page.map.mapToScene(QPoint(0, 0)).x()
        QTest.keyClick(page.map, Qt.Key.Key_Right)
        assert page.map.mapToScene(QPoint(0, 0)).x() > middle
        QTest.keyClick(page.map, Qt.Key.Key_Home)
        assert "Выбрано: 1, Городская поликлиника № 2." in page.map.accessibleDescription()


async def test_story_complains_with_no_network_then_online_then_is_refused(qtbot, tmp_path, look):
    """«Пожаловаться»; «Обмен сообщениями с администратором учреждения»."""
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("clinics")
        await here.press(here.find("clinic_complain"))
        await here.press(here.find("letter_send"))
        assert page.clinic.letter.text.error()
        page.clinic.letter.text.set_value("В регистратуре не отвечают на звонки")
        page.clinic.letter.contact.set_value("7" * 121)
        await here.press(here.find("letter_send"))
        assert page.clinic.letter.contact.error()
        page.clinic.letter.contact.set_value("")
        await here.press(here.find("letter_send"))
        assert [kind for kind, _ in await here.outbox()] == ["clinic.complain"]
        assert "Жалоба: ждёт отправки" in here.texts()
        here.online()
        await here.sync()
        assert await here.outbox() == []
        assert "Жалоба: в клинике" in here.texts()
        here.box.faults.add("403", method="POST", route="Communication")
        await here.press(here.find("clinic_write"))
        page.clinic.letter.text.set_value("Когда откроется кабинет забора крови?")
        await here.press(here.find("letter_send"))
        await here.sync()
        assert ("clinic.write", "rejected") in await here.outbox()
        assert "Письмо: отказ" in here.texts()
        assert "Текст цел" in here.texts()
        await here.press(here.find("letter_again"))
        assert page.clinic.letter.text.value() == "Когда откроется кабинет забора крови?"
        await here.press(here.find("letter_back"))
        assert await here.outbox() == []


async def test_way_there_is_shown_in_full_before_it_opens_and_only_our_host_opens(qtbot, tmp_path, look, monkeypatch):
    addresses: list[str] = []
    monkeypatch.setitem(asking.answers, "browser", addresses.append)
    async with opened(tmp_path) as here:
        page = await here.go("clinics")
        await here.press("clinic_write")
        await here.key(Qt.Key.Key_Escape)
        assert here.focus().objectName() == "clinic_write", "what was opened has gone, and the focus goes back to what opened it"
        page.clinic.open_way()
        await here.settle()
        url = way.link(page._rows[0].clinic.latitude, page._rows[0].clinic.longitude)
        assert url in here.texts()
        assert addresses == []
        page.clinic.way_asked.emit(url)
        page.clinic.way_asked.emit("https://elsewhere.example/?mlat=1")
        page.clinic.way_asked.emit("file:///etc/passwd")
        assert addresses == [url]
        assert page.step_back()


async def test_every_control_is_named_and_nothing_is_cut_in_both_languages_when_small_and_large(qtbot, tmp_path, look):
    for language in ("ru", "en"):
        async with opened(tmp_path / language, size=(1024, 640), text_scale=1.5, language=language) as here:
            for section in ("clinics", "services", "notices", "journal", "help", "sitemap"):
                page = await here.go(section)
                assert unnamed(here.window) == [], section
                assert cut(page) == [], (language, section)
