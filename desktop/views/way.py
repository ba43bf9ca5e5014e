"""The way to a clinic, handed to the map of the system: one address, shown in full before it is opened.

Owns the list of hosts that may be opened; knows nothing of the person.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

HOSTS: Final = ("www.openstreetmap.org",)


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
