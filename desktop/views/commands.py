"""What each command of keys.MAP does while the record is open. Owns no key (keys) and no state: all of it is the shell's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.shell import Shell


def commands(shell: Shell) -> dict[str, Callable[[], object]]:
    """Return the commands of an open record."""
    return {
        "search": shell.open_search, "book": shell.book, "exchange": partial(_exchange, shell), "lock": shell.lock,
        "print": partial(_print, shell), "save": partial(_save, shell), "filter": partial(_filter, shell), "back": shell.step_back,
        "next_region": partial(shell.next_region, 1), "previous_region": partial(shell.next_region, -1), "help": partial(_help, shell),
        **{f"person_{n}": partial(shell.switch_number, n) for n in range(1, 10)},
    }  # fmt: skip


def _exchange(shell: Shell) -> None:
    shell.announce(tr("shell.exchange_started"))
    shell.spawn(shell.session.exchange.run_now())


def _print(shell: Shell) -> None:
    if not shell.page.print_subject():
        shell.toast(tr("shell.nothing_to_print"), icon="info")


def _save(shell: Shell) -> None:
    if not shell.page.save_subject():
        shell.toast(tr("shell.nothing_to_save"), icon="info")


def _filter(shell: Shell) -> None:
    field = shell.page.filter_field()
    if field is not None:
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
    else:
        shell.open_search()


def _help(shell: Shell) -> None:
    shell.go("help", shell.section if shell.section != "help" else None)
