"""Search, paging, versions and documents as the box answers them."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.faults import Faults
from tests.demo.conftest import at, ids, link, observation, patient


async def pages(http: httpx.AsyncClient, url: str) -> list[dict[str, Any]]:
    found = []
    following: str | None = url
    while following:
        answer = await http.get(following)
        assert answer.status_code == 200, answer.text
        found.append(answer.json())
        following = link(found[-1], "next")
    return found


async def test_everything_is_paged_once_in_the_order_it_changed(either: httpx.AsyncClient) -> None:
    found = await pages(either, "/Observation?patient=anna&_count=3&_sort=_lastUpdated")
    assert [ids(page) for page in found] == [["a0", "a1", "a2"], ["a3", "a4", "a5"], ["a6"]]


async def test_pages_stay_true_while_others_write(http: httpx.AsyncClient, portal: DemoPortal, clock: ManualClock) -> None:
    first = (await http.get("/Observation?patient=anna&_count=3&_sort=_lastUpdated")).json()
    clock.advance(1)
    portal.put(observation("new", "anna"))
    portal.put(observation("a1", "anna", note=[{"text": "changed"}]))
    portal.delete("Observation", "a2")
    rest = await pages(http, link(first, "next") or "")
    assert [name for page in rest for name in ids(page)] == ["a3", "a4", "a5", "a6", "new", "a1"]


async def test_newest_first_and_by_date(http: httpx.AsyncClient) -> None:
    newest = await pages(http, "/Observation?patient=anna&_count=4&_sort=-_lastUpdated")
    assert [name for page in newest for name in ids(page)] == [f"a{n}" for n in range(6, -1, -1)]
    dated = await pages(http, "/Observation?patient=anna,timofey&_count=3&_sort=-date")
    assert [name for page in dated for name in ids(page)] == ["t0", *(f"a{n}" for n in range(6, -1, -1))]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Observation?patient=anna&date=ge2026-01-05", ["a4", "a5", "a6"]),
        ("Observation?subject=Patient/anna&date=lt2026-01-03", ["a0", "a1"]),
        ("Observation?patient=anna&date=2026-01-04", ["a3"]),
        ("Observation?patient=anna&_id=a1,a3,o0", ["a1", "a3"]),
        ("Observation?patient=timofey&code=http://loinc.org|718-7", ["t0"]),
        ("Observation?patient=timofey&code=718-7&status=amended,final", ["t0"]),
        ("Observation?patient=timofey&status=preliminary", []),
        ("Slot?schedule=Schedule/sch1&status=free&_count=2", ["s0", "s1"]),
        ("Slot?schedule=sch1&start=ge2026-05-15T10:40:00Z", ["s4", "s5"]),
        ("Slot?schedule=other", []),
        ("Patient?_sort=_lastUpdated", ["anna", "timofey"]),
        ("?_type=Patient,DocumentReference", ["anna", "timofey", "d1"]),
    ],
)
async def test_search_finds_exactly(http: httpx.AsyncClient, query: str, expected: list[str]) -> None:
    assert ids((await http.get(f"/{query}")).json()) == expected


async def test_last_updated_is_compared_to_the_millisecond(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    stamp = (portal.resource("Observation", "a3") or {})["meta"]["lastUpdated"]
    for sign, expected in (("ge", ["a3", "a4", "a5", "a6"]), ("gt", ["a4", "a5", "a6"]), ("le", ["a0", "a1", "a2", "a3"])):
        answer = await http.get("/Observation", params={"patient": "anna", "_lastUpdated": f"{sign}{stamp}"})
        assert ids(answer.json()) == expected


async def test_ids_and_versions_page_carries_nothing_else(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    page = (await http.get("/Observation?patient=anna&_elements=id,meta")).json()
    resource = page["entry"][0]["resource"]
    assert set(resource) == {"resourceType", "id", "meta"}
    assert resource["meta"]["versionId"] == portal.snapshot("anna")["Observation", "a0"]


async def test_counts(http: httpx.AsyncClient) -> None:
    only = (await http.get("/Observation?patient=anna&_summary=count")).json()
    assert only["total"] == 7
    assert "entry" not in only
    assert (await http.get("/Observation?patient=anna&_total=accurate&_count=2")).json()["total"] == 7
    assert "total" not in (await http.get("/Observation?patient=anna")).json()


async def test_slot_brings_its_doctor_and_clinic(http: httpx.AsyncClient) -> None:
    query = "/Slot?_id=s0&_include=Slot:schedule&_include:iterate=Schedule:actor"
    query += "&_include:iterate=PractitionerRole:practitioner&_include:iterate=PractitionerRole:organization"
    page = (await http.get(query)).json()
    modes = {entry["resource"]["id"]: entry["search"]["mode"] for entry in page["entry"]}
    assert modes == {"s0": "match", "sch1": "include", "role1": "include", "doc1": "include", "clinic1": "include"}


async def test_unknown_parameter_and_unknown_type_are_refused_in_an_outcome(http: httpx.AsyncClient) -> None:
    for url, status in (("/Observation?colour=red", 400), ("/Unicorn", 404), ("/Patient/anna/Observation", 404),
                        ("/Observation?date=yesterday", 400), ("/Observation?_count=many", 400)):
        answer = await http.get(url)
        assert answer.status_code == status
        assert answer.json()["resourceType"] == "OperationOutcome"


async def test_search_by_post(http: httpx.AsyncClient) -> None:
    answer = await http.post("/Observation/_search", data={"patient": "timofey"})
    assert ids(answer.json()) == ["t0"]


async def test_self_link_echoes_what_was_asked(http: httpx.AsyncClient) -> None:
    page = (await http.get("/Observation?patient=anna&status=final")).json()
    assert "patient=anna" in (link(page, "self") or "")
    assert "status=final" in (link(page, "self") or "")


async def test_read_answers_304_to_the_version_that_is_held(http: httpx.AsyncClient) -> None:
    first = await http.get("/Patient/anna")
    again = await http.get("/Patient/anna", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_deleted_is_410_and_unknown_404_and_past_versions_stay(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    version = (portal.resource("Observation", "a0") or {})["meta"]["versionId"]
    portal.put(observation("a0", "anna", note=[{"text": "2"}]))
    portal.delete("Observation", "a0")
    assert (await http.get("/Observation/a0")).status_code == 410
    assert (await http.get("/Observation/nothing")).status_code == 404
    assert (await http.get(f"/Observation/a0/_history/{version}")).status_code == 200
    history = (await http.get("/Observation/a0/_history")).json()
    assert [entry["request"]["method"] for entry in history["entry"]] == ["DELETE", "PUT", "PUT"]
    assert portal.purge_deleted() == 1
    assert (await http.get("/Observation/a0")).status_code == 404
    assert (await http.get("/Observation/a1")).status_code == 200


async def test_versions_are_opaque_and_never_come_back_after_a_restore(portal: DemoPortal) -> None:
    saved = portal.backup()
    before = portal.put(patient("anna", "Анна-2"))["meta"]["versionId"]
    portal.restore(saved)
    assert (portal.resource("Patient", "anna") or {})["name"][0]["given"] == ["Анна"]
    after = portal.put(patient("anna", "Анна-3"))["meta"]["versionId"]
    assert before != after
    assert not before.isdecimal() or len(before) == 12


async def test_numbers_keep_their_digits(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    body = b'{"resourceType":"Observation","status":"final","subject":{"reference":"Patient/anna"},"code":{"text":"x"},'
    body += b'"valueQuantity":{"value":120.50},"identifier":[{"system":"urn:x","value":"1"}]}'
    made = await http.post("/Observation", content=body, headers={"If-None-Exist": "identifier=urn:x|1"})
    assert b'"value":120.50' in (await http.get(f"/Observation/{made.json()['id']}")).content


async def test_document_comes_raw_in_ranges_or_as_json(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    data = b"%PDF-" + bytes(range(256)) * 4
    whole = await either.get("/Binary/b1", headers={"Accept": "application/pdf"})
    assert whole.content == data
    assert whole.headers["content-type"] == "application/pdf"
    part = await either.get("/Binary/b1", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, data[5:10])
    assert part.headers["content-range"] == f"bytes 5-9/{len(data)}"
    rest = await either.get("/Binary/b1", headers={"Range": "bytes=1000-", "If-Range": whole.headers["etag"]})
    assert (rest.status_code, rest.content) == (206, data[1000:])
    beyond = await either.get("/Binary/b1", headers={"Range": f"bytes={len(data)}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
    changed = await either.get("/Binary/b1", headers={"Range": "bytes=5-9", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, data)
    wrapped = await either.get("/Binary/b1", headers={"Accept": "application/fhir+json"})
    assert base64.b64decode(wrapped.json()["data"]) == data


async def test_weak_servers_are_imitated(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults = Faults("relative_next, seconds_precision")
    page = (await http.get("/Observation?patient=anna&_count=2")).json()
    assert (link(page, "next") or "").startswith("Observation?_cursor=")
    assert page["entry"][0]["resource"]["meta"]["lastUpdated"].count(".") == 0
    portal.faults.parse("no_next_links")
    page = (await http.get("/Observation?patient=anna&_count=2")).json()
    assert (page["total"], len(ids(page)), link(page, "next")) == (7, 2, None)


async def test_statement_says_what_the_server_can(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    statement = (await http.get("/metadata", headers={"Authorization": ""})).json()
    assert statement["fhirVersion"] == "4.0.1"
    assert {each["code"] for each in statement["rest"][0]["interaction"]} == {"transaction", "batch", "search-system"}
    portal.faults.parse("deny_transactions,no_client_ids")
    statement = (await http.get("/metadata")).json()
    assert {each["code"] for each in statement["rest"][0]["interaction"]} == {"batch", "search-system"}
    assert not any(each.get("updateCreate") for each in statement["rest"][0]["resource"])


async def test_file_keeps_everything_between_runs(tmp_path: Any, clock: ManualClock) -> None:
    portal = DemoPortal(None, clock=clock, open_access=True, db=tmp_path / "portal.db")
    first = portal.put(patient("kept", "Анна"))
    portal.close()
    again = DemoPortal(None, clock=clock, open_access=True, db=tmp_path / "portal.db")
    assert again.resource("Patient", "kept") == first
    assert again.put(patient("kept", "Анна"))["meta"]["versionId"] != first["meta"]["versionId"]
    again.close()


@pytest.mark.parametrize("name", ["album", "item"])
def test_file_of_another_program_is_refused_and_left_as_it_was(tmp_path: Any, clock: ManualClock, name: str) -> None:
    file = tmp_path / "photos.db"
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute(f"CREATE TABLE {name} (title TEXT)")
        theirs.execute(f"INSERT INTO {name} VALUES ('Отпуск')")
        theirs.commit()
    before = file.read_bytes()
    with pytest.raises(sqlite3.DatabaseError, match="not a shelf"):
        DemoPortal(None, clock=clock, open_access=True, db=file)
    assert [one.name for one in tmp_path.iterdir()] == ["photos.db"]
    assert file.read_bytes() == before


def test_dates_of_every_precision_are_understood() -> None:
    from desktop.demo.text import instant, span

    assert [instant(ms) for ms in span("2024")] == ["2024-01-01T00:00:00.000Z", "2024-12-31T23:59:59.999Z"]
    assert [instant(ms) for ms in span("2024-02")] == ["2024-02-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z"]
    assert [instant(ms) for ms in span("2024-12-31")] == ["2024-12-31T00:00:00.000Z", "2024-12-31T23:59:59.999Z"]
    assert [instant(ms) for ms in span("2024-05-01T10:00:00+03:00")] == ["2024-05-01T07:00:00.000Z", "2024-05-01T07:00:00.999Z"]
    assert [instant(ms) for ms in span("2024-05-01T10:00Z")] == ["2024-05-01T10:00:00.000Z", "2024-05-01T10:00:59.999Z"]
    assert span(at(0)) == (span(at(0))[0],) * 2


@pytest.mark.parametrize(
    ("kind", "query", "by"),
    [
        ("Observation", "patient=anna&_count=3", "SEARCH o USING PRIMARY KEY (person=? AND type=? AND (updated,seq)>(?,?))"),
        ("Slot", "_count=3", "SEARCH i USING INDEX item_feed (type=? AND"),
    ],
)
async def test_later_page_is_found_by_index_and_not_by_counting_off(
    http: httpx.AsyncClient, portal: DemoPortal, kind: str, query: str, by: str
) -> None:
    page = (await http.get(f"/{kind}?{query}")).json()
    asked: list[str] = []
    portal.shelf.trace(asked.append)
    await http.get(link(page, "next") or "")
    portal.shelf.trace(None)
    search = next(sql for sql in asked if sql.startswith("SELECT place"))
    plan = [row[3] for row in portal.shelf.rows(f"EXPLAIN QUERY PLAN {search}")]
    assert any(step.startswith(by) for step in plan), plan
