"""Doors to a copy of the family's record, for tests that bring their own window."""

from __future__ import annotations

from pathlib import Path

from desktop.clock import ManualClock
from desktop.profile import DEMO
from tests import kept
from tests.views.opened import Doors

PHRASE = kept.PASSPHRASE
DAY = kept.DAY


def doors(folder: Path) -> Doors:
    """Return doors whose session does nothing by itself."""
    return Doors(folder, profile=DEMO, clock=ManualClock(DAY))


def family(folder: Path) -> Doors:
    """Copy the family's vault into `folder` and return doors to it."""
    kept.record(folder)
    return doors(folder)
