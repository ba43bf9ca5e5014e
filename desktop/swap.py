"""Whether the system may write memory to a disk in clear. Owns: what Linux says of its swap; other systems do not say it plainly.

*Source*: proc(5), /proc/swaps; the kernel's device-mapper uuid, which begins with CRYPT- for an encrypted device.
"""

from __future__ import annotations

from pathlib import Path


def may_leave_traces(swaps: Path = Path("/proc/swaps"), blocks: Path = Path("/sys/class/block")) -> bool:
    """Say whether a swap is in use that is neither in memory nor known to be encrypted. False where the system does not say."""
    try:
        lines = swaps.read_text("utf-8").splitlines()[1:]
    except OSError:
        return False
    return any(not _is_safe(Path(line.split()[0]), blocks) for line in lines if line.strip())


def _is_safe(place: Path, blocks: Path) -> bool:
    device = place.resolve().name
    try:
        return device.startswith("zram") or (blocks / device / "dm" / "uuid").read_text("utf-8").startswith("CRYPT-")
    except OSError:
        return False
