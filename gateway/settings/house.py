"""[gateway], [database], [tokens], [limits]: who we are and how we keep things."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from gateway.domain.codes import document_types
from gateway.domain.endorsement import EndorsementRule, FinalAfter
from gateway.domain.identifiers import Authority
from gateway.settings.section import Country, ExistingFile, Seconds, Section, matching, wrong


def _single_use(code: str) -> str:
    kind = document_types().get(code)
    if kind is None:
        known = ", ".join(kind.code for kind in document_types().values() if not kind.multi_use)
        raise wrong(f"must be the code of a document type: {known}")
    if kind.multi_use:
        raise wrong("names a multi-use document, which collects endorsements anyway")
    return code


class AuthoritySettings(Section):
    """[[gateway.authorities]]: one Management Authority this gateway answers for."""

    country: Country
    """The country it issues permits for."""

    code: Annotated[str, AfterValidator(matching(r"[A-Za-z0-9._-]{1,35}", "must be 1 to 35 of A-Z a-z 0-9 . _ -"))]
    """Its own short name within the country, part of every permit's identity: `ANAC`."""

    name: Annotated[str, Field(min_length=1, max_length=350)]
    """Its full name, as people read it."""

    languages: tuple[Annotated[str, AfterValidator(matching(r"[a-z]{2}", "must be two letters such as pt"))], ...] = (
        "en",
    )
    """Languages it works in, ISO 639 two letters, the preferred one first."""

    final_after: FinalAfter = FinalAfter.ANY
    """Whose confirmation makes a permit final: `any` entitled partner's, or only that of customs at `export`."""

    partial_shipments: tuple[Annotated[str, AfterValidator(_single_use)], ...] = ()
    """Document types that its law lets be used up in several shipments, by their codes: `EXPORT`."""

    @property
    def rule(self) -> EndorsementRule:
        """What its law says of box 14."""
        return EndorsementRule(self.final_after, frozenset(self.partial_shipments))

    @property
    def identity(self) -> Authority:
        """Country and code together."""
        return Authority(self.country, self.code)


class GatewaySettings(Section):
    """[gateway]: who we are to the outside."""

    public_address: Annotated[
        str,
        AfterValidator(
            matching(
                r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-fA-F:]+\](:[0-9]{1,5})?",
                "must be http:// or https:// with a host and nothing behind it, such as https://epix.example.mz",
            )
        ),
    ]
    """Address partners reach us at, without a path; the WSDL shows it with /epix/v1 or /epix/v2."""

    authorities: tuple[AuthoritySettings, ...]
    """The authorities served here: one, or several."""

    @field_validator("authorities")
    @classmethod
    def _one_at_least_and_each_once(cls, authorities: tuple[AuthoritySettings, ...]) -> tuple[AuthoritySettings, ...]:
        if not authorities:
            raise wrong("must hold at least one authority")
        if len({authority.identity for authority in authorities}) < len(authorities):
            raise wrong("must not name one authority (country and code) twice")
        return authorities


class DatabaseSettings(Section):
    """[database]: where permits and the journal are kept."""

    url: str | None = None
    """Where the database is, as SQLAlchemy writes it. Left out: SQLite in data/gateway.sqlite here."""

    url_file: ExistingFile | None = None
    """File whose only line is the URL, for one that holds a password. In place of `url`."""

    replica_url: str | None = None
    """Where a PostgreSQL is that follows the one of `url` and gives documents in its place. Left out: none."""

    replica_url_file: ExistingFile | None = None
    """File whose only line is that URL, for one that holds a password. In place of `replica_url`."""

    connect_timeout_seconds: Annotated[int, Field(ge=2, le=60)] = 2
    """How long a PostgreSQL server may take to accept a connection, each that `url` names."""

    lock_timeout_seconds: Seconds = 2.0
    """How long whoever writes waits for another."""

    statement_timeout_seconds: Seconds = 10.0
    """How long a PostgreSQL, also one that hangs, may take for a statement, and a transaction may stand still."""

    @field_validator("url")
    @classmethod
    def _inside_the_directory(cls, url: str | None, info: ValidationInfo) -> str | None:
        directory = (info.context or {}).get("directory")
        scheme, found, path = (url or "sqlite:///data/gateway.sqlite").partition(":///")
        if url is not None and "://" not in url:
            raise wrong("must be a database URL such as postgresql+psycopg://epix@localhost/epix")
        if not found or directory is None or not scheme.startswith("sqlite") or path in ("", ":memory:"):
            return url
        return f"{scheme}:///{directory / path}"

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        for key in ("url", "replica_url"):
            if getattr(self, f"{key}_file") is not None and key in self.model_fields_set:
                raise wrong(f"must not stand beside {key}", key=f"{key}_file")
        return self

    @model_validator(mode="after")
    def _replicas_are_of_postgresql(self) -> Self:
        replica = self.replica_address
        if replica is not None and not (_is_postgresql(self.address) and _is_postgresql(replica)):
            raise wrong(
                "needs PostgreSQL on both sides", key="replica_url_file" if self.replica_url_file else "replica_url"
            )
        return self

    @property
    def address(self) -> str:
        """The URL to connect to, read from its file where it stands in one. May hold a password: never shown."""
        return _line_of(self.url_file) if self.url_file else self.url or "sqlite:///data/gateway.sqlite"

    @property
    def replica_address(self) -> str | None:
        """That of the replica, likewise; None where there is none."""
        return _line_of(self.replica_url_file) if self.replica_url_file else self.replica_url


def _line_of(file: Path) -> str:
    return file.read_text(encoding="utf-8").strip()


def _is_postgresql(url: str) -> bool:
    return url.startswith("postgresql")


class TokenSettings(Section):
    """[tokens]: tokens of permits are kept only as a keyed hash."""

    key_file: ExistingFile
    """File with the key of that hash, at least 32 random bytes. Without it no stored token can be checked again."""


class LimitSettings(Section):
    """[limits]: how much anyone may try."""

    refused_lookups_per_minute: Annotated[int, Field(ge=1, le=100_000)] = 60
    """Look-ups with a wrong number or token one caller may make in a minute before it is told TooManyRequests."""

    refused_lookups_per_permit_per_hour: Annotated[int, Field(ge=1, le=60_000)] = 60
    """Wrong tokens all callers together may try for one number in an hour before they are told TooManyRequests."""
