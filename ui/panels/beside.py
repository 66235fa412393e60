"""What may stand beside the results in the report: earlier wave, indicators, ledger, names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QLineEdit

from resources.texts import sentence
from ui.projects import ANSWER_SUFFIXES
from ui.session import Session
from ui.texts import language
from ui.widgets.file_field import FileField
from ui.widgets.options_pane import OptionsPane


class BesideFields(QObject):
    """Fields for the files of :class:`ui.details.Beside`; their hints are the command line's."""

    def __init__(self, session: Session, pane: OptionsPane) -> None:
        super().__init__(pane)
        self._session = session
        self.files: dict[str, FileField] = {}
        self.lines: dict[str, QLineEdit] = {}
        self.boxes: dict[str, QCheckBox] = {}
        self._add_fields(pane)
        session.details_changed.connect(self.read)
        self.read()

    def _add_fields(self, pane: OptionsPane) -> None:
        answers = " ".join(f"*{suffix}" for suffix in (".rongzhen", *ANSWER_SUFFIXES))
        tables = self.tr("数据表 (*.xlsx *.csv)")
        pane.add_section(self.tr("佐证与对比（可不填）"))
        self._file(pane, "earlier", self.tr("前一次调查"), f"{self.tr('答卷或项目')} ({answers})")
        self._line(pane, "link", self.tr("自编识别码所在的列"))
        self._box(pane, "is_retest", self.tr("两次之间没有采取措施（重测）"), "retest")
        self._file(pane, "indicators_data", self.tr("客观指标数据"), tables)
        self._file(pane, "indicators", self.tr("指标表"), tables)
        self._line(pane, "unit", self.tr("指标数据中本校的名称"))
        self._file(pane, "ledger", self.tr("前一轮整改台账"), self.tr("台账 (*.json *.xlsx)"))
        pane.add_section(self.tr("开放题"))
        self._file(pane, "names", self.tr("要遮盖的姓名清单"), self.tr("文本 (*.txt)"))
        self._box(pane, "with_quotes", self.tr("印出少量已遮盖的原话"), "beside_quotes")

    def _hint(self, key: str) -> str:
        return sentence(f"cli.help.{key}", language())

    def _file(self, pane: OptionsPane, name: str, label: str, pattern: str) -> None:
        field = FileField(label, [pattern], pane.page)
        pane.add_field(label, field, hint=self._hint(f"beside_{name}"))
        field.path_chosen.connect(lambda path: self._write(name, path, label))
        self.files[name] = field

    def _line(self, pane: OptionsPane, name: str, label: str) -> None:
        field = QLineEdit(pane.page)
        pane.add_field(label, field, hint=self._hint("link" if name == "link" else "beside_unit"))
        field.textEdited.connect(lambda text: self._write(name, text.strip(), label))
        self.lines[name] = field

    def _box(self, pane: OptionsPane, name: str, label: str, key: str) -> None:
        box = QCheckBox(label, pane.page)
        box.setToolTip(self._hint(key))
        pane.add_widget(box)
        box.toggled.connect(lambda on: self._write(name, on, label))
        self.boxes[name] = box

    def _write(self, name: str, value: Any, label: str) -> None:
        details = self._session.details
        beside = replace(details.beside, **{name: value})
        text = self.tr("修改“%1”").replace("%1", label)
        self._session.edit(
            text, merge_key=f"beside.{name}", details=replace(details, beside=beside)
        )

    def read(self) -> None:
        """Show what the session holds."""
        beside = self._session.details.beside
        for name, field in self.files.items():
            field.set_path(getattr(beside, name))
        for name, line in self.lines.items():
            if line.text().strip() != getattr(beside, name):
                line.setText(getattr(beside, name))
        for name, box in self.boxes.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(beside, name))
        self.lines["link"].setEnabled(bool(beside.earlier))
        self.boxes["is_retest"].setEnabled(bool(beside.earlier and beside.link))
        self.files["ledger"].setEnabled(bool(beside.earlier or beside.ledger))
        for widget in (self.files["indicators"], self.lines["unit"]):
            widget.setEnabled(bool(beside.indicators_data))
