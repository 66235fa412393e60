"""A small questionnaire with every kind of question, for tests."""

from datetime import date

from survey.questionnaire.base import text
from survey.questionnaire.conditions import All as AllOf
from survey.questionnaire.conditions import Answered, Between, Is, Not
from survey.questionnaire.conditions import Any as AnyOf
from survey.questionnaire.model import (
    END,
    Block,
    Construct,
    Page,
    Point,
    Questionnaire,
    Quota,
    RoleForm,
    Scale,
    Skip,
)
from survey.questionnaire.questions import (
    Attention,
    Blank,
    Blanks,
    Check,
    Consent,
    Date,
    Differential,
    Item,
    Line,
    Matrix,
    Multiple,
    Note,
    Nps,
    Number,
    NumberMatrix,
    OpenText,
    Option,
    Poles,
    Ranking,
    Rating,
    Single,
    Slider,
)

SCALE = Scale(
    code="agree",
    points=tuple(
        Point(code=code, label=text(zh, en))
        for code, (zh, en) in enumerate(
            [("不同意", "Disagree"), ("一般", "Neutral"), ("同意", "Agree")], 1
        )
    ),
    dont_know=text("不了解", "Don't know"),
)


def options(*labels: str) -> tuple[Option, ...]:
    """Return options coded from 1."""
    return tuple(Option(code=code, label=text(label)) for code, label in enumerate(labels, 1))


def one_of_each() -> Questionnaire:
    """Return a questionnaire with all kinds of questions, logic, roles, blocks and quotas."""
    return Questionnaire(
        code="ALL",
        title=text("全题型", "Every kind"),
        languages=("zh", "en"),
        introduction=text("请{organiser}的同事填写。"),
        closing=text("谢谢！", "Thank you!"),
        scales=(SCALE,),
        constructs=(Construct(code="X", name=text("评价"), polarity="severity"),),
        roles=(
            RoleForm(code="TCH", name=text("教师"), option=1, tokens={"univ": text("本校")}),
            RoleForm(code="ENT", name=text("企业"), option=2, tokens={"univ": text("该校")}),
        ),
        role_question="D1",
        tokens={"organiser": text("科研处")},
        pages=(
            Page(
                code="P1",
                title=text("开始"),
                questions=(
                    Consent(code="OK", text=text("说明"), agree=text("同意"), is_required=True),
                    Single(
                        code="D1",
                        text=text("身份"),
                        options=options("教师", "企业"),
                        is_required=True,
                    ),
                    Number(
                        code="AGE",
                        text=text("年龄"),
                        low=18,
                        high=99,
                        unit=text("岁"),
                        show_if=Is(variable="D1", values=(1,)),
                    ),
                ),
                skips=(Skip(when=Between(variable="AGE", high=19), to=END),),
            ),
            Page(
                code="P2",
                questions=(
                    Matrix(
                        code="M",
                        text=text("评价{univ}"),
                        scale="agree",
                        items=(
                            Item(code="X1", text=text("{univ}的评价重数量"), measures="X"),
                            Item(
                                code="X2",
                                text=text("{univ}的评价重质量"),
                                measures="X",
                                is_reversed=True,
                                roles=("TCH",),
                            ),
                            Item(code="AC", text=text("请选同意"), correct=3),
                        ),
                    ),
                    Rating(code="R", text=text("总体"), scale="agree", display="stars"),
                    Attention(code="AQ", text=text("请选一般"), scale="agree", correct=2),
                ),
            ),
            Page(
                code="P3",
                show_if=AnyOf(of=(Is(variable="X1", values=(3,)), Not(of=Answered(variable="R")))),
                questions=(
                    Multiple(
                        code="MC",
                        text=text("来源"),
                        least=1,
                        most=2,
                        options=(
                            *options("论文", "专利"),
                            Option(code=8, label=text("其他"), is_other=True),
                            Option(code=9, label=text("都没有"), is_exclusive=True),
                        ),
                    ),
                    Ranking(
                        code="RK", text=text("排序"), options=options("一", "二", "三"), ranks=2
                    ),
                    Slider(code="S", text=text("比重"), low=0, high=100, step=5),
                    OpenText(
                        code="WHY",
                        text=text("原因"),
                        is_long=True,
                        longest=200,
                        show_if=AllOf(
                            of=(
                                Is(variable="MC_8", values=(1,)),
                                Between(variable="S", low=50),
                            )
                        ),
                    ),
                ),
            ),
            Page(
                code="P4",
                questions=(
                    Differential(
                        code="DF",
                        text=text("印象"),
                        points=7,
                        rows=(Poles(code="DF1", left=text("封闭"), right=text("开放")),),
                    ),
                    Date(code="DAY", text=text("日期"), earliest=date(2020, 1, 1)),
                    Blanks(
                        code="B",
                        text=text("人数"),
                        fields=(
                            Blank(code="A", label=text("教师"), answer="number"),
                            Blank(code="N", label=text("单位")),
                        ),
                    ),
                    NumberMatrix(
                        code="NM",
                        text=text("经费"),
                        rows=(Line(code="y1", label=text("去年")),),
                        columns=(
                            Line(code="in", label=text("收入")),
                            Line(code="out", label=text("支出")),
                        ),
                        low=0,
                        decimals=1,
                    ),
                    Nps(code="N", text=text("推荐")),
                    Note(code="T", text=text("请检查。")),
                ),
                shuffle=True,
            ),
        ),
        blocks=(Block(code="BL", pages=("P3", "P4")),),
        quotas=(
            Quota(code="Q", limit=50, when=Is(variable="D1", values=(2,)), message=text("够了")),
        ),
    ).model_copy()


def with_check(questionnaire: Questionnaire) -> Questionnaire:
    """Return it with a check between two answers on the last page."""
    page = questionnaire.page("P4")
    check = Check(condition=Between(variable="NM_y1_out", low=0), message=text("支出不能为负"))
    questions = tuple(
        question.model_copy(update={"checks": (check,)}) if question.code == "NM" else question
        for question in page.questions
    )
    pages = tuple(
        page.model_copy(update={"questions": questions}) if found.code == "P4" else found
        for found in questionnaire.pages
    )
    return questionnaire.model_copy(update={"pages": pages})
