"""DDI-Codebook 2.5: the questionnaire as the archive's description of its variables."""

from pathlib import Path
from xml.etree import ElementTree as Tree

from survey.publish.export import Export, merged
from survey.publish.keys import COLUMN, keys_of
from survey.publish.plain import Plain, options_of, plain, shared_losses
from survey.publish.unsaid import text_losses
from survey.questionnaire.base import Text
from survey.questionnaire.describe import describe
from survey.questionnaire.model import Questionnaire
from survey.questionnaire.questions import Matrix, Rating
from survey.questionnaire.roles import filled
from survey.questionnaire.variables import Variable, variables

NAMESPACE = "ddi:codebook:2_5"
SCHEMA = "https://ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML = "http://www.w3.org/XML/1998/namespace"
DONT_KNOW = "dk"
_INTERVAL = {"number": "contin"}


def ddi_codebook(questionnaire: Questionnaire, *, role: str | None = None) -> bytes:
    """Return the codebook as XML.

    Raises:
        Refusal: a questionnaire for several roles and no ``role``.
    """
    form = plain(questionnaire, role=role)
    whole = form.questionnaire
    root = Tree.Element(
        "codeBook",
        {
            "xmlns": NAMESPACE,
            "xmlns:xsi": _XSI,
            "xsi:schemaLocation": f"{NAMESPACE} {SCHEMA}",
            "version": "2.5",
            f"{{{_XML}}}lang": form.language,
        },
    )
    study = Tree.SubElement(root, "stdyDscr")
    citation = Tree.SubElement(study, "citation")
    title = Tree.SubElement(citation, "titlStmt")
    _add(form, title, "titl", whole.title)
    Tree.SubElement(title, "IDNo").text = whole.code
    version = Tree.SubElement(Tree.SubElement(citation, "verStmt"), "version")
    version.text = str(whole.version)
    method = Tree.SubElement(study, "method")
    collected = Tree.SubElement(method, "dataColl")
    Tree.SubElement(collected, "collMode").text = "Self-administered questionnaire"
    _describe_variables(form, Tree.SubElement(root, "dataDscr"))
    Tree.indent(root)
    content: bytes = Tree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + content + b"\n"


def write_ddi(questionnaire: Questionnaire, path: Path, *, role: str | None = None) -> Export:
    """Write the codebook to ``path``."""
    path.write_bytes(ddi_codebook(questionnaire, role=role))
    whole = plain(questionnaire, role=role).questionnaire
    unsaid = ("introduction", "closing", "page_titles", "unit", "notes")
    told = text_losses(whole, *unsaid, help_of=None)
    return Export((path,), merged([*shared_losses(whole, can=frozenset({"keys"})), *told]))


def _dont_know(questionnaire: Questionnaire, column: Variable) -> Text:
    """Return how 不了解 reads in the question of a column."""
    question = questionnaire.question(column.question)
    if isinstance(question, Matrix | Rating):
        return questionnaire.scale(question.scale).dont_know
    return next((o.label for o in options_of(question) if o.is_dont_know), Text(zh=DONT_KNOW))


def _add(form: Plain, parent: Tree.Element, name: str, text: Text, **attributes: str) -> None:
    """Add one element per language, the base language without a mark."""
    for language in form.languages:
        words = form.say(text, language)
        if language != form.language and words == form.say(text):
            continue
        marks = {} if language == form.language else {f"{{{_XML}}}lang": language}
        Tree.SubElement(parent, name, {**attributes, **marks}).text = words


def _describe_variables(form: Plain, parent: Tree.Element) -> None:
    columns = variables(form.questionnaire)
    keys = keys_of(form.questionnaire)
    by_question: dict[str, list[Variable]] = {}
    for column in columns:
        by_question.setdefault(column.question, []).append(column)
    for code, members in by_question.items():
        if len(members) > 1:
            group = Tree.SubElement(
                parent,
                "varGrp",
                {
                    "ID": f"G_{code}",
                    "name": code,
                    "type": _group_type(form.questionnaire.question(code).kind),
                    "var": " ".join(f"V_{member.code}" for member in members),
                },
            )
            _add(form, group, "labl", members[0].text)
    for column in columns:
        element = _variable(form, parent, column)
        if column.code in keys:
            Tree.SubElement(element, "notes", {"type": COLUMN}).text = keys[column.code]


def _group_type(kind: str) -> str:
    return {"multiple": "multipleResp", "matrix": "grid", "number_matrix": "grid"}.get(
        kind, "other"
    )


def _variable(form: Plain, parent: Tree.Element, column: Variable) -> Tree.Element:
    """Add one variable; the order of its children is the schema's."""
    scale_kind = _INTERVAL.get(column.measure, "discrete")
    element = Tree.SubElement(
        parent,
        "var",
        {
            "ID": f"V_{column.code}",
            "name": column.code,
            "intrvl": scale_kind,
            "nature": {"nominal": "nominal", "ordinal": "ordinal", "number": "interval"}.get(
                column.measure, "other"
            ),
        },
    )
    _add(form, element, "labl", column.part or column.text)
    question = Tree.SubElement(element, "qstn")
    if column.part:
        _add(form, question, "preQTxt", column.text)
    _add(form, question, "qstnLit", column.part or column.text)
    if column.low is not None or column.high is not None:
        bounds = {
            name: f"{bound:g}"
            for name, bound in (("min", column.low), ("max", column.high))
            if bound is not None
        }
        Tree.SubElement(Tree.SubElement(element, "valrng"), "range", bounds)
    if column.show_if is not None:
        clause = describe(column.show_if, form.questionnaire, language=form.language)
        words = filled(clause, form.questionnaire.tokens, form.language)
        Tree.SubElement(element, "universe").text = words
    for code, label in column.labels:
        category = Tree.SubElement(element, "catgry")
        Tree.SubElement(category, "catValu").text = str(code)
        if label:
            _add(form, category, "labl", label)
    if column.has_dont_know:
        category = Tree.SubElement(element, "catgry", {"missing": "Y"})
        Tree.SubElement(category, "catValu").text = DONT_KNOW
        _add(form, category, "labl", _dont_know(form.questionnaire, column))
    if column.construct:
        names = {c.code: c.name for c in form.questionnaire.constructs}
        _add(form, element, "concept", names.get(column.construct, Text(zh=column.construct)))
    kind = "character" if column.measure in ("text", "date") else "numeric"
    Tree.SubElement(element, "varFormat", {"type": kind, "schema": "other"})
    if column.is_reversed:
        Tree.SubElement(element, "notes", {"type": "reverse-keyed"}).text = "reverse-keyed"
    return element
