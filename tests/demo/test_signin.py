"""Sign-in at the box: the whole code flow with PKCE, the device grant, and the attacks on them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.visitor import walk
from tests.demo.conftest import MOTHER, STRANGER

VERIFIER = "v" * 60
CALLBACK = "http://127.0.0.1:51234/callback"
GOOD = {
    "response_type": "code", "client_id": "medkarta", "redirect_uri": CALLBACK, "state": "s" * 22, "nonce": "n" * 22,
    "scope": "openid fhirUser offline_access launch/patient patient/*.cruds", "code_challenge_method": "S256",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
}


@pytest.fixture
async def web(portal: DemoPortal) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(portal.app)) as client:
        yield client


def authorize(portal: DemoPortal, **changed: str) -> str:
    return f"{portal.issuer}/authorize?{urlencode({**GOOD, **changed})}"


async def code_for(portal: DemoPortal, web: httpx.AsyncClient, **options: Any) -> str:
    where = await walk(web, authorize(portal), login=MOTHER.login_email, password=MOTHER.password, **options)
    assert where.startswith(CALLBACK)
    answer = parse_qs(urlsplit(where).query)
    assert answer["state"] == [GOOD["state"]]
    assert answer["iss"] == [portal.issuer]
    return answer["code"][0]


async def trade(portal: DemoPortal, web: httpx.AsyncClient, code: str, **changed: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "client_id": "medkarta",
            "code_verifier": VERIFIER, **changed}
    return await web.post(f"{portal.issuer}/token", data=form)


async def renew(portal: DemoPortal, web: httpx.AsyncClient, refresh: str) -> httpx.Response:
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": "medkarta"}
    return await web.post(f"{portal.issuer}/token", data=form)


async def status_of(portal: DemoPortal, web: httpx.AsyncClient, token: str, person: str = "anna") -> int:
    answer = await web.get(f"{portal.base}/Patient/{person}", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code


async def test_code_flow_gives_tokens_that_open_the_family(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    given = (await trade(portal, web, await code_for(portal, web))).json()
    assert given["patient"] == "anna"
    assert await status_of(portal, web, given["access_token"]) == 200
    assert await status_of(portal, web, given["access_token"], "timofey") == 200
    assert await status_of(portal, web, given["access_token"], "oleg") == 403


async def test_id_token_is_signed_with_a_published_key_and_names_the_holder(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    given = (await trade(portal, web, await code_for(portal, web))).json()
    discovery = (await web.get(f"{portal.issuer}/.well-known/openid-configuration")).json()
    keys = KeySet.import_key_set((await web.get(discovery["jwks_uri"])).json())
    claims = jwt.decode(given["id_token"], keys, algorithms=["ES256"]).claims
    assert claims["iss"] == discovery["issuer"] == portal.issuer
    assert claims["aud"] == "medkarta"
    assert claims["nonce"] == GOOD["nonce"]
    assert claims["fhirUser"] == f"{portal.base}/Patient/anna"


async def test_smart_configuration_and_openid_configuration_name_the_same_ends(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    smart = (await web.get(f"{portal.base}/.well-known/smart-configuration")).json()
    openid = (await web.get(f"{smart['issuer']}/.well-known/openid-configuration")).json()
    assert {k: smart[k] for k in smart if k.endswith(("endpoint", "uri"))}.items() <= openid.items()


async def test_consent_for_one_child_opens_only_that_child(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    given = (await trade(portal, web, await code_for(portal, web, people=["timofey"]))).json()
    assert given["patient"] == "timofey"
    assert await status_of(portal, web, given["access_token"], "timofey") == 200
    assert await status_of(portal, web, given["access_token"], "anna") == 403


async def test_refused_consent_comes_back_as_access_denied(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    where = await walk(web, authorize(portal), login=MOTHER.login_phone, password=MOTHER.password, allow=False)
    assert parse_qs(urlsplit(where).query)["error"] == ["access_denied"]


async def test_wrong_password_is_said_in_words_and_goes_no_further(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    assert await walk(web, authorize(portal), login=MOTHER.login_phone, password=STRANGER.password) == ""
    page = await web.get(authorize(portal), headers={"Accept-Language": "en"})
    attempt = page.text.partition('name="attempt" value="')[2].partition('"')[0]
    form = {"attempt": attempt, "login": MOTHER.login_phone, "password": "no"}
    answer = await web.post(f"{portal.issuer}/login", data=form, headers={"Accept-Language": "en-GB"})
    assert answer.status_code == 401
    assert "The phone or the password does not match." in answer.text


async def test_three_wrong_codes_send_the_person_back_to_the_start(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    page = await web.get(authorize(portal))
    attempt = page.text.partition('name="attempt" value="')[2].partition('"')[0]
    form = {"attempt": attempt, "login": "8 (900) 111 22 33", "password": MOTHER.password}
    page = await web.post(f"{portal.issuer}/login", data=form)
    right = page.text.partition('<code id="sms">')[2][:6]
    wrong = "000000" if right != "000000" else "111111"
    texts = [(await web.post(f"{portal.issuer}/code", data={"attempt": attempt, "code": wrong})).text for _ in range(3)]
    assert "Код не подходит." in texts[0]
    assert "Код введён неверно три раза." in texts[2]
    late = await web.post(f"{portal.issuer}/code", data={"attempt": attempt, "code": right})
    assert late.status_code == 400


async def test_consent_cannot_be_posted_without_the_code(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    page = await web.get(authorize(portal))
    attempt = page.text.partition('name="attempt" value="')[2].partition('"')[0]
    await web.post(f"{portal.issuer}/login", data={"attempt": attempt, "login": MOTHER.login_email, "password": MOTHER.password})
    answer = await web.post(f"{portal.issuer}/consent", data={"attempt": attempt, "person": "anna", "decision": "allow"})
    assert answer.status_code == 400


async def test_consent_cannot_be_widened_to_a_strangers_record(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    page = await web.get(authorize(portal))
    attempt = page.text.partition('name="attempt" value="')[2].partition('"')[0]
    form = {"attempt": attempt, "login": MOTHER.login_email, "password": MOTHER.password}
    page = await web.post(f"{portal.issuer}/login", data=form)
    await web.post(f"{portal.issuer}/code", data={"attempt": attempt, "code": page.text.partition('<code id="sms">')[2][:6]})
    answer = await web.post(
        f"{portal.issuer}/consent", data={"attempt": attempt, "person": ["anna", "oleg"], "decision": "allow"})
    code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
    given = (await trade(portal, web, code)).json()
    assert await status_of(portal, web, given["access_token"], "oleg") == 403


async def test_wrong_verifier_is_refused_and_burns_the_code(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    code = await code_for(portal, web)
    assert (await trade(portal, web, code, code_verifier="w" * 60)).json()["error"] == "invalid_grant"
    assert (await trade(portal, web, code)).json()["error"] == "invalid_grant"


async def test_replayed_code_ends_the_tokens_already_given(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    code = await code_for(portal, web)
    given = (await trade(portal, web, code)).json()
    assert (await trade(portal, web, code)).status_code == 400
    assert await status_of(portal, web, given["access_token"]) == 401
    assert (await renew(portal, web, given["refresh_token"])).status_code == 400


async def test_code_of_one_address_is_not_given_to_another(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    code = await code_for(portal, web)
    assert (await trade(portal, web, code, redirect_uri="http://127.0.0.1:51235/callback")).status_code == 400


async def test_code_dies_after_its_minute(portal: DemoPortal, web: httpx.AsyncClient, clock: ManualClock) -> None:
    code = await code_for(portal, web)
    clock.advance(61)
    assert (await trade(portal, web, code)).status_code == 400


async def test_refresh_rotates_and_reuse_of_an_old_one_ends_the_family(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    first = (await trade(portal, web, await code_for(portal, web))).json()
    second = (await renew(portal, web, first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert await status_of(portal, web, second["access_token"]) == 200
    assert (await renew(portal, web, first["refresh_token"])).status_code == 400
    assert await status_of(portal, web, second["access_token"]) == 401
    assert (await renew(portal, web, second["refresh_token"])).status_code == 400


async def test_access_token_expires_by_the_portals_clock(portal: DemoPortal, web: httpx.AsyncClient, clock: ManualClock) -> None:
    portal.oidc.access_s = 30
    given = (await trade(portal, web, await code_for(portal, web))).json()
    clock.advance(31)
    answer = await web.get(f"{portal.base}/Patient", headers={"Authorization": f"Bearer {given['access_token']}"})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_revocation_of_the_refresh_token_ends_everything(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    given = (await trade(portal, web, await code_for(portal, web))).json()
    assert (await web.post(f"{portal.issuer}/revoke", data={"token": given["refresh_token"]})).status_code == 200
    assert await status_of(portal, web, given["access_token"]) == 401


async def test_end_of_session_takes_its_tokens_along(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    given = (await trade(portal, web, await code_for(portal, web))).json()
    page = await web.get(f"{portal.issuer}/end_session", params={"id_token_hint": given["id_token"]})
    assert "Вы вышли с портала" in page.text
    assert await status_of(portal, web, given["access_token"]) == 401


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"state": ""}, "invalid_request"),
        ({"nonce": ""}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
async def test_unsound_request_is_sent_back_with_its_error(
    portal: DemoPortal, web: httpx.AsyncClient, changed: dict[str, str], error: str
) -> None:
    answer = await web.get(authorize(portal, **changed))
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.headers["location"]).query)["error"] == [error]


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:5/other", "https://evil.example/callback", "http://127.0.0.1.evil.example/callback",
     "http://localhost:5/callback", "http://user@127.0.0.1:5/callback", "http://127.0.0.1:5/callback?x=1"],
)
async def test_strange_redirect_address_gets_a_page_and_no_redirect(
    portal: DemoPortal, web: httpx.AsyncClient, address: str
) -> None:
    answer = await web.get(authorize(portal, redirect_uri=address))
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_any_loopback_port_is_taken(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    for port in (1_025, 65_535):
        assert (await web.get(authorize(portal, redirect_uri=f"http://127.0.0.1:{port}/callback"))).status_code == 200


async def test_device_waits_is_slowed_down_and_then_signed_in(
    portal: DemoPortal, web: httpx.AsyncClient, clock: ManualClock
) -> None:
    started = (await web.post(f"{portal.issuer}/device_authorization", data={"client_id": "medkarta", "scope": "openid"})).json()
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": started["device_code"],
            "client_id": "medkarta"}

    async def poll() -> dict[str, Any]:
        answer: dict[str, Any] = (await web.post(f"{portal.issuer}/token", data=form)).json()
        return answer

    assert (await poll())["error"] == "authorization_pending"
    assert (await poll())["error"] == "slow_down"
    where = await walk(web, started["verification_uri_complete"], login=MOTHER.login_phone, password=MOTHER.password)
    assert where == ""
    clock.advance(20)
    given = await poll()
    assert await status_of(portal, web, given["access_token"]) == 200


async def test_device_code_dies_when_its_time_is_over(portal: DemoPortal, web: httpx.AsyncClient, clock: ManualClock) -> None:
    started = (await web.post(f"{portal.issuer}/device_authorization", data={"client_id": "medkarta", "scope": "openid"})).json()
    clock.advance(601)
    page = await web.post(f"{portal.issuer}/device", data={"user_code": started["user_code"]})
    assert "Такого кода нет" in page.text


async def test_pages_hold_nothing_from_elsewhere_and_forbid_framing(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    page = await web.get(authorize(portal, client_id="medkarta"), headers={"Accept-Language": "en"})
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert "https://" not in page.text
    assert '<html lang="en">' in page.text


async def test_read_only_scope_cannot_write(portal: DemoPortal, web: httpx.AsyncClient) -> None:
    token = portal.access.issue(MOTHER.login_phone, 60, writes=False)
    body = {"resourceType": "Communication", "status": "completed", "subject": {"reference": "Patient/anna"}}
    answer = await web.post(
        f"{portal.base}/Communication", json=body,
        headers={"Authorization": f"Bearer {token}", "If-None-Exist": "identifier=urn:x|1"})
    assert answer.status_code == 403
