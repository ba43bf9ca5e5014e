"""HTTP of the box: requests become Calls, Answers become responses; Binary and Range; well-known documents."""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import parse_qsl, unquote

from starlette.requests import Request
from starlette.responses import Response

from desktop.demo import bundles, capability, text
from desktop.demo.answers import FHIR_JSON, Answer, Call, Who, outcome
from desktop.demo.parts import Portal

_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")
_LARGEST_BYTES: Final = 20 * 2**20
_PUBLIC: Final = frozenset({"metadata", ".well-known"})


def bearer(header: str | None) -> str | None:
    """Return the token of an Authorization header."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def fhir(request: Request) -> Response:
    """Answer everything below the FHIR base."""
    portal: Portal = request.app.state.portal
    body = await request.body()
    if len(body) > _LARGEST_BYTES:
        return _response(outcome(413, "too-long", "The body is too large"))
    if request.headers.get("content-encoding", "identity") != "identity":
        return _response(outcome(415, "not-supported", "Compressed requests are not read"))
    path = tuple(unquote(part) for part in request.path_params.get("path", "").split("/") if part)
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in request.headers.raw}
    who = portal.access.who(bearer(headers.get("authorization")))
    if path and path[0] in _PUBLIC:
        return _response(_public(portal, path))
    if who is None:
        return _response(
            outcome(401, "login", "Sign in", headers={"WWW-Authenticate": 'Bearer realm="fhir", error="invalid_token"'})
        )
    call = Call(request.method, path, tuple(parse_qsl(request.url.query, keep_blank_values=True)), headers, body, who)
    return _response(dispatch(portal, call), seconds_only="seconds_precision" in portal.faults.weak)


def dispatch(portal: Portal, call: Call) -> Answer:
    """Answer one call: a Bundle, a document, or a FHIR interaction."""
    if not call.path and call.method == "POST":
        return bundles.answer(portal, call, dispatch)
    if call.path[:1] == ("Binary",):
        return _binary(portal, call)
    if call.path == ("metadata",):
        return _public(portal, call.path)
    return portal.fhir.answer(call)


def _public(portal: Portal, path: tuple[str, ...]) -> Answer:
    if path == ("metadata",):
        weak = portal.faults.weak
        return Answer(
            200,
            text.dump(
                capability.statement(
                    portal.base,
                    None if portal.access.open_access else portal.issuer,
                    client_ids="no_client_ids" not in weak,
                    transactions="deny_transactions" not in weak,
                    batches="deny_batch" not in weak,
                    date=text.instant(portal.shelf.now_ms()),
                )
            ),
        )
    if path == (".well-known", "smart-configuration") and not portal.access.open_access:
        return Answer(200, text.dump(capability.smart(portal.issuer)), {"Content-Type": "application/json"})
    return outcome(404, "not-found", "There is no such page")


def _response(answer: Answer, *, seconds_only: bool = False) -> Response:
    body = answer.body
    headers = dict(answer.headers)
    kind = headers.pop("Content-Type", FHIR_JSON if body else None)
    if seconds_only and kind == FHIR_JSON:
        body = re.sub(rb'("lastUpdated":"[^"]{19})\.\d+Z"', rb'\1Z"', body)
    return Response(body, answer.status, headers, media_type=kind)


# --- documents
def _binary(portal: Portal, call: Call) -> Answer:
    if call.method == "POST" and len(call.path) == 1 and not call.who.writes:
        return outcome(403, "forbidden", "This sign-in may only read")
    if call.method == "POST" and len(call.path) == 1:
        return _keep_binary(portal, call)
    if call.method != "GET" or len(call.path) != 2:
        return outcome(405, "not-supported", "Binary is read by id and created by POST")
    found = portal.shelf.blob(call.path[1])
    if found is None:
        return outcome(404, "not-found", "There is no such document")
    kind, etag, account, data = found
    if not _may_open(portal, call.path[1], account, call.who):
        return outcome(403, "forbidden", "This document is not open to you")
    accept = call.headers.get("accept", "")
    if "json" in accept and kind.partition(";")[0] not in accept:
        return Answer(
            200,
            text.dump(
                {
                    "resourceType": "Binary",
                    "id": call.path[1],
                    "contentType": kind,
                    "data": base64.b64encode(data).decode(),
                }
            ),
            {"ETag": f'W/"{etag}"'},
        )
    return ranged(data, call.headers, {"Content-Type": kind, "ETag": f'"{etag}"', "Accept-Ranges": "bytes"})


def ranged(data: bytes, asked: dict[str, str], headers: dict[str, str]) -> Answer:
    """Answer with the whole body, a part of it (206), or 416. *Source*: RFC 9110 §14."""
    wanted = _RANGE.fullmatch(asked.get("range", ""))
    if wanted is None or wanted.groups() == ("", "") or asked.get("if-range", headers["ETag"]) != headers["ETag"]:
        return Answer(200, data, headers)
    first, last = wanted.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start >= len(data) or end < start:
        return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(data)}"})
    return Answer(206, data[start : end + 1], {**headers, "Content-Range": f"bytes {start}-{end}/{len(data)}"})


def _may_open(portal: Portal, name: str, account: str, who: Who) -> bool:
    if who.may is None or (account and account == who.account):
        return True
    return any(portal.shelf.owners(item.seq) & who.may for item in portal.shelf.with_term(f"Binary|of|{name}"))


def _keep_binary(portal: Portal, call: Call) -> Answer:
    kind, data = call.headers.get("content-type", "application/octet-stream"), call.body
    if "json" in kind:
        try:
            resource = text.load(call.body)
            kind, data = resource["contentType"], base64.b64decode(resource.get("data", ""), validate=True)
        except (ValueError, KeyError, TypeError):
            return outcome(400, "structure", "The body is not a Binary")
    name = portal.shelf.fresh_id()
    etag = portal.shelf.put_blob(name, kind, data, call.who.account)
    body = text.dump({"resourceType": "Binary", "id": name, "contentType": kind, "meta": {"versionId": etag}})
    return Answer(201, body, {"ETag": f'W/"{etag}"', "Location": f"{portal.base}/Binary/{name}/_history/{etag}"})
