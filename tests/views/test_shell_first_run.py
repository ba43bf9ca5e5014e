"""The first run to its end against the portal in the box: the address, the passphrase, the sign-in in a browser, the first screen."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from shiboken6 import isValid

from desktop import preferences
from desktop.app_doors import VaultDoors
from desktop.clock import ManualClock, local_date
from desktop.demo import visitor
from desktop.demo.families import build
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.preferences import Preferences
from desktop.profile import DEMO
from desktop.views import asking
from desktop.views.staging import settle
from desktop.views.window import Window
from tests.waiting import until

PHRASE = "гребень луна окно сосна"
DAY = datetime(2026, 5, 14, 9, 38, tzinfo=UTC)
LOGIN, PASSWORD = "n.orlova@pochta.example", "zarechensk-2026"


@pytest.fixture
async def first_run(qtbot, tmp_path: Path, look):
    preferences.save(tmp_path, Preferences(theme="light", reduce_motion=True))
    clock = ManualClock(DAY)
    doors = VaultDoors(tmp_path, profile=DEMO, clock=clock)
    doors.is_live = False

    async def locked(_session: object) -> None:
        return None

    window = Window(doors, tmp_path, on_lock=locked)
    qtbot.addWidget(window)
    window.show_door()
    window.show()
    yield window
    asking.answers.clear()
    session = window.session or getattr(window.front, "session", None)
    window.session = None
    window.close()
    if session is not None:
        await session.lock()
    await until(lambda: not window.is_busy())


async def to_the_load(window: Window, base: str) -> None:
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
    page.go_on()
    assert page.forms.at() == 3


def world_of(clock: ManualClock):
    return build("demo", today=local_date(clock))


async def test_sign_in_in_the_browser_opens_the_familys_home(first_run: Window) -> None:
    loop = asyncio.get_running_loop()
    walks: list[asyncio.Task[None]] = []

    async def walk(url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.get(await visitor.walk(client, url, login=LOGIN, password=PASSWORD))

    asking.answers["browser"] = lambda url: loop.call_soon_threadsafe(lambda: walks.append(loop.create_task(walk(url))))
    clock = first_run.clock
    with running(DemoPortal(world_of(clock), clock=clock)) as base:
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


async def test_closed_browser_leaves_the_step_with_a_way_out(first_run: Window) -> None:
    asked: list[str] = []
    asking.answers["browser"] = asked.append
    clock = first_run.clock
    with running(DemoPortal(world_of(clock), clock=clock)) as base:
        await to_the_load(first_run, base)
        first_run.front.go_on()
        await until(lambda: bool(asked))
        assert first_run.front.load.progress.isVisible()
        first_run.front.load.stop()
        await until(lambda: not first_run.is_busy())
        assert not first_run.front.load.progress.isVisible()
        assert first_run.front.next_button.isEnabled()
        assert first_run.shell is None
