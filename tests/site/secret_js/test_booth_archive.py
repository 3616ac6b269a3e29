"""The archive byte for byte: each way in which a file can be another one than its head says."""

from hashlib import sha256
from io import BytesIO

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.browser import Refused

from weft.ballots import secret
from weft.errors import RuleBroken

BLOCK = 512
GROUP = secret.ED25519


def record(name, body, time=elections.TIME, padding=b"\0"):
    """One record of an old-style tar: the parts of its header that are not zero, by their places."""
    parts = {
        0: name.encode(),
        100: b"0000644",
        108: b"0000000",
        116: b"0000000",
        124: b"%011o" % len(body),
        136: b"%011o" % time,
        148: b"        ",
        156: b"0",
    }
    header = bytearray(BLOCK)
    for at, part in parts.items():
        header[at : at + len(part)] = part
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + body + padding * (-len(body) % BLOCK)


def data(body, **changed):
    return record(f"{sha256(body).hexdigest()}.data.json", body, **changed)


def event(**fields):
    body = forging.compact(fields).encode()
    return record(f"{sha256(body).hexdigest()}.event.json", body), sha256(body).hexdigest()


HEADER = record("BELENIOS", b'{"version":1,"timestamp":"%d"}' % elections.TIME)


@pytest.fixture(scope="module")
def parts():
    """What an archive begins with, and a ballot for it."""
    credential = secret.public_credential(GROUP, 5)
    board = elections.Board(group=GROUP, questions=elections.one_question(), credentials=[credential])
    ballot = secret.encrypt_ballot(board.election, 5, [[1, 0, 0]], lambda most: most - 1).raw
    return board.bytes, board.head.hash, ballot


def refused(device, raw):
    """The refusal of the browser; Python refuses too, with the same code."""
    with pytest.raises(RuleBroken):
        secret.verify_election(BytesIO(raw))
    with pytest.raises(Refused) as found:
        device("check.js", "list", raw)
    return found.value.code, found.value.numbers.get("what")


def name_of(body):
    return sha256(body).hexdigest()


def test_the_tools_of_this_test_write_a_good_archive(device, parts):
    """So that the files below differ from a good one in one place."""
    start, head, ballot = parts
    assert start.startswith(HEADER)
    cast, hashed = event(parent=head, height=1, type="Ballot", payload=name_of(ballot))
    end, last = event(parent=hashed, height=2, type="EndBallots")

    report = device("check.js", "check", start + data(ballot) + cast + end)

    assert (report["stage"], report["head"], report["voters"]) == ("closed", last, 1)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"parent": "0" * 64}, "parent"),
        ({"parent": None}, "parent"),
        ({"height": 2}, "height"),
        ({"height": 0}, "height"),
        ({"payload": "0" * 64}, "payload"),
        ({"payload": None}, "payload"),
        ({"type": "Shuffle"}, "event"),
        ({"type": "toString"}, "event"),
        ({"type": "EndBallots"}, "data"),
        ({"type": "PartialDecryption"}, "data"),
    ],
)
def test_an_event_that_does_not_follow_is_refused(device, parts, changed, what):
    start, head, ballot = parts
    fields = {"parent": head, "height": 1, "type": "Ballot", "payload": name_of(ballot)} | changed
    cast, _ = event(**{name: value for name, value in fields.items() if value is not None})

    assert refused(device, start + data(ballot) + cast) == ("secret.archive", what)


def test_an_event_with_a_field_more_is_refused(device, parts):
    start, head, ballot = parts
    cast, _ = event(parent=head, height=1, type="Ballot", payload=name_of(ballot), more=1)

    assert refused(device, start + data(ballot) + cast) == ("secret.canonical", "event")


def test_data_without_its_event_is_refused(device, parts):
    start, head, ballot = parts
    twice, _ = event(parent=head, height=1, type="Ballot", payload=name_of(ballot))

    assert refused(device, start + data(ballot)) == ("secret.archive", "data")
    assert refused(device, start + data(ballot) * 2 + twice) == ("secret.archive", "data")
    assert refused(device, start + data(ballot) * 5) == ("secret.archive", "data")


def test_a_record_that_is_not_what_its_header_says_is_refused(device, parts):
    start, head, ballot = parts
    cast, _ = event(parent=head, height=1, type="Ballot", payload=name_of(ballot))
    good = data(ballot)

    def with_header(at, byte):
        assert good[at : at + 1] != byte
        return good[:at] + byte + good[at + 1 :]

    for changed, what in [
        (data(ballot, time=elections.TIME + 1), "time"),
        (data(ballot, padding=b" "), "padding"),
        (record(f"{'0' * 64}.data.json", ballot), "name"),
        (record(f"{name_of(ballot)}.data.txt", ballot), "name"),
        (record(f"./{name_of(ballot)}.data.json", ballot), "name"),
        (with_header(103, b"7"), "header"),
        (with_header(150, b"8"), "header"),
        (with_header(156, b"5"), "header"),
        (with_header(300, b"x"), "header"),
        (with_header(124, b" "), "header"),
    ]:
        assert refused(device, start + changed + cast) == ("secret.archive", what), what
    assert refused(device, start + good[:-BLOCK]) == ("secret.archive", "short")


def test_another_beginning_is_refused(device, parts):
    start = parts[0][len(HEADER) :]

    for body in (b'{"version":2,"timestamp":"%d"}' % elections.TIME, b'{"version":1,"timestamp":"1"}'):
        assert refused(device, record("BELENIOS", body) + start)[0] == "secret.archive"
    assert refused(device, record("BELENIOS", b"{}") + start)[0] == "secret.format"
    assert refused(device, record("HELIOS", HEADER[BLOCK:].rstrip(b"\0")) + start)[0] == "secret.archive"
    assert refused(device, HEADER) == ("secret.order", None)
