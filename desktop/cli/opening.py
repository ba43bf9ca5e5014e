"""An open session for the time of one verb."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from desktop.clock import SystemClock
from desktop.errors import UsageError

if TYPE_CHECKING:
    from desktop.cli.terminal import Terminal
    from desktop.session.rows import PersonRow
    from desktop.session.session import Session


@asynccontextmanager
async def opened(asked: argparse.Namespace, terminal: Terminal) -> AsyncIterator[Session]:
    """Unlock the vault, and lock it whatever happens. Nothing runs by itself meanwhile."""
    from desktop.session.session import Session

    clock = SystemClock()
    session = await Session.open(asked.folder, passphrase=terminal.passphrase(asked.passphrase_file), clock=clock, is_live=False)
    # Here nothing leaves before the next `sync`, and `withdraw` stands beside it: no seconds of grace are needed.
    session.bookings.hold_s = 0.0
    # The passphrase has just been given for this one verb.
    session.bookings.asks_passphrase = False
    try:
        yield session
    finally:
        await session.lock()


def person_named(session: Session, named: str | None) -> PersonRow | None:
    """Find the person that `--person` means; None when it was not said. *Raises* UsageError person.unknown."""
    if named is None:
        return None
    found = session.person(named.removeprefix("Patient/"))
    if found is None:
        raise UsageError("person.unknown")
    return found


def person_meant(session: Session, named: str | None) -> int:
    """Return whose record is meant: who is named, else the one person there is. *Raises* UsageError person.unknown, person.needed."""
    found = person_named(session, named)
    if found is None and len(session.people) != 1:
        raise UsageError("person.needed")
    return found.id if found is not None else session.people[0].id
