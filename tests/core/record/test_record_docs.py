"""The format page lists every code that the record can answer with, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/record-format.md").read_text()
SOURCE = "\n".join(path.read_text() for path in sorted((ROOT / "src/weft/record").glob("*.py")))


def test_every_code_stands_on_the_format_page():
    raised = set(re.findall(r'"(record\.[a-z_]+)"[,)]', SOURCE))

    assert set(re.findall(r"^\| `(record\.[a-z_]+)` \|", PAGE, re.MULTILINE)) == raised
    assert len(raised) > 20


def test_the_entry_on_the_page_is_one(tmp_path):
    from weft.record import Entry

    shown = re.search(r"^\{.*\}$", PAGE, re.MULTILINE)[0].replace("<64 hex digits>", "0" * 64).encode()

    assert Entry.from_bytes(shown).to_bytes() == shown
