"""The portals that the contract suite is held against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.foreign import running_npm_server


@pytest.fixture(scope="session")
def npm_server() -> Iterator[str]:
    """Base URL of Medplum's router from npm, loaded with the Synthea set; one for the whole run."""
    with running_npm_server() as base:
        yield base
