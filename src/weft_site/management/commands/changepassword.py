"""Django's way for the host to take over an account, closed: people recover a sign-in themselves."""

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _


class Command(BaseCommand):
    help = "Refused: the host cannot set anyone's password."

    def add_arguments(self, parser):
        parser.add_argument("ignored", nargs="*")

    def handle(self, *args, **options):
        raise CommandError(
            _("The host cannot set anyone's password. A lost sign-in is recovered by a claim key or by two vouchers.")
        )
