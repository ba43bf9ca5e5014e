"""PDF files that are small and become large, or only say that they are: filters, pictures, tables, text, boxes.

Owns: bombs of size. Does not own: what refers to itself (corpus_cycles.py) or only looks strange (corpus_odd.py).
"""

from __future__ import annotations

import zlib

from tests.worker.made import BOX, CATALOG, font, honest, inflating, lzw, one_page, pdf, stream, written

_MIB = 2**20
_PAINT = b"q Q " * (_MIB // 4)


# --- filters
def flate_bomb() -> bytes:
    return one_page(stream(inflating(_PAINT, 800), b"/Filter /FlateDecode"))


def flate_in_flate() -> bytes:
    return one_page(stream(zlib.compress(inflating(_PAINT, 800), 9), b"/Filter [/FlateDecode /FlateDecode]"))


def flate_ten_deep() -> bytes:
    data = inflating(_PAINT, 600)
    for _ in range(9):
        data = zlib.compress(data, 9)
    return one_page(stream(data, b"/Filter [" + b"/FlateDecode " * 10 + b"]"))


def lzw_bomb() -> bytes:
    return one_page(stream(lzw(60), b"/Filter /LZWDecode"))


def run_length_bomb() -> bytes:
    return one_page(stream(zlib.compress(b"\x81q" * (3 * _MIB) + b"\x80"), b"/Filter [/FlateDecode /RunLengthDecode]"))


def ascii_hex_bomb() -> bytes:
    return one_page(stream(inflating(b"7120" * (_MIB // 4), 120) + b">", b"/Filter [/FlateDecode /ASCIIHexDecode]"))


def ascii85_bomb() -> bytes:
    return one_page(stream(inflating(b"z" * _MIB, 100), b"/Filter [/FlateDecode /ASCII85Decode]"))


def filter_chain() -> bytes:
    return one_page(stream(b"7120>", b"/Filter [" + b"/ASCIIHexDecode " * 50_000 + b"]"))


def predictor_columns() -> bytes:
    parms = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 >>"
    return one_page(stream(inflating(_PAINT, 8), parms))


def predictor_colours() -> bytes:
    parms = b"/Filter /FlateDecode /DecodeParms << /Predictor 2 /Colors 1000000000 /BitsPerComponent 16 /Columns 65535 >>"
    return one_page(stream(inflating(_PAINT, 8), parms))


def predictor_negative() -> bytes:
    parms = b"/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns -5 /Colors -1 /BitsPerComponent 0 >>"
    return one_page(stream(inflating(_PAINT, 1), parms))


# --- lengths and tables
def length_huge() -> bytes:
    return one_page(b"<< /Length 4611686018427387904 >>\nstream\nq Q\nendstream")


def length_negative() -> bytes:
    return one_page(b"<< /Length -20 >>\nstream\nq Q\nendstream")


def xref_stream_sizes() -> bytes:
    body = b"<< /Type /XRef /Size 2147483647 /W [8 8 8] /Index [0 2147483647] /Root 1 0 R /Length 24 >>\nstream\n" + bytes(24) + b"\nendstream"
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\nstartxref\n9\n%%EOF\n"


def xref_table_sizes() -> bytes:
    return honest().replace(b"xref\n0 6", b"xref\n0 2147483646").replace(b"/Size 6", b"/Size 2147483647")


def object_stream_sizes() -> bytes:
    return one_page(stream(b"q Q"), stream(b"9 0 10 5 << >>", b"/Type /ObjStm /N 2147483647 /First 2147483640"), resources=b"/Font 9 0 R")


def junk_before() -> bytes:
    return b"\x00junk <<[(" * (2 * _MIB) + honest()


def junk_after() -> bytes:
    return honest() + b"\n% nothing\n" * _MIB


# --- pictures
def _picture(facts: bytes, data: bytes) -> bytes:
    return one_page(
        stream(b"q 300 0 0 400 0 0 cm /P Do Q"), stream(data, b"/Type /XObject /Subtype /Image " + facts), resources=b"/XObject << /P 5 0 R >>"
    )


def picture_of_30000() -> bytes:
    facts = b"/Width 30000 /Height 30000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode"
    return _picture(facts, inflating(bytes(_MIB), 2_600))


def picture_of_impossible_size() -> bytes:
    return _picture(b"/Width 2147483647 /Height 2147483647 /ColorSpace /DeviceRGB /BitsPerComponent 16", b"x")


def picture_of_negative_size() -> bytes:
    return _picture(b"/Width -30 /Height 0 /ColorSpace /DeviceGray /BitsPerComponent 255", b"x" * 100)


def fax_picture() -> bytes:
    facts = b"/Width 60000 /Height 60000 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
    return _picture(facts + b"/DecodeParms << /K -1 /Columns 60000 /Rows 60000 >>", b"\xff" * 10_000)


def inline_picture() -> bytes:
    return one_page(stream(b"BI /W 30000 /H 30000 /CS /RGB /BPC 8 /F /Fl ID " + inflating(bytes(_MIB), 200) + b" EI"))


def inline_pictures_without_end() -> bytes:
    parts = (b"BI /W 9 /H 9 /CS /G /BPC 8 /F " + name + b" ID " + b"zz" * 2_000 for name in (b"/A85", b"/AHx", b"/DCT", b"/LZW", b"/RL") * 200)
    return one_page(stream(b"\n".join(parts)))


# --- what is drawn
def operators_of_70_mb() -> bytes:
    return one_page(stream(inflating(b"0 0 m 9 9 l S " * (_MIB // 14), 70), b"/Filter /FlateDecode"))


def text_operators() -> bytes:
    line = b"BT /F1 9 Tf 20 350 Td " + b"(Hb) Tj " * 1_000_000 + b"ET"
    return one_page(stream(zlib.compress(line), b"/Filter /FlateDecode"), font(), resources=b"/Font << /F1 5 0 R >>")


def states_never_closed() -> bytes:
    return one_page(stream(inflating(b"q " * (_MIB // 2), 4), b"/Filter /FlateDecode"))


def whitespace_layout() -> bytes:
    line = b"BT /F1 9 Tf " + b"".join(b"1 0 0 1 %d %d Tm (x) Tj " % (n * 10**6, -n * 10**6) for n in range(2_000)) + b"ET"
    return one_page(stream(line), font(), resources=b"/Font << /F1 5 0 R >>")


def path_of_a_million_points() -> bytes:
    return one_page(stream(inflating(b"1 2 3 4 5 6 c " * 10_000, 100) + b" S", b"/Filter /FlateDecode"))


def dashes_without_end() -> bytes:
    return one_page(stream(b"[0.0000001 0.0000001] 0 d 0 0 m 1000000 1000000 l S"))


def shading_mesh() -> bytes:
    facts = b"/ShadingType 4 /ColorSpace /DeviceRGB /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 300 0 400 0 1 0 1 0 1] "
    return one_page(
        stream(b"/S sh"), stream(inflating(b"\x00\x10\x20\x30\x40\x50" * 170_000, 40), facts + b"/Filter /FlateDecode"),
        resources=b"/Shading << /S 5 0 R >>",
    )  # fmt: skip


def tiny_tiles() -> bytes:
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.00001 /YStep 0.00001 /Resources << >>"
    return one_page(stream(b"/Pattern cs /T scn 0 0 300 400 re f"), stream(b"0 0 1 1 re f", tile), resources=b"/Pattern << /T 5 0 R >>")


def calculator_function() -> bytes:
    body = b"{ " + b"dup mul " * 400_000 + b"}"
    space = b"[/Separation /Ink /DeviceGray 6 0 R]"
    return one_page(
        stream(b"/C cs 0.5 scn 0 0 300 400 re f"), space, stream(body, b"/FunctionType 4 /Domain [0 1] /Range [0 1]"),
        resources=b"/ColorSpace << /C 5 0 R >>",
    )  # fmt: skip


def sampled_function() -> bytes:
    body = stream(b"x", b"/FunctionType 0 /Domain [0 1 0 1 0 1 0 1] /Range [0 1] /Size [65535 65535 65535 65535] /BitsPerSample 32")
    return one_page(stream(b"/S sh"), b"<< /ShadingType 1 /ColorSpace /DeviceGray /Function 6 0 R >>", body, resources=b"/Shading << /S 5 0 R >>")


# --- fonts
def _composed(widths: bytes, to_unicode: bytes) -> bytes:
    return one_page(
        stream(b"BT /F1 18 Tf 20 350 Td <00410042> Tj ET"),
        font(b"/Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R"),
        font(b"/Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (A) /Ordering (I) /Supplement 0 >> /W " + widths),
        stream(to_unicode),
        resources=b"/Font << /F1 5 0 R >>",
    )


def to_unicode_ranges() -> bytes:
    line = b"<00000000> <FFFFFFFF> <0041>\n"
    return _composed(b"[0 [500]]", b"1 begincodespacerange <0000> <FFFFFFFF> endcodespacerange 9 beginbfrange\n" + line * 200 + b"endbfrange")


def character_widths() -> bytes:
    return _composed(b"[" + b"0 4294967295 500 " * 2_000 + b"]", b"")


def simple_widths() -> bytes:
    extra = b"/Subtype /TrueType /BaseFont /X /FirstChar -2147483648 /LastChar 2147483647 /Widths [" + b"500 " * 500_000 + b"]"
    return one_page(stream(b"BT /F1 18 Tf 20 350 Td (Hb) Tj ET"), font(extra), resources=b"/Font << /F1 5 0 R >>")


# --- metadata
def metadata_of_400_mb() -> bytes:
    return written(
        b"Hb", stream(inflating(b" " * _MIB, 400), b"/Type /Metadata /Subtype /XML /Filter /FlateDecode"), catalog=b"/Metadata 6 0 R "
    )


def metadata_entities() -> bytes:
    levels = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    xmp = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">' + levels + b"]><x>&e11;</x>"
    return written(b"Hb", stream(xmp, b"/Type /Metadata /Subtype /XML"), catalog=b"/Metadata 6 0 R ")


def information_of_10_mb() -> bytes:
    return written(b"Hb", b"<< /Title (" + b"A" * (10 * _MIB) + b") >>", trailer=b"/Info 6 0 R ")


# --- shapes of objects
def arrays_200000_deep() -> bytes:
    return one_page(stream(b"q Q"), b"[" * 200_000 + b"]" * 200_000, resources=b"/Font 5 0 R")


def dictionaries_200000_deep() -> bytes:
    return one_page(stream(b"q Q"), b"<</A " * 200_000 + b"null" + b">>" * 200_000, resources=b"/Font 5 0 R")


def arrays_deep_in_content() -> bytes:
    return one_page(stream(b"[" * 500_000))


def brackets_deep_in_text() -> bytes:
    return one_page(stream(b"BT " + b"(" * 2_000_000))


def name_of_a_megabyte() -> bytes:
    name = b"/" + b"N" * _MIB
    return one_page(stream(b"BT " + name + b" 18 Tf (Hb) Tj ET"), font(), resources=b"/Font << " + name + b" 5 0 R >>")


def a_million_names() -> bytes:
    return one_page(stream(b"q Q"), resources=b"/Font << " + b"".join(b"/N%d 4 0 R " % n for n in range(300_000)) + b">>")


def number_of_a_megabyte() -> bytes:
    return one_page(stream(b"9" * _MIB + b" w 0." + b"1" * _MIB + b" w"), page=b"/MediaBox [0 0 " + b"3" * 1_000 + b" 400]")


# --- pages
def pages_100000() -> bytes:
    leaves = (b"<< /Type /Page /Parent 2 0 R " + BOX + b" >>",) * 100_000
    kids = b" ".join(b"%d 0 R" % n for n in range(3, 100_003))
    return pdf(CATALOG % b"", b"<< /Type /Pages /Kids [" + kids + b"] /Count 100000 >>", *leaves)


def one_page_100000_times() -> bytes:
    leaf = b"<< /Type /Page /Parent 2 0 R " + BOX + b" >>"
    return pdf(CATALOG % b"", b"<< /Type /Pages /Kids [" + b"3 0 R " * 100_000 + b"] /Count 100000 >>", leaf)


def pages_of_a_point() -> bytes:
    leaf = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 1] >>"
    return pdf(CATALOG % b"", b"<< /Type /Pages /Kids [" + b"3 0 R " * 500 + b"] /Count 500 >>", leaf)


def count_that_lies() -> bytes:
    return honest().replace(b"/Count 1 ", b"/Count 2147483647 ")


def count_below_nothing() -> bytes:
    return honest().replace(b"/Count 1 ", b"/Count -7 ")


def annotations_100000() -> bytes:
    mark = b"<< /Type /Annot /Subtype /Square /Rect [0 0 300 400] /C [1 0 0] >> "
    return written(b"Hb", page=BOX + b" /Annots [" + mark * 100_000 + b"]")


HEAVY = {
    made.__name__: made
    for made in (
        flate_bomb, flate_in_flate, flate_ten_deep, lzw_bomb, run_length_bomb, ascii_hex_bomb, ascii85_bomb, filter_chain,
        predictor_columns, predictor_colours, predictor_negative, length_huge, length_negative, xref_stream_sizes, xref_table_sizes,
        object_stream_sizes, junk_before, junk_after, picture_of_30000, picture_of_impossible_size, picture_of_negative_size, fax_picture,
        inline_picture, inline_pictures_without_end, operators_of_70_mb, text_operators, states_never_closed, whitespace_layout,
        path_of_a_million_points, dashes_without_end, shading_mesh, tiny_tiles, calculator_function, sampled_function, to_unicode_ranges,
        character_widths, simple_widths, metadata_of_400_mb, metadata_entities, information_of_10_mb, arrays_200000_deep,
        dictionaries_200000_deep, arrays_deep_in_content, brackets_deep_in_text, name_of_a_megabyte, a_million_names,
        number_of_a_megabyte, pages_100000, one_page_100000_times, pages_of_a_point, count_that_lies, count_below_nothing, annotations_100000,
    )
}  # fmt: skip
