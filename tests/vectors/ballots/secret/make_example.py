"""Write the example election that docs/how-to/verify-an-election.md checks, into the folder strike/.

    PYTHONPATH=. python tests/vectors/ballots/secret/make_example.py

Three trustees, of whom two open it; five members, of whom four vote and one of them twice. Beside the archive stand an
earlier copy of it, the trustees' strong proofs, and a ballot that was opened instead of cast, with its election.json.
All secrets come from fixed seeds: it is an example, and secret from nobody.
"""

from dataclasses import replace
from pathlib import Path

from tests.core.ballots.secret_elections import YES_NO, chance, make, write

from weft.ballots.secret import encrypt_ballot

VOTES = ((0, [[1, 0, 0]]), (1, [[0, 1, 0]]), (2, [[1, 0, 0]]), (1, [[1, 0, 0]]), (3, [[0, 0, 1]]))


def main():
    made = make(singles=0, pedersen=(3, 2), questions=YES_NO, votes=VOTES, voters=5, decrypt_by=[1, 3], seed="strike")
    folder = Path(__file__).with_name("strike")
    folder.mkdir(exist_ok=True)
    at_noon = replace(made.parts, ballots=made.parts.ballots[:3], tally=None)
    opened = encrypt_ballot(made.election, made.secrets[4], [[0, 1, 0]], chance("opened")).opened
    (folder / "strike.bel").write_bytes(write(made.parts))
    (folder / "strike-at-noon.bel").write_bytes(write(at_noon))
    (folder / "strong.jsonl").write_bytes(b"".join(raw + b"\n" for raw in made.strong.values()))
    (folder / "election.json").write_bytes(made.election.raw)
    (folder / "opened.json").write_bytes(opened + b"\n")


if __name__ == "__main__":
    main()
