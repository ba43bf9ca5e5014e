"""What may be done to a booking, and doing it: every act says what it did for ten seconds, with the way back.

Owns no widget of its own but asks its page for a panel under a ticket. Files go through views/asking, paper through typeset.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.errors import UsageError
from desktop.record.slots import FreeSlot
from desktop.session import files
from desktop.session.rows import BookingRow, ClashRow, PersonRow
from desktop.session.watches import WatchRow
from desktop.views import asking, typeset, visit_words, wording
from desktop.views.page import Host
from desktop.views.pages import decision
from desktop.views.pages.bookings_paper import calendar, sheet
from desktop.words import has, tr

Act = Callable[[], object]


class Panels(Protocol):
    """What a page does for its acts."""

    def show_cancel(self, booking: BookingRow) -> None:
        """Ask under the ticket whether to cancel."""

    def show_history(self, booking: BookingRow, lines: list[tuple[str, str]]) -> None:
        """Show the changes under the ticket."""

    def close_panel(self) -> None:
        """Take the panel away."""


class BookingActs:
    """The acts of one page. `page` is the parent of file dialogs."""

    def __init__(self, host: Host, page: QWidget, panels: Panels) -> None:
        self._host, self._page, self._panels = host, page, panels

    @property
    def _today(self) -> date:
        return local_date(self._host.clock)

    def possible(self, booking: BookingRow) -> list[tuple[str, Act]]:
        """Return the entries of the row menu: word key and act."""
        made: list[tuple[str, Act]] = []
        is_open = booking.certainty in ("confirmed", "pending")
        if is_open and booking.pending in ("accept", "cancel", "house_call.cancel", "waitlist.leave"):
            made.append(("withdraw", lambda: self.withdraw(booking)))
        elif is_open:
            if booking.is_proposed:
                made.append(("accept", lambda: self.accept_time(booking)))
            if booking.kind == "visit":
                made.append(("move", lambda: self.move(booking)))
            if visit_words.is_here(booking):
                made.append(("withdraw", lambda: self.withdraw(booking)))
            if booking.pending not in ("book", "house_call", "waitlist.join"):
                made.append(("cancel", lambda: self.ask_cancel(booking)))
        if booking.starts_at is not None and booking.kind == "visit" and booking.certainty != "cancelled":
            if self._host.profile.may_print:
                made.append(("print", lambda: self.print(booking)))
            if self._host.profile.may_save:
                made.append(("save_pdf", lambda: self.save(booking)))
                if is_open:
                    made.append(("calendar", lambda: self.to_calendar(booking)))
        if booking.kind == "visit" and not is_open and booking.certainty != "clash":
            made.append(("again", lambda: self._host.go("wizard", f"again:{booking.id}")))
        made.append(("history", lambda: self._host.spawn(self._history(booking))))
        return made

    # --- agreeing, moving, cancelling, taking back
    def accept_time(self, booking: BookingRow) -> None:
        """Say yes to the time that the clinic proposes; «Вернуть» takes the yes back."""
        self._host.spawn(self._accept_time(booking))

    async def _accept_time(self, booking: BookingRow) -> None:
        act = await self._host.session.bookings.accept_time(booking.id)
        at = visit_words.when(booking.starts_at, today=self._today) if booking.starts_at else ""

        async def undone() -> None:
            await self._host.session.bookings.withdraw(act)
            self._host.toast(tr("bookings.accept_undone"))

        self._host.toast(tr("bookings.accepted_toast", at=at), undo=lambda: self._host.spawn(undone()) and None, icon="check")

    def move(self, booking: BookingRow) -> None:
        """Open the time step for this visit."""
        self._host.go("wizard", f"move:{booking.id}")

    def ask_cancel(self, booking: BookingRow) -> None:
        """Ask, naming the visit."""
        self._panels.show_cancel(booking)

    def close_panel(self) -> None:
        """Take the panel away."""
        self._panels.close_panel()

    def cancel(self, booking: BookingRow, reason: str) -> None:
        """Cancel after the question; «Вернуть» withdraws the cancellation."""
        self._panels.close_panel()
        self._host.spawn(self._cancel(booking, reason))

    async def _cancel(self, booking: BookingRow, reason: str) -> None:
        act = await self._host.session.bookings.cancel(booking.id, reason)
        said = tr("bookings.cancelled_toast", what=visit_words.named(booking, today=self._today))

        async def undone() -> None:
            await self._host.session.bookings.withdraw(act)
            self._host.toast(tr("bookings.cancel_undone"))

        self._host.toast(said, undo=lambda: self._host.spawn(undone()) and None, icon="ban")

    def withdraw(self, booking: BookingRow) -> None:
        """Take back an act that has not left; one that may have left is followed by its opposite."""
        self._host.spawn(self._withdraw(booking))

    async def _withdraw(self, booking: BookingRow) -> None:
        if booking.intent is None:
            raise UsageError("act.unknown")
        bookings, what = self._host.session.bookings, visit_words.named(booking, today=self._today)
        done = await bookings.withdraw(booking.intent)
        said = tr("bookings.withdraw_cancels") if done.opposite else tr("bookings.withdrawn_toast", what=what)
        self._host.toast(f"{said} {tr('clash.reopened')}" if done.reopened else said)

    def choose(self, clash: ClashRow, choice: str, slot: FreeSlot | None) -> None:
        """Carry out a choice of a decision."""
        decision.choose(self._host, clash, choice, slot=slot)

    # --- the waiting list
    def take_watch(self, entry: WatchRow) -> None:
        """Book the prepared time with one press."""
        self._host.spawn(self._take_watch(entry))

    async def _take_watch(self, entry: WatchRow) -> None:
        act = await self._host.session.watches.book(entry.watch.id)

        async def undone() -> None:
            await self._host.session.bookings.withdraw(act)
            await self._host.session.watches.bring_back(entry)
            self._host.toast(tr("wizard.withdrawn"))

        at = visit_words.when(entry.slot_at, today=self._today) if entry.slot_at else ""
        self._host.toast(tr("wizard.booked", at=at), undo=lambda: self._host.spawn(undone()) and None, icon="clock")

    def leave_watch(self, entry: WatchRow) -> None:
        """Wait no longer; «Вернуть» waits on."""
        self._host.spawn(self._leave_watch(entry))

    async def _leave_watch(self, entry: WatchRow) -> None:
        gone = await self._host.session.watches.remove(entry.watch.id)
        what = entry.names[0] if entry.names else entry.watch.specialty
        back = self._host.session.watches.bring_back
        self._host.toast(tr("bookings.watch_gone", what=what), undo=lambda: self._host.spawn(back(gone)) and None, icon="hourglass")

    # --- paper and files
    def print(self, booking: BookingRow) -> None:
        """Show the ticket as it will be printed."""
        self._host.spawn(self._print(booking))

    async def _print(self, booking: BookingRow) -> None:
        made = sheet(booking, self._owner(booking), today=self._today)
        if await asking.print_sheet(self._page, made):
            self._host.toast(tr("bookings.printed_toast"), icon="print")

    def save(self, booking: BookingRow) -> None:
        """Save the ticket as a PDF."""
        self._host.spawn(self._save(booking))

    async def _save(self, booking: BookingRow) -> None:
        name = tr("bookings.ticket_name", day=_day(booking))
        file = await asking.where_to_save(self._page, tr("bookings.save_pdf"), name, tr("bookings.pdf_kind"))
        if file is not None:
            await typeset.write_pdf(sheet(booking, self._owner(booking), today=self._today), file)
            self._host.toast(tr("bookings.saved_toast", name=file.name), icon="save")

    def to_calendar(self, booking: BookingRow) -> None:
        """Save the visit for a calendar."""
        self._host.spawn(self._to_calendar(booking))

    async def _to_calendar(self, booking: BookingRow) -> None:
        name = tr("bookings.calendar_name", day=_day(booking))
        file = await asking.where_to_save(self._page, tr("bookings.calendar"), name, tr("bookings.ics_kind"))
        if file is not None:
            await files.written(file, calendar((booking,), now=self._host.clock.now()))
            self._host.toast(tr("bookings.calendar_toast", name=file.name), icon="calendar")

    def _owner(self, booking: BookingRow) -> PersonRow | None:
        return next((one for one in self._host.session.people if one.id == booking.person), None)

    # --- history
    async def _history(self, booking: BookingRow) -> None:
        lines = await self._host.session.openings.history(booking)
        today = self._today
        said = [(wording.moment(one.at, today=today), visit_words.event(one, today=today)) for one in lines]
        for step in reversed(booking.steps):
            if step.at is not None:
                words = step.text or (tr(f"bookings.step_{step.code}") if has(f"bookings.step_{step.code}") else step.code)
                said.append((wording.moment(step.at, today=today), tr("bookings.history_portal", what=words)))
        self._panels.show_history(booking, said)


def _day(booking: BookingRow) -> str:
    return booking.starts_at.date().isoformat() if booking.starts_at is not None else "-"
