"""Step 7: the record of it all, checked by programs that know nothing of this server."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.record.test_record_go import GOPATH, PACKAGES, SOURCE

WEFT = Path(sys.executable).with_name("weft")


def weft_verify(folder: Path, vkey: str, documents: Path) -> dict[str, object]:
    """What `weft verify record` answers, in a process of its own, about the files alone."""
    asked = [WEFT, "verify", "record", folder, "--vkey", vkey, "--documents", documents, "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WEFT_", "DJANGO_"))}
    done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def go_verify(folder: Path, vkey: str, at: Path) -> str:
    """What the verifier that we did not write says; without Go nothing, which where CI is set must not be."""
    if shutil.which("go") is None or not (GOPATH / "src/golang.org/x/mod/sumdb").is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"the independent verifier needs Debian's {PACKAGES}")
        return ""
    program = at / "verify"
    environment = os.environ | {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(at / "cache")}
    subprocess.run(["go", "build", "-o", program, SOURCE.name], cwd=SOURCE.parent, env=environment, check=True)
    return subprocess.run(
        [program, "log", folder, vkey], capture_output=True, text=True, timeout=60, check=False
    ).stdout
