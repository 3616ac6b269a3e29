from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WeftSite(AppConfig):
    name = "weft_site"
    label = "weft_site"
    verbose_name = _("Weft")
    default_auto_field = "django.db.models.BigAutoField"
