"""What the exchange has set aside, entry by entry: what kind of entry it is and whose, and under «Подробнее» the portal's name and why."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.session.rows import QuarantineRow
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import Body, Box, Button, Card, Heading, IconButton, Meta, clear, column, row
from desktop.words import has, tr


class Aside(Card):
    """The card «Отложено», not there while nothing is set aside."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(14, 20), gap=4)
        self._host = host
        self._opened: set[str] = set()

    def show_entries(self, entries: Sequence[QuarantineRow]) -> None:
        """Show the entries."""
        clear(self.body)
        self.setVisible(bool(entries))
        self.body.addWidget(Heading(tr("exchange.aside")))
        self.body.addWidget(Body(tr("exchange.aside_more"), tone="ink2"))
        for one in entries:
            self.body.addWidget(self._line(one))

    def _line(self, one: QuarantineRow) -> QWidget:
        kind, today = wording.entry_kind(one.type), local_date(self._host.clock)
        own = f"exchange.reason_{one.reason.replace('.', '_')}"
        reason = tr(own) if has(own) else one.reason
        why = Meta(tr("exchange.aside_why", reason=reason, id=one.id))
        # Shown before it has a parent, it would be a window of its own for a moment.
        if one.id not in self._opened:
            why.hide()
        word = tr("exchange.aside_open")
        more = Button(word, role="text", tight=True, name=f"{word}: {kind}")
        more.setObjectName(f"why_{one.id}")
        more.clicked.connect(partial(self._open, one.id, why))
        away = IconButton("close", tr("exchange.dismiss", what=kind), size_px=22)
        away.setObjectName(f"dismiss_{one.id}")
        away.clicked.connect(partial(self._dismiss, one))
        owner = next((person for person in self._host.session.people if person.id == one.person), None)
        at = tr("exchange.aside_at", at=wording.moment(one.at, today=today))
        said = f"{wording.person_name(owner)}. {at}" if owner is not None else at
        line = row(column(Body(kind, bold=True), Meta(said), why, gap=0), more, away, gap=12, pad=(4, 0))
        line.setStretch(0, 1)
        return Box(line)

    def _open(self, id: str, why: QWidget) -> None:
        self._opened ^= {id}
        why.setVisible(id in self._opened)

    def _dismiss(self, one: QuarantineRow) -> None:
        async def work(is_dismissed: bool) -> None:
            await self._host.session.quarantine.dismiss(one, is_dismissed=is_dismissed)

        self._host.spawn(work(True))
        self._host.toast(tr("exchange.dismissed"), undo=lambda: self._host.spawn(work(False)))
