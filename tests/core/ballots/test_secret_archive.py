"""The archive, byte for byte: no bit of it can change without being seen, and it only ever grows."""

import io
import json
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.ballots.secret_elections import TIME, audit, make, write, write_events

from weft.ballots.secret import ED25519
from weft.ballots.secret.archive import EVENTS, Head, append, read_events, start_archive
from weft.ballots.secret.codec import compact, sha256_hex
from weft.errors import RuleBroken


@cache
def small():
    """The smallest whole election: one trustee, two votes."""
    return make(ED25519, votes=((0, [[1, 0, 0]]), (1, [[0, 1, 0]])), voters=2)


@cache
def raw():
    return write(small().parts)


def refused(data, **options):
    with pytest.raises(RuleBroken) as refusal:
        audit(data, **options)
    return refusal.value


def broken(what, at):
    return RuleBroken("secret.archive", what=what, at=at)


def records(data):
    """(place, name, size) of every record, read with nothing but the layout of tar."""
    place = 0
    while place < len(data):
        size = int(data[place + 124 : place + 135], 8)
        yield place, data[place : place + 100].rstrip(b"\0").decode(), size
        place += 512 + size + -size % 512


def test_python_reads_it_as_a_tar_file(tmp_path):
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(raw() + bytes(1024))) as archive:
        members = archive.getmembers()
        bodies = [archive.extractfile(member).read() for member in members]

    assert members[0].name == "BELENIOS"
    assert {(member.mtime, member.mode, member.type) for member in members} == {(TIME, 0o644, b"0")}
    assert [member.name[:64] for member in members[1:]] == [sha256_hex(body) for body in bodies[1:]]
    kinds = [json.loads(body)["type"] for member, body in zip(members, bodies, strict=True) if "event" in member.name]
    assert kinds == ["Setup", "Ballot", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"]


def test_it_only_grows():
    written, head = start_archive(TIME, small().parts.election, small().parts.trustees, small().parts.credentials)
    more, after = append(head, "Ballot", small().parts.ballots[0])

    assert raw().startswith(written + more)
    assert (head.height, after.height) == (0, 1)
    assert json.loads(more[-512:].rstrip(b"\0")) == {
        "parent": head.hash, "height": 1, "type": "Ballot", "payload": sha256_hex(small().parts.ballots[0])
    }  # fmt: skip
    assert [event.head for event in read_events(io.BytesIO(written + more))] == [head, after]


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_an_archive_with_one_bit_changed_is_refused(place, bit):
    data = bytearray(raw())
    data[place % len(data)] ^= 1 << bit

    assert refused(bytes(data)).rule.startswith("secret.")


def test_every_bit_of_the_first_header_counts():
    for place in range(512):
        data = bytearray(raw())
        data[place] ^= 1
        assert refused(bytes(data)).rule == "secret.archive"


@pytest.mark.parametrize("cut", [1, 100, 511, 512, 513, 1023, 1025])
def test_an_archive_that_breaks_off_is_refused_unless_it_ends_with_an_event(cut):
    assert refused(raw()[:-cut]).rule == "secret.archive"
    assert refused(raw() + bytes(cut)).rule == "secret.archive"


def test_every_beginning_that_ends_with_an_event_holds():
    ends = [place + 512 + size + -size % 512 for place, name, size in records(raw()) if "event" in name]

    assert [audit(raw()[:end]).stage for end in ends] == [
        "voting", "voting", "voting", "closed", "counted", "counted", "decided"
    ]  # fmt: skip
    assert refused(raw()[: ends[0] - 1024]).rule == "secret.archive"
    assert refused(b"") == broken("header", 0)


def test_an_archive_without_any_event_is_refused():
    assert refused(raw()[:1024]) == RuleBroken("secret.order", event=0, type="")


def rename(data, place, name):
    """Another name for a record, with the right checksum for it."""
    block = bytearray(data[place : place + 512])
    block[:100] = name.encode().ljust(100, b"\0")
    return with_checksum(data, place, block)


def with_checksum(data, place, block):
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return data[:place] + bytes(block) + data[place + 512 :]


def test_a_name_that_is_not_the_hash_is_refused():
    place, name, _ = list(records(raw()))[5]

    assert refused(rename(raw(), place, "0" * 64 + name[64:])) == broken("name", place)
    assert refused(rename(raw(), place, name.replace("event", "data"))).rule == "secret.archive"
    assert refused(rename(raw(), place, "../" + name)) == broken("name", place)
    assert refused(rename(raw(), 0, "BELENIOX")) == broken("header", 0)


@pytest.mark.parametrize(
    ("where", "what"),
    [(100, b"0000600"), (108, b"0000001"), (116, b"0000001"), (156, b"5"), (257, b"ustar"), (265, b"root")],
)
def test_a_header_with_something_else_in_it_is_refused(where, what):
    place, _, _ = list(records(raw()))[3]
    block = bytearray(raw()[place : place + 512])
    block[where : where + len(what)] = what

    assert refused(with_checksum(raw(), place, block)) == broken("header", place)


def test_the_time_is_the_same_everywhere():
    place, _, _ = list(records(raw()))[4]
    block = bytearray(raw()[place : place + 512])
    block[136:147] = b"%011o" % (TIME + 1)

    assert refused(with_checksum(raw(), place, block)) == broken("time", place)
    block = bytearray(raw()[:512])
    block[136:147] = b"%011o" % (TIME + 1)
    assert refused(with_checksum(raw(), 0, block)) == broken("time", 0)


@pytest.mark.parametrize("size", [b"77777777777", b"-0000000001", b"0000000000x"])
def test_an_impossible_size_is_refused(size):
    block = bytearray(raw()[:512])
    block[124:135] = size

    assert refused(with_checksum(raw(), 0, block)) == broken("header", 0)


def test_padding_is_zero():
    place, _, size = next(records(raw()))
    data = bytearray(raw())
    data[place + 512 + size] = 1

    assert refused(bytes(data)) == broken("padding", 0)


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        (b'{"version":2,"timestamp":"1795000000"}', broken("header", 0)),
        (b'{"version":1,"timestamp":1795000000}', broken("header", 0)),
        (b'{"version":1,"timestamp":"01795000000"}', broken("header", 0)),
        (b'{"version":1,"timestamp":"1795000001"}', broken("time", 0)),
        (b'{"timestamp":"1795000000","version":1}', RuleBroken("secret.format", what="header")),
        (b'{"version":1, "timestamp":"1795000000"}', RuleBroken("secret.canonical", what="header")),
    ],
)
def test_another_first_record_is_refused(body, refusal):
    from weft.ballots.secret.archive import _record

    assert refused(_record("BELENIOS", body, TIME) + raw()[1024:]) == refusal


def chain(*events):
    """An archive of events with the given fields, behind the Setup; hashes and names are right."""
    from weft.ballots.secret.archive import _record

    parts = small().parts
    written, head = start_archive(TIME, parts.election, parts.trustees, parts.credentials)
    out, at = [written], len(written)
    for data, event in events:
        fields = {"parent": head.hash, "height": 1, "type": "Ballot", "payload": sha256_hex(parts.ballots[0])} | event
        named = compact({name: value for name, value in fields.items() if value is not None}).encode()
        out += [_record(f"{sha256_hex(one)}.data.json", one, TIME) for one in data]
        at = len(b"".join(out))
        out.append(_record(f"{sha256_hex(named)}.event.json", named, TIME))
    return b"".join(out), at


def test_an_event_that_does_not_continue_is_refused():
    ballot = small().parts.ballots[0]
    form = RuleBroken("secret.format", what="event")
    cases = [
        ([ballot], {"parent": "0" * 64}, "parent"),
        ([ballot], {"height": 2}, "height"),
        ([ballot], {"height": 0}, "height"),
        ([ballot], {"payload": "0" * 64}, "payload"),
        ([], {}, "data"),
        ([ballot, ballot], {}, "data"),
        ([ballot], {"type": "Shuffle"}, "event"),
        ([ballot], {"type": None}, "event"),
        ([ballot], {"parent": None}, form),
        ([ballot], {"payload": None}, form),
        ([ballot], {"height": "1"}, form),
        ([ballot], {"height": True}, form),
        ([ballot], {"extra": 1}, form),
        ([ballot], {"type": "EndBallots"}, form),
    ]
    good, _ = chain(([ballot], {}))
    assert audit(good).ballots == 1
    for data, event, what in cases:
        made, at = chain((data, event))
        assert refused(made) == (broken(what, at) if isinstance(what, str) else what), (event, what)


def test_five_data_records_in_a_row_belong_to_no_event():
    made, _ = chain(([b"1", b"2", b"3", b"4", b"5"], {}))

    assert refused(made).numbers["what"] == "data"


def test_a_setup_that_names_other_data_is_refused():
    from weft.ballots.secret.archive import _record

    parts = small().parts
    header, _ = start_archive(TIME, parts.election, parts.trustees, parts.credentials)
    setup = compact({"election": "0" * 64, "trustees": "0" * 64, "credentials": "0" * 64}).encode()
    written, _ = append(Head(TIME), "Setup", parts.election, parts.trustees, parts.credentials, setup)

    assert refused(_record("BELENIOS", header[512:1024].rstrip(b"\0"), TIME) + written) == broken("setup", 0)


def test_steps_out_of_their_order_are_refused():
    parts = small().parts
    ballot, end = ("Ballot", parts.ballots[0]), ("EndBallots",)
    tally, factors = ("EncryptedTally", *parts.tally), ("PartialDecryption", *parts.decryptions[0])
    result = ("Result", parts.result)
    setup = ("Setup", b"", b"", b"", b"")
    cases = [
        ([factors], 1, "PartialDecryption"),
        ([result], 1, "Result"),
        ([setup], 1, "Setup"),
        ([end, end], 2, "EndBallots"),
        ([end, factors], 2, "PartialDecryption"),
        ([ballot, ("Ballot", parts.ballots[1]), end, tally, tally], 5, "EncryptedTally"),
    ]
    for events, height, kind in cases:
        assert refused(write_events(parts, events)) == RuleBroken("secret.order", event=height, type=kind)


def test_a_callers_mistake_is_no_refusal():
    with pytest.raises(ValueError, match="comes with 1 data records"):
        append(Head(TIME), "Ballot")
    with pytest.raises(ValueError, match="time"):
        start_archive(8**11, b"", b"", b"")
    assert set(EVENTS) == {"Setup", "Ballot", "EndBallots", "EncryptedTally", "PartialDecryption", "Result"}
