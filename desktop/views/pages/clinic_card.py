"""The page of one clinic: hours, phone, ways to reach it, its doctors with the soonest free time, letters to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.record.clinics import Doctor
from desktop.record.slots import FreeSlot
from desktop.session.clinics import ClinicRow, LetterRow
from desktop.views import theme, way, wording
from desktop.views.draft import Draft
from desktop.views.focus_kept import Opener
from desktop.views.page import Host
from desktop.views.pages import clinic_words as words
from desktop.views.pages.form_fields import room_problem
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    Field,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    ScrollPage,
    Tag,
    TextArea,
    clear,
    column,
    row,
)
from desktop.words import tr

LETTERS: Final = {"write": "clinic.write", "complain": "clinic.complain"}
_LEAST_CHARS: Final = 3
_REFUSED: Final = ("rejected", "clashed", "refused")
_STATE: Final = {"held": ("clock", "dashed"), "ready": ("clock", "dashed"), "sending": ("hourglass", "dashed"),
                 "waiting": ("clock", "dashed"), "rejected": ("alert", "bad"),
                 "clashed": ("alert", "warn"), "refused": ("alert", "bad")}  # fmt: skip


def soonest(slots: Mapping[str, FreeSlot], one: Doctor, *, today: date) -> str:
    """Write the soonest free time of a doctor."""
    slot = slots.get(one.doctor_id)
    if slot is None:
        return tr("clinics.no_slots")
    return tr("clinics.soonest", at=slot_time(slot, today=today))


def slot_time(slot: FreeSlot, *, today: date) -> str:
    """Write when a slot begins, on the clinic's own clock."""
    at = slot.starts_at
    return tr("shell.moment", day=wording.near_day(at.date(), today=today), time=f"{at.hour}:{at.minute:02d}")


class Letter(Card):
    """A letter or a complaint as it is written. `sent` gives kind, text and contact; `left` closes it unsent."""

    sent = Signal(str, str, str)
    left = Signal()

    def __init__(self, kind: str, name: str, draft: Draft) -> None:
        super().__init__(role="sunken", pad=(16, 20), gap=12)
        self.kind, self.draft = kind, draft
        self.body.addWidget(Heading(tr(f"clinics.{kind}_title")))
        self.body.addWidget(Meta(tr(f"clinics.{kind}_who", name=name)))
        self.text = TextArea(tr("clinics.letter_text"), hint=tr("clinics.letter_hint"), lines=4)
        self.contact = Field(tr("clinics.letter_contact"), hint=tr("clinics.letter_contact_hint"))
        if kind != "complain":
            self.contact.hide()
        draft.hold(text=self.text, contact=self.contact)
        self.body.addWidget(draft.notice)
        send = Button(tr(f"clinics.{kind}_send"), role="primary", icon="send")
        send.setObjectName("letter_send")
        send.clicked.connect(self._send)
        leave = Button(tr("clinics.letter_leave"), role="text")
        leave.clicked.connect(self.left)
        self.body.addWidget(self.text)
        self.body.addWidget(self.contact)
        self.body.addWidget(Box(FlowLayout(send, leave, gap=8)))

    def _send(self) -> None:
        text = self.text.value().strip()
        short = len(text) < _LEAST_CHARS
        self.text.set_error(tr("clinics.letter_empty") if short else tr("clinics.letter_long") if len(text) > 2_000 else "")
        self.contact.set_error(room_problem(self.contact, "clinic.complain", "contact"))
        wrong = next((field for field in (self.text, self.contact) if field.error()), None)
        if wrong is not None:
            wrong.edit.setFocus()
            return
        self.sent.emit(LETTERS[self.kind], text, self.contact.value().strip())


class ClinicCard(QWidget):
    """Everything of one clinic. Signals name what is asked; the page does it."""

    booked = Signal(str)
    """The doctor's id, or nothing: any doctor of the clinic."""
    sent = Signal(str, str, str)
    map_asked = Signal()
    way_asked = Signal(str)
    copied = Signal(str)
    withdrawn = Signal(str)

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.host = host
        self.row: ClinicRow | None = None
        self.letter: Letter | None = None
        self.scroller = ScrollPage(pad=(0, 4, 16, 0), gap=16)
        self.body = self.scroller.body
        self._opener = Opener(self)
        self._inside: QWidget | None = None
        self._held = column(gap=8)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.scroller)

    def clear_all(self) -> None:
        """Show nothing."""
        self.row = self.letter = self._inside = None
        clear(self.body)

    def show_row(
        self, found: ClinicRow, *, slots: Mapping[str, FreeSlot], as_of: str, letters: tuple[LetterRow, ...], mine: str, today: date
    ) -> None:
        """Build the card of a clinic."""
        is_same = self.row is not None and self.row.id == found.id
        kept = self.letter.kind if self.letter and is_same else ""
        self.row, self.letter, self._inside = found, None, None
        clear(self.body)
        self._held = column(gap=8)
        self.body.addWidget(self._about(found, mine))
        self.body.addLayout(self._held)
        if letters:
            self.body.addWidget(self._letters(letters))
        self.body.addWidget(self._doctors(found, slots, as_of, today))
        if found.clinic.services:
            self.body.addWidget(self._services(found))
        self.body.addStretch(1)
        if kept:
            self._put_letter(found, kept)

    def _about(self, found: ClinicRow, mine: str) -> Card:
        one = found.clinic
        made = Card(pad=(18, 20), gap=10)
        made.body.addWidget(Heading(one.name, level=2))
        made.body.addWidget(Meta(". ".join(part for part in (one.kind_words, one.address) if part)))
        said, tone = words.doors(found.doors)
        marks = [Meta(said, tone=tone, weight=500, wrap=False)]
        if one.rating is not None:
            marks.append(Meta(tr("clinics.rating_of", one.ratings, rating=words.rating(one.rating)), wrap=False))
        if one.takes_policy:
            marks.append(Meta(tr("clinics.takes_policy"), wrap=False))
        made.body.addWidget(Box(FlowLayout(*marks, gap=16)))
        if mine:
            made.body.addWidget(Meta(mine))
        hours = "; ".join(f"{days}: {span}" for days, span in words.week(one.hours))
        for icon, text in (("phone", wording.phone(one.phone)), ("clock", hours)):
            if text:
                line = row(IconLabel(icon, "ink2", 20), Body(text, tnum=True), gap=10)
                line.setStretch(1, 1)
                made.body.addLayout(line)
        book = Button(tr("clinics.book"), role="primary", icon="calendar-plus")
        book.setObjectName("clinic_book")
        book.clicked.connect(lambda: self.booked.emit(""))
        write = Button(tr("clinics.write"), icon="mail")
        write.setObjectName("clinic_write")
        write.clicked.connect(lambda: self.open_letter("write"))
        complain = Button(tr("clinics.complain"), icon="complaint")
        complain.setObjectName("clinic_complain")
        complain.clicked.connect(lambda: self.open_letter("complain"))
        buttons = [book, write, complain]
        if one.latitude is not None:
            there = Button(tr("clinics.way"), icon="route")
            there.clicked.connect(self.open_way)
            onto = Button(tr("clinics.on_map"), icon="map")
            onto.clicked.connect(self.map_asked)
            buttons += [there, onto]
        made.body.addWidget(Box(FlowLayout(*buttons, gap=8)))
        return made

    def open_letter(self, kind: str) -> None:
        """Open a letter or a complaint to write."""
        assert self.row is not None
        self._opener.note()
        self._put_letter(self.row, kind)

    def _put_letter(self, to: ClinicRow, kind: str) -> None:
        clear(self._held)
        self.letter = Letter(kind, to.clinic.name, Draft(self.host, f"{kind}:{to.id}"))
        self.letter.sent.connect(self.sent)
        self.letter.left.connect(self.close_held)
        self._held.addWidget(self.letter)
        self._inside = self.letter
        self.letter.text.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroller.reveal(self.letter)

    def _correct(self, refused: LetterRow) -> None:
        """Open a refused letter to write it anew; what is being written already stays."""
        self.open_letter(refused.kind)
        if self.letter is not None and not self.letter.text.value().strip():
            self.letter.text.set_value(refused.text)

    def open_way(self) -> None:
        """Show the address that the system's map would open, before it is opened."""
        assert self.row is not None
        one = self.row.clinic
        if one.latitude is None or one.longitude is None:
            return
        url = way.link(one.latitude, one.longitude)
        self._opener.note()
        clear(self._held)
        self.letter = None
        self._inside = made = Card(role="sunken", pad=(16, 20), gap=10)
        made.body.addWidget(Heading(tr("clinics.way_title")))
        made.body.addWidget(Meta(tr("clinics.way_more")))
        made.body.addWidget(Body(url))
        go = Button(tr("clinics.way_open"), role="primary", icon="external")
        go.clicked.connect(lambda: self.way_asked.emit(url))
        copy = Button(tr("clinics.way_copy"))
        copy.clicked.connect(lambda: self.copied.emit(one.address))
        leave = Button(tr("clinics.way_leave"), role="text")
        leave.clicked.connect(self.close_held)
        made.body.addWidget(Box(FlowLayout(go, copy, leave, gap=8)))
        self._held.addWidget(made)
        go.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroller.reveal(made)

    def close_held(self) -> bool:
        """Close what is open inside the card; say whether there was something."""
        had = self._held.count() > 0
        self._opener.take_from(self._inside)
        self.letter = self._inside = None
        clear(self._held)
        return had

    def _letters(self, letters: tuple[LetterRow, ...]) -> Card:
        made = Card(pad=(14, 20), gap=8)
        made.setObjectName("letters")
        made.body.addWidget(Heading(tr("clinics.letters")))
        for n, one in enumerate(letters):
            refused = one.state in _REFUSED
            if n:
                made.body.addWidget(Divider())
            if one.kind == "answer":
                made.body.addWidget(Meta(tr("clinics.letter_answer")))
            made.body.addWidget(Body(one.text))
            if one.kind == "answer":
                continue
            icon, kind = _STATE.get(one.state, ("check", "quiet"))
            word = "refused" if refused else "sent" if not one.intent else "unconfirmed" if one.state == "sending" else "waits"
            state = tr(f"clinics.{one.kind}_state", state=tr(f"clinics.letter_{word}"))
            line: list[QWidget] = [Tag(state, icon=icon, kind=kind)]
            if one.intent and one.state != "sending":
                take = Button(tr("asks.put_away" if refused else "asks.withdraw"), role="text", tight=True)
                take.setObjectName("letter_back")
                take.clicked.connect(lambda _on=False, id=one.intent: self.withdrawn.emit(id))
                line.append(take)
            made.body.addWidget(Box(FlowLayout(*line, gap=8)))
            if refused:
                made.body.addWidget(Meta(tr("clinics.refused_other"), tone="bad"))
                again = Button(tr("documents.correct"), role="text", tight=True)
                again.setObjectName("letter_again")
                again.clicked.connect(lambda _on=False, one=one: self._correct(one))
                made.body.addLayout(row(again, STRETCH))
        return made

    def _doctors(self, found: ClinicRow, slots: Mapping[str, FreeSlot], as_of: str, today: date) -> Card:
        made = Card(pad=(14, 0, 4), gap=0)
        head = column(Heading(tr("clinics.doctors")), gap=0, pad=(0, 20, 6))
        if as_of and found.clinic.doctors:
            head.addWidget(Meta(as_of))
        made.body.addLayout(head)
        if not found.clinic.doctors:
            made.body.addWidget(Box(column(Body(tr("clinics.doctors_none"), tone="ink2"), pad=(0, 20, 12))))
        for n, one in enumerate(found.clinic.doctors):
            if n:
                made.body.addWidget(Divider())
            made.body.addWidget(self._doctor(one, slots, today))
        return made

    def _doctor(self, one: Doctor, slots: Mapping[str, FreeSlot], today: date) -> QWidget:
        marks = []
        if one.rating is not None:
            marks = [IconLabel("star-filled", "warn", 18), Meta(words.rating(one.rating), tone="ink", bold=True, wrap=False), 8]
        free = soonest(slots, one, today=today)
        name = row(Body(one.name, bold=True), gap=8)
        texts = column(name, Meta(" · ".join(part for part in (one.title, words.doctor_line(one, year=today.year)) if part)),
                       row(*marks, Meta(free, tone="good" if one.doctor_id in slots else "ink2"), STRETCH, gap=6), gap=2)  # fmt: skip
        button = Button(tr("clinics.book_doctor"), name=tr("clinics.book_doctor_name", name=one.name))
        button.setObjectName(f"book_{one.doctor_id}")
        button.clicked.connect(lambda: self.booked.emit(one.doctor_id))
        line = row(gap=12, pad=(10, 20))
        line.addLayout(texts, 1)
        line.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        return Box(line)

    def _services(self, found: ClinicRow) -> Card:
        made = Card(pad=(14, 20), gap=6)
        made.body.addWidget(Heading(tr("clinics.services")))
        made.body.addWidget(Body("\n".join(found.clinic.services)))
        return made

    def minimum(self) -> int:
        """Return the least width at which the card can be read."""
        return theme.px(360)
