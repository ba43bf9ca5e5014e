"""How a verb ends: what a script is told of every refusal, streams that are closed or full, and Ctrl-C in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from tests.cli.conftest import ROOT, Program

HOUSE_CALL = ("house-call", "--address", "ул. Речная, 3", "--phone", "+70000000000", "--symptoms", "жар", "--on", "2030-01-01",
              "--no-red-flags", "--person", "Наталья")  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("fly",), "usage"),
        (("backup",), "usage"),
        (("sync", "--documents", "some"), "usage"),
        (("portal", "--port", "65536"), "usage"),
        (("portal", "--port", "-1"), "usage"),
        (("connect", "http://127.0.0.1:1/fhir", "--port", "99999"), "usage"),
        (("scenes", "--out", "x", "--scale", "nan"), "usage"),
        (("scenes", "--out", "x", "--size", "1440"), "usage"),
        (("scenes", "--out", "x", "--only", "no-such-page"), "scenes.unknown"),
        (("scenes", "--out", "phrase", "--only", "unlock"), "file.refused"),
        (("portal", "--size", "S", "--db", "phrase"), "portal.bad_db"),
        ((*HOUSE_CALL, "--temperature", "nan"), "act.bad_field"),
        ((*HOUSE_CALL, "--temperature", "inf"), "act.bad_field"),
    ],
)
def test_script_is_told_in_an_object_what_was_wrong(synced: Program, arguments: tuple[str, ...], error: str) -> None:
    named = {"field": "temperature", "why": "degrees"} if error == "act.bad_field" else {}
    assert synced(*arguments, "--json", code=2).answer == {"ok": False, "error": error, **named}


@pytest.mark.parametrize("arguments", [("show", "moods"), ("search",), ("resource", "Patient/none"), ("slots", "--from", "вчера")])
def test_verbs_that_answer_with_rows_have_none_where_they_fail(program: Program, arguments: tuple[str, ...]) -> None:
    assert program(*arguments, "--json", code=2).out == ""


def test_file_of_fields_that_is_not_text_is_refused_in_words(synced: Program, tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_bytes(b'{"certificate": "\xff"}')
    asked = ("act", "certificate.order", "--person", "Варвара", "--json", "--body")
    assert synced(*asked, str(body), code=2).answer["error"] == "act.bad_body"
    assert synced(*asked, "-", code=2, input=body.read_bytes()).answer["error"] == "act.bad_body"
    assert synced(*asked, "-", input=json.dumps({"certificate": "156u"}).encode()).answer["ok"] is True


def shell(program: Program, line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the shell in which `medkarta` is the program on its folder."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MEDKARTA_DATA_DIR": str(program.folder), "MEDKARTA_PASSPHRASE_FILE": str(program.phrase),
           "PYTHON": sys.executable}  # fmt: skip
    env.pop("PYTHONUNBUFFERED", None)
    return subprocess.run(["sh", "-c", f'medkarta() {{ "$PYTHON" -m desktop "$@"; }}; {line}'], env=env, capture_output=True,
                          encoding="utf-8", cwd=program.folder.parent, timeout=100, check=False)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("medkarta show people >&-", 0, ""),
        ("medkarta --json check <&- >&- 2>&-", 0, ""),
        ("(medkarta show people; echo $? >&2) | true", 0, "0\n"),
        ("(medkarta --help; echo $? >&2) | true", 0, "0\n"),
        ("medkarta show people >/dev/full", 8, "мало места"),
        ("medkarta --json check >/dev/full", 8, "мало места"),
    ],
)
def test_stream_that_is_closed_or_full_ends_a_verb_without_noise(program: Program, line: str, code: int, said: str) -> None:
    done = shell(program, line)
    assert done.returncode == code, done
    assert done.stderr == said if not code else (said in done.stderr and len(done.stderr.splitlines()) == 1)


def test_ctrl_c_in_the_middle_of_a_sync_keeps_what_came_and_the_next_one_ends_it(program: Program, box: DemoPortal) -> None:
    whole, in_the_middle = box.app, threading.Event()

    async def tapped(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].startswith("/fhir/Observation"):
            in_the_middle.set()
        await whole(scope, receive, send)

    box.app = tapped  # type: ignore[assignment]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MEDKARTA_DATA_DIR": str(program.folder), "MEDKARTA_PASSPHRASE_FILE": str(program.phrase)}
    with running(box) as base:
        program("connect", base)
        box.faults.parse("delay@GET/Observation=100s")
        in_the_middle.clear()
        command = [sys.executable, "-m", "desktop", "sync", "--json", "--documents", "none"]
        # What a background job ignores, its children would ignore too; what is caught here begins anew in them.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              encoding="utf-8") as child:  # fmt: skip
            signal.signal(signal.SIGINT, before)
            assert in_the_middle.wait(60)
            child.send_signal(signal.SIGINT)
            out, err = child.communicate(timeout=60)
        assert (child.returncode, out, err) == (130, "", "Остановлено. Что уже получено, сохранено.\n")
        assert program("check", "--json").answer["problems"] == []
        kept = len(program("show", "people", "--json").rows)
        box.faults.parse("")
        report = program("sync", "--json", "--documents", "none").answer
    assert (kept, report["ok"], report["people"]) == (4, True, 4)
    assert program("show", "results", "--json").rows
