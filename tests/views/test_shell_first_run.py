"""The first run to its end against the portal in the box: the address, the passphrase, the sign-in in a browser, the first screen."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from desktop import preferences
from desktop.app_doors import HomeDoors, VaultDoors
from desktop.clock import ManualClock
from desktop.demo import visitor
from desktop.demo.serve import running
from desktop.preferences import Preferences
from desktop.profile import DEMO, HOME
from desktop.views import asking
from desktop.views.first_run import FirstRun
from desktop.views.recovery_panel import RecoveryPanel
from desktop.views.resting import settle, until
from desktop.views.window import Window
from tests import kept
from tests.views.opened import close, put_up

PHRASE = "гребень луна окно сосна"
LOGIN, PASSWORD = "n.orlova@pochta.example", "zarechensk-2026"


@pytest.fixture
async def first_run(tmp_path: Path, look):
    preferences.save(tmp_path, Preferences(theme="light", reduce_motion=True))
    clock = ManualClock(kept.DAY)
    doors = VaultDoors(tmp_path, profile=DEMO, clock=clock)
    doors.is_live = False
    window = put_up(doors, tmp_path)
    window.show_door()
    yield window
    asking.answers.clear()
    window.session = window.session or getattr(window.front, "session", None)
    await close(window)


async def to_the_load(window: Window, base: str, *, auth: str = "") -> None:
    """Go through the steps as a person does: address, passphrase twice, the recovery code put away."""
    page = window.front
    page.where.choose("portal")
    page.address.set_value(base)
    page.go_on()
    await until(lambda: page.forms.at() == 1)
    page.passphrase.set_value(PHRASE)
    page.again.set_value(PHRASE)
    page.go_on()
    await until(lambda: page.forms.at() == 2)
    page.next_button.setEnabled(True)
    page.glance = replace(page.glance, auth=auth or page.glance.auth)
    page.go_on()
    assert page.forms.at() == 3


async def test_sign_in_in_the_browser_opens_the_familys_home(first_run: Window) -> None:
    loop = asyncio.get_running_loop()
    walks: list[asyncio.Task[None]] = []

    async def walk(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(await visitor.walk(client, url, login=LOGIN, password=PASSWORD))

    asking.answers["browser"] = lambda url: loop.call_soon_threadsafe(lambda: walks.append(loop.create_task(walk(url))))
    clock = first_run.clock
    with running(kept.portal(clock, open_access=False)) as base:
        await to_the_load(first_run, base)
        assert first_run.front.glance.auth == "oauth"
        load = first_run.front.load
        first_run.front.go_on()
        await until(lambda: first_run.shell is not None)
        await settle(first_run)
        await asyncio.gather(*walks)
        await until(lambda: not first_run.is_busy() and not isValid(load))
        await load._look()  # One that was under way when the page went away.
    assert first_run.session.people[0].given == "Наталья"
    assert first_run.shell.section == "home"
    assert (await first_run.session.cover.view()).level == "confirmed"


async def test_closed_browser_leaves_the_step_with_a_way_out(first_run: Window) -> None:
    asked: list[str] = []
    asking.answers["browser"] = asked.append
    clock = first_run.clock
    with running(kept.portal(clock, open_access=False)) as base:
        await to_the_load(first_run, base)
        first_run.front.go_on()
        await until(lambda: bool(asked))
        assert first_run.front.load.progress.isVisible()
        first_run.front.load.stop()
        await until(lambda: not first_run.is_busy())
        assert not first_run.front.load.progress.isVisible()
        assert first_run.front.next_button.isEnabled()
        assert first_run.shell is None


async def test_region_of_the_list_is_chosen_by_keyboard_and_its_portal_answers(first_run: Window, tmp_path: Path) -> None:
    clock = first_run.clock
    with running(kept.portal(clock, open_access=False)) as base:
        listed = [{"region": {"ru": "Заречная область", "en": "Zarechnaya Region"}, "base_url": base},
                  {"region": {"ru": "Озёрный край", "en": "Ozerny Region"}, "base_url": ""}]  # fmt: skip
        (tmp_path / "portals.json").write_text(json.dumps({"portals": listed}), "utf-8")
        page = FirstRun(first_run, first_run.copy)
        first_run.put(page)
        field = page.address.edit
        field.setFocus()
        for char in "зар":
            QTest.sendKeyEvent(QTest.KeyAction.Click, field, Qt.Key.Key_unknown, char, Qt.KeyboardModifier.NoModifier)
        popup = page.address.completer.popup()
        assert [popup.model().index(n, 0).data() for n in range(popup.model().rowCount())] == ["Заречная область"]
        QTest.keyClick(popup, Qt.Key.Key_Down)
        QTest.keyClick(popup, Qt.Key.Key_Return)
        await until(lambda: page.glance is not None)
        assert (page.address.value(), page.address.answer.text()) == ("Заречная область", "Портал отвечает")
        page.address.set_value("озерный край")
        page.go_on()
        assert "пока нет в списке" in page.address.error()
        page.address.set_value("Тридевятая область")
        page.go_on()
        assert "Такого региона нет" in page.address.error()
        assert page.forms.at() == 0


async def test_open_portal_loads_with_no_sign_in(first_run: Window) -> None:
    asking.answers["browser"] = lambda url: pytest.fail("an open portal asked for a browser")
    clock = first_run.clock
    with running(kept.portal(clock)) as base:
        await to_the_load(first_run, base)
        page = first_run.front
        assert page.glance.auth == "none"
        assert not page.load.token.isVisible()
        assert "Вход не нужен" in page.load.say.text()
        page.go_on()
        await until(lambda: first_run.shell is not None)
        await until(lambda: not first_run.is_busy())
    assert first_run.session.people


async def test_key_that_a_portal_refuses_is_asked_for_again_and_the_right_one_opens_the_home(first_run: Window) -> None:
    clock = first_run.clock
    portal = kept.portal(clock, open_access=False)
    with running(portal) as base:
        # As of a portal that names no way to sign in and is not open: its key is typed.
        await to_the_load(first_run, base, auth="token")
        page = first_run.front
        page.load.token.set_value("ключ")
        page.go_on()
        await until(page.load.error.isVisible)
        assert "скопируйте ключ целиком" in page.load.error.text()
        page.load.token.set_value("of-another-portal")
        page.go_on()
        await until(lambda: not page.next_button.busy)
        assert page.load.error.isVisible()
        assert page.next_button.text() == "Повторить"
        assert first_run.shell is None
        page.load.token.set_value(portal.token_for(kept.world(clock).accounts[0].grants))
        page.go_on()
        await until(lambda: first_run.shell is not None)
        await until(lambda: not first_run.is_busy())
    assert first_run.session.people[0].given == "Наталья"


async def test_change_of_look_in_the_middle_keeps_what_was_answered_and_the_recovery_code(first_run: Window) -> None:
    clock = first_run.clock
    with running(kept.portal(clock, open_access=False)) as base:
        page = first_run.front
        page.address.set_value(base)
        first_run.change(text_scale=1.25)
        assert first_run.front is not page
        page = first_run.front
        assert page.address.value() == base
        page.go_on()
        await until(lambda: page.forms.at() == 1)
        page.passphrase.set_value(PHRASE)
        page.again.set_value(PHRASE)
        first_run.change(theme="dark")
        page = first_run.front
        assert (page.forms.at(), page.passphrase.value()) == (1, PHRASE)
        page.go_on()
        await until(lambda: page.forms.at() == 2)
        code = page.findChild(RecoveryPanel)._words
        first_run.change(language="en")
        page = first_run.front
        assert (page.forms.at(), page.findChild(RecoveryPanel)._words) == (2, code)
        assert page.session is not None


async def test_example_is_opened_from_the_first_run_as_a_program_of_its_own(first_run: Window, tmp_path: Path) -> None:
    opened: list[str] = []

    def become_the_example() -> NoReturn:
        opened.append("example")
        raise asyncio.CancelledError  # The real one does not come back: the process is another's by then.

    first_run.doors = HomeDoors(tmp_path, profile=HOME, clock=first_run.clock, example=become_the_example)
    first_run.front.where.choose("example")
    first_run.front.go_on()
    await until(lambda: opened == ["example"])
