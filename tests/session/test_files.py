"""Files that leave the vault: whole or not there, for their owner alone, and tables that run nothing."""

from __future__ import annotations

import csv
import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.errors import DiskFull, UsageError
from desktop.session import files


def test_a_file_takes_the_place_of_the_one_before_and_its_owner_alone_reads_it(tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(b"old")
    (tmp_path / "a.pdf.part").write_bytes(b"left by a crash")
    files.write(place, b"%PDF-")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.pdf", b"%PDF-")]
    if os.name == "posix":
        assert place.stat().st_mode & 0o777 == 0o600


def test_what_stood_there_stays_when_the_new_file_is_not_whole(tmp_path: Path) -> None:
    place = tmp_path / "a.pdf"
    place.write_bytes(b"old")
    for error, meant in ((OSError(errno.ENOSPC, "full"), DiskFull), (OSError(errno.EIO, "broken"), UsageError), (ZeroDivisionError(), None)):
        with pytest.raises(meant or ZeroDivisionError), files.whole(place) as out:
            out.write(b"half")
            raise error
        assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("a.pdf", b"old")]
    with pytest.raises(UsageError, match=r"file\.refused"):
        files.write(tmp_path / "none" / "a.pdf", b"")


def test_process_that_goes_leaves_nothing_of_what_it_was_writing(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom desktop import app_restart\nfrom desktop.session import files\n"
        "sys.executable = '/no/such/program'\n"
        "with files.whole(Path(sys.argv[1])) as out:\n"
        "    out.write(b'half')\n    out.flush()\n    print(Path(sys.argv[1] + '.part').exists(), flush=True)\n    app_restart.replace(())\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path / "a.pdf")], capture_output=True, encoding="utf-8", check=False)
    assert (done.stdout, done.returncode) == ("True\n", 1)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_cell_that_a_table_program_would_run_is_text(start: str) -> None:
    data = files.table(("Что",), [(f"{start}cmd",), ("Сверка",)])
    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")) == [["Что"], [f"'{start}cmd"], ["Сверка"]]
