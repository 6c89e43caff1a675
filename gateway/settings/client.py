"""Client settings, [client]: our certificate and the time limits of requests to partners."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from gateway.settings.section import ExistingFile, ProbeSeconds, Seconds, Section, wrong


class ClientSettings(Section):
    """[client]: our identity towards partners, and time limits that hold for every partner.

    A [[partner]] table may name time limits of its own.
    """

    certificate_file: ExistingFile | None = None
    """Our client certificate with its chain, PEM."""

    key_file: ExistingFile | None = None
    """The key to it, PEM."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""

    ca_file: ExistingFile | None = None
    """CAs of the partners' servers, PEM, for partners without a `ca_file` of their own.

    Left out: the CAs that the system trusts.
    """

    connect_timeout_seconds: Seconds = 5.0
    """How long a connection may take."""

    read_timeout_seconds: Seconds = 30.0
    """How long a partner may stay silent before the exchange is given up."""

    total_timeout_seconds: Seconds = 120.0
    """How long a whole exchange may take, however steadily the answer arrives."""

    max_reply_bytes: Annotated[int, Field(ge=1024, le=1 << 30)] = 24 * 1024 * 1024
    """Longest answer, in bytes, that is read from a partner.

    The default has room for what a permit of ours may have attached (adapters/national).
    """

    probe_seconds: ProbeSeconds = 0
    """Seconds from one probe (ServiceState) of a partner to the next. 0: no probes."""

    @model_validator(mode="after")
    def _certificate_and_key(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            missing = "key_file" if self.key_file is None else "certificate_file"
            raise wrong("must be given too: a certificate and its key go together", key=missing)
        return self
