"""The form by which the card leaves as a file: which sections, since when, of what kind; how far it has come, and giving it up.

*Source*: requirements C42.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt

from desktop.clock import local_date
from desktop.errors import NotAllowed
from desktop.session.export import SECTIONS, Choice
from desktop.views import asking, book
from desktop.views.page import Host
from desktop.views.pages import card_paper
from desktop.views.pages.documents_leave import sheet_name
from desktop.views.pages.form_fields import day_problem
from desktop.views.pages.paper_form import PaperForm
from desktop.views.pages.step_up import confirmed
from desktop.views.parts import Body, Box, Button, Check, DateField, FlowLayout, Labelled, Notice, column
from desktop.words import tr

_SUFFIXES: Final = {"pdf": ".pdf", "zip": ".zip", "xml": ".xml", "fhir": ".json", "csv": ".csv"}


class ExportForm(PaperForm):
    """«Выгрузить карту»."""

    words = "export"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.work: asyncio.Task[int] | None = None

    def ask(self) -> None:
        formats = [(key, tr(f"papers.format_{key}")) for key in _SUFFIXES]
        self.format = self.choice(tr("papers.format"), formats, name="export_format", chosen="pdf")
        self.sections = {key: Check(tr(f"shell.section_{card_paper.NAMED.get(key, key)}"), checked=True) for key in SECTIONS}
        for key, one in self.sections.items():
            one.setObjectName(f"export_section_{key}")
        self.list = Labelled(tr("papers.pass_list"), Box(column(*self.sections.values(), gap=0)))
        self.list.editor.setFocusProxy(self.sections["health"])
        self.since = DateField(tr("papers.from"), today=local_date(self.host.clock), hint=tr("papers.period_hint"))
        self.moving = Body("", tone="ink2")
        self.moving.hide()
        self.stop = Button(tr("papers.export_stop"), icon="close")
        self.stop.setObjectName("export_stop")
        self.stop.clicked.connect(self.give_up)
        self.stop.hide()
        self.go = Button(tr("papers.export_send"), role="primary", icon="save")
        self.go.setObjectName("export_send")
        self.go.clicked.connect(self._send)
        self.keep = Button(tr("papers.export_not"))
        self.keep.clicked.connect(self.closed)
        self.add(self.format, self.list, self.since, Notice(tr("papers.export_open"), strong=tr("papers.export_strong"), kind="warn"))
        self.add(self.moving, Box(FlowLayout(self.go, self.keep, self.stop, gap=8)))

    def chosen(self) -> tuple[str, ...]:
        """Return the sections that are ticked."""
        return tuple(key for key, one in self.sections.items() if one.isChecked())

    def problems(self) -> Sequence[tuple[Labelled, str]]:
        return (
            (self.list, "" if self.chosen() else tr("papers.error_sections")),
            (self.since, day_problem(self.since, is_required=False)),
        )

    def body(self) -> Mapping[str, Any]:
        return {}

    async def _accept(self) -> None:
        current = self.host.session.current
        if current is None or self.work is not None:
            return
        if not self.host.profile.may_save:
            raise NotAllowed("document.saved")
        if not await confirmed(self.host, "sharing"):
            return
        format = self.format.chosen()
        name = Path(sheet_name(tr("papers.export_name", name=current.given))).with_suffix(_SUFFIXES[format]).name
        pattern = tr("documents.file_pattern", suffix=_SUFFIXES[format])
        path = await asking.where_to_save(self, tr("papers.export_where"), name, pattern)
        if path is None:
            return
        # All sections are the whole card, and that has more than they show.
        part = () if len(self.chosen()) == len(SECTIONS) else self.chosen()
        choice = Choice(person=current.id, sections=part, since=self.since.date())
        self._moving(is_on=True)
        self.work = asyncio.ensure_future(self._write(path, format, choice))
        try:
            await asyncio.wait([self.work])
            self._ended(self.work, path)
        finally:
            self.work = None

    async def _write(self, path: Path, format: str, choice: Choice) -> int:
        """Write the file and return how many documents it ought to have and has not."""
        desk = self.host.session.export
        if format == "pdf":
            sheets = await card_paper.sheets(self.host.session, choice, today=local_date(self.host.clock))
            await book.write_book(sheets, path, self._moved)
            await desk.note(choice.person, format)
            return 0
        return (await desk.write(path, format, choice, self._moved)).missing  # type: ignore[arg-type]

    def _ended(self, work: asyncio.Task[int], path: Path) -> None:
        if self.send_is_gone():
            return
        self._moving(is_on=False)
        if work.cancelled():
            self.host.announce(tr("papers.export_stopped"))
            self.host.toast(tr("papers.export_stopped"), icon="info")
            return
        error = work.exception()
        if error is not None:
            raise error
        missing = f". {tr('papers.export_missing', work.result())}" if work.result() else ""
        self.host.toast(tr("documents.saved", name=path.name) + missing, icon="save")
        self.closed.emit()

    def send_is_gone(self) -> bool:
        """Say whether the form was cleared meanwhile."""
        return self.scroller.body.count() == 0

    def _moving(self, *, is_on: bool) -> None:
        self.moving.set_text(tr("papers.export_begins") if is_on else "")
        self.moving.setVisible(is_on)
        self.stop.setVisible(is_on)
        self.go.setVisible(not is_on)
        self.keep.setVisible(not is_on)
        (self.stop if is_on else self.go).setFocus(Qt.FocusReason.OtherFocusReason)

    def _moved(self, done: int, total: int) -> None:
        if not self.send_is_gone():
            self.moving.set_text(tr("papers.export_moved", done=done, total=max(total, done)))

    def give_up(self) -> None:
        """Stop; nothing of the file stays."""
        if self.work is not None:
            self.work.cancel()

    def clear(self) -> None:
        self.give_up()
        super().clear()
