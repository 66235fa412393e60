"""All targets a questionnaire can go out to, for the command line and the window."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.publish.export import Export
from survey.questionnaire.model import Questionnaire
from survey.store.document import refusal_of_os_error


@dataclass(frozen=True, slots=True)
class Target:
    """One target.

    Args:
        code: name on the command line; ``publish.target.<code>`` is the name shown.
        suffix: of the file, with its dot.
        takes_role: needs one role of a questionnaire for several.
        takes_language: writes one language at a time.
    """

    code: str
    suffix: str
    module: str
    function: str
    takes_role: bool = True
    takes_language: bool = False

    def name(self, language: str = SOURCE_LANGUAGE) -> str:
        """Return the name shown."""
        return sentence(f"publish.target.{self.code}", language)

    def write(
        self,
        questionnaire: Questionnaire,
        path: Path,
        *,
        role: str | None = None,
        language: str = "zh",
    ) -> Export:
        """Write the questionnaire to ``path``; what the target does not take is ignored.

        The file is written beside and put in place as a whole.

        Raises:
            Refusal: the target takes one role, the questionnaire is for several, none given;
                or the folder is gone, read-only or full: an earlier file is then as it was.
        """
        writer = getattr(import_module(self.module), self.function)
        options: dict[str, object] = {}
        if self.takes_role:
            options["role"] = role
        if self.takes_language:
            options["language"] = language
        beside = path.with_name(f"~{uuid4().hex[:12]}{self.suffix}")
        try:
            export: Export = writer(questionnaire, beside, **options)
            beside.replace(path)
        except OSError as error:
            raise refusal_of_os_error(error, path) from error
        finally:
            with suppress(OSError):  # a folder that takes nothing has nothing to clear
                beside.unlink(missing_ok=True)
        return replace(export, files=(path,))


def _target(code: str, suffix: str, module: str, function: str, **facts: bool) -> Target:
    return Target(code, suffix, f"survey.publish.{module}", function, **facts)


TARGETS: Mapping[str, Target] = MappingProxyType(
    {
        target.code: target
        for target in (
            _target("html", ".html", "html_page", "write_page", takes_role=False),
            _target("entry", ".html", "html_page", "write_entry_page"),
            _target("wjx", ".txt", "wjx_text", "write_wjx_text"),
            _target("word", ".docx", "word", "write_word", takes_language=True),
            _target("pdf", ".pdf", "pdf", "write_pdf", takes_language=True),
            _target("xlsform", ".xlsx", "xlsform", "write_xlsform"),
            _target("limesurvey", ".txt", "limesurvey", "write_limesurvey"),
            _target("lss", ".lss", "limesurvey_xml", "write_lss"),
            _target("surveyjs", ".json", "surveyjs", "write_surveyjs"),
            _target("redcap", ".csv", "redcap", "write_redcap", takes_language=True),
            _target(
                "qualtrics", ".txt", "qualtrics_text", "write_qualtrics_text", takes_language=True
            ),
            _target("qsf", ".qsf", "qsf", "write_qsf"),
            _target("ddi", ".xml", "ddi", "write_ddi"),
        )
    }
)
"""Targets by code, the most used first."""
