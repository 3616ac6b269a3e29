"""The command `weft`: what one can do with files alone, and the door for what other packages add.

Commands of other packages come through the entry point group ``weft.commands``; so the site adds `init` and
`serve`, and the core need not know it. Exit status: 0 all holds, 1 refused with the reason, 2 wrong usage.
"""

from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec

import click

from weft.cli.charters import charter
from weft.cli.counts import count_file
from weft.cli.elections import verify_ballot, verify_election
from weft.cli.records import verify_record


class Commands(click.Group):
    """Our own commands and those that installed packages plug in; the latter are loaded only when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._plugged()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        plugged = self._plugged().get(cmd_name)
        if plugged is None:
            return None
        command = plugged.load()
        if not isinstance(command, click.Command):
            raise click.ClickException(f"{plugged.value} is not a command")
        return command

    @staticmethod
    def _plugged() -> dict[str, EntryPoint]:
        return {point.name: point for point in entry_points(group="weft.commands") if _exists(point.module)}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package around it is not installed
        return False


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="weft-councils")
def main() -> None:
    """Weft: councils, delegates and decisions, on a record that anyone can prove."""


@main.group()
def verify() -> None:
    """Check what others claim, with nothing but their files and a key."""


main.add_command(charter)
main.add_command(count_file)
verify.add_command(verify_record)
verify.add_command(verify_election)
verify.add_command(verify_ballot)
