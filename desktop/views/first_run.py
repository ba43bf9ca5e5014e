"""The first run in three steps: where the record comes from, what locks it, what to load. Leaves no half-made vault unsaid.

The vault is made at the end of step 2; from then on closing the window leads to the lock page, not back here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from desktop import limits
from desktop.errors import KnownError
from desktop.views import asking, theme, wording
from desktop.views.choice_card import ChoiceCard, ChoiceCards
from desktop.views.cover import Cover, Split
from desktop.views.doors import Gate, Glance
from desktop.views.first_load import FirstLoad
from desktop.views.leaves import Leaves
from desktop.views.look_bar import look_buttons, tall
from desktop.views.parts import STRETCH, Box, Button, Field, FlowLayout, Meta, Notice, PlainLabel, column, row
from desktop.views.parts.given import layout_of
from desktop.views.passphrase_words import strength
from desktop.views.recovery_panel import RecoveryPanel
from desktop.views.region_field import RegionField
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.session.session import Session

_ASK_AFTER_MS: Final = 600
_METER: Final = {"short": "quiet", "weak": "warn", "fair": "accent", "strong": "good"}


class FirstRun(Split):
    """«С чего начнём?»."""

    def __init__(self, gate: Gate, copy: Callable[[str], None]) -> None:
        super().__init__()
        self.gate, self._copy = gate, copy
        self.glance: Glance | None = None
        self.session: Session | None = None
        self._backup: Path | None = None
        self._code = ""
        self.step_label = Meta()
        self.title_label = PlainLabel(style="h1", size_px=36, line_px=44, weight=600)
        self.forms = Leaves()
        self.next_button = Button(tr("first_run.next"), role="primary", icon="arrow-right", trailing=True)
        tall(self.next_button)
        self.next_button.clicked.connect(self.go_on)
        self._side = QWidget()
        lines = [("device", "", tr("first_run.yours")), ("cloud-off", "", tr("first_run.works_offline")),
                 ("users", "", tr("first_run.all_family"))]  # fmt: skip
        left = 32 if theme.scale().large else 96
        # Large letters take a second line rather than be cut.
        line = row(Box(FlowLayout(*look_buttons(gate), gap=4)), self.next_button, gap=4)
        line.setStretch(0, 1)
        foot = _measured(line, pad=(12, 20 if theme.scale().large else 40, 24, left))
        self.fill(Cover(is_empty=True, lines=lines), self._side, cover_px=560, need_px=720, foot=Box(foot))
        inside = column(self.step_label, 4, self.title_label, 24, self.forms, gap=0)
        self._side.setLayout(_measured(inside, pad=(84, 40, 12, left)))
        self._where_form()
        self._passphrase_form()
        self._code_form = QWidget()
        place = QVBoxLayout(self._code_form)
        place.setContentsMargins(0, 0, 0, 0)
        self.forms.add(self._code_form)
        self.show_step(0)

    # --- step 1
    def _where_form(self) -> None:
        self._ask_timer = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._ask_timer.timeout.connect(self.ask_portal)
        self.address = RegionField(self.gate.doors.regions())
        self.address.changed.connect(self._address_changed)
        self.address.submitted.connect(self.go_on)
        self.address.chosen.connect(self.ask_portal)
        self.choose_file = Button(tr("first_run.choose_file"), icon="upload")
        self.choose_file.clicked.connect(lambda: self.gate.spawn(self._pick(), self.failed))
        self.file_name = Meta(tr("first_run.no_file"))
        self.backup_phrase = Field(tr("first_run.backup_phrase"), password=True)
        self.backup_phrase.submitted.connect(self.go_on)
        cards = (
            ChoiceCard("portal", tr("first_run.portal"), tr("first_run.portal_more"), inside=[self.address]),
            ChoiceCard("example", tr("first_run.example"), tr("first_run.example_more")),
            ChoiceCard("move", tr("first_run.move"), tr("first_run.move_more"),
                       inside=[row(self.choose_file, self.file_name, STRETCH, gap=12), self.backup_phrase]),
        )  # fmt: skip
        self.where = ChoiceCards(cards, name=tr("first_run.title_1"))
        self.where_error = Notice("", kind="bad")
        self.where_error.hide()
        self.forms.add(
            Box(column(self.where, 20, self.where_error, Notice(tr("first_run.step_2_ahead"), kind="accent", icon="lock"), gap=0))
        )

    def _address_changed(self, _text: str) -> None:
        self.glance = None
        self.address.show_answer(None)
        self.address.set_error("")
        self._ask_timer.start()

    def ask_portal(self) -> None:
        """Ask whether the portal of the written region, or at the written address, answers."""
        address = self.address.address()
        if address:
            self.address.show_answer(False)
            self.gate.spawn(self._glance(address), self._no_answer)
        elif self.address.is_listed():
            self.address.set_error(self.address.trouble())

    async def _glance(self, address: str) -> None:
        found = await self.gate.doors.glance(address)
        if address == self.address.address():
            self.glance = found
            self.address.show_answer(True)

    def _no_answer(self, error: KnownError) -> None:
        self.address.show_answer(None)
        self.address.set_error(wording.error(error))
        self.next_button.set_busy(False)

    async def _pick(self) -> None:
        chosen = await asking.which_to_open(self, tr("first_run.choose_file"), tr("first_run.file_kind"))
        if chosen is not None:
            self._backup = chosen
            self.file_name.set_text(chosen.name)

    # --- step 2
    def _passphrase_form(self) -> None:
        self.passphrase = Field(tr("lock.passphrase"), password=True, hint=tr("first_run.passphrase_hint"))
        self.again = Field(tr("first_run.again"), password=True)
        self.meter = Meta(tr("first_run.meter_none"), weight=500)
        self.passphrase.changed.connect(self._measure)
        self.passphrase.submitted.connect(self.go_on)
        self.again.submitted.connect(self.go_on)
        warning = Notice(tr("first_run.passphrase_warning"), kind="accent", icon="key")
        self.forms.add(Box(column(self.passphrase, self.meter, self.again, 4, warning, STRETCH, gap=12)))

    def _measure(self, phrase: str) -> None:
        kind = strength(phrase)
        missing = limits.PASSPHRASE_MIN_CHARS - len(phrase)
        self.meter.set_text(tr("first_run.meter_short", missing) if kind == "short" else tr(f"first_run.meter_{kind}"))
        self.meter.set_tone("ink2" if kind == "short" else _METER[kind])

    async def _make(self) -> None:
        phrase = self.passphrase.value()
        session, code = await self.gate.doors.create(phrase)
        for field in (self.passphrase, self.again):
            field.edit.clear()
        self._show_code(session, code)

    def _show_code(self, session: Session, code: str) -> None:
        self.session, self._code = session, code
        panel = RecoveryPanel(code, self._copy, may_print=self.gate.doors.profile.may_print)
        panel.settled.connect(self.next_button.setEnabled)
        layout_of(self._code_form).addWidget(panel)
        self.show_step(2)

    # --- step 3
    def _load_form(self) -> None:
        assert self.session is not None
        assert self.glance is not None
        self.load = FirstLoad(self.gate, self.session, self.glance)
        self.load.failed.connect(self._load_failed)
        self.load.running.connect(lambda on: self.next_button.set_busy(on, tr("first_run.loading")))
        self.forms.add(self.load)
        self.show_step(3)

    def _load_failed(self) -> None:
        self.next_button.set_busy(False)
        self.next_button.setText(tr("first_run.try_again"))

    # --- the way
    def show_step(self, index: int) -> None:
        """Show a step: 0 where from, 1 passphrase, 2 recovery code, 3 what to load."""
        number = (1, 2, 2, 3)[index]
        self.step_label.set_text(tr("first_run.step", n=number))
        self.title_label.set_text(tr(f"first_run.title_{index + 1}"))
        self.forms.turn(index)
        self.next_button.set_busy(False)
        self.next_button.setEnabled(index != 2)
        self.next_button.setText(tr("first_run.load_now" if index == 3 else "first_run.next"))
        first = (self.address, self.passphrase, None, None)[index]
        if first is not None:
            QTimer.singleShot(0, first.edit, first.edit.setFocus)

    def go_on(self) -> None:
        """Do what the step asks for, and go to the next."""
        if self.next_button.busy or not self.next_button.isEnabled():
            return
        step = self.forms.at()
        if step == 0:
            self._begin()
        elif step == 1 and self._phrase_is_sound():
            self.next_button.set_busy(True, tr("first_run.making"))
            self.gate.spawn(self._make(), self.failed)
        elif step == 2:
            if self.glance is None and self.session is not None:
                self.gate.enter(self.session)
            else:
                self._load_form()
        elif step == 3:
            self.load.start()

    def _begin(self) -> None:
        self.where_error.hide()
        self._ask_timer.stop()
        kind = self.where.chosen()
        if kind == "portal":
            if self.glance is None:
                trouble = self.address.trouble()
                if trouble:
                    self.address.set_error(trouble)
                    return
                self.next_button.set_busy(True, tr("first_run.asking"))
                self.gate.spawn(self._glance_and_go(), self._no_answer)
            else:
                self.show_step(1)
        elif kind == "example":
            self.next_button.set_busy(True, tr("first_run.example_busy"))
            self.gate.spawn(self._example(), self.failed)
        elif self._backup is None:
            self._complain(tr("first_run.file_empty"))
        else:
            self.next_button.set_busy(True, tr("first_run.moving"))
            self.gate.spawn(self._move(self._backup), self.failed)

    async def _glance_and_go(self) -> None:
        await self._glance(self.address.address())
        self.show_step(1)

    async def _example(self) -> None:
        self.gate.enter(await self.gate.doors.show_example())

    async def _move(self, backup: Path) -> None:
        self.gate.enter(await self.gate.doors.restore(backup, self.backup_phrase.value()))

    def _phrase_is_sound(self) -> bool:
        phrase = self.passphrase.value()
        is_short = strength(phrase) == "short"
        self.passphrase.set_error(tr("first_run.too_short", n=limits.PASSPHRASE_MIN_CHARS) if is_short else "")
        differs = not is_short and phrase != self.again.value()
        self.again.set_error(tr("first_run.differs") if differs else "")
        return not is_short and not differs

    def failed(self, error: KnownError) -> None:
        """Say what went wrong by the step it belongs to."""
        self.next_button.set_busy(False)
        if self.forms.at() == 1:
            self.passphrase.set_error(wording.error(error))
        else:
            self._complain(wording.error(error))

    def _complain(self, words: str) -> None:
        self.where_error.set_text(words)
        self.where_error.show()

    def anew(self) -> FirstRun | None:
        """Return this page built anew with all that was answered, for a change of look or language; None while it loads."""
        step = self.forms.at()
        if step == 3:
            return None
        made = FirstRun(self.gate, self._copy)
        made.where.choose(self.where.chosen())
        for mine, theirs in ((made.address, self.address), (made.backup_phrase, self.backup_phrase),
                             (made.passphrase, self.passphrase), (made.again, self.again)):  # fmt: skip
            mine.set_value(theirs.value())
        made.glance, made._backup = self.glance, self._backup
        if self._backup is not None:
            made.file_name.set_text(self._backup.name)
        if self.glance is not None:
            made._ask_timer.stop()
            made.address.show_answer(True)
        if self.session is not None:
            made._show_code(self.session, self._code)
        elif step:
            made.show_step(step)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the room above the words to the form where the window is low."""
        super().resizeEvent(event)
        layout = layout_of(self._side)
        margins = layout.contentsMargins()
        margins.setTop(theme.px(84 if event.size().height() >= theme.px(720) else 24))
        layout.setContentsMargins(margins)

    def step_back(self) -> bool:
        """Go back from the passphrase to the choice; a vault once made is not unmade."""
        if self.forms.at() == 1:
            self.show_step(0)
            return True
        return False


def _measured(layout: QLayout, *, pad: tuple[float, ...]) -> QLayout:
    """Return a layout around what is never wider than a line is read."""
    inside = Box(layout)
    inside.setMaximumWidth(theme.px(640))
    line = row(inside, STRETCH, gap=0, pad=pad)
    line.setStretch(0, 100)
    return line
