"""The walls of the house, and proof that each of them holds: what is planted on purpose is caught.

The order of the domains stands in pyproject.toml (import-linter) and once more in DOMAINS below, for foreign keys.
Reasons: ARCHITECTURE.md and docs/decisions/0001.
"""

import ast
import inspect
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models
from django.test.utils import isolate_apps

ROOT = Path(__file__).parents[1]
CORE, SITE = ROOT / "src/weft", ROOT / "src/weft_site"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

# A foreign key points to the same domain or to a lower one; domains of one rank do not know each other.
DOMAINS = {"charter": 0, "record": 0, "people": 1, "ballots": 2, "federation": 3, "deliberation": 4, "demo": 5}


def packages(root: Path) -> list[str]:
    """The domains that exist below a package: folders of Python code, whether or not they have a door yet."""
    found = {path.name for path in root.iterdir() if path.is_dir() and any(path.glob("*.py"))}
    return sorted(found - {"cli"})  # a program, and no domain


# --- imports ---------------------------------------------------------------------------------------------------


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Import-linter over the tree at root, which holds src/ and pyproject.toml."""
    program = (
        "import sys; sys.path.insert(0, 'src'); from importlinter.cli import lint_imports_command as run;"
        "run(['--no-cache'])"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", program], cwd=root, capture_output=True, text=True, check=False, timeout=120
    )


def test_import_contracts_are_kept():
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def tree(tmp_path):
    """A small copy of the house: every package of both sides with its modules, each of them empty."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for contract in PYPROJECT["tool"]["importlinter"]["contracts"]:
        for container in contract.get("containers", []):
            for layer in contract["layers"]:
                for name in re.findall(r"\w+", layer):
                    path = tmp_path / "src" / container.replace(".", "/") / name
                    (path if container in {"weft", "weft_site"} else path.parent).mkdir(parents=True, exist_ok=True)
                    (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).touch()
                    for parent in path.parents:
                        if parent.name != "src" and (tmp_path / "src") in parent.parents:
                            (parent / "__init__.py").touch()
    return tmp_path


def test_the_small_copy_keeps_the_contracts(tree):
    done = lint_imports(tree)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("weft/ballots/quorum.py", "import django.utils.timezone", "The core knows nothing of Django"),
        ("weft/ballots/quorum.py", "import weft_site.ballots.models", "The core knows nothing of Django"),
        ("weft/ballots/quorum.py", "import weft.deliberation", "The core is layered"),
        ("weft/charter/load.py", "import weft.record", "The core is layered"),
        ("weft/record/tree.py", "import weft.charter", "The core is layered"),
        ("weft/record/tree.py", "import weft.cli", "The core is layered"),
        ("weft/astrology/__init__.py", "", "The core is layered"),
        ("weft_site/record/models.py", "import weft_site.deliberation.models", "The site is layered"),
        ("weft_site/record/models.py", "import weft_site.charter.models", "The site is layered"),
        ("weft_site/people/services.py", "import weft_site.federation.facts", "The site is layered"),
        ("weft_site/federation/facts.py", "import weft_site.federation.services", "Inside a site domain"),
        ("weft_site/federation/models.py", "import weft_site.federation.services", "Inside a site domain"),
        ("weft_site/people/services.py", "import weft_site.people.views", "Inside a site domain"),
        ("weft_site/deliberation/views.py", "import weft_site.deliberation.urls", "Inside a site domain"),
    ],
)
def test_a_planted_import_breaks_its_contract(tree, module, line, contract):
    path = tree / "src" / module
    path.parent.mkdir(exist_ok=True)
    path.write_text(line)

    done = lint_imports(tree)

    assert done.returncode == 1
    assert re.search(rf"{contract}.* BROKEN", done.stdout), done.stdout


def test_every_site_domain_stands_in_the_contracts():
    contracts = {c["id"]: c for c in PYPROJECT["tool"]["importlinter"]["contracts"]}
    ordered = {name for layer in contracts["site"]["layers"] for name in re.findall(r"\w+", layer)}
    domains = {name for name in packages(SITE) if any((SITE / name / f).exists() for f in ("models.py", "services.py"))}

    assert ordered == set(DOMAINS)
    assert domains <= ordered
    assert {f"weft_site.{name}" for name in domains - {"demo"}} <= set(contracts["domain"]["containers"])


# --- purity ----------------------------------------------------------------------------------------------------

# What the core may name. Not here, and so refused: time, random, secrets, socket, subprocess, …
MAY_IMPORT = {
    "__future__", "abc", "ast", "base64", "binascii", "bisect", "collections", "contextlib", "dataclasses", "datetime",
    "difflib", "enum", "fractions", "functools", "hashlib", "heapq", "importlib", "io", "itertools", "json", "math",
    "operator", "pathlib", "re", "string", "struct", "textwrap", "tomllib", "types", "typing", "unicodedata", "weft",
    "tomlkit",  # charters are edited without losing their comments
}  # fmt: skip
ALSO = {
    "record": {"cryptography", "os", "stat", "threading"},  # signatures; files that survive a power cut
    "ballots": {"gmpy2", "nacl", "numpy"},  # large numbers and curves of secret ballots; counting in bulk
    "cli": {"click", "rich", "concurrent", "os"},  # a program: it draws bars and spreads work over the cores
}
# Third-party packages that may be loaded in a clean interpreter, our own choice and what it needs itself.
MAY_BE_LOADED = {"weft", "cryptography", "_cffi_backend", "tomlkit"}
NEVER_LOADED = {"asyncio", "django", "http", "multiprocessing", "socket", "sqlite3", "ssl", "subprocess", "weft_site"}

DECIDING = ("charter", "ballots", "federation", "deliberation")
CLOCKS = {"now", "utcnow", "today", "localtime", "monotonic", "time_ns"}


def impurities(path: Path, domain: str) -> Iterator[str]:
    """What a file of the core does that no rule may: each with its line. domain: its package, or its own name."""
    allowed, decides = MAY_IMPORT | ALSO.get(domain, set()), domain in DECIDING
    for node in ast.walk(ast.parse(path.read_text())):
        where = f"{path.name}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "weft"]
            for name in names:
                if name.split(".")[0] not in allowed or (name.startswith("os.") and name != "os.path"):
                    yield f"{where} imports {name}"
        elif isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            yield f"{where} reads the clock: {ast.unparse(node)}"
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.urandom", "os.environ", "os.getenv"}:
            yield f"{where} reads the machine: {ast.unparse(node)}"
        elif decides and isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{where} has the float {node.value}"
        elif decides and isinstance(node, ast.Call) and ast.unparse(node.func) in {"float", "math.sqrt", "math.log"}:
            yield f"{where} makes a float: {ast.unparse(node)}"
        elif decides and isinstance(node, ast.Call) and ast.unparse(node.func) == "hash":
            yield f"{where} depends on the interpreter's hash seed: {ast.unparse(node)}"


def test_no_file_of_the_core_names_a_clock_chance_or_network():
    found = [
        impurity
        for path in sorted(CORE.rglob("*.py"))
        for impurity in impurities(path, path.relative_to(CORE).parts[0])
    ]

    assert found == []


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("import random", "imports random"),
        ("from random import shuffle", "imports random"),
        ("import time", "imports time"),
        ("import secrets", "imports secrets"),
        ("import socket", "imports socket"),
        ("import urllib.request", "imports urllib.request"),
        ("import click", "imports click"),
        ("import os", "imports os"),
        ("import threading", "imports threading"),
        ("from django.utils import timezone", "imports django.utils"),
        ("def f():\n    import subprocess", "imports subprocess"),
        ("from datetime import datetime\nx = datetime.now()", "reads the clock"),
        ("import datetime\nx = datetime.date.today()", "reads the clock"),
        ("share = 0.5", "has the float 0.5"),
        ("share = float('1')", "makes a float"),
        ("import math\nshare = math.sqrt(2)", "makes a float"),
        ("order = hash('a')", "hash seed"),
    ],
)
def test_a_planted_impurity_is_caught(tmp_path, line, caught):
    planted = tmp_path / "quorum.py"
    planted.write_text(f'"""Quorum."""\n\n{line}\n')

    found = list(impurities(planted, "ballots"))

    assert len(found) == 1
    assert caught in found[0]


@pytest.mark.parametrize("line", ["salt = os.urandom(32)", "home = os.environ['HOME']", "home = os.getenv('HOME')"])
def test_the_record_may_sync_a_file_but_not_ask_the_machine(tmp_path, line):
    path = tmp_path / "files.py"
    path.write_text(f"import os\n\nos.fsync(1)\n{line}\n")

    (found,) = impurities(path, "record")

    assert "files.py:4 reads the machine" in found


def test_exact_code_is_not_called_impure(tmp_path):
    path = tmp_path / "quorum.py"
    path.write_text("from fractions import Fraction\nfrom math import ceil\n\nneeded = ceil(7 * Fraction(1, 2))\n")

    assert list(impurities(path, "ballots")) == []


LIST_LOADED = """
import json, sys
before = set(sys.modules)
sys.path[:0] = {paths}
__import__({name!r})
print(json.dumps(sorted({{name.split(".")[0] for name in set(sys.modules) - before}})))
"""


def loaded_by(name: str, *paths: Path) -> set[str]:
    """The top-level modules that a clean interpreter loads for one import."""
    program = LIST_LOADED.format(name=name, paths=[str(path) for path in paths])
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def foreign(loaded: set[str]) -> set[str]:
    ours_or_standard = MAY_BE_LOADED | set(sys.stdlib_module_names) - NEVER_LOADED
    return {name for name in loaded if name not in ours_or_standard and not name.startswith("_")}


@pytest.mark.parametrize("domain", ["errors", *packages(CORE)])
def test_a_clean_interpreter_loads_only_the_core(domain):
    assert foreign(loaded_by(f"weft.{domain}", ROOT / "src")) == set()


@pytest.mark.parametrize("name", ["django", "socket", "subprocess", "sqlite3", "click"])
def test_a_planted_library_is_seen_in_a_clean_interpreter(tmp_path, name):
    (tmp_path / "planted.py").write_text(f"import {name}\n")

    assert name in foreign(loaded_by("planted", tmp_path) - {"planted"})


# --- foreign keys ----------------------------------------------------------------------------------------------


def domain_of(model: type[models.Model]) -> str | None:
    """The domain whose folder holds a model; None for models that come with Django and allauth."""
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "weft_site" else None


def wrong_keys(classes: list[type[models.Model]]) -> Iterator[str]:
    """Keys that point up or sideways, and keys that could point anywhere."""
    for model in classes:
        own = domain_of(model)
        if own is None:
            continue
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many, *model._meta.private_fields):
            name = f"{model._meta.label}.{field.name}"
            if isinstance(field, GenericForeignKey):
                yield f"{name} can point to any domain"
            elif isinstance(field.remote_field, models.ForeignObjectRel):
                target = domain_of(field.related_model)
                if target not in {None, own} and not DOMAINS[target] < DOMAINS[own]:
                    yield f"{name} points from {own} to {target}"


def test_foreign_keys_point_down():
    own = [model for model in apps.get_models(include_auto_created=True) if domain_of(model)]

    assert {domain_of(model) for model in own} >= {"charter", "record", "people", "federation", "deliberation"}
    assert list(wrong_keys(own)) == []


@pytest.mark.parametrize(
    ("source", "target", "found"),
    [
        ("record", "deliberation", ["weft_site.Source.link points from record to deliberation"]),
        ("record", "charter", ["weft_site.Source.link points from record to charter"]),
        ("people", "ballots", ["weft_site.Source.link points from people to ballots"]),
        ("deliberation", "record", []),
        ("federation", "people", []),
        ("federation", "federation", []),
    ],
)
@pytest.mark.parametrize("field", [models.ForeignKey, models.OneToOneField, models.ManyToManyField])
def test_a_planted_foreign_key_is_caught(source, target, found, field):
    with isolate_apps("weft_site"):
        meta = type("Meta", (), {"app_label": "weft_site"})
        below = type("Target", (models.Model,), {"__module__": f"weft_site.{target}.models", "Meta": meta})
        options = {} if field is models.ManyToManyField else {"on_delete": models.PROTECT}
        link = field(below, related_name="+", **options)
        above = type(
            "Source", (models.Model,), {"__module__": f"weft_site.{source}.models", "Meta": meta, "link": link}
        )

        assert list(wrong_keys([below, above])) == found


# --- doors -----------------------------------------------------------------------------------------------------

MOST_NAMES = 15  # about seven is the aim, as 400 lines are for a file; beyond this it is no door any more


def door_problems(package) -> Iterator[str]:
    """A package shows about seven names, each with its own words."""
    names = getattr(package, "__all__", None)
    if not names:
        yield f"{package.__name__} has no __all__"
        return
    if not (package.__doc__ or "").strip():
        yield f"{package.__name__} has no docstring"
    if len(names) > MOST_NAMES:
        yield f"{package.__name__} shows {len(names)} names, more than {MOST_NAMES}"
    for name in names:
        thing = getattr(package, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue  # a constant or a type alias: its words are a comment above it
        written = inspect.getdoc(thing) if inspect.isfunction(thing) else thing.__dict__.get("__doc__")
        # dataclass writes its own docstring, "Name(field: int)", which says nothing
        if not written or written.startswith(f"{name}("):
            yield f"{package.__name__}.{name} has no docstring"


@pytest.mark.parametrize("domain", packages(CORE))
def test_each_core_package_has_a_small_door_in_words(domain):
    assert list(door_problems(import_module(f"weft.{domain}"))) == []


def test_a_planted_bad_door_is_caught(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "planted_bare.py").write_text('"""Words."""\n')
    (tmp_path / "planted_door.py").write_text(
        "from dataclasses import dataclass\n"
        f"__all__ = ['Row', 'act', 'RULE', {', '.join(f'{chr(97 + i)!r}' for i in range(14))}]\n"
        "@dataclass\nclass Row:\n    x: int\n"
        "def act(): pass\n"
        "RULE = 1\n" + "".join(f"{chr(97 + i)} = {i}\n" for i in range(14))
    )

    assert list(door_problems(import_module("planted_bare"))) == ["planted_bare has no __all__"]
    assert list(door_problems(import_module("planted_door"))) == [
        "planted_door has no docstring",
        "planted_door shows 17 names, more than 15",
        "planted_door.Row has no docstring",
        "planted_door.act has no docstring",
    ]


# --- lengths, types, style -------------------------------------------------------------------------------------


@pytest.fixture
def lengths(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    return import_module("lengths")


def test_no_file_or_function_is_too_long(lengths):
    found = lengths.long_things(ROOT, lengths.python_files(ROOT))

    assert [thing for thing in found if thing.fails] == []


@pytest.mark.parametrize(
    ("lines", "found"), [(40, []), (41, [False]), (80, [False]), (81, [True]), (400, [True]), (801, [True, True])]
)
def test_a_planted_long_function_is_caught(lengths, tmp_path, lines, found):
    path = tmp_path / "long.py"
    path.write_text("def act():\n" + "    pass\n" * (lines - 1))

    assert [thing.fails for thing in lengths.long_things(tmp_path, [path])] == found


def run_tool(*command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.slow
def test_the_core_is_typed_strictly():
    assert run_tool("mypy") == ""


@pytest.mark.slow
def test_the_style_is_kept():
    assert run_tool("ruff", "check", "src", "tests", "scripts", "benchmarks") == ""
