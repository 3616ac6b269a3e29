"""`weft verify election` and `weft verify ballot`: a secret election from its archive, and a device from one ballot."""

# ruff: noqa: PLC0415 - `weft --help` should not wait for the domains

import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from weft.cli._answers import progress, refuse
from weft.errors import RuleBroken

if TYPE_CHECKING:
    from weft.ballots.secret import Report
    from weft.ballots.secret.credentials import Spread

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SPREAD_FROM = 500_000  # bytes of an archive from which on it is quicker to start other processes

# What each code means, for whoever checks an election. Numbers of a refusal stand behind it.
SENTENCES = {
    "secret.format": "Something is not in the form that the specification asks for",
    "secret.canonical": "JSON is written in another spelling than the one that everybody hashes",
    "secret.number": "A number is not below the group's order, or not in its one spelling",
    "secret.element": "A number is not a member of the group",
    "secret.group": "This group is unknown here",
    "secret.question": "This kind of question is not checked here: no blank votes, no shuffled papers",
    "secret.election": "election.json does not hold",
    "secret.credentials": "The list of credentials does not hold",
    "secret.other_election": "A ballot belongs to another election",
    "secret.shape": "A ballot does not have the parts that the questions ask for",
    "secret.proof": "A ballot does not prove that it answers as the question allows",
    "secret.signature": "A ballot is not signed with its credential",
    "secret.stranger": "A ballot's credential is not on the list",
    "secret.replay": "The very same ballot was cast before",
    "secret.closed": "A ballot was cast after the end",
    "secret.order": "An event is not what comes next in an election",
    "secret.archive": "The file is not an archive, byte for byte",
    "secret.history": "The archive does not continue what you have seen before",
    "secret.tally": "The encrypted tally is not that of the last ballot of each credential",
    "secret.few": "It was decrypted though fewer voted than election.json asks for",
    "secret.owner": "A decryption is by nobody among the trustees, or is their second one",
    "secret.decryption": "A trustee did not prove the decryption",
    "secret.factor": "A trustee published a wrong decryption",
    "secret.trustees_missing": "There is a result, but too few trustees have decrypted",
    "secret.result": "The result does not follow from the ballots and the decryptions",
    "secret.trustees": "The trustees' keys do not hold",
    "secret.opened": "The device did not encrypt what it shows: do not vote with it",
}


@click.command("election")
@click.argument("file", type=_FILE)
@click.option("--head", help="The hash of an event that you saw published: it must be in the archive.")
@click.option("--strong", type=_FILE, help="The trustees' strong proofs, one JSON object a line.")
@click.option("--earlier", type=_FILE, help="A copy you kept: the archive must begin with it.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def verify_election(file: Path, head: str | None, strong: Path | None, earlier: Path | None, as_json: bool) -> None:
    """Check the archive FILE of a secret election: every byte, key, ballot, proof, the tally and the result.

    An election that is not closed yet is checked as far as it goes.
    """
    from weft.ballots.secret import verify_election as verify

    try:
        with ExitStack() as stack:
            report = verify(
                stack.enter_context(file.open("rb")),
                head=head,
                earlier=stack.enter_context(earlier.open("rb")) if earlier else None,
                strong=_strong(strong),
                spread=stack.enter_context(_cores(file.stat().st_size)),
                progress=stack.enter_context(progress("bytes", quiet=as_json)),
            )
    except RuleBroken as refusal:
        _refuse(refusal, as_json=as_json)
    if as_json:
        click.echo(json.dumps({"holds": True, **_facts(report)}, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(report)))


@contextmanager
def _cores(size: int) -> Iterator["Spread"]:
    """How to spread the work: over all cores for a large archive."""
    if size < _SPREAD_FROM:
        yield map
        return
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        pool.submit(int).result()  # all processes start here, before the bar has a thread
        try:
            yield pool.map
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _strong(path: Path | None) -> dict[int, bytes]:
    from weft.ballots.secret.codec import fields, parse, whole

    found = {}
    for line in path.read_bytes().splitlines() if path else ():
        owner, _ = fields(parse(line, "strong", 20_000_000), ("owner", "strong"), "strong")
        found[whole(owner, "strong", 1)] = line
    return found


def _refuse(refusal: RuleBroken, *, as_json: bool) -> NoReturn:
    sentence = SENTENCES.get(refusal.rule, "This does not hold")
    shown = {name: _plain(str(value)) for name, value in refusal.numbers.items() if value != ""}
    numbers = ", ".join(value if name == "what" else f"{name} {value}" for name, value in shown.items())
    text = f"{sentence}{f' ({numbers})' if numbers else ''}."
    facts: dict[str, object] = {"code": refusal.rule, "sentence": text, "numbers": refusal.numbers}
    refuse(facts, f"{text} ({refusal.rule})", as_json=as_json)


def _plain(text: str) -> str:
    """Text from a file, without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _facts(report: "Report") -> dict[str, object]:
    election, sums = report.election, report.result or [()] * len(report.election.questions)
    return {
        "uuid": election.uuid,
        "name": election.name,
        "group": election.group.name,
        "fingerprint": election.fingerprint,
        "stage": report.stage,
        "credentials": report.credentials,
        "ballots": report.ballots,
        "voters": report.voters,
        "replaced": report.ballots - report.voters,
        "trustees": [{"keys": len(item.keys), "needed": item.needed} for item in report.trustees.items],
        "decrypted_by": report.decrypted_by,
        "strong": report.strong,
        "questions": [
            {"question": question.text, "answers": question.answers, "sums": row}
            for question, row in zip(election.questions, sums, strict=True)
        ],
        "head": {"hash": report.head.hash, "height": report.head.height},
        "bound": dict(election.weft),
    }


def _lines(report: "Report") -> Iterator[str]:
    election = report.election
    yield f"{_plain(election.name)} ({election.uuid}): everything in the archive holds."
    yield f"Fingerprint of the election: {election.fingerprint}   Group: {election.group.name}"
    replaced = report.ballots - report.voters
    yield f"{report.credentials} credentials, {report.ballots} ballots by {report.voters} voters, {replaced} replaced."
    keys = [
        f"any {item.needed} of {len(item.keys)}" if len(item.keys) > 1 else "one that is always needed"
        for item in report.trustees.items
    ]
    yield f"Trustees: {len(report.trustees.keys)} ({'; '.join(keys)})."
    if report.decrypted_by:
        yield f"Decrypted by: {_list(report.decrypted_by)}. Shown right by a strong proof: {_list(report.strong)}."
    for question, row in zip(election.questions, report.result, strict=False):
        yield _plain(question.text)
        for answer, number in zip(question.answers, row, strict=True):
            yield f"  {number:>9}  {_plain(answer)}"
    yield {
        "voting": "Not yet closed: members may still vote. What is there was checked.",
        "closed": "No more ballots are taken. It is not counted yet; what is there was checked.",
        "counted": "Counted, and not yet decrypted by enough trustees or not yet decided; what is there was checked.",
        "decided": "Decided.",
    }[report.stage]
    yield f"Head: {report.head.hash} (event {report.head.height})"


def _list(owners: tuple[int, ...]) -> str:
    return ", ".join(map(str, owners)) or "none"


@click.command("ballot")
@click.argument("file", type=_FILE)
@click.option("--election", required=True, type=_FILE, help="election.json, the very bytes that were published.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def verify_ballot(file: Path, election: Path, as_json: bool) -> None:
    """Check whether a device encrypted what it was told, with a ballot FILE that was opened instead of cast."""
    from weft.ballots.secret import Election, check_opened
    from weft.ballots.secret.codec import fields, parse_loose

    try:
        asked = Election.read(election.read_bytes())
        raw = file.read_bytes().removesuffix(b"\n")
        rows = check_opened(asked, raw)
    except RuleBroken as refusal:
        _refuse(refusal, as_json=as_json)
    _, tracker, _ = fields(parse_loose(raw, "opened", len(raw)), ("ballot", "tracker", "answers"), "opened")
    marked = [
        [answer for answer, mark in zip(question.answers, row, strict=True) if mark]
        for question, row in zip(asked.questions, rows, strict=True)
    ]
    if as_json:
        click.echo(json.dumps({"holds": True, "tracker": tracker, "marked": marked}, ensure_ascii=False))
        return
    click.echo(f"The ballot {tracker} holds exactly this:")
    for question, answers in zip(asked.questions, marked, strict=True):
        click.echo(f"{_plain(question.text)} {_plain(', '.join(answers)) or '(nothing)'}")
    click.echo("It was opened, so it must not be cast.")
