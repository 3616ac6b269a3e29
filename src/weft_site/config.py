"""What an operator may set, read once from the environment. Nothing political is here: that is charter.

WEFT_HOME           folder for everything this server keeps (default: ./var)
WEFT_SECRET_KEY     signing secret; otherwise WEFT_HOME/secret.key, written by `weft init`
WEFT_DATABASE_URL   postgresql://… ; default: SQLite in WEFT_HOME
WEFT_RECORD_NAME    first part of every record's name, a host name you own; never changes (default: localhost)
WEFT_HOSTS          host names this server answers to, separated by commas
WEFT_DEMO           1: demo data with one-click people and a clock of its own; refused over real data
WEFT_BEHIND_PROXY   1: a proxy before this server ends TLS, and sets or removes X-Forwarded-Proto
WEFT_INSECURE_HTTP  1: serve over plain HTTP on this machine (demo and tests)
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# PostgreSQL checks foreign keys by plans that it keeps for a connection. One that was made while a council had twelve
# members reads whole tables, and thousands entered at once would then take hours to commit.
FRESH_PLANS = "-c plan_cache_mode=force_custom_plan"


@dataclass(frozen=True, slots=True)
class Config:
    home: Path
    secret_key: str
    database: dict[str, object]
    record_name: str
    hosts: list[str]
    demo: bool
    behind_proxy: bool
    insecure_http: bool


def read_config() -> Config:
    """Read the environment. Raises ImproperlyConfigured with one sentence that says what to do."""
    home = Path(os.environ.get("WEFT_HOME", "var")).resolve()
    return Config(
        home=home,
        secret_key=_secret_key(home),
        database=_database(os.environ.get("WEFT_DATABASE_URL", ""), home),
        record_name=os.environ.get("WEFT_RECORD_NAME", "localhost"),
        hosts=[h for h in os.environ.get("WEFT_HOSTS", "localhost,127.0.0.1").split(",") if h],
        demo=os.environ.get("WEFT_DEMO") == "1",
        behind_proxy=os.environ.get("WEFT_BEHIND_PROXY") == "1",
        insecure_http=os.environ.get("WEFT_INSECURE_HTTP") == "1",
    )


def _secret_key(home: Path) -> str:
    from_environment = os.environ.get("WEFT_SECRET_KEY", "")
    if from_environment:
        return from_environment
    path = home / "secret.key"
    if path.exists():
        return path.read_text().strip()
    raise ImproperlyConfigured(f"no secret key: run `weft init` (it writes {path}) or set WEFT_SECRET_KEY")


def _database(url: str, home: Path) -> dict[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": home / "weft.sqlite3",
            "CONN_MAX_AGE": 60,  # opening one reads the whole schema, which takes as long as a vote
            "OPTIONS": {
                # one writer at a time, and no acknowledged write is lost in a power cut
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured("WEFT_DATABASE_URL must start with postgresql://, or be left out for SQLite")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "weft",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query | {"options": f"{FRESH_PLANS} {query.get('options', '')}".strip()},
    }
