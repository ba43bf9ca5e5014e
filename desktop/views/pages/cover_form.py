"""What the forms about cover share: a panel whose fields are checked where they stand, the acts it becomes.

Does not own: what a form asks (cover_orders, cover_insurer), what is wrong with a field (form_fields, policies_form).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter

from desktop.clock import local_date
from desktop.record import identifiers
from desktop.record.acts import step_up
from desktop.record.acts_cover import COVER_ACTS
from desktop.record.identifiers import Checked
from desktop.record.uploads import Upload
from desktop.session.cover import CoverView
from desktop.views.page import Host
from desktop.views.pages.care_parts import Panel, take_back
from desktop.views.pages.form_fields import Agreement, day_problem, period_problem, text_problem
from desktop.views.pages.policies_form import fault_words
from desktop.views.pages.step_up import asked
from desktop.views.parts import Button, Combo, DateField, Field, Labelled
from desktop.words import tr

_CHECKS: Final[Mapping[str, Callable[[str], Checked]]] = {
    "number": identifiers.policy_number, "snils": identifiers.snils, "document": identifiers.document,
    "phone": identifiers.phone, "email": identifiers.email,
}  # fmt: skip
_LINE_CHARS: Final = 300


class CoverPanel(Panel):
    """A form. `sent` says that its act was accepted."""

    sent = Signal()

    def __init__(self, title: str, view: CoverView, host: Host) -> None:
        super().__init__(title)
        self.view, self.host = view, host
        self.asked: dict[str, tuple[Labelled, Callable[[], str]]] = {}
        self.submit = Button(tr("cover.send"), role="primary", icon="send")
        self.submit.setObjectName("cover_send")

    # --- building
    def text(
        self, key: str, *, value: str = "", hint: str = "", is_required: bool = True, offers: tuple[str, ...] = ()
    ) -> Field:
        """Ask for a line; what the portal knows already is filled in."""
        made = Field(tr(f"cover.field_{key}"), value=value, hint=hint)
        made.setObjectName(f"cover_{key}")
        made.edit.setCursorPosition(0)
        if offers:
            completer = QCompleter(list(offers), made)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            made.edit.setCompleter(completer)
        named = (one.max_chars for act in COVER_ACTS for one in act.fields if (one.name, one.type) == (key, "text"))
        chars = min(named, default=_LINE_CHARS)
        self.ask(key, made, lambda: text_problem(made, most=chars, is_required=is_required) or _number_fault(key, made.value().strip()))
        return made

    def representative(self) -> str:
        """Return who asks for somebody else, as it is filled in; nothing where a person asks for themselves."""
        current = self.host.session.current
        holder = next((one for one in self.host.session.people if one.relation == "self"), None)
        if current is None or current.relation == "self" or holder is None:
            return ""
        return " ".join(part for part in (holder.family, holder.given, holder.middle) if part)

    def day(
        self, key: str, *, value: date | None = None, is_required: bool = True, hint: str = "", since: DateField | None = None,
        is_past: bool = False,
    ) -> DateField:
        """Ask for a day, no earlier than the one of `since`, and with `is_past` one that has come."""
        made = DateField(tr(f"cover.field_{key}"), today=local_date(self.host.clock), value=value, hint=hint)
        made.setObjectName(f"cover_{key}")
        ask = day_problem if since is None else partial(period_problem, since)

        def fault() -> str:
            on = made.date()
            is_ahead = is_past and on is not None and on > local_date(self.host.clock)
            return tr("cover.fault_future") if is_ahead else ask(made, is_required=is_required)

        self.ask(key, made, fault)
        return made

    def choose(self, key: str, choices: list[tuple[str, str]], *, chosen: str = "", is_required: bool = True) -> Combo:
        """Ask for one of a list."""
        made = Combo(tr(f"cover.field_{key}"), [("", tr("cover.choose")), *choices], chosen=chosen if chosen in dict(choices) else "",
                     shrinks=True)  # fmt: skip
        made.setObjectName(f"cover_{key}")
        self.ask(key, made, lambda: tr("cover.fault_choose") if is_required and not made.chosen() else "")
        return made

    def tick(self, key: str, text: str) -> Agreement:
        """Ask for a yes that must be given."""
        made = Agreement(text, name=f"cover_{key}")
        self.ask(key, made, lambda: "" if made.is_on() else tr("cover.fault_tick"))
        return made

    def ask(self, key: str, editor: Labelled, fault: Callable[[], str]) -> None:
        """Let a field be checked with the others."""
        self.asked[key] = (editor, fault)

    # --- sending
    def faults(self) -> list[str]:
        """Write each field's fault under it and go to the first; return the fields at fault."""
        wrong = []
        for key, (editor, fault) in self.asked.items():
            words = fault()
            editor.set_error(words)
            if words:
                wrong.append(key)
        if wrong:
            first = self.asked[wrong[0]][0]
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroller.ensureWidgetVisible(first)
            self.host.announce(tr("cover.left_out", len(wrong)))
        return wrong

    async def accept(self, acts: list[tuple[str, dict[str, object], dict[str, Upload]]], said: str) -> bool:
        """Accept acts in their order and say so with a way back; say whether they were."""
        if self.submit.busy:
            return False
        clean = [(kind, {name: value for name, value in body.items() if value not in ("", None)}, files) for kind, body, files in acts]

        async def accept(phrase: str) -> list[str]:
            self.submit.set_busy(True)
            try:
                return await self.host.session.bookings.acts(self.view.person, clean, passphrase=phrase)
            finally:
                self.submit.set_busy(False)

        done = await asked(self.host, step_up(*(kind for kind, _, _ in acts)), accept)
        if done is None:
            return False
        self.host.toast(said, undo=lambda: self.host.spawn(take_back(self.host, *done)))
        self.sent.emit()
        return True


def clean_value(key: str, text: str) -> str:
    """Return what is written as it is sent: numbers in their own shape."""
    found = _CHECKS[key](text) if key in _CHECKS and text else Checked(value=text)
    return found.value if found.is_good else text


def _number_fault(key: str, text: str) -> str:
    found = _CHECKS[key](text) if key in _CHECKS and text else Checked(value=text)
    return "" if found.is_good else fault_words(key, found)
