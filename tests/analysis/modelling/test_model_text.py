"""Cutting a model to what the survey has, and reading what its effects mean."""

import pytest

from analysis.modelling.effects import _labelled_edges, _meaning
from analysis.modelling.model_text import (
    cut_to,
    has_paths,
    latents_of,
    observed_of,
    top_factor,
    without_paths,
)
from analysis.sem.syntax import parse
from survey.framework import load_framework

MODELS = load_framework().raw["models"]
ALL = (*(f"C{i}" for i in range(1, 10)), "I1", "I2", "I3", "N1", "N2", "N3")


def test_that_latents_and_observed_variables_are_told_apart() -> None:
    model = parse(MODELS["MO_overall"])
    assert latents_of(model) == ("G1", "G2", "G3", "CON", "CI", "NQ")
    assert set(observed_of(model)) == set(ALL)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_that_a_complete_survey_leaves_a_model_as_it_is(name: str) -> None:
    model = parse(MODELS[name])
    assert cut_to(model, observed_of(model)) == model


def test_that_a_factor_with_one_indicator_left_becomes_that_indicator() -> None:
    cut = cut_to(parse(MODELS["MS_subscale"]), [v for v in ALL if v not in ("C7", "C8")])
    assert "G3" not in latents_of(cut)
    assert any((f.lhs, f.op, f.rhs) == ("CI", "~", "C9") for f in cut.formulas)
    assert "ind3" in [d.name for d in cut.definitions]


def test_that_a_lost_group_takes_its_effects_along() -> None:
    cut = cut_to(parse(MODELS["MS_subscale"]), [v for v in ALL if v not in ("C7", "C8", "C9")])
    assert "G3" not in cut.text()
    assert [d.name for d in cut.definitions] == ["ind1", "ind2", "tot1", "tot2"]


def test_that_a_model_without_outcome_has_no_path_to_it() -> None:
    cut = cut_to(parse(MODELS["MO_overall"]), [v for v in ALL if v[0] != "N"])
    assert [d.name for d in cut.definitions] == []
    assert has_paths(cut)
    assert not has_paths(cut_to(parse(MODELS["MO_overall"]), ["C1", "C2", "C3"]))


def test_that_the_measurement_part_has_no_paths_or_labels() -> None:
    part = without_paths(parse(MODELS["MS_subscale"]))
    assert not has_paths(part)
    assert latents_of(part) == ("G1", "G2", "G3", "CI", "NQ")
    assert part.definitions == ()


def test_that_the_highest_factor_is_found() -> None:
    model = parse(MODELS["MO_overall"])
    assert (top_factor(model, "C4"), top_factor(model, "I1")) == ("CON", "CI")


@pytest.mark.parametrize(
    ("model", "effect", "ends", "kind"),
    [
        ("MS_subscale", "ind2", ("G2", "NQ"), "indirect"),
        ("MS_subscale", "tot3", ("G3", "NQ"), "total"),
        ("MO_overall", "tot", ("CON", "NQ"), "total"),
        ("MF_feedback", "loop", ("", ""), "defined"),
    ],
)
def test_that_effects_are_understood(
    model: str, effect: str, ends: tuple[str, str], kind: str
) -> None:
    specification = parse(MODELS[model])
    definitions = {d.name: d for d in specification.definitions}
    edges = _labelled_edges(specification)
    assert _meaning(definitions[effect], edges, definitions) == (ends, kind)


def test_that_a_sum_of_other_effects_is_a_total() -> None:
    model = parse("y ~ c*x + b*m\nm ~ a*x\nind := a*b\ntotal := c + ind\nodd := a/b")
    definitions = {d.name: d for d in model.definitions}
    edges = _labelled_edges(model)
    assert _meaning(definitions["total"], edges, definitions) == (("x", "y"), "total")
    assert _meaning(definitions["odd"], edges, definitions) == (("", ""), "defined")
