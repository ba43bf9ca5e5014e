"""The exchange with the portal: how it stands, the decisions that wait, what waits to be sent, what is kept here, the journal, what the
portal cannot do (mockup 13). What was set aside is in exchange_aside."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session import files
from desktop.session.rows import ExchangeView, JournalRow
from desktop.views import asking, journal_words, theme, wording
from desktop.views.columns import Columns
from desktop.views.page import ColumnPage, Host
from desktop.views.pages.decision_outbox import Decisions, Waiting
from desktop.views.pages.exchange_aside import Aside
from desktop.views.pages.settings_more import cannot_words
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    Heading,
    IconLabel,
    Meta,
    PlainLabel,
    Switch,
    clear,
    column,
    row,
)
from desktop.words import tr

_STATE_ICON: Final = {
    "never": ("sync", "ink2"), "up_to_date": ("cloud-check", "good"), "running": ("sync", "accent"),
    "offline": ("cloud-off", "ink2"), "portal_down": ("cloud-off", "ink2"), "decision": ("conflict", "warn"),
    "signed_out": ("key", "ink2"), "demo": ("info", "accent"),
}  # fmt: skip
_PAGE: Final = 50


class ExchangePage(ColumnPage):
    """«Обмен с порталом»."""

    section = "exchange"
    topics = ("exchange", "journal", "people", "bookings")
    gap = 16
    bottom = 24

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._journal: list[JournalRow] = []
        self._is_signed_out = False
        self._wanted = ""
        self.run_button = Button(tr("exchange.run_now"), icon="sync")
        self.run_button.clicked.connect(self._run)
        self._state = row(gap=24)
        top = Columns(Box(self._state), Box(row(self.run_button, STRETCH)), share=(1, 0))
        self._top = Card(column(top), pad=(14, 14, 14, 24))
        self._storage, self._journal_card = Card(pad=(14, 20), gap=4), Card(pad=(5, 20, 12), gap=4)
        self.aside, self._cannot = Aside(host), Card(pad=(14, 20), gap=6)
        self.decisions, self.waiting = Decisions(host), Waiting(host)
        self._kept = column(gap=4)
        self._storage.body.addWidget(self.waiting)
        self._storage.body.addLayout(self._kept)
        self._bring_all, self._brings_asked = Switch(tr("exchange.bring_all")), Meta(tr("exchange.brings_asked"))
        self._bring_all.setObjectName("bring_all")
        self._bring_all.clicked.connect(lambda on: host.spawn(self._bring(everything=on)))
        for part in (self._bring_all, self._brings_asked):
            self._storage.body.addWidget(part)
        self._storage.body.addStretch(1)
        self.column.addWidget(self._top)
        self.column.addWidget(self.decisions)
        if theme.scale().large:
            for card in (self._storage, self._journal_card):
                self.column.addWidget(card)
        else:
            self._storage.setMaximumWidth(theme.px(400))
            both = QHBoxLayout()
            both.setSpacing(theme.px(16))
            both.addWidget(self._storage, 1)
            both.addWidget(self._journal_card, 1)
            self.column.addLayout(both)
        for card in (self.aside, self._cannot):
            self.column.addWidget(card)
        self.column.addStretch(1)

    def clear(self) -> None:
        self._journal = []
        clear(self._journal_card.body)
        self.aside.show_entries(())
        self.decisions.show_clashes((), {})
        self.waiting.show_acts(())

    async def refresh(self) -> None:
        session = self.host.session
        view = await session.exchange.view()
        journal = await session.journal.page(after=None)
        aside = await session.quarantine.page()
        self._journal = list(journal)
        acts = await session.bookings.outbox()
        clashes = await session.bookings.clashes()
        near = {one.id: await session.bookings.alternatives(one.id) for one in clashes if "other_slot" in one.choices}
        self._show_state(view)
        self.decisions.show_clashes(clashes, near)
        self.waiting.show_acts(acts)
        self._show_storage(view)
        self._show_journal()
        self.aside.show_entries(aside)
        self._show_cannot(view)
        if (first := self.decisions.beginning(self._wanted)) is not None:
            self._wanted = ""
            first.setFocus(Qt.FocusReason.OtherFocusReason)
            self.scroller.ensureWidgetVisible(first)

    def show_subject(self, subject: str) -> None:
        """Begin with one decision once it is here."""
        self._wanted = subject
        if self.isVisible():
            self.reload()

    # --- parts
    def _show_state(self, view: ExchangeView) -> None:
        today = local_date(self.host.clock)
        icon, tone = _STATE_ICON[view.state]
        last = tr("exchange.last", at=wording.moment(view.checked_at, today=today)) if view.checked_at else tr("exchange.last_never")
        self.run_button.set_busy(view.state == "running", tr("exchange.running_now"))
        self._is_signed_out = view.state == "signed_out"
        self.run_button.setText(tr("exchange.sign_in" if self._is_signed_out else "exchange.run_now"))
        clear(self._state)
        self._state.addWidget(IconLabel(icon, tone, 32))
        said = Box(column(Body(tr(f"exchange.state_{view.state}"), bold=True), Meta(last), gap=0))
        said.setMinimumWidth(0 if theme.scale().large else theme.px(262))
        self._state.addWidget(said)
        sent = sum(entry.event == "act.applied" and entry.at.astimezone().date() == today for entry in self._journal)
        counts = [("n_sent", sent, "ink")] if sent else []
        counts += [("n_waiting", view.waiting, "ink"), ("n_decision", view.clashes, "warn"), ("n_aside", view.quarantined, "ink")]
        for key, count, colour in counts:
            if key == "n_aside" and not count:
                continue
            self._state.addWidget(Divider(vertical=True))
            number = PlainLabel(str(count), style="h3", tone=colour if count else "ink", tnum=True, wrap=False)
            words = tr(f"exchange.{key}") if key == "n_decision" else tr(f"exchange.{key}", count)
            self._state.addLayout(row(number, Meta(words, wrap=False)))
        self._state.addStretch(1)

    def _run(self) -> None:
        session = self.host.session
        if self._is_signed_out:
            self.host.spawn(session.exchange.sign_in(asking.open_browser))
        else:
            self.run_button.set_busy(True, tr("exchange.running_now"))
            self.host.spawn(self._run_now())

    async def _run_now(self) -> None:
        try:
            await self.host.session.exchange.run_now()
        finally:
            self.run_button.set_busy(False)

    def _show_storage(self, view: ExchangeView) -> None:
        body = self._kept
        clear(body)
        body.addSpacing(theme.px(8))
        body.addWidget(Divider())
        body.addSpacing(theme.px(4))
        body.addWidget(Heading(tr("exchange.kept_here")))
        documents = tr("exchange.here_of", here=view.documents_here, total=view.documents_total)
        for icon, name, value in (("lock", "kept_size", wording.size(view.replica_bytes)), ("document", "kept_documents", documents)):
            line = row(IconLabel(icon, "ink2", 20), Meta(tr(f"exchange.{name}")), Meta(value, weight=500, wrap=False), pad=(6, 0))
            line.setStretch(1, 1)
            body.addLayout(line)
        self._bring_all.setChecked(view.brings == "all")
        self._brings_asked.setVisible(view.brings == "asked")

    async def _bring(self, *, everything: bool) -> None:
        await self.host.session.exchange.bring("all" if everything else "needed")
        self.host.session.exchange.ask("person")

    def _show_journal(self) -> None:
        body = self._journal_card.body
        clear(body)
        word = tr("exchange.journal_save")
        save = Button(word, role="text", icon="save", tight=True, name=f"{word}: {tr('exchange.journal')}")
        save.clicked.connect(lambda: self.save_subject())
        save.setEnabled(bool(self._journal) and self.host.profile.may_save)
        body.addLayout(row(Heading(tr("exchange.journal")), STRETCH, save))
        if not self._journal:
            body.addWidget(Body(tr("exchange.journal_none"), tone="ink2"))
        for entry in self._journal:
            body.addWidget(self._line(entry))
        if self._journal and len(self._journal) % _PAGE == 0:
            more = Button(tr("exchange.journal_more"), role="text")
            more.clicked.connect(lambda: self.host.spawn(self._more()))
            body.addLayout(row(more, STRETCH))
        body.addStretch(1)

    async def _more(self) -> None:
        self._journal += await self.host.session.journal.page(after=self._journal[-1].id)
        self._show_journal()

    def _line(self, entry: JournalRow) -> QWidget:
        when = Meta(self._when(entry), wrap=False)
        when.setMinimumWidth(theme.px(48))
        said = Body(journal_words.said(entry))
        icon, who = journal_words.icon(entry), journal_words.who(entry, self.host.session.people)
        line = row(when, IconLabel(icon, "ink2", 20), said, Meta(who, wrap=False), gap=12, pad=(7, 0))
        line.setStretch(2, 1)
        return Box(line)

    def _when(self, entry: JournalRow) -> str:
        today = local_date(self.host.clock)
        local = entry.at.astimezone()
        return wording.clock_time(local) if local.date() == today else wording.moment(local, today=today)

    def _show_cannot(self, view: ExchangeView) -> None:
        clear(self._cannot.body)
        self._cannot.body.addWidget(Heading(tr("exchange.cannot")))
        for text in cannot_words(view.cannot):
            self._cannot.body.addWidget(Body(text))

    # --- keys
    def save_subject(self) -> bool:
        """Save the journal as a table."""
        if not self._journal or not self.host.profile.may_save:
            return False
        self.host.spawn(self._save())
        return True

    async def _save(self) -> None:
        name = tr("exchange.journal_name", date=local_date(self.host.clock).isoformat())
        file = await asking.where_to_save(self, tr("exchange.journal"), name, tr("exchange.journal_kind"))
        if file is not None:
            header = (tr("exchange.journal_at"), tr("exchange.journal_event"), tr("exchange.journal_by"))
            people = self.host.session.people
            rows = [(one.at.astimezone().isoformat(" ", "minutes"), journal_words.said(one), journal_words.who(one, people))
                    for one in self._journal]  # fmt: skip
            await files.written(file, files.table(header, rows))
            self.host.toast(tr("exchange.journal_saved", name=file.name))
