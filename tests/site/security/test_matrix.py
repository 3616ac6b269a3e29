"""Who gets which answer where: every address of the site, every role, opening and sending.

The table is tests/vectors/site/access.csv. What an answer is called: `attempts.answer_of`. A new address fails here
until it has its rows, and every cell is what a browser with exactly that person's session gets. `make drill` asks
every cell; otherwise one role is asked for each answer of a row, others in each run.
"""

import pytest
from django.urls import reverse
from tests.conftest import THOROUGH
from tests.site.security import attempts as trying
from tests.site.security import world as worlds
from tests.site.security.attempts import ROWS
from tests.site.security.world import ROLES

ACCOUNTS = {
    name for name in trying.names() if name.startswith(("account_", "mfa_", "usersessions_", "card", "recover"))
}
ACCOUNTS |= {"join", "join_code", "join_with", "person_settings", "notices", "notices_print", "notices_read", "vouch"}
ACCOUNTS |= {"set_language", "voting_key"}
PUBLIC = {"charters", "library_charter", "library_file", "records", "record_of", "entry", "receipt", "leaf", "tile"}
PUBLIC |= {"document:public", "checkpoint", "charter", "charter_version", "charter_file", "federations"}


@pytest.fixture(scope="module")
def db(django_db_setup, django_db_blocker):
    with worlds.made(django_db_blocker) as world:
        yield world


def asked(row):
    """Who has to ask. An account is an account, the record is everybody's, and a method that is not known nobody's."""
    few = row["address"] in ACCOUNTS | PUBLIC or row["member"] == "405"
    return ("anonymous", "stranger", "member") if few else ROLES


def roles_of(row):
    """All of them, or one for each answer: which one follows from this run's seed."""
    if THOROUGH:
        return asked(row)
    return {row[role]: role for role in trying.shuffled(asked(row), f"{row['address']} {row['method']}")}.values()


def try_one(world, role, key, method):
    found = trying.all_attempts(world)[key]
    address = reverse(key.partition(":")[0], args=found.args) + found.query
    with worlds.undone(), trying.Writes() as writes:
        client = world.client(role)
        answer = client.get(address) if method == "GET" else client.post(address, found.data)
        return trying.answer_of(answer, writes.seen)


def test_every_address_of_the_site_has_its_rows_and_every_row_an_address(db):
    assert {row["address"] for row in ROWS} == set(trying.all_attempts(db))
    assert {row["address"].partition(":")[0] for row in ROWS} == set(trying.names())
    assert all(
        {row["method"] for row in ROWS if row["address"] == key} == {"GET", "POST"} for key in trying.all_attempts(db)
    )


# forms are sent to the second database by test_bad_input.py
ASKED = [pytest.param(row, marks=[pytest.mark.one_database] * (row["method"] == "POST")) for row in ROWS]


@pytest.mark.parametrize("row", ASKED, ids=[f"{row['address']}-{row['method']}" for row in ROWS])
def test_each_role_gets_the_answer_of_the_table(db, row):
    roles = list(roles_of(row))

    found = {role: try_one(db, role, row["address"], row["method"]) for role in roles}

    assert found == {role: row[role] for role in roles}
    assert {row[role] for role in set(ROLES) - set(asked(row))} <= {""}


@pytest.mark.one_database
def test_no_form_is_taken_without_its_token(db):
    """Missing CSRF, for every address, by somebody who may do the act: nothing is looked at, nothing is written."""
    client = db.client("chair", enforce_csrf_checks=True)
    taken = {}
    for key, found in trying.all_attempts(db).items():
        with worlds.undone(), trying.Writes() as writes:
            answer = client.post(reverse(key.partition(":")[0], args=found.args) + found.query, found.data)
        if writes.seen or answer.status_code not in (403, 405):
            taken[key] = answer.status_code

    # a ballot is signed with its credential, and no session is read: nobody can be made to send one in their name
    assert taken == {"secret_cast": 409}


def test_opening_a_page_never_writes():
    """GET on a state change (B5): by the table, nothing is done by opening an address, whoever opens it."""
    opened = [row for row in ROWS if row["method"] == "GET"]

    assert len(opened) > 150
    assert [(row["address"], role) for row in opened for role in ROLES if row[role].startswith("done")] == []
