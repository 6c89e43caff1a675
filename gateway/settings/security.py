"""WS-Security settings: our signing key, and the agreement with each partner.

Tables [message_security] and [partner.security].
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gateway.settings.section import ExistingFile, Mistake, Section, refuse_all


class Protection(StrEnum):
    """Protection of a request: the content of its WS-Security header."""

    NONE = "none"
    """No header is needed; a header with mustUnderstand is refused."""
    X509 = "x509"
    """A signature over Body and Timestamp."""
    USERNAME_TEXT = "username-text"
    """A user name and its password in plain text."""
    USERNAME_DIGEST = "username-digest"
    """A user name and a digest of its password with a nonce, which is taken once."""


class MessageSecuritySettings(Section):
    """[message_security]: our key for signing messages. The table left out: we sign none."""

    certificate_file: ExistingFile
    """Our signing certificate, PEM. It may be that of [client]."""

    key_file: ExistingFile
    """The key to it, PEM: EC P-256, P-384 or P-521, or RSA of 3072 to 8192 bits."""

    passphrase_file: ExistingFile | None = None
    """File whose first line is the passphrase of an encrypted key."""


class SecuritySettings(Section):
    """[partner.security]: WS-Security as agreed with one partner. The table left out: none."""

    incoming: Protection = Protection.NONE
    """Protection that its requests must have."""

    outgoing: Protection = Protection.NONE
    """Protection of our requests to it."""

    sign_answers: bool = False
    """Whether we sign our answers to it, faults too."""

    verify_answers: bool = False
    """Whether its answers must be signed. Its faults need not be."""

    signer_certificates_file: ExistingFile | None = None
    """The certificates it signs with, PEM; two while it renews one."""

    signer_ca_file: ExistingFile | None = None
    """Or the CA of a certificate that it sends along, PEM."""

    signer_subject: Annotated[str, Field(min_length=1, max_length=1000)] | None = None
    """The whole subject that certificate must have: `CN=signer,O=DFFE,C=ZA`.

    Source: RFC 4514.
    """

    username: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The user name in its requests to us."""

    password_file: ExistingFile | None = None
    """File whose first line is the password to it."""

    our_username: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """The user name in our requests to it."""

    our_password_file: ExistingFile | None = None
    """File whose first line is the password to it."""

    our_key_reference: Literal["certificate", "key-identifier", "issuer-serial", "thumbprint"] = (
        "certificate"
    )
    """How our signatures refer to our certificate: sent whole, or by one of three short names."""

    max_age_seconds: Annotated[int, Field(ge=1, le=3600)] = 300
    """How long a message is fresh after it was made, whatever its own Timestamp allows."""

    clock_skew_seconds: Annotated[int, Field(ge=0, le=600)] = 60
    """How far the partner's clock and ours may be apart."""

    @property
    def signs(self) -> bool:
        """Whether we sign anything for this partner."""
        return self.sign_answers or self.outgoing is Protection.X509

    @model_validator(mode="after")
    def _whole(self) -> Self:
        refuse_all(
            (
                *self._signer_mistakes(),
                *self._credential_mistakes(self.incoming, "username", "password_file"),
                *self._credential_mistakes(self.outgoing, "our_username", "our_password_file"),
            )
        )
        return self

    def _signer_mistakes(self) -> Iterator[Mistake]:
        if (self.signer_ca_file is None) != (self.signer_subject is None):
            missing = "signer_subject" if self.signer_subject is None else "signer_ca_file"
            yield missing, "must be given too: a CA alone would trust everybody it knows"
        verifies = self.verify_answers or self.incoming is Protection.X509
        if verifies and self.signer_certificates_file is None and self.signer_ca_file is None:
            yield "signer_certificates_file", "must be given, or signer_ca_file with signer_subject"

    def _credential_mistakes(self, protection: Protection, *keys: str) -> Iterator[Mistake]:
        if protection in (Protection.USERNAME_TEXT, Protection.USERNAME_DIGEST):
            for key in keys:
                if getattr(self, key) is None:
                    yield key, f"must be given with {protection}"
