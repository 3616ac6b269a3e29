"""Django settings: safe by default. What an operator may set is in `config.py`."""

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from weft_site.config import read_config

CONFIG = read_config()

SECRET_KEY = CONFIG.secret_key
DEBUG = False
ALLOWED_HOSTS = CONFIG.hosts
DATABASES = {"default": CONFIG.database}
USE_TZ = True
TIME_ZONE = "UTC"
ROOT_URLCONF = "weft_site.urls"
WSGI_APPLICATION = "weft_site.wsgi.application"
AUTH_USER_MODEL = "weft_site.Person"
SITE_ID = None

INSTALLED_APPS = [
    "weft_site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # these two first: what the others refuse has the policy too
    "weft_site.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "weft_site.middleware.Refusals",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "weft_site.context.site",
            ],
        },
    }
]

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "weft_site.formats"
# one more with its catalogue in locale/, and not before: who listens to a page is told in which language it is
LANGUAGES = [("en", _("English"))]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files are served from the packages themselves: nothing to collect
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60

# Accounts are made in people.services.join; allauth signs in, resets, and keeps second factors.
ACCOUNT_ADAPTER = "weft_site.people.adapter.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_VERIFICATION = "optional"  # an address counts for nothing until it is confirmed
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_SESSION_COOKIE_AGE = 12 * 60 * 60
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# A hall of people shares one network, so these are wide where nothing is guessed. "ip" is the network
# (people.attempts); a "key" holds account and network, so that nobody is locked out from elsewhere.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/15m/ip,10/15m/key",
    "card": "10/15m/key",
    "card_failed": "60/15m/ip",
    "code": "60/15m/ip",
    "join": "600/15m/ip",
}
MFA_ADAPTER = "weft_site.people.adapter.SecondFactors"
MFA_FORMS = {"add_webauthn": "weft_site.people.forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Weft"
MFA_TOTP_TOLERANCE = 0  # a used code is remembered for one period, so a wider window would let it in again
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # people without e-mail need a second factor too
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = CONFIG.insecure_http

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "weft_cache",
        # over 300, the default, Django throws entries away: a stranger could make it forget attempts and used codes
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],  # a device encrypts off the page's own thread
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# Not "no-referrer": with it a browser sends forms with "Origin: null", and Django refuses them, rightly.
SECURE_REFERRER_POLICY = "same-origin"
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options is set in weft_site.middleware.Headers
CSRF_FAILURE_VIEW = "weft_site.middleware.csrf_failed"
SESSION_ENGINE = "weft_site.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
if CONFIG.behind_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if not CONFIG.insecure_http:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
WEFT_ADDRESS = ("http://" if CONFIG.insecure_http else "https://") + CONFIG.hosts[0]
WEFT_HOME = CONFIG.home
WEFT_DEMO = CONFIG.demo
WEFT_RECORD_NAME = CONFIG.record_name
