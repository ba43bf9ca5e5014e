"""What view tests share: the program's look in force and put back after each test, a record to open on a section, answers to windows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from desktop import words
from desktop.profile import DEMO
from desktop.views import asking, theme
from desktop.views.parts import install
from desktop.views.scale import Scale
from desktop.views.window import Window
from tests.views.opened import opened


@pytest.fixture
def look(qapp: QApplication) -> Iterator[QApplication]:
    """Put the light look at factor 1 in force for a test; the test may change it."""
    words.set_language("ru")
    theme.apply(qapp, "light", Scale(1.0), reduce_motion=True)
    install(qapp)
    yield qapp
    words.set_language("ru")
    theme.apply(qapp, "light", Scale(1.0), reduce_motion=True)


@pytest.fixture
async def record(tmp_path: Path, look: QApplication) -> AsyncIterator[Callable[..., Awaitable[Window]]]:
    """Give a way to open the family's record, its documents here and its portal away, on a section."""
    async with AsyncExitStack() as stack:

        async def open_it(section: str, *, empty: bool = False, **choices: object) -> Window:
            documents = "never" if empty else "needed"
            one = await stack.enter_async_context(opened(tmp_path, documents=documents, profile=DEMO, section=section, **choices))
            one.offline()
            return one.window

        yield open_it


@pytest.fixture
def answers() -> Iterator[dict[str, Callable[..., object]]]:
    """Answer in place of the system's windows."""
    yield asking.answers
    asking.answers.clear()
