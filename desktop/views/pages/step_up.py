"""The passphrase once more: before what cannot be undone, a consent, records that go to others, an application that is signed.

Does not own: what is done (the caller), which acts want it (record/acts), nor whether the passphrase is right (the session, which says
so under the field).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from PySide6.QtCore import Signal
from shiboken6 import isValid

from desktop.errors import KnownError
from desktop.record.act_shape import StepUp as Why
from desktop.views import asking, wording
from desktop.views.page import Host
from desktop.views.parts import Body, Box, Button, Card, Field, FlowLayout, Heading, Meta, column
from desktop.words import tr

_T = TypeVar("_T")


class StepUp(Card):
    """`do` is called with the passphrase, `busy` shown meanwhile; `left` says that the person changed their mind."""

    left = Signal()

    def __init__(
        self,
        host: Host,
        *parts: object,
        do: Callable[[str], Awaitable[object]],
        yes: str,
        no: str,
        busy: str,
        hint: str,
        role: str = "card",
        yes_role: str = "danger",
    ) -> None:
        self._host, self._do, self._busy = host, do, busy
        self.phrase = Field(tr("lock.passphrase"), password=True, hint=hint)
        self.yes = Button(yes, role=yes_role)
        self.yes.setObjectName("step_up_yes")
        leave = Button(no)
        leave.setObjectName("step_up_no")
        shown = [Meta(tr("shell.demo_passphrase", phrase=host.hint))] if host.hint else []
        super().__init__(column(*parts, self.phrase, *shown, Box(FlowLayout(leave, self.yes, gap=8)), gap=12), role=role, pad=(20, 24))
        leave.clicked.connect(self.left)
        self.yes.clicked.connect(self._send)
        self.phrase.submitted.connect(self._send)

    def _send(self) -> None:
        if self.yes.busy:
            return
        if not self.phrase.value():
            self.phrase.set_error(tr("step_up.empty"))
            return
        self._host.spawn(self._done())

    async def _done(self) -> None:
        self.yes.set_busy(True, self._busy)
        self.phrase.set_error("")
        try:
            await self._do(self.phrase.value())
        except KnownError as error:
            if isValid(self):
                self.phrase.set_error(wording.error(error))
                self.yes.set_busy(False)
                self.phrase.edit.setFocus()
                self.phrase.edit.selectAll()


async def asked(host: Host, why: Why, do: Callable[[str], Awaitable[_T]]) -> _T | None:
    """Run `do` with the passphrase, asked over the window, or with nothing where there is no `why`.

    Returns None when the person changed their mind: what they wrote stands as it was. *Raises* what `do` raises where nothing is asked;
    else it is said under the field.
    """
    if not why:
        return await do("")
    done: asyncio.Future[_T | None] = asyncio.get_running_loop().create_future()

    async def proved(phrase: str) -> None:
        try:
            made: _T | None = await do(phrase)
        except KnownError:
            if isValid(over) and not over.isHidden():
                raise
            made = None
        except Exception as error:
            if not done.done():
                done.set_exception(error)
            return
        asking.give(done, made)

    card = StepUp(
        host, Heading(tr("step_up.title"), level=2), Body(tr(f"step_up.{why}")), do=proved, yes=tr("step_up.yes"), no=tr("step_up.no"),
        busy=tr("step_up.busy"), hint=tr("step_up.hint"), role="bare", yes_role="primary",
    )  # fmt: skip
    over = host.lay_over(card, card.phrase.edit, name=tr("step_up.title"))
    over.asker = asyncio.current_task()
    card.left.connect(over.leave)

    def left() -> None:
        # What has been confirmed goes on to its end: only then it is known what came of it.
        if not card.yes.busy:
            asking.give(done, None)

    over.closed.connect(left)
    try:
        return await done
    finally:
        if isValid(over) and not over.isHidden():
            over.close_now()


async def confirmed(host: Host, why: Why) -> bool:
    """Ask for the passphrase and nothing more; say whether it was given."""

    async def prove(phrase: str) -> bool:
        await host.session.prove(phrase)
        return True

    return bool(await asked(host, why, prove))
