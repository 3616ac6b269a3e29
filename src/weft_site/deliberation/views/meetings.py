"""Pages of meetings: list, convene, call by signatures, the meeting itself, its sheet, calendar file and gauge."""

from datetime import UTC, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from weft.ballots import quorum
from weft.deliberation.meetings import is_overdue
from weft.errors import RuleBroken
from weft_site.deliberation import facts
from weft_site.deliberation.forms import ItemForm, MeetingForm, refuse
from weft_site.deliberation.models import AgendaItem, Convocation, Meeting, Motion, Presence
from weft_site.deliberation.services import convocation
from weft_site.deliberation.services import meetings as services
from weft_site.federation.facts import PEOPLE, terms, voters
from weft_site.federation.models import Membership
from weft_site.federation.views.base import Page, body_page
from weft_site.federation.views.bodies import body_tabs
from weft_site.people.facts import proof_of_notice

PAGE = 50
LIVE = (Meeting.State.CONVENED, Meeting.State.OPEN)


@require_GET
def meetings(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """All meetings of a body, what is to come first, and calls that still need signatures."""
    page = body_page(request, slug, ref)
    rows = Meeting.objects.filter(body=page.body).order_by("-starts_at", "-pk")
    coming = list(rows.filter(state__in=LIVE)[:PAGE])[::-1]
    last = rows.filter(opened_at__isnull=False).values_list("opened_at", flat=True).first()
    calls = Convocation.objects.filter(body=page.body, meeting__isnull=True).order_by("-started_at")[:PAGE]
    context = page.context(
        tabs=body_tabs(page, "meetings"),
        coming=coming,
        past=Paginator(rows.exclude(state__in=LIVE), PAGE).get_page(request.GET.get("page")),
        calls=calls,
        overdue=is_overdue(page.rule, last_met=last, created_at=page.body.created_at, now=page.now),
        may_call=page.can["meeting_call"] and page.rule.convened_by is not None,
        base_may_call=page.rule.convened_by_base is not None and request.user.is_authenticated,
    )
    return render(request, "deliberation/meetings.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def convene(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Call a meeting by office."""
    page = body_page(request, slug, ref)
    form = MeetingForm(
        request.POST or None, initial={"starts_at": page.now + timedelta(days=page.rule.notice_days + 1)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.convene_meeting(
                actor=request.user, now=page.now, key=request.POST.get("key", ""), body_id=page.body.pk,
                **form.cleaned_data,
            )  # fmt: skip
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("meeting", slug, ref, made)
    return _form(request, page, form, title=_("Call a meeting"), submit=_("Call it and tell everybody"))


@login_required
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """Start a call that others sign."""
    page = body_page(request, slug, ref)
    base = request.GET.get("base") == "1"
    form = MeetingForm(
        request.POST or None, initial={"starts_at": page.now + timedelta(days=page.rule.notice_days + 7)}
    )
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            made = convocation.call_meeting(
                actor=request.user, now=page.now, key=request.POST.get("key", ""), body_id=page.body.pk,
                title=fields["title"], place=fields["place"], wanted_at=fields["starts_at"], agenda=fields["agenda"],
                base=base,
            )  # fmt: skip
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            return redirect("meeting_called", slug, ref, made)
    return _form(request, page, form, title=_("Call a meeting by signatures"), submit=_("Sign and start the call"))


@login_required
@require_http_methods(["GET", "POST"])
def call_page(request: HttpRequest, slug: str, ref: str, call_id: int) -> HttpResponse:
    """A call: what for, how many have signed, and the button to sign."""
    page = body_page(request, slug, ref)
    found = get_object_or_404(Convocation.objects.select_related("meeting", "started_by"), pk=call_id, body=page.body)
    if request.method == "POST":
        key = request.POST.get("key", "")
        convocation.sign_call(actor=request.user, now=page.now, key=key, call_id=found.pk)
        messages.success(request, _("Signed."))
        return redirect("meeting_called", slug, ref, found.pk)
    context = page.context(
        call=found,
        signed=found.signatures.count(),
        mine=found.signatures.filter(person=request.user).exists(),
    )
    return render(request, "deliberation/meeting_call.html", context)


def _form(request: HttpRequest, page: Page, form, *, title: str, submit: str) -> HttpResponse:
    context = page.context(form=form, title=title, submit=submit, cancel_url=_url(page, "meetings"))
    return render(request, "deliberation/meeting_form.html", context, status=409 if form.errors else 200)


def _url(page: Page, name: str, *more: str) -> str:
    return reverse(name, args=[page.federation.log.slug, page.body.ref, *more])


def _find(request: HttpRequest, slug: str, ref: str, meeting: str) -> tuple[Page, Meeting]:
    page = body_page(request, slug, ref)
    found = get_object_or_404(Meeting.objects.select_related("convocation", "convened_by"), body=page.body, ref=meeting)
    found.body = page.body
    return page, found


def _gauge(page: Page, meeting: Meeting) -> dict[str, int]:
    """Who is here, who is needed: by those entitled when it opened, before that by those entitled now."""
    entitled = meeting.entitled or facts.entitled_now(page.body, page.rule.quorum, page.now)
    here = facts.count_present(meeting, page.now)
    needed = quorum(page.rule.quorum, present=min(here, entitled), entitled=entitled).needed
    return {"present": here, "needed": needed, "entitled": entitled}


@require_GET
def meeting(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """One meeting: what is on now, who is here, the agenda; for officers, what they can do next."""
    page, found = _find(request, slug, ref, meeting)
    me = request.user.is_authenticated and Presence.objects.filter(meeting=found, person=request.user).first()
    agenda = list(
        AgendaItem.objects.filter(meeting=found).select_related("motion__ballot", "tabled_by").order_by("number")
    )
    live = found.state in LIVE
    officer = page.can["meeting_convene"]
    context = page.context(
        meeting=found,
        agenda=agenda,
        votes=[item.motion for item in agenda if item.motion and item.motion.state == Motion.State.PUT],
        gauge=_gauge(page, found) if live else None,
        here=bool(me) and me.until is None,
        may_attend=live and page.can["meeting_attend"] and page.now >= found.starts_at - timedelta(hours=2),
        may_open=page.now >= found.starts_at
        and page.can["meeting_open_called" if services.is_called(found) else "meeting_open"],
        may_close=page.can["meeting_open_called" if services.is_called(found) else "meeting_close"],
        called=services.is_called(found),
        item_form=ItemForm(motions=_waiting(page, found)) if live and officer else None,
        minutes=services.minutes_text(found) if found.state == Meeting.State.CLOSED else "",
        told=proof_of_notice("meeting.convened", request.path).count() if officer else None,
        link=request.build_absolute_uri(request.path),
    )
    return render(request, "deliberation/meeting.html", context)


def _waiting(page: Page, meeting: Meeting):
    """Motions that could still go on this agenda."""
    rows = Motion.objects.filter(body=page.body, state__in=[Motion.State.MOVED, Motion.State.SECONDED])
    return rows.exclude(agenda_items__meeting=meeting).order_by("-moved_at")[:PAGE]


@require_GET
def gauge(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """The quorum gauge alone, for a page that asks again every few seconds."""
    page, found = _find(request, slug, ref, meeting)
    return render(request, "deliberation/_meeting_gauge.html", {"gauge": _gauge(page, found)})


ACTS = {
    "attend": services.attend,
    "leave": services.leave,
    "open": services.open_meeting,
    "close": services.close_meeting,
    "cancel": services.cancel_meeting,
}
FORMAL = {"open", "close", "cancel"}


@login_required
@require_POST
def act(request: HttpRequest, slug: str, ref: str, meeting: str, act: str) -> HttpResponse:
    """One of the acts on a meeting, by its button."""
    page, found = _find(request, slug, ref, meeting)
    if act not in ACTS:
        raise Http404
    key = {"key": request.POST.get("key", "")} if act in FORMAL else {}
    ACTS[act](actor=request.user, now=page.now, meeting_id=found.pk, **key)
    return redirect("meeting", slug, ref, meeting)


@login_required
@require_POST
def agenda(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """Add an item to the agenda."""
    page, found = _find(request, slug, ref, meeting)
    form = ItemForm(request.POST, motions=_waiting(page, found))
    if form.is_valid():
        motion = form.cleaned_data["motion"]
        services.add_item(
            actor=request.user, now=page.now, key=request.POST.get("key", ""), meeting_id=found.pk,
            title=form.cleaned_data["title"], motion_id=int(motion) if motion else None,
        )  # fmt: skip
    else:
        messages.error(request, _("Name an item, or choose a motion."))
    return redirect("meeting", slug, ref, meeting)


@login_required
@require_http_methods(["GET", "POST"])
def roll(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """The list at the door: who is entitled, who is here; the secretary ticks them off."""
    page, found = _find(request, slug, ref, meeting)
    if not page.can["meeting_mark"]:
        raise Http404
    if request.method == "POST":
        here = request.POST.get("here") == "1"
        refs = request.POST.getlist("voter")
        number = services.mark(actor=request.user, now=page.now, meeting_id=found.pk, voters=refs, here=here)
        messages.success(request, _("%(number)s noted.") % {"number": number})
        return redirect(f"{request.path}?page={request.GET.get('page', '1')}")
    lines = Paginator(_entitled(page), PAGE).get_page(request.GET.get("page"))
    lines.object_list = _lines(found, lines.object_list)
    return render(request, "deliberation/meeting_roll.html", page.context(meeting=found, page_of=lines))


def _entitled(page: Page):
    """(reference, name) of everybody who votes here, by name."""
    if page.body.type in PEOPLE:
        rows = Membership.objects.filter(body=page.body, status=Membership.Status.ADMITTED)
        return rows.order_by("person__name", "pk").values_list("ref", "person__name")
    refs = [voter.ref for voter in voters([page.body], page.now)]
    seated = terms(page.body, page.now).filter(seat__ref__in=refs)
    return sorted(seated.values_list("seat__ref", "name"), key=lambda line: (line[1].casefold(), line[0]))


def _lines(meeting: Meeting, entitled) -> list[dict[str, object]]:
    """Lines of the list at the door, with who has come."""
    here = {ref for ref, _person in facts.present(meeting)}
    return [{"ref": ref, "name": name or ref, "here": ref in here} for ref, name in entitled]


@require_GET
def sheet(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """On paper for the hall: agenda, the code that leads to signing in, and lines for those without a phone."""
    page, found = _find(request, slug, ref, meeting)
    context = page.context(
        meeting=found,
        agenda=found.agenda.all(),
        lines=_lines(found, _entitled(page)) if page.can["meeting_mark"] else [],
        link=request.build_absolute_uri(_url(page, "meeting", found.ref)),
    )
    return render(request, "deliberation/meeting_sheet.html", context)


@require_GET
def calendar(request: HttpRequest, slug: str, ref: str, meeting: str) -> HttpResponse:
    """The meeting as an iCalendar file (RFC 5545)."""
    page, found = _find(request, slug, ref, meeting)
    stamp = "%Y%m%dT%H%M%SZ"
    status = "CANCELLED" if found.state == Meeting.State.CANCELLED else "CONFIRMED"
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Weft//Council democracy//EN", "BEGIN:VEVENT",
        f"UID:{found.ref}@{page.federation.log.origin}",
        f"DTSTAMP:{found.convened_at.astimezone(UTC):{stamp}}",
        f"DTSTART:{found.starts_at.astimezone(UTC):{stamp}}",
        f"SUMMARY:{_escaped(f'{page.body.title}: {found.title}')}",
        f"LOCATION:{_escaped(found.place)}",
        f"URL:{request.build_absolute_uri(_url(page, 'meeting', found.ref))}",
        f"STATUS:{status}", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    text = "".join(f"{_folded(line)}\r\n" for line in lines)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.ref}.ics"'
    return answer


def _escaped(text: str) -> str:
    """TEXT values of RFC 5545 section 3.3.11."""
    for raw, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(raw, written)
    return text


def _folded(line: str) -> str:
    """Lines of at most 75 octets, as section 3.1 asks; a letter is never cut."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > 74:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
