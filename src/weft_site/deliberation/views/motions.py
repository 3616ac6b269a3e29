"""Pages of motions: list, move, table, amend the charter; the motion, its vote and its result."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.ballots import parts_of
from weft.errors import RuleBroken
from weft.federation import allowed
from weft.federation.mandates import compare
from weft_site.charter.editor import Editor, changes_in_words
from weft_site.charter.facts import charter
from weft_site.charter.models import CharterVersion
from weft_site.deliberation import facts
from weft_site.deliberation.forms import (
    AmendForm,
    LinkForm,
    MotionForm,
    ObjectForm,
    PutForm,
    TableForm,
    refuse,
    usual_close,
)
from weft_site.deliberation.models import Meeting, Motion
from weft_site.deliberation.services import amendments, decisions, instructions, objections, ratification
from weft_site.deliberation.services import motions as services
from weft_site.federation.facts import PEOPLE, standing
from weft_site.federation.models import Body, Mandate, Membership, Term
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs

PAGE = 50
LIVE = (Motion.State.MOVED, Motion.State.SECONDED, Motion.State.PUT, Motion.State.RATIFYING, Motion.State.SUSPENDED)


@require_GET
def motions(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """All motions of a body: open votes first, then what waits, then what was decided."""
    page = body_page(request, slug, ref)
    rows = Motion.objects.filter(body=page.body).select_related("ballot", "tabled_by").order_by("-moved_at", "-pk")
    decided = rows.exclude(state__in=LIVE)
    live = list(rows.filter(state__in=LIVE)[:PAGE])
    live.sort(key=lambda motion: motion.state != Motion.State.PUT)
    rights = page.rule.rights
    context = page.context(
        tabs=body_tabs(page, "motions"),
        live=live,
        decided=Paginator(decided, PAGE).get_page(request.GET.get("page")),
        may_amend=page.can["amendment_propose"] and _amended_here(page.body),
        may_table=rights is not None and rights.table and page.can["motion_table"],
    )
    return render(request, "deliberation/motions.html", context)


def _amended_here(body: Body) -> bool:
    try:
        amendments.check_body(body)
    except RuleBroken:
        return False
    return True


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Move a motion."""
    page = body_page(request, slug, ref)
    meetings = Meeting.objects.filter(body=page.body, state__in=["convened", "open"]).order_by("starts_at")[:PAGE]
    form = MotionForm(request.POST or None, law=page.law, rule=page.rule, meetings=meetings)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            made = services.move_motion(
                actor=request.user, now=page.now, key=request.POST.get("key", ""), body_id=page.body.pk,
                title=fields["title"], text=fields["text"], kind=fields["kind"], meeting_id=fields["meeting"],
            )  # fmt: skip
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("motion", slug, ref, made)
    return _form(request, page, form, title=_("Move a motion"), submit=_("Move it"))


@login_required
@require_http_methods(["GET", "POST"])
def table(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """An association tables a motion in a council."""
    page = body_page(request, slug, ref)
    rights = page.rule.rights
    if rights is None or not rights.table:
        raise Http404
    bodies = Body.objects.filter(federation=page.federation, kind__in=rights.bodies, ended_at__isnull=True).order_by(
        "-type", "title", "pk"
    )[:500]
    form = TableForm(request.POST or None, law=page.law, rule=page.rule, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            made = services.table_motion(
                actor=request.user, now=page.now, key=request.POST.get("key", ""), association_id=page.body.pk,
                body_id=fields["body"], title=fields["title"], text=fields["text"], kind=fields["kind"],
            )  # fmt: skip
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("motion", slug, Body.objects.get(pk=fields["body"]).ref, made)
    return _form(request, page, form, title=_("Table a motion in a council"), submit=_("Table it"))


@login_required
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Propose a change of the charter: every article with its values; first a look at old and new, then the motion."""
    page = body_page(request, slug, ref)
    amendments.check_body(page.body)
    editor = Editor(page.law, request.POST if request.method == "POST" else None)
    form = AmendForm(request.POST or None)
    rows, proposed = [], None
    if request.method == "POST":
        proposed = editor.amended()
        if proposed is not None:
            rows = changes_in_words(page.law, proposed)
        if proposed is not None and "look" not in request.POST and form.is_valid():
            try:
                made = amendments.propose_version(
                    actor=request.user, now=page.now, key=request.POST.get("key", ""), body_id=page.body.pk,
                    title=form.cleaned_data["title"], reason=form.cleaned_data["reason"], text=proposed.text,
                )  # fmt: skip
            except RuleBroken as refusal:
                refuse(form, refusal)
            else:
                return redirect("motion", slug, ref, made)
    wrong = editor.problems or (form.is_bound and "look" not in request.POST and form.errors)
    context = page.context(editor=editor, form=form, rows=rows, decision=page.law.decision(amendments.KIND))
    return render(request, "deliberation/amendment_form.html", context, status=409 if wrong else 200)


def _form(request: HttpRequest, page: Page, form, *, title: str, submit: str) -> HttpResponse:
    context = page.context(form=form, title=title, submit=submit)
    return render(request, "deliberation/motion_form.html", context, status=409 if form.errors else 200)


def _find(request: HttpRequest, slug: str, ref: str, motion: str) -> tuple[Page, Motion]:
    page = body_page(request, slug, ref)
    rows = Motion.objects.select_related("ballot", "tabled_by", "charter", "new_charter")
    found = get_object_or_404(rows, body=page.body, ref=motion)
    found.body = page.body
    return page, found


@require_GET
def motion(request: HttpRequest, slug: str, ref: str, motion: str) -> HttpResponse:
    """One motion: where it stands, what can be done now, and once decided how each delegate voted."""
    page, found = _find(request, slug, ref, motion)
    supporters = list(found.supporters.order_by("pk"))
    decision = page.law.decision(found.kind)
    put = found.state == Motion.State.PUT
    ripe = found.moved_at + timedelta(days=decision.notice_days)
    backed = 1 + len(supporters)
    context = page.context(
        motion=found,
        decision=decision,
        supporters=supporters,
        backers_missing=max(decision.proposers - backed, 0) if found.tabled_by_id is None else 0,
        ripe_at=ripe if found.state in {Motion.State.MOVED, Motion.State.SECONDED} and ripe > page.now else None,
        mine=request.user.is_authenticated and found.mover_id == request.user.pk,
        backs=request.user.is_authenticated and any(s.person_id == request.user.pk for s in supporters),
        put_form=_put_form(page, found, decision),
        turnout=facts.turnout(found.ballot) if put and found.ballot.way == "open" else None,
        over=put and found.ballot.closes_at is not None and page.now >= found.ballot.closes_at,
        result=found.ballot.result if found.ballot and found.ballot.closed_at else None,
        roll_call=_roll_call(page, found),
        links=facts.links_on(found),
        objection=found.objections.select_related("association").first(),
        changes=_changes(page, found),
        asked=_asked(found, page),
        **_forms(request, page, found),
    )
    return render(request, "deliberation/motion.html", context)


def _put_form(page: Page, motion: Motion, decision) -> PutForm | None:
    if motion.state not in {Motion.State.SECONDED, Motion.State.SUSPENDED} or not page.can["motion_put"]:
        return None
    meeting = facts.open_meeting_of(page.body)
    return PutForm(
        decision=decision,
        over_days_only=meeting is None,
        notice_days=page.rule.notice_days,
        usual=usual_close(page.law, page.rule, page.now),
    )


def _changes(page: Page, motion: Motion):
    """What a charter change changes, article by article, against the version it was moved on."""
    if motion.new_charter is None:
        return []
    base = CharterVersion.objects.filter(hash=motion.changes["base"]).first()
    return changes_in_words(charter(base) if base else page.law, charter(motion.new_charter))


def _asked(motion: Motion, page: Page) -> dict[str, object] | None:
    """How a ratification stands, body by body."""
    if motion.charter is None or charter(motion.charter).decision(motion.kind).ratified_by is None:
        return None
    rows = motion.ratifications.select_related("body", "ballot").order_by("body__title")[:500]
    found = ratification.finding(motion, page.now) if motion.state == Motion.State.RATIFYING else None
    return {"rows": list(rows), "finding": found}


def _forms(request: HttpRequest, page: Page, motion: Motion) -> dict[str, object]:
    """The forms of people who act from below or from beside: objecting, and saying what a mandate means here."""
    if not request.user.is_authenticated:
        return {"object_form": None, "link_form": None}
    may_object = motion.state == Motion.State.CARRIED and motion.kind != amendments.KIND
    associations = _associations(request, page, motion) if may_object else []
    linkable = _linkable(request, page, motion) if motion.state in instructions.OPEN else []
    return {
        "object_form": ObjectForm(associations=associations) if associations else None,
        "link_form": LinkForm(mandates=linkable) if linkable else None,
    }


def _associations(request: HttpRequest, page: Page, motion: Motion) -> list[Body]:
    """Associations for which the reader may object to this decision today."""
    mine = Body.objects.filter(
        federation=page.federation, type="association", memberships__person=request.user,
        memberships__status=Membership.Status.ADMITTED,
    ).exclude(pk=page.body.pk)  # fmt: skip
    found = []
    for body in mine[:10]:
        body.federation = page.federation
        rights = page.law.body(body.kind).rights
        days = rights.objection_days if rights and page.body.kind in rights.bodies else 0
        in_time = motion.decided_at and page.now < motion.decided_at + timedelta(days=days)
        if in_time and allowed("motion.object", standing(request.user, body, page.now)):
            found.append(body)
    return found


def _linkable(request: HttpRequest, page: Page, motion: Motion) -> list[tuple[Mandate, Body]]:
    """Given mandates to this council's delegates that the reader, as an officer below, may lay beside the motion."""
    if page.body.type in PEOPLE:
        return []
    held = Term.objects.filter(person=request.user, seat__office__in=["chair", "secretary"])
    bodies = Body.objects.filter(seats__in=held.values("seat_id"), sends_through__body=page.body).distinct()
    found = []
    for body in bodies[:10]:
        body.federation = page.federation
        if allowed("mandate.link", standing(request.user, body, page.now)):
            given = Mandate.objects.filter(
                constituency__senders=body, constituency__body=page.body, state=Mandate.State.GIVEN
            ).exclude(position="")
            found += [(mandate, body) for mandate in given.exclude(links__motion=motion).order_by("-pk")[:20]]
    return found


def _roll_call(page: Page, motion: Motion) -> dict[str, object] | None:
    """How each delegate voted, whether as instructed, and the same by the councils that sent them.

    Only for bodies of delegates, once the vote is closed. Members' votes are shown as sums.
    """
    ballot = motion.ballot
    if ballot is None or ballot.closed_at is None or ballot.way != "open" or page.body.type in PEOPLE:
        return None
    told = facts.instructions_on(motion)
    roll = dict(ballot.roll.values_list("voter", "person_id"))
    choices = dict(ballot.votes.values_list("voter", "choice"))
    lines, councils = [], {}
    for term in _terms_at(page, ballot, roll):
        voter = term.seat.ref
        choice = choices.get(voter)
        mandated = told.get(voter, [])
        kept = compare(choice, 1, mandated).outcome if choice is not None and mandated else ""
        senders = ", ".join(sorted(body.title for body in term.seat.constituency.senders.all()))
        lines.append({"term": term, "senders": senders, "choice": choice or "", "told": mandated, "kept": kept})
        council = councils.setdefault(senders, Counter())
        council.update(parts_of(choice, 1) if choice is not None else {"none": 1})
    lines.sort(key=lambda line: (line["senders"], line["term"].name))
    by_council = [
        {"senders": senders, **{a: n[a] for a in ("yes", "no", "abstain", "none")}}
        for senders, n in sorted(councils.items())
    ]
    return {"lines": lines, "councils": by_council}


def _terms_at(page: Page, ballot, roll: dict[str, int | None]):
    """The term by which each voter of the roll held the seat: the newest that had begun when the vote opened."""
    rows = (
        Term.objects.filter(seat__body=page.body, seat__ref__in=list(roll), starts_at__lte=ballot.opened_at)
        .select_related("seat__constituency")
        .prefetch_related("seat__constituency__senders")
        .order_by("starts_at", "pk")
    )
    return {term.seat.ref: term for term in rows if roll[term.seat.ref] == term.person_id}.values()


ACTS = {
    "second": services.second_motion,
    "withdraw": services.withdraw_motion,
    "close": decisions.close_motion,
    "undecided": decisions.end_undecided,
}


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, motion: str, act: str) -> HttpResponse:
    """One of the acts on a motion, by its button."""
    page, found = _find(request, slug, ref, motion)
    if act not in ACTS:
        raise Http404
    more = {"casting": request.POST.get("casting", "")} if act == "close" else {}
    ACTS[act](actor=request.user, now=page.now, key=request.POST.get("key", ""), motion_id=found.pk, **more)
    return redirect("motion", slug, ref, motion)


@login_required
@require_POST
def put(request: HttpRequest, slug: str, ref: str, motion: str) -> HttpResponse:
    """Put a motion to the vote."""
    page, found = _find(request, slug, ref, motion)
    form = PutForm(request.POST, decision=page.law.decision(found.kind))
    if not form.is_valid():
        messages.error(request, _("Choose how to vote, and until when."))
        return redirect("motion", slug, ref, motion)
    decisions.put_motion(
        actor=request.user, now=page.now, key=request.POST.get("key", ""), motion_id=found.pk, **form.cleaned_data
    )
    return redirect("motion", slug, ref, motion)


@login_required
@require_POST
def object_to(request: HttpRequest, slug: str, ref: str, motion: str) -> HttpResponse:
    """Object to a decision for an association."""
    page, found = _find(request, slug, ref, motion)
    form = ObjectForm(request.POST, associations=_associations(request, page, found))
    if not form.is_valid():
        messages.error(request, _("Say for which association, and why."))
        return redirect("motion", slug, ref, motion)
    objections.object_to(
        actor=request.user, now=page.now, key=request.POST.get("key", ""), motion_id=found.pk,
        association_id=int(form.cleaned_data["association"]), reason=form.cleaned_data["reason"],
    )  # fmt: skip
    return redirect("motion", slug, ref, motion)


@login_required
@require_POST
def mandates(request: HttpRequest, slug: str, ref: str, motion: str) -> HttpResponse:
    """Say that a given mandate speaks of this motion."""
    page, found = _find(request, slug, ref, motion)
    form = LinkForm(request.POST, mandates=_linkable(request, page, found))
    if not form.is_valid():
        raise Http404
    body_id, mandate_id = form.cleaned_data["mandate"]
    instructions.link_mandate(
        actor=request.user, now=page.now, key=request.POST.get("key", ""), body_id=body_id, mandate_id=mandate_id,
        motion_id=found.pk,
    )  # fmt: skip
    return redirect("motion", slug, ref, motion)
