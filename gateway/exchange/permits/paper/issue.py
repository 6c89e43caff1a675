"""Permit code of a published permit: the text of the QR code on the printed form.

It is made when the permit is printed, from the permit as issued, and stored nowhere. Up to 20 lines
stand in it in full, as far as they fit; of a permit with more, the first ones and the SHA-256 of
all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.errors import InvalidRequest
from gateway.domain.identifiers import TokenId
from gateway.domain.paper.digits import address_of, fits
from gateway.domain.paper.statement import MOST_LINES, PaperStatement
from gateway.domain.permit.status import require_in_force
from gateway.exchange.permits.own_permits import OwnPermits, PermitName
from gateway.exchange.permits.tokens import TokenHasher, token_matches
from gateway.exchange.ports import BeginWork, Clock, PaperCodec, PaperSigner, StoredPermit


@dataclass(frozen=True, slots=True)
class PermitCode:
    """A permit code. address: text of the QR code.  key_ends: end of its key's certificate."""

    address: str
    statement: PaperStatement
    key_ends: datetime

    @property
    def outlives_its_key(self) -> bool:
        """Whether the permit is in date longer than the certificate that the code counts by."""
        ends = self.statement.ends
        return ends is None or ends > self.key_ends


@dataclass(frozen=True, slots=True)
class IssueCode:
    """Use case: make the code of a permit of ours. page: address of the page, `.../check`."""

    own: OwnPermits
    begin_work: BeginWork
    hasher: TokenHasher
    signer: PaperSigner
    codec: PaperCodec
    page: str
    clock: Clock

    def issue(self, name: PermitName, token: str | None = None) -> PermitCode:
        """Sign what the permit says.

        token: of the permit, where it is to stand in the code; then each reader can ask the
        authority.
        Raises CalleeNotFound, CertificateNotFound, CertificateCancelled, CertificateReplaced,
        InvalidRequest (also for a token that is not the permit's), PermitAltered, KeyUnusable,
        ServiceUnavailable.
        """
        with self.begin_work() as work:
            stored = self.own.stored(work, name)
        published = stored.published
        successor = published.successor
        require_in_force(published.status, successor.text if successor else None)
        secret = TokenId.parse(token) if token else None
        self._require_own(stored, secret)
        whole = PaperStatement.of(published.permit, published.authority, self.clock(), secret)
        return signed_code(whole, self.signer, self.codec, self.page)

    def _require_own(self, stored: StoredPermit, token: TokenId | None) -> None:
        """Raises InvalidRequest: a paper with another token would open nothing."""
        if token is None:
            return
        published = stored.published
        presented = self.hasher.hash(published.authority.country, published.permit.number, token)
        if not token_matches(stored.token_hash, presented):
            raise InvalidRequest("The token is not the one that this permit was published with.")


def signed_code(
    whole: PaperStatement, signer: PaperSigner, codec: PaperCodec, page: str
) -> PermitCode:
    """Return the code with as many lines as fit. Raises InvalidRequest, KeyUnusable."""
    for statement in _shorter(whole, codec):
        code = signer.sign(statement)
        if fits(page, code):
            return PermitCode(address_of(page, code), statement, signer.valid_until)
    raise InvalidRequest("The boxes of this permit do not fit into a QR code.")


def _shorter(whole: PaperStatement, codec: PaperCodec) -> Iterator[PaperStatement]:
    """The statement with all lines, then with fewer and fewer, down to none."""
    if whole.count <= MOST_LINES:
        yield whole
    digest = codec.lines_digest(whole)
    for count in range(min(MOST_LINES, whole.count - 1), -1, -1):
        yield whole.with_first_lines(count, digest)
