"""How long the whole analysis takes: 600 answers to 86 items, and the same steps in R.

    .venv/bin/python benchmarks/diagnosis.py [--repeat 3] [--missing 0.01] [--no-r]

Prints the seconds of the whole chain and of its steps (best of the repetitions, second engine
left out), and, where Rscript with lavaan, psych, semTools and jsonlite is present, the seconds R
needs for the main steps alone: alpha and omega of each construct, CFA of all constructs, HTMT
with 500 draws, the subscale model, and 2,000 stratified draws of D, the severities and the
relative weights. The ratio leaves out our steps after the diagnosis (comparison), which R is not
given; what we do more within the others (item statistics, gaps, maps, sensitivity) stays in, so it
is a lower bound. R is asked on complete answers only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if TYPE_CHECKING:
    from analysis.preparation import PreparedDataset

LIMIT_SECONDS = 5.0
SMALLEST_SHOWN = 0.02
SHARED_STEPS = frozenset(
    [
        "prepare",
        "cfa",
        "sem_em",
        "sem_fit",
        "reliability",
        "htmt_bootstrap",
        "model",
        "coupling",
        "diagnosis",
        "gaps",
    ]
)
"""Steps of the chain that R is given as well."""
LIMIT_RATIO = 20.0

STEPS_IN_R = Path(__file__).with_name("diagnosis_steps.R")


class StepClock:
    """A progress callback that adds up the seconds of each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step, self._since = "", time.perf_counter()

    def __call__(self, _share: float, step: str, /) -> None:
        """Book the time since the last call on the step that was running."""
        now = time.perf_counter()
        if self._step:
            self.seconds[self._step] = self.seconds.get(self._step, 0.0) + now - self._since
        self._step, self._since = step, now


def our_seconds(repeat: int, missing: float) -> tuple[float, dict[str, float], PreparedDataset]:
    """Return the seconds of the quickest whole run, of its steps, and the prepared data."""
    from analysis.chain import ChainOptions, run_chain
    from analysis.modelling import ModellingOptions
    from analysis.preparation import PreparationOptions
    from tests.analysis.simulated_survey import simulate

    responses = simulate({"ADM": 110, "TCH": 490}, form="FULL", missing=missing)
    options = ChainOptions(
        preparation=PreparationOptions(exclude=()), modelling=ModellingOptions(second_engine=False)
    )
    best, steps = float("inf"), {}
    for _ in range(repeat):
        clock, start = StepClock(), time.perf_counter()
        chain = run_chain(responses, options, clock)
        taken = time.perf_counter() - start
        if taken < best:
            best, steps = taken, clock.seconds
    return best, steps, chain.prepared


def r_seconds(prepared: PreparedDataset) -> dict[str, float]:
    """Return the seconds R needs for the same steps on the same data."""
    import json

    from survey.framework import load_framework

    study = prepared.study
    systems = {s.code: list(s.constructs) for s in study.systems}
    facts = {
        "items": {c.code: list(c.items) for c in study.constructs},
        "model": load_framework().raw["models"]["MS_subscale"],
        "U1": systems["U1"],
        "U2": systems["U2"],
    }
    with tempfile.TemporaryDirectory() as folder:
        table = prepared.items.assign(role=prepared.respondents["role"])
        table.to_csv(Path(folder) / "items.csv", index=False)
        (Path(folder) / "study.json").write_text(json.dumps(facts), encoding="utf-8")
        done = subprocess.run(
            ["Rscript", str(STEPS_IN_R), folder], capture_output=True, text=True, check=True
        )
    return {k: float(v) for k, v in json.loads(done.stdout).items()}


def main() -> int:
    """Run the benchmark; the exit status says whether both limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--missing", type=float, default=0.0, help="share of answers left out")
    parser.add_argument("--no-r", action="store_true")
    options = parser.parse_args()
    total, steps, prepared = our_seconds(options.repeat, options.missing)
    for name, seconds in steps.items():
        if seconds >= SMALLEST_SHOWN:
            print(f"{name:16s} {seconds:7.3f} s")
    print(f"{'all':16s} {total:7.3f} s   (limit {LIMIT_SECONDS:.0f} s)")
    if options.no_r or options.missing or shutil.which("Rscript") is None:
        return int(total >= LIMIT_SECONDS)
    theirs = r_seconds(prepared)
    for name, seconds in theirs.items():
        print(f"R {name:14s} {seconds:7.2f} s")
    shared = sum(seconds for step, seconds in steps.items() if step in SHARED_STEPS)
    ratio = sum(theirs.values()) / shared
    print(
        f"R {'all':14s} {sum(theirs.values()):7.2f} s   ratio {ratio:.1f} (aim {LIMIT_RATIO:.0f})"
    )
    return int(total >= LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
