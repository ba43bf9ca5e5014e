"""A vault whose power is cut at any write opens again with every act that was acknowledged, and no page without its place (R-04).

By hand, for a long run: `python -m tests.chaos.power 1000`. SQLite's file layer can be wrapped where the driver shows its symbols: not on
Windows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.store.database import Database

if sys.platform != "win32":
    from tests.chaos.planting import swapped
    from tests.chaos.power import campaign

    def test_power_cut_at_any_write_loses_no_act_that_was_acknowledged_and_tears_no_page(folder: Path) -> None:
        figures = campaign(folder, cuts=60, seed=5)
        assert figures["broken"] == {}
        assert figures["syncs"] > 12

    def test_the_same_cuts_find_acts_that_are_not_synced(folder: Path) -> None:
        @contextmanager
        def unsynced(self: Database) -> Iterator[None]:
            with self.transaction(is_lasting=False):
                yield

        with swapped((Database, "acts", unsynced)):
            broken = campaign(folder, cuts=25, seed=6)["broken"]
        assert any("acts lost" in words for found in broken.values() for words in found)
