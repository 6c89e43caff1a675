"""Composition root: the only place that names classes of two rooms. Nothing is built at import."""

import logging
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, partial
from pathlib import Path
from threading import Event
from types import TracebackType
from typing import Self

from uuid6 import uuid7

from adapters.national.registry import national_source
from adapters.registry import formats
from gateway import __version__, http
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.partner import Access, Partner, Sees
from gateway.exchange.answer_certificate import AnswerCertificate
from gateway.exchange.ask_partner import AskPartner, PartnerDoors, PartnerStates, ReportConfirmation, SealRule
from gateway.exchange.confirm_quantities import ConfirmQuantities
from gateway.exchange.know_caller import AnyCaller, KnowCaller
from gateway.exchange.opening import OpenPermit
from gateway.exchange.ports import NO_SECURITY, Clock, MessageSecurity, NationalSource, PermitFormat
from gateway.exchange.publish_permit import PublishPermit
from gateway.exchange.refusal_budget import CallerBudget, PermitBudget, RefusalBudget
from gateway.exchange.refused_handshake import RecordRefusedHandshake
from gateway.exchange.served import Served
from gateway.exchange.service_state import ServiceState
from gateway.exchange.tokens import TokenSeal
from gateway.operations import CannotListen, Counting, Health, Scrape, counted_together, listening
from gateway.partners.client import PartnerClient
from gateway.partners.profile import PartnerProfile
from gateway.serving import CannotServe, Limits, ProxyTrust, ServingOptions, TcpAddress, Tls, UnixSocket
from gateway.serving import serve as serve_http
from gateway.settings import PartnerSettings, ServerMode, Settings, WhenSilent, load_settings
from gateway.signatures.callers import CallerJudge, CertificateRule, RevocationSetting
from gateway.signatures.expiry import days_left, is_degraded
from gateway.signatures.expiry_watch import ExpiryWatch
from gateway.signatures.key_settings import check_keys
from gateway.signatures.message_security import Agreement, Credentials, MessageSecurities, open_message_key
from gateway.signatures.message_signing import KeyReference
from gateway.signatures.sealing import PermitSealer, open_sealer
from gateway.signatures.verifying import PermitSealVerifier, read_anchors
from gateway.site import Site
from gateway.soap.application import SoapDoor
from gateway.soap.limits import Limits as MessageLimits
from gateway.soap.service import UseCases
from gateway.store.migrating import migrate as migrate_database
from gateway.store.store import Store, open_store
from gateway.web.pages import ExamplePermit, ServicePages

DIRECTORY_VARIABLE = "EPIX_DIR"
"""Tells worker processes which working directory is theirs."""

ANYONE = Partner("sandbox", IsoCountryCode("ZA"), Access(sees=Sees.ALL))
"""Whom the sandbox takes every caller for."""

_THREADS_WITH_RESPONDER = 8
"""A question to an OCSP responder may take seconds, in which others are answered."""

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
        return open_store(self.settings.database.address, self.clock)

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
        """The seal of permit tokens."""
        return TokenSeal(self.settings.tokens.key_file.read_bytes())

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

    def national_source(self, file: Path) -> NationalSource:
        """The reader of a file of national records. Raises RecordInvalid for a file of an unknown kind."""
        return national_source(file)

    @cached_property
    def partner_doors(self) -> PartnerDoors:
        """The partners we may ask."""
        return PartnerDoors(
            {
                partner.country: PartnerClient(
                    self._profile(partner), self.store.journal, self.clock, new_id,
                    self.message_securities.at_its_door(_agreement(partner)),
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
            partner.key: self.message_securities.at_our_door(_agreement(partner)) for partner in self.settings.partners
        }
        return {key: security for key, security in made.items() if security != NO_SECURITY}

    def _profile(self, partner: PartnerSettings) -> PartnerProfile:
        client = self.settings.client
        return PartnerProfile(
            key=partner.key,
            country=partner.country,
            address=partner.address or "",
            version=partner.version,
            soap=partner.soap.value,
            final_operation=partner.final_operation,
            send_country=partner.send_country,
            connect_timeout_seconds=partner.connect_timeout_seconds or client.connect_timeout_seconds,
            read_timeout_seconds=partner.read_timeout_seconds or client.read_timeout_seconds,
            maximum_answer_bytes=client.max_reply_bytes,
            ca_file=partner.ca_file or client.ca_file,
            certificate_file=client.certificate_file,
            key_file=client.key_file,
            passphrase_file=client.passphrase_file,
        )

    @cached_property
    def ask_partner(self) -> AskPartner:
        """Fetches foreign permits."""
        rules = {partner.country: self._seal_rule(partner) for partner in self.settings.partners if partner.address}
        return AskPartner(self.partner_doors, self.formats, rules)

    def _seal_rule(self, partner: PartnerSettings) -> SealRule:
        anchors = read_anchors(partner.seal_anchors_file) if partner.seal_anchors_file else ()
        return SealRule(PermitSealVerifier(anchors, partner.country, self.clock), partner.must_seal)

    @cached_property
    def report_confirmation(self) -> ReportConfirmation:
        """Tells partners what our customs counted."""
        return ReportConfirmation(self.partner_doors)

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
        final_after = {authority.identity: authority.final_after for authority in self.settings.gateway.authorities}
        return UseCases(
            self.know_caller,
            AnswerCertificate(self._opening, self.store.answers),
            ConfirmQuantities(
                self._opening, self.store.begin_work, tuple(self.formats.values()), final_after, self.clock, new_id,
                self.sealer,
            ),
            ServiceState(self.served, self.store.check, self._is_degraded, self.software, self.clock),
        )  # fmt: skip

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

    def _is_degraded(self) -> bool:
        return is_degraded(self.settings, self.clock())

    @cached_property
    def know_caller(self) -> KnowCaller | AnyCaller:
        """Tells callers apart. Raises SettingsInvalid for a CA file or subject that cannot be read."""
        if self.settings.sandbox:
            return AnyCaller(ANYONE)
        authorities = self.settings.server.client_ca_file
        assert authorities is not None  # noqa: S101  # the settings saw to it
        partners = self.settings.partners
        rules = [
            CertificateRule(partner.key, rule.ca_file, rule.subject, frozenset(int(text, 16) for text in rule.serials))
            for partner in partners
            for rule in partner.certificate
        ]
        revocation = [
            RevocationSetting(
                one.ca_file, one.list_file, one.ocsp_address, one.ocsp_timeout_seconds,
                accept_silence=one.when_silent is WhenSilent.ACCEPT,
            )
            for one in self.settings.revocation
        ]  # fmt: skip
        return KnowCaller(
            CallerJudge(authorities, rules, revocation, self.clock),
            {pin: partner.partner for partner in partners for pin in partner.certificate_sha256},
            {partner.key: partner.partner for partner in partners},
        )

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


@cache
def _gateway_from_environment() -> Gateway:
    return build(load_settings(Path(os.environ[DIRECTORY_VARIABLE])))


def seals_as(settings: Settings) -> str | None:
    """Subject of the certificate that permits are sealed with; None where they are not sealed. Raises KeyUnusable."""
    sealer = build(settings).sealer
    return sealer.signer if sealer else None


def site_from_environment() -> http.Site:
    """What a worker process serves: the gateway of the working directory in the environment."""
    gateway = _gateway_from_environment()
    _log_to_stderr(gateway.settings)
    gateway.counting.keep_up()
    return gateway.counting.in_flight(gateway.site) if gateway.settings.operations.enabled else gateway.site


def record_refused_handshake(reason: str) -> None:
    """What a worker process does about a client certificate that TLS did not accept."""
    _gateway_from_environment().refused_handshake.record(reason)


def _log_to_stderr(settings: Settings) -> None:
    """One event per line. Our own loggers say as much as the settings want; libraries only what is wrong."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING, force=True)
    asked = settings.operations
    says_all = settings.sandbox and "log_level" not in asked.model_fields_set
    logging.getLogger("gateway").setLevel("INFO" if says_all else asked.log_level.upper())


def _agreement(partner: PartnerSettings) -> Agreement:
    agreed = partner.security
    return Agreement(
        partner=partner.key,
        incoming=agreed.incoming,
        outgoing=agreed.outgoing,
        sign_answers=agreed.sign_answers,
        verify_answers=agreed.verify_answers,
        signer_certificates=agreed.signer_certificates_file,
        signer_ca=agreed.signer_ca_file,
        signer_subject=agreed.signer_subject,
        theirs=Credentials(agreed.username, agreed.password_file),
        ours=Credentials(agreed.our_username, agreed.our_password_file),
        key_reference=KeyReference(agreed.our_key_reference),
        lifetime=timedelta(seconds=agreed.max_age_seconds),
        clock_skew=timedelta(seconds=agreed.clock_skew_seconds),
    )


def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Answer partners until SIGTERM or SIGINT. announce: told the address once connections are taken.

    Raises KeyUnusable for a key or certificate of ours, ServiceUnavailable for a database that is absent or not
    migrated, SettingsInvalid for a CA file or subject of a partner, CannotServe for an address, certificate or key that
    does not work; all before any port is opened.
    """
    _log_to_stderr(settings)
    check_keys(settings, now())
    with build(settings) as gateway:
        gateway.store.check()
        _ = gateway.know_caller, gateway.sealer, gateway.door_security
    os.environ[DIRECTORY_VARIABLE] = str(settings.directory)
    ExpiryWatch(partial(load_settings, settings.directory), now, Event().wait).start()
    with operations(settings) as draining:
        serve_http(serving_options(settings), announce, draining)


@contextmanager
def operations(settings: Settings) -> Iterator[Callable[[], None]]:
    """Answer operators, where the settings want it, for as long as the block lasts.

    Gives what is to be called once no more requests are to be sent here. Raises CannotServe for an address in use.
    """
    if not settings.operations.enabled:
        yield lambda: None
        return
    listen = settings.operations.listen
    with build(settings) as gateway, counted_together() as folder:
        health = Health({"store": gateway.store.check, "journal": gateway.store.check_writing})
        scrape = Scrape(folder, health, lambda: days_left(settings, now()), gateway.software)
        try:
            with listening(listen.host or "127.0.0.1", listen.port, health, scrape) as address:
                logging.getLogger(__name__).info("operations at %s", address)
                yield health.draining.set
        except CannotListen as trouble:
            raise CannotServe(str(trouble)) from None


def serving_options(settings: Settings) -> ServingOptions:
    """The HTTP server's options from the settings."""
    asks_responders = any(rule.ocsp_address for rule in settings.revocation)
    server = settings.server
    listen = server.listen
    tls = proxy = None
    if server.mode is ServerMode.DIRECT_TLS:
        tls = _tls(settings)
    elif server.mode is ServerMode.BEHIND_PROXY:
        proxy = ProxyTrust(server.proxy_secret_file)
    return ServingOptions(
        site=f"{__name__}:{site_from_environment.__name__}",
        address=UnixSocket(listen.socket) if listen.socket else TcpAddress(listen.host or "127.0.0.1", listen.port),
        workers=server.workers,
        threads=server.threads or (_THREADS_WITH_RESPONDER if asks_responders else 0),
        limits=Limits(
            max_body_bytes=server.max_message_bytes,
            head_seconds=server.head_timeout_seconds,
            body_seconds=server.body_timeout_seconds,
            answer_seconds=server.answer_timeout_seconds,
            idle_seconds=server.idle_timeout_seconds,
        ),
        tls=tls,
        refused_handshakes=f"{__name__}:{record_refused_handshake.__name__}",
        proxy=proxy,
        stop_seconds=server.stop_timeout_seconds,
    )


def _tls(settings: Settings) -> Tls:
    server = settings.server
    files = (server.certificate_file, server.key_file, server.client_ca_file)
    certificate, key, authorities = (file for file in files if file is not None)  # the settings saw to all three
    of_rules = (rule.ca_file for partner in settings.partners for rule in partner.certificate)
    return Tls(certificate, key, (authorities, *of_rules), server.client_certificate_required, server.passphrase_file)
