"""The study that the coded framework gives: ready for the framework's questionnaires."""

from types import MappingProxyType

from survey.framework import Framework, load_framework
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem, StudySystem

ROLE_QUESTION = "D1"
"""Code of the demographic question that tells the respondent's role."""


def framework_study(form: str = "FULL") -> Study:
    """Return the study of one of the framework's forms, by default of all 86 items.

    Args:
        form: code of a form in framework.json (``FULL``, ``SHORT30``, ``SHORT_ENT``, ...).

    Raises:
        KeyError: no form of that code.
    """
    framework = load_framework()
    forms = {entry["code"]: entry["items"] for entry in framework.raw["forms"]}
    return _whole_study(framework).restricted_to(forms[form])


def group_names() -> dict[str, str]:
    """Return the wording of each demographic question, the role question left out, by code."""
    questions = load_framework().raw["demographics"]
    return {entry["code"]: entry["zh"] for entry in questions if entry["code"] != ROLE_QUESTION}


def _whole_study(framework: Framework) -> Study:
    points = framework.raw["scale"]["points"]
    return Study(
        title=framework.raw["meta"]["name"],
        framework=framework.version,
        items=tuple(
            StudyItem(item.code, item.text, 1.0, float(points), item.is_reversed)
            for item in framework.items.values()
        ),
        constructs=_constructs(framework),
        role_names=MappingProxyType({code: role.name for code, role in framework.roles.items()}),
        group_variables=tuple(group_names().values()),
        attention_checks=tuple(
            AttentionCheck(entry["code"], float(entry["correct"]))
            for entry in framework.raw["attention_checks"]
        ),
        systems=tuple(
            StudySystem(entry["code"], entry["zh"], tuple(entry["constructs"]))
            for entry in framework.raw["systems"]
        ),
    )


def _constructs(framework: Framework) -> tuple[StudyConstruct, ...]:
    return tuple(
        StudyConstruct(
            code=construct.code,
            name=construct.name,
            items=tuple(item.code for item in framework.items_of(construct.code)),
            polarity=construct.polarity,
            group=construct.group or "",
        )
        for construct in framework.constructs.values()
    )
