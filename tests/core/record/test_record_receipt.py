"""Receipts: one file, or one QR code, that proves one act."""

import base64
from dataclasses import replace

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies_record import LOG, Witness, entry, write_log

from weft.record import Checkpoint, NotProven, Receipt, Tiles
from weft.record.checkpoint import Signed
from weft.record.receipt import QR_BYTES
from weft.record.tree import leaf_hash, node_hash, prove_inclusion, root

LEAVES = [entry(number) for number in range(300)]
W1, W2 = Witness("witness.example/w1", b"1" * 32), Witness("witness.example/w2", b"2" * 32)


@pytest.fixture(scope="module")
def tiles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("log")
    write_log(folder, LEAVES)
    return Tiles(folder, LOG.name)


def receipt_for(tiles, index, extra=b""):
    return Receipt(index, tiles.inclusion(index, len(LEAVES)), tiles.checkpoint(), extra)


def code_of(call, *arguments):
    with pytest.raises(NotProven) as refused:
        call(*arguments)
    return refused.value.code


def test_the_lines_of_a_receipt(tiles):
    receipt = receipt_for(tiles, 299, b"Thank you.")

    lines = ["c2sp.org/tlog-proof@v1", "extra VGhhbmsgeW91Lg==", "index 299"]
    lines += [base64.b64encode(node).decode() for node in receipt.proof]
    assert receipt.to_bytes() == "\n".join(lines).encode() + b"\n\n" + tiles.checkpoint()
    assert receipt.proof


@pytest.mark.parametrize("extra", [b"", b"\0any bytes"])
def test_every_receipt_of_a_log_checks_after_its_way_through_a_file(tiles, extra):
    for index, leaf in enumerate(LEAVES):
        receipt = Receipt.from_bytes(receipt_for(tiles, index, extra).to_bytes())
        assert receipt == receipt_for(tiles, index, extra)
        assert receipt.check(leaf, LOG.vkey).checkpoint == Checkpoint.unchecked(tiles.checkpoint())


def test_a_receipt_is_for_one_entry_at_one_place(tiles):
    receipt = receipt_for(tiles, 7)

    assert code_of(receipt.check, LEAVES[8], LOG.vkey) == "record.inclusion"
    assert code_of(replace(receipt, index=8).check, LEAVES[7], LOG.vkey) == "record.inclusion"
    assert code_of(replace(receipt, index=300).check, LEAVES[7], LOG.vkey) == "record.inclusion"
    assert code_of(replace(receipt, proof=receipt.proof[:-1]).check, LEAVES[7], LOG.vkey) == "record.inclusion"
    assert code_of(receipt.check, LEAVES[7], W1.verifier.vkey) == "record.key"


@given(data=st.data())
def test_no_changed_byte_of_a_receipt_is_accepted(tiles, data):
    written = receipt_for(tiles, 7).to_bytes()
    at = data.draw(st.integers(0, len(written) - 1))
    bent = written[:at] + bytes([written[at] ^ data.draw(st.integers(1, 255))]) + written[at + 1 :]

    assert code_of(lambda: Receipt.from_bytes(bent).check(LEAVES[7], LOG.vkey)).startswith("record.")


GOOD = b"c2sp.org/tlog-proof@v1\nindex 0\n\n"


@pytest.mark.parametrize(
    "receipt",
    [
        b"",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n",
        b"c2sp.org/tlog-proof@v1\n\n",
        GOOD.replace(b"index 0", b"index 00"),
        GOOD.replace(b"index 0", b"index -1"),
        GOOD.replace(b"index 0", b"index  0"),
        GOOD.replace(b"index 0", b"Index 0"),
        GOOD.replace(b"index 0", b"index 0 "),
        GOOD.replace(b"index 0", "index ٣".encode()),
        GOOD.replace(b"index 0", b"extra \nindex 0"),
        GOOD.replace(b"index 0", b"extra !\nindex 0"),
        GOOD.replace(b"index 0", b"index 0\nextra AAAA"),
        GOOD.replace(b"index 0", b"index 0\nAAAA"),
        GOOD.replace(b"index 0", b"index 0\n" + base64.b64encode(b"h" * 33)),
        GOOD.replace(b"index 0", b"index 0\n" + base64.b64encode(b"h" * 32).replace(b"g=", b"h=")),
        GOOD.replace(b"index 0", b"\n".join([b"index 0"] + [base64.b64encode(b"h" * 32)] * 64)),
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"index", b"ind\xffex"),
    ],
)
def test_a_malformed_receipt_is_refused(receipt):
    assert code_of(Receipt.from_bytes, receipt) == "record.receipt"


@given(junk=st.binary(max_size=200))
def test_reading_any_bytes_as_a_receipt_ends_in_a_refusal(junk):
    assert code_of(lambda: Receipt.from_bytes(junk).check(b"", LOG.vkey)).startswith("record.")
    assert code_of(lambda: Receipt.from_bytes(GOOD + junk).check(b"", LOG.vkey)).startswith("record.")


def test_the_receipt_of_a_million_acts_with_two_witnesses_fits_one_qr_code():
    leaf = entry(0)
    same = [leaf_hash(leaf)]  # a log that holds one act a million times needs one hash a level
    for _ in range(20):
        same.append(node_hash(same[-1], same[-1]))

    def nodes(height, _index):
        return same[height]

    head = Checkpoint(LOG.name, 1_000_000, root(1_000_000, nodes))
    note = W2.cosign(W1.cosign(head.sign(LOG), 1_795_400_000), 1_795_400_001)
    receipt = Receipt(524_289, prove_inclusion(524_289, head.size, nodes), note)
    written = receipt.to_bytes()

    code = segno.make_qr(written, error="l", mode="byte", boost_error=False)
    assert len(written) <= QR_BYTES
    assert code.version <= 40
    assert Receipt.from_bytes(written).check(leaf, LOG.vkey, [W1.verifier.vkey, W2.verifier.vkey]) == Signed(
        head, note, (("witness.example/w1", 1_795_400_000), ("witness.example/w2", 1_795_400_001))
    )
    assert segno.make_qr(b"x" * QR_BYTES, error="l", mode="byte", boost_error=False).version == 40
    with pytest.raises(segno.DataOverflowError):
        segno.make_qr(b"x" * (QR_BYTES + 1), error="l", mode="byte", boost_error=False)
