"""How fast answers are imported and stored, against the plain parsers.

    python benchmarks/exchange.py [rows] [columns]

Writes a table (100,000 x 60 by default) as .xlsx and .csv, then measures in fresh processes:
python-calamine alone, pandas.read_csv(dtype=str) alone, and our import: read, propose, apply,
and store table and plan in a project that is saved. The goals: .xlsx at most 1.6 times calamine
and 1.5 times its memory, .csv at most 2 times pandas. Ratios, because machines differ. The two
goals of store.py, the first page of a project and the questionnaire, follow.
"""

import csv
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import store

LABELS = ("非常不同意", "比较不同意", "一般", "比较同意", "非常同意", "(跳过)")
Work = Callable[[Path], object]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of processor time, and the largest memory of the process and its children, in MB."""

    seconds: float
    megabytes: float


def main(arguments: list[str]) -> int:
    """Print the table of measurements; 1 when a goal is missed."""
    rows = int(arguments[0]) if arguments else 100_000
    columns = int(arguments[1]) if len(arguments) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        xlsx, text = Path(folder) / "a.xlsx", Path(folder) / "a.csv"
        write_tables(xlsx, text, rows=rows, columns=columns)
        sizes = (xlsx.stat().st_size / 1e6, text.stat().st_size / 1e6)
        print(f"{rows} x {columns}: .xlsx {sizes[0]:.1f} MB, .csv {sizes[1]:.1f} MB")
        ours, calamine = measure(import_file, calamine_alone, xlsx)
        ours_text, pandas = measure(import_file, pandas_alone, text)
    missed = _line("xlsx against calamine", ours, calamine, seconds=1.6, memory=1.5)
    missed |= _line("csv against read_csv", ours_text, pandas, seconds=2.0, memory=None)
    return missed | store.main([str(rows), str(columns)])


def _line(name: str, ours: Cost, other: Cost, *, seconds: float, memory: float | None) -> int:
    times = ours.seconds / other.seconds
    bytes_ = ours.megabytes / other.megabytes
    print(
        f"{name:24} ours {ours.seconds:6.2f} s {ours.megabytes:6.0f} MB   "
        f"alone {other.seconds:6.2f} s {other.megabytes:6.0f} MB   "
        f"{times:.2f} x time (goal {seconds}), {bytes_:.2f} x memory"
        + (f" (goal {memory})" if memory else "")
    )
    return int(times > seconds or (memory is not None and bytes_ > memory))


# --- what is measured ----------------------------------------------------------


REPEATS = 3
"""The quickest of them counts: the others were disturbed."""


def measure(work: Work, other: Work, path: Path) -> tuple[Cost, Cost]:
    """Return what the two cost at best, measured by turns: the machine's other work changes."""
    costs = [(_once(work, path), _once(other, path)) for _ in range(REPEATS)]
    return _best(cost for cost, _ in costs), _best(cost for _, cost in costs)


def _best(costs: Iterable[Cost]) -> Cost:
    return min(costs, key=lambda cost: cost.seconds)


def _once(work: Work, path: Path) -> Cost:
    """Return what it costs in a process of its own, imports left out of the time."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(sender, work, path))
    process.start()
    cost: Cost = receiver.recv()
    process.join()
    return cost


def _measured(sender: "multiprocessing.connection.Connection", work: Work, path: Path) -> None:
    import pandas as pd
    import python_calamine

    import survey.exchange.applying
    import survey.exchange.proposing
    import survey.exchange.reading
    import survey.store

    del pd, python_calamine, survey
    start = _processor_seconds()
    work(path)
    seconds = _processor_seconds() - start
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sender.send(Cost(seconds, max(own, child) / 1024))


def _processor_seconds() -> float:
    """Return the processor time of this process and its children that have ended.

    Nothing here runs in parallel, so on an idle machine it is the time one waits; on a busy one
    it is still the same.
    """
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def import_file(path: Path) -> object:
    """Read, understand, apply and store, as the window and the command line do."""
    from survey.exchange import apply_plan, propose_plan, read_table
    from survey.store import Project

    raw = read_table(path)
    plan = propose_plan(raw)
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create("benchmark", folder=Path(folder)) as project,
    ):
        project.add_source(raw, dropped=plan.personal_places)
        project.put("plan", plan)
        project.save_as(Path(folder) / "project.rongzhen")
    return apply_plan(raw, plan)


def calamine_alone(path: Path) -> object:
    """The parser by itself, to Python lists."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def pandas_alone(path: Path) -> object:
    """The parser by itself, all text."""
    import pandas as pd

    return pd.read_csv(path, dtype=str)


# --- the table -----------------------------------------------------------------


def write_tables(xlsx: Path, text: Path, *, rows: int, columns: int) -> None:
    """Write the same answers as .xlsx (shared strings, as Excel does) and as .csv."""
    rng = random.Random(1)
    half = columns // 2
    header = ["序号"] + [
        f"{n // 10 + 1}、{'看法—' if n % 10 == 1 else ''}题目 {n}" for n in range(1, columns)
    ]
    with text.open("w", encoding="utf-8", newline="") as stream, _Sheet(xlsx, header) as sheet:
        writer = csv.writer(stream)
        writer.writerow(header)
        for number in range(1, rows + 1):
            words = [rng.randrange(6) for _ in range(half - 1)]
            numbers = [rng.randrange(1, 6) for _ in range(columns - half)]
            writer.writerow([number, *(LABELS[word] for word in words), *numbers])
            sheet.add(number, words, numbers)


class _Sheet:
    """Writes one sheet straight as XML: openpyxl would take minutes."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._header = header
        self._letters = [_letters(place) for place in range(1, len(header) + 1)]
        self._row = 0

    def __enter__(self) -> "_Sheet":
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        write = self._archive.writestr
        write(
            "[Content_Types].xml",
            f'<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
            f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
            "</Types>",
        )
        write("_rels/.rels", _relations(("officeDocument", "xl/workbook.xml")))
        write(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
            '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        write(
            "xl/_rels/workbook.xml.rels",
            _relations(
                ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
            ),
        )
        strings = [*LABELS, *self._header]
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings)
        write("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{items}</sst>')
        self._stream = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._stream.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
        places = range(len(LABELS), len(LABELS) + len(self._header))
        self._write([f'{{}} t="s"><v>{place}</v>' for place in places])
        return self

    def add(self, number: int, words: list[int], numbers: list[int]) -> None:
        """Add one response."""
        cells = [f"{{}}><v>{number}</v>"]
        cells += [f'{{}} t="s"><v>{word}</v>' for word in words]
        cells += [f"{{}}><v>{value}</v>" for value in numbers]
        self._write(cells)

    def _write(self, cells: list[str]) -> None:
        self._row += 1
        texts = (
            f'<c r="{letters}{self._row}"{cell[2:]}</c>'
            for letters, cell in zip(self._letters, cells, strict=True)
        )
        self._stream.write(f'<row r="{self._row}">{"".join(texts)}</row>'.encode())

    def __exit__(self, *_: object) -> None:
        self._stream.write(b"</sheetData></worksheet>")
        self._stream.close()
        self._archive.close()


def _relations(*targets: tuple[str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _letters(place: int) -> str:
    found = ""
    while place:
        place, rest = divmod(place - 1, 26)
        found = chr(65 + rest) + found
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
