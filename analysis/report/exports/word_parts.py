"""What python-docx has no call for: faces for Chinese, fields, rules, repeated headings."""

from __future__ import annotations

from typing import Any


def _element(name: str, **attributes: object) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), str(value))
    return element


def set_faces(target: Any, chinese: str, latin: str, size: float | None) -> None:
    """Give a style or run a Chinese and a Latin face."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    target.font.name = latin
    if size is not None:
        target.font.size = Pt(size)
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), chinese)


def set_keep_with_next(paragraph: Any) -> None:
    """Keep a paragraph on the page of the next."""
    paragraph.paragraph_format.keep_with_next = True


def set_shade(paragraph: Any, fill: str, bar: str) -> None:
    """Set a paragraph on a tinted ground with a bar at its left."""
    properties = paragraph._p.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element("w:left", val="single", sz=24, space=4, color=bar))
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    shade = _element("w:shd", val="clear", color="auto", fill=fill)
    properties.insert_element_before(shade, "w:tabs", "w:spacing", "w:ind", "w:jc")


def set_repeated(row: Any) -> None:
    """Repeat a heading row on every page the table goes on to."""
    row._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))


def set_unsplit(row: Any) -> None:
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))


def set_rules(table: Any) -> None:
    """Draw the three lines: thick above and below, thin under the heading."""
    properties = table._tbl.tblPr
    borders = _element("w:tblBorders")
    for side in ("top", "bottom"):
        borders.append(_element(f"w:{side}", val="single", sz=12, space=0, color="1F2933"))
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    for cell in table.rows[0].cells:
        edges = _element("w:tcBorders")
        edges.append(_element("w:bottom", val="single", sz=6, space=0, color="1F2933"))
        cell._tc.get_or_add_tcPr().insert_element_before(
            edges, "w:shd", "w:noWrap", "w:tcMar", "w:vAlign"
        )


def add_page_field(paragraph: Any, name: str) -> None:
    """Add the field PAGE or NUMPAGES."""
    _add_field(paragraph, name, "1")


def add_contents_field(paragraph: Any, headings: list[str]) -> None:
    """Add a table of contents that Word brings up to date; until then it lists the headings."""
    _add_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u', "\n".join(headings), is_dirty=True)


def _add_field(paragraph: Any, code: str, shown: str, *, is_dirty: bool = False) -> None:
    begin = _element("w:fldChar", fldCharType="begin")
    if is_dirty:
        from docx.oxml.ns import qn

        begin.set(qn("w:dirty"), "true")
    instruction = _element("w:instrText")
    instruction.text = code
    paragraph.add_run()._r.append(begin)
    paragraph.add_run()._r.append(instruction)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="separate"))
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(_element("w:fldChar", fldCharType="end"))
