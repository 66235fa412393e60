"""LimeSurvey's survey file: the tables LimeSurvey writes, and everything in them comes back."""

from xml.etree import ElementTree

import pytest

from survey.adopt.lime_xml import read_lime_xml
from survey.adopt.limesurvey import lime_questionnaire
from survey.publish.limesurvey_xml import FIELDS, ORDER, write_lss
from survey.questionnaire.base import Text, text
from survey.questionnaire.conditions import All, Between, Is
from survey.questionnaire.framework_form import FormOptions, framework_questionnaire
from survey.questionnaire.model import Block, Page, Questionnaire, Quota
from survey.questionnaire.questions import Number, Option, Single

WRITTEN_BY_LIMESURVEY_3 = {
    "answers": "qid code answer sortorder assessment_value language scale_id",
    "groups": "gid sid group_name group_order description language randomization_group grelevance",
    "questions": (
        "qid parent_qid sid gid type title question preg help other mandatory question_order "
        "language scale_id same_default relevance modulename"
    ),
    "question_attributes": "qid attribute value language",
    "quota": "id sid name qlimit action active autoload_url",
    "quota_members": "id sid qid quota_id code",
    "quota_languagesettings": (
        "quotals_id quotals_quota_id quotals_language quotals_name quotals_message quotals_url "
        "quotals_urldescrip"
    ),
    "surveys": (
        "sid admin expires startdate adminemail anonymized faxto format savetimings template "
        "language additional_languages datestamp usecookie allowregister allowsave "
        "autonumber_start autoredirect allowprev printanswers ipaddr refurl publicstatistics "
        "publicgraphs listpublic htmlemail sendconfirmation tokenanswerspersistence assessments "
        "usecaptcha usetokens bounce_email attributedescriptions emailresponseto "
        "emailnotificationto tokenlength showxquestions showgroupinfo shownoanswer showqnumcode "
        "bouncetime bounceprocessing bounceaccounttype bounceaccounthost bounceaccountpass "
        "bounceaccountencryption bounceaccountuser showwelcome showprogress questionindex "
        "navigationdelay nokeyboard alloweditaftercompletion googleanalyticsstyle "
        "googleanalyticsapikey gsid"
    ),
    "surveys_languagesettings": (
        "surveyls_survey_id surveyls_language surveyls_title surveyls_description "
        "surveyls_welcometext surveyls_endtext surveyls_url surveyls_urldescription "
        "surveyls_email_invite_subj surveyls_email_invite surveyls_email_remind_subj "
        "surveyls_email_remind surveyls_email_register_subj surveyls_email_register "
        "surveyls_email_confirm_subj surveyls_email_confirm surveyls_dateformat "
        "surveyls_attributecaptions email_admin_notification_subj email_admin_notification "
        "email_admin_responses_subj email_admin_responses surveyls_numberformat attachments"
    ),
}
"""Columns of a file of DBVersion 324 (quotas: of one of DBVersion 606, the same table)."""


def two_choices() -> Questionnaire:
    options = (Option(code=1, label=text("甲")), Option(code=2, label=Text(zh="乙", en="B")))
    return Questionnaire(
        code="form",
        title=Text(zh="问卷", en="Form"),
        languages=("zh", "en"),
        introduction=text("您好"),
        closing=text("谢谢"),
        pages=(
            Page(code="P1", questions=(Single(code="q1", text=text("一"), options=options),)),
            Page(code="P2", questions=(Single(code="q2", text=text("二"), options=options),)),
            Page(code="P3", questions=(Number(code="q3", text=text("{年龄} & ]]> <"), low=1),)),
        ),
        blocks=(Block(code="B1", pages=("P1", "P2")),),
        quotas=(
            Quota(
                code="K1",
                limit=30,
                when=All(of=(Is(variable="q1", values=(1, 2)), Is(variable="q2", values=(2,)))),
                message=text("已满"),
            ),
            Quota(code="K2", limit=5, when=Between(variable="q3", low=3)),
        ),
    )


def test_that_columns_and_their_order_are_limesurveys():
    for table, columns in FIELDS.items():
        theirs = WRITTEN_BY_LIMESURVEY_3[table].split()
        assert list(columns) == [name for name in theirs if name in columns], table


def test_that_every_row_belongs_to_its_question_and_language(tmp_path):
    form = framework_questionnaire(FormOptions(form="FULL_TCH", organiser="a", contact="b"))
    write_lss(form, tmp_path / "form.lss")
    root = ElementTree.parse(tmp_path / "form.lss").getroot()
    assert [child.tag for child in root][3:] == [t for t in ORDER if root.find(t) is not None]
    rows = {
        table: [{cell.tag: cell.text for cell in row} for row in root.iterfind(f"{table}/rows/row")]
        for table in ORDER
    }
    qids = {row["qid"] for row in rows["questions"]}
    languages = {"zh-Hans", "en"}
    assert {row["parent_qid"] for row in rows["subquestions"]} <= qids
    assert {row["qid"] for row in rows["answers"] + rows["question_attributes"]} <= qids
    for table in ("questions", "subquestions", "groups"):
        key = "gid" if table == "groups" else "qid"
        by_id: dict[str, set[str]] = {}
        for row in rows[table]:
            by_id.setdefault(row[key], set()).add(row["language"])
        assert all(found == languages for found in by_id.values()), table
    assert len(qids) == len(form.questions)


def test_that_quotas_random_pages_and_texts_come_back(tmp_path):
    export = write_lss(two_choices(), tmp_path / "form.lss")
    assert [one.code for one in export.losses] == ["quotas"]  # the one on a number
    found = lime_questionnaire(
        read_lime_xml((tmp_path / "form.lss").read_bytes(), "form"), "form"
    ).questionnaire
    assert found.quotas[0].limit == 30
    assert found.quotas[0].when == two_choices().quotas[0].when
    assert found.quotas[0].message.zh == "已满"
    assert found.blocks[0].pages == tuple(page.code for page in found.pages[:2])
    assert (found.title, found.introduction.zh, found.closing.zh) == (
        two_choices().title,
        "您好",
        "谢谢",
    )
    assert found.question("q3").text.zh == "{年龄} & ]]> <"


def test_that_the_same_questionnaire_gives_the_same_bytes(tmp_path):
    for name in ("a.lss", "b.lss"):
        write_lss(two_choices(), tmp_path / name)
    assert (tmp_path / "a.lss").read_bytes() == (tmp_path / "b.lss").read_bytes()


@pytest.mark.parametrize("choose", [None, 1])
def test_that_drawing_some_pages_of_a_block_is_told(tmp_path, choose):
    block = Block(code="B1", pages=("P1", "P2"), choose=choose)
    form = two_choices().model_copy(update={"blocks": (block,), "quotas": ()})
    told = [one.code for one in write_lss(form, tmp_path / "form.lss").losses]
    assert told == (["block_all_shown"] if choose else [])
