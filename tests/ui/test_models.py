"""Every Qt model, over real core values, passes Qt's own model tester."""

from pathlib import Path

import pandas as pd
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from analysis.report.numbers import NumberKind
from survey.exchange import apply_plan, propose_plan, read_table
from survey.exchange.plan import ColumnKind, ImportPlan
from survey.exchange.raw_table import RawTable
from tests.ui.answers import write_answers
from ui import edits
from ui.models.plan_table import CERTAINTY, KIND, PlanTableModel
from ui.models.result_table import ResultColumn, ResultTableModel, records_of
from ui.models.study_tree import MIME, NAME, REVERSED, StudyTreeModel
from ui.widgets.step_list import StepEntry, StepListModel, StepState

CHECKED, DISPLAY = Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.DisplayRole


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> tuple[RawTable, ImportPlan]:
    raw = read_table(write_answers(tmp_path_factory.mktemp("a") / "合作调查.csv"))
    return raw, propose_plan(raw)


def test_that_the_plan_table_is_a_sound_model(
    qtmodeltester: ModelTester, imported: tuple[RawTable, ImportPlan]
):
    model = PlanTableModel()
    model.show_plan(*imported)
    qtmodeltester.check(model)
    assert model.rowCount() == 9
    assert model.index(3, KIND).data() == "量表题"
    assert model.index(3, CERTAINTY).data() == "确定"


def test_that_the_study_tree_is_a_sound_model(
    qtmodeltester: ModelTester, imported: tuple[RawTable, ImportPlan]
):
    model = StudyTreeModel()
    model.show_study(imported[1].study, is_editable=True)
    qtmodeltester.check(model)
    assert model.rowCount() == 2
    assert model.rowCount(model.index(0, 0)) == 3


def test_that_ticking_reversed_emits_the_edited_study(imported: tuple[RawTable, ImportPlan]):
    model = StudyTreeModel()
    model.show_study(imported[1].study, is_editable=True)
    told = []
    model.study_edited.connect(lambda label, study: told.append(study))
    item = model.index(1, REVERSED, model.index(0, NAME))
    assert model.setData(item, Qt.CheckState.Checked.value, CHECKED)
    code = imported[1].study.constructs[0].items[1]
    assert told[0].item(code).is_reversed


def test_that_a_dropped_item_moves_to_the_construct_it_falls_on(
    imported: tuple[RawTable, ImportPlan],
):
    study = imported[1].study
    model = StudyTreeModel()
    model.show_study(study, is_editable=True)
    told = []
    model.study_edited.connect(lambda label, edited: told.append(edited))
    data: QMimeData = model.mimeData([model.index(0, NAME, model.index(0, NAME))])
    assert data.hasFormat(MIME)
    model.dropMimeData(data, Qt.DropAction.MoveAction, -1, -1, model.index(1, NAME))
    moved = study.constructs[0].items[0]
    assert told[0].constructs[1].items[-1] == moved
    assert moved not in told[0].constructs[0].items


def test_that_the_frameworks_study_cannot_be_edited_in_place(
    imported: tuple[RawTable, ImportPlan],
):
    model = StudyTreeModel()
    model.show_study(imported[1].study, is_editable=False)
    item = model.index(0, REVERSED, model.index(0, NAME))
    assert not model.setData(item, Qt.CheckState.Checked.value, CHECKED)
    assert not model.flags(item) & Qt.ItemFlag.ItemIsUserCheckable


def test_that_a_result_table_is_a_sound_model_and_writes_numbers_as_the_report(
    qtmodeltester: ModelTester,
):
    frame = pd.DataFrame(
        {
            "name": ["甲", "乙"],
            "alpha": [0.8126, float("nan")],
            "low": [0.7, 0.1],
            "high": [0.9, 0.2],
        },
        index=["C1", "C2"],
    )
    model = ResultTableModel(
        [
            ResultColumn("code", "代码"),
            ResultColumn("alpha", "α", NumberKind.DECIMAL, tone=lambda record: "amber"),
            ResultColumn(("low", "high"), "区间", NumberKind.MEAN),
        ]
    )
    model.set_records(records_of(frame))
    qtmodeltester.check(model)
    texts = [[model.index(row, column).data() for column in range(3)] for row in range(2)]
    assert texts == [["C1", "0.813", "[0.70, 0.90]"], ["C2", "—", "[0.10, 0.20]"]]


def test_that_an_empty_result_table_keeps_its_headings(qtmodeltester: ModelTester):
    model = ResultTableModel([ResultColumn("a", "甲"), ResultColumn("b", "乙")])
    qtmodeltester.check(model)
    horizontal = Qt.Orientation.Horizontal
    assert [model.headerData(i, horizontal) for i in range(2)] == ["甲", "乙"]
    assert model.rowCount(QModelIndex()) == 0


def test_that_the_step_list_says_its_state_in_words(qtmodeltester: ModelTester):
    entries = (StepEntry("导入", "600 份", StepState.DONE, "已完成"), StepEntry("含义"))
    model = StepListModel(entries)
    qtmodeltester.check(model)
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "1 导入，已完成，600 份"


def test_that_a_column_made_an_item_gets_one_in_the_study_and_loses_it_again(
    imported: tuple[RawTable, ImportPlan],
):
    plan = imported[1]
    place = plan.of_kind(ColumnKind.GROUP)[0].place
    made = edits.with_kind(plan, [place], ColumnKind.ITEM)
    code = made.columns[place].code
    assert code in {item.code for item in edits.free_items(made.study)}
    back = edits.with_kind(made, [place], ColumnKind.GROUP)
    assert back.study.items == plan.study.items


def test_that_an_order_settled_by_the_user_gives_the_codes(tmp_path: Path):
    labels = ("青", "赤", "白", "玄")
    raw = read_table(write_answers(tmp_path / "色.csv", labels=labels))
    plan = propose_plan(raw)
    places = list(range(3, 9))
    for place in places:
        plan = edits.with_kind(plan, [place], ColumnKind.ITEM)
    plan = edits.with_order(plan, places, ("玄", "白", "赤", "青"))
    responses, _ = apply_plan(raw, plan)
    codes = [plan.columns[place].code for place in places]
    cells = raw.columns[3].cells()
    expected = [("玄", "白", "赤", "青").index(str(cell)) + 1 for cell in cells]
    assert responses.answers[codes[0]].tolist() == expected
    assert plan.study.item(codes[0]).maximum == 4


def test_that_constructs_can_be_made_filled_and_removed(imported: tuple[RawTable, ImportPlan]):
    study = imported[1].study
    first = study.constructs[0].items[0]
    made, code = edits.with_new_construct(study, "新构念", [first])
    assert edits.construct_of(made, first) == code
    joined = edits.with_system(made, code, "U1")
    assert edits.system_of(joined, code) == "U1"
    gone = edits.without_construct(joined, code)
    assert edits.construct_of(gone, first) == ""
    assert gone.systems == study.systems
