"""Which words of a questionnaire a target has no place for: told, never dropped in silence."""

from collections.abc import Collection, Iterator

from survey.publish.export import Loss, loss
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.questions import Note, Nps, Number, Slider


def text_losses(
    questionnaire: Questionnaire,
    *unsaid: str,
    help_of: Collection[str] | None = (),
    ends_of: Collection[str] = ("slider", "nps"),
) -> Iterator[Loss]:
    """Yield the texts that are there and that the target does not show.

    Args:
        unsaid: what it shows nothing of: ``title``, ``introduction``, ``closing``,
            ``page_titles``, ``unit``, ``notes``; ``one_language`` when all texts go out in one
            language only, ``titles_language`` when the titles do.
        help_of: kinds of questions whose help is not shown; None for all.
        ends_of: kinds whose words at both ends are not shown.
    """
    questions = questionnaire.questions
    is_bilingual = len(questionnaire.languages) > 1
    has = {
        "title": bool(questionnaire.title),
        "introduction": bool(questionnaire.introduction),
        "closing": bool(questionnaire.closing),
        "one_language": is_bilingual,
        "titles_language": is_bilingual,
    }
    places = {
        "page_titles": [page.code for page in questionnaire.pages if page.title],
        "unit": [q.code for q in questions if isinstance(q, Number) and q.unit],
        "notes": [q.code for q in questions if isinstance(q, Note)],
    }
    for name in unsaid:
        where = places.get(name, ())
        if where or has.get(name, False):
            yield loss(name, *where)
    helped = [q.code for q in questions if q.help and (help_of is None or q.kind in help_of)]
    if helped:
        yield loss("help", *helped)
    ended = [
        q.code
        for q in questions
        if isinstance(q, Slider | Nps) and q.kind in ends_of and (q.low_label or q.high_label)
    ]
    if ended:
        yield loss("ends", *ended)
