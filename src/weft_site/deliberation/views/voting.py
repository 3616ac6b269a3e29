"""The one page on which people vote, whatever the ballot decides; and a body's ratification."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from weft.errors import RuleBroken
from weft.federation.mandates import compare
from weft_site import clock
from weft_site.ballots.forms import OF_THE_PAPER, in_words, paper_form, read_choice, typed
from weft_site.ballots.models import Ballot, KeyTrustee, RollEntry, Vote
from weft_site.ballots.services import QUESTION
from weft_site.charter.editor import changes_in_words
from weft_site.charter.facts import charter
from weft_site.deliberation import facts
from weft_site.deliberation.forms import PutForm, refuse, usual_close
from weft_site.deliberation.models import Motion
from weft_site.deliberation.services import ratification as ratifying
from weft_site.deliberation.services.voting import cast_vote
from weft_site.federation.facts import standing
from weft_site.federation.views.base import Page, body_page, may_see
from weft_site.refusals import sentence

BALLOT_PAGES = {"ratification": "ratification"}  # subject -> page, where the names differ


@login_required
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, ballot_id: int) -> HttpResponse:
    """Vote, or change one's vote. A post is the hot path: no more is read than the vote needs."""
    if request.method == "POST":
        try:
            return _cast(request, ballot_id)
        except RuleBroken as refusal:
            # only a refused vote asks which charter refuses, and who may know
            return _refused(request, refusal, *ballot_shown(request, ballot_id))
    ballot, subject = ballot_shown(request, ballot_id)
    if ballot.way == Ballot.Way.SECRET:
        return redirect("booth", ballot_id)
    line = RollEntry.objects.filter(ballot=ballot, person=request.user).first()
    return render(request, "deliberation/vote.html", _context(request, ballot, subject, line))


def _refused(request: HttpRequest, refusal: RuleBroken, ballot: Ballot, subject: facts.Subject) -> HttpResponse:
    """A paper that cannot be counted is shown again as it was filled in; every other refusal has its own page."""
    line = RollEntry.objects.filter(ballot=ballot, person=request.user).first()
    if ballot.method == QUESTION or refusal.rule not in OF_THE_PAPER or line is None:
        raise refusal
    context = _context(request, ballot, subject, line)
    context |= {"paper": typed(ballot, request.POST), "refused_words": sentence(refusal), "sent": False}
    context["refused_rule"] = refusal.rule
    return render(request, "deliberation/vote.html", context, status=409)


def _cast(request: HttpRequest, ballot_id: int) -> HttpResponse:
    choice = read_choice(request.POST.get("method", QUESTION), request.POST.getlist("option"), request.POST)
    cast_vote(actor=request.user, now=clock.now(), ballot_id=ballot_id, choice=choice)
    return HttpResponseRedirect(f"/vote/{ballot_id}/?sent=1")  # said outright: looking it up would cost each vote time


def ballot_shown(request: HttpRequest, ballot_id: int) -> tuple[Ballot, facts.Subject]:
    """A ballot that the reader may vote on, open or see; otherwise 404."""
    try:
        ballot = facts.find_ballot(ballot_id)
    except Ballot.DoesNotExist:
        raise Http404 from None
    subject = facts.subject(ballot)
    if subject is None:
        raise Http404
    body, now = subject.body, clock.now()
    law = charter(body.federation.charter)
    request.charter, request.body_kind, request.record_slug = law, body.kind, body.federation.log.slug
    person = request.user if request.user.is_authenticated else None
    if not _concerns(ballot, person) and not may_see(
        person, body, law.body(body.kind), standing(person, body, now), now
    ):
        raise Http404
    return ballot, subject


def _concerns(ballot: Ballot, person) -> bool:
    """Whether somebody is on the roll, or holds the key to its sum."""
    if person is None:
        return False
    if RollEntry.objects.filter(ballot=ballot, person=person).exists():
        return True
    return KeyTrustee.objects.filter(key__boards__ballot=ballot, person=person).exists()


def _context(request: HttpRequest, ballot: Ballot, subject: facts.Subject, line: RollEntry | None) -> dict[str, object]:
    now = clock.now()
    mine = Vote.objects.filter(ballot=ballot, voter=line.voter).first() if line else None
    links = facts.mandates_for(ballot.pk, line.voter) if line and subject.kind == "motion" else []
    told = [facts.instruction(link) for link in links]
    lost = _lost(ballot, line, now)
    over = ballot.closed_at is not None or (ballot.closes_at is not None and now >= ballot.closes_at)
    return {
        "ballot": ballot,
        "subject": subject,
        "body": subject.body,
        "federation": subject.body.federation,
        "federation_name": subject.body.federation.title,
        "page_url": subject_url(subject, ballot),
        "question": _question(ballot, subject),
        "line": line,
        "lost": lost,
        "lost_words": sentence(lost) if lost else "",
        "mine": mine,
        "mine_words": in_words(ballot, mine.choice) if mine else "",
        "told": links,
        "kept": compare(mine.choice, line.weight, told).outcome if mine and told else "",
        "refuses": _refuses(ballot, line, told),
        "changes": _changes(subject),
        "open": ballot.way == Ballot.Way.OPEN and not over,
        "paper": None if ballot.method == QUESTION else paper_form(ballot, mine.choice if mine else None),
        "sent": request.GET.get("sent") == "1",
        "turnout": facts.turnout(ballot) if ballot.way == Ballot.Way.OPEN else None,
        "now": now,
    }


def _lost(ballot: Ballot, line: RollEntry | None, now) -> RuleBroken | None:
    """Why a delegate on the roll can vote no longer, told before the vote rather than after it."""
    if line is None or not ballot.follows_seats:
        return None
    try:
        facts.seat_rule_now(ballot, line.voter, line.person_id, now)
    except RuleBroken as refusal:
        return refusal
    return None


def _refuses(ballot: Ballot, line: RollEntry | None, told) -> bool:
    """Whether the charter would refuse a vote against these instructions, rather than count and flag it."""
    if not line or not any(instruction.binding for instruction in told):
        return False
    try:
        rule = facts.seat_rule_now(ballot, line.voter, line.person_id, clock.now())
    except RuleBroken:
        return False
    return rule is not None and rule.breach == "refuse"


def _changes(subject: facts.Subject):
    motion = subject.motion
    if motion is None or motion.new_charter_id is None:
        return []
    return changes_in_words(charter(subject.body.federation.charter), charter(motion.new_charter))


def _question(ballot: Ballot, subject: facts.Subject) -> str:
    """What a yes would mean, where the title is but a name. Motions and elections say it themselves."""
    names, words = {}, ""
    if subject.kind == "recall":
        names, words = {"name": ballot.recall.term.name}, _("Shall %(name)s be recalled? A yes takes the place back.")
    elif subject.kind == "mandate" and hasattr(ballot, "withdrawn_mandate"):
        words = _("Shall this mandate be withdrawn?")
    elif subject.kind == "mandate":
        words = _("Shall our delegates be given this mandate?")
    elif subject.kind == "ratification":
        names, words = {"body": subject.motion.body.title}, _("Shall we ratify this decision of %(body)s?")
    elif subject.kind == "application":
        words = _("Shall they be admitted?")
    elif subject.kind == "accession":
        return _where_to_belong(ballot)
    return words % names


def _where_to_belong(ballot: Ballot) -> str:
    """The same for the votes by which councils join, found and leave federations."""
    row = getattr(ballot, "accepts", None) or ballot.accession
    names = {"council": row.body.title, "federation": (row.into or row.asking).title}
    if hasattr(ballot, "accepts"):
        words = _("Shall %(council)s be accepted into %(federation)s?")
    elif row.leaves:
        words = _("Shall %(council)s leave %(federation)s?")
    elif row.into is None:
        names["federation"] = row.terms.get("title", "")
        words = _("Shall %(council)s found “%(federation)s” together with the other councils?")
    else:
        words = _("Shall %(council)s join %(federation)s?")
    return words % names


def subject_url(subject: facts.Subject, ballot: Ballot) -> str:
    """The page of what a ballot decides, or of its body where it has no page of its own."""
    body = subject.body
    if asks := getattr(ballot, "accepts", None):  # the page stands where the council asks from
        body = asks.body
    slug = body.federation.log.slug
    try:
        return reverse(BALLOT_PAGES.get(subject.kind, subject.kind), args=[slug, body.ref, subject.ref])
    except NoReverseMatch:
        return reverse("body", args=[slug, body.ref])


@login_required
@require_http_methods(["GET", "POST"])
def ratification(request: HttpRequest, slug: str, ref: str, motion: str) -> HttpResponse:
    """A body's own answer to a decision above: open the vote, close it, see it."""
    page = body_page(request, slug, ref)
    found = get_object_or_404(
        Motion.objects.select_related("charter", "new_charter", "body__federation"),
        ref=motion, body__federation=page.federation, charter__isnull=False,
    )  # fmt: skip
    rule = charter(found.charter).decision(found.kind).ratified_by
    if rule is None or rule.bodies != page.body.kind:
        raise Http404
    row = found.ratifications.select_related("ballot").filter(body=page.body).first()
    form = PutForm(
        request.POST or None,
        decision=page.law.decision(ratifying.KIND),
        over_days_only=True,
        notice_days=page.rule.notice_days,
        usual=usual_close(page.law, page.rule, page.now),
    )
    if request.method == "POST":
        answer = _ratify(request, page, found, row, form)
        if answer is not None:
            return answer
    context = page.context(
        motion=found,
        row=row,
        form=form,
        finding=ratifying.finding(found, page.now) if found.state == Motion.State.RATIFYING else None,
        may_open=page.can[_opening_act(page, found).replace(".", "_", 1)],
        may_close=page.can["ratification_close"],
        over=row is not None and row.ballot is not None and page.now >= row.ballot.closes_at,
        changes=changes_in_words(charter(found.charter), charter(found.new_charter)) if found.new_charter else [],
    )
    return render(request, "deliberation/ratification.html", context, status=409 if form.errors else 200)


def _opening_act(page: Page, found: Motion) -> str:
    return ratifying.opening_act(page.law.procedure, decided_at=found.decided_at, now=page.now)


def _ratify(request, page, motion, row, form) -> HttpResponse | None:
    """Open or close the vote as the button says; None where the form has to be shown again."""
    here = redirect(request.path)
    common = {"actor": request.user, "now": page.now, "key": request.POST.get("key", "")}
    if "close" in request.POST:
        if row is None:
            raise Http404
        ratifying.close_ratification(ratification_id=row.pk, **common)
        return here
    if not form.is_valid():
        return None
    try:
        ratifying.open_ratification(motion_id=motion.pk, body_id=page.body.pk, **form.cleaned_data, **common)
    except RuleBroken as refusal:
        refuse(form, refusal)
        return None
    return here
