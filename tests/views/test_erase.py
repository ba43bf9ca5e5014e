"""Leaving for good: the record is erased from this computer by keyboard, after the passphrase (R-84)."""

from __future__ import annotations

from tests.kept import PASSPHRASE as PHRASE
from tests.views.opened import opened


async def test_erasing_tells_what_is_lost_wants_the_passphrase_and_locks_an_empty_folder(qtbot, tmp_path, look):
    async with opened(tmp_path) as here:
        await here.session.bookings.act("referral.ask", here.session.people[0].id, {"specialty": "Ортопед"})
        page = await here.go("settings")
        page.tabs.choose("storage")
        page._turn("storage")
        await here.settle()
        card = page.erase
        await here.press(card.begin)
        assert "1 действие ещё не отправлено" in here.texts()
        card.ask.phrase.set_value("не та фраза")
        await here.press(card.ask.yes)
        assert card.ask.phrase.error()
        assert (tmp_path / "record" / "vault.key").exists()
        card.ask.phrase.set_value(PHRASE)
        await here.press(card.ask.yes)
        assert list((tmp_path / "record").iterdir()) == []
        assert here.window.session is None
        assert here.window.shell is None


async def test_erasing_can_be_left_with_everything_in_its_place(tmp_path, look):
    async with opened(tmp_path, documents="never") as here:
        page = await here.go("settings")
        page.tabs.choose("storage")
        page._turn("storage")
        await here.settle()
        await here.press(page.erase.begin)
        assert "ещё не отправлено" not in here.texts()
        assert page.erase.ask.phrase.edit.hasFocus()
        page.erase._put_away()
        await here.settle()
        assert page.erase.begin.isVisible()
        assert page.erase.begin.hasFocus()
