"""Ready response scales; their labels live in the texts."""

from resources.texts import SOURCE_LANGUAGE, sentence, sentences
from survey.questionnaire.base import NO_TEXT, Text
from survey.questionnaire.model import Point, Scale

STANDARD = (
    "agreement5", "agreement7", "satisfaction5", "importance5", "frequency5", "quality5",
    "possibility5", "yes_no",
)  # fmt: skip
"""Codes of the ready scales; the number is that of the points."""


def said(key: str, **values: object) -> Text:
    """Return the sentence ``design.<key>`` in both languages."""
    return Text(
        zh=sentence(f"design.{key}", SOURCE_LANGUAGE, **values),
        en=sentence(f"design.{key}", "en", **values),
    )


def standard_scale(code: str, *, dont_know: bool = True) -> Scale:
    """Return a ready scale, coded 1, 2, … from the weakest to the strongest.

    Raises:
        KeyError: no such scale.
    """
    labels = [key for key in sentences() if key.startswith(f"design.scales.{code}.")]
    if not labels:
        raise KeyError(code)
    count = len(labels)
    return Scale(
        code=code,
        points=tuple(
            Point(code=number, label=said(f"scales.{code}.p{number}"))
            for number in range(1, count + 1)
        ),
        dont_know=said("form.dont_know") if dont_know else NO_TEXT,
    )
