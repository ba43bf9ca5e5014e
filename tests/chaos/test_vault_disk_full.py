"""A full disk refuses the act in words, loses nothing, and the next act works when there is room again (security.md R-06)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from desktop.clock import ManualClock
from desktop.store import vault as vaults
from tests.store.kit import PASSPHRASE, new_home

ROOT = Path(__file__).resolve().parents[2]

_WRITER = """
import json, resource, signal, sys
from pathlib import Path
from desktop.clock import SystemClock
from desktop.errors import DiskFull
from desktop.store import vault as vaults
from tests.store.kit import ANNA, observation, page
from desktop.store.ingest import Batch
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder, limit = Path(sys.argv[1]), int(sys.argv[2])
vault = vaults.unlock(folder, passphrase=sys.stdin.readline().strip(), clock=SystemClock())
portal, person = vault.portals.all()[0].id, vault.people.of()[0].id
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
stored, refused = [], 0
for number in range(40):
    rows = [observation(f"r{number}-{one}", text="Показатель " + "абвгд" * 40 + str(number * one)) for one in range(10)]
    try:
        vault.replica.take(Batch(portal=portal, person=person, pages=[page(*rows)], expected_patient=ANNA))
        stored.append(number)
    except DiskFull:
        refused += 1
        assert all(vault.replica.get("Observation", f"r{one}-0") for one in stored)
        if refused == 3:
            break
ballast = (folder / "vault.ballast").exists()
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
vault.replica.take(Batch(portal=portal, person=person, pages=[page(observation("after"))], expected_patient=ANNA))
vault.close()
print(json.dumps({"stored": stored, "refused": refused, "ballast": ballast}))
"""


def test_a_full_disk_at_many_points_loses_nothing(folder: Path) -> None:
    if os.name == "nt":
        assert not hasattr(os, "fork")
        return
    met_refusal = 0
    for step in range(6):
        here = folder.with_name(f"v{step}")
        home = new_home(here)
        home.vault.close()
        size = (here / vaults.DATABASE_FILE).stat().st_size
        done = subprocess.run([sys.executable, "-c", _WRITER, str(here), str(size + 4096 * (3 + 9 * step))], cwd=ROOT,
                              input=PASSPHRASE.encode() + b"\n", capture_output=True, timeout=60, check=False,
                              env=os.environ | {"PYTHONUTF8": "1"})
        assert done.returncode == 0, done.stderr.decode()
        said = json.loads(done.stdout)
        met_refusal += said["refused"] > 0
        if said["refused"]:
            assert not said["ballast"]
        vault = vaults.unlock(here, passphrase=PASSPHRASE, clock=ManualClock())
        for number in said["stored"]:
            for one in range(10):
                assert vault.replica.get("Observation", f"r{number}-{one}")
        assert vault.replica.get("Observation", "after")
        assert vault.replica.count("Observation") == len(said["stored"]) * 10 + 1
        assert vault.check().is_sound
        vault.close()
    assert met_refusal >= 3
