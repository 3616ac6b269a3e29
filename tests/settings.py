"""The site's own settings, for tests: a home that is thrown away, and passwords that are cheap to check.

The environment is set here and not in conftest.py, because pytest-django reads the settings before any
conftest.py is loaded. WEFT_DATABASE_URL is left alone: `make test` sets it to run tests/site on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="weft-tests-"))  # each test process has its own
atexit.register(shutil.rmtree, HOME, ignore_errors=True)

os.environ["WEFT_HOME"] = str(HOME)
os.environ["WEFT_SECRET_KEY"] = "for tests only: no server starts with this key"
os.environ["WEFT_INSECURE_HTTP"] = "1"
os.environ["WEFT_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ.pop("WEFT_DEMO", None)

from weft_site.settings import *  # noqa: E402, F403 - the environment has to be set first
from weft_site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # a file, not memory: the same journal, locks and threads as a real server
    DATABASES["default"]["TEST"] = {"NAME": HOME / "test.sqlite3"}
