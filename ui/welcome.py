"""The first page: begin, open, go on with what a crash left."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from survey.store.recovery import LeftCopy
from ui.appearance import current_theme
from ui.icons import icon
from ui.widgets.elided_label import ElidedLabel

WIDTH = 860


class Welcome(QScrollArea):
    """Says what the program does and offers the ways in."""

    new_wanted = Signal()
    open_wanted = Signal()
    sample_wanted = Signal()
    recent_wanted = Signal(object)  # Path
    recover_wanted = Signal(object)  # LeftCopy
    discard_wanted = Signal(object)  # LeftCopy

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._choices: list[QPushButton] = []
        page = QWidget(self)
        self._column = QVBoxLayout()
        self._column.setSpacing(14)
        centred = QWidget(page)
        centred.setMaximumWidth(WIDTH)
        centred.setLayout(self._column)
        outer = QHBoxLayout(page)
        outer.setContentsMargins(32, 40, 32, 32)
        outer.addStretch(1)
        outer.addWidget(centred, 20)
        outer.addStretch(1)
        self._add_heading()
        self._recovery = QWidget(page)
        QVBoxLayout(self._recovery).setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._recovery)
        self._add_choices()
        self._recent = QWidget(page)
        QVBoxLayout(self._recent).setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._recent)
        self._column.addStretch(1)
        self.setWidget(page)

    def _add_heading(self) -> None:
        title = QLabel(self.tr("融诊"), self)
        title.setObjectName("title")
        words = QLabel(
            self.tr(
                "产教融合、科教融汇制约因素诊断。导入问卷答卷，检查质量与信效度，拟合结构方程，"
                "测算耦合协调度，找出制约因素，生成可交付的中文诊断报告。数据不离开本机。"
            ),
            self,
        )
        words.setWordWrap(True)
        words.setObjectName("muted")
        self._column.addWidget(title)
        self._column.addWidget(words)

    def _add_choices(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(12)
        choices = (
            ("import", self.tr("导入答卷"), self.tr("问卷星、SPSS、Excel、CSV"), self.new_wanted),
            ("open", self.tr("打开项目"), self.tr("继续已保存的诊断"), self.open_wanted),
            ("sample", self.tr("打开示例"), self.tr("内置模拟数据，先看一遍"), self.sample_wanted),
        )
        for name, title, hint, signal in choices:
            button = QPushButton(f"{title}\n{hint}", self)
            button.setObjectName("choice")
            button.setIcon(icon(name, current_theme().accent))
            button.setIconSize(QSize(32, 32))
            button.setMinimumHeight(72)
            button.setAccessibleName(f"{title}，{hint}")
            button.setProperty("picture", name)
            button.clicked.connect(signal)
            self._choices.append(button)
            row.addWidget(button, 1)
        self._column.addLayout(row)

    def refresh(self) -> None:
        """Take on the colours of the theme."""
        for button in self._choices:
            button.setIcon(icon(button.property("picture"), current_theme().accent))

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the projects opened lately."""
        _clear(self._recent)
        if not paths:
            return
        layout = self._recent.layout()
        assert layout is not None
        heading = QLabel(self.tr("最近的项目"), self._recent)
        heading.setObjectName("section")
        heading.setIndent(0)
        layout.addWidget(heading)
        for path in paths:
            layout.addWidget(self._recent_row(path))

    def _recent_row(self, path: Path) -> QWidget:
        button = QPushButton(self._recent)
        button.setObjectName("choice")
        button.setAccessibleName(self.tr("打开 %1").replace("%1", path.stem))
        button.setToolTip(str(path))
        button.setMinimumHeight(40)
        row = QHBoxLayout(button)
        row.setContentsMargins(14, 4, 14, 4)
        name = QLabel(path.stem, button)
        name.setObjectName("caption")
        folder = ElidedLabel(str(path.parent), button)
        folder.setObjectName("muted")
        for label in (name, folder):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(name)
        row.addWidget(folder, 1)
        button.clicked.connect(lambda: self.recent_wanted.emit(path))
        return button

    def show_left(self, copies: Sequence[LeftCopy]) -> None:
        """Offer the working copies that a crash left."""
        _clear(self._recovery)
        layout = self._recovery.layout()
        assert layout is not None
        for left in copies:
            layout.addWidget(self._left_row(left))

    def _left_row(self, left: LeftCopy) -> QWidget:
        frame = QFrame(self._recovery)
        frame.setObjectName("caution")
        mark = QLabel(frame)
        mark.setPixmap(icon("recover", current_theme().caution).pixmap(24, 24))
        title = left.title or self.tr("未命名项目")
        when = f"{left.changed:%Y-%m-%d %H:%M}"
        if left.is_damaged:
            text = self.tr("上次异常退出留下的项目“%1”（%2）已损坏，无法恢复。文件保留在 %3。")
        else:
            text = self.tr("上次没有正常退出。项目“%1”（%2）有未保存的编辑，可以恢复。")
        label = QLabel(
            text.replace("%1", title).replace("%2", when).replace("%3", str(left.file)), frame
        )
        label.setWordWrap(True)
        row = QHBoxLayout(frame)
        row.addWidget(mark)
        row.addWidget(label, 1)
        if not left.is_damaged:
            recover = QPushButton(self.tr("恢复"), frame)
            recover.setObjectName("primary")
            recover.clicked.connect(lambda: self.recover_wanted.emit(left))
            row.addWidget(recover)
        discard = QPushButton(self.tr("丢弃"), frame)
        discard.clicked.connect(lambda: self.discard_wanted.emit(left))
        row.addWidget(discard)
        return frame


def _clear(widget: QWidget) -> None:
    layout = widget.layout()
    assert layout is not None
    while (item := layout.takeAt(0)) is not None:
        child = item.widget()
        if child is not None:
            child.setParent(None)
            child.deleteLater()
