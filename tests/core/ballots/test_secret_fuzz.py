"""Whatever stands at whatever place of whatever document: it is refused by name, and nothing falls over."""

import json
from dataclasses import fields, replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.ballots.secret_elections import audit, chance, hold_ceremony, make, write

from weft.ballots.secret import ED25519, check_opened, encrypt_ballot
from weft.ballots.secret import ceremony as steps
from weft.ballots.secret.codec import compact
from weft.errors import RuleBroken

pytestmark = pytest.mark.slow

ODD = [None, True, 0, -1, 10**15, "", "x", "0", "1", "é", [], {}, [[]], [None], {"a": 1}, {"challenge": "1"}]
PLACES = st.integers(0, 10**6)


@cache
def made():
    return make(ED25519, singles=1, pedersen=(3, 2), votes=((0, [[1, 0, 0]]), (1, [[0, 1, 0]])), voters=2)


def nodes(value, path=()):
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from nodes(one, (*path, key))


def put(value, path, other):
    if not path:
        return other
    if isinstance(value, dict):
        return {key: put(one, path[1:], other) if key == path[0] else one for key, one in value.items()}
    return [put(one, path[1:], other) if at == path[0] else one for at, one in enumerate(value)]


def drop(value, path):
    if len(path) == 1:
        if isinstance(value, dict):
            return {key: one for key, one in value.items() if key != path[0]}
        return [one for at, one in enumerate(value) if at != path[0]]
    return put(value, path[:1], drop(value[path[0]], path[1:]))


@st.composite
def spoiled(draw, raw):
    """The document with something odd at one place, or without that place."""
    value = json.loads(raw)
    paths = list(nodes(value))
    path = paths[draw(PLACES) % len(paths)]
    if path and draw(st.booleans()):
        return compact(drop(value, path)).encode()
    return compact(put(value, path, draw(st.sampled_from(ODD)))).encode()


def names():
    """The documents of an archive, as (part, place in it)."""
    for part in fields(made().parts):
        value = getattr(made().parts, part.name)
        yield part.name, () if isinstance(value, bytes) else (0,) if part.name in {"ballots", "tally"} else (0, 0)
    yield "tally", (1,)
    yield "decryptions", (0, 1)
    yield "decryptions", (2, 0)


def within(value, path):
    return within(value[path[0]], path[1:]) if path else value


def exchange(value, path, raw):
    if not path:
        return raw
    return tuple(exchange(one, path[1:], raw) if at == path[0] else one for at, one in enumerate(value))


@pytest.mark.parametrize(("part", "path"), list(names()), ids=str)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_archive_with_an_odd_document_is_refused_by_name(part, path, data):
    whole = getattr(made().parts, part)
    raw = within(whole, path)
    other = data.draw(spoiled(raw))
    forged = replace(made().parts, **{part: exchange(whole, path, other)})

    if json.loads(other) == json.loads(raw) and type(json.loads(other)) is type(json.loads(raw)):
        return
    with pytest.raises(RuleBroken) as refused:
        audit(write(forged))
    assert refused.value.rule.startswith("secret.")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_odd_strong_proofs_are_refused_by_name(data):
    raw = data.draw(spoiled(made().strong[1]).filter(lambda other: other != made().strong[1]))

    with pytest.raises(RuleBroken) as refused:
        audit(write(made().parts), strong={1: raw})
    assert refused.value.rule.startswith("secret.")


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_an_odd_opened_ballot_is_refused_by_name(data):
    opened = encrypt_ballot(made().election, made().secrets[0], [[1, 0, 0]], chance(1)).opened
    raw = data.draw(spoiled(opened).filter(lambda other: other != opened))

    with pytest.raises(RuleBroken) as refused:
        check_opened(made().election, raw)
    assert refused.value.rule.startswith("secret.")


@cache
def published():
    return hold_ceremony(ED25519, 2, 2)[2]


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_odd_steps_of_a_ceremony_are_refused_by_name(data):
    held = published()
    ceremony, reveals, dealt = held["ceremony"], held["reveals"], held["dealt"]
    acts = {
        "committed": steps.check_commitment,
        "reveals": lambda raw: steps.check_reveal(
            ceremony, 1, raw, commitments=held["committed"], others={2: reveals[1]}
        ),
        "dealt": lambda raw: (
            steps.check_shares(ceremony, 1, raw, reveals=reveals),
            steps.own_key(ceremony, 2, held["seeds"][2], reveals=reveals, dealt=[raw, dealt[1]]),
            other_shares(raw),
        ),
        "confirmed": lambda raw: steps.check_confirmation(ceremony, 1, raw, reveals=reveals),
    }

    def other_shares(raw):
        """What only trustee 1 can tell."""
        steps.own_key(ceremony, 1, held["seeds"][1], reveals=reveals, dealt=[raw, dealt[1]])

    for name, act in acts.items():
        raw = data.draw(spoiled(held[name][0]).filter(lambda other, name=name: other != held[name][0]))
        with pytest.raises(RuleBroken) as refused:
            act(raw)
        assert refused.value.rule.startswith("secret.")
