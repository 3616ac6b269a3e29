"""Forged elections: each differs from one that holds in a single point, and the audit names that point.

`FORGERIES` is the table in docs/reference/secret-ballots.md, section 10. What belenios-tool 2.0 says to each is tested
beside it, because people will check with that: a forgery it accepts is one that only we see.
"""

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from tests.core.ballots.secret_elections import (
    TOOL,
    audit,
    base58,
    chance,
    changed,
    events_of,
    finish,
    make,
    sign_ballot,
    tool_accepts,
    write,
    write_events,
)

from weft.ballots.secret import (
    BELENIOS_2048,
    encrypt_ballot,
    groups,
    public_credential,
    secret_number,
    verify_ballot,
    write_credentials,
)
from weft.ballots.secret.codec import compact, sha256_hex
from weft.ballots.secret.tally import add_ballots, elements, empty_tally, write_result, write_tally
from weft.errors import RuleBroken

GROUP = BELENIOS_2048
Q = GROUP.order
FIRST, THIRD = 1, 3  # the height of the first and of the third ballot
VOTES = ((0, [[1, 0, 0]]), (1, [[0, 1, 0]]), (2, [[1, 0, 0]]), (1, [[0, 0, 1]]))


@cache
def honest():
    return make()


@cache
def of_three():
    """Any two of three trustees open it; all three have."""
    return make(singles=0, pedersen=(3, 2), decrypt_by=[1, 2, 3])


def reparse(raw, change):
    """The same JSON with one change made to its value, in canonical form."""
    value = json.loads(raw)
    change(value)
    return compact(value).encode()


def with_ballot(place, raw):
    ballots = list(honest().parts.ballots)
    ballots[place] = raw
    return replace(honest().parts, ballots=tuple(ballots))


def recount(parts, *, election=None, count=None):
    """Everything after the ballots made anew, consistently, from the ballots that stand there."""
    made = honest()
    owners = list(made.keys)
    return finish(
        election or made.election, made.trustees, made.keys, made.secrets, parts, owners, chance("again"), count=count
    ).parts


# --- of a ballot -----------------------------------------------------------------------------------------------


def bad_signature():
    def change(value):
        value["signature"]["proof"]["response"] = str((int(value["signature"]["proof"]["response"]) + 1) % Q)

    return with_ballot(0, reparse(honest().parts.ballots[0], change)), "secret.signature", {"ballot": FIRST}


def signature_of_another():
    """The voter's first ballot under the signature of the second: proofs and signature hold, the hash is another."""
    second = json.loads(honest().parts.ballots[3])["signature"]
    forged = reparse(honest().parts.ballots[1], lambda value: value.update(signature=second))
    return with_ballot(1, forged), "secret.signature", {"ballot": 2}


def five_votes():
    """The first choice says 5 instead of 1; every proof is the honest one's, the signature is right."""
    made = honest()
    answers = json.loads(made.parts.ballots[0])["answers"]
    beta = GROUP.read(answers[0]["choices"][0]["beta"])
    answers[0]["choices"][0]["beta"] = GROUP.text(GROUP.times(beta, GROUP.power(GROUP.generator, 4)))
    forged = sign_ballot(made.election, made.secrets[0], answers, chance("sign"))
    return with_ballot(0, forged), "secret.proof", {"ballot": FIRST, "question": 1}


def two_marks():
    """Each choice is 0 or 1, and the sum is 2 where 1 is allowed."""
    made = honest()
    generous = replace(made.election, questions=(replace(made.election.questions[0], most=2),))
    two = json.loads(encrypt_ballot(generous, made.secrets[0], [[1, 1, 0]], chance("two")).raw)["answers"]
    two[0]["overall_proof"] = two[0]["overall_proof"][:1]
    forged = sign_ballot(made.election, made.secrets[0], two, chance("sign"))
    return with_ballot(0, forged), "secret.proof", {"ballot": FIRST, "question": 1}


def stranger():
    """A ballot in which all is right, of a credential that is not on the list."""
    made = honest()
    secret = secret_number(GROUP, base58(43, "stranger"), 0)
    ballot = encrypt_ballot(made.election, secret, [[0, 1, 0]], chance("stranger")).raw
    return recount(with_ballot(0, ballot)), "secret.stranger", {"ballot": FIRST}


def not_canonical():
    """A space after the first colon: the same JSON to a reader, another hash to everybody."""
    raw = honest().parts.ballots[0]
    return with_ballot(0, raw.replace(b'":', b'": ', 1)), "secret.canonical", {"ballot": FIRST, "what": "ballot"}


def leading_zero():
    def change(value):
        value["answers"][0]["choices"][0]["alpha"] = "0" + value["answers"][0]["choices"][0]["alpha"]

    made = honest()
    answers = json.loads(reparse(made.parts.ballots[0], change))["answers"]
    forged = sign_ballot(made.election, made.secrets[0], answers, chance("sign"))
    return with_ballot(0, forged), "secret.element", {"ballot": FIRST}


def outside_the_group():
    """-alpha instead of alpha: of order 2q, so no member; its square is right."""
    made = honest()
    answers = json.loads(made.parts.ballots[0])["answers"]
    answers[0]["choices"][0]["alpha"] = str(groups._P - int(answers[0]["choices"][0]["alpha"]))
    forged = sign_ballot(made.election, made.secrets[0], answers, chance("sign"))
    return with_ballot(0, forged), "secret.element", {"ballot": FIRST}


def credential_that_is_no_text():
    """A byte that is no UTF-8 where the credential stands."""
    raw = honest().parts.ballots[0]
    place = raw.index(b'"credential":"') + 20
    return (
        with_ballot(0, raw[:place] + b"\xff" + raw[place + 1 :]),
        "secret.format",
        {"ballot": FIRST, "what": "ballot"},
    )


def challenge_too_large():
    """challenge + q is the same number modulo q, in a second spelling."""

    def change(value):
        proof = value["signature"]["proof"]
        proof["challenge"] = str(int(proof["challenge"]) + Q)

    forged = reparse(honest().parts.ballots[0], change)
    return with_ballot(0, forged), "secret.number", {"ballot": FIRST}


def other_election():
    """A ballot of the same voter for a second question to the same council."""
    made = honest()
    other = make(seed="other").election
    ballot = encrypt_ballot(other, made.secrets[0], [[1, 0, 0]], chance("other")).raw
    return with_ballot(0, ballot), "secret.other_election", {"ballot": FIRST}


def one_choice_fewer():
    def change(value):
        value["answers"][0]["choices"].pop()
        value["answers"][0]["individual_proofs"].pop()

    made = honest()
    answers = json.loads(reparse(made.parts.ballots[0], change))["answers"]
    forged = sign_ballot(made.election, made.secrets[0], answers, chance("sign"))
    return with_ballot(0, forged), "secret.shape", {"ballot": FIRST, "question": 1}


def copied():
    """Somebody else's encrypted answers under the own credential."""
    made = honest()
    answers = json.loads(made.parts.ballots[0])["answers"]
    forged = sign_ballot(made.election, made.secrets[2], answers, chance("sign"))
    return with_ballot(2, forged), "secret.proof", {"ballot": THIRD, "question": 1}


# --- of the box ------------------------------------------------------------------------------------------------


def cast_twice():
    parts = honest().parts
    twice = replace(parts, ballots=(*parts.ballots, parts.ballots[2]))
    return recount(twice), "secret.replay", {"ballot": 5}


def replayed_after_a_new_vote():
    """Voter 1 has voted again; the server puts the first ballot back."""
    parts = honest().parts
    back = replace(parts, ballots=(*parts.ballots, parts.ballots[1]))
    return recount(back), "secret.replay", {"ballot": 5}


def after_the_end():
    made = honest()
    late = encrypt_ballot(made.election, made.secrets[3], [[1, 0, 0]], chance("late")).raw
    events = list(events_of(made.parts))
    closing = next(at for at, event in enumerate(events) if event[0] == "EndBallots")
    events.insert(closing + 1, ("Ballot", late))
    return write_events(made.parts, events), "secret.closed", {"event": 6, "type": "Ballot"}


def never_closed():
    made = honest()
    events = [event for event in events_of(made.parts) if event[0] != "EndBallots"]
    return write_events(made.parts, events), "secret.order", {"event": 5, "type": "EncryptedTally"}


def something_after_the_result():
    made = honest()
    events = [*events_of(made.parts), ("PartialDecryption", *made.parts.decryptions[0])]
    return write_events(made.parts, events), "secret.order", {"event": 9, "type": "PartialDecryption"}


# --- of the setup ----------------------------------------------------------------------------------------------


def credential_twice():
    parts = honest().parts
    listed = json.loads(parts.credentials)
    forged = replace(parts, credentials=compact([*listed, listed[0]]).encode())
    return forged, "secret.credentials", {"what": "twice", "credential": listed[0][:64]}


def credential_added():
    """One more than the list that election.json binds in: its hash is another."""
    parts = honest().parts
    more = [*json.loads(parts.credentials), public_credential(GROUP, 5)]
    forged = replace(parts, credentials=write_credentials(more))
    return forged, "secret.credentials", {"what": "hash", "credential": ""}


def longer_than_the_roll():
    made = make(weft={"roll_size": 3})
    return made.parts, "secret.credentials", {"what": "roll", "credential": ""}


def other_key():
    """The election's key is not the trustees': whoever made it reads every ballot."""
    made, secret = honest(), 123456789
    forged = replace(made.election, public_key=GROUP.power(GROUP.generator, secret))
    raw = reparse(made.election.raw, lambda value: value.update(public_key=GROUP.text(forged.public_key)))
    return replace(made.parts, election=raw), "secret.election", {"what": "public_key"}


def blank_without_proof():
    """blank:true, and ballots with one choice fewer than that asks for and no blank_proof."""
    made, draw = honest(), chance("blank")
    raw = reparse(made.election.raw, lambda value: value["questions"][0].update(blank=True))
    blank = replace(made.election, raw=raw)
    ballots = tuple(encrypt_ballot(blank, made.secrets[voter], choices, draw).raw for voter, choices in VOTES)
    forged = recount(replace(made.parts, election=raw, ballots=ballots), election=blank)
    return forged, "secret.question", {"question": "Shall we strike?"}


# --- of the count ----------------------------------------------------------------------------------------------


def other_tally():
    """A tally of other ballots is published; factors and result belong to the right one."""
    made = honest()
    one = verify_ballot(made.election, made.parts.ballots[0])
    pairs = elements(made.election, [answer.choices for answer in one.answers])
    raw, _ = write_tally(made.election, add_ballots(made.election, empty_tally(made.election), [pairs]))
    sized = reparse(made.parts.tally[1], lambda value: value.update(encrypted_tally=sha256_hex(raw)))
    return replace(made.parts, tally=(raw, sized)), "secret.tally", {"what": "product"}


def half_of_the_ballots():
    """Only the last two ballots are counted; tally, factors, proofs and result belong together."""
    parts = honest().parts
    return recount(parts, count=parts.ballots[2:]), "secret.tally", {"what": "product"}


def number_of_voters():
    parts = honest().parts
    sized = reparse(parts.tally[1], lambda value: value.update(num_tallied=4))
    return replace(parts, tally=(parts.tally[0], sized)), "secret.tally", {"what": "number"}


def total_weight():
    parts = honest().parts
    sized = reparse(parts.tally[1], lambda value: value.update(total_weight=4))
    return replace(parts, tally=(parts.tally[0], sized)), "secret.tally", {"what": "number"}


def missing_trustee():
    parts = of_three().parts
    forged = replace(parts, decryptions=parts.decryptions[:1])
    return forged, "secret.trustees_missing", {"have": 1, "need": 2}


def trustee_twice():
    parts = of_three().parts
    forged = replace(parts, decryptions=(*parts.decryptions[:1], parts.decryptions[0], parts.decryptions[1]))
    return forged, "secret.owner", {"trustee": 1}


def unknown_trustee():
    parts = of_three().parts
    raw, owned = parts.decryptions[2]
    forged = (raw, reparse(owned, lambda value: value.update(owner=4)))
    return replace(parts, decryptions=(*parts.decryptions[:2], forged)), "secret.owner", {"trustee": 4}


def other_payload():
    """The owner vouches for other bytes than those that stand before."""
    parts = honest().parts
    raw, owned = parts.decryptions[0]
    forged = reparse(owned, lambda value: value.update(payload="0" * 64))
    return replace(parts, decryptions=((raw, forged),)), "secret.owner", {"trustee": 1}


def wrong_factor():
    """A factor changed, its proof as it was."""

    def change(value):
        factor = GROUP.read(value["decryption_factors"][0][0])
        value["decryption_factors"][0][0] = GROUP.text(GROUP.times(factor, GROUP.generator))

    parts = honest().parts
    raw = reparse(parts.decryptions[0][0], change)
    owned = compact({"owner": 1, "payload": sha256_hex(raw)}).encode()
    return replace(parts, decryptions=((raw, owned),)), "secret.decryption", {"trustee": 1}


def wrong_result():
    parts = honest().parts
    return replace(parts, result=write_result([[1, 1, 1]])), "secret.result", {}


def too_few():
    """Two ballots, and election.json asks for three before anything is decrypted; the trustees did not look."""
    made = make(votes=VOTES[:3], weft={"minimum": 3})
    two = replace(made.parts, ballots=made.parts.ballots[:2])
    blind = replace(made.election, weft={})
    parts = finish(blind, made.trustees, made.keys, made.secrets, two, list(made.keys), chance("few")).parts
    assert audit(write(made.parts)).voters == 3
    return parts, "secret.few", {"ballots": 2, "minimum": 3}


# forgery -> the parts it touches, and whether belenios-tool 2.0 accepts it
FORGERIES = {
    bad_signature: ({"ballots"}, False),
    signature_of_another: ({"ballots"}, False),
    five_votes: ({"ballots"}, False),
    two_marks: ({"ballots"}, False),
    not_canonical: ({"ballots"}, False),
    leading_zero: ({"ballots"}, True),
    outside_the_group: ({"ballots"}, False),
    credential_that_is_no_text: ({"ballots"}, False),
    challenge_too_large: ({"ballots"}, False),
    other_election: ({"ballots"}, False),
    one_choice_fewer: ({"ballots"}, False),
    copied: ({"ballots"}, False),
    stranger: ({"ballots", "tally", "decryptions", "result"}, False),
    cast_twice: ({"ballots", "decryptions"}, True),
    replayed_after_a_new_vote: ({"ballots", "tally", "decryptions", "result"}, True),
    credential_twice: ({"credentials"}, False),
    credential_added: ({"credentials"}, True),
    other_tally: ({"tally"}, True),
    half_of_the_ballots: ({"tally", "decryptions", "result"}, False),
    number_of_voters: ({"tally"}, True),
    total_weight: ({"tally"}, True),
    other_payload: ({"decryptions"}, False),
    wrong_factor: ({"decryptions"}, False),
    wrong_result: ({"result"}, False),
    other_key: ({"election"}, False),
    blank_without_proof: ({"election", "ballots", "tally", "decryptions"}, False),
}
OF_THREE = {
    missing_trustee: ({"decryptions"}, False),
    trustee_twice: ({"decryptions"}, True),
    unknown_trustee: ({"decryptions"}, False),
}


@pytest.mark.parametrize("forge", [*FORGERIES, *OF_THREE], ids=lambda forge: forge.__name__)
def test_a_forgery_is_refused_by_name(forge):
    before = of_three() if forge in OF_THREE else honest()
    parts, rule, numbers = forge()

    assert changed(before.parts, parts) == {**FORGERIES, **OF_THREE}[forge][0]
    assert audit(write(before.parts)).stage == "decided"
    with pytest.raises(RuleBroken) as refused:
        audit(write(parts))
    assert refused.value == RuleBroken(rule, **numbers)


@pytest.mark.parametrize(
    "forge", [after_the_end, never_closed, something_after_the_result, longer_than_the_roll, too_few],
    ids=lambda forge: forge.__name__,
)  # fmt: skip
def test_an_election_that_took_a_wrong_course_is_refused_by_name(forge):
    forged, rule, numbers = forge()

    with pytest.raises(RuleBroken) as refused:
        audit(forged if isinstance(forged, bytes) else write(forged))
    assert refused.value == RuleBroken(rule, **numbers)


@pytest.mark.skipif(TOOL is None, reason="belenios-tool is not here: apt-get install belenios-tool")
@pytest.mark.parametrize("forge", [*FORGERIES, *OF_THREE], ids=lambda forge: forge.__name__)
def test_what_belenios_tool_2_says_to_it(forge, tmp_path):
    parts, _, _ = forge()

    assert tool_accepts(parts, tmp_path) is {**FORGERIES, **OF_THREE}[forge][1]


def test_the_reference_page_has_every_forgery():
    page = (Path(__file__).parents[3] / "docs/reference/secret-ballots.md").read_text()
    said = {False: "refused", True: "**accepted**"}
    rows = {
        f"| {forge.__name__.replace('_', ' ')} | `{forge()[1]}` | {said[accepted]} |"
        for forge, (_, accepted) in {**FORGERIES, **OF_THREE}.items()
    }

    assert set(re.findall(r"^\| [a-z0-9 ]+ \| `secret\.[a-z_]+` \| \S+ \|$", page, re.MULTILINE)) == rows
