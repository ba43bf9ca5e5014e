"""The worker shows honest files, survives hostile ones in bounded time, and dies alone."""

from __future__ import annotations

import random

import pytest

from desktop.clock import SystemClock
from desktop.worker.client import DocumentUnreadable, PdfReader
from tests.worker import corpus


async def test_honest_page_is_painted_on_white_and_its_text_can_be_read() -> None:
    reader = PdfReader(corpus.honest())
    assert await reader.open() == 1
    picture = await reader.page(0, width_px=300)
    assert (picture.width, picture.height) == (300, 400)
    assert picture.pixels[:3] == b"\xff\xff\xff"
    assert any(byte < 60 for byte in picture.pixels)
    assert "Haemoglobin 114" in await reader.text(0)
    facts = await reader.facts()
    assert (facts.pages, facts.has_actions, facts.is_encrypted) == (1, False, False)
    reader.close()


@pytest.mark.parametrize("name", ["circular_kids", "recursive_form", "flate_bomb"])
async def test_hostile_file_ends_in_words_and_in_time(name: str) -> None:
    reader = PdfReader(getattr(corpus, name)())
    clock = SystemClock()
    begun = clock.monotonic()
    with pytest.raises(DocumentUnreadable):
        await reader.open()
        await reader.page(0, width_px=600)
    assert clock.monotonic() - begun < 30
    with pytest.raises(DocumentUnreadable):
        await reader.text(0)
    reader.close()


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<html>", b"MZ" * 500, corpus.honest()[:200]])
async def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    reader = PdfReader(data)
    with pytest.raises(DocumentUnreadable):
        await reader.open()
        await reader.page(0, width_px=100)
    reader.close()


async def test_active_content_is_named_and_not_run() -> None:
    reader = PdfReader(corpus.scripted())
    assert await reader.open() == 1
    assert (await reader.facts()).has_actions
    reader.close()


async def test_picture_that_would_not_fit_is_refused() -> None:
    reader = PdfReader(corpus.honest())
    await reader.open()
    with pytest.raises(DocumentUnreadable) as caught:
        await reader.page(0, width_px=100_000)
    assert caught.value.code == "document.too_heavy"
    reader.close()


async def test_mutants_never_take_the_window_with_them() -> None:
    dice = random.Random(20260514)
    outcomes = set()
    for _ in range(12):
        data = bytearray(corpus.honest())
        for _ in range(dice.randrange(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        reader = PdfReader(bytes(data))
        try:
            await reader.open()
            await reader.page(0, width_px=80)
            outcomes.add("shown")
        except DocumentUnreadable as error:
            outcomes.add(error.code)
        reader.close()
    assert outcomes <= {"shown", "document.unreadable", "document.too_heavy", "document.too_slow", "document.password"}
    assert "shown" in outcomes
