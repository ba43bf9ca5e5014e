"""Signing in, and everything a hostile page, program or network may try meanwhile."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from desktop import limits
from desktop.clock import ManualClock
from desktop.errors import KnownError, PortalError, SignInNeeded
from desktop.sync.redirect import Listener
from desktop.sync.signin import DeviceCode, SignIn, TokenKey, Tokens, patients_of
from desktop.sync.wire import Wire
from tests.sync.hostile import Heard, answer, listening
from tests.waiting import at_once

KEY = ECKey.generate_key("P-256", {"kid": "1", "alg": "ES256", "use": "sig"})


class Issuer:
    """A small identity server whose every answer a test may bend."""

    def __init__(self) -> None:
        self.base = ""
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "ES256", "kid": "1"}
        self.unsigned = False
        self.asked: dict[str, str] = {}
        self.forms: list[dict[str, str]] = []
        self.more: dict[str, Any] = {}
        self.says_iss = True
        self.refuses: set[str] = set()
        self.refresh = "r1"
        self.pending = 2

    def reply(self, heard: Heard, body: bytes) -> bytes:
        path = urlsplit(heard.target).path
        if path.endswith(("smart-configuration", "openid-configuration")):
            ends = {"issuer": self.base, "jwks_uri": f"{self.base}/jwks", "token_endpoint": f"{self.base}/token",
                    "authorization_endpoint": f"{self.base}/authorize", "revocation_endpoint": f"{self.base}/revoke",
                    "device_authorization_endpoint": f"{self.base}/device", "end_session_endpoint": f"{self.base}/end",
                    "authorization_response_iss_parameter_supported": self.says_iss}
            return answer(json.dumps({**ends, **self.more}).encode(), media="application/json")
        if path == "/jwks":
            return answer(json.dumps({"keys": [KEY.as_dict(private=False)]}).encode(), media="application/json")
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.forms.append(form)
        if path == "/device":
            given: dict[str, Any] = {"device_code": "d", "user_code": "AB-12", "verification_uri": f"{self.base}/go", "interval": 1}
            return answer(json.dumps(given).encode(), media="application/json")
        if path == "/token":
            return self.token(form)
        return answer(b"{}", media="application/json")

    def token(self, form: dict[str, str]) -> bytes:
        grant = form.get("grant_type", "")
        if grant.endswith("device_code") and self.pending:
            self.pending -= 1
            return refusal("authorization_pending")
        if grant == "authorization_code":
            digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            if digest != self.asked["code_challenge"] or form["redirect_uri"] != self.asked["redirect_uri"]:
                return refusal("invalid_grant")
        if grant in self.refuses or (grant == "refresh_token" and form["refresh_token"] != self.refresh):
            return refusal("invalid_grant")
        self.refresh = f"r{int(self.refresh[1:]) + 1}" if grant == "refresh_token" else self.refresh
        claims = {"iss": self.base, "aud": "medkarta", "exp": int(time.time()) + 600, "nonce": self.asked.get("nonce"),
                  "sub": "1", "fhirUser": f"{self.base}/Patient/own", **self.claims}
        token = jwt.encode(self.header, claims, KEY)
        if self.unsigned:
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            token = f"{head}.{token.split('.')[1]}."
        given = {"access_token": f"a{self.refresh}", "refresh_token": self.refresh, "token_type": "Bearer", "id_token": token,
                 "patient": "child"}
        return answer(json.dumps(given).encode(), media="application/json")


def refusal(code: str) -> bytes:
    return answer(json.dumps({"error": code}).encode(), status="400 Bad Request", media="application/json")


@asynccontextmanager
async def signing(issuer: Issuer) -> AsyncIterator[SignIn]:
    async with listening(issuer.reply) as listener:
        issuer.base = listener.base
        wire = Wire()
        try:
            yield SignIn(issuer.base, wire=wire, clock=ManualClock(), client_id="medkarta", sleep=at_once)
        finally:
            await wire.close()


async def visit(url: str) -> bytes:
    """Go where a browser would."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    page = await reader.read()
    writer.close()
    return page


class Browser:
    """Opens the sign-in page and comes back with what the test wants it to bring."""

    def __init__(self, issuer: Issuer, *, before: Callable[[str], Any] | None = None, **bring: str | None) -> None:
        self._issuer = issuer
        self._bring = bring
        self._before = before
        self.pages: list[bytes] = []
        self.done: asyncio.Task[None] | None = None

    def __call__(self, url: str) -> None:
        self._issuer.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.done = asyncio.create_task(self._come_back())

    async def _come_back(self) -> None:
        back = self._issuer.asked["redirect_uri"]
        if self._before is not None:
            await self._before(back)
        brings = {"code": "c", "state": self._issuer.asked["state"], "iss": self._issuer.base, **self._bring}
        self.pages.append(await visit(f"{back}?{urlencode({k: v for k, v in brings.items() if v is not None})}"))


async def sign_in(issuer: Issuer, **bring: Any) -> tuple[Tokens, Browser]:
    async with signing(issuer) as signing_in:
        browser = Browser(issuer, **bring)
        tokens = await signing_in.by_browser(browser)
        assert browser.done is not None
        await browser.done
        return tokens, browser


async def test_sign_in_gives_tokens_and_says_that_the_page_may_be_closed() -> None:
    issuer = Issuer()
    tokens, browser = await sign_in(issuer)
    assert (tokens.access, tokens.refresh, patients_of(tokens)) == ("ar1", "r1", ("child", "own"))
    assert "можно закрыть" in browser.pages[0].decode()
    assert issuer.asked["code_challenge_method"] == "S256"
    assert all(len(base64.urlsafe_b64decode(issuer.asked[name] + "==")) >= 16 for name in ("state", "nonce"))
    assert "ar1" not in repr(tokens)
    assert tokens.level is None


@pytest.mark.parametrize(("said", "level"), [("urn:esia:level:1", "simplified"), ("urn:esia:level:3", "confirmed"), ("simplified", "simplified"),
                                             ("0", None), ("urn:mace:incommon:iap:silver", None)])  # fmt: skip
async def test_level_of_the_account_is_the_portals_word(said: str, level: str | None) -> None:
    issuer = Issuer()
    issuer.claims["acr"] = said
    tokens, _ = await sign_in(issuer)
    assert tokens.level == level


@pytest.mark.parametrize("bend", [
    {"claims": {"nonce": "other"}}, {"claims": {"aud": "someone"}}, {"claims": {"iss": "https://evil.test"}},
    {"claims": {"exp": 1}}, {"claims": {"aud": ["medkarta", "x"]}}, {"unsigned": True}, {"header": {"alg": "HS256", "kid": "1"}},
])
async def test_identity_that_is_not_sound_is_refused(bend: dict[str, Any]) -> None:
    issuer = Issuer()
    if bend.get("header"):
        # Signed with a shared secret where only the issuer's own keys may sign.
        from joserfc.jwk import OctKey

        secret = OctKey.import_key(b"k" * 40)
        issuer.token = lambda form: answer(json.dumps({  # type: ignore[method-assign]
            "access_token": "a", "id_token": jwt.encode(bend["header"], {"iss": issuer.base, "aud": "medkarta",
            "exp": 9e9, "nonce": issuer.asked["nonce"]}, secret)}).encode(), media="application/json")
    for name, value in bend.items():
        setattr(issuer, name, value)
    with pytest.raises(SignInNeeded, match="bad_identity"):
        await sign_in(issuer)


@pytest.mark.parametrize("bring", [{"iss": "https://evil.test"}, {"iss": None}])
async def test_answer_of_another_issuer_is_refused(bring: dict[str, str | None]) -> None:
    with pytest.raises(SignInNeeded, match="wrong_issuer"):
        await sign_in(Issuer(), **bring)


async def test_discovery_that_names_another_issuer_or_plain_http_is_refused() -> None:
    issuer = Issuer()
    issuer.more = {"token_endpoint": "http://portal.example/token"}
    with pytest.raises(PortalError, match="no_discovery"):
        await sign_in(issuer)


async def test_forged_state_does_not_end_the_wait() -> None:
    async def forge(back: str) -> None:
        assert b"400" in await visit(f"{back}?code=evil&state=guess")
        assert b"404" in await visit(back.replace("/callback", "/other") + "?code=evil&state=guess")
        assert b"400" in await visit(f"{back}?code=evil")

    issuer = Issuer()
    await sign_in(issuer, before=forge)
    assert [form["code"] for form in issuer.forms if "code" in form] == ["c"]


async def test_hundred_idle_sockets_do_not_keep_the_person_waiting() -> None:
    idle: list[socket.socket] = []

    async def crowd(back: str) -> None:
        for _ in range(100):
            one = socket.create_connection(("127.0.0.1", urlsplit(back).port or 0))
            idle.append(one)
        idle[0].send(b"GET /callb")
        idle[1].send(b"\x16\x03\x01garbage\r\n")

    issuer = Issuer()
    began = time.perf_counter()
    await sign_in(issuer, before=crowd)
    assert time.perf_counter() - began < limits.REDIRECT_IDLE_S, "nobody waited for a single idle one"
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", urlsplit(issuer.asked["redirect_uri"]).port or 0), timeout=1)
    for one in idle:
        one.close()


async def test_second_redirect_is_a_stranger() -> None:
    async with Listener(state="s" * 43) as listener:
        url = f"{listener.redirect_uri}?code=1&state={'s' * 43}"
        assert b"200 OK" in await visit(url)
        assert b"400" in await visit(url.replace("code=1", "code=2"))
        assert (await listener.wait()).code == "1"


async def test_refusal_at_the_portal_and_no_answer_are_told_apart() -> None:
    with pytest.raises(SignInNeeded, match="refused"):
        await sign_in(Issuer(), code=None, error="access_denied")
    async with Listener(state="s") as listener:
        with pytest.raises(SignInNeeded, match="timeout"):
            await listener.wait(timeout_s=0.01)


async def test_taken_port_is_said_in_words() -> None:
    async with Listener(state="s") as listener:
        port = urlsplit(listener.redirect_uri).port or 0
        with pytest.raises(PortalError, match="port_taken"):
            async with Listener(state="t", port=port):
                raise AssertionError


class Drawer:
    """Where tokens lie in these tests."""

    def __init__(self, tokens: Tokens | None) -> None:
        self.kept = [tokens]

    async def load(self) -> Tokens | None:
        return self.kept[-1]

    async def save(self, tokens: Tokens | None) -> None:
        self.kept.append(tokens)


async def test_refresh_happens_once_for_all_who_wait_and_reuse_needs_the_person() -> None:
    issuer = Issuer()
    async with signing(issuer) as signing_in:
        browser = Browser(issuer)
        tokens = await signing_in.by_browser(browser)
        wire = Wire()
        drawer = Drawer(tokens)
        key = TokenKey(drawer, wire=wire)
        results = await asyncio.gather(*(key.renew(tokens.access) for _ in range(5)))
        assert results == ["renewed"] * 5
        assert [form["refresh_token"] for form in issuer.forms if form.get("grant_type") == "refresh_token"] == ["r1"]
        assert (await key.bearer(), drawer.kept[-1].refresh if drawer.kept[-1] else None) == ("ar2", "r2")
        stolen = TokenKey(Drawer(tokens), wire=wire)
        assert await stolen.renew(tokens.access) == "sign_in"
        assert await stolen.bearer() is None
        await wire.close()


async def test_unreached_refresh_keeps_the_tokens() -> None:
    tokens = Tokens(access="a", refresh="r", client_id="m", token_endpoint="http://127.0.0.1:9/token")
    wire = Wire()
    drawer = Drawer(tokens)
    assert await TokenKey(drawer, wire=wire).renew("a") == "unreached"
    assert drawer.kept == [tokens]
    await wire.close()


async def test_sign_out_revokes_and_wipes() -> None:
    issuer = Issuer()
    async with signing(issuer) as signing_in:
        tokens = await signing_in.by_browser(Browser(issuer))
        wire = Wire()
        drawer = Drawer(tokens)
        end = await TokenKey(drawer, wire=wire).sign_out()
        assert [form["token"] for form in issuer.forms if "token" in form] == ["r1", "ar1"]
        assert drawer.kept[-1] is None
        assert end is not None
        assert "ar1" not in end
        await wire.close()


async def test_device_grant_waits_for_the_phone() -> None:
    issuer = Issuer()
    shown: list[DeviceCode] = []
    async with signing(issuer) as signing_in:
        tokens = await signing_in.by_device(shown.append)
    assert (tokens.access, shown[0].user_code, issuer.pending) == ("ar1", "AB-12", 0)
    assert isinstance(SignInNeeded("x"), KnownError)
