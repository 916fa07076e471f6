"""The manifest: what a backup holds, and what has to be there again when it is given back."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

NAME = "manifest.json"
FORMAT = 1
# Where in the folder of a backup the files are that the database names.
FILES = "media"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}


class Refused(Exception):
    """What was asked cannot be done; the message says in Japanese why and what to do."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file by its content."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a table holds: how many rows, and the sum of their hashes where the database has one.

    SQLite has none; there the hash of the whole file says as much.
    """

    rows: int
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """A page as a reader got it."""

    status: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Program:
    """What rendered the pages.

    Attributes:
        version: of Genko.
        django: the version of Django.
        sources: a hash of all that pages are made by.
    """

    version: str
    django: str
    sources: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds.

    Attributes:
        moment: at which readers would have seen the pages.
        site_url: SITE_URL, which pages show.
        kind: of the database, as Django calls it.
        server: the version of the database.
        database: its copy or dump.
        migrations: those that were applied, as `app.name`.
        tables: every table by its name.
        files: those that the database names and that were there.
        missing: those that it names and that were not.
        pages: some of the public pages by address.
    """

    moment: datetime
    site_url: str
    program: Program
    kind: str
    server: str
    database: Stored
    migrations: list[str]
    tables: dict[str, Table]
    files: dict[str, Stored]
    pages: dict[str, Seen]
    missing: list[str] = field(default_factory=list)

    @property
    def database_name(self) -> str:
        """The name of the file in which the database is."""
        return DATABASES[self.kind]

    def write(self, folder: Path) -> None:
        """Write the manifest into the folder of its backup."""
        known = {"format": FORMAT, **asdict(self), "moment": self.moment.isoformat()}
        written = json.dumps(known, ensure_ascii=False, indent=1)
        (folder / NAME).write_text(written, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the manifest of the backup in `folder`. Raises Refused."""
        try:
            known = json.loads((folder / NAME).read_text(encoding="utf-8"))
            return cls._of(known)
        except FileNotFoundError as error:
            why = f"{NAME} がありません。バックアップのフォルダーを指定してください。"
            raise Refused(f"{folder}：{why}") from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            why = f"{NAME} を読み取れません。ほかのバックアップを使ってください。"
            raise Refused(f"{folder}：{why}") from error

    @classmethod
    def _of(cls, known: dict[str, Any]) -> Self:
        if known.pop("format") != FORMAT or known["kind"] not in DATABASES:
            raise ValueError("written by another version")
        return cls(
            **known
            | {
                "moment": datetime.fromisoformat(known["moment"]),
                "program": Program(**known["program"]),
                "database": Stored(**known["database"]),
                "tables": {name: Table(**one) for name, one in known["tables"].items()},
                "files": {name: Stored(**one) for name, one in known["files"].items()},
                "pages": {name: Seen(**one) for name, one in known["pages"].items()},
            }
        )
