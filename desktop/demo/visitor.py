"""Plays the person at the browser: walks the sign-in pages by plain form posts. For tests, scripts and the demo's first run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Final
from urllib.parse import urljoin

import httpx

_ACTION: Final = re.compile(r'<form method="post" action="(\w+)">')
_ATTEMPT: Final = re.compile(r'name="attempt" value="([^"]+)"')
_SMS: Final = re.compile(r'<code id="sms">(\d{6})</code>')
_PERSON: Final = re.compile(r'name="person" value="([^"]+)"')


async def walk(
    client: httpx.AsyncClient,
    url: str,
    *,
    login: str,
    password: str,
    people: Sequence[str] | None = None,
    allow: bool = True,
) -> str:
    """Open an authorize (or device) address, sign in, answer the consent page; return where the browser is sent.

    Returns "" where no redirect follows (a device, or a refusal shown on a page). `people` chooses some of the family.
    """
    answer = await client.get(url)
    for _ in range(8):
        if answer.is_redirect:
            return answer.headers["location"]
        form = _ACTION.search(answer.text)
        if form is None or answer.status_code == 401:
            return ""
        fields = _fill(form[1], answer, login=login, password=password, people=people, allow=allow)
        answer = await client.post(urljoin(str(answer.url), form[1]), data=fields)
    return ""


def _fill(
    action: str, answer: httpx.Response, *, login: str, password: str, people: Sequence[str] | None, allow: bool
) -> dict[str, str | list[str]]:
    attempt = _ATTEMPT.search(answer.text)
    fields: dict[str, str | list[str]] = {"attempt": unescape(attempt[1])} if attempt else {}
    match action:
        case "login":
            fields |= {"login": login, "password": password}
        case "code":
            sms = _SMS.search(answer.text)
            fields["code"] = sms[1] if sms else ""
        case "consent":
            offered = [unescape(person) for person in _PERSON.findall(answer.text)]
            fields["person"] = [person for person in offered if people is None or person in people]
            fields["decision"] = "allow" if allow else "deny"
        case "device":
            fields["user_code"] = answer.url.params.get("user_code", "")
    return fields
