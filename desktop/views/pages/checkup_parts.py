"""What the page of check-ups is made of: the bar of steps, the list of steps, the day's ticket, past ones, how it goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.session.prevention_rows import CheckupNow, DayPlan, PastCheckup, StepRow
from desktop.views import theme
from desktop.views.pages import checkup_words as words
from desktop.views.pages.documents_mail import MailAsk
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    Heading,
    IconButton,
    IconLabel,
    Meta,
    PlainLabel,
    Tag,
    clear,
    column,
    row,
)
from desktop.views.parts.marks import Mark
from desktop.views.parts.narrowing import Kept, Narrowing
from desktop.words import tr

_ICON: Final = {"done": ("check-circle", "good"), "booked": ("calendar", "accent")}
_WHEN_PX, _ACT_PX = 156, 150
_GROUPS: Final = ("done", "booked", "left")


class Hollow(Mark):
    """The dashed circle of a step that is left."""

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(24, parent=parent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the circle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("control"), 1.75)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        inset = theme.scale().real(3)
        painter.drawEllipse(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset))


class StepBar(QWidget):
    """One mark a step: filled is done, edged is booked, hollow is left. Its name says the numbers."""

    def __init__(self, steps: Sequence[str], *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return a bar 8 high."""
        return QSize(theme.px(200), theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real, count = theme.scale().real, max(len(self._steps), 1)
        gap = real(6) if count <= 20 else real(2)
        wide = (self.width() - gap * (count - 1)) / count
        for n, step in enumerate(self._steps):
            area = QRectF(n * (wide + gap), 0, wide, self.height())
            if step == "done":
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("goodMark"))
            else:
                edge = 2.0 if step == "booked" else 1.5
                area.adjust(edge / 2, edge / 2, -edge / 2, -edge / 2)
                painter.setPen(QPen(theme.colour("accent" if step == "booked" else "control"), edge))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)


class NowCard(Card):
    """This year's check-up. `opened` gives the key of the step whose button was pressed."""

    opened = Signal(str)

    def __init__(self, now: CheckupNow, *, today: date, edition: str) -> None:
        super().__init__(column(gap=0), pad=(20, 24, 16))
        done, booked, left = (now.of(one) for one in ("done", "booked", "left"))
        steps = len(now.steps)
        texts = column(Heading(now.title, level=2), gap=2)
        if now.note:
            texts.addWidget(Body(now.note, tone="ink2"))
        if now.until is not None:
            texts.addWidget(Meta(tr("checkups.until", day=words.full_day(now.until))))
        tag = Tag(tr("checkups.passed", done=len(done), all=steps), icon="shield-check", kind="accent")
        if theme.scale().large:
            self.body.addLayout(column(texts, row(tag, STRETCH), gap=8))
        else:
            head = row(gap=12)
            head.addLayout(texts, 1)
            head.addWidget(tag, 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(head)
        name = tr("checkups.bar", done=len(done), booked=len(booked), left=len(left))
        order = [one.standing for standing in _GROUPS for one in now.steps if one.standing == standing]
        self.body.addSpacing(theme.px(16))
        self.body.addWidget(StepBar(order, name=name))
        self.buttons: dict[str, Button] = {}
        for standing, listed in zip(_GROUPS, (done, booked, left), strict=True):
            if listed:
                self.body.addSpacing(theme.px(14))
                self.body.addWidget(Meta(tr(f"checkups.group_{standing}"), bold=True))
                for n, step in enumerate(listed):
                    if n:
                        self.body.addWidget(Divider())
                    self.body.addWidget(self._line(step, today=today))
        if now.source == "rules":
            self.body.addSpacing(theme.px(12))
            self.body.addWidget(Meta(tr("checkups.provisional", edition=edition)))
        self.body.addStretch(1)

    def _line(self, step: StepRow, *, today: date) -> QWidget:
        mark: QWidget = Hollow() if step.standing == "left" else IconLabel(*_ICON[step.standing], 24)
        title, when = PlainLabel(step.title, weight=500), Meta(words.when(step, today=today))
        text = words.act(step)
        button: Button | None = None
        if text:
            button = Button(text, role="text", tight=True, name=tr("checkups.act_of", act=text, title=step.title))
            button.setObjectName(f"step_{step.key}")
            button.clicked.connect(lambda: self.opened.emit(step.key))
            self.buttons[step.key] = button
        line = row(gap=14, pad=(4, 0))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        if theme.scale().large:
            line.addLayout(column(title, when, *([row(button, STRETCH)] if button else []), gap=2), 1)
            return Box(line)
        line.addWidget(title, 1)
        when.setFixedWidth(theme.px(_WHEN_PX))
        line.addWidget(when)
        place = Box(row(STRETCH, button, STRETCH) if button else row(STRETCH))
        place.setFixedWidth(theme.px(_ACT_PX))
        place.setMinimumHeight(theme.px(44))
        line.addWidget(place)
        return Box(line)


class DayTicket(Card):
    """«Всё остальное за один день»: dashed, for nothing of it is certain yet. `booked` asks the clinic for it."""

    booked = Signal()

    def __init__(self, day: DayPlan, *, may_ask: bool) -> None:
        super().__init__(column(gap=4), role="pending", pad=(20, 24))
        first = day.stops[0].at
        self.body.addWidget(Meta(tr("checkups.one_day")))
        self.body.addWidget(Heading(words.heading(day.on), level=2))
        self.body.addWidget(Body(tr("checkups.from_to", start=words.clock(first), end=words.clock(day.ends_at))))
        self.body.addSpacing(theme.px(6))
        for stop in day.stops:
            line = row(gap=12)
            at = PlainLabel(words.clock(stop.at), style="label", tnum=True, wrap=False)
            at.setFixedWidth(theme.px(48))
            line.addWidget(at, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Meta(words.stop(stop)), 1)
            self.body.addLayout(line)
        self.body.addSpacing(theme.px(8))
        self.body.addWidget(Meta(tr("checkups.not_fixed")))
        self.button = Button(tr("checkups.book_all"), role="primary", icon="calendar-plus")
        self.button.setObjectName("checkup_book")
        self.button.clicked.connect(self.booked)
        self.body.addSpacing(theme.px(8))
        self.body.addWidget(self.button)
        if not may_ask:
            self.button.hide()


class PastCard(Card):
    """«Прошлые осмотры»: each with its group, how long it counts, its document. `saved`, `printed` and `paper` give an id."""

    saved = Signal(str)
    printed = Signal(str)
    mailed = Signal(str)
    paper = Signal(str)

    def __init__(self, past: Sequence[PastCheckup], *, today: date, kept: Kept) -> None:
        super().__init__(column(gap=0), pad=(18, 20))
        self._past, self._today = past, today
        self.narrowing = Narrowing(name=tr("checkups.search"), count=len(past), kept=kept, parent=self)
        self.narrowing.changed.connect(self._fill)
        self.body.addLayout(row(Heading(tr("checkups.past")), STRETCH, self.narrowing.sorting))
        self.body.addWidget(self.narrowing.search)
        self._lines = column(gap=0)
        self.body.addLayout(self._lines)
        self._fill()

    def _fill(self) -> None:
        clear(self._lines)
        past = self.narrowing.of(self._past, day=lambda one: one.on, name=lambda one: one.title,
                                 words=lambda one: " ".join((one.title, *words.past_lines(one, today=self._today))))  # fmt: skip
        if not past:
            self._lines.addWidget(Meta(tr("checkups.past_none_found" if self._past else "checkups.past_none")))
        for n, one in enumerate(past):
            if n:
                self._lines.addWidget(Divider())
            self._lines.addWidget(self._line(one, today=self._today))

    def _line(self, one: PastCheckup, *, today: date) -> QWidget:
        texts = column(Body(one.title, bold=True), *(Meta(line) for line in words.past_lines(one, today=today)), gap=0)
        ways = row(gap=4)
        if one.document:
            more = Button(tr("checkups.open_document"), role="text", tight=True, name=tr("checkups.document_of", title=one.title))
            more.clicked.connect(lambda: self.paper.emit(one.document))
            ways.addWidget(more)
        ways.addStretch(1)
        save, out, mail = (IconButton(icon, tr(f"checkups.{icon}_of", title=one.title)) for icon in ("save", "print", "mail"))
        for button, name in ((save, "save"), (out, "print"), (mail, "mail")):
            button.setObjectName(f"past_{name}_{one.id}")
            ways.addWidget(button)
        save.clicked.connect(lambda: self.saved.emit(one.id))
        out.clicked.connect(lambda: self.printed.emit(one.id))
        return Box(column(texts, ways, MailAsk(mail, lambda: self.mailed.emit(one.id)), gap=2, pad=(10, 0)))


class GroupsCard(Card):
    """What the health groups mean, in plain words."""

    def __init__(self, *, is_minor: bool) -> None:
        super().__init__(column(gap=6), pad=(18, 20))
        head = row(gap=10)
        head.addWidget(IconLabel("info", "accent", 22))
        head.addWidget(Body(tr("checkups.groups"), bold=True), 1)
        self.body.addLayout(head)
        self.body.addWidget(Meta(tr("checkups.groups_minor" if is_minor else "checkups.groups_adult")))


class HowCard(Card):
    """How a check-up goes and what one is entitled to, in our own words. `closed` goes back."""

    closed = Signal()

    def __init__(self, *, is_minor: bool, edition: str) -> None:
        super().__init__(column(gap=10), pad=(20, 24))
        self.back = Button(tr("checkups.how_back"), role="text", icon="arrow-left", tight=True)
        self.back.clicked.connect(self.closed)
        self.body.addLayout(row(self.back, STRETCH))
        self.body.addWidget(Heading(tr("checkups.how_title"), level=2))
        who = "minor" if is_minor else "adult"
        for name in ("who", "what", "where", "ready", "after", "rights"):
            self.body.addWidget(Heading(tr(f"checkups.how_{name}")))
            self.body.addWidget(Body(tr(f"checkups.how_{name}_{who}")))
        self.body.addWidget(Meta(tr("checkups.provisional", edition=edition)))


class AnswersCard(Card):
    """The questionnaire as the person filled it in."""

    closed = Signal()

    def __init__(self, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__(column(gap=8), pad=(20, 24))
        self.back = Button(tr("checkups.answers_close"), role="text", icon="close", tight=True)
        self.back.clicked.connect(self.closed)
        self.body.addLayout(row(Heading(tr("checkups.answers"), wrap=False), STRETCH, self.back))
        for question, answer in answers:
            self.body.addLayout(column(Meta(question), PlainLabel(answer, weight=500), gap=0))
