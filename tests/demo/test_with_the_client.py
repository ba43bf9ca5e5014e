"""The program's own sign-in, by browser and by device, against the box over real loopback HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.serve import running
from desktop.demo.visitor import walk
from desktop.errors import SignInNeeded
from desktop.sync.signin import DeviceCode, SignIn, TokenKey, Tokens
from desktop.sync.wire import Wire
from tests.demo.conftest import MOTHER


class Drawer:
    """Keeps tokens in memory."""

    def __init__(self, tokens: Tokens | None = None) -> None:
        self.tokens = tokens

    async def load(self) -> Tokens | None:
        return self.tokens

    async def save(self, tokens: Tokens | None) -> None:
        self.tokens = tokens


class Browser:
    """The system browser with the mother at it."""

    def __init__(self, *, allow: bool = True) -> None:
        self._allow = allow
        self.visit: asyncio.Task[None] | None = None

    def open(self, url: str) -> None:
        self.visit = asyncio.get_running_loop().create_task(self._walk(url))

    async def _walk(self, url: str) -> None:
        async with httpx.AsyncClient(trust_env=False) as web:
            where = await walk(web, url, login=MOTHER.login_phone, password=MOTHER.password, allow=self._allow)
            if where:
                assert (await web.get(where)).status_code in (200, 400)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire()
    yield wire
    await wire.close()


async def status_of(base: str, tokens: Tokens) -> int:
    async with httpx.AsyncClient(trust_env=False) as web:
        return (await web.get(f"{base}/Patient/anna", headers={"Authorization": f"Bearer {tokens.access}"})).status_code


async def test_browser_sign_in_renews_and_ends(portal: DemoPortal, wire: Wire, clock: ManualClock) -> None:
    with running(portal) as base:
        browser = Browser()
        tokens = await SignIn(base, wire=wire, clock=clock, client_id="medkarta").by_browser(browser.open)
        assert browser.visit is not None
        await browser.visit
        assert (tokens.patient, await status_of(base, tokens)) == ("anna", 200)
        clock.advance(portal.oidc.access_s + 1)
        assert await status_of(base, tokens) == 401
        drawer = Drawer(tokens)
        key = TokenKey(drawer, wire=wire)
        assert await key.renew(tokens.access) == "renewed"
        renewed = drawer.tokens
        assert renewed is not None
        assert await status_of(base, renewed) == 200
        await key.sign_out()
        assert await status_of(base, renewed) == 401
    assert portal.violations == []


async def test_refusal_at_the_consent_page_reaches_the_program(portal: DemoPortal, wire: Wire, clock: ManualClock) -> None:
    with running(portal) as base:
        browser = Browser(allow=False)
        with pytest.raises(SignInNeeded):
            await SignIn(base, wire=wire, clock=clock, client_id="medkarta").by_browser(browser.open)
        assert browser.visit is not None
        await browser.visit


async def test_device_sign_in(portal: DemoPortal, wire: Wire, clock: ManualClock) -> None:
    browser = Browser()

    async def nap(seconds: float) -> None:
        clock.advance(seconds)
        if browser.visit is not None:
            await browser.visit

    def show(code: DeviceCode) -> None:
        browser.open(code.address_with_code or "")

    with running(portal) as base:
        tokens = await SignIn(base, wire=wire, clock=clock, client_id="medkarta", sleep=nap).by_device(show)
        assert await status_of(base, tokens) == 200
