"""Tickets under each other: which of them has the focus, and the one panel that may stand under a ticket.

Does not own: which tickets there are (bookings) nor what a ticket or a panel shows (bookings_ticket).
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.views import theme
from desktop.views.pages.bookings_ticket import CancelPanel, HistoryPanel
from desktop.views.parts import STRETCH, Box, Ticket, clear, column, take_out


class TicketList(Box):
    """The list. What is put into `list` stands in its order."""

    def __init__(self) -> None:
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.px(12))
        self.list.setContentsMargins(0, 0, 0, 0)
        self.panel: CancelPanel | HistoryPanel | None = None
        super().__init__(column(self.list, STRETCH, gap=0))

    def empty(self) -> None:
        """Take everything out."""
        self.panel = None
        clear(self.list)

    def named(self, name: str) -> Ticket | None:
        """Return the ticket of this object name."""
        return self.findChild(Ticket, name) if name else None

    def ticket(self, booking: str) -> Ticket | None:
        """Return the ticket of a booking or of a watch."""
        return self.named(f"booking_{booking}") or self.named(f"watch_{booking}")

    def focused(self) -> tuple[str, str]:
        """Return the ticket and the button that have the focus, so that a list built anew gives it back."""
        focus = self.window().focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            return "", ""
        made = next((one for one in self.findChildren(Ticket) if one.isAncestorOf(focus)), None)
        return (made.objectName() if made else "", focus.objectName())

    def focus(self, made: Ticket, button: str = "") -> None:
        """Give the focus to a button of a ticket, or to the first thing of it that takes it."""
        target = (made.findChild(QWidget, button) if button else None) or _first(made)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def put_panel(self, booking: str, panel: CancelPanel | HistoryPanel) -> bool:
        """Put a panel under the ticket of a booking, in place of the one before; say whether there is such a ticket."""
        self.close_panel()
        made = self.ticket(booking)
        if made is None:
            panel.deleteLater()
            return False
        self.list.insertWidget(self.list.indexOf(made) + 1, panel)
        self.panel = panel
        panel.setProperty("booking", booking)
        panel.show()
        panel.keep.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def close_panel(self) -> None:
        """Take the panel away; its ticket has the focus again."""
        panel, self.panel = self.panel, None
        if panel is None:
            return
        made = self.ticket(str(panel.property("booking")))
        panel.hide()
        take_out(self.list, panel)
        panel.deleteLater()
        if made is not None:
            self.focus(made)


def _first(made: QWidget) -> QWidget | None:
    """Return the first thing of a ticket that takes the focus."""
    for child in made.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isEnabled() and not child.isHidden():
            return child
    return None
