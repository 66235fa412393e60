"""The simulated survey as 问卷星 exports it by text: one sheet, every cell a string."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resources import SAMPLE_WORDING_FILE
from survey.framework import Framework, FrameworkItem, load_framework
from survey.sample.answers import DO_NOT_KNOW, EMPTY, draw_answers, draw_attention
from survey.sample.people import Person, draw_people

SEED = 20260302
PAGES = ("M1", "M2", "M3", "M4", "M5")
ATTENTION_AFTER = "M2"
OUTSIDERS = ("ENT", "RI", "GOV")
GROUP_QUESTIONS = ("D3", "D5", "D6", "D7", "D12")
META = ("序号", "提交答卷时间", "所用时间", "来源", "来源详情", "来自IP")
SECONDS_FOR_THE_REST = 45

Column = tuple[str, list[str]]


def sample_table(seed: int = SEED) -> list[list[str]]:
    """Return header and 600 rows of the simulated export; the same for the same seed."""
    return _Simulation(seed).table()


def write_sample(path: Path, seed: int = SEED) -> None:
    """Write the simulated export to ``path`` (.xlsx)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = datetime(2026, 3, 23)
    sheet = book.create_sheet("Sheet1")
    for row in sample_table(seed):
        sheet.append(row)
    book.save(path)


class _Simulation:
    """One run: draws everything in a fixed order, then writes it out column by column."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.framework: Framework = load_framework()
        self.wording: dict[str, Any] = tomllib.loads(
            SAMPLE_WORDING_FILE.read_text(encoding="utf-8")
        )
        colleges = len(self.wording["colleges"])
        self.people: list[Person] = draw_people(self.rng, colleges=colleges)
        self.items: dict[str, FrameworkItem] = {
            code: item for code, item in self.framework.items.items() if item.is_short
        }
        self.answers: NDArray[np.int64] = draw_answers(
            self.rng,
            self.people,
            items=[(item.code, item.construct) for item in self.items.values()],
            levels=self.wording["levels"],
            role_shifts=self.wording["role_shifts"],
            colleges=colleges,
        )
        self.place = {code: position for position, code in enumerate(self.items)}
        self.labels: list[str] = self.framework.raw["scale"]["labels_zh"]

    def table(self) -> list[list[str]]:
        columns = self._meta()
        for number, question in enumerate(self._questions(), start=1):
            columns += [(f"{number}、{header}", cells) for header, cells in question]
        return [
            [header for header, _ in columns],
            *map(list, zip(*(cells for _, cells in columns), strict=True)),
        ]

    def _meta(self) -> list[Column]:
        people, wording = self.people, self.wording
        count = len(people)
        columns = [
            [str(number) for number in range(1, count + 1)],
            [_moment(person.submitted) for person in people],
            [f"{self._seconds(person)}秒" for person in people],
            [wording["source"]] * count,
            [wording["source_details"]] * count,
            [wording["ip"]] * count,
        ]
        return list(zip(META, columns, strict=True))

    def _seconds(self, person: Person) -> int:
        shown = sum(person.role in item.roles for item in self.items.values())
        rest = SECONDS_FOR_THE_REST if person.care == "attentive" else 4
        return round(person.pace * shown + rest)

    def _questions(self) -> list[list[Column]]:
        """Return the questions in order; each is a list of columns without their number."""
        questions = [self._role_question(), *self._group_questions()]
        for page in PAGES:
            questions.append(self._matrix(page, "insider"))
            if page == ATTENTION_AFTER:
                questions.append(self._attention())
        questions += [self._matrix(page, "outsider") for page in PAGES]
        return [*questions, self._ranking(), self._open_question()]

    def _role_question(self) -> list[Column]:
        wording = _entry(self.framework.raw["demographics"], "D1")["zh"]
        roles = self.framework.roles
        return [(wording, [roles[person.role].name for person in self.people])]

    def _group_questions(self) -> list[list[Column]]:
        return [
            [self._group_question(_entry(self.framework.raw["demographics"], code))]
            for code in GROUP_QUESTIONS
        ]

    def _group_question(self, question: Mapping[str, Any]) -> Column:
        options = self.wording["colleges"] if question["code"] == "D3" else question["options_zh"]
        cells = []
        for person in self.people:
            place = int(self.rng.integers(len(options)))
            if question["code"] == "D3":
                place = person.college
            is_asked = question["roles"] == "all" or person.role in question["roles"]
            cells.append(options[place] if is_asked else self.wording["not_shown"])
        return question["zh"], cells

    def _matrix(self, page: str, side: str) -> list[Column]:
        """Return the rows of one page; the stem stands before the first row only."""
        module = _entry(self.framework.raw["modules"], page)
        roles = [
            role for role in self.framework.roles if (role in OUTSIDERS) == (side == "outsider")
        ]
        columns = [
            self._row(item, roles)
            for item in self.items.values()
            if item.construct in module["constructs"] and set(roles) & set(item.roles)
        ]
        first, cells = columns[0]
        return [(f"{self.wording['pages'][side]}—{first}", cells), *columns[1:]]

    def _row(self, item: FrameworkItem, roles: Sequence[str]) -> Column:
        cells = [
            self._answer(int(answer))
            if person.role in roles and person.role in item.roles
            else self.wording["not_shown"]
            for person, answer in zip(
                self.people, self.answers[:, self.place[item.code]], strict=True
            )
        ]
        return self.framework.item_text(item.code, roles[0]), cells

    def _answer(self, answer: int) -> str:
        if answer == DO_NOT_KNOW:
            return str(self.framework.raw["scale"]["na_zh"])
        return str(self.wording["no_answer"]) if answer == EMPTY else self.labels[answer - 1]

    def _attention(self) -> list[Column]:
        check = _entry(self.framework.raw["attention_checks"], "AC1")
        drawn = draw_attention(self.rng, self.people, correct=check["correct"])
        return [(check["zh"], [self._answer(int(answer)) for answer in drawn])]

    def _ranking(self) -> list[Column]:
        """Return the three constraints each person wants solved first.

        What a person states follows his own severities, with noise.
        """
        question = _entry(self.framework.raw["extra_questions"], "RK1")
        cells = []
        for row, person in enumerate(self.people):
            felt = self._felt_severity(row)
            order = sorted(felt, key=lambda code: -felt[code])[:3]
            names = [self.framework.constructs[code].name for code in order]
            is_asked = person.role in question["roles"]
            cells.append("→".join(names) if is_asked else self.wording["not_shown"])
        return [(question["zh"], cells)]

    def _felt_severity(self, row: int) -> dict[str, float]:
        felt: dict[str, list[int]] = {}
        for code, item in self.items.items():
            if item.construct.startswith("C"):
                felt.setdefault(item.construct, []).append(
                    max(1, int(self.answers[row, self.place[code]]))
                )
        return {code: float(np.mean(a) + self.rng.normal(0, 0.9)) for code, a in felt.items()}

    def _open_question(self) -> list[Column]:
        question = _entry(self.framework.raw["extra_questions"], "OE1")
        cells = []
        for row, person in enumerate(self.people):
            felt = self._felt_severity(row)
            said = self.wording["open_answers"][max(felt, key=lambda code: felt[code])]
            is_said = person.care == "attentive" and self.rng.random() < 0.22
            cells.append(
                said[int(self.rng.integers(len(said)))] if is_said else self.wording["no_answer"]
            )
        return [(question["zh"], cells)]


def _entry(entries: Sequence[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    return next(entry for entry in entries if entry["code"] == code)


def _moment(moment: datetime) -> str:
    """Return a time as 问卷星 writes it: not zero-padded before the clock time."""
    return f"{moment.year}/{moment.month}/{moment.day} {moment:%H:%M:%S}"
