"""Pages on which a council joins a federation, founds one with others, leaves one; and where associations begin."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.charter import CharterProblems, library, library_charter
from weft.errors import RuleBroken
from weft.federation.accession import vote_from
from weft_site import clock
from weft_site.charter.facts import charter
from weft_site.federation import facts, rolls
from weft_site.federation.forms_members import AsForm, AssociationForm, JoinForm, TogetherForm, sent
from weft_site.federation.forms_seats import refuse
from weft_site.federation.models import Accession, Body, Federation, Membership
from weft_site.federation.services import accession as services
from weft_site.federation.services import associations
from weft_site.federation.views.acts import act_on, key
from weft_site.federation.views.base import Page, belongs, body_page, find_federation, new_key

SHOWN = 50


@login_required
@require_GET
def accessions(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """How this council belongs: what it has proposed, what is proposed to it, who asks to join its federation."""
    page = body_page(request, slug, ref)
    if not belongs(request.user, page.federation, page.now):
        raise Http404
    alone = _is_alone(page)
    under_way = list(page.body.accessions.filter(state__in=services.UNDER_WAY).select_related("into", "asking"))
    context = page.context(
        mine=page.body.accessions.select_related("into").order_by("-pk")[:SHOWN],
        received=_received(page),
        offered=_offered(page) if alone and not under_way else [],
        alone=alone,
        under_way=bool(under_way),
        may_propose=page.can["accession_propose"] and page.body.type == "base" and not page.body.ended_at,
    )
    return render(request, "federation/accession_list.html", context)


def _is_alone(page: Page) -> bool:
    """Whether this is the only council of its federation, which can give itself up for a wider one."""
    others = Body.objects.filter(federation=page.federation, type__in=facts.PEOPLE, ended_at__isnull=True)
    return not others.exclude(pk=page.body.pk).exists()


def _received(page: Page):
    """Councils that ask to join this federation."""
    rows = Accession.objects.filter(into=page.federation, state=Accession.State.ADOPTED)
    return rows.select_related("asking__log", "body").order_by("-pk")[:SHOWN]


def _offered(page: Page) -> list[Accession]:
    """What other councils have proposed to found together with this one."""
    waiting = Accession.objects.filter(into__isnull=True, leaves=False, state__in=services.UNDER_WAY)
    rows = waiting.exclude(proposal="").select_related("body", "asking__log").order_by("-pk")
    origin = page.federation.log.origin
    found: dict[str, Accession] = {}
    for row in rows[:1_000]:
        if any(council == origin for council, _kind in row.terms["councils"]):
            found.setdefault(row.proposal, row)
    return list(found.values())


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Propose to join a wider federation: first which, then as what."""
    page = _may_propose(request, slug, ref)
    wider = _federation(request.POST.get("into", "") or request.GET.get("into", ""))
    form = JoinForm(request.GET if "into" in request.GET else None)
    if request.GET.get("into") and wider is None:
        form.add_error("into", _("There is no such federation on this server."))
    as_form = AsForm(*sent(request), **_choices(wider)) if wider else None
    if request.method == "POST" and as_form and as_form.is_valid():
        try:
            row = services.propose_accession(
                actor=request.user,
                now=page.now,
                key=key(request),
                body_id=page.body.pk,
                into_id=wider.pk,
                as_kind=as_form.cleaned_data["as_kind"],
                upper_ref=as_form.cleaned_data.get("upper", ""),
            )
        except RuleBroken as refusal:
            refuse(as_form, refusal)
        else:
            return redirect("accession", slug, ref, row)
    offered = Federation.objects.filter(ended_at__isnull=True).exclude(pk=page.federation.pk).select_related("log")
    context = page.context(
        form=form,
        as_form=as_form,
        wider=wider,
        offered=offered.order_by("title")[:SHOWN],
        decision=page.law.decision(services.KIND),
    )
    wrong = (as_form and as_form.errors) or form.errors
    return render(request, "federation/accession_join.html", context, status=409 if wrong else 200)


def _federation(address: str) -> Federation | None:
    name = address.strip().rstrip("/").rpartition("/")[2].lower()
    return Federation.objects.filter(log__slug=name, ended_at__isnull=True).select_related("log", "charter").first()


def _choices(wider: Federation) -> dict[str, list[tuple[str, str]]]:
    """The kinds of council that the wider charter knows, and the bodies one can send delegates to."""
    law = charter(wider.charter)
    kinds = [(kind, rule.title) for kind, rule in law.bodies.items() if rule.type == "base"]
    uppers = Body.objects.filter(federation=wider, type="delegate", ended_at__isnull=True).order_by("title")
    senders = {kind for kind, _title in kinds}
    sent_to = [
        (body.ref, body.title) for body in uppers if any(seat.sender in senders for seat in law.body(body.kind).seats)
    ]
    return {"kinds": kinds, "uppers": sent_to}


@login_required
@require_http_methods(["GET", "POST"])
def found(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Propose to found a federation together with other councils, under a charter of the library or an edited one."""
    page = _may_propose(request, slug, ref)
    charters = [(one.id, one.title) for one in library() if _base_kinds(one.id)]
    form = TogetherForm(*sent(request), charters=charters, initial={"charter": page.law.id})
    if request.method == "POST" and form.is_valid():
        try:
            row = _propose_founding(request, page, form)
        except RuleBroken as refusal:
            refuse(form, refusal)
        except CharterProblems as wrong:
            for problem in wrong.problems[:20]:
                form.add_error("text", str(problem))
        else:
            return redirect("accession", slug, ref, row)
    context = page.context(form=form, decision=page.law.decision(services.KIND))
    return render(request, "federation/accession_found.html", context, status=409 if form.errors else 200)


def _base_kinds(charter_id: str) -> list[str]:
    return [kind for kind, rule in library_charter(charter_id).bodies.items() if rule.type == "base"]


def _propose_founding(request: HttpRequest, page: Page, form: TogetherForm) -> str:
    fields = form.cleaned_data
    others = Federation.objects.filter(log__slug__in=fields["others"], ended_at__isnull=True)
    if others.count() < len(fields["others"]):
        raise RuleBroken("accession.ended")
    law = library_charter(fields["charter"])
    kind = _base_kinds(law.id)[0]
    return services.propose_founding(
        actor=request.user,
        now=page.now,
        key=key(request),
        body_id=page.body.pk,
        title=fields["title"],
        text=fields["text"].strip() or law.text,
        councils=[(pk, kind) for pk in {page.federation.pk, *others.values_list("pk", flat=True)}],
    )


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Propose that this council leave its federation; the page says what would end."""
    page = body_page(request, slug, ref)
    if not page.can["accession_propose"] or page.body.type != "base" or _is_alone(page):
        raise Http404
    if request.method == "POST":
        row = services.propose_leaving(actor=request.user, now=page.now, key=key(request), body_id=page.body.pk)
        return redirect("accession", slug, ref, row)
    context = page.context(decision=page.law.decision(services.KIND), uppers=_uppers(page))
    return render(request, "federation/accession_leave.html", context)


def _uppers(page: Page) -> list[Body]:
    return [row.upper for row in page.body.links_up.select_related("upper")]


def _may_propose(request: HttpRequest, slug: str, ref: str) -> Page:
    page = body_page(request, slug, ref)
    if not page.can["accession_propose"] or page.body.type != "base" or page.body.ended_at or not _is_alone(page):
        raise Http404
    return page


@login_required
@require_GET
def accession(request: HttpRequest, slug: str, ref: str, accession: str) -> HttpResponse:
    """One proposal: what it is, where it stands on both sides, and what the reader can do."""
    row, page = _open(request, slug, ref, accession)
    return _show(request, row, page)


@login_required
@require_POST
def accession_act(request: HttpRequest, slug: str, ref: str, accession: str, act: str) -> HttpResponse:
    """Withdraw, open and close the members' vote, open and close the vote of those who accept, take up a founding."""
    row, page = _open(request, slug, ref, accession)
    common = {"actor": request.user, "now": page.now, "key": key(request)}

    def withdraw() -> str:
        services.withdraw_accession(**common, accession_id=row.pk)
        return _("The proposal is withdrawn.")

    def open_vote() -> str:
        services.open_accession(**common, accession_id=row.pk)
        return _("The vote is open.")

    def close() -> str:
        services.close_accession(**common, accession_id=row.pk)
        return _("The vote is closed.")

    def accept_open() -> str:
        services.open_acceptance(**common, accession_id=row.pk)
        return _("The vote is open.")

    def accept_close() -> str:
        services.close_acceptance(**common, accession_id=row.pk)
        return _("The vote is closed.")

    onward = ["accession", slug, ref, row.ref]

    def take_up() -> str:
        body = _takes_up(request, row)
        if body is None:
            raise RuleBroken("accession.not_proposed")
        mine = services.take_up(**common, body_id=body.pk, accession_id=row.pk)
        onward[1:] = [body.federation.log.slug, body.ref, mine]
        return _("It is proposed in your council too.")

    acts = {
        "withdraw": withdraw,
        "open": open_vote,
        "close": close,
        "accept-open": accept_open,
        "accept-close": accept_close,
        "take-up": take_up,
    }
    return act_on(request, acts, act, form=None, onward=lambda: tuple(onward), again=lambda _form: HttpResponse())


def _open(request: HttpRequest, slug: str, ref: str, accession: str) -> tuple[Accession, Page]:
    """A proposal, for those of the council that asks, of the federation that accepts, and of those who would found."""
    rows = Accession.objects.select_related("asking__log", "body", "into__log", "into__charter", "ballot", "acceptance")
    row = get_object_or_404(rows, asking__log__slug=slug, body__ref=ref, ref=accession)
    now = clock.now()
    sides = [row.asking, *([row.into] if row.into else []), *_councils(row)]
    if not any(belongs(request.user, side, now) for side in sides) and not _was_here(request, row):
        raise Http404
    return row, body_page(request, slug, ref, door=True)


def _was_here(request: HttpRequest, row: Accession) -> bool:
    """Members of a council that has moved still read how it came about."""
    return Membership.objects.filter(body=row.body, person=request.user).exists()


def _councils(row: Accession) -> list[Federation]:
    origins = [origin for origin, _kind in row.terms.get("councils", [])]
    return list(Federation.objects.filter(log__origin__in=origins).select_related("log").order_by("log__origin"))


def _takes_up(request: HttpRequest, row: Accession) -> Body | None:
    """The reader's own council, where it is one of those to which a founding was proposed and it has not answered."""
    if not row.terms or row.state not in services.UNDER_WAY:
        return None
    councils = [federation.pk for federation in _councils(row)]
    bodies = Body.objects.filter(
        federation__in=councils,
        type="base",
        ended_at__isnull=True,
        memberships__person=request.user,
        memberships__status=Membership.Status.ADMITTED,
    ).exclude(accessions__state__in=services.UNDER_WAY)
    return bodies.select_related("federation__log").first()


def _show(request: HttpRequest, row: Accession, page: Page) -> HttpResponse:
    now = page.now
    law = charter(row.into.charter) if row.into else None
    accepting = services.accepting(row, now) if row.into and row.state == "adopted" else []
    accepts = any(services.votes_in(request.user, body, now) for body in accepting)
    rows = {other.asking_id: other for other in Accession.objects.filter(proposal=row.proposal).exclude(proposal="")}
    context = page.context(
        accession=row,
        wider=row.into,
        decision=page.law.decision(services.KIND),
        votes_from=vote_from(page.law, row.proposed_at),
        accepts_from=vote_from(law, row.adopted_at) if law and row.adopted_at else None,
        councils=[(council, rows.get(council.pk)) for council in _councils(row)],
        accepting=accepting,
        result=row.result,
        may_withdraw=row.state == "proposed" and not row.ballot and row.proposed_by_id == request.user.pk,
        may_open=row.state == "proposed" and not row.ballot and page.can["accession_open"],
        may_close=row.state == "proposed" and _over(row.ballot, now) and page.can["ballot_close_due"],
        may_accept_open=row.state == "adopted" and accepts and not row.acceptance,
        may_accept_close=row.state == "adopted" and accepts and _over(row.acceptance, now),
        takes_up=_takes_up(request, row),
        voting=_running(row.ballot, request, now),
        accepting_now=_running(row.acceptance, request, now),
    )
    return render(request, "federation/accession.html", context)


def _over(ballot, now) -> bool:
    return ballot is not None and ballot.closed_at is None and (ballot.closes_at is None or ballot.closes_at <= now)


def _running(ballot, request: HttpRequest, now) -> bool:
    """Whether the reader can vote now."""
    if ballot is None or ballot.closed_at or (ballot.closes_at and ballot.closes_at <= now):
        return False
    return ballot.way == "open" and ballot.roll.filter(person=request.user).exists()


# --- associations -------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def association(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose an association; with enough people who join it, it is founded."""
    federation = find_federation(request, slug)
    now = clock.now()
    mine = Membership.objects.filter(
        person=request.user, status=Membership.Status.ADMITTED, body__federation=federation, body__type="base"
    ).select_related("body")
    law = request.charter
    kinds = [(kind, rule.title) for kind, rule in law.bodies.items() if rule.type == "association"]
    bodies = [(str(row.body_id), row.body.title) for row in mine]
    if not belongs(request.user, federation, now):
        raise Http404
    if not bodies or not kinds:
        raise RuleBroken(
            "association.kind" if bodies else "standing.member", kind="association", act="association.found"
        )
    form = AssociationForm(*sent(request), kinds=kinds, bodies=bodies, years=law.membership.minimum_age)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            ref = associations.propose_association(
                actor=request.user,
                now=now,
                key=key(request),
                body_id=int(fields["body"]),
                kind=fields["kind"],
                title=fields["title"],
                of_age=fields["of_age"],
            )
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Proposed. It exists once enough people have joined."))
            return redirect("roll", slug, ref)
    gathering = [
        body
        for body in Body.objects.filter(federation=federation, type="association", members_count=0).order_by("title")
        if rolls.is_gathering(body)
    ]
    context = {
        "federation": federation,
        "federation_name": federation.title,
        "slug": slug,
        "law": law,
        "form": form,
        "gathering": gathering[:SHOWN],
        "key": new_key(),
        "now": now,
    }
    return render(request, "federation/association_new.html", context, status=409 if form.errors else 200)
