"""Setting up and serving: one command each, refused with one sentence, and nothing left running."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import CommandError, call_command
from tests.conftest import SWITCHES, WEFT

from weft_site.commands import write_secret


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def environment(home):
    kept = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    return {**kept, "WEFT_HOME": str(home), "PYTHONUNBUFFERED": "1"}


def run(environment, *arguments, **more):
    return subprocess.run(
        [*WEFT, *arguments], env={**environment, **more}, capture_output=True, text=True, check=False, timeout=120
    )


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def ready(environment, home, initialised):
    """The environment of a server that has been set up."""
    shutil.copytree(initialised, home)
    return environment


def test_nothing_starts_without_a_secret(environment, home):
    done = run(environment, "serve")

    assert done.returncode == 1
    assert done.stderr == (
        f"Error: no secret key: run `weft init` (it writes {home / 'secret.key'}) or set WEFT_SECRET_KEY\n"
    )
    assert not home.exists()


def test_a_secret_is_readable_by_its_owner_only_and_never_twice_the_same(tmp_path):
    one, other = tmp_path / "one.key", tmp_path / "other.key"
    (tmp_path / "one.new").write_text("left by a start that was cut short")

    write_secret(one)
    write_secret(other)

    assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert len(one.read_text().strip()) >= 64
    assert one.read_text() != other.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.key", "other.key"]


def test_init_twice_changes_nothing(ready, home):
    files = {path.name: path.read_bytes() for path in home.iterdir()}
    second = run(ready, "init")

    assert second.returncode == 0, second.stderr
    assert set(files) == {"secret.key", "weft.sqlite3"}
    assert [oct(stat.S_IMODE(path.stat().st_mode)) for path in (home, *home.iterdir())] == ["0o700", "0o600", "0o600"]
    assert (home / "secret.key").read_bytes() == files["secret.key"]
    assert second.stdout == f"Ready in {home}. Start with: weft serve\n"


def test_a_secret_from_the_environment_is_not_written_down(ready, home):
    (home / "secret.key").unlink()

    done = run(ready, "init", WEFT_SECRET_KEY="from the environment")

    assert done.returncode == 0, done.stderr
    assert [path.name for path in home.iterdir()] == ["weft.sqlite3"]


def test_serving_in_the_clear_must_be_asked_for(ready):
    done = run(ready, "serve", "--port", str(free_port()))

    assert done.returncode == 1
    assert "no way to serve over TLS" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_certificate_without_its_key_is_wrong_usage(environment, tmp_path):
    (tmp_path / "cert.pem").touch()

    done = run(environment, "serve", "--certificate", str(tmp_path / "cert.pem"))

    assert done.returncode == 2
    assert "--certificate and --key go together" in done.stderr


def children(pid: int) -> set[int]:
    """Every process below this one."""
    found = set()
    for path in Path("/proc").glob(f"{pid}/task/*/children"):
        for child in map(int, path.read_text().split()):
            found |= {child} | children(child)
    return found


def alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def all_gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + 20
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


@pytest.fixture
def server(ready, tmp_path):
    """A server that answers. Yields the process, its address, every process below it, and what it prints."""
    said = tmp_path / "said"
    with said.open("w") as output:  # not a pipe: a process that were left over would keep us waiting
        process = subprocess.Popen(
            [*WEFT, "serve", "--workers", "1", "--port", str(free_port())],
            env={**ready, "WEFT_INSECURE_HTTP": "1"}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 30
        while "stop with Ctrl-C" not in said.read_text() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        address = re.search(r"http://\S+/", said.read_text())
        assert address, said.read_text()
        yield process, address[0], children(process.pid), said
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_stopped_leaves_nothing_running(server, number):
    process, _address, below, _said = server
    assert len(below) >= 2  # the web server and its worker

    process.send_signal(number)

    assert process.wait(60) == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert all_gone(below)


@pytest.mark.slow
def test_a_server_keeps_its_port_serves_static_files_and_stops_when_a_program_ends_by_itself(server, ready):
    process, address, below, said = server
    port = address.rstrip("/").rpartition(":")[2]
    assert finders.find("css/base.css")

    with urllib.request.urlopen(f"{address}static/css/base.css", timeout=10) as answer:
        headers = answer.headers
    second = run(ready, "serve", "--port", port, WEFT_INSECURE_HTTP="1")

    assert headers["Content-Type"].startswith("text/css")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Access-Control-Allow-Origin"] is None
    assert headers["ETag"]
    assert second.returncode == 1
    assert second.stderr == f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use\n"

    os.kill(min(below), signal.SIGKILL)

    assert process.wait(60) == 1
    assert "has ended by itself, so everything was stopped" in said.read_text()
    assert all_gone(below)


@pytest.mark.parametrize("command", ["createsuperuser", "changepassword"])
def test_django_s_ways_around_the_council_are_closed(command):
    with pytest.raises(CommandError, match=r"Nobody is admin|The host cannot set"):
        call_command(command)


def test_the_site_has_no_admin():
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
