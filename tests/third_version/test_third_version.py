"""Third schema version: registered, written, validated, sealed, stored, served and read back.

No code of a room is changed for it. The gateway is a whole one, with a database and keys.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

import schemas
from adapters.national import examples
from adapters.national.registry import national_source
from adapters.registry import formats
from gateway.bootstrap import Gateway, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.crypto.permit_seal.verify import PermitSealVerifier, read_anchors
from gateway.domain.errors import DocumentInvalid
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.permit.party import Location
from gateway.domain.permit.permit import Carried, Permit
from gateway.domain.verdict import SealStatus
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.ports import NationalRecord, PermitFormat
from gateway.http import HttpRequest, settled
from gateway.partners.answers import read_certificate
from gateway.partners.transport import RawAnswer
from gateway.settings import ServerMode, load_settings
from tests.builders import a_permit, a_position
from tests.third_version.registering import CONTRACT, NAME, register

MZ = IsoCountryCode("MZ")
TOKEN = "SANDBOX-7KQ4-2M9X"
PERMIT = a_permit(
    issued_where=Location("MZMPM", "Maputo"), positions=(a_position(annotation="#4"),)
)
REQUEST = f"""\
<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
<q:GetNonFinalCitesCertificateRequest xmlns:q="{CONTRACT.namespace}">
<CertificateNumber>{PERMIT.number}</CertificateNumber><TokenId>{TOKEN}</TokenId>
</q:GetNonFinalCitesCertificateRequest></e:Body></e:Envelope>""".encode()


@pytest.fixture(autouse=True)
def third_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(tmp_path / "contract", monkeypatch)


@pytest.fixture
def invented() -> PermitFormat:
    return formats()[NAME]


def permits_of_the_examples() -> Iterator[Permit]:
    for name in ("mozambique.json", "south_africa.csv", "sandbox.json"):
        file = examples.directory() / name
        with closing(national_source(file).records(file)) as records:
            for record in records:
                assert isinstance(record, NationalRecord)
                yield record.permit


@pytest.mark.slow
def test_each_permit_of_the_examples_is_written_validated_and_read_back(
    invented: PermitFormat,
) -> None:
    strict = etree.XMLSchema(etree.parse(CONTRACT.document_schema))
    independent = xmlschema.XMLSchema(CONTRACT.document_schema)
    permits = [PERMIT, *permits_of_the_examples()]
    assert len(permits) > 10
    for permit in permits:
        document = invented.write(permit)
        strict.assertValid(etree.fromstring(document))
        independent.validate(document.decode())
        assert invented.read(document) == permit
    assert b"SupplyChain" not in document and b"urn:un:" not in document


def test_loss_notes_name_the_places_of_this_version(invented: PermitFormat) -> None:
    assert {(each.box, each.field, each.value, each.path) for each in invented.losses(PERMIT)} == {
        ("10", "annotation", "#4", "Certificate/Condition"),
        ("13", "issued_where.code", "MZMPM", "Certificate/Place"),
    }


def test_what_no_box_knows_is_kept_in_its_own_version_and_left_out_of_another(
    invented: PermitFormat,
) -> None:
    marked = invented.write(PERMIT).replace(b"Species>", b'Species language="la">', 1)
    permit = invented.read(marked)
    assert [(each.version, each.attributes) for each in permit.carried] == [
        (NAME, (("language", "la"),))
    ]
    assert b'language="la"' in invented.write(permit)
    assert formats()["v2"].write(permit) == formats()["v2"].write(replace(permit, carried=()))
    gone = Carried(NAME, "Goods[0]/Item[Letter=Z]/Species[0]", "of a line that is not there")
    assert b"not there" not in invented.write(replace(permit, carried=(gone,)))


@pytest.mark.parametrize(
    ("old", "new", "box", "path"),
    [
        (b"Number>MZ26EX000001<", b"Number><", "1", "/InventedPermit/Certificate/Number"),
        (b"Kind>E<", b"Kind>Q<", "1", "/InventedPermit/Certificate/Kind"),
        (b"Letter>A</ram:Letter><ram:Species", b"Letter></ram:Letter><ram:Species", "7",
         "/InventedPermit/Goods/Item/Letter"),
    ],
)  # fmt: skip
def test_a_broken_document_is_refused_with_box_and_place_of_this_version(
    old: bytes, new: bytes, box: str, path: str, invented: PermitFormat
) -> None:
    document = invented.write(PERMIT)
    assert old in document
    with pytest.raises(DocumentInvalid) as refused:
        invented.read(document.replace(old, new))
    assert (refused.value.box, refused.value.path) == (box, path)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    directory = tmp_path / "mz"
    make(directory, Plan(MZ, listen="127.0.0.1:9", mode=ServerMode.PLAIN_LOOPBACK), DevelopmentCa())
    with build(load_settings(directory, {})) as built:
        built.permits.publish.publish(NationalRecord("third", 1, PERMIT, TokenId.parse(TOKEN)))
        yield built


def test_a_gateway_publishes_seals_serves_and_reads_it(
    gateway: Gateway, invented: PermitFormat
) -> None:
    site = gateway.service.site
    answer = settled(
        site(HttpRequest("POST", "/epix/v3", "", {"content-type": "text/xml"}, REQUEST))
    )
    assert answer.status == 200, answer.body
    reply = read_certificate(RawAnswer(200, "text/xml", body=bytearray(answer.body)))
    assert reply.version == NAME
    anchors = read_anchors(gateway.settings.seal.certificate_file)
    seals = [each.content for each in reply.attachments]
    judged = PermitSealVerifier(anchors, MZ, lambda: datetime.now(UTC)).judge(reply.document, seals)
    assert judged.verdict.worth is SealStatus.SEALED_VALID
    assert judged.document is not None
    assert invented.read_foreign(judged.document) == PERMIT

    shown = gateway.permits.show.show(PermitName("MZ", PERMIT.number.text))
    assert shown.withheld == ()
    assert {(version, note.field) for version, note in shown.losses if version == NAME} == {
        (NAME, "annotation"),
        (NAME, "issued_where.code"),
    }


def test_the_service_publishes_its_contract_and_describes_its_document(gateway: Gateway) -> None:
    site = gateway.service.site

    def get(path: str, query: str = "") -> bytes:
        answer = settled(site(HttpRequest("GET", path, query, {}, b"")))
        assert answer.status == 200, (path, answer.body)
        return answer.body

    assert CONTRACT.namespace.encode() in get("/epix/v3", "wsdl")
    assert get("/epix/v3", "xsd=Parts.xsd") == (schemas.directory() / "v3/Parts.xsd").read_bytes()
    page = get("/epix/v3/document")
    assert b"LastReexport" in page and b"QuotaUsed" in page
