"""A trustee's part: right, and wrong with a proof that verifies; and what a trustee's browser does not open."""

from dataclasses import replace
from io import BytesIO
from secrets import randbelow

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.boards import refusal, voted
from tests.site.secret_js.browser import Refused
from tests.site.secret_js.elections import SINGLE_KEY, records

from weft.ballots import secret
from weft.ballots.secret.tally import add_ballots, decrypt, elements, empty_tally, write_tally


def test_a_wrong_factor_whose_proof_verifies_is_found_by_the_strong_proof(device):
    board = voted()
    tally = elections.close(board)
    _, _, strong = decrypt(board.election, 1, SINGLE_KEY, tally, randbelow)
    wrong = forging.wrong_part(board.election.fingerprint, SINGLE_KEY, [alpha for alpha, _ in tally.pairs[0]])
    board.add("PartialDecryption", *wrong)

    assert device("check.js", "check", board.bytes)["decryptedBy"] == [1]  # Belenios' proof does hold
    assert refusal(device, board.bytes, strong={1: strong.decode()}) == ("secret.factor", {"trustee": 1})
    board.add("Result", b'{"result":[[0,2,1]]}')
    assert refusal(device, board.bytes) == ("secret.result", {})


def decrypting(device, keyed, raw, **options):
    place, seed, published, _ = keyed
    return device("check.js", "decrypt", raw, place, seed, published, options)


def test_a_trustee_decrypts_the_sum_that_python_reads(device, keyed):
    board = voted(entries=[keyed[3]])
    elections.close(board)

    part = decrypting(device, keyed, board.bytes, minimum=3)
    board.add("PartialDecryption", part["partial"], part["owned"])
    board.add("Result", b'{"result":[[0,2,1]]}')

    report = secret.verify_election(BytesIO(board.bytes), strong={1: part["strong"].encode()})
    assert (report.result, report.strong, part["fingerprint"]) == (((0, 2, 1),), (1,), board.election.fingerprint)


def test_a_trustee_opens_nothing_while_too_few_have_voted(device, keyed):
    few = ("secret.few", {"ballots": 3, "minimum": 4})
    board, bound = voted(entries=[keyed[3]]), voted(entries=[keyed[3]], weft={"minimum": 4})
    elections.close(board)
    elections.close(bound)

    for raw, options in ((board.bytes, {"minimum": 4}), (bound.bytes, {}), (bound.bytes, {"minimum": 2})):
        with pytest.raises(Refused) as refused:
            decrypting(device, keyed, raw, **options)
        assert (refused.value.code, refused.value.numbers) == few


def test_a_trustee_opens_nothing_but_the_sum_of_the_ballots(device, keyed):
    """One ballot in place of the sum: it would be read."""
    board = voted(entries=[keyed[3]])
    raw = [data[0] for kind, data in records(board.bytes) if kind == "Ballot"][-1]
    ballot = secret.verify_ballot(board.election, raw)
    alone = elements(board.election, [answer.choices for answer in ballot.answers])
    one = add_ballots(board.election, empty_tally(board.election), [alone])
    board.add("EndBallots")
    board.add("EncryptedTally", *write_tally(board.election, replace(one, ballots=3)))

    with pytest.raises(Refused) as refused:
        decrypting(device, keyed, board.bytes)
    assert (refused.value.code, refused.value.numbers) == ("secret.tally", {"what": "product"})


def test_a_trustee_opens_nothing_before_the_end_nor_in_another_election(device, keyed):
    open_still, other = voted(entries=[keyed[3]]), voted()
    elections.close(other)

    for raw, code in ((open_still.bytes, "secret.not_counted"), (other.bytes, "secret.not_trustee")):
        with pytest.raises(Refused) as refused:
            decrypting(device, keyed, raw)
        assert refused.value.code == code


def test_another_seed_opens_nothing(device, keyed):
    board = voted(entries=[keyed[3]])
    elections.close(board)
    place, _, published, _ = keyed

    with pytest.raises(Refused, match=r"^secret\.seed "):
        device("check.js", "decrypt", board.bytes, place, "4" * 22, published)
