"""The framework's study keeps the framework's own counts."""

from survey.framework_study import framework_study
from survey.study import Study, StudyConstruct, StudyItem, StudySystem


def test_that_the_full_study_has_86_items_nine_of_them_reversed() -> None:
    study = framework_study()
    assert len(study.items) == 86
    assert sum(item.is_reversed for item in study.items) == 9


def test_that_the_short_form_keeps_two_items_for_each_of_its_fifteen_constructs() -> None:
    study = framework_study("SHORT30")
    assert [len(construct.items) for construct in study.constructs] == [2] * 15
    assert {system.code: system.constructs for system in study.systems}["U2"] == ("N1", "N2", "N3")


def test_that_every_item_of_a_construct_is_an_item_of_the_study() -> None:
    study = framework_study()
    codes = {item.code for item in study.items}
    assert {code for construct in study.constructs for code in construct.items} == codes


def test_that_restricting_drops_constructs_and_systems_without_items() -> None:
    study = Study(
        "t",
        constructs=(StudyConstruct("A", "a", ("a1", "a2")), StudyConstruct("B", "b", ("b1",))),
        items=(StudyItem("a1", ""), StudyItem("a2", ""), StudyItem("b1", "")),
        systems=(StudySystem("S", "s", ("A", "B")), StudySystem("T", "t", ("B",))),
    )
    left = study.restricted_to(["a2"])
    assert left.constructs == (StudyConstruct("A", "a", ("a2",)),)
    assert left.systems == (StudySystem("S", "s", ("A",)),)
