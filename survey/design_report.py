"""What ``main.py check`` and ``main.py items`` tell: advice on a design, and the item bank."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from resources.texts import SOURCE_LANGUAGE, sentence
from survey.problems import refuse

if TYPE_CHECKING:
    from survey.questionnaire.advice import Advice
    from survey.questionnaire.bank import BankItem, ItemBank
    from survey.questionnaire.model import Questionnaire
    from survey.questionnaire.sample_size import SampleNeed


def design_report(
    questionnaire: Questionnaire, *, language: str = SOURCE_LANGUAGE, as_json: bool = False
) -> list[str]:
    """Return advice on the design, the most serious first, and the sample it calls for.

    Args:
        as_json: return one line of JSON: ``advice``, ``minutes`` by role ("" for one form),
            ``sample`` (see :class:`survey.questionnaire.sample_size.SampleNeed`).
    """
    from survey.questionnaire.checks import design_advice
    from survey.questionnaire.sample_size import sample_need

    found = design_advice(questionnaire)
    need = sample_need(questionnaire)
    if as_json:
        facts = {
            "advice": [_facts(one, language) for one in found],
            "minutes": _minutes(questionnaire),
            "sample": asdict(need),
        }
        return [json.dumps(facts, ensure_ascii=False)]
    lines = [_line(one, language) for one in found] or [sentence("cli.check_clean", language)]
    return lines + _sample_lines(need, language)


def _facts(one: Advice, language: str) -> dict[str, object]:
    return {
        "code": one.code,
        "weight": one.weight.name.lower(),
        "where": one.where,
        "what": one.what(language),
        "do": one.do(language),
    }


def _line(one: Advice, language: str) -> str:
    return sentence(
        "cli.advice" if one.where else "cli.advice_without_place",
        language,
        weight=sentence(f"cli.weight.{one.weight.name.lower()}", language),
        where=one.where,
        what=one.what(language),
        do=one.do(language),
    )


def _minutes(questionnaire: Questionnaire) -> dict[str, float]:
    """Return the expected minutes by role, rounded to tenths."""
    from survey.questionnaire.timing import minutes_needed

    roles = [questionnaire.role] if questionnaire.role else [r.code for r in questionnaire.roles]
    return {
        role: round(minutes_needed(questionnaire, role=role or None), 1) for role in roles or [""]
    }


def _sample_lines(need: SampleNeed, language: str) -> list[str]:
    """Return what the measurement model and comparisons of roles need; none without items."""
    if not need.items:
        return []
    values = asdict(need)
    code = "cli.check_sample" if need.close_fit else "cli.check_sample_any"
    return [sentence(code, language, **values), sentence("cli.check_steps", language, **values)]


# --- the item bank --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items of the bank are wanted; "" for all (see :meth:`ItemBank.select`)."""

    words: str = ""
    construct: str = ""
    group: str = ""
    role: str = ""
    module: str = ""
    form: str = ""


def bank_with(overlay: Path | None) -> ItemBank:
    """Return the framework's bank with the user's own constructs and items laid over it.

    Raises:
        Refusal: the overlay cannot be read, takes a code or names an unknown construct.
    """
    from survey.questionnaire.bank import framework_bank, read_overlay

    bank = framework_bank()
    return bank if overlay is None else bank.with_overlay(read_overlay(overlay))


def list_items(
    wanted: Wanted,
    overlay: Path | None = None,
    *,
    language: str = SOURCE_LANGUAGE,
    as_json: bool = False,
) -> list[str]:
    """Return the items of the bank that meet all that is wanted, a line each.

    Args:
        as_json: return one line of JSON, a list of items.

    Raises:
        Refusal: a construct, role, module or form that does not exist; with those that do.
    """
    bank = bank_with(overlay)
    asked = {name: value or None for name, value in _codes(wanted).items()}
    for name, known in _known(bank).items():
        if asked[name] and asked[name] not in known:
            raise refuse("bank_code_unknown", f"--{name} {asked[name]}", known=" ".join(known))
    found = bank.select(wanted.words, **asked)
    if as_json:
        return [json.dumps([_item_facts(item) for item in found], ensure_ascii=False)]
    lines = [_item_line(item, bank, language) for item in found]
    return [*lines, sentence("cli.items_found", language, count=len(found), of=len(bank.items))]


def _codes(wanted: Wanted) -> dict[str, str]:
    return {name: value for name, value in asdict(wanted).items() if name != "words"}


def _known(bank: ItemBank) -> Mapping[str, list[str]]:
    from survey.framework import load_framework

    return {
        "construct": list(bank.constructs),
        "group": sorted({one.group for one in bank.constructs.values()} - {""}),
        "role": list(load_framework().roles),
        "module": [module.code for module in bank.modules],
        "form": [form.code for form in bank.forms],
    }


def _item_line(item: BankItem, bank: ItemBank, language: str) -> str:
    spoken = "zh" if language == SOURCE_LANGUAGE else "en"
    kind = "reversed" if item.is_reversed else "plain"
    return sentence(
        f"cli.item_{kind}",
        language,
        code=item.code,
        construct=item.construct,
        name=bank.constructs[item.construct].name.in_(spoken),
        roles=" ".join(item.roles) or sentence("cli.all_roles", language),
        text=item.text.in_(spoken),
    )


def _item_facts(item: BankItem) -> dict[str, object]:
    return {
        "code": item.code,
        "construct": item.construct,
        "zh": item.text.zh,
        "en": item.text.en,
        "is_reversed": item.is_reversed,
        "roles": list(item.roles),
        "modules": list(item.modules),
        "is_own": item.is_own,
    }
