"""Issuer for tests: a paper key of Mozambique, its key list, tokens that it signs."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from adapters.credential.document import CredentialDocuments
from gateway.crypto.credential.jws import JwsCodec, JwsSigner
from gateway.domain.credential.content import Credential, StatusList
from gateway.domain.credential.status_list import StatusBits
from gateway.domain.credential.verdict import CredentialStatus, CredentialVerdict
from gateway.exchange.permits.credential.verify import VerifyCredential
from tests.builders import a_permit
from tests.crypto.paper.papers import ANAC, Paper, a_paper
from tests.crypto.permit_seal.seal_pki import NOON

ISSUER = "did:web:permits.example.mz"
LIST = "https://permits.example.mz/credentials/status/0-0"
INDEX = 4711
DOCUMENTS = CredentialDocuments()
CREDENTIAL = Credential(
    "urn:uuid:01990000-0000-7000-8000-000000000001",
    ISSUER,
    "Administração Nacional das Áreas de Conservação",
    ANAC,
    NOON,
    NOON + timedelta(days=100),
    LIST,
    INDEX,
    a_permit(),
)


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def payload(token: str) -> Any:
    return json.loads(decoded(token.split(".")[1]))


def with_header(token: str, **members: Any) -> str:
    """The token with other members in its header; None takes one away."""
    header = json.loads(decoded(token.split(".")[0])) | members
    said = {name: value for name, value in header.items() if value is not None}
    return ".".join([encoded(json.dumps(said).encode()), *token.split(".")[1:]])


@dataclass
class TestIssuer:
    """An issuer. is_ours: the verifier is the issuer's own gateway."""

    __test__ = False
    paper: Paper = field(default_factory=a_paper)
    is_ours: bool = False

    @property
    def signer(self) -> JwsSigner:
        return JwsSigner(self.paper.holder.key, (self.paper.holder.certificate,))

    def token(self, credential: Credential = CREDENTIAL, issuer: str = ISSUER) -> str:
        return self.signed(DOCUMENTS.write(credential), issuer)

    def signed(self, document: bytes, issuer: str = ISSUER) -> str:
        return self.signer.sign(document, issuer, NOON)

    def with_members(self, **members: Any) -> str:
        """A token of the issuer that says other members; None takes one away."""
        said = json.loads(DOCUMENTS.write(CREDENTIAL)) | members
        document = {name: value for name, value in said.items() if value is not None}
        return self.signed(json.dumps(document).encode())

    def status_list(self, *revoked: int, **changes: Any) -> str:
        made = StatusList(LIST, ISSUER, NOON, NOON + timedelta(days=1), StatusBits.of(revoked))
        return self.signed(DOCUMENTS.write_list(replace(made, **changes)))

    def judged(
        self,
        token: str,
        status_list: str | None = None,
        *,
        at: datetime = NOON,
        is_revoked: Callable[[Credential], bool] = lambda _: False,
    ) -> CredentialVerdict:
        key_list = replace(self.paper.list, is_ours=self.is_ours)
        return VerifyCredential(JwsCodec(), DOCUMENTS, [key_list], is_revoked, lambda: at).judge(
            token, status_list
        )

    def status(self, token: str, status_list: str | None = None, **more: Any) -> CredentialStatus:
        return self.judged(token, status_list, **more).status
