"""An order of a certificate: what its kind asks for is demanded wherever the order comes from."""

from __future__ import annotations

from typing import Any

import pytest

from desktop.errors import UsageError
from desktop.session import certificates
from desktop.session.session import Session

WHOLE = {"text": "Школа № 3", "year": "2025", "money": "12500,50"}


async def filled(session: Session, key: str) -> dict[str, Any]:
    """Return an order with everything that its kind asks for."""
    kind = certificates.kinds()[key]
    (clinic, *_rest) = await session.clinics.all()
    body: dict[str, Any] = {"certificate": key, "answers": {one.key: WHOLE[one.kind] for one in kind.fields if one.kind != "period"}}
    if any(one.kind == "period" for one in kind.fields):
        body |= {"from": "2026-05-01", "to": "2026-05-10"}
    return body | ({"clinic_id": clinic.id} if kind.needs_clinic else {})


async def refused(session: Session, kind: str, body: dict[str, Any]) -> tuple[str, object]:
    with pytest.raises(UsageError) as told:
        await session.bookings.act(kind, session.people[0].id, body)
    return told.value.code, told.value.facts.get("field")


async def test_every_kind_filled_in_is_accepted_and_with_any_one_thing_left_out_is_not(session: Session) -> None:
    me = session.people[0].id
    for key, kind in certificates.kinds().items():
        whole = await filled(session, key)
        for name in [name for field in kind.fields if field.is_required for name in field.names]:
            top, _, answer = name.partition(".")
            without = {**whole, "answers": {k: v for k, v in whole["answers"].items() if k != answer}} if answer else \
                {k: v for k, v in whole.items() if k != top}  # fmt: skip
            assert await refused(session, "certificate.order", without) == ("act.missing_field", name), key
        if kind.needs_clinic:
            without = {k: v for k, v in whole.items() if k != "clinic_id"}
            assert await refused(session, "certificate.order", without) == ("act.missing_field", "clinic_id"), key
        await session.bookings.act("certificate.order", me, whole)
    assert len(await session.bookings.outbox()) == len(certificates.kinds())


@pytest.mark.parametrize(("answers", "said"), [
    ({"year": "1925"}, ("act.bad_field", "answers.year")), ({"year": "25"}, ("act.bad_field", "answers.year")),
    ({"year": "２０２５"}, ("act.bad_field", "answers.year")), ({"sum": "много"}, ("act.bad_field", "answers.sum")),
    ({"taxpayer": "  "}, ("act.missing_field", "answers.taxpayer")), ({"taxpayer": "я" * 301}, ("act.bad_field", "answers.taxpayer")),
    ({"colour": "red"}, ("act.unknown_field", "answers.colour")), ({"year": 2025}, ("act.bad_field", "answers")),
])  # fmt: skip
async def test_answer_that_cannot_be_is_refused_by_its_name(session: Session, answers: dict[str, Any], said: tuple[str, str]) -> None:
    whole = await filled(session, "tax")
    for kind, more in (("certificate.order", {}), ("certificate.resubmit", {"subject": "Task/refused"})):
        assert await refused(session, kind, {**whole, **more, "answers": whole["answers"] | answers}) == said
    assert await session.bookings.outbox() == ()
