"""Revocation settings, [[revocation]]: CRL and OCSP responder for partners' certificates."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from gateway.settings.section import ExistingFile, Section, matching, wrong


class WhenSilent(StrEnum):
    """Policy for a certificate without a current answer of revocation list or OCSP responder."""

    REFUSE = "refuse"
    """Fail closed: an unchecked certificate is refused."""
    ACCEPT = "accept"
    """Fail open: the certificate is accepted, with a warning in the log each time."""


class RevocationSettings(Section):
    """[[revocation]]: a CA, or several that are checked alike.

    A CA is its name and its key: tables for two certificates of one CA are checked together.
    Certificates of a CA without such a table are not checked.
    """

    ca_file: ExistingFile
    """The CA whose certificates are checked in this way, PEM."""

    list_file: ExistingFile | None = None
    """Its revocation list, PEM or DER. Read again whenever the file changes."""

    ocsp_address: (
        Annotated[
            str,
            AfterValidator(matching(r"http://[^\s/@?#]+(/[^\s#]*)?", "must be an http:// address")),
        ]
        | None
    ) = None
    """Its OCSP responder; no other address is ever asked, whatever a certificate names."""

    ocsp_timeout_seconds: Annotated[float, Field(gt=0, le=30)] = 3.0
    """How long the OCSP responder may take for the whole of an answer.

    The first request with a certificate waits that long at most.
    """

    when_silent: WhenSilent = WhenSilent.REFUSE
    """`refuse` or `accept`, where neither list nor responder gives a current answer."""

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.list_file is None and self.ocsp_address is None:
            raise wrong("must be given, or ocsp_address", key="list_file")
        return self
