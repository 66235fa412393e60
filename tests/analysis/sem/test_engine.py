"""Identities that need no reference: derivatives, units, saturation, samples of the whole."""

import pickle
import threading
import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.sem import SemError, SemOptions, compare_models, fit, simulate, wald_test
from analysis.sem.fitting import build_problem
from analysis.sem.model_matrices import directions, evaluate
from analysis.sem.syntax import parse
from survey.progress import Cancelled
from tests.analysis.sem import support

PATHS = "plat ~ a*fund\nteach ~ b*plat + c*fund\nab := a*b\ntotal := ab + c"
MODEL = """f =~ x1 + x2 + x3
g =~ x4 + x5 + x6
h =~ x7 + x8 + x9
g ~ f
h ~ f + g
x1 ~~ x4
x9 ~ x2"""


def problem_of(model: str, **options: object):
    return build_problem(parse(model), support.holzinger(), SemOptions(**options))


def numeric_gradient(function, theta: np.ndarray) -> np.ndarray:
    step = 1e-6 * np.maximum(1, np.abs(theta))
    rows = []
    for k in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[k] += step[k]
        down[k] -= step[k]
        rows.append((np.asarray(function(up)) - np.asarray(function(down))) / (2 * step[k]))
    return np.array(rows)


@pytest.fixture(scope="module", params=["ML", "GLS", "ULS", "WLS"])
def at_a_point(request: pytest.FixtureRequest):
    problem = problem_of(MODEL, estimator=request.param, meanstructure=True)
    from analysis.sem.start import starting_values

    theta = starting_values(problem.table, problem.moments)
    return problem, theta * 1.07 + 0.01


def test_that_the_gradient_equals_differences(at_a_point) -> None:
    problem, theta = at_a_point
    states = problem.states(theta)
    gradient = problem.gradient(states, problem.directions(states))
    numeric = numeric_gradient(lambda t: problem.value(problem.states(t)), theta)
    assert gradient == pytest.approx(numeric, rel=1e-5, abs=1e-6)


def test_that_the_observed_information_equals_differences_of_the_gradient(at_a_point) -> None:
    problem, theta = at_a_point

    def gradient(t: np.ndarray) -> np.ndarray:
        states = problem.states(t)
        return problem.gradient(states, problem.directions(states))

    states = problem.states(theta)
    H = problem.information(states, problem.directions(states), kind="observed")
    scale = problem.discrepancies[0].factor if hasattr(problem.discrepancies[0], "factor") else 1.0
    assert H * scale == pytest.approx(numeric_gradient(gradient, theta), rel=1e-4, abs=2e-5)


def test_that_implied_moments_have_rank_one_derivatives() -> None:
    problem = problem_of(MODEL, meanstructure=True)
    structure = problem.structures[0]
    theta = np.linspace(0.2, 0.9, len(problem.table.free))
    steps = directions(structure, evaluate(structure, theta))
    numeric = numeric_gradient(lambda t: evaluate(structure, t).Sigma, theta)
    for a in range(len(theta)):
        u, v = steps.U[:, a], steps.V[:, a]
        assert np.outer(u, v) + np.outer(v, u) == pytest.approx(numeric[a], abs=1e-7)


def test_that_a_stack_of_thetas_gives_each_its_own_moments() -> None:
    structure = problem_of(MODEL).structures[0]
    thetas = np.random.default_rng(1).uniform(0.1, 0.5, (4, len(structure.parameters)))
    together = evaluate(structure, thetas)
    for k, theta in enumerate(thetas):
        assert together.Sigma[k] == pytest.approx(evaluate(structure, theta).Sigma, abs=1e-13)


@pytest.mark.parametrize("estimator", ["ML", "MLR", "GLS", "WLS"])
@pytest.mark.parametrize("factor", [1e6, 1e-6])
def test_that_units_change_nothing_but_units(estimator: str, factor: float) -> None:
    data = support.holzinger()
    scaled = data.assign(x1=data["x1"] * factor, x5=data["x5"] / factor, x9=data["x9"] * factor)
    options = SemOptions(estimator=estimator)
    one, other = fit(support.HS_MODEL, data, options), fit(support.HS_MODEL, scaled, options)
    assert other.status.converged
    assert other.optimum.iterations == one.optimum.iterations
    assert other.fit_measures["chisq"] == pytest.approx(one.fit_measures["chisq"], rel=1e-7)
    ours, theirs = one.parameters["std_all"], other.parameters["std_all"]
    assert theirs.to_numpy() == pytest.approx(ours.to_numpy(), rel=1e-6, abs=1e-8)


def test_that_marker_unit_variance_and_effects_coding_fit_equally() -> None:
    data = support.holzinger()
    fits = [
        fit(support.HS_MODEL, data, options)
        for options in (
            SemOptions(),
            SemOptions(std_lv=True),
            SemOptions(effect_coding=("loadings", "intercepts"), meanstructure=True),
        )
    ]
    chi = [result.fit_measures["chisq"] for result in fits]
    assert chi == pytest.approx([chi[0]] * 3, abs=1e-8)
    assert len({result.fit_measures["df"] for result in fits}) == 1
    loadings = fits[2].parameters.query("op == '=~' and lhs == 'visual'")["est"]
    assert loadings.mean() == pytest.approx(1.0)


def test_that_a_just_identified_model_fits_exactly() -> None:
    result = fit("f =~ x1 + x2 + x3", support.holzinger())
    assert result.fit_measures["chisq"] == pytest.approx(0.0, abs=1e-8)
    assert result.fit_measures["df"] == 0


def test_that_saturated_paths_equal_least_squares() -> None:
    data = support.holzinger()
    result = fit("x9 ~ x1 + x2 + x3", data)
    X = np.column_stack([np.ones(len(data)), data[["x1", "x2", "x3"]]])
    slopes = np.linalg.lstsq(X, data["x9"].to_numpy(), rcond=None)[0][1:]
    paths = result.parameters.query("op == '~'")["est"].to_numpy()
    assert paths == pytest.approx(slopes, rel=1e-9)


def test_that_the_configural_chi_square_is_the_sum_over_groups() -> None:
    data = support.holzinger()
    whole = fit(support.HS_MODEL, data, SemOptions(group="school"))
    parts = [fit(support.HS_MODEL, part) for _, part in data.groupby("school")]
    assert whole.fit_measures["chisq"] == pytest.approx(
        sum(part.fit_measures["chisq"] for part in parts), abs=1e-7
    )


def test_that_row_and_column_order_do_not_matter() -> None:
    data = support.holzinger()
    mixed = data.sample(frac=1, random_state=3)[list(data.columns[::-1])]
    one, other = fit(support.HS_MODEL, data), fit(support.HS_MODEL, mixed)
    assert other.theta == pytest.approx(one.theta, abs=1e-9)


def test_that_delta_and_bootstrap_errors_of_an_indirect_effect_agree() -> None:
    population = "x ~~ 1*x\nm ~ 0.5*x\ny ~ 0.4*m + 0.2*x\nm ~~ 0.7*m\ny ~~ 0.7*y"
    data = simulate(population, 400, seed=4)
    model = "m ~ a*x\ny ~ b*m + x\nab := a*b"
    result = fit(model, data, SemOptions(bootstrap=1500, seed=11))
    table = result.bootstrap.table.set_index("lhs")
    delta = result.parameters.set_index("lhs").loc["ab", "se"]
    assert table.loc["ab", "se"] == pytest.approx(delta, rel=0.12)
    assert table.loc["ab", "percentile_low"] < 0.2 < table.loc["ab", "percentile_high"]
    again = fit(model, data, SemOptions(bootstrap=1500, seed=11))
    assert np.array_equal(result.bootstrap.values, again.bootstrap.values)


def test_that_batched_draws_equal_single_fits() -> None:
    from analysis.sem.bootstrap import bootstrap
    from analysis.sem.bootstrap_batch import MomentStack, fit_stack

    data = support.holzinger()
    result = fit(MODEL, data)
    rng = np.random.default_rng(5)
    names = list(result.problem.moments.groups[0].names)
    draws = [data[names].to_numpy()[rng.integers(0, 301, 301)] for _ in range(6)]
    stack = MomentStack(
        np.array([np.cov(d, rowvar=False, bias=True) for d in draws]),
        np.array([d.mean(axis=0) for d in draws]),
    )
    found = fit_stack(result.problem, result.theta, (stack,))
    for k, draw in enumerate(draws):
        single = fit(MODEL, pd.DataFrame(draw, columns=names))
        assert found.theta[k] == pytest.approx(single.theta, abs=2e-5)
    with pytest.raises(SemError):
        bootstrap(result, 20, kind="other")


def test_that_bollen_stine_rejects_a_wrong_model() -> None:
    options = SemOptions(bootstrap=200, bootstrap_type="bollen.stine", seed=2)
    result = fit(support.HS_MODEL, support.holzinger(), options)
    assert result.bootstrap.p_bollen_stine < 0.02


def test_that_any_estimator_can_be_bootstrapped_one_draw_at_a_time() -> None:
    data = support.holzinger()
    options = SemOptions(estimator="GLS", bootstrap=12, seed=3)
    result = fit("f =~ x1 + x2 + x3 + x4", data, options)
    assert len(result.bootstrap.values) >= 10


def test_that_specific_effects_sum_to_the_total() -> None:
    result = fit(
        "m1 =~ x1 + x2 + x3\nx4 ~ m1 + x7\nx5 ~ x4 + m1\nx6 ~ x5 + x4", support.holzinger()
    )
    effects = result.effects
    pair = effects[(effects["from"] == "m1") & (effects["to"] == "x6")]
    specific = pair[pair["kind"] == "specific"]["est"].sum()
    assert pair[pair["kind"] == "indirect"]["est"].iloc[0] == pytest.approx(specific, abs=1e-12)
    direct = pair[pair["kind"] == "direct"]["est"].sum()
    assert pair[pair["kind"] == "total"]["est"].iloc[0] == pytest.approx(specific + direct)


def test_that_defined_effects_equal_listed_effects() -> None:
    population = "x ~~ 1*x\nm ~ 0.5*x\ny ~ 0.4*m + 0.2*x\nm ~~ 0.7*m\ny ~~ 0.7*y"
    result = fit("m ~ a*x\ny ~ b*m + c*x\nab := a*b", simulate(population, 200, seed=9))
    listed = result.effects.query("kind == 'specific'").iloc[0]
    defined = result.parameters.set_index("lhs").loc["ab"]
    assert listed["est"] == pytest.approx(defined["est"])
    assert listed["se"] == pytest.approx(defined["se"])
    assert listed["std_all"] == pytest.approx(defined["std_all"])


def test_that_a_wald_test_of_one_path_is_its_squared_z() -> None:
    result = fit("f =~ x1 + a*x2 + b*x3 + x4", support.holzinger())
    z = result.parameters.set_index("label").loc["a", "z"]
    assert wald_test(result, "a == 0").statistic == pytest.approx(z**2)
    assert wald_test(result, "a == b; a == 0.5").df == 2


def test_that_a_difference_test_is_the_difference_of_chi_squares() -> None:
    data = support.holzinger()
    free = fit(support.HS_MODEL, data)
    tied = fit(support.HS_MODEL.replace("x8 + x9", "a*x8 + a*x9"), data)
    found = compare_models(tied, free)
    assert found.statistic == pytest.approx(tied.fit_measures["chisq"] - free.fit_measures["chisq"])
    assert found.df == 1


def test_that_results_pickle_and_deepcopy() -> None:
    result = fit(
        support.HS_MODEL, support.holzinger().assign(x1=lambda d: d["x1"].where(d.index > 2))
    )
    assert result.findings
    again = pickle.loads(pickle.dumps(result))  # noqa: S301
    assert again.parameters.equals(result.parameters)


def test_that_threads_do_not_disturb_each_other() -> None:
    data = support.holzinger()
    expected = {m: fit(m, data).fit_measures["chisq"] for m in (support.HS_MODEL, MODEL)}
    wrong: list[str] = []

    def work(model: str) -> None:
        found = [fit(model, data).fit_measures["chisq"] for _ in range(5)]
        wrong.extend(model for value in found if abs(value - expected[model]) > 1e-9)

    threads = [threading.Thread(target=work, args=(m,)) for m in expected for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_that_a_long_job_stops_when_cancelled() -> None:
    calls: list[float] = []

    def progress(share: float, step: str, /) -> None:
        calls.append(time.thread_time())
        if len(calls) > 30:
            raise Cancelled

    with pytest.raises(Cancelled):
        fit(support.HS_MODEL, support.holzinger(), SemOptions(bootstrap=100_000), progress=progress)
    assert max(np.diff(calls)) < 0.1  # seconds of work between two looks at the button


def test_that_the_optimiser_is_bounded_in_iterations_and_time() -> None:
    result = fit(support.HS_MODEL, support.holzinger(), SemOptions(max_iterations=2))
    assert not result.status.converged
    assert result.findings[0].code == "sem_not_converged"
    late = fit(support.HS_MODEL, support.holzinger(), SemOptions(max_seconds=0.0))
    assert not late.status.is_usable


def test_that_options_are_kept_in_the_result() -> None:
    options = SemOptions(estimator="MLR", confidence=0.9)
    result = fit(support.HS_MODEL, support.holzinger(), options)
    assert replace(result.options, fixed_x=None) == options
    narrow = result.parameters["ci_high"] - result.parameters["ci_low"]
    assert narrow.iloc[1] == pytest.approx(
        2 * 1.6448536 * result.parameters["se"].iloc[1], rel=1e-6
    )
    assert "MLR" in str(result)


def test_that_the_import_is_light() -> None:
    import subprocess
    import sys

    heavy = "'scipy.stats', 'semopy', 'PySide6'"
    code = f"import analysis.sem, sys; print([m for m in ({heavy}) if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
