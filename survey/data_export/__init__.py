"""Answers go out again, with their meaning: SPSS, Stata, CSV, workbook, R, codebook.

>>> variables = describe_variables(responses, plan)
>>> export_answers(variables, path)          # the format is told by the file's ending
>>> write_codebook(variables, path)

Every format holds the same variables; what a format cannot hold comes back as a list of
problems, so that nothing is lost in silence.
"""

from survey.data_export.codebook import CODEBOOK_FORMATS, write_codebook
from survey.data_export.files import FORMATS, export_answers
from survey.data_export.repeats import describe_repeat, export_repeats
from survey.data_export.variables import Variable, Variables, describe_variables

__all__ = [
    "CODEBOOK_FORMATS",
    "FORMATS",
    "Variable",
    "Variables",
    "describe_repeat",
    "describe_variables",
    "export_answers",
    "export_repeats",
    "write_codebook",
]
