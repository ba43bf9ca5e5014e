"""A notice in words: what it says, in which icon. Used by the page, the panel and nothing of the system's own notifications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from desktop.session.notices import NoticeRow
from desktop.session.rows import PersonRow
from desktop.views import journal_words, wording
from desktop.views.attention import attention_words
from desktop.words import tr

_ICONS_OF = {
    "prescription_ends": "pill", "vaccine_missed": "syringe", "vaccine_soon": "syringe", "clash": "conflict",
    "new_report": "flask", "policy_ends": "id-card", "document_ready": "document", "visit_soon": "calendar", "watch_found": "calendar",
}  # fmt: skip
_BARE = ("", "notification", "alert", "reminder")
"""Titles that are only the portal's code for the kind of its letter."""
ICONS = {"portal": "bell", "letter": "mail", "exchange": "cloud-check", "reminder": "clock"}


def said(row: NoticeRow, *, today: date) -> tuple[str, str]:
    """Return the title and the detail of a notice."""
    if row.message is not None:
        if row.kind == "letter":
            return tr("notices.letter", sender=row.message.sender), row.message.text
        is_bare = row.message.title in _BARE
        return tr("notices.untitled") if is_bare else row.message.title, row.message.text
    if row.attention is not None:
        return attention_words(row.attention, today=today)
    assert row.event is not None
    return journal_words.said(row.event), ""


def whose(row: NoticeRow, people: Sequence[PersonRow]) -> str:
    """Say whose record it is about."""
    owner = next((one for one in people if one.id == row.person), None)
    return wording.person_name(owner) if owner is not None else ""


def icon(row: NoticeRow) -> str:
    """Return the icon of a notice."""
    if row.attention is not None:
        return _ICONS_OF.get(row.attention.kind, "clock")
    return ICONS[row.kind]
