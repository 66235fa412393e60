"""``main.py plan``: before the survey, what a sample buys and how many answers are needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from analysis.commands.models import model_text
from analysis.commands.output import (
    DRAWN,
    check_format,
    say,
    table_lines,
    write_drawn,
    write_tables,
)
from analysis.diagnosis import planning
from analysis.disclosure import DEFAULT_THRESHOLD
from analysis.modelling.ladder import FRAMEWORK_LADDER, NEEDED, SCORES_MINIMUM
from analysis.report.document import Column, Figure, SizeCurve, Table
from analysis.report.numbers import NumberKind, format_number
from resources.texts import SOURCE_LANGUAGE, sentence
from survey.framework import load_framework
from survey.problems import refuse
from survey.progress import Progress, silent
from survey.questionnaire.sample_size import close_fit_sample, invitations

K = NumberKind
SIMULATED_MODEL = "MS_subscale"
"""The model path_power simulates."""


@dataclass(frozen=True, slots=True)
class PlanOrder:
    """What the user plans.

    Args:
        model: name of a framework model, or a file with lavaan text.
        sizes: respondents of the curve; empty: from 30 to 900.
        sd: assumed standard deviation of a score (points of 100).
        gap: standardised difference between two roles that should be found.
        width: half width of a role's mean that is wanted, points.
        populations: members of each role; empty: the framework's roles, size unknown.
        response_rate, usable: shares of those invited who answer, and of answers of use.
        replications: simulated surveys per size for the power of the paths; 0: none.
    """

    model: str = SIMULATED_MODEL
    sizes: tuple[int, ...] = ()
    sd: float = planning.TYPICAL_SD
    gap: float = 0.3
    width: float = 5.0
    populations: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    response_rate: float = 0.4
    usable: float = 0.9
    replications: int = 0
    seed: int = 20260101


def plan_survey(
    order: PlanOrder,
    out: Path | None = None,
    *,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Return what the model, the comparisons and each size need or buy; write the tables.

    Args:
        out: a .csv (the curve as numbers), .xlsx (all tables), .png (the curve drawn) or .pdf
            (the curve drawn, all tables); None for none.

    Raises:
        Refusal: a number out of its range, an unknown model, a file that cannot be written.
    """
    _check(order)
    if out is not None and out.suffix.lower() not in DRAWN:
        check_format(out)
    df = degrees_of_freedom(order.model, language)
    tables = [_curve(order, df, language), _roles(order, language)]
    if order.replications:
        tables.append(_power(order, language, progress))
    lines = _needs(order, df, language)
    for table in tables:
        lines += ["", *table_lines(table)]
    if out is not None:
        title = say("plan.title", language)
        if out.suffix.lower() in DRAWN:
            curve = size_figure(tables[0], language)
            lines.append(write_drawn(out, curve, tables, title=title, language=language))
        else:
            lines.append(write_tables(out, tables, title=title, language=language))
    return lines


def _check(order: PlanOrder) -> None:
    """Refuse what no plan can be made for."""
    ranges = {
        "--sd": (order.sd, 1.0, 50.0),
        "--gap": (order.gap, 0.05, 3.0),
        "--width": (order.width, 0.5, 50.0),
        "--response-rate": (order.response_rate, 0.01, 1.0),
        "--usable": (order.usable, 0.01, 1.0),
    }
    ranges["--simulate"] = (float(order.replications), 0.0, 100_000.0)
    ranges |= {f"--sizes {n}": (float(n), 5.0, 1e6) for n in order.sizes}
    ranges |= {f"--role {r}": (float(n), 2.0, 1e7) for r, n in order.populations.items()}
    for option, (value, low, high) in ranges.items():
        if not low <= value <= high:
            raise refuse(
                "plan_number", option, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}"
            )
    if order.replications and order.model != SIMULATED_MODEL:
        raise refuse("plan_no_simulation", order.model, model=SIMULATED_MODEL)


def degrees_of_freedom(model: str, language: str = SOURCE_LANGUAGE) -> int:
    """Return the degrees of freedom of a framework model or of lavaan text in a file.

    Variances and covariances of the observed variables less the free parameters that differ.
    Checked against lavaan 0.6-14.

    Raises:
        Refusal: no such model or file, or the text cannot be read or is not identified by
            counting.
    """
    from analysis.sem import SemError, SemOptions, parse
    from analysis.sem.parameter_table import build_table

    try:
        table = build_table(parse(model_text(model)), SemOptions())
    except SemError as error:
        raise refuse("plan_model_unreadable", model, reason=error.describe(language)) from error
    p = len(table.variables.observed)
    free = len({table.rows[k].key for k in table.free})
    equalities = sum(1 for c in table.constraints if c.op == "==")
    df = p * (p + 1) // 2 - free + equalities
    if df < 1:
        raise refuse("plan_model_no_df", model, df=df)
    return df


def _needs(order: PlanOrder, df: int, language: str) -> list[str]:
    first, second = planning.sample_for_gap(order.gap)
    name = order.model
    lines = [
        say("plan.fit", language, model=name, df=df, n=close_fit_sample(df)),
        say("plan.gap", language, gap=format_number(order.gap, K.BRIEF), n1=first, n2=second),
    ]
    if name in NEEDED:
        lines.insert(0, say("plan.ladder", language, model=name, n=NEEDED[name]))
    return lines


def _curve(order: PlanOrder, df: int, language: str) -> Table:
    sizes = tuple(dict.fromkeys(order.sizes)) or planning.CURVE
    curve = planning.sample_curve(sizes, sd=order.sd, df=df)
    return Table(
        "curve",
        say("plan.curve", language),
        (
            Column(say("column.n", language), K.COUNT),
            Column(say("plan.half_width", language), K.SCORE),
            Column(say("plan.smallest_gap", language), K.BRIEF),
            Column(say("plan.change", language), K.SCORE),
            Column(say("plan.fit_power", language), K.SHARE),
            Column(say("plan.model", language)),
        ),
        tuple(
            (
                int(n),
                float(row["half_width"]),
                float(row["gap"]),
                float(row["change"]),
                float(row["fit_power"]),
                _reachable(str(row["model"]), language),
            )
            for n, row in zip(curve.index, curve.to_dict("records"), strict=True)
        ),
        (say("plan.curve_note", language, sd=format_number(order.sd, K.SCORE), df=df),),
    )


def size_figure(curve: Table, language: str) -> Figure:
    """Return the curve drawn over the sizes of its table, the ladder's steps marked."""
    rows = sorted(curve.rows, key=lambda row: int(str(row[0])))
    sizes = tuple(int(str(row[0])) for row in rows)
    lines = tuple(
        (say(f"plan.{name}_short", language), tuple(float(str(row[place])) for row in rows))
        for place, name in ((1, "half_width"), (3, "change"))
    )
    steps = [(SCORES_MINIMUM, say("plan.scores", language))]
    steps += [
        (n, sentence(f"ladder.name.{model}", language))
        for model, n in sorted(FRAMEWORK_LADDER, key=lambda step: step[1])
    ]
    named = tuple((n, f"{n}: {words}") for n, words in steps)
    title = say("plan.curve", language)
    axis = say("plan.points", language)
    drawing = SizeCurve(sizes, lines, named, say("column.n", language), axis)
    return Figure("curve", title, drawing, title)


def _reachable(model: str, language: str) -> str:
    return say(f"plan.{model}", language) if model in ("scores", "none") else model


def _roles(order: PlanOrder, language: str) -> Table:
    framework = load_framework().roles
    populations = dict(order.populations) or dict.fromkeys(framework, 0)
    names = {
        code: role.name if language == SOURCE_LANGUAGE else role.name_en
        for code, role in framework.items()
    }
    return Table(
        "roles",
        say("plan.roles", language),
        (
            Column(say("column.role", language)),
            Column(say("plan.population", language), K.COUNT),
            Column(
                say("plan.for_width", language, width=format_number(order.width, K.SCORE)), K.COUNT
            ),
            Column(say("plan.for_gap", language, gap=format_number(order.gap, K.BRIEF)), K.COUNT),
            Column(say("plan.answers", language), K.COUNT),
            Column(say("plan.invitations", language), K.COUNT),
            Column(say("plan.remark", language)),
        ),
        tuple(
            (names.get(role, role), *_role_row(order, n, language))
            for role, n in populations.items()
        ),
        (
            say(
                "plan.roles_note",
                language,
                rate=format_number(order.response_rate, K.SHARE),
                usable=format_number(order.usable, K.SHARE),
            ),
        ),
    )


def _role_row(order: PlanOrder, population: int, language: str) -> tuple[str | int | None, ...]:
    """Return the cells behind a role's name; ``population`` 0: not known, taken as large."""
    width = planning.sample_for_half_width(order.width, order.sd, population=population)
    gap, _ = planning.sample_for_gap(order.gap)
    wanted = max(width, gap, DEFAULT_THRESHOLD)
    invited = invitations(wanted, response_rate=order.response_rate, usable_rate=order.usable)
    if 0 < population < DEFAULT_THRESHOLD:
        remark = say("plan.too_small", language, threshold=DEFAULT_THRESHOLD)
        return population, None, None, None, None, remark
    remark = ""
    if population and invited > population:
        reached = int(population * order.response_rate * order.usable)
        remark = say("plan.all", language, n=reached)
        if reached >= DEFAULT_THRESHOLD:
            found = format_number(planning.smallest_gap(reached, reached), K.BRIEF)
            remark += say("plan.all_gap", language, gap=found)
    answers = min(wanted, population) if population else wanted
    return (
        population or None,
        width,
        gap,
        answers,
        min(invited, population) if population else invited,
        remark,
    )


def _power(order: PlanOrder, language: str, progress: Progress) -> Table:
    from analysis.diagnosis import path_power

    sizes = _simulated(order.sizes or planning.CURVE)
    found = path_power(sizes, replications=order.replications, seed=order.seed, progress=progress)
    names = [str(name) for name in found.columns if name != "usable"]
    return Table(
        "power",
        say("plan.power", language, model=SIMULATED_MODEL),
        (
            Column(say("column.n", language), K.COUNT),
            *(Column(name, K.SHARE) for name in names),
            Column(say("plan.usable", language), K.SHARE),
        ),
        tuple(
            (int(n), *(float(row[name]) for name in (*names, "usable")))
            for n, row in zip(found.index, found.to_dict("records"), strict=True)
        ),
        (say("plan.power_note", language, k=order.replications),),
    )


def _simulated(sizes: Sequence[int]) -> tuple[int, ...]:
    """Return the sizes a structural model may be fitted at; refuse when there are none."""
    from analysis.modelling.ladder import SEM_MINIMUM

    kept = tuple(n for n in dict.fromkeys(sizes) if n >= SEM_MINIMUM)
    if not kept:
        raise refuse("plan_sizes_small", needed=SEM_MINIMUM)
    return kept


def populations(given: Sequence[str]) -> dict[str, int]:
    """Return members by role from texts such as ``TCH=800``.

    Raises:
        Refusal: a text of another form, or a role the framework does not know.
    """
    roles = load_framework().roles
    found: dict[str, int] = {}
    for text in given:
        role, _, number = text.partition("=")
        if role not in roles or not number.isdecimal():
            raise refuse("plan_role", "--role", given=text, roles=" ".join(roles))
        found[role] = int(number)
    return found
