"""Names of saved files: ours on every system, whatever the portal calls a document."""

from __future__ import annotations

from datetime import date
from pathlib import PureWindowsPath

import pytest

from desktop.record.documents import saved_name
from desktop.record.fhir import lens_documents

HOSTILE = ("CON", "aux", "Lpt1", "COM¹", "", "..", "../../etc/passwd", "C:\\Windows\\x", "a\u202egpj.exe", "NUL\x00", "a:b", "я" * 300, "имя. ")


def _named(title: str, day: str) -> str:
    paper = {"resourceType": "DocumentReference", "id": "1", "description": title, "date": day,
             "content": [{"attachment": {"contentType": "application/pdf"}}]}  # fmt: skip
    return saved_name(lens_documents.document(paper))


@pytest.mark.parametrize("title", HOSTILE)
@pytest.mark.parametrize("day", ["", "2026-05-14"])
def test_no_title_names_a_device_a_folder_or_another_kind_of_file(title: str, day: str) -> None:
    name = PureWindowsPath(_named(title, day))
    assert name.stem.lower() not in {"con", "aux", "lpt1", "com¹", "nul"}
    assert (name.name, name.suffix) == (str(name), ".pdf")
    assert all(sign.isalnum() or sign in "_-" for sign in name.stem)
    assert 0 < len(str(name)) < 90
    assert not day or date.fromisoformat(name.stem[-10:])
