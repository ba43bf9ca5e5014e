"""The book in which a world is written down: ids, server times, resources and bytes.

Owns identity and order. What a resource says is the business of the module that writes it.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import date, datetime, timedelta
from random import Random

from desktop.demo.families.codes import Json
from desktop.demo.families.dates import StoryCalendar, clock_time, moment
from desktop.demo.world import Account, World


class Ledger:
    """Collect one invented world.

    Ids come from a seeded generator of their own, so that drawing one more value elsewhere does not rename the world.
    No resource appears on the server later than the midnight before `today`: a run early in the morning must not
    meet a portal that lives in the future.
    """

    def __init__(self, *, seed: int, today: date) -> None:
        self.rng = Random(f"values {seed}")
        self.calendar = StoryCalendar(today)
        self.today = today
        self.resources: list[Json] = []
        self.binaries: dict[str, tuple[str, bytes]] = {}
        self.accounts: list[Account] = []
        self._ids = Random(f"ids {seed}")
        self._latest = moment(clock_time(today, "0:00") - timedelta(minutes=1))

    def new_id(self) -> str:
        """Draw an id in the shape of a UUID."""
        text = f"{self._ids.getrandbits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"

    def add(self, kind: str, seen: datetime, body: Json, *, id: str | None = None) -> str:
        """Write a resource that appeared on the portal at `seen`; return its reference."""
        name = id or self.new_id()
        stamp = min(moment(seen), self._latest)
        head: Json = {"resourceType": kind, "id": name, "meta": {"versionId": "1", "lastUpdated": stamp}}
        self.resources.append(head | body)
        return f"{kind}/{name}"

    def attach(self, data: bytes, *, content_type: str, title: str, created: datetime) -> Json:
        """Store bytes as a Binary and make the Attachment that points at them (SHA-1 in base64, as R4 has it)."""
        name = self.new_id()
        self.binaries[name] = (content_type, data)
        digest = base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")
        return {
            "contentType": content_type,
            "language": "ru-RU",
            "url": f"Binary/{name}",
            "size": len(data),
            "hash": digest,
            "title": title,
            "creation": moment(created),
        }

    def world(self) -> World:
        """Close the book: oldest first."""
        self.resources.sort(key=lambda resource: resource["meta"]["lastUpdated"])
        return World(resources=self.resources, binaries=self.binaries, accounts=tuple(self.accounts))
