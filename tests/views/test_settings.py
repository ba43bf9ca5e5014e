"""Settings to their ends, by keyboard alone, on a real vault: backup, check, restore, passphrase, recovery code, notices."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QWidget

from desktop.errors import WrongPassphrase
from desktop.store.keychain import Keychain
from desktop.sync.signin import Tokens
from desktop.views import asking, notify, sections
from desktop.views.parts import NavItem
from desktop.views.recovery_panel import RecoveryPanel
from desktop.views.resting import settle, until
from desktop.views.window import Window
from tests.store.wallet import Wallet
from tests.views.family import PHRASE, doors
from tests.views.opened import close, page_of, put_up, texts, typed, window_on

NEW = "сосна река мост утро"
_MOST_STEPS = 90


@pytest.fixture
async def window(tmp_path: Path, look) -> AsyncIterator[Window]:
    async with window_on(tmp_path) as made:
        await page_of(made, "settings")
        made.shell.page.tabs.setFocus()
        yield made
    asking.answers.clear()


def here() -> QWidget:
    focus = QApplication.focusWidget()
    assert focus is not None
    return focus


def name_of(widget: QWidget) -> str:
    face = QAccessible.queryAccessibleInterface(widget)
    return face.text(QAccessible.Text.Name) if face is not None else ""


def tab_to(name: str) -> None:
    """Go on with Tab until the control whose name begins so has the focus."""
    way = []
    for _ in range(_MOST_STEPS):
        if name_of(here()).startswith(name):
            return
        way.append(name_of(here()))
        key(Qt.Key.Key_Tab)
    raise AssertionError(f"{name!r} is not on the way: {way}")


def key(code: Qt.Key) -> None:
    QTest.keyClick(here(), code)


def write(name: str, words: str) -> None:
    """Go to a field and write it anew."""
    tab_to(name)
    focus = here()
    assert isinstance(focus, QLineEdit)
    focus.selectAll()
    typed(words)


@asynccontextmanager
async def at_the_door(folder: Path, keychain: Keychain) -> AsyncIterator[Window]:
    """Start the program again beside what `folder` holds, with the system's place for secrets as it is now."""
    ways = doors(folder / "record")
    ways.keychain = keychain
    made = put_up(ways, folder)
    made.show_door()
    await until(lambda: made.isActiveWindow() and QApplication.focusWidget() is made.front.passphrase.edit)
    yield made
    await close(made)


async def said(window: Window, words: str) -> None:
    await until(lambda: words in texts(window))


async def lock(window: Window) -> None:
    session, window.session = window.session, None
    window.shell.leave()
    await session.lock()


async def test_passphrase_is_changed_by_keyboard_and_the_old_one_opens_no_more(window: Window, tmp_path: Path):
    tab_to("Сменить: Кодовая фраза")
    key(Qt.Key.Key_Return)
    assert name_of(here()) == "Кодовая фраза сейчас"
    typed("не та фраза вовсе")
    write("Новая кодовая фраза", NEW)
    write("Ещё раз", "совсем другая фраза")
    key(Qt.Key.Key_Return)
    assert "Фразы различаются" in texts(window)
    assert name_of(here()) == "Ещё раз", "the focus stands where something is to be done"
    write("Ещё раз", NEW)
    tab_to("Сменить фразу")
    key(Qt.Key.Key_Return)
    await until(lambda: name_of(here()) == "Кодовая фраза сейчас")
    typed(PHRASE)
    tab_to("Сменить фразу")
    key(Qt.Key.Key_Return)
    await said(window, "Кодовая фраза изменена")
    assert name_of(here()) == "Сменить: Кодовая фраза"
    await lock(window)
    with pytest.raises(WrongPassphrase):
        await doors(tmp_path / "record").unlock(PHRASE)
    await (await doors(tmp_path / "record").unlock(NEW)).lock()


async def test_computer_keeps_the_key_opens_the_record_by_it_and_forgets_it_by_keyboard(window: Window, tmp_path: Path):
    wallet = Keychain(Wallet())
    window.session.keychain = wallet
    tab_to("Хранить: Ключ на этом компьютере")
    key(Qt.Key.Key_Return)
    assert "каждый, кто сядет за компьютер" in texts(window)
    typed("не та фраза вовсе")
    key(Qt.Key.Key_Return)
    await said(window, "Эта кодовая фраза не подходит")
    write("Кодовая фраза сейчас", PHRASE)
    key(Qt.Key.Key_Return)
    await said(window, "Ключ хранит этот компьютер")
    assert name_of(here()) == "Забыть: Ключ на этом компьютере"
    await lock(window)

    async with at_the_door(tmp_path, wallet) as again:
        tab_to("Открыть ключом этого компьютера")
        key(Qt.Key.Key_Return)
        await until(lambda: again.session is not None)
        page = await page_of(again, "settings")
        page.tabs.setFocus()
        tab_to("Забыть: Ключ на этом компьютере")
        key(Qt.Key.Key_Return)
        await said(again, "Ключ забыт")
    async with at_the_door(tmp_path, wallet) as last:
        assert "Открыть ключом" not in texts(last)


async def test_key_that_the_system_does_not_give_leaves_the_passphrase(window: Window, tmp_path: Path):
    wallet = Wallet()
    window.session.keychain = Keychain(wallet)
    await window.session.keep_key(PHRASE)
    await settle(window)
    await lock(window)
    wallet.is_closed = True
    async with at_the_door(tmp_path, Keychain(wallet)) as again:
        tab_to("Открыть ключом этого компьютера")
        key(Qt.Key.Key_Return)
        await said(again, "Система не дала ключ. Карта цела: введите кодовую фразу.")
        assert name_of(here()) == "Кодовая фраза"
        typed(PHRASE)
        key(Qt.Key.Key_Return)
        await until(lambda: again.session is not None)


def printed(panel: RecoveryPanel, file: Path) -> str:
    """Print the code into a file, as its owner would choose to; return what stands on the sheet."""
    panel.print_code()
    dialog = panel.findChild(QPrintDialog)
    assert dialog.isVisible()
    dialog.printer().setOutputFileName(str(file))
    dialog.done(QDialog.DialogCode.Accepted)
    return PdfReader(file).pages[0].extract_text()


async def test_new_recovery_code_is_shown_once_proved_and_opens_the_record(window: Window, tmp_path: Path):
    tab_to("Новый код: Код восстановления")
    key(Qt.Key.Key_Return)
    typed(PHRASE)
    key(Qt.Key.Key_Return)
    await said(window, "Прежний код больше не действует")
    panel = window.findChild(RecoveryPanel)
    code = panel._code
    assert here() is panel.word.edit
    lines = printed(panel, tmp_path / "code.pdf").splitlines()
    assert [line.split()[1] for line in lines if line[:1].isdigit()] == code.split()
    window.activateWindow()
    typed(code.split()[panel._asked])
    tab_to(panel.kept.accessibleName())
    key(Qt.Key.Key_Space)
    tab_to("Готово")
    key(Qt.Key.Key_Return)
    await settle(window)
    assert code.split()[0] not in texts(window), "the code is not shown again"
    assert name_of(here()) == "Новый код: Код восстановления"
    await lock(window)
    session, _none = await doors(tmp_path / "record").recover(code, NEW)
    assert session.people
    await session.lock()


async def test_signing_out_wipes_the_tokens_ends_the_browsers_session_and_offers_the_way_back(window: Window):
    session, shown = window.session, []
    vault, page = session.vault, window.shell.page
    (portal,) = await session.store.call(vault.portals.all)
    name = f"tokens.{portal.id}"
    tokens = Tokens(access="a", refresh="r", token_endpoint="", end_session_endpoint="https://portal.example/end", client_id="medkarta")
    assert page.portal.sign_out.isHidden()
    await session.store.call(partial(vault.portals.put, portal.base_url, auth="oauth"))
    await session.store.call(vault.secrets.set, name, msgspec.json.encode(tokens))
    session.exchange._engine.forget_keys()
    asking.answers["browser"] = shown.append
    page.tabs.choose("portal")
    page.reload()
    await settle(window)
    tab_to("Выйти с портала")
    key(Qt.Key.Key_Return)
    await said(window, "Вы вышли с портала")
    await settle(window)
    assert shown == ["https://portal.example/end?client_id=medkarta"]
    assert await session.store.call(vault.secrets.get, name) is None
    assert page.portal.sign_out.isHidden()
    assert (await session.exchange.view()).state == "signed_out"


async def test_backup_is_made_checked_and_moved_to_another_computer_by_keyboard(window: Window, tmp_path: Path):
    file = tmp_path / "copy.medkarta"
    asking.answers["save"] = lambda _name: file
    key(Qt.Key.Key_Right)
    tab_to("Сделать копию…")
    key(Qt.Key.Key_Return)
    await said(window, "Копия готова: copy.medkarta")
    tab_to("Проверить карту")
    key(Qt.Key.Key_Return)
    await said(window, "каждая страница карты цела")
    people = [one.given for one in window.session.people]
    other = put_up(doors(tmp_path / "other"), tmp_path / "other")
    asking.answers["open"] = lambda: file
    other.show_door()
    await until(other.isActiveWindow)
    await until(lambda: QApplication.focusWidget() is not None)
    while not name_of(here()).startswith(("Подключить портал", "Посмотреть на примере")):
        key(Qt.Key.Key_Tab)
    while not name_of(here()).startswith("Перенести с другого"):
        key(Qt.Key.Key_Down)
    key(Qt.Key.Key_Space)
    tab_to("Выбрать файл…")
    key(Qt.Key.Key_Return)
    await said(other, "copy.medkarta")
    write("Кодовая фраза копии", PHRASE)
    key(Qt.Key.Key_Return)
    await until(lambda: other.shell is not None)
    await settle(other)
    assert [one.given for one in other.session.people] == people
    await lock(other)
    await close(other)


async def test_simple_mode_leaves_the_main_sections_and_all_of_them_one_step_away(window: Window):
    tab_to("Простой режим")
    key(Qt.Key.Key_Space)
    await settle(window)
    assert set(window.shell.sidebar.items) == {*sections.SHORT, "all"}
    assert window.shell.section == "settings"
    window.shell._toasts[-1].action.click()
    await settle(window)
    assert list(window.shell.sidebar.items) == [section.key for section in sections.listed()]
    window.change(is_simple=True)
    await settle(window)
    window.shell.sidebar.items["all"].click()
    await settle(window)
    assert "Диспансеризация" in [item.accessibleName() for item in window.shell.page.findChildren(NavItem)]


async def test_notices_are_chosen_by_keyboard_taken_back_and_obeyed(window: Window, monkeypatch):
    notices = window.session.notices
    heard: list[str] = []
    monkeypatch.setattr(notify, "tray", [lambda title, text: heard.append(f"{title}. {text}")])
    tab_to("Прививка по календарю: Компьютер")
    key(Qt.Key.Key_Space)
    await said(window, "Настройка изменена")
    assert (await notices.chosen())["vaccine"] == {"bell"}
    for _ in range(4):
        key(Qt.Key.Key_F6)
        if name_of(here()) == "Вернуть":
            break
    key(Qt.Key.Key_Return)
    await settle(window)
    assert (await notices.chosen())["vaccine"] == {"bell", "computer"}
    window.shell.page.tabs.setFocus()
    tab_to("Получать сообщения")
    key(Qt.Key.Key_Space)
    await until(lambda: not window.shell.page.notices.marks["vaccine", "computer"].isEnabled())
    other = QWidget()
    other.show()
    other.activateWindow()
    await until(other.isActiveWindow)
    await window.notifier.look()
    assert heard == []
    await notices.want(True)
    window.session.events.changed("notices")
    await window.notifier.look()
    other.close()
    assert len(heard) == 2, "one line for terms, one for news"
    secret = [one.given for one in window.session.people] + ["Бисопролол", "Полиомиелит", "Белякова", "анализ"]
    assert not [word for word in secret for words in heard if word in words]
    window.notifier.come()
    await settle(window)
    assert window.shell.section == "notices"
