"""Which way an exchange takes: past the system's proxy to this computer, by it to everybody else, never by one that cannot be spoken with."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.sync.roads import Roads
from desktop.sync.wire import Unreached, Wire
from tests.sync.hostile import answer, listening

ABROAD = "https://portal.example/fhir/Patient"


def there(roads: Roads, host: str) -> object:
    return roads.to("https", host, is_loopback=False)


async def test_exchange_with_a_portal_goes_by_the_systems_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(lambda _heard: answer(b"", status="502 Bad Gateway")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"127.0.0.1:{proxy.port}")
        wire = Wire()
        reply = await wire.exchange("GET", ABROAD, headers={"Authorization": "Bearer secret"})
        await wire.close()
    assert isinstance(reply, Unreached)
    assert reply.reason == "network"
    (asked,) = proxy.heard
    assert (asked.method, asked.target) == ("CONNECT", "portal.example:443")
    # What opens the portal is for the portal, not for the proxy before it.
    assert "authorization" not in asked.headers


async def test_proxy_of_a_kind_that_is_not_known_is_no_line_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    for named in ("gopher://127.0.0.1:1", "socks5://127.0.0.1:1", "http://[::"):
        monkeypatch.setenv("HTTPS_PROXY", named)
        wire = Wire()
        reply = await wire.exchange("GET", ABROAD, headers={})
        await wire.close()
        assert reply == Unreached("network", has_left=False), named


async def test_this_computer_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening() as proxy, listening() as portal:
        for name in ("ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.base)
        wire = Wire()
        reply = await wire.exchange("GET", portal.base, headers={})
        await wire.close()
    assert not isinstance(reply, Unreached)
    assert proxy.heard == []


async def test_hosts_that_the_system_excepts_are_reached_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "clinic.example, .region.example")
    roads = Roads(instead=None, ca_file=None)
    straight = roads.to("https", "127.0.0.1", is_loopback=True)
    by_proxy = there(roads, "portal.example")
    assert by_proxy is not straight
    for host in ("clinic.example", "fhir.clinic.example", "region.example", "fhir.region.example"):
        assert there(roads, host) is straight, host
    for host in ("notclinic.example", "clinic.example.org", "other.example"):
        assert there(roads, host) is by_proxy, host
    await roads.close()
    monkeypatch.setenv("NO_PROXY", "*")
    roads = Roads(instead=None, ca_file=None)
    assert there(roads, "portal.example") is roads.to("https", "127.0.0.1", is_loopback=True)
    await roads.close()


async def test_a_cookie_that_a_portal_sets_is_not_brought_back() -> None:
    async with listening(lambda _heard: answer(b"{}", extra="Set-Cookie: who=anna; Path=/\r\n")) as portal:
        wire = Wire()
        for _ in range(2):
            await wire.exchange("GET", portal.base, headers={})
        await wire.close()
    assert ["cookie" in one.headers for one in portal.heard] == [False, False]


def test_exchange_brings_no_command_line_of_its_libraries_into_the_program() -> None:
    code = "import sys, desktop.sync.wire; print({'rich', 'pygments', 'click'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"
