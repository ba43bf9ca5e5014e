"""Batch and transaction Bundles: entries are Calls; a transaction is undone whole when one of them fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from desktop.demo import text
from desktop.demo.answers import Answer, Call, Refused, bundle, outcome
from desktop.demo.parts import Portal

Dispatch = Callable[[Portal, Call], Answer]

ENTRIES_MOST: Final = 1_000
_HEADERS: Final = {"ifMatch": "if-match", "ifNoneMatch": "if-none-match", "ifNoneExist": "if-none-exist"}


def answer(portal: Portal, call: Call, dispatch: Dispatch) -> Answer:
    """Answer POST of a Bundle to the base."""
    try:
        sent = text.load(call.body)
        kind, entries = sent["type"], sent.get("entry") or []
        if sent["resourceType"] != "Bundle" or kind not in ("batch", "transaction") or len(entries) > ENTRIES_MOST:
            raise ValueError(kind)
        calls = [_call(entry, call) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError):
        return outcome(400, "invalid", "The body is not a batch or a transaction")
    if f"deny_{'batch' if kind == 'batch' else 'transactions'}" in portal.faults.weak:
        return outcome(400, "not-supported", f"{kind} is not supported")
    if kind == "batch":
        return Answer(200, bundle("batch-response", [_pack(_one(portal, each, dispatch)) for each in calls]))
    return _transaction(portal, entries, calls, dispatch)


def _call(entry: dict[str, Any], outer: Call) -> Call:
    request = entry["request"]
    path, _, query = request["url"].partition("?")
    headers = {
        "accept": "application/fhir+json",
        **{name: request[key] for key, name in _HEADERS.items() if key in request},
    }
    parts = tuple(unquote(part) for part in path.rpartition("://")[2].split("/") if part)
    body = text.dump(entry["resource"]) if "resource" in entry else b""
    return Call(request["method"], parts, tuple(parse_qsl(query, keep_blank_values=True)), headers, body, outer.who)


def _one(portal: Portal, call: Call, dispatch: Dispatch) -> Answer:
    if not call.path:
        return outcome(400, "invalid", "An entry must name a resource")
    return dispatch(portal, call)


def _transaction(portal: Portal, entries: list[dict[str, Any]], calls: list[Call], dispatch: Dispatch) -> Answer:
    answers: list[Answer] = [outcome(500, "exception", "not reached")] * len(calls)
    known: dict[str, str] = {}
    locals_ = [text.dump(entry["fullUrl"]) for entry in entries if str(entry.get("fullUrl", "")).startswith("urn:")]
    try:
        with portal.shelf.transaction():
            for place in sorted(range(len(calls)), key=lambda at: _turn(calls[at], locals_)):
                call = calls[place]
                body = call.body
                for local, real in known.items():
                    body = body.replace(text.dump(local), text.dump(real))
                done = _one(portal, Call(call.method, call.path, call.query, call.headers, body, call.who), dispatch)
                if not done.ok:
                    raise Refused(done)
                answers[place] = done
                if (local := entries[place].get("fullUrl", "")).startswith("urn:") and done.body:
                    stored = text.load(done.body)
                    known[local] = f"{stored['resourceType']}/{stored['id']}"
    except Refused as refused:
        return refused.answer
    return Answer(200, bundle("transaction-response", [_pack(done) for done in answers]))


def _turn(call: Call, local_names: list[bytes]) -> int:
    """Return when an entry is handled: an update goes before the creates, unless it points at one of them.

    So a slot is claimed before the visit that stands on it is made, in whatever order they were sent.
    """
    if call.method == "PUT":
        return 2 if any(name in call.body for name in local_names) else 0
    return {"POST": 1}.get(call.method, 3)


def _pack(done: Answer) -> bytes:
    response: dict[str, Any] = {"status": str(done.status)}
    for header, key in (("ETag", "etag"), ("Location", "location")):
        if header in done.headers:
            response[key] = done.headers[header]
    packed = text.dump({"response": response})
    if not done.body:
        return packed
    if not done.ok:
        return packed[:-2] + b',"outcome":' + done.body + b"}}"
    return packed[:-1] + b',"resource":' + done.body + b"}"
