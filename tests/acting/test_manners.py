"""Patience: what is asked again when, what a person's "now" changes, and what never left."""

from __future__ import annotations

import httpx

from desktop import limits
from desktop.record.intents import State
from tests.acting.desk import Desk, desk

WISH = {"specialty": "Окулист", "from": "2026-05-15", "to": "2026-06-15"}


def asked(at: Desk) -> int:
    """Return how many requests the portal has had."""
    return sum(at.box.requests.values())


class _NoLine(httpx.AsyncBaseTransport):
    """A computer without a network: not even a connection comes about."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self.transport = transport
        self.is_down = True

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_down:
            raise httpx.ConnectError("no line", request=request)
        return await self.transport.handle_async_request(request)


async def test_act_whose_answer_was_lost_is_not_asked_about_again_before_its_back_off() -> None:
    async with desk("lose_answer@POST/Appointment=x1") as at:
        intent = await at.accept("waitlist.join", WISH)
        await at.push()
        before = asked(at)
        tally = await at.push()
        assert (asked(at), tally.waiting) == (before, 1)
        at.clock.advance(30)
        assert (await at.push()).applied == 1
        assert len(at.bookings_of(intent)) == 1


async def test_person_who_says_now_does_not_wait_out_the_back_off() -> None:
    async with desk("lose_answer@POST/Appointment=x1") as at:
        intent = await at.accept("waitlist.join", WISH)
        await at.push()
        assert (await at.push(is_asked=True)).applied == 1
        assert len(at.bookings_of(intent)) == 1


async def test_portal_that_asks_to_wait_is_left_in_peace_even_when_the_person_says_now() -> None:
    async with desk("503@POST/Appointment=x1") as at:
        first = await at.accept("waitlist.join", WISH)
        await at.push()
        kept = await at.store.call(at.acting.get, first.id)
        assert kept is not None
        assert kept.next_try_at is not None
        assert kept.reason == "busy"
        second = await at.accept("house_call.cancel", {"booking": "b1"})
        before = asked(at)
        tally = await at.push(is_asked=True)
        assert (asked(at), tally.waiting) == (before, 2)
        at.clock.advance((kept.next_try_at - at.clock.now()).total_seconds() + 1)
        assert (await at.push()).applied == 2
        assert await at.store.call(at.acting.get, second.id) is None


async def test_act_that_found_no_line_has_not_left_and_can_be_taken_back() -> None:
    async with desk() as at:
        line = at.line.way = _NoLine(at.line.way)
        acts = [await at.accept("waitlist.join", WISH) for _ in range(30)]
        book = await at.accept("book", at.slot_body(at.free_slots()[0]))
        tally = await at.push()
        assert (tally.applied, tally.waiting) == (0, 31)
        # A few looks for a line are enough for all of them.
        assert at.portal.wire.requests <= 2 * limits.EXCHANGES_IN_FLIGHT
        kept = [await at.store.call(at.acting.get, one.id) for one in (*acts, book)]
        assert {(one.state, one.tries) for one in kept if one} == {(State.HELD, 0)}
        assert await at.store.call(at.acting.withdraw, book.id)
        line.is_down = False
        assert (await at.push()).applied == 30
        assert at.bookings_of(book) == []


async def test_act_that_may_have_left_stays_so_when_the_line_goes_down() -> None:
    async with desk("lose_answer@POST/Appointment=x1") as at:
        intent = await at.accept("waitlist.join", WISH)
        await at.push()
        at.line.way = _NoLine(at.line.way)
        at.clock.advance(60)
        await at.push()
        kept = await at.store.call(at.acting.get, intent.id)
        assert kept is not None
        assert (kept.state, kept.tries) == (State.SENDING, 1)
        assert not await at.store.call(at.acting.withdraw, intent.id)


async def test_many_acts_share_a_commit_and_each_happens_once() -> None:
    async with desk() as at:
        acts = [await at.accept("waitlist.join", WISH, person=person) for person in at.people for _ in range(8)]
        before = at.vault.database.connection.total_changes
        turns = 0

        async def counted(outcomes: object, choose: object, turn: object = at.shelf.turn) -> object:
            nonlocal turns
            turns += 1
            return await turn(outcomes, choose)  # type: ignore[operator]

        at.shelf.turn = counted  # type: ignore[method-assign, assignment]
        assert (await at.push()).applied == len(acts)
        assert turns <= len(acts)
        assert at.vault.database.connection.total_changes > before
        assert [len(at.bookings_of(one)) for one in acts] == [1] * len(acts)
