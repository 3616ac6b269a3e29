"""My account on one page."""

from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from weft.errors import RuleBroken
from weft_site import clock
from weft_site.people import facts, services
from weft_site.people.adapter import remember_language
from weft_site.people.forms import SettingsForm, refuse

ONWARD = "people_onward"  # session key: where a new person goes on to after setting up a passkey


@login_required
@require_http_methods(["GET", "POST"])
def settings_page(request: HttpRequest) -> HttpResponse:
    """How I am called and told of things, and how I sign in."""
    person = request.user
    initial = {"name": person.name, "language": person.language, "channel": person.channel}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = {"language": ""} | form.cleaned_data
        try:
            services.change_settings(person=person, **chosen)
        except RuleBroken as refusal:
            refuse(form, refusal)
        else:
            response = redirect("person_settings")
            remember_language(response, chosen["language"])
            return response
    facts_shown = {
        "has_second_factor": facts.has_second_factor(person),
        "has_way_back": facts.has_way_back(person),
        "has_password": person.has_usable_password(),
        "recoveries": facts.open_recoveries(person, clock.now()),
    }
    return render(request, "people/settings.html", {"form": form} | facts_shown, status=409 if form.errors else 200)


class AddPasskey(AddWebAuthnView):
    """Add a passkey; who has just joined with one goes on to where the invitation leads.

    allauth would go on to the recovery codes and ask for the new passkey at once. A new member has a claim
    key in hand, and can print recovery codes any time.
    """

    def get_success_url(self) -> str:
        return self.request.session.pop(ONWARD, "") or super().get_success_url()
