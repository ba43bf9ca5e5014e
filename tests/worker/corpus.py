"""Hostile and honest PDF files, built byte by byte, for the worker's tests."""

from __future__ import annotations

import zlib


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """Join numbered objects (from 1) into a file with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer << /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def honest(text: bytes = b"Haemoglobin 114") -> bytes:
    """One page, one line of text."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        stream(b"BT /F1 18 Tf 20 350 Td (" + text + b") Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def circular_kids() -> bytes:
    """A page tree whose /Kids points at itself: QPdfDocument never returns from it."""
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def recursive_form() -> bytes:
    """A form that draws itself twice: memory for ever."""
    form = b"/Type /XObject /Subtype /Form /BBox [0 0 100 100] /Resources << /XObject << /X 5 0 R >> >>"
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
        stream(b"/X Do"),
        stream(b"/X Do /X Do", form),
    )


def flate_bomb(mib: int = 600) -> bytes:
    """A small file whose page content inflates to hundreds of megabytes, deflated twice."""
    packer = zlib.compressobj(1)
    parts = [packer.compress(b"q Q " * 2**18) for _ in range(mib)]
    once = b"".join(parts) + packer.flush()
    twice = zlib.compress(once, 9)
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R >>",
        stream(twice, b"/Filter [/FlateDecode /FlateDecode]"),
    )


def scripted() -> bytes:
    """A page that asks for JavaScript and a program on opening."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /AA << /O << /S /Launch /F (calc) >> >> >>",
    )
