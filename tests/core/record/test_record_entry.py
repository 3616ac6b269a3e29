"""An entry is one leaf: its bytes, what may stand in them, and what is refused."""

import json
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_record import entries

from weft.errors import RuleBroken
from weft.record import Entry, NotProven

NINE = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RECALLED = Entry(
    act="federation.recalled",
    at=NINE,
    body="b7",
    by=("m-3", "m-11"),
    charter="c" * 64,
    rules=1,
    data={"seat": "s4", "electors": 61},
    finding={"for": 40, "against": 9, "met": True, "Überzahl": [31, None]},
    documents={"roll": "0" * 64},
)
LEAF = (
    '{"act":"federation.recalled","at":"2026-11-23T09:30:00Z","body":"b7","by":["m-3","m-11"],"charter":"'
    + "c" * 64
    + '","data":{"electors":61,"seat":"s4"},"documents":{"roll":"'
    + "0" * 64
    + '"},"finding":{"against":9,"for":40,"met":true,"Überzahl":[31,null]},"rules":1,"weft":1}'
).encode()


def refusal_of(leaf):
    with pytest.raises(NotProven) as refused:
        Entry.from_bytes(leaf)
    assert refused.value.code == "record.entry"
    assert len(str(refused.value)) < 500
    return refused.value.sentence


def bent(**changes):
    """The leaf with some of its fields changed; None takes a field away."""
    values = json.loads(LEAF) | changes
    values = {key: value for key, value in values.items() if value is not ...}
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_the_bytes_of_an_entry():
    assert RECALLED.to_bytes() == LEAF
    assert Entry.from_bytes(LEAF) == RECALLED


def test_what_need_not_be_said_is_empty():
    plain = Entry(act="record.key_changed", at=NINE)

    assert Entry.from_bytes(plain.to_bytes()) == Entry(
        act="record.key_changed", at=NINE, body="", by=(), charter="", rules=1, data={}, finding={}, documents={}
    )


@given(entry=entries)
def test_an_entry_comes_back_from_its_bytes(entry):
    leaf = entry.to_bytes()

    again = Entry.from_bytes(leaf)

    assert again == entry
    assert again.to_bytes() == leaf
    assert json.loads(leaf)["weft"] == 1


@given(entry=entries, data=st.data())
def test_a_changed_leaf_is_refused_or_is_another_entry(entry, data):
    leaf = entry.to_bytes()
    at = data.draw(st.integers(0, len(leaf) - 1))
    changed = leaf[:at] + bytes([leaf[at] ^ data.draw(st.integers(1, 255))]) + leaf[at + 1 :]
    try:
        other = Entry.from_bytes(changed)
    except NotProven as refused:
        assert refused.code == "record.entry"  # noqa: PT017 - both outcomes are right, and checked
    else:
        assert other != entry
        assert other.to_bytes() == changed


@given(junk=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_reading_any_bytes_as_an_entry_ends_in_a_refusal(junk):
    assert refusal_of(junk)


def test_the_time_is_written_in_utc():
    hanoi = timezone(timedelta(hours=7))

    entry = Entry(act="a.b", at=datetime(2026, 11, 23, 16, 30, tzinfo=hanoi))

    assert entry == Entry(act="a.b", at=NINE)
    assert b'"at":"2026-11-23T09:30:00Z"' in entry.to_bytes()


def test_an_entry_keeps_its_own_copy():
    data = {"seats": [1, 2]}
    entry = Entry(act="a.b", at=NINE, data=data)

    data["seats"].append(3)

    assert entry.data == {"seats": [1, 2]}


def test_tuples_are_lists_in_the_record():
    entry = Entry(act="a.b", at=NINE, data={"seats": (1, (2,))})

    assert entry == Entry.from_bytes(entry.to_bytes())
    assert entry.data == {"seats": [1, [2]]}


def test_numbers_up_to_what_every_reader_keeps_exact():
    edge = Entry(act="a.b", at=NINE, data={"most": 2**53 - 1, "least": -(2**53) + 1})

    assert Entry.from_bytes(edge.to_bytes()) == edge


def test_eight_lists_and_objects_inside_one_another():
    edge = Entry(act="a.b", at=NINE, data={"x": [[[[[[["deep"]]]]]]]})

    assert Entry.from_bytes(edge.to_bytes()) == edge


@pytest.mark.parametrize(
    "data",
    [
        {"x": 0.5},
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": 1.0},
        {"x": Fraction(1, 2)},
        {"x": 2**53},
        {"x": -(2**53)},
        {"x": b"bytes"},
        {"x": {1, 2}},
        {"x": NINE},
        {"x": "\ud800"},
        {"x": "l" * 257},
        {"l" * 257: 1},
        {"\udfff": 1},
        {1: "x"},
        {None: "x"},
        {"x": {2: 3}},
        {"x": [[[[[[[[]]]]]]]]},
        {"x": [[[[[[[{}]]]]]]]},
        [("x", 1)],
        None,
    ],
)
@pytest.mark.parametrize("part", ["data", "finding"])
def test_what_json_would_not_keep_is_a_callers_bug(data, part):
    with pytest.raises(ValueError, match=part):
        Entry(act="a.b", at=NINE, **{part: data})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("act", ""),
        ("act", "recalled"),
        ("act", "Federation.recalled"),
        ("act", "a.b.c"),
        ("act", "a.b\n"),
        ("act", None),
        ("at", datetime(2026, 11, 23, 9, 30)),  # noqa: DTZ001 - that is what is refused
        ("at", NINE.replace(microsecond=1)),
        ("at", "2026-11-23T09:30:00Z"),
        ("body", None),
        ("body", "B0"),
        ("body", "b 0"),
        ("body", 7),
        ("by", ["m-1"]),
        ("by", ("",)),
        ("by", (1,)),
        ("by", ("m" * 257,)),
        ("charter", "c" * 63),
        ("charter", "C" * 64),
        ("charter", None),
        ("rules", 0),
        ("rules", True),
        ("rules", 1.0),
        ("rules", "1"),
        ("documents", {"roll": "0" * 63}),
        ("documents", {"roll": None}),
        ("documents", {"": "0" * 64}),
        ("documents", {"a roll": "0" * 64}),
        ("documents", {1: "0" * 64}),
        ("documents", None),
    ],
)
def test_a_field_of_another_kind_is_a_callers_bug(field, value):
    with pytest.raises(ValueError, match=field):
        Entry(**({"act": "a.b", "at": NINE} | {field: value}))


def test_an_entry_of_the_greatest_size_and_one_byte_more():
    def entry(by):
        return Entry(act="a.b", at=NINE, by=by)

    spare = 65_535 - len(entry(()).to_bytes())
    full = ("m" * 253,) * (spare // 256)  # each with its quotes and comma
    rest = spare - len(full) * 256 + 1  # the last has no comma
    assert len(entry((*full, "m" * (rest - 3))).to_bytes()) == 65_535

    with pytest.raises(RuleBroken) as refused:
        entry((*full, "m" * (rest - 2)))
    assert refused.value == RuleBroken("record.entry_size", bytes=65_536, limit=65_535)


@pytest.mark.parametrize(
    ("leaf", "why"),
    [
        (b"", "not plain JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"[" * 60_000, "not plain JSON"),
        (b'{"a":' * 10_000, "not plain JSON"),
        (LEAF + b" ", "canonical"),
        (LEAF + b"{}", "not plain JSON"),
        (LEAF.replace(b":61", b": 61"), "canonical"),
        (LEAF.replace(b":61", b":61.0"), "61.0 is not a whole number"),
        (LEAF.replace(b":61", b":6e1"), "6e1 is not a whole number"),
        (LEAF.replace(b":61", b":1e400"), "not a whole number"),
        (LEAF.replace(b":61", b":NaN"), "NaN is not a whole number"),
        (LEAF.replace(b":61", b":Infinity"), "not a whole number"),
        (LEAF.replace(b":61", b":-0"), "canonical"),
        (LEAF.replace(b":61", b":061"), "not plain JSON"),
        (LEAF.replace(b":61", b":9007199254740992"), "2**53"),
        (LEAF.replace(b":61", b":" + b"9" * 5_000), "not plain JSON"),
        (LEAF.replace(b'"seat":"s4"', b'"electors":61'), "twice"),
        (LEAF.replace(b'"s4"', b'"\\u00734"'), "canonical"),
        (LEAF.replace(b'"s4"', b'"\\ud800"'), "valid Unicode"),
        (LEAF.replace(b'"s4"', b'"s\x004"'), "not plain JSON"),
        (LEAF.replace("Ü".encode(), b"\xff"), "not UTF-8"),
        (LEAF.replace("Ü".encode(), b"\xc0\xaf"), "not UTF-8"),
        (b"\xef\xbb\xbf" + LEAF, "not plain JSON"),
        (LEAF.decode().encode("utf-16"), "not UTF-8"),
        (b" " * 65_536, "longer than 65535"),
        (bent(weft=2), "format 2"),
        (bent(weft="1"), "format '1'"),
        (bent(weft=True), "format True"),
        (bent(weft=...), "format None"),
        (bent(act=...), "missing fields: act"),
        (bent(extra=1), "missing fields: extra"),
        (bent(act="nothing"), "act must be"),
        (bent(at=0), "at must be"),
        (bent(at="2026-11-23 09:30:00Z"), "at must be"),
        (bent(at="2026-11-23T09:30:00+00:00"), "at must be"),
        (bent(at="2026-02-30T09:30:00Z"), "day is out of range"),
        (bent(at="2026-11-23T24:00:00Z"), "hour must be"),
        (bent(at="2026-11-23T23:59:60Z"), "second must be"),
        (bent(at="0000-01-01T00:00:00Z"), "year 0 is out of range"),
        (bent(by="m-3"), "by must be a list"),
        (bent(by=[1]), "by must be"),
        (bent(body=[]), "body must be"),
        (bent(charter="c"), "charter must be"),
        (bent(rules=0), "rules must be"),
        (bent(data=[]), "data must be"),
        (bent(finding="x"), "finding must be"),
        (bent(documents=["roll"]), "documents must be"),
        (bent(documents={"roll": 1}), "documents.roll must be"),
    ],
)
def test_a_malformed_leaf_is_refused_with_a_reason(leaf, why):
    assert why in refusal_of(leaf)
