"""Heads part of a gateway: journal heads in other places, and those of partners that are held."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from gateway.anchoring.file import AnchorFile
from gateway.anchoring.mail import AnchorMail
from gateway.anchoring.partner import AnchorPartner
from gateway.bootstrap.clock import new_id
from gateway.crypto.journal_seal.heads import JournalSigner, PartnerHeadVerifier
from gateway.crypto.keys.purposes import Purpose, why_unfit
from gateway.crypto.permit_seal.verify import read_anchors
from gateway.exchange.anchors.anchor import AnchorHead
from gateway.exchange.anchors.held_file import lines_of
from gateway.exchange.anchors.partner_heads import PartnerHeads, Sealing
from gateway.exchange.ports import (
    Anchor,
    Clock,
    HeadAlerts,
    HeadArchive,
    HeadsWithPartner,
    PartnerOperations,
)
from gateway.settings import MailSettings, PartnerSettings, Settings
from gateway.wire.smtp import MailServer

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database


@dataclass(frozen=True)
class HeadsPart:
    """Use cases of heads in other places.

    signer: gives the key that signs our heads, and receipts.
    operations: gives the client of a partner.
    """

    settings: Settings
    signer: Callable[[], JournalSigner | None]
    operations: Callable[[PartnerSettings], PartnerOperations]
    database: "Database"
    clock: Clock

    def with_partners(self, alerts: HeadAlerts | None = None) -> Mapping[str, HeadsWithPartner]:
        """The exchange of heads with each partner that agreed on it, by key.

        Raises KeyUnusable.
        """
        agreed = [partner for partner in self.settings.partners if partner.exchange_heads]
        signer = self.signer() if agreed else None
        if signer is None:
            return {}
        store = self.database.store
        ours = Sealing(
            store.sealed_journal,
            signer,
            store.head_archive,
            store.journal,
            self.clock,
            new_id,
        )
        return {
            partner.key: PartnerHeads(
                partner.key, ours, _verifier_of(partner), time.monotonic, alerts
            )
            for partner in agreed
        }

    @cached_property
    def anchors(self) -> Sequence[AnchorHead]:
        """Hands heads to each place that the settings name."""
        store = self.database.store
        every = timedelta(minutes=self.settings.journal.anchor_minutes)
        return [
            AnchorHead(store.sealed_journal, store.head_archive, place, self.clock, new_id, every)
            for place in self._places()
        ]

    @property
    def archive(self) -> HeadArchive:
        """Heads that are held here, and where ours are kept."""
        return self.database.store.head_archive

    def lines(self, partner: str) -> Iterator[str]:
        """The file of the heads that are held of a partner, for it. Raises ServiceUnavailable."""
        return lines_of(self.archive.held(partner))

    def ages(self) -> Sequence[tuple[str, float]]:
        """Seconds since the newest head in each place was sealed, by place. For metrics."""
        ages = [(anchor.place.name, anchor.age_seconds()) for anchor in self.anchors]
        if self.settings.journal.timestamp_address:
            last = self.database.store.sealed_journal.last_timestamp()
            seconds = (self.clock() - last).total_seconds() if last else float("inf")
            ages.append(("timestamp", seconds))
        return ages

    def unsealed_seconds(self) -> float:
        """Seconds since the oldest record that is not sealed yet was made; 0 for none."""
        oldest = self.database.store.sealed_journal.oldest_unsealed()
        return max(0.0, (self.clock() - oldest).total_seconds()) if oldest else 0.0

    def _places(self) -> Sequence[Anchor]:
        journal, mail = self.settings.journal, self.settings.mail
        places: list[Anchor] = []
        if journal.anchor_file:
            places.append(AnchorFile(journal.anchor_file))
        if journal.anchor_mail_to and mail:
            service = self.settings.gateway.public_address
            places.append(AnchorMail(mail_server(mail), journal.anchor_mail_to, service))
        places += [
            AnchorPartner(
                partner.key, partial(self.operations, partner) if partner.address else None
            )
            for partner in self.settings.partners
            if partner.exchange_heads
        ]
        return places


def mail_server(mail: MailSettings) -> MailServer:
    """The SMTP server of the settings."""
    return MailServer(
        mail.host, mail.port, mail.sender, mail.ca_file, mail.username, mail.password_file
    )


def _verifier_of(partner: PartnerSettings) -> PartnerHeadVerifier:
    file = partner.seal_anchors_file
    anchors = read_anchors(file) if file else ()
    return PartnerHeadVerifier(anchors, partner.country, partial(why_unfit, Purpose.SEAL))
