"""The schema grows step by step, in one transaction, and old files stay readable."""

import ast
import sqlite3
from pathlib import Path

import pytest

from survey.store import Project, migrations


def connect(path: Path | str = ":memory:") -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_that_a_step_that_fails_leaves_the_file_as_it_was(monkeypatch):
    connection = connect()
    migrations.migrate(connection)

    def half_a_step(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half (x)")
        raise sqlite3.OperationalError("power")

    monkeypatch.setattr(migrations, "STEPS", (*migrations.STEPS, half_a_step))
    monkeypatch.setattr(migrations, "CURRENT_VERSION", migrations.CURRENT_VERSION + 1)
    with pytest.raises(sqlite3.OperationalError, match="power"):
        migrations.migrate(connection)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "half" not in tables
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    assert version == migrations.CURRENT_VERSION - 1
    connection.close()


def test_that_migrations_import_nothing_of_ours():
    tree = ast.parse(Path(migrations.__file__).read_text(encoding="utf-8"))
    modules = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
        )
    }
    assert modules == {"sqlite3", "collections.abc"}


def test_that_a_newer_file_is_not_touched():
    connection = connect()
    connection.execute("PRAGMA user_version = 999")
    with pytest.raises(ValueError, match="newer"):
        migrations.migrate(connection)
    connection.close()


def test_that_opening_an_older_file_does_not_count_as_an_edit(tmp_path):
    connection = connect(tmp_path / "old.rongzhen")
    connection.execute("BEGIN")
    migrations.STEPS[0](connection)
    connection.execute("INSERT INTO meta VALUES ('title', '旧项目')")
    connection.execute(f"PRAGMA application_id = {migrations.APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 1")
    connection.execute("COMMIT")
    connection.close()
    with Project.open(tmp_path / "old.rongzhen", folder=tmp_path / "data") as project:
        assert project.title == "旧项目"
        assert not project.is_modified
