"""«Услуги»: a query, filters, saved searches, cards with price, term and needs; a page that is never empty (mockup 20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.record.slots import FreeSlot
from desktop.session.services import Answer, Asked, SavedSearch, Service, find, words_found
from desktop.views import theme, wording
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import services_own
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Check,
    Choice,
    Divider,
    Edit,
    FilterChip,
    FlowLayout,
    Heading,
    IconButton,
    IconLabel,
    Lead,
    Meta,
    PressRow,
    ScrollPage,
    Tile,
    clear,
    column,
    row,
)
from desktop.views.parts.ordering import OrderButton
from desktop.words import tr

_KINDS: Final = ("certificate", "visit", "examination", "prevention", "papers")
_FORMS: Final = ("home", "clinic")
_WHEN: Final = {"": 0, "week": 7, "month": 31}
_ICONS: Final = {"certificate": "document-plus", "visit": "stethoscope", "examination": "ecg", "prevention": "shield-check",
                 "papers": "document"}  # fmt: skip
_SHOWN: Final = 20
_NAMES: Final = 6
_WIDE_PX: Final = 980


class ServicesPage(Page):
    """Filters at the left, cards in the middle, saved searches at the right; one column where there is no room."""

    section = "services"
    topics = ("services", "clinics", "slots", "health")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._offered: tuple[Service, ...] = ()
        self._own = services_own.services()
        self._illnesses: tuple[tuple[str, str], ...] = ()
        self._slots: tuple[FreeSlot, ...] = ()
        self._saved: tuple[SavedSearch, ...] = ()
        self._open = ""
        self._rows: list[Service] = []
        self._limit = _SHOWN
        self._typing = QTimer(self, singleShot=True, interval=limits.SEARCH_AFTER_MS)
        self._typing.timeout.connect(self._answer)
        self._build()

    def _build(self) -> None:
        self.search = Edit(name=tr("services.search"), placeholder=tr("services.search_hint"))
        self.search.setProperty("role", "tall")
        self.search.set_start(IconLabel("search", "ink2", 24))
        self.keep = Button(tr("services.keep"), role="text", icon="bookmark", tight=True)
        self.keep.clicked.connect(lambda: self.host.spawn(self._keep()))
        self.wipe = IconButton("close", tr("services.wipe"), size_px=20)
        self.wipe.clicked.connect(self._wiped)
        for end in (self.keep, self.wipe):
            self.search.add_end(end)
            end.hide()
        self.search.textChanged.connect(self._typed)
        self.sorting = OrderButton(("best", "soonest", "name"))
        self.sorting.changed.connect(self._answer)
        self.kinds = {key: Check(tr(f"services.kind_{key}")) for key in _KINDS}
        self.counts = {key: Meta(wrap=False) for key in _KINDS}
        self.forms = {key: Check(tr(f"services.form_{key}")) for key in _FORMS}
        self.town = Choice((("", tr("services.any_town")),), name=tr("services.where"), chosen="")
        self.when = Choice([(key, tr(f"services.when_{key or 'any'}")) for key in _WHEN], name=tr("services.when"), chosen="")
        for check in (*self.kinds.values(), *self.forms.values()):
            check.toggled.connect(self._answer)
        for choice in (self.town, self.when):
            choice.chosen_changed.connect(self._answer)
        reset = Button(tr("services.reset"), role="text", tight=True)
        reset.clicked.connect(self._reset)
        left = column(
            Body(tr("services.what"), bold=True), *(row(self.kinds[key], STRETCH, self.counts[key], gap=8) for key in _KINDS),
            10, Body(tr("services.how"), bold=True), *self.forms.values(), 10, Body(tr("services.where"), bold=True), self.town,
            10, Body(tr("services.when"), bold=True), self.when, 6, Box(row(reset, STRETCH)), STRETCH, gap=2,
        )  # fmt: skip
        self.filters = Box(left)
        self.more = FilterChip(tr("services.filters"), icon="filter", tick=False)
        self.more.toggled.connect(self._arrange)
        self.cards, self.side = column(gap=12), column(gap=14)
        self.middle_box, self.side_box = Box(self.cards), Box(self.side)
        self.panes = row(self.filters, self.middle_box, self.side_box, gap=24)
        self.panes.setStretch(1, 1)
        self.scroller = ScrollPage(pad=(4, 28 if theme.scale().large else 40, 24), gap=12)
        self.scroller.body.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self.scroller.body.addLayout(self.panes)
        self.scroller.body.addStretch(1)
        side = theme.px(28 if theme.scale().large else 40)
        line = row(gap=8)
        line.addWidget(self.search, 1)
        line.addWidget(self.sorting)
        top = Box(line)
        top.setContentsMargins(side, 0, side, theme.px(8))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(top)
        whole.addWidget(self.scroller, 1)

    # --- the base's questions
    async def refresh(self) -> None:
        session = self.host.session
        self._offered = await session.services.offered()
        self._illnesses = await session.services.illnesses()
        self._saved = await session.services.saved()
        self._slots = await session.bookings.free()
        towns = sorted({town for one in self._offered for town in one.towns})
        kept = self.town.chosen()
        self.town.set_choices([("", tr("services.any_town")), *((town, town) for town in towns)], chosen=kept if kept in towns else "")
        self._show_side()
        self._answer()

    def clear(self) -> None:
        self._illnesses = ()
        clear(self.cards)

    def filter_field(self) -> QWidget | None:
        return self.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.search, self.filters, self.middle_box, self.side_box)

    def step_back(self) -> bool:
        if self.search.text():
            self._wiped()
            return True
        return False

    def show_subject(self, subject: str) -> None:
        """Look for words, or for the services of a clinic's offer."""
        self.search.setText("" if "/" in subject else subject)

    def remember(self) -> Memory:
        chosen = {name: [key for key, check in checks.items() if check.isChecked()]
                  for name, checks in (("kinds", self.kinds), ("forms", self.forms))}  # fmt: skip
        return {**chosen, "town": self.town.chosen(), "when": self.when.chosen(), "text": self.search.text(),
                "order": self.sorting.chosen(), "scroll": self.scroller.remember()}  # fmt: skip

    def restore(self, memory: Mapping[str, Any]) -> None:
        for name, checks in (("kinds", self.kinds), ("forms", self.forms)):
            for key in memory.get(name, []):
                checks[key].setChecked(True)
        if (town := str(memory.get("town", ""))) and self.town.findData(town) < 0:
            self.town.set_choices([("", tr("services.any_town")), (town, town)], chosen=town)
        self.when.choose(str(memory.get("when", "")))
        self.search.setText(str(memory.get("text", "")))
        self.sorting.choose(str(memory.get("order", "")))
        self.scroller.restore(place_in(memory))

    # --- asking
    def _typed(self, text: str) -> None:
        for end in (self.keep, self.wipe):
            end.setVisible(bool(text.strip()))
        self.search.refresh_ends()
        self._limit = _SHOWN
        self._typing.start()

    def _wiped(self) -> None:
        self.search.clear()
        self.search.setFocus()

    def _reset(self) -> None:
        for check in (*self.kinds.values(), *self.forms.values()):
            check.setChecked(False)
        for choice in (self.town, self.when):
            choice.choose("")

    def _asked(self) -> Asked:
        days = _WHEN[self.when.chosen()]
        last = local_date(self.host.clock) + timedelta(days=days)
        soon = frozenset(one.specialty for one in self._slots if one.starts_at.date() <= last) if days else None
        return Asked(text=self.search.text(), town=self.town.chosen(), specialties=soon,
                     kinds=frozenset(key for key, check in self.kinds.items() if check.isChecked()),
                     forms=frozenset(key for key, check in self.forms.items() if check.isChecked()))  # fmt: skip

    def _answer(self) -> None:
        asked = self._asked()
        papers = tuple(one for one in self._own if one.kind == "certificate")
        others = tuple(one for one in self._own if one.kind != "certificate")
        found = find((*others, *self._offered, *papers), asked, illnesses=self._illnesses)
        for key, n in found.counts:
            self.counts[key].set_text(str(n))
        self._rows = services_own.in_order(found.rows, self.sorting.chosen(), self._slots)
        self._show(asked, found)

    # --- showing
    def _show(self, asked: Asked, found: Answer) -> None:
        clear(self.cards)
        best = (Meta(tr("services.best_first"), wrap=False),) if self.sorting.chosen() == "best" else ()
        if found.rows:
            self.cards.addLayout(row(Meta(tr("services.found", len(found.rows))), STRETCH, *best))
        if found.code:
            name = f"{found.code}: {found.illness}" if found.illness else found.code
            doctors = ", ".join(found.doctors)
            said = tr("services.illness", name=name, doctors=doctors) if doctors else tr("services.illness_none", name=name)
            self.cards.addWidget(Body(said))
            self.cards.addWidget(Meta(tr("services.no_diagnosis")))
        if not self._rows:
            self.cards.addWidget(self._nothing(asked, found))
        for n, one in enumerate(self._rows[: self._limit]):
            self.cards.addWidget(self._card(one, is_first=n == 0 and bool(asked.text.strip())))
        if len(self._rows) > self._limit:
            more = Button(tr("services.show_more", len(self._rows) - self._limit), role="text")
            more.clicked.connect(self._show_more)
            self.cards.addLayout(row(more, STRETCH))
        self.cards.addStretch(1)

    def _show_more(self) -> None:
        first = self._rows[self._limit].id
        self._limit += _SHOWN
        self._answer()
        self._stand_at(first)

    def _stand_at(self, id: str) -> None:
        more = self.findChild(Button, f"more_{id}")
        if more is not None:
            more.show()  # A layout shows what it is given a turn later, and what is not shown yet takes no focus.
            more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, one: Service, *, is_first: bool) -> Card:
        made = Card(pad=(16, 20), gap=8)
        title = services_own.title_of(one)
        clinics = tr("services.in_clinics", len(one.clinics)) if len(one.clinics) > 1 else "".join(one.clinics)
        about = ". ".join(part.rstrip(".") for part in (one.detail, clinics) if part)
        texts = column(gap=2)
        for said in (Lead(title, bold=True), *((Body(about, tone="ink2"),) if about else ())):
            said.mark(words_found(said.text(), self.search.text()))
            texts.addWidget(said)
        head = row(gap=16)
        head.addLayout(texts, 1)
        head.addWidget(Tile(services_own.ICONS.get(one.id, _ICONS[one.kind]), kind="accent"), 0, Qt.AlignmentFlag.AlignTop)
        made.body.addLayout(head)
        is_open = self._open == one.id or is_first
        soonest = next((slot for slot in self._slots if one.specialty and slot.specialty == one.specialty), None)
        if is_open:
            self._facts(made, one, soonest)
        word = "book" if one.opens[0] == "book" else "order" if one.id.startswith("certificate:") else "go"
        role = "primary" if is_first else "default"
        act = Button(tr(f"services.{word}"), role=role, name=tr("services.act_name", title=title))
        act.clicked.connect(lambda: self._go(one))
        word = tr("services.less" if is_open else "services.more")
        more = Button(word, role="text", tight=True, name=f"{word}: {title}")
        more.setObjectName(f"more_{one.id}")
        more.clicked.connect(lambda: self._toggle(one.id))
        made.body.addWidget(Box(FlowLayout(act, *([] if is_first else [more]), gap=8)))
        return made

    def _facts(self, made: Card, one: Service, soonest: FreeSlot | None) -> None:
        at = ""
        if soonest is not None:
            day = wording.near_day(soonest.starts_at.date(), today=local_date(self.host.clock))
            at = tr("shell.moment", day=day, time=f"{soonest.starts_at.hour}:{soonest.starts_at.minute:02d}")
        facts = (("price", one.price), ("term", one.term), ("soonest", at))
        line = row(gap=24)
        for key, value in facts:
            if value:
                line.addLayout(column(Meta(tr(f"services.{key}")), Body(value, bold=True), gap=0), 1)
        made.body.addLayout(line)
        for key, value in (("needs", one.needs), ("towns", _some(one.towns)), ("clinics", _some(one.clinics)),
                           ("phones", ", ".join(wording.phone(each) for each in one.phones[:3]))):  # fmt: skip
            if value:
                made.body.addLayout(column(Meta(tr(f"services.{key}")), Body(value), gap=0))

    def _toggle(self, id: str) -> None:
        self._open = "" if self._open == id else id
        self._answer()
        self._stand_at(id)

    def _go(self, one: Service) -> None:
        section, subject = one.opens
        if section == "book":
            self.host.book(specialty=subject) if subject else self.host.book()
        else:
            self.host.go(section, subject or None)

    def _nothing(self, asked: Asked, found: Answer) -> Card:
        made = Card(role="empty", pad=(20, 24), gap=10)
        made.body.addWidget(Heading(tr("services.nothing")))
        made.body.addWidget(Body(tr("services.nothing_more"), tone="ink2"))
        buttons = []
        for hint in found.hints:
            button = Button(tr("services.maybe", words=hint))
            button.clicked.connect(lambda _on=False, hint=hint: self.search.setText(hint))
            buttons.append(button)
        if asked.kinds or asked.forms or asked.town or asked.specialties is not None:
            off = Button(tr("services.reset"))
            off.clicked.connect(self._reset)
            buttons.append(off)
        aid = Button(tr("services.help"), icon="help")
        aid.clicked.connect(lambda: self.host.go("help", "services"))
        ask = Button(tr("services.support"), icon="mail")
        ask.clicked.connect(lambda: self.host.go("help", "support"))
        made.body.addWidget(Box(FlowLayout(*buttons, aid, ask, gap=8)))
        return made

    # --- at the side
    def _show_side(self) -> None:
        clear(self.side)
        kept = Card(pad=(12, 0, 0), gap=0)
        kept.body.addLayout(column(Meta(tr("services.kept")), pad=(0, 16, 4)))
        if not self._saved:
            kept.body.addLayout(column(Meta(tr("services.kept_none")), pad=(0, 16, 12)))
        for n, one in enumerate(self._saved):
            if n:
                kept.body.addWidget(Divider())
            press = PressRow(one.text, leading=IconLabel("bookmark", "accent", 22), chevron=False, pad=(8, 16))
            press.clicked.connect(lambda _on=False, one=one: self._run(one))
            drop = IconButton("close", tr("services.forget", words=one.text), size_px=18)
            drop.clicked.connect(lambda _on=False, one=one: self.host.spawn(self._forget(one)))
            line = row(gap=0)
            line.addWidget(press, 1)
            line.addWidget(drop)
            kept.body.addLayout(line)
        papers = Card(pad=(12, 0, 0), gap=0)
        papers.body.addLayout(column(Meta(tr("services.about_policies")), pad=(0, 16, 4)))
        for own in services_own.about_policies():
            press = PressRow(own.title, leading=IconLabel(services_own.ICONS[own.id], "accent", 22), chevron=False, pad=(10, 16))
            press.clicked.connect(lambda _on=False, own=own: self._go(own))
            papers.body.addWidget(press)
        for part in (kept, papers, Meta(tr("services.not_found"))):
            self.side.addWidget(part)
        self.side.addStretch(1)

    def _run(self, one: SavedSearch) -> None:
        self._reset()
        for key in one.kinds:
            if key in self.kinds:
                self.kinds[key].setChecked(True)
        self.town.choose(one.town)
        self.search.setText(one.text)

    async def _keep(self) -> None:
        await self.host.session.services.save(self.search.text(), kinds=self._asked().kinds, town=self.town.chosen())
        self._saved = await self.host.session.services.saved()
        self._show_side()
        self.host.toast(tr("services.kept_now"), icon="bookmark")

    async def _forget(self, one: SavedSearch) -> None:
        await self.host.session.services.forget(one.id)
        self._saved = await self.host.session.services.saved()
        self._show_side()

    # --- room
    def _arrange(self) -> None:
        wide = self.width() >= theme.px(_WIDE_PX)
        self.panes.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self.more.setVisible(not wide)
        self.filters.setVisible(wide or self.more.isChecked())
        for box, px in ((self.filters, 232), (self.side_box, 256)):
            box.setMaximumWidth(theme.px(px) if wide else 1 << 14)
            box.setMinimumWidth(theme.px(px) if wide else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand in one column where there is no room for three."""
        super().resizeEvent(event)
        self._arrange()


def _some(names: tuple[str, ...]) -> str:
    """Return the first names and how many more there are."""
    rest = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" {tr('services.and_more', rest)}" if rest > 0 else "")
