"""Seal of a live answer: xmlsec1 verifies it; clients that know nothing of it ignore it."""

import base64
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import zeep

from gateway.bootstrap import now
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.identifiers import IsoCountryCode
from gateway.domain.verdict import SealStatus
from tests.interop.sandbox import (
    FINAL,
    FIRST,
    ROOTS,
    SCAN,
    SCAN_NAME,
    VERSIONS,
    WITH_ATTACHMENT,
    Sandbox,
    a_sandbox,
)
from tests.programs import program

pytestmark = pytest.mark.slow

SEAL_NAME = "CITES-permit-seal.xml"
XADES_ID = "--id-attr:Id"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903/v1.3.2#:SignedProperties"
OPERATIONS = {"GetNonFinalCitesCertificate": FIRST, "GetFinalCitesCertificate": FINAL}


@dataclass(frozen=True)
class Answer:
    """An answer cut apart by hand. whole: the SOAP message."""

    whole: bytes
    permit: bytes
    seal: bytes


@dataclass(frozen=True)
class ServedAuthorities:
    """A running sandbox and the CA behind its seals."""

    sandbox: Sandbox
    ca: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedAuthorities]:
    folder = tmp_path_factory.mktemp("sandbox")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(folder))
        with a_sandbox() as sandbox:
            (ca,) = folder.glob("*/gateway/keys/dev-ca.pem")
            yield ServedAuthorities(sandbox, ca)


@pytest.fixture(scope="session")
def xmlsec1() -> str:
    return program("xmlsec1")


def ask(served: ServedAuthorities, version: str, operation: str, permit: dict[str, str]) -> Answer:
    values = "".join(f"<{name}>{value}</{name}>" for name, value in permit.items())
    body = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f"<v:{operation}Request"
        f' xmlns:v="urn:CitesDataExchange/{version}/">{values}</v:{operation}Request>'
        "</e:Body></e:Envelope>"
    )
    request = urllib.request.Request(
        served.sandbox.endpoint(version), body.encode(), {"Content-Type": "text/xml; charset=utf-8"}
    )
    with urllib.request.urlopen(request) as response:
        whole = response.read()
    cut = re.search(
        rb"<(\w+:)?%b[ >].*</(\w+:)?%b>" % ((ROOTS[version].encode(),) * 2), whole, re.DOTALL
    )
    *_, (name, content) = re.findall(
        rb"<AttachmentName>(.*?)</AttachmentName><AttachmentContent>(.*?)</AttachmentContent>",
        whole,
    )
    assert cut and name.decode() == SEAL_NAME
    return Answer(whole, cut[0], base64.b64decode(content))


def verify_with_xmlsec1(
    xmlsec1: str, folder: Path, ca: Path, answer: Answer, permit: bytes
) -> tuple[int, str]:
    (folder / "permit.xml").write_bytes(permit)
    (folder / SEAL_NAME).write_bytes(answer.seal)
    command = [
        xmlsec1,
        "--verify",
        "--trusted-pem",
        str(ca),
        XADES_ID,
        SIGNED_PROPERTIES,
        SEAL_NAME,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("version", VERSIONS)
def test_xmlsec1_verifies_a_permit_cut_out_of_a_live_answer_and_one_digit_of_box_11_breaks_it(
    served: ServedAuthorities, xmlsec1: str, tmp_path: Path, version: str, operation: str
) -> None:
    answer = ask(served, version, operation, OPERATIONS[operation])
    status, said = verify_with_xmlsec1(xmlsec1, tmp_path, served.ca, answer, answer.permit)
    assert status == 0, said
    assert "2/2" in said
    forged = changed(answer.permit)
    status, said = verify_with_xmlsec1(xmlsec1, tmp_path, served.ca, answer, forged)
    assert status != 0
    assert "data and digest do not match" in said


def changed(permit: bytes) -> bytes:
    """The permit with a digit more in the first quantity of box 11."""
    forged = re.sub(rb"(<ram:ItemQuantity[^>]*>\d+)", rb"\g<1>0", permit, count=1)
    assert forged != permit
    return forged


@pytest.mark.parametrize("version", VERSIONS)
def test_our_verdict_on_the_same_answer_is_the_same(
    served: ServedAuthorities, version: str
) -> None:
    answer = ask(served, version, "GetNonFinalCitesCertificate", FIRST)
    verifier = PermitSealVerifier(read_anchors(served.ca), IsoCountryCode("MZ"), now)
    assert verifier.judge(answer.permit, [answer.seal]).verdict.worth is SealStatus.SEALED_VALID
    assert (
        verifier.judge(changed(answer.permit), [answer.seal]).verdict.worth
        is SealStatus.SEALED_BROKEN
    )


def test_the_seal_of_the_permit_as_issued_is_not_that_of_the_final_one(
    served: ServedAuthorities,
) -> None:
    issued = ask(served, "v2", "GetNonFinalCitesCertificate", FINAL)
    final = ask(served, "v2", "GetFinalCitesCertificate", FINAL)
    verifier = PermitSealVerifier(read_anchors(served.ca), IsoCountryCode("MZ"), now)
    assert verifier.judge(final.permit, [final.seal]).verdict.worth is SealStatus.SEALED_VALID
    assert verifier.judge(final.permit, [issued.seal]).verdict.worth is SealStatus.SEALED_BROKEN


@pytest.mark.parametrize("version", VERSIONS)
def test_a_partner_that_knows_nothing_of_seals_reads_the_permit_and_its_other_attachments(
    served: ServedAuthorities, version: str
) -> None:
    client = zeep.Client(served.sandbox.wsdl(version), settings=zeep.Settings(strict=True))
    answer = client.bind("EpixService", "EpixSoap11").GetNonFinalCitesCertificate(**WITH_ATTACHMENT)
    number = answer[ROOTS[version]].HeaderExchangedDocument.ID
    assert getattr(number, "_value_1", number) == WITH_ATTACHMENT["CertificateNumber"]
    assert [one.AttachmentName for one in answer.Attachments] == [SCAN_NAME, SEAL_NAME]
    assert answer.Attachments[0].AttachmentContent == SCAN
