"""What waits to be sent, act by act, with the way back and the way on; and the decisions above it (mockup 13)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.record.slots import FreeSlot
from desktop.session.rows import ClashRow, OutboxRow
from desktop.views import visit_words, wording
from desktop.views.page import Host
from desktop.views.pages.decision import DecisionCard
from desktop.views.parts import Body, Box, Button, Divider, Heading, IconButton, Meta, Tile, clear, column, row
from desktop.words import tr

_ICON = (("house_call", "house-call"), ("cancel", "ban"), ("leave", "ban"), ("reschedule", "calendar-move"), ("book", "calendar-plus"),
         ("waitlist", "hourglass"), ("prescription", "pill"), ("result", "comment"), ("clinic", "mail"))  # fmt: skip


class Decisions(QWidget):
    """Every decision that waits, oldest first."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self._list = column(gap=16)
        self.setLayout(self._list)

    def show_clashes(self, clashes: Sequence[ClashRow], near: dict[str, tuple[FreeSlot, ...]]) -> None:
        """Show the cards; nothing at all when nothing waits."""
        typed = {one.clash.id: one.code.value() for one in self.findChildren(DecisionCard) if one.code is not None}
        clear(self._list)
        for clash in clashes:
            card = DecisionCard(self._host, clash, near=near.get(clash.id, ()))
            if card.code is not None:
                card.code.set_value(typed.get(clash.id, ""))
            self._list.addWidget(card)
        self.setVisible(bool(clashes))

    def beginning(self, clash: str) -> QWidget | None:
        """Return what a person begins one decision with: its code, else its first choice."""
        card = self.findChild(DecisionCard, f"decision_{clash}")
        if card is None:
            return None
        return card.code.edit if card.code is not None else card.findChild(Button)


class Waiting(QWidget):
    """The acts that have no outcome, and those that were refused."""

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self._list = column(gap=4)
        self.setLayout(self._list)

    def show_acts(self, acts: Sequence[OutboxRow]) -> None:
        """Show the acts."""
        clear(self._list)
        self._list.addWidget(Heading(tr("exchange.waits")))
        shown = [one for one in acts if one.state != "clashed"]
        if not shown:
            self._list.addWidget(Body(tr("exchange.waits_none"), tone="ink2"))
        for n, one in enumerate(shown):
            if n:
                self._list.addWidget(Divider())
            self._list.addWidget(self._line(one))

    def _line(self, one: OutboxRow) -> QWidget:
        words, standing = visit_words.act(one, today=local_date(self._host.clock))
        owner = next((p for p in self._host.session.people if p.id == one.person), None)
        if owner is not None:
            standing = f"{wording.person_name(owner)}. {standing}"
        icon = next((icon for piece, icon in _ICON if piece in one.kind), "document")
        line = row(Tile(icon, kind="dashed"), gap=12, pad=(6, 0))
        line.addLayout(column(Body(words, bold=True), Meta(standing), gap=0), 1)
        if one.state != "rejected":
            send = IconButton("send", tr("act.send_now", what=words), size_px=22)
            send.setObjectName(f"send_{one.id}")
            send.clicked.connect(lambda: self._host.spawn(self._host.session.exchange.run_now()))
            line.addWidget(send)
        key = "dismiss" if one.state == "rejected" else "take_back"
        back = IconButton("close", tr(f"act.{key}", what=words), size_px=22)
        back.setObjectName(f"withdraw_{one.id}")
        back.clicked.connect(lambda: self._host.spawn(self._withdraw(one, words)))
        line.addWidget(back)
        made = Box(line)
        made.setObjectName(f"act_{one.id}")
        return made

    async def _withdraw(self, one: OutboxRow, words: str) -> None:
        done = await self._host.session.bookings.withdraw(one.id)
        said = tr("bookings.withdraw_cancels") if done.opposite else tr("act.taken_back", what=words)
        self._host.toast(f"{said} {tr('clash.reopened')}" if done.reopened else said)
