"""What the forms about papers have in common: the way back, fields in one column, one error by each field, an act that waits, a file.

Owns the frame of a form and the choice of a file. Does not own: what is asked (each form) nor what may be handed in (record/uploads).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from desktop import limits
from desktop.errors import UsageError
from desktop.record import uploads
from desktop.record.uploads import Upload
from desktop.views import asking, theme, wording
from desktop.views.page import Host
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Check,
    Combo,
    DateField,
    Field,
    FlowLayout,
    Heading,
    IconLabel,
    Labelled,
    Meta,
    ScrollPage,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr

WIDTH_PX: Final = 640


class PaperForm(QWidget):
    """A form in place of its page. `done` gives the id of the act; `closed` says that nothing is to be sent."""

    done = Signal(str)
    closed = Signal()
    kind = ""
    back = "papers.back"

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self.clinics: dict[str, str] = {}
        self.send: Button | None = None
        self.place = column(gap=16)
        side = 28 if theme.scale().large else 40
        self.scroll = ScrollPage(pad=(0, side, 32), gap=16)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroll)

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

    def files(self) -> Mapping[str, Upload]:
        """Return the files that go with the act."""
        return {}

    # --- the frame
    async def begin(self) -> None:
        """Show the form anew."""
        found = await self.host.session.subjects.facts("clinics")
        self.clinics = {one.organization_id or one.id: one.name for one in found if one.name}
        self.clear()
        whole = Box(self.place)
        whole.setMaximumWidth(theme.px(WIDTH_PX))
        # A row counts heights at the width that its widgets get; a column would count at its own.
        line = row()
        line.addWidget(whole, 1_000)
        line.addStretch(1)
        self.scroll.body.addLayout(line)
        back = Button(tr(self.back), role="text", icon="arrow-left")
        back.setObjectName("form_back")
        back.clicked.connect(self.closed)
        self.add(Box(row(back, STRETCH)))
        self.add(Heading(tr(f"papers.{self.kind}_title"), level=2))
        self.add(Body(tr(f"papers.{self.kind}_about"), tone="ink2"))
        self.ask()
        self.scroll.body.addStretch(1)
        back.setFocus(Qt.FocusReason.OtherFocusReason)

    def clear(self) -> None:
        """Forget what was written, in this turn."""
        self.send = None
        clear(self.scroll.body)
        self.place = column(gap=16)

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
        made = Combo(label, items, chosen=chosen)
        made.box.setObjectName(name)
        made.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.box.setMinimumContentsLength(16)
        return made

    def clinic_choice(self) -> Combo:
        """Return the choice of a clinic."""
        items = [("", tr("documents.form_clinic_choose")), *self.clinics.items()]
        return self.choice(tr("documents.field_clinic"), items, name=f"{self.kind}_clinic")

    def buttons(self) -> None:
        """Put the way forward and the way back at the foot."""
        self.send = Button(tr(f"papers.{self.kind}_send"), role="primary", icon="send")
        self.send.setObjectName(f"{self.kind}_send")
        self.send.clicked.connect(self._send)
        keep = Button(tr(f"papers.{self.kind}_not"))
        keep.clicked.connect(self.closed)
        self.add(Body(tr("papers.waits"), tone="ink2"), Box(FlowLayout(self.send, keep, gap=8)))

    def _send(self) -> None:
        found = list(self.problems())
        for field, text in found:
            field.set_error(text)
        wrong = [field for field, text in found if text]
        if wrong:
            wrong[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroll.reveal(wrong[0])
            self.host.announce(wrong[0].error())
            return
        self.host.spawn(self._accept())

    async def _accept(self) -> None:
        current = self.host.session.current
        if current is None or self.send is None or self.send.busy:
            return
        self.send.set_busy(True)
        try:
            body = {name: value for name, value in self.body().items() if value not in ("", None, [])}
            intent = await self.host.session.bookings.act(self.act(), current.id, body, files=self.files())
        finally:
            if self.send is not None:
                self.send.set_busy(False)
        self.clear()
        self.done.emit(intent)

    def act(self) -> str:
        """Return the kind of the act, nothing for a form that writes a file."""
        return ""


def day_problem(field: DateField, *, is_required: bool = True) -> str:
    """Say what is wrong with a date."""
    if field.date() is not None:
        return ""
    if not field.value().strip():
        return tr("documents.error_empty") if is_required else ""
    return tr("documents.error_date")


def period_problem(first: DateField, last: DateField) -> str:
    """Say what is wrong with the end of a period."""
    start, end = first.date(), last.date()
    if start is not None and end is not None and end < start:
        return tr("documents.error_period", on=wording.day(start, today=start))
    return day_problem(last)


def iso(on: date | None) -> str:
    """Write a date as an act has it."""
    return on.isoformat() if on is not None else ""


def text_problem(field: Field | TextArea, *, most: int, is_required: bool = False) -> str:
    """Say what is wrong with words."""
    text = field.value().strip()
    if not text:
        return tr("documents.error_empty") if is_required else ""
    return tr("documents.error_long", n=most) if len(text) > most else ""


class UploadField(Labelled):
    """One file that goes with an act: PDF or JPEG, no more than 5 MB; looked at when it is chosen, refused in words."""

    def __init__(self, label: str, host: Host, *, hint: str = "") -> None:
        self._host = host
        self.upload: Upload | None = None
        self.pick = Button(tr("papers.file_choose"), icon="upload", name=f"{tr('papers.file_choose')}: {label}")
        self.pick.setObjectName("upload_pick")
        self.pick.clicked.connect(lambda: host.spawn(self._pick()))
        self.drop = Button(tr("papers.file_drop"), role="text", tight=True)
        self.drop.setObjectName("upload_drop")
        self.drop.clicked.connect(self.take_out)
        self._name = Meta("", tone="ink")
        chosen = row(IconLabel("document", "accent", 20), gap=8)
        chosen.addWidget(self._name, 1)
        chosen.addWidget(self.drop)
        self._chosen = Box(chosen)
        place = column(gap=4)
        place.addLayout(row(self.pick, STRETCH))
        place.addWidget(self._chosen)
        inside = Box(place)
        inside.setFocusProxy(self.pick)
        super().__init__(label, inside, hint=hint or tr("papers.file_hint"))
        self._chosen.hide()

    async def _pick(self) -> None:
        path = await asking.which_to_open(self, tr("papers.file_title"), tr("papers.file_pattern"))
        if path is not None:
            await self.take(path)

    async def take(self, path: Path) -> None:
        """Look at a file and keep it in memory, or say under the field why not."""
        try:
            data = await asyncio.to_thread(_beginning, path)
            self.upload = uploads.examined(path.name, data)
        except UsageError as error:
            self._refuse(wording.error(error))
            return
        except OSError:
            self._refuse(tr("papers.file_unread"))
            return
        self.set_error("")
        self._name.set_text(f"{self.upload.title}, {wording.size(len(self.upload.data))}")
        self._chosen.show()
        self._host.announce(tr("papers.file_taken", name=self.upload.title))

    def _refuse(self, text: str) -> None:
        self.take_out()
        self.set_error(text)
        self._host.announce(text)

    def take_out(self) -> None:
        """Forget the file."""
        self.upload = None
        self._chosen.hide()


class Agreement(Labelled):
    """A yes without which nothing is sent: a check mark with its words, and the error under it."""

    def __init__(self, text: str, *, name: str) -> None:
        self.check = Check(text)
        self.check.setObjectName(name)
        super().__init__(tr("papers.agreement"), self.check)

    def problem(self) -> str:
        """Say that the yes is missing."""
        return "" if self.check.isChecked() else tr("papers.error_agree")


def _beginning(path: Path) -> bytes:
    """Read a file up to just past the bound: the rest of a film is not needed to refuse it."""
    with path.open("rb") as file:
        return file.read(limits.UPLOAD_BYTES + 1)

