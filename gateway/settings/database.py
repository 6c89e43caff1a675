"""Database settings, [database]: address, replica, pruning role and time limits of the database."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from gateway.settings.section import ExistingFile, Seconds, Section, wrong

_DEFAULT_URL = "sqlite:///data/gateway.sqlite"


def _line_of(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _is_postgresql(url: str) -> bool:
    return url.startswith("postgresql")


class DatabaseSettings(Section):
    """[database]: the database of permits and journal."""

    url: str | None = None
    """Address of the database, as SQLAlchemy writes it.

    Left out: SQLite in data/gateway.sqlite of the working directory.
    """

    url_file: ExistingFile | None = None
    """File whose only line is the URL, for a URL that holds a password. In place of `url`."""

    replica_url: str | None = None
    """Address of a read replica: a PostgreSQL that follows the one of `url` and gives documents.

    Left out: none.
    """

    replica_url_file: ExistingFile | None = None
    """File whose only line is that URL, for a URL that holds a password.

    In place of `replica_url`.
    """

    prune_url: str | None = None
    """Address of the same PostgreSQL for the role that removes old journal records.

    Left out: `url`, whose role then has to be allowed to delete them.
    """

    prune_url_file: ExistingFile | None = None
    """File whose only line is that URL, for a URL that holds a password. In place of `prune_url`.
    """

    publish_url: str | None = None
    """Address of the same PostgreSQL for the role that publishes synchronised sources.

    Left out: `url`, whose role then has to be allowed to publish.
    """

    publish_url_file: ExistingFile | None = None
    """File whose only line is that URL, for a URL that holds a password.

    In place of `publish_url`.
    """

    pages_url: str | None = None
    """Address of the same PostgreSQL for the role of the pages for people.

    Left out: `url`.
    """

    pages_url_file: ExistingFile | None = None
    """File whose only line is that URL, for a URL that holds a password. In place of `pages_url`.
    """

    connect_timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 2
    """How long each PostgreSQL server named in `url` may take to accept a connection."""

    lock_timeout_seconds: Seconds = 2.0
    """How long a transaction waits for a lock that another one holds."""

    statement_timeout_seconds: Seconds = 10.0
    """How long PostgreSQL may take for a statement, and a transaction may stay idle.

    It holds for a server that hangs, too.
    """

    @field_validator("url")
    @classmethod
    def _sqlite_path_inside_the_directory(cls, url: str | None, info: ValidationInfo) -> str | None:
        directory = (info.context or {}).get("directory")
        scheme, found, path = (url or _DEFAULT_URL).partition(":///")
        if url is not None and "://" not in url:
            raise wrong("must be a database URL such as postgresql+psycopg://epix@localhost/epix")
        if (
            not found
            or directory is None
            or not scheme.startswith("sqlite")
            or path in ("", ":memory:")
        ):
            return url
        return f"{scheme}:///{directory / path}"

    @model_validator(mode="after")
    def _url_or_file(self) -> Self:
        for key in ("url", "replica_url", "prune_url", "publish_url", "pages_url"):
            if getattr(self, f"{key}_file") is not None and key in self.model_fields_set:
                raise wrong(f"must not stand beside {key}", key=f"{key}_file")
        return self

    @model_validator(mode="after")
    def _further_addresses_are_of_postgresql(self) -> Self:
        further = {
            "replica_url": self.replica_address,
            "prune_url": self.prune_address,
            "publish_url": self.publish_address,
            "pages_url": self.pages_address,
        }
        for key, address in further.items():
            if address is not None and not all(map(_is_postgresql, (self.address, address))):
                named = key if getattr(self, key) else f"{key}_file"
                raise wrong("needs PostgreSQL on both sides", key=named)
        return self

    @property
    def address(self) -> str:
        """The URL to connect to, from `url_file` where that is given.

        It may hold a password: never show it.
        """
        return _line_of(self.url_file) if self.url_file else self.url or _DEFAULT_URL

    @property
    def replica_address(self) -> str | None:
        """The URL of the read replica, likewise; None where there is none."""
        return _line_of(self.replica_url_file) if self.replica_url_file else self.replica_url

    @property
    def prune_address(self) -> str | None:
        """The URL of the role that prunes, likewise; None where it has none of its own."""
        return _line_of(self.prune_url_file) if self.prune_url_file else self.prune_url

    @property
    def publish_address(self) -> str | None:
        """The URL of the role that publishes, likewise; None where it has none of its own."""
        return _line_of(self.publish_url_file) if self.publish_url_file else self.publish_url

    def for_publishing(self) -> "DatabaseSettings":
        """The same database for the role that publishes."""
        if self.publish_address is None:
            return self
        return self.model_copy(update={"url": self.publish_address, "url_file": None})

    @property
    def pages_address(self) -> str | None:
        """The URL of the role of the pages, likewise; None where they have none of their own."""
        return _line_of(self.pages_url_file) if self.pages_url_file else self.pages_url

    def for_pages(self) -> "DatabaseSettings":
        """The same database for the role of the pages, which prunes and publishes nothing."""
        if self.pages_address is None:
            return self
        roles = ("prune_url", "publish_url", "pages_url")
        nothing = {name: None for role in roles for name in (role, f"{role}_file")}
        return self.model_copy(update={**nothing, "url": self.pages_address, "url_file": None})
