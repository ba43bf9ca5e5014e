"""Bugs in bringing pages, keeping them, and in clocks."""

from __future__ import annotations

import contextvars
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import msgspec

from desktop.store.ingest import Ingest
from desktop.store.replica import Replica
from desktop.sync import keeping, plan, portal_run, pull, shelf
from tests.chaos.planting import PLANTED, bug, swapped


def _cursor_first(take: Any) -> Any:
    def takes(self: Ingest, batches: Any) -> Any:
        with self._database.transaction(is_lasting=False):
            for batch in batches:
                if batch.cursor is not None:
                    self._cursors.write(batch.portal, batch.person, batch.cursor, self._clock)
        return take(self, [replace(batch, cursor=None) for batch in batches])

    return takes


bug(Ingest, "take_all", _cursor_first, called="the cursor is saved before the page")


def _skips(aside: Any) -> Any:
    return lambda self, batch, key, entry, reason, tally: None


bug(Ingest, "_set_aside", _skips, called="what cannot be read is skipped silently")


def _aborts(aside: Any) -> Any:
    def raises(self: Ingest, *asked: Any) -> None:
        from desktop.errors import UsageError

        raise UsageError("chaos.bad_entry")

    return raises


bug(Ingest, "_set_aside", _aborts, called="one bad entry ends the page")


def _shows_old(aside: Any) -> Any:
    def keeps(self: Ingest, batch: Any, key: Any, entry: Any, reason: str, tally: Any) -> None:
        aside(self, batch, key, entry, reason, tally)
        self._database.run("UPDATE resource SET person = -1 - person WHERE person < 0")

    return keeps


bug(Ingest, "_set_aside", _shows_old, called="an old copy is shown in the place of what cannot be read")
bug(pull, "_judged", lambda judged: lambda entry, kinds: msgspec.structs.replace(one, reason="shape") if (one := judged(entry, kinds)).reason else one,
    called="an entry that nobody asked for hides the copy that is here")  # fmt: skip


def _takes_from_all(remove: Any) -> Any:
    def removes(self: Replica, portal: int, person: int, keys: Any) -> Any:
        names = list(keys)
        for one in (0, 1, 2):
            if one != person:
                remove(self, portal, one, names)
        return remove(self, portal, person, names)

    return removes


bug(Replica, "remove", _takes_from_all, called="a stranger's entry that goes takes the stranger's own row with it")
bug(Ingest, "_clear_quarantine", lambda old: lambda self, portal, good: None, called="what was set aside never comes back")


def _drops_fetched(keep: Any) -> Any:
    async def keeps(self: keeping.Keeper, loads: Any) -> None:
        await keep(self, [load for load in loads if load.is_listing])

    return keeps


bug(keeping.Keeper, "keep", _drops_fetched, called="what was fetched by name is dropped")


_CLOCK: contextvars.ContextVar[Any] = contextvars.ContextVar("clock")


def _own_clock() -> AbstractContextManager[None]:
    since, run = plan.since, portal_run.PortalRun.run

    def mine(server_time: Any, **more: Any) -> Any:
        return since(_CLOCK.get().now() if server_time else None, **more)

    async def runs(self: Any, **more: Any) -> None:
        _CLOCK.set(self._clock)
        await run(self, **more)

    return swapped((plan, "since", mine), (portal_run.PortalRun, "run", runs))


PLANTED["the client's own clock in the cursor"] = _own_clock


async def _nothing_removed(self: Any, keeper: Any, can: Any, subject: Any, gone: Any, *, rows: int) -> bool:
    return True


bug(portal_run.PortalRun, "_remove", lambda old: _nothing_removed, called="no sweep: what the portal deleted stays")


def _cascades(compare: Any) -> Any:
    def compares(self: Ingest, batch: Any, key: Any, entry: Any, before: Any, tally: Any) -> None:
        compare(self, batch, key, entry, before, tally)
        if entry.type == "Appointment":
            self._database.run("UPDATE outbox SET state = 'GONE', subject = '', body = '', precondition = '', facts = '{}' WHERE subject = ?",
                               (entry.id,))  # fmt: skip

    return compares


bug(Ingest, "_compare", _cascades, called="cascade delete: acts go when the row of their booking is replaced")


def _settled_by_pull(notice: Any) -> Any:
    async def settles(self: Any) -> None:
        def work() -> None:
            for act in self._vault.outbox.by_state(["held", "ready", "sending"]):
                if act.kind in ("cancel", "reschedule") and self._vault.replica.get("Appointment", act.subject) is None:
                    with self._vault.acts():
                        self._vault.outbox.remove(act.id)

        await self._store.call(work)
        await notice(self)

    return settles


bug(shelf.VaultShelf, "notice_effects", _settled_by_pull, called="sweep settle: an act whose booking is not here is taken for done")
bug(pull, "only", lambda only: lambda page, kinds: page, called="a page may bring what was not asked for")
