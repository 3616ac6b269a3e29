"""Django's way to make an administrator, closed: there is none here."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Refused: nobody is admin."

    def add_arguments(self, parser):
        parser.add_argument("ignored", nargs="*")

    def handle(self, *args, **options):
        raise CommandError(_("Nobody is admin. People join by invitation or vouching, and offices are elected."))
