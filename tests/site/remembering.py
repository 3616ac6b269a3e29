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
from django.contrib.sessions.models import Session
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
        name = f"{build.__module__}.{build.__qualname__}"
        key = (connection.vendor, name, repr((arguments, sorted(options.items()))))
        if key in _known:
            return _written(*_known[key])
        found = build(*arguments, **options)
        _known[key] = _read(found)
        return found

    return built


def _tables():
    """Each table with its columns. Rows are read and written in plain SQL: making each a model took half the time."""
    quote = connection.ops.quote_name
    models = apps.get_app_config("weft_site").get_models(include_auto_created=True)
    for model in (*models, Session):
        meta = model._meta
        yield quote(meta.db_table), ", ".join(quote(field.column) for field in meta.local_concrete_fields)


def _read(found) -> tuple[bytes, Path]:
    tables = []
    with connection.cursor() as cursor:
        for table, columns in _tables():
            cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1")
            rows = cursor.fetchall()
            if rows:
                marks = ", ".join(["%s"] * len(rows[0]))
                tables.append((f"INSERT INTO {table} ({columns}) VALUES ({marks})", rows))
    home = Path(mkdtemp(dir=HOME))
    shutil.copytree(settings.WEFT_HOME, home, dirs_exist_ok=True)
    return pickle.dumps((found, tables)), home


def _written(remembered: bytes, home: Path):
    found, tables = pickle.loads(remembered)
    shutil.copytree(home, settings.WEFT_HOME, dirs_exist_ok=True)
    with transaction.atomic(), connection.cursor() as cursor:
        for insert, rows in tables:
            cursor.executemany(insert, rows)
    return found
