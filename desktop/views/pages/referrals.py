"""«Направления»: what a clinic sent the person for, how long it holds, and booking straight from it (DESIGN §7: rows as 03)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop import limits
from desktop.clock import local_date
from desktop.session.asked import AskedRow
from desktop.session.referrals import ReferralRow
from desktop.views import theme, wording
from desktop.views.draft import Draft
from desktop.views.page import ColumnPage, Host, Memory
from desktop.views.pages.asked_line import AskedLine
from desktop.views.pages.care_parts import send, show_notice
from desktop.views.pages.form_fields import room_problem
from desktop.views.parts import (
    STRETCH,
    Box,
    Button,
    Card,
    Divider,
    EmptyState,
    Field,
    FlowLayout,
    Heading,
    Meta,
    Segmented,
    Tabs,
    TextArea,
    Ticket,
    clear,
    column,
    row,
)
from desktop.views.parts.narrowing import SearchEdit, matches
from desktop.views.parts.ordering import OrderButton
from desktop.views.parts.portions import Portions
from desktop.words import tr

_TABS: Final = ("open", "past")
_KINDS: Final = ("all", "study", "hospital")
_SOON_DAYS: Final = 7
_SHOWN: Final = 40
_OPEN: Final = ("open", "held")


class ReferralsPage(ColumnPage):
    """«Направления»."""

    section = "referrals"
    topics = ("referrals", "bookings", "documents", "journal", "people", "exchange")
    gap = 20

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._rows: tuple[ReferralRow, ...] = ()
        self._wanted = ""
        self.portions = Portions(_SHOWN, self.scroller)
        self.portions.asked.connect(self._show)
        self._attached: tuple[str, str] = ("", "")
        self.notice = QVBoxLayout()
        self.kinds = Segmented([(key, tr(f"referrals.kind_{key}")) for key in _KINDS], name=tr("referrals.kinds"))
        self.kinds.changed.connect(lambda _key: self._show())
        self.tabs = Tabs([(key, tr(f"referrals.tab_{key}")) for key in _TABS], name=tr("referrals.tabs"))
        self.tabs.changed.connect(lambda _key: self._show())
        self.sorting = OrderButton(("ends", "newest", "name"))
        self.sorting.changed.connect(lambda _key: self._show())
        self.search = SearchEdit(name=tr("referrals.search"))
        self.search.setObjectName("referrals_search")
        self.search.setMinimumWidth(theme.px(400))
        self._late = QTimer(self, singleShot=True, interval=limits.SEARCH_AFTER_MS)
        self._late.timeout.connect(self._sought)
        self.search.textChanged.connect(lambda _text: self._late.start())
        self.ask = Button(tr("referrals.ask"), icon="referral")
        self.ask.clicked.connect(self.open_form)
        self.list = column(gap=12)
        self.rows = Box(self.list)
        self.requests = column(gap=12)
        self.asked = Card(self.requests, pad=(16, 24))
        self.form_place = column(gap=0)
        self.form = Box(self.form_place)
        self.form.hide()
        self.column.addLayout(self.notice)
        self.column.addWidget(Box(FlowLayout(self.kinds, self.tabs, self.ask, self.search, self.sorting, gap=16, line_gap=8)))
        self.column.addWidget(self.form)
        self.column.addWidget(self.asked)
        self.column.addWidget(self.rows)
        self.column.addStretch(1)
        self.asked.hide()

    async def refresh(self) -> None:
        await show_notice(self.host, self.notice)
        rows = await self.host.session.referrals.rows()
        asked = await self.host.session.asked.of("referral.ask")
        card = await self.host.session.family.attachment()
        self._rows = rows
        self._attached = card
        self._show_wanted()
        self._show_asked(asked)

    def clear(self) -> None:
        self._rows = ()
        self.portions.begin()
        self.search.clear()
        self._late.stop()
        clear(self.list)
        clear(self.requests)
        self.asked.hide()
        self._put_form_away()

    # --- the list
    def _chosen(self) -> list[ReferralRow]:
        """Return what is listed: what is sought among all, else what the tab and the kind keep."""
        is_open, kind, wanted = self.tabs.chosen() == "open", self.kinds.chosen(), self.search.text().strip()
        chosen = [one for one in self._rows if _is_found(one, wanted)] if wanted else [
            one for one in self._rows
            if (one.state in _OPEN) == is_open and (kind == "all" or one.facts.is_hospital == (kind == "hospital"))
        ]  # fmt: skip
        if self.sorting.chosen() == "newest":
            chosen.sort(key=lambda one: one.facts.written_on or date.min, reverse=True)
        elif self.sorting.chosen() == "name":
            chosen.sort(key=lambda one: one.facts.title.casefold())
        return chosen

    def _sought(self) -> None:
        self.portions.begin()
        self._show()

    def _show(self) -> None:
        clear(self.list)
        is_sought = bool(self.search.text().strip())
        chosen = self._chosen()
        places = [one.facts.id for one in chosen]
        if self._wanted in places:
            self.portions.reach(places.index(self._wanted))
        if is_sought and chosen:
            self.list.addWidget(Meta(tr("referrals.search_all", len(chosen))))
        for one in chosen[: self.portions.count]:
            self.list.addWidget(self._ticket(one))
        if (rest := len(chosen) - self.portions.count) > 0:
            self.list.addLayout(row(self.portions.button(tr("care.more", rest)), STRETCH))
        elif not is_sought and self.tabs.chosen() == "past" and len(self._rows) == limits.REFERRALS:
            self.list.addWidget(Meta(tr("referrals.past_most", n_rows=limits.REFERRALS)))
        if not chosen and is_sought:
            self.list.addWidget(EmptyState(tr("referrals.empty_found"), tr("referrals.empty_found_more"), icon="search"))
        elif not chosen:
            self.list.addWidget(EmptyState(tr(f"referrals.empty_{self.tabs.chosen()}"), tr("referrals.empty_more"), icon="referral"))
        if self._wanted:
            found = self.rows.findChild(Ticket, f"referral_{self._wanted}")
            self._wanted = ""
            if found is not None:
                self.scroller.ensureWidgetVisible(found)
        self.portions.filled()

    def _ticket(self, one: ReferralRow) -> Ticket:
        facts, person = one.facts, self.host.session.current
        until = facts.valid_until
        day, month = (str(until.day), _month(until, self.host)) if until is not None else ("—", tr("referrals.no_day"))
        is_open = one.state in ("open", "held")
        where = ", ".join(part for part in (facts.clinic, facts.department) if part)
        known = (tr("referrals.by", doctor=facts.doctor) if facts.doctor else "",
                 tr("referrals.number", number=facts.number) if facts.number else "")  # fmt: skip
        lines = [("pin", where), ("stethoscope", " · ".join(part for part in known if part))]
        title = facts.title or facts.kind or tr("referrals.untitled")
        made = Ticket(
            "confirmed" if one.state == "open" else "pending" if is_open else "past", day=day, month=month, time="", title=title,
            subtitle=facts.kind if facts.kind != title else "", lines=[line for line in lines if line[1]],
            status=self._status(one), hue=person.hue if person is not None else 1, spoken=tr("referrals.spoken"),
        )  # fmt: skip
        made.setObjectName(f"referral_{facts.id}")
        if one.booking:
            button = Button(tr("referrals.open_booking"), icon="calendar", name=f"{tr('referrals.open_booking')}: {title}")
            button.clicked.connect(lambda: self.host.go("bookings", one.booking))
            made.add_action(button)
        elif one.state == "open" and not facts.is_hospital:
            button = Button(tr("referrals.book"), icon="calendar-plus", name=f"{tr('referrals.book')}: {title}")
            button.setObjectName(f"book_{facts.id}")
            button.clicked.connect(lambda: self.host.book(referral=facts.id, specialty=facts.title, clinic=facts.clinic))
            made.add_action(button)
        return made

    def _status(self, one: ReferralRow) -> tuple[str, str]:
        facts, today = one.facts, local_date(self.host.clock)
        until = wording.day(facts.valid_until, today=today) if facts.valid_until is not None else ""
        if one.is_waiting:
            return "clock", tr("referrals.booking_waits")
        if one.booking and one.booked_at is not None:
            when = wording.day(one.booked_at.date(), today=today)
            return "seal", tr("referrals.booked", day=when, time=f"{one.booked_at.hour}:{one.booked_at.minute:02d}")
        if one.state == "open":
            words = tr("referrals.until", day=until) if until else tr("referrals.no_end")
            if one.days_left is not None:
                words += ", " + (tr("referrals.left", one.days_left) if one.days_left else tr("referrals.last_day"))
            return "clock", words + (". " + tr("referrals.hospital_calls") if facts.is_hospital else "")
        if one.state == "ended":
            return "ban", tr("referrals.ended", day=until)
        return {"used": "check", "revoked": "ban", "held": "hourglass"}[one.state], tr(f"referrals.state_{one.state}")

    # --- asking for one
    def open_form(self) -> None:
        """Open the form of a request for a referral."""
        clear(self.form_place)
        self.what = Field(tr("referrals.to_whom"), hint=tr("referrals.to_whom_hint"))
        self.why = TextArea(tr("referrals.why"), hint=tr("referrals.why_hint"), lines=3)
        self.draft = Draft(self.host, "referral")
        self.draft.hold(what=self.what, why=self.why)
        self.submit = Button(tr("referrals.send"), role="primary", icon="send")
        self.submit.clicked.connect(self._send)
        leave = Button(tr("care.cancel"))
        leave.clicked.connect(self.close_form)
        clinic = self._attached[1] or tr("referrals.clinic_unknown")
        self.form_place.addWidget(Card(column(
            Heading(tr("referrals.form_title")), self.draft.notice, self.what, self.why, Meta(tr("referrals.form_to", clinic=clinic)),
            row(self.submit, leave, STRETCH), gap=12,
        )))  # fmt: skip
        self.form.show()
        self.what.edit.setFocus()

    def close_form(self) -> bool:
        """Put the form away and stand at what opens it; say whether it was open."""
        was_open = self._put_form_away()
        if was_open:
            self.ask.setFocus(Qt.FocusReason.OtherFocusReason)
        return was_open

    def _put_form_away(self) -> bool:
        was_open = not self.form.isHidden()
        clear(self.form_place)
        self.form.hide()
        return was_open

    def _send(self) -> None:
        what = self.what.value().strip()
        self.what.set_error(room_problem(self.what, "referral.ask", "specialty") if what else tr("referrals.to_whom_missing"))
        self.why.set_error(room_problem(self.why, "referral.ask", "reason"))
        wrong = next((field for field in (self.what, self.why) if field.error()), None)
        if wrong is not None:
            wrong.edit.setFocus()
            return
        body = {"specialty": what, "reason": self.why.value().strip(), "clinic_id": self._attached[0], "clinic": self._attached[1]}
        self.host.spawn(self._asked({name: value for name, value in body.items() if value}))

    async def _asked(self, body: Mapping[str, str]) -> None:
        if await self.draft.send(send(self.host, "referral.ask", body, tr("referrals.asked"))):
            self.close_form()
            self.ask.setFocus()

    def _show_asked(self, rows: tuple[AskedRow, ...]) -> None:
        clear(self.requests)
        self.asked.setVisible(bool(rows))
        if not rows:
            return
        self.requests.addWidget(Heading(tr("referrals.requests")))
        for n, one in enumerate(rows[:8]):
            if n:
                self.requests.addWidget(Divider())
            self.requests.addWidget(AskedLine(one, one.field("specialty") or tr("referrals.untitled"), self.host))

    # --- what the base asks for
    def show_subject(self, subject: str) -> None:
        self._wanted = subject.rpartition("/")[2]
        self.search.clear()
        if self.is_loaded:
            self._show_wanted()

    def _show_wanted(self) -> None:
        """Show what the page was opened for, wherever it stands."""
        one = next((one for one in self._rows if one.facts.id == self._wanted), None)
        if one is not None and one not in self._chosen():
            self.kinds.choose("all")
            self.tabs.choose("open" if one.state in _OPEN else "past")
        self._show()

    def filter_field(self) -> QWidget | None:
        return self.search

    def regions(self) -> tuple[QWidget, ...]:
        return (self.search, self.rows)

    def step_back(self) -> bool:
        return self.close_form()

    def remember(self) -> Memory:
        return {**super().remember(), "tab": self.tabs.chosen(), "kind": self.kinds.chosen(), "order": self.sorting.chosen(),
                "search": self.search.text(), "limit": self.portions.count, "form": not self.form.isHidden()}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.sorting.choose(str(memory.get("order", "")))
        self.portions.restore(memory.get("limit"))
        if memory.get("tab") in _TABS:
            self.tabs.choose(str(memory["tab"]))
        if memory.get("kind") in _KINDS:
            self.kinds.choose(str(memory["kind"]))
        self.search.setText(str(memory.get("search", "")))
        if memory.get("form") is True:
            self.open_form()
        super().restore(memory)


def _is_found(one: ReferralRow, wanted: str) -> bool:
    facts = one.facts
    return matches(f"{facts.title} {facts.kind} {facts.doctor} {facts.clinic} {facts.department}", wanted, number=facts.number)


def _month(until: date, host: Host) -> str:
    """Return what stands under the number of the day: the month, and the year when it is not this one."""
    month = tr(f"shell.month_{until.month}")
    return month if until.year == local_date(host.clock).year else f"{month} {until.year}"
