"""`national guess`: a person completes what is unsure in a few lines, and publishes."""

import difflib
from pathlib import Path

import pytest

from tests.cli.conftest import Call

SHARED = Path(__file__).parents[4] / "shared/cases/records/own-columns.csv"
OF_SHARED = {
    '# exporter.country = { constant = "" }': 'exporter.country = { constant = "LK" }',
    '# "Personal" = ""': '"Personal" = "EXPORT"',
    '# "UAE" = ""': '"UAE" = "AE"',
    '# "Circus" = "Q"': '"Circus" = "Q"',
    '# "pcs" = ""': '"pcs" = "NAR"',
    '# "vials" = ""': '"vials" = "NAR"',
}
"""Lines that a person completes."""
OWN = """\
Certificate No;Permit type;Issue date;Valid to;Exporter;Exporter address;Exporter country;\
Importer;Importer address;Importing country;Purpose;Species;Description;App;Source;Amount;Unit;\
Stamp number;Issued by;Token;Clerk
MZ-1;Export;28.10.2026;20.04.2027;Exemplo Lda;Rua 1, Beira;Moçambique;Beispiel AG;Weg 2, Bern;\
Suisse;Commercial;Afzelia quanzensis;Sawn timber;II;W;1.250,5;m3;MZ 1;A. Exemplo;TOKEN-1;x
MZ-2;Export;29.10.2026;20.04.2027;Exemplo Lda;Rua 1, Beira;Moçambique;Sample Inc;3 Road, Reno;\
U.S.;Commercial;Afzelia quanzensis;Sawn timber;II;W;12,5;m3;MZ 2;A. Exemplo;TOKEN-2;y
"""
OF_OWN = {
    '# "Moçambique" = "MZ"': '"Moçambique" = "MZ"',
    '# "U.S." = ""': '"U.S." = "US"',
}


def completed(directory: Path, text: str, lines: dict[str, str]) -> None:
    """Write a proposal with the lines that a person completed."""
    done = text
    for line, better in lines.items():
        assert line in done, f"{line} is not in the proposal:\n{text}"
        done = done.replace(line, better)
    (directory / "conf/national").mkdir(exist_ok=True)
    (directory / "conf/national/own.toml").write_text(done, encoding="utf-8")
    differences = difflib.ndiff(text.splitlines(), done.splitlines())
    assert sum(line.startswith("+ ") for line in differences) < 10


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_file(), reason="the cases are not beside this checkout")
def test_the_table_of_a_small_authority_is_published(tmp_path: Path, call: Call) -> None:
    directory = tmp_path / "lk"
    call("init", directory, "--country", "LK", "--authority", "DWC", "--name", "An authority")
    proposal = call("national", "guess", SHARED, "--json").json
    completed(directory, proposal["description"], OF_SHARED)
    result = call("national", "publish", "own", "--dir", directory, "--json").json
    assert (result["published"], result["refused"]) == (9, 3)
    errors = [each for each in result["findings"] if each["severity"] == "error"]
    assert {(each["rule"], each["first"]["row"], each["first"]["value"]) for each in errors} == {
        ("cell", 4, "12,5"),
        ("C11", 9, "Zimbabwe"),
        ("cell", 15, "31/11/2026"),
    }


@pytest.mark.slow
def test_a_table_in_another_encoding_is_published(
    directory: Path, tmp_path: Path, call: Call
) -> None:
    table = tmp_path / "own.csv"
    table.write_bytes(OWN.encode("windows-1252"))
    proposal = call("national", "guess", table, "--json").json
    assert proposal["unsure"] == proposal["description"].count("# UNSURE")
    completed(directory, proposal["description"], OF_OWN)
    answer = call("national", "publish", "own", "--dir", directory, "--json")
    assert (answer.status, answer.json["published"], answer.json["refused"]) == (0, 2, 0)


def test_a_proposal_for_a_person_is_the_text_alone(tmp_path: Path, call: Call) -> None:
    table = tmp_path / "own.csv"
    table.write_text(OWN, encoding="utf-8")
    answer = call("national", "guess", table)
    assert answer.out.startswith("# Proposed from")
    assert "are unsure" in answer.err
    assert call("national", "guess", tmp_path / "none.csv").status == 1
