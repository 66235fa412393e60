"""A small file of answers as 问卷星 exports it: two scales, one reversed item, a role."""

import random
from pathlib import Path

LABELS = ("非常不同意", "不同意", "一般", "同意", "非常同意")
STEMS = {
    "7、请评价本单位的合作": ("合作很顺畅", "沟通很及时", "目标一致"),
    "8、请评价本单位的支持": ("经费充足", "制度完善", "平台够用"),
}


def write_answers(path: Path, n: int = 40, *, labels: tuple[str, ...] = LABELS) -> Path:
    """Write ``n`` answers as CSV in UTF-8 to ``path``; return it."""
    draw = random.Random(7)
    headers = ["序号", "所用时间", "1、您的部门"]
    for stem, rows in STEMS.items():
        number = stem.split("、")[0]
        headers += [f"{stem}—{rows[0]}", *(f"{number}、{row}" for row in rows[1:])]
    lines = [",".join(headers)]
    for number in range(1, n + 1):
        cells = [str(number), f"{draw.randint(60, 240)}秒", draw.choice(("科研处", "教务处"))]
        for rows in STEMS.values():
            middle = draw.randint(0, len(labels) - 1)
            cells += [_near(labels, middle, draw) for _ in rows]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def _near(labels: tuple[str, ...], middle: int, draw: random.Random) -> str:
    place = middle + draw.choice((-1, 0, 0, 1))
    return labels[min(max(place, 0), len(labels) - 1)]
