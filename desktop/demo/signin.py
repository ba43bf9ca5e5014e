"""The sign-in side over HTTP: the pages a person walks through, and the endpoints programs call. Tokens are oidc.py's."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from desktop.demo.oidc import Asked, OAuthError, Provider
from desktop.demo.pages import Page, font
from desktop.demo.parts import Portal

if TYPE_CHECKING:
    from desktop.demo.world import Account

_TRIES: Final = 3
_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_GUARD: Final = {
    **_NO_STORE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self' http://127.0.0.1:* http://[::1]:*",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(slots=True)
class Attempt:
    """One person's walk through the pages."""

    asked: Asked
    account: Account | None = None
    sms: str = ""
    passed: bool = False
    tries: int = 0


class SignInPages:
    """The pages and endpoints below `/oidc`."""

    def __init__(self, portal: Portal, provider: Provider) -> None:
        self._portal = portal
        self._provider = provider
        self.attempts: dict[str, Attempt] = {}
        self.routes = [
            Route("/oidc/.well-known/openid-configuration", self._discovery),
            Route("/oidc/jwks", self._jwks),
            Route("/oidc/authorize", self._authorize, methods=["GET", "POST"]),
            Route("/oidc/login", self._login, methods=["POST"]),
            Route("/oidc/code", self._code, methods=["POST"]),
            Route("/oidc/consent", self._consent, methods=["POST"]),
            Route("/oidc/device", self._device, methods=["GET", "POST"]),
            Route("/oidc/token", self._token, methods=["POST"]),
            Route("/oidc/device_authorization", self._start_device, methods=["POST"]),
            Route("/oidc/revoke", self._revoke, methods=["POST"]),
            Route("/oidc/end_session", self._end_session, methods=["GET", "POST"]),
            Route("/oidc/sms", self._messages),
            Route("/oidc/font/{name}", self._font),
        ]

    # --- documents
    async def _discovery(self, request: Request) -> Response:
        return JSONResponse(self._provider.discovery())

    async def _jwks(self, request: Request) -> Response:
        return JSONResponse(self._provider.jwks())

    async def _font(self, request: Request) -> Response:
        data = font(request.path_params["name"])
        return Response(data or b"", 200 if data else 404, {"Cache-Control": "max-age=86400"}, media_type="font/ttf")

    # --- what a person sees
    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params) if request.method == "GET" else await _form(request)
        wrong = self._provider.check_client(query.get("client_id", ""), query.get("redirect_uri", ""))
        if wrong:
            return _html(_page(request).note(f"bad_{wrong}"), 400)
        try:
            asked = self._provider.asked(query)
        except OAuthError as error:
            bare = Asked(query["client_id"], "", query["redirect_uri"], query.get("state", ""))
            values = {"error": error.code, **({"error_description": error.description} if error.description else {})}
            return RedirectResponse(self._provider.back(bare, **values), 303, _NO_STORE)
        return self._first_page(request, self._begin(asked))

    def _begin(self, asked: Asked) -> str:
        name = secrets.token_urlsafe(24)
        self.attempts[name] = Attempt(asked)
        return name

    def _first_page(self, request: Request, name: str, *, login: str = "", bad: str = "") -> Response:
        page = _page(request)
        samples = [(each.name, each.login_phone, each.password) for each in self._portal.access.accounts.values()]
        client = self._client(name)
        shown = page.say(bad) if bad else ""
        return _html(page.sign_in(name, client=client, login=login, bad=shown, samples=samples), 401 if bad else 200)

    def _client(self, name: str) -> str:
        return self._provider.clients[self.attempts[name].asked.client_id].name

    async def _login(self, request: Request) -> Response:
        form = await _form(request)
        attempt = self.attempts.get(form.get("attempt", ""))
        if attempt is None:
            return _html(_page(request).note("stale"), 400)
        attempt.account = self._account(form.get("login", ""), form.get("password", ""))
        if attempt.account is None:
            return self._first_page(request, form["attempt"], login=form.get("login", ""), bad="wrong_password")
        attempt.sms = f"{secrets.randbelow(10**6):06d}"
        attempt.tries = 0
        return self._code_page(request, form["attempt"])

    def _account(self, login: str, password: str) -> Account | None:
        wanted = _plain(login)
        for account in self._portal.access.accounts.values():
            if wanted in (_plain(account.login_phone), account.login_email.casefold()):
                same = hmac.compare_digest(account.password.encode(), password.encode())
                return account if same else None
        return None

    def _code_page(self, request: Request, name: str, *, bad: str = "") -> Response:
        attempt = self.attempts[name]
        phone = attempt.account.login_phone if attempt.account else ""
        page = _page(request)
        masked = f"•• {''.join(filter(str.isdigit, phone))[-4:]}"
        shown = page.say(bad) if bad else ""
        return _html(page.code(name, phone=masked, code=attempt.sms, bad=shown), 401 if bad else 200)

    async def _code(self, request: Request) -> Response:
        form = await _form(request)
        name = form.get("attempt", "")
        attempt = self.attempts.get(name)
        if attempt is None or attempt.account is None:
            return _html(_page(request).note("stale"), 400)
        if not attempt.sms or not hmac.compare_digest(form.get("code", "").strip().encode(), attempt.sms.encode()):
            attempt.tries += 1
            if attempt.tries >= _TRIES:
                attempt.account = None
                attempt.sms = ""
                return self._first_page(request, name, bad="too_many_codes")
            return self._code_page(request, name, bad="wrong_code")
        attempt.sms, attempt.passed = "", True
        return self._consent_page(request, name)

    def _consent_page(self, request: Request, name: str, *, bad: str = "") -> Response:
        attempt, page = self.attempts[name], _page(request)
        people = [(person, *self._portrait(person, page)) for person in self._people(attempt)]
        reads_only = "patient/*.rs" in attempt.asked.scope.split()
        shown = page.say(bad) if bad else ""
        return _html(page.consent(name, client=self._client(name), people=people, reads_only=reads_only, bad=shown))

    def _people(self, attempt: Attempt) -> list[str]:
        return self._portal.access.grants(attempt.account.login_phone) if attempt.account else []

    def _portrait(self, person: str, page: Page) -> tuple[str, str]:
        patient = self._portal.resource("Patient", person) or {}
        name = (patient.get("name") or [{}])[0]
        parts = [name.get("family", ""), *name.get("given", [])]
        born = ".".join(reversed(str(patient.get("birthDate", "")).split("-")))
        return name.get("text") or " ".join(filter(None, parts)) or person, page.say("born", date=born) if born else ""

    async def _consent(self, request: Request) -> Response:
        pairs = parse_qsl((await request.body()).decode())
        form = dict(pairs)
        attempt = self.attempts.get(form.get("attempt", ""))
        if attempt is None or attempt.account is None or not attempt.passed:
            return _html(_page(request).note("stale"), 400)
        people = frozenset(value for key, value in pairs if key == "person") & set(self._people(attempt))
        allowed = form.get("decision") == "allow"
        if allowed and not people:
            return self._consent_page(request, form["attempt"], bad="nobody_chosen")
        del self.attempts[form["attempt"]]
        asked = attempt.asked
        where = (
            self._provider.allow(asked, attempt.account.login_phone, people) if allowed else self._provider.deny(asked)
        )
        if where:
            return RedirectResponse(where, 303, _GUARD)
        return _html(_page(request).note("device_done" if allowed else "device_denied"))

    async def _device(self, request: Request) -> Response:
        if request.method == "GET":
            return _html(_page(request).device(user_code=request.query_params.get("user_code", ""), bad=""))
        code = (await _form(request)).get("user_code", "")
        asked = self._provider.device_asked(code)
        if asked is None:
            page = _page(request)
            return _html(page.device(user_code=code, bad=page.say("wrong_device_code")), 400)
        return self._first_page(request, self._begin(asked))

    async def _messages(self, request: Request) -> Response:
        page = _page(request)
        sent = [(self._portrait(one.person, page)[0], one.code) for one in reversed(self._portal.relatives.messages)]
        return _html(page.messages(sent))

    async def _end_session(self, request: Request) -> Response:
        given = dict(request.query_params) if request.method == "GET" else await _form(request)
        if hint := given.get("id_token_hint"):
            self._provider.end_session(hint)
        return _html(_page(request).note("signed_out"))

    # --- what programs call
    async def _token(self, request: Request) -> Response:
        return await self._machine(request, self._provider.token)

    async def _start_device(self, request: Request) -> Response:
        return await self._machine(request, self._provider.start_device)

    async def _revoke(self, request: Request) -> Response:
        self._provider.revoke((await _form(request)).get("token", ""))
        return Response(b"", 200, _NO_STORE)

    async def _machine(self, request: Request, call: Any) -> Response:
        try:
            given, status = call(await _form(request)), 200
        except OAuthError as error:
            given = {"error": error.code, **({"error_description": error.description} if error.description else {})}
            status = 401 if error.code == "invalid_client" else 400
        return Response(json.dumps(given), status, _NO_STORE, media_type="application/json")


async def _form(request: Request) -> dict[str, str]:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True))


def _html(body: str, status: int = 200) -> Response:
    return HTMLResponse(body, status, _GUARD)


def _page(request: Request) -> Page:
    """Return a writer in the language that the browser prefers; Russian where it names neither."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        language = part.strip()[:2]
        if language in ("ru", "en"):
            return Page(language)
    return Page("ru")


def _plain(login: str) -> str:
    """Return the last ten digits of a phone, or the e-mail in lower case."""
    login = login.strip().casefold()
    return login if "@" in login else "".join(filter(str.isdigit, login))[-10:]
