"""Deliberation: founding, meetings, motions, ratification. The modules are the doors."""

from weft.deliberation.founding import Founded, judge_founding
from weft.deliberation.motions import Decided, decide
from weft.deliberation.ratification import RatificationFinding, judge_ratification

__all__ = [
    "Decided",
    "Founded",
    "RatificationFinding",
    "decide",
    "judge_founding",
    "judge_ratification",
]
