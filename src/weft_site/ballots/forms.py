"""A vote as the form of a ballot posts it, and as its voter reads it back; one kind of paper for each kind of rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from weft.ballots.counting.marks import POINTS
from weft.ballots.papers import COMMITTEE, RANKED, ranking
from weft.errors import RuleBroken
from weft_site.ballots.models import Ballot
from weft_site.ballots.services import QUESTION

ANSWERS = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("abstain", gettext_lazy("Abstain"))]
MOST_RANKS_CHOSEN = 30  # beyond, a rank is typed: lists as long as the candidates would weigh too much

#: Refusals of what stands on a paper: the form is shown again with what was typed.
OF_THE_PAPER = frozenset(
    {"ballot.choice", "ballot.points", "ballot.rank", "ballot.rank_gap", "ballot.rank_twice", "ballot.too_many_marks"}
)


@dataclass(frozen=True, slots=True)
class Option:
    """One candidate on a paper. value: what was chosen before, as the field shows it. under: the quotas stood under."""

    ref: str
    name: str
    value: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class PaperForm:
    """What a paper looks like. kind: "one", "several", "points", "answers", "list" or "rank".

    most: marks or points allowed. ranks: to choose from; empty where they are typed.
    """

    kind: str
    legend: str
    hint: str
    options: Sequence[Option]
    most: int = 0
    ranks: Sequence[int] = ()


def paper_form(ballot: Ballot, choice: object = None) -> PaperForm:
    """The paper of an election's ballot, filled in with a choice made before."""
    kind, most = kind_of(ballot), _most(ballot)
    legend, hint = _words(ballot, most)
    number = len(ballot.options)
    return PaperForm(
        kind=kind,
        legend=legend,
        hint=hint,
        options=[
            Option(
                ref, ballot.names.get(ref, ref), _value(kind, ref, choice), ", ".join(ballot.attributes.get(ref, ()))
            )
            for ref in ballot.options
        ],
        most=most,
        ranks=range(1, number + 1) if kind == "rank" and number <= MOST_RANKS_CHOSEN else (),
    )


def kind_of(ballot: Ballot) -> str:
    """The kind of paper a method needs: see `PaperForm`."""
    method = ballot.method
    if method in RANKED:
        return "rank"
    if method in POINTS:
        return "points"
    if method in COMMITTEE or method in {"approval", "limited"} or (method == "plurality" and ballot.places > 1):
        return "several"
    return {"yes_no": "answers", "list": "list"}.get(method, "one")


def _most(ballot: Ballot) -> int:
    if ballot.method in {"limited", *POINTS}:
        return ballot.choices or 1
    return ballot.places if ballot.method == "plurality" else len(ballot.options)


def _words(ballot: Ballot, most: int) -> tuple[str, str]:
    """What the voter is asked to do, and what to know of it."""
    marks = ngettext("Mark one", "Mark up to %(most)s", most) % {"most": most}
    rank = _("Rank the candidates: 1 is your first choice")
    later = _("Rank as many as you like. A later preference never harms an earlier one.")
    by_method = {
        "cumulative": (
            ngettext("Give away %(most)s point", "Give away up to %(most)s points", most) % {"most": most},
            _("All to one candidate, or shared out as you like."),
        ),
        "score": (
            _("Give each candidate from 0 to %(most)s points") % {"most": most},
            _("A field left empty counts as 0."),
        ),
        "irv": (rank, later),
        "stv_scottish": (rank, later),
        "stv_meek": (rank, _("Rank as many as you like.")),
        "schulze": (rank, _("Rank as many as you like. Who is not ranked stands below all who are.")),
        "list": (_("Shall these be elected, in this order?"), _("The list is voted on as a whole.")),
        "yes_no": (_("Answer for each candidate"), ""),
        "limited": (marks, ""),
        "plurality": (marks, ""),
        "absolute_majority": (_("Mark one"), ""),
    }
    return by_method.get(ballot.method, (_("Mark everybody you agree with"), ""))


def _value(kind: str, ref: str, choice: object) -> str:
    if isinstance(choice, Mapping):
        return str(choice.get(ref, ""))
    if isinstance(choice, str):
        return choice
    marked = list(choice) if isinstance(choice, Sequence) else []
    if ref not in marked:
        return ""
    return str(marked.index(ref) + 1) if kind == "rank" else "x"


def typed(ballot: Ballot, posted) -> PaperForm:
    """The paper as it was typed, right or wrong, so that nothing is lost when it is refused."""
    kind = kind_of(ballot)
    form = paper_form(ballot)
    marked = set(posted.getlist("choice"))
    prefix = {"rank": "r", "points": "p", "answers": "c"}.get(kind, "")
    options = [
        Option(
            one.ref,
            one.name,
            posted.get(f"{prefix}-{one.ref}", "")[:20]
            if prefix
            else (posted.get("choice", "")[:20] if kind == "list" else "x" if one.ref in marked else ""),
            one.under,
        )
        for one in form.options
    ]
    return PaperForm(kind, form.legend, form.hint, options, form.most, form.ranks)


def read_choice(method: str, options: Sequence[str], posted) -> object:
    """A vote as the form of a ballot of this method posts it. Whether the ballot offers it is judged with the vote.

    A question or a list: choice. Marks: one candidate or several, as choice. Yes/no: a field an option, c-<option>;
    points p-<option>; ranks r-<option>. Refusals: ``ballot.choice``, ``ballot.points`` and those of `ranking`.
    """
    if method == QUESTION:
        choice = posted.get("choice", "")
        return _split(posted) if choice == "split" else choice
    if method == "list":
        return posted.get("choice", "")
    if method == "yes_no":
        answers = {option: posted.get(f"c-{option}", "") for option in options}
        return {option: answer for option, answer in answers.items() if answer}
    if method in POINTS:
        points = {option: posted.get(f"p-{option}", "").strip() for option in options}
        return {option: _points(written) for option, written in points.items() if written}
    if method in RANKED:
        return ranking({option: posted.get(f"r-{option}", "").strip() for option in options})
    return [option for option in posted.getlist("choice") if option]


def _points(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 7):
        raise RuleBroken("ballot.points", found=written[:20])
    return int(written)


def _split(posted) -> dict[str, int]:
    parts = {answer: posted.get(f"part-{answer}", "0") or "0" for answer, _label in ANSWERS}
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts.values()):
        raise RuleBroken("ballot.choice")
    return {answer: int(part) for answer, part in parts.items() if int(part)}


def in_words(ballot: Ballot, choice: object) -> str:
    """A vote as its voter reads it back."""
    answers = {value: str(label) for value, label in ANSWERS}
    if isinstance(choice, str):
        return answers.get(choice, choice)
    if isinstance(choice, Mapping):
        if ballot.method == QUESTION:
            return ", ".join(f"{number} {answers[answer]}" for answer, number in choice.items())
        said = [(ref, answers.get(given, str(given))) for ref, given in choice.items()]
        return ", ".join(f"{ballot.names.get(ref, ref)}: {words}" for ref, words in said) or _("nobody")
    marked = list(choice) if isinstance(choice, Sequence) else []
    if ballot.method in RANKED:
        return ", ".join(f"{rank}. {ballot.names.get(ref, ref)}" for rank, ref in enumerate(marked, 1)) or _("nobody")
    return ", ".join(ballot.names.get(ref, ref) for ref in marked) or _("nobody")
