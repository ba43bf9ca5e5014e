"""What real portals answer to a write: whatever it is, a visit is booked, moved and cancelled once, and a paper arrives once.

*Source*: servers.md §2 and §4, whose numbers stand beside each habit.
"""

from __future__ import annotations

from typing import Final

import httpx
import pytest

from desktop.record.fhir import acts as wire
from tests.acting.desk import desk, seen_of
from tests.acting.test_files import arrives_once
from tests.habits import FHIR, Habit, Resource, Said

_OUTCOME: Final = b'{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}'


class NoBody(Habit):
    """M: a write is answered with its status and headers alone."""

    def written(self, body: bytes) -> bytes:
        return b""


class OutcomeForBody(Habit):
    """A write is answered with a word that all went well."""

    def written(self, body: bytes) -> bytes:
        return _OUTCOME


class NoHeaders(Habit):
    """M, 28: neither Location nor ETag."""

    def headers(self, found: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in found.items() if name not in ("location", "etag")}


class InnerLocation(Habit):
    """W, 3: the address of what was made names the host behind the proxy and a version."""

    def headers(self, found: dict[str, str]) -> dict[str, str]:
        if "location" not in found:
            return found
        path = found["location"].partition("/_history/")[0].split("/")[-2:]
        return {**found, "location": f"http://inner.example:8080/fhir/{'/'.join(path)}/_history/1"}


class NoVersionInBody(Habit):
    """11: what comes back knows no version; the header does."""

    def resource(self, found: Resource) -> Resource:
        return {name: value for name, value in found.items() if name != "meta"}


class TwoOfThem(Habit):
    """17: the first create is answered as if two were there already."""

    def says_instead(self, request: httpx.Request) -> Said | None:
        is_first = request.method == "POST" and request.url.path.endswith("/Appointment") and not self.shown
        return (412, FHIR, _OUTCOME) if is_first else None


HABITS: Final = (NoBody, OutcomeForBody, NoHeaders, InnerLocation, NoVersionInBody, TwoOfThem)


@pytest.mark.parametrize("kind", HABITS, ids=lambda kind: kind.__name__)
async def test_visit_is_booked_moved_and_cancelled_once(kind: type[Habit]) -> None:
    habit = kind()
    async with desk(habit=habit) as at:
        first, second = at.free_slots()[:2]
        made = await at.accept("book", at.slot_body(first))
        await at.push_until_quiet()
        (booking,) = at.bookings_of(made)
        assert at.taken() >= {first}
        await at.accept("reschedule", {"booking": booking["id"], **at.slot_body(second)}, seen=seen_of(at, booking["id"]))
        await at.push_until_quiet()
        moved = at.box.resource("Appointment", booking["id"])
        assert moved is not None
        assert wire.booking_seen(moved).slots == (second,)
        assert first in at.free_slots()
        await at.accept("cancel", {"booking": booking["id"]}, seen=seen_of(at, booking["id"]))
        await at.push_until_quiet()
        assert [one["status"] for one in at.bookings_of(made)] == ["cancelled"]
        assert {first, second} <= set(at.free_slots())
        assert (at.busy_without_booking(), await at.store.call(at.acting.clashes)) == ([], ())
    assert habit.shown


@pytest.mark.parametrize("kind", [NoBody, OutcomeForBody, NoHeaders, InnerLocation], ids=lambda kind: kind.__name__)
async def test_paper_arrives_once_with_its_act(kind: type[Habit]) -> None:
    habit = kind()
    async with desk(habit=habit) as at:
        await arrives_once(at)
    assert habit.shown
