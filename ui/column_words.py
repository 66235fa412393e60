"""What the columns of result tables mean, in plain words, found by their headings."""

from functools import cache
from types import MappingProxyType

from resources.texts import has_sentence, sentence, sentences
from ui.texts import language

ROOM = "columns."


@cache
def _meanings(wanted: str) -> MappingProxyType[str, str]:
    """Return heading → meaning in one language.

    An entry of columns.toml is called like the sentence of report.toml that is the heading
    (``column.se``), or like the heading itself where that is a symbol (``η²``).
    """
    found = {}
    for key, words in sentences(wanted).items():
        if key.startswith(ROOM):
            name = key.removeprefix(ROOM)
            heading = f"report.{name}"
            title = sentence(heading, wanted) if has_sentence(heading, wanted) else name
            found[title] = words
    return MappingProxyType(found)


def meaning_of(title: str) -> str:
    """Return what the column headed ``title`` means; "" when the heading says it all."""
    return _meanings(language()).get(title, "")
