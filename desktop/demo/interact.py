"""The FHIR interactions of the box, one at a time: read, vread, history, search, create, update.

Every function takes a Call and gives an Answer; HTTP is edge.py's, Bundles are bundles.py's. A write is one transaction with its rules.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

from desktop.demo import capability, terms, text
from desktop.demo.answers import Answer, Call, Refused, bundle, outcome, refuse, version_headers
from desktop.demo.faults import Faults
from desktop.demo.query import no_access
from desktop.demo.rules import Rules
from desktop.demo.search import Search
from desktop.demo.shelf import Item, Shelf

_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_WRITABLE_SHARED: Final = frozenset({"Slot"})


class Interactions:
    """Answers single FHIR interactions of one portal."""

    def __init__(self, shelf: Shelf, rules: Rules, faults: Faults) -> None:
        self.shelf = shelf
        self.search = Search(shelf)
        self.base = ""
        self._rules = rules
        self.faults = faults

    def answer(self, call: Call) -> Answer:
        """Answer a call; a refusal inside a write has undone the write."""
        try:
            return self._route(call)
        except Refused as refused:
            return refused.answer

    def _route(self, call: Call) -> Answer:
        kind, *rest = call.path or ("",)
        if not call.path or kind == "_search":
            return self._search("", call)
        if kind not in capability.KNOWN:
            return outcome(404, "not-supported", f"Unknown resource type {kind!r}")
        if call.method in ("PATCH", "DELETE"):
            return outcome(405, "not-supported", f"{call.method} is not supported")
        match (call.method, rest):
            case ("GET", []) | ("POST", ["_search"]):
                return self._search(kind, call)
            case ("POST", []):
                return self.create(kind, call)
            case ("GET", [name]):
                return self._read(kind, name, call)
            case ("PUT", [name]):
                return self.update(kind, name, call)
            case ("GET", [name, "_history"]):
                return self._history(kind, name, call)
            case ("GET", [name, "_history", version]):
                return self._vread(kind, name, version, call)
        return outcome(404, "not-supported", "No such interaction")

    # --- reading
    def _search(self, kind: str, call: Call) -> Answer:
        query = call.query
        if call.method == "POST":
            query += tuple(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))
        return self.search.run(kind, query, who=call.who, base=self.base, weak=self.faults.weak)

    def _visible(self, item: Item | None, call: Call) -> Item:
        """Return the live item if the caller may read it. *Raises* Refused: 404, 410, 403."""
        if item is None:
            raise refuse(404, "not-found", "There is no such resource")
        if not item.live:
            raise refuse(410, "deleted", "This resource has been deleted")
        if not self.search.may_read(item, call.who):
            owners = self.shelf.owners(item.seq)
            raise no_access(next(iter(sorted(owners & call.who.ended) or sorted(owners)), ""), call.who)
        return item

    def _read(self, kind: str, name: str, call: Call) -> Answer:
        item = self._visible(self.shelf.current(kind, name), call)
        headers = version_headers(item)
        if item.version in tags(call.headers.get("if-none-match", "")):
            return Answer(304, b"", headers)
        return Answer(200, item.body, headers)

    def _vread(self, kind: str, name: str, version: str, call: Call) -> Answer:
        current = self.shelf.current(kind, name)
        self._may_see_past(current, call)
        for item in self.shelf.history(kind, name):
            if item.version == version:
                return (
                    Answer(200, item.body, version_headers(item))
                    if item.body
                    else outcome(410, "deleted", "Deleted in this version")
                )
        return outcome(404, "not-found", "There is no such version")

    def _may_see_past(self, item: Item | None, call: Call) -> None:
        """Let the history be read by those who may read the newest version that had a body."""
        if item is None:
            raise refuse(404, "not-found", "There is no such resource")
        bodies = [old for old in self.shelf.history(item.type, item.id) if old.body]
        people = frozenset(terms.owners(bodies[0].resource)) if bodies else frozenset()
        if call.who.may is not None and item.type not in terms.SHARED and not people & call.who.may:
            raise no_access(next(iter(sorted(people & call.who.ended) or sorted(people)), ""), call.who)

    def _history(self, kind: str, name: str, call: Call) -> Answer:
        self._may_see_past(self.shelf.current(kind, name), call)
        versions = self.shelf.history(kind, name)
        entries = []
        for item in versions:
            head: dict[str, Any] = {
                "fullUrl": f"{self.base}/{kind}/{name}",
                "request": {"method": item.method, "url": f"{kind}/{name}"},
                "response": {
                    "status": "200",
                    "etag": f'W/"{item.version}"',
                    "lastModified": text.instant(item.updated),
                },
            }
            packed = text.dump(head)
            entries.append(packed[:-1] + b',"resource":' + item.body + b"}" if item.body else packed)
        return Answer(
            200, bundle("history", entries, links=[("self", f"{self.base}/{kind}/{name}/_history")], total=len(entries))
        )

    # --- writing
    def parse(self, kind: str, call: Call) -> dict[str, Any]:
        """Return the body of a write.

        *Raises* Refused when it is not a resource of this type or names a person not granted.
        """
        try:
            resource = text.load(call.body)
        except ValueError:
            raise refuse(400, "structure", "The body is not JSON") from None
        if not isinstance(resource, dict) or resource.get("resourceType") != kind:
            raise refuse(400, "invalid", "The body is not a resource of this type")
        if "meta" in resource and not isinstance(resource["meta"], dict):
            raise refuse(400, "structure", "meta must be an object")
        self._may_write(kind, resource, call)
        return resource

    def _may_write(self, kind: str, resource: dict[str, Any], call: Call) -> None:
        if call.who.may is None:
            return
        if not call.who.writes:
            raise refuse(403, "forbidden", "This sign-in may only read")
        if kind in terms.SHARED:
            if kind not in _WRITABLE_SHARED:
                raise refuse(403, "forbidden", "The directory is kept by the clinics")
            return
        people = terms.owners(resource)
        if not people:
            raise refuse(403, "forbidden", "The resource does not say whose it is")
        for person in people:
            if not call.who.reads(person):
                raise no_access(person, call.who)

    def create(self, kind: str, call: Call) -> Answer:
        """Answer POST Type, with If-None-Exist or without."""
        resource = self.parse(kind, call)
        with self.shelf.transaction():
            if found := self.existing(kind, call):
                return self._written(200, found, call)
            if call.who.may is not None and kind in terms.SHARED:
                raise refuse(403, "forbidden", "The directory is kept by the clinics")
            resource["id"] = call.assigned or self.shelf.fresh_id()
            self._rules.check(resource, None, call.who)
            item = self.shelf.write(resource, "POST")
            self._rules.wrote(resource, None, call.who)
        return self._written(201, item, call)

    def existing(self, kind: str, call: Call) -> Item | None:
        """Return what the If-None-Exist of a create finds. *Raises* Refused when it finds several."""
        criteria = call.headers.get("if-none-exist")
        if criteria is None:
            return None
        query = tuple(parse_qsl(criteria.partition("?")[2] or criteria))
        if not query:
            raise refuse(400, "invalid", "If-None-Exist has no criteria")
        found = self.search.matches(kind, query, call.who)
        if len(found) > 1:
            raise refuse(412, "multiple-matches", "Several resources match the criteria")
        return found[0] if found else None

    def update(self, kind: str, name: str, call: Call) -> Answer:
        """Answer PUT Type/id: an update with If-Match, or a create with If-None-Match: *."""
        resource = self.parse(kind, call)
        if not _ID.fullmatch(name) or resource.get("id") != name:
            raise refuse(400, "invalid", "The id of the body is not the id of the address")
        with self.shelf.transaction():
            current = self.shelf.current(kind, name)
            self._preconditions(current, call)
            before = current.resource if current else None
            if before is not None:
                self._may_write(kind, before, call)
            self._rules.check(resource, before, call.who)
            item = self.shelf.write(resource, "PUT")
            self._rules.wrote(resource, before, call.who)
        return self._written(200 if current else 201, item, call)

    def _preconditions(self, current: Item | None, call: Call) -> None:
        match_, none_match = call.headers.get("if-match"), call.headers.get("if-none-match")
        if current is not None and not current.live:
            raise refuse(410, "deleted", "This resource has been deleted")
        if current is None:
            if "no_client_ids" in self.faults.weak:
                raise refuse(404, "not-found", "There is no such resource")
            if match_ is not None:
                raise refuse(412, "conflict", "There is no such version")
            if none_match != "*":
                raise refuse(428, "required", "If-None-Match: * is required to create")
            if call.who.may is not None and call.path[0] in terms.SHARED:
                raise refuse(403, "forbidden", "The directory is kept by the clinics")
        elif none_match == "*":
            raise refuse(412, "conflict", "The resource exists")
        elif match_ is None:
            raise refuse(428, "required", "If-Match is required")
        elif current.version not in tags(match_):
            raise refuse(412, "conflict", "The resource has changed since it was read")

    def _written(self, status: int, item: Item, call: Call) -> Answer:
        headers = version_headers(item)
        headers["Location"] = f"{self.base}/{item.type}/{item.id}/_history/{item.version}"
        return Answer(status, b"" if "return=minimal" in call.headers.get("prefer", "") else item.body, headers)


def tags(header: str) -> set[str]:
    """Return the opaque values of If-Match / If-None-Match, weak or strong."""
    return {part.strip().removeprefix("W/").strip('"') for part in header.split(",") if part.strip()}
