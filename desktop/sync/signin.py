"""Sign a person in at the portal's own OAuth 2 / OIDC server, in the system browser.

Owns: discovery, code + PKCE, the device grant, checking the ID token, refresh, sign-out.
Does not own: the listener (redirect.py), where tokens are kept (the vault's secrets, through `Shelf`).
*Source*: RFC 6749, 7009, 7636, 8252, 8628, 9207; OpenID Connect Core §3.1.3.7; security.md R-61 to R-65.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlencode, urlsplit

import msgspec

from desktop import limits
from desktop.clock import Clock
from desktop.errors import PortalError, SignInNeeded
from desktop.sync import shapes
from desktop.sync.portal import Renewal, Sleep
from desktop.sync.redirect import Listener
from desktop.sync.wire import Raw, Wire, is_safe, origin_of

SCOPE: Final = "openid fhirUser offline_access launch/patient patient/*.cruds"
_ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)
_DEVICE: Final = {"device_code", "user_code", "verification_uri"}
_LEEWAY: Final = timedelta(minutes=5)
Entropy = Callable[[int], bytes]
LEVELS: Final = ("simplified", "standard", "confirmed")


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in gave. Lives in the vault's secrets and nowhere else."""

    access: str
    refresh: str | None = None
    client_id: str
    issuer: str | None = None
    token_endpoint: str
    revocation_endpoint: str | None = None
    end_session_endpoint: str | None = None
    patient: str | None = None
    fhir_user: str | None = None
    level: str | None = None

    def __repr__(self) -> str:
        return "Tokens(…)"


def account_level(claims: Mapping[str, Any]) -> str | None:
    """Return how far the portal knows who signed in: simplified, standard, confirmed; None when it does not say.

    *Source*: OpenID Connect Core §2 (`acr`); the levels of the state account in requirements B2.
    """
    said = str(claims.get("acr", "")).rsplit(":", 1)[-1]
    return {"1": "simplified", "2": "standard", "3": "confirmed"}.get(said, said if said in LEVELS else None)


class Shelf(Protocol):
    """Where tokens are kept, durably and encrypted."""

    async def load(self) -> Tokens | None:
        """Return what was saved last."""
        ...

    async def save(self, tokens: Tokens | None) -> None:
        """Keep `tokens` before they are used; None wipes them."""
        ...


class Endpoints(msgspec.Struct, frozen=True, kw_only=True):
    """What discovery found."""

    issuer: str | None = None
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    jwks_uri: str | None = None
    revocation_endpoint: str | None = None
    end_session_endpoint: str | None = None
    device_authorization_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What the person types on a phone. *Units*: `expires_s` seconds."""

    user_code: str = field(repr=False)
    address: str
    address_with_code: str | None = field(repr=False)
    expires_s: float


class SignIn:
    """Sign-in at one portal."""

    def __init__(
        self, base_url: str, *, wire: Wire, clock: Clock, client_id: str, issuer: str | None = None, scope: str = SCOPE,
        entropy: Entropy = secrets.token_bytes, sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Prepare; nothing is asked yet. `issuer` fixes the identity server where the portal does not name one."""
        self._base = base_url.rstrip("/")
        self._wire = wire
        self._clock = clock
        self._client_id = client_id
        self._issuer = issuer
        self._scope = scope
        self._entropy = entropy
        self._sleep = sleep

    async def discover(self) -> Endpoints:
        """Read the SMART configuration and, where there is an issuer, its OpenID configuration over it.

        *Raises* PortalError when neither names a usable sign-in.
        """
        smart = await self._document(f"{self._base}/.well-known/smart-configuration")
        issuer = self._issuer or (smart.get("issuer") if isinstance(smart.get("issuer"), str) else None)
        found: dict[str, Any] = dict(smart)
        if issuer is not None:
            openid = await self._document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if openid and openid.get("issuer") != issuer:
                raise PortalError("signin.wrong_issuer")
            found = {**openid, **{name: value for name, value in smart.items() if value}, "issuer": issuer}
        try:
            ends = msgspec.convert({k: v for k, v in found.items() if v is not None}, Endpoints)
        except msgspec.ValidationError as error:
            raise PortalError("signin.no_discovery") from error
        named = (ends.token_endpoint, ends.authorization_endpoint, ends.jwks_uri, ends.revocation_endpoint,
                 ends.end_session_endpoint, ends.device_authorization_endpoint)
        if not ends.token_endpoint or not all(_is_usable(url) for url in named if url):
            raise PortalError("signin.no_discovery")
        return ends

    async def by_browser(self, open_browser: Callable[[str], None], *, port: int = 0) -> Tokens:
        """Sign in through the system browser with code + PKCE. *Raises* SignInNeeded, PortalError."""
        ends = await self.discover()
        if not ends.authorization_endpoint:
            raise PortalError("signin.no_discovery")
        state, nonce, verifier = (_text(self._entropy(32)) for _ in range(3))
        async with Listener(state=state, port=port) as listener:
            query = {
                "response_type": "code", "client_id": self._client_id, "redirect_uri": listener.redirect_uri,
                "scope": self._scope, "state": state, "nonce": nonce, "aud": self._base,
                "code_challenge": _text(hashlib.sha256(verifier.encode()).digest()), "code_challenge_method": "S256",
            }
            joint = "&" if urlsplit(ends.authorization_endpoint).query else "?"
            open_browser(f"{ends.authorization_endpoint}{joint}{urlencode(query)}")
            returned = await listener.wait()
            redirect_uri = listener.redirect_uri
        must_say = ends.authorization_response_iss_parameter_supported
        if (returned.issuer is not None or must_say) and returned.issuer != ends.issuer:
            raise SignInNeeded("signin.wrong_issuer")
        form = {
            "grant_type": "authorization_code", "code": returned.code, "redirect_uri": redirect_uri,
            "client_id": self._client_id, "code_verifier": verifier,
        }
        return await self._granted(ends, form, nonce=nonce)

    async def by_device(self, show: Callable[[DeviceCode], None]) -> Tokens:
        """Sign in on another device: `show` the code, then wait. *Raises* SignInNeeded, PortalError."""
        ends = await self.discover()
        if not ends.device_authorization_endpoint:
            raise PortalError("signin.no_device")
        raw = await _post(
            self._wire, ends.device_authorization_endpoint, {"client_id": self._client_id, "scope": self._scope}
        )
        given = _fields(raw)
        if raw is None or raw.head.status != 200 or not given.keys() >= _DEVICE:
            raise PortalError("signin.no_device")
        wait_s, left_s = _seconds(given.get("interval"), 5.0), _seconds(given.get("expires_in"), limits.SIGN_IN_WAIT_S)
        show(DeviceCode(
            user_code=given["user_code"], address=given["verification_uri"],
            address_with_code=given.get("verification_uri_complete"), expires_s=left_s,
        ))
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": given["device_code"],
                "client_id": self._client_id}
        while left_s > 0:
            await self._sleep(wait_s)
            left_s -= wait_s
            raw = await _post(self._wire, ends.token_endpoint, form)
            error = _fields(raw).get("error") if raw is not None else "authorization_pending"
            if error == "slow_down":
                wait_s += 5
            elif error != "authorization_pending":
                return await self._accepted(ends, raw, nonce=None)
        raise SignInNeeded("signin.timeout")

    async def _granted(self, ends: Endpoints, form: Mapping[str, str], *, nonce: str | None) -> Tokens:
        return await self._accepted(ends, await _post(self._wire, ends.token_endpoint, form), nonce=nonce)

    async def _accepted(self, ends: Endpoints, raw: Raw | None, *, nonce: str | None) -> Tokens:
        given = _fields(raw)
        if raw is None:
            raise PortalError("signin.unreached")
        if raw.head.status != 200 or not isinstance(given.get("access_token"), str):
            raise SignInNeeded("signin.refused")
        if str(given.get("token_type", "Bearer")).lower() != "bearer":
            raise SignInNeeded("signin.refused")
        claims: Mapping[str, Any] = {}
        if ends.issuer is not None:
            at = shapes.http_time(raw.head.headers.get("date")) or self._clock.now()
            claims = await self._identity(ends, given.get("id_token"), nonce=nonce, at=at)
        return Tokens(
            access=given["access_token"], refresh=_maybe(given.get("refresh_token")), client_id=self._client_id,
            issuer=ends.issuer, token_endpoint=ends.token_endpoint, revocation_endpoint=ends.revocation_endpoint,
            end_session_endpoint=ends.end_session_endpoint, patient=_maybe(given.get("patient")),
            fhir_user=_maybe(claims.get("fhirUser") or given.get("fhirUser")), level=account_level(claims),
        )

    async def _identity(self, ends: Endpoints, token: object, *, nonce: str | None, at: datetime) -> Mapping[str, Any]:
        """Check an ID token and return its claims. `at` is the portal's clock: ours may be wrong by a day."""
        if not isinstance(token, str) or ends.jwks_uri is None:
            raise SignInNeeded("signin.bad_identity")
        keys = await self._document(ends.jwks_uri)
        # Loaded when a token is first read: it costs a third of a second that no start should wait for.
        from joserfc import jws, jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            key_set = KeySet.import_key_set(keys)  # type: ignore[arg-type]
            registry = jws.JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
            claims = jwt.decode(token, key_set, algorithms=list(_ALGORITHMS), registry=registry).claims
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInNeeded("signin.bad_identity") from error
        audience = claims.get("aud")
        named = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
        is_ours = self._client_id in named and (len(named) == 1 or claims.get("azp") == self._client_id)
        expires = claims.get("exp")
        is_fresh = isinstance(expires, int | float) and expires > (at - _LEEWAY).timestamp()
        is_answer = nonce is None or hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        if claims.get("iss") != ends.issuer or not (is_ours and is_fresh and is_answer):
            raise SignInNeeded("signin.bad_identity")
        return claims

    async def _document(self, url: str) -> dict[str, Any]:
        if not _is_usable(url):
            raise PortalError("signin.no_discovery")
        accept = {"Accept": "application/json"}
        raw = await self._wire.exchange("GET", url, headers=accept, limit_bytes=limits.SIGN_IN_BYTES)
        if not isinstance(raw, Raw):
            raise PortalError("signin.unreached")
        return _fields(raw) if raw.head.status == 200 else {}


class TokenKey:
    """The key of a portal with sign-in: shows the access token, renews it once for all who wait."""

    def __init__(self, shelf: Shelf, *, wire: Wire) -> None:
        """Use the tokens on `shelf`."""
        self._shelf = shelf
        self._wire = wire
        self._turn = asyncio.Lock()
        self._tokens: Tokens | None = None

    async def tokens(self) -> Tokens | None:
        """Return the tokens in use."""
        if self._tokens is None:
            self._tokens = await self._shelf.load()
        return self._tokens

    async def bearer(self) -> str | None:
        tokens = await self.tokens()
        return tokens.access if tokens else None

    async def renew(self, stale: str | None) -> Renewal:
        """Trade the refresh token, single-flight. A refused one is wiped: only the person can go on."""
        async with self._turn:
            tokens = await self.tokens()
            if tokens is None:
                return "sign_in"
            if tokens.access != stale:
                return "renewed"
            if tokens.refresh is None:
                return "sign_in"
            form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh, "client_id": tokens.client_id}
            raw = await _post(self._wire, tokens.token_endpoint, form)
            if raw is None or raw.head.status >= 500 or raw.head.status == 429:
                return "unreached"
            given = _fields(raw)
            if raw.head.status != 200 or not isinstance(given.get("access_token"), str):
                await self._keep(None)
                return "sign_in"
            renewed = _maybe(given.get("refresh_token")) or tokens.refresh
            await self._keep(msgspec.structs.replace(tokens, access=given["access_token"], refresh=renewed))
            return "renewed"

    async def sign_out(self) -> str | None:
        """Revoke at the portal, wipe here, and return the address that ends the browser's session, if there is one.

        Wiping does not depend on the portal being reached.
        """
        tokens = await self.tokens()
        await self._keep(None)
        if tokens is None:
            return None
        if tokens.revocation_endpoint:
            for hint, token in (("refresh_token", tokens.refresh), ("access_token", tokens.access)):
                if token:
                    form = {"token": token, "token_type_hint": hint, "client_id": tokens.client_id}
                    await _post(self._wire, tokens.revocation_endpoint, form)
        if not tokens.end_session_endpoint:
            return None
        return f"{tokens.end_session_endpoint}?{urlencode({'client_id': tokens.client_id})}"

    async def _keep(self, tokens: Tokens | None) -> None:
        await self._shelf.save(tokens)
        self._tokens = tokens


async def _post(wire: Wire, url: str, form: Mapping[str, str]) -> Raw | None:
    """Send a form to an OAuth endpoint: tokens travel in bodies, never in addresses."""
    if not _is_usable(url):
        return None
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    raw = await wire.exchange(
        "POST", url, headers=headers, content=urlencode(form).encode(), limit_bytes=limits.SIGN_IN_BYTES
    )
    return raw if isinstance(raw, Raw) else None


def _fields(raw: Raw | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(raw.body) if raw is not None else {}
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_usable(url: str) -> bool:
    origin = origin_of(url)
    return origin is not None and is_safe(origin)


def _maybe(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _seconds(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int | float) and 0 < value <= limits.SIGN_IN_WAIT_S * 6 else usual


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def patients_of(tokens: Tokens) -> Sequence[str]:
    """Return the patient ids that the token response itself named."""
    user = (tokens.fhir_user or "").rsplit("/", 2)
    own = user[-1] if len(user) >= 2 and user[-2] == "Patient" else None
    return tuple(dict.fromkeys(id for id in (tokens.patient, own) if id))
