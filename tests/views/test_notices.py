"""Notices: by day, of the whole family, with read marks of this computer; the panel under the bell."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.views.opened import opened


async def test_notices_stand_by_day_with_portal_letters_exchange_and_reminders(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("notices")
        shown = here.texts()
        for words in ("Сегодня", "Вчера", "Вызов врача принят", "Письмо: Белякова И. О.", "новых записей", "Пропущена прививка",
                      "16 показателей в норме", "Кардиолог Гусев А. В., 19 мая в 10:40, кабинет 312."):  # fmt: skip
            assert words in shown, words
        assert {one.kind for one in page._rows} == {"portal", "letter", "exchange", "reminder"}
        assert all(one.message is None or "168 на 98" not in one.message.text for one in page._rows), "one's own letter is no notice"
        page.kind.choose("letter")
        await here.settle()
        assert "Вызов врача принят" not in here.texts()


async def test_reading_a_notice_goes_to_its_subject_and_lowers_the_bell(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        shell = here.window.shell
        await here.go("notices")
        before = await here.session.notices.unread()
        assert before > 1
        one = next(row for row in here.page._rows if row.is_new and row.attention is not None and row.attention.kind == "prescription_ends")
        await here.press(here.find(f"notice_{one.id}"))
        assert shell.section == "prescriptions"
        assert await here.session.notices.unread() == before - 1
        await here.go("notices")
        await here.press(here.page.read_all)
        assert here.focus() is here.page.new, "the button that was pressed is gone"
        assert await here.session.notices.unread() == 0
        assert shell.topbar.bell.accessibleName() == "Уведомления"


async def test_panel_opens_under_the_bell_by_keys_and_closes_with_escape(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        shell = here.window.shell
        shell.topbar.bell.setFocus()
        QTest.keyClick(shell.topbar.bell, Qt.Key.Key_Return)
        await here.settle()
        assert shell.notices.isVisible()
        assert "Сегодня" in here.texts()
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        assert not shell.notices.isVisible()
        assert QApplication.focusWidget() is shell.topbar.bell
        QTest.keyClick(shell.topbar.bell, Qt.Key.Key_Return)
        await here.settle()
        await here.press(shell.notices.all)
        assert shell.section == "notices"


async def test_story_what_the_person_did_comes_back_as_a_notice_after_the_check(qtbot, tmp_path, look):
    """«В разделе „Уведомления“»: what waits is in no notice, what was taken is in one, what was refused is in another."""
    async with opened(tmp_path) as here:
        here.offline()
        person = here.session.people[0].id
        await here.session.bookings.act("support.write", person, {"text": "Не вижу снимок"})
        await here.sync()
        await here.go("notices")
        assert "Клиника приняла: Письмо в поддержку" not in here.texts()
        here.online()
        await here.sync()
        assert "Клиника приняла: Письмо в поддержку" in here.texts()
        here.box.faults.add("403", method="POST", route="Task")
        await here.session.bookings.act("support.write", person, {"text": "Второе письмо"})
        await here.sync()
        assert "Нужно решение: Клиника не приняла просьбу" in here.texts()


async def test_switch_for_messages_is_kept_and_contacts_are_checked(qtbot, tmp_path, look):
    from desktop.views.parts import Switch

    async with opened(tmp_path) as here:
        page = await here.go("notices")
        contacts = await here.session.notices.contacts()
        assert f"Портал пишет на телефон •• {contacts.phone[-2:]}" in here.texts()
        assert contacts.phone[-7:] not in here.texts().replace("-", ""), "a number is masked until it is asked for"
        switch = page.told.findChild(Switch)
        switch.setFocus()
        QTest.keyClick(switch, Qt.Key.Key_Space)
        await here.settle()
        assert not await here.session.notices.wanted()
        page.reload()
        await here.settle()
        assert not page.told.findChild(Switch).isChecked()


async def test_empty_record_says_what_will_be_here(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        await here.go("notices")
        assert "Уведомлений пока нет" in here.texts()


async def test_confirmation_that_went_by_mail_is_a_notice_from_which_the_booking_is_cancelled_by_keyboard(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.box.clinic.works_after_s = 0.0
        slot = (await here.session.bookings.free(specialty="окулист"))[0]
        await here.session.bookings.book(slot.id, here.session.people[0].id)
        here.clock.advance(11)
        await here.sync()
        await here.sync()
        await here.go("notices")
        assert "Запись подтверждена" in here.texts()
        assert "Подтверждение записи отправлено на" in here.texts()
        row = next(one for one in here.page._rows if one.message is not None and one.message.title == "Запись подтверждена")
        button = here.find(f"cancel_{row.id}")
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Return)
        await here.settle()
        assert QApplication.focusWidget().objectName() == "keep"
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
        await here.settle()
        assert here.section == "notices"
        assert QApplication.focusWidget() is button
        assert (await here.session.bookings.get(row.cancels)).pending == ""
        await here.press(here.find(f"cancel_{row.id}"))
        await here.press(here.find("do_cancel"))
        assert (await here.session.bookings.get(row.cancels)).pending == "cancel"
        here.clock.advance(11)
        await here.sync()
        await here.sync()
        await here.go("notices")
        assert "Подтверждение отмены отправлено на" in here.texts()
        assert (await here.session.bookings.get(row.cancels)).certainty == "cancelled"
        assert not any(one.cancels == row.cancels for one in here.page._rows)
