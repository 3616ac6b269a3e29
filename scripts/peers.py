"""Other people's counting libraries, asked from outside: run by .venv-peers/bin/python, never imported by ours.

Reads one JSON request on standard input and writes one JSON answer: {"ask": …, …}; see `ASKED` at the end. Elections
come as {"papers": [[[0, 2], 5], …], "candidates": 4, "places": 2}: a paper is a list of candidates' numbers, from 0.

`pref_voting` and `abcvoting` load solvers, samplers and plotting while they are imported. The rules asked for here
never call them, so empty modules stand in for them, and the environment stays small (requirements/peers.in).
"""

import json
import resource
import sys
import time
import types
from collections import Counter
from collections.abc import Callable
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path

STANDINS = {
    "filelock", "gurobipy", "matplotlib", "nashpy", "ortools", "pabutools", "pathos", "preflibtools", "prefsampling",
    "pulp", "random2", "ruamel", "seaborn", "tqdm",
}  # fmt: skip


class _StandIn(types.ModuleType):
    """A module of which every name is an empty class: it can be imported and named, and does nothing."""

    __path__: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002
        return ModuleSpec(fullname, self, is_package=True) if fullname.split(".", maxsplit=1)[0] in STANDINS else None

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


Election = dict[str, object]


def profile_of(election: Election) -> object:
    from pref_voting.profiles_with_ties import ProfileWithTies  # noqa: PLC0415

    papers: Counter[tuple[int, ...]] = Counter()
    for paper, number in election["papers"]:
        if paper and number:
            papers[tuple(paper)] += number
    rankings = [{candidate: rank for rank, candidate in enumerate(paper, 1)} for paper in papers]
    return ProfileWithTies(rankings, list(papers.values()), candidates=list(range(election["candidates"])))


def pref_voting_scottish(election: Election) -> object:
    from pref_voting.proportional_methods import stv_scottish  # noqa: PLC0415

    return sorted(map(int, stv_scottish(profile_of(election), num_seats=election["places"])))


def pref_voting_schulze(election: Election) -> object:
    """The winners: margins, as ours; whoever is not ranked stands behind all who are."""
    from pref_voting.margin_based_methods import beat_path  # noqa: PLC0415

    profile = profile_of(election)
    profile.use_extended_strict_preference()
    return sorted(map(int, beat_path(profile)))


def stvpoll_scottish(election: Election) -> object:
    """The elected by stage, and each stage's votes as text, until stvpoll would draw a lot: then {"tie": true}."""
    from stvpoll.exceptions import IncompleteResult  # noqa: PLC0415
    from stvpoll.scottish_stv import calculate_scottish_stv  # noqa: PLC0415

    papers = [(tuple(paper), number) for paper, number in election["papers"] if number]
    try:
        found = calculate_scottish_stv(
            tuple(range(election["candidates"])), papers, election["places"], allow_random=False, pedantic_order=True
        )
    except IncompleteResult:
        return {"tie": True}
    return {"elected": list(found.elected_as_tuple())}


def approval_committees(election: Election, rule: str) -> object:
    """All committees that some order of equals leads to, each sorted."""
    from abcvoting import abcrules  # noqa: PLC0415
    from abcvoting.preferences import Profile, Voter  # noqa: PLC0415

    profile = Profile(election["candidates"])
    for paper, number in election["papers"]:
        if paper and number:
            profile.add_voters([Voter(paper)] * number)
    found = getattr(abcrules, rule)(profile, election["places"], algorithm="standard-fractions", resolute=False)
    return sorted(sorted(map(int, committee)) for committee in found)


def pyrankvote_file(path: str) -> list[str]:
    """Read a BLT file line by line and count it: the elected by name."""
    from pyrankvote import Ballot, Candidate, single_transferable_vote  # noqa: PLC0415

    with Path(path).open() as file:
        number, places = map(int, file.readline().split())
        candidates = [Candidate(str(at)) for at in range(1, number + 1)]
        ballots = []
        for line in file:
            words = line.split()
            if words == ["0"]:
                break
            ballot = Ballot([candidates[int(word) - 1] for word in words[1:-1]])
            ballots += [ballot] * int(words[0])
    return [str(one) for one in single_transferable_vote(candidates, ballots, places).get_winners()]


def pref_voting_file(path: str) -> list[str]:
    """Read a BLT file line by line, papers alike together, and count it by Scottish law."""
    papers: Counter[str] = Counter()
    with Path(path).open() as file:
        number, places = map(int, file.readline().split())
        for line in file:
            if line == "0\n":
                break
            weight, _, paper = line.partition(" ")
            papers[paper] += int(weight)
    rankings = [[[int(word) - 1 for word in paper.split()[:-1]], weight] for paper, weight in papers.items()]
    election = {"papers": rankings, "candidates": number, "places": places}
    return [str(one + 1) for one in pref_voting_scottish(election)]


def timed(count: Callable[[str], list[str]], path: str) -> object:
    """Processor seconds from the closed file to the elected; what is imported and compiled once is not in them."""
    count(str(Path(path).with_suffix(".small")))
    start = time.process_time()
    elected = count(path)
    seconds = time.process_time() - start
    return {"seconds": seconds, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "elected": elected}


ASKED: dict[str, Callable[[dict], object]] = {
    "pref_voting_scottish": lambda asked: [pref_voting_scottish(one) for one in asked["elections"]],
    "pref_voting_schulze": lambda asked: [pref_voting_schulze(one) for one in asked["elections"]],
    "stvpoll_scottish": lambda asked: [stvpoll_scottish(one) for one in asked["elections"]],
    "phragmen": lambda asked: [approval_committees(one, "compute_seqphragmen") for one in asked["elections"]],
    "equal_shares": lambda asked: [approval_committees(one, "compute_equal_shares") for one in asked["elections"]],
    "pyrankvote_file": lambda asked: timed(pyrankvote_file, asked["path"]),
    "pref_voting_file": lambda asked: timed(pref_voting_file, asked["path"]),
}


def main() -> None:
    sys.meta_path.insert(0, _Finder())
    asked = json.load(sys.stdin)
    json.dump(ASKED[asked["ask"]](asked), sys.stdout)


if __name__ == "__main__":
    main()
