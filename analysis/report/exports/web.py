"""The report as one web page that needs nothing else: styles and pictures inside."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path

from analysis.report.document import (
    Block,
    Bullets,
    Cards,
    Conclusion,
    Contents,
    Cover,
    Figure,
    Heading,
    LightWord,
    Note,
    Paragraph,
    Report,
    Table,
    cell_text,
)
from analysis.report.exports.pictures import figure_picture
from analysis.report.wording import clean, figure_title, joined_notes, note_word, table_title
from analysis.report.writing import write_whole
from survey.progress import Progress, silent

PICTURE_WIDTH = 560.0
STYLE = """
body{font-family:"Songti SC",SimSun,"Noto Serif CJK SC",serif;color:#1f2933;line-height:1.7;
max-width:46em;margin:2em auto;padding:0 1em}
h1,h2,h3,h4,caption,.head,figcaption{font-family:"Heiti SC",SimHei,"Noto Sans CJK SC",sans-serif}
table{border-collapse:collapse;width:100%;border-top:2px solid #1f2933;
border-bottom:2px solid #1f2933;font-size:.86em;margin:1em 0 .3em}
caption{font-weight:bold;padding:.4em}
th{border-bottom:1px solid #1f2933;padding:.35em .5em}
td{padding:.3em .5em;vertical-align:top;white-space:pre-line}td.n{text-align:center}
.note,.foot{font-size:.86em;color:#5b6670}.scroll{overflow-x:auto}
.box{border-left:4px solid;padding:.5em .9em;margin:.8em 0}.cards{display:flex;gap:.8em}
.cards>div{flex:1;margin:.3em 0}.value{font-size:1.7em;font-weight:bold}
.red{border-color:#b3261e;background:#fcedec}.red .head,td.red{color:#b3261e;font-weight:bold}
.amber{border-color:#9a6700;background:#fdf5e3}
.amber .head,td.amber{color:#9a6700;font-weight:bold}
.green{border-color:#1b7f4b;background:#eaf5ef}
.green .head,td.green{color:#1b7f4b;font-weight:bold}
.grey{border-color:#6b7280;background:#f1f3f5}.plain{border-color:#1f4e79;background:#eef3f8}
td.red,td.amber,td.green,td.grey{background:none}
figure{margin:1.2em 0;text-align:center}figure img{max-width:100%}figcaption{font-weight:bold}
.mark{float:right;border:2px solid #b3261e;color:#b3261e;padding:0 .6em;margin-left:.5em}
p{text-indent:2em;margin:.5em 0}.box p,.foot,.note{text-indent:0}nav li{list-style:none}
"""


def write_html(report: Report, path: Path, progress: Progress = silent) -> None:
    """Write ``report`` to ``path`` as one HTML page; the same report gives the same bytes.

    Raises:
        Refusal: the file cannot be written.
    """
    parts = []
    for number, block in enumerate(report.blocks):
        progress(number / len(report.blocks), "report")
        parts.append(_html(block, number, report))
    language = report.language.replace("_", "-")
    mark = f'<div class="mark">{_text(report.mark)}</div>' if report.mark else ""
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{_text(report.title)}'
        f"</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{mark}\n"
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )
    write_whole(path, page.encode("utf-8"))
    progress(1.0, "report")


def _text(text: str) -> str:
    return escape(clean(text))


def _html(block: Block, number: int, report: Report) -> str:
    if isinstance(block, Heading):
        level = block.level + 1
        return f'<h{level} id="b{number}">{_text(block.full_text)}</h{level}>'
    if isinstance(block, Paragraph):
        lead = f"<b>{_text(block.lead)}</b>" if block.lead else ""
        return f"<p>{lead}{_text(block.text)}</p>"
    if isinstance(block, Bullets):
        tag = "ol" if block.is_numbered else "ul"
        return f"<{tag}>" + "".join(f"<li>{_text(i)}</li>" for i in block.items) + f"</{tag}>"
    if isinstance(block, Note):
        word = note_word(block, report.language)
        return (
            f'<div class="box {block.tone}"><span class="head"><b>{_text(word)}</b></span>'
            f"{_text(block.text)}</div>"
        )
    if isinstance(block, Table):
        return _table(block, report.language)
    if isinstance(block, Figure):
        return _figure(block)
    return _front(block, report)


def _front(block: Block, report: Report) -> str:
    if isinstance(block, Conclusion):
        text = _text(block.text).replace("\n", "<br>")
        return (
            f'<div class="box {block.tone}"><div class="head"><b>{_text(block.headline)}</b></div>'
            f"<p>{text}</p></div>"
        )
    if isinstance(block, Cards):
        inner = "".join(
            f'<div class="box {card.tone}"><div class="note">{_text(card.title)}</div>'
            f'<div class="value head">{_text(card.value)}</div>'
            f"<div>{_text(card.comment)}</div></div>"
            for card in block.cards
        )
        return f'<div class="cards">{inner}</div>'
    if isinstance(block, Cover):
        rows = "".join(f"<tr><th>{_text(a)}</th><td>{_text(b)}</td></tr>" for a, b in block.facts)
        return (
            f"<h1>{_text(block.title)}</h1><p>{_text(block.subtitle)}</p>"
            f'<table>{rows}</table><p class="foot">{_text(block.foot)}</p>'
        )
    if isinstance(block, Contents):
        links = "".join(
            f'<li style="margin-left:{2 * (b.level - 1)}em"><a href="#b{n}">'
            f"{_text(b.full_text)}</a></li>"
            for n, b in enumerate(report.blocks)
            if isinstance(b, Heading) and b.level <= 2
        )
        return f"<nav><h2>{_text(block.title)}</h2><ul>{links}</ul></nav>"
    return ""


def _table(table: Table, language: str) -> str:
    head = "".join(f'<th scope="col">{_text(column.title)}</th>' for column in table.columns)
    body = ""
    for row in table.rows:
        cells = ""
        for cell, column in zip(row, table.columns, strict=True):
            kind = "" if column.is_text else ' class="n"'
            if isinstance(cell, LightWord):
                kind = f' class="{cell.light}"'
            cells += f"<td{kind}>{_text(cell_text(cell, column.kind))}</td>"
        body += f"<tr>{cells}</tr>"
    notes = f'<p class="note">{_text(joined_notes(table.notes))}</p>' if table.notes else ""
    title = _text(table_title(table, language))
    return (
        f'<div class="scroll"><table><caption>{title}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>{notes}"
    )


def _figure(figure: Figure) -> str:
    picture, width, height = figure_picture(figure, PICTURE_WIDTH)
    data = base64.b64encode(picture).decode("ascii")
    notes = f'<p class="note">{_text(joined_notes(figure.notes))}</p>' if figure.notes else ""
    return (
        f'<figure><img alt="{_text(figure.alt)}" width="{width:.0f}" height="{height:.0f}" '
        f'src="data:image/png;base64,{data}"><figcaption>{_text(figure_title(figure))}'
        f"</figcaption>{notes}</figure>"
    )
