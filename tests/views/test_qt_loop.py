"""The loop on which tests of the window run."""

from __future__ import annotations

import asyncio

from tests import qt_loop
from tests.waiting import turn


def test_task_that_goes_on_between_a_test_and_its_end_knows_its_loop(qapp) -> None:
    steps: list[asyncio.AbstractEventLoop] = []

    async def work() -> None:
        await turn()
        steps.append(asyncio.get_running_loop())

    loop = qt_loop.made()
    task = loop.create_task(work())
    for _ in range(5):
        qapp.processEvents()
    assert (task.done(), steps) == (True, [loop])
    loop.close()
