"""The server starts only on a database that keeps what it has acknowledged (A, K and M of the bad inputs)."""

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.db import connection, connections
from tests.site import factories

from weft_site.config import read_config
from weft_site.people.models import Notice
from weft_site.storage import (
    Postgresql,
    Sqlite,
    check_storage,
    filesystem_of,
    has_fix,
    postgresql_problems,
    read_facts,
    sqlite_problems,
)

GOOD_SQLITE = Sqlite(version=(3, 53, 4), journal="wal", synchronous=2, folder=Path("/srv/weft"), filesystem="ext4")
GOOD_POSTGRESQL = Postgresql(version=160_002, synchronous_commit="on", fsync="on", full_page_writes="on")


def ids(problems):
    return [problem.id for problem in problems]


def test_a_good_database_has_no_problem():
    assert ids(sqlite_problems(GOOD_SQLITE)) == []
    assert ids(postgresql_problems(GOOD_POSTGRESQL)) == []


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False),
        ((3, 50, 6), False), ((3, 50, 7), True), ((3, 51, 0), False),
        ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_only_versions_with_the_wal_reset_fix_are_taken(version, fixed):
    assert has_fix(version) == fixed
    assert ids(sqlite_problems(replace(GOOD_SQLITE, version=version))) == ([] if fixed else ["weft.E002"])


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"journal": "delete"}, ["weft.E003"]),
        ({"journal": "memory"}, ["weft.E003"]),
        ({"synchronous": 0}, ["weft.E004"]),
        ({"synchronous": 1}, ["weft.E004"]),
        ({"synchronous": 3}, []),
        ({"filesystem": "nfs4"}, ["weft.E005"]),
        ({"filesystem": "cifs"}, ["weft.E005"]),
        ({"filesystem": "fuse.sshfs"}, ["weft.E005"]),
        ({"filesystem": "tmpfs"}, ["weft.W001"]),
        ({"filesystem": ""}, []),
        ({"version": (3, 40, 1), "journal": "delete", "synchronous": 1, "filesystem": "nfs"},
         ["weft.E002", "weft.E003", "weft.E004", "weft.E005"]),
    ],
)  # fmt: skip
def test_every_weakness_of_sqlite_is_named_at_once(change, found):
    assert ids(sqlite_problems(replace(GOOD_SQLITE, **change))) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"version": 130_014}, ["weft.E006"]),
        ({"version": 140_000}, []),
        ({"synchronous_commit": "off"}, ["weft.E007"]),
        ({"synchronous_commit": "local"}, []),
        ({"synchronous_commit": "remote_apply"}, []),
        ({"fsync": "off"}, ["weft.E008"]),
        ({"full_page_writes": "off"}, ["weft.W002"]),
    ],
)
def test_every_weakness_of_postgresql_is_named(change, found):
    assert ids(postgresql_problems(replace(GOOD_POSTGRESQL, **change))) == found


@pytest.mark.django_db
def test_this_very_database_is_looked_at():
    facts = read_facts(connection)

    if connection.vendor == "sqlite":
        assert (facts.version, facts.journal, facts.synchronous) == (sqlite3.sqlite_version_info, "wal", 2)
        assert facts.folder == Path(connection.settings_dict["NAME"]).parent
    else:
        assert facts == Postgresql(connection.pg_version, "on", "on", "on")
    assert [p for p in run_checks(tags=["database"], databases=["default"]) if p.id.startswith("weft.E")] == []


@pytest.mark.django_db(transaction=True)  # SQLite ignores the switch inside a transaction
def test_a_weakened_connection_is_found():
    weaken, restore, found = {
        "sqlite": ("PRAGMA synchronous = NORMAL", "PRAGMA synchronous = FULL", "weft.E004"),
        "postgresql": ("SET synchronous_commit = off", "SET synchronous_commit = on", "weft.E007"),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(weaken)
        try:
            assert ids(check_storage(databases=["default"])) == [found]
        finally:
            cursor.execute(restore)
    assert ids(check_storage(databases=["default"])) == []


def test_no_database_is_opened_unless_django_asks(monkeypatch):
    monkeypatch.setattr("weft_site.storage.read_facts", lambda _: pytest.fail("opened"))

    assert check_storage(databases=None) == []


def test_a_database_out_of_reach_is_one_sentence(monkeypatch, tmp_path, django_db_blocker):
    settings = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "absent" / "weft.sqlite3",
        "OPTIONS": {},
    }
    monkeypatch.setitem(connections.settings, "gone", settings)

    with django_db_blocker.unblock():
        problems = check_storage(databases=["gone"])

    assert ids(problems) == ["weft.E001"]
    assert problems[0].msg == "The database cannot be reached: unable to open database file"


MOUNTS = r"""rootfs / rootfs rw 0 0
/dev/vda / ext4 rw,relatime 0 0
server:/export /srv nfs4 rw 0 0
/dev/vdb /srv/weft xfs rw 0 0
//nas/share /mnt/our\040folder cifs rw 0 0
tmpfs /run tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/weft", "ext4"),
        ("/srv", "nfs4"),
        ("/srv/other", "nfs4"),
        ("/srv/weft", "xfs"),
        ("/srv/weft/var", "xfs"),
        ("/srv/weft-old", "nfs4"),
        ("/mnt/our folder/var", "cifs"),
        ("/run/weft", "tmpfs"),
    ],
)
def test_the_innermost_mount_decides(tmp_path, folder, kind):
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)

    assert filesystem_of(Path(folder), mounts) == kind


def test_a_link_into_a_network_folder_is_followed(tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "home").symlink_to(tmp_path / "share")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {os.fspath(tmp_path)}/share nfs rw 0 0\n")

    assert filesystem_of(tmp_path / "home", mounts) == "nfs"


def test_a_system_that_does_not_say_is_not_refused(tmp_path):
    assert filesystem_of(tmp_path, tmp_path / "absent") == ""


def test_an_operators_options_stand_beside_the_sites_own(monkeypatch):
    monkeypatch.setenv("WEFT_DATABASE_URL", "postgresql:///weft?options=-c%20search_path%3Dcity&sslmode=require")

    options = read_config().database["OPTIONS"]

    assert options == {"options": "-c plan_cache_mode=force_custom_plan -c search_path=city", "sslmode": "require"}


@pytest.mark.django_db
def test_foreign_keys_of_many_rows_are_looked_up_however_few_rows_there_were_before():
    """PostgreSQL may keep the plan it made while a table had twelve rows: to read all of it, for each row to check."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite looks foreign keys up by their key, always")

    def enter(number):
        found = factories.people(number)
        Notice.objects.bulk_create(Notice(person=one, kind="k", created_on=factories.NOON.date()) for one in found)
        connection.check_constraints()

    def whole_readings():
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'weft_site_person'")
            return cursor.fetchone()[0]

    with connection.cursor() as cursor:
        enter(12)
        cursor.execute("ANALYZE weft_site_person")
        enter(13)
    before = whole_readings()
    enter(5_000)

    assert whole_readings() - before <= 25
