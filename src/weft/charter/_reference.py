"""The tables of docs/reference/charter-format.md, written from the vocabulary.

``tests/core/charter/write_reference.py`` writes them into the page; a test compares.
"""

from fractions import Fraction

from weft.charter.vocabulary import PARAMETERS, PRESETS, TABLES, Parameter, Table, Value

BEGIN, END = "<!-- written from weft.charter.vocabulary -->\n", "<!-- end -->\n"
HEAD = "| parameter | type | unit | from | to | default | rule | meaning |\n|---|---|---|---|---|---|---|---|\n"
GROUPS = (
    ("charter", "The charter itself"),
    ("membership", "Members"),
    ("bodies.*", "A body"),
    ("bodies.*.seats.#", "Seats of a body"),
    ("bodies.*.offices.*", "Offices of a body"),
    ("bodies.*.executive", "The executive of a body"),
    ("bodies.*.rights", "Rights of an association"),
    ("decisions.*", "Decisions"),
    ("procedure", "Procedure"),
    ("articles.#", "Articles in the council's own words"),
    ("sources.*", "Sources"),
)
_TYPES = {
    "whole": "whole number", "share": "share", "yes_no": "true or false", "choice": "one of", "line": "line of text",
    "text": "text", "id": "short name", "reference": "name of", "choices": "list of", "references": "list of names of",
    "lines": "list of lines",
}  # fmt: skip


def reference_tables() -> str:
    """Every table and parameter as Markdown."""
    parts = []
    for prefix, heading in GROUPS:
        parameters = [parameter for parameter in PARAMETERS if _group(parameter.path) == prefix]
        tables = [table for table in TABLES if _group(table.path) == prefix]
        parts.append(f"## {heading}\n\n" + "".join(map(_table, tables)) + "\n" + HEAD + "".join(map(_row, parameters)))
    return BEGIN + "\n".join(parts) + END


def _group(path: str) -> str:
    return max((prefix for prefix, _ in GROUPS if f"{path}.".startswith(f"{prefix}.")), key=len)


def _table(table: Table) -> str:
    notes = [table.meaning]
    if table.required:
        notes.append("Required.")
    if table.short:
        notes.append(f"A bare text stands for its `{table.short}`.")
    if table.presets:
        notes.append("Short for the usual ones: " + ", ".join(f'`"{name}"`' for name in PRESETS[table.presets]) + ".")
    return f"- `{table.path}`: {' '.join(notes)}\n"


def _row(parameter: Parameter) -> str:
    kind = _TYPES[parameter.kind]
    if parameter.choices:
        kind = f"{kind}: {', '.join(parameter.choices)}"
    elif parameter.refers:
        kind = f"{kind} {'a body' if parameter.refers == 'sender' else f'a {parameter.refers}'}"
    low = "" if parameter.low is None else str(parameter.low)
    if parameter.kind == "share" and parameter.low == 0:
        low = "more than 0"
    high = "" if parameter.high is None else str(parameter.high)
    default = "**required**" if parameter.required else _value(parameter.default)
    cells = (f"`{parameter.path}`", kind, parameter.unit, low, high, default, f"`{parameter.rule}`", parameter.meaning)
    return f"| {' | '.join(cells)} |\n"


def _value(value: Value | None) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(value)
        case int() | str() | Fraction():
            return str(value)
