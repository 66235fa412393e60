"""The built-in sample: a simulated survey of one university, made from a seed.

``python -m survey.sample`` writes the file that ships with the program. It follows the
framework's short form, holds six roles, careless and missing answers, and looks exactly as
问卷星 exports it by text. Nobody real answered; the file says 模拟数据 in every row.
"""

from survey.sample.wjx_file import sample_table, write_sample

__all__ = ["sample_table", "write_sample"]
