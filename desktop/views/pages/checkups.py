"""The page of check-ups: this year's with its steps, all that is left on one day, past ones, how it goes (mockup 09)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.prevention_rows import CheckupsView, PastCheckup, StepRow
from desktop.views.columns import Columns
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages import checkup_words as words
from desktop.views.pages.asked_line import AskedCard
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.checkup_parts import AnswersCard, DayTicket, GroupsCard, HowCard, NowCard, PastCard
from desktop.views.pages.documents_leave import Leaving
from desktop.views.parts import STRETCH, Box, EmptyState, Notice, clear, column
from desktop.views.parts.narrowing import Kept
from desktop.words import tr

_SHARE: Final = (712, 344)


class CheckupsPage(ColumnPage):
    """«Диспансеризация»."""

    section = "checkups"
    topics = ("checkups", "bookings", "people", "documents")
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._view: CheckupsView | None = None
        self._shows = "now"
        self._opened = ""
        self._kept: Kept = ("", "")
        self.past: PastCard | None = None
        self._leaving = Leaving(host, self)
        self.banner = Notice(tr("checkups.banner"), strong=tr("checkups.banner_strong"), kind="accent", action=tr("checkups.how"))
        self.banner.acted.connect(lambda: self._turn("how"))
        self._left, self._right = Box(column(gap=16)), Box(column(gap=16))
        self.column.addWidget(self.banner)
        self.column.addWidget(Columns(Box(column(self._left, STRETCH)), Box(column(self._right, STRETCH)), share=_SHARE))
        self.column.addStretch(1)

    # --- asking
    async def refresh(self) -> None:
        self.show_view(await self.host.session.checkups.view())

    def clear(self) -> None:
        self._view, self._shows, self.past = None, "now", None
        self._kept = ("", self._kept[1])
        clear(_lay(self._left))
        clear(_lay(self._right))

    def show_view(self, view: CheckupsView) -> None:
        """Show the page."""
        self._view = view
        left, right = _lay(self._left), _lay(self._right)
        clear(left)
        clear(right)
        today = local_date(self.host.clock)
        self.banner.setVisible(self._shows != "how")
        if self._shows == "how":
            self.how = HowCard(is_minor=view.is_minor, edition=view.edition)
            self.how.closed.connect(lambda: self._turn("now"))
            left.addWidget(self.how)
        elif view.now is None:
            left.addWidget(EmptyState(tr("checkups.empty"), tr("checkups.empty_more"), icon="shield-check"))
        else:
            self.now = NowCard(view.now, today=today, edition=view.edition)
            self.now.opened.connect(self._open_step)
            left.addWidget(self.now)
            if self._shows == "answers":
                card = AnswersCard(view.answers)
                card.closed.connect(lambda: self._turn("now"))
                left.insertWidget(0, card)
                # A widget that is not shown yet takes no focus.
                card.show()
                card.back.setFocus()
        if view.ask is not None:
            more = tr("checkups.ask_done") if view.ask.state == "done" else ""
            right.addWidget(AskedCard(view.ask, tr("checkups.ask"), self.host, more=more))
        if view.now is not None and view.now.day is not None:
            self.ticket = DayTicket(view.now.day, may_ask=not view.is_asked)
            self.ticket.booked.connect(lambda: self.host.spawn(self._book_all()))
            right.addWidget(self.ticket)
        self.past = PastCard(view.past, today=today, kept=self._kept)
        self.past.narrowing.changed.connect(self._narrowed)
        self.past.saved.connect(lambda id: self.host.spawn(self._past_out(id, "saved")))
        self.past.printed.connect(lambda id: self.host.spawn(self._past_out(id, "printed")))
        self.past.mailed.connect(lambda id: self.host.spawn(self._past_out(id, "mailed")))
        self.past.paper.connect(lambda id: self.host.go("documents", id))
        right.addWidget(self.past)
        right.addWidget(GroupsCard(is_minor=view.is_minor))

    def _narrowed(self) -> None:
        if self.past is not None:
            self._kept = self.past.narrowing.kept()

    def _turn(self, shows: str) -> None:
        was, self._shows = self._shows, shows
        if self._view is None:
            return
        self.show_view(self._view)
        if shows == "how":
            self.scroller.verticalScrollBar().setValue(0)
            self.how.show()
            self.how.back.setFocus(Qt.FocusReason.OtherFocusReason)
        elif shows == "now":
            self._stand_at_opener(was)

    def _stand_at_opener(self, was: str) -> None:
        """Go back to what led to what was shown; the card of the year was built anew."""
        opener: QWidget | None = self.banner.action
        if was == "answers" and self._view is not None and self._view.now is not None:
            self.now.show()
            opener = self.now.findChild(QWidget, f"step_{self._opened}")
        if opener is not None:
            opener.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- doing
    def _open_step(self, key: str) -> None:
        now = self._view.now if self._view is not None else None
        step = next((one for one in now.steps if one.key == key), None) if now is not None else None
        if step is None:
            return
        match step.link:
            case "answers":
                self._opened = key
                self._turn("answers")
            case "document":
                self.host.go("documents", step.subject)
            case "report":
                self.host.go("results", step.subject)
            case "booking":
                self.host.go("bookings", step.subject or None)
            case _:
                self._book_step(step)

    def _book_step(self, step: StepRow) -> None:
        wanted = words.specialty(step.title)
        self.host.book(**({"specialty": wanted} if wanted else {}))

    async def _book_all(self) -> None:
        now = self._view.now if self._view is not None else None
        if now is None:
            return
        intent = await self.host.session.checkups.book(now)
        day = words.heading(now.day.on) if now.day is not None else ""
        self.host.toast(tr("checkups.asking", day=day), undo=lambda: self.host.spawn(take_back(self.host, intent)), icon="calendar-plus")
        self.reload()

    async def _past_out(self, id: str, how: str) -> None:
        """Let out the clinic's own document where it is here, else a sheet of what the record knows."""
        one = next((one for one in self._view.past if one.id == id), None) if self._view is not None else None
        if one is None:
            return
        if one.document and (await self.host.session.documents.get(one.document)).place == "here":
            if how == "saved":
                await self._leaving.save(one.document)
            elif how == "mailed":
                await self._leaving.mail(one.document)
            else:
                await self._leaving.print(one.document)
            return
        await self._sheet_out(one, how)

    async def _sheet_out(self, one: PastCheckup, how: str) -> None:
        sheet = words.sheet_past(one, self.host.session.current, today=local_date(self.host.clock))
        if how == "saved" and await self._leaving.save_sheet(sheet) is not None:
            await self.host.session.checkups.note("saved")
        elif how == "printed" and await self._leaving.print_sheet(sheet):
            await self.host.session.checkups.note("printed")
        elif how == "mailed":
            await self._leaving.mail_sheet(sheet)

    async def _now_out(self, how: str) -> None:
        now = self._view.now if self._view is not None else None
        if now is None:
            return
        sheet = words.sheet_now(now, self.host.session.current, today=local_date(self.host.clock))
        await (self._leaving.save_sheet(sheet) if how == "saved" else self._leaving.print_sheet(sheet))

    # --- the shell's keys
    def filter_field(self) -> QWidget | None:
        return self.past.narrowing.search if self.past is not None and self.past.narrowing.search.isVisible() else None

    def regions(self) -> tuple[QWidget, ...]:
        return (self.banner, self._left, self._right)

    def step_back(self) -> bool:
        was = self._shows != "now"
        if was:
            self._turn("now")
        return was

    def save_subject(self) -> bool:
        return self._if_now("saved")

    def print_subject(self) -> bool:
        return self._if_now("printed")

    def _if_now(self, how: str) -> bool:
        if self._view is None or self._view.now is None:
            return False
        self.host.spawn(self._now_out(how))
        return True

    def remember(self) -> Memory:
        return {**super().remember(), "shows": self._shows, "sought": self._kept[0], "order": self._kept[1]}

    def restore(self, memory: Mapping[str, object]) -> None:
        if memory.get("shows") in ("now", "how", "answers"):
            self._shows = str(memory["shows"])
        self._kept = str(memory.get("sought", "")), str(memory.get("order", ""))
        super().restore(memory)


def _lay(box: QWidget) -> QVBoxLayout:
    made = box.layout()
    assert isinstance(made, QVBoxLayout)
    return made
