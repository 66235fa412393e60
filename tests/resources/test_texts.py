"""Chinese is the source of every sentence; English is complete and quotes the same values."""

import string

import pytest

from resources.texts import sentences


def quoted(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_that_every_chinese_sentence_has_an_english_one_and_the_other_way_round():
    assert sentences("zh_CN").keys() == sentences("en").keys()


def test_that_both_languages_quote_the_same_values():
    english = sentences("en")
    different = {
        code: (quoted(text), quoted(english[code]))
        for code, text in sentences("zh_CN").items()
        if quoted(text) != quoted(english.get(code, ""))
    }
    assert different == {}


def test_that_every_problem_says_what_and_what_to_do():
    problems = {
        code.split(".")[1]
        for code in sentences("zh_CN")
        if code.startswith("problems.") and code.count(".") == 2
    }
    for problem in problems:
        assert f"problems.{problem}.what" in sentences("zh_CN")
        assert f"problems.{problem}.do" in sentences("zh_CN")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_that_no_sentence_is_empty(language):
    assert [code for code, text in sentences(language).items() if not text.strip()] == []
