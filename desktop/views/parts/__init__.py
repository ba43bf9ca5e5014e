"""The kit: every part a page is built from. Pages import from here; colours and lengths come from `theme`."""

from desktop.views.parts.buttons import Button, FilterChip, IconButton, Segmented
from desktop.views.parts.choices import Check, Radio, Switch
from desktop.views.parts.fields import Choice, Combo, Edit, Field, Labelled, TextArea
from desktop.views.parts.layouts import STRETCH, Box, Card, Divider, Fill, FlowLayout, ScrollPage, clear, column, row
from desktop.views.parts.marks import IconLabel, Tag, Tile
from desktop.views.parts.messages import EmptyState, Notice, Skeleton, Toast, announce
from desktop.views.parts.plain import Body, Heading, Lead, Meta, PlainLabel, set_tooltip, shown
from desktop.views.parts.ring import FocusRing, install
from desktop.views.parts.tabs import Tabs

__all__ = [
    "STRETCH", "Body", "Box", "Button", "Card", "Check", "Choice", "Combo", "Divider", "Edit", "EmptyState", "Field",
    "Fill", "FilterChip", "FlowLayout", "FocusRing", "Heading", "IconButton", "IconLabel", "Labelled", "Lead", "Meta",
    "Notice", "PlainLabel", "Radio", "ScrollPage", "Segmented", "Skeleton", "Switch", "Tabs", "Tag", "TextArea", "Tile",
    "Toast", "announce", "clear", "column", "install", "row", "set_tooltip", "shown",
]  # fmt: skip
