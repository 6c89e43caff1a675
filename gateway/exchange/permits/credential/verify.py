"""Verification of a credential without a network: by key lists that are held, and a status list.

The order is the safety argument; each step relies on the one before it:

1. Form of the token, and its algorithm, ES256 and no other.
2. Its key, found by its id in the lists of authorities that are trusted; nothing is fetched.
3. Signature. Only then is what was signed read.
4. Issuer and authority: the key must be the issuer's that the credential names, and the list the
   one of its authority.
5. Begin of validity, within the dates of the key; revocation of the key.
6. Status: of our own permits in the store, else by a status list of the same issuer.
7. Dates of box 2, then without a status list the filter of the key list, then the age of both.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.credential.content import Credential
from gateway.domain.credential.status_list import ListUnusable
from gateway.domain.credential.verdict import CredentialStatus, CredentialVerdict
from gateway.domain.errors import AlgorithmRefused, DocumentInvalid, SignatureInvalid
from gateway.domain.paper.key_list import KeyList, PaperKey
from gateway.exchange.ports import Clock
from gateway.exchange.ports.credential.parts import CredentialFormat, ReceivedToken, TokenCodec

_CLOCK_SKEW = timedelta(minutes=5)
_Found = tuple[CredentialStatus, str]


@dataclass(frozen=True, slots=True)
class VerifyCredential:
    """Use case: say what a credential is worth.

    lists: key lists of the authorities that are trusted, ours among them.
    is_revoked: whether a credential of ours is revoked; raises ListUnusable, ServiceUnavailable.
    """

    codec: TokenCodec
    documents: CredentialFormat
    lists: Sequence[KeyList]
    is_revoked: Callable[[Credential], bool]
    clock: Clock

    def judge(self, token: str, status_list: str | None = None) -> CredentialVerdict:
        """Judge a credential. status_list: the list that it names, as compact JWS.

        Raises ServiceUnavailable.
        """
        now = self.clock()
        try:
            received = self.codec.open(token)
            candidates = list(self._candidates(received))
            if not candidates:
                reason = "No key list that is trusted here has the key of this credential."
                return CredentialVerdict(CredentialStatus.SIGNER_UNKNOWN, reason, now)
            for key_list, key in candidates:
                credential = self.documents.read(received.payload(key.public_key))
                if credential.authority in key_list.authorities:
                    return self._judged(received, credential, key_list, key, status_list)
        except AlgorithmRefused as refused:
            return CredentialVerdict(CredentialStatus.ALGORITHM_REFUSED, refused.text, now)
        except SignatureInvalid as refused:
            return CredentialVerdict(CredentialStatus.ALTERED, refused.text, now)
        except DocumentInvalid as refused:
            return CredentialVerdict(CredentialStatus.NO_CREDENTIAL, refused.text, now)
        reason = "The credential names an authority that its key does not sign for."
        return CredentialVerdict(CredentialStatus.SIGNER_UNKNOWN, reason, now)

    def _candidates(self, received: ReceivedToken) -> Iterator[tuple[KeyList, PaperKey]]:
        for key_list in self.lists:
            for key in key_list.keys:
                if key.id == received.key_id:
                    yield key_list, key

    def _judged(
        self,
        received: ReceivedToken,
        credential: Credential,
        key_list: KeyList,
        key: PaperKey,
        status_list: str | None,
    ) -> CredentialVerdict:
        """The signature is verified by now."""
        now = self.clock()
        refused = _by_key(received, credential, key, now)
        if refused:
            return CredentialVerdict(*refused, now)
        found = (
            self._by_status(credential, key_list, status_list, now)
            or _by_date(credential, now)
            or _by_key_list(credential, key_list, now, has_status=status_list is not None)
            or (CredentialStatus.GENUINE, "The permit is what the authority signed.")
        )
        return CredentialVerdict(*found, now, credential)

    def _by_status(
        self, credential: Credential, key_list: KeyList, status_list: str | None, now: datetime
    ) -> _Found | None:
        try:
            if key_list.is_ours:
                is_set = self.is_revoked(credential)
            elif status_list is not None:
                is_set = self._bit(credential, key_list, status_list, now)
            else:
                return None
        except ListUnusable as why:
            return CredentialStatus.STATUS_UNKNOWN, str(why)
        if not is_set:
            return None
        reason = (
            "The authority has revoked this credential: the permit was cancelled, replaced or"
            " changed, or it was lost or returned."
        )
        return CredentialStatus.REVOKED, reason

    def _bit(self, credential: Credential, key_list: KeyList, text: str, now: datetime) -> bool:
        """The bit of a credential in a signed list. Raises ListUnusable."""
        try:
            received = self.codec.open(text)
            keys = [key for key in key_list.keys if key.id == received.key_id]
            if not keys:
                raise ListUnusable("The status list is not signed with a key of the authority.")
            found = self.documents.read_list(received.payload(keys[0].public_key))
        except (AlgorithmRefused, SignatureInvalid, DocumentInvalid) as refused:
            raise ListUnusable(f"The status list counts for nothing: {refused.text}") from None
        key = keys[0]
        if key.revocation and not key.revocation.spares(found.begins):
            raise ListUnusable("The key of the status list was revoked.")
        if not key.valid_from <= found.begins or now > key.valid_until:
            raise ListUnusable("The key of the status list is not in date.")
        if {received.issuer, found.issuer} != {credential.issuer}:
            raise ListUnusable("The status list is of another issuer.")
        if found.id != credential.status_list:
            raise ListUnusable("The status list is not the one that the credential names.")
        if not found.begins - _CLOCK_SKEW <= now < found.ends:
            raise ListUnusable("The status list is out of date. Fetch it again.")
        return found.bits.is_set(credential.status_index)


def _by_key(
    received: ReceivedToken, credential: Credential, key: PaperKey, now: datetime
) -> _Found | None:
    if received.issuer != credential.issuer:
        reason = "The credential names another issuer than its signature."
        return CredentialStatus.SIGNER_UNKNOWN, reason
    if not key.valid_from <= credential.begins:
        reason = "The credential says that it was signed before its key was in date."
        return CredentialStatus.SIGNER_UNKNOWN, reason
    if key.revocation and not key.revocation.spares(credential.begins):
        reason = f"Its key was revoked on {key.revocation.at:%Y-%m-%d}: others may have it."
        return CredentialStatus.KEY_REVOKED, reason
    if now > key.valid_until:
        ended = f"{key.valid_until:%Y-%m-%d}"
        reason = f"The certificate of its key ended on {ended}: ask the authority."
        return CredentialStatus.KEY_EXPIRED, reason
    return None


def _by_date(credential: Credential, now: datetime) -> _Found | None:
    if credential.ends and now >= credential.ends:
        return CredentialStatus.EXPIRED, "The last day of box 2 is over."
    if now < credential.begins - _CLOCK_SKEW:
        return CredentialStatus.NOT_YET_VALID, "The first day of box 2 has not come."
    return None


def _by_key_list(
    credential: Credential, key_list: KeyList, now: datetime, *, has_status: bool
) -> _Found | None:
    permit = credential.authority, credential.permit.number.text
    if not has_status and permit in key_list.withdrawn:
        return CredentialStatus.MAY_BE_REVOKED, "The permit may be withdrawn: ask the authority."
    if now > key_list.next_at:
        reason = (
            f"The key list of the authority is of {key_list.made_at:%Y-%m-%d} and out of date."
            " Import a newer list, or ask the authority."
        )
        return CredentialStatus.STATUS_UNKNOWN, reason
    return None
