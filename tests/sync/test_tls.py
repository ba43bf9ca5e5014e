"""Who the portal is: only a certificate that the computer trusts, in force, and made out to this very address (R-60)."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from desktop.errors import PortalError, unreached
from desktop.sync.wire import Unreached, Wire
from tests.sync.hostile import answer, listening

Shown = Callable[[trustme.CA], ssl.SSLContext]


def shown(ca: trustme.CA, *names: str, **made: datetime) -> ssl.SSLContext:
    """Return a server's side that shows a certificate of `ca` made out to `names`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(*(names or ("127.0.0.1",)), **made).configure_cert(context)
    return context


def of_another_root(_ca: trustme.CA) -> ssl.SSLContext:
    return shown(trustme.CA())


def expired(ca: trustme.CA) -> ssl.SSLContext:
    return shown(ca, not_before=datetime(2020, 1, 1, tzinfo=UTC), not_after=datetime(2021, 1, 1, tzinfo=UTC))


def for_another_name(ca: trustme.CA) -> ssl.SSLContext:
    return shown(ca, "portal.example")


def of_an_old_protocol(ca: trustme.CA) -> ssl.SSLContext:
    context = shown(ca)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


async def ask(tls: ssl.SSLContext, ca_file: Path | None, reply: bytes = answer(b"{}")) -> tuple[object, int]:
    """Ask once, with a token; return the outcome and how many requests the other side could read."""
    async with listening(lambda _heard: reply, tls=tls) as listener:
        wire = Wire(ca_file=ca_file)
        try:
            outcome = await wire.exchange("GET", f"{listener.base}/metadata", headers={"Authorization": "Bearer secret-token"})
        finally:
            await wire.close()
        return outcome, len(listener.heard)


@pytest.fixture
def root(tmp_path: Path) -> tuple[trustme.CA, Path]:
    """A region's own root, and the file that a person would point to."""
    ca = trustme.CA()
    path = tmp_path / "root.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


async def test_portal_with_a_certificate_of_the_named_root_is_heard(root: tuple[trustme.CA, Path]) -> None:
    ca, path = root
    outcome, heard = await ask(shown(ca), path)
    assert (outcome.head.status, outcome.body, heard) == (200, b"{}", 1)


@pytest.mark.parametrize("made", [of_another_root, expired, for_another_name, of_an_old_protocol], ids=lambda one: one.__name__)
async def test_portal_that_cannot_show_who_it_is_hears_nothing(made: Shown, root: tuple[trustme.CA, Path]) -> None:
    ca, path = root
    outcome, heard = await ask(made(ca), path)
    assert isinstance(outcome, Unreached)
    assert outcome.reason == "tls"
    assert heard == 0


async def test_root_that_the_computer_does_not_know_is_not_trusted_by_itself(root: tuple[trustme.CA, Path]) -> None:
    outcome, heard = await ask(shown(root[0]), None)
    assert isinstance(outcome, Unreached)
    assert (outcome.reason, heard) == ("tls", 0)


def test_person_is_told_that_it_is_the_certificate() -> None:
    assert unreached("tls").code == "portal.not_trusted"
    assert unreached("network").code == unreached("deadline").code == "portal.unreached"
    assert isinstance(unreached("tls"), PortalError)
