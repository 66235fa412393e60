"""The parameter table: every parameter of the model, as lavaan's ``sem()`` lays it out.

Rows written by the user come first, then the rows that ``sem()`` or ``growth()`` add
(variances, covariances of exogenous latent variables, moments of fixed x, thresholds,
scaling factors, intercepts), group after group. Equality of labels, ``group.equal`` and
constraints are told apart from freedom: a row is *free* when it is estimated at all, and
rows that must be equal share the same ``key``.

Order of variables, which variables count as exogenous, and all defaults were checked
against lavaan 0.6-14 (tests/analysis/sem/test_parameter_table.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from analysis.sem.errors import SemError
from analysis.sem.specification import Constraint, Definition, Formula, Modifier, Specification
from analysis.sem.syntax.expressions import Call, Name, Number

if TYPE_CHECKING:
    from analysis.sem.options import SemOptions


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of one group.

    Args:
        group: from 1.
        is_free: estimated (possibly under constraints).
        value: fixed value; NaN when free, or taken from the sample (``is_exogenous``).
        start: the user's starting value or NaN.
        label: the user's label or "".
        key: rows with the same key are equal; ``lhs op rhs`` (with ``.gN``) unless labelled.
        is_user: written in the model text.
        is_exogenous: a moment of fixed x, or a slope on x conditioned on.
        lower, upper: the user's bounds, infinite if none.
    """

    lhs: str
    op: str
    rhs: str
    group: int = 1
    is_free: bool = True
    value: float = float("nan")
    start: float = float("nan")
    label: str = ""
    key: str = ""
    is_user: bool = False
    is_exogenous: bool = False
    lower: float = float("-inf")
    upper: float = float("inf")

    @property
    def name(self) -> str:
        """Return ``lhs op rhs``, with ``.gN`` behind it from the second group on."""
        suffix = f".g{self.group}" if self.group > 1 else ""
        return f"{self.lhs}{self.op}{self.rhs}{suffix}"


UNMODIFIED = Modifier()
_PLACE = {field.name: place for place, field in enumerate(fields(Row))}
_values_of = attrgetter(*_PLACE)


def changed(row: Row, **changes: Any) -> Row:
    """Return the row with changes: dataclasses.replace without its checks, thousands a fit."""
    values = list(_values_of(row))
    for name, value in changes.items():
        values[_PLACE[name]] = value
    return Row(*values)


def named_row(lhs: str, op: str, rhs: str, group: int, *, is_user: bool = False) -> Row:
    """Return a row whose key is its own name: equal to no other row."""
    suffix = f".g{group}" if group > 1 else ""
    return Row(lhs, op, rhs, group, key=f"{lhs}{op}{rhs}{suffix}", is_user=is_user)


@dataclass(frozen=True, slots=True)
class Variables:
    """The variables of a model by role, in lavaan's order.

    Args:
        observed: all observed variables: indicators, then dependent ones, then x, then others.
        latent: reflective and formative latent variables in order of appearance.
        formative: those defined by ``<~``.
        exogenous: observed variables that are only predictors (x).
        ordered: observed variables treated as ordered categories.
    """

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    formative: tuple[str, ...]
    exogenous: tuple[str, ...]
    latent_exogenous: tuple[str, ...]
    latent_terminal: tuple[str, ...]
    observed_terminal: tuple[str, ...]
    ordered: tuple[str, ...] = ()

    @property
    def endogenous_observed(self) -> tuple[str, ...]:
        """Return the observed variables that are not x."""
        return tuple(name for name in self.observed if name not in self.exogenous)


@dataclass(frozen=True, eq=False)
class ParameterTable:
    """All parameters of all groups, with the constraints among them.

    ``free`` are the indices of the free rows; a parameter vector theta of length
    ``len(free)`` holds one entry per free row (before equality constraints).
    """

    rows: tuple[Row, ...]
    variables: Variables
    n_groups: int
    has_means: bool
    is_conditional: bool
    """x are conditioned on (``conditional.x``): their moments are not part of the model."""
    constraints: tuple[Constraint, ...] = ()
    definitions: tuple[Definition, ...] = ()
    free: tuple[int, ...] = field(default=())
    is_theta: bool = False
    """Residual variances of ordered variables are parameters, scaling factors follow."""

    @cached_property
    def position(self) -> Mapping[tuple[str, str, str, int], int]:
        """Return the row index by ``(lhs, op, rhs, group)``; covariances either way round."""
        found: dict[tuple[str, str, str, int], int] = {}
        for index, row in enumerate(self.rows):
            found[row.lhs, row.op, row.rhs, row.group] = index
            if row.op == "~~":
                found.setdefault((row.rhs, row.op, row.lhs, row.group), index)
        return found

    @cached_property
    def labelled(self) -> Mapping[str, int]:
        """Return the first row index carrying each label or, failing that, each key."""
        found: dict[str, int] = {}
        for index, row in enumerate(self.rows):
            if row.label:
                found.setdefault(row.label, index)
        for index, row in enumerate(self.rows):
            found.setdefault(row.name, index)
        return found

    def of_group(self, group: int) -> tuple[Row, ...]:
        """Return the rows of one group (from 1)."""
        return tuple(row for row in self.rows if row.group == group)


def classify(formulas: Sequence[Formula], ordered: Sequence[str] = ()) -> Variables:
    """Return the roles of all variables, by lavaan's rules."""

    def unique(names: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(names))

    latent = unique([f.lhs for f in formulas if f.op in ("=~", "<~")])
    dependent = unique([f.lhs for f in formulas if f.op == "~"])
    predictors = unique([f.rhs for f in formulas if f.op in ("~", "<~")])
    indicators = unique([f.rhs for f in formulas if f.op == "=~"])
    latent_set, indicator_set = set(latent), set(indicators)
    observed_indicators = [name for name in indicators if name not in latent_set]
    y = [n for n in dependent if n not in latent_set and n not in indicator_set]
    taken = latent_set | set(observed_indicators) | set(y)
    x = [name for name in predictors if name not in taken]
    with_dependent = [n for n in x if ":" in n and set(n.split(":")) & set(dependent)]
    y, x = y + with_dependent, [name for name in x if name not in with_dependent]
    mentioned = [f.lhs for f in formulas if f.op == "~~"] + [
        f.rhs for f in formulas if f.op == "~~"
    ]
    others = mentioned + [f.lhs for f in formulas if f.op in ("~1", "|", "~*~")]
    known = [*observed_indicators, *y, *x]
    extra = [name for name in unique(others) if name not in latent_set and name not in known]
    moments = {f.lhs for f in formulas if f.op in ("~~", "~1")}
    moments |= {f.rhs for f in formulas if f.op == "~~"}
    observed = (*known, *extra)
    terminal = set(dependent) - indicator_set - set(predictors)
    with_thresholds = {f.lhs for f in formulas if f.op == "|"} | set(ordered)
    return Variables(
        observed=observed,
        latent=tuple(latent),
        formative=tuple(unique([f.lhs for f in formulas if f.op == "<~"])),
        exogenous=tuple(name for name in x if name not in moments),
        latent_exogenous=tuple(n for n in latent if n not in indicator_set and n not in dependent),
        latent_terminal=tuple(n for n in latent if n in terminal),
        observed_terminal=tuple(n for n in observed if n in terminal),
        ordered=tuple(n for n in observed if n in with_thresholds and n not in (set(x) - moments)),
    )


@lru_cache(maxsize=64)
def build_table(
    specification: Specification,
    options: SemOptions,
    *,
    n_groups: int = 1,
    has_means: bool = False,
    levels: tuple[tuple[str, int], ...] = (),
) -> ParameterTable:
    """Return the full table of a model.

    Args:
        has_means: a mean structure is wanted (a model with ``~ 1`` always has one).
        levels: number of categories of each ordered variable, from the data.

    Raises:
        SemError: contradictory modifiers, unknown labels in constraints.
    """
    variables = classify(specification.formulas, tuple(name for name, _ in levels))
    has_means = has_means or any(f.op == "~1" for f in specification.formulas)
    has_means = has_means or options.model_type == "growth" or bool(variables.ordered)
    has_means = has_means or bool({"intercepts", "means"} & set(options.group_equal))
    conditional = options.conditional_x
    if conditional is None:
        conditional = bool(variables.ordered)
    conditional = conditional and bool(variables.exogenous)
    layout = _Layout(specification, options, variables, has_means, conditional, dict(levels))
    rows = [row for group in range(1, n_groups + 1) for row in layout.group_rows(group, n_groups)]
    rows = _equalised(rows, options, variables)
    coded = _effect_coding(rows, options, variables, n_groups)
    rows, coding = coded
    free = tuple(index for index, row in enumerate(rows) if row.is_free)
    return ParameterTable(
        rows=tuple(rows),
        variables=variables,
        n_groups=n_groups,
        has_means=has_means,
        is_conditional=conditional,
        constraints=(*specification.constraints, *coding),
        definitions=specification.definitions,
        free=free,
        is_theta=options.parameterization == "theta",
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Lays out the rows of one group."""

    specification: Specification
    options: SemOptions
    variables: Variables
    has_means: bool
    is_conditional: bool
    levels: Mapping[str, int]

    def group_rows(self, group: int, n_groups: int) -> list[Row]:
        rows = self._user_rows(group)
        present = {(row.lhs, row.op, row.rhs) for row in rows}
        present |= {(row.rhs, row.op, row.lhs) for row in rows if row.op == "~~"}
        for lhs, op, rhs in self._automatic():
            if (lhs, op, rhs) not in present:
                present.add((lhs, op, rhs))
                present.add((rhs, op, lhs))
                rows.append(named_row(lhs, op, rhs, group))
        rows = [self._with_default(row) for row in rows]
        rows = self._with_markers(rows)
        if group > 1 and self.options.group_equal:
            rows = [self._freed_by_group_equal(row) for row in rows]
        formulas = {(f.lhs, f.op, f.rhs): f for f in self.specification.formulas}
        return [
            self._modified(row, formulas.get((row.lhs, row.op, row.rhs)), n_groups) for row in rows
        ]

    def _user_rows(self, group: int) -> list[Row]:
        return [
            named_row(f.lhs, f.op, f.rhs, group, is_user=True) for f in self.specification.formulas
        ]

    def _automatic(self) -> list[tuple[str, str, str]]:
        """Return the rows that sem() adds, in lavaan's order."""
        v = self.variables
        found = [(n, "|", f"t{k}") for n in v.ordered for k in range(1, self.levels.get(n, 0))]
        found += [(n, "~~", n) for n in (*v.endogenous_observed, *v.latent)]
        found += [(a, "~~", b) for a, b in combinations(v.latent_exogenous, 2)]
        found += [
            (a, "~~", b) for a, b in combinations((*v.latent_terminal, *v.observed_terminal), 2)
        ]
        found += [(a, "~~", b) for i, a in enumerate(v.exogenous) for b in v.exogenous[i:]]
        found += [(n, "~*~", n) for n in v.ordered]
        if self.has_means:
            found += [(n, "~1", "") for n in (*v.observed, *v.latent)]
        return found

    def _with_default(self, row: Row) -> Row:
        """Return the row with the value that sem() fixes by default, if any."""
        v, o = self.variables, self.options
        is_variance = row.op == "~~" and row.lhs == row.rhs
        if row.op == "~~" and row.lhs in v.exogenous and row.rhs in v.exogenous and not row.is_user:
            return self._exogenous_moment(row)
        if row.op == "~1" and row.lhs in v.exogenous and not row.is_user:
            return self._exogenous_moment(row)
        if row.op in ("~", "<~") and self.is_conditional and row.rhs in v.exogenous:
            return changed(row, is_exogenous=True)
        if is_variance and row.lhs in v.latent and o.std_lv:
            return changed(row, is_free=False, value=1.0)
        if row.is_user:
            return row
        if is_variance and row.lhs in v.formative:
            return changed(row, is_free=False, value=0.0)
        if is_variance and row.lhs in v.ordered:
            return changed(row, is_free=False, value=1.0)
        if row.op == "~*~":
            return changed(row, is_free=False, value=1.0)
        if (
            row.op == "~~"
            and row.lhs != row.rhs
            and o.orthogonal
            and {row.lhs, row.rhs} <= set(v.latent)
        ):
            return changed(row, is_free=False, value=0.0)
        if row.op == "~1" and self._mean_is_zero(row.lhs):
            return changed(row, is_free=False, value=0.0)
        return row

    def _mean_is_zero(self, name: str) -> bool:
        if name in self.variables.ordered:
            return True
        is_growth = self.options.model_type == "growth"
        return not is_growth if name in self.variables.latent else is_growth

    def _exogenous_moment(self, row: Row) -> Row:
        if self.options.fixed_x:
            return changed(row, is_free=False, is_exogenous=True)
        return changed(row, is_exogenous=self.is_conditional)

    def _with_markers(self, rows: list[Row]) -> list[Row]:
        """Fix the first loading of each factor and the error of a single indicator."""
        loadings = [row for row in rows if row.op == "=~"]
        first = {row.lhs: (row.lhs, row.rhs) for row in reversed(loadings)}
        count: dict[str, int] = {}
        uses: dict[str, int] = {}
        for row in loadings:
            count[row.lhs] = count.get(row.lhs, 0) + 1
            uses[row.rhs] = uses.get(row.rhs, 0) + 1
        single = {r.rhs for r in loadings if count[r.lhs] == 1 and uses[r.rhs] == 1}
        marker = not self.options.std_lv and "loadings" not in self.options.effect_coding
        done: list[Row] = []
        for row in rows:
            if marker and row.op == "=~" and first[row.lhs] == (row.lhs, row.rhs):
                done.append(changed(row, is_free=False, value=1.0))
            elif row.op == "~~" and row.lhs == row.rhs and row.lhs in single and not row.is_user:
                done.append(changed(row, is_free=False, value=0.0))
            else:
                done.append(row)
        return done

    def _freed_by_group_equal(self, row: Row) -> Row:
        """Free what equal loadings, intercepts or thresholds identify in later groups."""
        is_freed = self._is_freed_by_group_equal(row)
        return changed(row, is_free=True, value=float("nan")) if is_freed else row

    def _is_freed_by_group_equal(self, row: Row) -> bool:
        equal, v, o = self.options.group_equal, self.variables, self.options
        is_variance = row.op == "~~" and row.lhs == row.rhs
        if row.op == "~1" and row.lhs in v.latent and not row.is_user:
            shifts = ("intercepts" in equal or "thresholds" in equal) and "means" not in equal
            return shifts and o.model_type == "sem"
        if is_variance and row.lhs in v.latent and not row.is_user and o.std_lv:
            return "loadings" in equal and "lv.variances" not in equal
        if "thresholds" not in equal:
            return False
        if o.parameterization == "delta":
            return row.op == "~*~"
        return is_variance and row.lhs in v.ordered

    def _modified(self, row: Row, formula: Formula | None, n_groups: int) -> Row:
        """Return the row with the user's modifiers applied."""
        if formula is None or formula.modifier == UNMODIFIED:
            return row
        m = formula.modifier
        fixed = _entry(m.fixed, row, n_groups, formula)
        if m.fixed:
            row = changed(
                row,
                is_free=fixed is None,
                value=float("nan") if fixed is None else float(str(fixed)),
            )
        changes: dict[str, object] = {}
        for name in ("start", "lower", "upper"):
            values: tuple[float, ...] = getattr(m, name)
            if values:
                changes[name] = _entry(values, row, n_groups, formula)
        label = _entry(m.label, row, n_groups, formula) if m.label else ""
        equal = _entry(m.equal, row, n_groups, formula) if m.equal else ""
        return changed(row, label=label, key=label or equal or row.key, **changes)


def _entry(values: tuple[object, ...], row: Row, n_groups: int, formula: Formula) -> object:
    """Return the entry for the row's group from one value or one per group."""
    if not values:
        return None
    if len(values) == 1:
        return values[0]
    if len(values) != n_groups:
        raise SemError(
            "modifier_length",
            formula=f"{formula.lhs} {formula.op} {formula.rhs}".strip(),
            given=len(values),
            groups=n_groups,
        )
    return values[row.group - 1]


def _is_equalised(row: Row, equal: frozenset[str], v: Variables) -> bool:
    """Return whether ``group.equal`` asks for this parameter to be the same in all groups."""
    if row.op in KIND_BY_OPERATOR:
        return KIND_BY_OPERATOR[row.op] in equal
    is_latent = row.lhs in v.latent
    not_x = row.lhs in v.observed and row.lhs not in v.exogenous
    if row.op == "~1":
        return ("intercepts" in equal and not_x) or ("means" in equal and is_latent)
    if row.op != "~~":
        return False
    residual, of_latent = (
        ("residuals", "lv.variances")
        if row.lhs == row.rhs
        else ("residual.covariances", "lv.covariances")
    )
    return (residual in equal and not_x) or (of_latent in equal and is_latent)


KIND_BY_OPERATOR = {
    "=~": "loadings",
    "<~": "composite.loadings",
    "|": "thresholds",
    "~": "regressions",
}


def _equalised(rows: list[Row], options: SemOptions, variables: Variables) -> list[Row]:
    """Give rows that must be equal the same key; a key with a fixed row fixes them all."""
    keyed = _keyed_across_groups(rows, options, variables) if options.group_equal else rows
    fixed = {row.key: row for row in reversed(keyed) if not row.is_free and not row.is_exogenous}
    shared = _shared_keys(keyed)
    return [
        changed(row, is_free=False, value=fixed[row.key].value)
        if row.key in shared and row.key in fixed and not row.is_exogenous
        else row
        for row in keyed
    ]


def _keyed_across_groups(rows: list[Row], options: SemOptions, variables: Variables) -> list[Row]:
    """Give rows of later groups that ``group.equal`` names the key of the first group's row."""
    equal = frozenset(options.group_equal)
    spared = {"".join(name.split()) for name in options.group_partial}
    first = {(row.lhs, row.op, row.rhs): row.key for row in reversed(rows) if row.group == 1}

    def key_of(row: Row) -> str:
        own = (row.lhs, row.op, row.rhs)
        if row.group == 1 or row.key != row.name or not _is_equalised(row, equal, variables):
            return row.key
        mirrored = own[::-1] if row.op == "~~" else own
        return row.key if {"".join(own), "".join(mirrored)} & spared else first.get(own, row.key)

    keys = [key_of(row) for row in rows]
    return [
        row if row.key == key else changed(row, key=key)
        for row, key in zip(rows, keys, strict=True)
    ]


def _shared_keys(rows: list[Row]) -> set[str]:
    seen: set[str] = set()
    shared: set[str] = set()
    for row in rows:
        (shared if row.key in seen else seen).add(row.key)
    return shared


def _effect_coding(
    rows: list[Row], options: SemOptions, variables: Variables, n_groups: int
) -> tuple[list[Row], tuple[Constraint, ...]]:
    """Return the constraints of effects coding: loadings average 1, intercepts sum to 0.

    Little, Slegers and Card (2006). The latent mean is freed when intercepts are coded.
    """
    constraints: list[Constraint] = []
    for group in range(1, n_groups + 1):
        own = [row for row in rows if row.group == group]
        for latent in variables.latent:
            items = [row for row in own if row.op == "=~" and row.lhs == latent]
            if "loadings" in options.effect_coding and items and all(r.is_free for r in items):
                constraints.append(_sum_equals(items, float(len(items))))
            names = {row.rhs for row in items}
            intercepts = [row for row in own if row.op == "~1" and row.lhs in names]
            if (
                "intercepts" in options.effect_coding
                and intercepts
                and all(r.is_free for r in intercepts)
            ):
                constraints.append(_sum_equals(intercepts, 0.0))
                rows = [
                    changed(row, is_free=True, value=float("nan"))
                    if (row.lhs, row.op, row.group) == (latent, "~1", group) and not row.is_user
                    else row
                    for row in rows
                ]
    return rows, tuple(constraints)


def _sum_equals(rows: list[Row], total: float) -> Constraint:
    left: Name | Call = Name(rows[0].name)
    for row in rows[1:]:
        left = Call("+", (left, Name(row.name)))
    return Constraint(left, "==", Number(total))
