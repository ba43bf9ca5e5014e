"""The journal in words: what happened, of which sort it is, who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.session.rows import JournalRow, PersonRow
from desktop.views import visit_words, wording
from desktop.words import has, tr

SORTS: Final = ("exchange", "acts", "documents", "entries")
_SORT_OF: Final = {
    "sync": "exchange", "portal": "exchange", "rights": "exchange", "act": "acts", "clash": "acts", "document": "documents",
    "prescription": "documents", "vaccination": "documents", "checkup": "documents", "visit": "documents", "vault": "entries",
}  # fmt: skip
_ICONS: Final = {"exchange": "cloud-check", "acts": "send", "documents": "document", "entries": "key", "": "journal"}
_ICONS_OF_EVENTS: Final = {
    "act.applied": "check", "act.applied_late": "check", "act.withdrawn": "close", "clash.found": "conflict", "clash.reopened": "conflict",
    "document.opened": "eye", "portal.signed_in": "key", "portal.signed_out": "key", "vault.opened": "unlock", "vault.backed_up": "save",
}  # fmt: skip


def sort(row: JournalRow) -> str:
    """Return the sort of a line: one of `SORTS`, or nothing."""
    return _SORT_OF.get(row.event.partition(".")[0], "")


def icon(row: JournalRow) -> str:
    """Return the icon of a line: of the event where it has one of its own, else of its sort."""
    return _ICONS_OF_EVENTS.get(row.event) or _ICONS[sort(row)]


def brought(facts: Mapping[str, str]) -> str:
    """Word what a check with the portal brought; what there was none of is not said."""
    counts = [(key, int(facts[key])) for key in ("new", "changed", "removed") if facts.get(key, "").isdigit()]
    parts = [tr(f"exchange.brought_{key}", count) for key, count in counts if count]
    return tr("exchange.event_sync_brought", parts=", ".join(parts)) if parts else tr("exchange.event_sync_nothing")


def said(row: JournalRow) -> str:
    """Word one line; an event without words of its own is named as it is kept."""
    facts = dict(row.facts)
    if row.event.startswith(("act.", "clash.")):
        return visit_words.event(row, today=row.at.astimezone().date())
    if row.event == "sync.brought":
        return brought({name: str(value) for name, value in facts.items()})
    if row.event in ("sync.dismissed", "sync.put_back"):
        facts["what"] = wording.entry_kind(facts.get("what", "").partition("/")[0])
    name = row.event.replace(".", "_")
    for key in (f"journal.event_{name}", f"exchange.event_{name}"):
        if has(key):
            try:
                return tr(key, int(facts["n"]), **facts) if facts.get("n", "").isdigit() else tr(key, **facts)
            except KeyError:
                break
    return tr("exchange.event_other", event=row.event)


def by(row: JournalRow) -> str:
    """Say who did it."""
    return tr(f"exchange.by_{row.by}")


def whose(row: JournalRow, people: Sequence[PersonRow]) -> str:
    """Say whose record it was, nothing for what is nobody's."""
    owner = next((one for one in people if one.id == row.person), None)
    return wording.person_name(owner) if owner is not None else ""


def who(row: JournalRow, people: Sequence[PersonRow]) -> str:
    """Say in one word who did it: the person by name where it was a person."""
    return (whose(row, people) if row.by == "person" else "") or by(row)
