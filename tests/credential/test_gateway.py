"""Credentials of a whole gateway: issued, revoked by what happens to the permit, served."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from starlette.applications import Starlette

from gateway.bootstrap import build
from gateway.bootstrap.web.serving import _credential_files, application_of
from gateway.domain.credential.verdict import CredentialStatus
from gateway.domain.errors import (
    CertificateCancelled,
    CertificateNotFound,
    KeyUnusable,
    ServiceUnavailable,
)
from gateway.domain.identifiers import TokenId
from gateway.domain.permit.status import Status
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import NationalRecord
from gateway.settings import load_settings
from gateway.web.credential.routes import MOST_KEPT, KeptFiles, routes
from tests.builders import a_permit, an_examination
from tests.credential.gateways import BY, SECTION, SITE, TOKEN, Authority, a_gateway_in
from tests.credential.issuing import CREDENTIAL, DOCUMENTS
from tests.databases import BOTH, SQLITE, keep_in, migrated_database
from tests.web.check.served import a_permit_of_today
from tests.web.people.visitor import Visitor

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with keys; never changed."""
    directory = tmp_path_factory.mktemp("credential") / "mz"
    a_gateway_in(directory)
    return directory


@pytest.fixture
def authority(
    tmp_path: Path, prepared: Path, request: pytest.FixtureRequest
) -> Iterator[Authority]:
    directory = Path(shutil.copytree(prepared, tmp_path / "mz", symlinks=True))
    with migrated_database(tmp_path, getattr(request, "param", SQLITE)) as url:
        keep_in(url, directory)
        with build(load_settings(directory, {})) as gateway:
            yield Authority(gateway)


@dataclass
class ChangedMeanwhile:
    """States of permits: the permit is changed while its credential is made."""

    authority: Authority

    def changes(self, place: int) -> int:
        permit = replace(a_permit_of_today(), special_conditions=("Corrected.",))
        permit = replace(permit, number=type(permit.number).parse("MZ26EX000001"))
        self.authority.gateway.permits.publish.publish(
            NationalRecord("records", 2, permit, TokenId.parse(TOKEN))
        )
        return self.authority.gateway.store.permit_states.changes(place)

    def has(self, places: range, changes: int) -> bool:
        raise NotImplementedError

    def ended(self, places: range, changes: int) -> list[int]:
        raise NotImplementedError


def said_by(token: str) -> dict[str, object]:
    return dict(json.loads(jws.extract_compact(token.encode()).payload))


def test_a_permit_that_changes_meanwhile_has_no_credential_of_its_former_content(
    authority: Authority,
) -> None:
    authority.publish("MZ26EX000001")
    issue = replace(authority.gateway.credential.issue, states=ChangedMeanwhile(authority))
    token = issue.issue(PermitName("MZ", "MZ26EX000001")).token
    is_present = "Corrected." in json.dumps(said_by(token))
    assert is_present or authority.status(token) is CredentialStatus.REVOKED


@pytest.mark.parametrize("authority", BOTH, indirect=True)
def test_whatever_ends_or_changes_a_permit_revokes_its_credential(authority: Authority) -> None:
    tokens = {number: authority.publish(number) for number in
              ("MZ26EX000001", "MZ26EX000002", "MZ26EX000003", "MZ26EX000004", "MZ26EX000005",
               "MZ26EX000006")}  # fmt: skip
    assert {authority.status(token) for token in tokens.values()} == {CredentialStatus.GENUINE}
    end = authority.gateway.permits.ending.end
    end(PermitName("MZ", "MZ26EX000001"), Status.CANCELLED, BY)
    end(PermitName("MZ", "MZ26EX000002"), Status.LOST, BY)
    end(PermitName("MZ", "MZ26EX000003"), Status.REPLACED, BY, "MZ26EX000006")
    end(PermitName("MZ", "MZ26EX000004"), Status.RETURNED, BY)
    changed = authority.publish("MZ26EX000005", special_conditions=("Corrected.",))
    assert [authority.status(token) for token in tokens.values()] == [
        *[CredentialStatus.REVOKED] * 5,
        CredentialStatus.GENUINE,
    ]
    assert authority.status(changed) is CredentialStatus.GENUINE
    first, later = authority.bits("0-0"), authority.bits("1-0")
    assert (len(first), len(later), len({*first} - {*later})) == (5, 4, 1)
    status = said_by(changed)["credentialStatus"]
    assert isinstance(status, dict)
    assert status["statusListCredential"] == f"{SITE}/credentials/status/1-0"
    with pytest.raises(CertificateCancelled):
        authority.issue("MZ26EX000001")


def test_a_credential_discloses_the_boxes_and_nothing_else(authority: Authority) -> None:
    token = authority.publish("MZ26EX000001")
    said = json.dumps(said_by(token))
    assert TOKEN not in said
    examined = replace(CREDENTIAL, permit=a_permit(examination=an_examination(None)).as_issued())
    assert b"examin" not in DOCUMENTS.write(examined).partition(b'"credentialSubject"')[2]
    assert set(said_by(token)) == {
        "@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialStatus",
        "credentialSubject",
    }  # fmt: skip


def test_a_permit_that_is_not_there_has_no_credential(authority: Authority) -> None:
    with pytest.raises(CertificateNotFound):
        authority.issue("MZ26EX000404")


def test_what_verifiers_fetch_verifies_with_another_library(authority: Authority) -> None:
    token = authority.publish("MZ26EX000001")
    part = authority.gateway.credential
    visitor = Visitor(Starlette(routes=list(routes(part.did_document, part.status_lists.token))))
    answer = visitor.get("/.well-known/did.json")
    assert answer.headers["content-type"] == "application/did+json"
    document = json.loads(answer.text)
    assert document["id"] == "did:web:permits.example.mz"
    keys = {method["id"]: method["publicKeyJwk"] for method in document["verificationMethod"]}
    assert list(keys) == document["assertionMethod"]
    listed = visitor.get("/credentials/status/0-0")
    assert (listed.status, listed.headers["content-type"]) == (200, "application/vc+jwt")
    assert listed.headers["access-control-allow-origin"] == "*"
    for each in (token, listed.text):
        kid = jws.extract_compact(each.encode()).headers()["kid"]
        jws.deserialize_compact(each, ECKey.import_key(keys[kid]), algorithms=["ES256"])
    assert "PRIVATE" not in answer.text and '"d"' not in answer.text
    for name in ("0", "x-y", "0-0%2F..", "00-0", "0-1", "1-0", "999999-999999"):
        assert visitor.get(f"/credentials/status/{name}").status == 404
    assert visitor.send("POST", "/credentials/status/0-0", b"").status == 405


def test_the_listener_for_people_serves_both(prepared: Path) -> None:
    with build(load_settings(prepared, {})) as gateway:
        visitor = Visitor(application_of(gateway))
        assert visitor.get("/.well-known/did.json").status == 200
        assert visitor.get("/credentials/status/0-0").status == 200


def test_without_a_section_nothing_is_issued_or_served(tmp_path: Path, prepared: Path) -> None:
    shutil.copytree(prepared, tmp_path / "mz", symlinks=True)
    file = tmp_path / "mz/conf/gateway.toml"
    file.write_text(file.read_text(encoding="utf-8").removesuffix(SECTION), encoding="utf-8")
    with build(load_settings(tmp_path / "mz", {})) as gateway:
        with pytest.raises(KeyUnusable, match=r"\[credential\]"):
            _ = gateway.credential.issue
        assert _credential_files(gateway) == ()


def test_files_are_made_once_in_a_while_and_few_are_kept() -> None:
    made: list[str] = []
    now = [0.0]

    def make_one(name: str) -> bytes:
        made.append(name)
        return name.encode()

    files = KeptFiles(make_one, lambda: now[0])
    assert [files.content("a"), files.content("a"), made] == [b"a", b"a", ["a"]]
    now[0] = 61.0
    files.content("a")
    assert made == ["a", "a"]
    for number in range(100):
        files.content(str(number))
    assert len(files._kept) == MOST_KEPT


def test_a_database_that_is_away_is_said_so() -> None:
    def away(*_: str) -> str:
        raise ServiceUnavailable("no database at secret.example")

    visitor = Visitor(Starlette(routes=list(routes(lambda: b"{}", away))))
    answer = visitor.get("/credentials/status/0-0")
    assert (answer.status, answer.headers["cache-control"]) == (503, "no-store")
    assert "secret" not in answer.text


def test_a_credential_with_the_row_of_another_permit_is_not_answered_by_it(
    authority: Authority,
) -> None:
    for number in ("MZ26EX000001", "MZ26EX000002"):
        token = authority.publish(number)
    part = authority.gateway.credential
    judged = part.verify.judge(token).credential
    assert judged
    signer = part.issue.signer()
    for changes in (
        {"status_index": judged.status_index - 1},
        {"status_list": f"{SITE}/credentials/status/0-1"},
        {"status_list": "https://other.example/credentials/status/0-0"},
        {"status_list": f"{SITE}/credentials/status/x"},
    ):
        document = DOCUMENTS.write(replace(judged, **changes))
        forged = signer.sign(document, judged.issuer, authority.gateway.clock())
        assert authority.status(forged) is CredentialStatus.STATUS_UNKNOWN


def test_a_permit_that_begins_later_is_not_valid_yet(authority: Authority) -> None:
    begins = a_permit_of_today().valid_until
    assert begins
    token = authority.publish("MZ26EX000001", valid_from=begins - timedelta(days=10))
    assert authority.status(token) is CredentialStatus.NOT_YET_VALID
