"""The model a command is given: a framework's code, a file, or lavaan text itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from survey.framework import load_framework
from survey.problems import refuse


def model_text(model: str) -> str:
    """Return the lavaan text of a framework's model, or of a file.

    Raises:
        Refusal: neither the code of a model, nor a readable file, nor lavaan text.
    """
    known: Mapping[str, str] = load_framework().raw["models"]
    return known.get(model) or chosen_model(model)


def chosen_model(model: str) -> str:
    """Return what the analysis is asked to fit: "", a framework's code, or lavaan text.

    Raises:
        Refusal: as :func:`model_text`.
    """
    known: Mapping[str, str] = load_framework().raw["models"]
    if not model or model in known or "~" in model:
        return model
    try:
        return Path(model).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise refuse("plan_model_unknown", model, models=" ".join(known)) from error
