"""What the wizard does at its end: book, move, settle a decision, wait for a time. Each act is on disk when this returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.errors import KnownError
from desktop.views import visit_words
from desktop.views.pages.decision import way_back
from desktop.views.pages.wizard_check import CheckStep
from desktop.words import tr

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.views.page import Host
    from desktop.views.pages.wizard_choices import Answers
    from desktop.views.pages.wizard_steps import Data
    from desktop.views.pages.wizard_wait import WaitStep
    from desktop.views.parts import Button


class WizardActs:
    """The acts of the wizard's page."""

    host: Host
    answers: Answers
    data: Data
    part: QWidget | None
    next: Button

    def _leave(self, subject: str) -> None:
        raise NotImplementedError

    async def _book(self) -> None:
        answers, session = self.answers, self.host.session
        slot = self.data.slot(answers.slot)
        if slot is None or not isinstance(self.part, CheckStep) or self.next.busy:
            return
        wanted = self.part.wanted()
        self.next.set_busy(True)
        try:
            if answers.clash:
                act = await session.bookings.decide(answers.clash, "other_slot", slot=answers.slot)
            elif answers.moves:
                act = await session.bookings.reschedule(answers.moves, answers.slot)
            else:
                act = await session.bookings.book(answers.slot, answers.person, referral=answers.referral)
            await session.reminders.choose(answers.slot, wanted)  # type: ignore[arg-type]
            if answers.watch:
                await session.watches.remove(answers.watch)
        finally:
            self.next.set_busy(False)
        key = "decided" if answers.clash else "moved" if answers.moves else "booked"
        key += "_offline" if self.data.is_offline and not answers.clash else ""
        self._leave(answers.moves or act)
        at = visit_words.when(slot.starts_at, today=self.data.today)
        undo = way_back(self.host, answers.clash, act) if answers.clash else self._undo(act)
        self.host.toast(tr(f"wizard.{key}", at=at), undo=undo, icon="clock")

    def _undo(self, act: str) -> Callable[[], object]:
        async def work() -> None:
            done = await self.host.session.bookings.withdraw(act)
            self.host.toast(tr("wizard.withdrawn_cancel" if done.opposite else "wizard.withdrawn"))

        return lambda: self.host.spawn(work())

    async def _wait(self, part: WaitStep) -> None:
        session, watch, about = self.host.session, part.watch(), part.about()
        joined = ""
        if part.clinic.isChecked():
            joined = await session.bookings.act("waitlist.join", watch.person, part.clinic_body())
        id = await session.watches.add(watch, names=(about,))

        async def undone() -> None:
            if joined:
                await session.bookings.withdraw(joined)
            try:
                await session.watches.remove(id)
            except KnownError:
                return
            self.host.toast(tr("wizard.wait_undone"))

        self._leave("waiting")
        self.host.toast(tr("wizard.wait_saved", what=about), undo=lambda: self.host.spawn(undone()) and None, icon="hourglass")
