"""Files that a person hands in: told by their bytes, bounded, and named in words when they are not taken."""

from __future__ import annotations

import base64
import io
import tarfile
import zipfile

import pytest

from desktop import limits
from desktop.errors import UsageError
from desktop.record import uploads

PDF = b"%PDF-1.7\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
CMS = bytes.fromhex("3082010006092a864886f70d010702a081f2")


@pytest.mark.parametrize(("data", "kind"), [(PDF, uploads.PDF), (b"\n\n" + PDF, uploads.PDF), (JPEG, uploads.JPEG)])
def test_pdf_and_jpeg_are_told_by_their_bytes_whatever_their_name(data: bytes, kind: str) -> None:
    assert uploads.examined("паспорт.exe", data).content_type == kind


@pytest.mark.parametrize("data", [b"MZ\x90\x00", b"\x89PNG\r\n", b"<html>", CMS])
def test_what_is_neither_is_refused_although_it_is_called_pdf(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"upload\.kind"):
        uploads.examined("паспорт.pdf", data)


def _zip(kind: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as made:
        made.writestr("../паспорт.pdf", PDF)
        made.writestr("много.pdf", PDF.ljust(1_000_000, b"0"))
    return out.getvalue()


def _tar(kind: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind}") as made:  # type: ignore[call-overload]
        made.addfile(tarfile.TarInfo("%PDF-1.7"))
        link = tarfile.TarInfo("паспорт.pdf")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(link)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [_zip(), _zip(zipfile.ZIP_DEFLATED), *(_tar(kind) for kind in ("", "gz", "bz2", "xz")), b"7z\xbc\xaf\x27\x1c" + PDF, b"Rar!\x1a\x07" + PDF],
    ids=["zip", "zip packed", "tar", "tar.gz", "tar.bz2", "tar.xz", "7z", "rar"],
)
def test_archive_is_refused_and_never_unpacked_even_where_a_pdf_begins_inside_it(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"upload\.archive"):
        uploads.examined("паспорт.pdf", data)


def test_five_megabytes_pass_and_one_byte_more_does_not() -> None:
    assert uploads.examined("a", PDF.ljust(limits.UPLOAD_BYTES)).data
    with pytest.raises(UsageError, match=r"upload\.too_large"):
        uploads.examined("a", PDF.ljust(limits.UPLOAD_BYTES + 1))
    with pytest.raises(UsageError, match=r"upload\.empty"):
        uploads.examined("a", b"")


@pytest.mark.parametrize(
    "data", [CMS, base64.b64encode(CMS), b"-----BEGIN PKCS7-----\n" + base64.b64encode(CMS) + b"\n-----END PKCS7-----\n"]
)
def test_detached_signature_is_taken_in_each_of_its_envelopes(data: bytes) -> None:
    assert uploads.examined("заявление.pdf.sig", data, kinds=(uploads.SIGNATURE,)).content_type == uploads.SIGNATURE


@pytest.mark.parametrize("data", [PDF, b"0", b"-----BEGIN", b"signed, sealed", bytes.fromhex("3003020101")])
def test_anything_else_is_not_a_signature(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"upload\.not_a_signature"):
        uploads.examined("a.sig", data, kinds=(uploads.SIGNATURE,))


def test_title_is_one_line_of_bounded_length() -> None:
    title = uploads.examined("скан\nпаспорта\x00 " + "я" * 300 + ".pdf", PDF).title
    assert len(title) == uploads.TITLE_CHARS
    assert title.isprintable()
