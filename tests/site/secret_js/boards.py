"""Boards with ballots on them, and what may be wrong with them."""

from hashlib import sha256
from secrets import randbelow

import pytest
from tests.site.secret_js import elections, forging
from tests.site.secret_js.browser import Refused
from tests.site.secret_js.elections import SINGLE_KEY, Board

from weft.ballots import secret
from weft.ballots.secret.tally import decrypt

GROUP = secret.ED25519
SECRETS = [11, 22, 33, 44]
LISTED = [secret.public_credential(GROUP, one) for one in SECRETS]
YES, NO, ABSTAIN = [[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]


def hexhash(raw):
    return sha256(raw).hexdigest()


def sealed(board, number, choices):
    return secret.encrypt_ballot(board.election, number, choices, randbelow).raw


def voted(**given):
    """Four credentials, three voters, one of whom votes twice."""
    board = Board(group=GROUP, questions=elections.one_question(), credentials=LISTED, **given)
    for number, choices in ((11, YES), (22, NO), (11, NO), (33, ABSTAIN)):
        board.add("Ballot", sealed(board, number, choices))
    return board


def decided():
    board = voted(weft={"minimum": 3, "roll_size": 4, "credentials_hash": hexhash(written())})
    tally = elections.close(board)
    partial, owned, strong = decrypt(board.election, 1, SINGLE_KEY, tally, randbelow)
    board.add("PartialDecryption", partial, owned)
    board.add("Result", b'{"result":[[0,2,1]]}')
    return board, strong


def written():
    return secret.write_credentials(LISTED)


def rebuilt(board, events):
    """The same election with other events, each well chained: what only its meaning can show to be wrong."""
    setup = events[0][1]
    raw, head = secret.start_archive(elections.TIME, *setup[:3])
    for kind, data in events[1:]:
        more, head = secret.append(head, kind, *data)
        raw += more
    return raw


def refusal(device, raw, name="check", **options):
    with pytest.raises(Refused) as refused:
        device("check.js", name, raw, options)
    return refused.value.code, refused.value.numbers


def with_trustees(board, *entries):
    """The setup of a board with other trustees in the list, whether they hold or not."""
    listed = forging.compact(list(entries)).encode()
    return secret.start_archive(elections.TIME, board.election.raw, listed, written())[0]
