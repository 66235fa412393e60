"""Item analysis: distribution, floor and ceiling, how an item goes with its construct."""

import numpy as np
import pandas as pd

from analysis.measurement.reliability import alpha_if_deleted, item_rest_correlations
from analysis.preparation.arrays import FloatArray
from analysis.preparation.dataset import PreparedDataset
from analysis.preparation.scoring import present_items
from survey.responses import Missing
from survey.study import StudyConstruct

EXTREME_SHARE = 0.27
MIN_EXTREME = 10
"""Smallest extreme group whose difference says anything."""


def skewness(values: FloatArray) -> float:
    """Return the sample skewness G1 = sqrt(n (n-1)) / (n-2) * m3 / m2^1.5, as SPSS and Excel.

    NaN with fewer than three values or without variance. Checked against psych::skew type 2.
    """
    n = len(values)
    deviation = values - values.mean() if n else values
    m2 = float(np.mean(deviation**2)) if n else 0.0
    if n < 3 or m2 == 0:
        return float("nan")
    return float(np.sqrt(n * (n - 1)) / (n - 2) * np.mean(deviation**3) / m2**1.5)


def kurtosis(values: FloatArray) -> float:
    """Return the sample excess kurtosis G2, as SPSS and Excel; 0 for a normal distribution.

    G2 = (n-1) / ((n-2)(n-3)) * ((n+1) (m4 / m2^2 - 3) + 6). NaN with fewer than four values
    or without variance. Checked against psych::kurtosi type 2.
    """
    n = len(values)
    deviation = values - values.mean() if n else values
    m2 = float(np.mean(deviation**2)) if n else 0.0
    if n < 4 or m2 == 0:
        return float("nan")
    g2 = float(np.mean(deviation**4)) / m2**2 - 3
    return float((n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * g2 + 6))


def critical_ratios(items: pd.DataFrame, *, share: float = EXTREME_SHARE) -> dict[str, float]:
    """Return each item's critical ratio (临界比): Welch t of the top against the bottom 27 %.

    Respondents are put in order by the sum of all items; everybody at the two border scores
    counts. An item that does not tell the two groups apart (t under 3) does not discriminate.
    NaN with fewer than ten in a group; infinite when both groups agree fully and differ.

    Args:
        items: complete rows of one construct, turned.

    Reference: Kelley (1939) for the 27 %; checked against R t.test.
    """
    unknown = dict.fromkeys(map(str, items.columns), float("nan"))
    if items.shape[1] < 2 or len(items) < MIN_EXTREME / share:
        return unknown
    total = items.sum(axis=1).to_numpy(dtype=float)
    order = np.sort(total)
    cut = round(share * len(total))
    low, high = total <= order[cut - 1], total >= order[len(total) - cut]
    if order[cut - 1] >= order[len(total) - cut]:
        return unknown
    return {
        str(code): _welch_t(
            items.loc[high, code].to_numpy(float), items.loc[low, code].to_numpy(float)
        )
        for code in items.columns
    }


def _welch_t(first: FloatArray, second: FloatArray) -> float:
    gap = float(first.mean() - second.mean())
    variance = float(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second))
    if variance == 0:
        return float("inf") if gap > 0 else float("nan")
    return gap / float(np.sqrt(variance))


def _item_row(prepared: PreparedDataset, code: str) -> dict[str, object]:
    item = prepared.study.item(code)
    values = prepared.items[code].dropna().to_numpy(dtype=float)
    kinds = prepared.responses.missing.loc[prepared.items.index, code].to_numpy()
    n_shown = int((kinds != Missing.NOT_SHOWN).sum())
    n = len(values)
    nan = float("nan")
    return {
        "text": item.text,
        "n": n,
        "missing_share": 1 - n / n_shown if n_shown else nan,
        "mean": float(values.mean()) if n else nan,
        "sd": float(values.std(ddof=1)) if n > 1 else nan,
        "skewness": skewness(values),
        "kurtosis": kurtosis(values),
        "floor_share": float(np.mean(values == item.minimum)) if n else nan,
        "ceiling_share": float(np.mean(values == item.maximum)) if n else nan,
        "reversed": item.is_reversed,
    }


def item_statistics(
    prepared: PreparedDataset, constructs: tuple[StudyConstruct, ...]
) -> pd.DataFrame:
    """Return one row per item of ``constructs``; columns as in MeasurementResult, no loading.

    All figures are of the turned items (reverse-keyed ones recoded), so a high value means the
    same for every item of a construct. ``missing_share`` is of those the item was shown to;
    CITC and alpha-if-deleted rest on the respondents who answered all of the construct's items.
    """
    rows: dict[str, dict[str, object]] = {}
    for construct in constructs:
        codes = present_items(construct, prepared.items)
        complete = complete_items(prepared.items[codes])
        citc = item_rest_correlations(complete)
        without = alpha_if_deleted(complete)
        ratios = critical_ratios(complete)
        for code in codes:
            rows[code] = {
                "construct": construct.code,
                **_item_row(prepared, code),
                "citc": citc.get(code, float("nan")),
                "alpha_if_deleted": without.get(code, float("nan")),
                "critical_ratio": ratios.get(code, float("nan")),
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def complete_items(items: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that answer every usable item; empty and constant items are left out.

    An item nobody answered would leave no complete row, a constant one no correlation.
    """
    usable = [code for code in items.columns if items[code].nunique() > 1]
    complete = items[usable].dropna()
    varying = [code for code in usable if complete[code].nunique() > 1]
    return complete[varying]


def answer_distribution(prepared: PreparedDataset) -> pd.DataFrame:
    """Return how the answers to each item spread over the scale, as given (not turned).

    One row per item; one column per answer value (as text, ascending) with its share of those
    who gave a value, then ``n`` (with a value), ``do_not_know`` and ``empty`` as shares of
    those the item was shown to. Values nobody may choose are NaN.
    """
    answers = prepared.responses.answers.loc[prepared.items.index]
    kinds = prepared.responses.missing.loc[prepared.items.index]
    rows: dict[str, dict[str, float]] = {}
    values: set[float] = set()
    for item in prepared.study.items:
        if item.code not in prepared.items.columns:
            continue
        given = answers[item.code].dropna()
        shown = int((kinds[item.code] != Missing.NOT_SHOWN).sum())
        steps = np.arange(item.minimum, item.maximum + 1)
        values.update(steps.tolist())
        row = {
            f"{step:g}": float((given == step).mean()) if len(given) else np.nan for step in steps
        }
        row["n"] = float(len(given))
        for name, kind in (("do_not_know", Missing.DO_NOT_KNOW), ("empty", Missing.EMPTY)):
            row[name] = float((kinds[item.code] == kind).sum()) / shown if shown else np.nan
        rows[item.code] = row
    columns = [*(f"{value:g}" for value in sorted(values)), "n", "do_not_know", "empty"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)
