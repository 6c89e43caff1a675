"""Customs part of a gateway: look-ups of officers, counts and signed verdicts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.own_keys import OwnKeys, journal_verifier
from gateway.exchange.customs.count import CountQuantities
from gateway.exchange.customs.look_up import LookUpPermit
from gateway.exchange.customs.signed_verdict import Verdicts, VerifiedVerdict, verify
from gateway.exchange.declarations.free import FreeQuantities
from gateway.exchange.permits.foreign.ask_partner import AskPartner
from gateway.exchange.ports import Clock
from gateway.settings import Settings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.outbox import OutboxPart
    from gateway.bootstrap.parts.paper.part import PaperPart
    from gateway.bootstrap.parts.partners import PartnersPart
    from gateway.domain.paper.verdict import PaperVerdict

LONGEST_SECONDS = 20.0
"""Longest exchange that an officer waits for: the server of the pages answers within 30 s."""
_MOST_BYTES = 1 << 20
"""Of the file of a verdict; the longest has some 10 KB."""


@dataclass(frozen=True)
class CustomsPart:
    """Use cases of the customs desk. partners, outbox, paper: opened where they are needed.

    free: gives what counts the free quantity of permits.
    """

    settings: Settings
    partners: "Callable[[], PartnersPart]"
    outbox: "Callable[[], OutboxPart]"
    paper: "Callable[[], PaperPart]"
    free: Callable[[], FreeQuantities]
    keys: OwnKeys
    database: "Database"
    clock: Clock

    @cached_property
    def look_ups(self) -> LookUpPermit:
        """Asks partners for officers, who wait for a while at most.

        Raises SettingsInvalid, KeyUnusable, ServiceUnavailable.
        """
        return self._look_ups(self.partners().ask_within(LONGEST_SECONDS))

    @cached_property
    def questions(self) -> LookUpPermit:
        """The same with the time-outs of each partner, for the job that asks again."""
        return self._look_ups(self.partners().ask)

    def _look_ups(self, ask: AskPartner) -> LookUpPermit:
        store = self.database.store
        return LookUpPermit(
            ask,
            ask.partners,
            store.look_ups,
            store.outbox,
            self.keys.token_cipher,
            store.journal,
            self.clock,
            new_id,
        )

    @cached_property
    def counts(self) -> CountQuantities:
        """Books what officers counted. Raises as `look_ups`."""
        return CountQuantities(
            self.look_ups,
            self.outbox().book,
            self.free(),
            self.database.store.begin_work,
            self.clock,
            new_id,
        )

    @cached_property
    def verdicts(self) -> Verdicts:
        """Signs verdicts, with the key of the seal where there is one."""
        return Verdicts(
            self.database.store.journal, lambda: self.keys.head_signer, self.clock, new_id
        )

    def verify_file(self, file: Path) -> VerifiedVerdict:
        """Verify the file of a verdict by our keys and our journal.

        Raises InvalidRequest, SignatureInvalid, SignerNotTrusted, ServiceUnavailable, KeyUnusable.
        """
        verifier = journal_verifier(self.settings)
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES)
        return verify(content, verifier, self.verdicts.recorded)

    def judge_code(self, text: str) -> "PaperVerdict":
        """Say what the text of a QR code is worth. Raises InvalidRequest, KeyUnusable."""
        paper = self.paper()
        return paper.verify(list(paper.partner_lists.every())).judge(text)
