"""Introduction part of a gateway: partners' files made and taken, the way to a partner tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.parts.partner_agreements import profile_of
from gateway.crypto.introduction.judge import JudgedFile, judge_file
from gateway.crypto.introduction.own import own_certificates, own_client
from gateway.crypto.introduction.received import (
    authorities_of,
    described,
    described_files,
    divided_by_use,
)
from gateway.domain.errors import PartnerFailed
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.summary import Summary
from gateway.exchange.journal.records.partner_change import record_of_change
from gateway.exchange.ports import Clock
from gateway.exchange.service.partner_check import PartnerCheck, ShownCertificate
from gateway.partners.look import ServiceLook
from gateway.partners.profile import PartnerProfile
from gateway.settings import PartnerSettings, Settings
from gateway.settings.introduction.change import PartnerChange, change_of, require_partner_key
from gateway.settings.introduction.partner_file import PartnerFile, read_partner_file
from gateway.settings.introduction.store import write_change
from gateway.settings.introduction.toml_writing import file_text
from schemas import VERSIONS

if TYPE_CHECKING:
    from gateway.bootstrap.parts.database import Database
    from gateway.bootstrap.parts.partners import PartnersPart


@dataclass(frozen=True)
class IntroductionPart:
    """Use cases by which partners come to know each other.

    partners: gives the part that asks partners.
    """

    settings: Settings
    partners: Callable[[], "PartnersPart"]
    database: "Database"
    clock: Clock

    def our_file(self, country: str, server_ca: str | None) -> PartnerFile:
        """The file that we send to partners.

        country: of ours.  server_ca: PEM; None: as the key files of the server have it.
        Raises KeyUnusable; SettingsInvalid where a partner could not read it, such as for an
        address over plain http.
        """
        gateway = self.settings.gateway
        own = own_certificates(self.settings, self.clock())
        certificates = {
            "client": own.client.decode(),
            "client_ca": own.client_ca.decode(),
            "server_ca": own.server_ca.decode() if server_ca is None else server_ca,
            "seal_anchors": own.seal_anchors.decode(),
        }
        tables = {
            "format": 1,
            "made_at": self.clock(),
            "country": country,
            "authority": [
                {"code": each.code, "name": each.name}
                for each in gateway.authorities
                if each.country.text == country
            ],
            "contact": gateway.contact.model_dump() if gateway.contact else None,
            "service": [
                {
                    "version": version,
                    "address": f"{gateway.public_address}/epix/{version}",
                    "soap": ["1.1", "1.2"],
                }
                for version in VERSIONS
            ],
        }
        known = {name: pem for name, pem in certificates.items() if pem.strip()}
        return read_partner_file(file_text(tables, known).encode(), "the file to be sent")

    def judged(
        self, file: PartnerFile, name: str, key: str, *, keep_former: bool
    ) -> tuple[JudgedFile, PartnerChange]:
        """Judge a partner's file; return what is to be compared, and what it changes here.

        Raises SettingsInvalid.
        """
        require_partner_key(key)
        known = self.known(key)
        judged = judge_file(file, name, self.settings, known, self.clock(), keep_former=keep_former)
        change = change_of(key, file, judged.certificates, known, self.settings.directory)
        return judged, change

    def known(self, key: str) -> PartnerSettings | None:
        """The partner of a key, disabled or not; None where there is none."""
        return next((each for each in self.settings.partner if each.key == key), None)

    def kept_certificates(self, partner: PartnerSettings) -> Sequence[ShownCertificate]:
        """The client certificates of a partner that are kept here; none where they cannot be read.

        Such as `check-config` reports.
        """
        file = partner.certificates_file
        try:
            return described_files(file.read_text(encoding="ascii")) if file else ()
        except (OSError, ValueError):
            return ()

    def certificates_of(self, file: PartnerFile) -> Sequence[tuple[str, ShownCertificate]]:
        """Every certificate of a file with its key there. Raises ValueError."""
        entries = file.certificates.model_dump(exclude_none=True)
        return [(key, each) for key, pem in entries.items() for each in described_files(pem)]

    def shown_by(self, service: ServiceLook) -> Sequence[ShownCertificate]:
        """The certificates that a server shows, not verified. Raises PartnerFailed, ValueError."""
        return described(service.chain())

    def authorities_shown_by(self, service: ServiceLook) -> str:
        """The CAs among the certificates that a server shows, PEM; not verified.

        A certificate without a CA above it stands for itself. Raises PartnerFailed, ValueError.
        """
        return authorities_of(service.chain())

    def service_of(self, partner: PartnerSettings) -> ServiceLook:
        """Steps towards a partner's service. Raises SettingsInvalid."""
        return ServiceLook(self._profile_of(partner))

    def service_in(self, file: PartnerFile) -> ServiceLook:
        """Steps towards the service that a file names, with the CAs of [client].

        Raises SettingsInvalid.
        """
        key = file.country.text.lower()
        return self._service(key, file.country.text, file.service[0].address, None)

    def service_after(self, change: PartnerChange) -> ServiceLook:
        """Steps towards a service with the settings that a change makes. Raises SettingsInvalid."""
        known = self.known(change.key)
        country = known.country.text if known else str(change.values["country"])
        address = change.values.get("address") or (known.address if known else "") or ""
        authorities = change.files.get(str(change.values.get("ca_file")))
        return self._service(change.key, country, address, authorities, known)

    def is_trusted(self, file: PartnerFile) -> bool:
        """Whether the CAs of [client] trust the service that a file names."""
        try:
            self.service_in(file).verify()
        except PartnerFailed:
            return False
        return True

    def divided(self, pem: str) -> dict[str, str]:
        """Client certificates and the CAs above them, of one text in PEM, by key of a file."""
        return divided_by_use(pem)

    def _service(
        self,
        key: str,
        country: str,
        address: str,
        authorities: bytes | None,
        known: PartnerSettings | None = None,
    ) -> ServiceLook:
        """authorities: PEM; None: as a known partner has them, else as [client] has."""
        values = {"key": key, "country": country, "address": address}
        partner = known or PartnerSettings.model_validate(values)
        profile = self._profile_of(partner.model_copy(update={"address": address}))
        return ServiceLook(profile, authorities)

    def _profile_of(self, partner: PartnerSettings) -> PartnerProfile:
        settings = self.settings
        return profile_of(partner, settings.client, settings.dialect_of(partner))

    def check(
        self, partner: PartnerSettings, permit: tuple[str, str | None] | None = None
    ) -> PartnerCheck:
        """The check of the way to a partner. permit: number and token of a test permit."""
        country = partner.country.text

        def summary() -> Summary:
            number, token = permit or ("", None)
            return self.partners().ask.ask(country, number, token, final=False).summary

        return PartnerCheck(
            self.service_of(partner),
            described,
            lambda: own_client(self.settings),
            lambda: self.partners().directory.for_country(country).state(),
            summary if permit else None,
            self.clock,
        )

    def store(self, change: PartnerChange, by: ResponsiblePerson) -> None:
        """Write a change, and a record of it into the journal.

        Raises InvalidRequest where person or reason is missing, SettingsInvalid,
        ServiceUnavailable; then nothing has changed.
        """
        differences = [(each.key, each.before, each.after) for each in change.differences]
        self._write(change.key, change.values, change.files, by, differences)

    def switch(self, key: str, by: ResponsiblePerson, *, enabled: bool) -> None:
        """Disable a partner, or enable it again. Raises as `store`."""
        before, after = str(not enabled).lower(), str(enabled).lower()
        self._write(key, {"enabled": enabled}, {}, by, [("enabled", before, after)])

    def _write(
        self,
        key: str,
        values: Mapping[str, Any],
        files: Mapping[str, bytes],
        by: ResponsiblePerson,
        differences: Sequence[tuple[str, str, str]],
    ) -> None:
        record = record_of_change(new_id(), self.clock(), by, key, differences)
        write_change(
            self.settings.directory,
            key,
            values,
            files,
            lambda: self.database.store.journal.record(record),
        )
