"""Customs part of a gateway: look-ups of officers, counts, signed verdicts; and their pages."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.bootstrap.clock import new_id
from gateway.exchange.customs.count import CountQuantities
from gateway.exchange.customs.look_up import LookUpPermit
from gateway.exchange.customs.signed_verdict import Verdicts, VerifiedVerdict, verify

if TYPE_CHECKING:
    from gateway.bootstrap.gateway import Gateway
    from gateway.domain.paper.verdict import PaperVerdict


@dataclass(frozen=True)
class CustomsPart:
    """Use cases of the customs desk."""

    gateway: "Gateway"

    @cached_property
    def look_ups(self) -> LookUpPermit:
        """Asks partners for officers. Raises SettingsInvalid, KeyUnusable, ServiceUnavailable."""
        partners, store = self.gateway.partners, self.gateway.store
        return LookUpPermit(
            partners.ask,
            partners.directory,
            store.look_ups,
            store.outbox,
            self.gateway.keys.token_cipher,
            store.journal,
            self.gateway.clock,
            new_id,
        )

    @cached_property
    def counts(self) -> CountQuantities:
        """Books what officers counted. Raises as `look_ups`."""
        gateway = self.gateway
        return CountQuantities(
            self.look_ups, gateway.outbox.book, gateway.store.journal, gateway.clock, new_id
        )

    @cached_property
    def verdicts(self) -> Verdicts:
        """Signs verdicts, with the key of the seal where there is one."""
        gateway = self.gateway
        return Verdicts(
            gateway.store.journal, lambda: gateway.keys.head_signer, gateway.clock, new_id
        )

    def verify_file(self, file: Path) -> VerifiedVerdict:
        """Verify the file of a verdict by our keys and our journal.

        Raises InvalidRequest, SignatureInvalid, SignerNotTrusted, ServiceUnavailable, KeyUnusable.
        """
        from gateway.bootstrap.parts.own_keys import journal_verifier

        verifier = journal_verifier(self.gateway.settings)
        return verify(file.read_bytes(), verifier, self.verdicts.recorded)

    def judge_code(self, text: str) -> "PaperVerdict":
        """Say what the text of a QR code is worth. Raises InvalidRequest, KeyUnusable."""
        paper = self.gateway.paper
        return paper.verify(list(paper.partner_lists.every())).judge(text)


def customs_area(gateway: "Gateway") -> Any:
    """The area of the customs desk. Raises SettingsInvalid, KeyUnusable, ServiceUnavailable."""
    from gateway.web.check.files import version
    from gateway.web.customs.area import area
    from gateway.web.customs.desk import CustomsDesk

    customs, directory = gateway.customs, gateway.partners.directory
    waits = [partner.longest_seconds for partner in directory.partners.values()]
    return area(
        CustomsDesk(
            customs.look_ups,
            customs.counts,
            customs.verdicts,
            [country.text for country in directory.partners],
            customs.judge_code,
            max(waits, default=0.0),
            # The check page has the scanner, and is there where something is sealed.
            f"/check/{version()}" if gateway.settings.seal else "",
            gateway.clock,
        )
    )
