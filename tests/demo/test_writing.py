"""Conditional writes, bundles, access and the booking rules."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from desktop.clock import ManualClock
from desktop.demo import DemoPortal, ages
from tests import kept
from tests.demo.conftest import MOTHER, observation, slot, visit

INTENT = "urn:medkarta:intent"


def code(answer: httpx.Response) -> str:
    """Return the portal's own code of a refusal."""
    found: str = answer.json()["issue"][0]["details"]["coding"][0]["code"]
    return found


async def book(http: httpx.AsyncClient, intent: str, slot_id: str | None, person: str = "anna", **more: Any) -> httpx.Response:
    return await http.post(
        "/Appointment", json=visit(person, slot_id, intent, **more), headers={"If-None-Exist": f"identifier={INTENT}|{intent}"})


async def claim(http: httpx.AsyncClient, slot_id: str, intent: str, tag: str | None = None) -> httpx.Response:
    seen = await http.get(f"/Slot/{slot_id}")
    body = {**seen.json(), "status": "busy", "identifier": [{"system": INTENT, "value": intent}]}
    return await http.put(f"/Slot/{slot_id}", json=body, headers={"If-Match": tag or seen.headers["etag"]})


async def put(http: httpx.AsyncClient, resource: dict[str, Any], **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await http.put(f"/{resource['resourceType']}/{resource['id']}", json=resource, headers=named)


# --- conditions
async def test_create_with_if_none_exist_makes_one(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    first, second = await book(either, "i1", None), await book(either, "i1", None)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert portal.violations == []


async def test_update_needs_the_version_that_was_seen(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    seen = await http.get("/Patient/anna")
    body = {**seen.json(), "gender": "female"}
    assert (await put(http, body, If_Match=seen.headers["etag"])).status_code == 200
    assert (await put(http, body, If_Match=seen.headers["etag"])).status_code == 412
    assert portal.violations == []
    assert (await put(http, body)).status_code == 428
    assert portal.violations == ["PUT /Patient/anna: neither If-Match nor If-None-Match: *"]


async def test_create_at_a_clients_id_happens_once_and_never_over_a_tombstone(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    body = observation("11111111-2222-4333-8444-555555555555", "anna")
    assert (await put(http, body, If_None_Match="*")).status_code == 201
    assert (await put(http, body, If_None_Match="*")).status_code == 412
    portal.delete("Observation", body["id"])
    assert (await put(http, body, If_None_Match="*")).status_code == 410
    portal.faults.parse("no_client_ids")
    other = observation("11111111-2222-4333-8444-666666666666", "anna")
    assert (await put(http, other, If_None_Match="*")).status_code == 404


async def test_body_that_is_not_the_address_is_refused(http: httpx.AsyncClient) -> None:
    answer = await http.put("/Observation/a0", json=observation("a1", "anna"), headers={"If-Match": 'W/"x"'})
    assert answer.status_code == 400
    assert (await http.post("/Observation", content=b"{", headers={"If-None-Exist": "identifier=a|b"})).status_code == 400


async def test_patch_and_delete_are_refused_and_noted(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    assert (await http.patch("/Observation/a0", json=[])).status_code == 405
    assert (await http.delete("/Observation/a0")).status_code == 405
    assert len(portal.violations) == 2


async def test_minimal_return_has_no_body(http: httpx.AsyncClient) -> None:
    headers = {"If-None-Exist": f"identifier={INTENT}|m", "Prefer": "return=minimal"}
    answer = await http.post("/Appointment", json=visit("anna", None, "m"), headers=headers)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"].startswith("http://portal.test/fhir/Appointment/")


# --- bundles
def post_entry(intent: str, slot_id: str | None, full: str = "urn:uuid:1") -> dict[str, Any]:
    return {"fullUrl": full, "resource": visit("anna", slot_id, intent),
            "request": {"method": "POST", "url": "Appointment", "ifNoneExist": f"identifier={INTENT}|{intent}"}}


async def test_transaction_that_fails_leaves_nothing(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    before = portal.snapshot("anna")
    seen = (await http.get("/Slot/s0")).json()
    entries = [
        {"resource": {**seen, "status": "busy"}, "request": {"method": "PUT", "url": "Slot/s0", "ifMatch": 'W/"stale"'}},
        post_entry("tx", None),
    ]
    answer = await http.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert answer.status_code == 412
    assert portal.snapshot("anna") == before


async def test_transaction_books_and_resolves_local_references(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    seen = await http.get("/Slot/s0")
    busy = {**seen.json(), "status": "busy", "identifier": [{"system": INTENT, "value": "tx"}]}
    note = {"resourceType": "Communication", "status": "completed", "subject": {"reference": "Patient/anna"},
            "about": [{"reference": "urn:uuid:1"}], "identifier": [{"system": INTENT, "value": "note"}]}
    entries = [
        post_entry("tx", "s0"),
        {"resource": note, "request": {"method": "POST", "url": "Communication", "ifNoneExist": f"identifier={INTENT}|note"}},
        {"resource": busy, "request": {"method": "PUT", "url": "Slot/s0", "ifMatch": seen.headers["etag"]}},
    ]
    answer = await http.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})
    made = answer.json()["entry"]
    assert [entry["response"]["status"] for entry in made] == ["201", "201", "200"]
    assert made[1]["resource"]["about"][0]["reference"] == f"Appointment/{made[0]['resource']['id']}"


async def test_batch_of_reads_answers_each_entry_for_itself(either: httpx.AsyncClient, portal: DemoPortal) -> None:
    urls = [f"Observation?patient=anna&_id=a{n}" for n in range(7)] + ["Patient/anna", "Patient/none", "Unicorn"] + ["metadata"] * 90
    entries = [{"request": {"method": "GET", "url": url}} for url in urls[:100]]
    answer = (await either.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})).json()
    assert [entry["response"]["status"] for entry in answer["entry"][:10]] == ["200"] * 8 + ["404"] * 2
    assert answer["entry"][6]["resource"]["entry"][0]["resource"]["id"] == "a6"
    assert answer["entry"][8]["response"]["outcome"]["resourceType"] == "OperationOutcome"
    assert len(answer["entry"]) == 100
    assert answer["entry"][99]["resource"]["resourceType"] == "CapabilityStatement"


async def test_batch_takes_whole_addresses_and_searches_over_all_types(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    urls = [f"{portal.base}/Patient/anna", "?_type=Patient&_sort=_lastUpdated"]
    entries = [{"request": {"method": "GET", "url": url}} for url in urls]
    answer = (await http.post("", json={"resourceType": "Bundle", "type": "batch", "entry": entries})).json()
    assert answer["entry"][0]["resource"]["id"] == "anna"
    assert [entry["resource"]["id"] for entry in answer["entry"][1]["resource"]["entry"]] == ["anna", "timofey"]


async def test_transaction_resolves_names_that_come_later(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    known = (await book(http, "known", None)).json()["id"]
    note = {"resourceType": "Communication", "status": "completed", "subject": {"reference": "Patient/anna"},
            "about": [{"reference": "urn:uuid:later"}, {"reference": "urn:uuid:there"}, {"reference": "urn:uuid:nowhere"}],
            "identifier": [{"system": INTENT, "value": "note"}]}
    request = {"method": "POST", "url": "Communication", "ifNoneExist": f"identifier={INTENT}|note"}
    entries = [{"fullUrl": "urn:uuid:n", "resource": note, "request": request},
               post_entry("later", None, "urn:uuid:later"), post_entry("known", None, "urn:uuid:there")]
    answer = (await http.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": entries})).json()
    assert [entry["response"]["status"] for entry in answer["entry"]] == ["201", "201", "200"]
    about = [each["reference"] for each in answer["entry"][0]["resource"]["about"]]
    assert about == [f"Appointment/{answer['entry'][1]['resource']['id']}", f"Appointment/{known}", "urn:uuid:nowhere"]


async def test_weak_portal_refuses_bundles(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.faults.parse("deny_batch,deny_transactions")
    for kind in ("batch", "transaction"):
        answer = await http.post("", json={"resourceType": "Bundle", "type": kind, "entry": []})
        assert answer.status_code == 400


# --- access
async def test_another_persons_record_is_closed_on_every_way_in(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    for url in ("/Patient/oleg", "/Observation/o0", "/Observation?patient=oleg", "/Observation?patient=anna,oleg",
                "/Observation/o0/_history"):
        assert (await http.get(url)).status_code == 403, url
    everything = (await http.get("/?_type=Patient,Observation,Slot&_count=1000")).json()
    found = {entry["resource"]["id"] for entry in everything["entry"]}
    assert not found & {"oleg", "o0"}
    assert {"anna", "t0", "s5"} <= found
    portal.put({"resourceType": "DocumentReference", "id": "d2", "subject": {"reference": "Patient/oleg"},
                "content": [{"attachment": {"url": "Binary/b2"}}]})
    portal.shelf.put_blob("b2", "application/pdf", b"x")
    assert (await http.get("/Binary/b2")).status_code == 403
    assert (await book(http, "x", None, "oleg")).status_code == 403
    moved = {**(await http.get("/Observation/a0")).json(), "subject": {"reference": "Patient/oleg"}}
    assert (await put(http, moved, If_Match='W/"x"')).status_code == 403


async def test_missing_and_ended_tokens_are_401(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    answer = await http.get("/Patient", headers={"Authorization": "Bearer junk"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    portal.access.expire_all()
    assert (await http.get("/Patient")).status_code == 401


async def test_revoked_person_is_closed_by_name_until_granted_again(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    account = http.headers["authorization"].removeprefix("Bearer ")
    portal.revoke(account, "timofey")
    for url in ("/Patient/timofey", "/Observation?patient=timofey", "/Observation/t0"):
        answer = await http.get(url)
        assert answer.status_code == 403
        assert code(answer) == "policy-revoked"
    assert (await http.get("/Patient/anna")).status_code == 200
    portal.grant(account, "timofey")
    assert (await http.get("/Patient/timofey")).status_code == 200
    assert portal.violations == []


async def test_account_loses_a_person_for_all_its_tokens(portal: DemoPortal) -> None:
    tokens = [portal.access.issue(MOTHER.login_phone, 60) for _ in range(2)]
    portal.revoke(MOTHER, "timofey")
    assert all((portal.access.who(token) or pytest.fail("no token")).may == {"anna"} for token in tokens)


async def test_open_portal_serves_all_without_sign_in(portal: DemoPortal) -> None:
    portal.access.open_access = True
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal.app), base_url=portal.base) as client:
        page = (await client.get("/Patient")).json()
    assert len(page["entry"]) == 3


async def test_directory_is_not_the_patients_to_change(http: httpx.AsyncClient) -> None:
    seen = await http.get("/Organization/clinic1")
    assert (await put(http, seen.json(), If_Match=seen.headers["etag"])).status_code == 403
    new = slot("mine", 3_000)
    assert (await put(http, new, If_None_Match="*")).status_code == 403


# --- booking
async def test_claimed_slot_takes_only_its_own_intent(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    assert (await claim(http, "s1", "mine")).status_code == 200
    stranger = await book(http, "other", "s1")
    assert (stranger.status_code, code(stranger)) == (409, "APPOINT_TIME_IS_BUSY")
    assert (await book(http, "mine", "s1")).status_code == 201
    assert (await book(http, "mine", "s1")).status_code == 200


async def test_visit_on_a_free_slot_takes_it(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    assert (await book(http, "direct", "s1")).status_code == 201
    assert (portal.resource("Slot", "s1") or {})["status"] == "busy"
    assert code(await book(http, "late", "s1", "timofey")) == "APPOINT_TIME_IS_BUSY"


async def test_six_clients_race_for_one_slot_and_one_wins(portal: DemoPortal) -> None:
    portal.faults.parse("delay=5ms")

    async def contender(number: int) -> int:
        headers = {"Authorization": f"Bearer {portal.token_for(['anna'] if number % 2 else ['oleg'])}"}
        transport = httpx.ASGITransport(portal.app)
        async with httpx.AsyncClient(transport=transport, base_url=portal.base, headers=headers) as client:
            claimed = await claim(client, "s2", f"race-{number}")
            if claimed.status_code != 200:
                assert claimed.status_code in (409, 412)
                return 0
            return int((await book(client, f"race-{number}", "s2", "anna" if number % 2 else "oleg")).status_code == 201)

    assert sum(await asyncio.gather(*(contender(number) for number in range(6)))) == 1
    assert len(portal.shelf.with_term("Appointment|slot|Slot/s2")) == 1
    assert portal.violations == []


async def test_move_takes_the_new_slot_then_frees_the_old(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    made = await book(http, "m1", "s1")
    await claim(http, "s3", "m1")
    body = {**made.json(), "slot": [{"reference": "Slot/s3"}]}
    moved = await put(http, body, If_Match=made.headers["etag"])
    assert moved.status_code == 200
    old = await http.get("/Slot/s1")
    freed = await put(http, {**old.json(), "status": "free", "identifier": []}, If_Match=old.headers["etag"])
    assert freed.status_code == 200
    held = await http.get("/Slot/s3")
    stolen = await put(http, {**held.json(), "status": "free", "identifier": []}, If_Match=held.headers["etag"])
    assert code(stolen) == "APPOINT_TIME_IS_BUSY"


async def test_visit_made_by_the_clinic_can_be_cancelled_and_its_slot_freed(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.put({**slot("given", 2_000), "status": "busy"})
    portal.put({**visit("anna", "given", "clinic"), "id": "by-clinic"})
    seen = await http.get("/Appointment/by-clinic")
    assert (await put(http, {**seen.json(), "status": "cancelled"}, If_Match=seen.headers["etag"])).status_code == 200
    old = await http.get("/Slot/given")
    assert (await put(http, {**old.json(), "status": "free"}, If_Match=old.headers["etag"])).status_code == 200


async def test_strangers_slot_cannot_be_freed_or_rewritten(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.clinic.another_patient_takes("s4")
    seen = await http.get("/Slot/s4")
    for change in ({"status": "free"}, {"status": "busy", "identifier": [{"system": INTENT, "value": "me"}]}):
        answer = await put(http, {**seen.json(), **change}, If_Match=seen.headers["etag"])
        assert code(answer) == "APPOINT_TIME_IS_BUSY"
    free = await http.get("/Slot/s5")
    answer = await put(http, {**free.json(), "start": "2030-01-01T00:00:00Z"}, If_Match=free.headers["etag"])
    assert code(answer) == "SLOT_FIELDS"


async def test_past_time_is_neither_booked_nor_cancelled(http: httpx.AsyncClient, portal: DemoPortal, clock: ManualClock) -> None:
    made = await book(http, "p1", "s1")
    clock.advance(3 * 24 * 3600)
    assert code(await book(http, "p2", "s2")) == "APPOINT_VISIT_TIME_HAS_PASSED"
    assert code(await claim(http, "s2", "p2")) == "APPOINT_VISIT_TIME_HAS_PASSED"
    late = await put(http, {**made.json(), "status": "cancelled"}, If_Match=made.headers["etag"])
    assert (late.status_code, code(late)) == (422, "CANCEL_TIME_PASSED")


async def test_stricter_registry_knows_overlaps_and_the_same_doctor(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.rules.extra = {"overlap"}
    assert (await book(http, "o1", "s1", minutes=1_455)).status_code == 201
    clash = await book(http, "o2", "s2", minutes=1_460)
    assert code(clash) == "APPOINT_PATIENT_REGISTERED_OTHER_SPECIALIST"
    portal.rules.extra = {"same_doctor"}
    assert code(await book(http, "o3", "s3", minutes=1_485)) == "APPOINT_PATIENT_REGISTERED_SPECIALIST"
    assert (await book(http, "o4", "s3", "timofey", minutes=1_485)).status_code == 201


async def test_helpful_registry_frees_the_slot_of_a_cancelled_visit(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.rules.extra = {"frees_slots"}
    made = await book(http, "f1", "s1")
    await put(http, {**made.json(), "status": "cancelled"}, If_Match=made.headers["etag"])
    assert (portal.resource("Slot", "s1") or {})["status"] == "free"


# --- a relative's own account
async def book_with(http: httpx.AsyncClient, intent: str, given: str) -> httpx.Response:
    said = [{"url": "urn:medkarta:confirmation-code", "valueString": given}]
    return await http.post("/Appointment", json={**visit("timofey", None, intent), "extension": said})


async def test_relative_with_an_account_agrees_by_a_code_before_the_first_booking(http: httpx.AsyncClient, portal: DemoPortal) -> None:
    portal.relatives.asked.add("timofey")
    assert (await book(http, "i1", None)).status_code == 201
    for _ in range(2):
        assert code(await book(http, "i2", None, "timofey")) == "RELATIVE_CODE_NEEDED"
    (sent,) = portal.relatives.messages
    assert code(await book_with(http, "i2", "000")) == "RELATIVE_CODE_WRONG"
    page = await http.get(portal.issuer + "/sms")
    assert sent.code in page.text
    made = await book_with(http, "i2", sent.code)
    assert (made.status_code, made.json().get("extension")) == (201, None)
    assert (await book(http, "i3", None, "timofey")).status_code == 201


async def test_code_of_a_relative_ends_with_its_hour_and_after_three_wrong_ones(
    http: httpx.AsyncClient, portal: DemoPortal, clock: ManualClock
) -> None:
    portal.relatives.asked.add("timofey")
    await book(http, "i1", None, "timofey")
    for _ in range(3):
        assert code(await book_with(http, "i1", "000")) == "RELATIVE_CODE_WRONG"
    first = portal.relatives.messages[0].code
    assert code(await book_with(http, "i1", first)) == "RELATIVE_CODE_EXPIRED"
    assert code(await book(http, "i1", None, "timofey")) == "RELATIVE_CODE_NEEDED"
    clock.advance(3601)
    assert code(await book_with(http, "i1", portal.relatives.messages[1].code)) == "RELATIVE_CODE_EXPIRED"


def test_free_time_is_for_the_age_of_its_doctor_else_of_its_clinic(clock: ManualClock) -> None:
    box = kept.portal(clock)
    people = {item.resource["name"][0]["given"][0]: item.id for item in box.shelf.items("WHERE live AND type='Patient'")}
    for doctor, refused in {"Лапина": "Наталья", "Соколова": "Наталья", "Киселёв": "Наталья", "Комаров": "Тимофей", "Рябова": "Тимофей",
                            "Андреев": "Тимофей", "Ильина": "Людмила"}.items():  # fmt: skip
        free = next(item.resource for item in box.shelf.items("WHERE live AND type='Slot' AND first > 0")
                    if item.resource["schedule"].get("display", "").startswith(doctor))  # fmt: skip
        other = "Тимофей" if refused != "Тимофей" else "Наталья"
        assert (doctor, ages.is_for_others(box.shelf, free, people[refused])) == (doctor, True)
        assert (doctor, ages.is_for_others(box.shelf, free, people[other])) == (doctor, False)
    box.close()
