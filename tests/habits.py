"""A portal with the habits of real ones: the portal in the box, and what stands between it and the program.

What a habit is is said where it is tried (tests/sync/test_quirks.py, tests/acting/test_habits.py). *Source*: servers.md §2 and §4.
"""

from __future__ import annotations

import json
from typing import Any, Final

import httpx

from desktop.demo.portal import DemoPortal

Resource = dict[str, Any]
Said = tuple[int, dict[str, str], bytes]
"""Status, headers and body of an answer."""
FHIR: Final = {"content-type": "application/fhir+json"}


class Habit(httpx.AsyncBaseTransport):
    """The portal in the box with one habit of a real one; `shown` counts where it changed something."""

    box: DemoPortal
    runs = 1
    refused: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.shown = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if said := self.says_instead(request):
            self.shown += 1
            return _answer(request, *said)
        reply = await httpx.ASGITransport(self.box.app).handle_async_request(self.asked(request))
        before = {name: value for name, value in reply.headers.items() if name not in ("content-length", "content-encoding")}
        headers = self.headers(before)
        body = await reply.aread()
        if "json" in before.get("content-type", ""):
            told = json.dumps(self._told(json.loads(body)), ensure_ascii=False).encode()
            self.shown += json.loads(told) != json.loads(body)
            body = told
        final = self.written(body) if request.method != "GET" and reply.is_success else body
        self.shown += (final, headers) != (body, before)
        return _answer(request, reply.status_code, headers, final)

    def _told(self, found: Resource) -> Resource:
        if found.get("resourceType") != "Bundle":
            return self.resource(found)
        for entry in found.get("entry", []):
            if "resource" in entry:
                entry["resource"] = self._told(entry["resource"])
        return self.page(found) if found["type"] == "searchset" else found

    # --- what a habit changes

    def says_instead(self, request: httpx.Request) -> Said | None:
        """Answer in place of the portal: status, headers, body."""
        return None

    def asked(self, request: httpx.Request) -> httpx.Request:
        return request

    def headers(self, found: dict[str, str]) -> dict[str, str]:
        return found

    def written(self, body: bytes) -> bytes:
        """Change the body of the answer to a write that succeeded."""
        return body

    def page(self, found: Resource) -> Resource:
        return found

    def resource(self, found: Resource) -> Resource:
        return found


def _answer(request: httpx.Request, status: int, headers: dict[str, str], body: bytes) -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body), request=request)
