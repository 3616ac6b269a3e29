"""The words of a refusal, by rule id. The core names the rule and its numbers; here they become a sentence.

Each template uses the refusal's numbers by name. Translators find every sentence in the locale files.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from weft.charter import Charter, article_for
from weft.errors import RuleBroken
from weft_site.people.sentences import sentence as account_sentence

SENTENCES: Mapping[str, object] = {
    # acts and record
    "act.key_used": _("This form was already used for another act (%(act)s). Open the page again."),
    "record.sealed": _("This record is closed: the council goes on in a wider federation."),
    "record.entry_size": _("This act is too large for one entry: %(bytes)s of %(limit)s bytes."),
    "record.behind": _("The database has %(size)s entries, but %(signed)s were signed. Fetch the rest from a mirror."),
    "record.forked": _("The entries differ from what was signed at %(size)s entries. Nothing more is signed."),
    "record.rollback": _("A checkpoint of %(shown)s entries is on show; one of %(size)s would be a step back."),
    "record.files_differ": _("The files of the log differ from what was signed at %(size)s entries."),
    "record.other_log": _("%(source)s holds the log %(origin)s, not %(expected)s."),
    # founding
    "founding.state": _("The founding meeting is at another point now. Open the page again."),
    "founding.present": _("Only people who have joined this founding meeting can do that."),
    "founding.second_person": _("Somebody other than the author must back the draft."),
    "founding.draft_rejected": _("This draft was voted down. Propose it again, changed or not."),
    "founding.other_draft": _("Another draft is being voted on now. Open the page again."),
    "founding.votes_missing": _("The vote is still open: %(voted)s of %(gathered)s have voted."),
    "founding.kind": _("This charter has no base council of that kind."),
    "membership.founders": _("%(gathered)s have come. The charter asks for at least %(needed)s to found a council."),
    # ballots
    "body.quorum": _("%(present)s are present; %(needed)s of %(entitled)s are needed to decide."),
    "ballot.closed": _("This vote is closed. Your vote was not counted."),
    "ballot.closes": _("The end of a vote must lie ahead."),
    "ballot.nobody": _("Nobody is entitled to vote on this."),
    "ballot.not_on_roll": _("You are not on the roll of this vote. It was frozen when the vote opened."),
    "ballot.way": _("This vote is not taken in this way."),
    "ballot.choice": _("This ballot does not offer that choice."),
    "ballot.split": _("The parts of the vote are %(given)s, the weight is %(weight)s."),
    "ballot.too_many_marks": _("%(marks)s marks; at most %(allowed)s are allowed."),
    "ballot.count": _("These numbers cannot be right: %(entitled)s were entitled to vote."),
    "ballot.tellers_missing": _("%(entered)s of %(needed)s tellers have entered their count."),
    "ballot.tellers_differ": _("The two counts differ at %(line)s: %(first)s and %(second)s. Count again."),
    "ballot.third_teller": _("Two tellers have already entered a count."),
    "lot.commitment": _("The seed opened is not the one that was committed to. The draw is void."),
    "elect.method": _("This server cannot count elections by the method %(method)s yet."),
    "election.tie": _("%(candidates)s are tied for the last place, and no lot was committed to."),
    # federation
    # deliberation
}


def sentence(refusal: RuleBroken) -> str:
    """The refusal in the reader's language. Those of accounts have their words in `people.sentences`."""
    template = SENTENCES.get(refusal.rule)
    return str(template) % refusal.numbers if template else account_sentence(refusal)


def article(refusal: RuleBroken, charter: Charter) -> dict[str, object]:
    """The article of the charter in force that refuses, with its address on the charter's page; empty if none does."""


    number = article_for(charter, refusal.rule)
    return {"article": number, "anchor": f"article-{number}"} if number else {}
