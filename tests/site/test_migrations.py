"""The migrations make exactly the tables that the models describe, on an empty database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration(capsys):
    call_command("makemigrations", check=True, dry_run=True)

    assert "No changes detected" in capsys.readouterr().out


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
