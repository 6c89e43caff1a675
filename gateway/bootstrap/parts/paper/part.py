"""Paper part of a gateway: codes of printed permits, and the key lists that verify them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.bootstrap.parts.own_keys import OwnKeys
from gateway.crypto.callers.crl import RevocationLists
from gateway.crypto.paper.cose import CoseCodec
from gateway.crypto.paper.keys import key_facts, open_signer, our_paper_keys
from gateway.crypto.paper.list_signer import KeyListVerifier
from gateway.crypto.permit_seal.verify import read_anchors
from gateway.domain.errors import KeyUnusable, SettingsInvalid
from gateway.domain.identifiers import Authority, CertificateNumber
from gateway.domain.paper.key_list import KeyList
from gateway.exchange.permits.own_permits import OwnPermits
from gateway.exchange.permits.paper.check_lists import CheckLists
from gateway.exchange.permits.paper.fetch_lists import FetchKeyLists
from gateway.exchange.permits.paper.issue import IssueCode
from gateway.exchange.permits.paper.key_list_file import read
from gateway.exchange.permits.paper.key_lists import (
    HeldList,
    ListTrust,
    OwnKeyList,
    PartnerKeyLists,
)
from gateway.exchange.permits.paper.prepare import PreparePrint
from gateway.exchange.permits.paper.verify import VerifyCode
from gateway.exchange.ports import Clock, HeadSigner, PermitRecords
from gateway.exchange.service.served_authorities import ServedAuthorities
from gateway.paper.list_client import KeyListClient
from gateway.settings import PartnerSettings, Settings
from schemas import VERSIONS

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

_DEFAULT_LIST_DAYS = 30


@dataclass(frozen=True)
class PaperPart:
    """Use cases of printed permits. records: gives the signed records of permits."""

    settings: Settings
    served: ServedAuthorities
    records: Callable[[], PermitRecords]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def issue(self) -> IssueCode:
        """Makes codes. Raises KeyUnusable, also where [paper] names no key."""
        paper = self.settings.paper
        if paper is None:
            raise KeyUnusable(
                "There is no key to sign permit codes with. Make one, `epix-gateway keys new"
                " paper`, and name it in [paper] of conf/gateway.toml."
            )
        web, partners = self.settings.web, self.settings.gateway.public_address
        page = paper.check_address or f"{web.address if web.enabled else partners}/check"
        return IssueCode(
            OwnPermits(self.served, self.records()),
            self.database.store.begin_work,
            self.keys.token_hasher,
            open_signer(paper.certificate_file, paper.key_file, paper.passphrase_file),
            CoseCodec(),
            page,
            self.clock,
        )

    @cached_property
    def prepare(self) -> PreparePrint:
        """Gives permits of ours for print."""
        return PreparePrint(
            OwnPermits(self.served, self.records()),
            self.database.store.begin_work,
            tuple(VERSIONS),
            {authority.identity: authority.rule for authority in self.settings.gateway.authorities},
        )

    @cached_property
    def own_list(self) -> OwnKeyList:
        """Makes our key list."""
        paper = self.settings.paper
        days = paper.list_days if paper else _DEFAULT_LIST_DAYS
        return OwnKeyList(
            self.served.authorities,
            lambda: our_paper_keys(self.settings),
            self.database.store.permit_list,
            timedelta(days=days),
            self.clock,
        )

    @property
    def list_signer(self) -> HeadSigner:
        """Signs our key list, with the key of the permit seal. Raises KeyUnusable."""
        signer = self.keys.head_signer
        if signer is None:
            raise KeyUnusable(
                "There is no key to sign the list with: give [seal] in conf/gateway.toml."
            )
        return signer

    @cached_property
    def partner_lists(self) -> PartnerKeyLists:
        """Imports and gives key lists of partners."""
        held = self.database.store.key_lists
        return PartnerKeyLists(held, self._trusted, key_facts, self.clock)

    @cached_property
    def fetch_lists(self) -> FetchKeyLists:
        """Fetches key lists of the partners that have an address of theirs."""
        sources = {
            partner.key: KeyListClient(partner.key_list_address, partner.key_list_ca_file)
            for partner in self.settings.partners
            if partner.key_list_address and partner.enabled
        }
        return FetchKeyLists(sources, self.partner_lists, self.clock)

    @property
    def check_lists(self) -> CheckLists:
        """Makes the key lists for the check page. Raises KeyUnusable without a seal."""
        countries = tuple(dict.fromkeys(each.country for each in self.served.authorities))
        return CheckLists(
            countries, self.own_list, self.partner_lists, self.list_signer, self.clock
        )

    def verify(self, held: Sequence[HeldList]) -> VerifyCode:
        """Verifies codes, by our keys and those of the lists that hold. Raises KeyUnusable."""
        countries = dict.fromkeys(each.country for each in self.served.authorities)
        ours = [self.own_list.without_permits(country) for country in countries]
        others = [each.signed.list for each in held if each.signed]
        return VerifyCode(CoseCodec(), [*ours, *others], self._is_withdrawn_here, self.clock)

    def _is_withdrawn_here(self, authority: Authority, number: str) -> bool:
        if authority not in self.served.authorities:
            return False
        parsed = CertificateNumber.of_partner(number)
        found = self.database.store.permit_lookup.find(authority.country, parsed)
        return any(header.authority == authority and not header.status.in_force for header in found)

    def _trusted(self) -> Sequence[ListTrust]:
        return [
            ListTrust(partner.key, partner.country, partial(_verifier, partner, self.clock))
            for partner in self.settings.partners
            if partner.seal_anchors_file
        ]


def verifier_by_files(files: Sequence[Path], anchors_file: Path, clock: Clock) -> VerifyCode:
    """Verifier by key list files, without a working directory.

    anchors_file: PEM, the CAs of those who seal, or their certificates, of any country.
    Raises KeyUnusable, SignatureInvalid, SignerNotTrusted, OSError.
    """
    anchors = read_anchors(anchors_file)
    lists: list[KeyList] = []
    for file in files:
        signed = read(
            file.read_bytes(),
            lambda country: KeyListVerifier(anchors, country, None, clock),
            key_facts,
            clock(),
        )
        lists.append(signed.list)
    return VerifyCode(CoseCodec(), lists, lambda _authority, _number: False, clock)


def _verifier(partner: PartnerSettings, clock: Clock) -> KeyListVerifier:
    """Raises KeyUnusable naming a file of the partner that cannot be read."""
    anchors_file, list_file = partner.seal_anchors_file, partner.seal_revocation_list_file
    anchors = read_anchors(anchors_file) if anchors_file else ()
    try:
        lists = RevocationLists(list_file) if list_file else None
    except SettingsInvalid as unreadable:
        raise KeyUnusable(unreadable.text) from None
    return KeyListVerifier(anchors, partner.country, lists, clock)
