"""Nothing of the record, no passphrase and no key stands in clear in any file that was written (security.md R-01, R-02)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from desktop.store import vault as vaults
from tests.store.kit import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
MARKER = "ЗеркалоZQPHI"

_USE = """
import os, sys
from pathlib import Path
from desktop.clock import SystemClock
from desktop.store import keys, vault as vaults
from tests.store.kit import furnish, observation
folder, marker, passphrase = Path(sys.argv[1]), sys.stdin.readline().strip(), sys.stdin.readline().strip()
vault, code = vaults.create(folder / "vault", passphrase=passphrase, clock=SystemClock(), kdf=keys.CHEAP)
home = furnish(vault, code, SystemClock())
for number in range(4):
    home.take(*(observation(f"{marker}-{number}-{one}", text=f"{marker} показатель {one}", code=marker) for one in range(500)))
home.take(b'{"resourceType":"Observation","id":"q","note":"' + marker.encode() + b'","a":1,"a":2}')
vault.search.find(marker, person=home.anna)
vault.blobs.plan("d", "Binary/d", None, portal=home.portal, person=home.anna)
vault.blobs.append("d", 0, marker.encode() * 100_000)
vault.blobs.finish("d")
vault.secrets.set("token", marker.encode())
with vault.acts():
    vault.outbox.append(id="a", kind="book", portal=home.portal, person=home.anna, subject=marker, body={"m": marker}, precondition={})
vault.database.all("SELECT body FROM resource ORDER BY random()")
with vault.database.transaction():
    vault.database.run("INSERT INTO search (search) VALUES ('optimize')")
vault.backup(folder / "kept.backup")
vault.check()
print(vault.data_key.hex(), flush=True)
if sys.argv[2] == "close":
    vault.close()
else:
    os.kill(os.getpid(), 9)
"""


def _forms(text: str) -> list[bytes]:
    return [text.encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]


def test_no_file_holds_the_record_the_passphrase_or_the_key(tmp_path: Path) -> None:
    for end in ("close", "kill"):
        if end == "kill" and os.name == "nt":
            continue
        here, temporary = tmp_path / end, tmp_path / f"temp-{end}"
        here.mkdir()
        temporary.mkdir()
        done = subprocess.run([sys.executable, "-c", _USE, str(here), end], cwd=ROOT, capture_output=True, timeout=60, check=False,
                              input=f"{MARKER}\n{PASSPHRASE}\n".encode(),
                              env=os.environ | {"PYTHONUTF8": "1", "TMPDIR": str(temporary), "SQLITE_TMPDIR": str(temporary)})
        assert done.stderr == b""
        key = bytes.fromhex(done.stdout.decode().strip())
        files = [file for file in tmp_path.rglob("*") if file.is_file()]
        names = {file.name for file in files if end in file.parts or file.parent.parent.name == end}
        assert {vaults.KEY_FILE, vaults.DATABASE_FILE, "kept.backup"} <= names
        secrets = [*_forms(MARKER), *_forms("показатель"), *_forms(PASSPHRASE), key, key.hex().encode(), key.hex().upper().encode()]
        for file in files:
            data = file.read_bytes()
            assert not [secret for secret in secrets if secret in data], file
        assert list(temporary.iterdir()) == []


def test_a_purged_person_is_gone_from_the_open_database_too(tmp_path: Path) -> None:
    from tests.store.kit import OLEG, new_home, observation
    home = new_home(tmp_path / "vault")
    home.take(*(observation(f"{one}", text=f"{MARKER} {one}") for one in range(300)))
    home.take(*(observation(f"o{one}", text=f"Обычный {one}", patient=OLEG) for one in range(300)), person=home.oleg, patient=OLEG)
    home.vault.blobs.plan("d", "Binary/d", None, portal=home.portal, person=home.anna)
    home.vault.blobs.append("d", 0, MARKER.encode())
    with home.vault.acts():
        home.vault.outbox.append(id="a", kind="book", portal=home.portal, person=home.anna, subject=MARKER, body={"m": MARKER},
                                 precondition={})
    home.vault.people.purge(home.anna)
    assert [person.id for person in home.vault.people.of()] == [home.oleg]
    database = home.vault.database
    tables = [row[0] for row in database.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'search'")]
    needles = (MARKER.encode(), MARKER.lower().encode(), b"patient-anna")
    for table in tables:
        for row in database.all(f"SELECT * FROM {table}"):
            for value in row:
                held = value.encode() if isinstance(value, str) else value if isinstance(value, bytes) else b""
                assert not [needle for needle in needles if needle in held], table
    assert home.vault.replica.count("Observation") == 300
    assert home.vault.replica.rows("Observation", person=home.oleg, limit=1)[0].title.startswith("Обычный")
    assert home.vault.check().is_sound
    home.vault.close()
