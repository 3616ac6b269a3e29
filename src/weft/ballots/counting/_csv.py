"""Tables as RFC 4180 has them: cells in quotation marks may hold commas, line breaks and doubled marks."""

import re

from weft.ballots.counting._problems import PapersInvalid, Problem

_CELL = re.compile(r'(?:"((?:[^"]|"")*+)"|([^,\r\n"]*+))(,|\r\n|\n|\r|\Z)')


def rows(text: str) -> list[tuple[int, list[str]]]:
    """Each row with the line on which it begins, cells stripped of blanks. Raises `PapersInvalid` for a broken cell."""
    found: list[tuple[int, list[str]]] = []
    at, line, cells = 0, 1, list[str]()
    begins = line
    while at < len(text):
        cell = _CELL.match(text, at)
        if cell is None:
            raise PapersInvalid([Problem(line, "file.quote")])
        cells.append((cell[2] if cell[1] is None else cell[1].replace('""', '"')).strip())
        line += len(re.findall(r"\r\n|\n|\r", cell[0]))
        at = cell.end()
        if cell[3] != ",":
            found.append((begins, cells))
            begins, cells = line, []
        elif at == len(text):
            cells.append("")
    return [*found, (begins, cells)] if cells else found
