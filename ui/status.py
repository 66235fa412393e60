"""The bottom line: what is under way, how many answers, whether everything is saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QWidget

from resources.texts import sentence
from ui.flow import Flow
from ui.session import Session
from ui.texts import language, step_text


class StatusLine(QStatusBar):
    """Progress with a stop button on the left; sample size and save state on the right."""

    def __init__(self, session: Session, flow: Flow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._flow = flow
        self.setSizeGripEnabled(False)
        self.work = QLabel(self)
        self.bar = QProgressBar(self)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(220)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("进度"))
        self.stop = QPushButton(self.tr("停止"), self)
        self.stop.setFlat(True)
        self.stop.clicked.connect(flow.cancel)
        self.sample = QLabel(self)
        self.saved = QLabel(self)
        self.mark = QLabel(sentence("report.simulated", language()), self)
        self.mark.setObjectName("mark")
        self.addWidget(self.work)
        self.addWidget(self.bar)
        self.addWidget(self.stop)
        self.addPermanentWidget(self.mark)
        self.addPermanentWidget(self.sample)
        self.addPermanentWidget(self.saved)
        flow.busy_changed.connect(self._show_work)
        flow.progressed.connect(self._on_progress)
        for signal in (session.project_changed, session.saved_changed):
            signal.connect(self._show_saved)
        for signal in (session.responses_changed, session.chain_changed):
            signal.connect(self._show_sample)
        self._show_work()
        self._show_saved()

    def _show_work(self) -> None:
        busy = self._flow.busy_with
        texts = {
            "read": self.tr("正在读取文件"),
            "open": self.tr("正在打开项目"),
            "chain": self.tr("正在运行诊断"),
            "report": self.tr("正在生成报告"),
            "save": self.tr("正在保存"),
        }
        self.work.setText(texts.get(busy, ""))
        self.bar.setVisible(bool(busy))
        self.stop.setVisible(busy in ("read", "chain", "report"))
        # Before the first message nobody knows how far it is.
        self.bar.setRange(0, 0 if busy else 1000)

    def _on_progress(self, share: float, step: str) -> None:
        if self._flow.busy_with:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(1000 * share))
            self.work.setText(f"{step_text(step)} {share:.0%}")

    def _show_sample(self) -> None:
        responses, chain = self._session.responses, self._session.chain
        self.mark.setVisible(responses is not None and responses.study.is_simulated)
        if responses is None:
            self.sample.setText("")
            return
        text = self.tr("答卷 %n 份", "", responses.n)
        if chain is not None and not self._session.is_stale:
            text += self.tr("，分析样本 %n 份", "", chain.prepared.n)
        self.sample.setText(text)

    def _show_saved(self) -> None:
        project = self._session.project
        if project is None:
            self.saved.setText("")
            self._show_sample()
            return
        if project.is_read_only:
            text = self.tr("只读")
        elif project.document is None:
            text = self.tr("尚未保存到文件（编辑已自动暂存）")
        elif project.is_modified:
            text = self.tr("有未保存的编辑（已自动暂存）")
        else:
            text = self.tr("已保存")
        self.saved.setText(text)
        self.saved.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._show_sample()
