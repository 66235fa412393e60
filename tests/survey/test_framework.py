"""The coded framework is whole: codes unique, every reference leads somewhere (FRAMEWORK 15)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from survey.framework import load_framework

RAW = load_framework().raw
CONSTRUCTS = {c["code"]: c for c in RAW["constructs"]}
ITEMS = {i["code"]: i for i in RAW["items"]}
MEASURES = {m["code"] for pathway in RAW["pathways"] for m in pathway["measures"]}
FACETS = {f["code"] for c in RAW["constructs"] for f in c.get("facets", [])}
SHORT = [i for i in RAW["items"] if i["short"]]
CONSTRAINTS = [f"C{k}" for k in range(1, 10)]


def codes(section: str) -> set[str]:
    return {entry["code"] for entry in RAW[section]}


def test_that_there_are_86_items_30_of_them_short() -> None:
    assert (len(ITEMS), len(SHORT)) == (86, 30)


@pytest.mark.parametrize(
    "section", ["roles", "actors", "systems", "groups", "constructs", "items", "indicators"]
)
def test_that_codes_are_unique(section: str) -> None:
    counts = Counter(entry["code"] for entry in RAW[section])
    assert max(counts.values()) == 1


def test_that_the_short_form_holds_two_items_of_each_of_its_constructs() -> None:
    counts = Counter(i["construct"] for i in SHORT)
    wanted = [*CONSTRAINTS, "I1", "I2", "I3", "N1", "N2", "N3"]
    assert counts == dict.fromkeys(wanted, 2)


def test_that_each_constraint_has_one_reversed_item_and_none_is_short() -> None:
    reversed_items = [i for i in RAW["items"] if i["reverse"]]
    assert sorted(i["construct"] for i in reversed_items) == CONSTRAINTS
    assert not any(i["short"] for i in reversed_items)


def unknown(item: dict[str, Any]) -> set[str]:
    return (
        ({item["construct"]} - CONSTRUCTS.keys())
        | (set(item["roles"]) - codes("roles"))
        | (set(item["facets"]) - FACETS)
        | (set(item["measures"]) - MEASURES)
    )


def test_that_items_name_known_constructs_roles_facets_and_measures() -> None:
    assert {code: unknown(item) for code, item in ITEMS.items() if unknown(item)} == {}


def test_that_every_facet_is_covered_by_an_item() -> None:
    covered = {facet for item in RAW["items"] for facet in item["facets"]}
    assert FACETS - covered == set()


def test_that_every_measure_follows_from_a_constraint() -> None:
    mapped = {measure for entry in RAW["mapping"] for measure in entry["measures"]}
    assert MEASURES - mapped == set()
    assert mapped - MEASURES == set()


def test_that_every_constraint_leads_to_known_actors_and_indicators() -> None:
    assert [entry["constraint"] for entry in RAW["mapping"]] == CONSTRAINTS
    for entry in RAW["mapping"]:
        assert set(entry["actors"]) <= codes("actors")
        assert set(entry["indicators"]) <= codes("indicators")
        assert entry["departments_zh"]
        assert len(entry["advice"]) == 3


def test_that_systems_groups_and_forms_name_known_parts() -> None:
    for section in ("systems", "groups", "modules"):
        assert all(set(entry["constructs"]) <= CONSTRUCTS.keys() for entry in RAW[section])
    assert all(set(form["items"]) <= ITEMS.keys() for form in RAW["forms"])


@pytest.mark.parametrize("scheme", ["D10", "D5", "D4", "C4"])
def test_that_levels_join_without_gap_from_0_to_1(scheme: str) -> None:
    levels = RAW["levels"][scheme]["levels"]
    assert (levels[0]["lo"], levels[-1]["hi"]) == (0, 1)
    assert [a["hi"] for a in levels[:-1]] == [b["lo"] for b in levels[1:]]


def texts(part: object) -> Iterator[str]:
    """Yield every text of a part of the framework."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Mapping):
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, Sequence):
        for value in part:
            yield from texts(value)


def test_that_chinese_texts_have_full_width_marks() -> None:
    half_width = re.compile(r"[\u4e00-\u9fff”）][,;:?!()]|[,;:?!()][\u4e00-\u9fff“（]")
    assert [text for text in texts(load_framework().raw) if half_width.search(text)] == []
