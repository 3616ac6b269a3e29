"""The acts that the code records, as the code says it; and those that the reference page lists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACT = re.compile(r"(deliberation|federation|people|operator)\.[a-z][a-z_]*")
NOT_ACTS = {"people.recovery"}  # a kind of notice
MADE_OF_STATES = {"deliberation.motion_": ("ratified", "rejected")}  # f"deliberation.motion_{found.state}"


def recorded():
    """Every act named outside of `formal_act`, which names what a key was used for and not what is recorded."""
    found = set()
    for path in (ROOT / "src/weft_site").rglob("*.py"):
        if path.name == "acts.py" and path.parent.name == "templatetags":
            continue
        tree = ast.parse(path.read_text())
        keys = {id(name) for node in ast.walk(tree) if _is_key(node) for name in ast.walk(node)}
        for node in ast.walk(tree):
            if id(node) in keys:
                continue
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if re.fullmatch(r"(deliberation|federation)\.[a-z_]+", start):
                    found |= {start + state for state in MADE_OF_STATES[start]}
                    keys.add(id(node.values[0]))
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and id(node) not in keys and isinstance(node.value, str)
            and ACT.fullmatch(node.value)
        }  # fmt: skip
    return found - NOT_ACTS


def _is_key(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "formal_act"


def documented():
    """The acts in the first column of the tables of docs/reference/acts.md."""
    page = (ROOT / "docs/reference/acts.md").read_text()
    return {
        name
        for row in re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)
        for name in re.findall(r"`([a-z]+\.[a-z_]+)`", row)
    }


def named():
    from weft_site.templatetags.acts import ACTS

    return set(ACTS)
