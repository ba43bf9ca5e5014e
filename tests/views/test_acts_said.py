"""What a person reads of an act, whatever kind it is: its own name, where it truly stands, its lines in the journal."""

from __future__ import annotations

from datetime import date

import pytest

from desktop import words
from desktop.record.acts import ACTS
from desktop.record.intents import OPEN, State
from desktop.session.rows import JournalRow, OutboxRow
from desktop.views import visit_words
from tests import kept
from tests.record.test_act_rules import body_of
from tests.views.opened import opened

TODAY = date(2026, 5, 14)
SUBJECTS = ("prescriptions", "visits", "results", "documents", "policies")
LINES = ("act.accepted", "act.applied", "act.applied_late", "act.withdrawn", "act.ended_with_parent")


def row(kind: str, state: State) -> OutboxRow:
    tries = int(state in (State.SENDING, State.REJECTED))
    return OutboxRow(id="1", person=1, kind=kind, state=str(state), body=(), created_at=kept.DAY, release_at=kept.DAY, next_try_at=None,
                     tries=tries, reason="", decides="")  # fmt: skip


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_act_has_a_name_of_its_own_and_a_word_for_each_state_and_each_line_of_the_journal(look, language: str) -> None:
    words.set_language(language)
    other = words.tr("act.other")
    names = {kind: visit_words.act(row(kind, State.HELD), today=TODAY)[0] for kind in ACTS}
    assert other not in names.values()
    said = {state: visit_words.act(row("book", state), today=TODAY)[1] for state in (*OPEN, State.REJECTED)}
    assert said[State.HELD] == said[State.READY] == said[State.WAITING]
    assert len({said[State.HELD], said[State.SENDING], said[State.REJECTED]}) == 3
    for kind in ACTS:
        for event in LINES:
            line = visit_words.event(JournalRow(id=1, at=kept.DAY, event=event, person=1, facts=(("kind", kind),), by="person"), today=TODAY)
            assert line.endswith(f": {names[kind]}"), (kind, event)


async def test_every_act_that_finds_no_network_waits_and_is_written_down(tmp_path, look):
    async with opened(tmp_path) as here:
        here.offline()
        session = here.session
        about = {topic: (await session.subjects.rows(topic, person=session.scope.person, limit=1))[0]["id"] for topic in SUBJECTS}
        first, *_, last = await session.bookings.free(specialty="Окулист")
        known = {"booking": (await session.bookings.upcoming())[0].id, "clinic_id": (await session.clinics.all())[0].clinic.organization_id,
                 "certificate": "pool"}  # fmt: skip
        for kind, act in ACTS.items():
            named = {"subject": about.get(act.topic, "Task/t1"), "slot": (first if kind == "book" else last).id, **known}
            body = body_of(kind, **{field.name: named[field.name] for field in act.fields if field.name in named})
            await session.bookings.act(kind, session.scope.person, body, passphrase=kept.PASSPHRASE)
        await here.sync()
        assert sorted(await here.outbox()) == sorted((kind, "held") for kind in ACTS)
        written = [dict(line.facts)["kind"] for line in await session.journal.page(limit=500) if line.event == "act.accepted"]
        assert sorted(written) == sorted(ACTS)


async def test_act_whose_answer_was_lost_is_not_said_to_be_on_its_way_while_there_is_no_network(tmp_path, look):
    async with opened(tmp_path) as here:
        report = (await here.session.results.page())[0].id
        clinic = (await here.session.clinics.all())[0].clinic.organization_id
        bodies: dict[str, dict[str, str]] = {
            "document.request": {"type": "extract"}, "vaccination.refresh": {}, "referral.ask": {"specialty": "Хирург"},
            "result.ask": {"subject": f"DiagnosticReport/{report}", "text": "Что это?"},
            "clinic.write": {"clinic_id": clinic, "text": "Когда приём?"},
        }  # fmt: skip
        for kind, body in bodies.items():
            await here.session.bookings.act(kind, here.session.scope.person, body)
        here.line.is_deaf = True
        await here.sync()
        here.offline()
        await here.sync()
        assert {state for _kind, state in await here.outbox()} == {"sending"}
        for kind, body in bodies.items():
            await here.go(ACTS[kind].topic, body.get("subject") or body.get("clinic_id"))
            said = here.texts().casefold()
            assert "ждёт подтверждения" in said, kind
            assert "отправля" not in said, kind
