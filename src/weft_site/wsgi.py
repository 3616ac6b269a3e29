import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft_site.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from weft_site.demo.guard import check_mark  # noqa: E402 - reads the settings, so Django must be set up

check_mark()
