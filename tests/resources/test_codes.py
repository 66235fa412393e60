"""Every code the source raises has its sentence: read from the source itself."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from resources.texts import sentences

ROOT = Path(__file__).parents[2]
ROOMS = ("survey", "analysis", "ui")


@lru_cache(maxsize=1)
def all_calls() -> tuple[tuple[str, str, ast.Call], ...]:
    """Return every call in the source: its place, the name called, the call."""
    files = [ROOT / "main.py", *(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))]
    return tuple(
        (f"{file.relative_to(ROOT)}:{node.lineno}", name_of(node.func), node)
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )


def name_of(function: ast.expr) -> str:
    """Return the last part of a dotted name, "" for anything else."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield where and what: every call of a function or method with one of these names."""
    yield from ((where, call) for where, name, call in all_calls() if name in names)


def literal(call: ast.Call, place: int) -> str | None:
    """Return the string written in the call at ``place``, None when it is computed."""
    if len(call.args) <= place:
        return None
    argument = call.args[place]
    is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return str(argument.value) if is_text else None


@pytest.mark.parametrize(
    ("names", "place", "code"),
    [
        (("finding", "Finding"), 0, "findings.{}"),
        (("refuse", "Problem"), 0, "problems.{}.what"),
        (("progress",), 1, "steps.{}"),
        (("sentence",), 0, "{}"),
    ],
    ids=["findings", "problems", "steps", "sentences"],
)
def test_that_every_code_in_the_source_has_its_sentence(names, place, code):
    known = sentences()
    without = [
        f"{where}: {text}"
        for where, call in calls(*names)
        if (text := literal(call, place)) is not None and code.format(text) not in known
    ]
    assert not without, "\n".join(without)
