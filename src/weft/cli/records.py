"""`weft verify record`: every entry, hash and file of a record, and every act judged again."""

# ruff: noqa: PLC0415 - `weft --help` should not wait for the domains

import json
from pathlib import Path
from typing import Any

import click

from weft.cli._answers import progress, refuse


@click.command("record")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--vkey", required=True, help="The log's verifier key, from anywhere but this folder.")
@click.option("--witness", "witnesses", multiple=True, help="Verifier key of a witness you know. Repeatable.")
@click.option(
    "--earlier",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint you kept: the log must continue it. Repeatable.",
)
@click.option(
    "--documents",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The record's documents: judge every act again by them, from the charter on.",
)
@click.option("--growing", is_flag=True, help="The folder is being written to: pass over what is not signed for yet.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def verify_record(  # noqa: PLR0917 - click passes them by name
    folder: Path,
    vkey: str,
    witnesses: tuple[str, ...],
    earlier: tuple[Path, ...],
    documents: Path | None,
    growing: bool,
    as_json: bool,
) -> None:
    """Check every entry, hash and file of a record in FOLDER; with --documents, judge every act in it again.

    Without documents it is proved that nothing was changed, left out or put in. With them, that every seat, office,
    result and decision follows from the entries by the charter then in force.
    """
    from weft.record import Checkpoint, NotProven, verify_folder

    judging = _Judging(documents) if documents else None
    try:
        with progress("entries", quiet=as_json) as bar:
            report = verify_folder(
                folder,
                vkey,
                witnesses=witnesses,
                earlier=[Checkpoint.unchecked(path.read_bytes()) for path in earlier],
                growing=growing,
                progress=bar,
                reader=judging.read if judging else None,
            )
        replayed = judging.finish() if judging else None
    except NotProven as refusal:
        refuse({"code": refusal.code, "sentence": refusal.sentence}, str(refusal), as_json=as_json)
    head = report.signed.checkpoint
    answer = {
        "holds": True,
        "origin": head.origin,
        "size": head.size,
        "root": head.root.hex(),
        "bytes": report.volume,
        "not_signed_for_yet": report.beyond,
        "cosigned": [{"witness": name, "seconds_since_1970": seconds} for name, seconds in report.signed.cosigned],
    }
    if replayed is not None:
        answer["replayed"] = replayed
    if as_json:
        click.echo(json.dumps(answer))
        return
    click.echo(f"{head.origin}: all {head.size} entries are there, unchanged, under the signed root {head.root.hex()}.")
    for name, _seconds in report.signed.cosigned:
        click.echo(f"Cosigned by {name}.")
    if replayed is not None:
        _say_replayed(replayed)


class _Judging:
    """Replays entries while the verifier reads them.

    What it finds is held back until all of the record is proved to be what was signed: a changed file is then
    called that, and not a wrong decision.
    """

    def __init__(self, folder: Path) -> None:
        from weft.record import Documents
        from weft.replay import Replay

        self.run = Replay(Documents(folder).get)
        self.found: Exception | None = None

    def read(self, _first: int, entries: list[bytes]) -> None:
        from weft.record import NotProven

        for entry in entries if self.found is None else ():
            try:
                self.run.take(entry)
            except NotProven as refusal:
                self.found = refusal
                return

    def finish(self) -> dict[str, object]:
        if self.found is not None:
            raise self.found
        state = self.run.finish()
        return {
            "bodies": sum(body.until_index is None for body in state.bodies.values()),
            "members": sum(body.admitted for body in state.bodies.values()),
            "filled": len(state.holders_at(state.size - 1)) if state.size else 0,
            "decided": sum(motion.decided_at is not None for motion in state.motions.values()),
            "charter": state.charter.hash if state.in_force else "",
            "unchecked": [
                {"index": one.index, "act": one.act, "what": one.what, "why": one.why} for one in self.run.unchecked
            ],
        }


def _say_replayed(found: dict[str, Any]) -> None:
    click.echo(
        f"Judged again by the charter then in force: {found['bodies']} bodies, {found['members']} memberships,"
        f" {found['filled']} filled seats and offices, {found['decided']} decisions. All follow from the entries."
    )
    why = {
        "erased": "the document is not among those you gave",
        "private": "only the body and its server know it",
        "elsewhere": "it stands in another record",
    }
    for one in found["unchecked"]:
        click.echo(f"Not judged: entry {one['index']} ({one['act']}), {one['what']}: {why[one['why']]}.")
