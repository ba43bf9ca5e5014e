"""Fixtures of the chaos tests."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place for a vault that does not exist yet."""
    return tmp_path / "vault"
