"""Full-text search over every subject: Russian word forms, ё as е, as typed.

Owns: turning what a person typed into a question, and ranking. Does not own: the stems (stems.py), the rows (replica.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from desktop import limits
from desktop.store import stems
from desktop.store.database import Database
from desktop.store.ingest import kind_of
from desktop.store.replica import Replica, StoredRow

_WORDS_ASKED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One hit; a smaller `rank` is better."""

    type: str
    id: str
    person: int
    title: str
    day: date | None
    rank: float


def _whole(forms: Sequence[str]) -> str:
    return "(" + " OR ".join(f'"{form}"' for form in forms) + ")"


def _begun(forms: Sequence[str]) -> str:
    """Ask for words that begin so. One letter begins a tenth of all words: it is asked for as it stands."""
    return "(" + " OR ".join(f'"{form}" *' if len(form) > 1 else f'"{form}"' for form in forms) + ")"


class Search:
    """*Thread*: store thread."""

    def __init__(self, database: Database, replica: Replica) -> None:
        self._database = database
        self._replica = replica

    def find(self, text: str, *, person: int | None, types: Sequence[str] | None = None,
             limit: int = limits.SEARCH_ROWS) -> list[Found]:
        """Return the best hits for what was typed so far: every word must be there, each may be a beginning or another form.

        The newest matches are ranked, not all of them: ranking all takes 20 ms at 200,000 resources.
        """
        typed = stems.words(text.replace("\0", " "))[:_WORDS_ASKED]
        if not typed:
            return []
        wanted = [stems.forms(word) for word in typed]
        # Whole words first: they are quick and better; a beginning gathers every word that begins so.
        rows = self._rows(" AND ".join(map(_whole, wanted)), person, types, limit)
        if len(rows) < limit and any(len(form) > 1 for forms in wanted for form in forms):
            known = set(rows)
            rows += [row for row in self._rows(" AND ".join(map(_begun, wanted)), person, types, limit) if row not in known]
        hits = [self._ranked(row, [forms[0] for forms in wanted]) for row in self._replica.numbered(rows[:limit])] if rows else []
        hits.sort(key=lambda hit: hit.rank)
        return hits[:limit]

    def _rows(self, question: str, person: int | None, types: Sequence[str] | None, limit: int) -> list[int]:
        where, values = "", [question]
        extra: list[int] = []
        if person is not None:
            where += " AND r.person IN (0, ?)"
            extra.append(person)
        else:
            where += " AND r.person >= 0"
        if types is not None:
            kinds = sorted({kind_of(name) for name in types})
            where += f" AND r.kind IN ({','.join('?' * len(kinds))})"
            extra += kinds
        found = self._database.all(
            "SELECT r.row FROM search(?) s CROSS JOIN resource r ON r.row = s.rowid WHERE r.person NOT IN "
            f"(SELECT id FROM person WHERE is_sealed){where} ORDER BY s.rowid DESC LIMIT ?", [*values, *extra, limit])
        return [int(row[0]) for row in found]

    def _ranked(self, row: StoredRow, wanted: Sequence[str]) -> Found:
        in_title = [stems.stem(word) for word in stems.words(row.title)]
        whole = sum(one in in_title for one in wanted)
        begun = sum(any(word.startswith(one) for word in in_title) for one in wanted)
        age = -(row.moment or 0) / 1e9
        return Found(type=row.type, id=row.id, person=row.person, title=row.title, day=row.day, rank=-(whole * 2 + begun) + age)
