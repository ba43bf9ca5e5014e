"""Results in the window: read, compared, asked about, saved, by keyboard, on a real record."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.session.rows import MeasureRow, ReportRow
from desktop.views.pages import results_words
from desktop.views.resting import settle
from desktop.words import set_language
from tests.views.looking import cut, unnamed
from tests.views.opened import CONTROL, SHIFT, key, opened, painted, person, press, step_up, texts


def measure(**changes: object) -> MeasureRow:
    facts = {"id": "m", "code": "1", "title": "Гемоглобин", "value": 114.0, "value_text": "114", "unit": "г/л", "low": 117.0, "high": 155.0,
             "range_text": "", "standing": "below", "previous": None, "note": "", **changes}  # fmt: skip
    return MeasureRow(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(("standing", "is_drawn"), [("in", True), ("above", False), ("below", False), ("abnormal", False)])
def test_no_line_says_otherwise_than_the_laboratory(standing: str, is_drawn: bool) -> None:
    assert (results_words.reading(measure(value=5.0, low=1.0, high=10.0, standing=standing)) is not None) is is_drawn


def report(**changes: object) -> ReportRow:
    facts = {"id": "r", "person": 1, "title": "Анализ", "category": "blood", "status": "final", "taken_at": None, "issued_at": None,
             "expected_on": None, "measured": 3, "below": 0, "above": 0, "has_conclusion": False, "within": 3, **changes}  # fmt: skip
    return ReportRow(**facts)  # type: ignore[arg-type]


async def _open_blood(window) -> object:
    page = window.shell.page
    row = next(row for row in page.model.rows() if row.below == 2)
    page.show_subject(row.id)
    await settle(window)
    return page


# --- words
@pytest.mark.parametrize(("text", "said"), [("<5", "<5"), ("6.2", "6,2"), ("<0.05", "<0,05"), ("a<b>1.5", "a<b>1.5"), ("4.0–9.0", "4,0–9,0")])
def test_values_are_plain_text_and_decimals_take_the_mark_of_the_language(text, said):
    assert results_words.digits(text) == said
    set_language("en")
    assert results_words.digits(text) == text
    assert results_words.digits(said) == text
    assert results_words.digits("10,000") == "10,000"


def test_nothing_is_called_within_range_without_a_range():
    assert results_words.summary(report(within=0))[0] == "3 показателя"
    assert results_words.summary(report())[0] == "Все 3 в норме"
    assert results_words.counts(report(within=0))[0] == "Нормы для этого возраста и пола лаборатория не прислала."
    other = measure(has_other_range=True, low=None, high=None, range_text="", standing="unknown", previous=None)
    assert results_words.range_words(other) == "норма не для этого возраста или пола"
    assert results_words.reading(other) is None
    assert results_words.measure_said(other).endswith(", норма не для этого возраста или пола")
    assert results_words.counts(report(within=1, below=1))[1].startswith("Ещё у 1 показателя норма не указана.")


def test_what_the_program_does_not_understand_is_not_shown_as_true():
    assert results_words.summary(report(status="unknown"))[0] == "Нельзя показать надёжно"
    assert results_words.measure_said(measure(is_safe_to_show=False)) == "Гемоглобин: Нельзя показать надёжно"
    assert results_words.reading(measure(is_safe_to_show=False)) is None


def test_a_value_with_a_comparator_is_written_and_not_drawn():
    row = measure(value=None, value_text="<5", standing="unknown")
    assert results_words.reading(row) is None
    assert results_words.measure_said(row) == "Гемоглобин: <5 г/л, норма 117–155"


# --- the page
async def test_the_newest_ready_result_opens_with_what_is_out_of_range_first(record):
    window = await record("results")
    page = window.shell.page
    said = texts(page)
    assert "16 показателей в норме, 2 ниже нормы. Это не диагноз, его ставит врач." in said
    assert [line.measure.title for line in page.report.lines.values()][:2] == ["Гемоглобин", "Объём эритроцита"]
    assert "Немного снижен. Сдайте ферритин, направление готово." in said
    for wanted in ("Общий анализ крови", "12 мая 2026", "Городская поликлиника № 2"):
        assert wanted in said
    first = next(iter(page.report.lines.values()))
    assert first.head.isChecked()
    assert first.head.accessibleName() == "Гемоглобин: 114 г/л, ниже нормы, норма 117–155, было 119"
    assert "Сдан 13 мая, ждём 15 мая" in page.model.data(page.model.index(0), int(Qt.ItemDataRole.AccessibleTextRole))


async def test_arrows_move_through_the_list_and_the_detail_follows(record):
    window = await record("results")
    page = window.shell.page
    page.list.setFocus()
    key(window, Qt.Key.Key_Down)
    await settle(window)
    assert page.report.view.row.title == page.model.row(2).title
    assert page.list.currentIndex().row() == 2


async def test_no_laboratory_result_is_marked_while_ones_own_are_in_front(record):
    window = await record("results")
    page = window.shell.page
    chosen = page.list.selectionModel().selectedIndexes()
    assert [index.row() for index in chosen] == [1]
    page.own.click()
    await settle(window)
    page.reload()
    await settle(window)
    assert page.list.selectionModel().selectedIndexes() == []
    page.detail.own.added.emit()
    await settle(window)
    assert page.list.selectionModel().selectedIndexes() == []
    assert page.step_back()
    await settle(window)
    assert page.step_out()
    assert page.list.selectionModel().selectedIndexes() == chosen


async def test_a_result_chosen_by_hand_asks_for_no_more_attention(record):
    window = await record("results")
    before = [row.subject for row in (await window.session.home.view()).attention if row.kind == "new_report"]
    page = await _open_blood(window)
    after = [row.subject for row in (await window.session.home.view()).attention if row.kind == "new_report"]
    assert page.report.id in before
    assert page.report.id not in after


async def test_the_course_is_a_chart_and_the_same_in_a_table(record):
    window = await record("results")
    page = await _open_blood(window)
    line = next(iter(page.report.lines.values()))
    assert line.chart is not None
    line.table_button.setFocus()
    key(window, Qt.Key.Key_Return)
    said = texts(line.table)
    assert said.index("12 мая 2026") < said.index("14 марта 2024")
    assert "114 г/л" in said
    assert "131 г/л" in said


async def test_the_rest_in_range_comes_on_a_key(record):
    window = await record("results")
    page = await _open_blood(window)
    assert len(page.report.lines) == 4
    page.report.more.setFocus()
    key(window, Qt.Key.Key_Space)
    await settle(window)
    assert len(page.report.lines) == 18


async def test_filters_narrow_the_list_and_say_when_nothing_is_left(record):
    window = await record("results")
    page = window.shell.page
    key(window, Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is page.filters.chips["all"]
    page.only_out.click()
    await settle(window)
    assert all(row.below or row.above for row in page.model.rows())
    page.filters.choose("ecg")
    await settle(window)
    assert "По этому выбору ничего нет" in texts(page)
    page.rows.all.click()
    await settle(window)
    assert page.filters.chosen() == "all"
    assert page.model.rowCount() > 8


async def test_an_old_result_is_found_when_the_period_is_long_enough(record):
    window = await record("results")
    page = window.shell.page
    short = page.model.rowCount()
    page.period.choose("all")
    await settle(window)
    assert page.model.rowCount() > short


async def test_a_question_waits_here_until_it_is_sent_and_can_be_taken_back(record):
    window = await record("results")
    page = await _open_blood(window)
    line = next(iter(page.report.lines.values()))
    line.ask_button.setFocus()
    key(window, Qt.Key.Key_Return)
    form = page.report.form
    form.send.setFocus()
    key(window, Qt.Key.Key_Return)
    assert "Вопрос пуст" in form.area.error()
    form.area.set_value("Нужно ли пересдать?")
    form.send.click()
    await settle(window)
    assert "Ваш вопрос ждёт отправки" in "\n".join(tag.text() for tag in _tags(page))
    act = (await window.session.bookings.outbox())[-1]
    assert act.kind == "result.ask"
    assert dict(act.body) == {"subject": f"DiagnosticReport/{page.report.id}", "text": "Гемоглобин: Нужно ли пересдать?"}
    window.shell._toasts[-1].action.click()
    await settle(window)
    assert await window.session.bookings.outbox() == ()
    assert _tags(page) == []


async def test_story_comments_on_a_result_with_no_network_then_online_then_is_refused(qtbot, tmp_path, look):
    """«Добавляйте комментарии к каждому результату»."""
    async with opened(tmp_path) as here:
        here.offline()
        page = await here.go("results")
        page.show_subject(next(row.id for row in page.model.rows() if row.below == 2))
        await here.settle()
        await here.press(here.find("report_note"))
        await here.press(page.report.form.send)
        assert "Комментарий пуст" in page.report.form.area.error()
        page.report.form.area.set_value("Сдавала после болезни")
        await here.press(page.report.form.send)
        assert await here.outbox() == [("result.comment", "held")]
        assert "Сдавала после болезни" in here.texts()
        assert "Ждёт отправки" in here.texts()
        await here.sync()
        assert "Сдавала после болезни" in here.texts()
        here.online()
        here.clock.advance(600)
        await here.sync()
        assert await here.outbox() == []
        assert "Сдавала после болезни" in here.texts()
        assert "На портале" in here.texts()
        (sent,) = [one.resource for one in here.box.shelf.items("WHERE live AND type='Communication'")
                   if one.resource["payload"][0].get("contentString") == "Сдавала после болезни"]
        here.box.put({"resourceType": "Communication", "status": "completed", "subject": sent["subject"], "about": sent["about"],
                      "sender": {"reference": "Practitioner/x", "display": "Белякова И. О."}, "sent": "2026-05-14T12:50:00+03:00",
                      "payload": [{"contentString": "Пересдайте через две недели."}]})
        here.clock.advance(600)
        await here.sync()
        assert "Пересдайте через две недели." in here.texts()
        here.box.faults.add("403", method="POST", route="Communication")
        await here.press(here.find("report_note"))
        page.report.form.area.set_value("Ещё одно")
        await here.press(page.report.form.send)
        await here.sync()
        assert ("result.comment", "rejected") in await here.outbox()
        assert "Причина: портал не" in here.texts()
        await here.press(here.find("note_again"))
        assert (page.report.form.kind, page.report.form.area.value()) == ("note", "Ещё одно")
        lines = [row.event for row in await here.session.journal.page()]
        assert "act.applied" in lines


def _tags(page) -> list:
    from desktop.views.parts import Tag

    return [tag for tag in page.report.findChildren(Tag) if tag.isVisible()]


async def test_escape_closes_the_question_before_the_detail(record):
    window = await record("results", size=(1024, 640))
    page = await _open_blood(window)
    assert page.panes.is_open
    for name in ("report_note", "report_mail"):
        opener = page.report.findChild(QWidget, name)
        press(opener)
        await settle(window)
        assert page.report.form or page.report.mail_card
        key(window, Qt.Key.Key_Escape)
        assert (page.report.form, page.report.mail_card, page.panes.is_open) == (None, None, True)
        assert window.focusWidget() is opener, "it goes back to what opened it"
    key(window, Qt.Key.Key_Escape)
    assert not page.panes.is_open
    assert page.list.isVisible()


async def test_a_result_without_a_document_is_saved_as_a_sheet_of_ours(record, answers, tmp_path: Path):
    window = await record("results")
    page = window.shell.page
    page.period.choose("all")
    await settle(window)
    page.show_subject(page.model.row(page.model.rowCount() - 1).id)
    await settle(window)
    page.show_subject(next(row.id for row in page.model.rows() if row.title == "Общий анализ крови" and row.taken_at.year == 2024))
    await settle(window)
    assert page.report.view.document is None
    answers["save"] = lambda name: tmp_path / name
    key(window, Qt.Key.Key_S, CONTROL)
    await settle(window)
    saved = tmp_path / "Общий_анализ_крови.pdf"
    assert saved.read_bytes().startswith(b"%PDF-")
    assert (await window.session.journal.page())[0].event == "document.saved"


async def test_the_printed_form_opens_in_place_and_is_saved_printed_and_mailed(record, answers, tmp_path: Path):
    window = await record("results")
    page = await _open_blood(window)
    assert page.report.view.document == f"DiagnosticReport/{page.report.id}"
    page.report.pdf.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert page.detail.shows_paper
    await painted(page.detail.paper.pane)
    assert page.detail.paper.pane.pages() == 1
    printed: list[object] = []
    answers.update(save=lambda name: tmp_path / name, mail=lambda subject: True, print=lambda paint: printed.append(paint) or True)
    key(window, Qt.Key.Key_S, CONTROL)
    await settle(window)
    saved = tmp_path / "Общий_анализ_крови_2026-05-12.pdf"
    assert saved.read_bytes() == await window.session.documents.content(page.report.view.document)
    key(window, Qt.Key.Key_P, CONTROL)
    await settle(window)
    assert len(printed) == 1
    page.detail.paper.ask_mail()
    page.detail.paper.mail_card.go_on.click()
    await settle(window)
    await step_up(window)
    events = [row.event for row in await window.session.journal.page()]
    assert [one for one in events if one.startswith("document.") and one != "document.opened"] == [
        "document.mailed", "document.printed", "document.saved"]
    key(window, Qt.Key.Key_Escape)
    assert not page.detail.shows_paper
    assert page.report.pdf.hasFocus()


async def test_the_row_menu_opens_by_keyboard(record):
    window = await record("results")
    page = await _open_blood(window)
    page.list.setFocus()
    key(window, Qt.Key.Key_F10, SHIFT)
    shown = next(one for one in page.findChildren(QMenu) if one.isVisible())
    assert [action.text() for action in shown.actions()] == ["Открыть", "Сохранить", "Печать", "На почту", "Добавить комментарий", "Спросить врача"]
    shown.close()


async def test_switching_the_person_leaves_nothing_of_the_one_before(record):
    window = await record("results")
    page = await _open_blood(window)
    other = next(one for one in window.session.people if one.given == "Тимофей")
    window.shell.switch(other.id)
    assert page.model.rowCount() == 0
    assert "Гемоглобин" not in texts(page)
    await settle(window)
    assert all(row.person == other.id for row in page.model.rows())


async def test_another_look_keeps_the_place(record):
    window = await record("results")
    page = await _open_blood(window)
    page.period.choose("all")
    await settle(window)
    id = page.report.id
    window.change(theme="dark")
    await settle(window)
    page = window.shell.page
    assert page.period.chosen() == "all"
    assert page.report.id == id


async def test_a_long_list_is_read_page_by_page(record, monkeypatch):
    from desktop import limits

    monkeypatch.setattr(limits, "LIST_PAGE_ROWS", 8)
    window = await record("results", size=(1440, 640))
    page = window.shell.page
    page.period.choose("all")
    await settle(window)
    assert page.model.rowCount() == 8
    for _ in range(6):
        page.list.verticalScrollBar().setValue(page.list.verticalScrollBar().maximum())
        page.list.end_near.emit()
        await settle(window)
    whole = await window.session.results.page(limit=400)
    assert [row.id for row in page.model.rows()] == [row.id for row in whole]


async def test_an_empty_record_says_how_results_get_here(record):
    window = await record("results", empty=True)
    said = texts(window.shell.page)
    assert "Результатов пока нет" in said
    assert "появится здесь сам" in said


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("factor", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
async def test_nothing_is_cut_or_nameless(record, language, factor, size):
    window = await record("results", size=size, language=language, text_scale=factor)
    page = await _open_blood(window)
    page.report.ask(None)
    page.report.ask_mail()
    await settle(window)
    assert unnamed(window) == []
    assert cut(page) == []
    assert page.report.scroller.horizontalScrollBar().maximum() == 0
    await person(window, "Людмила") if any(one.given == "Людмила" for one in window.session.people) else None
    assert cut(window.shell.page) == []
