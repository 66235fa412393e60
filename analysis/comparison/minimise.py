"""Boolean minimisation of a truth table: prime implicants and the smallest covers."""

from collections.abc import Sequence
from itertools import combinations, product

import numpy as np

from analysis.preparation.arrays import BoolArray, IntArray

ABSENT, PRESENT, ANY = 0, 1, -1
"""Entries of a term, one per condition."""

Term = tuple[int, ...]

MOST_CONDITIONS = 9
MOST_MODELS = 20
MOST_COMBINATIONS = 200_000
"""Combinations of prime implicants looked through for a smallest cover."""


def covers(terms: IntArray, rows: IntArray) -> BoolArray:
    """Return terms x rows: whether the term contains the row.

    Args:
        terms: entries 0, 1 or -1 (any); rows: entries 0 or 1.
    """
    clash = (terms[:, None, :] != ANY) & (terms[:, None, :] != rows[None])
    return np.asarray(~clash.any(axis=2))


def prime_implicants(on: Sequence[Term], off: Sequence[Term], conditions: int) -> list[Term]:
    """Return the shortest terms that contain a row of ``on`` and none of ``off``.

    Rows in neither list are don't-cares: terms may contain them. With at most nine
    conditions all 3^k terms are looked at, which needs no merging rounds.
    """
    if not on:
        return []
    if conditions > MOST_CONDITIONS:
        raise ValueError(f"{conditions} conditions")
    terms = np.array(list(product((ABSENT, PRESENT, ANY), repeat=conditions)), dtype=int)
    valid = covers(terms, np.array(on)).any(axis=1)
    if off:
        valid &= ~covers(terms, np.array(off)).any(axis=1)
    kept = terms[valid]
    literals = (kept != ANY).sum(axis=1)
    primes: list[IntArray] = []
    for term in kept[np.argsort(literals, kind="stable")]:
        if not any(_contains(prime, term) for prime in primes):
            primes.append(term)
    return [tuple(int(entry) for entry in prime) for prime in primes]


def _contains(wide: IntArray, narrow: IntArray) -> bool:
    return bool(np.all((wide == ANY) | (wide == narrow)))


def smallest_covers(primes: Sequence[Term], on: Sequence[Term]) -> list[tuple[Term, ...]]:
    """Return all smallest sets of terms that together contain every row of ``on``.

    Several mean the data do not decide between models. Falls back on a greedy cover when
    there are too many combinations.
    """
    if not on:
        return []
    table = covers(np.array(primes), np.array(on))
    essential = sorted({int(np.flatnonzero(c)[0]) for c in table.T if c.sum() == 1})
    left = np.asarray(~table[essential].any(axis=0), dtype=np.bool_)
    fixed = tuple(primes[i] for i in essential)
    if not left.any():
        return [fixed]
    pool = [i for i in range(len(primes)) if i not in essential and table[i][left].any()]
    looked = 0
    for size in range(1, len(pool) + 1):
        found = []
        for chosen in combinations(pool, size):
            looked += 1
            if looked > MOST_COMBINATIONS:
                return [fixed + _greedy(table, left, pool, primes)]
            if table[list(chosen)][:, left].any(axis=0).all():
                found.append(fixed + tuple(primes[i] for i in chosen))
        if found:
            return found[:MOST_MODELS]
    return []


def _greedy(
    table: BoolArray, left: BoolArray, pool: list[int], primes: Sequence[Term]
) -> tuple[Term, ...]:
    chosen, left = [], left.copy()
    while left.any():
        best = max(pool, key=lambda i: int(table[i][left].sum()))
        chosen.append(primes[best])
        left &= ~table[best]
    return tuple(chosen)


def easy_counterfactuals(
    remainders: Sequence[Term],
    complex_terms: Sequence[Term],
    parsimonious_terms: Sequence[Term],
    expected: Term,
) -> list[Term]:
    """Return the remainders that an intermediate solution may assume to have the outcome.

    From each complex term the literals are taken away that no parsimonious term containing it
    demands and that contradict the expectation; the remainders inside such an eased term are
    easy counterfactuals: if the outcome is there without a helpful condition, it would be
    with it (Ragin & Sonnett 2005; Ragin 2008).

    Args:
        expected: 1 the condition's presence is expected to help, 0 its absence, -1 neither.
    """
    eased: list[Term] = []
    for term in complex_terms:
        wide = [p for p in parsimonious_terms if _contains(np.array(p), np.array(term))]
        eased.extend(_without_contrary(term, core, expected) for core in wide or [term])
    if not remainders or not eased:
        return []
    inside = covers(np.array(eased), np.array(remainders))
    return [row for j, row in enumerate(remainders) if inside[:, j].any()]


def _without_contrary(term: Term, core: Term, expected: Term) -> Term:
    return tuple(
        ANY if core[j] == ANY and expected[j] != ANY and entry != expected[j] else entry
        for j, entry in enumerate(term)
    )


def write_term(term: Term, conditions: Sequence[str]) -> str:
    """Return a term as ``A*~B``; ``1`` for the term that contains everything."""
    literals = [
        name if entry == PRESENT else f"~{name}"
        for name, entry in zip(conditions, term, strict=True)
        if entry != ANY
    ]
    return "*".join(literals) or "1"
