"""What is said of bytes that do not prove what they claim.

Two kinds of failure stand in this package. `weft.errors.RuleBroken` refuses an act of ours: to sign
after a rollback, to record an entry that is too long. `NotProven` judges bytes that someone hands us:
a log, a note, a receipt, a document, an entry. The codes are listed in docs/reference/record-format.md.
"""


class NotProven(Exception):  # noqa: N818 - it names the finding, as people say it
    """These bytes are refused as proof; nothing in them may be relied on.

    code:     stable id, e.g. ``record.signature``; tests, docs and other programs hold on to it.
    sentence: what is wrong and where, in plain English.
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        self.sentence = sentence
        super().__init__(code, sentence)

    def __str__(self) -> str:
        return f"{self.sentence} ({self.code})"
