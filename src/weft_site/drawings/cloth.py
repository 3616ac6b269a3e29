"""Where each body of a federation stands: on which floor, over whom, beside whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

CROSSWISE = "association"
WIDTH, MARGIN, RIGHT = 960.0, 190.0, 20.0
SMALL = 300.0  # an executive or a commission is not drawn wider

Links = Mapping[object, Sequence[object]]


class BodyMark(NamedTuple):
    """An organ. kind: "base", "delegate", "association", "executive" or "commission". members: or delegates."""

    id: object
    name: str
    kind: str
    members: int
    url: str = ""


class Span(NamedTuple):
    """A stretch of a storey; storey 0 is the base."""

    left: float
    right: float
    storey: int

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def floors(bodies: Mapping[object, BodyMark], below: Links) -> dict[object, int]:
    """The longest way down to the base, without recursion: federations may be deep. A circle is a ValueError."""
    waiting = {key: sum(bodies[low].kind != CROSSWISE for low in below.get(key, ())) for key in bodies}
    up: dict[object, list[object]] = defaultdict(list)
    for high, lows in below.items():
        for low in lows:
            if bodies[low].kind != CROSSWISE:
                up[low].append(high)
    found = {key: 0 if bodies[key].kind == "base" else 1 for key in bodies}
    ready = [key for key, left in waiting.items() if not left]
    done = 0
    while ready:
        key = ready.pop()
        done += 1
        for high in up[key]:
            found[high] = max(found[high], found[key] + 1)
            waiting[high] -= 1
            if not waiting[high]:
                ready.append(high)
    if done != len(bodies):
        raise ValueError("bodies send delegates in a circle")
    return found


def spans(
    bodies: Mapping[object, BodyMark], above: Links, below: Links, floor: Mapping[object, int]
) -> dict[object, Span]:
    """Base councils side by side under those they send to; every other body over those that send to it.

    Executives and commissions have a storey of their own below the councils of their floor, so that a council
    keeps its whole width. What would overlap on a storey shares the room.
    """
    base = [body for body in bodies.values() if body.kind == "base"]
    order = {key: i for i, key in enumerate(bodies)}
    base.sort(key=lambda body: (_ancestry(body.id, above, floor, order), -body.members, body.name))
    width = (WIDTH - MARGIN - RIGHT) / max(len(base), 1)
    found = {body.id: Span(MARGIN + width * i, MARGIN + width * (i + 1), 0) for i, body in enumerate(base)}
    rows: dict[tuple[int, bool], list[BodyMark]] = defaultdict(list)
    for body in bodies.values():
        if body.kind not in {"base", CROSSWISE}:
            rows[floor[body.id], body.kind == "delegate"].append(body)
    for storey, key in enumerate(sorted(rows), 1):
        wished = []
        for body in rows[key]:
            under = [found[low] for low in below.get(body.id, ()) if low in found]
            left = min((span.left for span in under), default=MARGIN)
            right = max((span.right for span in under), default=WIDTH - RIGHT)
            wished.append((left, right, order[body.id], body))
        for left, right, sharing in _clusters(sorted(wished)):
            part = (right - left) / len(sharing)
            for i, body in enumerate(sharing):
                start, stop = left + part * i + 4, left + part * (i + 1) - 4
                spare = max(stop - start - SMALL, 0) / 2 if body.kind != "delegate" else 0
                found[body.id] = Span(start + spare, stop - spare, storey)
    return found


def _ancestry(key: object, above: Links, floor: Mapping[object, int], order: Mapping[object, int]) -> list[int]:
    """From the top down to the nearest council one sends to; those who send nowhere come last."""
    path = []
    while ups := above.get(key):
        key = min(ups, key=lambda up: (floor[up], order[up]))
        path.append(order[key])
    return path[::-1] or [len(order)]


def _clusters(
    wished: Sequence[tuple[float, float, int, BodyMark]],
) -> list[tuple[float, float, list[BodyMark]]]:
    """Runs of bodies whose wished stretches overlap, with the stretch they cover together."""
    runs: list[tuple[float, float, list[BodyMark]]] = []
    for left, right, _order, body in wished:
        if runs and left < runs[-1][1] - 1:
            start, end, sharing = runs[-1]
            runs[-1] = (start, max(end, right), [*sharing, body])
        else:
            runs.append((left, right, [body]))
    return runs
