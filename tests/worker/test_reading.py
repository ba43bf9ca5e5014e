"""The worker shows honest files and refuses what it must; what is believed of its answers; it ends with its reader."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from desktop import limits
from desktop.worker import process
from desktop.worker.client import DocumentUnreadable, PdfReader
from desktop.worker.facts import facts
from tests.worker.corpus import CORPUS
from tests.worker.made import BOX, honest, stream, written


async def test_honest_page_is_painted_on_white_and_its_text_can_be_read() -> None:
    reader = PdfReader(honest())
    assert await reader.open() == 1
    picture = await reader.page(0, width_px=300)
    assert (picture.width, picture.height) == (300, 400)
    assert picture.pixels[:3] == b"\xff\xff\xff"
    assert any(byte < 60 for byte in picture.pixels)
    assert "Haemoglobin 114" in await reader.text(0)
    facts = await reader.facts()
    assert (facts.pages, facts.has_actions, facts.is_encrypted) == (1, False, False)
    reader.close()


@pytest.mark.parametrize(("name", "code"), [("circular_kids", "document.too_slow"), ("recursive_form", "document.too_heavy")])
async def test_hostile_file_ends_in_its_own_words_and_the_reader_says_them_for_ever(name: str, code: str) -> None:
    reader = PdfReader(CORPUS[name](), wall_s=0.5 if code == "document.too_slow" else 30)
    for _ in range(2):
        with pytest.raises(DocumentUnreadable) as caught:
            await reader.open()
            await reader.page(0, width_px=600)
        assert caught.value.code == code
    with pytest.raises(DocumentUnreadable):
        await reader.text(0)
    reader.close()


async def test_process_that_used_up_its_processor_time_was_too_slow_not_too_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    # As long as the watch waits, the process's own limit comes first: one second, spent before the first request.
    monkeypatch.setattr(process, "command", lambda: [process.sys.executable, "-c", SPENDER])
    reader = PdfReader(honest(), wall_s=60)
    with pytest.raises(DocumentUnreadable) as caught:
        await reader.open()
    assert caught.value.code == "document.too_slow"


SPENDER = """
import resource, sys
print('{"ok": true, "size": 0}', flush=True)
sys.stdin.buffer.readline()
resource.setrlimit(resource.RLIMIT_CPU, (1, resource.RLIM_INFINITY))
while True:
    pass
"""


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"<html>", b"MZ" * 500, honest()[:200]])
async def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    reader = PdfReader(data)
    with pytest.raises(DocumentUnreadable):
        await reader.open()
        await reader.page(0, width_px=100)
    reader.close()


def test_commands_and_files_inside_are_named_and_ordinary_links_are_not() -> None:
    commands = {name: facts(CORPUS[name]())["has_actions"] for name in ("scripted", "launching", "submitting_a_form", "going_to_a_share")}
    assert set(commands.values()) == {True}, commands
    assert facts(CORPUS["carrying_files"]())["has_files"]
    damaged = b"<< /Length 4611686018427387904 >>\nstream\nq\nendstream"
    assert facts(written(b"Hb", damaged, b"<< /S /Launch /F (calc.exe) >>", catalog=b"/OpenAction 7 0 R "))["has_actions"]
    link = b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://portal.example/) >> >>]"
    ordinary = facts(written(b"Hb", catalog=b"/OpenAction [3 0 R /Fit] ", page=BOX + link))
    assert (ordinary["has_actions"], ordinary["has_files"]) == (False, False)


@pytest.mark.parametrize("name", ["cyclic_names", "actions_in_a_ring", "circular_kids", "objects_that_are_each_other", "cyclic_fields"])
async def test_ring_in_the_structure_does_not_hold_the_reading_of_facts(name: str) -> None:
    reader = PdfReader(CORPUS[name](), wall_s=20)
    with contextlib.suppress(DocumentUnreadable):
        await reader.facts()
    assert reader._failure in (None, "unreadable")
    reader.close()


async def test_picture_that_would_not_fit_is_refused() -> None:
    reader = PdfReader(honest())
    await reader.open()
    with pytest.raises(DocumentUnreadable) as caught:
        await reader.page(0, width_px=100_000)
    assert caught.value.code == "document.too_heavy"
    reader.close()


@pytest.mark.parametrize("answer", [
    '{"ok": true}', '{"ok": true, "pages": 7}', '{"ok": true, "pages": [[1]]}', '{"ok": true, "pages": [[NaN, 1]]}', '{"ok": true, "pages": [["a", "b"]]}',
    '{"ok": true, "pages": [[Infinity, 400]]}', '{"ok": true, "pages": [[0, 400]]}', '{"ok": true, "pages": [[300, -1]]}', '{"ok": 1}', "[]", "nonsense",
    '{"ok": false, "reason": "../secret"}', '{"ok": false, "reason": 5}', '{"ok": true, "size": 99999999999}',
])  # fmt: skip
async def test_answer_of_a_worker_that_was_taken_over_is_not_believed(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = answer if "size" in answer or not answer.endswith("}") else answer[:-1] + ', "size": 0}'
    said = f"import sys\nprint('{{\"ok\": true, \"size\": 0}}', flush=True)\nsys.stdin.buffer.readline()\nprint({one!r}, flush=True)\nsys.stdin.read()"
    monkeypatch.setattr(process, "command", lambda: [process.sys.executable, "-S", "-c", said])
    reader = PdfReader(honest())
    with pytest.raises(DocumentUnreadable) as caught:
        await reader.open()
    assert caught.value.code in ("document.unreadable", "document.too_heavy")
    reader.close()


async def test_page_of_kilometres_is_laid_out_as_one_of_five_metres() -> None:
    reader = PdfReader(CORPUS["box_of_kilometres"]())
    await reader.open()
    assert reader.page_sizes == ((14_400.0, 7_200.0),)
    reader.close()


async def test_reader_closed_while_its_process_starts_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    starting, go_on = threading.Event(), threading.Event()
    started: list[process.subprocess.Popen[bytes]] = []

    class Slow(process.subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *args: object, **kwargs: object) -> None:
            starting.set()
            go_on.wait(30)
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]
            started.append(self)

    monkeypatch.setattr(process.subprocess, "Popen", Slow)
    reader = PdfReader(honest())
    opening = asyncio.ensure_future(reader.open())
    await asyncio.to_thread(starting.wait, 30)
    reader.close()
    go_on.set()
    with pytest.raises(DocumentUnreadable):
        await opening
    reader.close()
    await asyncio.to_thread(reader._lane.shutdown)
    (one,) = started
    assert one.returncode is not None


async def test_largest_document_that_is_kept_is_painted_as_wide_as_a_page_can_be_asked_for() -> None:
    largest = written(b"Hb", stream(bytes(limits.ATTACHMENT_BYTES - 2_000)))
    reader = PdfReader(largest, wall_s=30)
    assert await reader.open() == 1
    picture = await reader.page(0, width_px=3_000)
    assert (picture.width, picture.height) == (3_000, 4_000)
    reader.close()
