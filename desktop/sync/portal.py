"""Speak FHIR with one portal. Answers are values; only a bug raises.

Owns: which address may be asked, who may see the token, what is an answer and what is a captive portal, patience
within a run (401, 429, 5xx, a lost answer to a read).
Does not own: bytes (wire.py), tokens (signin.py), meaning (pull.py).
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from desktop import limits
from desktop.errors import UsageError
from desktop.sync import shapes
from desktop.sync.wire import Head, Origin, Raw, Unreached, Wire, is_safe, origin_of

Sleep = Callable[[float], Awaitable[None]]
Renewal = Literal["renewed", "sign_in", "unreached"]
Params = Iterable[tuple[str, str]]
_JSON: Final = "application/fhir+json, application/json;q=0.9"
_BUSY: Final = frozenset({429, 503})
_LEFT: Final = re.compile(r"\br=(\d+)")
_RESET: Final = re.compile(r"\bt=(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The portal answered, with JSON of its own (or with nothing, to a write)."""

    status: int
    body: bytes = field(repr=False)
    url: str = field(repr=False)
    server_time: datetime | None
    etag: str | None
    took_s: float = 0.0
    location: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The portal said no. `is_fhir`: in its own words, not in those of a proxy or a captive portal."""

    status: int
    codes: tuple[str, ...] = ()
    is_fhir: bool = False
    retry_after_s: float | None = None


Reply = Answer | Refused | Unreached


class Key(Protocol):
    """What opens a portal. *Thread*: the loop's."""

    async def bearer(self) -> str | None:
        """Return the access token to show, None for an open portal."""
        ...

    async def renew(self, stale: str | None) -> Renewal:
        """Get another token in the place of `stale`."""
        ...


class NoKey:
    """An open portal."""

    async def bearer(self) -> str | None:
        return None

    async def renew(self, stale: str | None) -> Renewal:
        return "sign_in"


@dataclass(frozen=True, slots=True)
class FixedKey:
    """A token that an administrator gave."""

    token: str = field(repr=False)

    async def bearer(self) -> str | None:
        return self.token

    async def renew(self, stale: str | None) -> Renewal:
        return "sign_in"


def portal_address(text: str) -> str:
    """Return a portal's base address without the closing slash. *Raises* UsageError for one that may not be used."""
    origin = origin_of(text.strip())
    parts = urlsplit(text.strip()) if origin else None
    if origin is None or parts is None or parts.query or parts.fragment:
        raise UsageError("connect.bad_address")
    if not is_safe(origin):
        raise UsageError("connect.not_https")
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


@dataclass(slots=True)
class Pause:
    """Until when a portal wants to be left in peace, by the monotonic clock, and the answer in which it said so."""

    until: float = 0.0
    word: Refused = field(default_factory=lambda: Refused(status=429))


class Portal:
    """One portal, one key. Reads are patient; writes are sent once. A wait that it asks for holds for whatever comes next."""

    def __init__(
        self, base_url: str, *, wire: Wire, key: Key, rng: random.Random, sleep: Sleep = asyncio.sleep,
        monotonic: Callable[[], float], pause: Pause | None = None,
    ) -> None:
        """Take a base address that `portal_address` accepted. `pause` outlives this object where the portal is spoken with again."""
        self.base = portal_address(base_url)
        origin = origin_of(self.base)
        assert origin is not None
        self.origin: Origin = origin
        self.wire = wire
        self._key = key
        self._rng = rng
        self._sleep = sleep
        self._monotonic = monotonic
        self._pause = pause or Pause()

    # --- addresses

    def address(self, link: str, *, asked: str | None = None) -> str | None:
        """Return where to go for a link that the portal gave, always at the portal's own origin; None where nowhere.

        A path is never changed. A proxy that writes its inner name or http into links is common, so scheme, host and
        port are put back to the ones the person configured: the token can then go nowhere else.
        *Source*: servers.md quirks 1-3.
        """
        try:
            whole = urljoin(asked or self.base + "/", link)
            parts = urlsplit(whole)
        except ValueError:
            return None
        if origin_of(whole) is None:
            return None
        base = urlsplit(self.base)
        if not _within(parts.path, base.path):
            return None
        return urlunsplit((base.scheme, base.netloc, parts.path, parts.query, ""))

    def document_address(self, link: str) -> str | None:
        """Return where a document's bytes may be fetched: at the portal, or elsewhere without the token.

        Never from this computer or by plain http because a portal on the network says so.
        """
        origin = origin_of(urljoin(self.base + "/", link))
        if origin is None or origin == self.origin or "://" not in link:
            return self.address(link)
        if not is_safe(origin) or (origin.is_loopback and not self.origin.is_loopback):
            return None
        return link

    def is_own(self, url: str) -> bool:
        """Say whether the token may be shown at `url`."""
        return origin_of(url) == self.origin

    def url(self, path: str, params: Params = ()) -> str:
        """Return the address of `path` below the base."""
        query = urlencode(list(params), safe=":,|/$")
        whole = f"{self.base}/{path}" if path else self.base
        return f"{whole}?{query}" if query else whole

    # --- reads

    async def search(self, kind: str, params: Params) -> Reply:
        """Ask for the first page of a search."""
        return await self.get(self.url(kind, params))

    async def read(self, kind: str, id: str) -> Reply:
        """Ask for one resource."""
        return await self.get(self.url(f"{kind}/{quote(id, safe='')}"))

    async def get(self, url: str, *, limit_bytes: int = limits.RESPONSE_BYTES) -> Reply:
        """Ask for `url` with patience: a lost answer, 429 and 5xx are asked again a little later."""
        return await self._patiently(lambda: self._once("GET", url, {}, None, limit_bytes))

    async def batch(self, paths: Sequence[str]) -> Reply | tuple[Reply, ...]:
        """Ask for several searches in one request; a Reply that is not an Answer's tuple says why not."""
        entries = [{"request": {"method": "GET", "url": path}} for path in paths]
        body = msgspec.json.encode({"resourceType": "Bundle", "type": "batch", "entry": entries})
        reply = await self._patiently(lambda: self._once("POST", self.base, {}, body, limits.RESPONSE_BYTES))
        if not isinstance(reply, Answer):
            return reply
        answers = shapes.batch_answers(reply.body)
        if answers is None or len(answers) != len(paths):
            return Refused(status=reply.status, codes=("not-a-batch",))
        return tuple(self._of_batch(reply, path, *one) for path, one in zip(paths, answers, strict=True))

    def _of_batch(self, whole: Answer, path: str, status: int, body: bytes) -> Reply:
        if 200 <= status < 300 and body:
            at = f"{self.base}/{path}"
            return Answer(status=status, body=body, url=at, server_time=whole.server_time, etag=None, took_s=whole.took_s)
        return Refused(status=status, codes=shapes.issue_codes(body), is_fhir=True)

    async def download(
        self, url: str, *, headers: Mapping[str, str], limit_bytes: int, deadline_s: float,
        wants: Callable[[Head], Awaitable[bool]], take: Callable[[bytes], Awaitable[None]],
    ) -> Head | Unreached:
        """Read a document piece by piece. The token goes to the portal only; a redirect off it goes without."""
        is_renewed = False
        for _ in range(limits.REDIRECTS + 1):
            token = await self._key.bearer() if self.is_own(url) else None
            sent = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
            moved: list[str] = []

            async def judge(head: Head, moved: list[str] = moved) -> bool:
                if head.status in (301, 302, 303, 307, 308):
                    moved.append(head.headers.get("location", ""))
                    return False
                return await wants(head)

            head = await self.wire.download(
                url, headers=sent, limit_bytes=limit_bytes, deadline_s=deadline_s, wants=judge, take=take
            )
            if isinstance(head, Head) and head.status == 401 and token and not is_renewed:
                is_renewed = True
                if await self._key.renew(token) == "renewed":
                    continue
            if not moved:
                return head
            onward = self.document_address(urljoin(url, moved[0]))
            if onward is None:
                return Unreached("redirect")
            url = onward
        return Unreached("redirect")

    # --- writes (sent once; the caller resolves what it does not know)

    async def write(
        self, method: str, path: str, body: bytes, *, if_match: str | None = None, if_none_exist: str | None = None,
        if_none_match: str | None = None,
    ) -> Reply:
        """Send one PUT or POST. Only a 401 is repeated: it says that nothing was done."""
        headers = {"If-Match": if_match, "If-None-Exist": if_none_exist, "If-None-Match": if_none_match}
        sent = {name: value for name, value in headers.items() if value is not None}
        return await self._once(method, self.url(path), sent, body, limits.RESPONSE_BYTES)

    # --- inside

    async def rest(self) -> float:
        """Wait out what the portal has asked for if a run may wait that long; return the *seconds* that are too many."""
        left_s = self._pause.until - self._monotonic()
        if left_s > limits.WAIT_IN_RUN_S:
            return left_s
        if left_s > 0.0:
            await self._sleep(left_s)
        return 0.0

    async def _patiently(self, ask: Callable[[], Awaitable[Reply]]) -> Reply:
        if left_s := await self.rest():
            return replace(self._pause.word, retry_after_s=left_s)
        waited_s = 0.0
        reply = await ask()
        for attempt in range(1, limits.READ_TRIES):
            wait_s = self._wait(reply, attempt)
            if wait_s is None or waited_s + wait_s > limits.WAIT_IN_RUN_S:
                return reply
            waited_s += wait_s
            await self._sleep(wait_s)
            reply = await ask()
        return reply

    def _wait(self, reply: Reply, attempt: int) -> float | None:
        backoff: float = limits.RETRY_IN_RUN_FIRST_S * 2.0 ** (attempt - 1) * self._rng.uniform(0.5, 1.5)
        if isinstance(reply, Unreached):
            return backoff if reply.reason in ("network", "deadline") and attempt == 1 else None
        if isinstance(reply, Refused) and reply.status in _BUSY:
            return backoff if reply.retry_after_s is None else reply.retry_after_s
        if isinstance(reply, Refused) and reply.status >= 500 and attempt == 1:
            return backoff
        return None

    async def _once(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limit: int) -> Reply:
        if not self.is_own(url):
            return Unreached("foreign")
        for attempt in (1, 2):
            token = await self._key.bearer()
            began = self._monotonic()
            raw = await self._follow(method, url, self._headers(headers, token, body), body, limit)
            if isinstance(raw, Unreached):
                return raw
            if raw.head.status == 401 and attempt == 1:
                renewal = await self._key.renew(token)
                if renewal == "renewed":
                    continue
                if renewal == "unreached":
                    return Unreached("network")
            return self._reply(raw, url, method, self._monotonic() - began)
        raise AssertionError

    def _headers(self, extra: Mapping[str, str], token: str | None, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": _JSON, "Cache-Control": "no-cache", **extra}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None:
            headers["Content-Type"] = "application/fhir+json"
        return headers

    async def _follow(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, limit: int
    ) -> Raw | Unreached:
        for _ in range(limits.REDIRECTS):
            raw = await self.wire.exchange(method, url, headers=headers, content=body, limit_bytes=limit)
            if isinstance(raw, Unreached) or raw.head.status not in (301, 302, 303, 307, 308):
                return raw
            target = urljoin(url, raw.head.headers.get("location", ""))
            if method != "GET" or target == url or not self.is_own(target):
                return Unreached("redirect")
            url = target
        return Unreached("redirect")

    def _reply(self, raw: Raw, url: str, method: str, took_s: float) -> Reply:
        head, body = raw.head, raw.body
        is_json = _is_json(head, body)
        if not 200 <= head.status < 300:
            codes = shapes.issue_codes(body) if is_json else ()
            refused = Refused(status=head.status, codes=codes, is_fhir=bool(codes), retry_after_s=_retry_after(head))
            if refused.status in _BUSY and refused.retry_after_s:
                self._pause.until = max(self._pause.until, self._monotonic() + refused.retry_after_s)
                self._pause.word = refused
            return refused
        if (body and not is_json) or (not body and method == "GET"):
            return Unreached("not_fhir")
        return Answer(
            status=head.status, body=body, url=url, server_time=shapes.http_time(head.headers.get("date")),
            etag=head.headers.get("etag") or head.headers.get("e-tag"), took_s=took_s,
            location=head.headers.get("location", ""),
        )


def _within(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip("/") + "/") or not root


def _is_json(head: Head, body: bytes) -> bool:
    """Tell the portal's answer from a sign-in page of the Wi-Fi. *Source*: servers.md quirks 24, 27; R-67."""
    if head.media:
        return "json" in head.media
    return body.lstrip()[:1] == b"{"


def _retry_after(head: Head) -> float | None:
    """Return the *seconds* the portal asks to wait, by its own clock, within the cap.

    *Source*: RFC 9110 §10.2.3; servers.md: `RateLimit: "requests";r=..;t=49, "fhirInteractions";r=0;t=47`.
    """
    text = head.headers.get("retry-after", "").strip()
    if text.isdigit():
        return min(float(text), limits.RETRY_CAP_S)
    until, now = shapes.http_time(text), shapes.http_time(head.headers.get("date"))
    if until is not None and now is not None:
        return min(max((until - now).total_seconds(), 0.0), limits.RETRY_CAP_S)
    waits: list[tuple[bool, int]] = []
    for item in head.headers.get("ratelimit", "").split(","):
        if reset := _RESET.search(item):
            left = _LEFT.search(item)
            waits.append((left is not None and int(left[1]) == 0, int(reset[1])))
    if not waits:
        return None
    used_up = [wait for is_empty, wait in waits if is_empty] or [wait for _, wait in waits]
    return min(float(max(used_up)), limits.RETRY_CAP_S)
