"""Key lists: ours is made for partners, those of partners are imported and held.

A list of a partner counts where its seal anchors vouch for who signed it. It is kept as it came and
verified at every use. An older list never takes the place of a newer one (roll-back), which would
bring revoked keys back. That holds also where the newer one is not trusted any more: it was trusted
when it came.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.errors import InvalidRequest, KeyUnusable, SignerNotTrusted, TrustRefused
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.paper.key_list import KeyList, PaperKey
from gateway.domain.paper.withdrawn import SALT_BYTES, WithdrawnPermits
from gateway.exchange.permits.paper.key_list_file import (
    KeyFacts,
    SignedList,
    made_at_of,
    read,
    written,
)
from gateway.exchange.ports import Clock, HeadSigner, HeldKeyLists, PermitList, StatementVerifier
from gateway.exchange.ports.paper.codes import KeptList

_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class OwnKeyList:
    """Use case: make the key list of our authorities.

    keys: gives our paper keys, those of before and revoked ones included.
    lasts: time until the next list is due.
    """

    authorities: Sequence[Authority]
    keys: Callable[[], Sequence[PaperKey]]
    permits: PermitList
    lasts: timedelta
    clock: Clock

    def made(self, country: IsoCountryCode) -> KeyList:
        """Return the list of a country with all its withdrawn permits that have not expired.

        Raises KeyUnusable, ServiceUnavailable.
        """
        now = self.clock()
        withdrawn = WithdrawnPermits.of(self._withdrawn(country), secrets.token_bytes(SALT_BYTES))
        return KeyList(
            country, self._of(country), now, now + self.lasts, tuple(self.keys()), withdrawn
        )

    def without_permits(self, country: IsoCountryCode) -> KeyList:
        """Return the list without withdrawn permits, for verification beside the database."""
        now = self.clock()
        none = WithdrawnPermits(bytes(SALT_BYTES), 0, b"")
        return KeyList(
            country, self._of(country), now, now + self.lasts, tuple(self.keys()), none, True
        )

    def file(self, country: IsoCountryCode, signer: HeadSigner) -> bytes:
        """Return the signed file for partners. Raises KeyUnusable, ServiceUnavailable."""
        if not self.keys():  # before all permits are read, as anybody may ask for the file
            raise KeyUnusable(
                "There is no paper key to list. Make one: `epix-gateway keys new paper`."
            )
        return written(self.made(country), signer)

    def _of(self, country: IsoCountryCode) -> tuple[Authority, ...]:
        return tuple(each for each in self.authorities if each.country == country)

    def _withdrawn(self, country: IsoCountryCode) -> Iterator[tuple[Authority, str]]:
        now, last = self.clock(), 0
        while page := self.permits.details_after(last, _PAGE_SIZE):
            last = page[-1].place
            for listed in page:
                over = listed.permit.expired_since(now) is not None
                if not listed.status.in_force and not over and listed.authority.country == country:
                    yield listed.authority, listed.permit.number.text


@dataclass(frozen=True, slots=True)
class ListTrust:
    """Trust in a partner's lists.

    verifier: gives the one that knows who seals for its country; raises KeyUnusable where the files
    of this partner cannot be read, which is no reason to refuse the list of another.
    """

    partner: str
    country: IsoCountryCode
    verifier: Callable[[], StatementVerifier]

    def verifier_of(self, country: IsoCountryCode) -> StatementVerifier:
        """Return the verifier. Raises SignerNotTrusted for another country; KeyUnusable."""
        if country != self.country:
            raise SignerNotTrusted(f"The key list is of {country}, not of this partner's country.")
        return self.verifier()


@dataclass(frozen=True, slots=True)
class HeldList:
    """A list that is held. signed: None where it is not trusted any more, or was changed.

    problem: why; a sentence, empty for a list that counts.
    """

    partner: str
    signed: SignedList | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PartnerKeyLists:
    """Use case: import key lists of partners, and give those that are held.

    trusted: gives the partners whose seal anchors are configured.
    """

    held: HeldKeyLists
    trusted: Callable[[], Sequence[ListTrust]]
    key_facts: KeyFacts
    clock: Clock

    def take(self, content: bytes, partner: str | None = None) -> tuple[str, SignedList]:
        """Import a list; returns the key of its partner, and the list.

        partner: the one that gave it; None where any partner may have.
        Raises SignatureInvalid, SignerNotTrusted, InvalidRequest where a newer one is held,
        KeyUnusable, ServiceUnavailable.
        """
        found, signed = self._read(content, self._trusted(partner))
        while True:
            before = self.held.of(found)
            held_of = made_at_of(before.content) if before else None
            if held_of and held_of > signed.list.made_at:
                raise InvalidRequest(
                    f"The list is of {signed.list.made_at:%Y-%m-%d %H:%M}, and a newer one is held,"
                    f" of {held_of:%Y-%m-%d %H:%M}. Ask the partner for its newest."
                )
            new = KeptList(found, content, self.clock())
            if self.held.keep(new, before.content if before else None):
                return found, signed

    def every(self) -> Iterator[HeldList]:
        """Yield each list that is held, verified anew. A list that does not hold spoils no other.

        Raises ServiceUnavailable.
        """
        trusted = self.trusted()
        for kept in self.held.every():
            yield self._held(kept, [each for each in trusted if each.partner == kept.partner])

    def _held(self, kept: KeptList, trusted: Sequence[ListTrust]) -> HeldList:
        try:
            return HeldList(kept.partner, self._read(kept.content, trusted)[1])
        except (TrustRefused, KeyUnusable) as refused:
            return HeldList(kept.partner, None, refused.text)

    def _trusted(self, partner: str | None) -> Sequence[ListTrust]:
        return [each for each in self.trusted() if partner in (None, each.partner)]

    def _read(self, content: bytes, trusted: Sequence[ListTrust]) -> tuple[str, SignedList]:
        refused: TrustRefused | KeyUnusable = SignerNotTrusted(
            "No partner's seal_anchors_file vouches for this key list."
        )
        for trust in trusted:
            try:
                signed = read(content, trust.verifier_of, self.key_facts, self.clock())
                return trust.partner, signed
            except SignerNotTrusted as problem:
                refused = problem if len(trusted) == 1 else refused
            except KeyUnusable as problem:  # of the country of the list
                refused = problem
        raise refused
