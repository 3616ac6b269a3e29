"""Sessions in the database, as Django's own are; only that the one of a request is found in plain SQL.

Every request asks for it, and a vote by name does little more: putting the question together took Django as long as
everything that the vote itself asks. SESSION_ENGINE in the settings names this module.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection
from django.utils import timezone


class SessionStore(db.SessionStore):
    """Written, ended and cleared by Django."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        """The session of this key that has not run out; as Django's, a strange key gets a new one."""
        columns = "session_key, session_data, expire_date"
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        rows = self.model.objects.raw(
            f"SELECT {columns} FROM {self.model._meta.db_table}"  # noqa: S608, SLF001 - names of Django's alone
            " WHERE session_key = %s AND expire_date > %s",
            [self.session_key, now],
        )
        found = next(iter(rows), None)
        if found is None:
            self._session_key = None
        return found
