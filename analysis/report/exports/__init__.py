"""The same report in the formats offices edit: Word, spreadsheet, web page.

All read the document model and write numbers through analysis.report.numbers, so a value
is the same in every format. Files are put in place whole, and the same report gives the
same bytes.
"""

from analysis.report.exports.excel import write_excel
from analysis.report.exports.web import write_html
from analysis.report.exports.word import write_word

__all__ = ["write_excel", "write_html", "write_word"]
