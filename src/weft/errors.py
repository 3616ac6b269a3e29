"""Refusals.

Error tree::

    RuleBroken            an act that the charter or the procedure does not allow
    ValueError            a caller's bug: impossible numbers, never a person's mistake

A refusal carries the id of the rule and its numbers, not a sentence: the core cannot translate.
The site turns it into words in `weft_site.refusals`.
"""

Number = int | str


class RuleBroken(Exception):  # noqa: N818 - it names what happened, as people say it
    """An act was refused. Nothing has changed.

    rule:    stable id, e.g. ``body.quorum``; it names charter parameter, function, sentence and docs.
    numbers: what the sentence needs, as whole numbers and short strings.
    """

    def __init__(self, rule: str, **numbers: Number) -> None:
        self.rule = rule
        self.numbers = numbers
        super().__init__(rule, numbers)

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in sorted(self.numbers.items()))
        return f"{self.rule} ({shown})" if shown else self.rule

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RuleBroken) and (self.rule, self.numbers) == (other.rule, other.numbers)

    def __hash__(self) -> int:
        return hash((self.rule, tuple(sorted(self.numbers.items()))))
