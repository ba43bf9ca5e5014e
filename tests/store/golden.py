"""The golden replica of a released schema: `python -m tests.store.golden` writes the one of this program, once per version.

A file under tests/golden/replica-<version>/ is never written again: it stands for every vault made by that version.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from desktop.record.streets import Tile
from desktop.store import vault as vaults
from desktop.store.migrate import newest
from tests.store.kit import OLEG, Home, new_home, observation

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def fill(home: Home) -> None:
    """Put something into every table."""
    home.take(*(observation(f"o{number}", value=number / 10, day=f"2026-01-{1 + number % 28:02d}") for number in range(80)), position="here")
    home.take(observation("oleg", patient=OLEG, text="Анализ мочи"), person=home.oleg, patient=OLEG)
    home.take(b'{"resourceType":"Observation","id":"bad","a":1,"a":2}')
    home.vault.blobs.plan("d", "Binary/d", None, portal=home.portal, person=home.anna)
    home.vault.blobs.append("d", 0, b"document")
    home.vault.blobs.finish("d")
    home.vault.streets.put("https://streets.example/{z}/{x}/{y}.png", {Tile(14, 9900, 5120): b"picture"})
    home.vault.settings.set("theme", "dark")
    home.vault.secrets.set("token", b"token")
    home.vault.journal.write("vault.created")
    with home.vault.acts():
        home.vault.outbox.append(id="act", kind="book", portal=home.portal, person=home.anna, subject="Slot/1", body={"слот": 1}, precondition={})
        home.vault.clashes.add(id="clash", intent="act", portal=home.portal, person=home.anna, subject="Slot/1", basis={}, mine={}, theirs={},
                               choices=("drop",))


def main() -> None:
    """Write the golden replica of this version; refuse to replace one."""
    place = GOLDEN / f"replica-{newest()}"
    if place.exists():
        raise SystemExit(f"{place.name} stands already")
    with tempfile.TemporaryDirectory() as folder:
        home = new_home(Path(folder) / "vault")
        fill(home)
        home.vault.close()
        place.mkdir()
        for name in (vaults.KEY_FILE, vaults.DATABASE_FILE):
            shutil.copyfile(Path(folder) / "vault" / name, place / name)


if __name__ == "__main__":
    main()
