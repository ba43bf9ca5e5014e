"""A form's words as they are written: brought back when it opens again, kept until it is sent.

Does not own: where drafts lie and for how long (session/drafts); files and consents, which no draft holds.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol

from PySide6.QtCore import SignalInstance
from shiboken6 import isValid

from desktop.clock import local_date
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import Combo, Field, Notice, TextArea
from desktop.words import tr


class Marked(Protocol):
    """What is marked instead of written, told as text: the stars of a rating."""

    @property
    def changed(self) -> SignalInstance: ...

    def value(self) -> str: ...

    def set_value(self, text: str) -> None: ...

    def setFocus(self) -> None: ...


Editor = Field | TextArea | Combo | Marked


class Draft:
    """What the open person writes in one form; `form` is a name of session/drafts.PLACES, with what it is about after a colon.

    `wants_files`: the form asks for files or consents, which are given anew.
    """

    def __init__(self, host: Host, form: str, *, wants_files: bool = False) -> None:
        self._desk, self._form, self._person = host.session.drafts, form, host.session.scope.person
        kept = self._desk.of(form, person=self._person)
        self._values = dict(kept.fields) if kept is not None else {}
        self._held: list[tuple[Editor, str]] = []
        self._choices: set[str] = set()
        self._is_sending = False
        at = wording.moment(kept.at, today=local_date(host.clock)) if kept is not None else ""
        said = " ".join([tr("drafts.back_more", at=at), *([tr("drafts.back_files")] if wants_files else [])])
        self.notice = Notice(said, strong=tr("drafts.back"), kind="accent", icon="edit", action=tr("drafts.anew"))
        self.notice.setObjectName("draft_back")
        # Shown by whatever it is put into: by itself, with no parent yet, it would be a window and take the activity with it.
        if kept is None or not kept.is_back:
            self.notice.hide()
        self.notice.acted.connect(self._begin_anew)

    def hold(self, **editors: Editor) -> None:
        """Bring back what was written in these fields, and keep from now on what differs from what they begin with."""
        for name, editor in editors.items():
            start = _written(editor)
            self._held.append((editor, start))
            if isinstance(editor, Combo):
                self._choices.add(name)
            if name in self._values:
                _write(editor, self._values[name])
            editor.changed.connect(lambda *_, name=name, editor=editor, start=start: self._changed(name, _written(editor), start))

    async def send(self, act: Coroutine[Any, Any, str]) -> str:
        """Do what sends it, once however often it is pressed, and forget it when it is accepted; return the act, or nothing."""
        if self._is_sending:
            act.close()
            return ""
        self._is_sending = True
        try:
            done = await act
        finally:
            self._is_sending = False
        self.sent()
        return done

    def sent(self) -> None:
        """Forget it: it is on its way."""
        self._values.clear()
        self._desk.keep(self._form, {}, person=self._person)

    def _changed(self, name: str, text: str, start: str) -> None:
        self._values.pop(name, None)
        if text != start:
            self._values[name] = text
        # Whoever only looked through what can be chosen has written nothing.
        self._desk.keep(self._form, self._values if self._values.keys() - self._choices else {}, person=self._person)

    def _begin_anew(self) -> None:
        self.notice.hide()
        standing = [(editor, start) for editor, start in self._held if isValid(editor)]
        for editor, start in standing:
            _write(editor, start)
        self.sent()
        if standing:
            standing[0][0].setFocus()


def _written(editor: Editor) -> str:
    return editor.chosen() if isinstance(editor, Combo) else editor.value()


def _write(editor: Editor, text: str) -> None:
    if not isinstance(editor, Combo):
        editor.set_value(text)
    elif editor.box.findData(text) >= 0:
        # What was chosen may not be offered any more.
        editor.choose(text)
