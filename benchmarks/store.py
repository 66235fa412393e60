"""How fast a project keeps, saves and opens answers, and how fast a questionnaire is checked.

    python benchmarks/store.py [rows] [columns]

Goals: a project of 100,000 x 60 answers shows its first page in under 0.5 s; a questionnaire of
300 items loads, is checked and saved in under 50 ms.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from survey.exchange.raw_table import RawTable, column_of
from survey.questionnaire.checks import design_advice
from survey.questionnaire.files import from_text, to_text
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.questions import Item, Matrix
from survey.responses import SourceFile
from survey.store import Project

LABELS = ("非常不同意", "比较不同意", "一般", "比较同意", "非常同意")
FIRST_PAGE_GOAL, QUESTIONNAIRE_GOAL = 0.5, 0.05
T = TypeVar("T")


def main(arguments: list[str]) -> int:
    """Print the measurements; 1 when a goal is missed."""
    rows = int(arguments[0]) if arguments else 100_000
    columns = int(arguments[1]) if len(arguments) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        first_page = measure_project(Path(folder), rows, columns)
    checked = measure_questionnaire()
    return int(first_page > FIRST_PAGE_GOAL or checked > QUESTIONNAIRE_GOAL)


def timed(what: str, work: Callable[[], T]) -> tuple[T, float]:
    """Return what ``work`` returns and its seconds, and print them."""
    start = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - start
    print(f"{what:42} {seconds:8.3f} s")
    return found, seconds


def measure_project(folder: Path, rows: int, columns: int) -> float:
    """Return the seconds until the first page of an opened project is there."""
    raw = table(rows, columns)
    data, document = folder / "data", folder / "project.rongzhen"
    with Project.create("benchmark", folder=data) as project:
        timed(f"keep {rows} x {columns} answers", lambda: project.add_source(raw))
        timed("save", lambda: project.save_as(document))
        timed("300 edits", lambda: [project.put("edit", number) for number in range(300)])
        project.save()
    print(f"{'size of the document':42} {document.stat().st_size / 1e6:8.1f} MB")

    def open_and_show() -> Project:
        opened = Project.open(document, folder=data)
        list(opened.table_of(opened.sources[0]).rows(0, 50))
        return opened

    opened, seconds = timed("open and show the first page", open_and_show)
    opened.close()
    return seconds


def table(rows: int, columns: int) -> RawTable:
    """Return a made-up table."""
    chance = random.Random(1)
    headers = tuple(f"{number}、题" for number in range(1, columns + 1))
    return RawTable(
        headers=headers,
        columns=tuple(column_of(chance.choices(LABELS, k=rows)) for _ in range(columns)),
        header_rows=(headers,),
        row_numbers=np.arange(2, rows + 2, dtype=np.int32),
        source=SourceFile("made.xlsx", "0" * 64, "wjx_text", "", rows, columns),
    )


def questionnaire_of(count: int) -> Questionnaire:
    """Return a questionnaire with ``count`` items of different wording."""
    form = framework_questionnaire(FormOptions(form="FULL_TCH"))
    own = [item for q in form.questions if isinstance(q, Matrix) for item in q.items]
    first = form.question("M1")
    items = tuple(
        Item(code=f"Y{n}", text=own[n % len(own)].text.with_("zh", f"第{n}项{own[n % 86].text.zh}"))
        for n in range(count - len(own))
    )
    page = form.page("PM1")
    more = first.model_copy(update={"code": "MORE", "items": items})
    changed = page.model_copy(update={"questions": (*page.questions, more)})
    pages = tuple(changed if found.code == "PM1" else found for found in form.pages)
    return form.model_copy(update={"pages": pages})


def measure_questionnaire() -> float:
    """Return the processor seconds to load, check and save 300 items; the best of five."""
    content = to_text(questionnaire_of(300))

    def once() -> None:
        questionnaire = from_text(content)
        design_advice(questionnaire)
        to_text(questionnaire)

    once()
    spent = []
    for _attempt in range(5):
        start = time.process_time()
        once()
        spent.append(time.process_time() - start)
    print(f"{'load, check, save 300 items':42} {min(spent):8.3f} s")
    return min(spent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
