"""The framework's questionnaires: fourteen forms from one source.

Consent first, then who answers, one page per module with its items on one scale, attention
checks among them, the ranking of the constraints and two open questions.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from survey.framework import load_framework
from survey.questionnaire.bank import BankItem, ItemBank, framework_bank
from survey.questionnaire.base import Text
from survey.questionnaire.model import Page, Point, Questionnaire, RoleForm, Scale
from survey.questionnaire.questions import (
    AnyQuestion,
    Consent,
    Item,
    Matrix,
    OpenText,
    Option,
    Ranking,
    Single,
)
from survey.questionnaire.roles import for_role
from survey.questionnaire.scales import said, standard_scale
from survey.questionnaire.timing import minutes_needed

ROLE_QUESTION = "D1"
_DEPARTMENT = "D3"
_SCALE = "agreement"
_RANKS = 3
_CONSENT_TOKENS = {
    "组织单位": "organiser",
    "分钟": "minutes",
    "阈值": "threshold",
    "日期": "date",
    "联系人及联系方式": "contact",
}


@dataclass(frozen=True, slots=True)
class FormOptions:
    """What the research office chooses for a form of the framework.

    Args:
        form: code of the form: ``FULL``, ``SHORT30`` for all roles, ``SHORT_TCH`` … for one.
        modules: modules left in; None for all.
        points: 5 or 7.
        organiser, contact, delete_by: for the consent text; a blank stays as ``{organiser}``.
        threshold: smallest group that is reported.
        departments: answers of the question for school or department; without them it is
            asked as open text.
    """

    form: str = "SHORT30"
    modules: tuple[str, ...] | None = None
    points: int = 5
    organiser: str = ""
    contact: str = ""
    delete_by: str = ""
    threshold: int = 10
    departments: tuple[str, ...] = ()


def framework_questionnaire(
    options: FormOptions | None = None, *, bank: ItemBank | None = None
) -> Questionnaire:
    """Return the questionnaire of one form.

    Args:
        bank: with the user's overlay: own items of a role are added to every form, own
            constructs on a page of their own.

    Raises:
        KeyError: no such form or module.
    """
    options = options or FormOptions()
    bank = bank or framework_bank()
    raw = load_framework().raw
    role = _role_of(options.form)
    whole = _for_all_roles(options, bank, raw)
    questionnaire = for_role(whole, role) if role else whole
    tokens = {**questionnaire.tokens, "minutes": _minutes(questionnaire)}
    return questionnaire.model_copy(update={"tokens": tokens})


def _role_of(form: str) -> str:
    """Return the role a form is for: FULL_TCH is for TCH, FULL and SHORT30 for all."""
    return form.partition("_")[2]


def _minutes(questionnaire: Questionnaire) -> Text:
    roles = [questionnaire.role] if questionnaire.role else [r.code for r in questionnaire.roles]
    most = max(minutes_needed(questionnaire, role=role or None) for role in roles)
    return Text(zh=str(round(most)), en=str(round(most)))


def _for_all_roles(options: FormOptions, bank: ItemBank, raw: Mapping[str, Any]) -> Questionnaire:
    is_short = options.form.startswith("SHORT")
    chosen = _chosen(options, bank)
    pages = _module_pages(options, bank, raw, chosen=chosen, is_short=is_short)
    measured = {item.construct for item in chosen}
    constructs = tuple(c for c in bank.constructs.values() if c.code in measured)
    meta = raw["meta"]
    return Questionnaire(
        code=options.form,
        title=said("form.title", name=meta["name"]).model_copy(
            update={"en": said("form.title", name=meta["name_en"]).en}
        ),
        languages=("zh", "en"),
        closing=said("form.closing"),
        framework=meta["version"],
        scales=(_scale(options, raw),),
        constructs=constructs,
        roles=tuple(_role(entry, place) for place, entry in enumerate(raw["roles"], 1)),
        role_question=ROLE_QUESTION,
        tokens={
            **consent_tokens(options),
            "threshold": Text(zh=str(options.threshold), en=str(options.threshold)),
        },
        pages=(
            _consent_page(raw),
            _facts_page(options, raw),
            *pages,
            _last_page(bank, raw, measured),
        ),
    )


def _role(entry: Mapping[str, Any], place: int) -> RoleForm:
    return RoleForm(
        code=entry["code"],
        name=Text(zh=entry["zh"], en=entry["en"]),
        option=place,
        tokens={"univ": Text(zh=entry["referent_zh"], en=entry["referent_en"])},
    )


def consent_tokens(options: FormOptions) -> dict[str, Text]:
    """Return what the office gave for the blanks of the consent text, by token."""
    given = {
        "organiser": options.organiser,
        "contact": options.contact,
        "date": options.delete_by,
    }
    return {name: Text(zh=text, en=text) for name, text in given.items() if text}


def _scale(options: FormOptions, raw: Mapping[str, Any]) -> Scale:
    scale = raw["scale"]
    dont_know = Text(zh=scale["na_zh"], en=scale["na_en"])
    if options.points != scale["points"]:
        ready = standard_scale(f"{_SCALE}{options.points}")
        return ready.model_copy(update={"code": _SCALE, "dont_know": dont_know})
    labels = zip(scale["labels_zh"], scale["labels_en"], strict=True)
    return Scale(
        code=_SCALE,
        points=tuple(
            Point(code=number, label=Text(zh=zh, en=en))
            for number, (zh, en) in enumerate(labels, 1)
        ),
        dont_know=dont_know,
    )


def _consent_page(raw: Mapping[str, Any]) -> Page:
    zh = raw["consent"]["zh"]
    for placeholder, token in _CONSENT_TOKENS.items():
        zh = zh.replace("{" + placeholder + "}", "{" + token + "}")
    question = Consent(
        code="CONSENT",
        text=Text(zh=zh, en=raw["consent"]["en"]),
        agree=said("form.agree"),
        is_required=True,
    )
    return Page(code="PCONSENT", title=said("form.consent"), questions=(question,))


def _roles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return () if entry["roles"] == "all" else tuple(entry["roles"])


def _facts_page(options: FormOptions, raw: Mapping[str, Any]) -> Page:
    questions = tuple(_fact(options, entry) for entry in raw["demographics"])
    return Page(code="PFACTS", title=said("form.facts"), questions=questions)


def _fact(options: FormOptions, entry: Mapping[str, Any]) -> AnyQuestion:
    code, wording = entry["code"], Text(zh=entry["zh"], en=entry["en"])
    answers = [
        Text(zh=zh, en=en) for zh, en in zip(entry["options_zh"], entry["options_en"], strict=True)
    ]
    if code == _DEPARTMENT:
        if len(options.departments) < 2:
            return OpenText(code=code, text=wording, roles=_roles(entry), longest=40)
        answers = [Text(zh=name) for name in options.departments]
    return Single(
        code=code,
        text=wording,
        roles=_roles(entry),
        is_required=code == ROLE_QUESTION,
        display="dropdown" if len(answers) > 8 else "list",
        options=tuple(Option(code=number, label=label) for number, label in enumerate(answers, 1)),
    )


def _chosen(options: FormOptions, bank: ItemBank) -> list[BankItem]:
    """Return the form's items in the wanted modules, and the user's own."""
    members = frozenset(bank.form(options.form).members)
    unknown = set(options.modules or ()) - {module.code for module in bank.modules}
    if unknown:
        raise KeyError(*sorted(unknown))
    return [
        item
        for item in bank.items.values()
        if item.is_own
        or (
            item.code in members
            and (options.modules is None or not set(item.modules).isdisjoint(options.modules))
        )
    ]


def _module_pages(
    options: FormOptions,
    bank: ItemBank,
    raw: Mapping[str, Any],
    *,
    chosen: list[BankItem],
    is_short: bool,
) -> tuple[Page, ...]:
    parts: list[tuple[str, list[Item]]] = []
    for module in bank.modules:
        items = [item.as_item() for item in chosen if item.construct in module.members]
        parts.append((module.code, items))
    in_modules = {code for module in bank.modules for code in module.members}
    own = [item.as_item() for item in chosen if item.construct not in in_modules]
    parts.append(("OWN", own))
    parts = [part for part in parts if part[1]]
    _place_attention_checks(options, raw, [items for _, items in parts], is_short=is_short)
    return tuple(
        Page(
            code=f"P{code}",
            # The module's name (目标偏离 ...) would tell respondents what is expected of them.
            title=said("form.part", number=number),
            module="" if code == "OWN" else code,
            questions=(
                Matrix(code=code, text=said("form.stem"), scale=_SCALE, items=tuple(items)),
            ),
        )
        for number, (code, items) in enumerate(parts, 1)
    )


def _place_attention_checks(
    options: FormOptions, raw: Mapping[str, Any], parts: list[list[Item]], *, is_short: bool
) -> None:
    """Put the first check after a third of the items, the second, in long forms, after two."""
    checks = raw["attention_checks"][:1] if is_short else raw["attention_checks"]
    total = sum(map(len, parts))
    top = options.points
    for share, entry in enumerate(checks, 1):
        correct = entry["correct"]
        labels = (raw["scale"]["labels_zh"], raw["scale"]["labels_en"])
        wording = Text(zh=entry["zh"], en=entry["en"])
        if top != raw["scale"]["points"]:  # the check names a label: name that of this scale
            scale = standard_scale(f"{_SCALE}{top}")
            correct = 1 if entry["correct"] == 1 else top - 1
            label = next(point.label for point in scale.points if point.code == correct)
            wording = Text(
                zh=entry["zh"].replace(labels[0][entry["correct"] - 1], label.zh),
                en=entry["en"].replace(labels[1][entry["correct"] - 1], label.en),
            )
        item = Item(code=entry["code"], text=wording, correct=correct, roles=_roles(entry))
        place = total * share // 3
        for items in parts:
            if place <= len(items):
                items.insert(place, item)
                break
            place -= len(items)


def _last_page(bank: ItemBank, raw: Mapping[str, Any], measured: Collection[str]) -> Page:
    questions: list[AnyQuestion] = []
    for entry in raw["extra_questions"]:
        wording = Text(zh=entry["zh"], en=entry["en"])
        if entry["type"] != "rank_top3":
            questions.append(
                OpenText(
                    code=entry["code"],
                    text=wording,
                    roles=_roles(entry),
                    is_long=True,
                    longest=500,
                )
            )
            continue
        options = tuple(
            Option(code=number, label=bank.constructs[code].name)
            for number, code in enumerate(entry["options"], 1)
            if code in measured
        )
        if len(options) > _RANKS:
            questions.append(
                Ranking(
                    code=entry["code"],
                    text=wording,
                    roles=_roles(entry),
                    options=options,
                    ranks=_RANKS,
                    shuffle=True,
                )
            )
    return Page(code="PLAST", title=said("form.last"), questions=tuple(questions))
