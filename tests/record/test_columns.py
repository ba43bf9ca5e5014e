"""The columns: owner, moment, code and state, from tidy resources and from strange ones."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from desktop.record.fhir import columns
from desktop.record.fhir.specs import SPECS
from desktop.record.kinds import KINDS


def _head(tree: dict[str, Any]) -> columns.Head:
    return columns.read_head(json.dumps({"id": "x", **tree}).encode())


def test_every_kind_has_a_place_for_its_columns() -> None:
    assert {kind.type for kind in KINDS} == set(SPECS)


@pytest.mark.parametrize(("tree", "owner", "day", "code", "status"), [
    ({"resourceType": "Observation", "status": "final", "subject": {"reference": "Patient/p"}, "effectivePeriod": {"start": "2025-02"},
      "code": {"coding": [{"display": "no code"}, {"code": "718-7"}]}}, ("p",), date(2025, 2, 1), "718-7", "final"),
    ({"resourceType": "Appointment", "status": "booked", "start": "2026-05-14T23:50:00+03:00",
      "participant": [{"actor": {"reference": "Practitioner/d"}}, {"actor": {"reference": "Patient/p"}}, {}],
      "serviceType": [{"text": "приём"}]}, ("p",), date(2026, 5, 14), "приём", "booked"),
    ({"resourceType": "Task", "status": "ready", "for": {"reference": "https://x/fhir/Patient/p/_history/2"}, "authoredOn": "2026"},
     ("p",), date(2026, 1, 1), None, "ready"),
    ({"resourceType": "Slot", "status": "free", "schedule": {"reference": "Schedule/s"}, "start": "2026-05-14T09:00:00Z"},
     (), date(2026, 5, 14), "Schedule/s", "free"),
    ({"resourceType": "Condition", "clinicalStatus": {"coding": [{"code": "active"}]}, "recordedDate": "2020-01-02"},
     (), date(2020, 1, 2), None, "active"),
    ({"resourceType": "DocumentReference", "status": "current", "context": {"period": {"start": "2024-06-01"}}}, (), date(2024, 6, 1),
     None, "current"),
    ({"resourceType": "Patient"}, ("x",), None, None, None)])
def test_columns_are_read(tree: dict[str, Any], owner: tuple[str, ...], day: date | None, code: str | None, status: str | None) -> None:
    head = _head(tree)
    assert (head.owners, columns.date_of(head.moment), head.code, head.status) == (owner, day, code, status)


@pytest.mark.parametrize("kind", sorted(SPECS))
def test_a_strange_shape_is_read_generously_and_not_refused(kind: str) -> None:
    names = {part.partition(".")[0] for part in (*SPECS[kind].owners, *SPECS[kind].moment, SPECS[kind].code, SPECS[kind].status) if part}
    for strange in (7, [], {}, [[]], None, True, [{"reference": 5}], {"start": 1}):
        assert _head({"resourceType": kind} | dict.fromkeys(names, strange)).type == kind
    plain = _head({"resourceType": kind, "meta": [], "code": "text", "subject": [{"reference": "Patient/p"}]})
    assert plain.id == "x"


@pytest.mark.parametrize(("text", "day", "minute"), [
    ("2026-05-14T09:40:00+03:00", date(2026, 5, 14), 580), ("2026-05-14", date(2026, 5, 14), 0), ("2026-05", date(2026, 5, 1), 0),
    ("2026", date(2026, 1, 1), 0), ("0001-01-01", date(1, 1, 1), 0), ("9999-12-31T23:59:60Z", date(9999, 12, 31), 1439)])
def test_every_precision_of_a_date_has_a_place(text: str, day: date, minute: int) -> None:
    moment = columns.moment_of(text)
    assert moment is not None
    assert (columns.date_of(moment), moment % 1440) == (day, minute)


@pytest.mark.parametrize("text", ["", "20260514", "2026-13", "2026-02-30", "0000", "abc", "26-05-14", "2026-5-1x", None])
def test_what_is_no_date_has_none(text: str | None) -> None:
    moment = columns.moment_of(text)
    assert moment is None or columns.date_of(moment) == date(2026, 1, 1)


def test_a_whole_day_by_the_clock_of_the_clinic() -> None:
    first = columns.moment_of_day(date(2026, 5, 14))
    late = columns.moment_of("2026-05-14T23:59:00+10:00")
    assert late is not None
    assert first <= late < columns.moment_of_day(date(2026, 5, 15))


@pytest.mark.parametrize(("tree", "title"), [
    ({"resourceType": "Observation", "code": {"text": "Гемоглобин"}}, "Гемоглобин"),
    ({"resourceType": "Observation", "code": {"coding": [{"code": "1"}, {"display": "Hb"}]}}, "Hb"),
    ({"resourceType": "Organization", "name": "Клиника"}, "Клиника"), ({"resourceType": "Basic"}, ""),
    ({"resourceType": "Patient", "name": [{"family": "Кузнецова", "given": ["Анна", "Петровна"]}]}, "Кузнецова Анна Петровна"),
    ({"resourceType": "DocumentReference", "description": "Выписка"}, "Выписка"),
    ({"resourceType": "Communication", "category": [{"text": "Сообщение"}], "payload": [{"contentString": "Приём перенесён"}]},
     "Приём перенесён"),
    ({"resourceType": "Communication", "category": [{"text": "Сообщение"}]}, "Сообщение")])
def test_a_title_is_in_the_portals_words(tree: dict[str, Any], title: str) -> None:
    assert columns.title_of(tree) == title
