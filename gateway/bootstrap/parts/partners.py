"""Partners part of a gateway: clients of partners' services, and WS-Security with partners."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.partner_agreements import agreement_with, profile_of, seal_rule
from gateway.crypto.ws_security.agreement import MessageSecurities, open_message_key
from gateway.dialects import Dialect
from gateway.domain.declarations.use import WrittenOff
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.rules.foreign import ForeignJudge
from gateway.exchange.availability.history import Lately
from gateway.exchange.availability.observe import ObservedPartner
from gateway.exchange.permits.foreign.ask_partner import AskPartner, PartnerDirectory, PartnerStates
from gateway.exchange.permits.foreign.earlier_answers import EarlierAnswers
from gateway.exchange.permits.foreign.ended import EndedPermits
from gateway.exchange.ports import (
    NO_SECURITY,
    Clock,
    Exchange,
    HeadsWithPartner,
    MessageSecurity,
    PartnerOperations,
    PartnerReply,
    PermitFormat,
)
from gateway.exchange.trace.trace import NoteReexports
from gateway.partners.profile import PartnerProfile
from gateway.settings import ClientSettings, MessageSecuritySettings, PartnerSettings

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database

PROBE_SECONDS = 20.0
"""Longest time-out of a probe, whatever the time-outs of the partner are."""

PROBE_BYTES = 64 * 1024
"""Longest answer to a probe: the journal keeps each, so a partner must not fill the disk."""


@dataclass(frozen=True)
class PartnersPart:
    """Use cases in which this gateway is the client of partners.

    client: holds for all partners.  call_folder: of the files that count our calls.
    dialect_of: gives the dialect of a partner's service.
    own_security: our key for WS-Security.  formats: as for PermitsPart.
    heads: gives the exchange of journal heads, by partner, where it was agreed.
    judge: gives the rules for foreign permits, with reference data.
    lately: gives the latest availability data of a partner, by its key.
    """

    partners: Sequence[PartnerSettings]
    client: ClientSettings
    call_folder: Path
    dialect_of: Callable[[PartnerSettings], Dialect]
    own_security: MessageSecuritySettings | None
    formats: Callable[[], Mapping[str, PermitFormat]]
    heads: Callable[[], Mapping[str, HeadsWithPartner]]
    judge: Callable[[], ForeignJudge]
    lately: Callable[[str], Lately]
    database: "Database"
    clock: Clock

    @cached_property
    def directory(self) -> PartnerDirectory:
        """The partners that have an address. Raises SettingsInvalid, KeyUnusable."""
        return PartnerDirectory(
            {
                partner.country: self._operations(partner, self._profile(partner))
                for partner in self._with_address
            }
        )

    @cached_property
    def ask(self) -> AskPartner:
        """Fetches foreign permits. Raises SettingsInvalid, KeyUnusable."""
        rules = {partner.country: seal_rule(partner, self.clock) for partner in self._with_address}
        agreements = {
            partner.country: [each.agreement for each in partner.agreement]
            for partner in self._with_address
        }
        return AskPartner(
            self.directory,
            self.formats(),
            rules,
            self.database.store.outbox,
            EarlierAnswers(self.database.store.journal, read_kept_answer),
            self.clock,
            self.judge(),
            agreements,
            self._lately_of,
            self._declared,
            read=NoteReexports(self.database.store.reexports).note,
            ended=self.ended.code,
        )

    @cached_property
    def ended(self) -> EndedPermits:
        """Permits that their issuers have said to be cancelled or replaced."""
        keys = {partner.country.text: partner.key for partner in self.partners}
        return EndedPermits(self.database.store.journal, self._fault_code, keys)

    def _fault_code(self, exchange: Exchange) -> str:
        """Code of a partner's fault, by the words of its dialect; empty where there is none."""
        from gateway.bootstrap.file_checks import fault_code

        forms = (
            self.dialect_of(partner).faults
            for partner in self.partners
            if partner.key == exchange.callee
        )
        form = next(forms, None)
        return fault_code(exchange.answer, form) if form else ""

    def _declared(self, country: str, number: str) -> WrittenOff:
        return WrittenOff.of(self.database.store.declared.of_permit(country, number))

    def ask_within(self, seconds: float) -> AskPartner:
        """Fetches foreign permits for a person who waits: `ask`, with each exchange bounded.

        Raises SettingsInvalid, KeyUnusable.
        """
        longest = self.client.max_reply_bytes
        return replace(
            self.ask,
            partners=PartnerDirectory(
                {
                    partner.country: self._operations(
                        partner, self._profile(partner).bounded(seconds, longest)
                    )
                    for partner in self._with_address
                }
            ),
        )

    @cached_property
    def states(self) -> PartnerStates:
        """Asks partners whether their service is up."""
        return PartnerStates(self.directory, self._lately_of)

    @cached_property
    def endpoint_security(self) -> dict[str, MessageSecurity]:
        """WS-Security of requests to our endpoint, by partner, where it was agreed.

        Raises KeyUnusable.
        """
        agreed = {
            partner.key: self._securities.for_their_requests(agreement_with(partner))
            for partner in self.partners
        }
        return {key: security for key, security in agreed.items() if security != NO_SECURITY}

    def _lately_of(self, country: IsoCountryCode) -> Lately:
        return self.lately(
            next(partner.key for partner in self._with_address if partner.country == country)
        )

    @property
    def _with_address(self) -> Sequence[PartnerSettings]:
        return [partner for partner in self.partners if partner.address]

    @cached_property
    def _securities(self) -> MessageSecurities:
        ours = self.own_security
        key = (
            open_message_key(ours.certificate_file, ours.key_file, ours.passphrase_file)
            if ours
            else None
        )
        return MessageSecurities(key, self.database.store.replay_cache, self.clock)

    @cached_property
    def _heads(self) -> Mapping[str, HeadsWithPartner]:
        return self.heads()

    def probed(self, partner: PartnerSettings) -> PartnerOperations:
        """The operations of a partner for probes, bounded, as they are asked day and night.

        Raises SettingsInvalid, KeyUnusable.
        """
        profile = self._profile(partner).bounded(PROBE_SECONDS, PROBE_BYTES)
        return self._operations(partner, profile)

    def _profile(self, partner: PartnerSettings) -> PartnerProfile:
        return profile_of(partner, self.client, self.dialect_of(partner))

    def _operations(self, partner: PartnerSettings, profile: PartnerProfile) -> PartnerOperations:
        """The operations of a partner; each result adds to its availability."""
        # Imported only where a partner has an address: zeep takes a tenth of a second.
        from gateway.partners.call_limit import CallLimit
        from gateway.partners.client import PartnerClient

        dialect = self.dialect_of(partner)
        client = PartnerClient(
            profile,
            self.database.store.journal,
            self.clock,
            new_id,
            self._securities.for_our_requests(agreement_with(partner, dialect.login)),
            self._heads.get(partner.key),
            CallLimit(profile.name, dialect.budget, self.call_folder / partner.key)
            if dialect.budget
            else None,
        )
        return ObservedPartner(
            partner.key, client, self.database.store.availability.results, self.clock
        )


def read_kept_answer(content: bytes) -> PartnerReply:
    """Read a SOAP answer that was kept, and holds a permit. Raises AnswerUnusable."""
    # Imported only where one is read: the readers of files load the SOAP endpoint.
    from gateway.bootstrap.file_checks import read_answer

    return read_answer(content)
