"""Sheets on paper: fonts embedded, text selectable, pages numbered, QR readable, server text never interpreted."""

from __future__ import annotations

import asyncio
import io
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage, QPageLayout, QPainter, QTextBlock, QTextDocument, QTextTable
from PySide6.QtPrintSupport import QPrintPreviewDialog
from PySide6.QtWidgets import QApplication, QWidget

from desktop import words
from desktop.errors import UsageError
from desktop.views import asking, typeset
from desktop.views.pages import cover_paper
from desktop.views.parts.pdf_paper import image_of
from desktop.views.resting import until
from desktop.views.system_words import put_words
from desktop.worker.client import PdfReader as PaintedPdf
from tests.views.opened import codes_in


@pytest.fixture(autouse=True)
def fonts(look: QApplication) -> None:
    """Load the program's own fonts: others name their letters otherwise."""


def sheet(rows: int) -> typeset.Sheet:
    grid = typeset.Grid(
        header=("Дата", "Показатель"), rows=[(f"{n}", "Гемоглобин") for n in range(rows)], widths=(30, 70)
    )
    return typeset.Sheet(kind="Лист", title="Результаты", subtitle="Орлова", blocks=(typeset.Text(text="a<b>c</b> &lt; 5"), grid))


async def test_text_is_selectable_and_markup_of_the_portal_stays_text(tmp_path: Path) -> None:
    assert await typeset.write_pdf(sheet(3), tmp_path / "a.pdf") == 1
    text = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert "a<b>c</b> &lt; 5" in text
    assert "1 из 1" in text


def test_long_table_is_laid_out_once_and_not_for_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[tuple[int, ...]] = []

    class Watched(QTextDocument):
        def __init__(self) -> None:
            super().__init__()
            self.contentsChange.connect(lambda *change: laid_out.append(change))

    monkeypatch.setattr(typeset, "QTextDocument", Watched)
    typeset.compose(sheet(80), width_pt=500, height_pt=700)
    short = len(laid_out)  # Once, and once more for the rows that go to the next page.
    typeset.compose(sheet(160), width_pt=500, height_pt=700)
    assert len(laid_out) == 2 * short


async def test_every_letter_of_both_alphabets_is_copied_as_it_was_written(tmp_path: Path) -> None:
    latin = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz"
    russian = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
    mixed = "Витамин A и HbA1c, ген APOE: A и А рядом"
    blocks = (
        typeset.Heading(text=mixed), typeset.Text(text=latin), typeset.Text(text=russian, is_strong=True),
        typeset.Text(text=mixed, is_small=True), typeset.Grid(header=("Витамин A", "А"), rows=[(mixed, "A")], widths=(50, 50)),
    )
    await typeset.write_pdf(typeset.Sheet(kind="Лист", title=mixed, subtitle=mixed, origin=mixed, blocks=blocks), tmp_path / "a.pdf")
    text = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert latin in text
    assert "".join(russian.split()) in "".join(text.split())
    assert "".join(text.split()).count("".join(mixed.split())) == 6
    assert not [sign for sign in text if sign < " " and sign != "\n"]


async def test_number_stays_in_the_line_of_its_sign(tmp_path: Path) -> None:
    grid = typeset.Grid(header=(), rows=[(f"{'а' * wide} Поликлиника № 2", "") for wide in range(1, 20)], widths=(26, 74))
    await typeset.write_pdf(typeset.Sheet(kind="Лист", title="Лист", blocks=(grid,)), tmp_path / "a.pdf")
    text = PdfReader(tmp_path / "a.pdf").pages[0].extract_text()
    assert text.count("№") == 19
    assert not [line for line in text.splitlines() if line.rstrip().endswith("№")]


async def test_long_table_breaks_over_pages_and_repeats_its_header(tmp_path: Path) -> None:
    pages = await typeset.write_pdf(sheet(120), tmp_path / "a.pdf")
    reader = PdfReader(tmp_path / "a.pdf")
    assert pages == len(reader.pages) > 2
    assert all("Показатель" in page.extract_text() for page in reader.pages)


async def test_pdf_names_what_sort_of_paper_it_is_and_nothing_of_the_record(tmp_path: Path) -> None:
    await typeset.write_pdf(typeset.Sheet(kind="Рецепт", title="Рецепт: Лозартан", origin="Орлова"), tmp_path / "a.pdf")
    said = PdfReader(tmp_path / "a.pdf").metadata
    assert said is not None
    assert said.title == "Рецепт"
    assert not said.author
    whole = (tmp_path / "a.pdf").read_bytes()
    assert [word for word in ("Лозартан", "Орлова") for code in ("utf-8", "utf-16-be") if word.encode(code) in whole] == []


def test_a_table_without_rows_says_so_in_words(look: QApplication) -> None:
    grid = typeset.Grid(header=("Когда", "Что"), rows=(), widths=(50, 50))
    document = typeset.compose(typeset.Sheet(kind="Журнал", title="Журнал", blocks=(grid,)), width_pt=500, height_pt=700)
    assert document.toPlainText().splitlines() == ["Журнал", "Записей нет."]


def test_an_empty_cell_makes_no_row_taller_and_every_row_has_a_rule_under_it(look: QApplication) -> None:
    grid = typeset.Grid(header=("а", "б"), rows=[("слово", "слово")] * 2 + [("слово", "")] * 2, widths=(50, 50))
    document = typeset.compose(typeset.Sheet(kind="Лист", title="Лист", blocks=(grid,)), width_pt=500, height_pt=700)
    (table,) = tables(document)
    tops = [span(document, table, row)[0] for row in range(5)]
    assert max(below - above for above, below in pairwise(tops)) - min(below - above for above, below in pairwise(tops)) < 0.5
    paper = QImage(500, 300, QImage.Format.Format_Grayscale8)
    paper.fill(255)
    painter = QPainter(paper)
    document.drawContents(painter)
    painter.end()
    ruled = [y for y in range(300) if all(paper.pixelColor(x, y).lightness() < 250 for x in (230, 240, 490))]
    assert [sum(above < y < below for y in ruled) >= 1 for above, below in pairwise([*tops, 300])] == [True] * 5


def tables(document: QTextDocument) -> list[QTextTable]:
    return [one for one in document.rootFrame().childFrames() if isinstance(one, QTextTable)]


@pytest.mark.parametrize("lead", range(28, 38))
def test_a_heading_stays_with_the_first_row_under_it_and_a_code_with_its_number(look: QApplication, lead: int) -> None:
    lines = [typeset.Text(text=f"Строка {n}", is_small=True) for n in range(lead)]
    grid = typeset.Grid(header=("а", "б"), rows=[("слово", "слово")] * 3, widths=(50, 50))
    blocks = [*lines, typeset.Heading(text="Анализ", note="Клиника"), grid, *lines, typeset.Heading(text="Код"), typeset.Qr(payload="1", caption="0000")]
    document = typeset.compose(typeset.Sheet(kind="Лист", title="Лист", blocks=blocks), width_pt=500, height_pt=700)
    found = {block.text(): block for block in blocks_of(document)}
    page = {name: int(top(document, block) // 700) for name, block in found.items()}
    (table,) = tables(document)
    assert page["Анализ"] == page["Клиника"] == int((span(document, table, 1)[1] - 1) // 700)
    picture = found["Код"].next()
    assert page["Код"] == int(top(document, picture) // 700) == page["0000"]
    assert top(document, found["0000"]) - top(document, picture) == pytest.approx(typeset.QR_PT, abs=8)


def blocks_of(document: QTextDocument) -> list[QTextBlock]:
    found, block = [], document.begin()
    while block.isValid():
        found.append(block)
        block = block.next()
    return found


def top(document: QTextDocument, block: QTextBlock) -> float:
    return document.documentLayout().blockBoundingRect(block).top() + block.layout().lineAt(0).y()


def span(document: QTextDocument, table: QTextTable, row: int) -> tuple[float, float]:
    """Return where the text of a row begins and ends, counted from the top of the first page."""
    blocks = [table.cellAt(row, column).firstCursorPosition().block() for column in range(table.columns())]
    found = [(document.documentLayout().blockBoundingRect(block).top(), block.layout()) for block in blocks]
    ends = [(top + lines.lineAt(0).y(), top + (last := lines.lineAt(lines.lineCount() - 1)).y() + last.height()) for top, lines in found]
    return min(top for top, _bottom in ends), max(bottom for _top, bottom in ends)


@pytest.mark.parametrize("lead", [0, 32, 33, 34, 35, 36])
def test_a_row_of_a_table_stays_on_one_page_and_begins_the_next_with_the_header(look: QApplication, lead: int) -> None:
    rows = [(f"№ {n}", "долгое слово " * (n % 5 * 9 + 1), "конец") for n in range(60)]
    blocks = [*(typeset.Text(text=f"Строка {n}", is_small=True) for n in range(lead)), typeset.Grid(header=("а", "б", "в"), rows=rows, widths=(20, 60, 20))]
    document = typeset.compose(typeset.Sheet(kind="Лист", title="Список", blocks=blocks), width_pt=500, height_pt=700)
    (table,) = tables(document)
    spans = [span(document, table, row) for row in range(table.rows())]
    assert [row for row, (top, bottom) in enumerate(spans) if top // 700 != (bottom - 1) // 700] == []
    gaps = [below[0] - above[1] for above, below in pairwise(spans)]
    assert max(gaps) < 200
    assert spans[1][0] - spans[0][1] < 20  # A header is never alone at the foot of a page.
    assert document.pageCount() <= 8


async def test_page_seen_as_a_picture_has_its_words_in_ink_and_a_code_that_a_foreign_decoder_reads(tmp_path: Path) -> None:
    said = "health-rx:v1?n=0000502177190042"
    await typeset.write_pdf(typeset.Sheet(kind="Лист", title="Рецепт", blocks=(typeset.Qr(payload=said, caption="0000 5021 7719 0042"),)), tmp_path / "a.pdf")
    reader = PaintedPdf((tmp_path / "a.pdf").read_bytes())
    assert await reader.open() == 1
    picture = image_of(await reader.page(0, width_px=1200))
    reader.close()
    assert codes_in(picture) == [said]
    title = picture.copy(0, 0, picture.width(), picture.height() // 8).convertToFormat(QImage.Format.Format_Grayscale8)
    assert any(byte < 80 for byte in bytes(title.constBits()))


async def test_fonts_are_embedded(tmp_path: Path) -> None:
    await typeset.write_pdf(sheet(3), tmp_path / "a.pdf")
    fonts = PdfReader(tmp_path / "a.pdf").pages[0]["/Resources"]["/Font"].values()
    files = [font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"] for font in fonts]
    assert len(files) >= 2


async def test_units_with_raised_figures_are_set_in_one_face_and_copied_as_they_are_written(look: QApplication, tmp_path: Path) -> None:
    units = ("10⁹/л", "10¹²/л", "SpO₂", "мм²", "10⁻³")
    blocks = (typeset.Grid(header=units, rows=[units], widths=(20,) * 5), *(typeset.Text(text=one, is_strong=True) for one in units))
    await typeset.write_pdf(typeset.Sheet(kind="Лист", title="Кровь", blocks=blocks), tmp_path / "a.pdf")
    page = PdfReader(tmp_path / "a.pdf").pages[0]
    assert [one for one in units if page.extract_text().count(one) != 3] == []
    assert {str(font.get_object()["/BaseFont"]).partition("-")[0] for font in page["/Resources"]["/Font"].values()} == {"/GolosText"}


async def test_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"file\.refused"):
        await typeset.write_pdf(sheet(1), tmp_path / "nowhere" / "a.pdf")


async def test_a_sheet_is_previewed_within_its_margins_under_the_name_of_its_kind(look: QApplication, qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    asked = asyncio.ensure_future(asking.print_sheet(parent, typeset.Sheet(kind="Рецепт", title="Рецепт: Лозартан")))
    await until(lambda: parent.findChild(QPrintPreviewDialog) is not None)
    preview = parent.findChild(QPrintPreviewDialog)
    printer = preview.printer()
    assert (printer.docName(), preview.windowTitle()) == ("Рецепт", "Рецепт")
    assert printer.pageLayout().margins(QPageLayout.Unit.Millimeter) == typeset.MARGINS_MM
    preview.reject()
    assert not await asked


def test_an_application_is_in_the_language_of_the_office_that_reads_it(look: QApplication) -> None:
    words.set_language("en")
    asked = cover_paper.statement({"name": "Орлова"}, {"from": "2025-01-01", "to": "2025-12-31"}, today=date(2026, 5, 14))
    said = PdfReader(io.BytesIO(typeset.pdf_bytes(asked))).pages[0].extract_text().replace("\xa0", " ")
    words.set_language("ru")
    for part in ("Медкарта, 14.05.2026", "Прошу предоставить сведения", "Фамилия, имя, отчество", "1 из 1"):
        assert part in said
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(said)


def test_windows_of_qt_speak_the_language_of_the_program(look: QApplication) -> None:
    said = []
    for name in ("en", "ru"):
        words.set_language(name)
        put_words()
        said.append(QCoreApplication.translate("QPrintPreviewDialog", "Fit width"))
    assert said == ["Fit width", "По ширине"]


def test_qr_has_a_quiet_zone_and_only_black_and_white() -> None:
    image = typeset.qr_image("health-rx:v1?n=1")
    side = image.width()
    border = typeset.QR_QUIET_MODULES * typeset.QR_MODULE_PX
    assert {image.pixel(x, border // 2) & 0xFFFFFF for x in range(side)} == {0xFFFFFF}
    assert {image.pixel(x, side // 2) & 0xFFFFFF for x in range(side)} == {0xFFFFFF, 0x000000}
