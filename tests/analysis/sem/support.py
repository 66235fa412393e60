"""What the tests of the engine share: reference constants, data, and comparisons."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.sem import CovarianceInput, SemOptions

CONSTANTS = Path(__file__).with_name("lavaan_constants.json")

HS_MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"

OPTION_NAMES = {
    "estimator": "estimator",
    "function": "model_type",
    "std.lv": "std_lv",
    "orthogonal": "orthogonal",
    "fixed.x": "fixed_x",
    "meanstructure": "meanstructure",
    "group": "group",
    "group.equal": "group_equal",
    "group.partial": "group_partial",
}


@lru_cache(maxsize=1)
def cases() -> dict[str, dict[str, Any]]:
    """Return the reference cases by id (lavaan 0.6-14)."""
    found = json.loads(CONSTANTS.read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in found}


def case_ids(*, raw: bool) -> list[str]:
    """Return the ids of cases with raw data, or of those given by moments."""
    return [name for name, case in cases().items() if ("data" in case) is raw]


def case_options(case: dict[str, Any]) -> SemOptions:
    """Return the options of a case."""
    chosen = {
        own: tuple(value) if isinstance(value, list) else value
        for name, own in OPTION_NAMES.items()
        if (value := case["options"].get(name)) is not None
    }
    return SemOptions(**chosen)


def case_moments(case: dict[str, Any]) -> CovarianceInput:
    """Return the moments of a case; lower triangles are stored."""
    covariances = []
    for rows in case["cov"]:
        lower = np.array([row + [0.0] * (len(rows) - len(row)) for row in rows])
        covariances.append(lower + np.tril(lower, -1).T)
    wants_means = "~1" in {row[1] for row in case["estimates"]}
    means = None
    if case["mean"] is not None and wants_means:
        means = tuple(np.array(vector) for vector in case["mean"])
    labels = tuple(case["labels"]) if len(case["labels"]) > 1 else ()
    return CovarianceInput(
        tuple(case["names"]), tuple(covariances), tuple(case["n"]), means, labels
    )


@lru_cache(maxsize=1)
def holzinger() -> pd.DataFrame:
    """Return Holzinger and Swineford's data (301 pupils), as semopy ships them."""
    from semopy.examples import holzinger39

    return pd.DataFrame(holzinger39.get_data())


@lru_cache(maxsize=1)
def political_democracy() -> pd.DataFrame:
    """Return Bollen's data (75 countries), as semopy ships them."""
    from semopy.examples import political_democracy as source

    return pd.DataFrame(source.get_data())


def rows_of(result: Any) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    """Return the parameter table by (lhs, op, rhs, group), covariances both ways round."""
    found = {}
    for row in result.parameters.to_dict("records"):
        rhs = "" if row["op"] in ("~1", ":=") else row["rhs"]
        found[row["lhs"], row["op"], rhs, row["group"]] = row
        if row["op"] == "~~":
            found[row["rhs"], row["op"], row["lhs"], row["group"]] = row
    return found
