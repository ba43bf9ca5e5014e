"""Keyed list models. A snapshot becomes the fewest row changes; a list of any length keeps only the pages near the eye.

Qt's own rows say nothing of what is the same row: identity is the row's `id`, and focus and selection follow it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, Generic, Protocol, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop import limits

ROW: Final = int(Qt.ItemDataRole.UserRole)
ID: Final = ROW + 1
FACE: Final = ROW + 2
"""Roles: the row itself, its id, and what the list delegate paints."""

Index = QModelIndex | QPersistentModelIndex
_PAGES_KEPT: Final = 8
_MOVES_SHOWN: Final = 64
_FACES_KEPT: Final = 1_024


class Keyed(Protocol):
    """A frozen row with an identity."""

    @property
    def id(self) -> Hashable:
        """Return what makes it the same row in the next snapshot."""


R = TypeVar("R", bound=Keyed)


class _Rows(QAbstractListModel, Generic[R]):
    """What both models share: the roles."""

    def __init__(
        self,
        *,
        text: Callable[[R], str],
        said: Callable[[R], str] | None = None,
        face: Callable[[R], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._text, self._said, self._face = text, said or text, face
        self._faces: dict[Hashable, tuple[R, object]] = {}

    def row(self, place: int) -> R | None:
        """Return the row at a place, None when there is none (or it is not loaded)."""
        raise NotImplementedError

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Return what a role asks for."""
        row = self.row(index.row()) if index.isValid() else None
        if row is None:
            return None
        if role == ROW:
            return row
        if role == ID:
            return row.id
        if role == FACE:
            return self._face_of(row)
        if role == int(Qt.ItemDataRole.AccessibleTextRole):
            return self._said(row)
        if role == int(Qt.ItemDataRole.DisplayRole):
            return self._text(row)
        return None

    def _face_of(self, row: R) -> object:
        """Return what is painted of a row, worked out once: each painting asks for it twice."""
        if self._face is None:
            return None
        kept = self._faces.get(row.id)
        if kept is None or kept[0] is not row:
            if len(self._faces) >= _FACES_KEPT:
                self._faces.clear()
            kept = self._faces[row.id] = (row, self._face(row))
        return kept[1]


class RowModel(_Rows[R]):
    """Rows given whole, as snapshots. `text`, `said` and `face` turn a row into what is read, spoken and painted."""

    def __init__(
        self,
        rows: Sequence[R] = (),
        *,
        text: Callable[[R], str],
        said: Callable[[R], str] | None = None,
        face: Callable[[R], object] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(text=text, said=said, face=face, parent=parent)
        self._rows: list[R] = list(rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def row(self, place: int) -> R | None:
        """Return the row at a place, None past the end."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def rows(self) -> tuple[R, ...]:
        """Return the rows shown."""
        return tuple(self._rows)

    def place_of(self, key: Hashable) -> int:
        """Return where the row with that id is, -1 when nowhere."""
        return next((n for n, row in enumerate(self._rows) if row.id == key), -1)

    def show(self, rows: Sequence[R]) -> None:
        """Show another snapshot: rows with ids known before stay, move or change, the others come and go.

        *Raises* ValueError when two rows have one id.
        """
        wanted = {row.id: row for row in rows}
        if len(wanted) != len(rows):
            raise ValueError("two rows with one id")
        self._remove_missing(wanted)
        self._put_in_order(list(rows))
        self._change(rows)
        self._faces.clear()

    def _remove_missing(self, wanted: dict[Hashable, R]) -> None:
        last = len(self._rows) - 1
        while last >= 0:
            if self._rows[last].id in wanted:
                last -= 1
                continue
            first = last
            while first > 0 and self._rows[first - 1].id not in wanted:
                first -= 1
            self.beginRemoveRows(QModelIndex(), first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()
            last = first - 1

    def _put_in_order(self, rows: list[R]) -> None:
        known = {row.id for row in self._rows}
        order = [row.id for row in rows if row.id in known]
        stays = _in_order([row.id for row in self._rows], order)
        if len(order) - len(stays) > _MOVES_SHOWN:
            self._relay(order)
        else:
            before: Hashable = None
            for n, key in enumerate(order):
                if key not in stays:
                    self._move(self.place_of(key), 0 if n == 0 else self.place_of(before) + 1)
                before = key
        at = 0
        while at < len(rows):
            end = at
            while end < len(rows) and rows[end].id not in known:
                end += 1
            if end > at:
                self.beginInsertRows(QModelIndex(), at, end - 1)
                self._rows[at:at] = rows[at:end]
                self.endInsertRows()
            at = end + 1

    def _relay(self, order: list[Hashable]) -> None:
        """Put many rows in another order as one change; focus and selection go with their rows."""
        self.layoutAboutToBeChanged.emit()
        held = self.persistentIndexList()
        keys = [self._rows[index.row()].id for index in held]
        by_key = {row.id: row for row in self._rows}
        self._rows = [by_key[key] for key in order]
        places = {key: n for n, key in enumerate(order)}
        self.changePersistentIndexList(held, [self.index(places[key]) for key in keys])
        self.layoutChanged.emit()

    def _move(self, source: int, before: int) -> None:
        if before in (source, source + 1):
            return
        self.beginMoveRows(QModelIndex(), source, source, QModelIndex(), before)
        row = self._rows.pop(source)
        self._rows.insert(before if before < source else before - 1, row)
        self.endMoveRows()

    def _change(self, rows: Sequence[R]) -> None:
        first: int | None = None
        for n, row in enumerate([*rows, None]):
            changed = row is not None and row != self._rows[n]
            if changed and row is not None:
                self._rows[n] = row
                first = n if first is None else first
            elif first is not None:
                self.dataChanged.emit(self.index(first), self.index(n - 1))
                first = None


def _in_order(current: list[Hashable], wanted: list[Hashable]) -> set[Hashable]:
    """Return the longest set of ids that already stand in the wanted order, so that the fewest rows move."""
    place = {key: n for n, key in enumerate(wanted)}
    tails: list[int] = []
    tail_keys: list[Hashable] = []
    before: dict[Hashable, Hashable] = {}
    for key in current:
        at = bisect_left(tails, place[key])
        if at:
            before[key] = tail_keys[at - 1]
        tails[at : at + 1] = [place[key]]
        tail_keys[at : at + 1] = [key]
    kept: set[Hashable] = set()
    if tail_keys:
        key = tail_keys[-1]
        kept.add(key)
        while key in before:
            key = before[key]
            kept.add(key)
    return kept


class PagedRows(_Rows[R]):
    """Rows of a list of any length, read page by page as the view reaches them.

    `fetch(after, count)` returns up to `count` rows that follow the row with id `after` (None: from the beginning). It may
    return None when the answer comes later: then call `deliver(after, rows)`. Only a few pages are kept; a page left
    far behind is read again from the id it follows when the eye comes back.
    """

    def __init__(
        self,
        fetch: Callable[[Hashable | None, int], Sequence[R] | None],
        *,
        text: Callable[[R], str],
        said: Callable[[R], str] | None = None,
        face: Callable[[R], object] | None = None,
        page_rows: int = limits.LIST_PAGE_ROWS,
        pages_kept: int = _PAGES_KEPT,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(text=text, said=said, face=face, parent=parent)
        self._fetch, self._page_rows, self._pages_kept = fetch, page_rows, pages_kept
        self._after: list[Hashable | None] = [None]
        self._count, self._ended, self._growing = 0, False, False
        self._asked: set[int] = set()
        self._pages: OrderedDict[int, Sequence[R]] = OrderedDict()

    def reload(self) -> None:
        """Forget everything and begin anew."""
        self.beginResetModel()
        self._faces.clear()
        self._after, self._count, self._ended = [None], 0, False
        self._asked.clear()
        self._pages.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        """Return how many rows are known by now."""
        return 0 if parent.isValid() else self._count

    def canFetchMore(self, parent: Index) -> bool:
        """Say whether more rows may follow."""
        return not parent.isValid() and not self._ended

    def fetchMore(self, parent: Index) -> None:
        """Read the next page."""
        if not self._ended and not self._growing:
            self._ask(len(self._after) - 1)

    def row(self, place: int) -> R | None:
        """Return the row at a place; None while its page is being read again."""
        if not 0 <= place < self._count:
            return None
        page, at = divmod(place, self._page_rows)
        if page not in self._pages:
            self._ask(page)
        rows = self._pages.get(page)
        if rows is None:
            return None
        self._pages.move_to_end(page)
        return rows[at] if at < len(rows) else None

    def pages_held(self) -> int:
        """Return how many pages are in memory."""
        return len(self._pages)

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        self._asked.add(page)
        rows = self._fetch(self._after[page], self._page_rows)
        if rows is not None:
            self._take(page, rows, told=True)

    def deliver(self, after: Hashable | None, rows: Sequence[R]) -> None:
        """Give the rows that `fetch` was asked for; an answer nobody waits for is left aside."""
        if after in self._after and (page := self._after.index(after)) in self._asked:
            self._take(page, rows, told=False)

    def _take(self, page: int, rows: Sequence[R], *, told: bool) -> None:
        """Keep a page; `told` says that whoever asked reads it at once, so no change is announced."""
        self._asked.discard(page)
        self._pages[page] = tuple(rows)
        self._pages.move_to_end(page)
        while len(self._pages) > self._pages_kept:
            self._pages.popitem(last=False)
        start = page * self._page_rows
        if start < self._count:
            if not told:
                last = min(start + self._page_rows, self._count) - 1
                self.dataChanged.emit(self.index(start), self.index(last))
            return
        if len(rows) < self._page_rows:
            self._ended = True
        if rows:
            if not self._ended:
                self._after.append(rows[-1].id)
            # Who hears of these rows must not make more of them before the others have heard.
            self._growing = True
            self.beginInsertRows(QModelIndex(), self._count, self._count + len(rows) - 1)
            self._count += len(rows)
            self.endInsertRows()
            self._growing = False
