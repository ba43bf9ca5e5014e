"""The kit: every part a page is built from. Pages import from here; colours and lengths come from `theme`."""

from desktop.views.parts.buttons import Button, FilterChip, IconButton, Segmented
from desktop.views.parts.layouts import STRETCH, Box, Card, Divider, Fill, FlowLayout, ScrollPage, clear, column, row
from desktop.views.parts.plain import Body, Heading, Lead, Meta, PlainLabel, set_tooltip, shown

__all__ = [
    "STRETCH", "Body", "Box", "Button", "Card", "Divider", "Fill", "FilterChip", "FlowLayout", "Heading", "IconButton",
    "Lead", "Meta", "PlainLabel", "ScrollPage", "Segmented", "clear", "column", "row", "set_tooltip", "shown",
]  # fmt: skip
