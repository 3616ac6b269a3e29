"""The same council comes to the same result on every machine, whatever order its sets and dictionaries have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
from weft.ballots import count_election, draw_lots, lot_commitment, roll_hash, tally, tellers_agree, words_contribution
from weft.charter.model import BodyRule, Norm, Quorum, SeatRule, Small
from weft.errors import RuleBroken
from weft.federation import Sender, allowed, Facts
from weft.federation.entitlement import plan
from weft.federation.mandates import Instruction, judge_vote
from weft.federation.standing import NEEDS

names = {f"m{n}" for n in range(40)}
seed = bytes(range(32))
order = draw_lots(seed, words_contribution(["bread"]), names, commitment=lot_commitment(seed))
lot = lambda tied: [name for name in order if name in tied]
print(order, roll_hash(names))
for method in ("plurality", "approval"):
    print(count_election(method, [([name], 2) for name in names], candidates=list(names), places=3, lot=lot))
try:
    count_election("plurality", [([name], 2) for name in names], candidates=list(names), places=3)
except RuleBroken as refusal:
    print(refusal)
try:
    tellers_agree({name: 1 for name in names}, {name: 2 for name in names}, entitled=9)
except RuleBroken as refusal:
    print(refusal)
rule = SeatRule(0, "workplace", Norm(per=25), small=Small(25, "combine"), mandate="binding", breach="refuse")
body = BodyRule("city", "delegate", "city", Quorum(), seats=(rule,), body_maximum=7)
print(plan(body, {0: [Sender(f"b{n}", 7 * n % 60) for n in range(20)]}, [], index=3))
told = [Instruction(f"n{n}", position, binding=True) for n, position in enumerate({"yes", "no", "abstain"})]
try:
    judge_vote(rule, {"yes": 0, "no": 0, "abstain": 1}, 1, [Instruction(i.position, i.position, True) for i in told])
except RuleBroken as refusal:
    print(refusal)
print([allowed(act, Facts(member=True)) for act in NEEDS])
print(tally({name: 1 for name in names}, {name: "yes" for name in names}))
"""


def run(seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": seed, "PATH": os.environ.get("PATH", "")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_results_do_not_depend_on_the_hash_seed():
    first = run("1")

    assert "seat.breach" in first
    assert "election.tie" in first
    assert "ballot.tellers_differ" in first
    assert run("2") == first
    assert run("31337") == first
