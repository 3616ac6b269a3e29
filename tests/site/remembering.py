"""Build once, remember the rows: what hundreds of tests start from is made by its acts the first time only.

    @remembered
    def found_council(members=12, *changes): ...

Where the database is empty, a second call with the same arguments writes the rows that the first one left, under their
keys, and the files of the home folder. Everything else, a second council beside the first, say, is made by its acts.
"""

import pickle
import shutil
from functools import wraps
from pathlib import Path
from tempfile import mkdtemp

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from tests.settings import HOME

from weft_site.charter.models import CharterVersion
from weft_site.people.models import Person
from weft_site.record.models import Log

_known: dict[tuple[str, str, str], tuple[bytes, Path]] = {}


def remembered(build):
    @wraps(build)
    def built(*arguments, **options):
        if any(model.objects.exists() for model in (Log, Person, CharterVersion)):
            return build(*arguments, **options)
        key = (connection.vendor, build.__name__, repr((arguments, sorted(options.items()))))
        if key in _known:
            return _written(*_known[key])
        found = build(*arguments, **options)
        _known[key] = _read(found)
        return found

    return built


def _models():
    return apps.get_app_config("weft_site").get_models(include_auto_created=True)


def _read(found) -> tuple[bytes, Path]:
    rows = [(model._meta.model_name, list(model.objects.order_by("pk").values_list())) for model in _models()]
    home = Path(mkdtemp(dir=HOME))
    shutil.copytree(settings.WEFT_HOME, home, dirs_exist_ok=True)
    return pickle.dumps((found, [(name, some) for name, some in rows if some])), home


def _written(remembered: bytes, home: Path):
    found, rows = pickle.loads(remembered)
    shutil.copytree(home, settings.WEFT_HOME, dirs_exist_ok=True)
    with transaction.atomic():
        for name, some in rows:
            model = apps.get_model("weft_site", name)
            model.objects.bulk_create(model(*values) for values in some)
    return found
