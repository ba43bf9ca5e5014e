"""The kit: every part a page is built from. Pages import from here; colours and lengths come from `theme`.

A part's module is read when the part is first named: the lock page does not wait for charts and tickets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from desktop.views.parts.buttons import Button, FilterChip, IconButton, Segmented
    from desktop.views.parts.choices import Check, Radio, Switch
    from desktop.views.parts.dates import DateField
    from desktop.views.parts.fields import Choice, Combo, Edit, Field, Labelled, TextArea
    from desktop.views.parts.layouts import (
        STRETCH,
        Box,
        Card,
        Divider,
        Fill,
        FlowLayout,
        clear,
        column,
        row,
        take_out,
    )
    from desktop.views.parts.marks import IconLabel, KeyCap, Tag, Tile
    from desktop.views.parts.messages import EmptyState, Notice, Skeleton, Toast, announce
    from desktop.views.parts.month import DayMark, MonthView
    from desktop.views.parts.nav import NavGroup, NavItem, SyncChip
    from desktop.views.parts.people import Avatar, Face, PersonPill, Spine
    from desktop.views.parts.plain import Body, Heading, Lead, Meta, PlainLabel, set_tooltip, shown
    from desktop.views.parts.policy import PolicyCard, PolicyPile, PolicyStack
    from desktop.views.parts.pressing import Inlaid, Painted
    from desktop.views.parts.range_bar import MarkLegend, RangeBar, Reading, figure, paint_range_bar
    from desktop.views.parts.ring import FocusRing, install, paint_ring
    from desktop.views.parts.rows import AttentionRow, PressRow, RowDelegate, RowFace, RowList, tall_enough
    from desktop.views.parts.scrolling import ScrollPage
    from desktop.views.parts.slots import Slot, SlotDay, SlotGrid
    from desktop.views.parts.tabs import Tabs
    from desktop.views.parts.ticket import Stamp, Ticket
    from desktop.views.parts.town_map import Cluster, Pin, TownMap
    from desktop.views.parts.trend import Point, TrendChart
    from desktop.views.parts.vaccines import Stop, VaccineLine, VaccineMatrix

__all__ = [
    "STRETCH", "AttentionRow", "Avatar", "Body", "Box", "Button", "Card", "Check", "Choice", "Cluster", "Combo", "DateField",
    "DayMark", "Divider", "Edit", "EmptyState", "Face", "Field", "Fill", "FilterChip", "FlowLayout", "FocusRing",
    "Heading", "IconButton", "IconLabel", "Inlaid", "KeyCap", "Labelled", "Lead", "MarkLegend", "Meta", "MonthView", "NavGroup", "NavItem",
    "Notice", "Painted", "PersonPill", "Pin", "PlainLabel", "Point", "PolicyCard", "PolicyPile", "PolicyStack", "PressRow",
    "Radio", "RangeBar", "Reading", "RowDelegate", "RowFace", "RowList", "ScrollPage", "Segmented", "Skeleton", "Slot",
    "SlotDay", "SlotGrid", "Spine", "Stamp", "Stop", "Switch", "SyncChip", "Tabs", "Tag", "TextArea", "Ticket", "Tile",
    "Toast", "TownMap", "TrendChart", "VaccineLine", "VaccineMatrix", "announce", "clear", "column", "figure", "install",
    "paint_range_bar", "paint_ring", "row", "set_tooltip", "shown", "take_out", "tall_enough",
]  # fmt: skip

_PARTS: Final = {
    "buttons": "Button FilterChip IconButton Segmented",
    "choices": "Check Radio Switch",
    "dates": "DateField",
    "fields": "Choice Combo Edit Field Labelled TextArea",
    "layouts": "STRETCH Box Card Divider Fill FlowLayout clear column row take_out",
    "marks": "IconLabel KeyCap Tag Tile",
    "messages": "EmptyState Notice Skeleton Toast announce",
    "month": "DayMark MonthView",
    "nav": "NavGroup NavItem SyncChip",
    "people": "Avatar Face PersonPill Spine",
    "plain": "Body Heading Lead Meta PlainLabel set_tooltip shown",
    "policy": "PolicyCard PolicyPile PolicyStack",
    "pressing": "Inlaid Painted",
    "range_bar": "MarkLegend RangeBar Reading figure paint_range_bar",
    "ring": "FocusRing install paint_ring",
    "rows": "AttentionRow PressRow RowDelegate RowFace RowList tall_enough",
    "scrolling": "ScrollPage",
    "slots": "Slot SlotDay SlotGrid",
    "tabs": "Tabs",
    "ticket": "Stamp Ticket",
    "town_map": "Cluster Pin TownMap",
    "trend": "Point TrendChart",
    "vaccines": "Stop VaccineLine VaccineMatrix",
}
_WHERE: Final = {name: module for module, names in _PARTS.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Return a part by its name. *Raises* AttributeError for what is no part."""
    if name not in _WHERE:
        raise AttributeError(name)
    found = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = found
    return found
