"""A demonstration and a real council never share a folder: refused in both directions, and nothing is changed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from tests.conftest import SWITCHES, WEFT

from weft_site.demo import guard
from weft_site.people.models import Person


@pytest.mark.django_db
def test_a_mark_is_not_written_over_people(demo, own_database):
    Person.objects.create(name="Rosa Ortega", joined_on="2026-11-01")

    with pytest.raises(ImproperlyConfigured, match="people who are not invented"):
        guard.write_mark("riverton")

    assert list(demo.iterdir()) == []


@pytest.mark.django_db
def test_a_mark_is_written_on_an_empty_database_and_finished_when_all_is_built(demo, own_database):
    guard.write_mark("riverton")

    assert (guard.scenario(), guard.is_built()) == ("riverton", False)
    guard.finish_mark()
    assert (guard.scenario(), guard.is_built()) == ("riverton", True)
    guard.check_mark()


def test_without_a_mark_no_demonstration_starts(demo):
    with pytest.raises(ImproperlyConfigured, match="was not made as a demonstration"):
        guard.check_mark()


def test_with_a_mark_nothing_else_starts(settings, home):
    (home / "demo.json").write_text('{"scenario": "riverton", "built": true}')

    with pytest.raises(ImproperlyConfigured, match="is a demonstration and cannot become a real server"):
        guard.check_mark()

    settings.WEFT_DEMO = False
    (home / "demo.json").unlink()
    guard.check_mark()


@pytest.mark.parametrize(
    "other",
    [{"ENGINE": "django.db.backends.postgresql", "NAME": "weft"}, {"NAME": "/elsewhere/weft.sqlite3"}],
    ids=["postgresql", "another folder"],
)
def test_a_mark_speaks_for_the_database_beside_it_and_no_other(demo, own_database, other):
    (demo / "demo.json").write_text('{"scenario": "riverton", "built": true}')
    guard.check_mark()
    own_database |= other

    with pytest.raises(ImproperlyConfigured, match="a database of its own"):
        guard.check_mark()


# --- the commands ------------------------------------------------------------------------------------------------


def run(home, *arguments, **more):
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    environment = {**kept, "WEFT_HOME": str(home), **more}
    return subprocess.run([*WEFT, *arguments], env=environment, capture_output=True, text=True, check=False, timeout=60)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def real(tmp_path, initialised):
    return Path(shutil.copytree(initialised, tmp_path / "real"))


@pytest.mark.slow
@pytest.mark.parametrize("rebuild", [[], ["--rebuild"]], ids=["", "rebuild"])
def test_a_real_folder_is_left_alone_by_the_demonstration(real, rebuild):
    before = contents(real)

    done = run(real, "demo", *rebuild)

    assert done.returncode == 1
    assert "was not made as a demonstration and is left alone" in done.stderr
    assert contents(real) == before


@pytest.mark.slow
def test_a_file_that_only_has_the_mark_s_name_is_no_mark(tmp_path):
    (tmp_path / "demo.json").write_text('{"name": "a film"}')
    (tmp_path / "letters").mkdir()

    done = run(tmp_path, "demo", "--rebuild")

    assert done.returncode == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["demo.json", "letters"]


@pytest.mark.slow
def test_a_real_folder_is_not_served_with_one_click_people(real):
    before = contents(real)

    done = run(real, "serve", WEFT_DEMO="1", WEFT_INSECURE_HTTP="1")

    assert done.returncode == 1
    assert done.stderr == (
        f"Error: {real} was not made as a demonstration: one-click sign-in stays off. Run `weft demo`.\n"
    )
    assert contents(real) == before


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "init", "manage"])
def test_a_demonstration_is_nothing_but_a_demonstration(real, command):
    (real / "demo.json").write_text('{"scenario": "riverton", "built": true}')

    done = run(real, command, *(["check"] if command == "manage" else []), WEFT_INSECURE_HTTP="1")

    assert done.returncode == 1
    assert "is a demonstration and cannot become a real server" in done.stderr


@pytest.mark.slow
def test_no_server_program_goes_around_the_guard(real):
    import_it = [sys.executable, "-c", "import weft_site.wsgi"]
    environment = {
        **os.environ,
        "WEFT_HOME": str(real),
        "WEFT_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "weft_site.settings",
    }
    environment.pop("WEFT_DATABASE_URL", None)

    done = subprocess.run(import_it, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 1
    assert "was not made as a demonstration" in done.stderr


def test_a_demonstration_takes_no_other_database(tmp_path):
    done = run(tmp_path / "demo", "demo", WEFT_DATABASE_URL="postgresql://localhost/weft")

    assert done.returncode == 1
    assert done.stderr == "Error: a demonstration keeps a database of its own: unset WEFT_DATABASE_URL\n"
    assert not (tmp_path / "demo").exists()
