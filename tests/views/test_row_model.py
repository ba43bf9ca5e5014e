"""The keyed list models, against Qt's own model tester."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from desktop.views.row_model import FACE, ID, ROW, PagedRows, RowModel


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    text: str


def _model(rows: list[Line]) -> RowModel[Line]:
    return RowModel(rows, text=lambda r: r.text, said=lambda r: f"строка {r.text}", face=lambda r: (r.text,))


def _strict(model: object) -> QAbstractItemModelTester:
    return QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


class Watcher:
    """Writes down what a model says of its changes."""

    def __init__(self, model: RowModel[Line]) -> None:
        self.said: list[tuple[str, int, int]] = []
        model.rowsInserted.connect(lambda _p, a, b: self.said.append(("in", a, b)))
        model.rowsRemoved.connect(lambda _p, a, b: self.said.append(("out", a, b)))
        model.rowsMoved.connect(lambda _p, a, _b, _q, d: self.said.append(("move", a, d)))
        model.dataChanged.connect(lambda a, b: self.said.append(("data", a.row(), b.row())))


snapshots = st.lists(
    st.builds(Line, st.integers(0, 25), st.sampled_from("абв")), unique_by=lambda line: line.id, max_size=20
)


@given(first=snapshots, second=snapshots, third=snapshots)
def test_any_snapshot_becomes_the_next_by_lawful_changes(
    qapp: object, first: list[Line], second: list[Line], third: list[Line]
) -> None:
    model = _model(first)
    tester = _strict(model)
    held = {row.id: QPersistentModelIndex(model.index(n)) for n, row in enumerate(first)}
    for rows in (second, third):
        model.show(rows)
        assert list(model.rows()) == rows
    stayed = {row.id for row in second} & {row.id for row in third}
    for key, index in held.items():
        if key in stayed:
            assert index.isValid()
            assert index.data(ID) == key
    tester.deleteLater()


@given(st.permutations(range(12)))
def test_reordering_moves_the_fewest_rows(qapp: object, order: list[int]) -> None:
    model = _model([Line(n, "а") for n in range(12)])
    watcher = Watcher(model)
    model.show([Line(n, "а") for n in order])
    best = [1] * 12
    for n in range(12):
        best[n] = 1 + max((best[m] for m in range(n) if order[m] < order[n]), default=0)
    assert [kind for kind, _, _ in watcher.said] == ["move"] * (12 - max(best))


def test_great_reordering_keeps_selection_on_its_row(qapp: object) -> None:
    model = _model([Line(n, "а") for n in range(500)])
    tester = _strict(model)
    held = QPersistentModelIndex(model.index(3))
    model.show([Line(n, "а") for n in reversed(range(500))])
    assert held.row() == 496
    assert held.data(ID) == 3
    tester.deleteLater()


def test_one_changed_row_says_one_change(qapp: object) -> None:
    rows = [Line(n, "а") for n in range(10)]
    model = _model(rows)
    watcher = Watcher(model)
    model.show([*rows[:4], Line(4, "б"), Line(5, "б"), *rows[6:]])
    assert watcher.said == [("data", 4, 5)]
    watcher.said.clear()
    model.show([*rows[:4], Line(4, "б"), Line(5, "б"), *rows[6:]])
    assert watcher.said == []


def test_block_comes_and_goes_as_one_change(qapp: object) -> None:
    rows = [Line(n, "а") for n in range(10)]
    model = _model(rows)
    watcher = Watcher(model)
    model.show(rows[:3] + rows[7:])
    model.show(rows)
    assert watcher.said == [("out", 3, 6), ("in", 3, 6)]


def test_face_of_a_row_is_worked_out_once_and_anew_when_the_row_has_changed(qapp: object) -> None:
    asked: list[str] = []
    model = RowModel([Line(1, "а"), Line(2, "б")], text=lambda r: r.text, face=lambda r: asked.append(r.text) or (r.text,))

    def painted() -> list[object]:
        return [model.index(n).data(FACE) for n in range(model.rowCount()) for _twice in range(2)][::2]

    assert painted() == painted() == [("а",), ("б",)]
    assert asked == ["а", "б"]
    model.show([Line(1, "в")])
    assert painted() == [("в",)]
    model.show([])
    assert model._faces == {}  # What was painted of a person is not kept when another is shown.


def test_two_rows_with_one_id_are_refused(qapp: object) -> None:
    with pytest.raises(ValueError, match="one id"):
        _model([]).show([Line(1, "а"), Line(1, "б")])


def test_roles_give_row_id_face_text_and_speech(qapp: object) -> None:
    model = _model([Line(7, "а")])
    index = model.index(0)
    roles = Qt.ItemDataRole
    said = [index.data(role) for role in (ROW, ID, FACE, roles.DisplayRole, roles.AccessibleTextRole)]
    assert said == [Line(7, "а"), 7, ("а",), "а", "строка а"]
    assert index.data(roles.DecorationRole) is None


class Portal:
    """Gives rows by the id they follow and remembers what it was asked."""

    def __init__(self, count: int, *, later: bool = False) -> None:
        self.count, self.later = count, later
        self.asked: list[object] = []

    def rows(self, after: object, count: int) -> list[Line]:
        start = 0 if after is None else int(str(after)) + 1
        return [Line(n, str(n)) for n in range(start, min(start + count, self.count))]

    def fetch(self, after: object, count: int) -> list[Line] | None:
        self.asked.append(after)
        return None if self.later else self.rows(after, count)


def _read_all(model: PagedRows[Line]) -> None:
    while model.canFetchMore(QModelIndex()):
        model.fetchMore(QModelIndex())


def test_long_list_keeps_only_a_few_pages(qapp: object) -> None:
    portal = Portal(100_000)
    model = PagedRows(portal.fetch, text=lambda r: r.text, page_rows=500, pages_kept=8)
    _read_all(model)
    assert model.rowCount() == 100_000
    assert model.pages_held() == 8
    assert [model.index(n).data(ID) for n in (0, 49_999, 99_999, 1)] == [0, 49_999, 99_999, 1]
    assert model.pages_held() == 8


@given(count=st.integers(0, 60), page=st.integers(1, 12), kept=st.integers(1, 4), data=st.data())
def test_paged_rows_are_the_rows_in_order(qapp: object, count: int, page: int, kept: int, data: st.DataObject) -> None:
    model = PagedRows(Portal(count).fetch, text=lambda r: r.text, page_rows=page, pages_kept=kept)
    tester = _strict(model)
    _read_all(model)
    assert model.rowCount() == count
    for place in data.draw(st.lists(st.integers(0, count), max_size=20)):
        assert model.index(place).data(ID) == (place if place < count else None)
    tester.deleteLater()


def test_pages_that_come_later_are_shown_when_they_come(qapp: object) -> None:
    portal = Portal(25, later=True)
    model = PagedRows(portal.fetch, text=lambda r: r.text, page_rows=10, pages_kept=1)
    model.fetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert portal.asked == [None]
    for after in (None, 9, 19):
        model.deliver(after, portal.rows(after, 10))
        model.fetchMore(QModelIndex())
    assert model.rowCount() == 25
    assert model.index(3).data(ID) is None
    model.deliver(None, portal.rows(None, 10))
    assert model.index(3).data(ID) == 3


def test_answer_nobody_waits_for_changes_nothing(qapp: object) -> None:
    model = PagedRows(Portal(25, later=True).fetch, text=lambda r: r.text, page_rows=10)
    model.deliver(99, [Line(100, "x")])
    model.deliver(None, [Line(100, "x")])
    assert model.rowCount() == 0
