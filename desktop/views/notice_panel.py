"""The panel under the bell: the newest notices by day, and the way to all of them. A child of the shell, not a window."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from desktop.clock import local_date
from desktop.session.notices import NoticeRow
from desktop.views import theme, wording
from desktop.views.parts import (
    STRETCH,
    Body,
    Button,
    Divider,
    Heading,
    IconButton,
    Meta,
    ScrollPage,
    clear,
    column,
    row,
)
from desktop.words import tr

if TYPE_CHECKING:
    from desktop.views.shell import Shell

_ROWS: Final = 8


class NoticePanel(QFrame):
    """Opens under the bell, takes the focus, closes with Esc, a choice, or when the focus leaves it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("shell.bell"))
        self.list = ScrollPage(pad=(0,), gap=0)
        self.close_button = IconButton("close", tr("shell.close"), size_px=20)
        self.close_button.clicked.connect(self.shut)
        self.all = Button(tr("notices.all"), role="text")
        self.all.clicked.connect(self._to_page)
        self.setLayout(column(row(Heading(tr("shell.section_notices")), STRETCH, self.close_button), self.list,
                              row(self.all, STRETCH), gap=8, pad=(10, 12, 8, 16)))  # fmt: skip
        self.hide()

    def toggle(self) -> None:
        """Open under the bell, or close."""
        if self.isVisible():
            self.shut()
            return
        shell = self._shell
        bell = shell.topbar.bell
        corner = bell.mapTo(shell, QPoint(bell.width(), bell.height() + theme.px(6)))
        wide = min(theme.px(440), shell.width() - theme.px(32))
        high = min(theme.px(560), shell.height() - corner.y() - theme.px(16))
        self.setGeometry(max(theme.px(16), corner.x() - wide), corner.y(), wide, high)
        clear(self.list.body)
        self.show()
        self.raise_()
        self.close_button.setFocus(Qt.FocusReason.PopupFocusReason)
        shell.spawn(self._fill())

    async def _fill(self) -> None:
        rows = await self._shell.session.notices.all()
        if self.isVisible():
            self.show_rows(rows[:_ROWS])

    def show_rows(self, rows: tuple[NoticeRow, ...]) -> None:
        """Show notices by day."""
        from desktop.views.pages.notices import notice_row

        clear(self.list.body)
        if not rows:
            self.list.body.addWidget(Body(tr("notices.none_more"), tone="ink2"))
        for day, lines in groupby(rows, key=lambda one: one.at.astimezone().date()):
            name = wording.near_day(day, today=local_date(self._shell.clock))
            self.list.body.addLayout(column(Meta(name[:1].upper() + name[1:], bold=True), pad=(8, 0, 2)))
            for n, one in enumerate(lines):
                if n:
                    self.list.body.addWidget(Divider())
                made = notice_row(one, self._shell, side_px=4)
                made.clicked.connect(lambda _on=False, one=one: self._chosen(one))
                self.list.body.addWidget(made)
        self.list.body.addStretch(1)

    def _chosen(self, one: NoticeRow) -> None:
        from desktop.views.pages.notices import follow

        self.shut()
        self._shell.spawn(self._read(one))
        follow(one, self._shell)

    async def _read(self, one: NoticeRow) -> None:
        await self._shell.session.notices.mark([one.id])
        self._shell.session.events.changed("notices")

    def _to_page(self) -> None:
        self.shut()
        self._shell.go("notices")

    def shut(self) -> None:
        """Go away; the focus goes back to the bell when it was inside."""
        inside = QApplication.focusWidget()
        is_inside = isinstance(inside, QWidget) and self.isAncestorOf(inside)
        self.hide()
        if is_inside:
            self._shell.topbar.bell.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.shut()
        else:
            super().keyPressEvent(event)
