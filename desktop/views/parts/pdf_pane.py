"""Pages of a PDF that another process painted: zoom, pages, the text of a page to copy. Never reads the file itself.

Owns what is on the screen: which pages are asked for, how many pictures are kept, where they stand.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Final

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.errors import KnownError
from desktop.views import theme
from desktop.views.parts.buttons import IconButton
from desktop.views.parts.layouts import Card, column
from desktop.views.parts.pdf_paper import Reader, image_of, rounded_below
from desktop.views.parts.plain import PlainLabel
from desktop.views.parts.ring import paint_ring
from desktop.words import tr

ZOOMS: Final = (50, 75, 100, 125, 150, 200, 300)
_PX_PER_POINT: Final = 464 / 595.28
_GAP_PX: Final = 18
_KEPT: Final = 6
_WIDEST_PX: Final = 3_000


class _Held:
    """The reader, held apart so that it is closed even when the pane is destroyed without a word."""

    def __init__(self) -> None:
        self.reader: Reader | None = None

    def close(self) -> None:
        reader, self.reader = self.reader, None
        if reader is not None:
            reader.close()


class PdfPane(QAbstractScrollArea):
    """Pages under each other. PgUp/PgDn turn them, +/− and Ctrl+wheel zoom, Ctrl+C copies the text of the page.

    `failed` gives the known error after which nothing more can be shown; `turned` the number of the page, from 1.
    """

    failed = Signal(object)
    turned = Signal(int)
    copied = Signal(str)

    def __init__(self, *, spawn: Callable[[Coroutine[Any, Any, Any]], Any], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spawn, self._name = spawn, name
        self._held = _Held()
        self.destroyed.connect(self._held.close)
        self._pictures: OrderedDict[tuple[int, int], QImage] = OrderedDict()
        self._sizes: tuple[tuple[float, float], ...] = ()
        self._pump: asyncio.Task[None] | None = None
        self._zoom, self._page, self._told = 100, 0, 0
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self._build()
        theme.changed.connect(self.viewport().update)
        self._tell()

    def _build(self) -> None:
        self.larger = IconButton("plus", tr("documents.larger"))
        self.smaller = IconButton("minus", tr("documents.smaller"))
        self.zoom_words = PlainLabel(style="caption", tnum=True, wrap=False, align=Qt.AlignmentFlag.AlignHCenter)
        self.earlier = IconButton("chevron-up", tr("documents.page_before"))
        self.later = IconButton("chevron-down", tr("documents.page_after"))
        self.page_words = PlainLabel(style="caption", tnum=True, wrap=False, align=Qt.AlignmentFlag.AlignHCenter)
        self.larger.clicked.connect(lambda: self.zoom_by(1))
        self.smaller.clicked.connect(lambda: self.zoom_by(-1))
        self.earlier.clicked.connect(lambda: self.turn(-1))
        self.later.clicked.connect(lambda: self.turn(1))
        self.tools = [self._tool(self.larger, self.zoom_words, self.smaller), self._tool(self.earlier, self.page_words, self.later)]
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(lambda _value: self.viewport().update())

    def _tool(self, *widgets: QWidget) -> Card:
        made = Card(column(*widgets, gap=0, align=Qt.AlignmentFlag.AlignHCenter), pad=(2,), parent=self)
        made.setProperty("small", True)
        return made

    # --- what it shows
    async def show_reader(self, reader: Reader) -> None:
        """Show another document from its first page; the one before is closed. *Raises* KnownError of the reader.

        What was chosen meanwhile stays: the end of this reader is then nobody's concern.
        """
        self.close_document()
        self._held.reader = reader
        try:
            await reader.open()
        except KnownError:
            if self._held.reader is reader:
                self._held.close()
                raise
        if self._held.reader is reader:
            self._sizes = reader.page_sizes
            self._lay(keep=False)
            self._tell()

    def close_document(self) -> None:
        """Forget everything that shows the record and end the other process."""
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None
        self._held.close()
        self._pictures.clear()
        self._sizes, self._page = (), 0
        self._lay(keep=False)
        self._tell()

    def pages(self) -> int:
        """Return how many pages there are."""
        return len(self._sizes)

    def page(self) -> int:
        """Return the page in front, from 0."""
        return self._page

    def zoom(self) -> int:
        """Return the zoom in percent."""
        return self._zoom

    def is_painted(self) -> bool:
        """Say whether every page in sight has its picture."""
        return bool(self._sizes) and not self._missing()

    def set_zoom(self, percent: int) -> None:
        """Zoom so that the same place stays in front."""
        if percent in ZOOMS and percent != self._zoom:
            self._zoom = percent
            self._lay(keep=True)
            self._tell()

    def zoom_by(self, steps: int) -> None:
        """Go a number of steps up or down."""
        at = min(max(ZOOMS.index(self._zoom) + steps, 0), len(ZOOMS) - 1)
        self.set_zoom(ZOOMS[at])

    def turn(self, pages: int) -> None:
        """Go a number of pages on."""
        self.show_page(self._page + pages)

    def show_page(self, number: int) -> None:
        """Put a page, from 0, at the top."""
        if self._sizes:
            number = min(max(number, 0), len(self._sizes) - 1)
            # The last page may be too short to reach the top; it is in front all the same.
            self.verticalScrollBar().setValue(self._tops()[number] - theme.px(_GAP_PX))
            self._page = number
            self._tell()

    async def copy_text(self) -> str:
        """Return the text of the page in front, for the clipboard. *Raises* KnownError of the reader."""
        reader = self._held.reader
        return await reader.text(self._page) if reader is not None and self._sizes else ""

    # --- where pages stand
    def _size(self, number: int) -> QSize:
        wide, high = self._sizes[number]
        factor = theme.scale().real(1) * _PX_PER_POINT * self._zoom / 100
        return QSize(max(round(wide * factor), 1), max(round(high * factor), 1))

    def _tops(self) -> list[int]:
        tops, y = [], theme.px(_GAP_PX)
        for number in range(len(self._sizes)):
            tops.append(y)
            y += self._size(number).height() + theme.px(_GAP_PX)
        return tops

    def _lay(self, *, keep: bool) -> None:
        bar = self.verticalScrollBar()
        share = bar.value() / max(bar.maximum(), 1)
        room = self.viewport().size()
        tall = sum(self._size(n).height() for n in range(len(self._sizes))) + theme.px(_GAP_PX) * (len(self._sizes) + 1)
        wide = max((self._size(n).width() for n in range(len(self._sizes))), default=0) + theme.px(2 * _GAP_PX)
        bar.setRange(0, max(tall - room.height(), 0))
        bar.setPageStep(room.height())
        bar.setSingleStep(theme.px(44))
        bar.setValue(round(share * bar.maximum()) if keep else 0)
        across = self.horizontalScrollBar()
        across.setRange(0, max(wide - room.width(), 0))
        across.setPageStep(room.width())
        across.setValue(across.maximum() // 2)
        self._place_tools()
        self.viewport().update()
        self._ask()

    def _rects(self) -> list[tuple[int, QRect]]:
        """Return the pages in sight and where they stand in the viewport."""
        found, offset = [], self.verticalScrollBar().value()
        across = self.horizontalScrollBar()
        for number, top in enumerate(self._tops()):
            size = self._size(number)
            if top + size.height() < offset or top > offset + self.viewport().height():
                continue
            left = (self.viewport().width() - size.width()) // 2
            if across.maximum():
                left = theme.px(_GAP_PX) - across.value()
            found.append((number, QRect(left, top - offset, size.width(), size.height())))
        return found

    def _device_width(self, number: int) -> int:
        return min(round(self._size(number).width() * self.devicePixelRatioF()), _WIDEST_PX)

    def _missing(self) -> list[int]:
        return [n for n, _ in self._rects() if (n, self._device_width(n)) not in self._pictures]

    # --- asking for pictures
    def _ask(self) -> None:
        if self._missing() and (self._pump is None or self._pump.done()):
            self._pump = self._spawn(self._fetch())

    async def _fetch(self) -> None:
        """Ask for the pages in sight one after another; what left the sight meanwhile is not asked for."""
        reader = self._held.reader
        while reader is not None and reader is self._held.reader and (missing := self._missing()):
            number = missing[0]
            wide = self._device_width(number)
            try:
                picture = await reader.page(number, width_px=wide)
            except KnownError as error:
                if reader is self._held.reader:
                    self.failed.emit(error)
                return
            if reader is not self._held.reader:
                return
            self._pictures[(number, wide)] = image_of(picture)
            while len(self._pictures) > max(_KEPT, len(self._rects())):
                self._pictures.popitem(last=False)
            self.viewport().update()

    # --- events
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pages in sight; a page that is still being painted is white paper. The ground is `Table`'s."""
        painter = QPainter(self.viewport())
        painter.setClipPath(rounded_below(QRectF(self.viewport().rect()).adjusted(-theme.px(20), 0, theme.px(20), 0)))
        for number, area in self._rects():
            painter.setPen(theme.colour("line"))
            painter.setBrush(Qt.GlobalColor.white)
            painter.drawRect(area.adjusted(-1, -1, 0, 0))
            picture = self._pictures.get((number, self._device_width(number)))
            if picture is None:
                picture = next((one for (n, _), one in self._pictures.items() if n == number), None)
            if picture is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(area, picture)
        if self.hasFocus():
            paint_ring(painter, QRectF(self.viewport().rect()), theme.scale().real(8), inside=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the pages anew."""
        super().resizeEvent(event)
        self._lay(keep=True)

    def _place_tools(self) -> None:
        bar = self.verticalScrollBar()
        right = self.width() - theme.px(16) - (bar.width() if bar.isVisible() else 0)
        y = theme.px(16)
        for tool in self.tools:
            wide = max(theme.px(50), tool.sizeHint().width())
            tool.setGeometry(right - wide, y, wide, tool.sizeHint().height())
            tool.raise_()
            y += tool.height() + theme.px(46)
        if self.tools[1].geometry().bottom() > self.height() - theme.px(8):
            first = self.tools[0].geometry()
            self.tools[1].move(first.left() - self.tools[1].width() - theme.px(8), first.top())

    def _scrolled(self, value: int) -> None:
        if self._sizes:
            middle = value + self.viewport().height() // 3
            tops = self._tops()
            self._page = max((n for n, top in enumerate(tops) if top <= middle), default=0)
            self._tell()
        self.viewport().update()
        self._ask()

    def _tell(self) -> None:
        pages = len(self._sizes)
        self.zoom_words.set_text(tr("documents.percent", n=self._zoom))
        self.page_words.set_text(tr("documents.page_of", page=self._page + 1 if pages else 0, pages=pages))
        self.larger.setEnabled(self._zoom != ZOOMS[-1])
        self.smaller.setEnabled(self._zoom != ZOOMS[0])
        self.earlier.setEnabled(self._page > 0)
        self.later.setEnabled(self._page < pages - 1)
        self.setAccessibleName(tr("documents.pane_name", name=self._name, page=self._page + 1, pages=pages))
        self._place_tools()
        if self._page != self._told:
            self._told = self._page
            self.turned.emit(self._page + 1)

    def set_name(self, name: str) -> None:
        """Say what document this is."""
        self._name = name
        self._tell()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl, scroll without."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep the key that copies for the page of the document."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn pages and zoom."""
        key, control = event.key(), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and key == Qt.Key.Key_C:
            self.copied.emit("")
        elif control:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.turn(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(-1 if key == Qt.Key.Key_Minus else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.show_page(0 if key == Qt.Key.Key_Home else len(self._sizes) - 1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        """Show the ring."""
        self.viewport().update()

    def focusOutEvent(self, event: QEvent) -> None:
        """Take the ring away."""
        self.viewport().update()
