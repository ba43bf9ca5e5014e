"""Whose records this portal lets us read.

Owns: finding the people of a grant, noticing that a right has ended.  Does not own: sealing and purging (engine, store).
*Source*: architecture.md §4 (lost rights); security.md R-21, I14; servers.md (a foreign Patient reads as 404).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop import limits
from desktop.errors import PortalError, SignInNeeded, UsageError, unreached
from desktop.sync import shapes
from desktop.sync.portal import Answer, Params, Portal, Refused, Reply

_COUNT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the portal lists: patient ids in its own order; `reply` when it gave no list."""

    patients: tuple[str, ...] = ()
    is_complete: bool = False
    reply: Reply | None = None


async def granted(portal: Portal, *, count: int = _COUNT) -> Granted:
    """List the patients that the key opens."""
    listed = await _listed(portal, (("_count", str(count)), ("_elements", "id,meta")), count=count)
    is_answered = isinstance(listed.reply, Refused) and listed.reply.status not in (401, 403, 429, 503)
    if listed.patients or not (listed.is_complete or is_answered):
        return listed
    # A portal that does not know a parameter may refuse the question, or find nobody.  *Source*: servers.md §2.
    return await _listed(portal, (("_count", str(count)),), count=count)


async def _listed(portal: Portal, params: Params, *, count: int) -> Granted:
    found: list[str] = []
    url: str | None = portal.url("Patient", params)
    seen: set[str] = set()
    while url is not None and url not in seen and len(found) <= limits.PAGE_ENTRIES:
        seen.add(url)
        reply = await portal.get(url)
        page = shapes.envelope(reply.body) if isinstance(reply, Answer) else None
        rows = shapes.sketches(reply.body) if isinstance(reply, Answer) else None
        if page is None or rows is None:
            return Granted(patients=tuple(found), reply=reply)
        found += [row.id for row in rows if row.type == "Patient" and row.id not in found]
        if len(found) > limits.OPEN_PORTAL_PEOPLE and count == limits.OPEN_PORTAL_PEOPLE + 1:
            break
        onward = page.link_to("next")
        url = portal.address(onward, asked=url) if onward else None
        if url is None and page.total is not None and page.total > len(found):
            return Granted(patients=tuple(found))
    return Granted(patients=tuple(found), is_complete=url is None)


async def choose(portal: Portal, *, is_open: bool, named: Sequence[str], own: Sequence[str] = ()) -> tuple[str, ...]:
    """Return whose records to keep, when a portal is added.

    `named`: the people the person asked for; `own`: those the sign-in named.  *Raises* UsageError where an open
    portal has more people than a family; PortalError, SignInNeeded.
    """
    if named:
        for patient in named:
            _or_raise(await portal.read("Patient", patient), missing="connect.no_such_person")
        return tuple(dict.fromkeys(named))
    listed = await granted(portal, count=limits.OPEN_PORTAL_PEOPLE + 1 if is_open else _COUNT)
    if listed.reply is not None and not own:
        _or_raise(listed.reply, missing="connect.no_people")
    people = tuple(dict.fromkeys((*own, *listed.patients)))
    if is_open and (len(people) > limits.OPEN_PORTAL_PEOPLE or not listed.is_complete):
        raise UsageError("connect.name_people")
    if not people:
        raise UsageError("connect.no_people")
    return people


def _or_raise(reply: Reply, *, missing: str) -> None:
    if isinstance(reply, Answer):
        return
    if isinstance(reply, Refused):
        if reply.status == 401:
            raise SignInNeeded("signin.needed")
        if reply.status in (403, 404, 410):
            raise UsageError(missing)
        raise PortalError("portal.refused", status=reply.status)
    raise unreached(reply.reason)


Standing = Literal["granted", "ended", "unknown"]


async def standing(portal: Portal, patient: str, *, listed: Granted | None = None) -> Standing:
    """Ask whether a record may still be read. Only the portal's own words end a right, never a proxy's."""
    if listed is not None and patient in listed.patients:
        return "granted"
    reply = await portal.read("Patient", patient)
    if isinstance(reply, Answer):
        return "granted"
    if isinstance(reply, Refused) and reply.is_fhir:
        if reply.status == 403:
            return "ended"
        if reply.status in (404, 410) and listed is not None and listed.is_complete and listed.patients:
            return "ended"
    return "unknown"


def is_about_rights(codes: Iterable[str], status: int) -> bool:
    """Say whether a refusal is reason enough to ask for the person's standing."""
    return status == 403 or "policy-revoked" in tuple(codes)
