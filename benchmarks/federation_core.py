"""Entitlement and counting in the core: a federation of 1,000,000 members in 10,000 councils.

What the site adds (rows, a record entry) is measured with the whole federation elsewhere; the reach of 2 s is for
everything together, so the core must stay a small part of it. No file, no network, no chance: the numbers are made.
"""

from collections.abc import Callable
from fractions import Fraction
from time import perf_counter

from weft.ballots import count_election
from weft.charter.model import BodyRule, Norm, Quorum, SeatRule, Small
from weft.federation import Sender
from weft.federation.entitlement import ConstituencyFact, Plan, plan
from weft.federation.seats import SeatFact

COUNCILS, MEMBERS = 10_000, 1_000_000
RULE = BodyRule(
    "city",
    "delegate",
    "city council",
    Quorum(Fraction(1, 2), of="delegates"),
    seats=(SeatRule(0, "workplace", Norm(per=25), small=Small(25, "combine")),),
)


def councils() -> list[Sender]:
    """10,000 councils of 5 to 195 members, 1,000,000 together; about one in ten is small."""
    return [Sender(f"b{n}", 5 + 10 * (7 * n % 20), f"Council {n}") for n in range(COUNCILS)]


def facts_of(first: Plan) -> list[ConstituencyFact]:
    """The federation as it stands after a first plan, every seat filled."""
    return [
        ConstituencyFact(
            c.ref,
            c.rule,
            c.senders,
            tuple(SeatFact(ref, c.rule, c.senders, filled=True) for ref, _ in c.opened),
            last_number=len(c.opened),
        )
        for c in first.constituencies
    ]


def best_of(times: int, act: Callable[[], object]) -> float:
    took = []
    for _ in range(times):
        start = perf_counter()
        act()
        took.append(perf_counter() - start)
    return min(took)


def entitlement() -> tuple[float, float]:
    """Seconds to plan all seats from nothing, and to recompute them when one council in a hundred has changed."""
    before = councils()
    if sum(sender.units for sender in before) != MEMBERS:
        raise AssertionError("the federation is not the one this benchmark speaks of")
    standing = facts_of(plan(RULE, {0: before}, [], index=1))
    after = [Sender(s.ref, s.units + (25 if n % 100 == 0 else 0), s.title) for n, s in enumerate(before)]
    changed = plan(RULE, {0: after}, standing, index=2)
    if not changed.opened:
        raise AssertionError("nothing changed: there is nothing to measure")
    first = best_of(3, lambda: plan(RULE, {0: before}, [], index=1))
    again = best_of(3, lambda: plan(RULE, {0: after}, standing, index=2))
    return first, again


def counting() -> float:
    """Seconds in which 10,000 councils of 100 electors each count their own delegates, four candidates by approval."""
    names = ["m1", "m2", "m3", "m4"]
    papers = [([names[n % 4], names[n * n % 3]] if n % 4 != n * n % 3 else [names[n % 4]], 1) for n in range(97)]
    papers += [(["m1"], 1), (["m1", "m2"], 1), (["m2"], 1)]
    if sum(number for _, number in papers) != 100:
        raise AssertionError("not a council of 100")

    def all_councils() -> None:
        for _ in range(COUNCILS):
            count_election("approval", papers, candidates=names, places=2, lot=sorted)

    return best_of(1, all_councils)


def run() -> list[dict[str, object]]:
    first, again = entitlement()
    return [
        {
            "what": "entitlement of all seats, 1,000,000 members in 10,000 councils, recomputed: the core's part",
            "value": round(again, 3),
            "unit": "s",
            "reach": "≤ 2 s for everything",
        },
        {
            "what": "the same from nothing: every seat opened",
            "value": round(first, 3),
            "unit": "s",
            "reach": "≤ 2 s for everything",
        },
        {
            "what": "10,000 councils of 100 electors count their delegates one by one, as each does when its vote ends",
            "value": round(counting(), 3),
            "unit": "s",
            "reach": "",
        },
    ]


if __name__ == "__main__":
    for row in run():
        print(f"{row['value']:>8} {row['unit']}  {row['what']}  {row['reach']}")
