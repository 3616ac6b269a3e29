"""What the site adds to `weft`: init, serve, manage, operator. pyproject.toml plugs them in.

Django is imported inside the commands: it reads the settings when it is, and those need the secret key that
`weft init` writes.
"""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from weft_site.record.models import Log

# ruff: noqa: PLC0415

START_SECONDS, STOP_SECONDS = 30, 15


def set_up(*, marked: bool = True) -> None:
    """Load Django with the site's settings; one sentence if that cannot be.

    marked: False only for `weft demo`, which makes the folder's mark. Everything else is refused where a real
    server would become a demonstration, or the other way round.
    """
    os.umask(0o077)  # what this server writes is for its own user only
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft_site.settings")
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
    except ImportError:
        raise click.ClickException("the site is not installed: pip install 'weft-councils[site]'") from None
    try:
        django.setup()
        if marked:
            from weft_site.demo.guard import check_mark

            check_mark()
    except ImproperlyConfigured as problem:
        raise click.ClickException(str(problem)) from None


def check(*, deployment: bool = False) -> None:
    """Run every check of Django and of `weft_site.storage`. Ends the command if one finds an error."""
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=deployment, databases=["default"])
    shown = [message for message in found if not message.is_silenced()]
    for message in shown:
        click.echo(f"{message.id}: {message.msg}" + (f" {message.hint}" if message.hint else ""), err=True)
    if any(message.level >= checks.ERROR for message in shown):
        raise click.ClickException("the server does not start before this is put right")


def migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)


@click.command()
def init() -> None:
    """Make the folder, the secret key and the tables that a server needs. Running it again changes nothing."""
    home = Path(os.environ.get("WEFT_HOME", "var")).resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = home / "secret.key"
    if not os.environ.get("WEFT_SECRET_KEY") and not key.exists():
        write_secret(key)
        click.echo(f"Wrote {key}. Keep it: without it everyone has to sign in again.")
    set_up()
    check()
    migrate()
    click.echo(f"Ready in {home}. Start with: weft serve")


def write_secret(path: Path) -> None:
    """Write a new secret that only this user can read, whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=max(2, os.cpu_count() or 1), show_default=True, type=click.IntRange(1, 256))
@click.option("--certificate", type=click.Path(exists=True, dir_okay=False), help="TLS certificate (PEM).")
@click.option("--key", type=click.Path(exists=True, dir_okay=False), help="Its private key (PEM, PKCS #8).")
def serve(*, host: str, port: int, workers: int, certificate: str | None, key: str | None) -> None:
    """Check the storage, bring the tables up to date, and serve until Ctrl-C."""
    if (certificate is None) != (key is None):
        raise click.UsageError("--certificate and --key go together")
    set_up()
    check()
    migrate()
    sys.exit(run_server(host=host, port=port, workers=workers, certificate=certificate, key=key))


def run_server(*, host: str, port: int, workers: int, certificate: str | None = None, key: str | None = None) -> int:
    """Run the web server and the ticker until a signal, or until one of them ends. Returns the exit status.

    Django must be set up, and the tables migrated. `weft demo` uses this too.
    """
    from django.conf import settings

    if settings.SECURE_SSL_REDIRECT and not (certificate or settings.SECURE_PROXY_SSL_HEADER):
        raise click.ClickException(
            "no way to serve over TLS: give --certificate and --key, or set WEFT_BEHIND_PROXY=1 behind a proxy"
            " that does, or WEFT_INSECURE_HTTP=1 to try Weft on this machine alone"
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise click.ClickException(f"cannot listen on {host} port {port}: {problem.strerror}") from None
    programs = {"web server": [sys.executable, "-m", "granian", *granian_options(host, port, workers)]}
    if certificate and key:
        programs["web server"][-1:-1] = ["--ssl-certificate", certificate, "--ssl-keyfile", key]
    programs["ticker"] = [sys.executable, "-c", "from weft_site.commands import tick; tick()"]
    scheme = "https" if certificate else "http"
    return supervise(programs, host=host, port=port, address=f"{scheme}://{host}:{port}/")


def granian_options(host: str, port: int, workers: int) -> list[str]:
    # Four threads a worker: each keeps a database connection of its own. No access log: it would tell who
    # looked at what, and when.
    return [
        "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--backpressure", "64", "--no-ws", "--log-level", "warning", "--no-access-log",
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "weft_site.wsgi:application",
    ]  # fmt: skip


def supervise(programs: Mapping[str, Sequence[str]], *, host: str, port: int, address: str) -> int:
    """Run the programs side by side. All of them or none: when one ends, or on a signal, all are stopped."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: asked.append(got))
    running = {name: start(command) for name, command in programs.items()}
    try:
        waiting_until = time.monotonic() + START_SECONDS
        while not asked and not any(child.poll() is not None for child in running.values()):
            if waiting_until and listens(host, port):
                click.echo(f"Weft is at {address} (stop with Ctrl-C)")
                waiting_until = 0.0
            elif waiting_until and time.monotonic() > waiting_until:
                click.echo(f"The web server did not answer within {START_SECONDS} seconds.", err=True)
                return 1
            time.sleep(0.1)
        ended = [name for name, child in running.items() if child.poll() is not None]
    finally:
        stop(running.values())
    if asked:
        return 0
    click.echo(f"The {ended[0]} has ended by itself, so everything was stopped.", err=True)
    return 1


def start(command: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a program that ends with us, and that Ctrl-C does not reach: a second signal would confuse it."""

    def end_with_parent() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG: also when we are killed

    return subprocess.Popen(  # noqa: S603 - our own list of programs
        command,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - no thread has been started yet
    )


def listens(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def stop(children: "Collection[subprocess.Popen[bytes]]") -> None:
    """Ask each program to end, wait, and then end whatever is left of it: each leads a group of its own."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def tick() -> None:
    """Run the ticker (deadlines, notices, checkpoints) in a process of its own."""
    set_up()
    from weft_site import ticker

    ticker.run()


@click.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own commands, for instance: weft manage check --database default."""
    set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["weft manage", *arguments])


@click.group()
def operator() -> None:
    """For the person who hosts the server. What touches the record leaves an entry in it."""


@operator.command("check")
def operator_check() -> None:
    """Look at settings and storage as `weft serve` does, and at what a public server needs besides."""
    set_up()
    check(deployment=True)
    from weft.errors import RuleBroken
    from weft_site.record.models import Log
    from weft_site.record.operator import look
    from weft_site.record.publish import check_logs

    try:
        check_logs()
    except RuleBroken as refusal:
        raise click.ClickException(f"a record is not as it was signed: {refusal}") from None
    looked = [look(log) for log in Log.objects.exclude(size=0).order_by("slug")]
    for one in looked:
        click.echo(f"{one.slug}: {one.problem or f'all {one.size} entries judged again'}")
    if any(one.problem for one in looked):
        raise click.ClickException("a record does not follow from its own entries")
    click.echo("Nothing found that keeps the server from starting.")


def the_log(slug: str) -> "Log":
    from weft_site.record.models import Log

    found = Log.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Log.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
        raise click.BadParameter(f"there is no record {slug}; known: {known}", param_hint="SLUG")
    return found


@operator.command("export-documents")
@click.argument("slug")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--visibility",
    type=click.Choice(["public", "members", "hashes"]),
    default="public",
    show_default=True,
    help="Up to which documents; the charter says who may be handed more than the public ones.",
)
def operator_export_documents(slug: str, folder: Path, visibility: str) -> None:
    """Write the documents of the record SLUG into FOLDER, as `weft verify record --documents` reads them."""
    set_up()
    from weft_site.record.export import export_documents

    written = export_documents(the_log(slug), folder, visibility=visibility)
    click.echo(f"{written} documents in {folder}.")


@operator.command("key-change")
@click.argument("slug")
def operator_key_change(slug: str) -> None:
    """Sign the record SLUG with a new key from now on; the record itself says so, under the old key."""
    set_up()
    from weft_site import clock
    from weft_site.record.operator import change_key, policy_path

    log = the_log(slug)
    old, new = change_key(log, now=clock.now())
    click.echo(f"Before: {old or 'lost'}\nFrom now on: {new}\nFor those who verify: {policy_path(log)}")


@operator.command("restore")
@click.argument("slug")
@click.option(
    "--from", "folder", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A copy of the record's files.",
)  # fmt: skip
@click.option("--vkey", default="", help="The log's verifier key. Default: that of this server's own key.")
def operator_restore(slug: str, folder: Path, vkey: str) -> None:
    """Take back the entries of the record SLUG that the database has lost, from a copy of its files."""
    set_up()
    from weft.errors import RuleBroken
    from weft.record import NotProven
    from weft_site import clock
    from weft_site.record.keys import key_path, read_key
    from weft_site.record.models import Log
    from weft_site.record.operator import restore

    log = Log.objects.filter(slug=slug).first()
    if not vkey:
        if log is None or not key_path(log).exists():
            raise click.UsageError("give the log's --vkey: this server has no key of its own for it")
        vkey = read_key(log).vkey
    try:
        before, after = restore(slug, folder, vkey=vkey, now=clock.now())
    except (NotProven, RuleBroken) as refusal:
        raise click.ClickException(f"nothing was restored: {refusal}") from None
    if before >= after:
        click.echo(f"The database has {before} entries, the copy {after}: nothing was missing.")
    else:
        click.echo(f"Entries {before} to {after - 1} are back, and an entry says so.")
