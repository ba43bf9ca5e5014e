"""The record closes whatever fails on the way, and however the program is ended."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop import app
from desktop.errors import BugError
from desktop.views.resting import until
from tests import kept
from tests.views.family import family
from tests.views.opened import opened, put_up, texts


async def test_neither_page_nor_record_that_fails_at_the_lock_keeps_anything_open(qtbot, tmp_path, look, capsys):
    async with opened(tmp_path) as here:
        window, lock = here.window, here.session.lock

        async def broken() -> None:
            await lock()
            raise BugError("Белякова")

        here.session.lock = broken  # type: ignore[method-assign]
        window._on_lock = app._close
        here.page.stop = lambda: 1 / 0  # type: ignore[method-assign]
        assert here.session.people[0].given in here.texts()
        with pytest.raises(ZeroDivisionError):
            window.lock()
        assert texts(window) == ""
        await until(lambda: window._leaving.done())
        assert window._leaving.exception() is None
        printed = capsys.readouterr().err
        assert "BugError" in printed
        assert "Белякова" not in printed


def test_program_that_the_system_quits_keeps_what_was_being_written(tmp_path: Path, look: QApplication) -> None:
    loop = qasync.QEventLoop(look)
    asyncio.set_event_loop(loop)
    doors = family(tmp_path)
    window = put_up(doors, tmp_path)

    async def write() -> None:
        window.session = session = await doors.unlock(kept.PASSPHRASE)
        session.drafts.keep("about", {"text": "Пью железо"}, person=session.scope.person)
        QTimer.singleShot(0, look.quit)
        await app._main(window, doors, tmp_path, opens_itself=False)

    async def read() -> str:
        session = await doors.unlock(kept.PASSPHRASE)
        draft = session.drafts.of("about", person=session.scope.person)
        await session.lock()
        return draft.fields["text"] if draft is not None else ""

    with loop:
        app.until_closed(loop, window, write())
        assert loop.run_until_complete(read()) == "Пью железо"
    window.deleteLater()


def test_process_that_cannot_be_replaced_ends() -> None:
    script = "import sys\nfrom desktop import app_restart\nsys.executable = '/no/such/program'\napp_restart.replace(())"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b""
