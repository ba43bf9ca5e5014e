"""The collector works on the window's thread, and walks over the program itself once at most."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.views.sweeping import Sweeper


@pytest.fixture
def sweeper(qapp: QApplication) -> Iterator[Sweeper]:
    owner = QObject()
    made = Sweeper(owner)
    made._thresholds = (10**6, 10**6, -1)
    yield made
    owner.deleteLater()


class _Knot:
    def __init__(self) -> None:
        self.self = self


def test_what_is_there_at_the_first_full_look_is_set_aside_and_later_knots_are_still_collected(sweeper: Sweeper) -> None:
    stays, before = _Knot(), gc.get_freeze_count()
    sweeper.look()
    aside = gc.get_freeze_count()
    assert aside > before
    watched = weakref.ref(_Knot())
    sweeper.look()
    assert watched() is None
    assert gc.get_freeze_count() <= aside
    assert stays.self is stays
