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
    # lines, texts and what else is typed
    "text.empty": _("Please write something here."),
    "text.long": _("At most %(most)s characters have room here."),
    "text.control": _("This has control characters in it, or a line break where one line is asked for."),
    "text.hidden": _("This has signs in it that are invisible, turn text around, or could not be read."),
    "text.marks": _("There are too many accents on one letter."),
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
    "ballot.rank": _("%(found)s is no rank. Ranks are whole numbers from 1."),
    "ballot.rank_twice": _("Two candidates stand on rank %(rank)s. Give each a rank of its own."),
    "ballot.rank_gap": _("Nobody stands on rank %(rank)s, but somebody stands below it. Leave no rank out."),
    "ballot.points": _("%(found)s is no number of points. Points are whole numbers from 0."),
    "ballot.paper": _("%(found)s is not a candidate's number. Write the numbers in order, such as 2 1 3."),
    "ballot.paper_empty": _("Write the numbers on the paper, or press “A blank paper”."),
    "ballot.paper_number": _("There is no candidate %(number)s: the numbers go up to %(most)s."),
    "ballot.paper_twice": _("Candidate %(number)s stands twice on this paper."),
    "ballot.papers_differ": _(
        "The two counts differ at the paper “%(paper)s”: %(first)s and %(second)s were found. Look through the papers"
        " again, together."
    ),
    "ballot.file_candidates": _(
        "The file must name exactly the %(expected)s candidates of this ballot. It names others: %(found)s"
    ),
    "ballot.file": _("The file must be a BLT or CSV file of at most %(most)s megabytes."),
    "ballot.sheet_empty": _("No paper has been entered yet."),
    "lot.commitment": _("The seed opened is not the one that was committed to. The draw is void."),
    "elect.method": _("This server cannot count elections by the method %(method)s yet."),
    "elect.choices": _("The method %(method)s needs a number of choices for each voter, and the charter names none."),
    "election.tie": _("%(candidates)s are tied for the last place, and no lot was committed to."),
    # secret ballots: docs/reference/secret-ballots.md
    "elect.device_secret": _(
        "The method %(method)s needs whole papers: it cannot be counted from a secret vote on devices."
    ),
    "procedure.trustees": _(
        "%(trustees)s hold the office of trustee; the charter asks for at least %(needed)s to make a key."
    ),
    "key.running": _("A key is being made already (%(key)s)."),
    "key.ended": _("This key is not used any more."),
    "key.not_trustee": _("Only those who make this key together can do this."),
    "secret.unknown": _("There is no such vote."),
    "secret.credential_number": _("The next number of your voting key is %(expected)s. Load the page again."),
    "secret.credential_many": _("At most %(most)s credentials are kept ahead."),
    "secret.credential_twice": _("One of these credentials has been handed in before."),
    "secret.step_other": _("This step is not under way now. Load the page again."),
    "secret.step_done": _("You have taken this step already, and it cannot be changed."),
    "secret.papers_early": _("The papers are counted when the devices have stopped voting."),
    "secret.not_opening": _("This sum is not to be opened now."),
    "secret.part_twice": _("Trustee %(trustee)s has given a part already."),
    "secret.not_opened": _("The sum has not been opened yet."),
    "secret.format": _("These bytes are not in the form that was agreed on (%(what)s)."),
    "secret.canonical": _("This is written in another spelling than the one that everybody hashes (%(what)s)."),
    "secret.number": _("A number is too large, or is written in another spelling than the one that everybody hashes."),
    "secret.element": _("A number is not a member of the group in which this election is held."),
    "secret.group": _("Secret ballots are not held in the group %(group)s."),
    "secret.question": _("This kind of question cannot be put to a secret ballot: %(question)s"),
    "secret.election": _("The description of the election does not hold (%(what)s)."),
    "secret.credentials": _("The list of credentials does not hold (%(what)s)."),
    "secret.master": _("This device has no secret for ballots, or it is damaged."),
    "secret.choice": _("Question %(question)s does not allow these marks."),
    "secret.other_election": _("This ballot belongs to another election."),
    "secret.shape": _("The ballot does not have the parts that question %(question)s asks for."),
    "secret.proof": _("The ballot does not prove that question %(question)s is answered as it allows."),
    "secret.signature": _("The ballot is not signed with its credential."),
    "secret.stranger": _("This credential is not on the list of this election."),
    "secret.replay": _("This very ballot was cast before."),
    "secret.closed": _("This election takes no more ballots."),
    "secret.order": _("%(type)s is not what comes next in this election."),
    "secret.opened": _("The device did not encrypt what it shows (%(what)s). Do not vote with it."),
    "secret.archive": _("The archive of the election is damaged at byte %(at)s (%(what)s)."),
    "secret.history": _("This archive does not continue the one that was seen before."),
    "secret.tally": _("The encrypted tally is not that of the last ballot of each member (%(what)s)."),
    "secret.few": _("%(ballots)s members voted. Below %(minimum)s nothing is decrypted, so that nobody is given away."),
    "secret.owner": _("Trustee %(trustee)s is unknown here, or has decrypted already."),
    "secret.decryption": _("Trustee %(trustee)s did not prove the decryption."),
    "secret.factor": _("Trustee %(trustee)s published a wrong decryption."),
    "secret.trustees_missing": _("%(have)s trustees have decrypted; %(need)s are needed."),
    "secret.result": _("The result does not follow from the ballots and the trustees' decryptions."),
    "secret.trustees": _("The keys of trustee %(trustee)s do not hold (%(what)s)."),
    "secret.seed": _("This is not the secret with which this trustee began."),
    "secret.step": _("%(have)s of %(need)s trustees have taken the step before. Wait for the others."),
    "secret.commitment": _("Trustee %(trustee)s revealed other keys than those committed to."),
    "secret.share": _("The share from trustee %(trustee)s is wrong or cannot be read."),
    "secret.complaint": _("Trustee %(by)s says that the share from trustee %(trustee)s is wrong. Begin again."),
    # federation
    # standing
    "standing.member": _("Only members of this body with a vote can do that."),
    "standing.elector": _("Only the electors can do that: those who vote in the bodies that fill this place."),
    "standing.delegate": _("Only delegates who hold a seat in this body can do that."),
    "standing.office": _("Only who holds one of these offices can do that: %(offices)s."),
    "standing.suspended": _("Your membership is suspended; your vote rests until that ends."),
    "standing.advisory": _("Your seat has an advisory voice: you speak here, but you do not decide."),
    "standing.pending": _("Your credentials are not confirmed yet; until then you have no decisive voice."),
    "standing.lost": _("You no longer hold the seat or office: it was %(how)s. What it allowed ended at that instant."),
    # membership
    "application.body": _("People join councils and associations. Other bodies are filled by election."),
    "application.member": _("This person is a member here already."),
    "application.open": _("You have asked to join already. The members are looking at it."),
    "application.elsewhere": _("You have asked to join %(council)s. Withdraw that first: one council at a time."),
    "application.state": _("This application is at another point now. Open the page again."),
    "application.vouched_twice": _("You have vouched already. Another member has to be next."),
    "application.objected_twice": _("You have objected already."),
    "application.reason": _("Please give a reason, so that the applicant can answer it."),
    "application.days": _("Members can object until %(until)s. After that, silence admits."),
    "application.over": _("Members could object until %(until)s. Nobody did, and silence admits."),
    "application.not_yours": _("Only the applicant can withdraw."),
    "procedure.invitation_days": _("An invitation holds for 1 to %(days)s days, as the charter says."),
    "membership.minimum_age": _("The charter asks for an age of at least %(years)s years. Please confirm it."),
    "membership.one_council": _(
        "One is counted in one council below the same delegate council, and you belong to %(council)s. Agree to move."
    ),
    "membership.declared": _("No quota of this charter counts “%(attribute)s”, so it is not stored."),
    "membership.exclusion.notice_days": _("A member is told %(days)s days before such a decision."),
    "membership.exclusion.hearing": _("Nobody is excluded unheard: the member has not been heard yet."),
    "membership.lapses_with_job": _("In this charter membership does not end with the job."),
    "membership.status": _("A membership that is “%(old)s” cannot become “%(new)s”."),
    # lists of people
    "import.size": _("The file is larger than %(most)s MB. Split it."),
    "import.empty": _("There is nobody on this list."),
    "import.encoding": _("Line %(line)s is not UTF-8. Save the file as “CSV UTF-8” or as XLSX and try again."),
    "import.nul": _("Line %(line)s has a zero byte, which no list of names has. Save the file anew."),
    "import.csv": _("The table breaks off at line %(line)s: a quotation mark is opened and not closed."),
    "import.rows": _("A list can have up to %(most)s people."),
    "import.columns": _("Line %(line)s has more than %(most)s columns."),
    "import.header": _("The first line must name the columns: “name”, or “first name” and “last name”; and “email”."),
    "import.workbook": _("This file cannot be read. Save it as CSV UTF-8 or as XLSX."),
    "import.old_workbook": _("This is an old XLS file. Save it as XLSX or as CSV UTF-8."),
    "import.bomb": _("This file would unpack to far more than a list of people can be. It was not opened."),
    "import.preview": _("This preview is too old, or was made for somebody else. Upload the file again."),
    "import.claimed": _("Somebody has taken up this line already, or it is no longer there."),
    "import.name": _("The name is empty, or has characters that no name has."),
    "import.email": _("This is not an e-mail address that we can write to."),
    "import.long": _("A cell is far too long for a name or an address."),
    "import.formula": _("The cell begins like a formula. Take the first sign away."),
    "import.twice": _("The same e-mail address stands in line %(value)s."),
    "import.alike": _("This name looks like the one in line %(value)s. Both are kept: are they two people?"),
    "import.on_roll": _("Somebody with this e-mail address is a member or has asked already."),
    "import.alike_roll": _("A member has a name that looks like this one. Both are kept: are they two people?"),
    # associations, numbers
    "association.kind": _("This charter has no association of that kind."),
    "association.title": _("Please give a name of up to %(most)s characters."),
    "association.title_taken": _("A body of this federation has that name already."),
    "numbers.unit": _("Only these numbers are stated: %(units)s. The others are counted."),
    "numbers.bounds": _("A number is whole, not below 0 and not above %(most)s."),
    "numbers.source": _("Please say where the number comes from, in up to %(most)s characters."),
    # accession
    "accession.kind": _("The wider charter has no base council or association of that kind."),
    "accession.already": _("This council belongs to that federation already."),
    "accession.members": _("The wider charter asks for at least %(needed)s members; there are %(members)s."),
    "accession.too_few": _("A federation is founded by at least %(needed)s councils."),
    "accession.waiting": _("%(adopted)s of %(of)s councils have adopted the founding so far."),
    "accession.ended": _("That federation no longer exists by itself."),
    "accession.upper": _("Choose the body to which delegates will be sent; the federation has several."),
    "accession.not_proposed": _("This has not been proposed to your council."),
    "accession.one_council": _("This is for a council that is a federation of one; to leave, for one among others."),
    "accession.running": _("Another such proposal is under way in this council."),
    "accession.not_yours": _("Only whoever proposed it can withdraw it, before the vote."),
    "accession.state": _("The proposal is at another point now. Open the page again."),
    "accession.open_business": _("Something is still open in the council and must be closed first: %(open)s."),
    # elections, draws, seats
    "seat.elect.notice_days": _("The vote can open from %(votes_from)s: %(days)s days of notice are due."),
    "office.elect.notice_days": _("The vote can open from %(votes_from)s: %(days)s days of notice are due."),
    "procedure.longest_vote_days": _("A vote by name is open for %(days)s days at most, as the charter says."),
    "election.state": _("The election is at another point now (%(state)s). Open the page again."),
    "election.running": _("An election for these places is already under way: %(election)s."),
    "election.no_places": _("No place is vacant here, and no term ends soon."),
    "election.no_candidates": _("Nobody has accepted to stand yet."),
    "election.runoff": _("This is a run-off between two; nobody else can be proposed."),
    "constituency.unknown": _("This body has no such constituency any more."),
    "office.unknown": _("The charter knows no office %(office)s in this body."),
    "office.draw": _("The charter fills this office (%(office)s) by lot."),
    "office.elect": _("The charter fills this office (%(office)s) by vote."),
    "office.rotate": _("The charter passes this office (%(office)s) from one to the next, in turn."),
    "turn.nobody": _("Nobody who is next in turn can serve now."),
    "turn.runs": _("No turn in this office has run out, and no place stands empty."),
    "office.draw.words": _("%(given)s besides the caller have added a word; %(needed)s must before the lot is drawn."),
    "draw.running": _("A draw for this office is already under way: %(draw)s."),
    "draw.nobody": _("There is nobody on the list to draw from."),
    "draw.word": _("A word for the lot has 1 to %(longest)s letters."),
    "draw.word_twice": _("You have added your word. It stands."),
    "draw.done": _("This lot has been drawn. It stands, and anybody can draw it again."),
    "candidate.elector": _("Only electors can stand: those who vote in the bodies that fill this place."),
    "candidate.serves": _("This person already holds the place %(seat)s, which is not up for election."),
    "candidate.twice": _("This person has been proposed already."),
    "candidate.attribute": _("No quota of this election counts %(attribute)s."),
    "candidate.not_proposed": _("You are not proposed in this election."),
    "seat.rotation": _("%(served)s terms in a row are served of %(allowed)s allowed. Free again from %(free_from)s."),
    "office.rotation": _("%(served)s terms in a row are served of %(allowed)s allowed. Free again from %(free_from)s."),
    "office.incompatible": _("Nobody may be %(office)s and %(held)s at the same time."),
    "seat.not_yours": _("Only the one who fills this place can do that."),
    "ballot.still_open": _("The vote runs until %(closes)s, or until all %(entitled)s entitled have voted."),
    "tellers.none": _("Nobody here is a teller yet, so nobody can count. Draw tellers by lot first."),
    "credential.decided": _("These credentials are decided already."),
    "credential.own": _("Nobody decides on their own credentials."),
    "credential.reason": _("Credentials are refused with a reason, never without."),
    # recall, mandates, reports, fractions
    "seat.recall": _("This charter knows no recall from these seats."),
    "office.recall": _("This charter knows no recall from this office."),
    "seat.recall.notice_days": _("The vote can open from %(votes_from)s: the delegate has %(days)s days to answer."),
    "office.recall.notice_days": _("The vote can open from %(votes_from)s: the holder has %(days)s days to answer."),
    "recall.state": _("The recall is at another point now (%(state)s). Open the page again."),
    "recall.running": _("A recall of this term is already under way: %(recall)s."),
    "recall.no_term": _("This term has ended; there is nothing to take back."),
    "recall.reason": _("A recall is started with a reason that the delegate can answer."),
    "recall.signed_twice": _("You have signed already. A signature counts once."),
    "recall.answer": _("The answer is empty."),
    "recall.answered": _("You have answered already."),
    "seat.mandate": _("This charter knows no mandates for these delegates."),
    "seat.breach": _("Your electors told you to vote %(instructed)s (%(mandate)s). The charter refuses another vote."),
    "mandate.text": _("A mandate needs a matter and a text."),
    "mandate.state": _("The mandate is at another point now (%(state)s). Open the page again."),
    "mandate.voting": _("The electors are voting on this mandate now."),
    "report.text": _("The report is empty."),
    "body.fractions": _("This charter knows no fractions in this body."),
    "fraction.title": _("A fraction's name has 1 to %(longest)s letters."),
    "fraction.title_taken": _("Another fraction of this body has that name."),
    "fraction.already": _("You belong to a fraction of this body. Leave it first."),
    "fraction.member": _("You do not belong to this fraction."),
    "fraction.ended": _("This fraction has ended."),
    # deliberation
    "meeting.past": _("The start of a meeting must lie ahead."),
    "meeting.early": _("It is too early: the meeting starts at %(starts)s."),
    "meeting.state": _("The meeting is %(state)s now; this needs one that is %(needed)s. Open the page again."),
    "meeting.other_open": _("Another meeting of this body is open. Close it first."),
    "meeting.ballot_open": _("A vote is still open in this meeting. Close it, or end it without a quorum, first."),
    "meeting.called": _("This meeting was called by signatures. Officers cannot call it off."),
    "meeting.not_here": _("You are not signed in as present."),
    "body.notice_days": _("The charter asks for %(days)s days of notice. The earliest time is %(earliest)s."),
    "body.convened_by": _("The charter lets no share of this body call a meeting."),
    "body.convened_by_base": _("The charter lets no share of the base call a meeting of this body."),
    "call.done": _("Enough have signed already: the meeting is called."),
    "call.signed": _("You have signed this call already."),
    "agenda.twice": _("This motion is on the agenda already."),
    "motion.kind": _("Motions of the kind %(kind)s are not moved in this way."),
    "motion.state": _("The motion is at another point now: %(old)s, and cannot become %(new)s. Reload the page."),
    "motion.own": _("Somebody other than the mover must back the motion."),
    "motion.backed": _("You back this motion already."),
    "motion.mover": _("Only who moved a motion can withdraw it."),
    "motion.meeting": _("No meeting is open. Open one, or put the motion to a vote over days."),
    "motion.quorate": _("%(present)s take part and %(needed)s are needed: that is a quorum. Close the vote instead."),
    "motion.in_force": _("This change of the charter is in force already."),
    "motion.waits": _("The decision waits until %(until)s."),
    "body.decides": _("The charter does not let this body decide on %(kind)s. It decides: %(decides)s."),
    "body.rights.table": _("The charter gives this association no right to table motions in that council."),
    "body.rights.objection": _("The charter gives this association no right to object to what that council decides."),
    "body.rights.objection_days": _("The %(days)s days in which an association may object are over."),
    "body.rights.objection_once": _("There has been an objection to this decision; there is one."),
    "decision.proposers": _("%(backers)s back the motion; the charter asks for %(needed)s."),
    "decision.ballots": _("The charter does not let this be voted on in the way %(way)s. Allowed: %(allowed)s."),
    "decision.notice_days": _("The charter asks for %(days)s days from announcement to vote. Earliest: %(earliest)s."),
    "decision.quorum": _("%(present)s take part; for this kind of decision %(needed)s of %(entitled)s are needed."),
    "decision.ratified_by": _("Answers of the councils count until %(until)s; the vote must end before."),
    "ballot.not_yet": _("This vote over days runs until %(closes)s."),
    "ballot.tellers": _("%(filled)s tellers hold office; %(needed)s must count. Vote by name, or fill the office."),
    "ballot.number": _("Enter whole numbers, each in figures."),
    "amendment.body": _("The charter is changed where no council stands above. Table the change there."),
    "amendment.nothing": _("This changes nothing in the charter."),
    "amendment.in_use": _("%(bodies)s bodies of the kind %(kind)s live under this charter and need their rule."),
    "amendment.stale": _("The charter has changed since this was moved. Withdraw it and propose it again."),
    "amendment.other": _("Another change of the charter is being voted on or ratified. One at a time."),
    "ratification.not_asked": _("This body is not among those that are asked to ratify."),
    "ratification.answered": _("This body has given its answer."),
    "ratification.open": _("The vote of this body is open already."),
    "ratification.not_open": _("No vote of this body on it is open."),
    "mandate.electors": _("Only a council of the constituency can say what its mandate means."),
    "mandate.not_given": _("This mandate is not given, or was withdrawn."),
    "mandate.position": _("This mandate names no position that a vote could be compared with."),
    "mandate.other_body": _("This mandate is for delegates to another council."),
    "mandate.linked": _("This mandate stands beside the motion already."),
}


def sentence(refusal: RuleBroken) -> str:
    """The refusal in the reader's language. Those of accounts have their words in `people.sentences`."""
    template = SENTENCES.get(refusal.rule)
    return str(template) % refusal.numbers if template else account_sentence(refusal)


def for_scripts() -> dict[str, str]:
    """The sentences of secret votes, by code, for pages whose own script may have to say one; numbers unfilled."""
    return {code: str(words) for code, words in SENTENCES.items() if code.startswith("secret.")}


# a seat or office that is gone: the rule by which it went
_LOST = {
    "recalled": ("seat.recall", "office.recall"),
    "expired": ("seat.term_days", "office.term_days"),
    "lapsed": ("seat.lapses_on_leaving",),
}


def article(refusal: RuleBroken, charter: Charter, body: str = "") -> dict[str, object]:
    """The article of the charter in force that refuses, with its address on the charter's page; empty if none does.

    body: the kind of the body in which it was refused, whose own article is cited where it has one.
    """
    rules = (refusal.rule,)
    if refusal.rule == "standing.lost":
        rules = _LOST.get(str(refusal.numbers.get("how")), ())
    found = (article_for(charter, rule, place) for place in dict.fromkeys((body, "")) for rule in rules)
    number = next((one for one in found if one), None)
    return {"article": number, "anchor": f"article-{number}"} if number else {}
