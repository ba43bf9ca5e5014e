"""Whose record is open, as a number that grows with every switch: an answer to an older question is `Stale`."""

from __future__ import annotations


class Stale(Exception):
    """The person was switched while the question was under way; the answer is dropped without a word."""
