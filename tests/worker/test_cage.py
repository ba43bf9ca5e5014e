"""Inside the worker's limits a process reaches nothing: tried from within a process that has put them on itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from desktop.worker.process import command
from tests.worker.made import honest

TRIES = """
import json, os, socket, subprocess, sys, threading
from pathlib import Path
place, own = Path(sys.argv[1]), os.getpid()
from desktop.worker import cage
cage.enter()
def ends(act):
    try:
        return type(act()).__name__
    except (OSError, subprocess.SubprocessError) as error:
        return type(error).__name__
def thread():
    one = threading.Thread(target=int)
    one.start()
    one.join()
    return one
def memory():
    try:
        return bytearray(300 * 2**20)
    except MemoryError as error:
        return error
tried = {
    "socket": ends(socket.socket), "socketpair": ends(socket.socketpair), "program": ends(lambda: subprocess.run(["true"])),
    "fork": ends(os.fork), "new file": ends(lambda: open(place / "new", "w")), "old file": ends(lambda: open(place / "old", "r+")),
    "empty file": ends(lambda: os.mknod(place / "empty")), "folder": ends(lambda: os.mkdir(place / "folder")),
    "rename": ends(lambda: os.rename(place / "old", place / "other")), "remove": ends(lambda: os.remove(place / "old")),
    "chmod": ends(lambda: os.chmod(place / "old", 0o777)), "signal": ends(lambda: os.kill(os.getppid(), 0)),
    "thread": ends(thread), "read": ends((place / "old").read_bytes), "memory": ends(memory),
}
print(json.dumps(tried))
"""
REFUSED = ("socket", "socketpair", "program", "fork", "new file", "old file", "empty file", "folder", "rename", "remove", "chmod", "signal")


if sys.platform.startswith("linux"):

    def test_process_within_its_limits_reaches_neither_network_nor_program_nor_file(tmp_path: Path) -> None:
        (tmp_path / "old").write_bytes(b"as it was")
        run = subprocess.run([sys.executable, "-c", TRIES, str(tmp_path)], capture_output=True, check=True, timeout=60)
        tried = json.loads(run.stdout)
        assert {tried[name] for name in REFUSED} == {"PermissionError"}, tried
        assert (tried["thread"], tried["read"], tried["memory"]) == ("Thread", "bytes", "MemoryError")
        assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir() if one.is_file()] == [("old", b"as it was")]


def test_worker_whose_reader_is_gone_goes_too() -> None:
    with subprocess.Popen(command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
        assert one.stdin is not None
        one.stdin.write(b'{"op": "open", "size": 9999}\n' + honest())
        one.stdin.close()
        assert one.wait(60) == 0
