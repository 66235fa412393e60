"""From the page's answer files to a response set, with nothing asked in between."""

import json
import random

from survey.exchange import apply_plan, propose_plan
from survey.publish.answer_files import read_answer_folder
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.study import study_of
from survey.questionnaire.variables import variables
from survey.responses import Missing


def test_that_answer_files_become_responses_without_a_question(tmp_path):
    form = framework_questionnaire(FormOptions(form="SHORT_TCH"))
    chance = random.Random(5)
    expected = {}
    for number in range(30):
        answers: dict[str, object] = {}
        missing: dict[str, str] = {}
        for column in variables(form):
            if column.measure == "text":
                missing[column.code] = "empty"
            elif column.correct is not None:
                answers[column.code] = column.correct
            elif column.is_item and chance.random() < 0.1:
                missing[column.code] = chance.choice(["empty", "do_not_know"])
            elif column.labels:
                answers[column.code] = chance.choice([code for code, _ in column.labels])
        expected[f"{number:020x}"] = (answers, missing)
        content = {
            "format": "rongzhen-answers",
            "format_version": 1,
            "questionnaire": {"code": form.code, "version": 1, "fingerprint": form.fingerprint},
            "response": f"{number:020x}",
            "role": "TCH",
            "started": "2026-03-01T08:00:00Z",
            "finished": f"2026-03-01T09:{number:02d}:00Z",
            "seconds": 200 + number,
            "answers": answers,
            "missing": missing,
        }
        (tmp_path / f"{number}.json").write_text(json.dumps(content), encoding="utf-8")
    table = read_answer_folder(tmp_path, form).table
    plan = propose_plan(table, study_of(form))
    assert plan.questions == ()
    responses, _report = apply_plan(table, plan)
    assert responses.n == 30
    assert responses.respondents["seconds"].tolist() == [200.0 + n for n in range(30)]
    assert set(responses.respondents["role"]) == {"TCH"}
    kinds = {"empty": Missing.EMPTY, "do_not_know": Missing.DO_NOT_KNOW}
    for place, (answers, missing) in enumerate(expected.values()):
        row = responses.answers.iloc[place]
        for code in responses.answers.columns:
            if code in answers:
                assert row[code] == answers[code]
            else:
                assert responses.missing.iloc[place][code] == kinds[missing[code]]
