"""«О здоровье»: sources and days, the person's own notes, the emergency sheet, «Если карта не отображается»."""

from __future__ import annotations

import io
from dataclasses import replace

from pypdf import PdfReader

from desktop.record.care import HealthFact
from desktop.views import asking
from desktop.views.pages import health_paper
from desktop.words import tr
from tests.views.opened import opened


async def test_core_data_stand_with_source_and_day_and_past_illnesses_only_when_asked(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("health")
        said = here.texts()
        assert "A(II), Rh(D)+" in said
        assert "Источник: Городская поликлиника № 2, 8 июня 2023" in said
        assert "Пенициллин" in said
        assert "Железодефицитная анемия лёгкой степени" in said
        assert "Бисопролол" in said
        assert "Острый тонзиллит" not in said
        page.past.setChecked(True)
        await here.settle()
        assert "Острый тонзиллит" in here.texts()


async def test_own_note_is_kept_here_only_marked_as_own_and_comes_back_by_the_toast(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        page = await here.go("health")
        await here.press(here.find("note_add"))
        assert page.text.error()
        page.kind.choose("contact")
        page.text.set_value("Сестре Ольге")
        await here.press(here.find("note_add"))
        assert "Сестре Ольге" in here.texts()
        assert "записано вами 14 мая" in here.texts()
        assert await here.outbox() == []
        await here.go("home")
        page = await here.go("health")
        assert "Сестре Ольге" in here.texts()
        gone = next(one for one in page.findChildren(object) if getattr(one, "accessibleName", str)() == "Убрать заметку: Сестре Ольге")
        await here.press(gone)
        assert "Сестре Ольге" not in here.texts()
        (toast,) = here.window.shell._toasts
        await here.press(toast.action)
        assert "Сестре Ольге" in here.texts()
        here.window.shell.switch(here.session.people[1].id)
        await here.settle()
        assert "Сестре Ольге" not in here.texts()


async def test_emergency_sheet_has_what_a_doctor_wants_first_and_sets_own_notes_apart(qtbot, tmp_path, look, monkeypatch):
    async with opened(tmp_path) as here:
        file = tmp_path / "sheet.pdf"
        monkeypatch.setitem(asking.answers, "save", lambda _name: file)
        await here.session.health.add_note("contact", "Сестра Ольга")
        await here.go("health")
        assert here.page.save_subject()
        await here.settle()
        text = " ".join("".join(part.extract_text() for part in PdfReader(io.BytesIO(file.read_bytes())).pages).split())
        for wanted in ("Орлова Наталья Сергеевна", "Группа крови", "Rh(D)+", "Пенициллин", "Крапивница", "Бисопролол", "Экстренный лист"):
            assert wanted in text
        assert text.index("клиниками не проверено") < text.index("Сестра Ольга")
        assert "103 или 112" in text
        assert "18 февраля 2026" in text
        assert "Острый тонзиллит" not in text


async def test_checklist_answers_itself_when_all_is_well_and_names_what_to_do_when_nothing_is(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.go("health")
        assert "Программа проверила сама: всё на месте." in here.texts()
        assert "Согласие дано 1 февраля 2023" in here.texts()
        here.clock.advance(5 * 86_400)
        await here.page.reload()
        await here.settle()
        assert "Сверьте карту с порталом" in here.texts()
    async with opened(tmp_path / "other", documents="never") as here:
        await here.go("health")
        assert "Портал не подключён" in here.texts()
        assert "Войдите на портал" in here.texts()
        assert "Карту ещё не сверяли" in here.texts()


def test_blood_group_with_a_mark_nobody_understands_is_not_said():
    known = HealthFact(id="g", kind="blood_group", title="A(II)", detail="", source="", on=None, status="final", is_safe=True)
    assert health_paper.blood([known]) == "A(II)"
    assert health_paper.blood([replace(known, is_safe=False)]) == tr("health.unsafe")
