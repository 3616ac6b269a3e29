"""The migrations make exactly the tables that the models describe, on an empty database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def migrations(settings):
    """The site's own again: the tests do without them."""
    settings.MIGRATION_MODULES = {}


@pytest.mark.django_db
@pytest.mark.usefixtures("migrations")
def test_no_model_has_changed_without_a_migration(capsys):
    call_command("makemigrations", check=True, dry_run=True)

    assert "No changes detected" in capsys.readouterr().out


@pytest.mark.usefixtures("migrations")
def test_the_three_first_migrations_and_the_one_that_stands_for_them_come_to_the_same_tables():
    apart, together = MigrationLoader(None, replace_migrations=False), MigrationLoader(None)
    last = ("weft_site", "0003_elections")

    three = apart.project_state(last)
    one = together.project_state(("weft_site", "0001_squashed_0003_elections"))

    assert last not in together.graph.nodes
    assert MigrationAutodetector(three, one).changes(together.graph) == {}
    assert MigrationAutodetector(three, apart.project_state(("weft_site", "0001_initial"))).changes(apart.graph) != {}


@pytest.mark.one_database
def test_an_empty_database_is_migrated_from_the_beginning(tmp_path):
    environment = os.environ | {"WEFT_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "weft_site.settings"}
    environment.pop("WEFT_DATABASE_URL", None)

    done = subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "weft.sqlite3").exists()
