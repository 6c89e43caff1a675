"""[[revocation]]: how to find out whether a CA has revoked a partner's certificate."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.settings.section import ExistingFile, Section, matching, wrong


class WhenSilent(StrEnum):
    """What becomes of a certificate of which neither list nor responder says anything current."""

    REFUSE = "refuse"
    """Nobody comes in unchecked."""
    ACCEPT = "accept"
    """A failure of the CA shuts nobody out; each such case is a warning in the log."""


class RevocationSettings(Section):
    """One CA, or several that are checked alike. Certificates of a CA without such a table are not checked."""

    ca_file: ExistingFile
    """The CA whose certificates are checked in this way, PEM."""

    list_file: ExistingFile | None = None
    """Its revocation list, PEM or DER. Read again whenever the file changes."""

    ocsp_address: (
        Annotated[str, AfterValidator(matching(r"http://[^\s/@?#]+(/[^\s#]*)?", "must be an http:// address"))] | None
    ) = None
    """Its OCSP responder; no other address is ever asked, whatever a certificate names."""

    ocsp_timeout_seconds: Annotated[float, Field(gt=0, le=30)] = 3.0
    """How long a caller waits for the responder, the first time its certificate is seen."""

    when_silent: WhenSilent = WhenSilent.REFUSE
    """`refuse`, or `accept`, where neither the list nor the responder has a current word."""

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.list_file is None and self.ocsp_address is None:
            raise wrong("must be given, or ocsp_address", key="list_file")
        return self
