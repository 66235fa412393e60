"""A choice among the constructs of the study, bound to one option; every change can be undone."""

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox

from ui.naming import construct_name
from ui.session import Session
from ui.widgets.options_pane import StageOptions


class ConstructChoice(QComboBox):
    """``nothing`` stands for the empty code."""

    def __init__(
        self, pane: StageOptions, name: str, label: str, *, nothing: str, hint: str = ""
    ) -> None:
        super().__init__(pane.page)
        self._session: Session = pane.session
        self._pane = pane
        self._name = name
        self._nothing = nothing
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        pane.add_field(label, self, hint=hint)
        self.currentIndexChanged.connect(lambda: pane.write(name, self.currentData(), label))
        for signal in (self._session.plan_changed, self._session.source_changed):
            signal.connect(self._fill)
        self._session.options_changed.connect(self._read)
        self._fill()

    def _fill(self) -> None:
        """Offer the constructs of the present study."""
        plan = self._session.plan
        with QSignalBlocker(self):
            self.clear()
            self.addItem(self._nothing, "")
            for construct in () if plan is None else plan.study.constructs:
                assert plan is not None
                name = construct_name(plan.study, construct)
                text = name if name == construct.code else f"{construct.code} {name}"
                self.addItem(text, construct.code)
        self._read()

    def _read(self) -> None:
        place = self.findData(self._pane.value(self._name))
        with QSignalBlocker(self):
            self.setCurrentIndex(max(place, 0))
