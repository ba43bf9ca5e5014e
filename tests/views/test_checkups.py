"""Check-ups: done, booked, left, valid until, all in one day, past ones with their documents, how it goes."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtWidgets import QApplication

from desktop.session.prevention_rows import CheckupsView
from desktop.views import asking
from desktop.views.pages.documents_mail import MailCard
from desktop.views.parts import Button, IconButton
from desktop.views.resting import settle
from tests.views.opened import answered, exchange, opened, page_of, press, step_up, texts, undo, window_on


async def test_this_year_shows_what_is_done_booked_and_left_and_until_when(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups")
        said = texts(page.now)
        for wanted in ("Осмотр 2026 года", "Пройдено", "Записаны", "Осталось", "Пройти можно до 31 декабря 2026"):
            assert wanted in said
        view = await window.session.checkups.view()
        assert [len(view.now.of(one)) for one in ("done", "booked", "left")] == [3, 2, 4]


async def test_times_are_on_the_clinics_own_clock(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups")
        said = texts(page)
        assert "21 мая, 9:00, каб. 117" in said
        assert "с 8:20 до 10:35" in said


async def test_past_ones_have_day_group_and_how_long_they_count(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups")
        said = texts(page)
        for wanted in ("Диспансеризация 2023", "Завершено 20 июня 2023, Городская поликлиника № 2", "Группа здоровья II",
                       "Результаты учитывались до 20 июня 2024"):  # fmt: skip
            assert wanted in said


async def test_a_past_one_is_saved_as_pdf_and_mailed_after_a_warning(tmp_path: Path, look, monkeypatch):
    file = tmp_path / "past.pdf"
    monkeypatch.setitem(asking.answers, "save", lambda name: file)
    async with window_on(tmp_path / "vault") as window:
        page = await page_of(window, "checkups")
        view = await window.session.checkups.view()
        past = next(one for one in view.past if not one.document)
        press(page.findChild(IconButton, f"past_save_{past.id}"))
        await settle(window)
        said = " ".join("".join(leaf.extract_text() for leaf in PdfReader(file).pages).split())
        assert "Профосмотр 2022" in said
        assert "Орлова Наталья Сергеевна" in said
        letters: list[str] = []
        monkeypatch.setitem(asking.answers, "mail", lambda subject: letters.append(subject) or True)
        press(page.findChild(IconButton, f"past_mail_{past.id}"))
        (card,) = page.findChildren(MailCard)
        assert QApplication.focusWidget() is card.keep
        press(card.go_on)
        await settle(window)
        await step_up(window)
        assert len(letters) == 1
        assert "Орлова" not in letters[0]


async def test_the_conclusion_leads_to_the_documents(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        view: CheckupsView = await window.session.checkups.view()
        page = await page_of(window, "checkups")
        document = next(one.document for one in view.past if one.document)
        (button,) = (one for one in page.past.findChildren(Button) if one.label() == "Заключение")
        press(button)
        await settle(window)
        assert window.shell.section == "documents"
        assert (await window.session.documents.get(document)).title == "Результаты диспансеризации"


async def test_the_banner_leads_to_how_it_goes_and_esc_leads_back(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups")
        press(page.banner.action)
        await settle(window)
        said = texts(page)
        for wanted in ("Как проходит осмотр", "Что входит", "Как подготовиться", "На что вы имеете право", "Предварительный перечень"):
            assert wanted in said
        assert page.step_back()
        await settle(window)
        assert "Осмотр 2026 года" in texts(page)
        assert window.focusWidget() is page.banner.action
        opener = page.findChild(Button, "step_0")
        press(opener)
        await settle(window)
        assert page.step_back()
        await settle(window)
        assert window.focusWidget().objectName() == "step_0", "it is built anew, and the focus goes back to it"


async def test_answers_open_in_place(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups")
        press(page.now.buttons["0"])
        await settle(window)
        assert "Повышалось ли у вас давление" in texts(page)
        assert QApplication.focusWidget().text() == "Закрыть"


async def test_a_child_is_examined_by_the_order_for_minors(tmp_path: Path, look):
    async with window_on(tmp_path) as window:
        page = await page_of(window, "checkups", given="Варвара")
        view = await window.session.checkups.view()
        assert view.is_minor
        assert "211н" in view.edition
        assert "ребёнок здоров" in texts(page)


async def test_without_a_plan_of_the_portal_the_orders_speak_and_say_that_they_are_provisional(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        window, portal = here.window, here.box
        for given, kind in (("Наталья", "disp"), ("Варвара", "minor")):
            person = window.session.person(given)
            for item in list(portal.shelf.items("WHERE live AND type='CarePlan'")):
                if item.resource["subject"]["reference"].endswith(person.patient_id):
                    portal.put({**item.resource, "status": "revoked"})
            await exchange(window)
            page = await page_of(window, "checkups", given=given)
            view = await window.session.checkups.view()
            assert (view.now.source, view.now.kind) == ("rules", kind)
            assert "Предварительный перечень" in texts(page)
            assert view.now.of("left")
        assert not any(step.title.startswith("Маммография") for step in view.now.steps)


async def test_story_all_in_one_day_offline_then_booked_then_refused(tmp_path: Path, look):
    """«Для записи на предстоящий осмотр используется кнопка „Записаться“»: everything that is left, on one day."""
    async with opened(tmp_path) as here:
        window, portal = here.window, here.box
        here.offline()
        page = await page_of(window, "checkups")
        assert "21 мая, четверг" in texts(page.ticket)
        assert "не закреплено" in texts(page.ticket)
        press(page.ticket.button)
        await settle(window)
        assert "Ждёт отправки" in texts(page)
        assert page.isAncestorOf(window.focusWidget()), "the button is gone, and the message below has not asked for the focus"
        await undo(window)
        assert "Ждёт отправки" not in texts(page)
        press(page.ticket.button)
        await settle(window)
        here.online()
        await exchange(window)
        task = answered(portal, "checkup.book", status="rejected", statusReason={"text": "В этот день нет рентгена"})
        named = {one["type"]["text"]: one["valueString"] for one in task["input"]}
        assert named["on"] == "2026-05-21"
        assert named["items"] == "5, 6, 7, 8"
        await exchange(window)
        assert "Причина: В этот день нет рентгена" in texts(page)
        assert page.ticket.button.isVisible()
        portal.put({**task, "status": "completed"})
        await exchange(window)
        assert "Клиника записала" in texts(page)
        assert not page.ticket.button.isVisible(), "all of it is granted for a day to come"
        here.clock.advance(60 * 86_400)
        page.reload()
        await settle(window)
        assert page.ticket.button.isVisible(), "that day is over, and something is left"
        assert portal.violations == []
