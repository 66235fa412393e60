"""What the user chose, and what an estimator's name stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from analysis.sem.errors import SemError

if TYPE_CHECKING:
    from collections.abc import Mapping

Missing = Literal["listwise", "ml", "pairwise"]
ErrorKind = Literal["standard", "robust.sem", "robust.huber.white", "first.order", "none"]
Test = Literal[
    "standard",
    "satorra.bentler",
    "mean.var.adjusted",
    "scaled.shifted",
    "yuan.bentler.mplus",
    "none",
]

GROUP_EQUAL = (
    "loadings",
    "composite.loadings",
    "intercepts",
    "thresholds",
    "means",
    "regressions",
    "residuals",
    "residual.covariances",
    "lv.variances",
    "lv.covariances",
)


@dataclass(frozen=True, slots=True)
class SemOptions:
    """How a model is fitted; defaults are those of lavaan's ``sem()``.

    Args:
        estimator: ML, MLM, MLMV, MLMVS, MLR, MLF, GLS, ULS, ULSM, ULSMV, ULSMVS, WLS, DWLS,
            WLSM, WLSMV, WLSMVS.
        model_type: ``sem``, or ``growth`` (observed intercepts 0, latent means free).
        std_lv: latent variances 1 instead of first loadings 1.
        effect_coding: any of ``loadings``, ``intercepts``: mean loading 1, intercept sum 0.
        orthogonal: covariances of latent variables 0 unless written in the model.
        fixed_x: moments of observed exogenous variables are taken as given; None: for likelihood
            estimators and where x are conditioned on.
        meanstructure: None: only where the model, the estimator or missing data need means.
        conditional_x: None: as lavaan does, only with ordered variables.
        ordered: names of ordered (categorical) variables.
        parameterization: ``delta`` or ``theta``, for ordered variables.
        missing: ``listwise``, ``ml`` (FIML, continuous) or ``pairwise`` (ordered).
        group: column of the groups; ``group_labels``: which groups, in which order; empty:
            all, as they first occur in the data.
        group_equal, group_partial: parameters equal across groups, and exceptions.
        cluster, sampling_weights: columns, for ML estimators; weights for ordered ones, too.
        likelihood: ``normal`` (divisor n) or ``wishart`` (divisor n - 1).
        information: ``expected``, ``observed`` or None for the estimator's own.
        se, test: None for the estimator's own.
        confidence: level of the intervals.
        bootstrap: draws; 0: none.
        bootstrap_type: ``ordinary`` or ``bollen.stine``.
        seed: of the bootstrap.
        max_iterations, max_seconds: bounds of the optimiser; reaching one means the status
            says ``not converged``.
    """

    estimator: str = "ML"
    model_type: Literal["sem", "growth"] = "sem"
    std_lv: bool = False
    effect_coding: tuple[str, ...] = ()
    orthogonal: bool = False
    fixed_x: bool | None = None
    meanstructure: bool | None = None
    conditional_x: bool | None = None
    ordered: tuple[str, ...] = ()
    parameterization: Literal["delta", "theta"] = "delta"
    missing: Missing = "listwise"
    group: str | None = None
    group_labels: tuple[str, ...] = ()
    group_equal: tuple[str, ...] = ()
    group_partial: tuple[str, ...] = ()
    cluster: str | None = None
    sampling_weights: str | None = None
    likelihood: Literal["normal", "wishart"] = "normal"
    information: Literal["expected", "observed"] | None = None
    se: ErrorKind | None = None
    test: Test | None = None
    confidence: float = 0.95
    bootstrap: int = 0
    bootstrap_type: Literal["ordinary", "bollen.stine"] = "ordinary"
    seed: int = 20260101
    max_iterations: int = 1000
    max_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Estimator:
    """What an estimator's name stands for.

    Args:
        name: as the user wrote it, upper case.
        discrepancy: ``ML``, ``FIML``, ``GLS``, ``ULS``, ``WLS`` or ``DWLS``: the function
            minimised.
        se, test: kind of standard errors and of test statistic (lavaan's names).
        information: expected or observed, for the bread of the standard errors.
        needs_means: a mean structure is part of the method.
    """

    name: str
    discrepancy: str
    se: str
    test: str
    information: str
    needs_means: bool

    @property
    def is_likelihood(self) -> bool:
        """Return whether a likelihood is maximised (ML or FIML)."""
        return self.discrepancy in ("ML", "FIML")


_SUFFIX = {
    "": ("standard", "standard"),
    "M": ("robust.sem", "satorra.bentler"),
    "MV": ("robust.sem", "scaled.shifted"),
    "MVS": ("robust.sem", "mean.var.adjusted"),
}


def _table() -> Mapping[str, tuple[str, str, str]]:
    found = {
        "ML": ("ML", "standard", "standard"),
        "MLR": ("ML", "robust.huber.white", "yuan.bentler.mplus"),
        "MLF": ("ML", "first.order", "standard"),
        "GLS": ("GLS", "standard", "standard"),
        "WLS": ("WLS", "standard", "standard"),
        "DWLS": ("DWLS", "standard", "standard"),
        "ULS": ("ULS", "standard", "standard"),
    }
    for suffix, (se, test) in list(_SUFFIX.items())[1:]:
        found[f"ML{suffix}"] = ("ML", se, test)
        found[f"WLS{suffix}"] = ("DWLS", se, test)
        found[f"ULS{suffix}"] = ("ULS", se, test)
    return MappingProxyType(found)


ESTIMATORS = _table()


def resolve_estimator(options: SemOptions) -> Estimator:
    """Return what ``options.estimator`` stands for, with the user's own choices on top.

    Raises:
        SemError: unknown estimator, or a combination that does not exist.
    """
    name = options.estimator.upper()
    if name not in ESTIMATORS:
        raise SemError("unknown_estimator", name=options.estimator, known=tuple(ESTIMATORS))
    if name == "ML" and (options.sampling_weights or options.cluster):
        name = "MLR"  # plain errors would be wrong, so lavaan switches too
    discrepancy, se, test = ESTIMATORS[name]
    if options.missing == "ml" and discrepancy == "ML":
        if name in ("MLM", "MLMV", "MLMVS"):
            raise SemError("estimator_needs_complete", name=name)
        discrepancy = "FIML"
    elif options.missing == "ml":
        raise SemError("fiml_needs_ml", name=name)
    if options.ordered and discrepancy in ("ML", "FIML", "GLS"):
        raise SemError("ordered_needs_wls", name=name, ordered=options.ordered)
    se, test = options.se or se, options.test or test
    is_observed = discrepancy == "FIML" or se == "robust.huber.white"
    estimator = Estimator(
        name,
        discrepancy,
        se,
        test,
        "observed" if is_observed else "expected",
        needs_means=discrepancy == "FIML" or bool(options.ordered or options.cluster),
    )
    estimator = replace(
        estimator,
        information=options.information or estimator.information,
    )
    if options.cluster and estimator.se not in ("robust.huber.white", "none"):
        raise SemError("clusters_need_mlr", name=name)
    is_plain = not estimator.is_likelihood and not options.ordered
    if (options.sampling_weights and is_plain) or (options.cluster and not estimator.is_likelihood):
        raise SemError("weights_need_ml", name=name)
    return estimator


_TUPLES = ("effect_coding", "ordered", "group_labels", "group_equal", "group_partial")


def with_tuples(options: SemOptions) -> SemOptions:
    """Return the options with lists and single words as tuples, so that they can be hashed."""
    changes: dict[str, tuple[str, ...]] = {}
    for name in _TUPLES:
        value: object = getattr(options, name)
        if isinstance(value, str):
            changes[name] = (value,)
        elif not isinstance(value, tuple) and isinstance(value, Iterable):
            changes[name] = tuple(str(entry) for entry in value)
    return replace(options, **changes) if changes else options  # type: ignore[arg-type]


def check_options(options: SemOptions) -> None:
    """Raise SemError for a choice that does not exist."""
    unknown = [name for name in options.group_equal if name not in GROUP_EQUAL]
    if unknown:
        raise SemError("unknown_group_equal", names=tuple(unknown), known=GROUP_EQUAL)
    choices: Mapping[str, tuple[object, tuple[object, ...]]] = {
        "model_type": (options.model_type, ("sem", "growth")),
        "missing": (options.missing, ("listwise", "ml", "pairwise")),
        "parameterization": (options.parameterization, ("delta", "theta")),
        "likelihood": (options.likelihood, ("normal", "wishart")),
        "bootstrap_type": (options.bootstrap_type, ("ordinary", "bollen.stine")),
        "information": (options.information, ("expected", "observed", None)),
        "se": (
            options.se,
            (None, "standard", "robust.sem", "robust.huber.white", "first.order", "none"),
        ),
        "test": (
            options.test,
            (
                None,
                "standard",
                "satorra.bentler",
                "mean.var.adjusted",
                "scaled.shifted",
                "yuan.bentler.mplus",
                "none",
            ),
        ),
    }
    for name, (value, known) in choices.items():
        if value not in known:
            raise SemError("unknown_choice", option=name, value=str(value), known=known)
    if not 0 < options.confidence < 1:
        raise SemError(
            "unknown_choice", option="confidence", value=str(options.confidence), known=("0..1",)
        )


def resolved(options: SemOptions, estimator: Estimator) -> SemOptions:
    """Return the options with what depends on the estimator filled in.

    Raises:
        SemError: conditional x without ordered variables.
    """
    if options.conditional_x and not options.ordered:
        raise SemError("conditional_needs_ordered")
    if options.fixed_x is not None:
        return options
    conditional = bool(options.ordered) and options.conditional_x is not False
    return replace(options, fixed_x=estimator.is_likelihood or conditional)
