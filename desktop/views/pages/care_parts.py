"""What the pages of care share: sending an act with its way back, list and panel side by side.

Owns no section. Does not own: what an act means (record/acts) nor when it leaves (session).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.views import theme
from desktop.views.page import Host
from desktop.views.pages.home_notice import notice
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Card,
    FlowLayout,
    Heading,
    IconButton,
    Meta,
    ScrollPage,
    clear,
    column,
    row,
    take_out,
)
from desktop.views.parts.layouts import Snug
from desktop.words import tr

_BESIDE_FROM_PX: Final = 900
_PANEL_PX: Final = 384


async def send(host: Host, kind: str, body: Mapping[str, Any], said: str, *, person: int = 0) -> str:
    """Accept an act of the open person (or of `person`), say so with «Вернуть», and return its id."""
    current = host.session.current
    who = person or (current.id if current is not None else 0)
    intent = await host.session.bookings.act(kind, who, body)
    host.toast(said, undo=lambda: host.spawn(take_back(host, intent)))
    return intent


async def take_back(host: Host, *intents: str) -> None:
    """Take acts back, or put away those that were refused."""
    for intent in intents:
        await host.session.bookings.withdraw(intent)
    host.announce(tr("care.taken_back"))


async def show_notice(host: Host, place: QVBoxLayout) -> None:
    """Say in `place` how old the record is, when there is something to say."""
    view = await host.session.exchange.view()
    clear(place)
    said = notice(view, host) if view.state in ("offline", "portal_down", "signed_out") else None
    if said is not None:
        place.addWidget(said)


class Panel(Card):
    """A panel beside the list, or over it where the window is narrow: a title, a way out, a body and a foot."""

    closed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__(pad=(20, 24), gap=12)
        self.title = Heading(title, level=2)
        self.out = IconButton("close", tr("shell.close"))
        self.out.clicked.connect(self.closed)
        head = row(gap=8)
        head.addWidget(self.title, 1)
        head.addWidget(self.out, 0, Qt.AlignmentFlag.AlignTop)
        self.scroller = ScrollPage(pad=(0, 2, 2), gap=12)
        self.inside = self.scroller.body
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(0, 0, 0, 0)
        self.body.addLayout(head)
        self.body.addWidget(self.scroller)
        # Large text leaves no room for a foot that stands still: there it scrolls with the rest.
        (self.inside if theme.scale().large else self.body).addLayout(self.foot)

    def add(self, *parts: object) -> None:
        """Put widgets and layouts under each other."""
        for part in parts:
            at = self.inside.count() - (1 if theme.scale().large else 0)
            if isinstance(part, QWidget):
                self.inside.insertWidget(at, part)
            elif part is STRETCH:
                self.inside.insertStretch(at, 1)
            else:
                self.inside.insertLayout(at, part)  # type: ignore[arg-type]

    def set_foot(self, *buttons: QWidget) -> None:
        """Put the buttons of the panel at its foot; they go to the next line where the width ends."""
        line = Snug()
        line.setLayout(FlowLayout(*buttons, gap=8))
        line.be_snug()
        self.foot.addWidget(line)


class Panes(QWidget):
    """A list, and beside it (over it where there is no room) one panel at a time. `emptied` says that a panel went away."""

    emptied = Signal()

    def __init__(self, left: QWidget) -> None:
        super().__init__()
        self.left = left
        self.panel: Panel | None = None
        self._place = QHBoxLayout(self)
        self._place.setContentsMargins(0, 0, 0, 0)
        self._place.setSpacing(theme.px(24))
        self._place.addWidget(left, 1)

    @property
    def is_beside(self) -> bool:
        """Say whether there is room for both."""
        return self.width() >= theme.px(_BESIDE_FROM_PX) and not theme.scale().large

    def open(self, panel: Panel) -> None:
        """Put a panel in place of the one before and give it the focus."""
        with QSignalBlocker(self):
            self.shut()
        self.panel = panel
        panel.closed.connect(self.shut)
        self._place.addWidget(panel, 1)
        self._share()
        panel.out.setFocus()

    def shut(self) -> bool:
        """Take the panel away; say whether there was one."""
        panel, self.panel = self.panel, None
        if panel is None:
            return False
        panel.hide()
        take_out(self._place, panel)
        panel.deleteLater()
        self._share()
        self.emptied.emit()
        return True

    def _share(self) -> None:
        if self.panel is None:
            self.left.show()
            return
        beside = self.is_beside
        self.panel.setMaximumWidth(theme.px(_PANEL_PX) if beside else 1 << 20)
        self.panel.setMinimumWidth(theme.px(_PANEL_PX) if beside else 0)
        self._place.setStretch(1, 0 if beside else 1)
        self.left.setVisible(beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Decide anew whether there is room for both."""
        super().resizeEvent(event)
        self._share()


def facts_grid(pairs: list[tuple[str, str]]) -> QWidget:
    """Return label above value, one pair under another; what is empty is left out."""
    made = column(gap=10)
    for label, value in pairs:
        if value:
            made.addLayout(column(Meta(label), Body(value), gap=0))
    return Box(made)
