"""The built-in sample: the committed file is what the generator makes, and holds what it must."""

import pytest
from python_calamine import CalamineWorkbook

from resources import SAMPLE_FILE
from survey.sample import sample_table

TABLE = sample_table()
HEADER, ROWS = TABLE[0], TABLE[1:]


def column(wording: str) -> list[str]:
    places = [place for place, header in enumerate(HEADER) if header.endswith(wording)]
    return [row[places[0]] for row in ROWS]


def test_that_the_committed_file_is_what_the_generator_makes() -> None:
    sheet = CalamineWorkbook.from_path(SAMPLE_FILE).get_sheet_by_name("Sheet1")
    assert sheet.to_python() == TABLE


def test_that_another_seed_makes_other_answers() -> None:
    assert sample_table(1) != TABLE


def test_that_every_row_says_that_it_is_simulated() -> None:
    assert set(column("来源详情")) == {"模拟数据"}


def test_that_one_of_six_roles_stays_under_the_threshold() -> None:
    roles = column("您的身份")
    counts = sorted(roles.count(role) for role in set(roles))
    assert counts == [8, 20, 58, 72, 92, 350]


@pytest.mark.parametrize("cell", ["(空)", "(跳过)", "不了解/不适用"])
def test_that_each_kind_of_missing_occurs(cell: str) -> None:
    assert sum(row.count(cell) for row in ROWS) > 50


def test_that_only_the_first_row_of_a_matrix_carries_the_stem() -> None:
    matrix = [header for header in HEADER if header.startswith("7、")]
    assert [header.count("—") for header in matrix] == [1, 0, 0, 0, 0, 0]


def test_that_outsiders_read_this_university_and_insiders_read_ours() -> None:
    assert any("该校应用类科研选题" in header for header in HEADER)
    assert any("本校应用类科研选题" in header for header in HEADER)
