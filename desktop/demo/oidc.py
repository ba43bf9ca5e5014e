"""The portal's OAuth 2 / OpenID provider: discovery, codes, tokens, device grant. The pages a person sees are signin.py's.

*Source*: RFC 6749, 7636 (PKCE), 8252 (loopback), 8628 (device), 7009 (revocation), 9207 (iss), OpenID Connect Core.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from desktop.clock import Clock
from desktop.demo.access import Access

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Client:
    """A program that may ask for access: its name for people and the paths it is called back on."""

    name: str
    paths: frozenset[str] = frozenset({"/callback"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program asked for, checked."""

    client_id: str
    scope: str
    redirect_uri: str = ""
    state: str = ""
    nonce: str = ""
    challenge: str = ""
    device_code: str = ""


@dataclass(slots=True)
class Grant:
    """One person's yes, and everything that comes from it. `family` names the sign-in for revocation."""

    asked: Asked
    account: str
    people: frozenset[str]
    until: float
    family: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    used: bool = False


@dataclass(slots=True)
class Device:
    """A sign-in that waits for a person on another device."""

    asked: Asked
    user_code: str
    until: float
    next_poll: float
    interval_s: float
    grant: Grant | None = None
    denied: bool = False


class OAuthError(Exception):
    """An error of the token side, in OAuth's own codes."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.description = description


class Provider:
    """Codes and tokens of one portal. Lifetimes are in *seconds* and may be set by tests."""

    def __init__(self, access: Access, clock: Clock) -> None:
        self._access = access
        self._clock = clock
        self._key: ECKey | None = None
        self._codes: dict[str, Grant] = {}
        self._refresh: dict[str, Grant] = {}
        self._devices: dict[str, Device] = {}
        self.clients = {"medkarta": Client("Медкарта"), "medkarta-desktop": Client("Медкарта")}
        self.issuer = ""
        self.fhir_base = ""
        self.access_s = 900.0
        self.refresh_s = 30 * 24 * 3600.0
        self.code_s = 60.0
        self.device_s = 600.0
        self.device_interval_s = 5.0

    # --- documents
    def discovery(self) -> dict[str, Any]:
        """Return the OpenID configuration."""
        issuer = self.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks",
            "revocation_endpoint": f"{issuer}/revoke",
            "end_session_endpoint": f"{issuer}/end_session",
            "device_authorization_endpoint": f"{issuer}/device_authorization",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": [
                "openid",
                "fhirUser",
                "offline_access",
                "launch/patient",
                "patient/*.rs",
                "patient/*.cruds",
            ],
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "name", "fhirUser", "sid"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict[str, Any]:
        """Return the public keys."""
        return {"keys": [self._signing_key().as_dict(private=False)]}

    def _signing_key(self) -> ECKey:
        if self._key is None:
            self._key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig", "alg": "ES256"})
        return self._key

    # --- asking
    def check_client(self, client_id: str, redirect_uri: str) -> str:
        """Return "" when the program and its address are known, else a word for what is wrong."""
        client = self.clients.get(client_id)
        if client is None:
            return "client"
        parts = urlsplit(redirect_uri)
        if parts.scheme != "http" or parts.hostname not in _LOOPBACK or parts.path not in client.paths:
            return "redirect"
        return "redirect" if parts.query or parts.fragment or parts.username else ""

    def asked(self, query: dict[str, str]) -> Asked:
        """Read an authorize request whose client and address are sound. *Raises* OAuthError."""
        if query.get("response_type") != "code":
            raise OAuthError("unsupported_response_type")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or len(challenge) != 43:
            raise OAuthError("invalid_request", "PKCE with S256 is required")
        if len(query.get("state", "")) < 16:
            raise OAuthError("invalid_request", "state is required")
        scope = query.get("scope", "")
        if "openid" in scope.split() and len(query.get("nonce", "")) < 16:
            raise OAuthError("invalid_request", "nonce is required")
        if not scope:
            raise OAuthError("invalid_scope")
        return Asked(
            query["client_id"], scope, query["redirect_uri"], query["state"], query.get("nonce", ""), challenge
        )

    def back(self, asked: Asked, **values: str) -> str:
        """Return the address that sends the browser back to the program."""
        return f"{asked.redirect_uri}?{urlencode({**values, 'state': asked.state, 'iss': self.issuer})}"

    def allow(self, asked: Asked, account: str, people: frozenset[str]) -> str:
        """Note the person's yes; return the address to go back to ("" for a device)."""
        grant = Grant(asked, account, people, self._access.now() + self.code_s)
        if asked.device_code:
            self._devices[asked.device_code].grant = grant
            return ""
        code = secrets.token_urlsafe(32)
        self._codes[code] = grant
        return self.back(asked, code=code)

    def deny(self, asked: Asked) -> str:
        """Note the person's no; return the address to go back to ("" for a device)."""
        if asked.device_code:
            self._devices[asked.device_code].denied = True
            return ""
        return self.back(asked, error="access_denied")

    # --- the device grant
    def start_device(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer the device authorization request. *Raises* OAuthError."""
        if form.get("client_id") not in self.clients:
            raise OAuthError("invalid_client")
        code = secrets.token_urlsafe(32)
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        user_code = f"{letters[:4]}-{letters[4:]}"
        asked = Asked(form["client_id"], form.get("scope", ""), device_code=code)
        until = self._access.now() + self.device_s
        self._devices[code] = Device(asked, user_code, until, self._clock.monotonic(), self.device_interval_s)
        page = f"{self.issuer}/device"
        return {
            "device_code": code,
            "user_code": user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={user_code}",
            "expires_in": int(self.device_s),
            "interval": int(self.device_interval_s),
        }

    def device_asked(self, user_code: str) -> Asked | None:
        """Return what the program with this code on its screen asks for."""
        plain = "".join(letter for letter in user_code.upper() if letter in _LETTERS)
        for device in self._devices.values():
            still = device.until > self._access.now() and device.grant is None and not device.denied
            if still and hmac.compare_digest(device.user_code.replace("-", ""), plain):
                return device.asked
        return None

    def _device_tokens(self, form: dict[str, str]) -> dict[str, Any]:
        device = self._devices.get(form.get("device_code", ""))
        if device is None or device.asked.client_id != form.get("client_id"):
            raise OAuthError("invalid_grant")
        if device.until <= self._access.now():
            raise OAuthError("expired_token")
        if device.denied:
            raise OAuthError("access_denied")
        now = self._clock.monotonic()
        hasty = now < device.next_poll
        device.interval_s += 5 if hasty else 0
        device.next_poll = now + device.interval_s * 0.9
        if hasty:
            raise OAuthError("slow_down")
        if device.grant is None:
            raise OAuthError("authorization_pending")
        del self._devices[form["device_code"]]
        return self._tokens(device.grant)

    # --- tokens
    def token(self, form: dict[str, str]) -> dict[str, Any]:
        """Answer the token endpoint. *Raises* OAuthError."""
        if form.get("client_id") not in self.clients:
            raise OAuthError("invalid_client")
        match form.get("grant_type"):
            case "authorization_code":
                return self._code_tokens(form)
            case "refresh_token":
                return self._fresh_tokens(form)
            case "urn:ietf:params:oauth:grant-type:device_code":
                return self._device_tokens(form)
        raise OAuthError("unsupported_grant_type")

    def _code_tokens(self, form: dict[str, str]) -> dict[str, Any]:
        grant = self._codes.get(form.get("code", ""))
        if grant is None:
            raise OAuthError("invalid_grant")
        if grant.used:
            self.revoke_family(grant.family)
            raise OAuthError("invalid_grant", "the code has been used; what came from it has ended")
        grant.used = True
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        sound = hmac.compare_digest(proof, grant.asked.challenge) and 43 <= len(form.get("code_verifier", "")) <= 128
        same = form.get("redirect_uri") == grant.asked.redirect_uri and form["client_id"] == grant.asked.client_id
        if not sound or not same or grant.until <= self._access.now():
            raise OAuthError("invalid_grant")
        return self._tokens(grant)

    def _fresh_tokens(self, form: dict[str, str]) -> dict[str, Any]:
        grant = self._refresh.get(form.get("refresh_token", ""))
        if grant is None or form["client_id"] != grant.asked.client_id:
            raise OAuthError("invalid_grant")
        if grant.used:
            self.revoke_family(grant.family)
            raise OAuthError("invalid_grant", "an old refresh token came back; the sign-in has ended")
        if grant.until <= self._access.now():
            raise OAuthError("invalid_grant")
        grant.used = True
        return self._tokens(grant, fresh=True)

    def _tokens(self, grant: Grant, *, fresh: bool = False) -> dict[str, Any]:
        now, asked = self._access.now(), grant.asked
        people = [person for person in self._access.grants(grant.account) if person in grant.people]
        writes = "patient/*.rs" not in asked.scope.split()
        given: dict[str, Any] = {
            "access_token": self._access.issue(
                grant.account, self.access_s, family=grant.family, people=grant.people, writes=writes
            ),
            "token_type": "Bearer",
            "expires_in": int(self.access_s),
            "scope": asked.scope,
        }
        if people:
            given["patient"] = people[0]
        scopes = asked.scope.split()
        if "offline_access" in scopes:
            refresh = given["refresh_token"] = secrets.token_urlsafe(32)
            self._refresh[refresh] = Grant(asked, grant.account, grant.people, now + self.refresh_s, grant.family)
        if "openid" in scopes:
            given["id_token"] = self._identity(grant, people, now=int(now), fresh=fresh)
        return given

    def _identity(self, grant: Grant, people: list[str], *, now: int, fresh: bool) -> str:
        account = self._access.accounts[grant.account]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": hashlib.sha256(grant.account.encode()).hexdigest()[:24],
            "aud": grant.asked.client_id,
            "iat": now,
            "exp": now + 600,
            "auth_time": now,
            "sid": grant.family,
            "amr": ["pwd", "sms"],
            "acr": f"urn:esia:level:{account.level}",
            "name": account.name,
            "fhirUser": f"{self.fhir_base}/Patient/{account.person}",
        }
        if grant.asked.nonce and not fresh:
            claims["nonce"] = grant.asked.nonce
        if people:
            claims["patient"] = people[0]
        key = self._signing_key()
        return jwt.encode({"alg": "ES256", "kid": key.kid}, claims, key)

    # --- the end
    def revoke(self, token: str) -> None:
        """End a token: a refresh token takes the whole sign-in with it."""
        if token in self._refresh:
            self.revoke_family(self._refresh[token].family)
        self._access.drop(token=token)

    def revoke_family(self, family: str) -> None:
        """End everything that came from one sign-in."""
        self._refresh = {key: grant for key, grant in self._refresh.items() if grant.family != family}
        self._access.drop(family=family)

    def end_session(self, id_token: str) -> None:
        """End the sign-in that an ID token of ours names."""
        try:
            claims = jwt.decode(id_token, self._signing_key(), algorithms=["ES256"]).claims
        except Exception:  # any unreadable hint is no hint (OpenID Connect RP-Initiated Logout §2)
            return
        self.revoke_family(str(claims.get("sid", "")))
