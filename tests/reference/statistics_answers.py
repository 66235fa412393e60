"""Answers to the reference cases that are no models, through the public functions.

Used by adapter.py for the kinds reliability, efa_checks, efa, polychoric and icc. Knows no
case by name.
"""

from typing import Any

import numpy as np
import pandas as pd

from analysis.measurement.adequacy import sampling_adequacy
from analysis.measurement.agreement import intraclass_correlations
from analysis.measurement.correlations import item_correlations, polychoric
from analysis.measurement.exploratory import EfaOptions, explore_factors
from analysis.measurement.extraction import extract
from analysis.measurement.number_of_factors import parallel_analysis
from analysis.measurement.omega import hierarchical_omega
from analysis.measurement.reliability import (
    alpha_if_deleted,
    alpha_of_covariance,
    cronbach_alpha,
    feldt_interval,
    guttman_lambda6,
    item_rest_correlations,
)

Answer = dict[str, Any]

ROTATIONS = {"geominQ": "geomin", "Promax": "promax"}
"""R's names where they differ from ours."""


def _numbers(series: pd.Series) -> dict[str, float]:
    return {str(name): float(value) for name, value in series.items()}


def _kind(options: Answer) -> str:
    return "polychoric" if "polychoric" in str(options.get("correlation", "")) else "pearson"


def _alpha(items: pd.DataFrame) -> Answer:
    complete = items.dropna()
    correlation = complete.corr().to_numpy()
    k, alpha = complete.shape[1], cronbach_alpha(complete)
    low, high = feldt_interval(alpha, n=len(complete), k=k)
    return {
        "raw_alpha": alpha,
        "std_alpha": alpha_of_covariance(correlation),
        "g6_smc": guttman_lambda6(correlation),
        "average_r": float((correlation.sum() - k) / (k * (k - 1))),
        "feldt_lower": low,
        "feldt_upper": high,
        "item_rest_r": item_rest_correlations(complete),
        "alpha_if_dropped": alpha_if_deleted(complete),
    }


def reliability(options: Answer, data: pd.DataFrame) -> Answer:
    extra: Answer = {
        "alpha": {name: _alpha(data[items]) for name, items in options["scales"].items()}
    }
    if options.get("omega_items"):
        correlation = data[options["omega_items"]].dropna().corr()
        omega = hierarchical_omega(correlation, n_factors=int(options["omega_nfactors"]))
        extra["omega"] = {
            "omega_total": omega.omega_total,
            "omega_h": omega.omega_h,
            "alpha": omega.alpha,
            "nfactors": options["omega_nfactors"],
        }
    return extra


def efa_checks(options: Answer, data: pd.DataFrame) -> Answer:
    found = item_correlations(data[options["items"]], kind=_kind(options))
    matrix, n, k = found.matrix.to_numpy(), found.n, len(found.matrix)
    adequacy = sampling_adequacy(found.matrix, n=n)
    parallel = parallel_analysis(matrix, n=n, draws=int(options.get("n_iter") or 200))
    eigenvalues = parallel.components
    shares = {
        method: float((extract(matrix, 1, method=method).loadings ** 2).sum() / k)
        for method in ("pa", "minres")
    }
    return {
        "kmo": {
            "kmo": adequacy.kmo,
            "kmo_items": _numbers(adequacy.kmo_items),
            "bartlett": {"chisq": adequacy.chisq, "df": adequacy.df, "p": adequacy.p},
        },
        "harman": {
            "pca_first_share": float(eigenvalues[0] / eigenvalues.sum()),
            "n_eigen_gt1": int((eigenvalues > 1).sum()),
            "eigenvalues": eigenvalues.tolist(),
            "paf_first_share": shares["pa"],
            "minres_first_share": shares["minres"],
        },
        "parallel": {
            "pc_observed": parallel.components.tolist(),
            "fa_observed": parallel.factors.tolist(),
            "pc_simulated": parallel.random_components.tolist(),
            "fa_simulated": parallel.random_factors.tolist(),
            "ncomp": parallel.n_components,
            "nfact": parallel.n_factors,
        },
    }


def efa(options: Answer, data: pd.DataFrame) -> Answer:
    chosen = EfaOptions(
        items=tuple(options["items"]),
        n_factors=int(options["nfactors"]),
        extraction=options["fm"],
        rotation=ROTATIONS.get(options["rotate"], options["rotate"]),
        correlation=_kind(options),
        draws=1,
    )
    found = explore_factors(data, chosen)
    loadings = found.loadings
    squares = np.sort((loadings.to_numpy() ** 2).sum(axis=0))[::-1]
    names = [str(name) for name in loadings.columns]
    fit = found.fit
    one = extract(
        item_correlations(data[options["items"]], kind=_kind(options)).matrix.to_numpy(),
        int(options["nfactors"]),
        method="ml",
    )
    return {
        "efa": {
            "loadings": {
                "rows": [str(item) for item in loadings.index],
                "cols": names,
                "matrix": loadings.to_numpy().tolist(),
            },
            "communality": _numbers(found.communality),
            "ss_loadings": squares.tolist(),
            "eigenvalues": found.eigenvalues.tolist(),
            "dof": fit.df,
            "chisq": fit.chisq,
            "p": fit.p,
            "rmsea": fit.rmsea,
            "tli": fit.tli,
            "rms": fit.rms,
            "objective": fit.objective,
            "phi": {"names": names, "matrix": found.phi.to_numpy().tolist()},
            "factanal_uniqueness": dict(
                zip(map(str, loadings.index), one.uniqueness.tolist(), strict=True)
            ),
            "factanal_chisq": fit.chisq,
            "factanal_p": fit.p,
        }
    }


def icc(options: Answer, data: pd.DataFrame) -> Answer:
    found = intraclass_correlations(data[options["items"]])
    return {
        "icc": {
            kind: {
                "icc": entry.icc,
                "F": entry.F,
                "df1": entry.df1,
                "df2": entry.df2,
                "p": entry.p,
                "lower": entry.low,
                "upper": entry.high,
            }
            for kind, entry in found.items()
        }
    }


def polychoric_correlations(options: Answer, data: pd.DataFrame) -> Answer:
    items = data[options["items"]].dropna()
    plain = polychoric(items)
    # psych corrects only where the items differ in their number of categories
    differ = items.nunique().nunique() > 1
    corrected = polychoric(items, empty_cell=0.5) if differ else plain

    def matrix(frame: pd.DataFrame) -> Answer:
        return {"names": list(frame.columns), "matrix": frame.to_numpy().tolist()}

    return {
        "lavcor": matrix(plain.matrix),
        "lavcor_thresholds": {
            f"{item}|t{j}": float(cut)
            for item, cuts in plain.thresholds.items()
            for j, cut in enumerate(cuts, start=1)
        },
        "psych_correct0": matrix(plain.matrix),
        "psych_correct0.5": matrix(corrected.matrix),
    }


KINDS = {
    "polychoric": polychoric_correlations,
    "reliability": reliability,
    "efa_checks": efa_checks,
    "efa": efa,
    "icc": icc,
}


def answer(case: Answer, data: pd.DataFrame) -> Answer:
    """Return the answer to a case of one of ``KINDS``."""
    extra = KINDS[case["kind"]](case["options"], data)
    return {"converged": True, "admissible": True, "extra": extra}
