"""The outcome of a run in a few lines for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.naming import construct_name
from resources.texts import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.chain import ChainResult
    from survey.exchange import ImportReport

SHOWN_CONSTRAINTS = 3
WEIGHT_FINDINGS = (
    "ahp_inconsistent",
    "ahp_not_used",
    "ahp_missing",
    "ahp_unused",
    "weights_no_model",
    "weights_not_combined",
    "weights_too_few",
)
"""What the terminal says too: the weights asked for were not used."""


def summary_lines(chain: ChainResult, report: ImportReport, language: str) -> tuple[str, ...]:
    """Return what was read, left out, fitted and found, one sentence each."""
    return (
        *report.lines(language),
        *_prepared(chain, language),
        *_model(chain, language),
        *_coupling(chain, language),
        *_weights(chain, language),
        *_constraints(chain, language),
    )


def _prepared(chain: ChainResult, language: str) -> Iterator[str]:
    prepared = chain.prepared
    yield sentence("cli.summary.prepared", language, n=prepared.n, excluded=len(prepared.excluded))


def _model(chain: ChainResult, language: str) -> Iterator[str]:
    structural = chain.structural
    if structural.sem is None:
        yield sentence("cli.summary.no_model", language)
        yield from (finding.describe(language) for finding in structural.findings)
        return
    fit = structural.sem.fit_measures
    yield sentence(
        "cli.summary.model",
        language,
        model=structural.name or sentence("cli.summary.own_model", language),
        estimator=structural.sem.options.estimator,
        n=structural.n,
        chisq=fit["chisq"],
        df=int(fit["df"]),
        cfi=fit["cfi"],
        rmsea=fit["rmsea"],
        srmr=fit["srmr"],
    )
    check = structural.second_engine
    if check is not None and check.n_compared:
        yield sentence(
            "cli.summary.second_engine",
            language,
            version=check.version,
            difference=check.largest_difference,
            compared=check.n_compared,
        )


def _coupling(chain: ChainResult, language: str) -> Iterator[str]:
    from analysis.coupling.levels import level_scheme

    if chain.coupling is None:
        return
    for formula in ("standard", "wang"):
        if formula not in chain.coupling.degrees.index:
            continue
        row: Any = chain.coupling.degrees.loc[formula]
        yield sentence(
            f"cli.summary.coupling_{formula}",
            language,
            D=row["D"],
            low=row["D_low"],
            high=row["D_high"],
            level=level_scheme(chain.coupling.levels).name(int(row["level_code"]), language),
        )


def _weights(chain: ChainResult, language: str) -> Iterator[str]:
    """Yield the consistency of the judgements, and why weights are not those asked for."""
    coupling = chain.coupling
    if coupling is None or coupling.consistency is None:
        return
    for row in coupling.consistency.to_dict("records"):
        yield sentence(
            "cli.summary.judgement",
            language,
            scope=row["scope"] or sentence("coupling.consistency.systems", language),
            judgement=row["judgement"] or sentence("coupling.consistency.group", language),
            lambda_max=row["lambda_max"],
            ci=row["ci"],
            cr=row["cr"],
        )
    codes = WEIGHT_FINDINGS
    yield from (f.describe(language) for f in coupling.findings if f.code in codes)


def _constraints(chain: ChainResult, language: str) -> Iterator[str]:
    if chain.diagnosis is None or chain.diagnosis.constraints.empty:
        return
    joiner = "；" if language == "zh_CN" else "; "
    top = chain.diagnosis.constraints.head(SHOWN_CONSTRAINTS)
    study = chain.prepared.study
    names = [f"{code} {construct_name(str(code), study, language)}" for code in top.index]
    yield sentence("cli.summary.constraints", language, names=joiner.join(names))
