"""Forged permit codes, 200 of each kind, and verdicts of every kind, by the verifier of the page.

The page's own scripts judge them, in Chromium, in one call for all.
"""

import json
import random
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, Page
from starlette.applications import Starlette

from gateway.crypto.journal_seal.heads import JournalSigner
from gateway.crypto.paper.cose import PaperSigner
from gateway.crypto.paper.list_signer import signer_key
from gateway.domain.identifiers import Authority, TokenId
from gateway.domain.key_revocation import RevocationCause
from gateway.domain.paper.digits import address_of
from gateway.domain.paper.key_list import PaperKeyRevocation
from gateway.domain.paper.statement import PaperStatement
from gateway.domain.paper.verdict import PaperStatus
from gateway.exchange.canonical_json import canonical, moment
from gateway.exchange.permits.paper.check_lists import PURPOSE
from gateway.exchange.permits.paper.key_list_file import PURPOSE as LIST_PURPOSE
from gateway.exchange.permits.paper.key_list_file import fields_of
from gateway.web.check.files import files, version
from gateway.web.check.pages import routes
from tests.browser import a_page
from tests.builders import a_permit
from tests.crypto.paper.papers import (
    ANAC,
    MZ,
    PAGE,
    PERMIT,
    Paper,
    a_paper,
    status,
    withdrawn_permits,
)
from tests.crypto.permit_seal.seal_pki import NOON, Holder, a_ca
from tests.long_haul import repetitions, thinned
from tests.web.check.served import Served, served

pytestmark = pytest.mark.slow

TIMES = repetitions(short=40, long=200)
DAY = timedelta(days=1)
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
JUDGE = """async ({base, form, madeAt, lists, cases}) => {
  const { judged } = await import(`${base}/verify.js`);
  const found = [];
  for (const { text, list, now } of cases) {
    const verdict = await judged(text, { madeAt, lists: [lists[list]] }, form, now);
    found.push([verdict.status, verdict.statement ? verdict.statement.number : null]);
  }
  return found;
}"""


@dataclass(frozen=True)
class Case:
    """A code with the list that it is judged by. now: aware."""

    code: bytes
    paper: Paper
    now: datetime = NOON


def of_page(page: Page, cases: list[Case], made_at: datetime = NOON - DAY) -> list[list[Any]]:
    """What the page says: status, and the number of the permit where its boxes are shown."""
    papers = list({id(case.paper): case.paper for case in cases}.values())
    places = {id(paper): place for place, paper in enumerate(papers)}
    values = {
        "base": f"/check/{version()}",
        "form": json.loads(files()["form.en.json"]),
        "madeAt": made_at.timestamp() * 1000,
        "lists": [fields_of(paper.list) for paper in papers],
        "cases": [
            {
                "text": address_of(PAGE, case.code),
                "list": places[id(case.paper)],
                "now": case.now.timestamp() * 1000,
            }
            for case in cases
        ],
    }
    found: list[list[Any]] = page.evaluate(JUDGE, values)
    return found


@pytest.fixture(scope="module")
def site() -> Iterator[Served]:
    def no_lists() -> bytes:
        return b"{}"

    with served(Starlette(routes=list(routes(("P-256", b""), no_lists, {})))) as made:
        yield made


@pytest.fixture(scope="module")
def page(browser: Browser, site: Served) -> Iterator[Page]:
    """One for all of these tests: they call the modules of the page, and change nothing on it."""
    with a_page(browser) as opened:
        opened.goto(site.address)
        yield opened


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def forged(paper: Paper, twins: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each forgery with its kind."""
    chance, foreign = random.Random(16), a_paper()
    theirs = foreign.code()
    for code in twins:
        frame = cbor2.loads(code)
        payload, signature = list(frame), list(frame)
        payload[2], signature[3] = flipped(frame[2], chance), flipped(frame[3], chance)
        yield "payload", cbor2.dumps(payload, canonical=True)
        yield "signature", cbor2.dumps(signature, canonical=True)
        yield "anywhere", flipped(code, chance)
        said = cbor2.loads(zlib.decompress(frame[2]))
        said[7][0][10] = "50 NAR"
        anew = [*frame[:2], zlib.compress(cbor2.dumps(said, canonical=True), 9), frame[3]]
        yield "encoded anew", cbor2.dumps(anew, canonical=True)
        other = cbor2.loads(theirs)
        yield "foreign key", theirs
        yield "foreign key under this id", cbor2.dumps([frame[0], *other[1:]], canonical=True)
        half = frame[3][:32] + (ORDER - int.from_bytes(frame[3][32:])).to_bytes(32)
        yield "other half", cbor2.dumps([*frame[:3], half], canonical=True)
    for place in range(TIMES):
        last = NOON - timedelta(days=1 + place)
        yield "expired", paper.code(replace(PERMIT, valid_until=last))
    yield "tag", cbor2.dumps(cbor2.CBORTag(18, cbor2.loads(twins[0])), canonical=True)
    yield "long head", b"\x98\x04" + twins[0][1:]
    yield "after the end", twins[0] + b"\0"
    yield "deep", b"\x84" * 300


def test_no_forgery_is_accepted_and_every_twin_is(page: Page) -> None:
    paper = a_paper()
    twins = [
        paper.code(replace(PERMIT, number=a_permit(f"MZ26EX{place:06}").number))
        for place in range(TIMES)
    ]
    kinds, codes = zip(*forged(paper, twins), strict=True)
    found = of_page(page, [Case(code, paper) for code in (*twins, *codes)])
    assert found[:TIMES] == [["genuine", f"MZ26EX{place:06}"] for place in range(TIMES)]
    told: dict[str, set[str]] = {}
    for kind, (verdict, number) in zip(kinds, found[TIMES:], strict=True):
        told.setdefault(kind, set()).add(verdict)
        assert number is None or verdict == "expired", kind
    assert told.pop("anywhere") <= {"altered", "signer-unknown"}
    assert told.pop("foreign key") == {"signer-unknown"}
    assert told.pop("expired") == {"expired"}
    assert len(told) == 9
    assert set().union(*told.values()) == {"altered"}


def cases() -> Iterator[Case]:
    """Codes of every verdict."""
    paper, foreign = a_paper(), a_paper()
    code = paper.code(token=TokenId("SECRET-1"))
    number = PERMIT.number.text
    yield Case(code, paper)
    yield Case(paper.code(replace(PERMIT, positions=PERMIT.positions * 6)), paper)
    yield Case(paper.code(replace(PERMIT, special_conditions=("Ω ž é " * 100,))), paper)
    yield Case(paper.code(replace(PERMIT, valid_until=None)), paper)
    yield Case(foreign.code(), paper)
    yield Case(paper.code(authority=Authority(MZ, "OTHER")), paper)
    yield Case(code, replace(paper, withdrawn=withdrawn_permits(number, "A", "B", "C")))
    yield Case(code, replace(paper, withdrawn=withdrawn_permits("A", "B", "C")))
    yield Case(code, replace(paper, next_at=NOON - timedelta(hours=1)))
    yield Case(paper.code(replace(PERMIT, valid_from=NOON + DAY)), paper)
    assert PERMIT.valid_before
    for seconds in (-1, 0):
        at = PERMIT.valid_before + timedelta(seconds=seconds)
        yield Case(code, replace(paper, next_at=at + DAY), at)
    endless = paper.code(replace(PERMIT, valid_until=None))
    yield Case(endless, replace(paper, next_at=NOON + 500 * DAY), NOON + 401 * DAY)
    for cause in RevocationCause:
        revoked = replace(paper, revocation=PaperKeyRevocation(NOON - DAY, cause))
        yield Case(code, revoked)
        yield Case(paper.code(at=NOON - 2 * DAY), revoked)
    yield Case(paper.code(at=NOON + timedelta(minutes=4)), paper)
    yield Case(paper.code(at=NOON + timedelta(minutes=6)), paper)
    said = PaperStatement.of(PERMIT, ANAC, NOON)
    signer = PaperSigner(paper.holder.key, (paper.holder.certificate,))
    yield Case(signer.sign(replace(said, boxes={**said.boxes, 99: "later"})), paper)
    yield Case(signer.sign(replace(said, boxes={**said.boxes, 5: "no day"})), paper)
    yield Case(signer.sign(replace(said, count=7)), paper)
    yield Case(signer.sign(replace(said, lines=({**said.lines[0], 99: "later"},), count=1)), paper)


def test_the_page_gives_the_verdict_of_the_command_line(page: Page) -> None:
    every = list(cases())
    ours = [status(case.code, case.paper, at=case.now).value for case in every]
    assert [told for told, _ in of_page(page, every)] == ours
    assert set(ours) == set(PaperStatus) - {PaperStatus.WITHDRAWN}


def test_a_clock_that_is_set_back_makes_no_permit_genuine(page: Page) -> None:
    """A permit that is over would be in date again, and a list that is too old new."""
    paper = a_paper()
    told = of_page(page, [Case(paper.code(), paper, NOON - timedelta(minutes=10))], made_at=NOON)
    assert told == [["clock-wrong", PERMIT.number.text]]


READ = """async ({base, file, signer}) => {
  const { read } = await import(`${base}/key_lists.js`);
  try {
    return (await read(file, signer)).lists.length;
  } catch (error) {
    return error.message;
  }
}"""


KEYS: dict[str, Callable[[], Any]] = {
    "P-256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "P-384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "P-521": lambda: ec.generate_private_key(ec.SECP521R1()),
    "RSA": lambda: rsa.generate_private_key(65537, 3072),
}


@pytest.mark.parametrize("kind", thinned(KEYS, ("P-256", "RSA")))
def test_only_lists_signed_by_the_key_of_the_page_are_taken(page: Page, kind: str) -> None:
    """Ten signatures of each kind of key, as the length of an ECDSA signature varies."""
    holder, other = (a_ca().issue("MZ", key=KEYS[kind]()) for _ in range(2))
    text = canonical({"v": 1, "made_at": moment(NOON), "lists": [fields_of(a_paper().list)]})

    def file(by: Holder, purpose: bytes = PURPOSE, signed: bytes = text) -> str:
        signature = JournalSigner(by.key, (by.certificate,)).sign(purpose + signed)
        fields = {"text": text, "signature": signature}
        return json.dumps({name: b64encode(value).decode() for name, value in fields.items()})

    found, public = signer_key(holder.certificate.public_bytes(Encoding.PEM))
    assert found == kind
    signer = {"kind": kind, "key": b64encode(public).decode()}

    def read(content: str) -> Any:
        values = {"base": f"/check/{version()}", "file": content, "signer": signer}
        return page.evaluate(READ, values)

    assert [read(file(holder)) for _ in range(10)] == [1] * 10
    assert read(file(other)) == "another signer"
    assert read(file(holder, LIST_PURPOSE)) == "another signer"
    assert read(file(holder, signed=text.replace(b'"v":1', b'"v":2'))) == "another signer"
