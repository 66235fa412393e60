"""The English window says everything, and says it about the present texts."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from pytestqt.qtbot import QtBot

from resources import RESOURCES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = RESOURCES / "translations"
Entries = dict[tuple[str, str], ElementTree.Element]


def _entries(path: Path) -> Entries:
    root = ElementTree.parse(path).getroot()
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in root.iter("context")
        for message in context.iter("message")
    }


@pytest.fixture(scope="module")
def kept() -> Entries:
    return _entries(TRANSLATIONS / "rongzhen_en.ts")


def test_that_every_text_of_the_window_is_in_the_translation(kept: Entries, tmp_path: Path):
    fresh = tmp_path / "fresh.ts"
    tool = Path(sys.executable).with_name("pyside6-lupdate")
    if not tool.exists():
        pytest.skip("pyside6-lupdate is not installed beside Python")
    sources = sorted(str(path) for path in (ROOT / "ui").rglob("*.py"))
    command = [str(tool), *sources, "-source-language", "zh_CN", "-ts", str(fresh)]
    subprocess.run(command, check=True, capture_output=True)
    assert set(_entries(fresh)) == set(kept)


def test_that_every_text_is_translated_with_its_values(kept: Entries):
    wrong = []
    for (_, source), message in kept.items():
        translation = message.find("translation")
        forms = [form.text or "" for form in translation.iter("numerusform")]
        for text in forms or [translation.text or ""]:
            values = [value for value in ("%1", "%2", "%3", "%4", "%n") if value in source]
            if not text or any(value not in text for value in values if value != "%n"):
                wrong.append(source)
    assert wrong == []


def test_that_the_compiled_translation_is_the_present_one(kept: Entries, qtbot: QtBot):
    translator = QTranslator()
    assert translator.load(str(TRANSLATIONS / "rongzhen_en.qm"))
    for (context, source), message in kept.items():
        if message.get("numerus") is None:
            found = translator.translate(context, source)
            assert found == message.findtext("translation")


def test_that_plurals_follow_the_number(qtbot: QtBot):
    translator = QTranslator()
    translator.load(str(TRANSLATIONS / "rongzhen_en.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        texts = [QCoreApplication.translate("ReportPanel", "%n 页", "", n) for n in (1, 2)]
    finally:
        QCoreApplication.removeTranslator(translator)
    assert texts == ["1 page", "2 pages"]
