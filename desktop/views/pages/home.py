"""The home page: notice, next visit, quick actions, what needs attention, the family, the snapshot (mockups 02, 15, 16)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from desktop.clock import local_date
from desktop.session.rows import AttentionRow as Attention
from desktop.session.rows import BookingRow, ExchangeView, HomeView
from desktop.views import theme, voice, wording
from desktop.views.attention import action_words, attention_words, family_notes
from desktop.views.page import ColumnPage, Host
from desktop.views.pages.home_banners import banners, themes
from desktop.views.pages.home_notice import is_told, notice, notice_words
from desktop.views.pages.home_parts import QuickCard, QuickCards, SideBySide, ticket
from desktop.views.parts import (
    STRETCH,
    AttentionRow,
    Avatar,
    Body,
    Box,
    Button,
    Card,
    Divider,
    FlowLayout,
    Heading,
    IconLabel,
    PressRow,
    column,
    row,
    take_out,
)
from desktop.words import tr

_ICON: Final = {
    "clash": ("conflict", "warn"), "watch_found": ("calendar-plus", "accent"),
    "new_report": ("flask", "accent"), "prescription_ends": ("pill", "accent"), "policy_ends": ("id-card", "accent"),
    "vaccine_missed": ("syringe", "warn"), "document_ready": ("document", "accent"), "visit_unknown": ("history", "warn"),
    "quarantine": ("info", "quiet"), "draft": ("edit", "quiet"),
}  # fmt: skip
_FIRST_ROWS: Final = 3
_QUICK: Final = (("book", "calendar-plus", "bookings"), ("house_call", "house-call", "bookings"), ("qr", "qr", "prescriptions"),
                 ("certificate", "document-plus", "documents"))  # fmt: skip


class HomePage(ColumnPage):
    """What matters today, readable from afar."""

    section = "home"
    bottom = 8
    topics = ("home", "people", "bookings", "results", "documents", "exchange")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._shows_all = False
        self._view: HomeView | None = None
        self._boxes: dict[int, tuple[object, QWidget]] = {}
        self._voice = voice.Voice(self)

    def title(self) -> str:
        return wording.title_day(local_date(self.host.clock))

    def clear(self) -> None:
        self._view = None
        self._show_box(None)

    def person_changed(self) -> None:
        """Show the person's page at once where nothing has changed since it was asked for."""
        super().person_changed()
        facts, current = self.host.known_facts(), self.host.session.current
        if facts is not None and current is not None and current.id in facts.homes and self.isVisible():
            self.show_view(facts.homes[current.id], facts.exchange)
            self.is_loaded = True

    def regions(self) -> tuple[QWidget, ...]:
        return (self.scroller,)

    async def refresh(self) -> None:
        facts = await self.host.facts()
        current = self.host.session.current
        view = await self.host.session.home.view() if current is None else facts.homes.get(current.id)
        if view is None:
            return
        built: QWidget | None = None
        if self.is_loaded and not self._stands(view, facts.exchange):
            # News come by the dozen in a first load: the page is built and measured in turns, so that the window answers between them.
            parts = {}
            for name, part in self._parts(view, facts.exchange):
                parts[name] = part
                await asyncio.sleep(0)
                part.sizeHint()
                await asyncio.sleep(0)
            built = self._whole(parts)
            await asyncio.sleep(0)
        self.show_view(view, facts.exchange, built=built)

    def _key(self, view: HomeView, exchange: ExchangeView) -> object:
        said = notice_words(exchange, self.host) if is_told(exchange) else None
        return (view, said, exchange.state, self.host.session.current, self._shows_all)

    def _stands(self, view: HomeView, exchange: ExchangeView) -> bool:
        held = self._boxes.get(view.person)
        return held is not None and held[0] == self._key(view, exchange)

    def show_view(self, view: HomeView, exchange: ExchangeView, *, built: QWidget | None = None) -> None:
        """Show the page of a person: the one that stands here already, if it still says the same, else what is `built`."""
        self._view, self._exchange = view, exchange
        people = {person.id for person in self.host.session.people}
        for gone in [id for id in self._boxes if id not in people and id != view.person]:
            self._drop(gone)
        if not self._stands(view, exchange):
            self._drop(view.person)
            made = built or self._whole(dict(self._parts(view, exchange)))
            self._boxes[view.person] = (self._key(view, exchange), made)
            self.column.addWidget(made)
        self._show_box(self._boxes[view.person][1])

    def _show_box(self, box: QWidget | None) -> None:
        for _key, other in self._boxes.values():
            other.setVisible(other is box)

    def _drop(self, person: int) -> None:
        if person in self._boxes:
            _key, box = self._boxes.pop(person)
            box.hide()
            take_out(self.column, box)
            box.deleteLater()

    def _parts(self, view: HomeView, exchange: ExchangeView) -> Iterator[tuple[str, QWidget]]:
        """Build the page a part at a time; what there is nothing to say of is left out."""
        self._exchange = exchange
        if (said := notice(exchange, self.host)) is not None:
            yield "said", said
        yield "visit", self._visit(view)
        yield "quick", self._quick()
        yield "attention", self._attention(view)
        yield "family", self._family(view)
        if (snapshot := self._snapshot(view)) is not None:
            yield "snapshot", snapshot
        reasons = banners(themes(view, self.host.session.current), lambda one: self.host.book(specialty=one.specialty))
        if reasons is not None:
            yield "reasons", reasons
        yield "foot", self._foot()

    def _whole(self, parts: Mapping[str, QWidget]) -> QWidget:
        visit, quick, attention, family = (parts[name] for name in ("visit", "quick", "attention", "family"))
        large = theme.scale().large
        middle = (visit, attention, quick, family) if large else (SideBySide(visit, quick), SideBySide(attention, family))
        above, last = ([parts[name] for name in names if name in parts] for names in (("said",), ("snapshot", "reasons", "foot")))
        under = Box(column(*last, gap=16 if "reasons" in parts else 8))
        return Box(column(*above, *middle, under, STRETCH, gap=16 if large else self.gap))

    # --- parts
    def _foot(self) -> QWidget:
        places = Button(tr("shell.section_sitemap"), role="text", icon="services", tight=True)
        places.clicked.connect(lambda: self.host.go("sitemap"))
        aid = Button(tr("help.open_help"), role="text", icon="help", tight=True)
        aid.clicked.connect(lambda: self.host.go("help", "home"))
        self.read = Button(tr("help.read_aloud"), role="text", icon="accessibility", tight=True)
        self.read.clicked.connect(self._read_aloud)
        return Box(FlowLayout(places, aid, self.read, gap=8))

    def _read_aloud(self) -> None:
        """Read the page where the system has a voice; say in words where it has none."""
        has_voice = self._voice.say(voice.words_of(self))
        self.host.toast(tr("help.read_begins" if has_voice else "help.no_voice"), icon="accessibility" if has_voice else "info",
                        undo=self._voice.stop if has_voice else None, action=tr("help.read_stop"))  # fmt: skip

    def _visit(self, view: HomeView) -> QWidget:
        booking = view.next_visit
        if booking is None:
            made = Card(role="pending", pad=(24,), gap=8)
            made.body.addStretch(1)
            made.body.addWidget(Heading(tr("home.no_visits"), level=2))
            made.body.addWidget(Body(tr("home.no_visits_more"), tone="ink2"))
            open_all = Button(tr("home.open_bookings"), icon="calendar")
            open_all.clicked.connect(lambda: self.host.go("bookings"))
            book = Button(tr("home.book"), icon="calendar-plus")
            book.clicked.connect(lambda: self.host.go("wizard", "new"))
            made.body.addLayout(row(book, open_all, STRETCH))
            made.body.addStretch(1)
            return made
        owner = next((person for person in self.host.session.people if person.id == booking.person), None)
        shown = ticket(booking, owner, today=view.today, is_next=True, names_owner=False)
        for key, icon, act in (("move", "calendar-move", lambda: self.host.go("wizard", f"move:{booking.id}")),
                               ("route", "route", lambda: self._route(booking))):  # fmt: skip
            button = Button(tr(f"home.{key}"), icon=icon)
            button.setObjectName(f"visit_{key}")
            button.clicked.connect(act)
            shown.add_action(button)
        cancel = Button(tr("home.cancel"), role="quietText")
        cancel.setObjectName("visit_cancel")
        cancel.clicked.connect(lambda: self.host.go("bookings", f"cancel:{booking.id}"))
        shown.add_action(cancel, far=True)
        return shown

    def _route(self, booking: BookingRow) -> None:
        self.host.go("clinics", booking.clinic_id or None)

    def _quick(self) -> QWidget:
        large = theme.scale().large
        cards = []
        for n, (key, icon, section) in enumerate(_QUICK[:3] if large else _QUICK):
            card = QuickCard(tr(f"home.quick_{key}_short" if large else f"home.quick_{key}"), icon=icon, is_primary=n == 0)
            card.setObjectName(f"quick_{key}")
            card.clicked.connect(lambda _on=False, key=key, section=section: self._quick_pressed(key, section))
            cards.append(card)
        return QuickCards(cards, columns=len(cards) if large else 2)

    def _quick_pressed(self, key: str, section: str) -> None:
        if key in ("book", "house_call"):
            self.host.go("wizard" if key == "book" else "house_call", "new")
            return
        if key == "certificate":
            self.host.go(section, "certificate.order")
            return
        self.host.go(section)

    def _attention(self, view: HomeView) -> QWidget:
        made = Card(pad=(8 if len(view.attention) > _FIRST_ROWS and not self._shows_all else 16, 0, 0), gap=0)
        rows = view.attention if self._shows_all else view.attention[:_FIRST_ROWS]
        head: list[object] = [Heading(tr("home.attention")), STRETCH]
        if rest := len(view.attention) - len(rows):
            more = Button(tr("home.attention_more", rest), role="text", tight=True)
            more.clicked.connect(self._show_all)
            head.append(more)
        made.body.addLayout(row(*head, pad=(0, 20, 0 if rest else 8)))
        if not rows and not view.has_come:
            made.body.addWidget(_padded(Body(self._not_yet(), tone="ink2")))
        elif not rows:
            made.body.addWidget(_padded(Body(tr("home.attention_none"), tone="ink2")))
        for n, entry in enumerate(rows):
            if n:
                made.body.addWidget(Divider())
            made.body.addWidget(self._attention_row(entry))
        made.body.addStretch(1)
        return made

    def _not_yet(self) -> str:
        """Say why nothing is here: the first check is under way, or there was none."""
        return tr("home.no_data" if self._exchange.state == "running" else "home.no_data_yet")

    def _attention_row(self, entry: Attention) -> AttentionRow:
        title, detail = attention_words(entry, today=local_date(self.host.clock))
        owner = next((p for p in self.host.session.people if p.id == entry.person), None)
        current = self.host.session.current
        if owner is not None and current is not None and owner.id != current.id:
            detail = tr("home.of_person", name=wording.person_name(owner), detail=detail)
        icon, kind = _ICON[entry.kind]
        made = AttentionRow(title, detail, icon=icon, kind=kind, action=action_words(entry))
        made.setObjectName(f"attention_{entry.kind}")
        made.acted.connect(lambda: self._open(entry))
        return made

    def _open(self, entry: Attention) -> None:
        if entry.person:
            self.host.switch(entry.person)
        self.host.go(entry.section, entry.subject)

    def _show_all(self) -> None:
        self._shows_all = True
        if self._view is not None:
            self.show_view(self._view, self._exchange)

    def _family(self, view: HomeView) -> QWidget:
        made = Card(pad=(8, 0, 0), gap=0)
        policies = Button(tr("shell.all_policies"), role="text", tight=True)
        policies.clicked.connect(lambda: self.host.go("policies"))
        made.body.addLayout(row(Heading(tr("home.family")), STRETCH, policies, pad=(0, 20, 0, 20)))
        others = [(person, need) for person, need in view.family if person.id != view.person]
        if not others:
            made.body.addWidget(_padded(Body(tr("home.family_alone" if view.person else "home.family_none_yet"), tone="ink2")))
        notes = family_notes(view)
        for n, (person, need) in enumerate(others):
            if n:
                made.body.addWidget(Divider())
            words = notes.get(person.id) or wording.person_line(person, between=", ")
            tone = "warn" if need is not None and _ICON[need.kind][1] == "warn" else "ink2"
            line = PressRow(wording.person_name(person), words, leading=Avatar(person.initials, hue=person.hue), detail_tone=tone)
            line.clicked.connect(lambda _on=False, key=person.id: self.host.switch(key))
            made.body.addWidget(line)
        made.body.addStretch(1)
        return made

    def _snapshot(self, view: HomeView) -> QWidget:
        checkup, active = tr("home.checkup_none"), tr("home.prescriptions_none")
        if view.checkup_total:
            checkup = tr("home.checkup_part", done=view.checkup_done, total=view.checkup_total)
        if view.prescriptions_active:
            active = tr("home.prescriptions", view.prescriptions_active)
        if view.prescriptions_funded:
            active = tr("home.with_funded", active=active, funded=tr("home.funded", view.prescriptions_funded))
        district = tr("home.district", name=view.district) if view.district else tr("home.district_none")
        year = tr("home.checkup_year", year=view.checkup_year) if view.checkup_year else tr("shell.section_checkups")
        cards = (("clinic", district, view.district_doctor or tr("home.doctor_none"), "clinics"),
                 ("pill", tr("home.prescriptions_title"), active, "prescriptions"),
                 ("shield-check", year, checkup, "checkups"))  # fmt: skip
        line: QLayout = column(gap=12) if theme.scale().large else row(gap=24)
        for icon, caption, text, section in cards:
            made = PressRow(text, caption, leading=IconLabel(icon, "accent", 28), card=True, meta_first=True, pad=(18, 20))
            made.clicked.connect(lambda _on=False, section=section: self.host.go(section))
            if isinstance(line, QHBoxLayout):
                line.addWidget(made, 1)
            else:
                line.addWidget(made)
        return Box(line)


def _padded(widget: QWidget) -> QWidget:
    return Box(column(widget, pad=(0, 20, 16)))
