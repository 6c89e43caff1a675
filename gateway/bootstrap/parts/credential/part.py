"""Credential part of a gateway: credentials of permits, their status lists, the issuer's document.

The key is the paper key, and key lists that are held vouch for those of partners.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from adapters.credential.document import CredentialDocuments
from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.paper.part import PaperPart
from gateway.crypto.credential.jws import JwsCodec, JwsSigner, public_jwk
from gateway.crypto.paper.keys import open_key, our_paper_keys
from gateway.domain.credential.content import Credential
from gateway.domain.credential.status_list import ListUnusable
from gateway.domain.errors import KeyUnusable
from gateway.exchange.permits.credential.issue import IssueCredential, Issuer
from gateway.exchange.permits.credential.status_lists import StatusLists
from gateway.exchange.permits.credential.verify import VerifyCredential
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.ports import Clock, PermitRecords
from gateway.settings import Settings
from gateway.settings.credential.issuer import CredentialSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

LISTS_PATH = "/credentials/status"
_DID = "https://www.w3.org/ns/did/v1"
_JWK = "https://w3id.org/security/jwk/v1"


@dataclass(frozen=True)
class CredentialPart:
    """Use cases of verifiable credentials. records: gives the signed records of permits."""

    settings: Settings
    paper: PaperPart
    records: Callable[[], PermitRecords]
    database: "Database"
    clock: Clock

    @cached_property
    def issue(self) -> IssueCredential:
        """Issues credentials. Raises KeyUnusable, also without [credential] or [paper]."""
        store = self.database.store
        names = {each.identity: each.name for each in self.settings.gateway.authorities}
        return IssueCredential(
            OwnPermits(self.paper.served, self.records()),
            store.begin_work,
            store.permit_lookup,
            store.permit_states,
            CredentialDocuments(),
            lambda: self._signer,
            Issuer(self._configured.issuer, self._lists_address, names),
            self.clock,
            new_id,
        )

    @cached_property
    def status_lists(self) -> StatusLists:
        """Makes status lists. Raises KeyUnusable likewise."""
        store = self.database.store
        return StatusLists(
            store.permit_lookup,
            store.permit_states,
            CredentialDocuments(),
            lambda: self._signer,
            self._configured.issuer,
            self._lists_address,
            timedelta(hours=self._configured.status_hours),
            self.clock,
        )

    @property
    def verify(self) -> VerifyCredential:
        """Verifies credentials by our keys and by lists that hold. Raises KeyUnusable."""
        paper = self.paper
        countries = dict.fromkeys(each.country for each in paper.served.authorities)
        ours = [paper.own_list.without_permits(country) for country in countries]
        others = [each.signed.list for each in paper.partner_lists.every() if each.signed]
        return VerifyCredential(
            JwsCodec(), CredentialDocuments(), [*ours, *others], self._is_revoked, self.clock
        )

    def did_document(self) -> bytes:
        """The document of the issuer: its keys that are not revoked, those of before included.

        Raises KeyUnusable. Source: W3C DID 1.0, section 5; did:web.
        """
        issuer = self._configured.issuer
        methods: list[dict[str, Any]] = [
            {
                "id": f"{issuer}#{key.id.hex()}",
                "type": "JsonWebKey",
                "controller": issuer,
                "publicKeyJwk": public_jwk(key.public_key) | {"alg": "ES256"},
            }
            for key in our_paper_keys(self.settings)
            if key.revocation is None
        ]
        document = {
            "@context": [_DID, _JWK],
            "id": issuer,
            "verificationMethod": methods,
            "assertionMethod": [method["id"] for method in methods],
        }
        return json.dumps(document, indent=1).encode()

    def _is_revoked(self, credential: Credential) -> bool:
        if self.settings.credential is None:
            raise ListUnusable("This gateway issues no credentials: there is no [credential].")
        return self.status_lists.is_revoked(credential)

    @property
    def _configured(self) -> CredentialSettings:
        if self.settings.credential is None:
            raise KeyUnusable(
                "Nobody issues credentials here. Name the issuer in [credential] of"
                " conf/gateway.toml, such as did:web:permits.example.mz."
            )
        return self.settings.credential

    @property
    def _lists_address(self) -> str:
        return f"{self._configured.address or self.settings.web.address}{LISTS_PATH}"

    @cached_property
    def _signer(self) -> JwsSigner:
        """Raises KeyUnusable."""
        paper = self.settings.paper
        if paper is None:
            raise KeyUnusable(
                "There is no key to sign credentials with. Make one, `epix-gateway keys new paper`,"
                " and name it in [paper] of conf/gateway.toml."
            )
        return JwsSigner(*open_key(paper.certificate_file, paper.key_file, paper.passphrase_file))
