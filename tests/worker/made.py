"""Bricks of PDF files, laid byte by byte: objects, streams, whole files. Nothing here comes from another program."""

from __future__ import annotations

import hashlib
import zlib

CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s>>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
BOX = b"/MediaBox [0 0 300 400]"
# The port is written over with that of a listener: five digits, so that no offset moves.
URL = b"http://127.0.0.1:00000/canary"
_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """Join numbered objects (from 1) into a file with a correct cross-reference table."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        out += b"%010d 00000 n \n" % offset
    out += b"trailer << /Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, trailer, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """Wrap bytes into a stream with a true /Length."""
    return b"<< /Length %d " % len(data) + extra + b" >>\nstream\n" + data + b"\nendstream"


def one_page(content: bytes, *more: bytes, resources: bytes = b"", page: bytes = BOX, catalog: bytes = b"", trailer: bytes = b"") -> bytes:
    """Make a file of one page; `content` is a whole object, the objects of `more` begin at 5."""
    leaf = b"<< /Type /Page /Parent 2 0 R " + page + b" /Contents 4 0 R /Resources << " + resources + b" >> >>"
    return pdf(CATALOG % catalog, PAGES, leaf, content, *more, trailer=trailer)


def font(extra: bytes = b"/Subtype /Type1 /BaseFont /Helvetica") -> bytes:
    """Make a font object."""
    return b"<< /Type /Font " + extra + b" >>"


def written(text: bytes, *more: bytes, page: bytes = BOX, catalog: bytes = b"", trailer: bytes = b"") -> bytes:
    """Make a page with one line of text; its font is object 5, those of `more` begin at 6."""
    line = stream(b"BT /F1 18 Tf 20 350 Td (" + text + b") Tj ET")
    return one_page(line, font(), *more, resources=b"/Font << /F1 5 0 R >>", page=page, catalog=catalog, trailer=trailer)


def honest(text: bytes = b"Haemoglobin 114") -> bytes:
    """One page, one line of text."""
    return written(text)


def inflating(part: bytes, times: int) -> bytes:
    """Deflate `part` × `times` without doing it more than once: a full flush ends each part at a byte."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(part) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + block * times + packer.flush(zlib.Z_FINISH)


def lzw(run: int) -> bytes:
    """Encode a run of one letter, `run` times over a whole table of codes: 1,300 bytes come out of each."""
    bits, filled, out = 0, 0, bytearray()
    for _ in range(run):
        known = 257
        for number, code in enumerate((256, 113, *range(258, 4094))):
            width = 9 if number == 0 else max(9, (known + 1).bit_length())
            bits, filled = (bits << width) | code, filled + width
            known += number > 0
            while filled >= 8:
                filled -= 8
                out.append(bits >> filled & 255)
            bits &= (1 << filled) - 1
    return bytes(out) + bytes([bits << (8 - filled) & 255, 0x80])


def locked(text: bytes, *, password: bytes) -> bytes:
    """A page closed with the standard handler's 40-bit key (revision 2)."""
    id_, rights = b"0123456789abcdef", -4
    owner = rc4(hashlib.md5(_PAD).digest()[:5], (password + _PAD)[:32])
    key = hashlib.md5((password + _PAD)[:32] + owner + rights.to_bytes(4, "little", signed=True) + id_).digest()[:5]
    own_key = hashlib.md5(key + (4).to_bytes(3, "little") + bytes(2)).digest()[:10]
    line = stream(rc4(own_key, b"BT /F1 18 Tf 20 350 Td (" + text + b") Tj ET"))
    closing = b"<< /Filter /Standard /V 1 /R 2 /P %d /O <%s> /U <%s> >>" % (rights, owner.hex().encode(), rc4(key, _PAD).hex().encode())
    return one_page(
        line, font(), closing, resources=b"/Font << /F1 5 0 R >>", trailer=b"/Encrypt 6 0 R /ID [<%s> <%s>] " % ((id_.hex().encode(),) * 2)
    )


def rc4(key: bytes, data: bytes) -> bytes:
    """Apply the stream cipher of old PDF files."""
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
