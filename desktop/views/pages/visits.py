"""«История посещений»: filters, order, months of visits, rating in place, and a panel for one visit (mockup 10)."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.visits import VisitRow, VisitsPage, VisitView
from desktop.views import theme
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import visits_words as words
from desktop.views.pages.care_parts import Panes, send, show_notice
from desktop.views.pages.visits_leave import VisitLeaving
from desktop.views.pages.visits_panels import DisputePanel, VisitLine, VisitPanel
from desktop.views.pages.visits_rating import RatingCard
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    EmptyState,
    FilterChip,
    FlowLayout,
    IconButton,
    IconLabel,
    Meta,
    PlainLabel,
    PressRow,
    ScrollPage,
    clear,
    column,
    row,
)
from desktop.views.parts.portions import Portions
from desktop.words import tr

_GROUPS: Final = ("", "visit", "analysis", "vaccination", "study", "stay")
_ORDERS: Final = ("newest", "oldest", "status")
_RATED: Final = ("visit", "study", "house-call", "stay")
_STEP: Final = 30
_WHOLE_YEAR: Final = 400
_YEARS: Final = 12


class HistoryPage(Page):
    """«История посещений»."""

    section = "history"
    topics = ("visits", "results", "documents", "prescriptions", "journal", "people", "exchange")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._leaving = VisitLeaving(host, self)
        self._wanted = ""
        self._shown = self._by = ""
        self._rating: dict[str, RatingCard] = {}
        self._sought = ""
        self._build_filters()
        self.notice = QVBoxLayout()
        self.list = column(gap=8)
        is_large = theme.scale().large
        # Large text leaves no room for filters that stand still: there they scroll with the list.
        above = (self.filters,) if is_large else ()
        self.scroller = ScrollPage(column(*above, Box(self.list), gap=12), pad=(0, 4, 24, 0))
        self.portions = Portions(_STEP, self.scroller)
        self.portions.asked.connect(self.reload)
        self.panes = Panes(self.scroller)
        self.panes.emptied.connect(self._shut)
        parts = (self.notice, self.panes) if is_large else (self.notice, self.filters, self.panes)
        whole = column(*parts, gap=12, pad=(0, 28 if is_large else 40, 20))
        whole.setStretch(len(parts) - 1, 1)
        self.setLayout(whole)

    def _build_filters(self) -> None:
        year = local_date(self.host.clock).year
        self.group = QButtonGroup(self)
        self.chips = {key: FilterChip(tr(f"visits.group_{key or 'all'}"), tick=False, checked=not key) for key in _GROUPS}
        for chip in self.chips.values():
            self.group.addButton(chip)
        self.group.buttonToggled.connect(lambda _button, on: self._filtered() if on else None)
        self.period = Choice(self._years(year), name=tr("visits.period"), chosen=str(year))
        self.clinic = Choice([("", tr("visits.any_clinic"))], name=tr("visits.clinic"), chosen="")
        self.doctor = Choice([("", tr("visits.any_doctor"))], name=tr("visits.doctor"), chosen="")
        self.order = Choice([(key, tr(f"visits.order_{key}")) for key in _ORDERS], name=tr("visits.order"), chosen="newest")
        for box in (self.period, self.clinic, self.doctor, self.order):
            box.chosen_changed.connect(self._filtered)
        self.filters = Box(FlowLayout(*self.chips.values(), self.period, self.clinic, self.doctor, self.order, gap=8))

    async def _widen(self, id: str) -> None:
        """Let the list show the year of a visit whole. *Raises* KeyError for one that is gone."""
        started_at = (await self.host.session.visits.open(id)).row.facts.started_at
        year = str(started_at.year) if started_at is not None else "all"
        self.portions.count = _WHOLE_YEAR
        blocked = [QSignalBlocker(one) for one in (self.group, self.period, self.clinic, self.doctor)]
        self.chips[""].setChecked(True)
        self.period.set_choices(self._years(int(year) if year.isdigit() else 0), chosen=year)
        self.clinic.choose("")
        self.doctor.choose("")
        for one in blocked:
            one.unblock()

    def _years(self, first: int) -> list[tuple[str, str]]:
        this = local_date(self.host.clock).year
        years = range(this, max(min(first, this), this - _YEARS) - 1, -1)
        return [*((str(year), tr("visits.year", year=year)) for year in years), ("all", tr("visits.all_years"))]

    # --- asking
    async def refresh(self) -> None:
        await show_notice(self.host, self.notice)
        if self._sought:
            with suppress(KeyError):
                await self._widen(self._sought)
        year = self.period.chosen()
        found = await self.host.session.visits.page(
            group=next(key for key, chip in self.chips.items() if chip.isChecked()), doctor=self.doctor.chosen(),
            since=date(int(year), 1, 1) if year.isdigit() else None, until=date(int(year), 12, 31) if year.isdigit() else None,
            clinic=self.clinic.chosen(), order=self.order.chosen(), limit=self.portions.count,  # type: ignore[arg-type]
        )  # fmt: skip
        self._offer(found)
        self._show(found)
        sought, self._sought = self._sought, ""
        if sought in self._rating:
            QTimer.singleShot(0, self._rating[sought], lambda: self._stand_at_rating(sought))
        wanted = self._wanted or self._shown
        if wanted and (self._wanted or isinstance(self.panes.panel, VisitPanel)):
            self._wanted = ""
            with suppress(KeyError):  # Gone since it was open.
                await self._open(wanted)

    def _offer(self, found: VisitsPage) -> None:
        """Put what the record has into the drop-downs, keeping what is chosen."""
        if found.first_year is not None:
            self.period.set_choices(self._years(found.first_year), chosen=self.period.chosen())
        for box, any_of, names in ((self.clinic, "any_clinic", found.clinics), (self.doctor, "any_doctor", found.doctors)):
            chosen = box.chosen()
            box.set_choices([("", tr(f"visits.{any_of}")), *((name, name) for name in names)], chosen=chosen if chosen in names else "")

    def _filtered(self, *_what: object) -> None:
        self.portions.begin()
        self.reload()

    # --- the list
    def _show(self, found: VisitsPage) -> None:
        drafts = self.host.session.drafts.forms(self.host.session.scope.person)
        rated = {*self._rating, *(one.partition(":")[2] for one in drafts if one.startswith("rate:"))}
        clear(self.list)
        self._rating.clear()
        month, card = "", None
        for visit in found.rows:
            title = words.month(visit.facts.started_at) if self.order.chosen() != "status" else words.state(visit.facts)
            if title != month or card is None:
                month, card = title, Card(pad=(1,), gap=0)
                self.list.addWidget(Meta(title, weight=500))
                self.list.addWidget(card)
            else:
                card.body.addWidget(Divider())
            card.body.addWidget(self._row(visit, is_rated=visit.facts.id in rated))
        if found.has_more:
            self.list.addLayout(row(self.portions.button(tr("care.show_more")), STRETCH))
        self.portions.filled()
        if not found.rows:
            is_all = found.first_year is None or (self.period.chosen() == "all" and self.chips[""].isChecked())
            every = None
            if not is_all:
                every = Button(tr("visits.show_all"))
                every.clicked.connect(self._show_all)
            key = "visits.empty" if is_all else "visits.nothing"
            self.list.addWidget(EmptyState(tr(key), tr(f"{key}_more"), icon="history", button=every))
        self.list.addStretch(1)

    def _row(self, visit: VisitRow, *, is_rated: bool) -> QWidget:
        day, under = words.stub(visit.facts.started_at, today=local_date(self.host.clock))
        stub = Box(column(PlainLabel(day, style="h2", tnum=True, wrap=False, line_px=28), Meta(under, wrap=False), STRETCH, gap=0))
        stub.setFixedWidth(max(theme.px(72), stub.sizeHint().width()))
        press = PressRow(words.title(visit), words.detail(visit), leading=stub, chevron=False, pad=(12, 16))
        press.setAccessibleName(f"{day} {under}. {press.accessibleName()}")
        press.setObjectName(f"visit_{visit.facts.id}")
        press.clicked.connect(lambda: self.host.spawn(self._opened_by_hand(visit.facts.id)))
        line = row(gap=4, pad=(0, 12, 0, 0))
        line.addWidget(press, 1)
        whole = column(line, gap=0)
        if theme.scale().large:
            # Beside large words there is no room for what can be done.
            whole.addLayout(column(FlowLayout(*self._actions(visit), gap=8), pad=(0, 16, 12)))
        else:
            for made in self._actions(visit):
                line.addWidget(made)
        made = VisitLine(whole, visit.facts.id)
        if is_rated and made.findChild(QWidget, f"rate_{visit.facts.id}") is not None:
            self._put_rating(made)
        made.set_open(visit.facts.id == self._shown and self.panes.panel is not None)
        return made

    def _mark(self) -> None:
        """Show which visit the panel is about."""
        for line in self.findChildren(VisitLine):
            line.set_open(line.id == self._shown and self.panes.panel is not None)

    def _shut(self) -> None:
        """Go back to what opened the panel: the line of the visit, or its button."""
        shut, self._shown = self._shown, ""
        self._mark()
        if shut and self.isVisible():
            self._stand_at(f"{self._by}_{shut}")

    def _actions(self, visit: VisitRow) -> list[QWidget]:
        made: list[QWidget] = []
        title = words.title(visit)
        if visit.dispute is not None:
            made.append(Box(row(IconLabel("flag", "warn", 20), Meta(tr("visits.mark_disputed"), wrap=False), gap=6)))
        elif visit.is_strange:
            button = Button(tr("visits.was_not_there"), icon="flag", name=f"{tr('visits.was_not_there')}: {title}")
            button.setObjectName(f"strange_{visit.facts.id}")
            button.clicked.connect(lambda: self.host.spawn(self._dispute(visit.facts.id, by="strange")))
            made.append(button)
        rating = visit.rating.state if visit.rating is not None else ""
        if rating == "refused":
            made.append(Meta(tr("visits.rating_refused"), tone="warn", wrap=False))
        if visit.stars:
            is_open = rating in ("waiting", "unconfirmed")
            said = Meta(tr(f"visits.your_rating_{rating}" if is_open else "visits.your_rating", n_star=visit.stars), wrap=is_open)
            made.append(Box(row(IconLabel("star-filled", "warn", 18), said, gap=6)))
        elif visit.group in _RATED and visit.facts.status == "finished" and not visit.is_strange and visit.dispute is None:
            rate = Button(tr("visits.rate"), icon="star", role="text", name=f"{tr('visits.rate')}: {title}")
            rate.setObjectName(f"rate_{visit.facts.id}")
            rate.clicked.connect(lambda: self._rate(visit.facts.id))
            made.append(rate)
        save = IconButton("save", f"{tr('visits.save')}: {title}")
        save.clicked.connect(lambda: self.host.spawn(self._leaving.save(visit.facts.id)))
        made.append(save)
        return made

    def _show_all(self) -> None:
        self.chips[""].setChecked(True)
        self.doctor.choose("")
        self.clinic.choose("")
        self.period.choose("all")

    # --- one visit
    async def _opened_by_hand(self, id: str) -> None:
        await self._open(id)
        await self.host.session.home.seen("visit", id)

    async def _open(self, id: str) -> VisitView:
        view = await self.host.session.visits.open(id)
        panel = VisitPanel(view, self.host)
        panel.disputed.connect(lambda: self.host.spawn(self._dispute(id)))
        panel.saved.connect(lambda: self.host.spawn(self._leaving.save(id)))
        panel.printed.connect(lambda: self.host.spawn(self._leaving.print(id)))
        panel.mailed.connect(lambda: self.host.spawn(self._leaving.mail(id)))
        self._put(id, panel)
        return view

    async def _dispute(self, id: str, *, by: str = "visit") -> None:
        view = await self.host.session.visits.open(id)
        card = await self.host.session.family.card()
        insurer = card.policies[0].insurer if card.policies else ""
        panel = DisputePanel(view, self.host, insurer=insurer, phone=card.facts.phone if card.facts else "")
        panel.sent.connect(lambda text, contact: self.host.spawn(self._disputed(panel, text, contact)))
        self._put(id, panel, by=by)

    def _put(self, id: str, panel: VisitPanel | DisputePanel, *, by: str = "visit") -> None:
        self._shown, self._by = id, by
        self.panes.open(panel)
        self._mark()

    async def _disputed(self, panel: DisputePanel, text: str, contact: str) -> None:
        view = panel.view
        body = {"subject": f"Encounter/{view.row.facts.id}", "comment": text, "contact": contact, "evidence": words.evidence(view)}
        clean = {name: value for name, value in body.items() if value}
        if not await panel.draft.send(send(self.host, "visit.dispute", clean, tr("visits.dispute_taken"))):
            return
        await self.host.session.home.seen("visit", view.row.facts.id)
        await self._open(view.row.facts.id)

    def _rate(self, id: str) -> None:
        """Open the rating of a visit in its line, or put it away with what was chosen."""
        line = next((one for one in self.findChildren(VisitLine) if one.id == id), None)
        if line is None:
            return
        card = self._rating.pop(id, None)
        if card is None:
            self._put_rating(line)
            self._stand_at_rating(id)
            return
        card.draft.sent()
        line.let_go()
        self._stand_at(f"rate_{id}")

    def _put_rating(self, line: VisitLine) -> None:
        card = self._rating[line.id] = RatingCard(self.host, line.id)
        line.hold(card)
        card.sent.connect(lambda stars, text: self.host.spawn(self._rated(line.id, stars, text)))
        card.left.connect(lambda: self._rate(line.id))

    def _stand_at_rating(self, id: str) -> None:
        self._rating[id].stars.focus()
        self.scroller.reveal(self._rating[id])

    async def _rated(self, id: str, stars: str, text: str) -> None:
        body = {"subject": f"Encounter/{id}", "stars": stars, **({"text": text} if text else {})}
        if not await self._rating[id].draft.send(send(self.host, "visit.rate", body, tr("visits.rate_taken"))):
            return
        self._rating.pop(id, None)
        self._stand_at(f"visit_{id}")

    def _stand_at(self, name: str) -> None:
        if (found := self.findChild(QWidget, name)) is not None:
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- what the base asks for
    def clear(self) -> None:
        clear(self.list)
        self._rating.clear()
        self._shown = self._wanted = self._sought = ""
        self.portions.begin()
        self.panes.shut()
        for box, any_of in ((self.clinic, "any_clinic"), (self.doctor, "any_doctor")):
            box.set_choices([("", tr(f"visits.{any_of}"))], chosen="")

    def show_subject(self, subject: str) -> None:
        id = subject.rpartition("/")[2]
        if id.startswith("rate:"):
            self._sought = id.removeprefix("rate:")
            if self.isVisible():
                self.reload()
        elif self.is_loaded and not self.is_loading():
            self.host.spawn(self._opened_by_hand(id))
        else:
            self._wanted = id

    def filter_field(self) -> QWidget | None:
        return next(chip for chip in self.chips.values() if chip.isChecked())

    def regions(self) -> tuple[QWidget, ...]:
        return tuple(part for part in (self.filters, self.scroller, self.panes.panel) if part is not None)

    def step_back(self) -> bool:
        if is_rating := bool(self._rating):
            self._rate(next(reversed(self._rating)))
        return is_rating

    def step_out(self) -> bool:
        return self.panes.shut()

    def shows(self, subject: str) -> bool:
        return self.panes.panel is not None and subject.rpartition("/")[2] == self._shown

    def print_subject(self) -> bool:
        if self._shown:
            self.host.spawn(self._leaving.print(self._shown))
        return bool(self._shown)

    def save_subject(self) -> bool:
        if self._shown:
            self.host.spawn(self._leaving.save(self._shown))
        return bool(self._shown)

    def remember(self) -> Memory:
        return {"group": next(key for key, chip in self.chips.items() if chip.isChecked()), "period": self.period.chosen(),
                "order": self.order.chosen(), "limit": self.portions.count, "shown": self._shown,
                "scroll": self.scroller.remember()}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        if memory.get("group") in self.chips:
            self.chips[str(memory["group"])].setChecked(True)
        if memory.get("order") in _ORDERS:
            self.order.choose(str(memory["order"]))
        year = str(memory.get("period", ""))
        if year == "all" or year.isdigit():
            self.period.set_choices(self._years(int(year) if year.isdigit() else local_date(self.host.clock).year), chosen=year)
        self.portions.restore(memory.get("limit"))
        self._wanted = str(memory.get("shown", ""))
        self.scroller.restore(place_in(memory))
