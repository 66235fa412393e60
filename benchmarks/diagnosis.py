"""How long the whole analysis takes: 600 answers to 86 items, and the same steps in R.

    .venv/bin/python benchmarks/diagnosis.py [--repeat 3] [--no-r]

Prints the seconds of every stage (best of the repetitions, second engine left out), and,
where Rscript with lavaan, psych, semTools and jsonlite is present, the seconds R needs for
the same steps: alpha and omega of each construct, CFA of all constructs, HTMT with 500 draws,
the subscale model, and 2,000 stratified draws of D, the severities and the relative weights.
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

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LIMIT_SECONDS = 5.0
LIMIT_RATIO = 20.0

STEPS_IN_R = Path(__file__).with_name("diagnosis_steps.R")


def our_seconds(repeat: int) -> tuple[dict[str, float], object]:
    """Return the best seconds of every stage, and the prepared data."""
    from analysis.coupling import assess_coupling
    from analysis.diagnosis import diagnose
    from analysis.measurement import measure
    from analysis.modelling import ModellingOptions, model_structure
    from analysis.preparation import PreparationOptions, prepare
    from tests.analysis.simulated_survey import simulate

    responses = simulate({"ADM": 110, "TCH": 490}, form="FULL", missing=0.0)
    best: dict[str, float] = {}
    for _ in range(repeat):
        clock = [time.perf_counter()]
        prepared = prepare(responses, PreparationOptions(exclude=()))
        clock.append(time.perf_counter())
        measurement = measure(prepared)
        clock.append(time.perf_counter())
        structural = model_structure(prepared, measurement, ModellingOptions(second_engine=False))
        clock.append(time.perf_counter())
        assess_coupling(prepared)
        clock.append(time.perf_counter())
        diagnose(prepared, measurement, structural)
        clock.append(time.perf_counter())
        names = ("prepare", "measure", "model", "coupling", "diagnose")
        taken = {name: clock[k + 1] - clock[k] for k, name in enumerate(names)}
        best = {name: min(best.get(name, seconds), seconds) for name, seconds in taken.items()}
    return best, prepared


def r_seconds(prepared: object) -> dict[str, float]:
    """Return the seconds R needs for the same steps on the same data."""
    import json

    from survey.framework import load_framework

    study = prepared.study  # type: ignore[attr-defined]
    systems = {s.code: list(s.constructs) for s in study.systems}
    facts = {
        "items": {c.code: list(c.items) for c in study.constructs},
        "model": load_framework().raw["models"]["MS_subscale"],
        "U1": systems["U1"],
        "U2": systems["U2"],
    }
    with tempfile.TemporaryDirectory() as folder:
        table = prepared.items.assign(role=prepared.respondents["role"])  # type: ignore[attr-defined]
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
    parser.add_argument("--no-r", action="store_true")
    options = parser.parse_args()
    ours, prepared = our_seconds(options.repeat)
    total = sum(ours.values())
    for name, seconds in ours.items():
        print(f"{name:10s} {seconds:7.3f} s")
    print(f"{'all':10s} {total:7.3f} s   (limit {LIMIT_SECONDS:.0f} s)")
    if options.no_r or shutil.which("Rscript") is None:
        return int(total >= LIMIT_SECONDS)
    theirs = r_seconds(prepared)
    for name, seconds in theirs.items():
        print(f"R {name:10s} {seconds:7.2f} s")
    ratio = sum(theirs.values()) / total
    print(
        f"R {'all':10s} {sum(theirs.values()):7.2f} s   ratio {ratio:.1f} (aim {LIMIT_RATIO:.0f})"
    )
    return int(total >= LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
