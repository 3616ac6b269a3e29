"""Our rules against other people's libraries, on random elections, each in an environment of its own.

Compared is the same law only: Scottish STV with pref_voting and stvpoll, Schulze by margins with pref_voting,
sequential Phragmén and Equal Shares completed by Phragmén with abcvoting. Not compared: pyrankvote's STV (a rule of its
own, in floats, without the law's quota) and pref_voting's Meek (floats until they stand still, not the nine decimals of
the reference rule). Where an election hangs on a lot, theirs draws otherwise than ours; see each test.
"""

import json
import random
import subprocess
from itertools import permutations
from pathlib import Path

import pytest
from tests.conftest import THOROUGH

from weft.ballots.counting import count_election

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-peers/bin/python"
MANY = 400 if THOROUGH else 200

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (ROOT / ".venv-peers/.ready").exists(), reason="`make test` sets up .venv-peers; here it is missing"
    ),
]


def elections(seed, how_many, *, most=6, voters=60):
    """Random elections: candidates and papers as `scripts/peers.py` takes them."""
    chance = random.Random(seed)
    found = []
    for _ in range(how_many):
        candidates = chance.randint(2, most)
        pull = [chance.random() for _ in range(candidates)]
        papers = []
        for _ in range(chance.randint(1, voters)):
            order = sorted(range(candidates), key=lambda one: chance.random() - pull[one])
            papers.append([order[: chance.randint(1, candidates)], chance.choice([1, 1, 2, 5])])
        found.append({"papers": papers, "candidates": candidates, "places": chance.randint(1, candidates - 1)})
    return found


def ask(what, given):
    request = json.dumps({"ask": what, "elections": given})
    done = subprocess.run(
        [PYTHON, ROOT / "scripts/peers.py"], input=request, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ours(rule, election, lot=sorted):
    papers = [([str(one) for one in paper], number) for paper, number in election["papers"]]
    names = [str(one) for one in range(election["candidates"])]
    return count_election(rule, papers, candidates=names, places=election["places"], lot=lot)


def places(count):
    return sorted(map(int, count.elected))


def decided(count):
    """Whether no lot was drawn on the way to the places."""
    return not any(draw.why != "next" for stage in count.stages for draw in stage.lots)


def test_scottish_stv_with_pref_voting():
    given = elections(1, MANY)

    theirs = ask("pref_voting_scottish", given)

    compared = [(one, other) for one, other in zip(given, theirs, strict=True) if decided(ours("stv_scottish", one))]
    assert len(compared) > MANY / 2
    for election, other in compared:
        assert places(ours("stv_scottish", election)) == other


def one_at_a_time(count):
    """Whether no two surpluses ever waited together.

    By rules 48 and 49 papers go on to continuing candidates alone, and the largest surplus first. stvpoll hands on all
    surpluses of a stage in one go, from one of the elected to the next as well: another law where there are two.
    """
    waiting = set()
    for stage in count.stages[:-1]:
        waiting -= set(stage.subject)
        waiting |= {name for name in stage.elected if dict(stage.totals)[name] > stage.quota}
        if len(waiting) > 1:
            return False
    return True


def test_scottish_stv_with_stvpoll():
    given = elections(2, MANY)

    theirs = ask("stvpoll_scottish", given)

    pairs = [(ours("stv_scottish", one), other) for one, other in zip(given, theirs, strict=True)]
    pairs = [(count, other) for count, other in pairs if decided(count) and "tie" not in other]
    compared = [(count, other) for count, other in pairs if one_at_a_time(count)]
    assert len(compared) > MANY / 2
    for count, other in compared:
        assert places(count) == sorted(other["elected"])


def first(name):
    """A lot in which this one is always drawn first."""
    return lambda equals: sorted(equals, key=lambda one: (one != name, one))


def by(order):
    """A lot that follows one order of all."""
    return lambda equals: sorted(equals, key=order.index)


def test_schulze_by_margins_with_pref_voting():
    given = elections(3, MANY)

    theirs = ask("pref_voting_schulze", given)

    for election, winners in zip(given, theirs, strict=True):
        # every winner of theirs, and nobody else, is first of ours for some lot
        names = range(election["candidates"])
        found = {places(ours("schulze", election | {"places": 1}, first(str(one))))[0] for one in names}
        assert sorted(found) == winners


@pytest.mark.parametrize("rule", ["phragmen", "equal_shares"])
def test_committees_with_abcvoting(rule):
    given = elections(4, 150 if THOROUGH else 40, most=5, voters=14)

    theirs = ask(rule, given)

    for election, committees in zip(given, theirs, strict=True):
        # abcvoting names every committee to which some order of equals leads; so do we, over all lots
        names = [str(one) for one in range(election["candidates"])]
        found = {tuple(places(ours(rule, election, by(order)))) for order in permutations(names)}
        if all(len(committee) == election["places"] for committee in found):  # else somebody is approved by nobody
            assert sorted(found) == sorted(map(tuple, committees))
