"""The box over real HTTP: the thread for tests and the demo, and the `portal` verb's own process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from desktop.clock import ManualClock
from desktop.demo import DemoPortal
from desktop.demo.serve import running
from tests.demo.conftest import link, observation

ROOT = Path(__file__).resolve().parents[2]


def test_links_lead_where_the_portal_is_reached(portal: DemoPortal) -> None:
    headers = {"Authorization": f"Bearer {portal.token_for(['anna'])}"}
    with running(portal) as base, httpx.Client(trust_env=False, headers=headers) as client:
        page = client.get(f"{base}/Observation?patient=anna&_count=2").json()
        assert (link(page, "next") or "").startswith(f"{base}/Observation?_cursor=")
        assert page["entry"][0]["fullUrl"] == f"{base}/Observation/a0"
        smart = client.get(f"{base}/.well-known/smart-configuration").json()
        assert smart["issuer"] == base.removesuffix("/fhir") + "/oidc"
    assert portal.base == "http://portal.test/fhir"


def test_portal_can_be_edited_from_another_thread_while_it_serves(portal: DemoPortal) -> None:
    headers = {"Authorization": f"Bearer {portal.token_for(['anna'])}"}
    with running(portal) as base, httpx.Client(trust_env=False, headers=headers) as client:
        for number in range(30):
            portal.put(observation(f"n{number}", "anna"))
            assert client.get(f"{base}/Observation/n{number}").status_code == 200


def test_two_portals_run_side_by_side(portal: DemoPortal, clock: ManualClock) -> None:
    other = DemoPortal(None, clock=clock, open_access=True)
    with running(portal) as one, running(other) as two:
        assert one != two
        assert httpx.get(f"{two}/Patient", trust_env=False).json()["type"] == "searchset"
        assert httpx.get(f"{one}/Patient", trust_env=False).status_code == 401
    other.close()


def test_verb_says_where_it_is_and_ends_when_told(tmp_path: Path) -> None:
    arguments = f"port=0, db=Path({str(tmp_path / 'p.db')!r}), open_access=True, faults='delay=1ms', size='S', seed=3"
    program = f"import sys; from pathlib import Path; from desktop.demo.serve import main; sys.exit(main({arguments}))"
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, encoding="utf-8")
    try:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        assert set(first) == {"base", "issuer", "pid"}
        assert httpx.get(f"{first['base']}/Patient", trust_env=False).json()["entry"]
        assert httpx.get(f"{first['issuer']}/jwks", trust_env=False).json()["keys"][0]["kty"] == "EC"
        if sys.platform != "win32":  # Windows can only end it
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
            assert (process.returncode, out, err) == (0, "", "")
    finally:
        process.kill()
        process.communicate()
