"""AHP, entropy, CRITIC and combined weights against framework.json's golden values."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coupling.weights import (
    aggregate_comparisons,
    ahp_problem,
    ahp_weights,
    combine_linear,
    combine_product,
    critic_weights,
    effect_weights,
    entropy_weights,
    min_max,
)

# framework.json golden.ahp, golden.entropy_*, golden.critic
SAATY = [[1, 2, 5], [1 / 2, 1, 3], [1 / 5, 1 / 3, 1]]
UNITS = [[3.0, 10.0], [5.0, 20.0], [2.0, 15.0], [7.0, 25.0]]
WIDE = [[3.0, 10.0, 8.0], [5.0, 20.0, 6.0], [2.0, 15.0, 7.0], [7.0, 25.0, 1.0]]


def test_that_ahp_equals_the_golden_values() -> None:
    found = ahp_weights(SAATY)
    assert found.weights == pytest.approx([0.581552, 0.308996, 0.109452], abs=1e-6)
    assert found.lambda_max == pytest.approx(3.003695, abs=1e-6)
    assert found.consistency_index == pytest.approx(0.001847, abs=1e-6)
    assert found.consistency_ratio == pytest.approx(0.003185, abs=1e-6)
    assert found.findings == ()


def test_that_a_consistent_matrix_gives_its_weights_back() -> None:
    w = np.array([0.5, 0.3, 0.2])
    found = ahp_weights(w[:, None] / w[None, :])
    assert found.weights == pytest.approx(w)
    assert found.consistency_ratio == pytest.approx(0.0, abs=1e-12)


def test_that_an_inconsistent_matrix_names_the_comparison_to_look_at() -> None:
    # A over B 3, B over C 3, but C over A 3: the circle closes the wrong way
    matrix = [[1, 3, 1 / 3, 1], [1 / 3, 1, 3, 1], [3, 1 / 3, 1, 1], [1, 1, 1, 1]]
    found = ahp_weights(matrix, ["人事", "科研", "教学", "财务"])
    assert found.consistency_ratio > 0.1
    assert [f.code for f in found.findings] == ["ahp_inconsistent"]
    assert found.findings[0].describe("zh_CN")
    assert found.findings[0].describe("en")


def test_that_the_geometric_mean_of_experts_stays_reciprocal() -> None:
    joined = aggregate_comparisons([SAATY, np.array(SAATY).T])
    assert joined == pytest.approx(np.ones((3, 3)))
    assert ahp_problem(aggregate_comparisons([SAATY, np.ones((3, 3))])) == ""


@pytest.mark.parametrize(
    ("matrix", "code"),
    [
        ([[1, 2]], "ahp_not_square"),
        ([[1, -2], [-0.5, 1]], "ahp_not_positive"),
        ([[1, 2], [2, 1]], "ahp_not_reciprocal"),
        (np.ones((16, 16)), "ahp_too_large"),
    ],
)
def test_that_an_unusable_matrix_is_refused(matrix: object, code: str) -> None:
    assert ahp_problem(np.array(matrix, dtype=float)) == code
    with pytest.raises(ValueError, match=code):
        ahp_weights(np.array(matrix, dtype=float))


def test_that_entropy_equals_the_golden_values() -> None:
    assert entropy_weights(UNITS) == pytest.approx([0.545158, 0.454842], abs=1e-6)
    assert entropy_weights(UNITS, shift=False) == pytest.approx([0.5452, 0.4548], abs=5e-5)


def test_that_critic_equals_the_golden_values() -> None:
    assert critic_weights(WIDE) == pytest.approx([0.258632, 0.25333, 0.488038], abs=1e-6)


def test_that_a_constant_column_gets_no_weight() -> None:
    data = np.column_stack([UNITS, np.ones(4)])
    assert entropy_weights(data)[2] == 0
    assert critic_weights(data)[2] == 0
    assert entropy_weights(np.ones((4, 2))).tolist() == [0.5, 0.5]


def test_that_a_negative_indicator_is_turned_round() -> None:
    scaled = min_max(UNITS, (1, -1))
    assert scaled[:, 1].tolist() == pytest.approx([1.0, 1 / 3, 2 / 3, 0.0])


def test_that_a_floor_item_takes_the_entropy_weight() -> None:
    # FRAMEWORK 9, fact 6: an item with 70 % ones outweighs eleven parallel ones
    rng = np.random.default_rng(4)
    parallel = rng.integers(1, 6, size=(300, 11)).astype(float)
    floor = np.where(rng.random(300) < 0.7, 1.0, rng.integers(2, 6, 300))
    weights = entropy_weights(np.column_stack([parallel, floor]))
    assert weights[-1] > 2.5 * weights[:-1].max()


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_that_effect_weights_sum_to_one(effects: list[float]) -> None:
    assert effect_weights(effects).sum() == pytest.approx(1.0)


def test_that_combinations_lie_between_and_sum_to_one() -> None:
    subjective, objective = [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]
    assert combine_linear(subjective, objective, 0.25) == pytest.approx([0.275, 0.3, 0.425])
    product = combine_product(subjective, objective)
    assert product == pytest.approx([0.1 / 0.29, 0.09 / 0.29, 0.1 / 0.29])


def test_that_more_of_the_subjective_moves_towards_it() -> None:
    first = [combine_linear([0.9, 0.1], [0.2, 0.8], share)[0] for share in (0.0, 0.3, 0.7, 1.0)]
    assert all(a < b for a, b in pairwise(first))
