"""`documents`: evidence of a permit, as an officer of the issuing authority types it."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.bootstrap import build
from gateway.cli.exits import EXITS
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.responsible_person import ResponsiblePerson
from gateway.domain.supporting.refused import DocumentRefused
from gateway.exchange.permits.own_permits import PermitName
from gateway.exchange.permits.supporting.keep import NewDocument
from gateway.settings import load_settings
from tests.cli.conftest import Answer, Call
from tests.cli.test_ledger_command import confirm
from tests.supporting_files import a_pdf, a_png

pytestmark = pytest.mark.slow

NUMBER = "MZ26EX000101"
WHO = ("--person", "A. Cossa", "--reason", "the holder brought it")
REFUSED = EXITS[DocumentRefused].status


@pytest.fixture
def office(tmp_path: Path, published_directory: Path) -> Path:
    directory = Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))
    (tmp_path / "finding.pdf").write_bytes(a_pdf())
    (tmp_path / "crate.png").write_bytes(a_png())
    return directory


@pytest.fixture
def documents(office: Path, call: Call):
    """Calls `documents`; words that name a file of the test's folder become its path."""

    def run(command: str, *words: str, expected: int = 0) -> Answer:
        told = [office.parent / word if "." in word else word for word in words]
        who = WHO if command in ("add", "remove") else ()
        answer = call("documents", command, "MZ", NUMBER, *told, *who, "--dir", office, "--json")
        assert answer.status == expected, answer.err
        return answer

    return run


def names_for_partners(directory: Path) -> list[str]:
    """Names of the files that partners get now, as the look-up for answers finds them."""
    with build(load_settings(directory)) as gateway:
        lookup = gateway.store.permit_lookup
        (header,) = lookup.find(IsoCountryCode("MZ"), CertificateNumber(NUMBER))
        found = [each.name for each in lookup.attachments(header)]
    assert header.attachments == len(found)
    return found


def operations(directory: Path) -> list[tuple[str, dict]]:
    with build(load_settings(directory)) as gateway:
        latest = gateway.store.journal.latest(20)
    return [
        (each.operation, json.loads(each.request or each.answer))
        for each in latest
        if each.operation.startswith("Document")
    ]


def test_a_document_is_added_listed_shown_and_removed(office: Path, documents) -> None:
    kept = documents("add", "finding.pdf", "--kind", "laf").json
    assert (kept["kind"], kept["type"], kept["for_partners"]) == ("LAF", "application/pdf", False)
    assert kept["sha256"] == sha256(a_pdf()).hexdigest()
    assert names_for_partners(office) == []
    sent = documents("add", "crate.png", "--kind", "PHO", "--for-partners", "--line", "A").json
    assert names_for_partners(office) == ["crate.png"]
    listed = documents("list").json["documents"]
    assert [(each["name"], each["lines"]) for each in listed] == [
        ("finding.pdf", []),
        ("crate.png", ["A"]),
    ]
    documents("remove", sent["id"])
    assert names_for_partners(office) == []
    gone = documents("list").json["documents"][1]
    assert (gone["removed_by"], gone["removal_reason"]) == ("A. Cossa", "the holder brought it")
    documents("show", sent["id"], "--out", "copy.png")
    assert (office.parent / "copy.png").read_bytes() == a_png()
    assert (office.parent / "copy.png").stat().st_mode & 0o077 == 0
    documents("remove", sent["id"], expected=REFUSED)
    acts = operations(office)
    assert [name for name, _ in acts] == ["DocumentRemoved", "DocumentAdded", "DocumentAdded"]
    assert acts[0][1]["document"] == sent["id"] and acts[0][1]["person"] == "A. Cossa"


def test_the_signed_record_of_the_permit_covers_its_documents(
    office: Path, documents, call: Call
) -> None:
    documents("add", "crate.png", "--kind", "PHO", "--for-partners")
    verify = ("journal", "verify", "--reconcile", "--dir", office)
    assert call(*verify).status == 0
    with build(load_settings(office)) as gateway, gateway.store._engines.writing.begin() as written:
        written.exec_driver_sql("UPDATE supporting_document SET name = 'other.png'")
    answer = call(*verify)
    assert answer.status != 0
    assert "supporting_document" in answer.out + answer.err


def test_what_travelled_with_a_used_permit_stays(office: Path, documents) -> None:
    sent = documents("add", "crate.png", "--kind", "PHO", "--for-partners").json
    kept = documents("add", "finding.pdf", "--kind", "LAF").json
    confirm(office, "za", "2")
    assert "Customs have used" in documents("remove", sent["id"], expected=REFUSED).err
    assert names_for_partners(office) == ["crate.png"]
    documents("remove", kept["id"][:13])
    (office.parent / "later.pdf").write_bytes(a_pdf(b"<< >>"))
    documents("add", "later.pdf", "--kind", "VET", "--for-partners")
    assert names_for_partners(office) == ["crate.png", "later.pdf"]


def test_a_permit_that_is_over_gives_partners_nothing_more(
    office: Path, documents, call: Call
) -> None:
    assert call("permits", "cancel", "MZ", NUMBER, *WHO, "--dir", office).status == 0
    refused = documents("add", "crate.png", "--kind", "PHO", "--for-partners", expected=REFUSED)
    assert "The permit is over" in refused.err
    documents("add", "crate.png", "--kind", "PHO")


def test_publishing_the_same_record_again_keeps_the_documents(
    office: Path, documents, call: Call
) -> None:
    documents("add", "crate.png", "--kind", "PHO", "--for-partners")
    examples = Path(__file__).parents[2] / "adapters/national/examples/mozambique.json"
    again = call("publish", examples, "--dir", office)
    assert again.status == 0, again.err
    assert names_for_partners(office) == ["crate.png"]


WRONG = [
    (("crate.png", "--kind", "XXX"), "Choose the kind"),
    (("crate.png", "--kind", "PHO", "--line", "Z"), "no such line"),
    (("empty.pdf", "--kind", "LAF"), "empty"),
    (("wrong.pdf", "--kind", "LAF"), "must end in .png"),
    (("large.pdf", "--kind", "LAF"), "at most 7,340,032 bytes"),
    (("evil\u202efdp.pdf", "--kind", "LAF"), "hidden characters"),
    (("CITES-permit-seal.xml", "--kind", "OTH"), "of this name already"),
]


def test_what_is_not_taken_leaves_nothing(office: Path, documents) -> None:
    folder = office.parent
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "wrong.pdf").write_bytes(a_png())
    (folder / "large.pdf").write_bytes(a_pdf() + bytes(7 * 1024 * 1024))
    (folder / "evil\u202efdp.pdf").write_bytes(a_pdf())
    (folder / "CITES-permit-seal.xml").write_bytes(b"<a/>")
    for words, said in WRONG:
        assert said in documents("add", *words, expected=REFUSED).err
    assert documents("list").json["documents"] == []


def test_a_permit_takes_so_many_documents_and_no_more(office: Path, documents) -> None:
    settings = office / "conf/gateway.toml"
    text = settings.read_text(encoding="utf-8")
    head = "[supporting_documents]\n"
    settings.write_text(
        text.replace(head, f"{head}max_documents = 2\nmax_permit_bytes = 2000\n"), encoding="utf-8"
    )
    added = documents("add", "crate.png", "--kind", "PHO").json
    same = documents("add", "crate.png", "--kind", "OTH", expected=REFUSED)
    assert "has this file already" in same.err
    (office.parent / "Crate.PNG").write_bytes(a_png() + b"\x00")
    taken = documents("add", "Crate.PNG", "--kind", "PHO", expected=REFUSED)
    assert "of this name already" in taken.err
    documents("remove", added["id"])
    (office.parent / "long.pdf").write_bytes(a_pdf(b"(%b)" % bytes(2_000)))
    long = documents("add", "long.pdf", "--kind", "OTH", expected=REFUSED)
    assert "2,000 bytes together" in long.err
    documents("add", "finding.pdf", "--kind", "LAF")
    (office.parent / "third.png").write_bytes(a_png() + b"\x00\x00")
    third = documents("add", "third.png", "--kind", "PHO", expected=REFUSED)
    assert "may have 2 documents" in third.err


def test_partners_can_take_only_so_much_with_a_permit(office: Path, documents) -> None:
    by = ResponsiblePerson("A. Cossa", "from the file")
    with build(load_settings(office)) as gateway:
        for place in range(20):
            new = NewDocument("PHO", f"{place}.png", a_png() + b"\x00" * place, (), True)
            gateway.permits.documents.add(PermitName("MZ", NUMBER), new, by)
    full = documents("add", "finding.pdf", "--kind", "LAF", "--for-partners", expected=REFUSED)
    assert "Partners can take 20 files of 14 MB" in full.err
    documents("add", "finding.pdf", "--kind", "LAF")
    assert len(names_for_partners(office)) == 20
