"""A real sync process, killed at random moments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.kill_sync import campaign


@pytest.mark.timeout(300)
def test_killed_runs_leave_a_vault_that_one_run_completes(tmp_path: Path) -> None:
    done = campaign(20, size="demo", seed=7, folder=tmp_path)
    assert done["kills"] == 20
    assert done["while_running"] >= 10
