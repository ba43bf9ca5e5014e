"""«Журнал»: what was done with the record on this computer, narrowed by person, days and sort; table, paper, comparing anew."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.errors import KnownError
from desktop.session import files
from desktop.session.rows import JournalRow
from desktop.views import asking, journal_words, theme, typeset, wording
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Choice,
    EmptyState,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    clear,
    column,
    row,
)
from desktop.views.parts.ordering import OrderButton
from desktop.views.parts.portions import Portions
from desktop.words import tr

_READ_ROWS: Final = 500
_SHOWN_ROWS: Final = 60
_MOST_ROWS: Final = 20_000
_DAYS: Final = {"today": 0, "week": 7, "month": 31}


class JournalPage(ColumnPage):
    """Lines by day, newest first."""

    section = "journal"
    topics = ("journal", "exchange", "people")
    gap = 16

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rows: tuple[JournalRow, ...] = ()
        self.portions = Portions(_SHOWN_ROWS, self.scroller)
        self.portions.asked.connect(lambda: self.host.spawn(self._more()))
        self.person = Choice((("", tr("journal.anyone")),), name=tr("journal.person"), chosen="")
        self.days = Choice([("", tr("journal.any_day")), *((key, tr(f"journal.days_{key}")) for key in _DAYS)],
                           name=tr("journal.days"), chosen="")  # fmt: skip
        self.sort = Choice([("", tr("journal.any_sort")), *((key, tr(f"journal.sort_{key}")) for key in journal_words.SORTS)],
                           name=tr("journal.sort"), chosen="")  # fmt: skip
        for choice in (self.person, self.days, self.sort):
            choice.chosen_changed.connect(self._narrowed)
        self.sorting = OrderButton(("newest", "oldest"))
        self.sorting.changed.connect(lambda _order: self.reload())
        self.table = Button(tr("journal.save_table"), icon="save")
        self.table.clicked.connect(lambda: self.host.spawn(self._save(is_table=True)))
        self.paper = Button(tr("journal.save_paper"), icon="document")
        self.paper.clicked.connect(lambda: self.save_subject())
        self.anew = Button(tr("journal.anew"), icon="sync")
        self.anew.clicked.connect(lambda: self.host.spawn(self._anew()))
        self.column.addWidget(Box(FlowLayout(self.person, self.days, self.sort, self.sorting, self.table, self.paper, gap=8)))
        self.held = column(gap=16)
        self.column.addLayout(self.held)
        foot = Card(role="sunken", pad=(14, 20), gap=8)
        foot.body.addWidget(Heading(tr("journal.anew_title")))
        foot.body.addWidget(Body(tr("journal.anew_more"), tone="ink2"))
        foot.body.addLayout(row(self.anew, STRETCH))
        self.column.addWidget(foot)
        self.column.addStretch(1)

    async def refresh(self) -> None:
        # The oldest lines are the last of the journal: to begin with them all of them are read.
        pages = -(-self.portions.count // _READ_ROWS)
        limit = pages * _READ_ROWS if self.sorting.chosen() == "newest" else _MOST_ROWS
        self._rows = await self.host.session.journal.page(limit=limit)
        people = [(str(one.id), wording.person_name(one)) for one in self.host.session.people]
        kept = self.person.chosen()
        self.person.set_choices([("", tr("journal.anyone")), *people], chosen=kept if kept in dict(people) else "")
        self._show()

    def clear(self) -> None:
        self._rows = ()
        self.portions.begin()
        clear(self.held)

    def filter_field(self) -> QWidget | None:
        return self.person

    def remember(self) -> Memory:
        return {**super().remember(), "days": self.days.chosen(), "sort": self.sort.chosen(), "order": self.sorting.chosen(),
                "limit": self.portions.count}  # fmt: skip

    def restore(self, memory: Mapping[str, Any]) -> None:
        self.days.choose(str(memory.get("days", "")))
        self.sort.choose(str(memory.get("sort", "")))
        self.sorting.choose(str(memory.get("order", "")))
        self.portions.restore(memory.get("limit"))
        super().restore(memory)

    def save_subject(self) -> bool:
        """Save what is shown as paper."""
        if not self._chosen(self._rows) or not self.host.profile.may_save:
            return False
        self.host.spawn(self._save(is_table=False))
        return True

    # --- showing
    def _narrowed(self) -> None:
        self.portions.begin()
        self._show()

    def _chosen(self, rows: tuple[JournalRow, ...]) -> tuple[JournalRow, ...]:
        today = local_date(self.host.clock)
        reach = _DAYS.get(self.days.chosen())
        first = date.min if reach is None else today - timedelta(days=reach)
        person, sort = self.person.chosen(), self.sort.chosen()
        found = tuple(one for one in rows if one.at.astimezone().date() >= first and (not person or str(one.person) == person)
                      and (not sort or journal_words.sort(one) == sort))  # fmt: skip
        return found if self.sorting.chosen() == "newest" else found[::-1]

    def _show(self) -> None:
        clear(self.held)
        found = self._chosen(self._rows)
        may = bool(found) and self.host.profile.may_save
        self.table.setEnabled(may)
        self.paper.setEnabled(may)
        if not found:
            key = "none_found" if self._rows else "none"
            self.held.addWidget(EmptyState(tr(f"journal.{key}"), tr(f"journal.{key}_more"), icon="journal"))
        for day, lines in groupby(found[: self.portions.count], key=lambda one: one.at.astimezone().date()):
            self.held.addWidget(self._day(day, tuple(lines)))
        if len(found) > self.portions.count or (len(self._rows) % _READ_ROWS == 0 and self._rows):
            self.held.addLayout(row(self.portions.button(tr("journal.more"), role="text"), STRETCH))
        self.portions.filled()

    async def _more(self) -> None:
        if len(self._chosen(self._rows)) < self.portions.count and len(self._rows) < _MOST_ROWS and self._rows:
            self._rows += await self.host.session.journal.page(after=self._rows[-1].id, limit=_READ_ROWS)
        self._show()

    def _day(self, day: date, lines: tuple[JournalRow, ...]) -> Card:
        made = Card(pad=(14, 20, 10), gap=0)
        name = wording.near_day(day, today=local_date(self.host.clock))
        made.body.addWidget(Heading(name[:1].upper() + name[1:]))
        for one in lines:
            when = Meta(wording.clock_time(one.at), wrap=False)
            when.setMinimumWidth(theme.px(48))
            who = " · ".join(part for part in (journal_words.whose(one, self.host.session.people),
                                               journal_words.by(one)) if part)  # fmt: skip
            line = row(when, IconLabel(journal_words.icon(one), "ink2", 20), gap=12, pad=(7, 0))
            line.addWidget(Body(journal_words.said(one)), 1)
            line.addWidget(Meta(who, wrap=False))
            entry = Box(line)
            entry.setObjectName(f"journal_{one.id}")
            made.body.addWidget(entry)
        return made

    # --- out of the vault
    async def _all(self) -> tuple[JournalRow, ...]:
        found: tuple[JournalRow, ...] = ()
        while len(found) < _MOST_ROWS:
            page = await self.host.session.journal.page(after=found[-1].id if found else None, limit=_READ_ROWS)
            found += page
            if len(page) < _READ_ROWS:
                break
        return self._chosen(found)

    async def _save(self, *, is_table: bool) -> None:
        ending, kind = ("csv", "table") if is_table else ("pdf", "paper")
        name = f"{tr('journal.file', date=local_date(self.host.clock).isoformat())}.{ending}"
        file = await asking.where_to_save(self, tr("shell.section_journal"), name, tr(f"journal.kind_{kind}"))
        if file is None:
            return
        rows = await self._all()
        if is_table:
            await files.written(file, files.table(_header(), self._cells(rows)))
        else:
            await typeset.write_pdf(self.as_sheet(rows), file)
        self.host.toast(tr("journal.saved", name=file.name), icon="save")

    def _cells(self, rows: tuple[JournalRow, ...]) -> list[tuple[str, str, str, str]]:
        people = self.host.session.people
        return [(one.at.astimezone().replace(tzinfo=None).isoformat(" ", "minutes"), journal_words.said(one),
                 journal_words.whose(one, people), journal_words.by(one)) for one in rows]  # fmt: skip

    def as_sheet(self, rows: tuple[JournalRow, ...]) -> typeset.Sheet:
        """Return lines as a sheet of paper."""
        lines = [(_at(one), *cells[1:]) for one, cells in zip(rows, self._cells(rows), strict=True)]
        grid = typeset.Grid(header=_header(), rows=lines, widths=(24, 40, 16, 20))
        title = tr("shell.section_journal")
        return typeset.Sheet(kind=title, title=title, origin=wording.paper_origin(local_date(self.host.clock)), blocks=(grid,))

    # --- comparing anew
    async def _anew(self) -> None:
        self.anew.set_busy(True, tr("journal.anew_now"))
        try:
            report = await self.host.session.exchange.run_anew()
            self.host.toast(tr("journal.anew_done" if report.ok else "journal.anew_later"), icon="sync" if report.ok else "cloud-off")
        except KnownError as error:
            self.host.failed(error)
        finally:
            self.anew.set_busy(False)


def _at(one: JournalRow) -> str:
    at = one.at.astimezone()
    return f"{wording.paper_day(at.date())}, {wording.clock_time(at)}"


def _header() -> list[str]:
    return [tr(f"journal.head_{key}") for key in ("at", "what", "whose", "by")]
