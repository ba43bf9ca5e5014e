"""The card as a file, from the window: sections chosen, progress, given up without a trace, refused in words."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree
from pypdf import PdfReader
from PySide6.QtCore import Qt

from desktop.session.export import Choice
from desktop.views import wording
from desktop.views.pages.card_paper import sheets
from desktop.views.pages.health_paper import emergency
from desktop.views.resting import settle, until
from desktop.views.typeset import Facts, Grid, Heading, Text
from tests.kept import PASSPHRASE
from tests.views.opened import key, opened, step_up, texts, typed


def found(folder: Path, suffix: str) -> list[Path]:
    return [one for one in folder.iterdir() if one.suffix == suffix]


async def _ended(window, form) -> None:
    await until(lambda: form.work is None)
    await settle(window)


async def _form(record):
    window = await record("documents")
    page = window.shell.page
    await page.open_paper("export")
    await settle(window)
    return window, page, page.forms["export"]


async def test_chosen_sections_become_a_typeset_pdf_by_keyboard(record, answers, tmp_path: Path):
    window, page, form = await _form(record)
    assert "Файл не зашифрован." in texts(form)
    for name in form.chosen():
        form.sections[name].setChecked(False)
    form.go.setFocus()
    key(window, Qt.Key.Key_Return)
    assert "Не выбран ни один раздел" in form.list.error()
    form.sections["results"].setChecked(True)
    form.sections["vaccinations"].setChecked(True)
    answers["save"] = lambda name: tmp_path / name
    form.go.setFocus()
    key(window, Qt.Key.Key_Return)
    await settle(window)
    await step_up(window)
    await _ended(window, form)
    (file,) = found(tmp_path, ".pdf")
    text = "\n".join(one.extract_text() for one in PdfReader(file).pages)
    assert "Гемоглобин" in text
    assert "Прививки" in text
    assert "Выписной эпикриз" not in text
    assert page.both.currentIndex() == 0
    assert (await window.session.journal.page())[0].event == "card.exported"


async def test_xml_holds_what_the_record_holds_and_a_run_given_up_leaves_nothing(record, answers, tmp_path: Path):
    window, _page, form = await _form(record)
    form.format.choose("zip")
    answers["save"] = lambda name: tmp_path / name
    form.go.click()
    await settle(window)
    typed(PASSPHRASE)
    key(window, Qt.Key.Key_Return)
    await until(lambda: form.work is not None)
    form.stop.click()
    await _ended(window, form)
    assert found(tmp_path, ".zip") == found(tmp_path, ".part") == []
    assert form.go.isVisible()
    form.format.choose("xml")
    form.go.click()
    await settle(window)
    await step_up(window)
    await _ended(window, form)
    (file,) = found(tmp_path, ".xml")
    assert etree.parse(file).getroot().tag == "{http://hl7.org/fhir}Bundle"
    assert found(tmp_path, ".part") == []


async def test_archive_takes_the_chosen_documents_along_and_says_how_many_are_not_here(record, answers, tmp_path: Path):
    window, _page, form = await _form(record)
    for name in form.chosen():
        form.sections[name].setChecked(name == "documents")
    form.format.choose("zip")
    answers["save"] = lambda name: tmp_path / name
    form.go.click()
    await settle(window)
    await step_up(window)
    await _ended(window, form)
    (file,) = found(tmp_path, ".zip")
    with zipfile.ZipFile(file) as made:
        inside = made.namelist()
        lines = made.read("documents.csv").decode("utf-8-sig").splitlines()
    kept = [name for name in inside if name.startswith("documents/")]
    missing = len(lines) - 1 - len(kept)
    assert kept
    assert "card.json" in inside
    assert (f"Без {missing} документ" in "".join(texts(window))) == bool(missing)


async def test_settings_lead_to_the_form_which_stays_where_a_place_takes_no_file(record, answers, tmp_path: Path):
    window = await record("settings")
    window.shell.page.storage.export.click()
    await settle(window)
    assert "Что выгрузить?" in texts(window)
    page = window.shell.page
    form = page.forms["export"]
    answers["save"] = lambda name: tmp_path / "нет такой папки" / name
    form.go.click()
    await settle(window)
    await step_up(window)
    await _ended(window, form)
    assert "Файл не сохранился: в эту папку записать нельзя. Карта цела" in texts(window)
    assert page.both.currentWidget() is form


async def test_paper_shows_nothing_that_was_taken_back_or_never_given_and_says_what_is_over_or_doubtful(qtbot, tmp_path: Path, look):
    doubt = {"modifierExtension": [{"url": "https://portal.example/not", "valueBoolean": True}]}
    async with opened(tmp_path) as here:
        mine = here.session.people[0]

        def of(kind: str, word: str) -> dict[str, Any]:
            known = here.box.shelf.items(f"WHERE live AND type='{kind}' ORDER BY seq")
            return next(one.resource for one in known if mine.patient_id in str(one.resource) and word in str(one.resource))

        for kind, word, change in (
            ("AllergyIntolerance", "Пенициллин", {"verificationStatus": {"coding": [{"code": "refuted"}]}}),
            ("Condition", "Пролапс", doubt), ("Immunization", "Регевак", {"status": "not-done"}),
            ("Encounter", "Приём дерматолога", {"status": "cancelled"}), ("MedicationRequest", "Железа сульфат", doubt),
        ):  # fmt: skip
            here.box.shelf.write({**of(kind, word), **change}, "PUT")
        await here.sync()
        made = await sheets(here.session, Choice(person=mine.id), today=date(2026, 5, 14))
        given = [row[0] for row in cells(made, "Прививки") if row[1] == "Регевак В"]
        health = {row[1]: row for row in cells(made, "О здоровье")}
        assert not [what for what in health if "Пенициллин" in what]
        assert next(what for what in health if what.startswith("Пролапс")).endswith("Уточните у врача.")
        assert "Острый тонзиллит, J03.9, в прошлом" in health
        assert "A(II)" in health
        assert len(given) == 2, given
        assert [row[1] for row in cells(made, "История посещений") if "дерматолога" in row[1]] == ["Приём дерматолога, не состоялся"]
        assert ("", "нужно уточнить у врача") in {row[2:] for row in cells(made, "Рецепты") if row[1].startswith("Железа")}


def cells(made, title: str):
    return [row for one in made if one.title == title for block in one.blocks if isinstance(block, Grid) for row in block.rows]


async def test_paper_says_of_a_result_that_is_not_ready_what_it_waits_for_and_writes_numbers_as_the_screen_does(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        mine = here.session.people[0]
        made = await sheets(here.session, Choice(person=mine.id, sections=("results",)), today=date(2026, 5, 14))
        blocks = [block for one in made for block in one.blocks]
        at = next(n for n, block in enumerate(blocks) if isinstance(block, Heading) and block.text == "Витамин D")
        assert blocks[at + 1] == Text(text="Сдан 13 мая 2026, ждём 15 мая 2026")
        policy = next(pair[1] for block in blocks if isinstance(block, Facts) for pair in block.pairs if pair[0] == "Полис ОМС")
        assert policy == "5000 4203 9915 4417"
        view = await here.session.health.view()
        first = emergency(view, (), today=date(2026, 5, 14)).blocks[0]
        assert isinstance(first, Facts)
        assert {"5000 4203 9915 4417", "+7 (000) 050-44-17"} <= {pair[1] for pair in first.pairs}


async def test_paper_says_which_end_of_a_range_is_the_only_one(tmp_path: Path, look):
    async with opened(tmp_path) as here:
        known = [one.resource for one in here.box.shelf.items("WHERE live AND type='Observation' ORDER BY seq")]
        for one in known:
            here.box.shelf.write({**one, "referenceRange": [{"high": {"value": 4_000_000}}]}, "PUT")
        await here.sync()
        made = await sheets(here.session, Choice(person=here.session.people[0].id, sections=("results",)), today=date(2026, 5, 14))
        ranges = {row[2] for one in made for block in one.blocks if isinstance(block, Grid) for row in block.rows if row[2]}
        assert ranges == {"до 4000000"}


def test_numbers_are_written_in_their_groups_and_what_is_no_number_stays_as_it_came():
    assert [wording.number(one) for one in ("5000420399154417", "5000 4203 99154417", "77 № 12 АБ", "")] == [
        "5000 4203 9915 4417", "5000 4203 9915 4417", "77 № 12 АБ", "",
    ]  # fmt: skip
    assert [wording.phone(one) for one in ("+70000504417", "8 000 050-44-17", "+7 000 050-44-17, доб. 2", "103", "")] == [
        "+7 (000) 050-44-17", "+7 (000) 050-44-17", "+7 000 050-44-17, доб. 2", "103", "",
    ]  # fmt: skip
