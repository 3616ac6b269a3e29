"""Addresses of accounts, cards, invitations, recovery and notices."""

from allauth.account import views as account_views
from allauth.mfa.totp import views as totp_views
from django.urls import include, path, re_path
from django.views.i18n import set_language

from weft_site.people.confirm import confirmed
from weft_site.people.views import account, cards, join, notices, recovery

urlpatterns = [
    path("join/", join.join, name="join"),
    path("join/code/", join.typed_code, name="join_code"),
    path("join/<str:code>/", join.join, name="join_with"),
    path("card/", cards.sign_in, name="card_sign_in"),
    path("settings/", account.settings_page, name="person_settings"),
    path("language/", set_language, name="set_language"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read, name="notices_read"),
    path("notices/print/", notices.sheet, name="notices_print"),
    path("account/signup/", join.join, name="account_signup"),
    path("account/confirm/", cards.confirm, name="card_confirm"),
    path("account/cards/", cards.cards, name="cards"),
    path("account/cards/new/", cards.new, name="card_new"),
    re_path(r"^account/cards/(?P<number>[0-9]{8})/revoke/$", cards.revoke, name="card_revoke"),
    re_path(r"^account/cards/(?P<number>[0-9]{8})/pin/$", cards.pin, name="card_pin"),
    path("account/recover/", recovery.recover, name="recover"),
    path("account/recover/finish/", recovery.finish, name="recover_finish"),
    path("account/vouch/", recovery.vouch, name="vouch"),
    path("account/recoveries/", recovery.recoveries, name="recoveries"),
    path("account/recoveries/<int:recovery_id>/cancel/", recovery.cancel, name="recovery_cancel"),
    # allauth lets people without a password add a way in unasked; those with a card show it again first
    path("account/password/set/", confirmed(account_views.password_set), name="account_set_password"),
    path("account/2fa/totp/activate/", confirmed(totp_views.activate_totp), name="mfa_activate_totp"),
    path("account/2fa/webauthn/add/", confirmed(account.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("account/email/", confirmed(account_views.email), name="account_email"),
    path("account/", include("allauth.urls")),
]
