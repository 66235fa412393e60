"""What every reader returns: the questionnaire, and what of the file it could not keep.

A loss is told by code, place and values; its sentence is ``adopt.loss.<code>``. Expressions
that have no place among our conditions stand word for word in the loss.
"""

from dataclasses import dataclass

from survey.publish.export import Loss
from survey.questionnaire.model import Questionnaire

ROOM = "adopt"


@dataclass(frozen=True, slots=True)
class Adoption:
    """A questionnaire taken over from a file.

    Args:
        source: code of the format; ``adopt.format.<source>`` is the name shown.
        losses: what is not as it was in the file.
    """

    questionnaire: Questionnaire
    source: str
    losses: tuple[Loss, ...] = ()


def missed(code: str, /, *where: str, **values: object) -> Loss:
    """Return a loss on the way in: ``missed("condition", "Q3", text="a > b")``."""
    from types import MappingProxyType

    return Loss(code, where, MappingProxyType(values), ROOM)
