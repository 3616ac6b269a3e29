"""Drawings: pure functions from plain values to a picture, its sentence and its table.

Each takes counts and names, never rows of the database, and returns a `Drawing`. In a template::

    {% load drawing %}{% quorum_gauge present=38 needed=41 entitled=204 %}

Nothing is decided here: what carries and what is missing comes from the core as numbers.
"""

from weft_site.drawings.bars import UnitMark, majority_bar, participation_strip, quorum_gauge
from weft_site.drawings.cloth import BodyMark
from weft_site.drawings.graph import Crowd, federation_graph
from weft_site.drawings.lifeline import EventMark, timeline
from weft_site.drawings.proof import qr, tree_proof
from weft_site.drawings.seats import SeatMark, seat_map
from weft_site.drawings.svg import Drawing

__all__ = [
    "BodyMark",
    "Crowd",
    "Drawing",
    "EventMark",
    "SeatMark",
    "UnitMark",
    "federation_graph",
    "majority_bar",
    "participation_strip",
    "qr",
    "quorum_gauge",
    "seat_map",
    "timeline",
    "tree_proof",
]
