"""How the extract of a visit leaves the record. Does not own its words (visits_words) nor the ways out (documents_leave)."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.clock import local_date
from desktop.session.visits import VisitView
from desktop.views.page import Host
from desktop.views.pages import visits_words as words
from desktop.views.pages.documents_leave import Leaving
from desktop.views.typeset import Sheet
from desktop.words import tr


class VisitLeaving:
    """The three ways out of a visit, for the page that owns `parent`."""

    def __init__(self, host: Host, parent: QWidget) -> None:
        self._host, self._leaving = host, Leaving(host, parent)

    async def save(self, id: str) -> None:
        """Save the extract under the day of the visit."""
        view = await self._host.session.visits.open(id)
        day = view.row.facts.started_at
        name = f"{tr('visits.file')}_{day.date().isoformat()}" if day is not None else tr("visits.file")
        await self._leaving.save_sheet(self._sheet(view), name=name, event="visit.saved")

    async def print(self, id: str) -> None:
        """Print the extract after a preview."""
        await self._leaving.print_sheet(self._sheet(await self._host.session.visits.open(id)), event="visit.printed")

    async def mail(self, id: str) -> None:
        """Save the extract, after the passphrase, and open the mail program."""
        await self._leaving.mail_sheet(self._sheet(await self._host.session.visits.open(id)))

    def _sheet(self, view: VisitView) -> Sheet:
        person = self._host.session.current
        name = " ".join(part for part in (person.family, person.given, person.middle) if part) if person is not None else ""
        return words.extract(view, name=name, today=local_date(self._host.clock))
