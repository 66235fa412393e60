"""The middle column: what a step is about, and what the user may choose."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ui.session import Session

WIDTH = 272


class OptionsPane(QScrollArea):
    """A heading, a sentence, then sections of fields, one under the other."""

    def __init__(self, heading: str, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("options")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.page = QWidget(self)
        self._column = QVBoxLayout(self.page)
        self._column.setContentsMargins(16, 14, 16, 16)
        self._column.setSpacing(6)
        title = QLabel(heading, self.page)
        title.setObjectName("heading")
        title.setWordWrap(True)
        self._column.addWidget(title)
        self.intro = self.add_text(words)
        self._column.addStretch(1)
        self.setWidget(self.page)

    def _insert(self, item: QWidget | QLayout) -> None:
        place = self._column.count() - 1 if self._column.count() > 2 else self._column.count()
        if isinstance(item, QLayout):
            self._column.insertLayout(place, item)
        else:
            self._column.insertWidget(place, item)

    def add_section(self, title: str) -> QLabel:
        """Begin a section."""
        label = QLabel(title, self.page)
        label.setObjectName("section")
        label.setIndent(0)
        self._insert(label)
        return label

    def add_text(self, text: str) -> QLabel:
        """Add a sentence in small grey letters."""
        label = QLabel(text, self.page)
        label.setObjectName("muted")
        label.setWordWrap(True)
        self._insert(label)
        return label

    def add_widget(self, widget: QWidget) -> QWidget:
        """Add a widget over the whole width."""
        self._insert(widget)
        return widget

    def add_field(self, label: str, field: QWidget, *, hint: str = "") -> QWidget:
        """Add a field with its label above it."""
        caption = QLabel(label, self.page)
        caption.setBuddy(field)
        caption.setWordWrap(True)
        self._insert(caption)
        field.setAccessibleName(label)
        if hint:
            field.setToolTip(hint)
            caption.setToolTip(hint)
            field.setAccessibleDescription(hint)
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._insert(field)
        return field

    def add_button(
        self, text: str, on_click: Callable[[], object], *, primary: bool = False
    ) -> QPushButton:
        """Add a button over the whole width."""
        button = QPushButton(text, self.page)
        if primary:
            button.setObjectName("primary")
        button.clicked.connect(lambda: on_click())
        self._insert(button)
        return button


class StageOptions(OptionsPane):
    """Fields bound to one stage's options in the session; every change can be undone."""

    def __init__(
        self,
        session: Session,
        stage: str,
        *,
        heading: str,
        words: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(heading, words, parent)
        self.session = session
        self.stage = stage
        self._readers: list[Callable[[], None]] = []
        session.options_changed.connect(self.read)

    def value(self, name: str) -> Any:
        """Return the present value of option ``name``."""
        return getattr(getattr(self.session.options, self.stage), name)

    def _bind(self, name: str, field: QWidget, show: Callable[[Any], object]) -> None:
        def read() -> None:
            with QSignalBlocker(field):
                show(self.value(name))

        self._readers.append(read)
        read()

    def write(self, name: str, value: Any, label: str) -> None:
        """Put ``value`` into option ``name``; ``label`` is what the field is called."""
        text = self.tr("修改“%1”").replace("%1", label)
        self.session.set_option(self.stage, name, value, text)

    def read(self) -> None:
        """Show what the session holds."""
        for reader in self._readers:
            reader()

    def integer(
        self, name: str, label: str, *, limits: tuple[int, int], step: int = 1, hint: str = ""
    ) -> QSpinBox:
        """Add a whole number."""
        field = QSpinBox(self.page)
        field.setRange(*limits)
        field.setSingleStep(step)
        field.setGroupSeparatorShown(False)
        field.setKeyboardTracking(False)
        self.add_field(label, field, hint=hint)
        self._bind(name, field, field.setValue)
        field.valueChanged.connect(lambda value: self.write(name, value, label))
        return field

    def number(
        self,
        name: str,
        label: str,
        *,
        limits: tuple[float, float],
        step: float = 0.05,
        decimals: int = 2,
        suffix: str = "",
        scale: float = 1.0,
        hint: str = "",
    ) -> QDoubleSpinBox:
        """Add a number, shown ``scale`` times as large (100 for per cent)."""
        field = QDoubleSpinBox(self.page)
        field.setDecimals(decimals)
        field.setRange(limits[0] * scale, limits[1] * scale)
        field.setSingleStep(step * scale)
        field.setSuffix(suffix)
        field.setKeyboardTracking(False)
        self.add_field(label, field, hint=hint)
        self._bind(name, field, lambda value: field.setValue(value * scale))
        field.valueChanged.connect(lambda value: self.write(name, value / scale, label))
        return field

    def flag(self, name: str, label: str, *, hint: str = "") -> QCheckBox:
        """Add a yes or no."""
        field = QCheckBox(label, self.page)
        field.setToolTip(hint)
        self.add_widget(field)
        self._bind(name, field, field.setChecked)
        field.toggled.connect(lambda value: self.write(name, value, label))
        return field

    def choice(
        self, name: str, label: str, values: Sequence[tuple[Any, str]], *, hint: str = ""
    ) -> QComboBox:
        """Add a choice of one; a value not listed shows as the last entry chosen."""
        field = QComboBox(self.page)
        for value, text in values:
            field.addItem(text, value)
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.add_field(label, field, hint=hint)
        self._bind(name, field, lambda value: field.setCurrentIndex(field.findData(value)))
        field.currentIndexChanged.connect(
            lambda index: self.write(name, field.itemData(index), label)
        )
        return field

    def several(
        self, name: str, label: str, values: Iterable[tuple[str, str]], *, hint: str = ""
    ) -> list[QCheckBox]:
        """Add boxes whose ticked codes make up a tuple option."""
        boxes = []
        for code, text in values:
            box = QCheckBox(text, self.page)
            box.setToolTip(hint)
            self.add_widget(box)
            self._bind_member(name, code, box)
            box.toggled.connect(lambda on, code=code: self._toggle(name, code, label, on=on))
            boxes.append(box)
        return boxes

    def _bind_member(self, name: str, code: str, box: QCheckBox) -> None:
        def read() -> None:
            with QSignalBlocker(box):
                box.setChecked(code in self.value(name))

        self._readers.append(read)
        read()

    def _toggle(self, name: str, code: str, label: str, *, on: bool) -> None:
        others = tuple(entry for entry in self.value(name) if entry != code)
        self.write(name, (*others, code) if on else others, label)

    def line(self, name: str, label: str, *, hint: str = "", placeholder: str = "") -> QLineEdit:
        """Add a line of text."""
        field = QLineEdit(self.page)
        field.setPlaceholderText(placeholder)
        self.add_field(label, field, hint=hint)
        self._bind(name, field, field.setText)
        field.editingFinished.connect(lambda: self.write(name, field.text().strip(), label))
        return field
