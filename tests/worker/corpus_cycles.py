"""PDF files whose parts refer to themselves, to each other, or down without end.

Owns: cycles and depth. Does not own: what is merely large (corpus_heavy.py).
"""

from __future__ import annotations

from tests.worker.made import BOX, CATALOG, PAGES, font, honest, one_page, pdf, stream, written

_FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 300 400] "


# --- the tree of pages
def circular_kids() -> bytes:
    """A page tree whose /Kids points at itself: QPdfDocument never returns from it."""
    return pdf(CATALOG % b"", b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")


def circular_kids_in_three_hops() -> bytes:
    nodes = (b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % pair for pair in ((4, 3), (2, 4), (3, 2)))
    return pdf(CATALOG % b"", *nodes)


def kids_twice_each() -> bytes:
    nodes = (b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 1 >>" % (n + 1, n + 1) for n in range(2, 42))
    return pdf(CATALOG % b"", *nodes, b"<< /Type /Page /Parent 41 0 R " + BOX + b" >>")


def tree_20000_deep() -> bytes:
    nodes = (b"<< /Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1 >>" % (max(n - 1, 2), n + 1) for n in range(2, 20_002))
    return pdf(CATALOG % b"", *nodes, b"<< /Type /Page /Parent 20001 0 R " + BOX + b" >>")


def parent_of_itself() -> bytes:
    return pdf(CATALOG % b"", PAGES, b"<< /Type /Page /Parent 3 0 R >>")


def parents_in_a_ring() -> bytes:
    return pdf(CATALOG % b"", PAGES, b"<< /Type /Page /Parent 4 0 R >>", b"<< /Type /Pages /Parent 5 0 R >>", b"<< /Type /Pages /Parent 4 0 R >>")


# --- tables of the file
def circular_prev() -> bytes:
    data = honest()
    at = data.rindex(b"xref\n0 6")
    return data.replace(b"/Size 6 ", b"/Size 6 /Prev %d " % at)


def prev_to_and_fro() -> bytes:
    data = honest()
    first = data.rindex(b"xref\n0 6")
    second = len(data.replace(b"/Size 6 ", b"/Size 6 /Prev 0000000000 "))
    data = data.replace(b"/Size 6 ", b"/Size 6 /Prev %010d " % second)
    return data + b"xref\n0 0\ntrailer << /Size 6 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (first, second)


def object_that_is_its_own_reference() -> bytes:
    return pdf(CATALOG % b"", PAGES, b"3 0 R")


def objects_that_are_each_other() -> bytes:
    return pdf(CATALOG % b"", PAGES, b"4 0 R", b"3 0 R")


def length_of_itself() -> bytes:
    return one_page(b"<< /Length 4 0 R >>\nstream\nq Q\nendstream")


def object_stream_of_itself() -> bytes:
    return one_page(stream(b"q Q"), stream(b"5 0 6 5 << >> << >>", b"/Type /ObjStm /N 2 /First 8 /Extends 5 0 R"), resources=b"/Font 6 0 R")


def root_that_is_a_page() -> bytes:
    return pdf(CATALOG % b"", PAGES, b"<< /Type /Page /Parent 2 0 R " + BOX + b" >>", root=3)


# --- outlines, threads, names
def cyclic_outlines() -> bytes:
    item = b"<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Dest [3 0 R /Fit] >>"
    return written(b"Hb", b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 2147483647 >>", item, catalog=b"/Outlines 6 0 R ")


def cyclic_threads() -> bytes:
    bead = b"<< /T 6 0 R /N 7 0 R /V 7 0 R /P 3 0 R /R [0 0 9 9] >>"
    return written(b"Hb", b"<< /Type /Thread /F 7 0 R >>", bead, catalog=b"/Threads [6 0 R] ")


def cyclic_names() -> bytes:
    return written(
        b"Hb", b"<< /Dests 7 0 R /EmbeddedFiles 7 0 R /JavaScript 7 0 R >>", b"<< /Limits [(a) (z)] /Kids [7 0 R 7 0 R] >>",
        catalog=b"/Names 6 0 R /OpenAction [/b /Fit] ",
    )  # fmt: skip


def cyclic_labels() -> bytes:
    return written(b"Hb", b"<< /Kids [6 0 R 6 0 R] >>", catalog=b"/PageLabels 6 0 R ")


def cyclic_structure() -> bytes:
    return written(b"Hb", b"<< /Type /StructTreeRoot /K 6 0 R /ParentTree 6 0 R /Kids [6 0 R] >>", catalog=b"/StructTreeRoot 6 0 R ")


def cyclic_fields() -> bytes:
    field = b"<< /FT /Tx /T (a) /Parent 7 0 R /Kids [7 0 R 7 0 R] /Subtype /Widget /Rect [0 0 9 9] >>"
    return written(b"Hb", b"<< /Fields [7 0 R] >>", field, catalog=b"/AcroForm 6 0 R ", page=BOX + b" /Annots [7 0 R]")


def actions_in_a_ring() -> bytes:
    return written(b"Hb", b"<< /S /GoTo /D [3 0 R /Fit] /Next [6 0 R 6 0 R] >>", catalog=b"/OpenAction 6 0 R ")


# --- what draws itself
def recursive_form() -> bytes:
    """A form that draws itself twice: memory for ever."""
    form = _FORM + b"/Resources << /XObject << /X 5 0 R >> >>"
    return one_page(stream(b"/X Do"), stream(b"/X Do /X Do", form), resources=b"/XObject << /X 5 0 R >>")


def forms_in_a_ring() -> bytes:
    forms = (stream(b"/X Do", _FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % n) for n in (6, 7, 5))
    return one_page(stream(b"/X Do"), *forms, resources=b"/XObject << /X 5 0 R >>")


def doubling_forms() -> bytes:
    """Forty forms, each drawing the next twice."""
    forms = (stream(b"/X Do /X Do", _FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % (n + 1)) for n in range(5, 45))
    return one_page(stream(b"/X Do"), *forms, stream(b"0 0 9 9 re f", _FORM), resources=b"/XObject << /X 5 0 R >>")


def forms_5000_deep() -> bytes:
    forms = (stream(b"/X Do", _FORM + b"/Resources << /XObject << /X %d 0 R >> >>" % (n + 1)) for n in range(5, 5_005))
    return one_page(stream(b"/X Do"), *forms, stream(b"0 0 9 9 re f", _FORM), resources=b"/XObject << /X 5 0 R >>")


def page_that_draws_itself() -> bytes:
    return one_page(stream(b"/X Do /X Do", _FORM), resources=b"/XObject << /X 4 0 R >>")


def letters_that_write_themselves() -> bytes:
    letters = font(
        b"/Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [9] "
        b"/CharProcs << /a 6 0 R >> /Encoding << /Differences [97 /a] >> /Resources << /Font << /F1 5 0 R >> >>"
    )
    return one_page(stream(b"BT /F1 9 Tf (aa) Tj ET"), letters, stream(b"9 0 d0 BT /F1 9 Tf (aa) Tj ET"), resources=b"/Font << /F1 5 0 R >>")


def tiles_of_themselves() -> bytes:
    tile = b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << /Pattern << /T 5 0 R >> >>"
    paint = b"/Pattern cs /T scn 0 0 300 400 re f"
    return one_page(stream(paint), stream(paint, tile), resources=b"/Pattern << /T 5 0 R >>")


def masks_of_themselves() -> bytes:
    mask = _FORM + b"/Group << /S /Transparency /CS /DeviceGray >> /Resources << /ExtGState << /G 6 0 R >> >>"
    state = b"<< /Type /ExtGState /SMask << /S /Luminosity /G 5 0 R >> >>"
    return one_page(stream(b"/G gs 0 0 300 400 re f"), stream(b"/G gs 0 0 9 9 re f", mask), state, resources=b"/ExtGState << /G 6 0 R >>")


def picture_that_masks_itself() -> bytes:
    facts = b"/Type /XObject /Subtype /Image /Width 4 /Height 4 /ColorSpace /DeviceGray /BitsPerComponent 8 /SMask 5 0 R"
    return one_page(stream(b"q 300 0 0 400 0 0 cm /P Do Q"), stream(bytes(16), facts), resources=b"/XObject << /P 5 0 R >>")


def functions_of_themselves() -> bytes:
    function = b"<< /FunctionType 3 /Domain [0 1] /Functions [6 0 R 6 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>"
    shading = b"<< /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 300 400] /Function 6 0 R >>"
    return one_page(stream(b"/S sh"), shading, function, resources=b"/Shading << /S 5 0 R >>")


def colours_of_themselves() -> bytes:
    return one_page(
        stream(b"/C cs 1 scn 0 0 300 400 re f"), b"[/Indexed 6 0 R 1 <000000FFFFFF>]", b"[/Separation /Ink 5 0 R 7 0 R]",
        b"<< /FunctionType 2 /Domain [0 1] /N 1 >>", resources=b"/ColorSpace << /C 5 0 R >>",
    )  # fmt: skip


def fonts_of_themselves() -> bytes:
    return one_page(
        stream(b"BT /F1 18 Tf (Hb) Tj ET"), font(b"/Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [5 0 R]"),
        resources=b"/Font << /F1 5 0 R >>",
    )  # fmt: skip


def character_maps_of_themselves() -> bytes:
    cmap = stream(b"/Self usecmap 1 begincidrange <00> <ff> 0 endcidrange", b"/Type /CMap /CMapName /Self /UseCMap 7 0 R")
    return one_page(
        stream(b"BT /F1 18 Tf <0041> Tj ET"), font(b"/Subtype /Type0 /BaseFont /X /Encoding 7 0 R /ToUnicode 7 0 R /DescendantFonts [6 0 R]"),
        font(b"/Subtype /CIDFontType0 /BaseFont /X"), cmap, resources=b"/Font << /F1 5 0 R >>",
    )  # fmt: skip


def note_that_looks_like_itself() -> bytes:
    form = _FORM + b"/Resources << /XObject << /X 7 0 R >> >>"
    return written(
        b"Hb", b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 99 99] /AP << /N 7 0 R >> /Popup 6 0 R /Parent 6 0 R >>", stream(b"/X Do /X Do", form),
        page=BOX + b" /Annots [6 0 R 6 0 R]",
    )  # fmt: skip


def layers_of_themselves() -> bytes:
    group = b"<< /Type /OCMD /OCGs [6 0 R] /VE [/And 7 0 R] >>"
    return written(b"Hb", group, b"[/Not 7 0 R]", catalog=b"/OCProperties << /OCGs [6 0 R] /D << /Order [6 0 R 7 0 R] >> >> ",
                   page=BOX + b" /Annots [<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] /OC 6 0 R >>]")  # fmt: skip


CYCLES = {
    made.__name__: made
    for made in (
        circular_kids, circular_kids_in_three_hops, kids_twice_each, tree_20000_deep, parent_of_itself, parents_in_a_ring, circular_prev,
        prev_to_and_fro, object_that_is_its_own_reference, objects_that_are_each_other, length_of_itself, object_stream_of_itself,
        root_that_is_a_page, cyclic_outlines, cyclic_threads, cyclic_names, cyclic_labels, cyclic_structure, cyclic_fields,
        actions_in_a_ring, recursive_form, forms_in_a_ring, doubling_forms, forms_5000_deep, page_that_draws_itself,
        letters_that_write_themselves, tiles_of_themselves, masks_of_themselves, picture_that_masks_itself, functions_of_themselves,
        colours_of_themselves, fonts_of_themselves, character_maps_of_themselves, note_that_looks_like_itself, layers_of_themselves,
    )
}  # fmt: skip
