"""What the command line may say about the coupling reaches the analysis."""

import argparse

import pytest

from analysis.commands.options import add_analysis, coupling_options
from survey.problems import Refusal


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_analysis(parser)
    return parser.parse_args(words)


def test_that_nothing_said_leaves_the_defaults() -> None:
    options = coupling_options(parsed())
    assert (options.systems, options.alpha, options.intervals) == (("U1", "U2"), (), "percentile")


def test_that_systems_weights_and_intervals_are_taken() -> None:
    words = (
        "--systems U1a U1b U2 --alpha 0.5,0.3,0.2 --weighting critic --role-weighting respondent"
    )
    options = coupling_options(parsed(*words.split(), "--boundary", "right", "--intervals", "bca"))
    assert options.systems == ("U1a", "U1b", "U2")
    assert options.alpha == (0.5, 0.3, 0.2)
    assert (options.weighting, options.role_weighting) == ("critic", "respondent")
    assert (options.boundary, options.intervals) == ("right", "bca")


@pytest.mark.parametrize("alpha", ["0.5", "0.5,x", "-1,2", "0.5,0.3,0.2"])
def test_that_unusable_weights_are_refused_with_what_to_do(alpha: str) -> None:
    with pytest.raises(Refusal) as refusal:
        coupling_options(parsed(f"--alpha={alpha}"))
    assert refusal.value.problems[0].code == "alpha_unusable"
