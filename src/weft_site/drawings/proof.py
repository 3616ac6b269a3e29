"""What a reader holds in hand: a proof that an entry is in the record, and codes to scan."""

from collections.abc import Sequence

import segno
from django.utils.translation import gettext as _

from weft_site.drawings.svg import Drawing, box, draw, grouped, line, number, sheet, text


def tree_proof(index: int, size: int, path: Sequence[bytes | str], *, leaf: str = "", root: str = "") -> Drawing:
    """Draw an inclusion proof from the leaf at the bottom to the root at the top.

    index, size: the leaf's number from 0, and how many leaves the tree has.
    path: the sibling hashes from the leaf upward (bytes or text), as RFC 9162, 2.1.3 has them.
    The sides follow that section; nothing is hashed here. A path of the wrong length is a ValueError.
    """
    sides = _sides(index, size)
    if len(sides) != len(path):
        raise ValueError(f"a proof of leaf {index} among {size} has {len(sides)} hashes, not {len(path)}")
    title = _("Proof that entry %(entry)s is in the record") % {"entry": grouped(index)}
    names = [step.hex() if isinstance(step, bytes) else step for step in path]
    step, middle = 52.0, 200.0  # the lines below go up by one step and by half of one
    bottom = 30 + step * len(path)
    inside = []
    for level, (side, name) in enumerate(zip(sides, names, strict=True)):
        y = bottom - step * level
        x = 60.0 if side == "left" else 340.0
        inside += [
            line(f"M{number(middle)} {number(y)}v-52M{number(x)} {number(y)}v-26H{number(middle)}"),
            box(x - 11, y - 11, 22, 22, "d-paper"),
            draw("rect", x=x - 10, y=y - 10, width=20, height=20, class_="d-line"),
            text(x + (18 if side == "left" else -18), y + 4, name[:10], "d-mono" if side == "left" else "d-mono d-end"),
        ]  # fmt: skip
    inside += [box(middle - 11, bottom - step * level - 11, 22, 22, "d-ink") for level in range(len(path) + 1)]
    inside += [
        text(middle + 20, 26, _("root of %(size)s entries") % {"size": grouped(size)}, "d-text"),
        text(middle, bottom + 30, _("entry %(entry)s") % {"entry": grouped(index)}, "d-text d-middle"),
    ]
    words = {"left": _("left"), "right": _("right")}
    rows: list[tuple[object, ...]] = [(_("leaf"), leaf[:16], "")] if leaf else []
    rows += [(i, name[:16], words[side]) for i, (side, name) in enumerate(zip(sides, names, strict=True), 1)]
    rows += [(_("root"), root[:16], "")] if root else []
    return Drawing(
        svg=sheet(400, bottom + 42, title, *inside),
        title=title,
        summary=_(
            "%(steps)s hashes lead from entry %(entry)s to the root of %(size)s entries. "
            "Whoever has them can check it alone."
        )
        % {"steps": len(path), "entry": grouped(index), "size": grouped(size)},
        columns=[_("Step"), _("Hash begins"), _("Side")],
        rows=rows,
    )


def _sides(index: int, size: int) -> list[str]:
    """On which side each sibling stands (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    sides, node, last = [], index, size - 1
    while last:
        if node & 1 or node == last:
            sides.append("left")
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            sides.append("right")
        node, last = node >> 1, last >> 1
    return sides


def qr(words: str, *, title: str = "") -> Drawing:
    """A code to scan, always black on white with its quiet zone, so that it scans in the dark theme and from paper.

    The words stand in the summary: who cannot scan types them.
    """
    code = segno.make(words, error="m", micro=False)
    matrix = [bytes(row) for row in code.matrix_iter(border=4)]
    side = len(matrix)
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(matrix) for start, length in _runs(row)
    )
    title = title or _("Code to scan")
    return Drawing(
        svg=sheet(side, side, title, draw("path", d=path, shape_rendering="crispEdges")),
        title=title,
        summary=words,
        kind="qr",
    )


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Dark stretches of a row, as start and length."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
