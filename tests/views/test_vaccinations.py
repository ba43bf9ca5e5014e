"""Vaccinations: lines and stops, what is missed, the table of what was done, certificates, reminders, fresh data."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.clock import local_date
from desktop.session.prevention_rows import Reminders
from desktop.views import asking, typeset
from desktop.views.pages import vaccination_words as words
from desktop.views.parts import VaccineMatrix
from desktop.views.parts.qr import QrCode
from desktop.views.resting import settle
from tests.views.opened import answered, codes_in, exchange, opened, page_of, press, step_up, texts, undo, window_on


async def test_a_childs_page_says_what_is_missed_what_is_recommended_on_whose_word_and_what_was_done(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        said = texts(page)
        assert "20 из 21 прививки по возрасту сделано" in said
        assert "Пропущена прививка: Полиомиелит, 2-я ревакцинация." in said
        assert "20 месяцев" in said
        assert "Календарь от 1 сентября 2024" in said
        assert page.matrix.toolTip()
        assert "Рекомендованные прививки" in said
        assert "данные портала" in said
        assert "расчёт по календарю" in said
        assert "Корь, краснуха, паротит, ревакцинация" in said
        for wanted in ("Выполненные прививки", "9 июня 2023", "А 0417", "Детская поликлиника № 1", "Серия", "Сертификат"):
            assert wanted in said
        names = [button.accessibleName() or button.text() for button in page.findChildren(type(page.refresh_button))]
        assert any(name.startswith("Открыть сертификат: Вактривир") for name in names)


async def test_arrows_walk_the_stops_and_enter_opens_one(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        matrix = page.findChild(VaccineMatrix)
        matrix.setFocus()
        for _ in range(6):
            QTest.keyClick(matrix, Qt.Key.Key_Down)
        assert "Корь, краснуха, паротит" in matrix.accessibleName()
        QTest.keyClick(matrix, Qt.Key.Key_Return)
        await settle(window)
        said = texts(page.opened)
        assert "Вактривир" in said
        assert "А 0417, годна до 03.2024" in said
        assert "Сделана в срок" in said


async def test_the_missed_stop_offers_the_pediatrician(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        view = await window.session.vaccinations.view()
        page.show_subject(view.missed[0].id)
        await settle(window)
        assert "Пропущена" in texts(page.opened)
        assert page.opened.buttons["book"].label() == "Записаться к педиатру"


async def test_an_adult_sees_years_and_the_booster_that_is_late(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "vaccinations")
        said = texts(page)
        assert "Прививки по годам" in said
        assert "Дифтерия, столбняк" in said
        assert "раз в 10 лет" in said
        assert "Записаться к терапевту" in [b.text() for b in page.findChildren(type(page.refresh_button))]


async def test_the_certificate_is_a_pdf_with_a_code_that_a_foreign_decoder_reads(tmp_path: Path, look, monkeypatch):
    file = tmp_path / "out.pdf"
    monkeypatch.setitem(asking.answers, "save", lambda name: file)
    async with window_on(tmp_path / "vault") as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        page.show_subject("mmr-v")
        await settle(window)
        view = await window.session.vaccinations.view()
        one = page.opened.injection
        wanted = words.payload(one, view.portal)
        assert codes_in(page.opened.findChild(QrCode).grab().toImage()) == [wanted]
        press(page.opened.buttons["save"])
        await settle(window)
        said = " ".join("".join(leaf.extract_text() for leaf in PdfReader(file).pages).split())
        assert "Орлова Варвара Павловна" in said
        assert "А 0417" in said
        sheet = words.certificate(one, "Корь", window.session.current, portal=view.portal, today=local_date(window.clock))
        code = next(block for block in sheet.blocks if isinstance(block, typeset.Qr))
        assert codes_in(typeset.qr_image(code.payload)) == [wanted]
        assert "Орлова" not in wanted


async def test_sharing_warns_first_then_saves_and_opens_an_empty_letter(tmp_path: Path, look, monkeypatch):
    subjects: list[str] = []
    monkeypatch.setitem(asking.answers, "save", lambda name: tmp_path / "share.pdf")
    monkeypatch.setitem(asking.answers, "mail", lambda subject: subjects.append(subject) or True)
    async with window_on(tmp_path / "vault") as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        page.show_subject("mmr-v")
        await settle(window)
        press(page.opened.buttons["share"])
        assert QApplication.focusWidget() is page.share.keep
        assert not subjects
        press(page.share.go_on)
        await settle(window)
        await step_up(window)
        assert (tmp_path / "share.pdf").stat().st_size > 1_000
        assert len(subjects) == 1
        assert not any(word in subjects[0] for word in ("Варвара", "Вактривир", "Корь"))


async def test_reminders_are_kept_for_each_person(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "vaccinations", given="Варвара")
        page.reminders.days.choose("30")
        await settle(window)
        page.reminders.letter.setChecked(True)
        await settle(window)
        assert (await window.session.vaccinations.view()).reminders == Reminders(here=True, letter=True, days=30)
        assert "отправляете вы" in texts(page.reminders)
        await page_of(window, "vaccinations", given="Тимофей")
        assert (await window.session.vaccinations.view()).reminders == Reminders()


async def test_story_fresh_data_asked_offline_sent_online_and_refused(tmp_path: Path, look):
    """«Если в истории отсутствуют ожидаемые прививки, используйте кнопку „Обновить данные“»."""
    async with opened(tmp_path) as here:
        window, portal = here.window, here.box
        here.offline()
        page = await page_of(window, "vaccinations")
        press(page.refresh_button)
        await settle(window)
        assert "Ждёт отправки" in texts(page)
        assert not page.refresh_button.isVisible()
        await undo(window)
        assert "Ждёт отправки" not in texts(page)
        press(page.refresh_button)
        await settle(window)
        here.online()
        await exchange(window)
        assert "Отправлено" in texts(page)
        task = answered(portal, "vaccination.refresh", status="rejected", statusReason={"text": "Архив клиники ещё не перенесён"})
        await exchange(window)
        assert "Причина: Архив клиники ещё не перенесён" in texts(page)
        assert page.refresh_button.isVisible()
        portal.put({**task, "status": "completed"})
        await exchange(window)
        assert "Клиники прислали" in texts(page)
        assert portal.violations == []
