"""The open document as it is seen: what it is, where its bytes are, what the portal says of its signature, its pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop import limits
from desktop.errors import KnownError
from desktop.session.rows import DocumentRow
from desktop.views import asking, theme, wording
from desktop.views.focus_kept import Opener
from desktop.views.page import Host
from desktop.views.pages import documents_words
from desktop.views.pages.documents_leave import Leaving
from desktop.views.pages.documents_mail import MailCard
from desktop.views.pages.documents_send import SendForm
from desktop.views.parts import (
    STRETCH,
    Body,
    Box,
    Button,
    Card,
    Divider,
    EmptyState,
    FlowLayout,
    Heading,
    IconButton,
    PlainLabel,
    ScrollPage,
    Skeleton,
    Tag,
    clear,
    column,
    row,
)
from desktop.views.parts.pdf_pane import PdfPane
from desktop.views.parts.pdf_paper import Table
from desktop.views.parts.semd_view import SemdView
from desktop.words import tr

_SIDE = 20
_SHORT_PX = 430


class DocumentFace(QFrame):
    """What is seen of one document.

    `acted` gives get, save, print, mail, copy or menu; `reading` asks for the whole page, or gives it back.
    """

    acted = Signal(str)
    reading = Signal(bool)

    def __init__(self, host: Host) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setAccessibleName(tr("documents.detail"))
        self.host, self.leaving = host, Leaving(host, self)
        self.row: DocumentRow | None = None
        self.is_reading = self._is_short = self.is_unshown = False
        self._shown: tuple[str, str] = ("", "")
        self._opener = Opener(self)
        self.mail_card: MailCard | None = None
        self.send_form: SendForm | None = None
        self._build()
        self.show_nothing()

    # --- building
    def _build(self) -> None:
        self.head = column(gap=0, pad=(16, _SIDE, 14))
        self.head_box = Box(self.head)
        self.aside = ScrollPage(pad=(20, _SIDE), gap=0)
        self.line = Divider()
        self.pane = PdfPane(spawn=self.host.spawn, name="")
        self.pane.failed.connect(self._failed)
        self.pane.copied.connect(lambda _text: self.acted.emit("copy"))
        self.semd = SemdView()
        self.text = ScrollPage(pad=(20, 28, 28), gap=8)
        self.message = ScrollPage(pad=(24, 24, 24), gap=0)
        self.waiting = Box(column(Skeleton(rows=5), STRETCH, pad=(24,)))
        self.stack = QStackedWidget()
        for widget in (self.message, self.pane, self.semd, self.text, self.waiting, self.aside):
            self.stack.addWidget(widget)
        self._late = QTimer(self, singleShot=True, interval=limits.SKELETON_AFTER_MS)
        self._late.timeout.connect(lambda: self.stack.setCurrentWidget(self.waiting))
        whole = QVBoxLayout(self)
        edge = theme.border_px()
        whole.setContentsMargins(edge, edge, edge, edge)
        whole.setSpacing(0)
        whole.addWidget(self.head_box)
        whole.addWidget(self.line)
        self.table = Table(column(self.stack))
        self.stack.currentChanged.connect(lambda _at: self.table.set_bare(self.stack.currentWidget() is not self.pane))
        whole.addWidget(self.table, 1)

    # --- what it shows
    def show_nothing(self) -> None:
        """Say that nothing is chosen."""
        self._forget()
        self.head_box.hide()
        self.line.hide()
        self._say(EmptyState(tr("documents.choose"), tr("documents.choose_text"), icon="document"))

    def clear(self) -> None:
        """Forget the document in this turn; the process that painted it ends."""
        self.show_nothing()

    def _forget(self) -> None:
        self._late.stop()
        self.row, self._shown, self.is_unshown = None, ("", ""), False
        self.pane.close_document()
        self.semd.clear_document()
        clear(self.text.body)
        self._close_under()
        clear(self.message.body)
        self.stack.setCurrentWidget(self.message)

    async def open(self, row: DocumentRow) -> None:
        """Show a document; the one that is open already stays as it is while its bytes stay where they are."""
        if self.row == row:
            return
        is_same = (row.id, row.place) == self._shown
        if not is_same:
            self._forget()
        self.row, self._shown = row, (row.id, row.place)
        self._head(row)
        if not is_same:
            await self._bytes(row)

    async def _bytes(self, row: DocumentRow) -> None:
        if row.place != "here":
            self._absent(row)
            return
        self._late.start()
        desk = self.host.session.documents
        try:
            if row.content_type == documents_words.PDF:
                reader = await desk.open_pdf(row.id)
                if self._is_still(row):
                    self.pane.set_name(row.title)
                    await self.pane.show_reader(reader)
                    self._front(row, self.pane)
                else:
                    reader.close()
            elif row.content_type in documents_words.XML:
                document = await desk.open_semd(row.id)
                if self._is_still(row):
                    self.semd.show_document(document)
                    self._front(row, self.semd)
            elif row.content_type == "text/plain":
                words = (await desk.content(row.id)).decode("utf-8", "replace")
                if self._is_still(row):
                    self.text.body.addWidget(Body(words))
                    self.text.body.addStretch(1)
                    self._front(row, self.text)
            elif self._is_still(row):
                self._unshown()
        except KnownError as error:
            if self._is_still(row):
                self._failed(error)

    def _is_still(self, row: DocumentRow) -> bool:
        return self.row is not None and self.row.id == row.id

    def _front(self, row: DocumentRow, widget: QWidget) -> None:
        if self._is_still(row):
            self._late.stop()
            self.stack.setCurrentWidget(widget)

    # --- the head
    def _head(self, row: DocumentRow) -> None:
        self.head_box.show()
        self.line.show()
        # What is shown may resize the panel, which draws the head by itself: only then is the place emptied.
        clear(self.head)
        self.more = IconButton("more", tr("documents.menu"))
        self.more.clicked.connect(lambda: self.acted.emit("menu"))
        if self._is_short and row.place == "here":
            title = PlainLabel(row.title, style="bodyStrong", elide=True) if self.is_reading else Heading(row.title)
            line = row_of(column(title), self.more)
            for button in self._buttons(row)[:1]:
                line.insertWidget(1, button)
            self.head.addLayout(line)
            if not self.is_reading:
                self.head.addSpacing(theme.px(8))
                self.head.addWidget(self._tags(row))
        else:
            self.head.addLayout(row_of(column(Heading(row.title), self._tags(row), gap=6), self.more))
            self.head.addSpacing(theme.px(12))
            self.head.addWidget(Box(FlowLayout(*self._buttons(row), gap=8)))
        QTimer.singleShot(0, self, self._fit_head)

    def _tags(self, row: DocumentRow) -> QWidget:
        words, icon, kind = documents_words.signature(row)
        if row.place == "here":
            place = Tag(tr("documents.place_here"), icon="device", kind="good")
        else:
            is_bad = row.place == "failed"
            place = Tag(tr(f"documents.tag_{row.place}"), icon="alert" if is_bad else "save", kind="warn" if is_bad else "dashed")
        days = documents_words.period(row)
        whose = [Tag(tr("documents.own"), icon="user", kind="quiet")] if row.is_own else [Tag(words, icon=icon, kind=kind)]
        return Box(FlowLayout(*whose, place, *([Tag(days, icon="calendar", kind="quiet")] if days else []), gap=8))

    def _fit_head(self) -> None:
        """Keep the head whole: where the window is low, the pages give way."""
        if self.row is not None:
            tall = self.head.totalHeightForWidth(self.head_box.width()) if self.head.hasHeightForWidth() else -1
            self.head_box.setFixedHeight(tall if tall > 0 else self.head.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep but the first button in a low window: the others are in the menu."""
        super().resizeEvent(event)
        is_short = event.size().height() < theme.px(_SHORT_PX)
        if is_short != self._is_short:
            self._is_short = is_short
            if self.row is not None:
                self._head(self.row)
        self._fit_head()

    def _buttons(self, row: DocumentRow) -> Sequence[Button]:
        if row.place != "here":
            return self._absent_buttons(row)
        if self.is_unshown:
            return ()
        key, icon = ("close_reading", "close") if self.is_reading else ("open", "external")
        self.open_button = Button(tr(f"documents.{key}"), role="primary", icon=icon)
        self.open_button.clicked.connect(lambda: self.set_reading(not self.is_reading))
        made = [self.open_button]
        if self._is_short:
            return made
        for key in ("save", "print", "mail"):
            button = Button(tr(f"documents.{key}"), icon=key)
            button.setObjectName(f"document_{key}")
            button.clicked.connect(lambda _on=False, key=key: self.acted.emit(key))
            button.setEnabled(key != "print" or self._may_print(row))
            made.append(button)
        return made

    def _absent_buttons(self, row: DocumentRow) -> Sequence[Button]:
        if documents_words.is_too_large(row) or row.place in ("waiting", "loading"):
            return ()
        key = "again" if row.place == "failed" else "get"
        self.get_button = Button(tr(f"documents.{key}"), role="primary", icon="save" if key == "get" else "sync")
        self.get_button.setObjectName("document_get")
        self.get_button.clicked.connect(lambda: self.acted.emit("get"))
        return (self.get_button,)

    # --- what stands in the place of pages
    def _say(self, widget: QWidget) -> None:
        self._late.stop()
        clear(self.message.body)
        self.message.body.addWidget(widget)
        self.message.body.addStretch(1)
        self.stack.setCurrentWidget(self.message)

    def _absent(self, row: DocumentRow) -> None:
        kind = "too_large" if documents_words.is_too_large(row) and row.place == "absent" else row.place
        text = tr(f"documents.absent_{kind}_text", size=wording.size(row.size_bytes or 0))
        if row.place == "failed" and row.failure:
            text = f"{documents_words.failure(row)} {text}".strip()
        icon = "alert" if row.place == "failed" else "save"
        self._say(EmptyState(tr(f"documents.absent_{kind}"), text, icon=icon, button=self._portal(row) if kind == "too_large" else None))

    def _portal(self, row: DocumentRow) -> Button:
        made = Button(tr("documents.open_portal"), icon="external")
        made.setObjectName("open_portal")
        made.clicked.connect(lambda: self.host.spawn(self._open_portal(row.id)))
        return made

    async def _open_portal(self, id: str) -> None:
        asking.open_browser(await self.host.session.documents.portal_page(id))

    def _unshown(self) -> None:
        save = self._without_pages()
        self._say(EmptyState(tr("documents.unshown"), tr("documents.unshown_text"), icon="document", button=save))

    def _without_pages(self) -> Button:
        """Take the head's buttons away, there being nothing to open or print; return the one that still saves the bytes."""
        assert self.row is not None
        self.set_reading(False)
        self.is_unshown = True
        self._head(self.row)
        made = Button(tr("documents.save"), icon="save")
        made.setObjectName("document_save")
        made.clicked.connect(lambda: self.acted.emit("save"))
        return made

    def _failed(self, error: object) -> None:
        """Say what happened, what is safe and what to do."""
        if not isinstance(error, KnownError) or self.row is None:
            return
        self.pane.close_document()
        save = self._without_pages()
        texts = column(
            Body(tr("documents.broken"), bold=True), Body(documents_words.trouble(error)), Body(tr("documents.broken_safe")),
            Body(tr("documents.broken_do")), gap=6,
        )  # fmt: skip
        again = Button(tr("documents.get_again"), icon="sync")
        again.setObjectName("get_again")
        again.clicked.connect(lambda: self.acted.emit("get"))
        texts.addSpacing(theme.px(8))
        texts.addWidget(Box(FlowLayout(save, again, gap=8)))
        self._say(Card(texts, pad=(20, 24)))
        self.host.announce(tr("documents.broken"))

    def set_reading(self, on: bool) -> None:
        """Take the whole page for the document, or give it back."""
        if on != self.is_reading:
            self.is_reading = on
            if self.row is not None:
                self._head(self.row)
                if self.row.place == "here":
                    self.open_button.setFocus()
            self.reading.emit(on)

    def _may_print(self, row: DocumentRow) -> bool:
        return not self.is_unshown and (row.content_type == documents_words.PDF or row.content_type in documents_words.XML)

    def _put_aside(self, widget: QWidget) -> None:
        """Lay a question over the pages; they come back when it is answered."""
        self._close_under()
        self._opener.note()
        self._before = self.stack.currentWidget()
        self.aside.body.addWidget(widget)
        self.aside.body.addStretch(1)
        self.stack.setCurrentWidget(self.aside)

    def _close_under(self) -> None:
        self._opener.take_from(self.aside)
        self.mail_card = self.send_form = None
        clear(self.aside.body)
        if self.stack.currentWidget() is self.aside and self._before is not None:
            self.stack.setCurrentWidget(self._before)


def row_of(texts: QLayout, button: QWidget) -> QHBoxLayout:
    """Put the menu's button at the right of the title."""
    line = row(gap=12)
    line.addLayout(texts, 1)
    line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
    return line
