"""A verifier that we did not write: golang.org/x/mod/sumdb, as Debian packages it, on logs that we wrote."""

import base64
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.strategies_record import LOG, STRANGER, Witness, entry, files_of, write_log

from weft.record import Receipt, Tiles

SOURCE = Path(__file__).parents[2] / "go/verify.go"
GOPATH = Path("/usr/share/gocode")
PACKAGES = "golang-go golang-golang-x-mod-dev golang-golang-x-crypto-dev"
LEAVES = [entry(number) for number in range(5_000)]
WITNESS = Witness("witness.example/w1", b"w" * 32)


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    """The program, built afresh. Without Go this test says so; where CI is set it must not be without."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        missing = f"the independent verifier needs Debian's {PACKAGES}"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    folder = tmp_path_factory.mktemp("go")
    program = folder / "verify"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache")}
    subprocess.run(["go", "build", "-o", program, SOURCE.name], cwd=SOURCE.parent, env=environment, check=True)

    def run(*arguments):
        done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout

    return run


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 5_000])
def test_go_accepts_our_log_and_finds_the_same_root(verifier, tmp_path, size):
    head = write_log(tmp_path, LEAVES[:size], batches=[size // 3, size // 2])

    said = verifier("log", tmp_path, LOG.vkey)

    assert said == (0, f"ok {size} {base64.b64encode(head.root).decode()} 0\n")


def test_go_checks_the_cosignature_of_a_witness(verifier, tmp_path):
    head = write_log(tmp_path, LEAVES[:3])
    Tiles(tmp_path, LOG.name).publish(WITNESS.cosign(head.sign(LOG), 1_795_400_000))

    said = verifier("log", tmp_path, LOG.vkey, WITNESS.verifier.vkey)

    assert said == (0, f"ok 3 {base64.b64encode(head.root).decode()} 1\n")


def test_go_refuses_the_log_of_another_key(verifier, tmp_path):
    write_log(tmp_path, LEAVES[:3], signer=STRANGER)

    status, said = verifier("log", tmp_path, LOG.vkey)

    assert status == 1
    assert "no verifiable signatures" in said


def test_go_refuses_every_kind_of_change(verifier, tmp_path):
    write_log(tmp_path, LEAVES[:600])
    for name, content in files_of(tmp_path).items():
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for changed in (flipped, content[:-1], content + b"\0"):
            (tmp_path / name).write_bytes(changed)
            status, said = verifier("log", tmp_path, LOG.vkey)
            assert (status, said[:8]) == (1, "refused:"), name
        (tmp_path / name).write_bytes(content)
    assert verifier("log", tmp_path, LOG.vkey)[0] == 0


def test_go_accepts_our_receipt_for_its_entry_only(verifier, tmp_path):
    head = write_log(tmp_path / "log", LEAVES[:300])
    tiles = Tiles(tmp_path / "log", LOG.name)
    note = WITNESS.cosign(head.sign(LOG), 1_795_400_000)
    (tmp_path / "receipt").write_bytes(Receipt(7, tiles.inclusion(7, 300), note, b"extra").to_bytes())
    (tmp_path / "right").write_bytes(LEAVES[7])
    (tmp_path / "wrong").write_bytes(LEAVES[8])
    keys = LOG.vkey, WITNESS.verifier.vkey

    assert verifier("receipt", tmp_path / "receipt", tmp_path / "right", *keys) == (
        0,
        f"ok 300 {base64.b64encode(head.root).decode()} 1\n",
    )
    assert verifier("receipt", tmp_path / "receipt", tmp_path / "wrong", *keys)[0] == 1
