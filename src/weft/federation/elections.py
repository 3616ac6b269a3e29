"""Elections, draws and turns: who may stand, when the vote may open, who of those counted takes a place, who is next.

Charter: seat.elect, office.elect, office.draw, office.rotate, seat.alternates, office.deputies, body.quotas,
decision.quorum, procedure.renewal_days, procedure.voting_days, procedure.longest_vote_days.
The counting itself is in `weft.ballots.papers`; here is what a count means for places.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from weft.ballots import Count, QuorumFinding, quorum
from weft.ballots.papers import Named, Terms
from weft.charter.model import BodyRule, Charter, Elect, Office, Procedure, Quota, SeatRule
from weft.charter.vocabulary import SECRET_ON_DEVICES
from weft.errors import RuleBroken


def check_fill(rule: SeatRule | Office, fill: str) -> None:
    """Is this how the charter fills the place: "elect", "draw" or "rotate"? Delegates are always elected.

    Refusals name the way that is right: ``office.elect``, ``office.draw``, ``office.rotate``.
    """
    if isinstance(rule, Office) and rule.fill != fill:
        raise RuleBroken(f"office.{rule.fill}", office=rule.id)


def is_up(ends_at: datetime | None, *, rule: SeatRule | Office, procedure: Procedure, now: datetime) -> bool:
    """Whether a filled place may be filled anew: its term ends within the notice days or the last days of a term.

    So no place has to stand empty. A turn is no term: it is served to its end. Charter: procedure.renewal_days.
    """
    if ends_at is None or (isinstance(rule, Office) and rule.fill == "rotate"):
        return False
    notice = 0 if rule.elect is None else rule.elect.notice_days
    return ends_at <= now + timedelta(days=max(notice, procedure.renewal_days))


def voting_end(procedure: Procedure, opened_at: datetime) -> datetime:
    """When a vote by name ends that is open for the charter's days: on a recall, a mandate, an admission, an accession.

    Charter: procedure.voting_days.
    """
    return opened_at + timedelta(days=procedure.voting_days)


def election_end(procedure: Procedure, opened_at: datetime, *, days: int) -> datetime | None:
    """When an election by name ends that is opened for so many days; with 0 days whoever opened it closes it.

    Charter and refusal: ``procedure.longest_vote_days``.
    """
    if not 0 <= days <= procedure.longest_vote_days:
        raise RuleBroken("procedure.longest_vote_days", days=procedure.longest_vote_days)
    return opened_at + timedelta(days=days) if days else None


def ballot_way(elect: Elect, *, electors: int, by_seats: bool, key: bool) -> str:
    """How an election is voted on: "open", "counted", "paper" (secret, two tellers) or "secret" (encrypted on devices).

    electors: on the roll. by_seats: delegates elect, so the roll follows seats and cannot stand on a board of
    credentials. key: whether trustees hold a key for these electors; without one a secret vote is on paper.
    Charter: seat.elect, office.elect.
    """
    if elect.ballot != "secret":
        return elect.ballot
    few = elect.paper_below is not None and electors < elect.paper_below
    on_paper = elect.on_paper or few or by_seats or not key or elect.method not in SECRET_ON_DEVICES
    return "paper" if on_paper else "secret"


def check_trustees(procedure: Procedure, *, trustees: int) -> None:
    """Raises ``procedure.trustees`` where fewer hold the office than the charter asks for to make a key."""
    if trustees < procedure.trustees:
        raise RuleBroken("procedure.trustees", trustees=trustees, needed=procedure.trustees)


def key_usable(*, threshold: int, in_office: int) -> bool:
    """Whether a vote may be opened with a key: as many of those who made it are still trustees as must open it.

    Votes that are under way are opened by whoever made their key, in office or not.
    """
    return in_office >= threshold


def vote_from(elect: Elect, called_at: datetime) -> datetime:
    """The earliest instant of the vote: everybody has the notice days to stand and to hear of it."""
    return called_at + timedelta(days=elect.notice_days)


def check_notice(elect: Elect, *, votes_from: datetime, now: datetime, of: str = "seat") -> None:
    """Raises ``seat.elect.notice_days`` or ``office.elect.notice_days`` before the notice is over."""
    if now < votes_from:
        raise RuleBroken(f"{of}.elect.notice_days", days=elect.notice_days, votes_from=votes_from.isoformat())


def election_quorum(charter: Charter, electors: BodyRule, *, papers: int, entitled: int) -> QuorumFinding:
    """Whether enough took part: the quorum for elections, else that of the bodies that elect.

    papers: votes given in. entitled: those on the roll. Below it nobody is elected; that is a result, no refusal.
    """
    rule = charter.decision("election").quorum or electors.quorum
    return quorum(rule, present=papers, entitled=entitled)


@dataclass(frozen=True, slots=True)
class CountedBack:
    """Whom the papers of a place name, because the one they elected can no longer serve at the close.

    available: who could have been named. stages: the hash of that count's stages.
    """

    vacated: str
    available: tuple[str, ...]
    elected: str
    stages: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What a count means for the places.

    elected:      candidates who take a place, in order. alternates: who steps up after them, in order.
    passed_over:  counted in, but no longer able to serve; another takes the place.
    counted_back: who that is, where the papers said it; otherwise the next in the count.
    runoff:       the two first, where the method asks for more than half and nobody has it.
    vacant:       places that nobody takes.
    """

    elected: tuple[str, ...]
    alternates: tuple[str, ...]
    passed_over: tuple[str, ...]
    runoff: tuple[str, ...]
    vacant: int
    counted_back: tuple[CountedBack, ...] = ()


def declare(
    count: Count, *, eligible: Collection[str], alternates: int, quorate: bool = True, named: Named | None = None
) -> Declared:
    """From a count to the places, leaving out who can no longer serve.

    eligible:   candidates who may take the place at this instant.
    alternates: how many alternates the charter wants in all.
    quorate:    whether enough took part; otherwise nobody takes a place, is passed over or goes into a run-off.
    named:      whom the papers of a place name instead, as for a vacancy; without it the next in the count moves up.
    Under "absolute_majority" nobody moves up to a place: without more than half there is a run-off.
    """
    if not quorate:
        return Declared(elected=(), alternates=(), passed_over=(), runoff=(), vacant=count.places)
    able = [name for name in (*count.elected, *count.runners_up) if name in eligible]
    passed_over = tuple(name for name in count.elected if name not in eligible)
    elected = [name for name in count.elected if name in eligible]
    runoff: tuple[str, ...] = ()
    counted_back: tuple[CountedBack, ...] = ()
    if count.method == "absolute_majority":
        runoff = () if count.elected or len(able) < 2 else tuple(able[:2])
    else:
        waiting = [name for name in able if name not in elected]
        counted_back = tuple(_count_back(passed_over, waiting, named))
        elected += [one.elected for one in counted_back]
        elected += [name for name in waiting if name not in elected][: count.places - len(elected)]
    rest = () if runoff else tuple(name for name in able if name not in elected)
    return Declared(
        elected=tuple(elected),
        alternates=rest[:alternates] if elected else (),
        passed_over=passed_over,
        runoff=runoff,
        vacant=count.places - len(elected),
        counted_back=counted_back,
    )


def _count_back(passed_over: Sequence[str], waiting: Sequence[str], named: Named | None) -> Iterator[CountedBack]:
    """Place by place, in the order in which they were elected; who has been named once waits no more."""
    left = list(waiting)
    for vacated in passed_over:
        found = named(vacated, tuple(left)) if named and len(left) > 1 else None
        if found:
            elected, stages = found
            yield CountedBack(vacated, tuple(left), elected, stages)
            left.remove(elected)


def papers_decide(terms: Terms, waiting: Collection[str], *, follows_seats: bool) -> bool:
    """Whether the papers on which a vacated place rests say who of several alternates takes it, and not their order.

    waiting: the alternates of the election with these terms who may serve. follows_seats: seats voted; a vote has
    fallen with its seat since, and the papers are not those of the count any more.
    """
    return terms.counts_back and not follows_seats and len(waiting) > 1


@dataclass(frozen=True, slots=True)
class QuotaFinding:
    """One quota over the filled seats of a body. held: seats of people who declared the attribute."""

    attribute: str
    needed: int
    held: int
    filled: int

    @property
    def met(self) -> bool:
        return self.held >= self.needed


def judge_quotas(quotas: Sequence[Quota], declared: Sequence[Collection[str]]) -> tuple[QuotaFinding, ...]:
    """Compare the filled seats of a body with its quotas. Charter: body.quotas.

    declared: for each filled seat what its holder declared; an empty one for who declared nothing.
    A share rounds up. A missed quota is named with the result and nobody loses a place by it: each constituency
    elects its own delegates, and none can be told whom another had to elect.
    """
    filled = len(declared)
    return tuple(
        QuotaFinding(
            attribute=quota.attribute,
            needed=max(0 if quota.share is None else ceil(filled * quota.share), quota.at_least or 0),
            held=sum(quota.attribute in attributes for attributes in declared),
            filled=filled,
        )
        for quota in quotas
    )


def words_needed(entitled: int) -> int:
    """How many besides the caller must add a word before a lot is drawn: two, or all others where there are fewer.

    entitled: people who may add a word, the caller among them.
    """
    return min(2, max(entitled - 1, 1))


def check_words(*, given: int, entitled: int) -> None:
    """Raises ``office.draw.words`` while too few besides the caller have added a word."""
    needed = words_needed(entitled)
    if given < needed:
        raise RuleBroken("office.draw.words", given=given, needed=needed)


def in_turn(voters: Mapping[str, str], began: Mapping[str, datetime]) -> tuple[str, ...]:
    """The voters of a body in the order in which an office passes from one to the next. Charter: office.rotate.

    voters: voter -> the member who votes so. began: member -> when their latest turn in this office began.
    Whoever has had no turn comes first, then whose latest began longest ago: nobody has a second turn before all
    have had one. Of equal ones whose reference is older, so members in the order in which they were
    admitted, delegates in the order of their seats.
    """
    by_age = sorted(voters, key=_age)
    never = [voter for voter in by_age if voters[voter] not in began]
    had = [voter for voter in by_age if voters[voter] in began]
    return (*never, *sorted(had, key=lambda voter: began[voters[voter]]))


def _age(ref: str) -> tuple[tuple[int, str], ...]:
    """A reference part by part, numbers as numbers: ``m9-2`` before ``m10-1``."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.findall(r"[0-9]+|[^0-9]+", ref))
