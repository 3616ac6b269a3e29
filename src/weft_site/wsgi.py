import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weft_site.settings")

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

from weft_site.demo.guard import check_mark  # noqa: E402 - reads the settings, so Django must be set up

check_mark()

# All views are read before the first reader comes; what is loaded stays, and no page waits while it is looked through.
get_resolver().url_patterns  # noqa: B018 - reading it is the import
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
