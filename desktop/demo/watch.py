"""The box as a strict teacher: what the client did that a client of a health portal must never do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from desktop.demo import terms, text
from desktop.demo.answers import Who

if TYPE_CHECKING:
    from desktop.demo.access import Access

BODY_MOST_BYTES: Final = 500_000
IN_FLIGHT_MOST: Final = 6
_SECRET: Final = frozenset(
    {"access_token", "refresh_token", "token", "id_token", "password", "passphrase", "client_secret", "authorization"}
)


class Watch:
    """Looks at every request as it comes and goes."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.violations: list[str] = []
        self.requests: Counter[tuple[str, str]] = Counter()
        self.most_in_flight = 0
        self._open: Counter[str] = Counter()
        self._writing: Counter[str] = Counter()

    # --- how many at once
    def enter(self, token: str | None, *, writes: bool) -> None:
        """Note that a request is under way."""
        if token is None:
            return
        self._open[token] += 1
        self._writing[token] += writes
        self.most_in_flight = max(self.most_in_flight, self._open[token])
        if self._open[token] > IN_FLIGHT_MOST:
            self.violations.append(f"{self._open[token]} requests in flight")
        if self._writing[token] > 1:
            self.violations.append("two writes at once with one token")

    def leave(self, token: str | None, *, writes: bool) -> None:
        """Note that a request is answered, or that the client has gone."""
        if token is not None:
            self._open[token] -= 1
            self._writing[token] -= writes

    # --- what it says
    def look(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, token: str | None) -> None:
        """Check one request to the FHIR side."""
        kind = path.strip("/").partition("/")[0]
        self.requests[method, kind or ("Bundle" if method == "POST" else "")] += 1
        address = f"{method} {path}"
        self._address(address, query, token)
        if headers.get("content-encoding", "identity") != "identity":
            self.violations.append(f"{address}: compressed request body")
        if kind != "Binary" and len(body) > BODY_MOST_BYTES:
            self.violations.append(f"{address}: body of {len(body)} bytes")
        who = self._access.who(token)
        self._interaction(method, path, query, headers, body, who)
        if method == "POST" and not kind:
            for request, inner in _entries(body):
                url, _, asked = str(request.get("url", "")).partition("?")
                named = {"if-match": "ifMatch", "if-none-match": "ifNoneMatch", "if-none-exist": "ifNoneExist"}
                given = {name: str(request[key]) for name, key in named.items() if key in request}
                self._interaction(str(request.get("method")), "/" + url, asked, given, inner, who)

    def look_aside(self, method: str, path: str, query: str) -> None:
        """Check one request to the sign-in side."""
        self.requests[method, path.strip("/").rpartition("/")[2]] += 1
        self._address(f"{method} {path}", query, None)

    def _address(self, address: str, query: str, token: str | None) -> None:
        for name, value in parse_qsl(query, keep_blank_values=True):
            if name.lower() in _SECRET or (token and token in value):
                self.violations.append(f"{address}: a secret in the address ({name})")

    def _interaction(
        self, method: str, path: str, query: str, headers: dict[str, str], body: bytes, who: Who | None
    ) -> None:
        parts = [part for part in path.split("/") if part]
        address = f"{method} {path}"
        if method in ("PATCH", "DELETE"):
            self.violations.append(f"{address}: {method} is not to be used")
        elif method == "PUT" and "if-match" not in headers and headers.get("if-none-match") != "*":
            self.violations.append(f"{address}: neither If-Match nor If-None-Match: *")
        people = _people_asked(parts, query)
        if method in ("POST", "PUT") and parts and parts[-1] != "_search" and parts[0] != "Binary":
            try:
                resource = text.load(body)
            except ValueError:
                resource = None
            if isinstance(resource, dict):
                people += terms.owners(resource) if resource.get("resourceType") != "Patient" else ()
                self._create(method, parts, address, headers, resource)
        if who is not None and who.may is not None and (strange := set(people) - who.may - who.ended):
            self.violations.append(f"{address}: asks for {len(strange)} person(s) whom the token does not name")

    def _create(
        self, method: str, parts: list[str], address: str, headers: dict[str, str], resource: dict[str, Any]
    ) -> None:
        if method == "POST" and len(parts) == 1:
            if "id" in resource:
                self.violations.append(f"{address}: a create carries an id")
            if "if-none-exist" not in headers:
                self.violations.append(f"{address}: a create without If-None-Exist")


def writes(method: str, path: str, body: bytes) -> bool:
    """Say whether a request may change something."""
    if method == "GET" or path.endswith("/_search"):
        return False
    return bool(path.strip("/")) or any(request.get("method") != "GET" for request, _ in _entries(body))


def _entries(body: bytes) -> list[tuple[dict[str, Any], bytes]]:
    try:
        entries = text.load(body)["entry"]
        return [
            (each["request"], text.dump(each.get("resource"))) for each in entries if isinstance(each["request"], dict)
        ]
    except (ValueError, KeyError, TypeError):
        return []


def _people_asked(parts: list[str], query: str) -> list[str]:
    people = []
    if len(parts) > 1 and parts[0] == "Patient" and not parts[1].startswith("_"):
        people.append(parts[1])
    for name, value in parse_qsl(query):
        if name.partition(":")[0] in terms.PERSON_PARAMS or (name == "_id" and parts[:1] == ["Patient"]):
            for each in value.split(","):
                kind, _, person = each.rpartition("/")
                if kind.endswith("Patient") or (not kind and name != "actor"):
                    people.append(person)
    return people
