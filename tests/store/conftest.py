"""Fixtures of the store's tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.kit import Home, new_home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for a vault that does not exist yet."""
    return tmp_path / "vault"


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    """An open vault on disk, with a portal and two people."""
    home = new_home(folder)
    yield home
    home.vault.close()
