"""Bad input and a bad world: the right exit code, words in three parts, nothing lost, nothing else on stdout."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import crash
from desktop.demo.portal import DemoPortal
from desktop.demo.serve import running
from desktop.store.keys import KeyFile
from tests.cli.conftest import ROOT, Program


def test_wrong_passphrase_is_told_from_damage(program: Program, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("не та фраза", "utf-8")
    wrong.chmod(0o600)
    said = program("check", "--json", "--passphrase-file", str(wrong), code=6)
    assert said.answer == {"ok": False, "error": "passphrase.wrong"}
    assert "не подходит" in said.err
    program("check")


def test_cut_vault_is_left_as_it_is(synced: Program) -> None:
    database = synced.folder / "vault.db"
    with database.open("r+b") as held:
        held.truncate(database.stat().st_size // 2)
    before = database.read_bytes()
    said = synced("check", "--json", code=7)
    assert said.answer["ok"] is False
    assert database.read_bytes() == before


def test_vault_of_a_newer_program_is_left_as_it_is(program: Program) -> None:
    key = program.folder / "vault.key"
    newer = dataclasses.replace(KeyFile.from_bytes(key.read_bytes()), schema_major=99).to_bytes()
    key.write_bytes(newer)
    assert program("show", "people", "--json", code=7).out == ""
    assert key.read_bytes() == newer


def test_no_vault_no_passphrase_and_a_second_vault_are_refused(bare: Program, program: Program, tmp_path: Path) -> None:
    assert program("init", "--json", code=2).answer["error"] == "vault.exists"
    nowhere = Program(tmp_path / "nowhere", bare.phrase)
    assert nowhere("check", "--json", code=2).answer["error"] == "vault.none"
    assert program("check", "--json", code=2, env={"MEDKARTA_PASSPHRASE_FILE": ""}).answer["error"] == "passphrase.not_given"
    assert program("check", "--json", "--passphrase-file", str(tmp_path / "none"), code=2).answer["error"] == "file.refused"
    assert program("sync", "--json", code=2).answer["error"] == "portal.none"


@pytest.mark.parametrize(
    "arguments", [("fly",), ("show", "moods"), ("sync", "--documents", "some"), ("show",), ("portal", "--faults", "x y=z@")],
)
def test_what_does_not_exist_is_a_usage_error(program: Program, arguments: tuple[str, ...]) -> None:
    said = program(*arguments, code=2)
    assert said.out == ""
    assert said.err


@pytest.mark.parametrize("arguments", [
    ("search",), ("book",), ("cancel",), ("withdraw",), ("document", "--out", "x"), ("decide", "drop"), ("show", "people", "--person"),
])  # fmt: skip
def test_words_that_are_no_text_are_a_usage_error(program: Program, arguments: tuple[str, ...]) -> None:
    said = program(*arguments, "\udcff", "--json", code=2)
    assert "UTF-8" in said.err
    assert said.out == "" or said.answer == {"ok": False, "error": "usage"}


def test_portals_words_do_not_steer_the_terminal(program: Program, box: DemoPortal) -> None:
    steering = "\x1b]0;чужое\x07\u202e"
    bent = {"Patient": {"name": [{"family": "Чужих", "given": [f"{steering}Имя"]}]}, "ServiceRequest": {"status": steering},
            "Schedule": {"specialty": [{"text": f"{steering}Врач\u00a0глаз"}]}}  # fmt: skip
    for kind, words in bent.items():
        for item in box.shelf.items("WHERE type=? AND live=1", (kind,)):
            box.shelf.write({**item.resource, **words}, "PUT")
    with running(box) as base:
        program("connect", base)
        program("sync", "--documents", "none", code=None)
    for asked in (("show", "people"), ("show", "bookings"), ("show", "referrals"), ("slots",)):
        said = program(*asked).out
        assert "\ufffd" in said, asked
        assert not {"\x1b", "\x07", "\u202e"} & set(said), asked
    assert "Врач\u00a0глаз" in said


def test_dead_network_loses_nothing(synced: Program) -> None:
    said = synced("sync", "--json", code=3)
    assert said.answer["ok"] is False
    assert said.answer["unreached"]
    assert "цела" in said.err
    assert synced("show", "results", "--json").rows


def test_address_without_a_portal_is_not_connected(program: Program) -> None:
    assert program("connect", "http://127.0.0.1:1/fhir", "--auth", "none", "--json", code=3).answer["ok"] is False
    assert program("connect", "ftp://x", "--auth", "none", "--json", code=2).answer["ok"] is False
    assert program("sync", "--json", code=2).answer["error"] == "portal.none"


@pytest.mark.parametrize("fault", ["500", "html"])
def test_portal_in_trouble_is_exit_three(synced: Program, box: DemoPortal, fault: str) -> None:
    before = synced("show", "results", "--json").rows
    box.faults.parse(fault)
    with running(box) as base:
        assert synced("connect", base, "--auth", "none", "--json", code=3).answer["ok"] is False
    assert synced("show", "results", "--json").rows == before


def test_full_disk_leaves_nothing_half_written(program: Program, box: DemoPortal) -> None:
    import resource

    room = (program.folder / "vault.db").stat().st_size + 64 * 1024

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    with running(box) as base:
        program("connect", base)
        said = program("sync", "--json", code=8, preexec_fn=small)
        assert said.answer["ok"] is False
        assert program("check", "--json").answer["problems"] == []
        assert program("sync", "--json").answer["ok"] is True


def test_open_secret_file_is_warned_of(program: Program) -> None:
    program.phrase.chmod(0o644)
    assert "chmod 600" in program("check").err
    assert str(program.phrase.parent) not in program("check").err


def test_words_are_there_in_english_and_on_any_console(program: Program) -> None:
    said = program("--lang", "en", "show", "results", env={"PYTHONIOENCODING": "cp1251", "PYTHONUTF8": "0"})
    assert said.out == "Nothing here yet.\n"
    assert "make a record" in program("--lang=en", "--help").out
    for shown in (program("--lang=ru", "--help").out, program("--lang=ru", "show", "--help").out):
        assert shown.startswith("вызов: medkarta")
        assert not {"usage", "options", "positional", "help"} & set(re.findall(r"[a-z]+", shown.replace("--help", "")))


def test_reading_verbs_load_no_qt_and_help_loads_no_record(program: Program) -> None:
    look = ("import sys; from desktop.__main__ import main; code = main(sys.argv[1:]); "
            "print(code, sorted({n.partition('.')[0] for n in sys.modules} & {'PySide6', 'qasync', 'httpx', 'sqlcipher3'}), file=sys.stderr)")

    def loaded(*arguments: str) -> str:
        found = subprocess.run(
            [sys.executable, "-c", look, "--data-dir", str(program.folder), "--passphrase-file", str(program.phrase), *arguments],
            capture_output=True, encoding="utf-8", cwd=ROOT, check=True, timeout=100)
        return found.stderr.splitlines()[-1]

    assert loaded("--help") == "0 []"
    assert "PySide6" not in loaded("show", "people")


def test_crash_note_holds_places_and_no_values(tmp_path: Path) -> None:
    try:
        raise ValueError("Орлова Наталья 5000")
    except ValueError as error:
        number = crash.note(error, tmp_path)
    kept = (tmp_path / crash.FOLDER / f"{number}.txt").read_text("utf-8")
    assert "ValueError" in kept
    assert "Орлова" not in kept
    assert str(tmp_path) not in kept
