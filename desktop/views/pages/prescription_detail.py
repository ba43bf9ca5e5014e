"""One prescription opened: the code for the pharmacy, the facts, the acts with their state, its journal (mockup 07)."""

from __future__ import annotations

from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLayout, QWidget

from desktop.session.pharmacy import PrescriptionRow, TrailRow
from desktop.views import theme, wording
from desktop.views.columns import Columns
from desktop.views.page import Host
from desktop.views.pages import prescription_words as words
from desktop.views.pages.asked_line import AskedCard
from desktop.views.pages.form_fields import room_problem
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Choice,
    Divider,
    Field,
    FlowLayout,
    Heading,
    IconLabel,
    Meta,
    PlainLabel,
    ScrollPage,
    clear,
    column,
    row,
)
from desktop.views.parts.given import layout_of
from desktop.views.parts.qr import QrCode
from desktop.words import tr

OTHER: Final = ""
_OPEN: Final = ("active", "on_hold")


class SendPanel(Card):
    """Which pharmacy: one that is known, or another by its name."""

    sent = Signal(str)
    closed = Signal()

    def __init__(self, pharmacies: tuple[str, ...]) -> None:
        self.known = Choice([*((one, one) for one in pharmacies), (OTHER, tr("prescriptions.send_other"))],
                            name=tr("prescriptions.send_known"), role="filter")  # fmt: skip
        self.other = Field(tr("prescriptions.send_name"))
        # Shown before it has a parent, a widget would be a window of its own for a moment: here one is only hidden.
        (self.other if pharmacies else self.known).hide()
        self.go_on, self.keep = Button(tr("prescriptions.send_go"), icon="send"), Button(tr("prescriptions.send_not"))
        lay = column(Heading(tr("prescriptions.send_title")), row(self.known, STRETCH), self.other,
                     Meta(tr("prescriptions.send_more")), Box(FlowLayout(self.go_on, self.keep, gap=8)), gap=10)  # fmt: skip
        super().__init__(lay, role="pending", pad=(16, 20))
        self.known.chosen_changed.connect(lambda key: self.other.setVisible(key == OTHER))
        self.other.submitted.connect(self._send)
        self.go_on.clicked.connect(self._send)
        self.keep.clicked.connect(self.closed)

    def _send(self) -> None:
        name = " ".join((self.known.chosen() or self.other.value()).split())
        longer = room_problem(self.other, "prescription.send", "pharmacy") if not self.known.chosen() else ""
        self.other.set_error(longer if name else tr("prescriptions.send_empty"))
        if self.other.error():
            self.other.edit.setFocus()
            return
        self.sent.emit(name)


class CancelPanel(Card):
    """«Отменить рецепт?» with the safe answer first."""

    agreed = Signal()
    closed = Signal()

    def __init__(self, medicine: str) -> None:
        self.keep = Button(tr("prescriptions.cancel_not"))
        self.go_on = Button(tr("prescriptions.cancel_go"), role="danger")
        super().__init__(
            column(Heading(tr("prescriptions.cancel_title", medicine=medicine)), Body(tr("prescriptions.cancel_more")),
                   Box(FlowLayout(self.keep, self.go_on, gap=8)), gap=10), role="conflict", pad=(16, 20),
        )  # fmt: skip
        self.keep.clicked.connect(self.closed)
        self.go_on.clicked.connect(self.agreed)


class PrescriptionDetail(Card):
    """The open prescription. What is pressed goes out as a word: `acted`; the page does it."""

    acted = Signal(str)
    send_to = Signal(str)

    def __init__(self, host: Host) -> None:
        self.scroller = ScrollPage(pad=(24, 28, 24), gap=16)
        super().__init__(column(self.scroller, gap=0), pad=(1,))
        self.host = host
        self.one: PrescriptionRow | None = None
        self.buttons: dict[str, Button] = {}
        self.panel: SendPanel | CancelPanel | None = None
        self._place = Box(column(gap=0))

    def clear(self) -> None:
        """Show nothing."""
        self.one, self.panel = None, None
        self.buttons = {}
        clear(self.scroller.body)

    def show_nothing(self) -> None:
        """Say that one is to be chosen."""
        self.clear()
        self.scroller.body.addStretch(1)
        self.scroller.body.addLayout(row(STRETCH, Body(tr("prescriptions.choose"), tone="ink2", wrap=False), STRETCH))
        self.scroller.body.addStretch(1)

    def show_one(
        self, one: PrescriptionRow, *, trail: tuple[TrailRow, ...], pharmacies: tuple[str, ...], allergies: tuple[str, ...], today: date
    ) -> None:
        """Show a prescription."""
        self.clear()
        self.one, self._pharmacies = one, pharmacies
        body = self.scroller.body
        body.addLayout(self._head(one))
        facts = self._facts(one, today=today)
        place = self._code(one) if words.has_code(one) else self._over(one)
        share = (0 if words.has_code(one) else 1, 1)
        body.addWidget(Columns(Box(column(place, STRETCH)), Box(column(facts, STRETCH)), share=share))
        body.addWidget(self._actions(one))
        self._place = Box(column(gap=8))
        self._place.hide()
        body.addWidget(self._place)
        for ask in one.asks[:2]:
            name = ask.field("pharmacy")
            title = tr(f"prescriptions.ask_{ask.kind}", detail=name) if name else tr(f"prescriptions.ask_{ask.kind}_alone")
            done = tr("prescriptions.done_cancel" if ask.kind == "prescription.cancel" else "prescriptions.done_send")
            body.addWidget(AskedCard(ask, title, self.host, more=done if ask.state == "done" else ""))
        body.addWidget(Divider())
        body.addLayout(self._warning(allergies))
        body.addWidget(Divider())
        body.addWidget(Heading(tr("prescriptions.journal"), level=3))
        for line_ in trail:
            when, what = words.trail(line_, today=today)
            body.addLayout(self._pair(when, what))
        body.addStretch(1)

    def _head(self, one: PrescriptionRow) -> QLayout:
        texts = column(Heading(one.medicine, level=2), Body(words.kind(one), tone="ink2"), gap=2)
        if one.standing not in _OPEN:
            return texts
        bell = self._button("remind", words.remind(one), role="text", icon="bell" if not one.is_reminded else "check")
        return column(Columns(Box(texts), Box(column(row(bell, STRETCH), STRETCH)), least_px=440, gap=12, share=(1, 0)))

    def _code(self, one: PrescriptionRow) -> QWidget:
        number = wording.number(one.number)
        self.code = QrCode(one.qr, name=tr("prescriptions.qr_name", number=number))
        digits = PlainLabel(number, style="lead", weight=700, tnum=True, wrap=False)
        said = Meta(tr("prescriptions.show_code"), wrap=False)
        made = Box(column(self.code, 6, row(STRETCH, digits, STRETCH), row(STRETCH, said, STRETCH), gap=2))
        if theme.scale().large:
            return Box(row(made, STRETCH))
        return made

    def _over(self, one: PrescriptionRow) -> QWidget:
        """Say why there is no code: expired, used, cancelled, or the portal sent none."""
        if one.standing in _OPEN:
            said = Body(tr("prescriptions.no_code"), bold=True)
            digits = PlainLabel(wording.number(one.number), style="lead", weight=700, tnum=True)
            return Card(column(IconLabel("qr", "ink2", 32), said, digits, gap=8), role="empty", pad=(24,))
        key = f"prescriptions.over_{one.standing}"
        lines: list[PlainLabel] = [Body(tr(key), bold=True), Body(tr(f"{key}_more"), tone="ink2")]
        if one.reason and one.standing == "cancelled":
            lines.append(Meta(tr("prescriptions.reason", reason=one.reason)))
        icon = {"used": "check-circle", "expired": "clock", "cancelled": "ban", "draft": "edit"}.get(one.standing, "alert")
        number = Meta(f"{tr('prescriptions.number')}: {wording.number(one.number)}") if one.number else None
        made = column(IconLabel(icon, "ink2", 32), *lines, gap=8)
        if number is not None:
            made.addWidget(number)
        if one.standing in ("expired", "used"):
            made.addWidget(Box(FlowLayout(self._button("ask", tr("papers.menu_rx"), icon="pill"),
                                          self._button("book", tr("prescriptions.ask_new"), icon="calendar-plus"), gap=8)))  # fmt: skip
        return Card(made, role="empty", pad=(24,))

    def _facts(self, one: PrescriptionRow, *, today: date) -> QWidget:
        lay = column(gap=12)
        if one.standing == "on_hold":
            lay.addWidget(Body(tr("prescriptions.on_hold_more"), strong=one.reason))
        for label, value in words.facts(one, today=today):
            lay.addLayout(column(Meta(label), PlainLabel(value, weight=500), gap=2))
        return Box(lay)

    def _actions(self, one: PrescriptionRow) -> QWidget:
        made = []
        if words.has_code(one):
            made.append(self._button("full", tr("prescriptions.full"), role="primary", icon="qr"))
        if one.standing != "unsafe":
            made.append(self._button("save", tr("prescriptions.save"), icon="save"))
            made.append(self._button("print", tr("prescriptions.print"), icon="print"))
        last = one.ask
        is_cancelling = last is not None and last.kind == "prescription.cancel" and last.state != "refused"
        if one.standing in _OPEN and not is_cancelling:
            made.append(self._button("send", tr("prescriptions.resend" if one.was_sent else "prescriptions.send"), icon="send"))
            made.append(self._button("cancel", tr("prescriptions.cancel"), role="quietText"))
        return Box(FlowLayout(*made, gap=8))

    def _button(self, key: str, text: str, *, role: str = "default", icon: str | None = None) -> Button:
        made = Button(text, role=role, icon=icon)
        made.setObjectName(f"prescription_{key}")
        made.clicked.connect(lambda: self.acted.emit(key))
        self.buttons[key] = made
        return made

    def _warning(self, allergies: tuple[str, ...]) -> QLayout:
        strong, text = "", tr("prescriptions.no_check")
        if allergies:
            strong = tr("prescriptions.allergy", len(allergies), names=", ".join(allergies))
            text = tr("prescriptions.allergy_more")
        line = row(gap=12)
        line.addWidget(IconLabel("flower", "accent", 22, tall_px=26), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Body(text, strong=strong, tone="ink"), 1)
        return line

    def _pair(self, when: str, what: str) -> QLayout:
        line = row(gap=12)
        label = Meta(when)
        label.setFixedWidth(theme.px(150))
        line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Meta(what, tone="ink"), 1)
        return line

    # --- panels
    def ask_pharmacy(self) -> None:
        """Ask where to send it, under the buttons."""
        panel = SendPanel(self._pharmacies)
        panel.sent.connect(self.send_to)
        panel.closed.connect(lambda: self.close_panel("send"))
        self._open(panel, panel.known if self._pharmacies else panel.other.edit)

    def ask_cancel(self) -> None:
        """Ask whether to cancel, the safe answer in focus."""
        assert self.one is not None
        panel = CancelPanel(self.one.medicine)
        panel.agreed.connect(lambda: self.acted.emit("cancel_now"))
        panel.closed.connect(lambda: self.close_panel("cancel"))
        self._open(panel, panel.keep)

    def _open(self, panel: SendPanel | CancelPanel, first: QWidget) -> None:
        self.close_panel()
        self.panel = panel
        layout_of(self._place).addWidget(panel)
        self._place.show()
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        self.scroller.reveal(panel)

    def close_panel(self, back_to: str = "") -> bool:
        """Close what was asked; say whether something was."""
        if self.panel is None:
            return False
        self.panel = None
        clear(layout_of(self._place))
        self._place.hide()
        if back_to in self.buttons:
            self.buttons[back_to].setFocus(Qt.FocusReason.OtherFocusReason)
        return True
