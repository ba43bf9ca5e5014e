"""The answers under the search field, grouped by section, as one types. Searches only what is on this computer, and says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop import limits
from desktop.clock import Clock, local_date
from desktop.record.keyboard import in_russian
from desktop.session.rows import PersonRow, SearchHit
from desktop.views import icons, sections, theme, wording
from desktop.views.parts import Body, Meta, announce, column, shown
from desktop.views.parts.given import ground_of, layout_of
from desktop.views.parts.paint import rounded, write
from desktop.words import tr

_SECTION, _SUBJECT, _PERSON, _ICON = (Qt.ItemDataRole.UserRole + n for n in range(4))
_MOST_SECTIONS = 4


class _Answers(QStyledItemDelegate):
    """Paints the heads of groups and the answers under them: icon, what was found, whose it is and when."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return 44 for a place, more for two lines, less for a head."""
        if not index.data(_ICON):
            return QSize(0, theme.px(36 if index.row() else 28))
        is_two = "\n" in index.data()
        lines = theme.scale().type("body").line_px + (theme.scale().type("caption").line_px if is_two else 0)
        return QSize(0, max(theme.px(44), lines + theme.px(12)))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one row."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        title, _, detail = str(index.data()).partition("\n")
        inner = area.adjusted(theme.px(12), 0, -theme.px(12), 0)
        if not index.data(_ICON):
            small = theme.scale().type("caption").line_px
            inner.setTop(area.bottom() - small - theme.px(4))
            write(painter, inner, title, theme.font("caption", weight=600), "ink2")
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            if chosen or option.state & QStyle.StateFlag.State_MouseOver:
                painter.fillPath(rounded(area, theme.px(10)), theme.colour("accentTint" if chosen else "sunken"))
            if chosen:
                wide = theme.px(8 if theme.current().contrast else 4)
                bar = QRectF(area.left(), area.top() + theme.px(8), wide, area.height() - theme.px(16))
                painter.fillPath(rounded(bar, theme.px(2)), theme.colour("accent"))
            side = theme.px(20)
            place = QPointF(inner.left(), area.center().y() - side / 2)
            painter.drawPixmap(place, icons.pixmap(index.data(_ICON), "accent" if chosen else "ink2", 20))
            inner.setLeft(inner.left() + side + theme.px(12))
            lines = theme.scale().type("body").line_px, theme.scale().type("caption").line_px if detail else 0
            inner.setTop(area.center().y() - sum(lines) / 2)
            inner.setHeight(lines[0])
            write(painter, inner, title, theme.font("body", weight=500), "ink")
            if detail:
                below = QRectF(inner.left(), inner.bottom(), inner.width(), lines[1])
                write(painter, below, detail, theme.font("caption", tnum=True), "ink2")
        painter.restore()


class SearchPopup(QFrame):
    """A child of the shell (not a window): it never takes the focus from the field."""

    chosen = Signal(str, str, int)
    """Section, subject (empty for the section itself), person (0 for whoever is open)."""
    asked = Signal(str)

    def __init__(self, field: QLineEdit, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self._field = field
        self.head = Meta(tr("shell.search_hint"), tone="ink2")
        self.list = QListWidget()
        self.list.setProperty("role", "rows")
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(tr("shell.search_title"))
        self.list.setItemDelegate(_Answers(self.list))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._pick)
        self.none = Body("")
        self.foot = Meta(tr("shell.search_limits"), tone="ink3")
        self.setLayout(column(self.head, self.none, self.list, self.foot, gap=8, pad=(16, 16)))
        self._timer = QTimer(self, singleShot=True, interval=limits.SEARCH_AFTER_MS)
        self._timer.timeout.connect(lambda: self.asked.emit(self._field.text()))
        field.installEventFilter(self)
        field.textEdited.connect(self._typed)
        self.hide()

    def _typed(self, text: str) -> None:
        self.open()
        if text.strip():
            self._timer.start()
        else:
            self._timer.stop()
            self.show_sections("")

    def open(self) -> None:
        """Show the popup under the field."""
        width = max(self._field.width(), theme.px(480))
        place = self._field.mapTo(ground_of(self), QPoint(self._field.width() - width, self._field.height() + theme.px(6)))
        self.move(max(theme.px(8), place.x()), place.y())
        self.resize(min(width, ground_of(self).width() - theme.px(16)), self.height())
        if not self.isVisible():
            self.show_sections(self._field.text())
        self.show()
        self.raise_()

    def show_sections(self, text: str) -> None:
        """List the sections whose name has `text`, before anything else is known."""
        self.show_hits(text, (), {})

    def show_hits(self, text: str, hits: Sequence[SearchHit], people: dict[int, PersonRow], clock: Clock | None = None) -> None:
        """List sections and finds."""
        self.list.clear()
        wanted = text.strip().casefold()
        typed = self._field.text().strip().casefold()
        spellings = {wanted, typed, in_russian(typed)}
        named = [s for s in sections.TABLE if any(one in tr(f"shell.section_{s.key}").casefold() for one in spellings)]
        if named:
            self._head(tr("shell.search_sections"))
        for section in named if not wanted else named[:_MOST_SECTIONS]:
            self._row(section.icon, tr(f"shell.section_{section.key}"), "", (section.key, "", 0))
        found_in = [(self._section_of(hit), hit) for hit in hits]
        # The section of the best find stands first; within a section the best stays first too.
        order = {key: n for n, key in reversed(list(enumerate(section.key for section, _ in found_in)))}
        keyed = sorted(found_in, key=lambda pair: order[pair[0].key])
        for section, group in groupby(keyed, key=lambda pair: pair[0]):
            self._head(tr(f"shell.section_{section.key}"))
            for _, hit in group:
                self._hit(section, hit, people, clock)
        self.list.setVisible(self.list.count() > 0)
        self.none.setVisible(self.list.count() == 0)
        self.none.set_text(tr("shell.search_none", text=shown(text, chars=60)))
        found = len(hits) + len(named)
        said = tr("shell.search_found", found) if wanted else tr("shell.search_hint")
        self.head.set_text(said if wanted == typed else tr("shell.search_meant", text=shown(wanted, chars=60), found=said))
        if wanted and self.isVisible():
            announce(self, self.head.text())
        self._fit()
        self._move(1, start=True)

    def _fit(self) -> None:
        """Take the height of a list, and only that of the words where there is none."""
        room = min(theme.px(520), ground_of(self).height() - self.y() - theme.px(16))
        self.resize(self.width(), room if self.list.count() else min(room, layout_of(self).totalHeightForWidth(self.width())))

    @staticmethod
    def _section_of(hit: SearchHit) -> sections.Section:
        try:
            return sections.by_key(hit.section)
        except KeyError:
            return sections.by_key("documents")

    def _hit(self, section: sections.Section, hit: SearchHit, people: dict[int, PersonRow], clock: Clock | None) -> None:
        owner = people.get(hit.person)
        parts = [wording.person_name(owner)] if owner is not None and len(people) > 1 else []
        parts += [hit.detail] if hit.detail else []
        parts += [wording.day(hit.on, today=local_date(clock))] if hit.on is not None and clock is not None else []
        self._row(section.icon, hit.title, " · ".join(parts), (section.key, hit.id, hit.person))

    def _head(self, text: str) -> None:
        item = QListWidgetItem(shown(text))
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def _row(self, icon: str, title: str, detail: str, target: tuple[str, str, int]) -> None:
        item = QListWidgetItem(shown(title, chars=120) + (f"\n{shown(detail, chars=160)}" if detail else ""))
        for role, value in zip((_SECTION, _SUBJECT, _PERSON, _ICON), (*target, icon), strict=True):
            item.setData(role, value)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, ", ".join(part for part in (shown(title), shown(detail)) if part))
        self.list.addItem(item)

    def _move(self, step: int, *, start: bool = False) -> None:
        at = -1 if start else self.list.currentRow()
        while 0 <= at + step < self.list.count():
            at += step
            if self.list.item(at).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(at)
                if at <= 1:
                    self.list.scrollToTop()  # The head of the first group is read with its first answer.
                return

    def _pick(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_SECTION):
            self.hide()
            self.chosen.emit(item.data(_SECTION), item.data(_SUBJECT), item.data(_PERSON))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Drive the list from the field: arrows move, Enter opens, Esc closes, leaving closes."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self.isVisible():
            acts: dict[int, Callable[[], None]] = {
                Qt.Key.Key_Down: lambda: self._move(1), Qt.Key.Key_Up: lambda: self._move(-1),
                Qt.Key.Key_Return: lambda: self._pick(self.list.currentItem()),
                Qt.Key.Key_Enter: lambda: self._pick(self.list.currentItem()), Qt.Key.Key_Escape: self.hide,
            }  # fmt: skip
            act = acts.get(event.key())
            if act is not None:
                act()
                return True
        elif event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._leave)
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress):
            self.open() if event.type() == QEvent.Type.MouseButtonPress else None
        return False

    def _leave(self) -> None:
        if not self._field.hasFocus() and not self.underMouse():
            self.hide()
