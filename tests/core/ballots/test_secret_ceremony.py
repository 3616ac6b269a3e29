"""The key ceremony: three or five trustees make one key; whoever cheats is refused or named."""

import json
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tests.core.ballots.secret_elections import base58, chance, hold_ceremony

from weft.ballots.secret import BELENIOS_2048, ED25519, make_trustees, read_trustees, single
from weft.ballots.secret import ceremony as steps
from weft.ballots.secret.codec import b64, compact
from weft.ballots.secret.tally import lagrange
from weft.errors import RuleBroken

GROUPS = pytest.mark.parametrize("group", [BELENIOS_2048, ED25519], ids=lambda group: group.name)


@pytest.fixture(scope="module")
def held():
    """A ceremony of three on Ed25519, with everything that was published."""
    entry, keys, published = hold_ceremony(ED25519, 3, 2)
    return {"entry": entry, "keys": keys, **published}


def reparse(raw, change):
    value = json.loads(raw)
    change(value)
    return compact(value).encode()


def refused(act, *arguments, **named):
    with pytest.raises(RuleBroken) as refusal:
        act(*arguments, **named)
    return refusal.value


@GROUPS
@pytest.mark.parametrize(("size", "threshold"), [(1, 1), (2, 2), (3, 2), (5, 3)])
def test_every_set_of_t_trustees_has_the_key_and_no_smaller_one(group, size, threshold):
    entry, keys, _ = hold_ceremony(group, size, threshold)
    public = make_trustees(group, [entry]).public_key

    def combined(chosen):
        return sum(keys[i] * lagrange(group, chosen, i) for i in chosen) % group.order

    assert {group.power(group.generator, combined(chosen)) for chosen in combinations(keys, threshold)} == {public}
    for chosen in combinations(keys, threshold - 1):
        assert group.power(group.generator, combined(chosen)) != public


def test_the_usual_threshold_is_more_than_half():
    assert [steps.usual_threshold(size) for size in (1, 2, 3, 4, 5, 20)] == [1, 2, 2, 3, 3, 11]


def test_the_same_seed_gives_the_same_steps_so_a_device_may_be_closed(held):
    ceremony, seed = held["ceremony"], held["seeds"][2]

    assert steps.commit(ceremony, 2, seed) == held["committed"][1]
    assert steps.reveal(ceremony, 2, seed) == held["reveals"][1]
    assert steps.own_key(ceremony, 2, seed, reveals=held["reveals"], dealt=held["dealt"]) == held["keys"][2]


def test_another_ceremony_or_place_gives_other_keys_from_the_same_seed(held):
    seed = held["seeds"][1]
    again = steps.Ceremony("c-2", ED25519, 3, 2)

    rows = [
        json.loads(json.loads(steps.reveal(ceremony, index, seed))["coefexps"]["message"])["coefexps"]
        for ceremony, index in ((held["ceremony"], 1), (again, 1), (again, 2))
    ]

    assert len({element for row in rows for element in row}) == 6


@pytest.mark.parametrize("seed", ["", "1" * 21, "1" * 23, "0" + "1" * 21, "1" * 21 + "l", "1" * 21 + "é"])
def test_what_is_no_seed_is_refused(seed, held):
    assert refused(steps.commit, held["ceremony"], 1, seed) == RuleBroken("secret.seed")


def test_a_seed_that_did_not_begin_this_ceremony_is_refused(held):
    options = {"reveals": held["reveals"], "dealt": held["dealt"]}

    for seed in (base58(22, "wrong"), held["seeds"][2]):
        assert refused(steps.own_key, held["ceremony"], 1, seed, **options) == RuleBroken("secret.seed")
        options_3 = {"reveals": held["reveals"], "draw": chance(1)}
        assert refused(steps.shares, held["ceremony"], 1, seed, **options_3) == RuleBroken("secret.seed")


def test_no_step_begins_before_all_have_taken_the_one_before(held):
    ceremony, seed, two = held["ceremony"], held["seeds"][1], RuleBroken("secret.step", have=2, need=3)
    reveals, dealt = held["reveals"], held["dealt"]

    assert refused(
        steps.check_reveal, ceremony, 1, reveals[0], commitments=held["committed"][:2], others={}
    ) == two  # fmt: skip
    assert refused(steps.shares, ceremony, 1, seed, reveals=reveals[:2], draw=chance(1)) == two
    assert refused(steps.own_key, ceremony, 1, seed, reveals=reveals, dealt=dealt[:2]) == two
    assert refused(steps.check_shares, ceremony, 1, dealt[0], reveals=reveals[:2]) == two
    assert refused(steps.check_confirmation, ceremony, 1, held["confirmed"][0], reveals=reveals[:2]) == two
    options = {"reveals": reveals, "dealt": dealt, "confirmations": held["confirmed"][:2]}
    assert refused(steps.pedersen, ceremony, **options) == two


# --- whoever cheats --------------------------------------------------------------------------------------------


def test_a_key_chosen_after_seeing_the_others_does_not_open_the_commitment(held):
    late = steps.reveal(held["ceremony"], 3, base58(22, "late"))
    options = {"commitments": held["committed"], "others": {1: held["reveals"][0], 2: held["reveals"][1]}}

    assert refused(steps.check_reveal, held["ceremony"], 3, late, **options) == RuleBroken(
        "secret.commitment", trustee=3
    )


def test_two_trustees_with_one_seed_are_refused(held):
    ceremony, seed = held["ceremony"], held["seeds"][1]
    reveals = [steps.reveal(ceremony, 1, seed), steps.reveal(ceremony, 2, seed)]
    committed = [steps.commit(ceremony, 1, seed), steps.commit(ceremony, 2, seed), held["committed"][2]]
    twice = RuleBroken("secret.trustees", what="twice", trustee=2)

    options = {"commitments": committed, "others": {1: reveals[0]}}
    assert refused(steps.check_reveal, ceremony, 2, reveals[1], **options) == twice
    everything = [*reveals, held["reveals"][2]]
    options = {"reveals": everything, "draw": chance(1)}
    assert refused(steps.shares, ceremony, 1, seed, **options) == twice


@pytest.mark.parametrize(("size", "threshold", "index"), [(4, 2, 1), (3, 3, 1), (3, 2, 2)])
def test_a_certificate_for_other_numbers_is_refused(held, size, threshold, index):
    other = steps.Ceremony(held["ceremony"].id, ED25519, size, threshold)
    raw = steps.reveal(other, index, held["seeds"][1])
    committed = [steps.commit(other, index, held["seeds"][1]), *held["committed"][1:]]

    found = refused(steps.check_reveal, held["ceremony"], 1, raw, commitments=committed, others={})

    assert found == RuleBroken("secret.trustees", what="context", trustee=1)


def test_a_trustee_who_was_shown_other_certificates_is_refused(held):
    """The server shows trustee 1 another trustee 3 than the others see."""
    ceremony = held["ceremony"]
    other = [*held["reveals"][:2], steps.reveal(ceremony, 3, base58(22, "other"))]
    raw = steps.shares(ceremony, 1, held["seeds"][1], reveals=other, draw=chance(1))

    steps.check_shares(ceremony, 1, raw, reveals=other)
    assert refused(steps.check_shares, ceremony, 1, raw, reveals=held["reveals"]) == RuleBroken(
        "secret.trustees", what="certs_sig", trustee=1
    )


def wrong_number(held):
    """A share of another polynomial, encrypted as it should be."""
    evaluate = steps._evaluate
    try:
        steps._evaluate = lambda *arguments: evaluate(*arguments) + 1
        return steps.shares(held["ceremony"], 2, held["seeds"][2], reveals=held["reveals"], draw=chance(1))
    finally:
        steps._evaluate = evaluate


def unreadable(held):
    def change(value):
        value["shares"][0] = value["shares"][1]

    return reparse(held["dealt"][1], change)


def other_ceremony(held):
    """The right number, for the right trustee, but sealed for another ceremony."""
    other = steps.Ceremony("c-9", ED25519, 3, 2)
    seed, ceremony = held["seeds"][2], held["ceremony"]
    boxes = json.loads(steps.shares(ceremony, 2, seed, reveals=held["reveals"], draw=chance(1)))
    channel = steps._channel
    try:
        steps._channel = lambda _c, *rest: channel(other, *rest)
        boxes["shares"] = json.loads(steps.shares(ceremony, 2, seed, reveals=held["reveals"], draw=chance(1)))["shares"]
    finally:
        steps._channel = channel
    return compact(boxes).encode()


def sealed_text(plain):
    """Any text, sealed for trustee 1 as a share of trustee 2."""

    def lie(held):
        group = ED25519
        receiver = json.loads(json.loads(held["reveals"][0])["cert"]["message"])["encryption"]
        r, z = group.generate(9), group.power(group.read(receiver), 9)
        key, said = steps._channel(held["ceremony"], group.text(r), z, 2, 1)
        box = {"r": group.text(r), "c": b64(AESGCM(key).encrypt(bytes(12), plain, said))}
        return reparse(held["dealt"][1], lambda value: value["shares"].__setitem__(0, box))

    lie.__name__ = f"text {plain!r}"
    return lie


NO_SHARES = [
    sealed_text(text) for text in (b"-1", b"007", b"", b"1e3", b"\xff", str(ED25519.order).encode(), b"9" * 79)
]


@pytest.mark.parametrize("lie", [wrong_number, unreadable, other_ceremony, *NO_SHARES], ids=lambda lie: lie.__name__)
def test_a_wrong_share_is_named_by_whoever_receives_it(held, lie):
    ceremony, reveals = held["ceremony"], held["reveals"]
    dealt = [held["dealt"][0], lie(held), held["dealt"][2]]

    steps.check_shares(ceremony, 2, dealt[1], reveals=reveals)  # only the receiver can tell
    options = {"reveals": reveals, "dealt": dealt}
    assert refused(steps.own_key, ceremony, 1, held["seeds"][1], **options) == RuleBroken("secret.share", trustee=2)
    complaint = steps.confirm(ceremony, 1, held["seeds"][1], draw=chance(1), **options)
    assert complaint == b'{"complaint":2}'
    assert refused(steps.check_confirmation, ceremony, 1, complaint, reveals=reveals) == RuleBroken(
        "secret.complaint", trustee=2, by=1
    )


def test_a_confirmed_key_that_the_polynomials_do_not_give_is_refused(held):
    """Trustee 1 proves and signs another key than the one that follows."""
    ceremony, reveals = held["ceremony"], held["reveals"]
    raw = held["confirmed"][0]
    other = single(ED25519, 77, chance(1))[1]

    with_other_key = reparse(raw, lambda value: value.update(other))
    unproved = reparse(raw, lambda value: value.update(public_key=other["public_key"]))
    foreign = reparse(raw, lambda value: value.update(signature=json.loads(held["confirmed"][1])["signature"]))

    found = [
        refused(steps.check_confirmation, ceremony, 1, one, reveals=reveals)
        for one in (with_other_key, unproved, foreign)
    ]
    assert found == [
        RuleBroken("secret.trustees", what=what, trustee=1) for what in ("key", "pok", "key_signature")
    ]  # fmt: skip


@pytest.mark.parametrize("raw", [b'{"complaint":0}', b'{"complaint":4}', b'{"complaint":true}', b'{"complaint":"1"}'])
def test_a_complaint_names_a_trustee_of_this_ceremony(held, raw):
    found = refused(steps.check_confirmation, held["ceremony"], 1, raw, reveals=held["reveals"])

    assert found == RuleBroken("secret.format", what="confirmation")


# --- the list of trustees --------------------------------------------------------------------------------------


def pedersen_with(held, change):
    entry = json.loads(compact(held["entry"]))
    change(entry[1])
    return compact([entry]).encode()


def swap(name):
    def change(value):
        value[name][0], value[name][1] = value[name][1], value[name][0]

    return change


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (swap("certs"), "context"),
        (swap("coefexps"), "coefexps"),
        (swap("signatures"), "certs_sig"),
        (swap("verification_keys"), "key"),
        (lambda value: value.update(threshold=3), "context"),
        (lambda value: value["certs"][0].update(signature=value["certs"][1]["signature"]), "cert"),
    ],
)
def test_a_list_in_which_something_does_not_belong_is_refused(held, change, what):
    assert read_trustees(ED25519, pedersen_with(held, lambda value: None)).raw() == compact([held["entry"]]).encode()
    found = refused(read_trustees, ED25519, pedersen_with(held, change))
    assert found == RuleBroken("secret.trustees", what=what, trustee=1)


@GROUPS
def test_a_single_key_is_proved_and_stands_once(group):
    one, other = (single(group, key, chance(key)) for key in (11, 12))
    unproved = ["Single", {**one[1], "pok": other[1]["pok"]}]

    assert len(make_trustees(group, [one, other]).keys) == 2
    assert refused(make_trustees, group, [one, one]) == RuleBroken("secret.trustees", what="twice", trustee=2)
    assert refused(make_trustees, group, [unproved]) == RuleBroken("secret.trustees", what="pok", trustee=1)
    for kind in (None, 1, [], {}):
        assert refused(read_trustees, group, compact([[kind, one[1]]]).encode()) == RuleBroken(
            "secret.format", what="trustees"
        )
    assert refused(read_trustees, group, compact([["Triple", one[1]]]).encode()) == RuleBroken(
        "secret.trustees", what="kind", trustee=1
    )
    assert refused(read_trustees, group, b"[]") == RuleBroken("secret.trustees", what="number", trustee=0)
    many = [single(group, key, chance(key)) for key in range(1, 22)]
    assert refused(make_trustees, group, many) == RuleBroken("secret.trustees", what="number", trustee=21)


def test_a_list_in_which_one_seed_stands_for_two_trustees_is_refused(monkeypatch):
    """As a ceremony without that check would have made it; the list is checked for itself."""
    monkeypatch.setattr(steps, "different", lambda _certs: None)
    ceremony, seed = steps.Ceremony("twins", ED25519, 2, 2), base58(22, "twins")
    reveals = [steps.reveal(ceremony, i, seed) for i in (1, 2)]
    dealt = [steps.shares(ceremony, i, seed, reveals=reveals, draw=chance(i)) for i in (1, 2)]
    options = {"reveals": reveals, "dealt": dealt}
    confirmed = [steps.confirm(ceremony, i, seed, draw=chance(i), **options) for i in (1, 2)]

    found = refused(steps.pedersen, ceremony, confirmations=confirmed, **options)

    assert found == RuleBroken("secret.trustees", what="twice", trustee=2)


def test_the_form_of_belenios_2_without_signatures_is_refused(held):
    raw = pedersen_with(held, lambda value: value.pop("signatures"))

    assert refused(read_trustees, ED25519, raw) == RuleBroken("secret.format", what="trustees")


@pytest.mark.parametrize(
    ("name", "size", "threshold"), [("", 3, 2), ("A", 3, 2), ("a" * 65, 3, 2), ("a", 3, 4), ("a", 3, 0), ("a", 21, 11)]
)
def test_an_impossible_ceremony_is_a_callers_bug(name, size, threshold):
    with pytest.raises(ValueError, match="no ceremony"):
        steps.Ceremony(name, ED25519, size, threshold)
