"""The box's office: who may ask, what each request goes through, and that nobody's request ends without a notice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from tests.demo.conftest import MOTHER, small_world


def asked(kind: str, number: int = 1, **fields: str) -> dict[str, Any]:
    return {
        "resourceType": "Task", "status": "requested", "intent": "order", "for": {"reference": "Patient/anna"},
        "identifier": [{"system": "urn:medkarta:intent", "value": str(number)}],
        "code": {"coding": [{"system": "urn:medkarta:act", "code": kind}]},
        "input": [{"type": {"text": name}, "valueString": value} for name, value in fields.items()],
    }  # fmt: skip


async def post(portal: DemoPortal, task: dict[str, Any]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {portal.access.issue(MOTHER.login_phone, 600)}", "If-None-Exist": "identifier=urn:medkarta:intent|1"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal.app), base_url=portal.base) as client:
        return await client.post("/Task", json=task, headers=headers)


def notices(portal: DemoPortal) -> list[str]:
    found = portal.shelf.items("WHERE live AND type='Communication' ORDER BY seq")
    return [one.resource["payload"][0]["contentString"] for one in found]


@pytest.mark.parametrize(("level", "status"), [(1, 403), (2, 403), (3, 201)])
async def test_only_a_confirmed_account_orders_a_statement(clock: ManualClock, level: int, status: int) -> None:
    world = replace(small_world(), accounts=(replace(MOTHER, level=level),))
    portal = DemoPortal(world, clock=clock)
    answer = await post(portal, asked("statement.order", **{"from": "2025-01-01", "to": "2025-12-31"}))
    assert answer.status_code == status
    if status == 403:
        assert "подтверждённая" in answer.text
        assert (await post(portal, asked("identity.submit", document="passport"))).status_code == 201
    portal.close()


@pytest.mark.parametrize(
    ("kind", "fields", "steps"),
    [
        ("statement.order", {"from": "2025-01-01", "to": "2025-12-31"}, ["in-progress", "completed"]),
        ("insurer.choose", {"insurer": "Тихий берег", "point": "Мира, 1", "signature": "x"}, ["accepted", ""]),
        ("insurer.choose", {"insurer": "Тихий берег", "point": "Мира, 1"}, ["on-hold", ""]),
        ("policy.order", {"from": "2026-05-14", "type": "regional"}, ["in-progress", "completed"]),
        ("card.connect", {"processing": "True", "transfer": "True"}, ["in-progress", "completed"]),
        ("identity.submit", {"document": "passport"}, ["completed"]),
    ],
)
async def test_each_request_goes_its_way_with_a_notice_at_each_step(
    portal: DemoPortal, kind: str, fields: dict[str, str], steps: list[str]
) -> None:
    task = (await post(portal, asked(kind, **fields))).json()["id"]
    assert [portal.office.step(task) for _ in steps] == steps
    assert len(notices(portal)) == len([one for one in steps if one])
    with pytest.raises(KeyError):
        portal.office.step("no-such-task")


async def test_office_answers_by_itself_when_the_clinics_are_at_work(portal: DemoPortal, clock: ManualClock) -> None:
    await post(portal, asked("card.connect"))
    assert portal.office.work() == 0
    portal.clinic.works_after_s = 20
    assert portal.office.work() == 0
    for _ in range(2):
        clock.advance(30)
        portal.deliver_late()
    assert portal.office.open() == []
    assert "Перейти к карте" in notices(portal)[-1]


async def test_refusal_names_its_reason_in_the_request_and_in_a_notice(portal: DemoPortal) -> None:
    task = (await post(portal, asked("policy.order", **{"from": "2026-05-14"}))).json()["id"]
    portal.office.refuse(task, "Паспорт просрочен")
    kept = portal.resource("Task", task)
    assert kept is not None
    assert kept["statusReason"]["text"] == "Паспорт просрочен"
    assert "Паспорт просрочен" in notices(portal)[-1]
