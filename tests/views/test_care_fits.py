"""Nothing of referrals, visits, policies and health is cut or unnamed: small window, text ×1.5, both languages."""

from __future__ import annotations

import pytest

from desktop import words
from tests.views.looking import cut, unnamed
from tests.views.opened import opened


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
