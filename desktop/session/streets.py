"""Streets on the map, where this computer's administrator has named a source of them: first from the vault, then from the network.

Owns: reading the administrator's file, what may be asked there, what is asked again. Does not own: drawing (views/streets.py).
Nothing of a person is sent: a square's numbers alone, without the portal's token, and only while somebody looks at the map so near.
*Source*: packaging/README.md, security.md R-60, R-61.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from desktop import limits
from desktop.clock import Clock
from desktop.record.streets import Tile
from desktop.session.scope import Scope

if TYPE_CHECKING:
    from desktop.sync.roads import Transport
    from desktop.sync.wire import Wire

VARIABLE: Final = "MEDKARTA_MAP"
_FILE: Final = "map.json"
_FARTHEST, _NEAREST, _MOST = 14, 19, 22
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
_NOTHING_THERE: Final = (204, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetSource:
    """Where squares are asked for. `template` has {z}, {x} and {y}; between the two zooms it has streets to show."""

    template: str
    attribution: str
    farthest: int = _FARTHEST
    nearest: int = _NEAREST

    def url(self, tile: Tile) -> str:
        """Return the address of one square."""
        return self.template.replace("{z}", str(tile.zoom)).replace("{x}", str(tile.x)).replace("{y}", str(tile.y))


def source(folder: Path | None) -> StreetSource | None:
    """Return the source that the administrator's file names, else the one beside the vault; none where neither is sound."""
    named = os.environ.get(VARIABLE, "")
    for file in (*([Path(named)] if named else []), *([folder / _FILE] if folder is not None else [])):
        try:
            data = file.read_bytes()
            found = _sound(json.loads(data)["streets"]) if len(data) <= limits.PORTALS_FILE_BYTES else None
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            continue
        if found is not None:
            return found
    return None


def _sound(tree: Any) -> StreetSource | None:
    from desktop.sync.wire import is_safe, origin_of

    template, said = tree["template"], tree["attribution"]
    farthest, nearest = tree.get("zoom", (_FARTHEST, _NEAREST))
    origin = origin_of(template) if isinstance(template, str) else None
    if origin is None or not is_safe(origin) or not all(part in template for part in ("{z}", "{x}", "{y}")):
        return None
    if not isinstance(said, str) or not said.strip() or not 0 <= int(farthest) <= int(nearest) <= _MOST:
        return None
    return StreetSource(template=template, attribution=said.strip(), farthest=int(farthest), nearest=int(nearest))


class StreetsDesk:
    """The streets of one open vault. *Thread*: the loop's."""

    def __init__(self, scope: Scope, clock: Clock, *, transport: Transport | None) -> None:
        self._scope = scope
        self._clock = clock
        self._transport = transport
        self._wire: Wire | None = None
        self._source: StreetSource | None = None
        self._has_looked = False
        self._nothing: set[Tile] = set()

    async def source(self) -> StreetSource | None:
        """Return where streets come from; None where nobody has named a source."""
        if not self._has_looked:
            self._source, self._has_looked = await asyncio.to_thread(source, self._scope.vault.folder), True
        return self._source

    async def kept(self, of: StreetSource, tiles: Sequence[Tile]) -> tuple[dict[Tile, bytes], tuple[Tile, ...]]:
        """Return the pictures that are in the vault, and the squares to ask the network for: those that are missing or old."""
        found = await self._scope.tell(self._scope.vault.streets.get, of.template, tiles)
        fresh_from = self._clock.now() - timedelta(days=limits.STREETS_FRESH_DAYS)
        wanted = tuple(one for one in tiles if one not in self._nothing and (one not in found or found[one][1] < fresh_from))
        return {tile: picture for tile, (picture, _at) in found.items()}, wanted

    async def fetch(self, of: StreetSource, tiles: Sequence[Tile], take: Callable[[Tile, bytes], Awaitable[None]]) -> bool:
        """Ask the network for squares, hand each over as it comes and keep them; say whether all were answered."""
        from desktop.sync.wire import Wire

        wire = self._wire = self._wire or Wire(transport=self._transport)
        got: dict[Tile, bytes] = {}
        is_reached = True

        async def ask(tile: Tile) -> None:
            nonlocal is_reached
            if not is_reached:
                return
            answer = await self._ask(wire, of.url(tile))
            is_reached = is_reached and answer is not None
            if answer:
                got[tile] = answer
                await take(tile, answer)
            elif answer is not None:
                self._nothing.add(tile)

        # One square before all the others: where nobody answers, one waits in vain.
        for first in tiles[:1]:
            await ask(first)
        await asyncio.gather(*(ask(one) for one in tiles[1:]))
        if got:
            await self._scope.tell(self._scope.vault.streets.put, of.template, got)
        return is_reached

    @staticmethod
    async def _ask(wire: Wire, url: str) -> bytes | None:
        """Return a picture, nothing where the source has none, None where it did not answer as a source of pictures does."""
        from desktop.sync.wire import Unreached

        answer = await wire.exchange("GET", url, headers={"Accept": "image/png, image/jpeg"},
                                     limit_bytes=limits.STREET_BYTES, deadline_s=limits.STREET_DEADLINE_S)  # fmt: skip
        if isinstance(answer, Unreached):
            return None
        if answer.head.status in _NOTHING_THERE:
            return b""
        return answer.body if answer.head.status == 200 and answer.body.startswith(_PICTURES) else None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._wire is not None:
            await self._wire.close()
