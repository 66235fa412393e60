"""The PDF renderer: pages, fonts, lines, tables, figures."""

from analysis.report.pdf.options import PdfFacts, PdfOptions
from analysis.report.pdf.render import render_pdf

__all__ = ["PdfFacts", "PdfOptions", "render_pdf"]
