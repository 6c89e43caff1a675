"""`paper code`, `paper verify` and `print`: permits on paper, made and verified."""

import json
import shutil
from importlib import resources
from pathlib import Path

import pypdfium2
import pytest

from gateway.cli.exits import PAPERS
from gateway.domain.paper.verdict import PaperStatus
from tests.cli.conftest import NUMBER, Call, without_seal

CANCELLED = "MZ26EX000102"


@pytest.fixture
def published(tmp_path: Path, published_directory: Path) -> Path:
    """A working directory of Mozambique with published permits."""
    return Path(shutil.copytree(published_directory, tmp_path / "mz", symlinks=True))


def without_paper(configuration: str) -> str:
    lines = configuration.splitlines()
    return "\n".join(line for line in lines if "keys/paper" not in line and line != "[paper]")


@pytest.mark.slow
def test_a_code_of_text_or_picture_is_verified(published: Path, tmp_path: Path, call: Call) -> None:
    text = tmp_path / "code.txt"
    made = call("paper", "code", "MZ", NUMBER, "--dir", published)
    assert "QR version" in made.err
    text.write_text(made.out)
    picture = tmp_path / "code.png"
    assert call("paper", "code", "MZ", NUMBER, "--out", picture, "--dir", published).status == 0
    for file in (text, picture):
        answer = call("paper", "verify", file, "--dir", published)
        assert answer.status == 0, answer.err
        assert "✓ GENUINE" in answer.out
        assert NUMBER in answer.out
        assert "a photocopy has the same code" in answer.out


@pytest.mark.slow
def test_codes_lead_to_the_check_page_where_people_are_answered(
    published: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("paper", "code", "MZ", NUMBER, "--dir", published)
    assert not call(*words).out.startswith("http://localhost:8081/")
    monkeypatch.setenv("EPIX_WEB__ENABLED", "true")
    assert call(*words).out.startswith("http://localhost:8081/check#")


@pytest.mark.slow
def test_one_digit_changed_is_altered(published: Path, tmp_path: Path, call: Call) -> None:
    text = call("paper", "code", "MZ", NUMBER, "--dir", published).out.strip()
    digit = str((int(text[-30]) + 1) % 10)
    file = tmp_path / "code.txt"
    file.write_text(text[:-30] + digit + text[-29:])
    answer = call("paper", "verify", file, "--dir", published)
    assert answer.status in (28, 45)
    assert "GENUINE" not in answer.out
    assert NUMBER not in answer.out


@pytest.mark.slow
def test_a_program_gets_every_part(published: Path, call: Call) -> None:
    made = call("paper", "code", "MZ", NUMBER, "--json", "--dir", published).json
    assert (made["lines"], made["lines_in_full"], made["holds_token"]) == (2, 2, False)
    assert made["smallest_mm"] == pytest.approx((25 + 4 * made["qr_version"]) * 0.4, abs=0.1)
    answer = call("paper", "verify", "-", "--json", "--dir", published, typed=made["address"])
    told = answer.json
    assert (told["verdict"], told["number"], told["authority"]) == ("genuine", NUMBER, "ANAC")
    boxes = {(box["box"], box["label"]): box["value"] for box in told["lines"][0]["boxes"]}
    assert boxes["11", "Quantity (including unit)"] == "1200 NAR"
    assert told["unknown"] == ["original", "used", "goods"]


@pytest.mark.slow
def test_a_cancelled_permit_of_ours_is_withdrawn_and_not_printed_again(
    published: Path, tmp_path: Path, call: Call
) -> None:
    made = call("paper", "code", "MZ", CANCELLED, "--dir", published).out
    words = ("--person", "P", "--reason", "R", "--dir", published)
    assert call("permits", "cancel", "MZ", CANCELLED, *words).status == 0
    answer = call("paper", "verify", "-", "--dir", published, typed=made)
    assert answer.status == PAPERS[PaperStatus.WITHDRAWN].status == 26
    assert "✗ WITHDRAWN" in answer.out
    assert call("paper", "code", "MZ", CANCELLED, "--dir", published).status == 26
    out = tmp_path / "form.pdf"
    assert call("print", "MZ", CANCELLED, "--out", out, "--dir", published).status == 26
    assert not out.exists()


@pytest.mark.slow
def test_the_token_is_in_the_code_only_where_it_was_asked_for(
    published: Path, token_file: Path, tmp_path: Path, call: Call
) -> None:
    words = ("paper", "code", "MZ", NUMBER, "--dir", published, "--token-file")
    made = call(*words, token_file)
    assert "holds the token" in made.err
    told = call("paper", "verify", "-", "--json", "--dir", published, typed=made.out)
    assert told.json["holds_token"]
    assert token_file.read_text().strip() not in told.out
    wrong = tmp_path / "wrong"
    wrong.write_text("ANOTHER-1\n")
    refused = call(*words, wrong)
    assert refused.status == 28
    assert "not the one that this permit was published with" in refused.err


@pytest.mark.slow
def test_the_printed_form_proves_itself_and_its_files_verify(
    published: Path, tmp_path: Path, call: Call
) -> None:
    out = tmp_path / "form.pdf"
    answer = call("print", "MZ", NUMBER, "--lang", "fr", "--out", out, "--dir", published)
    assert answer.status == 0, answer.err
    verified = call("paper", "verify", out, "--lang", "es", "--dir", published)
    assert verified.status == 0, verified.err
    assert "AUTÉNTICO" in verified.out
    with pypdfium2.PdfDocument(out) as document:
        for place in range(document.count_attachments()):
            file = document.get_attachment(place)
            (tmp_path / file.get_name()).write_bytes(bytes(file.get_data()))
    seal = tmp_path / "CITES-permit-seal.xml"
    words = ("--seal", seal, "--anchors", published / "keys/dev-ca.pem", "--country", "MZ")
    assert call("seal", "verify", tmp_path / "permit-v2.xml", *words).status == 0
    again = call("print", "MZ", NUMBER, "--out", out, "--dir", published)
    assert "exists already" in again.err


@pytest.mark.slow
def test_without_a_paper_key_the_form_says_that_it_proves_nothing(
    published: Path, tmp_path: Path, call: Call
) -> None:
    file = published / "conf/gateway.toml"
    file.write_text(without_paper(file.read_text()))
    out = tmp_path / "form.pdf"
    answer = call("print", "MZ", NUMBER, "--out", out, "--dir", published)
    assert answer.status == 0
    assert "no QR code" in answer.err
    shown = call("paper", "verify", out, "--dir", published)
    assert "shows no permit code" in shown.err
    refused = call("paper", "code", "MZ", NUMBER, "--dir", published)
    assert refused.status == 63
    assert "epix-gateway keys new paper" in refused.err


@pytest.mark.slow
def test_a_key_that_ends_before_the_permit_is_told(published: Path, call: Call) -> None:
    """The development certificate lasts 90 days, the permit longer."""
    file = published / "conf/gateway.toml"
    made = call("paper", "code", "MZ", NUMBER, "--json", "--dir", published)
    shown = call("paper", "code", "MZ", NUMBER, "--dir", published)
    assert f"! The paper certificate ends on {made.json['key_ends'][:10]}" in shown.err
    out = file.with_name("form.pdf")
    printed = call("print", "MZ", NUMBER, "--out", out, "--dir", published)
    assert "before the permit" in printed.err


def test_a_wrong_name_of_a_picture_or_permit_is_said(
    published: Path, tmp_path: Path, call: Call
) -> None:
    out = call("paper", "code", "MZ", NUMBER, "--out", tmp_path / "a.bmp", "--dir", published)
    assert "End it with .svg or .png" in out.err
    unknown = call("paper", "code", "MZ", "MZ26EX009999", "--dir", published)
    assert "No permit of this number is published here" in unknown.err
    assert call("paper", "verify", "-", "--dir", published, typed="https://a.example").status == 28


def test_the_statuses_are_those_of_the_page() -> None:
    page = (Path(__file__).parents[2] / "docs/paper.md").read_text(encoding="utf-8")
    for status, row in PAPERS.items():
        assert f"| {row.status} | `{status}` |" in page


@pytest.mark.slow
def test_a_sample_record_without_seal_is_printed_without_seal(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    file = directory / "conf/gateway.toml"
    file.write_text(without_seal(file.read_text()))
    example = resources.files("adapters.national.examples") / "mozambique.json"
    records = tmp_path / "one.json"
    records.write_text(json.dumps(json.loads(example.read_text(encoding="utf-8"))[:1]))
    assert call("publish", records, "--dir", directory).status == 0
    out = tmp_path / "form.pdf"
    assert call("print", "MZ", NUMBER, "--out", out, "--dir", directory).status == 0
    with pypdfium2.PdfDocument(out) as document:
        assert document.count_attachments() == 1
