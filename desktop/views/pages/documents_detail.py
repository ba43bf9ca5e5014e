"""What can be done with the open document: saved, printed, mailed, sent to a clinic, copied, brought from the portal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint

from desktop.errors import DiskFull, KnownError, UsageError
from desktop.record.acts import step_up
from desktop.session.rows import DocumentRow
from desktop.views import wording
from desktop.views.page import Host
from desktop.views.pages import documents_paper, documents_words
from desktop.views.pages.care_parts import take_back
from desktop.views.pages.documents_face import DocumentFace
from desktop.views.pages.documents_mail import MailCard
from desktop.views.pages.documents_send import SendForm
from desktop.views.pages.list_panes import menu
from desktop.views.pages.step_up import asked
from desktop.views.parts import Notice
from desktop.words import tr

Entries = list[tuple[str, Callable[[], object]]]


class DocumentPanel(DocumentFace):
    """One document with the ways out of the record."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        acts: dict[str, Callable[[], object]] = {
            "get": self.get_it, "save": self.save_it, "print": self.print_it, "mail": self.ask_mail,
            "copy": self.copy_page, "menu": self.pop_up,
        }  # fmt: skip
        self.acted.connect(lambda key: acts[key]())

    # --- what the person does
    def get_it(self) -> None:
        """Put the document first among what is to be brought."""
        if self.row is not None:
            self.host.spawn(self._get(self.row))

    async def _get(self, row: DocumentRow) -> None:
        await self.host.session.documents.fetch(row.id)
        self.host.announce(tr("documents.place_waiting"))
        await self.open(await self.host.session.documents.get(row.id))
        report = await self.host.session.exchange.run_now()
        after = await self.host.session.documents.get(row.id)
        if report.unreached and after.place != "here":
            self.host.toast(tr("documents.get_later"), icon="cloud-off")
        if self._is_still(row):
            await self.open(after)

    def save_it(self) -> bool:
        """Save the document where the person says; as it is, where the page has said that it cannot be shown."""
        return self._do(self._save)

    async def _save(self, row: DocumentRow) -> None:
        try:
            await self.leaving.save(row.id, anyway=self.is_unshown)
        except (DiskFull, UsageError) as error:
            self._complain(error)

    def _complain(self, error: KnownError) -> None:
        """Say under the head why the file was not saved: a toast would be gone before another place is found."""
        text = wording.error(error)
        notice = Notice(text, kind="bad", action=tr("documents.close"))
        notice.acted.connect(self._close_under)
        self._put_aside(notice)
        self.host.announce(text, urgent=True)

    def print_it(self) -> bool:
        """Print the document after a preview: a PDF as it is, a СЭМД as a sheet of ours."""
        if self.row is None or not self._may_print(self.row):
            return False
        if self.row.content_type in documents_words.XML:
            return self._do(self._print_semd)
        return self._do(lambda row: self.leaving.print(row.id))

    async def _print_semd(self, row: DocumentRow) -> None:
        document = await self.host.session.documents.open_semd(row.id)
        await self.leaving.print_sheet(documents_paper.sheet(document, row.title), id=row.id)

    def _do(self, act: Callable[[DocumentRow], object]) -> bool:
        if self.row is None or self.row.place != "here":
            return False
        self.host.spawn(act(self.row))  # type: ignore[arg-type]
        return True

    def ask_mail(self) -> bool:
        """Warn before the mail program is opened."""
        if self.row is None or self.row.place != "here" or self.mail_card is not None:
            return False
        made = MailCard()
        made.agreed.connect(self._mail)
        made.closed.connect(self._close_under)
        self._put_aside(made)
        self.mail_card = made
        self.mail_card.keep.setFocus()
        return True

    def _mail(self) -> None:
        self._close_under()
        self._do(self._mailed)

    async def _mailed(self, row: DocumentRow) -> None:
        try:
            await self.leaving.mail(row.id)
        except (DiskFull, UsageError) as error:
            self._complain(error)

    def ask_send(self) -> bool:
        """Ask to which clinic the document goes."""
        if self.row is None:
            return False
        self.host.spawn(self._ask_send(self.row))
        return True

    async def _ask_send(self, row: DocumentRow) -> None:
        clinics = await self.host.session.subjects.facts("clinics")
        if not self._is_still(row):
            return
        made = SendForm([(one.organization_id or one.id, one.name) for one in clinics])
        made.closed.connect(self._close_under)
        made.chosen.connect(lambda id, name: self.host.spawn(self._send(row, id, name)))
        self._put_aside(made)
        self.send_form = made
        self.send_form.clinic.box.setFocus()

    async def _send(self, row: DocumentRow, clinic_id: str, clinic: str) -> None:
        body = {"subject": f"DocumentReference/{row.id}", "clinic_id": clinic_id, "clinic": clinic}
        act = partial(self.host.session.bookings.act, "document.send_to_clinic", row.person, body)
        intent = await asked(self.host, step_up("document.send_to_clinic"), lambda phrase: act(passphrase=phrase))
        if intent is None:
            return
        self._close_under()
        self.host.toast(tr("documents.send_kept"), icon="send", undo=lambda: self.host.spawn(take_back(self.host, intent)))

    def copy_page(self) -> None:
        """Copy the text of the page in front, for a short while."""
        self.host.spawn(self._copy())

    async def _copy(self) -> None:
        text = await self.pane.copy_text()
        if text.strip():
            self.host.copy(text)
        self.host.toast(tr("documents.copied" if text.strip() else "documents.no_text"), icon="document")

    def entries(self) -> Entries:
        """Return what the menu offers for the open document."""
        if self.row is None:
            return []
        made: Entries = []
        if self.row.place == "here":
            made += [(tr("documents.save"), self.save_it), (tr("documents.mail"), self.ask_mail)]
            if self._may_print(self.row):
                made.append((tr("documents.print"), self.print_it))
            if self.row.content_type == documents_words.PDF and not self.is_unshown:
                made.append((tr("documents.copy"), self.copy_page))
        elif self._absent_buttons(self.row):
            made.append((tr("documents.get"), self.get_it))
        made.append((tr("documents.send"), self.ask_send))
        return made

    def pop_up(self) -> None:
        """Open the menu of the document under its button."""
        menu(self, tr("documents.menu"), self.entries()).popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def step_back(self) -> bool:
        """Close the innermost open thing."""
        if self.mail_card is not None or self.send_form is not None:
            self._close_under()
            return True
        if self.is_reading:
            self.set_reading(False)
            return True
        return False
