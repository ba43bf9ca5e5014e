"""Documents in the window: pages painted elsewhere, saved, printed, mailed, asked for; certificates ordered and corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPageLayout, QPageSize, QPdfWriter
from PySide6.QtWidgets import QApplication, QMenu, QPushButton

from desktop.errors import KnownError
from desktop.record.semd import Bullets, Paragraph, Section, Semd, Table
from desktop.session.rows import DocumentRow, OutboxRow, RequestRow
from desktop.views import theme, typeset, wording
from desktop.views.pages import documents_paper, documents_words
from desktop.views.pages.documents_requests import RequestsCard
from desktop.views.parts import STRETCH, Button, Fill, Heading, Tag, column
from desktop.views.parts.semd_view import SemdView, written_date
from desktop.views.resting import settle, until
from desktop.views.scale import Scale
from tests.views.looking import cut, is_whole, unnamed
from tests.views.opened import CONTROL, SHIFT, key, painted, step_up, texts


def document(**changes: object) -> DocumentRow:
    facts = {"id": "d", "person": 1, "title": "Справка", "category": "certificate", "type_code": "", "created_on": None, "clinic": "",
             "author": "", "status": "current", "content_type": "application/pdf", "size_bytes": 1000, "place": "absent", "failure": "",
             "signature": "none", **changes}  # fmt: skip
    return DocumentRow(**facts)  # type: ignore[arg-type]


async def _open(window, *, title: str = "", xml: bool = False) -> object:
    page = window.shell.page
    row = next(row for row in page.model.rows() if row.place == "here" and ("xml" in row.content_type) == xml and title in row.title)
    page.show_subject(row.id)
    await settle(window)
    if not xml:
        await painted(page.panel.pane)
    return page


def test_way_to_the_other_requests_is_in_sight_with_large_text(qtbot, look):
    theme.apply(look, "light", Scale(1.5))
    window = Fill(column(made := RequestsCard(), STRETCH))
    qtbot.addWidget(window)
    window.resize(800, 640)
    window.show()
    facts = {"person": 1, "title": "Справка", "status": "refused", "due_on": None, "reason": "Нет номера"}
    made.show_requests([RequestRow(id="a", **facts), RequestRow(id="b", **facts)], (), today=date(2026, 5, 14))
    QApplication.processEvents()
    more = made.findChild(Button, "more_requests")
    assert is_whole(more)
    more.click()
    QApplication.processEvents()
    assert made.findChild(Button, "more_requests").label() == "Свернуть"


def tags(page) -> list[str]:
    return [tag.text() for tag in page.panel.findChildren(Tag) if tag.isVisible()]


def pdfs(folder: Path) -> list[Path]:
    return list(folder.glob("*.pdf"))


async def events(window) -> list[str]:
    return [row.event for row in await window.session.journal.page()]


# --- words
def test_a_signature_is_only_what_the_portal_says():
    assert documents_words.signature(document(signature="stated_valid"))[0] == "Портал сообщает: подписано"
    assert documents_words.signature(document())[0] == "О подписи портал не сообщает"


def test_a_refusal_is_said_in_words_never_in_a_code_of_ours():
    at = datetime(2026, 5, 14, tzinfo=UTC)
    for reason, said in (
        ("refused", "портал не принял"), ("rights_lost", "нет на это права"), ("no_such_code", "не сказал почему"), ("Нет бланков", "Нет бланков")
    ):
        act = OutboxRow(id="a", person=1, kind="certificate.order", state="rejected", body=(), created_at=at, release_at=at,
                        next_try_at=None, tries=1, reason=reason, decides="")  # fmt: skip
        assert said in documents_words.act_words(act)
        assert "_" not in documents_words.act_words(act)


def test_what_is_only_on_the_portal_is_dashed_with_its_size():
    face = documents_words.face(document(size_bytes=3 * 2**20))
    assert (face.kind, face.third) == ("dashed", "Только на портале. Скачать")
    assert face.detail.endswith("3\u202fМБ")
    assert documents_words.face(document(size_bytes=148 * 2**20)).third == "Только на портале"
    assert documents_words.face(document(place="failed")).kind == "warn"


# --- the page
async def test_a_document_is_painted_page_by_page_and_zoomed_by_keys(record):
    window = await record("documents")
    page = await _open(window, title="эпикриз")
    pane = page.panel.pane
    pane.setFocus()
    pages = pane.pages()
    assert pages >= 1
    key(window, Qt.Key.Key_Plus)
    assert pane.zoom() == 125
    key(window, Qt.Key.Key_Minus)
    key(window, Qt.Key.Key_Minus)
    assert pane.zoom() == 75
    key(window, Qt.Key.Key_PageDown)
    assert pane.page() == min(1, pages - 1)
    key(window, Qt.Key.Key_PageUp)
    assert pane.page() == 0
    await painted(pane)
    assert "Портал сообщает: подписано" in tags(page)
    assert "Есть на компьютере" in tags(page)


async def test_the_text_of_a_page_is_copied_for_a_short_while(record):
    window = await record("documents")
    page = await _open(window, title="Заключение кардиолога")
    page.panel.pane.setFocus()
    key(window, Qt.Key.Key_C, CONTROL)
    await settle(window)
    assert "Гипертоническая болезнь" in QGuiApplication.clipboard().text()
    timer = window.clipboard._timer
    assert (timer.isActive(), timer.interval()) == (True, 10_000)
    timer.start(0)
    await until(lambda: QGuiApplication.clipboard().text() == "")


async def test_a_saved_document_is_the_portals_own_bytes_under_a_name_of_ours(record, answers, tmp_path: Path):
    window = await record("documents")
    page = await _open(window, title="Заключение кардиолога")
    answers["save"] = lambda name: tmp_path / name
    key(window, Qt.Key.Key_S, CONTROL)
    await settle(window)
    (saved,) = pdfs(tmp_path)
    assert saved.name == "Заключение_кардиолога_2026-05-05.pdf"
    assert saved.read_bytes() == await window.session.documents.content(page.panel.row.id)
    assert "document.saved" in await events(window)


async def test_a_full_folder_is_told_in_words_and_the_document_stays(record, answers, tmp_path: Path):
    window = await record("documents")
    page = await _open(window)
    answers["save"] = lambda name: tmp_path / "none" / name
    key(window, Qt.Key.Key_S, CONTROL)
    await settle(window)
    assert "Файл не сохранился: в эту папку записать нельзя" in texts(page)
    assert "document.saved" not in await events(window)


async def test_printing_shows_a_preview_and_paints_the_workers_pages(record, answers, tmp_path: Path):
    window = await record("documents")
    page = await _open(window, title="Заключение кардиолога")
    paper = tmp_path / "paper.pdf"

    def printed(paint) -> bool:
        writer = QPdfWriter(str(paper))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        writer.setPageOrientation(QPageLayout.Orientation.Portrait)
        paint(writer)
        return True

    answers["print"] = printed
    key(window, Qt.Key.Key_P, CONTROL)
    await settle(window)
    assert paper.stat().st_size > 20_000
    assert "document.printed" in await events(window)
    answers["print"] = lambda _paint: False
    page.panel.print_it()
    await settle(window)
    assert (await events(window)).count("document.printed") == 1


async def test_mail_warns_first_and_hands_over_a_subject_without_health(record, answers, tmp_path: Path):
    window = await record("documents")
    page = await _open(window, title="Заключение кардиолога")
    subjects: list[str] = []
    answers["save"] = lambda name: tmp_path / name
    answers["mail"] = lambda subject: subjects.append(subject) or True
    page.panel.ask_mail()
    assert QApplication.focusWidget() is page.panel.mail_card.keep
    assert "Письмо идёт без защиты" in texts(page)
    key(window, Qt.Key.Key_Return)
    assert subjects == []
    page.panel.ask_mail()
    page.panel.mail_card.go_on.click()
    await settle(window)
    await step_up(window)
    assert subjects == ["Документ"]
    assert len(pdfs(tmp_path)) == 1
    assert "document.mailed" in await events(window)


async def test_a_document_that_does_not_open_says_what_is_safe_and_can_be_saved_all_the_same(record, answers, tmp_path: Path):
    window = await record("documents")
    page = await _open(window)
    page.panel.pane.failed.emit(KnownError("document.too_slow"))
    said = texts(page)
    for part in ("Документ не открывается", "открывался слишком долго", "Файл цел и хранится в карте", "Загрузите его заново"):
        assert part in said
    answers["save"] = lambda name: tmp_path / name
    [save] = [one for one in page.panel.findChildren(type(page.order)) if one.text() == "Сохранить как…"]
    assert "Открыть" not in [one.text() for one in page.panel.findChildren(type(page.order))]
    save.click()
    await settle(window)
    assert len(pdfs(tmp_path)) == 1


async def test_bytes_that_are_no_pdf_are_never_opened_as_one(record):
    window = await record("documents")
    page = await _open(window)
    desk = window.session.documents
    row = page.panel.row

    def spoil(vault) -> None:
        with vault.replica._database.transaction():
            vault.replica._database.run("UPDATE document SET content_type = 'application/pdf' WHERE id = ?", (row.id,))

    await window.session.store.call(spoil, window.session.vault)
    xml = next(one for one in page.model.rows() if "xml" in one.content_type)
    reader = await desk.open_pdf(xml.id)
    with pytest.raises(KnownError):
        await page.panel.pane.show_reader(reader)
    assert page.panel.pane.pages() == 0


async def test_the_archive_that_is_too_large_says_what_to_do_and_opens_the_portal(record, answers):
    window = await record("documents")
    page = window.shell.page
    row = next(row for row in page.model.rows() if row.content_type == "application/zip")
    page.show_subject(row.id)
    await settle(window)
    assert "Только на портале" in tags(page)
    assert f"В нём {wording.size(148 * 2**20)}, а здесь хранятся файлы до 50 МБ. Он цел на портале." in texts(page)
    opened: list[str] = []
    answers["browser"] = opened.append
    button = page.panel.findChild(QPushButton, "open_portal")
    button.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    (address,) = opened
    assert address == "https://portal.test/"


def test_a_sick_leave_names_its_days_and_the_portal_s_word():
    leave = document(category="sick_leave", starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 30), stage="Закрыт", place="here")
    assert documents_words.detail(leave) == "20–30 апреля 2026, закрыт"
    assert documents_words.period(document(category="sick_leave", starts_on=date(2026, 4, 28), ends_on=date(2026, 5, 4))) == (
        "28 апреля–4 мая 2026")
    assert documents_words.period(document(starts_on=date(2026, 4, 20))) == ""


async def test_a_download_without_a_network_waits_and_says_so(record):
    window = await record("documents")
    page = window.shell.page

    def drop(vault, id: str) -> None:
        known = vault.blobs.state(id)
        vault.blobs.plan(id, known.url, (known.size_bytes or 0) + 1, "", known.content_type, portal=known.portal,
                         person=known.person, is_wanted=False)  # fmt: skip

    row = next(row for row in page.model.rows() if row.place == "here" and "xml" not in row.content_type)
    await window.session.store.call(drop, window.session.vault, row.id)
    page.reload()
    await settle(window)
    page.show_subject(row.id)
    await settle(window)
    assert "Только на портале" in tags(page)
    page.panel.get_button.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    assert "Загрузим при сверке" in tags(page)
    assert "Сейчас нет связи" in window.shell._toasts[-1].accessibleName()


async def test_a_document_takes_the_whole_page_and_gives_it_back(record):
    window = await record("documents")
    page = await _open(window)
    page.panel.open_button.click()
    assert not page.list.isVisible()
    key(window, Qt.Key.Key_Escape)
    assert page.list.isVisible()
    assert not page.panel.is_reading


async def test_a_row_names_document_day_and_clinic_and_its_menu_offers_what_the_buttons_do(record):
    window = await record("documents")
    page = await _open(window)
    at = next(n for n in range(page.model.rowCount()) if page.model.row(n).title == "Заключение кардиолога")
    said = page.model.data(page.model.index(at), int(Qt.ItemDataRole.AccessibleTextRole))
    for wanted in ("Заключение кардиолога", "5 мая", "Городская поликлиника № 2"):
        assert wanted in said
    page.list.setFocus()
    key(window, Qt.Key.Key_F10, SHIFT)
    shown = next(one for one in page.findChildren(QMenu) if one.isVisible())
    words = [action.text() for action in shown.actions()]
    assert {"Открыть", "Сохранить как…", "Печать", "На почту", "Скопировать текст страницы", "Отправить в клинику"} == set(words)
    shown.close()


async def test_a_document_is_sent_to_a_clinic_as_an_act_that_waits(record):
    window = await record("documents")
    page = await _open(window)
    page.panel.ask_send()
    await settle(window)
    form = page.panel.send_form
    form.send.click()
    assert "Клиника не выбрана" in form.clinic.error()
    form.clinic.box.setCurrentIndex(1)
    form.send.click()
    await settle(window)
    await step_up(window)
    (act,) = await window.session.bookings.outbox()
    assert act.kind == "document.send_to_clinic"
    assert dict(act.body)["subject"] == f"DocumentReference/{page.panel.row.id}"


async def test_switching_the_person_ends_the_process_that_painted(record):
    window = await record("documents")
    page = await _open(window)
    reader = page.panel.pane._held.reader
    window.shell.switch(next(one.id for one in window.session.people if one.given == "Тимофей"))
    assert page.panel.pane.pages() == 0
    assert reader._worker.is_over
    assert page.model.rowCount() == 0
    await until(lambda: not page.is_loading())


async def test_a_semd_shows_every_text_of_the_narrative(record):
    window = await record("documents")
    page = await _open(window, xml=True)
    said = texts(page.panel.semd)
    assert "Орлова" in said
    whole = await window.session.documents.open_semd(page.panel.row.id)
    for section in whole.sections[:3]:
        assert section.title in said


async def test_a_long_semd_is_shown_part_by_part_and_printed_whole(look, qtbot, tmp_path: Path):
    blocks = tuple(Paragraph(text=f"Абзац {n} <b>как есть</b>") for n in range(400))
    table = Table(header=(("a", "b"),), rows=(("1", "2"), ("3",)))
    made = Semd(title="Протокол", type_code="", created="20260513", patient="Орлова", birth="не дата", author="", custodian="",
                sections=(Section(title="Раздел", depth=0, blocks=(*blocks, Bullets(items=("один",)), table)),))  # fmt: skip
    view = SemdView()
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    view.show_document(made)
    assert "Абзац 399" not in texts(view)
    while view._more is not None:
        view._more.click()
    said = texts(view)
    assert "Абзац 399 <b>как есть</b>" in said
    assert "13 мая 2026" in said
    assert "не дата" in said
    assert await typeset.write_pdf(documents_paper.sheet(made, "x"), tmp_path / "a.pdf") > 3
    assert written_date("20261399") == "20261399"


async def test_an_empty_record_says_how_documents_get_here(record):
    window = await record("documents", empty=True)
    assert "Документов пока нет" in texts(window.shell.page)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("factor", [1.0, 1.5])
@pytest.mark.parametrize("size", [(1024, 640), (1440, 900)])
async def test_nothing_is_cut_or_nameless(record, language, factor, size):
    window = await record("documents", size=size, language=language, text_scale=factor)
    page = window.shell.page
    assert cut(page) == []
    await _open(window)
    assert unnamed(window) == []
    assert cut(page) == []
    page.panel.ask_mail()
    assert cut(page) == []
    page.open_form()
    await settle(window)
    page.form.kind.choose("tax")
    page.form.send.click()
    await settle(window)
    assert unnamed(window) == []
    assert cut(page) == []
    assert page.form.scroller.horizontalScrollBar().maximum() == 0


async def test_head_of_a_document_is_drawn_once_in_a_small_window(record):
    window = await record("documents", size=(1024, 640))
    page = window.shell.page
    row = next(one for one in page.model.rows() if one.place == "here")
    page.show_subject(row.id)
    await settle(window)
    titles = [label for label in page.panel.findChildren(Heading) if label.isVisible() and label.text() == row.title]
    assert len(titles) == 1
