"""«Полис и страховая» in the least window: every form and step named, nothing cut, in both languages and both sizes of text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.views.looking import cut, is_whole, unnamed
from tests.views.opened import opened


@pytest.mark.parametrize(("language", "scale"), [("ru", 1.5), ("en", 1.5), ("ru", 1.0), ("en", 1.0)])
async def test_every_form_is_named_and_nothing_is_cut_in_a_small_window(tmp_path: Path, language: str, scale: float) -> None:
    async with opened(tmp_path, size=(1024, 640), language=language, text_scale=scale) as at:
        page = await at.go("cover")
        found = [(unnamed(at.window), cut(at.window))]
        for key in ("statement", "policy", "identity", "card", "insurer"):
            page.open_form(key)
            await at.settle()
            assert page.panes.panel.isAncestorOf(at.focus())
            assert at.focus() is not page.panes.panel.out
            found.append((unnamed(at.window), cut(at.window)))
        for step in range(1, 5):
            page.panes.panel.show_step(step)
            await at.settle()
            found.append((unnamed(at.window), cut(at.window)))
        page.panes.panel.show_step(1)
        page.panes.panel.faults()
        await at.settle()
        field = next(field for field, _value in page.panes.panel.asked.values() if field.error())
        assert at.focus() is field.editor
        assert is_whole(field)
        assert found == [([], [])] * len(found)
