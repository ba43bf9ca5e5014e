"""Papers asked for and records passed on: with no network, then online, then refused; files looked at before they are taken."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from desktop.views import asking
from desktop.views.parts.dropping import DropPlace
from desktop.views.resting import until
from tests.views.opened import opened

PDF = b"%PDF-1.4\n" + b"0" * 2_000


async def _form(here, kind: str):
    page = await here.go("documents", kind)
    return page, page.forms[kind.partition(":")[0]]


async def test_the_menu_beside_the_order_offers_the_other_forms_by_keyboard(tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("documents")
        await here.press(page.more)
        shown = next(one for one in page.findChildren(QMenu) if one.isVisible())
        words = [action.text() for action in shown.actions()]
        assert words == ["Запросить документы…", "Запросить рецепт…", "Передать записи…", "Выгрузить карту…"]
        QTest.keyClick(shown, Qt.Key.Key_Down)
        QTest.keyClick(shown, Qt.Key.Key_Return)
        await here.settle()
        assert "Какие документы нужны?" in here.texts()
        QTest.keyClick(here.window, Qt.Key.Key_Escape)
        await here.settle()
        assert page.both.currentIndex() == 0


async def test_story_asks_for_documents_with_no_network_then_online_then_is_refused(tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        page, form = await _form(here, "request")
        assert "Обычно до 24 часов." in here.texts()
        await here.press(form.send)
        assert form.type.error()
        assert form.clinic.error()
        form.type.choose("extract")
        form.clinic.box.setCurrentIndex(1)
        form.visited.edit.setText("05.05.2026")
        proof = tmp_path / "полис.pdf"
        proof.write_bytes(PDF)
        asking.answers["open"] = lambda: proof
        await here.press(form.proof.pick)
        asking.answers.clear()
        assert form.proof.upload is not None
        form.last.edit.setText("01.05.2025")
        await here.press(form.send)
        assert form.last.error().startswith("Конец раньше начала")
        form.last.edit.setText("14.05.2026")
        await here.press(form.send)
        ((kind, _state),) = await here.outbox()
        assert kind == "document.request"
        assert "Ждёт отправки, в клинике её ещё нет" in here.texts()
        here.line.is_cut = False
        here.clock.advance(600)
        await here.sync()
        assert await here.outbox() == []
        (task,) = here.box.records.open()
        asked = {one["type"]["text"]: one for one in task.resource["input"]}
        assert asked["proof"]["valueAttachment"]["title"] == "полис.pdf"
        assert asked["visited_on"]["valueString"] == "2026-05-05"
        here.box.records.step(task.id)
        here.clock.advance(600)
        await here.sync()
        assert "Готовим документ, до 15 мая" in here.texts()
        assert here.box.records.step(task.id) == "completed"
        here.clock.advance(600)
        await here.sync()
        made = next(row for row in page.model.rows() if row.title == "Выписка из истории болезни")
        await here.session.documents.fetch(made.id)
        await here.session.exchange.run_now(documents="needed")
        assert (await here.session.documents.content(made.id)).startswith(b"%PDF-")
        await _ask_again_and_be_refused(here)


async def _ask_again_and_be_refused(here) -> None:
    """Be refused, correct the request in its own form, be refused again, correct it again: one line all the while."""
    page, form = await _form(here, "request")
    form.type.choose("results")
    form.clinic.box.setCurrentIndex(1)
    form.visited.edit.setText("05.05.2026")
    await here.press(form.send)
    await here.sync()
    for reason in ("Нет номера полиса.", "За этот период обследований не было."):
        (task,) = here.box.records.open()
        here.box.records.refuse(task.id, reason)
        await here.sync()
        assert f"Отказано: {reason}" in here.texts()
        assert here.texts().count("Отказано") == 1
        await here.press(f"correct_{task.id}")
        form = page.forms["request"]
        assert reason in here.texts()
        assert (form.type.chosen(), form.clinic.chosen() != "", form.visited.value()) == ("results", True, "05.05.2026")
        form.policy.set_value("5801 4406 2217 0038")
        await here.press(form.send)
        assert "Отказано" not in here.texts(), "what is on its way again is shown once"
        await here.sync()
        assert "Отказано" not in here.texts(), "and so it is once the portal has it"
    (task,) = here.box.records.open()
    assert {one["type"]["text"]: one.get("valueString") for one in task.resource["input"]}["policy"] == "5801 4406 2217 0038"
    lines = {(row.event, dict(row.facts).get("kind")) for row in await here.session.journal.page()}
    assert ("act.applied", "document.request") in lines


async def test_a_file_that_the_portal_does_not_take_is_refused_in_words(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        _page, form = await _form(here, "request")
        for name, data, words in (
            ("скан.pdf", PDF + b"0" * 5 * 2**20, "Файл больше 5 МБ"), ("скан.pdf", b"MZ program", "только PDF и JPEG"),
            ("пусто.pdf", b"", "Файл пуст"),
        ):
            (tmp_path / name).write_bytes(data)
            await form.proof.take(tmp_path / name)
            assert words in form.proof.error()
            assert form.proof.upload is None
        await form.proof.take(tmp_path / "нет.pdf")
        await here.press(form.send)
        assert "Файл не читается" in form.proof.error()
        await here.press(form.proof.drop)
        assert form.proof.error() == ""
        (tmp_path / "фото.jpg").write_bytes(b"\xff\xd8\xff" + b"0" * 100)
        await form.proof.take(tmp_path / "фото.jpg")
        assert form.proof.error() == ""
        assert form.files()["proof"].content_type == "image/jpeg"
        await here.press(form.proof.drop)
        assert dict(form.files()) == {}


def dragged(over: QWidget, *files: Path, is_let_go: bool = False) -> bool:
    """Drag files over something, or let them go there, and say whether they may be."""
    data, copy = QMimeData(), Qt.DropAction.CopyAction
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    about = (copy, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    events = [QDragEnterEvent(QPoint(5, 5), *about), *([QDropEvent(QPointF(5, 5), *about)] if is_let_go else [])]
    for event in events:
        event.ignore()
        QApplication.sendEvent(over, event)
    return all(event.isAccepted() for event in events)


async def test_a_file_let_go_over_its_field_is_looked_at_as_one_that_was_chosen(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        _page, form = await _form(here, "request")
        scan, other = tmp_path / "скан.pdf", tmp_path / "другой.pdf"
        for file in (scan, other):
            file.write_bytes(PDF)
        (mark,) = [one.mark for one in form.proof.findChildren(DropPlace)]
        assert not dragged(form.proof, scan, other), "one field takes one file"
        assert dragged(form.proof, scan)
        assert mark.isVisible()
        assert dragged(form.proof, scan, is_let_go=True)
        await until(lambda: form.proof.upload is not None)
        assert (form.proof.upload.title, mark.isVisible()) == ("скан.pdf", False)
        scan.write_bytes(b"MZ program")
        dragged(form.proof, scan, is_let_go=True)
        await until(lambda: form.proof.error())
        assert "только PDF и JPEG" in form.proof.error()


async def test_a_file_let_go_over_the_results_begins_a_result_of_ones_own(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        page = await here.go("results")
        scan = tmp_path / "анализ.pdf"
        scan.write_bytes(PDF)
        assert dragged(page, scan, is_let_go=True)
        await until(lambda: page.detail.form is not None and page.detail.form.isVisible())
        await until(lambda: page.detail.form.page.upload is not None)
        assert page.detail.form.page.upload.title == "анализ.pdf"


async def test_story_passes_a_copy_of_the_card_on_with_no_network_then_online_then_is_refused(tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        _page, form = await _form(here, "pass")
        await here.press(form.send)
        assert form.receiver.error()
        assert "Без согласия ничего не передаётся" in form.consent.error()
        form.receiver.box.setCurrentIndex(2)
        form.consent.check.setChecked(True)
        await here.press(form.send)
        await here.step_up()
        assert [kind for kind, _state in await here.outbox()] == ["card.send_to_clinic"]
        assert "Копия карты в клинику" in here.texts()
        here.line.is_cut = False
        here.clock.advance(600)
        await here.sync()
        (task,) = here.box.records.open()
        here.box.records.step(task.id)
        here.clock.advance(600)
        await here.sync()
        assert "Передаём" in here.texts()
        here.box.faults.add("403", method="POST", route="Task")
        _page, form = await _form(here, "pass")
        form.receiver.box.setCurrentIndex(2)
        form.consent.check.setChecked(True)
        await here.press(form.send)
        await here.step_up()
        await here.sync()
        assert ("card.send_to_clinic", "rejected") in await here.outbox()
        assert "Отказано" in here.texts()
        (refused,) = [row.id for row in await here.session.bookings.outbox() if row.state == "rejected"]
        await here.press(here.find(f"withdraw_{refused}"))
        assert "Отказано" not in here.texts()
        assert await here.outbox() == []


async def test_chosen_sections_go_to_the_state_s_card_and_one_result_to_another_clinic(tmp_path, look):
    async with opened(tmp_path) as here:
        _page, form = await _form(here, "pass")
        form.what.choose("sections")
        form.receiver.choose("register")
        form.consent.check.setChecked(True)
        await here.press(form.send)
        assert "Не выбран ни один раздел" in form.list.error()
        form.sections["results"].setChecked(True)
        form.sections["visits"].setChecked(True)
        form.first.edit.setText("01.01.2026")
        await here.press(form.send)
        await here.step_up()
        results = await here.go("results")
        results.show_subject(next(row.id for row in results.model.rows() if row.below == 2))
        await here.settle()
        await here.press(results.findChild(QPushButton, "report_pass"))
        page = here.page
        form = page.forms["pass"]
        assert "Только это: Общий анализ крови, 12 мая 2026" in form.what.box.itemText(0)
        form.receiver.box.setCurrentIndex(3)
        form.consent.check.setChecked(True)
        await here.press(form.send)
        await here.step_up()
        await here.sync()
        first, second = (one.resource for one in here.box.records.open())
        asked = {one["type"]["text"]: one["valueString"] for one in first["input"]}
        assert (asked["receiver"], asked["sections"], asked["from"]) == ("register", "results, visits", "2026-01-01")
        assert second["focus"]["reference"].startswith("DiagnosticReport/")
        assert second["owner"]["display"]


async def test_story_adds_a_result_of_ones_own_with_no_network_then_online_then_is_refused(tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("results")
        reports = [row.id for row in page.model.rows()]
        await here.press(page.own)
        assert "Лаборатория этого не подтверждала" in here.texts()
        assert "Анализ на витамин B12" in here.texts()
        here.line.is_cut = True
        await here.press(page.detail.own.add)
        form = page.detail.form
        await here.press(form.send)
        assert form.title.error()
        assert "Нет ни показателей, ни страницы" in form.text.error()
        form.title.set_value("Витамин D")
        form.on.edit.setText("20.05.2026")
        form.text.set_value("22 нг/мл, норма 30–100")
        await here.press(form.send)
        assert "ещё не наступил" in form.on.error()
        form.on.edit.setText("02.05.2026")
        await here.press(form.send)
        assert [kind for kind, _state in await here.outbox()] == ["result.add"]
        assert "Ждёт отправки" in here.texts()
        here.line.is_cut = False
        here.clock.advance(600)
        await here.sync()
        assert await here.outbox() == []
        (mine,) = [row for row in await here.session.documents.own() if row.title == "Витамин D"]
        assert (mine.is_own, mine.starts_on.isoformat()) == (True, "2026-05-02")
        await here.session.exchange.run_now(documents="needed")
        await here.settle()
        assert (await here.session.documents.content(mine.id)).decode() == "22 нг/мл, норма 30–100"
        await here.press(here.find(f"own_{mine.id}"))
        assert "Внесено вами" in here.texts()
        assert "22 нг/мл, норма 30–100" in here.texts()
        assert [row.id for row in page.model.rows()] == reports
        QTest.keyClick(here.window, Qt.Key.Key_Escape)
        await here.settle()
        here.box.faults.add("403", method="POST", route="DocumentReference")
        await here.press(page.detail.own.add)
        page.detail.form.title.set_value("Ферритин")
        page.detail.form.on.edit.setText("02.05.2026")
        page.detail.form.text.set_value("14 мкг/л")
        await here.press(page.detail.form.send)
        await here.sync()
        assert ("result.add", "rejected") in await here.outbox()
        assert "Ферритин" in here.texts()
        assert "Отказано" in here.texts()
        await here.press(here.find("again"))
        form = page.detail.form
        assert (form.title.value(), form.on.value(), form.text.value()) == ("Ферритин", "02.05.2026", "14 мкг/л")
