"""The vectors: the protocol as another program worked it out, and an archive that Debian's belenios-tool wrote."""

import json
from pathlib import Path

import pytest
from tests.core.ballots.secret_elections import audit, chance

from weft.ballots.secret import BELENIOS_2048, Election, check_opened, public_credential, secret_number
from weft.ballots.secret import ceremony as steps
from weft.ballots.secret.ballot import _encrypted
from weft.ballots.secret.groups import challenge
from weft.ballots.secret.proofs import Proof, prove_same, proves_same
from weft.ballots.secret.tally import lagrange
from weft.ballots.secret.trustees import Coefficients, certs_message

FOLDER = Path(__file__).parents[2] / "vectors/ballots/secret"
VECTORS = json.loads((FOLDER / "protocol.json").read_text())
HELD = VECTORS["ceremony"]
GROUP = BELENIOS_2048
CEREMONY = steps.Ceremony(HELD["id"], GROUP, HELD["size"], HELD["threshold"])
COMMITMENTS = [one["commit"].encode() for one in HELD["trustees"]]
REVEALS = [one["reveal"].encode() for one in HELD["trustees"]]
DEALT = [one["shares"].encode() for one in HELD["trustees"]]

each_trustee = pytest.mark.parametrize("one", HELD["trustees"], ids=lambda one: f"trustee {one['index']}")


def test_a_challenge():
    case = VECTORS["challenge"]
    elements = [GROUP.read(text) for text in case["elements"]]

    assert challenge(GROUP, case["prefix"], *elements) == int(case["is"])


@pytest.mark.parametrize("case", VECTORS["credentials"], ids=lambda case: str(case["number"]))
def test_a_credential(case):
    secret = secret_number(GROUP, case["master"], case["number"])

    assert (str(secret), public_credential(GROUP, secret)) == (case["secret"], case["public"])


@each_trustee
def test_what_follows_from_a_seed(one):
    keys = steps._keys(GROUP, one["seed"])

    assert tuple(map(str, keys)) == (one["sk"], one["dk"])
    assert list(map(str, steps._polynomial(CEREMONY, one["index"], one["seed"]))) == one["polynomial"]


@each_trustee
def test_what_another_program_publishes_is_accepted(one):
    index = one["index"]
    others = {i: raw for i, raw in enumerate(REVEALS, 1) if i < index}

    found = steps.check_reveal(CEREMONY, index, REVEALS[index - 1], commitments=COMMITMENTS, others=others)
    steps.check_shares(CEREMONY, index, DEALT[index - 1], reveals=REVEALS)

    ours = json.loads(json.loads(steps.reveal(CEREMONY, index, one["seed"]))["cert"]["message"])
    assert ours == json.loads(found.cert.json["message"])  # all but the chance of the signature


@each_trustee
def test_a_ceremony_begun_with_another_program_goes_on_with_ours(one):
    key = steps.own_key(CEREMONY, one["index"], one["seed"], reveals=REVEALS, dealt=DEALT)
    entry = steps.confirm(CEREMONY, one["index"], one["seed"], reveals=REVEALS, dealt=DEALT, draw=chance(1))

    assert str(key) == one["own_key"]
    assert json.loads(entry)["public_key"] == one["verification_key"]
    steps.check_confirmation(CEREMONY, one["index"], entry, reveals=REVEALS)


def test_the_key_of_all_and_what_they_sign():
    confirmed = [
        steps.confirm(CEREMONY, one["index"], one["seed"], reveals=REVEALS, dealt=DEALT, draw=chance(1))
        for one in HELD["trustees"]
    ]

    kind, entry = steps.pedersen(CEREMONY, reveals=REVEALS, dealt=DEALT, confirmations=confirmed)

    assert (kind, list(entry)) == (
        "Pedersen", ["threshold", "certs", "coefexps", "signatures", "verification_keys"]
    )  # fmt: skip
    keys = [json.loads(json.loads(raw)["coefexps"]["message"])["coefexps"][0] for raw in REVEALS]
    product = GROUP.one
    for key in keys:
        product = GROUP.times(product, GROUP.read(key))
    assert GROUP.text(product) == HELD["public_key"]
    row = Coefficients((GROUP.one,), None)
    assert certs_message(GROUP, [{"a": "ä"}], row) == 'certs_sig|{"certs":[{"a":"ä"}],"coefexps":["1"]}'


def test_lagrange():
    for chosen, weights in HELD["lagrange"].items():
        numbers = [int(number) for number in chosen.split(",")]
        assert [str(lagrange(GROUP, numbers, number)) for number in numbers] == weights


@pytest.mark.parametrize("case", VECTORS["choices"], ids=lambda case: str(case["mark"]))
def test_an_encrypted_choice(case):
    class Asked:
        group = GROUP
        key = staticmethod(GROUP.fixed(GROUP.read(HELD["public_key"])))

    assert _encrypted(Asked, case["mark"], int(case["r"])) == (case["alpha"], case["beta"])


@pytest.mark.parametrize("kind", ["proof", "strong"])
def test_a_factor_and_both_its_proofs(kind):
    case = VECTORS["decryption"]
    x, w = int(case["x"]), int(case["w"])
    alpha, public = GROUP.read(case["alpha"]), GROUP.power(GROUP.generator, x)
    pair = alpha, GROUP.secret_power(alpha, x)
    prefix = ("weft/" if kind == "strong" else "") + f"decrypt|{case['fingerprint']}|{GROUP.text(public)}|"
    hashed = pair if kind == "strong" else ()

    made = prove_same(GROUP, prefix, alpha, x, lambda _q: w, hashed=hashed)

    assert GROUP.text(pair[1]) == case["factor"]
    assert made.json() == case[kind]
    assert proves_same(GROUP, prefix, GROUP.powers(public), pair, Proof.read(GROUP, case[kind]), hashed=hashed)


def test_the_archive_that_belenios_tool_wrote():
    report = audit((FOLDER / "by-belenios-tool-2.0.bel").read_bytes())

    assert (report.election.uuid, report.stage) == ("Q4vs9pPbucTBHJ", "decided")
    assert (report.credentials, report.ballots, report.voters, report.result) == (3, 3, 2, ((0, 2),))
    assert report.head.hash == "2ddd52605df057888407c052cbeb10b3d9cdeb3890b5ae25757eee70bbd0df16"


def test_the_example_is_the_one_that_its_script_makes(tmp_path, monkeypatch):
    import runpy

    script = (FOLDER / "make_example.py").read_text()
    copy = tmp_path / "make_example.py"
    copy.write_text(script)
    runpy.run_path(str(copy), run_name="__main__")

    made = {path.name: path.read_bytes() for path in (tmp_path / "strike").iterdir()}
    assert made == {path.name: path.read_bytes() for path in (FOLDER / "strike").iterdir()}
    opened = check_opened(Election.read(made["election.json"]), made["opened.json"].removesuffix(b"\n"))
    assert opened == ((0, 1, 0),)


def test_the_protocol_is_the_one_that_its_script_works_out(tmp_path):
    import runpy

    copy = tmp_path / "make_protocol.py"
    copy.write_text((FOLDER / "make_protocol.py").read_text())
    runpy.run_path(str(copy), run_name="__main__")

    assert (tmp_path / "protocol.json").read_text() == (FOLDER / "protocol.json").read_text()
