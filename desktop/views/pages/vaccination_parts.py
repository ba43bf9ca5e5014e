"""What the page of vaccinations is made of: the legend, the open stop, reminders, and the tables of what is due and what is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from desktop.record.prevention import Injection
from desktop.record.vaccine_matrix import Line
from desktop.session.prevention_rows import Reminders
from desktop.session.vaccinations import DAYS
from desktop.views import icons, theme
from desktop.views.pages import vaccination_words as words
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    EmptyState,
    FlowLayout,
    Heading,
    IconButton,
    Meta,
    PlainLabel,
    Segmented,
    Switch,
    Tag,
    clear,
    column,
    row,
)
from desktop.views.parts.marks import Mark
from desktop.views.parts.narrowing import Kept, Narrowing
from desktop.views.parts.qr import QrCode
from desktop.views.parts.vaccines import VaccineMatrix
from desktop.words import tr

FIRST_AHEAD: Final = 5
FIRST_DONE: Final = 12
_QR_PX: Final = 120


class Sign(Mark):
    """The sign of the legend: the same shape and colour as the stop."""

    def __init__(self, kind: str, *, parent: QWidget | None = None) -> None:
        super().__init__(20, parent=parent)
        self._kind = kind

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        real = theme.scale().real
        area = QRectF(self.rect()).adjusted(real(2), real(2), -real(2), -real(2))
        if self._kind == "missed":
            painter.translate(QRectF(self.rect()).center())
            painter.rotate(45)
            painter.fillRect(QRectF(-real(6), -real(6), real(12), real(12)), theme.colour("warnMark"))
            return
        painter.setPen(Qt.PenStyle.NoPen if self._kind == "done" else QPen(theme.colour("control"), 2))
        painter.setBrush(theme.colour("goodMark") if self._kind == "done" else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(area)
        if self._kind == "done":
            painter.drawPixmap(QPointF(real(4), real(4)), icons.pixmap("check", "card", 12))


class Sideways(QScrollArea):
    """A calendar too wide for large text in a small window: it alone goes sideways, from the present on, and follows the chosen stop."""

    def __init__(self, matrix: VaccineMatrix) -> None:
        super().__init__()
        self._matrix = matrix
        self.setProperty("role", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        matrix.setMinimumWidth(matrix.readable_px())
        self.setWidget(matrix)
        matrix.setAutoFillBackground(False)
        self.setFixedHeight(matrix.sizeHint().height() + self.horizontalScrollBar().sizeHint().height())
        matrix.moved.connect(self.follow)
        # The names of the lines stay where they are, so all of it is painted anew.
        self.horizontalScrollBar().valueChanged.connect(matrix.update)

    def follow(self) -> None:
        """Bring the chosen stop into sight."""
        middle = self._matrix.ring_rect().center()
        self.ensureVisible(middle.x(), middle.y(), theme.px(80), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the present in sight."""
        super().resizeEvent(event)
        if (now := self._matrix.now_rect()) is not None:
            self.ensureVisible(now.center().x(), 0, now.width(), 0)

    def minimumSizeHint(self) -> QSize:
        """Return a width that any window has."""
        return QSize(theme.px(240), self.height())


def legend() -> QWidget:
    """Return the three signs with their words."""
    made = [Box(row(Sign(kind), Meta(tr(f"vaccinations.legend_{kind}"), wrap=False), gap=8)) for kind in ("done", "missed", "ahead")]
    return Box(FlowLayout(*made, gap=16))


class StopCard(Card):
    """The open stop: what was given with its certificate, or what is ahead. `acted` gives save, share, print, paper or book."""

    acted = Signal(str)

    def __init__(self) -> None:
        super().__init__(column(gap=0), pad=(20, 24))
        self.setAccessibleName(tr("vaccinations.detail"))
        self.injection: Injection | None = None
        self.line: Line | None = None
        self.buttons: dict[str, Button] = {}

    def show_none(self) -> None:
        """Say what will be here."""
        self._fresh()
        self.body.addWidget(Body(tr("vaccinations.choose"), tone="ink2"))
        self.body.addStretch(1)

    def show_done(self, line: Line, one: Injection, *, birth: date | None, portal: str) -> None:
        """Show a vaccination that was given."""
        self._fresh()
        self.line, self.injection = line, one
        text, kind = words.done_tag(line, birth=birth)
        self._head(words.against(line), ", ".join(part for part in (words.step(line), words.age(line)) if part), text, "check", kind)
        pairs = QGridLayout()
        pairs.setContentsMargins(0, 0, 0, 0)
        pairs.setHorizontalSpacing(theme.px(20))
        pairs.setVerticalSpacing(theme.px(6))
        pairs.setColumnStretch(1, 1)
        for n, (label, value) in enumerate(words.facts(one)):
            pairs.addWidget(Body(label, tone="ink2", wrap=False), n, 0, Qt.AlignmentFlag.AlignTop)
            pairs.addWidget(PlainLabel(value, weight=500), n, 1)
        code = QrCode(words.payload(one, portal), name=tr("vaccinations.qr_name", number=one.number), least_px=_QR_PX)
        if theme.scale().large:
            self.body.addLayout(pairs)
            self.body.addLayout(row(code, STRETCH, pad=(12, 0, 0, 0)))
        else:
            both = row(gap=16)
            both.addLayout(pairs, 1)
            both.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(both)
        made: list[QWidget] = [
            self._button("save", tr("vaccinations.certificate"), icon="save"),
            self._button("share", tr("vaccinations.share"), icon="mail", role="text"),
        ]
        if one.certificate:
            made.append(self._button("paper", tr("vaccinations.portal_paper"), icon="document", role="text"))
        printer = IconButton("print", tr("vaccinations.print"))
        printer.setObjectName("vaccination_print")
        printer.clicked.connect(lambda: self.acted.emit("print"))
        made.append(printer)
        self.body.addSpacing(theme.px(12))
        self.body.addWidget(Box(FlowLayout(*made, gap=8)))
        self.body.addStretch(1)

    def show_ahead(self, line: Line, *, is_adult: bool) -> None:
        """Show a dose that is not done."""
        self._fresh()
        self.line = line
        icon, kind = {"overdue": ("alert", "warn"), "due": ("clock", "accent"), "later": ("calendar", "quiet")}[line.standing]
        self._head(words.against(line), ", ".join(part for part in (words.step(line), words.rule(line)) if part),
                   words.standing(line), icon, kind)  # fmt: skip
        when = words.when(line)
        self.body.addWidget(Body(when[:1].upper() + when[1:]))
        if line.dose is not None and line.dose.condition:
            self.body.addWidget(Meta(tr("vaccinations.detail_condition", text=line.dose.condition)))
        self.body.addWidget(Meta(tr(f"vaccinations.source_{line.source}")))
        if line.standing in ("overdue", "due"):
            self.body.addSpacing(theme.px(8))
            book = self._button("book", tr("vaccinations.book_adult" if is_adult else "vaccinations.book_child"), icon="calendar-plus")
            self.body.addLayout(row(book, STRETCH))
        self.body.addStretch(1)

    def _fresh(self) -> None:
        clear(self.body)
        self.injection, self.line = None, None
        self.buttons = {}

    def _head(self, title: str, under: str, text: str, icon: str, kind: str) -> None:
        texts = column(Heading(title), *([Meta(under[:1].upper() + under[1:])] if under else []), gap=0)
        tag = Tag(text, icon=icon, kind=kind)
        if theme.scale().large:
            self.body.addLayout(column(texts, row(tag, STRETCH), gap=6, pad=(0, 0, 10)))
            return
        line = row(gap=12, pad=(0, 0, 10))
        line.addLayout(texts, 1)
        line.addWidget(tag, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)

    def _button(self, key: str, text: str, *, icon: str, role: str = "default") -> Button:
        made = Button(text, icon=icon, role=role)
        made.setObjectName(f"vaccination_{key}")
        made.clicked.connect(lambda: self.acted.emit(key))
        self.buttons[key] = made
        return made


class ReminderCard(Card):
    """How and when to remind; every change takes effect at once: `changed`. `letter_asked` prepares a letter."""

    changed = Signal(object)
    letter_asked = Signal()

    def __init__(self) -> None:
        self.next = Meta("")
        self.here = Switch(tr("vaccinations.remind_here"))
        self.letter = Switch(tr("vaccinations.remind_letter"))
        self.days = Segmented([(str(n), str(n)) for n in DAYS], chosen="14", name=tr("vaccinations.remind_days"))
        self.more = Meta(tr("vaccinations.remind_letter_more"))
        self.write = Button(tr("vaccinations.write_letter"), icon="mail", role="text", tight=True)
        label = Body(tr("vaccinations.remind_days"))
        line = column(label, self.days, gap=6) if theme.scale().large else row(gap=12)
        if not theme.scale().large:
            line.addWidget(label, 1)
            line.addWidget(self.days)
        super().__init__(
            column(Heading(tr("vaccinations.reminders")), self.next, 4, self.here, self.letter, self.more, row(self.write, STRETCH), line,
                   STRETCH, gap=4), pad=(20, 24),
        )  # fmt: skip
        self.write.clicked.connect(self.letter_asked)
        self._is_filling = False
        self.here.toggled.connect(lambda _on: self._say())
        self.letter.toggled.connect(lambda _on: self._say())
        self.days.changed.connect(lambda _key: self._say())

    def show_one(self, reminders: Reminders, *, upcoming: str) -> None:
        """Show what is kept."""
        self._is_filling = True
        self.here.setChecked(reminders.here)
        self.letter.setChecked(reminders.letter)
        self.days.choose(str(reminders.days))
        self._is_filling = False
        self.next.set_text(upcoming)
        self.more.setVisible(reminders.letter)
        self.write.setVisible(reminders.letter)

    def _say(self) -> None:
        if not self._is_filling:
            self.changed.emit(Reminders(here=self.here.isChecked(), letter=self.letter.isChecked(), days=int(self.days.chosen())))


class AheadCard(Card):
    """«Рекомендованные прививки»: missed, due, later, each with its days and whose word it is."""

    def __init__(self, lines: Sequence[Line], *, note: str) -> None:
        super().__init__(column(gap=0), pad=(20, 24))
        self.body.addWidget(Heading(tr("vaccinations.recommended")))
        self.body.addWidget(Meta(tr("vaccinations.recommended_more")))
        self.body.addWidget(Meta(note))
        self.body.addSpacing(theme.px(8))
        if not lines:
            self.body.addWidget(Body(tr("vaccinations.recommended_none")))
        self._hidden: list[QWidget] = []
        for n, line in enumerate(lines):
            made = self._line(line, is_first=n == 0)
            self.body.addWidget(made)
            if n >= FIRST_AHEAD:
                made.hide()
                self._hidden.append(made)
        if self._hidden:
            self.more = Button(tr("vaccinations.show_all", len(self._hidden)), role="text", tight=True)
            self.more.clicked.connect(self._all)
            self.body.addLayout(row(self.more, STRETCH))

    def _all(self) -> None:
        for widget in self._hidden:
            widget.show()
        self.more.hide()

    def _line(self, line: Line, *, is_first: bool) -> QWidget:
        icon, kind = {"overdue": ("alert", "warn"), "due": ("clock", "accent"), "later": ("calendar", "quiet")}[line.standing]
        source = tr(f"vaccinations.source_{line.source}")
        texts = column(PlainLabel(words.title(line), weight=500), Meta(f"{words.when(line)} · {source}"), gap=0)
        tag = Tag(words.standing(line), icon=icon, kind=kind)
        if theme.scale().large:
            inner = column(texts, row(tag, STRETCH), gap=6, pad=(10, 0))
        else:
            inner_row = row(gap=16, pad=(10, 0))
            inner_row.addLayout(texts, 1)
            inner_row.addWidget(tag)
            return Box(column(inner_row, gap=0) if is_first else column(Divider(), inner_row, gap=0))
        return Box(inner if is_first else column(Divider(), inner, gap=0))


class DoneCard(Card):
    """«Выполненные прививки»: name, date, lot, clinic, certificate. `opened` gives a vaccination, `paper` its certificate's document.

    `against` names by its id what each is against: one is sought by that too.
    """

    opened = Signal(str)
    paper = Signal(str)
    save_asked = Signal()

    def __init__(self, done: Sequence[Injection], *, against: Mapping[str, str], kept: Kept) -> None:
        super().__init__(column(gap=0), pad=(20, 24))
        self._done, self._against = done, against
        self._shows_all = False
        self.save = Button(tr("vaccinations.save_all"), icon="save", role="text", tight=True)
        self.save.clicked.connect(self.save_asked)
        self.narrowing = Narrowing(name=tr("vaccinations.search"), count=len(done), kept=kept, parent=self)
        self.narrowing.changed.connect(self._fill)
        self.narrowing.search.setMinimumWidth(theme.px(320))
        head = FlowLayout(Heading(tr("vaccinations.done"), wrap=False), self.save, self.narrowing.search, self.narrowing.sorting, gap=16)
        self.body.addWidget(Box(head))
        self.body.addSpacing(theme.px(8))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(2))
        self.body.addLayout(self._grid)
        self._none = EmptyState(tr("vaccinations.none_found"), tr("vaccinations.none_found_more"), icon="search")
        self.body.addWidget(self._none)
        self.more = Button(tr("vaccinations.show_all", max(0, len(done) - FIRST_DONE)), role="text", tight=True)
        self.more.clicked.connect(self._all)
        self.body.addLayout(row(self.more, STRETCH))
        self._fill()

    def _fill(self) -> None:
        clear(self._grid)
        large = theme.scale().large
        if not large:
            for n, name in enumerate(("title", "on", "lot", "where", "certificate")):
                self._grid.addWidget(Meta(tr(f"vaccinations.column_{name}"), bold=True, wrap=False), 0, n)
            for n, share in enumerate((30, 17, 13, 28, 12)):
                self._grid.setColumnStretch(n, share)
        done = self.narrowing.of(self._done, day=lambda one: one.on, name=lambda one: one.title, words=self._known)
        self._none.setVisible(not done)
        is_short = self._shows_all or bool(self.narrowing.wanted()) or len(done) <= FIRST_DONE
        self.more.setVisible(not is_short)
        for place, one in enumerate(done if is_short else done[:FIRST_DONE], start=1):
            self._row(place, one, large=large)

    def _row(self, place: int, one: Injection, *, large: bool) -> None:
        title = Button(one.title or tr("vaccinations.vaccine"), role="text", tight=True)
        title.setObjectName(f"given_{one.id}")
        title.clicked.connect(lambda: self.opened.emit(one.id))
        day = words.full_day(one.on)
        last: QWidget = Meta(tr("vaccinations.no_certificate"))
        if one.certificate:
            last = Button(tr("vaccinations.open_certificate"), role="text", tight=True,
                          name=tr("vaccinations.open_certificate_of", title=one.title, day=day))  # fmt: skip
            last.clicked.connect(lambda: self.paper.emit(one.certificate))
        if large:
            texts = " · ".join(part for part in (day, one.lot, one.clinic) if part)
            self._grid.addWidget(Box(column(row(title, STRETCH), Meta(texts), row(last, STRETCH), gap=0, pad=(6, 0))), place, 0)
            return
        cells: list[QWidget] = [Box(row(title, STRETCH)), PlainLabel(day, tnum=True), PlainLabel(one.lot), PlainLabel(one.clinic),
                                Box(row(last, STRETCH))]  # fmt: skip
        for n, cell in enumerate(cells):
            self._grid.addWidget(cell, place, n)

    def _known(self, one: Injection) -> str:
        return " ".join((one.title, one.lot, one.clinic, words.full_day(one.on), self._against.get(one.id, "")))

    def _all(self) -> None:
        self._shows_all = True
        self._fill()
