"""Journal settings, [journal]: retention, time-stamps, anchors; and [mail], which carries heads."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.settings.section import ExistingFile, Section, inside, matching, wrong

Address = Annotated[
    str,
    AfterValidator(matching(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}", "must be addresses of mail")),
]
"""An address of mail in ASCII."""


class MailSettings(Section):
    """[mail]. The table left out: no mail is sent."""

    host: Annotated[
        str, AfterValidator(matching(r"[A-Za-z0-9.:-]{1,253}", "must be a host name or address"))
    ]
    """Host of the SMTP server; TLS from the first byte on, but on this machine."""

    port: Annotated[int, Field(ge=1, le=65535)] = 465
    """Its port."""

    sender: Address
    """Address that our mails come from."""

    ca_file: ExistingFile | None = None
    """CAs its certificate must come from, PEM. Left out: those the system trusts."""

    username: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """User that we are there. Left out: no authentication."""

    password_file: ExistingFile | None = None
    """File whose first line is the password of that user."""

    @model_validator(mode="after")
    def _user_has_password(self) -> Self:
        if (self.username is None) != (self.password_file is None):
            raise wrong("must be given together with the other", key="password_file")
        return self


class JournalSettings(Section):
    """[journal]. Every key may be left out."""

    sync_read_records: bool = True
    """Whether the answer to a read request waits until its record is synced to the disk.

    The answer to a confirmation always waits. False: a loss of power loses the records of the last
    seconds' read requests; a crash of the gateway loses none.
    """

    retention_years_after_expiry: Annotated[int, Field(ge=1, le=100)] = 5
    """Years that a record stays after its permit has expired."""

    refused_bytes_per_caller_per_minute: Annotated[int, Field(ge=0, le=1 << 30)] = 1024 * 1024
    """Bytes of refused requests that are kept whole, for each identified caller and minute.

    Beyond it the journal keeps size and SHA-256 of a request. It never keeps a message of a caller
    that is not identified.
    """

    refused_bytes_per_caller_per_day: Annotated[int, Field(ge=0, le=1 << 40)] = 20 * 1024 * 1024
    """Bytes that records of refused requests may take, for each identified caller and day.

    A record counts with 2 KiB and the request, if it is kept whole. Beyond it refusals are counted:
    one record for each minute, caller and process.
    """

    prune: bool = False
    """Whether `serve` removes records past their retention by itself.

    False: an operator calls `journal prune`.
    """

    idle_head_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """Minutes between two sealed heads of the journal while nothing is exchanged."""

    timestamp_address: (
        Annotated[
            str,
            AfterValidator(
                matching(
                    r"https?://[^\s/@?#]+(/[^\s#]*)?", "must be an http:// or https:// address"
                )
            ),
        ]
        | None
    ) = None
    """Address of a time-stamping authority (RFC 3161) for the heads. Left out: none."""

    timestamp_ca_file: ExistingFile | None = None
    """CA of the time-stamping authority, PEM.

    It is needed with the address, and later to verify time-stamps of a former authority.
    """

    timestamp_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """Minutes between two time-stamps, at least."""

    anchor_file: Annotated[Path, AfterValidator(inside)] | None = None
    """File that heads are appended to, on another machine's disk. Left out: none."""

    anchor_mail_to: tuple[Address, ...] = ()
    """Addresses that heads are mailed to, by the server of [mail]. Left out: none."""

    anchor_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """Minutes between two heads that are handed to the same place, at least.

    Also for partners with `exchange_heads`, where nothing else was exchanged meanwhile.
    """

    @model_validator(mode="after")
    def _time_stamps_can_be_verified(self) -> Self:
        if self.timestamp_address and not self.timestamp_ca_file:
            raise wrong(
                "must be given with timestamp_address: whose time-stamps count?",
                key="timestamp_ca_file",
            )
        return self
