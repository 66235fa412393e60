"""The documentation covers what is there."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md"]


def test_that_the_methods_index_lists_every_page():
    listed = set(re.findall(r"\(methods/([\w-]+)\.md\)", (DOCS / "methods.md").read_text("utf-8")))
    assert listed == {page.stem for page in (DOCS / "methods").glob("*.md")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_that_every_link_to_a_file_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
