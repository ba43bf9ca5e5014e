"""Fields that several forms ask, and what is wrong with a field: a file, a yes, a day, a period, words.

Does not own: what may be handed in (record/uploads) nor when a form looks (paper_form, cover_form).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt

from desktop import limits
from desktop.errors import NotAllowed, UsageError
from desktop.record import uploads
from desktop.record.acts import ACTS
from desktop.record.uploads import Upload
from desktop.views import asking, wording
from desktop.views.page import Host
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Check,
    DateField,
    Field,
    IconLabel,
    Labelled,
    Meta,
    TextArea,
    column,
    row,
)
from desktop.views.parts.dropping import DropPlace
from desktop.words import tr


def day_problem(field: DateField, *, is_required: bool = True) -> str:
    """Say what is wrong with a date."""
    if field.date() is not None:
        return ""
    if not field.value().strip():
        return tr("documents.error_empty") if is_required else ""
    return tr("documents.error_date")


def period_problem(first: DateField, last: DateField, *, is_required: bool = True) -> str:
    """Say what is wrong with the end of a period."""
    start, end = first.date(), last.date()
    if start is not None and end is not None and end < start:
        return tr("documents.error_period", on=wording.day(start, today=start))
    return day_problem(last, is_required=is_required)


def day_of(text: str) -> date | None:
    """Read a date as an act has it; what is none is nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def iso(on: date | None) -> str:
    """Write a date as an act has it."""
    return on.isoformat() if on is not None else ""


def text_problem(field: Field | TextArea, *, most: int, is_required: bool = False) -> str:
    """Say what is wrong with words."""
    text = field.value().strip()
    if not text:
        return tr("documents.error_empty") if is_required else ""
    return tr("care.too_long", n_has=len(text), n_max=most) if len(text) > most else ""


def room_problem(field: Field | TextArea, kind: str, name: str) -> str:
    """Say how much an act of this kind takes in its field `name`, where what is written is longer."""
    return text_problem(field, most=next(one.max_chars for one in ACTS[kind].fields if one.name == name))


_ENDINGS: Final[Mapping[tuple[str, ...], str]] = {(uploads.PDF,): "PDF (*.pdf)", (uploads.SIGNATURE,): "CMS (*.sig *.p7s *.p7m)"}


class UploadField(Labelled):
    """One file that goes with an act, of one of `kinds`: looked at when it is chosen, refused in words, taken out again.

    `problem` says why the file that stands there cannot go.
    """

    def __init__(
        self, label: str, host: Host, *, name: str = "upload", word: str = "", hint: str = "", kinds: tuple[str, ...] = uploads.PAPERS
    ) -> None:
        self._host, self._kinds = host, kinds
        self.upload: Upload | None = None
        self.problem = ""
        word = word or tr("papers.file_choose")
        self.pick = Button(word, icon="upload", name=f"{word}: {label}")
        self.pick.setObjectName(f"{name}_pick")
        self.pick.clicked.connect(lambda: host.spawn(self._pick()))
        self.drop = Button(tr("papers.file_drop"), role="text", tight=True, name=f"{tr('papers.file_drop')}: {label}")
        self.drop.setObjectName(f"{name}_drop")
        self.drop.clicked.connect(self._take_out)
        self._name = Meta("", tone="ink")
        chosen = row(IconLabel("document", "accent", 20), gap=8)
        chosen.addWidget(self._name, 1)
        chosen.addWidget(self.drop)
        self._chosen = Box(chosen)
        place = column(gap=4)
        may_drop = host.profile.may_save
        place.addLayout(row(self.pick, *([Meta(tr("papers.file_or_drop"))] if may_drop else []), STRETCH))
        place.addWidget(self._chosen)
        inside = Box(place)
        inside.setFocusProxy(self.pick)
        super().__init__(label, inside, hint=hint or tr("papers.file_hint"))
        self._chosen.hide()
        if may_drop:
            DropPlace(self).dropped.connect(lambda path: host.spawn(self.take(path)))

    async def _pick(self) -> None:
        if not self._host.profile.may_save:
            raise NotAllowed("upload.not_here")
        pattern = _ENDINGS.get(self._kinds) or tr("papers.file_pattern")
        path = await asking.which_to_open(self, self.pick.text(), pattern)
        if path is not None:
            await self.take(path)

    async def take(self, path: Path) -> None:
        """Look at a file and keep it in memory, or say under the field why not."""
        try:
            data = await asyncio.to_thread(_beginning, path)
            self.upload = uploads.examined(path.name, data, kinds=self._kinds)
        except UsageError as error:
            self._refuse(path.name, wording.error(error))
            return
        except OSError:
            self._refuse(path.name, tr("papers.file_unread"))
            return
        self._show(f"{self.upload.title}, {wording.size(len(self.upload.data))}")
        self._host.announce(tr("papers.file_taken", name=self.upload.title))

    def _refuse(self, name: str, text: str) -> None:
        self.upload = None
        self._show(name, problem=text)
        self._host.announce(text)

    def _show(self, name: str, *, problem: str = "") -> None:
        self.problem = problem
        self.set_error(problem)
        self._name.set_text(name)
        self._chosen.setVisible(bool(name))

    def _take_out(self) -> None:
        self.upload = None
        self._show("")
        self.pick.setFocus(Qt.FocusReason.OtherFocusReason)


class Agreement(Labelled):
    """A yes without which nothing is sent: a check mark with its words, and the error under it."""

    def __init__(self, text: str, *, name: str, label: str = "") -> None:
        self.check = Check(text)
        self.check.setObjectName(name)
        super().__init__(label, self.check)

    def is_on(self) -> bool:
        """Say whether it was given."""
        return self.check.isChecked()


def _beginning(path: Path) -> bytes:
    """Read a file up to just past the bound: the rest of a film is not needed to refuse it."""
    with path.open("rb") as file:
        return file.read(limits.UPLOAD_BYTES + 1)
