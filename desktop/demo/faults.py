"""Faults that the box delivers on purpose."""

from __future__ import annotations


class Faults:
    """What goes wrong, and how often."""

    def __init__(self) -> None:
        self.weak: set[str] = set()
