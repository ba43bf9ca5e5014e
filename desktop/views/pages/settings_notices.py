"""The notices card of the settings: which occasion is told in the bell, which by the system, and whether the system tells at all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from desktop.session.occasions import CHANNELS, OCCASIONS, Channel, Choices, Occasion
from desktop.views import theme
from desktop.views.page import Host
from desktop.views.parts import STRETCH, Body, Box, Button, Card, Check, Divider, Heading, IconLabel, Meta, Switch, row
from desktop.words import tr


class NoticesCard(Card):
    """«Уведомления»: a row an occasion, a column a place. Each mark applies at once and is taken back in the toast."""

    def __init__(self, host: Host) -> None:
        super().__init__(pad=(20, 24, 16), gap=8)
        self.host = host
        self.marks: dict[tuple[Occasion, Channel], Check] = {}
        self.receive = Switch(tr("notices.receive"), checked=True)
        self.receive.clicked.connect(self._want)
        self.body.addWidget(Box(self._table()))
        self.body.addWidget(Divider())
        self.body.addWidget(self.receive)
        note = row(IconLabel("eye-off", "ink2", 20), gap=10)
        note.addWidget(Meta(tr("settings.notices_note")), 1)
        self.body.addLayout(note)
        self.body.addWidget(Meta(tr("settings.notices_portal")))
        more = Button(tr("settings.notices_contacts"), role="text", tight=True)
        more.clicked.connect(lambda: host.go("notices"))
        self.body.addLayout(row(more, STRETCH))

    def _table(self) -> QGridLayout:
        made = QGridLayout()
        made.setContentsMargins(0, 0, 0, 0)
        made.setHorizontalSpacing(theme.px(16))
        made.setVerticalSpacing(0)
        made.setColumnStretch(0, 1)
        made.addWidget(Heading(tr("shell.section_notices")), 0, 0)
        for at, channel in enumerate(CHANNELS, 1):
            made.addWidget(Meta(tr(f"settings.channel_{channel}"), wrap=False), 0, at, Qt.AlignmentFlag.AlignCenter)
        for n, occasion in enumerate(OCCASIONS):
            line = 2 * n + 1
            if n:
                made.addWidget(Divider(), line - 1, 0, 1, len(CHANNELS) + 1)
            made.addWidget(Body(tr(f"settings.occasion_{occasion}")), line, 0)
            for at, channel in enumerate(CHANNELS, 1):
                mark = Check(name=f"{tr(f'settings.occasion_{occasion}')}: {tr(f'settings.channel_{channel}')}")
                mark.setObjectName(f"told_{occasion}_{channel}")
                mark.clicked.connect(lambda on, occasion=occasion, channel=channel: self._choose(occasion, channel, on))
                made.addWidget(mark, line, at, Qt.AlignmentFlag.AlignCenter)
                self.marks[occasion, channel] = mark
        return made

    def show_choices(self, chosen: Choices, *, wanted: bool) -> None:
        """Show what is kept."""
        self.receive.setChecked(wanted)
        for (occasion, channel), mark in self.marks.items():
            mark.setChecked(channel in chosen[occasion])
            mark.setEnabled(wanted or channel != "computer")

    def _want(self, on: bool) -> None:
        self.host.spawn(self._wanted(on))

    async def _wanted(self, on: bool) -> None:
        await self.host.session.notices.want(on)
        self._done(lambda: self.host.spawn(self._wanted(not on)))

    def _choose(self, occasion: Occasion, channel: Channel, on: bool) -> None:
        self.host.spawn(self._chosen(occasion, channel, on))

    async def _chosen(self, occasion: Occasion, channel: Channel, on: bool) -> None:
        await self.host.session.notices.choose(occasion, channel, on=on)
        self._done(lambda: self.host.spawn(self._chosen(occasion, channel, not on)))

    def _done(self, undo: Callable[[], object]) -> None:
        """Let every page that shows the choice ask again, and offer the way back."""
        self.host.session.events.changed("notices", (), "person")
        self.host.toast(tr("settings.changed"), undo=lambda: undo() and None)
