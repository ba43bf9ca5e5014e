"""PDF files that ask for something to be run or fetched, that are damaged, or that are no PDF at all.

Owns: active, broken and foreign files. What the active ones ask for stands at made.URL.
"""

from __future__ import annotations

from tests.worker.made import BOX, PAGES, URL, font, honest, locked, one_page, pdf, stream, written


# --- what asks to be run or fetched
def scripted() -> bytes:
    """A page that asks for JavaScript and a program on opening."""
    return written(
        b"Hb", b"<< /S /JavaScript /JS (app.alert\\(1\\); this.submitForm\\('" + URL + b"'\\);) >>", b"<< /Names [(a) 6 0 R] >>",
        catalog=b"/OpenAction 6 0 R /AA << /WC 6 0 R /DP 6 0 R >> /Names << /JavaScript 7 0 R >> ", page=BOX + b" /AA << /O 6 0 R /C 6 0 R >>",
    )  # fmt: skip


def launching() -> bytes:
    act = b"<< /S /Launch /F (calc.exe) /Win << /F (cmd.exe) /P (/c start " + URL + b") >> /Unix << /F (sh) /P (-c true) >> >>"
    return written(b"Hb", act, catalog=b"/OpenAction 6 0 R ", page=BOX + b" /AA << /O 6 0 R >>")


def going_to_an_address() -> bytes:
    act = b"<< /S /URI /URI (" + URL + b") /Next << /S /GoToR /F << /FS /URL /F (" + URL + b") >> /D [0 /Fit] >> >>"
    link = b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 300 400] /A 6 0 R /PA 6 0 R >>]"
    return written(b"Hb", act, catalog=b"/OpenAction 6 0 R /URI << /Base (" + URL + b") >> ", page=BOX + b" " + link)


def going_to_a_share() -> bytes:
    act = b"<< /S /GoToR /F (\\\\\\\\127.0.0.1\\\\share\\\\a.pdf) /D [0 /Fit] /Next << /S /GoToE /F (file:///etc/hostname) >> >>"
    return written(b"Hb", act, catalog=b"/OpenAction 6 0 R ")


def submitting_a_form() -> bytes:
    act = b"<< /S /SubmitForm /F << /FS /URL /F (" + URL + b") >> /Flags 4 /Next << /S /ImportData /F (" + URL + b") >> >>"
    field = b"<< /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 99 99] /AA << /F 6 0 R /K 6 0 R /PO 6 0 R >> >>"
    return written(b"Hb", act, field, catalog=b"/OpenAction 6 0 R /AcroForm << /Fields [7 0 R] >> ", page=BOX + b" /Annots [7 0 R]")


def form_in_xml() -> bytes:
    xfa = stream(b'<xdp xmlns="http://ns.adobe.com/xdp/"><submit target="' + URL + b'"/></xdp>')
    return written(b"Hb", xfa, catalog=b"/AcroForm << /Fields [] /XFA 6 0 R /NeedAppearances true >> ")


def carrying_files() -> bytes:
    carried = stream(b"MZ" + b"\x90" * 400, b"/Type /EmbeddedFile /Subtype /application#2Foctet-stream")
    spec = b"<< /Type /Filespec /F (../../run.exe) /UF (../../run.exe) /EF << /F 6 0 R >> >>"
    return written(b"Hb", carried, spec, catalog=b"/Names << /EmbeddedFiles << /Names [(run.exe) 7 0 R] >> >> ")


def content_elsewhere() -> bytes:
    away = b"<< /Length 0 /F << /FS /URL /F (" + URL + b") >> /FFilter /FlateDecode >>\nstream\n\nendstream"
    return one_page(away, away, resources=b"/XObject << /X 5 0 R >>")


def picture_elsewhere() -> bytes:
    facts = b"/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8 /F << /FS /URL /F (" + URL + b") >>"
    return one_page(stream(b"/P Do"), stream(b"", facts), resources=b"/XObject << /P 5 0 R >>")


def film_elsewhere() -> bytes:
    film = b"<< /Type /Annot /Subtype /Screen /Rect [0 0 99 99] /A << /S /Rendition /R << /S /MR /C << /D (" + URL + b") >> >> /OP 0 >> >>"
    return written(b"Hb", film, page=BOX + b" /Annots [6 0 R]")


# --- boxes
def _boxed(page: bytes) -> bytes:
    return written(b"Hb", page=page)


def box_of_nothing() -> bytes:
    return _boxed(b"/MediaBox [0 0 0 0]")


def box_of_no_numbers() -> bytes:
    return _boxed(b"/MediaBox [nan (a) /b null]")


def box_inside_out() -> bytes:
    return _boxed(b"/MediaBox [300 400 0 0] /CropBox [900 900 -900 -900]")


def box_of_kilometres() -> bytes:
    return _boxed(b"/MediaBox [0 0 2000000 1000000]")


def box_beyond_all_numbers() -> bytes:
    return _boxed(b"/MediaBox [-" + b"9" * 60 + b" -1 " + b"9" * 60 + b" 1]")


def box_thin_as_a_hair() -> bytes:
    return _boxed(b"/MediaBox [0 0 0.0001 14400]")


def unit_of_a_million() -> bytes:
    return _boxed(BOX + b" /UserUnit 1000000 /Rotate 91")


def matrix_without_an_inverse() -> bytes:
    return one_page(stream(b"0 0 0 0 0 0 cm 1e38 1e38 1e38 1e38 1e38 1e38 cm 0 0 9 9 re f 1e-40 w 0 0 m 1e38 -1e38 l S"))


# --- damage
def without_a_table() -> bytes:
    return honest().replace(b"xref", b"xxxx").replace(b"startxxxx", b"startnone")


def without_a_trailer() -> bytes:
    data = honest()
    return data[: data.index(b"trailer")]


def without_a_root() -> bytes:
    return pdf(b"<< /Type /Nothing >>", PAGES, root=9)


def table_that_points_nowhere() -> bytes:
    data = honest()
    at = data.index(b"xref\n0 6")
    return data[:at] + data[at:].replace(b"00000 n", b"00000 n").replace(b"00000000", b"99999999")


def table_before_the_file() -> bytes:
    return honest().replace(b"startxref\n", b"startxref\n-")


def cut_at(share: float) -> bytes:
    data = honest()
    return data[: int(len(data) * share)]


def objects_without_ends() -> bytes:
    return honest().replace(b"endobj\n", b"").replace(b"endstream", b"")


def strings_without_ends() -> bytes:
    return honest().replace(b") Tj", b" Tj").replace(b">>\nendobj", b"\nendobj")


def nothing_but_zeros() -> bytes:
    return b"%PDF-1.7\n" + bytes(100_000)


def stops_and_zeros_between() -> bytes:
    return honest().replace(b" ", b"\x00").replace(b"\n", b"\r")


def version_from_the_future() -> bytes:
    return honest().replace(b"%PDF-1.7", b"%PDF-99.")


def closed_with_no_password() -> bytes:
    return locked(b"Haemoglobin 114", password=b"")


def closed_with_a_password() -> bytes:
    return locked(b"Haemoglobin 114", password=b"secret")


def closed_by_a_stranger() -> bytes:
    return written(b"Hb", b"<< /Filter /Unknown /V 99 /R 99 /Length -8 /O () /U () >>", trailer=b"/Encrypt 6 0 R /ID [() ()] ")


def picture_of_garbage(filter_name: bytes, begin: bytes) -> bytes:
    facts = b"/Type /XObject /Subtype /Image /Width 400 /Height 400 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter " + filter_name
    noise = begin + bytes(n * n * 31 % 251 for n in range(20_000))
    return one_page(stream(b"q 300 0 0 400 0 0 cm /P Do Q"), stream(noise, facts), resources=b"/XObject << /P 5 0 R >>")


def font_of_garbage(key: bytes, kind: bytes, begin: bytes) -> bytes:
    noise = begin + bytes(n * n * 37 % 253 for n in range(20_000))
    described = b"<< /Type /FontDescriptor /FontName /X /Flags 4 /FontBBox [0 0 9 9] " + key + b" 7 0 R >>"
    used = font(b"/Subtype " + kind + b" /BaseFont /X /FirstChar 0 /LastChar 255 /Widths [500] /FontDescriptor 6 0 R")
    return one_page(stream(b"BT /F1 18 Tf 20 350 Td (Hb) Tj ET"), used, described, stream(noise), resources=b"/Font << /F1 5 0 R >>")


# --- what is no PDF
def program() -> bytes:
    return b"MZ\x90\x00" + bytes(200) + b"PE\x00\x00" + b"\x90" * 4_000


def web_page() -> bytes:
    return b"<!DOCTYPE html><script>alert(1)</script><img src='" + URL + b"'>"


def web_page_and_pdf() -> bytes:
    return b"<html><img src='" + URL + b"'><!--\n" + honest() + b"-->"


def archive_and_pdf() -> bytes:
    return b"PK\x03\x04" + bytes(30) + honest() + b"PK\x05\x06" + bytes(18)


def two_files_in_one() -> bytes:
    return honest(b"first") + honest(b"second")


def file_in_utf16() -> bytes:
    return honest().decode("latin-1").encode("utf-16")


_PICTURES = {
    "jpeg": (b"/DCTDecode", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"),
    "jpeg2000": (b"/JPXDecode", b"\x00\x00\x00\x0cjP  \r\n\x87\n\xff\x4f\xff\x51\x00\x2f\x00\x00\x7f\xff\xff\xff\x7f\xff\xff\xff"),
    "jbig2": (b"/JBIG2Decode", b"\x00\x00\x00\x00\x30\x00\x01\x00\x00\x00\x13\x7f\xff\xff\xff\x7f\xff\xff\xff"),
}
_FONTS = {
    "truetype": (b"/FontFile2", b"/TrueType", b"\x00\x01\x00\x00\xff\xff\xff\xff"),
    "compact": (b"/FontFile3", b"/Type1", b"\x01\x00\x04\xff\xff\xff\xff\xff"),
    "type1": (b"/FontFile", b"/Type1", b"%!PS-AdobeFont-1.0: X\n/Private 99999999 dict dup begin currentfile eexec "),
}

ACTIVE = {
    made.__name__: made
    for made in (
        scripted, launching, going_to_an_address, going_to_a_share, submitting_a_form, form_in_xml, carrying_files, content_elsewhere,
        picture_elsewhere, film_elsewhere,
    )
}  # fmt: skip
ODD = {
    made.__name__: made
    for made in (
        box_of_nothing, box_of_no_numbers, box_inside_out, box_of_kilometres, box_beyond_all_numbers, box_thin_as_a_hair, unit_of_a_million,
        matrix_without_an_inverse, without_a_table, without_a_trailer, without_a_root, table_that_points_nowhere, table_before_the_file,
        objects_without_ends, strings_without_ends, nothing_but_zeros, stops_and_zeros_between, version_from_the_future,
        closed_with_no_password, closed_with_a_password, closed_by_a_stranger, program, web_page, web_page_and_pdf, archive_and_pdf,
        two_files_in_one, file_in_utf16,
    )
} | {"empty": bytes}  # fmt: skip
ODD |= {f"cut_at_{share}_percent": lambda share=share: cut_at(share / 100) for share in (2, 10, 25, 40, 55, 70, 85, 95, 99)}
ODD |= {f"picture_of_garbage_{name}": lambda facts=facts: picture_of_garbage(*facts) for name, facts in _PICTURES.items()}
ODD |= {f"font_of_garbage_{name}": lambda facts=facts: font_of_garbage(*facts) for name, facts in _FONTS.items()}
