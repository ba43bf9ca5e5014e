"""The page of documents: filters, requests, the list, and beside it the open document (mockup 06)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from desktop.clock import local_date
from desktop.session.documents import RequestForm
from desktop.session.rows import DocumentRow
from desktop.views import theme
from desktop.views.page import Host, Memory, Page, place_in
from desktop.views.pages import documents_words
from desktop.views.pages.certificate import CertificateForm
from desktop.views.pages.document_request import DocumentRequestForm
from desktop.views.pages.documents_detail import DocumentPanel
from desktop.views.pages.documents_requests import RequestsCard
from desktop.views.pages.export_form import ExportForm
from desktop.views.pages.list_panes import Filters, ListDetail, PagedList, menu, page_layout
from desktop.views.pages.paper_form import PaperForm
from desktop.views.pages.pass_on import PassOnForm
from desktop.views.pages.prescription_ask import PrescriptionAskForm
from desktop.views.parts import STRETCH, Box, Button, Choice, IconButton, column, row
from desktop.views.parts.ordering import OrderButton
from desktop.views.row_model import ID, RowModel
from desktop.words import tr

_KINDS: Final = ("all", "discharge", "certificate", "conclusion", "sick_leave")
_PERIODS: Final = {"all": 0, "year": 366, "three": 3 * 366}
ORDER: Final = "certificate.order"
FORMS: Final[dict[str, type[PaperForm]]] = {
    "request": DocumentRequestForm, "rx": PrescriptionAskForm, "pass": PassOnForm, "export": ExportForm,
}  # fmt: skip
_FORM_OF: Final = {"document.request": "request", "prescription.ask": "rx",
                   **dict.fromkeys(("records.pass_on", "card.send_to_clinic", "document.send_to_clinic"), "pass")}  # fmt: skip


class DocumentsPage(Page):
    """«Документы»."""

    section = "documents"
    topics = ("documents", "bookings", "people")

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._wanted = self._shown = ""
        self._is_new_choice = False
        self._bar()
        self._list()
        self.panel = DocumentPanel(host)
        self.panel.reading.connect(self._reading)
        self.panes = ListDetail(self.left, self.panel, list_px=344, back=tr("documents.back"))
        self.panes.hides.append(self.bar)
        main = QWidget()
        page_layout(main, self.bar, self.panes, bottom=24)
        self.form = CertificateForm(host)
        self.form.closed.connect(self.close_form)
        self.form.done.connect(self._ordered)
        self.both = QStackedWidget()
        self.both.addWidget(main)
        self.both.addWidget(self.form)
        self.forms: dict[str, PaperForm] = {}
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.both)

    def _bar(self) -> None:
        self.period = Choice([(key, tr(f"documents.period_{key}")) for key in _PERIODS], name=tr("documents.period"))
        self.order = Button(tr("documents.order"), role="primary", icon="document-plus")
        self.order.setObjectName("order_certificate")
        self.order.clicked.connect(lambda: self.open_form())
        self.more = IconButton("more", tr("papers.more"))
        self.more.setObjectName("papers_more")
        self.more.clicked.connect(lambda: self._more_menu(self.more.mapToGlobal(QPoint(0, self.more.height()))))
        kinds = [(key, tr(f"documents.kind_{key}"), "") for key in _KINDS]
        self.sorting = OrderButton(("newest", "oldest"))
        self.sorting.changed.connect(self._filtered)
        self.filters = Filters(kinds, name=tr("documents.filters"), more=(self.period, self.sorting))
        self.filters.changed.connect(self._filtered)
        self.period.chosen_changed.connect(self._filtered)
        line = row(gap=8)
        line.addWidget(self.filters, 1)
        line.addWidget(self.order, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.more, 0, Qt.AlignmentFlag.AlignTop)
        self.bar = Box(column(self.filters, row(self.order, self.more, STRETCH), gap=8) if theme.scale().large else line)

    def _list(self) -> None:
        self.model: RowModel[DocumentRow] = RowModel(text=lambda one: one.title, said=documents_words.said, face=documents_words.face)
        self.rows = PagedList(self.model, self._page, self._has_any, host=self.host, area="documents", icon="document")
        self.rows.all.clicked.connect(self._show_all)
        self.list = self.rows.list
        self.list.chosen.connect(self._moved)
        self.list.opened.connect(self._opened)
        self.list.menu_asked.connect(self._menu)
        self.requests = RequestsCard()
        self.requests.corrected.connect(lambda id: self.host.spawn(self._correct(id)))
        self.requests.withdrawn.connect(lambda id: self.host.spawn(self._withdraw(id)))
        whole = column(self.requests, gap=16)
        whole.addWidget(self.rows, 1)
        self.left = Box(whole)
        self.left.setFocusProxy(self.list)

    # --- asking
    async def refresh(self) -> None:
        outbox = await self.host.session.bookings.outbox(person=self._person())
        acts = [one for one in outbox if one.kind in documents_words.REQUEST_ACTS]
        asked = await self.host.session.documents.requests()
        rows = await self.rows.load()
        self.requests.show_requests(asked, acts, today=local_date(self.host.clock))
        if self._is_new_choice and self.model.place_of(self._shown) < 0:
            self._shown = ""
        self._is_new_choice = False
        wanted = self._wanted or self.rows.still(self._shown) or self._first()
        self.panes.set_alone(not rows and not wanted)
        if not wanted:
            self.panel.show_nothing()
            return
        by_hand = bool(self._wanted)
        self._wanted = ""
        await self._open(wanted, by_hand=by_hand)

    def _person(self) -> int:
        current = self.host.session.current
        return current.id if current is not None else 0

    async def _page(self, after: str | None, limit: int) -> tuple[DocumentRow, ...]:
        kind, days = self.filters.chosen(), _PERIODS[self.period.chosen() or "all"]
        since = local_date(self.host.clock) - timedelta(days=days) if days else None
        return await self.host.session.documents.page(category=None if kind == "all" else kind, since=since, after=after, limit=limit,
                                                      newest_first=self.sorting.chosen() == "newest")  # fmt: skip

    async def _has_any(self) -> bool:
        return bool(await self.host.session.documents.page(limit=1))

    def _first(self) -> str:
        """Return what is opened by itself beside the list: the newest that can be read now."""
        if not self.panes.is_beside:
            return ""
        return next((one.id for one in self.model.rows() if one.place == "here"), "")

    async def _open(self, id: str, *, by_hand: bool) -> None:
        self._shown = id
        self.rows.choose(id)
        document = await self.host.session.documents.get(id)
        if self._shown == id and document.person == self._person():
            if by_hand:
                self.panes.open_detail()
            await self.panel.open(document)

    # --- certificates and the other forms
    def open_form(self) -> None:
        """Show the form for a certificate."""
        self.host.spawn(self._open_form())

    async def _open_form(self) -> None:
        await self.form.begin()
        self.both.setCurrentWidget(self.form)

    def _more_menu(self, at: QPoint) -> None:
        """Offer what else can be asked or done with papers."""
        entries = [(tr(f"papers.menu_{kind}"), lambda kind=kind: self.host.spawn(self.open_paper(kind))) for kind in FORMS]
        menu(self, tr("papers.more"), entries).popup(at)

    async def open_paper(self, kind: str, about: str = "", *, again: RequestForm | None = None) -> None:
        """Show one of the other forms; `about` is the record that it is about ("Type/id"), `again` a request to be put right."""
        form = self.forms.get(kind)
        if form is None:
            form = self.forms[kind] = FORMS[kind](self.host)
            form.closed.connect(self.close_form)
            form.done.connect(self._ordered)
            self.both.addWidget(form)
        if isinstance(form, PassOnForm):
            form.about = (about, documents_words.named(await self.host.session.documents.get(about))) if about else ("", "")
        elif isinstance(form, PrescriptionAskForm):
            form.about = about
        await form.begin(again)
        self.both.setCurrentWidget(form)

    async def _correct(self, id: str) -> None:
        again = await self.host.session.documents.request_form(id)
        if again.kind in _FORM_OF:
            await self.open_paper(_FORM_OF[again.kind], again.about, again=again)
            return
        await self.form.begin(again)
        self.both.setCurrentWidget(self.form)

    async def _withdraw(self, intent: str) -> None:
        await self.host.session.bookings.withdraw(intent)
        self.host.toast(tr("documents.withdrawn"), icon="info")
        self.reload()

    def close_form(self) -> None:
        """Return from the form to the documents."""
        self.both.setCurrentIndex(0)
        self.order.setFocus()

    def _ordered(self, intent: str) -> None:
        self.close_form()
        self.host.toast(tr("documents.ordered"), undo=lambda: self.host.spawn(self._withdraw(intent)))
        self.reload()

    # --- what the person does
    def _filtered(self, *_what: object) -> None:
        self.model.show(())
        self._is_new_choice = True
        self.reload()

    def _show_all(self) -> None:
        self.period.choose("all")
        self.filters.choose("all")
        self.filters.first().setFocus()

    def _moved(self, one: DocumentRow) -> None:
        if self.panes.is_beside and one.id != self._shown:
            self.host.spawn(self._open(one.id, by_hand=False))

    def _opened(self, one: DocumentRow) -> None:
        self.host.spawn(self._open(one.id, by_hand=True))

    def _menu(self, at: QPoint) -> None:
        id = str(self.list.currentIndex().data(ID) or "")
        if id:
            entries = [(tr("documents.menu_open"), lambda: self.host.spawn(self._open(id, by_hand=True)))]
            more = self.panel.entries() if self.panel.row is not None and self.panel.row.id == id else []
            menu(self, tr("documents.menu"), [*entries, *more]).popup(at)

    def _reading(self, on: bool) -> None:
        self.left.setVisible(not on and (self.panes.is_beside or not self.panes.is_open))
        self.bar.setVisible(not on and (self.panes.is_beside or not self.panes.is_open))
        self.panes.back_line.setVisible(not on and not self.panes.is_beside)

    # --- what the base asks for
    def clear(self) -> None:
        self.model.show(())
        self._shown = self._wanted = ""
        self.panel.set_reading(False)
        self.panes.close_detail()
        self.panel.clear()
        self.requests.show_requests((), (), today=local_date(self.host.clock))
        for form in (self.form, *self.forms.values()):
            form.clear()
        self.both.setCurrentIndex(0)

    def show_subject(self, subject: str) -> None:
        if subject == ORDER:
            self.open_form()
            return
        kind, _, about = subject.partition(":")
        if kind in FORMS:
            self.host.spawn(self.open_paper(kind, about))
            return
        id = subject.rpartition("/")[2]
        self.both.setCurrentIndex(0)
        if self.is_loaded and not self.is_loading():
            self.host.spawn(self._open(id, by_hand=True))
        else:
            self._wanted = id

    def filter_field(self) -> QWidget | None:
        return self.filters.first() if self.both.currentIndex() == 0 else None

    def regions(self) -> tuple[QWidget, ...]:
        return (self.bar, self.left, self.panel) if self.both.currentIndex() == 0 else (self.form,)

    def step_back(self) -> bool:
        return self.both.currentIndex() == 0 and self.panel.step_back()

    def step_out(self) -> bool:
        if self.both.currentIndex() != 0:
            self.close_form()
            return True
        return self.panes.close_detail()

    def shows(self, subject: str) -> bool:
        front, kind = self.both.currentWidget(), subject.partition(":")[0]
        if subject == ORDER or kind in FORMS:
            return front is (self.form if subject == ORDER else self.forms.get(kind))
        return self.both.currentIndex() == 0 and subject.rpartition("/")[2] == self._shown

    def print_subject(self) -> bool:
        return self.panel.print_it()

    def save_subject(self) -> bool:
        return self.panel.save_it()

    def remember(self) -> Memory:
        return {"kind": self.filters.chosen(), "period": self.period.chosen(), "shown": self._shown, "is_open": self.panes.is_open,
                "scroll": self.rows.remember(), "zoom": self.panel.pane.zoom(),
                "order": self.sorting.chosen()}  # fmt: skip

    def restore(self, memory: Mapping[str, object]) -> None:
        self.filters.choose(str(memory.get("kind", "all")))
        self.sorting.choose(str(memory.get("order", "")))
        if memory.get("period") in _PERIODS:
            self.period.choose(str(memory["period"]))
        self._shown = str(memory.get("shown", ""))
        self.rows.restore(place_in(memory))
        if isinstance(zoom := memory.get("zoom"), int):
            self.panel.pane.set_zoom(zoom)
        if memory.get("is_open") is True:
            self.panes.open_detail()
