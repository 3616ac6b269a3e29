"""The site's own settings, with one more app beside it: the bare insert that votes are compared with.

Tables come from the models, not from migrations: what is measured is the site as it stands.
"""

from weft_site.settings import *  # noqa: F403
from weft_site.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.bare"]
ROOT_URLCONF = "benchmarks.bare.urls"


class NoMigrations(dict):
    def __contains__(self, _app: object) -> bool:
        return True

    def __missing__(self, _app: object) -> None:
        return None


MIGRATION_MODULES = NoMigrations()
