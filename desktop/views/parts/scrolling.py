"""The page that scrolls: what is in focus stays in sight, and its place is found again. Owns no text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QScrollArea, QSizePolicy, QWidget
from shiboken6 import isValid

from desktop.views import theme
from desktop.views.parts.layouts import Box, column, four
from desktop.views.parts.places import Place, found_at, place_at


class ScrollPage(QScrollArea):
    """A page that scrolls up and down, keeps the focused widget in sight and can remember its place.

    Add children through `page.body` (a column with the page's paddings).
    """

    def __init__(
        self,
        layout: QBoxLayout | None = None,
        *,
        pad: tuple[float, ...] = (0, 40, 32),
        gap: float = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "page")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.body: QBoxLayout = layout if layout is not None else column(gap=gap)
        self.body.setContentsMargins(*(theme.px(side) for side in four(pad)))
        self._inside = Box(self.body)
        self._inside.setProperty("role", "clear")
        self._inside.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setWidget(self._inside)
        self._sought: QWidget | None = None
        self._is_on_way = False
        self._due: Place = {}
        self._walked: Callable[[], Sequence[QWidget]] = tuple
        self._go: Callable[[int], None] = lambda _place: None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)
        bar = self.verticalScrollBar()
        bar.setSingleStep(theme.px(44))
        self._right_px = self.body.contentsMargins().right()
        bar.rangeChanged.connect(self._share_edge)
        bar.rangeChanged.connect(self._grown)
        bar.actionTriggered.connect(self._let_go)
        self._inside.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scroll with the keys that the focused widget did not take."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._stepped_by(event.key()) or self._scrolled_by(event.key())
        return super().eventFilter(watched, event)

    def walk(self, rows: Callable[[], Sequence[QWidget]], go: Callable[[int], None]) -> None:
        """Let the keys of a list go from row to row where one of `rows` has the focus; the place `go` is told may lie past the ends."""
        self._walked, self._go = rows, go

    def _stepped_by(self, key: int) -> bool:
        rows = self._walked()
        at = next((n for n, one in enumerate(rows) if one.hasFocus()), None)
        if at is None:
            return False
        page = max(1, self.viewport().height() // max(1, rows[at].height()) - 1)
        places = {
            Qt.Key.Key_Down: at + 1, Qt.Key.Key_Up: at - 1, Qt.Key.Key_PageDown: at + page, Qt.Key.Key_PageUp: at - page,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(rows) - 1,
        }  # fmt: skip
        if key not in places:
            return False
        self._go(places[Qt.Key(key)])
        return True

    def _scrolled_by(self, key: int) -> bool:
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_PageDown: bar.pageStep(), Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_Down: bar.singleStep(), Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_Home: -bar.maximum(), Qt.Key.Key_End: bar.maximum(),
        }  # fmt: skip
        if key not in steps:
            return False
        self._let_go()
        bar.setValue(bar.value() + steps[Qt.Key(key)])
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; from now on the person says what is in sight."""
        self._let_go()
        super().wheelEvent(event)

    def _let_go(self, *_what: object) -> None:
        self._sought, self._is_on_way, self._due = None, False, {}

    def _share_edge(self, _least: int, most: int) -> None:
        """Let the bar stand in the right padding where it has room there, so that its coming moves nothing."""
        bar = self.verticalScrollBar().sizeHint().width()
        margins = self.body.contentsMargins()
        margins.setRight(self._right_px - bar if most > 0 and bar <= self._right_px else self._right_px)
        self.body.setContentsMargins(margins)

    def _grown(self, *_range: object) -> None:
        """Keep in sight what was brought there: texts ask for their height once they know their width, and push it away."""
        if self._sought is not None and isValid(self._sought):
            self.reveal(self._sought)
        elif self._due:
            QTimer.singleShot(0, self, self._stand)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and self._inside.isAncestorOf(old) and not old.isVisibleTo(self._inside):
            return  # It was put away: where Qt passes its focus nobody has gone.
        if new is not None and new is not self._inside and self._inside.isAncestorOf(new):
            self._let_go()
            # Whole: Qt itself is content with the cursor of a line.
            at = new.mapTo(self._inside, new.rect().center())
            self.ensureVisible(at.x(), at.y(), theme.px(8), theme.px(16) + new.height() // 2)
            # What takes the focus as it appears has no place yet; what is wrong with a field is said under it.
            self.reveal(field if (field := new.parentWidget()) is not None and field.property("keeps_together") else new)

    def reveal(self, part: QWidget) -> None:
        """Bring a part that was just put on the page into sight, whole if it fits, once it has its place."""
        self._let_go()
        self._sought, self._is_on_way = part, True
        QTimer.singleShot(0, part, lambda: self._reveal(part))

    def _reveal(self, part: QWidget) -> None:
        if self._sought is not part or not self._inside.isAncestorOf(part):
            return
        self._is_on_way = False
        _lay_out()
        focused = QApplication.focusWidget()
        if focused is not None and part.isAncestorOf(focused) and part.height() > self.viewport().height():
            part = focused
        top = part.mapTo(self._inside, QPoint(0, 0)).y() - theme.px(16)
        bottom = top + part.height() + theme.px(32)
        bar = self.verticalScrollBar()
        room = self.viewport().height()
        if bottom > bar.value() + room:
            bar.setValue(bottom - room)
        if top < bar.value():
            bar.setValue(top)

    def remember(self) -> Place:
        """Return the place of the page, for `restore`; one that is still to be reached counts."""
        at = self.verticalScrollBar().value()
        if not at:
            return self._due
        named = [one for one in self._inside.findChildren(QWidget) if _is_row(one.objectName()) and one.isVisibleTo(self._inside)]
        return place_at(at, ((one.objectName(), self._top(one)) for one in named))

    def place(self) -> Place:
        """Return where the page stands to the pixel; nothing while it is on its way to what was just put on it."""
        return {} if self._is_on_way else {"at": self.verticalScrollBar().value()}

    @property
    def due(self) -> Place:
        """Return the place that is still held; empty once the person has scrolled."""
        return self._due

    def restore(self, place: Place) -> None:
        """Go to a place given by `remember`, as soon as there is so much to scroll; until the person scrolls, it is held."""
        self._let_go()
        self._due = place
        if not place:
            self.verticalScrollBar().setValue(0)
            return
        self._stand()

    def _stand(self) -> None:
        if not self._due:
            return
        _lay_out()
        found = found_at(self._due, self._top_of)
        if found is not None:
            self.verticalScrollBar().setValue(found)

    def _top_of(self, name: str) -> int | None:
        one = self._inside.findChild(QWidget, name)
        return self._top(one) if isinstance(one, QWidget) and one.isVisibleTo(self._inside) else None

    def _top(self, one: QWidget) -> int:
        return one.mapTo(self._inside, QPoint(0, 0)).y()


def _is_row(name: str) -> bool:
    """Say whether a name carries the id of a row: the others stand wherever a row is open."""
    return any(sign.isdigit() for sign in name)


def _lay_out() -> None:
    """Let what is new, which asks each of its grounds in turn for room, be answered by them all before its place is read."""
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
