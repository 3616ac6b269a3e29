"""`weft` on files alone: it answers in words or JSON, and its exit status says whether all of it holds."""

import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from importlib.resources import files

import click
import pytest
from click.testing import CliRunner
from tests.strategies_record import LOG, STRANGER, entry, write_log

from weft import cli
from weft.charter import CharterProblems, articles, load

GOOD = (files("weft.charter") / "library" / "workers-assembly.toml").read_bytes()


def weft(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture
def log(tmp_path):
    """A record of 300 entries, more than one bundle, and the checkpoint that was shown after the first 100."""
    folder = tmp_path / "record"
    write_log(tmp_path / "then", [entry(number) for number in range(100)])
    (tmp_path / "kept").write_bytes((tmp_path / "then/checkpoint").read_bytes())
    write_log(folder, [entry(number) for number in range(300)])
    return folder


def test_a_whole_record_holds(log):
    head = (log / "checkpoint").read_text().splitlines()

    done = weft("verify", "record", log, "--vkey", LOG.vkey)

    assert done.exit_code == 0
    assert done.stdout.startswith(f"{head[0]}: all {head[1]} entries are there, unchanged, under the signed root ")
    assert done.stderr == ""


def test_the_answer_can_be_read_by_a_program(log):
    done = weft("verify", "record", log, "--vkey", LOG.vkey, "--json")
    answer = json.loads(done.stdout)

    assert done.exit_code == 0
    assert len(bytes.fromhex(answer.pop("root"))) == 32
    assert answer == {
        "holds": True,
        "origin": "weft.example/record",
        "size": 300,
        "bytes": sum(len(entry(number)) for number in range(300)),
        "not_signed_for_yet": 0,
        "cosigned": [],
    }


def flip_a_bit(log):
    path = next(path for path in sorted((log / "tile/entries").rglob("*")) if path.is_file())
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)


def lose_a_file(log):
    next(path for path in sorted((log / "tile/entries").rglob("*")) if path.is_file()).unlink()


def lose_the_checkpoint(log):
    (log / "checkpoint").unlink()


@pytest.mark.parametrize("harm", [flip_a_bit, lose_a_file, lose_the_checkpoint])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_harmed_record_does_not_hold(log, harm, as_json):
    harm(log)

    done = weft("verify", "record", log, "--vkey", LOG.vkey, *["--json"] * as_json)

    assert done.exit_code == 1
    if as_json:
        answer = json.loads(done.stdout)
        assert answer["holds"] is False
        assert answer["code"].startswith("record.")
    else:
        assert done.stdout == ""
        assert "(record." in done.stderr


@pytest.mark.parametrize("vkey", [STRANGER.vkey, "not a key", LOG.vkey[:-4] + "AAAA"])
def test_another_key_proves_nothing(log, vkey):
    done = weft("verify", "record", log, "--vkey", vkey)

    assert (done.exit_code, done.stdout) == (1, "")


def test_a_kept_checkpoint_shows_that_history_was_continued(log, tmp_path):
    assert weft("verify", "record", log, "--vkey", LOG.vkey, "--earlier", tmp_path / "kept").exit_code == 0

    write_log(tmp_path / "other", [entry(number) for number in range(1, 301)])
    done = weft("verify", "record", tmp_path / "other", "--vkey", LOG.vkey, "--earlier", tmp_path / "kept")

    assert done.exit_code == 1
    assert "record.consistency" in done.stderr


def test_a_key_is_not_taken_from_the_folder(log):
    assert weft("verify", "record", log).exit_code == 2


def test_a_good_charter_is_named_with_its_hash(tmp_path):
    path = tmp_path / "charter.toml"
    path.write_bytes(GOOD)
    charter = load(GOOD)

    assert weft("charter", "check", path).stdout == (
        f"{path}: {charter.title} is a whole and consistent charter. SHA-256: {charter.hash}\n"
    )
    assert json.loads(weft("charter", "check", path, "--json").stdout) == {
        "holds": True, "id": charter.id, "title": charter.title, "hash": charter.hash,
    }  # fmt: skip


def test_every_problem_of_a_charter_is_named_by_line(tmp_path):
    path = tmp_path / "charter.toml"
    path.write_bytes(GOOD.replace(b"minimum_age = 16", b"minimum_age = -1") + b"\n[astrology]\nsign = 'leo'\n")
    with pytest.raises(CharterProblems) as wrong:
        load(path.read_bytes())

    plain, as_json = weft("charter", "check", path), weft("charter", "check", path, "--json")

    assert (plain.exit_code, as_json.exit_code) == (1, 1)
    assert len(wrong.value.problems) == 2
    assert plain.stderr.splitlines() == [f"{path}:{one.line}: {one.text()}" for one in wrong.value.problems]
    assert [one["code"] for one in json.loads(as_json.stdout)["problems"]] == [one.code for one in wrong.value.problems]


def test_every_charter_that_is_listed_can_be_shown():
    names = [line.split()[0] for line in weft("charter", "list").stdout.splitlines()]

    assert "workers-assembly" in names
    for name in names:
        charter = load((files("weft.charter") / "library" / f"{name}.toml").read_bytes())
        shown = weft("charter", "show", name).stdout
        assert charter.hash in shown
        headings = [f"Article {article.number}. {article.heading()}" for article in articles(charter)]
        assert [line for line in shown.splitlines() if line.startswith("Article ")] == headings


def test_a_charter_that_cannot_be_used_is_not_shown(tmp_path):
    path = tmp_path / "charter.toml"
    path.write_text("title = ")

    done = weft("charter", "show", path)

    assert (done.exit_code, done.stdout) == (1, "")
    assert f"weft charter check {path}" in done.stderr
    assert weft("charter", "show", "no-such-charter").exit_code == 2


def test_help_names_the_commands_of_the_site_and_loads_no_other_domain():
    program = (
        "import sys; from weft.cli import main; main(['charter', '--help'], standalone_mode=False);"
        "print(sorted(m for m in sys.modules if m.startswith(('weft.', 'weft_site', 'django', 'rich'))))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    loaded = done.stdout.splitlines()[-1].strip("[]").replace("'", "").split(", ")
    assert [name for name in loaded if not name.startswith(("weft.cli", "weft.errors"))] == []
    assert {"init", "serve", "manage", "operator"} <= set(cli.main.list_commands(click.Context(cli.main)))


def test_a_command_whose_package_is_absent_is_not_offered(monkeypatch):
    points = [
        EntryPoint("gone", "weft_gone.commands:gone", "weft.commands"),
        EntryPoint("here", "click:version_option", "weft.commands"),
    ]
    monkeypatch.setattr(cli, "entry_points", lambda *, group: points)

    assert "gone" not in cli.main.list_commands(click.Context(cli.main))
    assert weft("gone").exit_code == 2
    assert "is not a command" in weft("here").stderr
