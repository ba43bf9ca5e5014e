"""«История посещений»: filters, order, detail, log, rating, «Я не посещал это медучреждение», the extract."""

from __future__ import annotations

import io

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.views import asking
from desktop.views.pages.visits_panels import DisputePanel, VisitLine, VisitPanel
from desktop.views.pages.visits_rating import RatingCard
from desktop.views.parts import Button, PressRow
from tests.views.opened import opened


def rows(page) -> list[str]:
    return [one.accessibleName() for one in page.scroller.findChildren(PressRow) if one.objectName().startswith("visit_")]


async def visit(here, title: str) -> str:
    found = await here.session.visits.page(limit=200)
    return next(row.facts.id for row in found.rows if row.facts.title == title)


async def test_filters_by_service_period_clinic_and_doctor_and_sorts_by_date_and_state(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("history")
        every = rows(page)
        assert "Приём дерматолога" in every[0]
        for wanted in ("11 мая", "Городская поликлиника № 4", "Панин В. Ю."):
            assert wanted in every[0]
        page.chips["analysis"].setChecked(True)
        await here.settle()
        assert rows(page)
        assert all("нализ" in one for one in rows(page))
        page.chips[""].setChecked(True)
        page.doctor.choose(next(page.doctor.itemData(n) for n in range(page.doctor.count()) if "Гусев" in page.doctor.itemText(n)))
        await here.settle()
        assert rows(page)
        assert all("Гусев" in one for one in rows(page))
        page.doctor.choose("")
        page.order.choose("oldest")
        await here.settle()
        assert rows(page) == list(reversed(every))
        page.period.choose("all")
        page.order.choose("status")
        await here.settle()
        assert len(rows(page)) > len(every)
        assert "Состоялся" in here.texts()


async def test_filters_that_nothing_fits_say_so_and_offer_everything(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("history")
        page.chips["vaccination"].setChecked(True)
        page.period.choose("2026")
        await here.settle()
        if rows(page):
            page.clinic.choose("Городская поликлиника № 4")
            await here.settle()
        assert "По этим условиям ничего нет" in here.texts()
        page._show_all()
        await here.settle()
        assert rows(page)


async def test_detail_shows_diagnosis_orders_and_who_changed_the_record(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.go("history")
        page = await here.go("history", await visit(here, "Приём терапевта"))
        assert isinstance(page.panes.panel, VisitPanel)
        said = here.texts()
        for wanted in ("Диагноз", "Жалобы", "Одышка при подъёме на третий этаж", "Кто менял запись",
                       "Городская поликлиника № 2", "Состоялся"):  # fmt: skip
            assert wanted in said
        assert "Создана запись о посещении" in said
        assert "Уточнён диагноз" in said
        assert "Запись была при первой загрузке карты" in said
        id = page._shown
        assert [line.id for line in page.findChildren(VisitLine) if line.is_open] == [id]
        QTest.keyClick(here.window, Qt.Key.Key_Escape)
        await here.settle()
        assert page.panes.panel is None
        assert QApplication.focusWidget().objectName() == f"visit_{id}", "closing leads back to where it was opened"
        assert not [line for line in page.findChildren(VisitLine) if line.is_open]


async def test_orders_of_a_visit_open_their_own_sections(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        found = await here.session.visits.page(limit=200)
        views = [await here.session.visits.open(row.facts.id) for row in found.rows]
        kinds = {link.section for view in views for link in (*view.prescriptions, *view.referrals, *view.results, *view.documents)}
        assert kinds == {"prescriptions", "referrals", "results", "documents"}
        with_referral = next(view for view in views if view.referrals)
        page = await here.go("history", with_referral.row.facts.id)
        line = next(one for one in page.panes.panel.findChildren(PressRow) if with_referral.referrals[0].title in one.accessibleName())
        await here.press(line)
        assert here.window.shell.section == "referrals"


async def test_story_a_visit_nobody_booked_is_told_with_its_day_and_disputed_offline_then_sent_then_refused(qtbot, tmp_path, look):
    """«Я не посещал это медучреждение»: «отметка о ложном посещении»."""
    async with opened(tmp_path) as here:
        strange = await visit(here, "Приём дерматолога")
        here.offline()
        page = await here.go("history")
        await here.press(here.find(f"strange_{strange}"))
        panel = page.panes.panel
        assert isinstance(panel, DisputePanel)
        assert "страховую компанию: АО «Страховая Заречье»" in here.texts()
        assert "до 13 июня" in here.texts()
        assert "останется в истории с пометкой" in here.texts()
        panel.comment.set_value("11 мая весь день была на работе")
        panel.contact.set_value("7" * 121)
        await here.press(panel.submit)
        assert panel.contact.error()
        panel.contact.set_value("")
        await here.press(panel.submit)
        assert await here.outbox() == [("visit.dispute", "held")]
        (act,) = await here.session.bookings.outbox()
        body = dict(act.body)
        assert "На 11 мая 2026 записи у вас не было" in body["evidence"]
        assert "14 мая 2026" in body["evidence"]
        assert "Вы не подтвердили" in here.texts()
        assert "Ждёт отправки" in here.texts()
        here.online()
        await here.sync()
        assert await here.outbox() == []
        assert "Портал принял просьбу, ответа ещё нет" in here.texts()
        here.box.faults.add("403", method="POST", route="Task")
        other = await visit(here, "Приём кардиолога")
        await page._dispute(other)
        await here.press(page.panes.panel.submit)
        await here.sync()
        assert ("visit.dispute", "rejected") in await here.outbox()
        assert "Отказано" in here.texts()
        await here.press(here.find("not_me"))
        await here.press(page.panes.panel.submit)
        assert ("visit.dispute", "held") in await here.outbox(), "it may be written again"
        assert "Ждёт отправки" in here.texts()


async def test_visit_that_appears_after_the_first_load_is_dated_and_written_into_the_journal(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        known = await visit(here, "Приём дерматолога")
        body = here.box.resource("Encounter", known)
        fresh = {**body, "id": "strange-1", "period": {"start": "2026-05-13T08:00:00+03:00", "end": "2026-05-13T08:20:00+03:00"}}
        fresh.pop("meta", None)
        here.box.shelf.write(fresh, "PUT")
        await here.sync()
        await here.session.visits.settle()
        lines = [row for row in await here.session.journal.page() if row.event == "visit.appeared"]
        assert [dict(row.facts)["visit"] for row in lines] == ["strange-1"]
        await here.go("history", "strange-1")
        assert "Появилось посещение, на которое вы не записывались." in here.texts()
        assert "Запись появилась на этом компьютере 14 мая 2026" in here.texts()
        here.box.shelf.write({**fresh, "status": "cancelled"}, "PUT")
        await here.sync()
        await here.session.visits.settle()
        view = await here.session.visits.open("strange-1")
        assert "changed_status" in [one.what for one in view.log]


async def test_story_rates_a_visit_by_five_radio_stars_with_no_network_then_online_then_is_refused(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        id = await visit(here, "Приём кардиолога")
        here.offline()
        page = await here.go("history")
        await here.press(here.find(f"rate_{id}"))
        card = page.findChild(RatingCard)
        assert not page.findChild(Button, f"rate_{id}").isVisible(), "it is being done"
        assert [radio.accessibleName() for radio in card.stars.radios] == [f"{n} из 5" for n in range(1, 6)]
        await here.press(card.submit)
        assert "Выберите от одной до пяти звёзд" in card.said.text()
        card.stars.radios[0].setFocus()
        QTest.keyClick(card.stars.radios[0], Qt.Key.Key_Space)
        for _ in range(3):
            QTest.keyClick(here.window.focusWidget(), Qt.Key.Key_Right)
        assert card.stars.count == 4
        card.praise.chips["attentive"].setChecked(True)
        await here.press(card.submit)
        assert here.toast() == "Оценку отправим клинике"
        assert "Ваша оценка 4, ждёт отправки" in here.texts()
        here.online()
        await here.sync()
        assert await here.outbox() == []
        assert "Ваша оценка 4" in here.texts()
        assert "ждёт отправки" not in here.texts()
        here.box.faults.add("403", method="POST", route="QuestionnaireResponse")
        other = await visit(here, "Приём терапевта")
        await here.press(here.find(f"rate_{other}"))
        card = page.findChild(RatingCard)
        card.stars.set_value("2")
        await here.press(card.submit)
        assert here.focus().objectName() == f"visit_{other}"
        await here.sync()
        assert await here.outbox() == [("visit.rate", "rejected")]
        assert "Оценка не принята" in here.texts()
        assert here.find(f"rate_{other}").isVisible(), "it may be given again"
        lines = {(row.event, dict(row.facts).get("act") or dict(row.facts).get("kind")) for row in await here.session.journal.page()}
        assert {("act.accepted", "visit.rate"), ("act.applied", "visit.rate"), ("clash.found", "visit.rate")} <= lines


async def test_extract_is_saved_as_a_pdf_with_selectable_text_and_mailed_after_a_warning(qtbot, tmp_path, look, monkeypatch):
    async with opened(tmp_path) as here:
        file = tmp_path / "extract.pdf"
        names: list[str] = []
        monkeypatch.setitem(asking.answers, "save", lambda name: names.append(name) or file)
        await here.go("history", await visit(here, "Приём терапевта"))
        assert here.page.save_subject()
        await here.settle()
        text = " ".join("".join(part.extract_text() for part in PdfReader(io.BytesIO(file.read_bytes())).pages).split())
        assert "Приём терапевта" in text
        assert "Орлова Наталья Сергеевна" in text
        assert names[0].startswith("Выписка_о_посещении_2026")
        assert "visit.saved" in [row.event for row in await here.session.journal.page()]
        letters: list[str] = []
        monkeypatch.setitem(asking.answers, "mail", lambda subject: letters.append(subject) or True)
        mail = here.find("visit_mail")
        await here.press(mail)
        assert here.focus() is here.page.panes.panel.mail.card.keep
        await here.key(Qt.Key.Key_Return)
        assert (letters, here.focus()) == ([], mail)
        await here.press(mail)
        await here.press(here.page.panes.panel.mail.card.go_on)
        await here.step_up()
        assert len(letters) == 1
        assert "Орлова" not in letters[0]
        assert "document.mailed" in [row.event for row in await here.session.journal.page()]


async def test_switching_the_person_leaves_nothing_of_the_one_before(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("history", await visit(here, "Приём дерматолога"))
        here.window.shell.switch(here.session.people[1].id)
        assert rows(page) == []
        assert page.panes.panel is None
        await here.settle()
        assert not any("дерматолога" in one for one in rows(page))
