"""Codes of printed permits for tests: a paper key of Mozambique, its list, and who verifies."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from gateway.crypto.paper.cose import CoseCodec, PaperSigner
from gateway.crypto.paper.keys import key_facts
from gateway.domain.identifiers import Authority, IsoCountryCode, TokenId
from gateway.domain.paper.digits import address_of
from gateway.domain.paper.key_list import KeyList, PaperKey, PaperKeyRevocation
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.paper.verdict import PaperStatus, PaperVerdict
from gateway.domain.paper.withdrawn import SALT_BYTES, WithdrawnPermits
from gateway.domain.permit.permit import Permit
from gateway.exchange.permits.paper.verify import VerifyCode
from tests.builders import a_permit
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca

PAGE = "https://epix.example.mz/check"
MZ = IsoCountryCode("MZ")
ANAC = Authority(MZ, "ANAC")
PERMIT = a_permit(valid_until=NOON + timedelta(days=100))
CODEC = CoseCodec()


def withdrawn_permits(*withdrawn: str) -> WithdrawnPermits:
    return WithdrawnPermits.of(((ANAC, number) for number in withdrawn), b"s" * SALT_BYTES)


NOTHING_WITHDRAWN = withdrawn_permits()


@dataclass(frozen=True)
class Paper:
    """A paper key with what its authority says of it."""

    holder: Holder
    authorities: Sequence[Authority] = (ANAC,)
    revocation: PaperKeyRevocation | None = None
    withdrawn: WithdrawnPermits = NOTHING_WITHDRAWN
    next_at: datetime = NOON + timedelta(days=30)

    @property
    def key(self) -> PaperKey:
        der = self.holder.certificate.public_bytes(Encoding.DER)
        return replace(key_facts(der), revocation=self.revocation)

    @property
    def list(self) -> KeyList:
        made_at = min(NOON, self.next_at) - timedelta(days=1)
        return KeyList(MZ, self.authorities, made_at, self.next_at, (self.key,), self.withdrawn)

    def code(
        self,
        permit: Permit = PERMIT,
        *,
        at: datetime = NOON,
        authority: Authority = ANAC,
        token: TokenId | None = None,
    ) -> bytes:
        signer = PaperSigner(self.holder.key, (self.holder.certificate,))
        return signer.sign(PaperStatement.of(permit, authority, at, token))


def a_paper() -> Paper:
    return Paper(a_ca().issue("MZ", "paper key", end=NOON + timedelta(days=400)))


def verdict(
    code: bytes | str,
    *papers: Paper,
    at: datetime = NOON,
    is_withdrawn_here: Callable[[Authority, str], bool] = lambda _authority, _number: False,
) -> PaperVerdict:
    text = code if isinstance(code, str) else address_of(PAGE, code)
    lists = [paper.list for paper in papers]
    return VerifyCode(CODEC, lists, is_withdrawn_here, lambda: at).judge(text)


def status(code: bytes | str, *papers: Paper, at: datetime = NOON) -> PaperStatus:
    return verdict(code, *papers, at=at).status
