"""Prescriptions: read with no network, shown at the pharmacy, sent, sent again, cancelled; what the pharmacy and doctor answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QPushButton

from desktop.clock import local_date
from desktop.record.care import Prescription
from desktop.record.pharmacy import standing
from desktop.views import asking, theme
from desktop.views.pages import prescription_words as words
from desktop.views.pages.prescription_card import PrescriptionCard
from desktop.views.parts.qr import LEAST_PX
from desktop.views.resting import settle
from tests.kept import PASSPHRASE
from tests.views.looking import in_sight
from tests.views.opened import (
    answered,
    codes_in,
    exchange,
    opened,
    page_of,
    press,
    texts,
    typed,
    undo,
    window_on,
)

PHARMACY = "Аптека № 3, пр. Мира, 15"


def listed(page) -> list[str]:
    return [page.findChild(PrescriptionCard, f"prescription_{one.id}").accessibleName() for one in page.found()]


async def test_prescriptions_have_medicine_clinic_number_term_and_state(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        said = texts(page.detail)
        for wanted in ("Бисопролол 5 мг", "Городская поликлиника № 2", "0000 5021 7719 0042", "до 17 мая", "Действует", "Гусев А. В."):
            assert wanted in said
        assert all("готов к печати" in name or "отпущен" in name for name in listed(page))
        assert [name.split(",")[0] for name in listed(page)] == ["Бисопролол 5 мг", "Железа сульфат 80 мг", "Левотироксин натрия 50 мкг"]


async def test_funded_and_paid_prescriptions_are_lists_of_their_own(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        page.filters.choose("funded")
        await settle(window)
        assert page.found()
        assert all(one.is_funded for one in page.found())
        page.filters.choose("paid")
        await settle(window)
        assert page.found()
        assert not any(one.is_funded for one in page.found())


async def test_search_finds_by_name_by_number_and_says_when_nothing_is_found(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        page.filter_field().setFocus()
        typed("железа")
        await settle(window)
        assert {one.medicine for one in page.found()} == {"Железа сульфат 80 мг"}
        page.search.setText("7719 0042")
        await settle(window)
        assert [one.medicine for one in page.found()] == ["Бисопролол 5 мг"]
        page.search.setText("нет такого")
        await settle(window)
        assert "Ничего не нашли" in texts(page)


async def test_keys_of_the_list_choose_a_card_and_take_the_focus_along(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        card = page._open_card()
        card.setFocus()
        for key, place in ((Qt.Key.Key_End, -1), (Qt.Key.Key_Home, 0), (Qt.Key.Key_PageDown, -1), (Qt.Key.Key_Up, -2), (Qt.Key.Key_PageUp, 0)):
            press(QApplication.focusWidget(), key)
            await settle(window)
            wanted = page.found()[place]
            assert (QApplication.focusWidget().id, page.detail.one.id) == (wanted.id, wanted.id)


@pytest.mark.parametrize("name", ["light", "dark", "contrastLight", "contrastDark"])
@pytest.mark.parametrize("scale", [1.0, 1.5])
async def test_the_code_is_read_back_by_a_foreign_decoder_in_every_theme(tmp_path: Path, look, name, scale):
    async with window_on(tmp_path, text_scale=scale) as window:
        window.change(theme=name)
        page = await page_of(window, "prescriptions")
        if scale > 1:
            page.show_subject(page.found()[0].id)
            await settle(window)
        code = page.detail.code
        picture = code.grab().toImage()
        assert codes_in(picture) == [page.detail.one.qr]
        assert picture.width() >= LEAST_PX * scale
        middle = QColor(picture.pixel(picture.width() // 2, theme.px(9)))
        assert middle.name() == "#ffffff"
        assert "0000 5021 7719 0042" in texts(page.detail)


async def test_the_full_screen_code_opens_and_closes_by_keys(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        press(page.detail.buttons["full"])
        await settle(window)
        screen = page.screen_
        assert codes_in(screen.code.grab().toImage()) == [page.detail.one.qr]
        assert "Сделайте экран ярче" in texts(screen)
        press(screen.button, Qt.Key.Key_Escape)
        await settle(window)
        assert not any(widget.objectName() == "qr_screen" and widget.isVisible() for widget in QApplication.topLevelWidgets())


async def test_the_pdf_has_the_words_and_a_code_that_reads(tmp_path: Path, look, monkeypatch):
    from desktop.views import typeset

    file = tmp_path / "out" / "рецепт.pdf"
    file.parent.mkdir()
    monkeypatch.setitem(asking.answers, "save", lambda name: file)
    async with window_on(tmp_path / "vault") as window:
        page = await page_of(window, "prescriptions")
        one = page.detail.one
        press(page.detail.buttons["save"])
        await settle(window)
        said = " ".join("".join(leaf.extract_text() for leaf in PdfReader(file).pages).split())
        assert "Бисопролол" in said
        assert "Орлова Наталья Сергеевна" in said
        assert "не проверяет совместимость" in said
        assert "до 17 мая 2026" in said  # Paper is read when the days that are left are others.
        assert "ещё 3 дня" not in said
        sheet = words.sheet(one, window.session.current, today=local_date(window.clock))
        code = next(block for block in sheet.blocks if isinstance(block, typeset.Qr))
        assert codes_in(typeset.qr_image(code.payload)) == [one.qr]
        assert "Сохранён в файл" in texts(page.detail)


async def test_story_offline_send_then_online_ready_then_the_doctor_refuses_to_cancel(tmp_path: Path, look):
    """«Отправить в аптеку», «уведомление о готовности лекарства к выдаче»; «запросить повторную отправку или отмену рецепта»."""
    async with opened(tmp_path) as here:
        window, portal = here.window, here.box
        here.offline()
        page = await page_of(window, "prescriptions")
        press(page.detail.buttons["send"])
        await settle(window)
        assert in_sight(page.detail.scroller, page.detail.panel), "a panel that opens below the edge is brought into sight"
        assert PHARMACY in [page.detail.panel.known.itemText(n) for n in range(page.detail.panel.known.count())]
        press(page.detail.panel.go_on)
        await settle(window)
        await here.step_up()
        assert "Ждёт отправки" in texts(page.detail)
        await undo(window)
        assert "Ждёт отправки" not in texts(page.detail)
        press(page.detail.buttons["send"])
        await settle(window)
        press(page.detail.panel.go_on)
        await settle(window)
        await here.step_up()
        here.online()
        await exchange(window)
        assert "Отправлено" in texts(page.detail)
        assert "отправлен в аптеку" in listed(page)[0]
        answered(portal, "prescription.send", status="completed")
        await exchange(window)
        assert "лекарство готово" in texts(page.detail)
        assert page.detail.buttons["send"].label() == "Отправить ещё раз"
        press(page.detail.buttons["cancel"])
        assert QApplication.focusWidget() is page.detail.panel.keep
        press(page.detail.panel.go_on)
        await settle(window)
        await exchange(window)
        answered(portal, "prescription.cancel", status="rejected", statusReason={"text": "Лекарство нужно для лечения"})
        await exchange(window)
        assert "Причина: Лекарство нужно для лечения" in texts(page.detail)
        assert "cancel" in page.detail.buttons
        assert portal.violations == []


async def test_one_that_is_over_is_asked_for_anew_in_the_form_that_has_its_medicine(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        page = await here.go("prescriptions")
        await here.press("prescription_ask_other")
        assert (here.section, "Какой рецепт нужен?" in here.texts()) == ("documents", True)
        assert here.page.forms["rx"].medicine.chosen() == ""
        view = await here.session.pharmacy.view()
        over = next(one for one in view.rows if one.standing in ("used", "expired"))
        await here.go("prescriptions", over.id)
        await here.press(page.findChild(QPushButton, "prescription_ask"))
        form = here.page.forms["rx"]
        assert form.medicine.box.currentText() == over.medicine
        form.clinic.box.setCurrentIndex(1)
        await here.press(form.send)
        assert [kind for kind, _state in await here.outbox()] == ["prescription.ask"]


async def test_a_second_sending_is_a_resend_and_a_waiting_one_can_be_kept_back(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        desk = window.session.pharmacy
        await desk.send(page.detail.one.id, PHARMACY, passphrase=PASSPHRASE)
        await desk.send(page.detail.one.id, PHARMACY, passphrase=PASSPHRASE)
        assert [row.kind for row in await window.session.bookings.outbox()] == ["prescription.send", "prescription.resend"]
        page.reload()
        await settle(window)
        keep = page.detail.findChildren(type(page.detail.buttons["save"]), "withdraw")
        press(keep[0])
        await settle(window)
        assert len(await window.session.bookings.outbox()) == 1


async def test_nothing_is_sent_without_a_pharmacy(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        press(page.detail.buttons["send"])
        page.detail.panel.known.choose("")
        press(page.detail.panel.go_on)
        await settle(window)
        assert page.detail.panel.other.error()
        page.detail.panel.other.set_value("а" * 301)
        press(page.detail.panel.go_on)
        await settle(window)
        assert "Поместится 300" in page.detail.panel.other.error()
        assert await window.session.bookings.outbox() == ()


async def test_expired_used_and_cancelled_ones_show_no_code_and_say_why(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        for wanted, said in (("expired", "Срок рецепта истёк"), ("used", "Лекарство отпущено"), ("cancelled", "Рецепт отменён")):
            one = next(one for one in (await window.session.pharmacy.view()).rows if one.standing == wanted)
            page.show_subject(one.id)
            await settle(window)
            assert said in texts(page.detail)
            assert "full" not in page.detail.buttons
            assert page.filters.chosen() in ("used", "over")


async def test_the_journal_names_the_day_the_time_and_the_doctor(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        said = texts(page.detail)
        assert "17 апреля, 12:10" in said
        assert "Выписан: Гусев А. В." in said


async def test_the_page_says_that_it_does_not_check_medicines_and_names_the_allergy(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        assert "не проверяет совместимость лекарств" in texts(page)
        assert "Пенициллин" in texts(page)


async def test_the_reminder_is_kept_and_the_place_is_remembered(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        press(page.detail.buttons["remind"])
        await settle(window)
        assert page.detail.one.is_reminded
        page.filters.choose("used")
        await settle(window)
        kept = page.remember()
        again = type(page)(window.shell)
        again.restore(kept)
        assert again.filters.chosen() == "used"
        again.deleteLater()


async def test_another_person_sees_nothing_of_the_first(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "prescriptions")
        window.shell.switch(window.session.person("Варвара").id)
        assert "Бисопролол" not in texts(page)
        await settle(window)
        assert "Колекальциферол" in texts(page)


def test_the_last_day_still_counts_and_the_day_after_does_not():
    from datetime import date

    one = Prescription(id="1", medicine="А", number="1", series="", status="active", is_funded=False, written_on=date(2026, 5, 1),
                       valid_until=date(2026, 5, 14), how="", doctor="", clinic="", qr="x", is_safe=True)  # fmt: skip
    assert standing(one, today=date(2026, 5, 14)) == "active"
    assert standing(one, today=date(2026, 5, 15)) == "expired"
    assert standing(replace(one, is_safe=False), today=date(2026, 5, 1)) == "unsafe"
