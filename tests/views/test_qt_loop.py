"""The loop on which tests of the window run."""

from __future__ import annotations

import asyncio

from tests import qt_loop
from tests.waiting import turn


def test_no_task_takes_a_step_while_its_loop_does_not_run_and_none_is_lost(qapp) -> None:
    steps: list[asyncio.AbstractEventLoop] = []

    async def work() -> None:
        await turn()
        steps.append(asyncio.get_running_loop())

    loop = qt_loop.made()
    task = loop.create_task(work())
    for _ in range(5):
        qapp.processEvents()
    assert steps == []
    loop.run_until_complete(task)
    assert steps == [loop]
    loop.close()
