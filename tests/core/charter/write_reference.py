"""Write the tables of docs/reference/charter-format.md anew, after a change to the vocabulary."""

from pathlib import Path

from weft.charter._reference import BEGIN, END, reference_tables

PAGE = Path(__file__).parents[3] / "docs/reference/charter-format.md"

if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + reference_tables() + rest.partition(END)[2])
