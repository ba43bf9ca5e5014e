"""«Полис и страховая»: what can be asked about cover, how far each request has come, how far the portal knows who asks.

Owns the list and which form is open. Does not own: the forms (cover_orders, cover_insurer), acts, states (session/asked).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.record.acts_cover import NEEDS_CONFIRMED
from desktop.session.asked import AskedRow
from desktop.session.cover import CoverView, ends_soon
from desktop.views import asking, theme, wording
from desktop.views.page import Host, Memory, Page
from desktop.views.pages import cover_paper
from desktop.views.pages.asked_line import AskedLine
from desktop.views.pages.care_parts import Panes, show_notice
from desktop.views.pages.cover_form import CoverPanel
from desktop.views.pages.cover_insurer import InsurerPanel
from desktop.views.pages.cover_orders import CardPanel, IdentityPanel, PolicyPanel, StatementPanel
from desktop.views.pages.documents_leave import Leaving
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    EmptyState,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    Notice,
    PressRow,
    ScrollPage,
    Tag,
    clear,
    column,
    row,
)
from desktop.words import tr

_KINDS: Final = {"statement": "statement.order", "insurer": "insurer.choose", "policy": "policy.order", "identity": "identity.submit",
                 "card": "card.connect"}  # fmt: skip
_ICONS: Final = {"statement": "ruble", "insurer": "umbrella", "policy": "id-card", "identity": "scan", "card": "heart"}
_PANELS: Final[Mapping[str, Callable[[CoverView, Host], CoverPanel]]] = {
    "statement": StatementPanel, "insurer": InsurerPanel, "policy": PolicyPanel, "identity": IdentityPanel, "card": CardPanel,
}  # fmt: skip
_LEVELS: Final = {"confirmed": ("seal", "good"), "standard": ("user", "quiet"), "simplified": ("alert", "warn")}
_SHOWN: Final = 3


class CoverPage(Page):
    """A card for each thing that can be asked; the form stands beside the list."""

    section = "cover"
    topics = ("policies", "documents", "people", "services", "exchange", "notices")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.view: CoverView | None = None
        self._open = ""
        self._wanted = ""
        self.buttons: dict[str, Button] = {}
        self.notice = QVBoxLayout()
        self.list = column(gap=16)
        is_large = theme.scale().large
        self.scroller = ScrollPage(column(Box(self.list), STRETCH), pad=(0, 4, 24, 0))
        self.panes = Panes(self.scroller)
        whole = column(self.notice, self.panes, gap=12, pad=(0, 28 if is_large else 40, 20))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    async def refresh(self) -> None:
        await show_notice(self.host, self.notice)
        self.view = await self.host.session.cover.view()
        if self.host.session.current is None:
            clear(self.list)
            self.list.addWidget(EmptyState(tr("policies.none"), tr("policies.none_more"), icon="umbrella"))
            return
        self._show(self.view)
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.open_form(wanted)

    def clear(self) -> None:
        self.view = None
        self._open = ""
        self.panes.shut()
        self.buttons.clear()
        clear(self.list)

    # --- the list
    def _show(self, view: CoverView) -> None:
        focus = next((key for key, button in self.buttons.items() if button.hasFocus()), "")
        self.buttons.clear()
        clear(self.list)
        self.list.addWidget(self._account(view))
        for key in _KINDS:
            self.list.addWidget(self._card(key, view))
        if focus in self.buttons:
            self.buttons[focus].setFocus()

    def _card(self, key: str, view: CoverView) -> Card:
        made = Card(pad=(18, 20), gap=10)
        made.setObjectName(f"cover_card_{key}")
        head = row(IconLabel(_ICONS[key], "accent", 24), gap=12)
        head.addWidget(Heading(tr(f"cover.{key}")), 1)
        made.body.addLayout(head)
        made.body.addWidget(Body(tr(f"cover.{key}_about"), tone="ink2"))
        for part in self._facts(key, view):
            made.body.addWidget(part)
        found = view.requests(_KINDS[key])
        for one in found[:_SHOWN]:
            title = self._title(key, one, view)
            made.body.addWidget(AskedLine(one, title, self.host))
            said = self._outcome(key, one)
            if one.stage and said is None and one.stage != tr(f"asks.state_{one.state}"):
                made.body.addWidget(Meta(tr("cover.stage", stage=one.stage)))
            if key in ("statement", "insurer") and one.state not in ("done", "refused"):
                made.body.addLayout(row(self._look(key, one, title), STRETCH))
            if said is not None:
                made.body.addWidget(said)
        made.body.addLayout(row(Box(FlowLayout(*self._actions(key, view), gap=8)), STRETCH))
        return made

    def _facts(self, key: str, view: CoverView) -> list[QWidget]:
        today = local_date(self.host.clock)
        if key == "statement":
            return [self._statement(*one) for one in view.statements[:_SHOWN]]
        if key == "insurer" and view.policies:
            return [Meta(tr("cover.insurer_now", insurer=view.policies[0].insurer or tr("cover.insurer_unknown"),
                            region=view.known.get("region", "")))]  # fmt: skip
        if key == "policy":
            held = view.policies[:1]
            parts: list[QWidget] = [Meta(self._term(one.until)) for one in held]
            parts += [Notice(tr("cover.renew", day=wording.day(one.until, today=today)), kind="warn", icon="clock")
                      for one in ends_soon(view.policies, today=today) if one.until]  # fmt: skip
            return parts
        if key == "card" and view.is_card_open:
            return [Notice(tr("cover.card_open"), kind="good", icon="check-circle")]
        return []

    def _term(self, until: date | None) -> str:
        today = local_date(self.host.clock)
        return tr("cover.term_until", day=wording.day(until, today=today)) if until is not None else tr("cover.term_endless")

    def _statement(self, id: str, title: str, on: date | None) -> QWidget:
        day = wording.day(on, today=local_date(self.host.clock)) if on is not None else ""
        detail = " · ".join(part for part in (day, tr("cover.statement_ready")) if part)
        line = PressRow(title, detail, leading=IconLabel("document", "accent", 24), pad=(8, 4))
        line.setObjectName(f"statement_{id}")
        line.clicked.connect(lambda _on=False: self.host.go("documents", id))
        return line

    def _title(self, key: str, one: AskedRow, view: CoverView) -> str:
        if key == "statement":
            return tr("cover.asked_statement", first=_written(one.field("from")), last=_written(one.field("to")))
        if key == "identity":
            return tr(f"cover.document_{one.field('document')}") if one.field("document") else tr("cover.identity")
        if key == "card" and view.is_card_open:
            return tr("cover.card_change")  # What is asked of a card that is kept already says nothing of whether it is.
        return one.field("insurer") or one.field("clinic") or tr(f"cover.{key}")

    def _look(self, key: str, one: AskedRow, title: str) -> Button:
        look = Button(tr("cover.look"), role="text", icon="eye", tight=True, name=f"{tr('cover.look')}: {title}")
        look.setObjectName(f"cover_look_{key}")
        look.clicked.connect(lambda: self.host.spawn(self._show_paper(key, one)))
        return look

    async def _show_paper(self, key: str, one: AskedRow) -> None:
        """Show the application as it was written, while its answer is not there."""
        if self.view is None:
            return
        today, fields = one.asked_on or local_date(self.host.clock), dict(one.fields)
        known = self.view.known
        sheet = cover_paper.statement(known, fields, today=today) if key == "statement" else cover_paper.insurer(fields, today=today)
        await asking.print_sheet(self, sheet)

    def _outcome(self, key: str, one: AskedRow) -> QWidget | None:
        """Say what an answer asks of the person: where to go, what to bring, when."""
        today = local_date(self.host.clock)
        if key == "insurer" and one.state == "in_progress":
            if not one.field("place"):
                return Notice(tr("cover.insurer_visit"), kind="warn", icon="signature")
            ready = wording.day(one.due_on, today=today) if one.due_on else tr("cover.in_thirty_days")
            return Notice(tr("cover.insurer_accepted", place=one.field("place"), day=ready), kind="accent", icon="pin")
        if key == "insurer" and one.state == "done":
            return Notice(tr("cover.insurer_ready"), kind="good", icon="id-card")
        if key == "card" and one.state == "refused":
            return Notice(tr("cover.card_trouble"), kind="warn", icon="help")
        return None

    def _actions(self, key: str, view: CoverView) -> list[QWidget]:
        has_draft = self.host.session.drafts.of("insurer", person=view.person) is not None
        going_on = (key == "insurer" and has_draft and "insurer_continue") or (key == "card" and view.is_card_open and "card_change")
        words = going_on or f"{key}_do"
        button = Button(tr(f"cover.{words}"), name=f"{tr(f'cover.{words}')}: {tr(f'cover.{key}')}")
        button.setObjectName(f"cover_open_{key}")
        button.clicked.connect(lambda: self.open_form(key))
        button.setEnabled(not self._is_closed(_KINDS[key], view))
        self.buttons[key] = button
        parts: list[QWidget] = [button]
        if key == "policy" and view.policies:
            save = Button(tr("cover.policy_pdf"), icon="save")
            save.setObjectName("cover_policy_pdf")
            save.clicked.connect(lambda: self.host.spawn(self._save_policy()))
            parts.append(save)
        if key == "card" and (view.is_card_open or any(one.state == "done" for one in view.requests("card.connect"))):
            go = Button(tr("cover.card_go"), icon="heart")
            go.setObjectName("cover_card_go")
            go.clicked.connect(lambda: self.host.go("health"))
            parts.append(go)
        if key == "card" and any(one.state == "refused" for one in view.requests("card.connect")):
            ask = Button(tr("cover.write_support"), icon="mail")
            ask.clicked.connect(lambda: self.host.go("help", "support"))
            parts.append(ask)
        return parts

    async def _save_policy(self) -> None:
        view = self.view
        if view is None or not view.policies:
            return
        today = local_date(self.host.clock)
        card = await self.host.session.family.card()
        sheet = cover_paper.policy(view.policies[0], card.forms[0] if card.forms else "", view.known.get("name", ""), today=today)
        await Leaving(self.host, self).save_sheet(sheet, name=tr("cover.policy_file"))

    # --- the account
    def _account(self, view: CoverView) -> Card:
        made = Card(pad=(18, 20), gap=10)
        made.setObjectName("cover_account")
        level = view.level if view.level in _LEVELS else ""
        head = row(IconLabel("user", "accent", 24), gap=12)
        head.addWidget(Heading(tr("cover.account")), 1)
        if level:
            icon, kind = _LEVELS[level]
            head.addWidget(Tag(tr(f"cover.level_{level}"), icon=icon, kind=kind), 0, Qt.AlignmentFlag.AlignTop)
        made.body.addLayout(head)
        made.body.addWidget(Body(tr(f"cover.level_{level or 'unknown'}_means"), tone="ink2"))
        how = Button(tr("cover.how_confirm"), role="text", icon="help", tight=True)
        how.clicked.connect(lambda: self.host.go("help", "account"))
        visit = Button(tr("cover.open_portal"), icon="external")
        visit.setObjectName("cover_portal")
        visit.clicked.connect(lambda: asking.open_browser(_home(view.portal)))
        if not view.portal:
            visit.hide()  # Shown before it has a parent, it would be a window of its own for a moment.
        made.body.addLayout(row(Box(FlowLayout(visit, how, gap=8)), STRETCH))
        return made

    def _is_closed(self, kind: str, view: CoverView) -> bool:
        return kind in NEEDS_CONFIRMED and view.level in ("simplified", "standard")

    # --- forms
    def open_form(self, key: str) -> None:
        """Open a form beside the list."""
        if self.view is None or key not in _PANELS or self._is_closed(_KINDS[key], self.view):
            return
        self._open = key
        panel = _PANELS[key](self.view, self.host)
        panel.sent.connect(self._sent)
        panel.closed.connect(lambda: self._closed(key))
        self.panes.open(panel)
        first = next(iter(panel.asked.values()), None)
        if first is not None:
            first[0].setFocus()

    def _sent(self) -> None:
        key, self._open = self._open, ""
        self.panes.shut()
        if key in self.buttons:
            self.buttons[key].setFocus()
        self.reload()

    def _closed(self, key: str) -> None:
        self._open = ""
        if key in self.buttons:
            self.buttons[key].setFocus()
        self.reload()

    # --- what the base asks for
    def show_subject(self, subject: str) -> None:
        """Open a form by its name; a request's id leads to the list where its state stands."""
        if subject in _PANELS:
            self._wanted = subject
            if self.is_loaded:
                self.reload()

    def regions(self) -> tuple[QWidget, ...]:
        return (self.scroller, self.panes.panel) if self.panes.panel is not None else (self.scroller,)

    def step_out(self) -> bool:
        panel = self.panes.panel
        if panel is None:
            return False
        panel.closed.emit()
        return True

    def shows(self, subject: str) -> bool:
        return self.panes.panel is not None and subject == self._open

    def remember(self) -> Memory:
        return {"open": self._open}

    def restore(self, memory: Mapping[str, object]) -> None:
        self._wanted = str(memory.get("open", ""))


def _home(base: str) -> str:
    """Return the front page of a portal: the address of its data is not one to look at."""
    parts = urlsplit(base)
    return f"{parts.scheme}://{parts.netloc}/"


def _written(day: str) -> str:
    year, _, rest = day.partition("-")
    month, _, last = rest.partition("-")
    return f"{last}.{month}.{year}" if last else day
