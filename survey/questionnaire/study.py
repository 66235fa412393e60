"""The study that a questionnaire of the user's own stands for: what its answers mean.

So a questionnaire designed here needs no one to say again which item measures what.
"""

from collections import defaultdict
from types import MappingProxyType

from survey.questionnaire.model import Questionnaire
from survey.questionnaire.roles import filled
from survey.questionnaire.variables import Variable, variables
from survey.study import AttentionCheck, Study, StudyConstruct, StudyItem


def study_of(questionnaire: Questionnaire, *, model: str = "") -> Study:
    """Return the study of ``questionnaire``.

    Items are in the order they are asked; constructs without items are left out. Choices
    among the facts about the respondent become group variables, under their wording.

    Args:
        model: lavaan syntax over codes, "" to let the ladder choose.
    """
    columns = variables(questionnaire)
    items = [column for column in columns if column.is_item]
    by_construct: dict[str, list[str]] = defaultdict(list)
    for column in items:
        by_construct[column.construct].append(column.code)
    return Study(
        title=_say(questionnaire, questionnaire.title.in_("zh")),
        framework=questionnaire.framework,
        items=tuple(_item(questionnaire, column) for column in items),
        constructs=tuple(
            StudyConstruct(
                code=construct.code,
                name=construct.name.in_("zh"),
                items=tuple(by_construct[construct.code]),
                polarity=construct.polarity,
                group=construct.group,
            )
            for construct in questionnaire.constructs
            if construct.code in by_construct
        ),
        role_names=MappingProxyType(
            {role.code: role.name.in_("zh") for role in questionnaire.roles}
        ),
        group_variables=tuple(_groups(questionnaire, columns)),
        attention_checks=tuple(
            AttentionCheck(column.code, float(column.correct))
            for column in columns
            if column.correct is not None
        ),
        model=model,
    )


def _say(questionnaire: Questionnaire, text: str) -> str:
    return filled(text, questionnaire.tokens, "zh")


def _item(questionnaire: Questionnaire, column: Variable) -> StudyItem:
    assert column.low is not None
    assert column.high is not None
    text = (column.part or column.text).in_("zh")
    return StudyItem(
        code=column.code,
        text=_say(questionnaire, text),
        minimum=column.low,
        maximum=column.high,
        is_reversed=column.is_reversed,
    )


def _groups(questionnaire: Questionnaire, columns: tuple[Variable, ...]) -> list[str]:
    kinds = {question.code: question.kind for question in questionnaire.questions}
    return [
        column.text.in_("zh")
        for column in columns
        if kinds[column.question] == "single"
        and column.code == column.question
        and column.code != questionnaire.role_question
    ]
