"""Figures as pictures, for formats that cannot hold the drawing itself.

The picture is the PDF drawing rasterised, so it is the same in every format.
"""

from __future__ import annotations

import io

from analysis.report.document import Figure

DOTS_PER_INCH = 220


def figure_picture(figure: Figure, width: float) -> tuple[bytes, float, float]:
    """Return a figure as PNG with its size on paper in points; at most ``width`` wide."""
    import pypdfium2
    from reportlab.pdfgen.canvas import Canvas

    from analysis.report.pdf.figures import drawing_size, paint_drawing
    from analysis.report.pdf.fonts import register_fonts

    fonts = register_fonts()
    size = drawing_size(figure.drawing, width)
    page = io.BytesIO()
    canvas = Canvas(page, pagesize=size, initialFontName=fonts.text, invariant=1)
    paint_drawing(figure.drawing, canvas, fonts, width=width)
    canvas.save()
    document = pypdfium2.PdfDocument(page.getvalue())
    bitmap = document[0].render(scale=DOTS_PER_INCH / 72)
    picture = io.BytesIO()
    bitmap.to_pil().save(picture, format="PNG")
    document.close()
    return picture.getvalue(), size[0], size[1]
