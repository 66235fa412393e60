"""Reads numbered questions out of lines of text: 问卷星's import text and what people type.

A question is a number and a stem, perhaps with its kind in brackets; what follows until the
next one are its options or rows. Words here are patterns, not texts for the user.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

KINDS = {
    "单选题": "single", "单选": "single", "多选题": "multiple", "多选": "multiple",
    "不定项选择题": "multiple", "可多选": "multiple", "下拉框": "dropdown", "下拉题": "dropdown",
    "判断题": "yes_no", "判断": "yes_no", "排序题": "ranking", "排序": "ranking",
    "量表题": "rating", "量表": "rating", "评分题": "rating", "打分题": "rating",
    "nps题": "nps", "nps量表题": "nps",
    "矩阵量表题": "matrix", "矩阵单选题": "matrix", "矩阵题": "matrix", "矩阵量表": "matrix",
    "矩阵多选题": "matrix_multiple", "矩阵填空题": "matrix_blanks",
    "填空题": "text", "单项填空题": "text", "填空": "text", "简答题": "long", "问答题": "long",
    "主观题": "long", "开放题": "long", "多项填空题": "blanks", "滑动条": "slider",
    "滑动题": "slider", "滑块题": "slider", "比重题": "weights", "段落说明": "note", "说明": "note",
    "日期": "date", "日期题": "date", "数字题": "number", "single choice": "single",
    "multiple choice": "multiple", "open text": "text",
}  # fmt: skip
_KIND = re.compile(r"\s*[\[【（(]\s*([^\[\]【】（）()]{1,16})\s*[\]】）)]\s*")
_NUMBER = re.compile(
    r"^\s*(?:第\s*(?P<chinese>\d{1,3})\s*题|[Qq](?P<q>\d{1,3})|(?P<plain>\d{1,3}))"
    r"\s*(?P<mark>[.．、:：)）]|\s)\s*(?P<stem>\S.*)$"
)
_OPTION = re.compile(
    r"^\s*(?:[A-Za-z]\s*[.．、:：)）]\s*|[①-⑳]\s*|[（(]\s*(?:\d{1,2}|[A-Za-z])\s*[)）]\s*"
    r"|[○●◯□☐■◻❑]\s*(?:[A-Za-z]\s*[.．、)）]\s*)?|[-–*•·]\s+)(?P<label>.*)$"
)
_PACKED = re.compile(r"(?:^|(?<=[\s　_）)]))(?:([A-Z])\s*[.．、]|[①-⑳]|[○◯□☐❑])\s*(?=\S)")
_PAGE = re.compile(r"^\s*(?:\[分页栏?\]|=+\s*分页\s*=+|[-—=]{5,})\s*$")
_SECTION = re.compile(
    r"^\s*(?:第[一二三四五六七八九十]+部分|[一二三四五六七八九十]+、)\s*(?P<title>.*)$"
)
_ROWS = re.compile(r"^\s*行\s*[：:]\s*(?P<rest>.*)$")
_COLUMNS = re.compile(r"^\s*列(?P<numbers>数字)?\s*[：:]\s*(?P<rest>.*)$")
_DASH = re.compile(r"^[-–*•·]\s*")
_HEADING = re.compile(r"^#{1,6}\s+(?P<title>\S.*)$")
_MOST = re.compile(
    r"\s*[（(]\s*(?:可?多选[，,]?\s*)?(?:最多|至多|限)\s*选(?:择)?\s*(?P<most>\d{1,2})\s*[项个]\s*[)）]"
    r"|\s*\(\s*(?:choose )?(?:at most|up to)\s*(?P<en>\d{1,2})\s*\)"
)
_RANKED = re.compile(r"\s*[（(][^（）()]{0,12}1\s*[至到~～-]\s*(?P<ranks>\d{1,2})\s*排序\s*[)）]")
_CONDITION = re.compile(
    r"^(?:若.{1,400}请跳过以下各题.*|若.{1,400}不必回答此题.*|(?:以下各题)?仅在.{1,400}时回答。)$"
)
_OPTIONAL = re.compile(
    r"\s*[（(\[【]\s*(?:选填|选答|非必填|optional)\s*[)）\]】]\s*", re.IGNORECASE
)
_REQUIRED = re.compile(
    r"\s*[（(\[【]\s*(?:必填|必答|required)\s*[)）\]】]\s*|^\*\s*|\s*\*$", re.IGNORECASE
)
BLANK = re.compile(r"_{2,}|\{_+\}|＿{2,}")


@dataclass(slots=True)
class TextQuestion:
    """A question as it stands in the text.

    Args:
        kind: one of the values of KINDS, "" when the text does not say.
        line: number of its first line, from 1.
        number: as it is numbered there, "" for a note.
        lines: what stands below: options, or the rows of a matrix.
        columns: the answers of a matrix where the text marks them.
        most: how many answers may be marked, or are to be ranked; 0 for any number.
        conditions: printed instructions when to answer or to go on.
    """

    stem: str
    kind: str
    line: int
    number: str = ""
    is_required: bool | None = None
    most: int = 0
    conditions: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TextPage:
    """Questions between two page breaks or headings."""

    title: str = ""
    conditions: list[str] = field(default_factory=list)
    questions: list[TextQuestion] = field(default_factory=list)


@dataclass(slots=True)
class TextForm:
    """What was found in the text."""

    title: str = ""
    introduction: list[str] = field(default_factory=list)
    pages: list[TextPage] = field(default_factory=lambda: [TextPage()])

    @property
    def questions(self) -> list[TextQuestion]:
        """All questions."""
        return [question for page in self.pages for question in page.questions]


def form_in(lines: Iterable[str]) -> TextForm:
    """Return the questions found in ``lines``."""
    form = TextForm()
    reader = _Reader(form)
    for number, line in enumerate(lines, 1):
        reader.take(line.strip().replace("\u3000", " "), number)
    return form


class _Reader:
    """Takes line after line."""

    def __init__(self, form: TextForm) -> None:
        self._form = form
        self._question: TextQuestion | None = None
        self._part = ""
        self._is_dashed = False

    def take(self, line: str, number: int) -> None:
        """Put a line where it belongs."""
        if not line:
            return
        if _PAGE.match(line):
            self._begin_page("")
            return
        heading = _HEADING.match(line)
        if heading:
            if not self._form.title and not self._form.questions:
                self._form.title = heading["title"]
            else:
                self._begin_page(heading["title"])
            return
        if _CONDITION.match(line):
            self._condition(line)
            return
        question = self._question_in(line, number)
        if question is not None:
            self._form.pages[-1].questions.append(question)
            self._question, self._part, self._is_dashed = question, "", False
            return
        section = _SECTION.match(line)
        if section and not _KIND.search(line):
            self._begin_page(line)
        elif self._question is not None:
            self._below(self._question, line, number)
        elif not self._form.title and not self._form.questions:
            self._form.title = line
        else:
            self._form.introduction.append(line)

    def _condition(self, line: str) -> None:
        """Keep an instruction with what it is about: the pages below, or the question above."""
        if "以下各题" in line or self._question is None:
            self._begin_page("")
            self._form.pages[-1].conditions.append(line)
        else:
            self._question.conditions.append(line)

    def _begin_page(self, title: str) -> None:
        page = self._form.pages[-1]
        if page.questions:
            self._form.pages.append(TextPage(title))
        elif title:
            page.title = title
        self._question = None

    def _question_in(self, line: str, number: int) -> TextQuestion | None:
        bare, required = _without_flags(line)
        kind, stem = _kind_of(bare)
        stem, kind, most = _limited(stem, kind)
        found = _NUMBER.match(stem)
        is_option_like = self._question is not None and _OPTION.match(line) is not None
        if found and (found["mark"].strip() or kind or found["chinese"] or found["q"]):
            # "1) …" below a question that is numbered otherwise is an option of it.
            label = found["chinese"] or found["q"] or found["plain"]
            is_closing = found["mark"] in (")", "）")
            if is_closing and self._mark not in ("", ")", "）") and self._question is not None:
                return None
            self._mark = found["mark"]
            return TextQuestion(found["stem"].strip(), kind, number, label, required, most)
        if kind and not is_option_like:
            return TextQuestion(stem, kind, number, "", required)
        return None

    _mark = ""

    def _below(self, question: TextQuestion, line: str, number: int) -> None:
        rows, columns = _ROWS.match(line), _COLUMNS.match(line)
        if rows or columns:
            found = rows or columns
            assert found is not None
            self._part = "rows" if rows else "columns"
            self._is_dashed = self._is_dashed and rows is not None
            rest = found["rest"].split()
            (question.rows if rows else question.columns).extend(rest)
            if columns and columns["numbers"]:
                question.kind = question.kind or "numbers"
        elif self._part and self._is_dashed and not _DASH.match(line):
            # A paragraph below a table is no row of it.
            note = TextQuestion(line, "note", number)
            self._form.pages[-1].questions.append(note)
            self._question, self._part = note, ""
        elif self._part:
            plain = _DASH.sub("", line)
            self._is_dashed = plain != line
            (question.rows if self._part == "rows" else question.columns).append(plain)
        else:
            question.lines.extend(_options_in(line))


def _without_flags(line: str) -> tuple[str, bool | None]:
    if _OPTIONAL.search(line):
        return _OPTIONAL.sub("", line), False
    if _REQUIRED.search(line):
        return _REQUIRED.sub("", line), True
    return line, None


def _limited(stem: str, kind: str) -> tuple[str, str, int]:
    """Return stem and kind without a limit in brackets (最多选 2 项), and the limit."""
    found = _MOST.search(stem)
    if found:
        return _MOST.sub("", stem), kind or "multiple", int(found["most"] or found["en"])
    found = _RANKED.search(stem)
    if found:
        return _RANKED.sub("", stem), "ranking", int(found["ranks"])
    return stem, kind, 0


def _kind_of(line: str) -> tuple[str, str]:
    """Return the kind a line names in brackets, and the line without it."""
    for found in reversed(list(_KIND.finditer(line))):
        kind = KINDS.get(
            found[1].strip().lower().replace(" ", "" if found[1].isascii() is False else " ")
        )
        if kind:
            return kind, (line[: found.start()] + " " + line[found.end() :]).strip()
    return "", line


def _options_in(line: str) -> Iterator[str]:
    """Yield the options of a line: one, or several packed into it (A.是  B.否)."""
    marks = list(_PACKED.finditer(line))
    if len(marks) > 1 and marks[0].start() == 0:
        ends = [mark.start() for mark in marks[1:]] + [len(line)]
        for mark, end in zip(marks, ends, strict=True):
            label = line[mark.end() : end].strip()
            if label:
                yield label
        return
    found = _OPTION.match(line)
    yield found["label"].strip() if found and found["label"].strip() else line
