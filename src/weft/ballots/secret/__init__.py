"""Secret ballots that strangers' programs verify: the Belenios protocol and archive.

Members encrypt on their own device, the archive grows for everybody to see, trustees open the sum together, and
anybody checks all of it with `verify_election` or with belenios-tool. Chance and time are arguments; nothing is stored
here. This door has what an election needs from one end to the other; three modules are doors of their own:

    ceremony   how trustees make a key together        commit, reveal, shares, confirm, pedersen, own_key
    tally      adding up and opening                   add_ballots, write_tally, decrypt, read_decryption, open_tally
    archive    the file, record by record              start_archive, append, read_events

Formats, codes and limits: docs/reference/secret-ballots.md.
"""

from weft.ballots.secret.archive import Head, append, start_archive
from weft.ballots.secret.ballot import check_opened, encrypt_ballot, verify_ballot
from weft.ballots.secret.credentials import public_credential, secret_number, write_credentials
from weft.ballots.secret.election import Election, Question, make_election
from weft.ballots.secret.groups import BELENIOS_2048, ED25519
from weft.ballots.secret.trustees import Trustees, make_trustees, read_trustees, single
from weft.ballots.secret.verify import Report, verify_election

__all__ = [
    "BELENIOS_2048",
    "ED25519",
    "Election",
    "Head",
    "Question",
    "Report",
    "Trustees",
    "append",
    "check_opened",
    "encrypt_ballot",
    "make_election",
    "make_trustees",
    "public_credential",
    "read_trustees",
    "secret_number",
    "single",
    "start_archive",
    "verify_ballot",
    "verify_election",
    "write_credentials",
]
