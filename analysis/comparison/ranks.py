"""Ranks with ties, once for all the tests that use them."""

import numpy as np

from analysis.preparation.arrays import FloatArray, IntArray


def average_ranks(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the rank of each value (1 = smallest, ties share their mean), and the tie sizes."""
    _, place, ties = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(ties)
    return (last - (ties - 1) / 2)[place], ties
