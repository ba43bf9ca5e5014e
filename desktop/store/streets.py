"""The squares of a street map that were looked at: pictures that come back from the vault with no network.

Owns: the bound on their sum, and that only one source's are kept. Does not own: where they come from (session/streets.py).
They can be asked for again, so no commit here waits for the disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from desktop import limits
from desktop.clock import Clock
from desktop.record.streets import Tile
from desktop.store.database import Database


class Streets:
    """*Thread*: store thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def get(self, source: str, tiles: Sequence[Tile]) -> dict[Tile, tuple[bytes, datetime]]:
        """Return those squares that are here, each with when it came."""
        found = {}
        for tile in tiles:
            row = self._database.one("SELECT picture, at FROM street WHERE source = ? AND zoom = ? AND x = ? AND y = ?", (source, *tile))
            if row is not None:
                found[tile] = bytes(row[0]), datetime.fromisoformat(row[1])
        return found

    def put(self, source: str, pictures: Mapping[Tile, bytes]) -> None:
        """Keep squares; what another source gave goes, and the oldest go where the sum would be over STREETS_BYTES."""
        at = self._clock.now().isoformat()
        with self._database.transaction(is_lasting=False):
            self._database.run("DELETE FROM street WHERE source <> ?", (source,))
            self._database.many("INSERT OR REPLACE INTO street (source, zoom, x, y, at, picture) VALUES (?, ?, ?, ?, ?, ?)",
                                [(source, *tile, at, picture) for tile, picture in pictures.items()])
            newest_first = "SELECT rowid, sum(length(picture)) OVER (ORDER BY at DESC, rowid DESC) AS so_far FROM street"
            self._database.run(f"DELETE FROM street WHERE rowid IN (SELECT rowid FROM ({newest_first}) WHERE so_far > ?)",
                               (limits.STREETS_BYTES,))
