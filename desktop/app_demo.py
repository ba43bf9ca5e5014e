"""The example: an invented family on the portal in the box, in a thread of this process, and a vault of its own.

The passphrase is no secret and is shown. The portal keeps the family only while this process lives.
"""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from desktop import app_doors, limits
from desktop.clock import Clock, local_date
from desktop.profile import DEMO
from desktop.views.doors import Standing
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.demo.portal import DemoPortal
    from desktop.session.session import Session

PASSPHRASE: Final = "берег лист окно гроза"
_FOLDER: Final = "demo"
_DAY: Final = "day"


class DemoDoors(app_doors.VaultDoors):
    """Doors to the vault of the example; the portal runs between `__enter__` and `__exit__`."""

    hint = PASSPHRASE

    def __init__(self, folder: Path, *, fresh: bool, clock: Clock) -> None:
        super().__init__(folder / _FOLDER, profile=DEMO, clock=clock)
        self._held = ExitStack()
        self._is_fresh = fresh

    def __enter__(self) -> Self:
        from desktop.demo.families import build
        from desktop.demo.portal import DemoPortal
        from desktop.demo.serve import running

        today = local_date(self.clock)
        world = build("demo", today=today)
        self.portal = DemoPortal(world, clock=self.clock)
        try:
            self.base = self._held.enter_context(running(self.portal, port=limits.DEMO_PORT))
        except OSError:
            # Another example is open: this one gets a place of its own and leaves nothing behind.
            self.folder = Path(self._held.enter_context(tempfile.TemporaryDirectory(prefix="medkarta-demo-")))
            self.base = self._held.enter_context(running(self.portal))
        self._token = self.portal.token_for(world.accounts[0].grants)
        mark = self.folder / _DAY
        if self._is_fresh or not mark.is_file() or mark.read_text("utf-8") != today.isoformat():
            # The family's story is told from today on: yesterday's example is another story.
            _forget(self.folder)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            mark.write_text(today.isoformat(), "utf-8")
        name_streets(self.folder, self.portal)
        return self

    def __exit__(self, *_what: object) -> None:
        self._held.close()

    def standing(self) -> Standing:
        """Say that there is something to open: the example is made on the way in."""
        return "locked"

    async def show_example(self) -> Session:
        """Open the example's vault, made at the first time; it looks at its portal by itself."""
        if super().standing() == "none":
            session, _code = await super().create(PASSPHRASE)
        else:
            session = await super().unlock(PASSPHRASE)
        return await self._at_portal(session)

    async def unlock(self, passphrase: str) -> Session:
        """Open the example's vault and look at today's portal."""
        return await self._at_portal(await super().unlock(passphrase))

    async def _at_portal(self, session: Session) -> Session:
        await session.exchange.connect(self.base, auth="token", token=self._token)
        await session.exchange.run_now(documents="needed")
        return session


def name_streets(folder: Path, portal: DemoPortal) -> None:
    """Name the box's invented streets beside the vault, as an administrator names a region's."""
    streets = {"template": portal.streets, "attribution": tr("shell.demo_streets")}
    (folder / "map.json").write_text(json.dumps({"streets": streets}), "utf-8")


def _forget(folder: Path) -> None:
    """Remove the example's vault: only files that the program itself puts there."""
    if folder.is_dir() and not folder.is_symlink():
        for file in folder.glob("vault.*"):
            if file.is_file() and not file.is_symlink():
                file.unlink()
