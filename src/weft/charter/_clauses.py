"""The sentences that a charter's rules make, rule by rule. `articles` puts them in order and numbers them."""

from collections.abc import Callable, Iterator

from weft.charter import _words as words
from weft.charter._build import plain_name
from weft.charter._words import Count, Listing, Part, Phrase, days, people, phrase, units
from weft.charter.model import Charter, Decision, Elect, Majority, Norm, Quorum, Recall, Rotation
from weft.charter.vocabulary import parameter_at

Word = str | int | Count | Part | Phrase | Listing
#: Paths of the values said, the template, its values.
Said = tuple[tuple[str, ...], str, dict[str, Word]]

METHOD_NAMES = {
    "plurality": "the most votes",
    "absolute_majority": "an absolute majority, with a run-off where nobody reaches it",
    "yes_no": "a vote of yes or no on each candidate",
    "list": "a vote of yes or no on one list as a whole",
    "limited": "limited vote",
    "cumulative": "cumulative vote",
    "approval": "approval vote",
    "score": "score vote",
    "irv": "instant run-off",
    "stv_scottish": "the single transferable vote, by the Scottish rules",
    "stv_meek": "the single transferable vote, by Meek's rules",
    "schulze": "the Schulze method",
    "phragmen": "the sequential Phragmén method",
    "equal_shares": "the Method of Equal Shares",
}
BALLOT_NAMES = {
    "open": "in an open vote by name",
    "counted": "by show of hands, counted by two tellers",
    "secret": "in a secret ballot",
}
DIVISOR_NAMES = {
    "largest_remainder": "largest remainder (Hare)",
    "droop": "largest remainder (Droop)",
    "dhondt": "D'Hondt",
    "sainte_lague": "Sainte-Laguë",
    "huntington_hill": "Huntington-Hill",
    "adams": "Adams",
    "dean": "Dean",
}
ROUNDING_NAMES = {
    "down": "rounded down",
    "up": "rounded up",
    "half_up": "rounded to the nearest whole number, a half upwards",
    "half_even": "rounded to the nearest whole number, a half to the even one",
}
DECISION_NAMES = {
    "ordinary": "ordinary decisions",
    "charter": "changes to this charter",
    "election": "elections",
    "recall": "recalls",
    "exclusion": "excluding a member",
    "accession": "joining or leaving a federation",
    "dissolution": "dissolving a council",
    "founding": "the founding of a council",
    "procedure": "points of procedure",
}
_OF_QUORUM = {
    "members": "the members",
    "seats": "all seats, vacant ones included,",
    "delegates": "the delegates in office",
}


def body_title(charter: Charter, kind: str) -> str:
    return charter.bodies[kind].title if kind in charter.bodies else plain_name(kind)


def decision_title(charter: Charter, kind: str) -> Word:
    if (decision := charter.decisions.get(kind)) and decision.title:
        return decision.title
    return Phrase(DECISION_NAMES[kind]) if kind in DECISION_NAMES else plain_name(kind)


def own(path: str, value: Word) -> Said:
    """A value that has a sentence of its own in the vocabulary."""
    parameter = parameter_at(path)
    if parameter is None or not parameter.clause:
        raise ValueError(f"no sentence for {path}")
    return (path,), parameter.clause, {"value": value}


def quorum(path: str, value: Quorum, *, own: bool = False) -> Iterator[Said]:
    part: dict[str, Word] = {}
    if value.share is not None:
        part = {"share": Part(value.share), "of": Phrase(_OF_QUORUM[value.of])}
    paths = (f"{path}.share", f"{path}.of", f"{path}.at_least") if part else (f"{path}.at_least",)
    start = "It needs a quorum of its own: " if own else "It can decide when "
    if part and value.at_least > 1:
        template = "at least {share} of {of} and never fewer than {people} must be present." if own else (
            "at least {share} of {of} are present, and never fewer than {people}."
        )  # fmt: skip
        yield paths, start + template, {**part, "people": people(value.at_least)}
    elif part:
        template = "at least {share} of {of} must be present." if own else "at least {share} of {of} are present."
        yield paths, start + template, part
    else:
        present = Count(value.at_least, "{n} person is present", "{n} people are present")
        template = "at least {people} must be present." if own else "at least {people}."
        yield paths, start + template, {"people": people(value.at_least) if own else present}


def part_needed(share: Part, *, strictly_more: bool) -> Phrase:
    if share.share == 1:
        return phrase("all")
    return phrase("more than {share}" if strictly_more else "at least {share}", share=share)


def majority_needed(value: Majority) -> Phrase:
    of = {"cast": "the votes cast", "present": "those present", "whole": "all who are entitled to vote"}[value.of]
    if value.abstentions_count:
        of = "the votes cast, abstentions included"
    part = part_needed(Part(value.share), strictly_more=value.strictly_more)
    return phrase("{part} of {of}", part=part, of=Phrase(of))


def majority_paths(path: str) -> tuple[str, ...]:
    return tuple(f"{path}.{name}" for name in ("share", "of", "strictly_more", "abstentions_count"))


def elect(path: str, value: Elect, subject: Word) -> Iterator[Said]:
    method, ballot = Phrase(METHOD_NAMES[value.method]), Phrase(BALLOT_NAMES[value.ballot])
    yield (
        (f"{path}.method", f"{path}.ballot"),
        "{subject} elected by {method}, {ballot}.",
        {"subject": subject, "method": method, "ballot": ballot},
    )
    if value.choices is not None:
        kind = "points" if value.method == "score" else "votes"
        yield (f"{path}.choices",), "Each voter has {votes}.", {"votes": units(value.choices, kind)}
    for place, quota in enumerate(value.quotas):
        where = tuple(f"{path}.quotas.{place}.{name}" for name in ("share", "at_least", "attribute"))
        part: Word = Part(quota.share) if quota.share is not None else units(quota.at_least or 0, "places")
        template = "Of those elected together at least {part} go to people of whom this is true: {attribute}."
        yield where, template, {"part": part, "attribute": quota.attribute}
    if value.on_paper:
        yield (f"{path}.on_paper",), "The ballot is always on paper.", {}
    if value.paper_below is not None:
        yield (
            (f"{path}.paper_below",),
            "With fewer than {electors} the ballot is on paper, so that nobody's vote shows.",
            {"electors": units(value.paper_below, "electors")},
        )
    if value.notice_days:
        yield (
            (f"{path}.notice_days",),
            "The election is called at least {days} before.",
            {"days": days(value.notice_days)},
        )


def recall(path: str, value: Recall, whom: Word, electors: Word) -> Iterator[Said]:
    yield (
        (path,),
        "{electors} may take the place of {whom} back at any time; on their vote it is vacant at that instant.",
        {"electors": electors, "whom": whom},
    )
    opening = "A recall is opened by the signatures of at least {share} of the electors."
    numbers: dict[str, Word] = {"share": Part(value.open_by)}
    if value.open_at_least > 1:
        opening = (
            "A recall is opened by the signatures of at least {share} of the electors, and never fewer than {people}."
        )
        numbers["people"] = people(value.open_at_least)
    yield (f"{path}.open_by", f"{path}.open_at_least"), opening, numbers
    yield (
        (f"{path}.quorum", *majority_paths(f"{path}.majority"), f"{path}.ballot"),
        "It is decided {ballot} and needs {majority}, with at least {quorum} of the electors voting.",
        {
            "ballot": Phrase(BALLOT_NAMES[value.ballot]),
            "majority": majority_needed(value.majority),
            "quorum": Part(value.quorum),
        },
    )
    yield from tie(f"{path}.majority", value.majority)
    if value.notice_days:
        yield (
            (f"{path}.notice_days",),
            "Between opening and vote lie at least {days}, so that there can be an answer.",
            {"days": days(value.notice_days)},
        )


def tie(path: str, value: Majority) -> Iterator[Said]:
    if value.tie == "chair":
        yield (f"{path}.tie",), "If the votes are even, the chair decides.", {}


def rotation(path: str, value: Rotation) -> Iterator[Said]:
    if value.max_terms is not None:
        yield (
            (f"{path}.max_terms",),
            "Nobody serves more than {terms} in a row.",
            {"terms": units(value.max_terms, "terms")},
        )
    if value.pause_days:
        yield (f"{path}.pause_days",), "Before serving again one pauses for {days}.", {"days": days(value.pause_days)}
    if value.every_days is not None:
        yield (
            (f"{path}.every_days",),
            "The place passes to another person every {days}.",
            {"days": days(value.every_days)},
        )


def norm(path: str, value: Norm, noun: str, sender: Word) -> Iterator[Said]:
    """``noun``: what a seat is called ("delegates"); ``sender``: who has them ("each workplace council")."""

    def at(*names: str) -> tuple[str, ...]:
        return tuple(f"{path}.{name}" for name in names)

    seats: Callable[[int], Count] = lambda number: units(number, noun)  # noqa: E731
    if value.per is not None:
        yield _ratio(at, value, seats)
    elif value.fixed is not None and value.each:
        yield (
            at("fixed", "each"),
            "{sender} has {seats}, whatever the numbers.",
            {"sender": sender, "seats": seats(value.fixed)},
        )
    elif value.fixed is not None:
        yield at("fixed", "each"), "There are {seats} in all, whatever the numbers.", {"seats": seats(value.fixed)}
    elif value.total is not None:
        yield (
            at("total", "method", "unit"),
            "There are {seats} in all, divided by numbers of {unit} with the method of {method}.",
            {"seats": seats(value.total), "unit": value.unit, "method": Phrase(DIVISOR_NAMES[value.method])},
        )
    else:
        yield _scale(at, value, seats)
    yield from _limits(at, value, seats, sender)


def _ratio(at: Callable[..., tuple[str, ...]], value: Norm, seats: Callable[[int], Count]) -> Said:
    per = value.per or 1
    rounding = Phrase(ROUNDING_NAMES[value.round])
    numbers: dict[str, Word] = {"seats": seats(value.seats), "units": units(per, value.unit), "rounding": rounding}
    if value.first_per is not None and value.first_seats is not None:
        numbers |= {"first": units(value.first_per, value.unit), "first_seats": seats(value.first_seats)}
        return (
            at("per", "seats", "first_per", "first_seats", "unit", "round"),
            "The first {first} give {first_seats}, and every further {units} give {seats} more, {rounding}.",
            numbers,
        )
    paths = at("per", "seats", "unit", "round")
    if per == 1:
        numbers["unit"] = words.unit_name(value.unit)
        template = "There is {seats} for each {unit}." if value.seats == 1 else "There are {seats} for each {unit}."
        del numbers["units"], numbers["rounding"]
        return paths, template, numbers
    start = "There is" if value.seats == 1 else "There are"
    return paths, start + " {seats} for every {units}, {rounding}.", numbers


def _scale(at: Callable[..., tuple[str, ...]], value: Norm, seats: Callable[[int], Count]) -> Said:
    paths = at(*(f"steps.{place}.{name}" for place in range(len(value.steps)) for name in ("upto", "seats")), "unit")
    lines: list[Word] = [
        phrase("above that {seats}", seats=seats(step.seats))
        if step.upto is None
        else phrase("up to {units} {seats}", units=units(step.upto, value.unit), seats=seats(step.seats))
        for step in value.steps
    ]
    return paths, "The number follows a scale: {scale}.", {"scale": Listing(tuple(lines), "{first}; {last}", "; ")}


def _limits(
    at: Callable[..., tuple[str, ...]], value: Norm, seats: Callable[[int], Count], sender: Word
) -> Iterator[Said]:
    limits: list[tuple[tuple[str, ...], Word, int | None, int | None]] = [
        (at("minimum", "maximum"), sender, value.minimum, value.maximum)
    ]
    for place, exception in enumerate(value.exceptions):
        paths = at(*(f"exceptions.{place}.{name}" for name in ("maximum", "minimum", "body")))
        limits.append((paths, exception.body, exception.minimum, exception.maximum))
    for paths, who, least, most in limits:
        if least is not None and most is not None:
            template = "For {who} the least is {least} and the most {most}."
            yield paths, template, {"who": who, "least": seats(least), "most": seats(most)}
        elif least is not None:
            yield paths, "For {who} the least is {least}.", {"who": who, "least": seats(least)}
        elif most is not None:
            yield paths, "For {who} the most is {most}.", {"who": who, "most": seats(most)}


def decision(path: str, value: Decision, body_title: Callable[[str], Word]) -> Iterator[Said]:
    needed = majority_needed(value.majority)
    yield majority_paths(f"{path}.majority"), "A motion of this kind is carried by {majority}.", {"majority": needed}
    yield from tie(f"{path}.majority", value.majority)
    if value.quorum is not None:
        yield from quorum(f"{path}.quorum", value.quorum, own=True)
    if value.notice_days:
        yield own(f"{path}.notice_days", days(value.notice_days))
    if value.proposers > 1:
        yield own(f"{path}.proposers", people(value.proposers))
    if len(set(value.ballots)) < len(BALLOT_NAMES):
        ways: tuple[Word, ...] = tuple(Phrase(BALLOT_NAMES[ballot]) for ballot in value.ballots)
        yield (f"{path}.ballots",), "The vote is taken only {ways}.", {"ways": Listing(ways, "{first} or {last}")}
    if value.ratified_by is not None:
        rule, ratified = value.ratified_by, f"{path}.ratified_by"
        numbers: dict[str, Word] = {
            "part": part_needed(Part(rule.share), strictly_more=rule.strictly_more),
            "body": body_title(rule.bodies),
        }
        template = "It takes effect once {part} of the base have agreed, each {body} with one voice."
        paths = [f"{ratified}.{name}" for name in ("bodies", "share", "strictly_more")]
        if rule.within_days is not None:
            template = "It takes effect once {part} of the base have agreed within {days}, each {body} with one voice."
            numbers["days"] = days(rule.within_days)
            paths.append(f"{ratified}.within_days")
        yield tuple(paths), template, numbers
