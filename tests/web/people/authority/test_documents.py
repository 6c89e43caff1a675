"""Supporting documents at the desk of an authority: uploaded, downloaded, removed, refused."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.bootstrap.clock import new_id
from gateway.bootstrap.web.serving import web_options
from gateway.domain.declarations.use import Act, UseEvent
from gateway.domain.identifiers import CertificateNumber
from gateway.domain.permit.quantity import Quantity
from gateway.exchange.declarations.record import UseRecords
from gateway.serving import LongBodies
from gateway.settings import load_settings
from tests.supporting_files import a_pdf, a_png
from tests.web.people.authority.acts import confirm
from tests.web.people.authority.conftest import NUMBER, OTHER, place_of
from tests.web.people.conftest import Desk
from tests.web.people.visitor import ORIGIN, Answer, Visitor

pytestmark = pytest.mark.slow

BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
ENTRIES = {"kind": "LAF", "reason": "the finding of March"}


def body_of(fields: Mapping[str, object], name: str, content: bytes) -> bytes:
    """A form as a browser sends it, with a file."""
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{each}\r\n'
        for key, values in fields.items()
        for each in (
            values if isinstance(values, Sequence) and not isinstance(values, str) else [values]
        )
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    whole = "".join(parts) + head + "Content-Type: application/octet-stream\r\n\r\n"
    return whole.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(
    visitor: Visitor,
    path: str,
    name: str,
    content: bytes,
    headers: Mapping[str, str] | None = None,
    **fields: object,
) -> Answer:
    """Send the form of the page with a file. form_token: that of the page, unless it is given."""
    page = visitor.get(f"{path}/documents/add")
    token = page.text.partition('name="form_token" value="')[2].partition('"')[0]
    body = body_of({"form_token": token, **ENTRIES, **fields}, name, content)
    sent = {
        "content-type": f"multipart/form-data; boundary={BOUNDARY}",
        "origin": ORIGIN,
        "sec-fetch-site": "same-origin",
        **(headers or {}),
    }
    return visitor.send("POST", f"{path}/documents/add", body, headers=sent)


def kept(desk: Desk, number: str = NUMBER) -> list[str]:
    authority = desk.gateway.permits.served.authorities[0]
    with desk.gateway.store.begin_work() as work:
        stored = work.permits.get(authority, CertificateNumber(number))
        assert stored is not None
        return [each.name for each in work.supporting.of(stored)]


def test_a_document_is_uploaded_downloaded_and_removed(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    assert "No document was added" in visitor.get(f"{address}/documents").words
    added = upload(visitor, address, "Avis é.pdf", a_pdf(), for_partners="yes", lines=["A"])
    assert (added.status, added.headers["location"]) == (303, f"{address}/documents")
    listed = visitor.get(f"{address}/documents")
    assert "Avis é.pdf Legal acquisition finding A partners" in listed.words
    page = listed.text.partition("Avis é.pdf")[0].rpartition('href="')[2].partition('"')[0]
    file = visitor.get(f"{page}/file")
    assert (file.status, file.content) == (200, a_pdf())
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''Avis%20%C3%A9.pdf"
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert file.headers["cache-control"] == "no-store"
    assert visitor.post(page, {"reason": ""}).status == 422
    visitor.get(page)
    assert visitor.post(page, {"reason": "sent by mistake"}).status == 303
    assert "removed" in visitor.get(f"{address}/documents").words
    assert visitor.get(f"{page}/file").content == a_pdf()
    told = visitor.get(address).words
    assert "Document added" in told and "Document removed" in told
    assert "sent by mistake" in told


WRONG: list[tuple[str, bytes, dict[str, object], str]] = [
    ("", b"", {}, "Choose a file"),
    ("a.pdf", b"", {}, "The file is empty"),
    ("a.pdf", a_png(), {}, "must end in .png"),
    ("a.pdf", a_pdf(b"<< /S /JavaScript >>"), {}, "active content"),
    ("..\\..\\a.pdf", a_pdf(), {}, "needs a name"),
    ("a\u202efdp.pdf", a_pdf(), {}, "needs a name"),
    ("a.pdf", a_pdf(), {"kind": ""}, "Choose the kind"),
    ("a.pdf", a_pdf(), {"lines": "Z"}, "no such line"),
    ("a.pdf", a_pdf(), {"reason": ""}, "Write the reason"),
    ("a.pdf", a_pdf() + bytes(7_340_032), {}, "at most 7,340,032 bytes"),
]


def test_what_is_wrong_stands_beside_its_field(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    for name, content, fields, said in WRONG:
        answer = upload(visitor, address, name, content, **fields)
        assert (answer.status, said in answer.words) == (422, True), (said, answer.words)
    assert kept(desk) == []


def test_a_form_that_is_not_ours_sends_no_file(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk)
    for changed, status in (
        ({"form_token": "0" * 64}, 403),
        ({"headers": {"origin": "https://evil.example"}}, 403),
        ({"headers": {"sec-fetch-site": "cross-site"}}, 403),
        ({"headers": {"content-type": "multipart/form-data"}}, 400),
        ({"headers": {"content-type": "multipart/form-data; boundary=another"}}, 400),
        ({"headers": {"content-type": "text/plain"}}, 415),
        ({"reason": "x" * 9_000}, 400),
        ({f"field-{place}": "x" for place in range(200)}, 400),
    ):
        answer = upload(visitor, address, "a.pdf", a_pdf(), **changed)  # type: ignore[arg-type]
        assert answer.status == status, changed
    assert kept(desk) == []
    sent = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "origin": ORIGIN}
    body = body_of({**ENTRIES}, "a.pdf", a_pdf())
    assert visitor.send("POST", f"{address}/end", body, headers=sent).status == 415


def test_only_officers_of_the_authority_reach_the_documents(desk: Desk) -> None:
    officer, address = desk.signed_in("authority"), place_of(desk)
    assert upload(officer, address, "a.pdf", a_pdf()).status == 303
    page = officer.get(f"{address}/documents").text.partition(f'href="{address}/documents/0')[2]
    document = f"{address}/documents/0{page.partition(chr(34))[0]}"
    assert officer.get(f"{document}/file").status == 200
    for name, status in (("stranger", 404), ("customs", 403)):
        other = desk.signed_in(name)
        for path in (f"{address}/documents", document, f"{document}/file"):
            assert other.get(path).status == status, (name, path)
        assert upload(other, address, "b.pdf", a_pdf()).status in (403, 404)
    other_permit = place_of(desk, OTHER)
    assert officer.get(document.replace(address, other_permit) + "/file").status == 404
    nobody = Visitor(desk.application)
    sent = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "origin": ORIGIN}
    body = body_of({**ENTRIES}, "c.pdf", a_pdf())
    refused = nobody.send("POST", f"{address}/documents/add", body, headers=sent)
    assert refused.status == 303
    assert refused.headers["location"].startswith("/sign-in?")
    assert kept(desk) == ["a.pdf"]


def declare(desk: Desk, act: Act, place: int = 0) -> None:
    """Our customs use the other permit for a declaration."""
    two = Quantity(Decimal(2), "NAR")
    event = UseEvent(
        *(new_id(), place, act, "MZ", OTHER, "A", "26MZ1", "1", two, two, "MZ/CUSTOMS"),
        *("C. Border", desk.gateway.clock()),
    )
    with desk.gateway.store.begin_work() as work:
        work.declared.add([event], UseRecords(None).record(new_id(), [event]))
        work.commit()


def test_what_travelled_with_a_used_permit_is_not_removed(desk: Desk) -> None:
    visitor, address = desk.signed_in("authority"), place_of(desk, OTHER)
    for name, file in (("a.pdf", a_pdf()), ("b.png", a_png())):
        assert upload(visitor, address, name, file, for_partners="yes").status == 303
    listed = visitor.get(f"{address}/documents").text.split(f'href="{address}/documents/0')[1:]
    first, second = (f"{address}/documents/0{each.partition(chr(34))[0]}" for each in listed)
    declare(desk, Act.RESERVED)
    visitor.get(first)
    answer = visitor.post(first, {"reason": "not needed"})
    assert (answer.status, "Customs have used the permit" in answer.words) == (422, True)
    declare(desk, Act.RELEASED, 1)
    visitor.get(first)
    assert visitor.post(first, {"reason": "not needed"}).status == 303
    confirm(desk)
    visitor.get(second)
    answer = visitor.post(second, {"reason": "not needed"})
    assert (answer.status, "Customs have used the permit" in answer.words) == (422, True)


def test_the_server_takes_long_bodies_at_the_page_alone(desk: Desk, issuing: Path) -> None:
    longer = web_options(load_settings(issuing)).long_bodies
    assert isinstance(longer, LongBodies)
    assert longer.most > 7 * 1024 * 1024
