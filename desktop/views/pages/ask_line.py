"""One request and where it stands, for any page: waiting here, sent, at work, done, refused with its reason."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal

from desktop.session.asked import AskedRow
from desktop.views.parts import STRETCH, Body, Box, Button, Card, FlowLayout, Meta, Tag, column, row
from desktop.words import tr

_LOOK: Final = {
    "waiting": ("clock", "dashed"), "unconfirmed": ("hourglass", "dashed"), "sent": ("send", "accent"),
    "in_progress": ("hourglass", "accent"), "done": ("check", "good"), "refused": ("ban", "bad"),
}  # fmt: skip
"""A refusal carries its reason; it is no illness and no loss."""


def reason_of(ask: AskedRow) -> str:
    """Return the portal's reason where it is words for people: a code of ours says nothing."""
    return ask.reason if " " in ask.reason.strip() else ""


def more_of(ask: AskedRow) -> str:
    """Return what the state means."""
    if ask.state == "refused":
        reason = reason_of(ask)
        return tr("asks.more_refused", reason=reason) if reason else tr("asks.more_refused_unsaid")
    return tr(f"asks.more_{ask.state}")


class AskLine(Card):
    """What was asked and where it stands; while it is still here it may be kept back: `withdrawn`."""

    withdrawn = Signal(str)

    def __init__(self, title: str, ask: AskedRow, *, more: str = "") -> None:
        icon, kind = _LOOK[ask.state]
        self.state = Tag(tr(f"asks.state_{ask.state}"), icon=icon, kind=kind)
        lines = column(Body(title, bold=True), Meta(more or more_of(ask)), gap=2)
        under = FlowLayout(self.state, gap=12)
        self.keep: Button | None = None
        if ask.state == "waiting" and ask.intent:
            self.keep = Button(tr("asks.withdraw"), role="text", tight=True)
            self.keep.setObjectName("withdraw")
            under.addWidget(self.keep)
        role = "pending" if ask.state in ("waiting", "unconfirmed") else "card"
        super().__init__(column(row(Box(lines), STRETCH), Box(under), gap=8), role=role, pad=(12, 16))
        if self.keep is not None:
            self.keep.clicked.connect(lambda: self.withdrawn.emit(ask.intent))
        self.setAccessibleName(f"{title}. {tr(f'asks.state_{ask.state}')}")
