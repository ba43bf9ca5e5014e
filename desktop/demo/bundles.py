"""Batch and transaction Bundles: entries are Calls; a transaction is undone whole when one of them fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from desktop.demo import text
from desktop.demo.answers import Answer, Call, Refused, bundle, outcome
from desktop.demo.parts import Portal

Dispatch = Callable[[Portal, Call], Answer]

ENTRIES_MOST: Final = 1_000
# A slot is claimed before the visit that stands on it is made, in whatever order they were sent.
_TURN: Final = {"DELETE": 0, "PUT": 1, "POST": 2}
_LOCAL: Final = re.compile(rb'"(urn:[^"\\]+)"')
_HEADERS: Final = {"ifMatch": "if-match", "ifNoneMatch": "if-none-match", "ifNoneExist": "if-none-exist"}


def answer(portal: Portal, call: Call, dispatch: Dispatch) -> Answer:
    """Answer POST of a Bundle to the base."""
    try:
        sent = text.load(call.body)
        kind, entries = sent["type"], sent.get("entry") or []
        if sent["resourceType"] != "Bundle" or kind not in ("batch", "transaction") or len(entries) > ENTRIES_MOST:
            raise ValueError(kind)
        calls = [_call(entry, call, portal.base) for entry in entries]
    except (ValueError, KeyError, TypeError, AttributeError):
        return outcome(400, "invalid", "The body is not a batch or a transaction")
    if f"deny_{'batch' if kind == 'batch' else 'transactions'}" in portal.faults.weak:
        return outcome(400, "not-supported", f"{kind} is not supported")
    if kind == "batch":
        return Answer(200, bundle("batch-response", [_pack(_one(portal, each, dispatch)) for each in calls]))
    return _transaction(portal, entries, calls, dispatch)


def _call(entry: dict[str, Any], outer: Call, base: str) -> Call:
    request = entry["request"]
    path, _, query = request["url"].partition("?")
    headers = {
        "accept": "application/fhir+json",
        **{name: request[key] for key, name in _HEADERS.items() if key in request},
    }
    parts = tuple(unquote(part) for part in path.removeprefix(base).split("/") if part)
    body = text.dump(entry["resource"]) if "resource" in entry else b""
    return Call(request["method"], parts, tuple(parse_qsl(query, keep_blank_values=True)), headers, body, outer.who)


def _one(portal: Portal, call: Call, dispatch: Dispatch) -> Answer:
    if not call.path and call.method != "GET":
        return outcome(400, "invalid", "An entry must name a resource")
    return dispatch(portal, call)


def _transaction(portal: Portal, entries: list[dict[str, Any]], calls: list[Call], dispatch: Dispatch) -> Answer:
    answers: list[Answer] = [outcome(500, "exception", "not reached")] * len(calls)
    try:
        with portal.shelf.transaction():
            calls = _named(portal, entries, calls)
            for place in sorted(range(len(calls)), key=lambda at: _TURN.get(calls[at].method, 3)):
                done = answers[place] = _one(portal, calls[place], dispatch)
                if not done.ok:
                    raise Refused(done)
    except Refused as refused:
        return refused.answer
    return Answer(200, bundle("transaction-response", [_pack(done) for done in answers]))


def _named(portal: Portal, entries: list[dict[str, Any]], calls: list[Call]) -> list[Call]:
    """Give each create its id beforehand and write it wherever its local name (urn:uuid) stands."""
    known: dict[str, str] = {}
    named = list(calls)
    for place, (entry, call) in enumerate(zip(entries, calls, strict=True)):
        local = str(entry.get("fullUrl", ""))
        if call.method != "POST" or not local.startswith("urn:") or not call.path:
            continue
        found = portal.fhir.existing(call.path[0], call)
        name = found.id if found else portal.shelf.fresh_id()
        known[local] = f"{call.path[0]}/{name}"
        named[place] = replace(call, assigned=name)
    if not known:
        return named
    return [replace(call, body=_LOCAL.sub(lambda it: _real(it, known), call.body)) for call in named]


def _real(found: re.Match[bytes], known: dict[str, str]) -> bytes:
    real = known.get(found[1].decode())
    return b'"%s"' % real.encode() if real else found[0]


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
