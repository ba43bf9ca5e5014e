"""Медкарта: a family's medical record on their own computer."""

__version__ = "0.1.0"
