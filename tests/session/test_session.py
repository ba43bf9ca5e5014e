"""What pages are given: the family, the home page, results and documents of the open person and of nobody else."""

from __future__ import annotations

import asyncio

import pytest

from desktop import limits
from desktop.demo.portal import DemoPortal
from desktop.errors import UsageError, WrongPassphrase
from desktop.session.scope import Stale
from desktop.session.session import Session
from desktop.store import stems
from tests.kept import PASSPHRASE, PROFILE
from tests.waiting import turn


def test_family_is_in_order_with_relations_and_hues(session: Session) -> None:
    assert [one.relation for one in session.people] == ["self", "child", "child", "parent"]
    assert [one.given for one in session.people] == ["Наталья", "Тимофей", "Варвара", "Людмила"]
    assert len({one.hue for one in session.people}) == 4
    assert session.current == session.people[0]
    assert all(len(one.policy_tail) == 4 and one.policy_number.endswith(one.policy_tail) for one in session.people)


async def test_home_answers_everything_at_once(session: Session) -> None:
    view = await session.home.view()
    assert view.person == session.people[0].id
    assert view.next_visit is not None
    assert view.next_visit.specialty == "Кардиолог"
    kinds = {one.kind for one in view.attention}
    assert {"new_report", "prescription_ends"} <= kinds
    missed = next(one for one in view.attention if one.kind == "vaccine_missed")
    assert dict(missed.facts)["series"] == "dt", "no pertussis is due to a grown-up"
    needs = {person.given: note for person, note in view.family if note is not None}
    assert needs["Варвара"].kind == "vaccine_missed"
    missed = dict(needs["Варвара"].facts)
    assert (missed["series"], missed["step"], missed["more"]) == ("polio", "RV2", "0")
    assert (view.checkup_done, view.checkup_total) == (3, 9)
    assert view.district_doctor


async def test_seen_report_no_longer_asks(session: Session) -> None:
    (note,) = [one for one in (await session.home.view()).attention if one.kind == "new_report"]
    await session.home.seen("report", note.subject)
    assert note.subject not in {one.subject for one in (await session.home.view()).attention if one.kind == "new_report"}


async def test_report_opens_with_ranges_trend_and_digits(session: Session) -> None:
    rows = await session.results.page(category="blood", only_out_of_range=True)
    assert rows
    view = await session.results.open(rows[0].id)
    assert (len(view.measures), sum(one.standing == "below" for one in view.measures)) == (rows[0].measured, rows[0].below)
    low = next(one for one in view.measures if one.standing == "below")
    assert low.value is not None
    assert low.low is not None
    assert low.value < low.low
    trend = await session.results.trend(low.code, unit=low.unit, unit_code=low.unit_code)
    assert trend[-1].value == low.value
    assert [point.at for point in trend] == sorted(point.at for point in trend)
    assert low.previous == trend[-2]


async def test_pages_go_on_where_they_ended(session: Session) -> None:
    whole = [one.id for one in await session.results.page(limit=500)]
    first = await session.results.page(limit=4)
    second = await session.results.page(limit=4, after=first[-1].id)
    assert [one.id for one in (*first, *second)] == whole[:8]
    papers = [one.id for one in await session.documents.page(limit=500)]
    start = await session.documents.page(limit=3)
    assert [one.id for one in (*start, *await session.documents.page(limit=3, after=start[-1].id))] == papers[:6]


async def test_late_answer_is_dropped_after_a_switch(session: Session) -> None:
    asked = asyncio.ensure_future(session.results.page())
    await turn()
    session.switch(session.people[1].id)
    with pytest.raises(Stale):
        await asked
    assert session.current == session.people[1]


async def test_two_people_never_mix(session: Session) -> None:
    seen: dict[int, set[str]] = {}
    for person in session.people:
        session.switch(person.id)
        rows = (*await session.results.page(limit=500), *await session.documents.page(limit=500), *await session.bookings.upcoming())
        assert {row.person for row in rows} <= {person.id}
        seen[person.id] = {row.id for row in rows}
        assert seen[person.id]
        assert all(hit.person in (0, person.id) for hit in await session.search.find("а"))
    every = [id for ids in seen.values() for id in ids]
    assert len(every) == len(set(every))


async def test_switch_to_a_stranger_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        session.switch(99)


async def test_open_person_is_remembered_over_a_lock(session: Session) -> None:
    session.switch(session.people[2].id)
    folder = session.vault.folder
    assert folder is not None
    await asyncio.to_thread(lambda: None)
    await session.journal.page()
    await session.lock()
    again = await Session.open(folder, passphrase=PASSPHRASE, profile=PROFILE, clock=session.clock, is_live=False)
    assert again.current is not None
    assert again.current.given == "Варвара"
    await again.lock()


async def test_wrong_passphrase_does_not_open(session: Session) -> None:
    folder = session.vault.folder
    assert folder is not None
    await session.lock()
    with pytest.raises(WrongPassphrase):
        await Session.open(folder, passphrase="не та фраза", profile=PROFILE, clock=session.clock, is_live=False)


async def test_document_comes_when_asked_for(session: Session) -> None:
    (paper, *_) = [one for one in await session.documents.page(limit=100) if one.content_type == "application/pdf"]
    with pytest.raises(UsageError, match="not_here"):
        await session.documents.content(paper.id)
    await session.documents.fetch(paper.id)
    await session.exchange.run_now(documents="all")
    assert (await session.documents.content(paper.id)).startswith(b"%PDF-")
    assert (await session.documents.get(paper.id)).place == "here"


async def test_documents_come_by_themselves_as_the_person_chose_in_every_later_run(session: Session) -> None:
    (paper, *_) = [one for one in await session.documents.page(limit=100) if one.content_type == "application/pdf"]
    await session.exchange.bring("asked")
    await session.documents.fetch(paper.id)
    await session.exchange.run_now(is_asked=False)
    view = await session.exchange.view()
    assert (view.brings, view.documents_here, (await session.documents.get(paper.id)).place) == ("asked", 1, "here")
    await session.exchange.bring("needed")
    await session.exchange.run_now(is_asked=False)
    assert (await session.exchange.view()).documents_here > 1


async def test_portal_that_is_down_is_said_and_comes_back(session: Session, box: DemoPortal) -> None:
    assert (await session.exchange.view()).state == "up_to_date"
    box.faults.parse("500")
    await session.exchange.run_now(documents="none")
    view = await session.exchange.view()
    assert view.state == "portal_down"
    assert view.retry_at is not None
    assert (await session.results.page()) != ()
    box.faults.clear()
    await session.exchange.run_now(documents="none")
    assert (await session.exchange.view()).state == "up_to_date"


async def test_memory_of_a_large_load_is_given_back(session: Session, box: DemoPortal, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_ = await session.bookings.free()
    box.clinic.close_slot(first.id)
    await session.exchange.run_now(documents="none")
    assert stems._texts != {}
    box.clinic.close_slot(second.id)
    monkeypatch.setattr(limits, "COMMIT_ROWS", 1)
    await session.exchange.run_now(documents="none")
    assert stems._texts == {}


async def test_news_reach_those_who_listen_and_no_longer_after(session: Session) -> None:
    heard: list[str] = []
    off = session.events.on("exchange", lambda topic, _keys, _by: heard.append(topic))
    await session.exchange.run_now(documents="none")
    assert heard
    off()
    heard.clear()
    await session.exchange.run_now(documents="none")
    assert heard == []


async def test_erasing_wants_the_passphrase_ends_the_sign_in_and_leaves_nothing(session: Session, box: DemoPortal) -> None:
    folder = session.vault.folder
    assert folder is not None
    with pytest.raises(WrongPassphrase):
        await session.erase("не та фраза")
    assert (await session.journal.page())[0].event
    await session.erase(PASSPHRASE)
    assert list(folder.iterdir()) == []
    await session.lock()
