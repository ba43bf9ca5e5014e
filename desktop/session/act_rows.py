"""Acts and decisions as rows for pages and the command line."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.record.clashes import Clash
from desktop.record.intents import Intent
from desktop.record.uploads import in_words
from desktop.session.rows import ClashRow, OutboxRow


def clash_row(clash: Clash, named: Mapping[str, str]) -> ClashRow:
    """Return the row of a decision; `named` is who and where of the booking that it is about."""
    theirs = {**{name: value for name, value in named.items() if value}, **clash.theirs}
    return ClashRow(
        id=clash.id,
        person=clash.intent.person,
        kind=clash.kind,
        act=clash.intent.kind,
        mine=tuple((name, str(value)) for name, value in clash.intent.body.items()),
        theirs=tuple((name, str(value)) for name, value in theirs.items()),
        choices=clash.choices,
        acted_at=clash.intent.created_at,
        found_at=clash.found_at,
        intent=clash.intent.id,
    )


def outbox_row(intent: Intent) -> OutboxRow:
    return OutboxRow(
        id=intent.id,
        person=intent.person,
        kind=intent.kind,
        state=str(intent.state),
        body=tuple((name, in_words(value)) for name, value in intent.body.items()),
        created_at=intent.created_at,
        release_at=intent.release_at,
        next_try_at=intent.next_try_at,
        tries=intent.tries,
        reason=intent.reason,
        decides=intent.decides,
    )
