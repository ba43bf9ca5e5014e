"""Sheets on paper: fonts embedded, text selectable, pages numbered, QR readable, server text never interpreted."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from pytestqt.qtbot import QtBot

from desktop.views import typeset
from desktop.words import set_language


@pytest.fixture(autouse=True)
def russian(qtbot: QtBot) -> None:
    set_language("ru")


def sheet(rows: int) -> typeset.Sheet:
    grid = typeset.Grid(
        header=("Дата", "Показатель"), rows=[(f"{n}", "Гемоглобин") for n in range(rows)], widths=(30, 70)
    )
    return typeset.Sheet(title="Результаты", subtitle="Орлова", blocks=(typeset.Text(text="a<b>c</b> &lt; 5"), grid))


def test_text_is_selectable_and_markup_of_the_portal_stays_text(tmp_path: Path) -> None:
    assert typeset.write_pdf(sheet(3), tmp_path / "a.pdf") == 1
    # Golos Text draws a tabulator, a return and a space with one glyph; the PDF names it by whichever the process met first.
    text = " ".join(PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split())
    assert "a<b>c</b> &lt; 5" in text
    assert "1 из 1" in text


def test_long_table_breaks_over_pages_and_repeats_its_header(tmp_path: Path) -> None:
    pages = typeset.write_pdf(sheet(120), tmp_path / "a.pdf")
    reader = PdfReader(tmp_path / "a.pdf")
    assert pages == len(reader.pages) > 2
    assert all("Показатель" in page.extract_text() for page in reader.pages)


def test_fonts_are_embedded(tmp_path: Path) -> None:
    typeset.write_pdf(sheet(3), tmp_path / "a.pdf")
    fonts = PdfReader(tmp_path / "a.pdf").pages[0]["/Resources"]["/Font"].values()
    files = [font.get_object()["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"] for font in fonts]
    assert len(files) >= 2


def test_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="a.pdf"):
        typeset.write_pdf(sheet(1), tmp_path / "nowhere" / "a.pdf")


def test_qr_has_a_quiet_zone_and_only_black_and_white() -> None:
    image = typeset.qr_image("health-rx:v1?n=1")
    side = image.width()
    border = typeset.QR_QUIET_MODULES * typeset.QR_MODULE_PX
    assert {image.pixel(x, border // 2) & 0xFFFFFF for x in range(side)} == {0xFFFFFF}
    assert {image.pixel(x, side // 2) & 0xFFFFFF for x in range(side)} == {0xFFFFFF, 0x000000}
