"""Standing: may this person do this act in this body at this instant?

Every act names the standing it needs in `NEEDS`; there is no other list. The answer rests only on facts at
the instant: memberships, seats and offices with their ends. A lost seat is named in the refusal together
with how it was lost, so that the sentence can cite the article that took it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from weft.errors import RuleBroken

MEMBER = "member"
DELEGATE = "delegate"
HOLDER = "holder"  # whoever fills a seat or office: also with an advisory voice, also with the credential pending
VOTER = "voter"  # whoever votes in the body: members of a base council, delegates of a delegate council
BELONGS = "belongs"  # a member, also while the vote rests: nobody is kept in
ELECTOR = "elector"  # member of a body in the seat's constituency
ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of one person in one body at one instant.

    member:    admitted and not suspended. suspended: admitted, but the vote rests.
    seat:      reference of the seat filled with a decisive voice and a confirmed credential, or "".
    advisory:  fills a seat with an advisory voice. pending: the credential is not yet confirmed.
    offices:   offices held now. lost: how the latest seat here ended ("recalled", "expired", …), or "".
    elector:   member of a body of the constituency concerned.
    filled:    offices of the body that somebody fills now; an empty chair's acts fall to any voter.
    """

    member: bool = False
    suspended: bool = False
    seat: str = ""
    advisory: bool = False
    pending: bool = False
    offices: frozenset[str] = frozenset()
    lost: str = ""
    elector: bool = False
    delegate_body: bool = False
    filled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Need:
    """offices: any of these may act; while none of them is filled, ``otherwise`` may."""

    who: str = ""
    offices: tuple[str, ...] = ()
    otherwise: str = VOTER


NEEDS: Mapping[str, Need] = {
    # membership
    "member.apply": Need(ANYONE),
    "member.vouch": Need(MEMBER),
    "member.object": Need(MEMBER),
    "member.leave": Need(BELONGS),
    "member.import": Need(offices=("secretary", "chair")),
    "member.exclude": Need(VOTER),
    "member.declare": Need(BELONGS),
    "member.lapse": Need(offices=("secretary", "chair"), otherwise=""),
    "application.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "application.open_late": Need(VOTER),  # officers who wait do not keep anybody out
    # bodies
    "body.create": Need(offices=("chair", "secretary")),
    "association.found": Need(MEMBER),  # asked in a base council
    "accession.propose": Need(VOTER),
    "accession.open": Need(VOTER),
    "accession.accept": Need(VOTER),
    "numbers.state": Need(offices=("secretary", "chair")),
    # elections and draws
    "election.call": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "election.nominate": Need(ELECTOR),
    "election.ask": Need(ELECTOR),
    "election.challenge": Need(ELECTOR),
    "election.judge": Need(offices=("mandate_commission",), otherwise=""),  # a challenge: no other officer decides it
    "election.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "election.close": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "key.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "key.end": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "draw.call": Need(VOTER),
    "draw.word": Need(VOTER),
    "draw.open": Need(VOTER),
    "office.rotate": Need(VOTER),
    "ballot.count": Need(offices=("teller",), otherwise=""),
    "ballot.vote": Need(VOTER),
    "ballot.close_due": Need(ELECTOR),  # its time has run out: any elector may say so
    # seats
    "credential.decide": Need(offices=("mandate_commission",), otherwise=""),
    "mandate.propose": Need(ELECTOR),
    "mandate.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "report.give": Need(HOLDER),
    "recall.start": Need(ELECTOR),
    "recall.sign": Need(ELECTOR),
    "recall.open": Need(ELECTOR),
    "seat.resign": Need(HOLDER),
    "fraction.declare": Need(DELEGATE),
    # meetings and motions
    "meeting.convene": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "meeting.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "meeting.attend": Need(VOTER),
    "meeting.mark": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "meeting.call": Need(VOTER),
    "meeting.call_from_base": Need(MEMBER),  # asked in a base council below the body
    "meeting.open_called": Need(VOTER),  # a meeting called by signatures needs no officer's leave
    "meeting.close": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "motion.move": Need(VOTER),
    "motion.second": Need(VOTER),
    "motion.withdraw": Need(VOTER),
    "motion.put": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "motion.close": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "motion.cast": Need(offices=("chair",), otherwise=""),  # the casting vote on a tie
    "motion.table": Need(offices=("chair",), otherwise=VOTER),  # asked in the association
    "motion.object": Need(offices=("chair",), otherwise=VOTER),  # asked in the association
    "mandate.link": Need(offices=("chair", "secretary"), otherwise=VOTER),  # asked in a body of the constituency
    "amendment.propose": Need(VOTER),
    "ratification.open": Need(offices=("chair", "secretary"), otherwise=VOTER),
    "ratification.open_late": Need(VOTER),
    "ratification.close": Need(offices=("chair", "secretary"), otherwise=VOTER),
}


def require(act: str, facts: Facts) -> None:
    """Raise a refusal unless these facts give standing for the act. Charter: seat, office, membership.

    Refusals: ``standing.lost`` (the seat was recalled, expired, …), ``standing.pending`` (credential not yet
    confirmed), ``standing.suspended``, ``standing.office`` (needs one of these offices), ``standing.advisory``,
    ``standing.member``, ``standing.elector``, ``standing.delegate``. KeyError for an act nobody listed: a bug.
    """
    need = NEEDS[act]
    if need.offices:
        if facts.offices.intersection(need.offices):
            return
        if facts.filled.intersection(need.offices) or not need.otherwise:
            if facts.lost:
                raise RuleBroken("standing.lost", act=act, how=facts.lost)
            raise RuleBroken("standing.office", act=act, offices=", ".join(need.offices))
    _require_who(act, need.who or need.otherwise, facts)


def _require_who(act: str, who: str, facts: Facts) -> None:
    if who == VOTER:
        who = DELEGATE if facts.delegate_body else MEMBER
    has = {
        ANYONE: True,
        MEMBER: facts.member,
        BELONGS: facts.member or facts.suspended,
        ELECTOR: facts.elector,
        DELEGATE: bool(facts.seat),
        HOLDER: bool(facts.seat) or facts.advisory or facts.pending or bool(facts.offices),
    }[who]
    if has:
        return
    who = {BELONGS: MEMBER, HOLDER: DELEGATE}.get(who, who)  # in a refusal the plain word
    if facts.suspended:
        raise RuleBroken("standing.suspended", act=act)
    if who == DELEGATE:
        if facts.pending:
            raise RuleBroken("standing.pending", act=act)
        if facts.lost:
            raise RuleBroken("standing.lost", act=act, how=facts.lost)
        if facts.advisory:
            raise RuleBroken("standing.advisory", act=act)
    raise RuleBroken(f"standing.{who}", act=act)


def allowed(act: str, facts: Facts) -> bool:
    """Whether a page may show the button: the same judgement as `require`, as a yes or no."""
    try:
        require(act, facts)
    except RuleBroken:
        return False
    return True
