"""Strict JSON: one spelling for what is hashed, and no bytes that two programs could read differently."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.ballots.secret_elections import chance, make

from weft.ballots.secret import ED25519, Election, Question, encrypt_ballot, make_election, verify_ballot
from weft.ballots.secret.ballot import ballot_limit, read_ballot
from weft.ballots.secret.codec import b64, compact, fingerprint, parse, parse_loose, unb64
from weft.errors import RuleBroken

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**16 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back_and_has_one_spelling(value):
    raw = compact(value).encode()

    assert parse(raw, "test", 10_000) == value
    for other in (json.dumps([value], indent=1).encode()[1:-1], raw + b" ", b"\n" + raw):
        assert parse_loose(other, "test", 10_000) == value
        with pytest.raises(RuleBroken) as refused:
            parse(other, "test", 10_000)
        assert refused.value == RuleBroken("secret.canonical", what="test")


NO_JSON = {
    "two values": b"1 2",
    "nothing": b"",
    "a comma too many": b"[1,]",
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, the second one escaped": rb'{"a":1,"\u0061":1}',
    "a key twice, deep down": b'[[{"a":{"b":1,"b":2}}]]',
    "a fraction": b"[1.0]",
    "an exponent": b"[1e2]",
    "a negative exponent": b"[1E-2]",
    "not a number": b"[NaN]",
    "infinity": b"[Infinity]",
    "minus infinity": b"[-Infinity]",
    "a number of 17 digits": b"[12345678901234567]",
    "a number of 5,000 digits": b"[" + b"9" * 5_000 + b"]",
    "a leading zero": b"[01]",
    "a plus": b"[+1]",
    "half a surrogate pair": rb'["\ud800"]',
    "half a surrogate pair as a key": rb'{"\udfff":1}',
    "bytes that are no UTF-8": b'["\xff"]',
    "an overlong spelling": b'["\xc0\xaf"]',
    "a byte-order mark": b"\xef\xbb\xbf[]",
    "UTF-16": "[]".encode("utf-16"),
    "a zero byte": b"[]\x00",
    "a control character": b'["\x01"]',
    "14 levels": b"[" * 14 + b"]" * 14,
    "100,000 levels": b"[" * 100_000,
    "100,000 levels of objects": b'{"a":' * 100_000,
    "single quotes": b"['a']",
    "a comment": b"[1/**/]",
}


@pytest.mark.parametrize("raw", NO_JSON.values(), ids=NO_JSON)
def test_what_could_be_read_in_two_ways_is_refused(raw):
    for read in (parse, parse_loose):
        with pytest.raises(RuleBroken) as refused:
            read(raw, "test", 1_000_000)
        assert refused.value == RuleBroken("secret.format", what="test")


ANOTHER_SPELLING = {
    "an escape": rb'["\u0041"]',
    "an escape of a sign that stands for itself": rb'["\u00e9"]',
    "an escaped solidus": rb'["\/"]',
    "capital hexadecimal": rb'["\u001F"]',
    "a space": b"[1, 2]",
    "minus zero": b"[-0]",
    "a surrogate pair": rb'["\ud83d\ude00"]',
}


@pytest.mark.parametrize("raw", ANOTHER_SPELLING.values(), ids=ANOTHER_SPELLING)
def test_another_spelling_is_refused_where_bytes_are_hashed(raw):
    parse_loose(raw, "test", 100)
    with pytest.raises(RuleBroken) as refused:
        parse(raw, "test", 100)
    assert refused.value == RuleBroken("secret.canonical", what="test")


def test_what_is_too_long_is_refused_before_it_is_read():
    assert parse(b"[1]", "test", 3) == [1]
    with pytest.raises(RuleBroken, match=r"secret\.format"):
        parse(b"[1]", "test", 2)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_and_nothing_else(raw):
    with suppress(RuleBroken):
        assert compact(parse(raw, "test", 50)).encode() == raw


@given(st.binary(min_size=1, max_size=40))
def test_base64_has_no_padding_and_one_spelling(data):
    import base64

    text = base64.b64encode(data).decode().replace("=", "")

    assert b64(data) == text
    assert unb64(text, "test") == data
    for other in (text + "=", text + "\n", " " + text, text[:-1] + "*", None, 5):
        with pytest.raises(RuleBroken, match=r"secret\.format"):
            unb64(other, "test")


def test_base64_whose_last_bits_are_not_zero_is_another_spelling():
    assert unb64("AA", "test") == b"\0"
    with pytest.raises(RuleBroken, match=r"secret\.format"):
        unb64("AB", "test")


# --- ballots ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    return make(ED25519)


@pytest.fixture(scope="module")
def ballot(made):
    return made.parts.ballots[0]


def misshapen(ballot):
    """A ballot with one thing in the wrong form each; canonical JSON, all of them."""
    value = json.loads(ballot)
    yield "secret.format", dict(reversed(value.items()))
    yield "secret.format", {**value, "extra": 1}
    yield "secret.format", {name: value[name] for name in list(value)[:-1]}
    yield "secret.format", [value]
    yield "secret.format", {**value, "credential": 5}
    yield "secret.format", {**value, "signature": {**value["signature"], "hash": None}}
    yield "secret.other_election", {**value, "election_uuid": "2" * 14}
    yield "secret.other_election", {**value, "election_hash": value["election_hash"][:-1]}
    for answers in ([], value["answers"] * 2, {}, None):
        yield "secret.shape", {**value, "answers": answers}
    (answer,) = value["answers"]
    for wrong, rule in (
        ({**answer, "blank_proof": answer["overall_proof"]}, "secret.shape"),
        ({**answer, "choices": answer["choices"][:-1]}, "secret.shape"),
        ({**answer, "choices": []}, "secret.shape"),
        ({**answer, "individual_proofs": answer["individual_proofs"] * 2}, "secret.shape"),
        ({**answer, "individual_proofs": [proofs[:1] for proofs in answer["individual_proofs"]]}, "secret.shape"),
        ({**answer, "overall_proof": answer["overall_proof"] * 2}, "secret.shape"),
        ({**answer, "overall_proof": "x"}, "secret.shape"),
        ({**answer, "choices": [dict(reversed(pair.items())) for pair in answer["choices"]]}, "secret.format"),
        (dict(reversed(answer.items())), "secret.format"),
        ({**answer, "overall_proof": [{"challenge": 5, "response": "5"}]}, "secret.number"),
        ({**answer, "overall_proof": [{"challenge": "-5", "response": "5"}]}, "secret.number"),
        ({**answer, "overall_proof": [{"challenge": str(ED25519.order), "response": "5"}]}, "secret.number"),
    ):
        yield rule, {**value, "answers": [wrong]}


def test_a_ballot_in_another_form_is_refused(made, ballot):
    assert read_ballot(made.election, ballot).raw == ballot
    for rule, value in misshapen(ballot):
        with pytest.raises(RuleBroken) as refused:
            read_ballot(made.election, compact(value).encode())
        assert refused.value.rule == rule, value


def test_a_ballot_is_no_longer_than_its_questions_make_it():
    questions = (Question.choose("?", ["a"] * 5, most=5), Question.one_of("?", ["a", "b"]))
    for group in (ED25519, make().election.group):
        trustees = make(group).trustees
        uuid, key = "1" * 64, trustees.public_key
        election = make_election(
            uuid=uuid, name="", description="", group=group, public_key=key, questions=questions
        )  # fmt: skip
        sealed = encrypt_ballot(election, 5, [[1] * 5, [0, 1]], chance(1))
        assert len(sealed.raw) <= ballot_limit(election)
    with pytest.raises(RuleBroken, match=r"secret\.format"):
        read_ballot(election, sealed.raw + b" " * ballot_limit(election))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_ballot_with_one_bit_changed_is_refused(made, ballot, place, bit):
    raw = bytearray(ballot)
    raw[place % len(raw)] ^= 1 << bit

    with pytest.raises(RuleBroken, match="secret"):
        verify_ballot(made.election, bytes(raw))


# --- election.json ---------------------------------------------------------------------------------------------


def test_the_raw_bytes_of_an_election_count():
    election = make(ED25519).election
    pretty = json.dumps(json.loads(election.raw), indent=2).encode()

    found = Election.read(pretty)

    assert found.questions == election.questions
    assert found.fingerprint == fingerprint(pretty) != election.fingerprint == fingerprint(election.raw)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"version": 2}, RuleBroken("secret.election", what="version")),
        ({"version": True}, RuleBroken("secret.election", what="version")),
        ({"uuid": "1" * 13}, RuleBroken("secret.election", what="uuid")),
        ({"uuid": "1" * 13 + "0"}, RuleBroken("secret.election", what="uuid")),
        ({"uuid": None}, RuleBroken("secret.election", what="uuid")),
        ({"questions": []}, RuleBroken("secret.election", what="questions")),
        ({"weft": []}, RuleBroken("secret.election", what="weft")),
        ({"shuffle": True}, RuleBroken("secret.election", what="fields")),
        ({"name": 5}, RuleBroken("secret.format", what="election")),
        ({"group": "RFC-3526-2048"}, RuleBroken("secret.group", group="RFC-3526-2048")),
        ({"public_key": "0"}, RuleBroken("secret.element")),
    ],
)
def test_another_election_than_we_hold_is_refused(change, refusal):
    value = json.loads(make(ED25519).election.raw)

    with pytest.raises(RuleBroken) as refused:
        Election.read(compact({**value, **change}).encode())
    assert refused.value == refusal


def test_an_election_without_one_of_its_fields_is_refused():
    value = json.loads(make(ED25519).election.raw)
    for missing in ("version", "description", "name", "group", "public_key", "questions", "uuid"):
        with pytest.raises(RuleBroken) as refused:
            Election.read(compact({name: value[name] for name in value if name != missing}).encode())
        assert refused.value == RuleBroken("secret.election", what="fields")


@pytest.mark.parametrize(
    "question",
    [
        {"answers": ["a", "b"], "blank": True, "min": 1, "max": 1, "question": "?"},
        {"answers": ["a", "b"], "blank": False, "min": 1, "max": 1, "question": "?"},
        {"type": "NonHomomorphic", "value": {"answers": ["a"], "question": "?"}},
        {"answers": [], "min": 0, "max": 0, "question": "?"},
        {"answers": ["a"], "min": 0, "max": 0, "question": "?"},
        {"answers": ["a"], "min": 1, "max": 2, "question": "?"},
        {"answers": ["a", "b"], "min": 2, "max": 1, "question": "?"},
        {"answers": ["a"] * 101, "min": 1, "max": 1, "question": "?"},
        "?",
    ],
)
def test_a_question_that_we_do_not_ask_is_refused(question):
    value = json.loads(make(ED25519).election.raw)

    with pytest.raises(RuleBroken) as refused:
        Election.read(compact({**value, "questions": [question]}).encode())
    assert refused.value.rule == "secret.question"
