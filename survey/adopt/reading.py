"""Finds the reader for a questionnaire's file by what is in it, and runs it."""

import json
from pathlib import Path
from typing import Any

from survey.adopt.adoption import Adoption
from survey.adopt.tables import read_csv, read_workbook
from survey.problems import refuse
from survey.progress import Progress, silent

LARGEST = 50_000_000
_JSON_SUFFIXES = (".json", ".qsf")
_TABLE_SUFFIXES = (".csv", ".tsv", ".vv")


def adopt(path: Path, *, encoding: str | None = None, progress: Progress = silent) -> Adoption:
    """Return the questionnaire in ``path``, whatever program it comes from.

    Args:
        encoding: of a text file, when it cannot be told.

    Raises:
        Refusal: no questionnaire of a known kind, a damaged or hostile file, or one with
            mistakes; every one that was found.
        Cancelled: from ``progress``.
    """
    from survey.exchange.file_kind import check_file, file_kind

    check_file(path)
    if path.stat().st_size > LARGEST:
        raise refuse("file_too_large", path.name, megabytes=path.stat().st_size >> 20)
    progress(0.0, "read")
    kind = file_kind(path)
    if kind == "zip":
        return _from_archive(path, progress)
    if kind == "xls":
        return _from_workbook(path, progress)
    if kind == "xml":
        return _from_xml(path)
    if kind == "text":
        return _from_text(path, encoding)
    raise refuse("adopt_unknown", path.name)


def _from_archive(path: Path, progress: Progress) -> Adoption:
    import zipfile

    from survey.exchange.archive_scan import DAMAGE

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except DAMAGE as error:
        raise refuse("file_damaged", path.name) from error
    if "word/document.xml" in names:
        from survey.adopt.text_form import text_questionnaire
        from survey.adopt.text_lines import form_in
        from survey.adopt.word_lines import word_lines
        from survey.exchange.child import run_in_child

        lines = run_in_child(word_lines, (path,), where=path.name, progress=progress, time_limit=60)
        return text_questionnaire(form_in(lines), path.name)
    if any(name.endswith(".lss") for name in names):
        from survey.adopt.lime_xml import read_lime_xml, structure_of_archive
        from survey.adopt.limesurvey import lime_questionnaire

        survey = read_lime_xml(structure_of_archive(path), path.name)
        return lime_questionnaire(survey, path.name)
    return _from_workbook(path, progress)


def _from_workbook(path: Path, progress: Progress) -> Adoption:
    from survey.adopt.xlsform import read_xlsform

    return read_xlsform(read_workbook(path, progress), path.name)


def _from_xml(path: Path) -> Adoption:
    from survey.adopt.ddi import is_ddi, read_ddi
    from survey.adopt.lime_xml import read_lime_xml, xml_root
    from survey.adopt.limesurvey import lime_questionnaire

    data = path.read_bytes()
    root = xml_root(data, path.name)
    if is_ddi(root):
        return read_ddi(root, path.name)
    return lime_questionnaire(read_lime_xml(data, path.name), path.name)


def _from_text(path: Path, encoding: str | None) -> Adoption:
    from survey.exchange.encoding import decode

    text, _ = decode(path.read_bytes(), path.name, encoding=encoding)
    text = text.removeprefix("\ufeff")
    start = text.lstrip()[:1]
    if path.suffix.lower() in _JSON_SUFFIXES or start == "{":
        return _from_json(text, path.name)
    return _from_rows(text, path.name)


def _from_json(text: str, where: str) -> Adoption:
    from survey.adopt.qualtrics import is_qsf, read_qsf
    from survey.adopt.surveyjs import is_surveyjs, read_surveyjs

    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise refuse("adopt_not_json", where, reason=str(error)[:100]) from error
    if is_qsf(data):
        return read_qsf(data, where)
    if is_surveyjs(data):
        return read_surveyjs(data, where)
    raise refuse("adopt_unknown", where)


def _from_rows(text: str, where: str) -> Adoption:
    from survey.adopt.lime_tsv import is_lime_tsv, read_lime_tsv
    from survey.adopt.limesurvey import lime_questionnaire
    from survey.adopt.redcap import is_redcap, read_redcap
    from survey.adopt.text_form import read_text
    from survey.adopt.xlsform import read_xlsform
    from survey.adopt.xlsform_sheets import sheets_in_csv

    first = text.lstrip().splitlines()[:1]
    head = first[0].lower() if first else ""
    if "\t" in head and "type/scale" in head:
        rows = read_csv(text, "\t")
        if is_lime_tsv(rows):
            return lime_questionnaire(read_lime_tsv(rows, where), where)
    if "field type" in head or "field_type" in head:
        rows = read_csv(text)
        if is_redcap(rows):
            return read_redcap(rows, where)
    if head.strip("\"' ,").startswith(("survey", "choices", "settings")) and "," in head:
        sheets = sheets_in_csv(read_csv(text))
        if sheets:
            return read_xlsform(sheets, where)
    if where.lower().endswith(_TABLE_SUFFIXES):  # a table of something else, most likely answers
        raise refuse("adopt_unknown", where)
    return read_text(text, where)
