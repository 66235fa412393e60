"""What ``main.py import``, ``export``, ``codebook``, ``check`` and ``adopt`` do, without printing.

Each function does the work and returns the lines for the terminal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.problems import refuse
from survey.progress import Progress, silent

if TYPE_CHECKING:
    from survey.publish.export import Export
    from survey.questionnaire.framework_form import FormOptions
    from survey.questionnaire.model import Questionnaire
    from survey.reading import Reading, ReadingOptions

PROJECT_SUFFIX = ".rongzhen"
QUESTIONNAIRE_SUFFIX = ".json"
PAGES = ("html", "entry")
"""Targets whose answers come back to us as files that name their questionnaire."""


def import_answers(
    files: Sequence[Path],
    out: Path,
    options: ReadingOptions,
    *,
    language: str = SOURCE_LANGUAGE,
    as_json: bool = False,
    progress: Progress = silent,
) -> list[str]:
    """Read answers, write the import plan and the answers; return the import report.

    Args:
        out: folder for the plan (to be corrected and used again) and the answers as .csv.
        as_json: return one line of JSON instead of sentences.
    """
    from survey.data_export import describe_variables, export_answers, export_repeats
    from survey.exchange import plan_to_json
    from survey.reading import read_answers
    from survey.store.document import refusal_of_os_error

    reading = read_answers(files, options, progress, needs_items=False)
    plan = out / sentence("cli.file.plan", language)
    answers = out / sentence("cli.file.answers", language)
    try:
        out.mkdir(parents=True, exist_ok=True)
        plan.write_text(plan_to_json(reading.plan), encoding="utf-8")
    except OSError as error:
        raise refusal_of_os_error(error, out) from error
    variables = describe_variables(reading.responses, reading.plan, language)
    repeats, more = export_repeats(reading.responses, answers, language)
    notes = (*export_answers(variables, answers), *more)
    if as_json:
        return [json.dumps(_facts(reading, (plan, answers, *repeats)), ensure_ascii=False)]
    lines = [*reading.report.lines(language), *(note.describe(language) for note in notes)]
    if reading.repeated:
        lines.append(sentence("cli.batch_repeated", language, count=reading.repeated))
    return lines + _written((plan, answers, *repeats), language)


def _facts(reading: Reading, files: Iterable[Path]) -> dict[str, object]:
    report = reading.report
    return {
        "respondents": report.respondents,
        "platform": report.platform,
        "columns": dict(report.columns),
        "missing": dict(report.missing),
        "dropped": list(report.dropped),
        "repeated": reading.repeated,
        "repeat_groups": {name: len(rows) for name, rows in reading.responses.repeats.items()},
        "problems": [problem.describe() for problem in report.problems],
        "files": [str(file) for file in files],
    }


def _written(files: Iterable[Path], language: str) -> list[str]:
    return [sentence("cli.written", language, path=file) for file in files]


def export_answers_of(
    source: Path,
    out: Path,
    options: ReadingOptions,
    *,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Write the answers in ``source`` to ``out`` in the format its ending names."""
    from survey.data_export import describe_variables, export_answers, export_repeats

    reading = answers_of(source, options, progress)
    notes = export_answers(describe_variables(reading.responses, reading.plan, language), out)
    repeats, more = export_repeats(reading.responses, out, language)
    lines = [note.describe(language) for note in (*notes, *more)]
    return lines + _written([out, *repeats], language)


def write_codebook_of(
    source: Path,
    out: Path,
    options: ReadingOptions,
    *,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Write the codebook of a questionnaire (.xml: DDI) or of answers (.md, .docx)."""
    from survey.data_export import describe_variables, write_codebook
    from survey.publish.targets import TARGETS

    if _is_questionnaire(source):
        export = TARGETS["ddi"].write(questionnaire_of(source), out)
        return _exported(export, language)
    reading = answers_of(source, options, progress)
    write_codebook(describe_variables(reading.responses, reading.plan, language), out, language)
    return _written([out], language)


def answers_of(source: Path, options: ReadingOptions, progress: Progress) -> Reading:
    """Return the answers of a data file, or of a saved project with all its batches."""
    from survey.reading import read_answers

    if source.suffix.lower() == PROJECT_SUFFIX:
        return _answers_of_project(source)
    return read_answers([source], options, progress, needs_items=False)


def _answers_of_project(source: Path) -> Reading:
    from survey.exchange import plan_from_json
    from survey.reading import joined_batches
    from survey.store import PLAN, Project

    with Project.open(source, read_only=True) as project:
        kept = [entry for entry in project.sources if not entry.is_deleted]
        plan = project.get(PLAN, str)
        if not kept or plan is None:
            raise refuse("export_nothing", source.name)
        raw, *later = (project.table_of(entry) for entry in kept)
    return joined_batches(raw, plan_from_json(plan), later, needs_items=False)


# --- questionnaires -------------------------------------------------------------------------


def publish_questionnaire(
    source: str,
    target: str,
    out: Path,
    *,
    role: str | None = None,
    form: FormOptions | None = None,
    overlay: Path | None = None,
    language: str = SOURCE_LANGUAGE,
) -> list[str]:
    """Write a questionnaire for another program; return what that one cannot hold.

    Args:
        source: a questionnaire file (.json), or the code of one of the framework's forms.
        target: code of a target (``wjx``, ``html``, ``word``, ...), or ``json`` for our own.
        form: what the office chooses for a form of the framework; of a questionnaire file it
            fills the consent text only.
        overlay: file of the user's own constructs and items, for a form of the framework.
    """
    from survey.publish.targets import TARGETS
    from survey.questionnaire.files import write_questionnaire

    questionnaire = questionnaire_of(source, form, overlay=overlay)
    unfilled = _unfilled(questionnaire, language)
    if target == "json":
        write_questionnaire(questionnaire, out)
        return [*unfilled, *_written([out], language)]
    spoken = "zh" if language == SOURCE_LANGUAGE else "en"
    export = TARGETS[target].write(questionnaire, out, role=role, language=spoken)
    lines = [*unfilled, *_exported(export, language)]
    if target in PAGES:
        lines.append(_kept_beside(questionnaire, target, out, role=role, language=language))
    return lines


def _kept_beside(
    questionnaire: Questionnaire, target: str, out: Path, *, role: str | None, language: str
) -> str:
    """Write the questionnaire of a page beside it: its answers are read with that one only."""
    from survey.publish.plain import form_of_role
    from survey.questionnaire.files import write_questionnaire

    asked = form_of_role(questionnaire, role) if target == "entry" else questionnaire
    path = out.with_name(f"{out.stem}.questionnaire{QUESTIONNAIRE_SUFFIX}")
    write_questionnaire(asked, path)
    return sentence("cli.export_kept", language, path=path)


def _unfilled(questionnaire: Questionnaire, language: str) -> list[str]:
    """Say which blanks of the consent text respondents would read as ``{organiser}``."""
    from survey.questionnaire.checks import unfilled_tokens

    tokens = unfilled_tokens(questionnaire)
    if not tokens:
        return []
    joiner = "、" if language == SOURCE_LANGUAGE else ", "
    names = joiner.join("{" + token + "}" for token in tokens)
    return [sentence("cli.export_unfilled", language, tokens=names)]


def _exported(export: Export, language: str) -> list[str]:
    return [
        *(lost.describe(language) for lost in export.losses),
        *_written(export.files, language),
    ]


def check_questionnaire(
    source: str,
    *,
    overlay: Path | None = None,
    language: str = SOURCE_LANGUAGE,
    as_json: bool = False,
) -> list[str]:
    """Return advice on the design of a questionnaire, and the sample it calls for."""
    from survey.design_report import design_report

    questionnaire = questionnaire_of(source, overlay=overlay)
    return design_report(questionnaire, language=language, as_json=as_json)


def adopt_questionnaire(
    source: Path,
    out: Path,
    *,
    encoding: str | None = None,
    language: str = SOURCE_LANGUAGE,
    progress: Progress = silent,
) -> list[str]:
    """Read a questionnaire of another program, write it and what differs; return the report."""
    from survey.adopt.reading import adopt
    from survey.questionnaire.files import write_questionnaire
    from survey.store.document import refusal_of_os_error

    found = adopt(source, encoding=encoding, progress=progress)
    questionnaire = found.questionnaire
    lines = [
        sentence(
            "adopt.report.done",
            language,
            format=sentence(f"adopt.format.{found.source}", language),
            pages=len(questionnaire.pages),
            questions=len(questionnaire.questions),
        )
    ]
    files = [out]
    if found.losses:
        lines.append(sentence("adopt.report.losses", language, count=len(found.losses)))
        lines += [
            sentence("adopt.report.line", language, text=one.describe(language))
            for one in found.losses
        ]
        stem = out.name.split(".")[0]
        files.append(out.with_name(sentence("adopt.report.file", language, stem=stem)))
    else:
        lines.append(sentence("adopt.report.clean", language))
    try:
        write_questionnaire(questionnaire, out)
        for notes in files[1:]:
            notes.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError as error:
        raise refusal_of_os_error(error, out) from error
    return [*lines, *_written(files, language)]


def _is_questionnaire(source: str | Path) -> bool:
    path = Path(source)
    return path.suffix.lower() == QUESTIONNAIRE_SUFFIX or str(source) in _forms()


def _forms() -> list[str]:
    from survey.framework import load_framework

    return [entry["code"] for entry in load_framework().raw["forms"]]


def questionnaire_of(
    source: str | Path, form: FormOptions | None = None, *, overlay: Path | None = None
) -> Questionnaire:
    """Return the questionnaire in a file, or the framework's form of that code.

    Args:
        overlay: file of the user's own constructs and items; only for a form of the framework.
    """
    from survey.questionnaire.files import read_questionnaire
    from survey.questionnaire.framework_form import FormOptions, consent_tokens

    form = form or FormOptions()
    if str(source) in _forms():
        return _framework_form(replace(form, form=str(source)), overlay)
    path = Path(source)
    if path.suffix.lower() != QUESTIONNAIRE_SUFFIX:
        raise refuse("questionnaire_unknown", source, forms=" ".join(_forms()))
    if overlay is not None:
        raise refuse("overlay_needs_form", source)
    questionnaire = read_questionnaire(path)
    tokens = {**questionnaire.tokens, **consent_tokens(form)}
    return questionnaire.model_copy(update={"tokens": tokens})


def _framework_form(form: FormOptions, overlay: Path | None) -> Questionnaire:
    from survey.design_report import bank_with
    from survey.questionnaire.framework_form import framework_questionnaire

    bank = bank_with(overlay)
    known = [module.code for module in bank.modules]
    if unknown := [code for code in form.modules or () if code not in known]:
        raise refuse("module_unknown", " ".join(unknown), modules=" ".join(known))
    return framework_questionnaire(form, bank=bank)
