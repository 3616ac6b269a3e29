from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class WeftSite(AppConfig):
    name = "weft_site"
    label = "weft_site"
    verbose_name = _("Weft")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from weft_site.storage import check_storage  # noqa: PLC0415 - Django asks not to import before it is ready

        checks.register(check_storage, checks.Tags.database)
