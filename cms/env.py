"""Read the environment: what is wrong becomes a named system-check error, not a traceback.

`settings.py` calls these once; `posts/checks.py` reports `PROBLEMS`.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


class Problem(NamedTuple):
    """A wrong value in the environment: the variable, what is wrong, what to do."""

    name: str
    message: str
    hint: str


PROBLEMS: list[Problem] = []

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def text(name: str, default: str = "") -> str:
    """Return the variable `name` without surrounding spaces, or `default` when empty."""
    return os.environ.get(name, "").strip() or default


def var_dir(default: Path) -> Path:
    """Return the folder VAR_DIR, made when it is not there. Raises ImproperlyConfigured."""
    path = Path(text("VAR_DIR", str(default))).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "書き込めるフォルダーを指定してください。"
        raise ImproperlyConfigured(f"VAR_DIR={path} を使えません。{hint}") from error
    return path


def flag(name: str) -> bool:
    """Return whether the variable `name` is on: 1, true, yes, on (any case)."""
    value = text(name, "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        PROBLEMS.append(
            Problem(name, f"{name}={value} は読み取れません。", "0 か 1 を指定してください。")
        )
    return value in {"1", "true", "yes", "on"}


def split(url: str) -> SplitResult | None:
    """Return the parts of `url`; None for what is no URL, or names an impossible port."""
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def local_url() -> str:
    """Return the address at which this computer reaches what HOST and PORT listen on."""
    host, port = text("HOST", "127.0.0.1"), text("PORT", "8000")
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
    host = everywhere.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def site_url() -> str:
    """Return SITE_URL (by default `local_url`) without a trailing slash."""
    url = text("SITE_URL", local_url()).rstrip("/")
    parts = split(url)
    plain = parts and not (parts.path or parts.query or parts.fragment or "@" in parts.netloc)
    if not (parts and plain and parts.hostname and parts.scheme in {"http", "https"}):
        PROBLEMS.append(
            Problem(
                "SITE_URL",
                f"SITE_URL={url} はサイトの住所として使えません。",
                "https://example.jp のように、https:// とホスト名だけを指定してください。",
            )
        )
        return "http://127.0.0.1:8000"
    return url


def secret_key(var: Path) -> str:
    """Return SECRET_KEY, or one made once in the folder `var`.

    Raises ImproperlyConfigured when DATABASE_URL names a server and no key is given:
    several hosts have to share one.
    """
    if key := text("SECRET_KEY"):
        return key
    if text("DATABASE_URL").startswith("postgres"):
        raise ImproperlyConfigured(
            "PostgreSQL を使うときは、環境変数 SECRET_KEY に50文字以上の乱数を指定してください。"
        )
    path = var / "secret_key"
    if not path.exists():
        made = var / f"secret_key.{os.getpid()}"
        with os.fdopen(os.open(made, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        # A link appears whole, and for the first of several processes only.
        with suppress(FileExistsError):
            os.link(made, path)
        made.unlink()
    return path.read_text()


def mail(site: str) -> tuple[dict[str, Any], str]:
    """Return Django's MAILERS["default"] for MAIL_URL, and who mails come from.

    Without one, mails are printed where the server's own words go. A password is never sent
    in the clear: a login takes STARTTLS, smtps:// begins with TLS.
    """
    url, host = text("MAIL_URL"), urlsplit(site).hostname or "localhost"
    console = {"BACKEND": "cms.mail.PrintedMail"}, f"genko@{host}"
    if not url:
        return console
    parts = split(url)
    query = dict(parse_qsl(parts.query)) if parts else {}
    sender = query.pop("from", console[1])
    known = parts and parts.scheme in {"smtp", "smtps"} and parts.hostname and not query
    if not (parts and known and parts.path in {"", "/"} and _is_mailbox(sender)):
        PROBLEMS.append(
            Problem(
                "MAIL_URL",
                "MAIL_URL を読み取れません。",  # and never shown: it may hold a password
                "smtp://利用者:合言葉@ホスト:番号?from=desk@example.jp の形で指定してください"
                "（はじめから TLS なら smtps://）。",
            )
        )
        return console
    return smtp(parts), sender


def _is_mailbox(address: str) -> bool:
    name, _, domain = address.partition("@")
    return bool(name and domain and address.isprintable() and " " not in address)


def smtp(parts: SplitResult) -> dict[str, Any]:
    """Return the settings of the mail server that a URL names."""
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 587 if parts.username else 25)
    options = {
        "host": parts.hostname,
        "port": port,
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": tls,
        "use_tls": bool(parts.username) and not tls,
        "timeout": 10,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


def database(var: Path) -> dict[str, Any]:
    """Return Django's DATABASES["default"] for DATABASE_URL; SQLite in `var` without one."""
    url = text("DATABASE_URL")
    if not url:
        return sqlite(var / "genko.sqlite3")
    parts = split(url)
    if parts and parts.scheme == "sqlite" and len(parts.path) > 1:
        # sqlite:///relative and sqlite:////absolute, as everywhere else.
        return sqlite(Path(unquote(parts.path[1:])))
    if parts and parts.scheme in {"postgres", "postgresql"}:
        return postgresql(parts)
    PROBLEMS.append(
        Problem(
            "DATABASE_URL",
            "DATABASE_URL を読み取れません。",  # and never shown: it may hold a password
            "sqlite:///パス か postgresql://利用者:合言葉@ホスト/名前 を指定してください。",
        )
    )
    return {"ENGINE": "django.db.backends.dummy"}


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of an SQLite file that several processes read and write.

    WAL lets readers go on during a write; IMMEDIATE takes the write lock at BEGIN, so
    that a read-then-write transaction waits instead of failing with "database is locked".
    """
    return {
        "ENGINE": "cms.databases.sqlite",
        "NAME": path,
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA cache_size=-4000; PRAGMA temp_store=MEMORY;"
            ),
        },
        "TEST": {"NAME": path.with_name("test.sqlite3")},
    }


def postgresql(parts: SplitResult) -> dict[str, Any]:
    """Return the settings of the PostgreSQL server that a URL names, with a small pool."""
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "cms.databases.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket's folder does not fit before the path: ?host=/folder as libpq writes it.
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 10, "timeout": 3},
            "prepare_threshold": 3,  # of the queries that are built once (posts.models.prepared)
            **query,
        },
        "CONN_HEALTH_CHECKS": True,
    }
