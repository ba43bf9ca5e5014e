"""Every list keeps its place: across a lock, from person to person, and where rows have come or gone meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractScrollArea, QListView, QWidget

from desktop import limits
from desktop.views.page import Page
from desktop.views.pages.list_panes import PagedList
from desktop.views.parts import PlainLabel, ScrollPage, column
from desktop.views.parts.rows import RowFace
from desktop.views.row_model import ID, RowModel
from tests import kept
from tests.views.opened import opened, person
from tests.views.parts_shown import on_show
from tests.views.test_lists import LISTS


def scrolled(page: Page) -> QAbstractScrollArea | None:
    """Return the list of a page, where there is more of it than is seen."""
    areas = [one for one in page.findChildren(QAbstractScrollArea) if one.isVisible() and one.verticalScrollBar().maximum() > 0]
    return next((one for one in areas if isinstance(one, QListView)), areas[0] if areas else None)


def upper(area: QAbstractScrollArea) -> tuple[object, int]:
    """Return the row that the upper edge cuts, and how far above it begins."""
    if isinstance(area, QListView):
        index = area.indexAt(QPoint(1, 1))
        return index.data(ID), area.visualRect(index).top()
    rows = [(one.mapTo(area.viewport(), QPoint()).y(), one.objectName()) for one in area.findChildren(QWidget)
            if any(sign.isdigit() for sign in one.objectName()) and one.isVisible()]  # fmt: skip
    top, name = min(rows, key=lambda one: abs(one[0]), default=(-area.verticalScrollBar().value(), ""))
    return name, top


def scrolled_px(page: Page) -> int:
    area = scrolled(page)
    return area.verticalScrollBar().value() if area is not None else 0


async def test_every_list_stands_where_it_was_left_when_the_record_is_opened_again(qtbot, tmp_path, look):
    async with opened(tmp_path, size=(1220, 560)) as here:
        left: dict[str, Any] = {}
        for section in (*LISTS, "history"):
            page = await here.go(section)
            if section == "documents":
                page.rows.choose(page.model.row(2).id)
                await page._open(page.model.row(2).id, by_hand=False)
            if (area := scrolled(page)) is not None:
                bar = area.verticalScrollBar()
                bar.setValue(bar.maximum() * 2 // 3)
                await here.settle()
                left[section] = upper(area)
        assert len(left) > 8
        chosen = here.window.shell.pages["documents"]._shown
        await person(here.window, "Тимофей")
        assert scrolled_px(here.window.shell.page) == 0
        await person(here.window, "Наталья")
        assert upper(scrolled(here.window.shell.page)) == left["history"]
        here.window.shell.pages["documents"].panel.set_reading(False)
        here.window.lock()
        await here.window._leaving
        plain = (tmp_path / "preferences.json").read_text("utf-8")
        assert all(str(key) not in plain for key, _top in left.values() if key)
        assert chosen not in plain
        here.session = await here.window.doors.unlock(kept.PASSPHRASE)
        here.window.enter(here.session)
        await here.settle()
        for section, stood in left.items():
            page = await here.go(section)
            area = scrolled(page)
            assert area is not None, section
            assert upper(area) == stood, section
        assert here.window.shell.pages["documents"]._shown == chosen


@dataclass(frozen=True)
class Line:
    id: str


def page_of(lines: list[str]) -> ScrollPage:
    labels = [PlainLabel(line) for line in lines]
    for label in labels:
        label.setObjectName(f"line_{label.text()}")
        label.setFixedHeight(50)
    return ScrollPage(column(*labels, gap=0))


def test_a_page_stands_at_the_row_it_stood_at_or_the_nearest_that_is_left(look, qtbot):
    lines = [str(n) for n in range(40)]
    page = page_of(lines)
    on_show(qtbot, page, size=(300, 400))
    page.verticalScrollBar().setValue(1010)
    place = page.remember()
    for now, row, top in ((["новая-1", *lines], "20", -10), ([one for one in lines if one != "20"], "21", 40)):
        again = page_of(now)
        on_show(qtbot, again, size=(300, 400))
        again.restore(place)
        qtbot.waitUntil(lambda again=again: not again.verticalScrollBar().maximum() or again.verticalScrollBar().value() > 0)
        assert again.findChild(PlainLabel, f"line_{row}").mapTo(again.viewport(), QPoint()).y() == top
    others = page_of([f"другая-{line}" for line in lines])
    on_show(qtbot, others, size=(300, 400))
    others.restore(place)
    qtbot.waitUntil(lambda: others.verticalScrollBar().value() == 1010)


async def test_a_list_read_by_pages_is_read_as_far_as_it_stood_and_a_chosen_row_that_is_gone_gives_way_to_the_next(look, qtbot):
    def of(ids: list[str]) -> PagedList[Line]:
        async def ask(after: str | None, count: int) -> tuple[Line, ...]:
            start = ids.index(after) + 1 if after else 0
            return tuple(Line(one) for one in ids[start : start + count])

        async def has_any() -> bool:
            return True

        model = RowModel[Line](text=lambda one: one.id, face=lambda one: RowFace(title=one.id))
        made: PagedList[Line] = PagedList(model, ask, has_any, host=None, area="results", icon="flask")  # type: ignore[arg-type]
        made.list.setModel(model)
        on_show(qtbot, made, size=(300, 400))
        return made

    ids = [f"{n:03d}" for n in range(3 * limits.LIST_PAGE_ROWS)]
    first = of(ids)
    for _page in range(3):
        first._show((*first._model.rows(), *await first._ask(first._model.rows()[-1].id if first._model.rows() else None, limits.LIST_PAGE_ROWS)))
    first.list.verticalScrollBar().setValue(first._top(120) + 7)
    first.choose("123")
    place = first.remember()
    for gone, chosen, upper_row in ((set(), "123", "120"), ({"123", "120"}, "124", "119")):
        again = of([one for one in ids if one not in gone])
        again.restore(place)
        rows = await again.load()
        assert len(rows) > 2 * limits.LIST_PAGE_ROWS
        assert again.still("123") == chosen
        assert again.list.currentIndex().data(ID) == chosen
        assert upper(again.list)[0] == upper_row
        assert again.still("044") == "044"


async def test_every_list_stands_where_it_was_when_the_look_changes(qtbot, tmp_path, look):
    async with opened(tmp_path, size=(1220, 560)) as here:
        stood, stands = {}, {}
        for section in (*LISTS, "history"):
            page = await here.go(section)
            if (area := scrolled(page)) is None:
                continue
            bar = area.verticalScrollBar()
            bar.setValue(bar.maximum() * 2 // 3)
            if isinstance(area, QListView):
                area.setFocus()
            await here.settle()
            stood[section] = upper(area)
            here.window.change(theme="dark" if here.window.preferences.theme == "light" else "light")
            await here.settle()
            stands[section] = upper(scrolled(here.window.shell.page))
        assert len(stood) > 8
        assert {k: (stood[k], stands[k]) for k in stood if stood[k] != stands[k]} == {}
