"""The security card: the passphrase, the recovery code, when the record closes by itself. Each asks for the passphrase first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from desktop import limits, swap
from desktop.errors import KnownError
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    Field,
    Heading,
    Meta,
    Notice,
    clear,
    column,
    row,
)
from desktop.views.parts.given import layout_of
from desktop.views.passphrase_words import strength
from desktop.views.recovery_panel import RecoveryPanel
from desktop.words import tr

_MINUTES: Final = (1, 3, 5, 10, 15, 30)


class SecurityCard(Card):
    """«Безопасность»."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(20, 24, 14), gap=4)
        self.host = host
        self.change = _text_button("settings.change", "settings.passphrase")
        self.change.clicked.connect(self.ask_passphrase)
        self.code = _text_button("settings.new_code", "settings.code")
        self.code.clicked.connect(self.ask_code)
        now_s = host.preferences.idle_limit_s or round(host.profile.idle_limit_s)
        minutes = [*_MINUTES] if now_s // 60 in _MINUTES else sorted({*_MINUTES, max(1, now_s // 60)})
        self.key = _text_button("settings.key_off" if host.session.is_key_kept else "settings.key_on", "settings.key")
        self.key.clicked.connect(self.ask_key)
        self.idle = Choice([(str(n), tr("settings.after_minutes", n)) for n in minutes], name=tr("settings.idle"),
                           chosen=str(max(1, now_s // 60)))  # fmt: skip
        self.idle.chosen_changed.connect(lambda key: host.change(idle_limit_s=int(key) * 60))
        self.form = Box(column())
        self._opened_by = self.change
        rows = (
            (tr("settings.passphrase"), tr("settings.passphrase_note"), self.change),
            (tr("settings.code"), tr("settings.code_note"), self.code),
            (tr("settings.key"), tr("settings.key_note"), self.key),
            (tr("settings.idle"), tr("settings.idle_note"), self.idle),
        )
        self.body.addWidget(Heading(tr("settings.security")))
        for n, (name, note, widget) in enumerate(rows):
            if n:
                self.body.addWidget(Divider())
            words = column(Body(name), Meta(note), gap=0)
            line = row(words, widget, gap=12, pad=(8, 0))
            line.setStretch(0, 1)
            self.body.addLayout(line)
        if swap.may_leave_traces():
            self.body.addWidget(Notice(tr("settings.swap"), kind="warn", icon="alert"))
        self.body.addWidget(self.form)
        self.form.hide()

    # --- forms
    def _open(self, *parts: object) -> None:
        place = layout_of(self.form)
        clear(place)
        place.addWidget(Card(column(*parts, gap=12), role="sunken", pad=(16, 16)))
        self.form.show()

    def close_form(self) -> None:
        """Put the form away, and what was typed with it."""
        clear(layout_of(self.form))
        self.form.hide()
        self._opened_by.setFocus()

    def _buttons(self, ok: Button) -> object:
        leave = Button(tr("settings.leave"), role="quietText")
        leave.clicked.connect(self.close_form)
        return row(ok, leave, STRETCH, gap=8)

    def ask_passphrase(self) -> None:
        """Open the form of a new passphrase."""
        self._opened_by = self.change
        old = Field(tr("settings.old_passphrase"), password=True)
        new = Field(tr("lock.new_passphrase"), password=True, hint=tr("first_run.passphrase_hint"))
        again = Field(tr("first_run.again"), password=True)
        ok = Button(tr("settings.change_now"), role="primary")

        def send() -> None:
            is_short = strength(new.value()) == "short"
            new.set_error(tr("first_run.too_short", n=limits.PASSPHRASE_MIN_CHARS) if is_short else "")
            differs = not is_short and new.value() != again.value()
            again.set_error(tr("first_run.differs") if differs else "")
            if is_short or differs:
                (new if is_short else again).edit.setFocus()
            elif not ok.busy:
                ok.set_busy(True, tr("settings.changing"))
                self.host.spawn(self._attempt(old, ok, lambda phrase: self._change(phrase, new.value())))

        ok.clicked.connect(send)
        again.submitted.connect(send)
        self._open(old, new, again, self._buttons(ok))
        old.edit.setFocus()

    async def _change(self, old: str, new: str) -> None:
        await self.host.session.change_passphrase(old, new)
        self.close_form()
        self.host.toast(tr("settings.passphrase_changed"))

    def _ask(self, *parts: object, yes: str, do: Callable[[str], Awaitable[None]], hint: str = "") -> None:
        """Open a form with the passphrase alone; `do` is called with it."""
        phrase = Field(tr("settings.old_passphrase"), password=True, hint=hint)
        ok = Button(yes, role="primary")

        def send() -> None:
            if not ok.busy:
                ok.set_busy(True, tr("settings.changing"))
                self.host.spawn(self._attempt(phrase, ok, do))

        ok.clicked.connect(send)
        phrase.submitted.connect(send)
        self._open(*parts, phrase, self._buttons(ok))
        phrase.edit.setFocus()

    async def _attempt(self, phrase: Field, ok: Button, do: Callable[[str], Awaitable[None]]) -> None:
        phrase.set_error("")
        try:
            await do(phrase.value())
        except KnownError as error:
            phrase.set_error(wording.error(error))
            ok.set_busy(False)
            phrase.edit.setFocus()
            phrase.edit.selectAll()

    def ask_code(self) -> None:
        """Open the form of a new recovery code."""
        self._opened_by = self.code
        self._ask(yes=tr("settings.make_code"), do=self._make_code, hint=tr("settings.code_step_up"))

    async def _make_code(self, phrase: str) -> None:
        code = await self.host.session.new_recovery_code(phrase)
        panel = RecoveryPanel(code, self.host.copy, may_print=self.host.profile.may_print)
        done = Button(tr("settings.code_done"), role="primary")
        done.setEnabled(False)
        panel.settled.connect(done.setEnabled)
        done.clicked.connect(self.close_form)
        self._open(Body(tr("settings.code_replaces")), panel, row(done, STRETCH))
        panel.word.edit.setFocus()

    def ask_key(self) -> None:
        """Open the form that lets this computer keep the key, or let it go at once."""
        self._opened_by = self.key
        if self.host.session.is_key_kept:
            self.host.spawn(self._forget_key())
        else:
            self._ask(Body(tr("settings.key_risk")), yes=tr("settings.key_keep"), do=self._keep_key)

    async def _keep_key(self, phrase: str) -> None:
        await self.host.session.keep_key(phrase)
        self._show_key()
        self.close_form()
        self.host.toast(tr("settings.key_kept"))

    async def _forget_key(self) -> None:
        await self.host.session.forget_key()
        self._show_key()
        self.host.toast(tr("settings.key_forgotten"))

    def _show_key(self) -> None:
        words = tr("settings.key_off" if self.host.session.is_key_kept else "settings.key_on")
        self.key.setText(words)
        self.key.setAccessibleName(f"{words}: {tr('settings.key')}")


def _text_button(text: str, about: str) -> Button:
    return Button(tr(text), role="text", tight=True, name=f"{tr(text)}: {tr(about)}")
