"""Texts, fonts, the framework and sample data. Imports nothing of ours.

Everything here is read through this module, so that the rest of the program never
builds a path into the resources by hand.
"""

from pathlib import Path

VERSION = "0.1.0"
"""Version of the program, printed in every report."""

RESOURCES = Path(__file__).resolve().parent
FRAMEWORK_FILE = RESOURCES / "framework.json"
PAGE_FOLDER = RESOURCES / "page"
FONT_REGULAR = RESOURCES / "fonts" / "NotoSansSC-Regular.ttf"
FONT_BOLD = RESOURCES / "fonts" / "NotoSansSC-Bold.ttf"
SAMPLE_FILE = RESOURCES / "sample" / "模拟数据_按文本.xlsx"
SAMPLE_WORDING_FILE = RESOURCES / "sample" / "wording.toml"
