from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class WeftSite(AppConfig):
    name = "weft_site"
    label = "weft_site"
    verbose_name = _("Weft")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Django asks not to import models before it is ready
        from weft_site.deliberation import ports as deliberation_ports  # noqa: PLC0415
        from weft_site.federation import ports as federation_ports  # noqa: PLC0415
        from weft_site.storage import check_storage  # noqa: PLC0415

        federation_ports.register()
        deliberation_ports.register()
        checks.register(check_storage, checks.Tags.database)
