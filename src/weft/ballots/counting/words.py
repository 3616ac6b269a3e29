# ruff: noqa: E501 - one sentence a line
"""A count for readers: each stage in plain sentences that a site can translate, and the whole as plain JSON."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType

from weft.ballots.counting.model import Count, Stage, Totals

Sentence = tuple[str, dict[str, str]]  # msgid with %(name)s placeholders, and what to put there

#: What was done at a stage -> msgid; "+" where somebody is elected at it, "-" where nobody is.
SENTENCES = MappingProxyType({
    "marks+": "All marks are added up; elected: %(elected)s.",
    "marks-": "All marks are added up; nobody is elected.",
    "list+": "The list has more yes than no; elected in its order: %(elected)s.",
    "list-": "The list does not have more yes than no; nobody is elected.",
    "first+": "First preferences are counted; %(quota)s votes elect. Elected: %(elected)s.",
    "first-": "First preferences are counted; %(quota)s votes elect. Nobody is elected yet.",
    "surplus+": "The surplus of %(subject)s goes to the next preferences: %(votes)s votes. Elected: %(elected)s.",
    "surplus-": "The surplus of %(subject)s goes to the next preferences: %(votes)s votes.",
    "exclude+": "%(subject)s, with the fewest votes, is excluded; the papers go to the next preferences. Elected: %(elected)s.",
    "exclude-": "%(subject)s, with the fewest votes, is excluded; the papers go to the next preferences.",
    "doomed+": "%(subject)s cannot be elected any more because of the quotas, and is excluded. Elected: %(elected)s.",
    "doomed-": "%(subject)s cannot be elected any more because of the quotas, and is excluded.",
    "together+": "%(subject)s together have fewer votes than the next above them, and are excluded; the papers go to the next preferences. Elected: %(elected)s.",
    "together-": "%(subject)s together have fewer votes than the next above them, and are excluded; the papers go to the next preferences.",
    "keep+": "Each paper stays with those elected (%(subject)s) only as far as their quota of %(quota)s votes needs it. Elected: %(elected)s.",
    "keep-": "Each paper stays with those elected (%(subject)s) only as far as their quota of %(quota)s votes needs it.",
    "elect+": "%(elected)s is elected: each approver then bears a load of %(value)s.",
    "elect-": "Nobody is elected.",
    "buy+": "%(elected)s is bought: the approvers can pay with at most %(value)s from each.",
    "buy-": "Nobody can be bought.",
    "rank+": "Everybody is compared with everybody; first in the order are: %(elected)s.",
    "rank-": "Everybody is compared with everybody; nobody is elected.",
    "lot.elected": "Equal votes: the lot put them in this order for the place: %(order)s.",
    "lot.excluded": "Equal votes: the lot fell on %(first)s to be excluded (drawn in this order: %(order)s).",
    "lot.surplus": "Equal surpluses: the lot fell on %(first)s to go first (drawn in this order: %(order)s).",
    "lot.next": "Equal votes: the lot put them in this order as runners-up: %(order)s.",
    "filled": "As many are left as places, so these are elected without reaching the number of votes: %(filled)s.",
    "guarded": "Not excluded, because the quotas need them: %(guarded)s.",
    "passed": "Passed over because of the quotas: %(doomed)s.",
    "substitution": "%(elected)s takes a place that %(instead_of)s would have had, for the quota of: %(attributes)s.",
    "shortfall": "The quota of %(attribute)s asks for %(needed)s places; the candidates allow %(reachable)s.",
})  # fmt: skip


def sentences(stage: Stage, names: Mapping[str, str]) -> list[Sentence]:
    """What was done at a stage, then its lots, and what the quotas changed; the first is the stage in one sentence.

    names: how to call each candidate, by reference; who is not in it is called by the reference.
    """

    def listed(these: Sequence[str]) -> str:
        return ", ".join(names.get(one, one) for one in these)

    doomed = stage.action == "exclude" and set(stage.subject) <= set(stage.doomed)
    together = stage.action == "exclude" and len(stage.subject) > 1
    key = ("doomed" if doomed else "together" if together else stage.action) + ("+" if stage.elected else "-")
    values = dict(stage.values)
    facts = {
        "subject": listed(stage.subject),
        "elected": listed(stage.elected),
        "quota": "" if stage.quota is None else number(stage.quota),
        "votes": number(sum((move.votes for move in stage.moved if move.target), Fraction(0))),
        "value": number(values[stage.subject[0]]) if stage.subject and stage.subject[0] in values else "",
    }
    said: list[Sentence] = [_fill(key, facts)]
    said += (
        _fill(f"lot.{draw.why}", {"first": listed(draw.order[:1]), "order": listed(draw.order)}) for draw in stage.lots
    )
    if stage.filled:
        said.append(_fill("filled", {"filled": listed(stage.filled)}))
    if stage.guarded:
        said.append(_fill("guarded", {"guarded": listed(stage.guarded)}))
    if passed := [one for one in stage.doomed if one not in stage.subject]:
        said.append(_fill("passed", {"doomed": listed(passed)}))
    return said


def quota_sentences(count: Count, names: Mapping[str, str]) -> list[Sentence]:
    """Who takes a place because of a quota, and which quota the candidates cannot meet."""
    said = [
        _fill(
            "substitution",
            {
                "elected": names.get(one.elected, one.elected),
                "instead_of": names.get(one.instead_of, one.instead_of),
                "attributes": ", ".join(one.attributes),
            },
        )
        for one in count.substitutions
        if one.elected and one.instead_of
    ]
    return said + [
        _fill("shortfall", {"attribute": q.attribute, "needed": str(q.needed), "reachable": str(q.reachable)})
        for q in count.quotas
        if q.reachable < q.needed
    ]


def _fill(key: str, facts: Mapping[str, str]) -> Sentence:
    msgid = SENTENCES[key]
    return msgid, {name: words for name, words in facts.items() if f"%({name})s" in msgid}


def number(value: Fraction) -> str:
    """Exactly, never rounded: as a decimal fraction where it ends, otherwise as a fraction such as 5/12."""
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    cut = len(digits) - places
    return ("-" if value < 0 else "") + digits[:cut] + ("." + digits[cut:] if places else "")


def to_json(count: Count, names: Mapping[str, str]) -> dict[str, object]:
    """The whole result in plain JSON values: names, exact numbers as strings, sentences in English."""

    def listed(these: Sequence[str]) -> list[str]:
        return [names.get(one, one) for one in these]

    def called(sentence: Sentence) -> str:
        return sentence[0] % sentence[1]

    return {
        "method": count.method,
        "places": count.places,
        "papers": count.papers,
        "elected": listed(count.elected),
        "runners_up": listed(count.runners_up),
        "drawn": listed(count.drawn),
        "tied": [listed(group) for group in count.tied],
        "lines": [
            {"candidate": names.get(line.candidate, line.candidate), "yes": line.yes, "no": line.no, "abstain": line.abstain}
            for line in count.lines
        ],
        "stages": [_stage_json(stage, names) | {"said": [called(one) for one in sentences(stage, names)]} for stage in count.stages],
        "quotas": [
            {"attribute": q.attribute, "needed": q.needed, "reachable": q.reachable, "held": q.held} for q in count.quotas
        ],
        "substitutions": [
            {
                "elected": names.get(one.elected, one.elected),
                "instead_of": names.get(one.instead_of, one.instead_of),
                "attributes": list(one.attributes),
            }
            for one in count.substitutions
        ],
        "said": [called(one) for one in quota_sentences(count, names)],
    }  # fmt: skip


def _stage_json(stage: Stage, names: Mapping[str, str]) -> dict[str, object]:
    def listed(these: Sequence[str]) -> list[str]:
        return [names.get(one, one) for one in these]

    def totals(these: Totals) -> list[list[str]]:
        return [[names.get(one, one), number(value)] for one, value in these]

    return {
        "action": stage.action,
        "subject": listed(stage.subject),
        "totals": totals(stage.totals),
        "moved": [
            {"from": names.get(move.source, move.source), "to": names.get(move.target, move.target), "votes": number(move.votes)}
            for move in stage.moved
        ],
        "exhausted": number(stage.exhausted),
        "lost": number(stage.lost),
        "quota": None if stage.quota is None else number(stage.quota),
        "elected": listed(stage.elected),
        "filled": listed(stage.filled),
        "excluded": listed(stage.excluded),
        "lots": [{"why": draw.why, "order": listed(draw.order)} for draw in stage.lots],
        "doomed": listed(stage.doomed),
        "guarded": listed(stage.guarded),
        "values": totals(stage.values),
        "money": None if stage.money is None else number(stage.money),
        "pairs": [
            {"first": names.get(p.first, p.first), "second": names.get(p.second, p.second), "papers": p.papers, "path": p.path}
            for p in stage.pairs
        ],
    }  # fmt: skip
