"""Every kind of act, from the word that it is accepted to the portal's answer: sent once whatever the line does, or refused and decided."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.clock import ManualClock
from desktop.demo.portal import DemoPortal
from desktop.record import uploads
from desktop.record.acts import ACTS
from desktop.record.fhir import acts as wire
from desktop.session.session import Session
from tests import kept
from tests.record.test_act_rules import body_of

ABOUT = ("prescriptions", "visits", "results", "documents", "policies")
BEGUN_BY = {"waitlist.leave": "waitlist.join", "house_call.cancel": "house_call"}
WRITES = ("POST", "PUT")
PAGE = uploads.examined("Скан.pdf", b"%PDF-1.7 " + b"x" * 900)


async def exchanged(session: Session, clock: ManualClock) -> None:
    """Let the time to take an act back pass, and meet the portal until nothing is on its way."""
    for _ in range(6):
        clock.advance(700)
        await session.exchange.run_now(documents="none")
        if not await session.bookings.outbox():
            return


async def accepted(session: Session, kind: str, named: dict[str, Any]) -> str:
    """Do an act as the open person and return its id."""
    desk = session.bookings
    if kind == "accept":
        return await desk.accept_time(named["booking"])
    if kind in ("cancel", *BEGUN_BY):
        return await desk.cancel(named["booking"])
    fields = {field.name: field for field in ACTS[kind].fields}
    body = body_of(kind, **{name: value for name, value in named.items() if name in fields})
    files = {name: PAGE for name, field in fields.items() if field.type == "file" and name != "signature"}
    body = {name: value for name, value in body.items() if fields[name].type != "file"}
    return await desk.act(kind, session.scope.person, body, files=files, passphrase=kept.PASSPHRASE)


async def prepared(session: Session, box: DemoPortal, clock: ManualClock, kind: str) -> dict[str, Any]:
    """Bring about what an act is done to, and return the fields that name it."""
    visit = next(one for one in await session.bookings.upcoming() if one.specialty == "Кардиолог")
    first, *_, last = await session.bookings.free(specialty="Окулист")
    clinic = (await session.clinics.all())[0].clinic.organization_id
    named: dict[str, Any] = {"booking": visit.id, "slot": last.id, "clinic_id": clinic, "certificate": "pool"}
    if (topic := ACTS[kind].topic) in ABOUT:
        named["subject"] = (await session.subjects.rows(topic, person=session.scope.person, limit=1))[0]["id"]
    if kind == "accept":
        box.clinic.propose(visit.id, first.id)
    before = {one.id for one in await session.bookings.upcoming()}
    if kind in BEGUN_BY:
        await accepted(session, BEGUN_BY[kind], named)
    await exchanged(session, clock)
    if kind in BEGUN_BY:
        (named["booking"],) = {one.id for one in await session.bookings.upcoming()} - before
    return named


def made(box: DemoPortal, intent: str) -> list[str]:
    """Return what on the portal carries an act, but for the time that it holds."""
    rows = box.shelf.rows("SELECT type, id FROM item WHERE live AND type <> 'Slot'")
    return [f"{type}/{id}" for type, id in rows if (one := box.resource(type, id)) and intent in wire.intents_of(one)]


async def lines(session: Session, kind: str) -> list[str]:
    """Return what the journal says of a kind of act, the newest first."""
    return [line.event for line in await session.journal.page(limit=500) if dict(line.facts).get("kind") == kind]


@pytest.mark.parametrize("kind", sorted(ACTS))
async def test_act_waits_is_sent_once_though_answers_are_lost_and_is_written_down(
    session: Session, box: DemoPortal, clock: ManualClock, kind: str
) -> None:
    named = await prepared(session, box, clock, kind)
    intent = await accepted(session, kind, named)
    assert [(one.kind, one.state) for one in await session.bookings.outbox()] == [(kind, "held")]
    assert made(box, intent) == []
    box.faults.parse(", ".join(f"lose_answer@{method}=x1" for method in WRITES))
    await exchanged(session, clock)
    assert await session.bookings.outbox() == ()
    assert await session.bookings.clashes() == ()
    assert len(made(box, intent)) == 1
    assert (await lines(session, kind))[:2] == ["act.applied", "act.accepted"]


@pytest.mark.parametrize("kind", sorted(ACTS))
async def test_act_that_the_portal_refuses_is_a_decision_that_keeps_every_word(
    session: Session, box: DemoPortal, clock: ManualClock, kind: str
) -> None:
    named = await prepared(session, box, clock, kind)
    intent = await accepted(session, kind, named)
    (before,) = await session.bookings.outbox()
    for method in WRITES:
        box.faults.add("403", method=method)
    await exchanged(session, clock)
    (clash,) = await session.bookings.clashes()
    assert (clash.act, clash.kind) == (kind, "refused")
    assert made(box, intent) == []
    mine = dict(clash.mine)
    assert mine.keys() == dict(before.body).keys()
    assert [mine[one.name] for one in ACTS[kind].fields if one.type == "text" and mine.get(one.name) != dict(before.body).get(one.name)] == []
    assert (await lines(session, kind))[:1] == ["act.accepted"], "nothing is told as done"
    box.faults.clear()
    again = await session.bookings.decide(clash.id, "retry")
    await exchanged(session, clock)
    assert await session.bookings.clashes() == ()
    assert len(made(box, again)) == 1
    assert (await lines(session, kind))[0] == "act.applied"
