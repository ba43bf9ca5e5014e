"""The lock page: the passphrase, what is wrong with it, and the way back in with the recovery code. Names nobody.

It opens nothing itself: `doors` does, on a worker, while this page stays alive.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLayout, QSizePolicy, QSpacerItem, QWidget

from desktop.errors import KnownError, VaultBusy, VaultDamaged, WrongPassphrase
from desktop.views import theme, wording
from desktop.views.cover import Cover, Split
from desktop.views.doors import Gate
from desktop.views.leaves import Leaves
from desktop.views.look_bar import look_buttons, tall
from desktop.views.parts import STRETCH, Body, Box, Button, Field, Lead, Notice, PlainLabel, column, row
from desktop.words import tr


class LockPage(Split):
    """«Откройте карту»."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self.gate = gate
        self._left_s = 0
        self._tick = QTimer(interval=1000)
        self._forms = Leaves()
        side = QWidget()
        bar = row(*look_buttons(gate), STRETCH, gap=8)
        left = 40 if theme.scale().large else 144
        self._forms.setMaximumWidth(theme.px(472))
        line = row(self._forms, STRETCH, gap=0)
        line.setStretch(0, 100)
        body = column(line, gap=0, pad=(0, 48, 0, left))
        above = theme.px(24 if theme.scale().large else 96)
        body.insertSpacerItem(0, QSpacerItem(0, above, QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum))
        side.setLayout(column(STRETCH, body, STRETCH, STRETCH, Box(_padded(bar, left)), gap=0))
        self.fill(Cover(is_empty=False, lines=[_checked(gate)]), side, cover_px=640, need_px=640)
        self.passphrase = Field(tr("lock.passphrase"), password=True)
        self.open_button = Button(tr("lock.open"), role="primary")
        self._has_key = gate.doors.has_key()
        self.notice = Notice(tr("lock.promise_key" if self._has_key else "lock.promise"), kind="accent", icon="lock")
        self.trouble = Notice("", kind="bad")
        self.trouble.hide()
        self._forms.add(self._unlock_form())
        self._tick.setParent(self)
        self._tick.timeout.connect(self._second)

    # --- forms
    def _unlock_form(self) -> QWidget:
        self.passphrase.submitted.connect(self.unlock)
        self.open_button.clicked.connect(self.unlock)
        tall(self.open_button)
        self.passphrase.edit.setProperty("role", "tall")
        forgot = Button(tr("lock.forgot"), role="text", tight=True)
        forgot.setObjectName("lock.forgot")
        forgot.setProperty("flush", True)
        forgot.clicked.connect(lambda: self.show_form(1))
        by_computer = [12, self._by_computer_button()] if self._has_key else []
        hint = [16, Body(tr("shell.demo_passphrase", phrase=self.gate.doors.hint), tone="ink2")] if self.gate.doors.hint else []
        return _form(
            PlainLabel(tr("lock.title"), style="display"), 12, Lead(tr("lock.lead"), tone="ink2"), 36, self.passphrase,
            20, self.open_button, *by_computer, 12, row(forgot, STRETCH), 28, self.notice, self.trouble, *hint,
        )  # fmt: skip

    def _by_computer_button(self) -> Button:
        self.by_computer = Button(tr("lock.by_computer"), icon="key")
        self.by_computer.clicked.connect(self.unlock_by_computer)
        tall(self.by_computer)
        return self.by_computer

    def _recover_form(self) -> QWidget:
        """Build the way back in; most people never see it, and the first paint does not wait for it."""
        self.code = Field(tr("lock.code"), hint=tr("lock.code_hint"))
        self.new_passphrase = Field(tr("lock.new_passphrase"), password=True, hint=tr("first_run.passphrase_hint"))
        self.recover_button = Button(tr("lock.recover_open"), role="primary")
        self.recover_button.clicked.connect(self.recover)
        tall(self.recover_button)
        self.new_passphrase.submitted.connect(self.recover)
        back = Button(tr("shell.back"), role="text", icon="arrow-left", tight=True)
        back.setProperty("flush", True)
        back.clicked.connect(lambda: self.show_form(0))
        return _form(
            PlainLabel(tr("lock.recover_title"), style="display"), 12, Lead(tr("lock.recover_lead"), tone="ink2"), 28,
            self.code, 16, self.new_passphrase, 20, self.recover_button, 12, row(back, STRETCH),
        )  # fmt: skip

    def show_form(self, index: int) -> None:
        """Show the passphrase (0) or the recovery code (1)."""
        if index == self._forms.count():
            self._forms.add(self._recover_form())
        self._forms.turn(index)
        (self.passphrase if index == 0 else self.code).edit.setFocus()

    def step_back(self) -> bool:
        """Leave the recovery form on Esc."""
        was = self._forms.at() != 0
        self.show_form(0)
        return was

    # --- acts
    def unlock(self) -> None:
        """Try the passphrase."""
        phrase = self.passphrase.value()
        if self._left_s or self.open_button.busy:
            return
        if not phrase:
            self.passphrase.set_error(tr("lock.empty"))
            return
        self.passphrase.set_error("")
        self.open_button.set_busy(True, tr("lock.opening"))
        self.gate.spawn(self._unlock(phrase), self.refused)

    async def _unlock(self, phrase: str) -> None:
        try:
            session = await self.gate.doors.unlock(phrase)
        finally:
            self.open_button.set_busy(False)
        self.passphrase.edit.clear()
        self.gate.enter(session)

    def unlock_by_computer(self) -> None:
        """Open with the key that the system keeps for this person."""
        if self.by_computer.busy:
            return
        self.by_computer.set_busy(True, tr("lock.opening"))
        self.gate.spawn(self._unlock_by_computer(), self.refused)

    async def _unlock_by_computer(self) -> None:
        try:
            session = await self.gate.doors.unlock_by_computer()
        finally:
            self.by_computer.set_busy(False)
        self.gate.enter(session)

    def recover(self) -> None:
        """Open by the recovery code and set the new passphrase."""
        if self.recover_button.busy:
            return
        if not self.code.value().strip():
            self.code.set_error(tr("lock.code_empty"))
            return
        self.code.set_error("")
        self.recover_button.set_busy(True, tr("lock.opening"))
        self.gate.spawn(self._recover(self.code.value(), self.new_passphrase.value()), self._recover_refused)

    async def _recover(self, code: str, phrase: str) -> None:
        try:
            session, _new_code = await self.gate.doors.recover(code, phrase)
        finally:
            self.recover_button.set_busy(False)
        self.gate.enter(session)

    # --- what came of it
    def refused(self, error: KnownError) -> None:
        """Say why the record stays closed, and what is safe."""
        if isinstance(error, WrongPassphrase):
            wait = error.facts.get("wait_s", 0)
            self._left_s = round(float(wait)) if isinstance(wait, (int, float)) else 0
            self.passphrase.set_error(wording.error(error))
            if self._left_s:
                self._tick.start()
                self._count()
        elif isinstance(error, (VaultDamaged, VaultBusy)):
            self.notice.hide()
            self.trouble.set_text(wording.error(error))
            self.trouble.show()
        else:
            self.passphrase.set_error(wording.error(error))
        self.passphrase.edit.selectAll()
        self.passphrase.edit.setFocus()

    def _recover_refused(self, error: KnownError) -> None:
        is_short = error.code.startswith("passphrase")
        words = tr("lock.code_wrong") if isinstance(error, WrongPassphrase) else wording.error(error)
        (self.new_passphrase if is_short else self.code).set_error(words)

    def _second(self) -> None:
        self._left_s -= 1
        self._count()

    def _count(self) -> None:
        if self._left_s <= 0:
            self._left_s = 0
            self._tick.stop()
            self.open_button.set_busy(False)
            self.open_button.setText(tr("lock.open"))
            return
        self.open_button.set_busy(True, tr("lock.wait", span=wording.duration(self._left_s)))

    def showEvent(self, event: object) -> None:
        """Wait for the passphrase."""
        super().showEvent(event)  # type: ignore[arg-type]
        QTimer.singleShot(0, self.passphrase.edit, self.passphrase.edit.setFocus)


def _form(*children: object) -> QWidget:
    return Box(column(*children, gap=0))


def _padded(layout: QLayout, left: float) -> QLayout:
    return column(layout, gap=0, pad=(24, 48, 36, left))


def _checked(gate: Gate) -> tuple[str, str, str]:
    at = gate.preferences.checked_at
    words = tr("lock.offline")
    try:
        moment = datetime.fromisoformat(at) if at else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        today = gate.doors.clock.now().astimezone().date()
        words += "\n" + tr("lock.checked", at=wording.moment(moment, today=today))
    return ("device", tr("lock.kept_here"), words)
