"""Lists as files: rolls out as CSV and XLSX, rolls in from CSV and XLSX. Pure functions on bytes; nothing is stored.

Out: no cell can be taken for a formula. In: strict UTF-8, limits before anything is unpacked, and every row that
cannot be taken is named with its line and the reason.
"""

# ruff: noqa: PLC0415 - openpyxl brings NumPy, and a server that reads no workbook starts without both

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from weft.errors import RuleBroken
from weft_site.federation.rolls import looks_like
from weft_site.people.names import clean_email, clean_name

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 50
MOST_CELL = 2_000
MOST_FILES = 100  # parts of a workbook
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100  # unpacked size to packed size; real workbooks stay below 20

FORMULA = "=+-@|%;\t\r\n"
HEADERS = {
    "name": {"name", "full name", "member", "nombre", "имя", "фио", "姓名", "họ tên", "tên"},
    "first": {"first name", "given name", "forename", "firstname"},
    "last": {"last name", "family name", "surname", "lastname"},
    "email": {
        "email",
        "e-mail",
        "e-mail address",
        "email address",
        "mail",
        "correo",
        "почта",
        "电子邮件",
        "thư điện tử",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
    """One person of a list. number: its line in the file, the heading being 1."""

    number: int
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be taken (rule id of the sentence), or, as a warning, what to look at."""

    number: int
    rule: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it was read. total: rows with anything in them, the heading not counted."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    total: int


# --- in -----------------------------------------------------------------------------------------------------------


def read_sheet(content: bytes) -> Sheet:
    """Read a list of people from a CSV or XLSX file; what kind it is, its bytes say.

    Refusals: ``import.size``, ``import.empty``, ``import.encoding``, ``import.nul``, ``import.csv``, ``import.rows``,
    ``import.columns``, ``import.header``, ``import.workbook``, ``import.old_workbook``.
    """
    if len(content) > MOST_BYTES:
        raise RuleBroken("import.size", most=MOST_BYTES // 1024 // 1024)
    if not content.strip():
        raise RuleBroken("import.empty")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise RuleBroken("import.old_workbook")
    rows = _workbook_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    return _people(rows)


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of a CSV file."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise RuleBroken("import.encoding", line=1)
    if b"\x00" in content:
        raise RuleBroken("import.nul", line=content.count(b"\n", 0, content.index(b"\x00")) + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise RuleBroken("import.encoding", line=content.count(b"\n", 0, wrong.start) + 1) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise RuleBroken("import.csv", line=begins) from None


def _delimiter(text: str) -> str:
    """Comma, semicolon or tab: the one that stands most often in the heading."""
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _workbook_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of the first sheet of a workbook; values only, never a formula."""
    from openpyxl import load_workbook

    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # a file may claim a million columns; only what is there is read
        for number, row in enumerate(sheet.iter_rows(), start=1):
            yield number, [_cell(cell) for cell in row]
    except RuleBroken:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a broken file makes it raise
        raise RuleBroken("import.workbook") from None


def _cell(cell) -> str:
    """A cell as text. A formula stays one, so that the row is refused and not its last result taken."""
    value = cell.value
    if value is None:
        return ""
    text = str(value)
    return f"={text.lstrip('=')}" if cell.data_type == "f" else text


def _check_archive(content: bytes) -> None:
    """Judge a workbook by its directory before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise RuleBroken("import.workbook") from None
    unpacked = sum(part.file_size for part in parts)
    nested = any(part.filename.lower().endswith((".zip", ".xlsx")) for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if len(parts) > MOST_FILES or unpacked > MOST_UNPACKED or nested or unpacked > packed * MOST_RATIO:
        raise RuleBroken("import.bomb")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise RuleBroken("import.workbook")


def _people(rows: Iterable[tuple[int, list[str]]]) -> Sheet:
    columns: dict[str, int] = {}
    lines, faults, warnings = [], [], []
    emails: dict[str, int] = {}
    names: dict[str, int] = {}
    total = 0
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > MOST_COLUMNS:
            raise RuleBroken("import.columns", line=number, most=MOST_COLUMNS)
        if not columns:
            columns = _columns(cells)
            continue
        total += 1
        if total > MOST_ROWS:
            raise RuleBroken("import.rows", most=MOST_ROWS)
        line = _line(number, cells, columns)
        if isinstance(line, Fault):
            faults.append(line)
        elif line.email and line.email in emails:
            faults.append(Fault(number, "import.twice", str(emails[line.email])))
        else:
            emails[line.email] = number
            alike = names.setdefault(looks_like(line.name), number)
            if alike != number:
                warnings.append(Fault(number, "import.alike", str(alike)))
            lines.append(line)
    if not total:
        raise RuleBroken("import.empty")
    return Sheet(tuple(lines), tuple(faults), tuple(warnings), total)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Field -> column, by the heading. Refusal: ``import.header``."""
    heading = [" ".join(cell.strip().strip("\ufeff").casefold().split()) for cell in cells]
    found = {
        field: next((place for place, word in enumerate(heading) if word in words), -1)
        for field, words in HEADERS.items()
    }
    if found["name"] < 0 and found["first"] < 0 and found["last"] < 0:
        raise RuleBroken("import.header")
    return found


def _line(number: int, cells: Sequence[str], columns: dict[str, int]) -> Line | Fault:
    def cell(field: str) -> str:
        place = columns[field]
        return cells[place] if 0 <= place < len(cells) else ""

    name = cell("name") or " ".join(part for part in (cell("first").strip(), cell("last").strip()) if part)
    email = cell("email").strip()
    if max(len(name), len(email)) > MOST_CELL:
        return Fault(number, "import.long")
    if any(is_formula(text) for text in (cell("name"), cell("first"), cell("last"), email)):
        return Fault(number, "import.formula", shown(name or email))
    try:
        return Line(number, clean_name(name), clean_email(email) if email else "")
    except RuleBroken as refusal:
        rule = f"import.{refusal.rule.partition('.')[2]}"
        return Fault(number, rule, shown(email if rule == "import.email" else name))


def shown(text: str) -> str:
    """A piece of somebody's file as a page may show it: short, on one line, with nothing invisible."""
    kept = "".join(c if unicodedata.category(c)[0] not in "CZ" or c == " " else " " for c in text)
    return kept[:60]


def is_formula(text: str) -> bool:
    """Whether a program might run this cell: its first visible character, after NFKC, begins a formula or a command."""
    plain = unicodedata.normalize("NFKC", text)
    if plain[:1] in {"\t", "\r", "\n"} or "|" in plain:  # a bar calls other programs, wherever it stands
        return True
    for char in plain:
        if unicodedata.category(char)[0] in "CZ" or char in "\"'\u3164":
            continue
        return char in FORMULA
    return False


# --- out ----------------------------------------------------------------------------------------------------------


def safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: one line, and an apostrophe before a dangerous beginning."""
    line = " ".join(text.split("\n")).replace("\r", " ").replace("\t", " ").replace("\x00", "")
    return f"'{line}" if is_formula(text) or is_formula(line) else line


def to_csv(heading: Sequence[str], rows: Iterable[Sequence[str]], footer: Sequence[Sequence[str]]) -> str:
    """The text of a CSV file, every cell safe; with a byte order mark, because spreadsheets guess otherwise."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([safe(cell) for cell in heading])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    if footer:
        writer.writerow([])
        writer.writerows([safe(cell) for cell in row] for row in footer)
    return "\ufeff" + out.getvalue()


def to_workbook(
    title: str, heading: Sequence[str], rows: Iterable[Sequence[str]], footer: Sequence[Sequence[str]], at: datetime
) -> bytes:
    """The bytes of an XLSX file. Every cell is typed as text, so none can be a formula."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    sheet = book.create_sheet(title="".join(c for c in title if c not in "[]:*?/\\")[:31] or "roll")
    for row in (heading, *rows, *([[], *footer] if footer else [])):
        sheet.append([_text(sheet, safe(cell)) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet, value: str):
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
