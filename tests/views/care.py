"""A window on a real record whose portal is in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.views.opened import Opened, opened


class Place(Opened):
    async def sync(self) -> None:
        await self.exchange()


@asynccontextmanager
async def place(qtbot: Any, folder: Path, *, syncs: bool = True, **choices: Any) -> AsyncIterator[Opened]:
    async with opened(folder, documents="none" if syncs else "never", **choices) as one:
        one.__class__ = Place
        yield one
