"""[journal]: how long the record of every exchange is kept, and what vouches for it."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.settings.section import ExistingFile, Section, matching, wrong


class JournalSettings(Section):
    """[journal]. Every key may be left out."""

    questions_wait_for_disk: bool = True
    """Whether also the answer to a question waits until its record is on the disk; to a confirmation it always does.

    Where it does not, a loss of power takes the records of the last seconds' questions; a gateway that is killed, none.
    """

    retention_years_after_expiry: Annotated[int, Field(ge=1, le=100)] = 5
    """How many years a record stays after the permit it is about has expired."""

    prune: bool = False
    """Whether `serve` removes by itself what has had its time; else `journal prune` does, when somebody calls it."""

    quiet_head_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """While nothing is exchanged: how often it is sealed that nothing was."""

    timestamp_address: (
        Annotated[
            str, AfterValidator(matching(r"https?://[^\s/@?#]+(/[^\s#]*)?", "must be an http:// or https:// address"))
        ]
        | None
    ) = None
    """A time-stamping authority (RFC 3161) that heads are shown to. Left out: none."""

    timestamp_ca_file: ExistingFile | None = None
    """What its certificate leads to, PEM: needed with the address, and to verify the time-stamps of a former one."""

    timestamp_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    """How long after one time-stamp the next is asked for, at the earliest."""

    @model_validator(mode="after")
    def _whom_to_believe(self) -> Self:
        if self.timestamp_address and not self.timestamp_ca_file:
            raise wrong("must be given with timestamp_address: whose time-stamps count?", key="timestamp_ca_file")
        return self
