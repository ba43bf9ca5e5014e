"""Every scene in the smallest window with the largest text: nothing is cut, and a screen reader can name every control."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace

import pytest

from desktop import app_scenes, words
from desktop.views import sections
from desktop.views.scenes import Scene, catalogue
from tests.views.looking import cut, unnamed

_PARTS = 4
_AT_HOME = {"home-loading", "search", "switcher", "toast"}
"""Scenes that begin on the home page; for the others a lighter page stands there first."""
_GIVES_WAY = {"search"}
"""Where the title of the page gives way to what is being searched for, with its three dots."""


def scenes() -> tuple[Scene, ...]:
    """Return every scene of this version, those on one record together."""
    built = [section.key for section in sections.TABLE if sections.is_built(section)]
    return tuple(sorted(catalogue(built), key=lambda scene: scene.record))


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize("part", range(_PARTS))
async def test_no_scene_cuts_a_text_or_leaves_a_control_without_a_name(qapp, language: str, part: int) -> None:
    every = scenes()
    share = len(every) // _PARTS + 1
    chosen = every[part * share : (part + 1) * share]
    assert len(chosen) > 20
    words.set_language(language)
    qapp.setQuitOnLastWindowClosed(False)
    look = app_scenes.settings_for(language=language, look="light", factor=1.5, size=(1024, 640))
    found: dict[str, list[str]] = {}
    with ExitStack() as held:
        made = await app_scenes.records(held, {scene.record for scene in chosen})
        for scene in chosen:
            settings = look if scene.name in _AT_HOME else replace(look, section="journal")
            async with app_scenes.staged(scene, made, settings) as window:
                found[scene.name] = ([] if scene.name in _GIVES_WAY else cut(window)) + unnamed(window)
        for session in made.values():
            await session.lock()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_no_two_scenes_have_one_name() -> None:
    names = [scene.name for scene in scenes()]
    assert len(names) == len(set(names))
