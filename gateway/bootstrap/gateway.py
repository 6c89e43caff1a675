"""What does one gateway consist of? Each part is made when it is first asked for."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Self

from uuid_utils import uuid7

from adapters.national.registry import national_source
from adapters.registry import formats
from gateway import __version__
from gateway.bootstrap.callers import know_caller
from gateway.bootstrap.duties import Duty
from gateway.bootstrap.journal_keeping import JournalKeeping
from gateway.bootstrap.partners import agreement_with, profile_of, seal_rule
from gateway.domain.answerable import Answerable
from gateway.domain.endorsement import EndorsementRule
from gateway.domain.errors import KeyUnusable
from gateway.domain.identifiers import Authority
from gateway.exchange.answer_certificate import AnswerCertificate
from gateway.exchange.ask_partner import AskPartner, PartnerDoors, PartnerStates
from gateway.exchange.confirm_quantities import ConfirmQuantities
from gateway.exchange.keep_ledger import KeepLedger
from gateway.exchange.know_caller import AnyCaller, KnowCaller
from gateway.exchange.maintenance import Maintenance
from gateway.exchange.opening import OpenPermit
from gateway.exchange.outbox import BookOutgoing, DecideOutgoing, Deliver
from gateway.exchange.ports import NO_SECURITY, Clock, MessageSecurity, NationalSource, PermitFormat
from gateway.exchange.publish_permit import PublishPermit
from gateway.exchange.refusal_budget import CallerBudget, PermitBudget, RefusalBudget
from gateway.exchange.refused_handshake import RecordRefusedHandshake
from gateway.exchange.seal_issued import SealIssued
from gateway.exchange.served import Served
from gateway.exchange.service_state import ServiceState
from gateway.exchange.steady_clock import SteadyClock
from gateway.exchange.tokens import TokenSeal
from gateway.operations import Counting
from gateway.partners.client import PartnerClient
from gateway.partners.patience import PartnerPatience
from gateway.settings import Settings
from gateway.signatures.expiry import is_degraded
from gateway.signatures.message_security import MessageSecurities, open_message_key
from gateway.signatures.sealing import PermitSealer, open_sealer
from gateway.signatures.vault import TokenVault
from gateway.site import Site
from gateway.soap.application import SoapDoor
from gateway.soap.limits import Limits as MessageLimits
from gateway.soap.service import UseCases
from gateway.store.migrating import migrate as migrate_database
from gateway.store.store import Store, open_store
from gateway.store.waits import Waits
from gateway.web.pages import ExamplePermit, ServicePages

DELIVERY = "delivery"
"""The turn of whoever tells partners what waits for them."""

SEALING_SECONDS = 5.0
"""Between two batches of the journal that are sealed."""

STAMPING_SECONDS = 60.0
"""Between two looks whether a head is to be time-stamped."""

PRUNING = "pruning"
"""The turn of whoever removes from the journal what has had its time."""

PRUNING_SECONDS = 6 * 3600.0
"""Between two looks for it."""

SANDBOX_PERMIT = ExamplePermit("MZ26EX000001", "SANDBOX-7KQ4-2M9X", "MZ", is_real=True)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUIDv7."""
    return str(uuid7())


@dataclass(frozen=True)
class Gateway(AbstractContextManager["Gateway"]):
    """One gateway, put together from its settings; each part is made when it is first asked for.

    Use it as a context manager, or call `close`.
    """

    settings: Settings
    clock: Clock = now

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def __enter__(self) -> Self:
        return self

    def close(self) -> None:
        """Close the database, if it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def store(self) -> Store:
        """The database. Raises ServiceUnavailable where it is absent or not migrated."""
        database = self.settings.database
        waits = Waits(
            database.connect_timeout_seconds, database.lock_timeout_seconds, database.statement_timeout_seconds
        )
        return open_store(
            database.address, self.clock, waits, database.replica_address,
            questions_wait=self.settings.journal.questions_wait_for_disk,
        )  # fmt: skip

    @cached_property
    def formats(self) -> dict[str, PermitFormat]:
        """Every schema version, by name."""
        return formats()

    @cached_property
    def served(self) -> Served:
        """Whom we answer for."""
        return Served(tuple(authority.identity for authority in self.settings.gateway.authorities))

    @cached_property
    def tokens(self) -> TokenSeal:
        """The seal of permit tokens. Raises KeyUnusable where the database knows tokens under another key."""
        seal = TokenSeal(self.settings.tokens.key_file.read_bytes())
        if not self.store.shared_keys.is_ours("token key", seal.fingerprint):
            raise KeyUnusable(
                "The token key is not the one that this database's tokens were hashed with: take tokens.key_file from "
                "the machine that the database was first used on."
            )
        return seal

    @cached_property
    def maintenance(self) -> Maintenance:
        """Whether the service is closed, on all nodes."""
        return Maintenance(self.store.service_modes, self.clock, time.monotonic)

    @cached_property
    def publish(self) -> PublishPermit:
        """Takes national records in."""
        formats = tuple(self.formats.values())
        return PublishPermit(self.store.begin_work, self.served, self.tokens, formats, self.sealer)

    @cached_property
    def sealer(self) -> PermitSealer | None:
        """Seals what we issue; None where no key is named for it. Raises KeyUnusable."""
        seal = self.settings.seal
        return open_sealer(seal.certificate_file, seal.key_file, seal.passphrase_file, self.clock) if seal else None

    @cached_property
    def seal_issued(self) -> SealIssued | None:
        """Seals what was published before there was a key; None where there is none still. Raises KeyUnusable."""
        return SealIssued(self.store.unsealed_permits, self.sealer) if self.sealer else None

    def national_source(self, file: Path) -> NationalSource:
        """The reader of a file of national records. Raises RecordInvalid for a file of an unknown kind."""
        return national_source(file)

    @cached_property
    def partner_doors(self) -> PartnerDoors:
        """The partners we may ask."""
        return PartnerDoors(
            {
                partner.country: PartnerClient(
                    profile_of(partner, self.settings.client), self.store.journal, self.clock, new_id,
                    self.message_securities.at_its_door(agreement_with(partner)),
                )
                for partner in self.settings.partners
                if partner.address
            }
        )  # fmt: skip

    @cached_property
    def message_securities(self) -> MessageSecurities:
        """Makes what was agreed on with partners. Raises KeyUnusable for our key and certificate."""
        ours = self.settings.message_security
        key = open_message_key(ours.certificate_file, ours.key_file, ours.passphrase_file) if ours else None
        return MessageSecurities(key, self.store.taken_messages, self.clock)

    @cached_property
    def door_security(self) -> dict[str, MessageSecurity]:
        """WS-Security at our doors, by partner, of those it was agreed on with. Raises KeyUnusable."""
        made = {
            partner.key: self.message_securities.at_our_door(agreement_with(partner))
            for partner in self.settings.partners
        }
        return {key: security for key, security in made.items() if security != NO_SECURITY}

    @cached_property
    def ask_partner(self) -> AskPartner:
        """Fetches foreign permits."""
        rules = {
            partner.country: seal_rule(partner, self.clock) for partner in self.settings.partners if partner.address
        }
        return AskPartner(self.partner_doors, self.formats, rules)

    @cached_property
    def book_outgoing(self) -> BookOutgoing:
        """Keeps what our customs counted, to be told to partners."""
        return BookOutgoing(self.partner_doors, self.store.outbox, self._vault, self.clock, new_id)

    @cached_property
    def deliver(self) -> Deliver:
        """Tells partners what our customs counted."""
        told = self.settings.outbox
        patience = PartnerPatience(told.first_wait_seconds, told.longest_wait_seconds, told.rest_seconds)
        return Deliver(
            self.partner_doors, self.ask_partner, self.store.outbox, self._vault, patience, self.clock,
            told.at_once_per_partner,
        )  # fmt: skip

    @cached_property
    def decide_outgoing(self) -> DecideOutgoing:
        """What persons decide about it."""
        return DecideOutgoing(self.store.outbox, self.clock)

    def waiting(self) -> list[tuple[str, int, float]]:
        """State, number and age in seconds of what no partner has yet."""
        counts = self.store.outbox.counts()
        return [
            (state.value, count, (self.clock() - oldest).total_seconds()) for state, (count, oldest) in counts.items()
        ]

    @cached_property
    def _vault(self) -> TokenVault:
        _ = self.tokens  # sees to it that this is the key of this database
        return TokenVault(self.settings.tokens.key_file.read_bytes())

    @cached_property
    def partner_states(self) -> PartnerStates:
        """Asks partners whether they are up."""
        return PartnerStates(self.partner_doors)

    @cached_property
    def site(self) -> Site:
        """Every door and page."""
        address = self.settings.gateway.public_address
        limits = MessageLimits(bytes=self.settings.server.max_message_bytes)
        doors = {
            f"/epix/{version}": SoapDoor(
                version, f"{address}/epix/{version}", self.use_cases, self.store.journal, self.clock, new_id, limits,
                self.door_security, watch=self.counting,
            )
            for version in self.formats
        }  # fmt: skip
        return Site(doors, self._pages())

    @property
    def software(self) -> str:
        """Version, as ServiceState and the pages say it."""
        return f"{__version__} sandbox" if self.settings.sandbox else __version__

    @cached_property
    def use_cases(self) -> UseCases:
        """What stands behind the SOAP doors."""
        return UseCases(
            self.know_caller,
            AnswerCertificate(self._opening, self.store.answers),
            ConfirmQuantities(
                self._opening, self.store.begin_work, tuple(self.formats.values()), self._rules, self.clock,
                new_id, self.sealer,
            ),
            ServiceState(
                self.served, self._check, partial(self._is_degraded, self.steady_clock), self.software, self.clock
            ),
            self.maintenance.require_open,
        )  # fmt: skip

    @cached_property
    def keep_ledger(self) -> KeepLedger:
        """What was confirmed on permits of ours, for our own officers."""
        return KeepLedger(
            self.served, self.store.begin_work, tuple(self.formats.values()), self._rules,
            {partner.key: partner.partner for partner in self.settings.partners}, self.clock, new_id, self.sealer,
        )  # fmt: skip

    @property
    def _rules(self) -> dict[Authority, EndorsementRule]:
        return {authority.identity: authority.rule for authority in self.settings.gateway.authorities}

    @cached_property
    def journal(self) -> JournalKeeping:
        """What keeps the journal true."""
        return JournalKeeping(self.settings, self.store, lambda: self.sealer, self.clock, new_id)

    @cached_property
    def counting(self) -> Counting:
        """What this process counts."""
        return Counting()

    @cached_property
    def _opening(self) -> OpenPermit:
        limits, processes = self.settings.limits, self.settings.server.workers
        budget = RefusalBudget(
            CallerBudget(math.ceil(limits.refused_lookups_per_minute / processes), time.monotonic),
            PermitBudget(math.ceil(limits.refused_lookups_per_permit_per_hour / processes), time.monotonic),
            self.counting,
        )
        return OpenPermit(self.store.answers, self.served, self.tokens, budget)

    def _check(self) -> None:
        self.store.check()
        self.maintenance.require_open()

    def _is_degraded(self, steady: SteadyClock) -> bool:
        return is_degraded(self.settings, self.clock()) or steady.has_jumped()

    @cached_property
    def steady_clock(self) -> SteadyClock:
        """Whether the clock has jumped since it was first asked for."""
        return SteadyClock(self.clock, lambda: time.clock_gettime(time.CLOCK_BOOTTIME))

    @property
    def duties(self) -> Sequence[Duty]:
        """What it does by itself while it serves."""
        duties = [Duty("sealing", lambda _: self.journal.sealing.seal(), SEALING_SECONDS)]
        if stamping := self.journal.stamping:
            duties.append(Duty("stamping", lambda _: stamping.stamp(), STAMPING_SECONDS))
        if self.settings.journal.prune:
            duties.append(Duty(PRUNING, self._prune, PRUNING_SECONDS))
        if self.partner_doors.doors:
            duties.append(Duty(DELIVERY, self._deliver_while_open, self.settings.outbox.look_every_seconds))
        return duties

    def _prune(self, leaving: Callable[[], bool]) -> None:
        for _ in self.journal.pruning.remove(Answerable("this gateway", "retention is over")):
            if leaving():
                return

    def _deliver_while_open(self, leaving: Callable[[], bool]) -> None:
        """A gateway that was restored from a backup tells partners nothing before a person has looked at it."""
        is_on = self.maintenance.is_on
        if not is_on():
            self.deliver.all_due(
                leaving=lambda: leaving() or is_on(), look_every_seconds=self.settings.outbox.look_every_seconds
            )

    @cached_property
    def know_caller(self) -> KnowCaller | AnyCaller:
        """Tells callers apart. Raises SettingsInvalid for a CA file or subject that cannot be read."""
        return know_caller(self.settings, self.clock)

    @cached_property
    def refused_handshake(self) -> RecordRefusedHandshake:
        """Keeps whom TLS turned away."""
        return RecordRefusedHandshake(self.store.journal, self.clock, new_id)

    def _pages(self) -> ServicePages:
        gateway = self.settings.gateway
        country = gateway.authorities[0].country.text
        example = SANDBOX_PERMIT if self.settings.sandbox else ExamplePermit(
            f"{country}26EX000001", "TOKEN-OF-THE-PERMIT", country, is_real=False
        )  # fmt: skip
        names = tuple(authority.name for authority in gateway.authorities)
        return ServicePages(gateway.public_address, names, example, self.software, self.settings.sandbox)


def build(settings: Settings, clock: Clock = now) -> Gateway:
    """Put a gateway together. Nothing is opened before it is used."""
    return Gateway(settings, clock)


def migrate(settings: Settings) -> None:
    """Make the database, or bring it to today's shape. Raises ServiceUnavailable."""
    migrate_database(settings.database.address)


def seals_as(settings: Settings) -> str | None:
    """Subject of the certificate that permits are sealed with; None where they are not sealed. Raises KeyUnusable."""
    sealer = build(settings).sealer
    return sealer.signer if sealer else None
