"""What was agreed on with a partner, put together: verifiers and signers for its requests and for ours."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.exchange.ports import Clock, MessageSecurer, MessageSecurity, MessageVerifier, TakenMessages
from gateway.signatures.key_files import load_chain, load_private_key, read_passphrase
from gateway.signatures.message_freshness import Freshness
from gateway.signatures.message_signers import TrustedSigners
from gateway.signatures.message_signing import KeyReference, MessageKey, MessageSigner
from gateway.signatures.message_username import UsernameSecurer, UsernameVerifier
from gateway.signatures.message_verifying import SignedMessageVerifier


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user name and the file whose first line is its password."""

    username: str | None
    password_file: Path | None

    def read(self) -> tuple[str, bytes]:
        """Raises KeyUnusable."""
        if self.username is None or self.password_file is None:
            raise ValueError("user names need both")  # the settings saw to it
        return self.username, read_passphrase(self.password_file)


@dataclass(frozen=True, slots=True)
class Agreement:
    """With one partner. incoming, outgoing: `none`, `x509`, `username-text` or `username-digest`.

    signer_certificates, signer_ca: PEM files.  theirs, ours: what each shows the other.
    lifetime: how long messages count, theirs and ours.
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
    lifetime: timedelta
    clock_skew: timedelta


def open_message_key(certificate_file: Path, key_file: Path, passphrase_file: Path | None) -> MessageKey:
    """Our key for messages. Raises KeyUnusable naming the file and what mends it."""
    return MessageKey(load_private_key(key_file, passphrase_file), load_chain(certificate_file)[0])


@dataclass(frozen=True, slots=True)
class MessageSecurities:
    """Makes the parts. key: None where nothing is signed."""

    key: MessageKey | None
    taken: TakenMessages
    clock: Clock

    def at_our_door(self, agreement: Agreement) -> MessageSecurity:
        """For its requests and our answers. Raises KeyUnusable for certificates or passwords that cannot be read."""
        ours = self._signer(agreement, mandatory=False) if agreement.sign_answers else None
        return MessageSecurity(self._verifier(agreement), ours)

    def at_its_door(self, agreement: Agreement) -> MessageSecurity:
        """For its answers and our requests. Raises as above."""
        theirs = self._signed(agreement) if agreement.verify_answers else None
        return MessageSecurity(theirs, self._securer(agreement))

    def _verifier(self, agreement: Agreement) -> MessageVerifier | None:
        match agreement.incoming:
            case "none":
                return None
            case "x509":
                return self._signed(agreement)
            case kind:
                digest = kind == "username-digest"
                return UsernameVerifier(*agreement.theirs.read(), digest, self._freshness(agreement))

    def _securer(self, agreement: Agreement) -> MessageSecurer | None:
        match agreement.outgoing:
            case "none":
                return None
            case "x509":
                return self._signer(agreement, mandatory=True)
            case kind:
                return UsernameSecurer(*agreement.ours.read(), kind == "username-digest", self.clock)

    def _signed(self, agreement: Agreement) -> SignedMessageVerifier:
        pinned, anchors = (
            load_chain(file) if file else () for file in (agreement.signer_certificates, agreement.signer_ca)
        )
        return SignedMessageVerifier(
            TrustedSigners(pinned, anchors, agreement.signer_subject), self._freshness(agreement)
        )

    def _signer(self, agreement: Agreement, *, mandatory: bool) -> MessageSigner:
        if self.key is None:
            raise ValueError("nothing to sign with")  # the settings saw to it
        return MessageSigner(self.key, agreement.key_reference, agreement.lifetime, mandatory, self.clock)

    def _freshness(self, agreement: Agreement) -> Freshness:
        return Freshness(agreement.partner, agreement.lifetime, agreement.clock_skew, self.clock, self.taken)
