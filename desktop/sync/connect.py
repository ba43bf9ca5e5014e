"""Add a portal to a vault: who it is, how to get in, whose records it opens.

Owns: the steps of connecting, in the order in which nothing is stored before it is known to work.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Literal

from desktop import limits
from desktop.clock import Clock
from desktop.errors import PortalError, SignInNeeded, UsageError, unreached
from desktop.store.portals import Portal as StoredPortal
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync import people, shapes
from desktop.sync.engine import Engine, VaultShelf, token_name
from desktop.sync.portal import Answer, FixedKey, Key, NoKey, Portal, Refused, portal_address
from desktop.sync.signin import DeviceCode, SignIn, TokenKey, Tokens, patients_of

Auth = Literal["none", "oauth", "token"]
CLIENT_ID = "medkarta"


class _Held:
    """Tokens that are not in the vault yet."""

    def __init__(self, tokens: Tokens | None) -> None:
        self.tokens = tokens

    async def load(self) -> Tokens | None:
        return self.tokens

    async def save(self, tokens: Tokens | None) -> None:
        self.tokens = tokens


async def connect(
    engine: Engine, *, store: StoreThread, vault: Vault, clock: Clock, rng: random.Random, base_url: str, auth: Auth,
    token: str | None = None, named: Sequence[str] = (), issuer: str | None = None, client_id: str = CLIENT_ID,
    open_browser: Callable[[str], None] | None = None, port: int = 0,
    show_code: Callable[[DeviceCode], None] | None = None,
) -> StoredPortal:
    """Reach, sign in, choose people, store. *Raises* UsageError, PortalError, SignInNeeded; then nothing was stored."""
    base = portal_address(base_url)
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError("connect.bad_token")
    held = _Held(None)
    key: Key = FixedKey(token) if auth == "token" and token else NoKey()
    portal = Portal(base, wire=engine.wire, key=key, rng=rng, monotonic=clock.monotonic)
    await _greet(portal)
    if auth == "oauth":
        sign_in = SignIn(base, wire=engine.wire, clock=clock, client_id=client_id, issuer=issuer)
        held.tokens = await _sign_in(sign_in, open_browser, port, show_code)
        key = TokenKey(held, wire=engine.wire)
        portal = Portal(base, wire=engine.wire, key=key, rng=rng, monotonic=clock.monotonic)
    own = patients_of(held.tokens) if held.tokens else ()
    chosen = await people.choose(portal, is_open=auth == "none", named=named, own=own)
    number = await store.call(
        _store, vault, base, auth, issuer or (held.tokens.issuer if held.tokens else None) or "", client_id, token, chosen,
        bool(named),
    )
    if held.tokens is not None:
        await VaultShelf(store, vault, portal=number).save(held.tokens)
    engine.forget_keys()
    found = await store.call(vault.portals.get, number)
    assert found is not None
    return found


async def sign_in_again(
    engine: Engine, stored: StoredPortal, *, store: StoreThread, vault: Vault, clock: Clock,
    open_browser: Callable[[str], None] | None = None, port: int = 0,
    show_code: Callable[[DeviceCode], None] | None = None,
) -> None:
    """Renew a sign-in that has ended. *Raises* SignInNeeded, PortalError."""
    issuer = stored.issuer or None
    sign_in = SignIn(stored.base_url, wire=engine.wire, clock=clock, client_id=stored.client_id, issuer=issuer)
    tokens = await _sign_in(sign_in, open_browser, port, show_code)
    await VaultShelf(store, vault, portal=stored.id).save(tokens)
    engine.forget_keys()


async def _sign_in(
    sign_in: SignIn, open_browser: Callable[[str], None] | None, port: int, show_code: Callable[[DeviceCode], None] | None
) -> Tokens:
    if open_browser is not None:
        return await sign_in.by_browser(open_browser, port=port)
    if show_code is not None:
        return await sign_in.by_device(show_code)
    raise SignInNeeded("signin.needed")


async def _greet(portal: Portal) -> None:
    """Make sure that there is a FHIR server at all. *Raises* PortalError, SignInNeeded."""
    reply = await portal.get(portal.url("metadata"), limit_bytes=limits.METADATA_BYTES)
    if isinstance(reply, Answer):
        # Any resource will do: one real server answers with an empty Bundle.  *Source*: servers.md §2.
        greeting = shapes.sketch(reply.body)
        if greeting is None or not greeting.type:
            raise PortalError("connect.not_fhir")
        return
    if isinstance(reply, Refused):
        if reply.status in (401, 403):
            return
        raise PortalError("connect.not_fhir", status=reply.status)
    raise unreached(reply.reason) if reply.reason != "not_fhir" else PortalError("connect.not_fhir", reason=reply.reason)


def _store(
    vault: Vault, base: str, auth: Auth, issuer: str, client_id: str, token: str | None, chosen: Sequence[str], is_fixed: bool
) -> int:
    number = vault.portals.put(base, auth=auth, issuer=issuer, client_id=client_id if auth == "oauth" else "")
    if auth == "token" and token:
        vault.secrets.set(token_name(number), token.encode())
    vault.settings.set(f"sync.named.{number}", is_fixed or None)
    for patient in chosen:
        vault.people.add(number, patient)
    return number
