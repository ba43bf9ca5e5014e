"""The pages before the record: lock page and first run, by keyboard, in both languages and sizes."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop import app, preferences
from desktop.app_doors import VaultDoors
from desktop.cli import crash
from desktop.clock import ManualClock
from desktop.errors import VaultBusy, VaultDamaged, WrongPassphrase
from desktop.preferences import Preferences
from desktop.profile import DEMO
from desktop.views import theme
from desktop.views.first_run import FirstRun
from desktop.views.lock_page import LockPage
from desktop.views.page import Page
from desktop.views.parts import Button
from desktop.views.resting import settle, until
from desktop.views.window import Window
from tests.views.looking import cut, is_whole, unnamed
from tests.views.opened import close, put_up


@pytest.fixture
async def open_window(tmp_path: Path, look):
    made = []

    def build(*, has_vault: bool = True, size: tuple[int, int] = (1024, 640), **choices: object) -> Window:
        if has_vault:
            (tmp_path / "vault.key").write_bytes(b"x")
        preferences.save(tmp_path, Preferences(theme="light", reduce_motion=True, **choices))  # type: ignore[arg-type]
        window = put_up(VaultDoors(tmp_path, profile=DEMO, clock=ManualClock()), tmp_path, size=size)
        window.show_door()
        made.append(window)
        return window

    yield build
    for window in made:
        await close(window)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
async def test_nothing_is_cut_or_nameless_before_the_record(open_window, language, scale):
    window = open_window(language=language, text_scale=scale)
    page = window.front
    assert isinstance(page, LockPage)
    await settle(window)
    assert (unnamed(window), cut(window)) == ([], [])
    for error in (WrongPassphrase("passphrase.wrong", wait_s=0.0), VaultDamaged("vault.damaged"), VaultBusy("vault.busy")):
        page.refused(error)
        await settle(window)
        assert cut(window) == []
    page.show_form(1)
    await settle(window)
    assert (unnamed(window), cut(window)) == ([], [])
    run = FirstRun(window, window.copy)
    window.put(run)
    for step in (0, 1):
        run.show_step(step)
        await settle(window)
        assert (unnamed(window), cut(window)) == ([], [])
        assert is_whole(run.next_button)
        assert is_whole((run.address, run.passphrase)[step].edit)
    for key in ("example", "move"):
        run.show_step(0)
        run.where.choose(key)
        await settle(window)
        assert (unnamed(window), cut(window)) == ([], [])


async def test_switches_under_the_lock_page_work_before_any_passphrase_and_keep_what_was_typed(open_window):
    window = open_window()
    window.front.passphrase.set_value("гребень")
    pressed = (("lock.language", "language", "en"), ("lock.large_text", "text_scale", 1.25), ("lock.contrast", "theme", "contrastLight"))
    for key, name, value in pressed:
        button = window.front.findChild(Button, key)
        button.click()
        assert getattr(window.preferences, name) == value
        assert window.front.passphrase.value() == "гребень"
    assert window.front.open_button.text() == "Open the record"


async def test_empty_passphrase_is_named_by_its_field(open_window):
    window = open_window()
    QTest.keyClick(window.front.passphrase.edit, Qt.Key.Key_Return)
    assert "Фраза не введена" in window.front.passphrase.error()


async def test_delay_after_wrong_passphrases_is_counted_in_words_and_ends(open_window):
    window = open_window()
    page = window.front
    page.refused(WrongPassphrase("passphrase.wrong", wait_s=2.0))
    assert page.open_button.busy
    assert page.open_button.text() == "Подождём 2 секунды, данные не сотрём"
    for _ in range(2):
        page._second()
    assert not page.open_button.busy
    assert page.open_button.text() == "Открыть карту"


async def test_failure_of_ours_leaves_the_lock_page_ready_for_another_try(open_window, monkeypatch):
    async def fails(*_what: object) -> None:
        raise AttributeError("of ours")

    window = open_window()
    page = window.front
    page.show_form(1)
    for name, button, tries in (("unlock", page.open_button, lambda: page._unlock("гребень луна")),
                                ("recover", page.recover_button, lambda: page._recover("код", "гребень луна"))):  # fmt: skip
        monkeypatch.setattr(window.doors, name, fails)
        button.set_busy(True, "Открываем…")
        with pytest.raises(AttributeError):
            await tries()
        assert not button.busy, name


async def test_damaged_vault_is_said_not_to_have_been_touched(open_window):
    window = open_window()
    window.front.refused(VaultDamaged("vault.damaged"))
    assert "ничего не меняли" in window.front.trouble.text()


async def test_first_run_asks_for_what_is_missing_and_does_not_go_on(open_window):
    window = open_window(has_vault=False)
    run = window.front
    assert isinstance(run, FirstRun)
    run.go_on()
    assert "Регион не указан" in run.address.error()
    run.where.choose("move")
    run.go_on()
    assert run.where_error.isVisible()
    run.show_step(1)
    run.passphrase.set_value("коротко")
    run.go_on()
    assert "короче 8" in run.passphrase.error()
    run.passphrase.set_value("берег лист окно гроза")
    assert run.meter.text() == "Крепкая"
    run.again.set_value("берег лист окно")
    run.go_on()
    assert "различаются" in run.again.error()
    assert run.session is None


async def test_title_of_the_window_names_the_program_and_nobody(open_window):
    assert open_window().windowTitle() == "Медкарта"


async def test_geometry_comes_back(open_window):
    window = open_window(geometry=(10, 20, 1100, 700))
    window.setGeometry(30, 40, 1150, 720)
    window.close()
    assert preferences.load(window._folder).geometry == (30, 40, 1150, 720)


class _Host:
    def __init__(self) -> None:
        self.said: list[object] = []
        self.failed = self.said.append


class _Counting(Page):
    section = "home"
    topics = ("results",)

    def __init__(self, host: _Host) -> None:
        super().__init__(host)  # type: ignore[arg-type]
        self.asked = 0
        self.gate = asyncio.Event()
        self.shown: list[int] = []
        self.error: Exception | None = None

    async def refresh(self) -> None:
        self.asked += 1
        turn = self.asked
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.shown.append(turn)


async def test_a_newer_question_drops_the_older_one_and_hidden_pages_wait(qtbot, look):
    page = _Counting(_Host())
    qtbot.addWidget(page)
    page.news("results")
    assert not page.is_loading()
    page.show()
    await until(lambda: page.asked == 1)
    page.news("documents")
    page.news("results")
    await until(lambda: page.asked == 2)
    page.gate.set()
    await page.settled()
    assert page.shown == [2]


async def test_stale_answers_are_dropped_without_a_word_and_known_errors_are_said(qtbot, look):
    from desktop.errors import PortalError
    from desktop.session.scope import Stale

    host = _Host()
    page = _Counting(host)
    qtbot.addWidget(page)
    page.gate.set()
    page.error = Stale()
    page.show()
    await page.settled()
    assert (page.shown, host.said, page.is_loaded) == ([], [], False)
    page.error = PortalError("portal.unreached")
    await page.reload()
    assert host.said == [page.error]


async def test_skeleton_covers_a_page_that_is_late_and_goes_with_the_answer(qtbot, look):
    page = _Counting(_Host())
    qtbot.addWidget(page)
    page.resize(600, 400)
    page.show()
    await until(lambda: page._skeleton is not None and page._skeleton.isVisible())
    page.gate.set()
    await page.settled()
    assert not page._skeleton.isVisible()


async def test_failure_of_ours_is_told_by_its_number_and_never_in_its_own_words(open_window, tmp_path, capsys):
    for has_vault in (True, False):
        window = open_window(has_vault=has_vault)
        await settle(window)
        told = app.telling(tmp_path, window)
        try:
            theme.named("Гемоглобин 128")
        except ValueError as error:
            told(ValueError, error, None)
        await settle(window)
        printed = capsys.readouterr().err
        number = re.search(r"номер ([0-9a-f]{8})", printed)
        assert number is not None
        assert "Гемоглобин" not in printed
        # Whoever is told the number finds the place by it.
        noted = (tmp_path / crash.FOLDER / f"{number[1]}.txt").read_text("utf-8")
        assert "views/theme.py" in noted
        assert "Гемоглобин" not in noted
        shown = "\n".join(one.accessibleName() or one.text() for one in window.findChildren(QLabel) if one.isVisible())
        assert number[0] in shown
        assert "Гемоглобин" not in shown
        assert cut(window) == []


async def test_window_that_has_gone_takes_no_failure(open_window, tmp_path, capsys):
    window = open_window()
    told = app.telling(tmp_path, window)
    window.front.passphrase.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    told(ValueError, ValueError("x"), None)
    assert "номер" in capsys.readouterr().err
