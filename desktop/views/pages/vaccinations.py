"""The page of vaccinations: what is missed, the calendar as lines with stops, one stop opened, reminders, due, done (mockup 08)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record.vaccine_matrix import Line, Mark
from desktop.session.prevention_rows import Reminders, VaccinationsView
from desktop.views import asking, theme
from desktop.views.columns import Columns
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages import vaccination_words as words
from desktop.views.pages.asked_line import AskedCard
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.documents_leave import Leaving
from desktop.views.pages.vaccination_parts import AheadCard, DoneCard, ReminderCard, Sideways, StopCard, legend
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    EmptyState,
    FlowLayout,
    Heading,
    Meta,
    Notice,
    PlainLabel,
    Stop,
    VaccineLine,
    VaccineMatrix,
    clear,
    column,
    row,
    set_tooltip,
)
from desktop.views.parts.narrowing import Kept
from desktop.words import tr

_SHARE: Final = (672, 392)
_LEGEND_BESIDE_PX: Final = 960
"""From this width on the signs stand at the right of the heading."""


class ShareCard(Card):
    """The warning before a certificate goes to the mail program, the safe answer first."""

    def __init__(self) -> None:
        self.keep = Button(tr("vaccinations.share_not"))
        self.go_on = Button(tr("vaccinations.share_go"), icon="mail")
        lay = column(Heading(tr("vaccinations.share_title")), Body(tr("vaccinations.share_more")),
                     Box(FlowLayout(self.keep, self.go_on, gap=8)), gap=10)  # fmt: skip
        super().__init__(lay, role="conflict", pad=(16, 20))


class VaccinationsPage(ColumnPage):
    """«Прививки»."""

    section = "vaccinations"
    # Answers to what was asked come as Tasks, which are news of the documents.
    topics = ("vaccinations", "documents", "bookings", "people")
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._view: VaccinationsView | None = None
        self._marks: dict[str, Mark] = {}
        self._open_id = ""
        self._kept: Kept = ("", "")
        self.done: DoneCard | None = None
        self.matrix: VaccineMatrix | None = None
        self.share: ShareCard | None = None
        self._leaving = Leaving(host, self)
        self._top = Box(column(gap=12))
        self._middle = Box(column(gap=0))
        self._bottom = Box(column(gap=16))
        self.opened = StopCard()
        self.opened.acted.connect(self._act)
        self.reminders = ReminderCard()
        self.reminders.changed.connect(lambda kept: host.spawn(self._remind(kept)))
        self.reminders.letter_asked.connect(self._letter)
        self._panel = Box(column(gap=0))
        self._panel.hide()
        self._pair = Columns(Box(column(self.opened, self._panel, gap=12)), self.reminders, gap=16, share=_SHARE)
        for part in (self._top, self._middle, self._pair, self._bottom):
            self.column.addWidget(part)
        self.column.addStretch(1)
        self._pair.hide()

    # --- asking
    async def refresh(self) -> None:
        view = await self.host.session.vaccinations.view()
        self.show_view(view)

    def clear(self) -> None:
        self._view, self._open_id, self.matrix, self.done = None, "", None, None
        self._kept = ("", self._kept[1])
        self._marks = {}
        self._close_share()
        for box in (self._top, self._middle, self._bottom):
            clear(_lay(box))
        self.opened.show_none()
        self._pair.hide()

    def show_view(self, view: VaccinationsView) -> None:
        """Show the page."""
        had_focus = self.matrix is not None and self.matrix.hasFocus()
        self._view = view
        self._show_top(view)
        self.done = None
        clear(_lay(self._middle))
        clear(_lay(self._bottom))
        self._pair.setVisible(bool(view.lines or view.done))
        if not view.lines and not view.done:
            _lay(self._middle).addWidget(EmptyState(tr("vaccinations.empty"), tr("vaccinations.empty_more"), icon="syringe"))
            return
        if view.matrix is not None and view.matrix.rows:
            _lay(self._middle).addWidget(self._calendar(view))
            if had_focus and self.matrix is not None:
                self.matrix.setFocus()
        self._show_stop()
        upcoming = tr("vaccinations.next_none")
        if view.next is not None:
            when = words.when(view.next)
            upcoming = tr("vaccinations.next", title=words.title(view.next), when=when)
        self.reminders.show_one(view.reminders, upcoming=upcoming)
        _lay(self._bottom).addWidget(AheadCard(view.ahead, note=view.edition))
        if view.done:
            against = {line.injection: words.title(line) for line in self._lines(view) if line.injection}
            self.done = DoneCard(view.done, against=against, kept=self._kept)
            self.done.narrowing.changed.connect(self._narrowed)
            self.done.opened.connect(self._open_injection)
            self.done.paper.connect(lambda id: self.host.go("documents", id))
            self.done.save_asked.connect(lambda: self.host.spawn(self._save_all()))
            _lay(self._bottom).addWidget(self.done)

    def _narrowed(self) -> None:
        if self.done is not None:
            self._kept = self.done.narrowing.kept()

    def _show_top(self, view: VaccinationsView) -> None:
        lay = _lay(self._top)
        clear(lay)
        self.refresh_button = Button(tr("vaccinations.refresh"), icon="sync")
        self.refresh_button.setObjectName("vaccinations_refresh")
        self.refresh_button.clicked.connect(lambda: self.host.spawn(self._refresh()))
        is_asked = view.ask is not None and view.ask.state in ("waiting", "unconfirmed", "sent", "in_progress")
        if is_asked:
            self.refresh_button.hide()
        if view.missed:
            notice = self._missed(view)
            if theme.scale().large:
                lay.addWidget(notice)
                lay.addLayout(row(self.refresh_button, STRETCH))
            else:
                line = row(gap=16)
                line.addWidget(notice, 1)
                line.addWidget(self.refresh_button)
                lay.addLayout(line)
        else:
            lay.addLayout(row(STRETCH, self.refresh_button))
        if view.ask is not None:
            more = tr("vaccinations.ask_done") if view.ask.state == "done" else ""
            lay.addWidget(AskedCard(view.ask, tr("vaccinations.ask_refresh"), self.host, more=more))

    def _missed(self, view: VaccinationsView) -> Notice:
        first = view.missed[0]
        rule = words.rule(first)
        text = tr("vaccinations.missed_rule", rule=rule) if rule else tr("vaccinations.missed_no_rule")
        if len(view.missed) > 1:
            text = f"{text} {tr('vaccinations.missed_more', len(view.missed) - 1)}"
        made = Notice(text, strong=tr("vaccinations.missed", title=words.title(first)), kind="warn", action_role="default", edge="warnLine",
                      action=tr("vaccinations.book_adult" if view.is_adult else "vaccinations.book_child"))  # fmt: skip
        made.acted.connect(self._book)
        return made

    def _calendar(self, view: VaccinationsView) -> QWidget:
        assert view.matrix is not None
        card = Card(column(gap=8), pad=(16, 24, 14))
        head = Heading(tr("vaccinations.calendar_adult" if view.is_adult else "vaccinations.calendar"), wrap=False)
        said = PlainLabel(words.progress(view), tone="ink2", wrap=False)
        card.body.addWidget(Columns(Box(FlowLayout(head, said, gap=16)), legend(), least_px=_LEGEND_BESIDE_PX, share=(1, 0)))
        columns = [words.column(one, months=view.age_months) for one in view.matrix.columns]
        self._marks = {}
        lines = []
        for series, marks in view.matrix.rows:
            stops = tuple(Stop(id=m.line.id, column=m.column, kind=words.kind(m.line), said=words.said(m)) for m in marks)
            self._marks |= {mark.line.id: mark for mark in marks}
            name = "dt" if view.is_adult and series == "dtp" else series
            lines.append(VaccineLine(words.series(name), stops))
        self.matrix = VaccineMatrix(
            lines, columns=columns, now=view.matrix.now, name=tr("vaccinations.matrix"),
            caption=tr("vaccinations.caption_adult" if view.is_adult else "vaccinations.caption"),
        )  # fmt: skip
        self.matrix.opened.connect(self._open_stop)
        set_tooltip(self.matrix, view.edition)
        card.body.addWidget(Sideways(self.matrix) if theme.scale().large else self.matrix)
        edition = Meta(self._edition(view))
        set_tooltip(edition, view.edition)
        card.body.addWidget(edition)
        return card

    def _edition(self, view: VaccinationsView) -> str:
        """Write «Календарь от …», and that it is provisional or out of date."""
        first = tr("vaccinations.edition", day=words.full_day(view.in_force_from))
        return f"{first}. {tr('vaccinations.edition_over' if view.is_stale else 'vaccinations.edition_more')}"

    # --- one stop
    def _show_stop(self) -> None:
        view = self._view
        if view is None:
            return
        line = self._line_of(self._open_id) or self._first_line(view)
        if line is None:
            self.opened.show_none()
            return
        self._open_id = line.id
        one = next((one for one in view.done if one.id == line.injection), None)
        if one is not None:
            current = self.host.session.current
            self.opened.show_done(line, one, birth=current.birth_date if current else None, portal=view.portal)
        else:
            self.opened.show_ahead(line, is_adult=view.is_adult)

    def _line_of(self, id: str) -> Line | None:
        """Find a line by its own id, by the vaccination that closed it, or by the portal's recommendation as a whole."""
        if self._view is None or not id:
            return None
        known = self._lines(self._view)
        bare = id.rsplit("/", 1)[-1]
        found = next((one for one in known if bare in (one.id, one.injection)), None)
        return found or next((one for one in known if one.id.startswith(bare + ".")), None)

    def _lines(self, view: VaccinationsView) -> list[Line]:
        return [*(mark.line for mark in self._marks.values()), *view.lines]

    def _first_line(self, view: VaccinationsView) -> Line | None:
        """Return what is opened by itself: the newest vaccination of a line, else what is ahead."""
        known = [mark.line for mark in self._marks.values() if mark.line.injection]
        if known:
            return max(known, key=lambda one: one.on.toordinal() if one.on is not None else 0)
        return next(iter(view.ahead), None)

    def _open_stop(self, id: str) -> None:
        self._open_id = id
        self._close_share()
        self._show_stop()
        mark = self._marks.get(id)
        if mark is not None:
            self.host.announce(words.said(mark))

    def _open_injection(self, id: str) -> None:
        self._open_stop(id)
        self.scroller.ensureWidgetVisible(self.opened)

    def show_subject(self, subject: str) -> None:
        self._open_id = subject
        if self._view is not None:
            self._show_stop()

    # --- doing
    def _act(self, key: str) -> None:
        one, line = self.opened.injection, self.opened.line
        if key == "book":
            self._book()
        elif key == "share":
            self._ask_share()
        elif key == "paper" and one is not None:
            self.host.go("documents", one.certificate)
        elif one is not None and line is not None:
            self.host.spawn(self._out(key))

    async def _out(self, key: str) -> None:
        one, line, view = self.opened.injection, self.opened.line, self._view
        if one is None or line is None or view is None:
            return
        sheet = words.certificate(one, words.against(line), self.host.session.current, portal=view.portal,
                                  today=local_date(self.host.clock))  # fmt: skip
        if key == "save" and await self._leaving.save_sheet(sheet) is not None:
            await self.host.session.vaccinations.note("certificate.saved")
        elif key == "print" and await self._leaving.print_sheet(sheet):
            await self.host.session.vaccinations.note("certificate.printed")
        elif key == "mail":
            self._close_share()
            if await self._leaving.mail_sheet(sheet):
                await self.host.session.vaccinations.note("certificate.shared")

    def _ask_share(self) -> None:
        self._close_share()
        self.share = ShareCard()
        self.share.keep.clicked.connect(self._close_share)
        self.share.go_on.clicked.connect(lambda: self.host.spawn(self._out("mail")))
        _lay(self._panel).addWidget(self.share)
        self._panel.show()
        self.share.keep.setFocus()
        self.scroller.reveal(self.share)

    def _close_share(self) -> bool:
        was = self.share is not None
        self.share = None
        clear(_lay(self._panel))
        self._panel.hide()
        if was and "share" in self.opened.buttons:
            self.opened.buttons["share"].setFocus()
        return was

    async def _save_all(self) -> None:
        if self._view is None:
            return
        sheet = words.all_done(self._view, self.host.session.current, today=local_date(self.host.clock))
        if await self._leaving.save_sheet(sheet) is not None:
            await self.host.session.vaccinations.note("list.saved")

    def _book(self) -> None:
        is_adult = self._view is not None and self._view.is_adult
        self.host.book(specialty=words.THERAPIST if is_adult else words.PEDIATRICIAN)

    async def _refresh(self) -> None:
        intent = await self.host.session.vaccinations.refresh()
        self.host.toast(tr("vaccinations.refreshing"), undo=lambda: self.host.spawn(take_back(self.host, intent)), icon="sync")
        self.reload()

    async def _remind(self, reminders: Reminders) -> None:
        await self.host.session.vaccinations.remind(reminders)
        self.host.toast(tr("vaccinations.remind_kept"), icon="bell")
        self.reload()

    def _letter(self) -> None:
        """Open the mail program with a subject that names nobody and no vaccine."""
        if not asking.open_mail(tr("vaccinations.letter_subject")):
            self.host.toast(tr("vaccinations.letter_none"), icon="mail")

    # --- the shell's keys
    def filter_field(self) -> QWidget | None:
        return self.done.narrowing.search if self.done is not None and self.done.narrowing.search.isVisible() else None

    def regions(self) -> tuple[QWidget, ...]:
        return (self._top, self._middle, self.opened, self.reminders, self._bottom)

    def step_back(self) -> bool:
        return self._close_share()

    def save_subject(self) -> bool:
        return self._if_open("save")

    def print_subject(self) -> bool:
        return self._if_open("print")

    def _if_open(self, key: str) -> bool:
        if self.opened.injection is None:
            return False
        self._act(key)
        return True

    def remember(self) -> Memory:
        return {**super().remember(), "open": self._open_id, "sought": self._kept[0], "order": self._kept[1]}

    def restore(self, memory: Mapping[str, object]) -> None:
        self._open_id = str(memory.get("open", ""))
        self._kept = str(memory.get("sought", "")), str(memory.get("order", ""))
        super().restore(memory)


def _lay(box: QWidget) -> QVBoxLayout:
    made = box.layout()
    assert isinstance(made, QVBoxLayout)
    return made
