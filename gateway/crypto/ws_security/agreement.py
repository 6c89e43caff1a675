"""WS-Security agreement with a partner: from its settings to verifiers and signers."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.crypto.keys.files import load_chain, load_private_key, read_passphrase
from gateway.crypto.ws_security.freshness import Freshness
from gateway.crypto.ws_security.sign import KeyReference, MessageKey, MessageSigner
from gateway.crypto.ws_security.signers import TrustedSigners
from gateway.crypto.ws_security.username_token import UsernameSecurer, UsernameVerifier
from gateway.crypto.ws_security.verify import SignedMessageVerifier
from gateway.exchange.ports import (
    Clock,
    MessageSecurer,
    MessageSecurity,
    MessageVerifier,
    ReplayCache,
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and the file whose first line is its password."""

    username: str | None
    password_file: Path | None

    def read(self) -> tuple[str, bytes]:
        """Raises KeyUnusable."""
        if self.username is None or self.password_file is None:
            raise ValueError("user names need both")  # the settings were checked before
        return self.username, read_passphrase(self.password_file)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement with one partner. partner: its key.

    incoming, outgoing: of its requests and of ours: `none`, `x509`, `username-text` or
    `username-digest`.
    signer_certificates, signer_ca: PEM files.  signer_subject: RFC 4514.
    theirs, ours: user name and password expected from the partner, and sent by us.
    timestamp: how long the Timestamp beside our UsernameToken lasts; None: none is written.
    lifetime: how long a message is accepted after its Created, theirs and ours.
    """

    partner: str
    incoming: str
    outgoing: str
    sign_answers: bool
    verify_answers: bool
    signer_certificates: Path | None
    signer_ca: Path | None
    signer_subject: str | None
    theirs: Credentials
    ours: Credentials
    key_reference: KeyReference
    timestamp: timedelta | None
    lifetime: timedelta
    clock_skew: timedelta


def open_message_key(
    certificate_file: Path, key_file: Path, passphrase_file: Path | None
) -> MessageKey:
    """Our key for messages. Raises KeyUnusable naming the file and the remedy."""
    return MessageKey(load_private_key(key_file, passphrase_file), load_chain(certificate_file)[0])


@dataclass(frozen=True, slots=True)
class MessageSecurities:
    """Builds verifiers and signers. key: ours, None where no agreement needs it."""

    key: MessageKey | None
    replay_cache: ReplayCache
    clock: Clock

    def for_their_requests(self, agreement: Agreement) -> MessageSecurity:
        """Verifier of the partner's requests and signer of our answers.

        Raises KeyUnusable for certificates or passwords that cannot be read.
        """
        ours = self._signer(agreement, mandatory=False) if agreement.sign_answers else None
        return MessageSecurity(self._verifier(agreement), ours)

    def for_our_requests(self, agreement: Agreement) -> MessageSecurity:
        """Verifier of the partner's answers and signer of our requests.

        Raises KeyUnusable for certificates or passwords that cannot be read.
        """
        theirs = self._signature_verifier(agreement) if agreement.verify_answers else None
        return MessageSecurity(theirs, self._securer(agreement))

    def _verifier(self, agreement: Agreement) -> MessageVerifier | None:
        match agreement.incoming:
            case "none":
                return None
            case "x509":
                return self._signature_verifier(agreement)
            case username_form:
                digest = username_form == "username-digest"
                return UsernameVerifier(
                    *agreement.theirs.read(), digest, self._freshness(agreement)
                )

    def _securer(self, agreement: Agreement) -> MessageSecurer | None:
        match agreement.outgoing:
            case "none":
                return None
            case "x509":
                return self._signer(agreement, mandatory=True)
            case username_form:
                digest = username_form == "username-digest"
                return UsernameSecurer(
                    *agreement.ours.read(), digest, self.clock, agreement.timestamp
                )

    def _signature_verifier(self, agreement: Agreement) -> SignedMessageVerifier:
        pinned, anchors = (
            load_chain(file) if file else ()
            for file in (agreement.signer_certificates, agreement.signer_ca)
        )
        return SignedMessageVerifier(
            TrustedSigners(pinned, anchors, agreement.signer_subject), self._freshness(agreement)
        )

    def _signer(self, agreement: Agreement, *, mandatory: bool) -> MessageSigner:
        if self.key is None:
            raise ValueError("nothing to sign with")  # the settings were checked before
        return MessageSigner(
            self.key, agreement.key_reference, agreement.lifetime, mandatory, self.clock
        )

    def _freshness(self, agreement: Agreement) -> Freshness:
        return Freshness(
            agreement.partner,
            agreement.lifetime,
            agreement.clock_skew,
            self.clock,
            self.replay_cache,
        )
