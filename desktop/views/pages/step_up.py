"""The passphrase once more before what cannot be undone: what is lost, what stays, the way out first.

Does not own: what is done (the caller) nor whether the passphrase is right (the session, which says so under the field).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Signal

from desktop.errors import KnownError
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.parts import STRETCH, Button, Card, Field, column, row
from desktop.words import tr


class StepUp(Card):
    """`do` is called with the passphrase, `busy` shown meanwhile; `left` says that the person changed their mind."""

    left = Signal()

    def __init__(
        self, host: Host, *parts: object, do: Callable[[str], Awaitable[object]], yes: str, no: str, busy: str, role: str = "card"
    ) -> None:
        self._host, self._do, self._busy = host, do, busy
        self.phrase = Field(tr("settings.old_passphrase"), password=True, hint=tr("settings.erase_step_up"))
        self.yes = Button(yes, role="danger")
        self.yes.setObjectName("step_up_yes")
        leave = Button(no)
        super().__init__(column(*parts, self.phrase, row(leave, self.yes, STRETCH, gap=8), gap=12), role=role, pad=(20, 24))
        leave.clicked.connect(self.left)
        self.yes.clicked.connect(self._send)
        self.phrase.submitted.connect(self._send)

    def _send(self) -> None:
        if not self.yes.busy:
            self._host.spawn(self._done())

    async def _done(self) -> None:
        self.yes.set_busy(True, self._busy)
        self.phrase.set_error("")
        try:
            await self._do(self.phrase.value())
        except KnownError as error:
            self.phrase.set_error(wording.error(error))
            self.yes.set_busy(False)
