"""What the forms about papers have in common: the way back, fields in one column, one error by each field, an act that waits.

Owns the frame of a form. Does not own: what is asked (each form) nor the fields that several ask (form_fields).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.record.acts import step_up
from desktop.record.uploads import Upload
from desktop.session.documents import RequestForm
from desktop.views import theme
from desktop.views.draft import Draft
from desktop.views.page import Host
from desktop.views.pages.step_up import asked
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Combo,
    FlowLayout,
    Heading,
    Labelled,
    Notice,
    ScrollPage,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr

_WIDTH_PX: Final = 640


class PaperForm(QWidget):
    """A form in place of its page, its texts and names beginning with `words`.

    `done` gives the id of the act; `closed` says that nothing is to be sent.
    """

    done = Signal(str)
    closed = Signal()
    words = ""
    back = "papers.back"
    wants_files = False

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self.again: RequestForm | None = None
        self.clinics: dict[str, str] = {}
        self.send: Button | None = None
        self.place = column(gap=16)
        side = 28 if theme.scale().large else 40
        self.scroller = ScrollPage(pad=(0, side, 32), gap=16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroller)

    # --- what a form is
    def ask(self) -> None:
        """Put the fields of the form."""
        raise NotImplementedError

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        """Return each field with what is wrong with it, nothing where all is well."""
        raise NotImplementedError

    def body(self) -> Mapping[str, Any]:
        """Return the body of the act, as it is filled in."""
        raise NotImplementedError

    def named(self) -> str:
        """Return the name of the form's draft."""
        return self.words

    def files(self) -> Mapping[str, Upload]:
        """Return the files that go with the act."""
        return {}

    # --- the frame
    async def begin(self, again: RequestForm | None = None) -> None:
        """Show the form empty, or as a refused request was filled in, with the reason of the refusal."""
        self.clear()
        self.again = again
        await self.build()

    async def build(self) -> None:
        """Put the frame and the fields."""
        found = await self.host.session.subjects.facts("clinics")
        self.clinics = {one.organization_id or one.id: one.name for one in found if one.name}
        if self.again is not None and self.again.clinic_id:
            self.clinics.setdefault(self.again.clinic_id, self.again.clinic)
        clear(self.scroller.body)
        self.place = column(gap=16)
        whole = Box(self.place)
        whole.setMaximumWidth(theme.px(_WIDTH_PX))
        # A row counts heights at the width that its widgets get; a column would count at its own.
        line = row()
        line.addWidget(whole, 1_000)
        line.addStretch(1)
        self.scroller.body.addLayout(line)
        back = Button(tr(self.back), role="text", icon="arrow-left")
        back.setObjectName("form_back")
        back.clicked.connect(self.closed)
        self.add(Box(row(back, STRETCH)), *self.head())
        if self.again is not None and self.again.reason:
            self.add(Notice(self.again.reason, strong=tr("documents.form_reason"), kind="warn"))
        self.draft = Draft(self.host, f"fix:{self.again.id}" if self.again is not None else self.named(), wants_files=self.wants_files)
        self.add(self.draft.notice)
        self.ask()
        self.scroller.body.addStretch(1)
        # A layout shows what it is given a turn later, and what is not shown yet takes no focus.
        whole.show()
        back.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was written, in this turn."""
        self.send = self.again = None
        clear(self.scroller.body)

    def head(self) -> tuple[QWidget, ...]:
        """Return what stands above the fields."""
        return Heading(tr(f"papers.{self.words}_title"), level=2), Body(tr(f"papers.{self.words}_about"), tone="ink2")

    def add(self, *widgets: QWidget) -> None:
        """Put widgets under each other."""
        for widget in widgets:
            self.place.addWidget(widget)

    def pair(self, *widgets: QWidget) -> None:
        """Put two fields beside each other, or under each other in large text."""
        if theme.scale().large:
            self.add(*widgets)
            return
        both = row(gap=16)
        for one in widgets:
            both.addWidget(Box(column(one, STRETCH, gap=0)), 1)
        self.add(Box(both))

    def choice(self, label: str, items: Sequence[tuple[str, str]], *, name: str, chosen: str = "") -> Combo:
        """Return a choice that may be narrower than its longest word."""
        made = Combo(label, items, chosen=chosen, shrinks=True)
        made.box.setObjectName(name)
        return made

    def before(self, name: str) -> str:
        """Return what stood in a field of the request that was refused, or nothing."""
        return self.again.answer(name) if self.again is not None else ""

    def clinic_choice(self) -> Combo:
        """Return the choice of a clinic."""
        items = [("", tr("documents.form_clinic_choose")), *self.clinics.items()]
        chosen = self.again.clinic_id if self.again is not None else ""
        return self.choice(tr("documents.field_clinic"), items, name=f"{self.words}_clinic", chosen=chosen)

    def comment_area(self) -> TextArea:
        """Return the field for a few more words."""
        before = self.again.comment if self.again is not None else ""
        return TextArea(tr("documents.field_comment"), value=before, hint=tr("documents.form_optional"), lines=2)

    def buttons(self, word: str = "") -> None:
        """Put the way forward, with a word of its own where it has one, and the way back at the foot."""
        self.send = Button(word or tr(f"papers.{self.words}_send"), role="primary", icon="send")
        self.send.setObjectName(f"{self.words}_send")
        self.send.clicked.connect(self._send)
        keep = Button(tr(f"papers.{self.words}_not"))
        keep.clicked.connect(self.closed)
        self.add(Body(tr("papers.waits"), tone="ink2"), Box(FlowLayout(self.send, keep, gap=8)))

    def _send(self) -> None:
        found = list(self.problems())
        for field, text in found:
            field.set_error(text)
        wrong = [field for field, text in found if text]
        if wrong:
            wrong[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroller.reveal(wrong[0])
            self.host.announce(wrong[0].error())
            return
        self.host.spawn(self._accept())

    async def _accept(self) -> None:
        current = self.host.session.current
        if current is None or self.send is None or self.send.busy:
            return
        kind, files = self.act(), self.files()
        body = {name: value for name, value in self.body().items() if value not in ("", None, [])}
        if self.again is not None and body.get("subject") != (refused := f"Task/{self.again.id}"):
            body["corrects"] = refused

        async def accept(phrase: str) -> str:
            if self.send is not None:
                self.send.set_busy(True)
            try:
                return await self.host.session.bookings.act(kind, current.id, body, files=files, passphrase=phrase)
            finally:
                if self.send is not None:
                    self.send.set_busy(False)

        intent = await asked(self.host, step_up(kind), accept)
        if intent is not None:
            self.draft.sent()
            self.clear()
            self.done.emit(intent)

    def act(self) -> str:
        """Return the kind of the act, nothing for a form that writes a file."""
        return ""
