"""Hostile PDF files in the window: each ends in words and can be saved, and whatever is opened after it is what is shown."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton

from desktop.errors import KnownError
from desktop.views.parts.pdf_pane import PdfPane
from desktop.views.resting import settle
from desktop.worker.client import PdfReader
from tests.views.opened import painted, put, texts
from tests.waiting import turn
from tests.worker.corpus import CORPUS
from tests.worker.made import honest


@pytest.fixture
def pane(look, qtbot):
    made = PdfPane(spawn=asyncio.ensure_future, name="Справка")
    qtbot.addWidget(made)
    made.resize(600, 800)
    made.show()
    return made


async def test_document_opened_over_one_that_hangs_is_the_one_shown(pane):
    slow, good = PdfReader(CORPUS["circular_kids"](), wall_s=30), PdfReader(honest())
    first = asyncio.ensure_future(pane.show_reader(slow))
    await turn()
    await asyncio.gather(first, pane.show_reader(good))
    assert pane.pages() == 1
    assert "Haemoglobin 114" in await pane.copy_text()
    assert slow._worker.is_over


async def test_every_page_in_sight_of_many_tiny_ones_is_painted_once(pane):
    reader = PdfReader(CORPUS["pages_of_a_point"]())
    asked: list[int] = []
    paint = reader.page

    async def counted(index: int, *, width_px: int):
        asked.append(index)
        return await paint(index, width_px=width_px)

    reader.page = counted  # type: ignore[method-assign]
    await pane.show_reader(reader)
    await pane._pump
    assert pane.is_painted()
    assert len(asked) == len(set(asked)) > 6


async def test_hostile_documents_say_so_in_words_are_saved_as_they_are_and_the_next_good_one_opens(record, answers, tmp_path: Path):
    window = await record("documents")
    page = window.shell.page
    rows = [row for row in page.model.rows() if row.place == "here" and row.content_type == "application/pdf"]
    bad = {"recursive_form": "больше памяти", "closed_with_a_password": "паролем", "cut_at_40_percent": "не то, что бывает"}
    for row, (name, words) in zip(rows, bad.items(), strict=False):
        data = CORPUS[name]()
        await put(window, row.id, data)
        page.panel.clear()
        page.show_subject(row.id)
        await settle(window)
        said = texts(page.panel)
        assert "Документ не открывается" in said, name
        assert words in said, name
        answers["save"] = lambda _said, name=name: tmp_path / f"{name}.pdf"
        [save] = [one for one in page.panel.findChildren(QPushButton) if one.text() == "Сохранить как…"]
        save.click()
        await settle(window)
        assert (tmp_path / f"{name}.pdf").read_bytes() == data
    page.show_subject(rows[3].id)
    await settle(window)
    await painted(page.panel.pane)
    assert page.panel.pane.pages() > 0


async def test_saved_document_that_carries_commands_says_so_and_an_ordinary_one_does_not(record, answers, tmp_path: Path):
    window = await record("documents")
    page = window.shell.page
    rows = [row for row in page.model.rows() if row.place == "here" and row.content_type == "application/pdf"]
    answers["save"] = lambda name: tmp_path / name
    for row, name, said in ((rows[0], "cyclic_outlines", False), (rows[1], "launching", True)):
        await put(window, row.id, CORPUS[name]())
        page.panel.clear()
        page.show_subject(row.id)
        await settle(window)
        page.panel.save_it()
        await settle(window)
        words = " ".join(toast.accessibleName() for toast in window.shell._toasts)
        assert ("команды или вложения" in words) == said, name


async def test_pages_that_come_after_another_document_was_chosen_are_not_taken_in(record):
    window = await record("documents")
    page = window.shell.page
    rows = [row for row in page.model.rows() if row.place == "here"]
    pdf = next(row for row in rows if row.content_type == "application/pdf" and row.id != page.panel.row.id)
    xml = next(row for row in rows if "xml" in row.content_type)
    await asyncio.gather(page.panel.open(pdf), page.panel.open(xml))
    await settle(window)
    assert page.panel.stack.currentWidget() is page.panel.semd
    assert page.panel.pane.pages() == 0
    assert page.panel.pane._held.reader is None


def test_known_errors_of_a_document_have_words_in_both_languages():
    from desktop import words
    from desktop.views.pages import documents_words
    from desktop.worker.client import REASONS

    for language in ("ru", "en"):
        words.set_language(language)
        said = {documents_words.trouble(KnownError(f"document.{reason}")) for reason in REASONS}
        assert len(said) == len(REASONS)
    words.set_language("ru")
