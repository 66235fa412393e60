"""Preferences survive, and a bad file never keeps the program from starting."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ui.settings import VERSION, Settings, load_settings, save_settings


def test_that_settings_are_read_back_as_saved(tmp_path: Path):
    settings = Settings(theme="dark", font_size=12, recent=("甲.rongzhen",), university="某大学")
    assert save_settings(settings, tmp_path / "s.json")
    assert load_settings(tmp_path / "s.json") == settings


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"version": 99}', '{"theme": "dark"}'])
def test_that_an_unreadable_file_is_set_aside_and_the_defaults_serve(tmp_path: Path, text: str):
    file = tmp_path / "settings.json"
    file.write_text(text, encoding="utf-8")
    assert load_settings(file) == Settings()
    assert not file.exists()
    assert (tmp_path / "settings.json.unreadable").read_text(encoding="utf-8") == text


def test_that_values_outside_their_range_take_the_default(tmp_path: Path):
    file = tmp_path / "settings.json"
    entries = {"version": VERSION, "theme": "purple", "font_size": 99, "recent": "x", "new": 1}
    file.write_text(json.dumps(entries), encoding="utf-8")
    assert load_settings(file) == replace(Settings(), font_size=16)


def test_that_eight_recent_projects_are_kept_without_repeats(tmp_path: Path):
    settings = Settings()
    for number in (*range(10), 9):
        settings = settings.with_recent(tmp_path / f"{number}.rongzhen")
    assert len(settings.recent) == 8
    assert settings.recent[0].endswith("9.rongzhen")
    assert len(set(settings.recent)) == 8


def test_that_a_read_only_folder_does_not_stop_the_program(tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    assert not save_settings(Settings(), blocked / "settings.json")
