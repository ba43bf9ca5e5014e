"""A look at a portal before anything is kept: its address put in order, its name, how one signs in."""

from __future__ import annotations

import random
from typing import Literal

import msgspec

from desktop import limits
from desktop.clock import SystemClock
from desktop.errors import PortalError
from desktop.sync.portal import Answer, NoKey, Portal, Refused, portal_address
from desktop.sync.roads import Transport
from desktop.sync.wire import Wire


class _Named(msgspec.Struct, rename="camel"):
    resource_type: str = ""
    name: str = ""
    title: str = ""


class _Implementation(msgspec.Struct, rename="camel"):
    description: str = ""


class _Statement(_Named, rename="camel"):
    implementation: _Implementation = msgspec.field(default_factory=_Implementation)


async def glance(
    address: str, *, transport: Transport | None = None
) -> tuple[str, str, Literal["oauth", "none", "token"]]:
    """Return (base address, name, way of signing in). *Raises* UsageError for the address, PortalError for what answers there."""
    base = portal_address(address)
    wire = Wire(transport=transport)
    try:
        portal = Portal(base, wire=wire, key=NoKey(), rng=random.Random(0), monotonic=SystemClock().monotonic)
        statement = await portal.get(portal.url("metadata"), limit_bytes=limits.METADATA_BYTES)
        title = ""
        if isinstance(statement, Answer):
            title = _title(statement.body)
        elif not (isinstance(statement, Refused) and statement.status in (401, 403)):
            raise PortalError("portal.unreached")
        smart = await portal.get(portal.url(".well-known/smart-configuration"), limit_bytes=limits.METADATA_BYTES)
        if isinstance(smart, Answer) and b"authorization_endpoint" in smart.body:
            return base, title, "oauth"
        is_open = isinstance(await portal.search("Patient", [("_count", "1")]), Answer)
        return base, title, "none" if is_open else "token"
    finally:
        await wire.close()


def _title(body: bytes) -> str:
    try:
        found = msgspec.json.decode(body, type=_Statement)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise PortalError("connect.not_fhir") from error
    if found.resource_type != "CapabilityStatement":
        raise PortalError("connect.not_fhir")
    return found.title or found.implementation.description or found.name
