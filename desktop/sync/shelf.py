"""What push asks of the store: acts begun and ended, and the resources it looked at taken into the replica.

Resources are taken in before the act is settled: if the process dies between the two, the portal's copy already carries the act's
identifier, so the screen shows it once and the next run settles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from desktop.clock import Clock
from desktop.record.acts import ACTS
from desktop.record.bundle import Page, read_page
from desktop.record.door import Unreadable
from desktop.record.intents import BUSY, Intent, State
from desktop.store.acting import Acting, End
from desktop.store.ingest import Batch
from desktop.store.thread import StoreThread
from desktop.store.vault import Vault
from desktop.sync.attempt import Json, Outcome, Started
from desktop.sync.push import Choose

SHARED = 0


class VaultShelf:
    """The acts of one portal. *Thread*: the loop's; every call goes to the store thread."""

    def __init__(self, store: StoreThread, vault: Vault, acting: Acting, *, portal: int, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._acting = acting
        self._portal = portal
        self._clock = clock

    async def open_intents(self) -> tuple[Intent, ...]:
        return await self._store.call(self._acting.open, self._portal)

    async def turn(self, outcomes: Sequence[Outcome], choose: Choose) -> tuple[tuple[bool, ...], tuple[Started, ...]]:
        return await self._store.call(self._turn, outcomes, choose, self._clock.now())

    def _turn(
        self, outcomes: Sequence[Outcome], choose: Choose, now: datetime
    ) -> tuple[tuple[bool, ...], tuple[Started, ...]]:
        self._take_seen(outcomes)
        before: dict[str, Intent] = {}

        def chosen() -> Sequence[Intent]:
            found = choose(self._acting.open(self._portal))
            before.update((one.id, one) for one in found)
            return found

        settled, begun = self._acting.turn([_end(one, now) for one in outcomes], chosen)
        return settled, tuple(Started(before=before[one.id], intent=one) for one in begun)

    async def notice_effects(self) -> None:
        await self._store.call(self._notice_effects)

    def _notice_effects(self) -> None:
        self._acting.tidy()
        refused = {one.id: one for one in self._acting.shown() if one.portal == self._portal and not one.is_open}
        pairs = []
        for kind, person in {(ACTS[one.kind].resource, one.person) for one in refused.values()}:
            pairs += [one for one in self._acting.effects(kind, person) if one[0] in refused]
        if pairs:
            self._acting.notice_effects(sorted(pairs))

    async def held_in_vain(self) -> tuple[Intent, ...]:
        return await self._store.call(self._held_in_vain)

    def _held_in_vain(self) -> tuple[Intent, ...]:
        return tuple(one for one in self._acting.ended(self._portal) if self._acting.is_held_in_vain(one))

    async def take_in(self, outcomes: Sequence[Outcome]) -> None:
        await self._store.call(self._take_seen, outcomes)

    async def patient_of(self, person: int) -> str | None:
        def find() -> str | None:
            return next(
                (
                    one.patient_id
                    for one in self._vault.people.of(self._portal)
                    if one.id == person and not one.is_sealed
                ),
                None,
            )

        return await self._store.call(find)

    async def file(self, id: str) -> bytes | None:
        return await self._store.call(self._vault.blobs.read, id)

    def _take_seen(self, outcomes: Sequence[Outcome]) -> None:
        """Take in what was looked at; the same thing seen twice is taken as it was seen last."""
        seen: dict[int, dict[tuple[str, str], Json]] = {}
        for outcome in outcomes:
            for one in outcome.seen:
                kind = str(one.get("resourceType"))
                owner = SHARED if kind == "Slot" else outcome.intent.person
                seen.setdefault(owner, {})[kind, str(one.get("id"))] = one
        batches = [batch for person, found in sorted(seen.items()) for batch in self._take(person, list(found.values()))]
        if batches:
            self._vault.replica.take_all(batches)

    def _take(self, person: int, resources: list[Json]) -> list[Batch]:
        """Put resources through the same door as pages: what cannot be read is set aside, never an error of the act."""
        entries = [{"resource": one, "search": {"mode": "match"}} for one in resources]
        bundle = {"resourceType": "Bundle", "type": "searchset", "entry": entries}
        try:
            page: Page = read_page(msgspec.json.encode(bundle))
        except Unreadable:
            return []
        patient = next((one.patient_id for one in self._vault.people.of(self._portal) if one.id == person), None)
        return [Batch(portal=self._portal, person=person, pages=(page,), expected_patient=patient)]


def _end(outcome: Outcome, now: datetime) -> End:
    state = _state_after(outcome)
    is_waiting = outcome.kind in ("retry", "sign_in")
    return End(
        intent=outcome.intent,
        state=state,
        answer=outcome.intent.answer,
        clash=outcome.clash,
        theirs=outcome.theirs,
        reason=(BUSY if outcome.is_portals_word else outcome.kind) if is_waiting else "",
        retry_at=now + timedelta(seconds=outcome.retry_after_s) if is_waiting else None,
        before=outcome.before,
    )


def _state_after(outcome: Outcome) -> State:
    """Return the state that an outcome leaves the act in. An unclear one stays on its way: its effect may be there."""
    match outcome.kind:
        case "applied" | "already_done":
            return State.APPLIED
        case "clash":
            return State.REJECTED if outcome.clash == "refused" else State.CLASHED
        case _:
            return State.SENDING
