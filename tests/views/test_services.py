"""«Услуги»: by words, a doctor, an illness or its code; filters; saved searches; a page that is never empty."""

from __future__ import annotations

import json

from desktop.record import icd
from desktop.session.services import Asked, Service, find, words_found
from desktop.views import theme
from desktop.views.parts import Button
from desktop.views.parts.plain import PlainLabel
from tests.views.opened import opened

SHELF = (
    Service(id="1", kind="visit", title="", specialty="Кардиолог", detail="Первичный приём", towns=("Зареченск",)),
    Service(id="2", kind="visit", title="", specialty="Терапевт", towns=("Коломна",)),
    Service(id="3", kind="certificate", title="Справка в бассейн", words="справка", at_home=True),
)


def found(text: str = "", **more) -> list[str]:
    illnesses = [("I10", "Гипертоническая болезнь I стадии")]
    return [one.id for one in find(SHELF, Asked(text=text, **more), illnesses=illnesses).rows]


def test_service_is_found_in_any_form_of_its_words():
    assert found("справки для бассейна") == []
    assert found("справки бассейна") == ["3"]
    assert found("кардиологу") == ["1"]
    assert found("ПЕРВИЧНЫЙ приём") == ["1"]
    assert words_found("Справка в бассейн для ребёнка", "справки РЕБЕНКУ бассейн") == ("Справка", "бассейн", "ребёнка")
    assert words_found("Справка в бассейн", "") == ()


def test_code_of_an_illness_leads_to_its_doctors_and_never_says_more():
    answer = find(SHELF, Asked(text="I10"), illnesses=[("I10", "Гипертоническая болезнь")])
    assert [one.id for one in answer.rows] == ["1", "2"]
    assert (answer.code, answer.illness, answer.doctors) == ("I10", "Гипертоническая болезнь", ("кардиолог", "терапевт"))
    assert icd.code(" i10.9 ") == "I10.9"
    assert icd.code("М54") == "M54", "a Cyrillic letter on the keyboard is the same code"
    assert icd.code("кардиолог") == ""
    assert icd.doctors("Z99") == ()


def test_illness_of_the_record_leads_to_its_doctors_by_its_words():
    assert found("гипертоническая") == ["1", "2"]
    assert found("гипертоническая болезнь") == ["1", "2"]


def test_nothing_found_offers_other_letters_and_the_other_layout():
    assert find(SHELF, Asked(text="rfhlbjkju")).hints == ("кардиолог",)
    assert "кардиолог" in find(SHELF, Asked(text="кардеолог")).hints
    assert find(SHELF, Asked(text="бассйен")).hints
    assert find(SHELF, Asked(text="щщщщ")).hints == ()


def test_filters_narrow_by_kind_form_town_and_free_days():
    assert found(kinds=frozenset({"certificate"})) == ["3"]
    assert found(forms=frozenset({"home"})) == ["3"]
    assert found(town="Коломна") == ["2", "3"]
    assert found(specialties=frozenset({"Терапевт"})) == ["2", "3"]


async def typed(here, page, text: str) -> None:
    page.search.setText(text)
    page._typing.stop()
    page._answer()
    await here.settle()


async def test_story_finds_a_service_saves_the_search_and_books(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        here.line.is_cut = True
        page = await here.go("services")
        await typed(here, page, "I10")
        shown = here.texts()
        assert "I10: Гипертоническая болезнь" in shown
        assert "Это не диагноз" in shown
        assert "Кардиолог, приём" in shown
        assert "Бесплатно по полису ОМС" in shown
        assert "Ближайшее окно" in shown
        await here.press(page.keep)
        assert [one.text for one in await here.session.services.saved()] == ["I10"]
        await typed(here, page, "rfhlbjkju")
        assert "Такой услуги не видно" in here.texts()
        page.kinds["certificate"].setChecked(True)
        await typed(here, page, "бассейн")
        title = next(one for one in page.findChildren(PlainLabel) if one.text() == "Медицинская справка в бассейн")
        ground, picture = theme.colour("warnTint"), title.grab().toImage()
        stained = {x for x in range(picture.width()) if picture.pixelColor(x, picture.height() // 2) == ground}
        assert min(stained) > title.fontMetrics().horizontalAdvance("Медицинская справка"), "only the word that is sought"
        page._run((await here.session.services.saved())[0])
        await typed(here, page, "I10")
        assert not page.kinds["certificate"].isChecked()
        page._go(next(one for one in page._offered if one.specialty == "Кардиолог"))
        assert here.window.shell.section == "wizard"


async def test_more_services_keep_the_keyboard_and_our_own_open_their_forms(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        page = await here.go("services")
        first_new = page._rows[page._limit].id
        await here.press(next(one for one in page.findChildren(Button) if one.text().startswith("Показать ещё")))
        assert here.focus() is here.find(f"more_{first_new}"), "the keyboard goes on where the list did"
        page._go(next(one for one in page._own if one.id == "certificate:pool"))
        await here.settle()
        assert here.window.shell.section == "documents"
        page._go(next(one for one in page._own if one.id == "own:attachment"))
        await here.settle()
        assert here.window.shell.section == "policies"
        page._go(next(one for one in page._own if one.id == "own:house_call"))
        await here.settle()
        assert here.window.shell.section == "house_call"


async def test_saved_searches_are_kept_once_forgotten_at_will_and_shown_by_the_command_line(qtbot, tmp_path, look):
    from desktop.cli.show_verbs import _rows

    async with opened(tmp_path, documents="never") as here:
        desk = here.session.services
        await desk.save("узи щитовидной", kinds=["examination"], town="Зареченск")
        await desk.save("узи щитовидной", kinds=[])
        await desk.save("   ")
        kept = await desk.saved()
        assert [(one.text, one.kinds) for one in kept] == [("узи щитовидной", ())]
        rows = await _rows(here.session, "saved-searches", None, None)
        assert json.dumps(rows, ensure_ascii=False).count("узи щитовидной") == 2
        assert {"id", "person", "state", "text"} <= rows[0].keys()
        await desk.forget(kept[0].id)
        assert await desk.saved() == ()


async def test_empty_record_still_offers_what_the_product_knows(qtbot, tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        await here.go("services")
        assert "Вызов врача на дом" in here.texts()
        assert "Диспансеризация и профосмотр" in here.texts()
