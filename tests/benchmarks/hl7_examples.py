"""Every official R4 example through the door and back: `python -m tests.benchmarks.hl7_examples PACKAGE.tgz`.

The package is `hl7.fhir.r4.examples` 4.0.1 (CC0-1.0, 188 MB unpacked), fetched by hand with `npm pack hl7.fhir.r4.examples@4.0.1`.
Not a part of the suite: it needs the network once. Prints how many came back equal and why the others were set aside.
"""

from __future__ import annotations

import collections
import json
import sys
import tarfile
import tempfile
import time
from pathlib import Path

from desktop.clock import ManualClock
from desktop.errors import KnownError
from desktop.record.bundle import Page, read_entry
from desktop.store import keys
from desktop.store import vault as vaults
from desktop.store.ingest import Batch


def main() -> None:
    """Store every example, read every one back, compare."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    reasons: collections.Counter[str] = collections.Counter()
    equal = files = 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, tarfile.open(sys.argv[1]) as package:
        vault, _ = vaults.create(Path(folder) / "vault", passphrase="examples", clock=ManualClock(), kdf=keys.CHEAP)
        portal = vault.portals.put("https://hl7.example/fhir", auth="none")
        person = vault.people.add(portal, "anyone")
        for member in package:
            if not member.name.endswith(".json") or member.name.endswith(("package.json", ".index.json")):
                continue
            source = package.extractfile(member)
            if source is None:
                continue
            files += 1
            raw = source.read()
            try:
                entry = read_entry(raw)
            except KnownError as refusal:
                reasons[refusal.code] += 1
                continue
            summary = vault.replica.take(Batch(portal=portal, person=person, pages=[Page(type="example", entries=(entry,))]))
            if summary.quarantined:
                reasons[f"{entry.reason} ({entry.type})" if entry.reason != "size" else f"size, {len(raw) / 2**20:.0f} MB"] += 1
                continue
            kept = vault.replica.get(entry.type, entry.id)
            equal += kept is not None and json.loads(kept) == json.loads(raw)
        problems = vault.check().problems
        vault.close()
    print(f"{files} files, {equal} equal, set aside {sum(reasons.values())}: {dict(reasons)}; check {problems or 'sound'}; "
          f"{time.perf_counter() - began:.0f} s")


if __name__ == "__main__":
    main()
