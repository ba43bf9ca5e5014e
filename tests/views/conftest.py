"""What view tests share: the program's look in force, put back after each test, Russian words, the focus ring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop import words
from desktop.views import theme
from desktop.views.parts import install
from desktop.views.scale import Scale


@pytest.fixture
def look(qapp: QApplication) -> Iterator[QApplication]:
    """Put the light look at factor 1 in force for a test; the test may change it."""
    words.set_language("ru")
    theme.apply(qapp, "light", Scale(1.0), reduce_motion=True)
    install(qapp)
    yield qapp
    words.set_language("ru")
    theme.apply(qapp, "light", Scale(1.0), reduce_motion=True)
