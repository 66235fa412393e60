"""The structural equation engine: models in lavaan's language, numbers as lavaan's, faster.

    from analysis.sem import fit, SemOptions
    result = fit("visual =~ x1 + x2 + x3", data, SemOptions(estimator="MLR"))
    print(result)

Plan of the modules (each formula lives in one of them and in docs/methods/sem.md):

====================== ========================================================================
syntax/                 model text → tokens → :class:`Specification`, arithmetic of labels
specification           the immutable specification; writes itself back as text
options                 SemOptions; what an estimator's name stands for (:class:`Estimator`)
parameter_table         rows, defaults of sem()/growth(), group.equal, effects coding
data_input              DataFrame or covariance → checked columns, groups, weights → moments
moments                 SampleMoments / GroupMoments: all that is fitted, once per data set
model_matrices          theta → GroupState (RAM matrices, Sigma, mu) → Directions (rank-one
                        derivatives U, V) → second_order; single or stacked theta
constraints             labels, ==, <, > → basis K of the equalities, nonlinear functions
discrepancy             protocol :class:`Discrepancy` and the dispatch by estimator
normal_theory           complete-data ML: value, gradient, expected/observed information
least_squares           ULS, GLS, WLS, DWLS and ordinal: r'Wr/2 over (obs, implied, Jacobian, W)
missing_moments, fiml   patterns, EM, FIML as a Discrepancy                 (missing data room)
categorical/            thresholds, polychorics, their covariance, implied moments of ordered
                        variables as a MomentModel                          (ordinal room)
start, optimise         starting values; Fisher scoring → Newton with constraints
inference               bread, meat, sandwich; covariance of the parameters
tests                   chi-square and its scaled and adjusted forms
baseline, fit_measures  independence and unrestricted models; every fit measure
standardized            std.lv, std.all and their delta-method errors
score_tests             modification indices, EPC, release of constraints
residuals, scores       residuals; factor scores
effects                 total, indirect, specific indirect effects
bootstrap               batched draws; percentile, BC, BCa; Bollen-Stine
compare, invariance     difference tests, Wald; ladder of measurement invariance
power, simulate         RMSEA and Monte-Carlo power; data from a specification
status, result          honest status; SemResult
semopy_check            the second engine
====================== ========================================================================

Hooks for the parallel rooms:

* **Least squares** sees only a ``MomentModel`` (least_squares.py): ``implied(state)`` → vector,
  ``jacobian(structure, state, directions)`` → (moments, q), in the order of ``GroupMoments.obs``;
  W and Gamma come from ``GroupMoments``. ``categorical`` supplies the ordered one (delta and
  theta parameterization, conditional x) and ``ordered_moments(...) -> SampleMoments``.
* **FIML** is a ``Discrepancy`` per group: value, gradient, expected and observed information per
  case, case scores; ``GroupMoments.patterns`` holds the patterns, ``cov``/``mean`` the EM moments.
"""

from analysis.sem.comparison import compare_models, wald_test
from analysis.sem.data_input import CovarianceInput
from analysis.sem.errors import SemError, SyntaxProblem
from analysis.sem.fitting import fit
from analysis.sem.invariance import invariance_ladder
from analysis.sem.options import SemOptions
from analysis.sem.power import monte_carlo, rmsea_power, rmsea_sample_size
from analysis.sem.result import SemResult
from analysis.sem.simulate import simulate
from analysis.sem.specification import Specification
from analysis.sem.syntax import parse

__all__ = [
    "CovarianceInput",
    "SemError",
    "SemOptions",
    "SemResult",
    "Specification",
    "SyntaxProblem",
    "compare_models",
    "fit",
    "invariance_ladder",
    "monte_carlo",
    "parse",
    "rmsea_power",
    "rmsea_sample_size",
    "simulate",
    "wald_test",
]
