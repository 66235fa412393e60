"""The HTMT gate."""

import numpy as np
import pandas as pd

from analysis.modelling.ladder import FRAMEWORK_LADDER, NEEDED, gated_pairs
from analysis.sem.syntax import parse
from survey.framework import load_framework

MODELS = load_framework().raw["models"]
CODES = [*(f"C{i}" for i in range(1, 10)), "I1", "I2", "I3", "N1", "N2", "N3"]


def htmt(**pairs: float) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=CODES, columns=CODES)
    for pair, value in pairs.items():
        table.loc[tuple(pair.split("_"))] = value
    return table


def test_that_a_constraint_like_a_process_is_gated() -> None:
    table = htmt(I1_C6=0.93, I2_C7=0.89)
    assert gated_pairs(table, parse(MODELS["MS_subscale"])) == (("C6", "I1"),)


def test_that_two_constructs_of_one_factor_may_be_alike() -> None:
    assert gated_pairs(htmt(C2_C1=0.97), parse(MODELS["MS_subscale"])) == ()


def test_that_groups_alike_are_gated_apart_but_not_in_the_overall_factor() -> None:
    table = htmt(C4_C1=0.95)
    assert gated_pairs(table, parse(MODELS["MS_subscale"])) == (("C1", "C4"),)
    assert gated_pairs(table, parse(MODELS["MO_overall"])) == ()


def test_that_constructs_outside_the_model_do_not_matter() -> None:
    model = parse("I1 ~ C6")
    assert gated_pairs(htmt(N2_N1=0.99), model) == ()


def test_that_every_framework_model_says_how_many_cases_it_needs() -> None:
    assert set(NEEDED) == set(MODELS)
    assert all(NEEDED[name] == n for name, n in FRAMEWORK_LADDER)
