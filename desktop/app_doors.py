"""The ways into a vault on disk, for the window: one thin line to the session each. Imports the session when first used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from desktop import limits
from desktop.clock import Clock
from desktop.errors import UsageError
from desktop.profile import Profile
from desktop.views.doors import Glance, Standing

if TYPE_CHECKING:
    from desktop.session.portals import Region
    from desktop.session.session import Session
    from desktop.store.keychain import Keychain


class VaultDoors:
    """Doors to the vault of one folder."""

    hint = ""
    is_live = True
    """Whether the session checks with its portal by itself; scenes and tests move it by hand."""
    keychain: Keychain | None = None
    """Where the system keeps secrets; None is to be looked for."""

    def __init__(self, folder: Path, *, profile: Profile, clock: Clock) -> None:
        self.folder, self.profile, self.clock = folder, profile, clock

    def standing(self) -> Standing:
        """Say whether there is a vault: any trace of one counts, for a damaged vault is never made anew."""
        return "locked" if self.folder.is_dir() and any(self.folder.glob("vault.*")) else "none"

    async def unlock(self, passphrase: str) -> Session:
        """Open the record."""
        from desktop.session.session import Session

        return await Session.open(self.folder, passphrase=passphrase, clock=self.clock, profile=self.profile, is_live=self.is_live)

    def has_key(self) -> bool:
        """Say whether this computer may open the record by itself. The lock page does not wait for the store's libraries to be told."""
        try:
            return "computer" in json.loads((self.folder / "vault.key").read_bytes().partition(b"\n")[0])
        except (OSError, ValueError):
            return False

    async def unlock_by_computer(self) -> Session:
        """Open the record by the key that the system keeps."""
        from desktop.session.session import Session

        return await Session.open_by_computer(
            self.folder, keychain=self.keychain, clock=self.clock, profile=self.profile, is_live=self.is_live
        )

    async def create(self, passphrase: str) -> tuple[Session, str]:
        """Make a new vault; also return its recovery code."""
        from desktop.session.session import Session

        if len(passphrase) < limits.PASSPHRASE_MIN_CHARS:
            raise UsageError("passphrase.short", least=limits.PASSPHRASE_MIN_CHARS)
        return await Session.create(self.folder, passphrase=passphrase, clock=self.clock, profile=self.profile, is_live=self.is_live)

    async def recover(self, code: str, passphrase: str) -> tuple[Session, str]:
        """Open by the recovery code."""
        from desktop.session.session import Session

        if len(passphrase) < limits.PASSPHRASE_MIN_CHARS:
            raise UsageError("passphrase.short", least=limits.PASSPHRASE_MIN_CHARS)
        return await Session.recover(
            self.folder, recovery_code=code, new_passphrase=passphrase, clock=self.clock, profile=self.profile, is_live=self.is_live
        )

    async def restore(self, backup: Path, passphrase: str) -> Session:
        """Bring a record over from a backup."""
        from desktop.session.session import Session

        return await Session.restore(
            backup, self.folder, passphrase=passphrase, clock=self.clock, profile=self.profile, is_live=self.is_live
        )

    async def glance(self, address: str) -> Glance:
        """Ask a portal who it is."""
        from desktop.session.session import Session

        seen = await Session.glance(address)
        return Glance(base_url=seen.base_url, title=seen.title or seen.base_url, auth=seen.auth)

    def regions(self) -> tuple[Region, ...]:
        """Return the regions of the packaged list and of this computer's administrator."""
        from desktop.session.portals import regions

        return regions(self.folder)

    async def show_example(self) -> Session:
        """Open the invented family beside this vault, in a folder of its own."""
        raise UsageError("example.elsewhere")


class HomeDoors(VaultDoors):
    """Doors to the vault of the person at this computer, from which the example is a program of its own."""

    def __init__(self, folder: Path, *, profile: Profile, clock: Clock, example: Callable[[], NoReturn]) -> None:
        super().__init__(folder, profile=profile, clock=clock)
        self._example = example

    async def show_example(self) -> Session:
        """Become the example: its portal, its vault and its data folder are its own."""
        self._example()
