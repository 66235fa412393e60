"""The lavaan model language: text to specification and back."""

from analysis.sem.syntax.parser import parse

__all__ = ["parse"]
