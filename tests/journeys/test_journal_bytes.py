"""Journal: it returns the bytes that travelled, for each form of answer of a whole gateway."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.cli.workdir import Plan, make
from gateway.crypto.keys.development import DevelopmentCa
from gateway.domain.identifiers import IsoCountryCode, TokenId
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.supporting.keep import NewDocument
from gateway.exchange.ports import SEAL_NAME, Attachment, Direction, NationalRecord
from gateway.http import HttpAnswer, HttpRequest, settled
from gateway.settings import ServerMode, load_settings
from tests.builders import a_permit
from tests.databases import SQLITE, both_in_long_form, keep_in, migrated_database
from tests.supporting_files import a_pdf

pytestmark = pytest.mark.slow

SCAN = Attachment("phyto.pdf", bytes(range(256)) * 50)
RECORD = NationalRecord(
    "journey", 1, a_permit("MZ26EX000001"), TokenId.parse("SANDBOX-7KQ4-2M9X"), attachments=(SCAN,)
)
REQUEST = Path(__file__).parent.parent / "interop" / "requests" / "GetNonFinalCitesCertificate.xml"


@pytest.fixture(params=both_in_long_form(SQLITE))
def gateway(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Gateway]:
    directory = tmp_path / "gateway"
    make(
        directory,
        Plan(IsoCountryCode("MZ"), listen="127.0.0.1:9", mode=ServerMode.PLAIN_LOOPBACK),
        DevelopmentCa(),
    )
    with migrated_database(tmp_path, request.param) as url:
        keep_in(url, directory)
        with build(load_settings(directory)) as built:
            built.permits.publish.publish(RECORD)
            yield built


@pytest.fixture
def ask(gateway: Gateway) -> Callable[..., HttpAnswer]:
    def one(token: str = "SANDBOX-7KQ4-2M9X", **headers: str) -> HttpAnswer:
        body = REQUEST.read_bytes().replace(b"SANDBOX-7KQ4-2M9X", token.encode())
        return settled(
            gateway.service.site(
                HttpRequest("POST", "/epix/v2", "", {"content-type": "text/xml", **headers}, body)
            )
        )

    return one


@pytest.mark.parametrize("headers", [{}, {"accept": "multipart/related"}])
def test_an_answer_with_attachment_and_seal_stands_in_the_journal_as_it_travelled(
    gateway, ask, headers
) -> None:
    answer = ask(**headers)
    assert (answer.status, len(answer.body) > len(SCAN.content)) == (200, True)
    assert gateway.store.journal.latest(1)[0].answer == answer.body


def test_a_permit_that_is_corrected_changes_no_earlier_answer(gateway, ask) -> None:
    before = ask()
    corrected = replace(RECORD, permit=replace(RECORD.permit, special_conditions="Corrected."))
    gateway.permits.publish.publish(corrected)
    after = ask()
    assert before.body != after.body
    told = [each for each in gateway.store.journal.latest(6) if each.direction is Direction.IN]
    assert [each.answer for each in told] == [after.body, before.body]


def test_a_refusal_stands_in_the_journal_as_it_travelled(gateway, ask) -> None:
    answer = ask("WRONG-TOKEN")
    assert answer.status == 500
    assert gateway.store.journal.latest(1)[0].answer == answer.body


def test_a_document_for_partners_travels_before_the_seal_until_it_is_removed(gateway, ask) -> None:
    documents, name = gateway.permits.documents, PermitName("MZ", "MZ26EX000001")
    by, file = ResponsiblePerson("A. Cossa", "asked for"), a_pdf()
    sent = documents.add(name, NewDocument("LAF", "finding é.pdf", file, ("A",), True), by)
    documents.add(name, NewDocument("INV", "invoice.pdf", a_pdf(b"[]")), by)
    answer = ask()
    names = re.findall(r"<AttachmentName>([^<]*)", answer.body.decode())
    assert names == [SCAN.name, "finding é.pdf", SEAL_NAME]
    assert b64encode(file) in answer.body
    assert file in ask(accept="multipart/related").body
    assert gateway.store.journal.latest(2)[1].answer == answer.body
    documents.remove(name, sent.id, by)
    assert b64encode(file) not in ask().body
