"""The roads that bytes take: straight, or by the proxy that the system names.

Owns: one pool of connections for each road, TLS, which road leads to an origin.
Does not own: what is sent (wire.py). There is no client above the pools: cookies, redirects and a log of addresses, which one would bring,
are then nobody's to switch off.
*Source*: security.md R-60, E10.
"""

from __future__ import annotations

import ssl
import urllib.request
from pathlib import Path
from typing import Final

import httpx
import truststore

from desktop import limits
from desktop.errors import UsageError

Transport = httpx.AsyncBaseTransport
"""What a session may be given in place of the network, by a name that needs no httpx."""
_STRAIGHT: Final = ""


class Roads:
    """Every way out of this computer, opened when first taken. *Thread*: the loop's."""

    def __init__(self, *, instead: Transport | None, ca_file: Path | None) -> None:
        """Prepare the roads. `instead` replaces the network (tests); `ca_file` adds a state's own root.

        *Raises* UsageError when `ca_file` cannot be read.
        """
        self._context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        if ca_file is not None:
            try:
                self._context.load_verify_locations(str(ca_file))
            except (OSError, ssl.SSLError) as error:
                raise UsageError("connect.bad_ca_file") from error
        self._proxies = {} if instead else urllib.request.getproxies()
        self._open: dict[str, Transport] = {_STRAIGHT: instead or self._pool(None)}

    def to(self, scheme: str, host: str, *, is_loopback: bool) -> Transport:
        """Return the road to an origin. *Raises* httpx.ConnectError where the system names a proxy that cannot be spoken with."""
        # A proxy of the surroundings must not see, or break, what stays on this computer.
        proxy = _STRAIGHT if is_loopback or self._goes_past(host) else self._proxies.get(scheme) or self._proxies.get("all", _STRAIGHT)
        if proxy not in self._open:
            try:
                self._open[proxy] = self._pool(httpx.Proxy(proxy if "://" in proxy else f"http://{proxy}"))
            except (ValueError, ImportError, httpx.InvalidURL) as error:
                raise httpx.ConnectError("unknown kind of proxy") from error
        return self._open[proxy]

    async def close(self) -> None:
        """Let go of every connection."""
        for road in self._open.values():
            await road.aclose()

    def _pool(self, proxy: httpx.Proxy | None) -> Transport:
        many = limits.EXCHANGES_IN_FLIGHT
        return httpx.AsyncHTTPTransport(
            verify=self._context, http2=True, proxy=proxy, limits=httpx.Limits(max_connections=many, max_keepalive_connections=many)
        )

    def _goes_past(self, host: str) -> bool:
        """Say whether `no_proxy` names a host, or a domain that it lies in."""
        names = [name.strip().lower().lstrip(".") for name in self._proxies.get("no", "").split(",")]
        return any(name == "*" or host == name or (name and host.endswith(f".{name}")) for name in names)
