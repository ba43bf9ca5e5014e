"""Nothing of the pages of care and prevention is cut or unnamed: small window, text ×1 and ×1.5, both languages."""

from __future__ import annotations

import pytest

from desktop import words
from tests.views.looking import cut, unnamed
from tests.views.opened import opened, page_of, press, settle, window_on


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_large_text_in_a_small_window_cuts_nothing_and_names_every_control(qtbot, tmp_path, look, language):
    async with opened(tmp_path, size=(1024, 640), text_scale=1.5, language=language) as here:
        words.set_language(language)
        problems: dict[str, list[str]] = {}
        for section in ("referrals", "history", "policies", "health"):
            page = await here.go(section)
            if section == "referrals":
                page.open_form()
            await here.settle()
            problems[section] = cut(page) + unnamed(here.window)
        page = await here.go("history")
        found = await here.session.visits.page()
        strange = next(row.facts.id for row in found.rows if row.is_strange)
        await page._dispute(strange)
        await here.settle()
        problems["dispute"] = cut(page) + unnamed(here.window)
        await page._open(strange)
        await here.settle()
        problems["visit"] = cut(page) + unnamed(here.window)
        assert {name: list for name, list in problems.items() if list} == {}


@pytest.mark.parametrize("theme", ["light", "contrastDark"])
async def test_usual_size_cuts_nothing(qtbot, tmp_path, look, theme):
    async with opened(tmp_path, theme=theme) as here:
        problems = {}
        for section in ("referrals", "history", "policies", "health"):
            page = await here.go(section)
            problems[section] = cut(page) + unnamed(here.window)
        assert {name: list for name, list in problems.items() if list} == {}


@pytest.mark.parametrize(("language", "scale"), [("ru", 1.5), ("en", 1.5), ("ru", 1.0), ("en", 1.0)])
async def test_prevention_is_named_and_whole_in_a_small_window(tmp_path, look, language, scale):
    async with window_on(tmp_path, size=(1024, 640), language=language, text_scale=scale) as window:
        found = []

        async def see() -> None:
            await settle(window)
            found.append((unnamed(window), cut(window)))

        page = await page_of(window, "prescriptions", given="Наталья")
        await see()
        for key in ("send", "cancel"):
            page.show_subject(page.found()[0].id)
            await settle(window)
            press(page.detail.buttons[key])
            await see()
        page.step_back()
        for key in ("used", "over"):
            page.filters.choose(key)
            page.show_subject(page.found()[0].id)
            await see()
        for given in ("Наталья", "Варвара"):
            page = await page_of(window, "checkups", given=given)
            await see()
        page.banner.acted.emit()
        await see()
        for given in ("Наталья", "Варвара"):
            page = await page_of(window, "vaccinations", given=given)
            await see()
            if page.opened.injection is not None:
                press(page.opened.buttons["share"])
                await see()
            page.reminders.letter.setChecked(True)
            await see()
        assert found == [([], [])] * len(found)
