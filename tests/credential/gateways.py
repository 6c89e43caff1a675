"""Whole gateway of an authority that issues credentials, for tests."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from joserfc import jws

from gateway.bootstrap import Gateway
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.credential.status_list import StatusBits
from gateway.domain.credential.verdict import CredentialStatus
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import NationalRecord
from tests.web.check.served import a_permit_of_today

SITE = "https://permits.example.mz"
SECTION = f'\n[credential]\nissuer = "did:web:permits.example.mz"\naddress = "{SITE}"\n'
BY = ResponsiblePerson("T. Sitoe", "asked for by the holder")
TOKEN = "SECRET-OF-THE-HOLDER"


def a_gateway_in(directory: Path) -> None:
    make(directory, Plan(IsoCountryCode("MZ"), "ANAC"), DevelopmentCa())
    file = directory / "conf/gateway.toml"
    file.write_text(file.read_text(encoding="utf-8") + SECTION, encoding="utf-8")


@dataclass
class Authority:
    gateway: Gateway

    def publish(self, number: str, **changes: object) -> str:
        permit = replace(a_permit_of_today(), **changes)
        permit = replace(permit, number=type(permit.number).parse(number))
        record = NationalRecord("records", 1, permit, TokenId.parse(TOKEN))
        self.gateway.permits.publish.publish(record)
        return self.issue(number)

    def issue(self, number: str) -> str:
        return self.gateway.credential.issue.issue(PermitName("MZ", number)).token

    def status(self, token: str) -> CredentialStatus:
        return self.gateway.credential.verify.judge(token).status

    def bits(self, name: str) -> list[int]:
        token = self.gateway.credential.status_lists.token(name)
        said = json.loads(jws.extract_compact(token.encode()).payload)
        bits = StatusBits.read(said["credentialSubject"]["encodedList"])
        return [index for index in range(64) if bits.is_set(index)]

    def paper_key(self) -> bytes:
        """The private key that signs its credentials, in PEM."""
        paper = self.gateway.settings.paper
        assert paper and paper.passphrase_file is None
        return paper.key_file.read_bytes()
