"""DDI-Codebook (2.5 and its elders): what is asked, as an archive describes it.

The inverse of publish/ddi: variables of one group become one question. A codebook says
nothing of order, conditions or what is required; that is told.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from survey.adopt.adoption import Adoption
from survey.adopt.draft import Choice, Draft, choice_question
from survey.adopt.words import slots, without_html
from survey.problems import refuse
from survey.publish.keys import COLUMN as KEY
from survey.questionnaire.base import Text
from survey.questionnaire.questions import (
    AnyQuestion,
    Item,
    Matrix,
    Multiple,
    Note,
    Number,
    OpenText,
    Option,
    Rating,
)

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def is_ddi(root: Element) -> bool:
    """Return whether XML is a DDI codebook."""
    return root.tag.rpartition("}")[2] == "codeBook"


def read_ddi(root: Element, where: str) -> Adoption:
    """Return the questionnaire a codebook describes.

    Raises:
        Refusal: a study without variables.
    """
    found = _Reader(root, where)
    return found.adoption()


def _own(element: Element, name: str) -> Iterator[Element]:
    """Yield the children called ``name`` in whatever namespace."""
    for child in element:
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            yield child


def _all(element: Element, name: str) -> Iterator[Element]:
    for child in element.iter():
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name:
            yield child


class _Reader:
    """The variables of a codebook, and the draft they go into."""

    def __init__(self, root: Element, where: str) -> None:
        self._root = root
        self._variables = {
            element.get("ID") or element.get("name") or str(place): element
            for place, element in enumerate(_all(root, "var"))
        }
        if not self._variables:
            raise refuse("adopt_ddi_study_only", where)
        self._base = root.get(_LANG, "")
        named = [self._base, *(e.get(_LANG, self._base) for e in root.iter())]
        sample = " ".join((e.text or "") for e in _all(root, "labl"))
        self._draft = Draft(where, slots(dict.fromkeys(named), sample))
        self._seen: set[str] = set()

    def adoption(self) -> Adoption:
        """Return the questionnaire."""
        draft = self._draft
        study = next(_all(self._root, "stdyDscr"), None)
        if study is not None:
            draft.title = self._words(list(_all(study, "titl")))
            draft.code = next(((e.text or "") for e in _all(study, "IDNo")), "")
        draft.lose("described_only")
        groups = {
            member: group
            for group in _all(self._root, "varGrp")
            for member in (group.get("var") or "").split()
        }
        draft.page("")
        for name, element in self._variables.items():
            if name in self._seen:
                continue
            group = groups.get(name)
            members = (group.get("var") or "").split() if group is not None else []
            known = [self._variables[m] for m in members if m in self._variables]
            self._seen.update(members or [name])
            if group is None or not self._grouped(group, known):
                for own in known or [element]:
                    self._variable(own)
        return draft.finished("ddi")

    def _words(self, elements: list[Element]) -> Text:
        words: dict[str, str] = {}
        for element in elements:
            text = without_html("".join(element.itertext()))
            words.setdefault(element.get(_LANG, self._base), text)
        return self._draft.text(words)

    def _text(self, element: Element) -> Text:
        question = next(_own(element, "qstn"), None)
        asked = list(_own(question, "qstnLit")) if question is not None else []
        label = self._words(list(_own(element, "labl")))
        name = element.get("name") or ""
        return self._words(asked) or label or Text(zh=name, en=name)

    def _choices(self, element: Element) -> list[Choice]:
        found = []
        for category in _own(element, "catgry"):
            value = next(((e.text or "").strip() for e in _own(category, "catValu")), "")
            label = self._words(list(_own(category, "labl")))
            missing = category.get("missing") == "Y"
            found.append(Choice(value, label or Text(zh=value, en=value), is_dont_know=missing))
        return found

    def _grouped(self, group: Element, members: list[Element]) -> bool:
        """Add the variables of a group as one question; return whether they are one."""
        draft, kind = self._draft, group.get("type") or ""
        name = group.get("name") or (group.get("ID") or "").removeprefix("G_")
        text = self._words(list(_own(group, "labl")))
        texts = [e for e in members if not list(_own(e, "catgry"))]
        if kind == "multipleResp" and len(members) - len(texts) > 1:
            self._multiple(name, text, [e for e in members if e not in texts])
            for element in texts:
                self._variable(element)
            return True
        choices = self._choices(members[0]) if members else []
        alike = all(self._choices(member) == choices for member in members)
        scale = draft.scale(choices, name) if len(choices) > 1 and alike else None
        if kind not in ("grid", "other", "") or scale is None:
            if text:
                draft.add(Note(code=draft.names.fresh(f"{name}_stem"), text=text))
            return False
        items = []
        for member in members:
            code = draft.names.fresh(member.get("name") or "")
            items.append(Item(code=code, text=self._text(member), is_reversed=_is_reversed(member)))
            draft.keys[code] = _key(member)
            self._universe(member, code)
        code = draft.names.fresh(name)
        draft.add(Matrix(code=code, text=text, scale=scale, items=tuple(items)))
        return True

    def _multiple(self, name: str, text: Text, members: list[Element]) -> None:
        draft = self._draft
        code = draft.names.fresh(name)
        labels = [self._words(list(_own(member, "labl"))) for member in members]
        tails = [(member.get("name") or "").rpartition("_")[2] for member in members]
        are_numbers = all(tail.isascii() and tail.isdigit() for tail in tails)
        codes = [int(tail) for tail in tails] if are_numbers else list(range(1, len(tails) + 1))
        if len(set(codes)) < len(codes):
            codes = list(range(1, len(codes) + 1))
        options = tuple(
            Option(code=number, label=label or Text(zh=tail, en=tail))
            for number, label, tail in zip(codes, labels, tails, strict=True)
        )
        draft.add(Multiple(code=code, text=text, options=options))
        self._universe(members[0], code)

    def _variable(self, element: Element) -> None:
        draft = self._draft
        name = element.get("name") or ""
        code = draft.names.fresh(name)
        choices = self._choices(element)
        text = self._text(element)
        draft.add(self._made(element, code, text, choices))
        draft.keys[code] = _key(element)
        self._universe(element, code)

    def _made(self, element: Element, code: str, text: Text, choices: list[Choice]) -> AnyQuestion:
        if choices:
            is_ordered = element.get("nature") == "ordinal"
            scale = self._draft.scale(choices, code) if is_ordered else None
            if scale is not None:
                return Rating(code=code, text=text, scale=scale, is_reversed=_is_reversed(element))
            return choice_question(self._draft, code, text, choices)
        kind = next((e.get("type") for e in _own(element, "varFormat")), "")
        if element.get("intrvl") == "contin" or kind == "numeric":
            low, high = _range(element)
            return Number(code=code, text=text, low=low, high=high, decimals=_places(element))
        return OpenText(code=code, text=text)

    def _universe(self, element: Element, code: str) -> None:
        words = " ".join("".join(e.itertext()).strip() for e in _own(element, "universe"))
        if words:
            self._draft.lose("universe", code, text=words[:200])


def _is_reversed(element: Element) -> bool:
    return any(note.get("type") == "reverse-keyed" for note in _own(element, "notes"))


def _key(element: Element) -> str:
    return next((note.text or "" for note in _own(element, "notes") if note.get("type") == KEY), "")


def _places(element: Element) -> int:
    given = element.get("dcml") or ""
    return min(6, int(given)) if given.isascii() and given.isdigit() else 2


def _range(element: Element) -> tuple[float | None, float | None]:
    def number(text: str | None) -> float | None:
        try:
            found = float(text or "")
        except ValueError:
            return None
        return found if abs(found) < 1e12 else None

    for values in _own(element, "valrng"):
        for bounds in _own(values, "range"):
            low, high = number(bounds.get("min")), number(bounds.get("max"))
            if low is None or high is None or low < high:
                return low, high
    return None, None
