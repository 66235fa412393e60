"""How fast models are fitted, against lavaan and semopy: CPU time in the same run.

    python benchmarks/sem.py [job ...] [--quick]

One BLAS thread everywhere. Each job is first checked to give the same numbers; a job that
disagrees has no speed. semopy is always measured, lavaan where ``Rscript`` with lavaan is on
the machine. ``--quick`` leaves out the jobs that take lavaan minutes. Bootstraps of the others
are scaled up from fewer draws (said beside the number). Both sides do the same work:

* ml: estimates, standard errors, standardized solution, all fit measures;
* fiml, wlsmv: what lavaan's ``sem()`` gives by default: estimates, errors, tests of the model and
  of the baseline;
* boot: draws of a latent mediation with its indirect effect;
* ladder: configural, metric, scalar and strict invariance with difference tests;
* size: our own cost of moments and of everything after them, for n = 10^3 to 10^6.
"""

# ruff: noqa: E402 (the number of BLAS threads is set before numpy is imported)
import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from analysis.sem import SemOptions, fit, invariance_ladder
from analysis.sem.baseline import baseline_tests
from analysis.sem.bootstrap import bootstrap
from analysis.sem.fitting import build_problem, solve
from analysis.sem.parameter_table import build_table
from analysis.sem.syntax import parse

DRAWS = 5000
GROUPS = ("a", "b", "c")


@dataclass(frozen=True)
class Job:
    """One comparison.

    Args:
        kind: what is computed, and what lavaan is asked for.
        lavaan_goal, semopy_goal: how many times faster; None: no goal or not comparable.
        lavaan_draws: draws of the bootstrap the others are timed with.
        is_long: left out by ``--quick``.
        tolerance: how far the compared number may be from lavaan's, relatively.
    """

    name: str
    kind: str
    model: str
    data: pd.DataFrame
    lavaan_goal: float | None
    semopy_goal: float | None = None
    lavaan_draws: int = 100
    is_long: bool = False
    tolerance: float = 1e-5


@dataclass(frozen=True)
class Measured:
    """CPU seconds and the number that must agree."""

    seconds: float
    number: float


def factor_model(factors: int, items: int) -> str:
    """Return a CFA with correlated factors ``f1`` … and items ``x11`` …"""
    lines = [
        f"f{f} =~ " + " + ".join(f"x{f}_{i}" for i in range(1, items + 1))
        for f in range(1, factors + 1)
    ]
    return "\n".join(lines)


def answers(
    factors: int, items: int, cases: int, *, seed: int, missing: float = 0.0
) -> pd.DataFrame:
    """Return five-point answers to a questionnaire with correlated factors."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(cases, 1))
    columns = {}
    for f in range(1, factors + 1):
        factor = 0.6 * common[:, 0] + 0.8 * rng.normal(size=cases)
        for i in range(1, items + 1):
            loading = 0.6 + 0.05 * ((f + i) % 5)
            response = loading * factor + np.sqrt(1 - loading**2) * rng.normal(size=cases)
            answer = 1.0 + np.searchsorted([-1.3, -0.5, 0.4, 1.2], response)
            answer[rng.random(cases) < missing] = np.nan
            columns[f"x{f}_{i}"] = answer
    return pd.DataFrame(columns)


def mediation(cases: int) -> tuple[str, pd.DataFrame]:
    """Return a latent mediation of 3 x 4 items, with its indirect effect."""
    rng = np.random.default_rng(11)
    x = rng.normal(size=cases)
    m = 0.5 * x + rng.normal(size=cases)
    y = 0.4 * m + 0.2 * x + rng.normal(size=cases)
    columns = {
        f"{name}{i}": (0.8 * factor + 0.6 * rng.normal(size=cases)).round(3)
        for name, factor in (("x", x), ("m", m), ("y", y))
        for i in range(1, 5)
    }
    lines = [f"{n.upper()} =~ " + " + ".join(f"{n}{i}" for i in range(1, 5)) for n in "xmy"]
    return "\n".join([*lines, "M ~ a*X", "Y ~ b*M + X", "ind := a*b"]), pd.DataFrame(columns)


def jobs() -> list[Job]:
    """Return the speed table of issue 3."""
    mediation_model, mediation_data = mediation(500)
    grouped = answers(3, 5, 900, seed=6).assign(group=np.repeat(GROUPS, 300))
    five, ten, twenty = factor_model(5, 4), factor_model(10, 4), factor_model(20, 5)
    small, large = answers(5, 4, 500, seed=1), answers(10, 4, 1000, seed=2)
    holes = answers(5, 4, 500, seed=4, missing=0.05)
    many_holes = answers(10, 4, 1000, seed=5, missing=0.05)
    huge = answers(20, 5, 5000, seed=3)
    return [
        Job("ml-5x4", "ml", five, small, 20, 15),
        Job("ml-10x4", "ml", ten, large, 25, 20),
        Job("ml-20x5", "ml", twenty, huge, 100, 30, is_long=True),
        Job("fiml-5x4", "fiml", five, holes, 40),
        Job("fiml-10x4", "fiml", ten, many_holes, 40, is_long=True),
        Job("wlsmv-20", "wlsmv", five, small, 30),
        Job("wlsmv-40", "wlsmv", ten, large, 30),
        Job("boot", "boot", mediation_model, mediation_data, 100, 80, tolerance=0.15),
        Job("ladder", "ladder", factor_model(3, 5), grouped, 20),
    ]


def ours(job: Job) -> Callable[[], float]:
    """Return what our engine does for the job; it gives the number to compare."""

    def ml() -> float:
        result = fit(job.model, job.data, SemOptions())
        _ = result.columns
        return float(result.fit_measures["chisq"])

    def fiml() -> float:
        return with_baseline(SemOptions(missing="ml"))

    def wlsmv() -> float:
        return with_baseline(SemOptions(estimator="WLSMV", ordered=tuple(job.data.columns)))

    def with_baseline(options: SemOptions) -> float:
        result = fit(job.model, job.data, options)
        baseline_tests(result.problem)
        assert result.tests is not None
        standard, scaled = result.tests
        return (scaled or standard).statistic

    def boot() -> float:
        table = bootstrap(fit(job.model, job.data), DRAWS, seed=1).table
        return float(table.loc[table["lhs"] == "ind", "se"].iloc[0])

    def ladder() -> float:
        chosen = ("configural", "metric", "scalar", "strict")
        found = invariance_ladder(job.model, job.data, SemOptions(group="group"), steps=chosen)
        for step in found.steps:
            _ = step.result.fit_measures
        step = next(step for step in found.steps if step.name == "scalar")
        return float(step.result.fit_measures["chisq"])

    return {"ml": ml, "fiml": fiml, "wlsmv": wlsmv, "boot": boot, "ladder": ladder}[job.kind]


def timed(work: Callable[[], float], *, runs: int = 25, enough: float = 3.0) -> Measured:
    """Return the median CPU seconds of several runs, nothing kept between them."""
    seconds: list[float] = []
    number = float("nan")
    while len(seconds) < runs and sum(seconds) < enough:
        build_table.cache_clear()
        start = time.process_time()
        number = work()
        seconds.append(time.process_time() - start)
    return Measured(statistics.median(seconds), number)


def semopy_time(job: Job) -> Measured | None:
    """Return semopy's time for an ML or bootstrap job."""
    import semopy

    lines = [line for line in job.model.splitlines() if ":=" not in line]
    model = "\n".join(lines).replace("a*", "").replace("b*", "")

    def ml() -> float:
        fitted = semopy.Model(model)
        fitted.fit(job.data)
        fitted.inspect(std_est=True)
        return float(semopy.calc_stats(fitted)["chi2"].iloc[0])

    def boot() -> float:
        rng = np.random.default_rng(1)
        effects = []
        for _ in range(20):
            drawn = job.data.iloc[rng.integers(0, len(job.data), len(job.data))]
            fitted = semopy.Model(model)
            fitted.fit(drawn.reset_index(drop=True))
            table = fitted.inspect().set_index(["lval", "op", "rval"])["Estimate"]
            effects.append(float(table["M", "~", "X"]) * float(table["Y", "~", "M"]))
        return float(np.std(effects, ddof=1))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if job.kind == "ml":
            return timed(ml, runs=3)
        found = timed(boot, runs=1)
    return Measured(found.seconds * DRAWS / 20, found.number)


def lavaan_times(chosen: list[Job], folder: Path) -> dict[str, Measured]:
    """Return lavaan's times; empty where there is no Rscript with lavaan."""
    program = shutil.which("Rscript")
    if program is None:
        return {}
    asked = []
    for job in chosen:
        path = folder / f"{job.name}.csv"
        job.data.to_csv(path, index=False, na_rep="")
        asked.append(
            {
                "name": job.name,
                "kind": job.kind,
                "model": job.model,
                "csv": str(path),
                "draws": job.lavaan_draws,
            }
        )
    (folder / "jobs.json").write_text(json.dumps(asked), encoding="utf-8")
    script = Path(__file__).with_name("sem_lavaan.R")
    command = [program, str(script), str(folder / "jobs.json"), str(folder / "times.json")]
    if subprocess.run(command, check=False, env=os.environ).returncode != 0:
        print("lavaan is not on this machine: left out")
        return {}
    answered: dict[str, Any] = json.loads((folder / "times.json").read_text(encoding="utf-8"))
    scale = {job.name: DRAWS / job.lavaan_draws if job.kind == "boot" else 1.0 for job in chosen}
    return {
        name: Measured(value["seconds"] * scale[name], value["number"])
        for name, value in answered.items()
    }


def compare(job: Job, lavaan: Measured | None) -> bool:
    """Print one line; return whether the numbers agree and the goals are reached."""
    mine = timed(ours(job))
    other = semopy_time(job) if job.kind in ("ml", "boot") else None
    line, reached = f"{job.name:10} ours {mine.seconds:8.4f} s", True
    for name, found, goal in (
        ("lavaan", lavaan, job.lavaan_goal),
        ("semopy", other, job.semopy_goal),
    ):
        if found is None:
            continue
        loose = 0.5 if job.kind == "boot" and name == "semopy" else max(job.tolerance, 1e-3)
        bound = job.tolerance if name == "lavaan" else loose
        gap = abs(mine.number - found.number) / abs(found.number)
        ratio = found.seconds / mine.seconds
        agrees, is_fast = gap <= bound, goal is None or ratio >= goal
        reached &= agrees and is_fast
        verdict = "" if agrees else f" DISAGREES {mine.number:.6g} / {found.number:.6g}"
        verdict += "" if is_fast else " below the goal"
        line += f"   {name} {found.seconds:9.3f} s = {ratio:6.1f}x (goal {goal or '-'}){verdict}"
    if job.kind == "boot":
        line += f"   [{DRAWS} draws; lavaan scaled from {job.lavaan_draws}, semopy from 20]"
    print(line, flush=True)
    return reached


def sizes() -> None:
    """Print what moments and everything after them cost as cases grow."""
    specification = parse(factor_model(5, 4))
    for label, options in (
        ("ml", SemOptions()),
        ("wlsmv", SemOptions(estimator="WLSMV", ordered=tuple(answers(5, 4, 10, seed=1)))),
    ):
        for power in (3, 4, 5, 6):
            if label == "wlsmv" and power == 6:
                continue
            data = answers(5, 4, 10**power, seed=7)
            start = time.process_time()
            problem = build_problem(specification, data, options)
            middle = time.process_time()
            _ = solve(specification, problem).columns
            end = time.process_time()
            moments, rest = middle - start, end - middle
            print(f"size {label:6} n = 10^{power}: moments {moments:8.4f} s   after {rest:8.4f} s")


def main(arguments: list[str]) -> int:
    """Print the speed table; 1 when a goal is missed or numbers disagree."""
    names = {argument for argument in arguments if not argument.startswith("--")}
    chosen = [
        job
        for job in jobs()
        if (job.name in names or not names) and not (job.is_long and "--quick" in arguments)
    ]
    with tempfile.TemporaryDirectory() as folder:
        lavaan = lavaan_times(chosen, Path(folder)) if chosen else {}
    reached = [compare(job, lavaan.get(job.name)) for job in chosen]
    if not names or "size" in names:
        sizes()
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
