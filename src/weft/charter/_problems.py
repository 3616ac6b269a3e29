# ruff: noqa: E501 - one sentence a line
"""What is wrong with a charter file: all of it at once, in sentences that a site can translate."""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

#: code -> sentence (msgid). Placeholders: path, found, bound, expected, other.
SENTENCES = MappingProxyType({
    "file.size": "The file has {found} bytes; a charter may have at most {bound}.",
    "file.encoding": "The file is not UTF-8 text. Save it as UTF-8 and try again.",
    "file.syntax": "This is not valid TOML: {found}.",
    "file.depth": "The file is nested deeper than any charter needs.",
    "file.number": "This number is too long to be read.",
    "text.character": "The text holds the invisible character {found}, which could hide what it says. Remove it.",
    "text.empty": "{path} is empty; it needs at least {bound} characters.",
    "text.short": "{path} has {found} characters; it needs at least {bound}.",
    "text.long": "{path} has {found} characters; at most {bound} are allowed.",
    "text.lines": "{path} must be a single line.",
    "key.unknown": "{path} is not a parameter of a charter.",
    "key.unknown_near": "{path} is not a parameter of a charter. Did you mean {expected}?",
    "key.missing": "{path} is missing. {expected}",
    "type.whole": "{path} must be a whole number, not {found}.",
    "type.share": '{path} must be a share in quotes such as "1/2" or "60 %", not {found}.',
    "type.yes_no": "{path} must be true or false, not {found}.",
    "type.text": "{path} must be text in quotes, not {found}.",
    "type.list": '{path} must be a list such as ["…", "…"], not {found}.',
    "type.table": "{path} must be a table of its own, not {found}.",
    "type.tables": "{path} must be a list of tables ([[…]]), not {found}.",
    "bound.low": "{path} is {found}; it must be at least {bound} ({other}).",
    "bound.above": "{path} is {found}; it must be more than {bound} ({other}).",
    "bound.high": "{path} is {found}; it must be at most {bound} ({other}).",
    "bound.few": "{path} has {found} entries; it needs at least {bound}.",
    "bound.many": "{path} has {found} entries; at most {bound} are allowed.",
    "choice": "{path} is {found}; it must be one of: {expected}.",
    "choice.near": "{path} is {found}; it must be one of: {expected}. Did you mean {other}?",
    "id.form": "{path}: {found} is not a short name. Use lower-case letters, digits, - and _, first a letter, at most 40.",
    "id.reserved": "{path}: {found} has a meaning of its own and cannot be a name.",
    "duplicate": "{path} repeats {found}, which stands already at {other}.",
    "reference.body": "{path} names the body {found}, which this charter does not have. It has: {expected}.",
    "reference.office": "{path} names the office {found}, which this charter does not have. It has: {expected}.",
    "reference.section": "{path} names the section {found}, which this body does not have. It has: {expected}.",
    "reference.decision": "{path} names the kind of decision {found}, which is neither built in nor in [decisions]. Known: {expected}.",
    "reference.self": "{path} names itself.",
    "reference.type": "{path} names {found}, which is of kind {other}; it must be of kind {expected}.",
    "order": "{path} is {found}, but {other} is {bound}; the first cannot be more than the second.",
    "one_of.none": "{path} needs one of: {expected}.",
    "one_of.many": "{path} has {found}; only one of {expected} can hold.",
    "unused": "{path} has no effect here: it needs {expected}.",
    "norm.total_bounds": "{path} could give more or fewer than the {found} seats of total, which is a fixed number. Keep one of them.",
    "needs": "{path} needs {expected} as well.",
    "body.bottom": 'No body rests on members or electors. A charter needs a body of kind "base" or seats from "electors".',
    "body.circle": "{path} closes a circle of bodies that elect one another: {found}. Seats must come from below.",
    "body.seats_unexpected": "{path}: a body of kind {found} is made of all its members; it cannot have seats as well.",
    "body.seats_missing": "{path} is of kind {found} and needs at least one [[{path}.seats]].",
    "body.orphan": "{path} is an executive that no body elects. Give it seats, or name it in another body's executive.kind.",
    "quorum.of": "{path} is {found}, but a body of kind {other} counts {expected}.",
    "quorum.beyond": "{path} is {found}, but the body has at most {bound} seats: it could never meet.",
    "elect.device_secret": "{path}: {found} cannot be counted from secret ballots on devices, because those give sums only "
                           "and this method needs whole ballots. Set on_paper = true, another ballot, or one of: {expected}.",
    "elect.device_points": "{path} is {found}: on devices each number of points is an answer of its own, so there are at most "
                           "{bound}. Set on_paper = true, or fewer points.",
    "majority.beyond": "{path}: nothing can be more than all. Set strictly_more = false, or a smaller share.",
    "steps.order": "{path} is {found}; each step must reach further than the one before ({bound}).",
    "steps.end": "{path}: only the last step is open upwards, and the last must be (leave out its upto).",
    "rights.association": '{path}: only a body of kind "association" has such rights; this one is of kind {found}.',
    "source.path": "{path} does not name a value of this charter.",
    "source.missing": "{path} has status V (read at the source) but does not name the source.",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right.

    line: from 1. path: the parameter, e.g. ``bodies.city.quorum.share``, or nothing for the whole file.
    code: stable id, a key of SENTENCES. found, bound, expected, other: what the sentence fills in.
    """

    line: int
    path: str
    code: str
    found: str = ""
    bound: str = ""
    expected: str = ""
    other: str = ""

    def text(self, translate: Callable[[str], str] = str) -> str:
        """The sentence, in English or as ``translate`` gives it."""
        return translate(SENTENCES[self.code]).format(
            path=self.path, found=self.found, bound=self.bound, expected=self.expected, other=self.other
        )

    def __str__(self) -> str:
        return f"line {self.line}: {self.text()}"


class CharterProblems(ValueError):  # noqa: N818 - it names what it holds
    """A charter file that cannot be used, with every problem in it, by line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
