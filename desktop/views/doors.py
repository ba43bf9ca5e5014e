"""What the pages before the record ask of the outside: open, create, recover, bring over. The app builds it; tests bring real ones.

Owns the shapes only: views know neither where the vault lies nor how a key is made.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from desktop.clock import Clock
from desktop.errors import KnownError
from desktop.preferences import Preferences
from desktop.profile import Profile

if TYPE_CHECKING:
    import asyncio

    from desktop.session.portals import Region
    from desktop.session.session import Session

Standing = Literal["none", "locked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What a portal said of itself before anything is kept: its address put in order, its name, how one signs in."""

    base_url: str
    title: str
    auth: Literal["oauth", "none", "token"]


class Doors(Protocol):
    """The ways into the record."""

    profile: Profile
    clock: Clock
    hint: str
    """A passphrase that may be shown: only the example family has one."""

    def standing(self) -> Standing:
        """Say whether there is a vault to open."""
        ...

    async def unlock(self, passphrase: str) -> Session:
        """Open the record. *Raises* WrongPassphrase, VaultDamaged, VaultBusy."""
        ...

    def has_key(self) -> bool:
        """Say whether this computer may open the record by itself."""
        ...

    async def unlock_by_computer(self) -> Session:
        """Open the record by the key that the system keeps. *Raises* UsageError keychain.refused, VaultDamaged, VaultBusy."""
        ...

    async def create(self, passphrase: str) -> tuple[Session, str]:
        """Make a new vault; also return its recovery code."""
        ...

    async def recover(self, code: str, passphrase: str) -> tuple[Session, str]:
        """Open by the recovery code and set a new passphrase; a new code is returned when the old one was used up."""
        ...

    async def restore(self, backup: Path, passphrase: str) -> Session:
        """Bring a record over from a backup file."""
        ...

    async def glance(self, address: str) -> Glance:
        """Ask a portal who it is. *Raises* UsageError, PortalError."""
        ...

    def regions(self) -> tuple[Region, ...]:
        """Return the regions to choose a portal by."""
        ...

    async def show_example(self) -> Session:
        """Open the invented family on the portal in the box."""
        ...


class Gate(Protocol):
    """What the window does for these pages."""

    doors: Doors
    preferences: Preferences

    def change(self, **choices: object) -> object:
        """Put a choice of language, look or text size in force and keep it."""

    def enter(self, session: Session) -> None:
        """Show the open record."""

    def spawn(
        self, work: Coroutine[Any, Any, Any], failed: Callable[[KnownError], None] | None = None
    ) -> asyncio.Task[Any]:
        """Run `work` until the window closes; give its known error to `failed`."""
