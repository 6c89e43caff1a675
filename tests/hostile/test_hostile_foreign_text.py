"""Forged lines: values of others that end a line, turn it or hide in it, through every output."""

import io
import json
import logging
import unicodedata
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from gateway.bootstrap.log_format import OneLineFormatter
from gateway.cli.console import Output, labelled
from gateway.cli.main import app
from gateway.cli.views import journal, outbox, permit
from gateway.cli.views.foreign import summary, verdict
from gateway.domain.delivery_state import DeliveryState
from gateway.domain.foreign_text import one_line
from gateway.domain.form.boxes import Form
from gateway.domain.identifiers import Authority, IsoCountryCode
from gateway.domain.permit.unreadable import UnreadableLeaf
from gateway.domain.rules.foreign import foreign_findings
from gateway.domain.summary import Outcome, summarise
from gateway.domain.verdict import SealStatus, Verdict
from gateway.exchange.ports import DeliveryEvent
from gateway.http import HttpRequest
from gateway.web.pages import ServicePages
from gateway.web.portal.description import Service
from tests.builders import IMPORTER, a_permit, a_position
from tests.cli.test_seal_command import NOW, sealed
from tests.crypto.permit_seal.seal_pki import a_ca

FORGED = "✓ SEALED AND VALID"
HOSTILE = [
    pytest.param(letter, id=f"U+{ord(letter):04X}")
    for letter in "\n\r\t\x0b\x0c\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\u200b\u200c\u200d\u00ad"
    "\ufeff\u3164\ufe0f\ue000\ufdd0\ud800\U000e0041\U0010ffff"
]
EACH = pytest.mark.parametrize("letter", HOSTILE)
UNSAFE = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def shown(out: io.StringIO) -> Output:
    output = Output()
    output.out.file = output.err.file = out
    output.out.width = output.err.width = 100
    return output


def require_harmless(text: str, letter: str) -> None:
    """Lines are ours alone, and the letter stands nowhere but as an escape."""
    assert not [line for line in text.splitlines() if line.strip("│ ").startswith(FORGED)]
    assert not [each for each in text if each != "\n" and unicodedata.category(each) in UNSAFE]
    assert letter == "\n" or letter not in text
    assert one_line(letter) in text.replace("\n", "") or letter in "\t\r\n"


@EACH
def test_a_signer_cannot_write_a_verdict_of_its_own(
    shown: Output, out: io.StringIO, letter: str
) -> None:
    broken = Verdict(
        SealStatus.SIGNER_UNKNOWN,
        SealStatus.SIGNER_UNKNOWN,
        NOW,
        f"No chain{letter}{FORGED}",
        f"CN=x{letter}{FORGED}",
    )
    shown.render(verdict.view(broken))
    require_harmless(out.getvalue(), letter)
    assert out.getvalue().count(one_line(letter)) >= 2
    assert len(out.getvalue().splitlines()) == 4


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("space", [" ", "\u00a0", "\u3000"])
def test_a_value_that_is_wrapped_begins_no_line(
    shown: Output, out: io.StringIO, width: int, space: str
) -> None:
    """Spaces up to the edge of the terminal, then the forged verdict."""
    shown.out.width = width
    for padding in range(width):
        signer = f"CN=x{space * padding}{FORGED} Sealed by: CN=MZ, " * 3
        unknown = SealStatus.SIGNER_UNKNOWN
        shown.render(verdict.view(Verdict(unknown, unknown, NOW, "No chain.", signer)))
        shown.render(labelled("Attachment:", signer))
    assert not [line for line in out.getvalue().splitlines() if line.startswith((FORGED, "Seale"))]


@EACH
def test_no_box_of_a_permit_writes_a_line_outside_of_its_frame(
    shown: Output, out: io.StringIO, letter: str
) -> None:
    evil = f"x{letter}{FORGED}"
    foreign = a_permit(
        importer=replace(IMPORTER, name=evil),
        special_conditions=(f"One{letter}two",),
        type_name=evil,
        positions=(a_position("A", scientific_name=evil, marks=(evil,)),),
    )
    shown.render(permit.view(foreign))
    require_harmless(out.getvalue(), letter)
    # The notes of the form stand outside of its frames; no value does.
    unframed = [line for line in out.getvalue().splitlines() if line[:1] not in set("╭│╰")]
    assert [line[:2].strip() for line in unframed if line.startswith(" ")], "the notes"
    assert all(line.startswith(" ") and FORGED not in line for line in unframed)
    shown.as_json = True
    written = [row["value"] for row in permit.as_json(foreign)["boxes"]]  # type: ignore[attr-defined]
    assert not [value for value in written if value.startswith(FORGED) or f"\n{FORGED}" in value]


@EACH
def test_no_value_in_a_reason_or_a_finding_writes_a_summary_of_its_own(
    shown: Output, out: io.StringIO, letter: str
) -> None:
    forged = Outcome.MAY_PASS.text()
    evil = f"x{letter}✓ {forged}"
    leaf = UnreadableLeaf("2", None, f"End{letter}{forged}", evil)
    line = a_position(f"A{letter}", scientific_name="Panthera", sources=(evil,), appendix=evil)
    foreign = a_permit(positions=(line,), unreadable=(leaf,))
    found = foreign_findings(foreign, Authority(IsoCountryCode("MZ"), "MA"))
    seal = Verdict(SealStatus.UNSEALED, SealStatus.UNSEALED, NOW, "None.")
    shown.render(summary.view(summarise(foreign, seal, found, at=NOW)))
    shown.render(summary.findings_view(found.all))
    assert out.getvalue().count(one_line(letter).strip() or "x") >= 2
    assert not [text for text in out.getvalue().splitlines() if text.startswith("✓")]
    require_harmless(out.getvalue(), letter)


def test_box_5_keeps_its_paragraphs(shown: Output, out: io.StringIO) -> None:
    head = Form(a_permit(special_conditions=("a\r\nb\n c",))).head()
    (row,) = (row for row in head if row.box == "5")
    assert row.lines == ("a", "b", "c")
    assert row.value == "a\nb\nc"


@EACH
def test_errors_tables_and_lines_are_one_line_each(
    shown: Output, out: io.StringIO, letter: str
) -> None:
    shown.print(f"Attachment: x{letter}{FORGED}")
    shown.print_error(f"x{letter}{FORGED}", f"y{letter}{FORGED}")
    shown.print_advice(f"z{letter}{FORGED}")
    event = DeliveryEvent(NOW, DeliveryState.PARKED, "PartnerFault", "A", f"r{letter}{FORGED}")
    shown.render(outbox.history([event]))
    require_harmless(out.getvalue(), letter)
    tally = journal.Tally(signers={f"CN=x{letter}{FORGED}"})
    assert len(journal.summary(tally, [])) == 1


@EACH
def test_json_is_safe_to_look_at_and_gives_a_program_the_value_itself(
    shown: Output, out: io.StringIO, letter: str
) -> None:
    shown.as_json = True
    value = {"signer": f"CN=x{letter}{FORGED}", f"k{letter}": [letter]}
    shown.write_json(value)
    text = out.getvalue()
    assert not [each for each in text if each != "\n" and unicodedata.category(each) in UNSAFE]
    assert not [line for line in text.splitlines() if FORGED in line and "signer" not in line]
    assert json.loads(text) == value


@EACH
def test_no_value_begins_an_event_of_the_log(letter: str) -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(OneLineFormatter("%(levelname)s %(message)s"))
    log = logging.Logger("gateway.tested")
    log.addHandler(handler)
    try:
        raise ValueError(f"x{letter}ERROR forged")
    except ValueError:
        log.exception("partner=%s", f"x{letter}ERROR forged")
    (line,) = out.getvalue().splitlines()
    assert one_line(letter) in line and letter not in line


@EACH
def test_no_name_turns_or_ends_a_line_of_a_page(letter: str) -> None:
    name = f"Authority{letter}of Mozambique"
    pages = ServicePages(Service("https://epix.example.mz", (name,), "MZ", "1.2.3"))
    for path in ("/epix", "/epix/support"):
        answer = pages(HttpRequest("GET", path, "", {}, b""))
        assert answer is not None
        text = answer.body.decode()
        assert name not in text and one_line(name) in text


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("letter", ["\n", "\r", "\x1b", "\x85", "\u2028", "\u202e"])
def test_a_certificate_whose_subject_forges_a_verdict(
    tmp_path: Path, letter: str, as_json: bool
) -> None:
    """The attack as it was found: `seal verify` of a seal by somebody unknown."""
    ca = a_ca()
    subject = f"x{letter}{FORGED}{letter}Sealed by: CN=MZ"
    forger = a_ca().issue(
        "MZ", name=subject, begin=NOW - timedelta(days=1), end=NOW + timedelta(days=1)
    )
    files = sealed(tmp_path, ca, forger)
    files.anchors.write_bytes(ca.certificate.public_bytes(Encoding.PEM))
    words = ["seal", "verify", str(files.permit), "--seal", str(files.seal)]
    words += ["--anchors", str(files.anchors), *(["--json"] if as_json else [])]
    answer = CliRunner().invoke(app, words, env={"COLUMNS": "100"})
    assert answer.exit_code == 46
    assert letter == "\n" or letter not in answer.stdout
    assert not [line for line in answer.stdout.split("\n") if line.lstrip().startswith(FORGED)]
    if as_json:
        assert letter in json.loads(answer.stdout)["signer"]
    else:
        assert one_line(letter) in answer.stdout
