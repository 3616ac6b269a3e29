"""Replay of entries written by hand: what holds is taken, and the first that does not is named with its index."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.replay.ledger import DAY, NOON, Ledger, founded, motion, refs

from weft.ballots import lot_commitment, roll_hash
from weft.record import Entry, NotProven
from weft.replay import RULES, Diverged, Replay, Unchecked, replay


def judged(ledger, entries=None):
    return replay(ledger.entries if entries is None else entries, documents=ledger.documents.get)


def found(ledger, entries=None):
    with pytest.raises(Diverged) as problem:
        judged(ledger, entries)
    return problem.value.code, problem.value.index, problem.value.what


def test_a_founding_and_a_decision_are_judged_again():
    ledger = motion(founded())

    state = judged(ledger)

    assert (state.origin, state.size, state.charter.hash) == ("weft.example/depot", 5, ledger.law.hash)
    assert state.members_at("b0", 0) == frozenset(refs(12))
    (row,) = state.motions.values()
    assert (row.state, row.decided_index, row.charter) == ("carried", 4, ledger.law.hash)


def test_bytes_and_entries_are_judged_alike():
    ledger = motion(founded())

    state = judged(ledger, [entry.to_bytes() for entry in ledger.entries])

    assert state.root == judged(ledger).root
    assert state.motions == judged(ledger).motions


def test_a_record_that_was_read_only_to_the_middle_is_a_state_too():
    ledger = motion(founded())

    state = judged(ledger, ledger.entries[:3])

    assert [row.state for row in state.motions.values()] == ["seconded"]


# --- what holds for every entry -------------------------------------------------------------------------------


def test_an_unknown_act_is_named():
    ledger = founded()
    ledger.write("deliberation.crowned")

    assert found(ledger) == ("replay.unknown_act", 1, "act")


def test_rules_that_this_program_does_not_have_are_named_and_old_ones_stay():
    ledger = founded()
    ledger.write("federation.applied", data={"application": "q1", "of_age": True}, rules=max(RULES) + 1)

    assert found(ledger) == ("replay.rules", 1, "rules")
    assert sorted(RULES) == list(range(1, max(RULES) + 1))
    assert all(set(RULES[version]) <= set(RULES[version + 1]) for version in range(1, max(RULES)))


def test_no_entry_is_judged_by_older_rules_than_one_before_it():
    ledger = founded()
    for number, rules in enumerate((max(RULES), max(RULES) - 1), start=1):
        ledger.write("federation.applied", data={"application": f"q{number}", "of_age": True}, rules=rules)

    assert found(ledger) == ("replay.rules", 2, "rules")


def test_time_never_goes_backwards():
    ledger = founded()
    ledger.now -= timedelta(seconds=1)
    ledger.write("federation.applied", data={"application": "q1", "of_age": True})

    assert found(ledger) == ("replay.time", 1, "at")


def test_an_act_by_a_charter_that_was_not_in_force_is_named():
    ledger = founded()
    ledger.write("federation.applied", data={"application": "q1", "of_age": True}, charter="ab" * 32)

    assert found(ledger) == ("replay.charter", 1, "charter")


def test_a_record_begins_with_a_founding():
    ledger = founded()

    assert found(ledger, [replace(ledger.entries[0], act="federation.applied")])[:2] == ("replay.charter", 0)
    assert found(ledger, ledger.entries * 2) == ("replay.diverged", 1, "index")


def test_without_its_charter_a_record_cannot_be_judged_and_says_so():
    ledger = founded()

    with pytest.raises(NotProven) as problem:
        replay(ledger.entries, documents=lambda _digest: None)

    assert problem.value.code == "replay.charter_missing"


def test_another_text_is_not_the_charter_that_was_adopted():
    ledger = founded()
    other = founded(12, ("bodies.workplace.quorum.at_least", 3))
    ledger.documents[ledger.entries[0].documents["charter"]] = other.law.text.encode()

    assert found(ledger) == ("replay.diverged", 0, "documents.charter")


# --- one person, one act ----------------------------------------------------------------------------------------


def test_one_commitment_makes_one_member():
    ledger = founded()
    digest = ledger.entries[0].documents["members"]
    lines = ledger.documents[digest].decode().splitlines()
    lines[1] = f"m0-2 {lines[0].partition(' ')[2]}"
    ledger.documents[digest] = "".join(f"{line}\n" for line in lines).encode()

    assert found(ledger) == ("replay.diverged", 0, "documents.members")


def test_references_are_numbered_by_the_entry_that_made_them():
    ledger = founded()
    ledger.write("federation.applied", data={"application": "q7", "of_age": True})

    assert found(ledger) == ("replay.reference", 1, "application")


def test_nobody_acts_who_is_not_there():
    ledger = motion(founded())

    for by in ((), ("m0-99",), ("m0-1", "m0-2")):
        assert found(ledger, ledger.changed(1, by=by)) == ("replay.standing", 1, "by")


def test_nobody_seconds_twice_or_the_own_motion():
    ledger = motion(founded())

    assert found(ledger, ledger.changed(2, by=("m0-1",)))[:2] == ("replay.refused", 2)
    assert found(ledger, [*ledger.entries[:3], ledger.entries[2]])[:2] == ("replay.refused", 3)


@pytest.mark.parametrize(
    "line", ['m0-1 "yes"\n', 'm0-99 "yes"\n', "m0-1\n", 'm0-1 "perhaps"\n', "m0-1 [\n", 'm0-1 {"yes": 2}\n']
)  # fmt: skip
def test_each_voter_stands_once_in_the_votes_and_on_the_roll(line):
    ledger = motion(founded())
    digest = ledger.entries[4].documents["votes"]
    ledger.documents[digest] += line.encode()

    assert found(ledger)[:2] in {("replay.diverged", 4), ("replay.malformed", 4), ("replay.refused", 4)}


def test_without_the_votes_the_numbers_are_judged_and_the_gap_is_listed():
    ledger = motion(founded())
    del ledger.documents[ledger.entries[4].documents["votes"]]
    run = Replay(ledger.documents.get)
    for entry in ledger.entries:
        run.take(entry)

    assert run.unchecked == [Unchecked(4, "deliberation.motion_decided", "votes", "erased")]
    finding = {**ledger.entries[4].finding, "needed": 6}
    assert found(ledger, ledger.changed(4, finding=finding)) == ("replay.diverged", 4, "finding.needed")


def test_the_roll_is_everybody_who_votes_and_nobody_else():
    ledger = motion(founded())
    short = {**ledger.entries[3].data, "entitled": 11, "roll": roll_hash(refs(11))}
    other = {**ledger.entries[3].data, "roll": roll_hash([*refs(11), "m0-13"])}

    assert found(ledger, ledger.changed(3, data=short)) == ("replay.diverged", 3, "entitled")
    assert found(ledger, ledger.changed(3, data=other)) == ("replay.diverged", 3, "roll")


@given(yes=st.integers(0, 12))
@settings(max_examples=13)
def test_a_vote_is_carried_exactly_when_more_than_half_said_yes(yes):
    ledger = motion(founded(), yes=yes)

    (row,) = judged(ledger).motions.values()

    assert (row.state == "carried") == (2 * yes > 12)
    wrong = {**ledger.entries[4].finding, "carried": 2 * yes <= 12}
    assert found(ledger, ledger.changed(4, finding=wrong)) == ("replay.diverged", 4, "finding.carried")


def test_a_finding_has_no_value_too_few_or_too_many():
    ledger = motion(founded())
    finding = ledger.entries[4].finding

    assert found(ledger, ledger.changed(4, finding={**finding, "extra": 1})) == ("replay.diverged", 4, "finding.extra")
    short = {name: value for name, value in finding.items() if name != "tied"}
    assert found(ledger, ledger.changed(4, finding=short)) == ("replay.diverged", 4, "finding.tied")
    assert found(ledger, ledger.changed(4, finding={**finding, "tied": 0})) == ("replay.diverged", 4, "finding.tied")


def test_a_vote_over_days_is_not_closed_before_its_time_by_the_clock():
    ledger = motion(founded())

    early = replace(ledger.entries[4], at=ledger.now - timedelta(seconds=1))

    assert found(ledger, [*ledger.entries[:4], early]) == ("replay.diverged", 4, "at")


# --- what must follow -------------------------------------------------------------------------------------------


def refused_applicant():
    """An application that the body voted down; the refusal has still to be recorded."""
    ledger = founded()
    ledger.write("federation.applied", data={"application": "q1", "of_age": True})
    until = (ledger.now + 7 * DAY).isoformat()
    ledger.write(
        "federation.vouched", data={"application": "q1", "count": 1, "vouchers": 2}, finding={"objections_until": until}
    )
    ledger.write("federation.objected", data={"application": "q1", "count": 1})
    ledger.write(
        "federation.application_vote_opened",
        by=("m0-1",),
        data={
            "application": "q1", "count": 1, "kind": "ordinary", "ballot": "v4", "way": "open", "method": "question",
            "entitled": 12, "roll": roll_hash(refs(12)), "lot": lot_commitment(bytes(32)), "options": 3,
            "closes": (ledger.now + 3 * DAY).isoformat(),
        },
    )  # fmt: skip
    ledger.now += 3 * DAY
    ledger.write(
        "federation.application_decided",
        data={
            "application": "q1", "kind": "ordinary", "ballot": "v4", "yes": 0, "no": 5, "abstain": 0, "entitled": 12,
        },
        finding={"quorum": 5, "base": 5, "needed": 3, "carried": False},
        documents={"votes": "v4 open question\n" + "".join(f'm0-{n} "no"\n' for n in range(1, 6))},
    )  # fmt: skip
    return ledger


def test_what_an_act_brings_about_is_the_next_entry():
    ledger = refused_applicant()
    assert found(ledger)[:2] == ("replay.missing", 6)

    later = refused_applicant()
    later.write("federation.applied", data={"application": "q6", "of_age": True})
    assert found(later)[:2] == ("replay.missing", 6)

    ledger.write("federation.refused", data={"application": "q1", "count": 1})
    assert judged(ledger).applications["b0/q1"].counts["refused"] == 1


def test_nobody_is_admitted_before_the_days_are_over_or_over_an_objection():
    ledger = founded()
    ledger.write("federation.applied", data={"application": "q1", "of_age": True})
    until = ledger.now + 7 * DAY
    ledger.write(
        "federation.vouched", data={"application": "q1", "count": 1, "vouchers": 2},
        finding={"objections_until": until.isoformat()},
    )  # fmt: skip
    admission = {
        "application": "q1", "vouchers": 2, "objections": 0, "objections_until": until.isoformat(), "members": 1,
        "from": [], "lapsed": [],
    }  # fmt: skip
    ledger.now = until
    ledger.write(
        "federation.admitted", data=admission, finding={"members": 13}, documents={"members": f"m3-1 {'c' * 64}\n"}
    )
    assert judged(ledger).members_at("b0", 3) == frozenset([*refs(12), "m3-1"])
    assert judged(ledger).members_at("b0", 2) == frozenset(refs(12))

    early = replace(ledger.entries[3], at=until - timedelta(seconds=1))
    assert found(ledger, [*ledger.entries[:3], early]) == ("replay.diverged", 3, "at")
    objected = Entry(
        act="federation.objected", at=NOON, body="b0", charter=ledger.law.hash, data={"application": "q1", "count": 1}
    )
    assert found(ledger, [*ledger.entries[:3], objected, ledger.entries[3]])[:2] == ("replay.diverged", 4)


# --- whatever is in it ------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.sampled_from(["b0", "m0-1", "v3", "", "yes", "2026-11-23"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["seat", "holder", "a"]), inner, max_size=3)
    ),
    max_leaves=5,
)
NAMES = (
    "motion", "ballot", "term", "seat", "constituency", "office", "election", "recall", "mandate", "meeting", "draw",
    "application", "member", "kind", "terms", "lines", "yes", "no", "abstain", "count", "candidates", "from",
    "councils",
)  # fmt: skip


@given(
    act=st.sampled_from(sorted(RULES[1])),
    data=st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6),
    finding=st.dictionaries(
        st.sampled_from(["elected", "members", "unable", "quotas", "drawn"]), json_values, max_size=3
    ),
    by=st.lists(st.sampled_from(["m0-1", "b0-chair-1", "b0", "x"]), max_size=2),
    body=st.sampled_from(["b0", "", "b9"]),
)
@settings(max_examples=120)
def test_no_entry_whatever_it_says_is_more_than_refused(act, data, finding, by, body):
    """A verifier that stumbles over a strange entry would be a verifier that can be stopped."""
    ledger = WRITTEN
    entry = Entry(
        act=act, at=ledger.now, body=body, by=tuple(by), charter=ledger.law.hash, data=data, finding=finding,
        documents={"votes": ledger.entries[4].documents["votes"]},
    )  # fmt: skip
    run = Replay(ledger.documents.get)
    for one in ledger.entries:
        run.take(one)

    with suppress(NotProven):  # anything else is a stumble
        run.take(entry)


WRITTEN: Ledger = motion(founded())


def test_the_sentence_of_a_divergence_says_where_and_what():
    ledger = motion(founded())
    finding = {**ledger.entries[4].finding, "needed": 6}

    with pytest.raises(Diverged) as problem:
        judged(ledger, ledger.changed(4, finding=finding))

    assert str(problem.value) == (
        "Entry 4 (deliberation.motion_decided), finding.needed: recorded is 6, the rules give 7. (replay.diverged)"
    )
    assert json.loads(json.dumps({"code": problem.value.code})) == {"code": "replay.diverged"}
