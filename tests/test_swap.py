"""A swap that may keep what was in memory is told from one in memory and from an encrypted one."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop import swap

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


@pytest.mark.parametrize(("places", "is_open"), [
    ((), False), (("/dev/zram0",), False), (("/dev/dm-7",), False), (("/dev/dm-7", "/dev/zram0"), False), (("/dev/dm-8",), True),
    (("/swapfile",), True), (("/dev/zram0", "/dev/sda3"), True),
])  # fmt: skip
def test_swap_in_clear_is_told_from_others(tmp_path: Path, places: tuple[str, ...], is_open: bool) -> None:
    swaps = tmp_path / "swaps"
    swaps.write_text(HEAD + "".join(f"{one}\tpartition\t8388604\t0\t-2\n" for one in places), "utf-8")
    for device, uuid in (("dm-7", "CRYPT-PLAIN-swap"), ("dm-8", "LVM-swap")):
        (tmp_path / device / "dm").mkdir(parents=True)
        (tmp_path / device / "dm" / "uuid").write_text(uuid, "utf-8")
    assert swap.may_leave_traces(swaps, tmp_path) is is_open


def test_system_that_does_not_say_is_not_accused(tmp_path: Path) -> None:
    assert not swap.may_leave_traces(tmp_path / "none", tmp_path)
