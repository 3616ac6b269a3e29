"""The site: pages, accounts and storage around the rules in `weft`.

Debian's and Python's own SQLite carry the WAL-reset bug (fixed in 3.51.3, 3.50.7 and 3.44.6), which can
lose acknowledged writes. The `pysqlite3` wheel brings a current SQLite; Django looks the module up by
its standard name, so it is put there before Django is imported.
"""

import sys

try:
    import pysqlite3
except ImportError:  # no wheel for this system: `weft_site.storage` checks the version at start-up
    pass
else:
    sys.modules.setdefault("sqlite3", pysqlite3)
    sys.modules.setdefault("sqlite3.dbapi2", pysqlite3.dbapi2)
