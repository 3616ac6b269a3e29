"""Signed notes, keys and checkpoints: vectors of others, and every way to bend a note."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_record import LOG, STRANGER, VECTORS, Witness

from weft.record import Checkpoint, NotProven, Signer
from weft.record.checkpoint import Signed, open_checkpoint
from weft.record.note import COSIGNATURE, Note, Verifier, open_note, split_note
from weft.record.tree import EMPTY_ROOT

HEAD = Checkpoint(LOG.name, 3, bytes(range(32)))
NOTE = HEAD.sign(LOG)
WITNESS = Witness("witness.example/w1", b"w" * 32)


def code_of(call, *arguments, **options):
    with pytest.raises(NotProven) as refused:
        call(*arguments, **options)
    return refused.value.code


@pytest.fixture(scope="module")
def published():
    return json.loads((VECTORS / "notes.json").read_text())


def test_published_notes_open(published):
    for vector in published["notes"]:
        verifiers = [Verifier.from_vkey(vkey) for vkey in vector["vkeys"]]
        opened = open_note(vector["note"].encode(), verifiers)
        assert opened == Note(vector["text"], tuple((verifier, None) for verifier in verifiers)), vector["name"]
        assert [verifier.vkey for verifier in verifiers] == vector["vkeys"]


def test_published_private_key_signs_the_published_note(published):
    signer = Signer.from_skey(published["signer"]["skey"])
    vector = published["notes"][1]

    assert signer.vkey == published["signer"]["vkey"]
    assert signer.skey == published["signer"]["skey"]
    lines = vector["note"].splitlines(keepends=True)
    assert signer.sign(vector["text"]).decode() == "".join(lines[:-1])


def test_published_bad_keys_are_refused(published):
    for vector in published["bad_vkeys"]:
        assert code_of(Verifier.from_vkey, vector["vkey"]) == "record.key", vector["why"]


def test_published_witness_key(published):
    verifier = Verifier.from_vkey(published["witness_vkey"])

    assert (verifier.name, verifier.kind, verifier.vkey) == (
        "remora.n621.de",
        COSIGNATURE,
        published["witness_vkey"],
    )


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "+",
        "a+b",
        LOG.vkey.replace("weft.example/record", "weft.example/other"),
        LOG.vkey.replace("weft", "we ft"),
        LOG.vkey.replace("weft", "we\u2003ft"),
        LOG.vkey + "=",
        LOG.vkey + "\n",
        LOG.vkey.upper(),
    ],
)
def test_a_bent_key_is_refused(vkey):
    assert code_of(Verifier.from_vkey, vkey) == "record.key"


@pytest.mark.parametrize(
    "skey", ["", LOG.vkey, "x" + LOG.skey, LOG.skey[:-4], LOG.skey.replace("weft", "heft"), "PRIVATE+KEY+a+b+AA=="]
)
def test_a_bent_private_key_is_refused(skey):
    assert code_of(Signer.from_skey, skey) == "record.key"


def test_a_signer_shows_its_name_and_never_its_seed():
    assert repr(LOG) == str(LOG) == "Signer('weft.example/record')"


@pytest.mark.parametrize(("name", "seed"), [("", b"s" * 32), ("a b", b"s" * 32), ("a+b", b"s" * 32), ("a", b"s" * 31)])
def test_an_impossible_signer_is_a_callers_bug(name, seed):
    with pytest.raises(ValueError, match="seed of 32"):
        Signer(name, seed)


@pytest.mark.parametrize("text", ["", "\n", "no newline", "a\tb\n", "a\rb\n", "a\x00b\n"])
def test_what_is_no_text_of_a_note_is_a_callers_bug(text):
    with pytest.raises(ValueError, match="control characters"):
        LOG.sign(text)


def test_a_checkpoint_comes_back_as_it_was_signed():
    assert HEAD.text == f"weft.example/record\n3\n{base64.b64encode(HEAD.root).decode()}\n"
    assert open_checkpoint(NOTE, LOG.vkey) == Signed(HEAD, NOTE)
    assert Checkpoint.unchecked(NOTE) == HEAD


def test_an_empty_log_has_a_checkpoint_too():
    empty = Checkpoint.empty(LOG.name)

    assert empty == Checkpoint(LOG.name, 0, EMPTY_ROOT)
    assert open_checkpoint(empty.sign(LOG), LOG.vkey).checkpoint == empty


def test_a_key_of_another_name_cannot_sign_for_the_log():
    with pytest.raises(ValueError, match="cannot sign"):
        HEAD.sign(Signer("elsewhere.example", b"s" * 32))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weft.example/record\n3\n",
        "\n3\n" + HEAD.text.split("\n")[2] + "\n",
        HEAD.text + "an extension\n",
        HEAD.text[:-1],
        HEAD.text.replace("\n3\n", "\n03\n"),
        HEAD.text.replace("\n3\n", "\n-3\n"),
        HEAD.text.replace("\n3\n", "\n+3\n"),
        HEAD.text.replace("\n3\n", "\n3 \n"),
        HEAD.text.replace("\n3\n", "\n3_0\n"),
        HEAD.text.replace("\n3\n", "\n٣\n"),
        HEAD.text.replace("\n3\n", "\n9223372036854775808\n"),
        HEAD.text.replace("\n3\n", "\n99999999999999999999\n"),
        "weft.example/record\n3\nAAAA\n",
        "weft.example/record\n3\n\n",
        HEAD.text.replace("=", ""),
        HEAD.text[:-3] + "9=\n",  # the same 32 bytes, spelt another way
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    assert code_of(Checkpoint.parse, text) == "record.checkpoint"


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        NOTE[:-1],
        NOTE.replace("— ".encode(), b"- "),
        NOTE.replace("— ".encode(), "—  ".encode()),
        NOTE.replace("— ".encode(), "—\u00a0".encode()),
        NOTE.replace(b"\n\n", b"\n"),
        NOTE.replace(b"\n3\n", b"\n3\r\n"),
        NOTE.replace(b"\n3\n", b"\n3\x00\n"),
        NOTE.replace(b"weft", b"\xff\xfe"),
        NOTE.replace(b"weft", b"\xc0\xaf"),
        NOTE + b"\n",
        NOTE + b"signed, me\n",
        NOTE + "— weft.example/record AAAA\n".encode(),
        NOTE + "— weft.example/record !\n".encode(),
        NOTE + "— weft.example/record \n".encode(),
        NOTE + "— weft.example/record\n".encode(),
        NOTE + "— a+b AAAAAAAA\n".encode(),
        NOTE + "—  AAAAAAAA\n".encode(),
        NOTE + "— a AAAAAAAA\n".encode() * 100,
        b"x" * 1_000_001,
    ],
)
def test_a_malformed_note_is_refused(note):
    assert code_of(open_checkpoint, note, LOG.vkey) == "record.note"


def test_lines_of_strangers_are_passed_over_up_to_a_hundred():
    joined = NOTE + "— a AAAAAAAA\n".encode() * 99

    assert open_checkpoint(joined, LOG.vkey) == Signed(HEAD, joined)


def test_a_note_that_only_strangers_signed_is_refused():
    assert code_of(open_checkpoint, HEAD.sign(STRANGER), LOG.vkey) == "record.unsigned"


def test_one_false_line_of_a_known_key_spoils_the_note():
    false = Checkpoint(LOG.name, 4, HEAD.root).sign(LOG).split(b"\n\n")[1]

    assert code_of(open_checkpoint, NOTE + false, LOG.vkey) == "record.signature"
    assert code_of(open_checkpoint, HEAD.text.encode() + b"\n" + false, LOG.vkey) == "record.signature"


def test_a_key_id_without_its_key_is_refused():
    forged = STRANGER.verifier.check  # the stranger's signature under the log's own id
    assert forged(HEAD.text.encode(), split_note(HEAD.sign(STRANGER))[1][0][2]) is None
    signature = split_note(HEAD.sign(STRANGER))[1][0][2]
    line = "— weft.example/record ".encode() + base64.b64encode(LOG.verifier.id + signature) + b"\n"

    assert code_of(open_checkpoint, HEAD.text.encode() + b"\n" + line, LOG.vkey) == "record.signature"


def test_a_checkpoint_of_another_log_is_refused_even_under_the_same_key():
    other = LOG.sign(Checkpoint("weft.example/other", 3, HEAD.root).text)

    assert code_of(open_checkpoint, other, LOG.vkey) == "record.origin"


def test_a_cosignature_tells_when_the_witness_saw_this_head():
    cosigned = WITNESS.cosign(NOTE, 1_795_400_000)

    assert open_checkpoint(cosigned, LOG.vkey, [WITNESS.verifier.vkey]) == Signed(
        HEAD, cosigned, (("witness.example/w1", 1_795_400_000),)
    )
    assert open_checkpoint(cosigned, LOG.vkey) == Signed(HEAD, cosigned)


def test_a_witness_alone_does_not_make_a_checkpoint():
    only = WITNESS.cosign(HEAD.sign(STRANGER), 1)

    assert code_of(open_checkpoint, only, LOG.vkey, [WITNESS.verifier.vkey]) == "record.unsigned"


def test_a_cosignature_with_another_time_is_refused():
    _, lines = split_note(WITNESS.cosign(NOTE, 1_000))
    name, key_id, signature = lines[1]
    for bent in (
        (1_001).to_bytes(8, "big") + signature[8:],
        signature[:-1],
        signature + b"\x00",
        b"\x80" + signature[1:],
    ):
        line = f"— {name} ".encode() + base64.b64encode(key_id + bent) + b"\n"
        assert code_of(open_checkpoint, NOTE + line, LOG.vkey, [WITNESS.verifier.vkey]) == "record.signature"


def test_a_cosignature_from_beyond_the_end_of_time_is_refused():
    last, beyond = WITNESS.cosign(NOTE, 2**63 - 1), WITNESS.cosign(NOTE, 2**63)

    assert open_checkpoint(last, LOG.vkey, [WITNESS.verifier.vkey]).cosigned[0][1] == 2**63 - 1
    assert code_of(open_checkpoint, beyond, LOG.vkey, [WITNESS.verifier.vkey]) == "record.signature"


def test_a_note_has_an_end():
    room = 1_000_000 - len(LOG.sign("x\n"))

    assert open_note(LOG.sign("x" * (room + 1) + "\n"), [LOG.verifier]).text == "x" * (room + 1) + "\n"
    assert code_of(open_note, LOG.sign("x" * (room + 2) + "\n"), [LOG.verifier]) == "record.note"


def test_a_witness_key_cannot_stand_for_the_log():
    assert code_of(open_checkpoint, NOTE, WITNESS.verifier.vkey) == "record.key"


@given(data=st.data())
def test_no_changed_byte_of_a_signed_checkpoint_is_accepted(data):
    at = data.draw(st.integers(0, len(NOTE) - 1))
    bent = NOTE[:at] + bytes([NOTE[at] ^ data.draw(st.integers(1, 255))]) + NOTE[at + 1 :]

    assert code_of(open_checkpoint, bent, LOG.vkey).startswith("record.")


@given(junk=st.binary(max_size=60), at=st.integers(0, len(NOTE)), keep=st.booleans())
def test_junk_in_a_note_is_refused_or_changes_nothing(junk, at, keep):
    bent = NOTE[:at] + junk + (NOTE[at:] if keep else b"")
    try:
        opened = open_checkpoint(bent, LOG.vkey)
    except NotProven as refused:
        assert refused.code.startswith("record.")  # noqa: PT017 - both outcomes are right, and checked
    else:
        assert opened == Signed(HEAD, bent)


@given(note=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_reading_any_bytes_as_a_note_ends_in_lines_or_a_refusal(note):
    try:
        text, lines = split_note(note)
    except NotProven as refused:
        assert refused.code == "record.note"  # noqa: PT017
    else:
        assert text.endswith("\n")
        assert lines
