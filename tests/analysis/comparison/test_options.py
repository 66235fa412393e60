"""What the command line says about comparisons reaches the stage."""

import argparse

import pytest

from analysis.commands.options import (
    add_analysis,
    add_comparison,
    add_seed,
    chain_options,
    comparison_options,
)
from analysis.comparison import ComparisonOptions


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    add_analysis(parser)
    add_comparison(parser)
    add_seed(parser)
    return parser


def test_that_nothing_said_means_the_defaults(parser):
    assert comparison_options(parser.parse_args([])) == ComparisonOptions()


def test_that_every_choice_arrives(parser):
    words = "--outcome U1 --predictors C1 C2 --mediators I1 --moderator P1 --conditions G1 G2"
    words += " --group-by role 职称 --adjust bh --correlation spearman --blrt 99"
    found = comparison_options(parser.parse_args(words.split()))
    assert found == ComparisonOptions(
        outcome="U1",
        predictors=("C1", "C2"),
        mediators=("I1",),
        moderator="P1",
        conditions=("G1", "G2"),
        group_variables=("role", "职称"),
        adjust="bh",
        correlation="spearman",
        blrt=99,
    )


def test_that_threshold_seed_and_draws_hold_for_comparisons_too(parser):
    options = parser.parse_args(["--threshold", "20", "--seed", "3", "--draws", "500"])
    found = chain_options(options, comparison_options(options)).comparison
    assert (found.threshold, found.seed, found.bootstrap) == (20, 3, 500)
