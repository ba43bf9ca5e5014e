"""The way to a clinic, handed to the map of the system: one address, shown in full before it is opened.

Owns the list of hosts that may be opened and the seam for street tiles; knows nothing of the person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = ("www.openstreetmap.org",)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSource:
    """Street tiles that an administrator has set up. LIMIT: nothing draws them yet; without one the packaged layers stand alone."""

    template: str
    attribution: str


def link(latitude: float, longitude: float) -> str:
    """Return the address that shows a place on a street map: coordinates of the clinic and nothing of the person."""
    at = f"{latitude:.5f}", f"{longitude:.5f}"
    return f"https://{HOSTS[0]}/?mlat={at[0]}&mlon={at[1]}#map=17/{at[0]}/{at[1]}"


def may_open(url: str) -> bool:
    """Say whether an address is one of ours: https and a host of the list."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and parts.hostname in HOSTS and parts.port is None and not parts.username
    except ValueError:
        return False
