"""`quotas list`, `show`: accounts of quotas; `publish` warns before a quota is passed."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Call

pytestmark = pytest.mark.slow

NOW = datetime.now(UTC)
TAXA = """species_plus_id,scientific_name,rank,kingdom,family
1,Panthera pardus,SPECIES,Animalia,Felidae
2,Panthera pardus pardus,SUBSPECIES,Animalia,Felidae
3,Panthera leo,SPECIES,Animalia,Felidae
"""
SYNONYMS = "synonym,accepted_id,accepted_name\nFelis pardus,1,Panthera pardus\n"
QUOTAS = f"""species_plus_id,exporter,quota,unit,terms,sources,purposes,valid_from,valid_to,notes
1,MZ,20,All,SKI,W,All,{NOW:%Y}-01-01,{NOW:%Y}-12-31,
3,MZ,5,,(skins),All,All,{NOW:%Y}-01-01,{NOW:%Y}-12-31,Skins alone
1,ZA,1,All,All,All,All,{NOW:%Y}-01-01,{NOW:%Y}-12-31,
"""
Publish = Callable[..., Answer]


@pytest.fixture
def listed(directory: Path, tmp_path: Path, call: Call) -> Path:
    """A working directory with quotas of this year."""
    for name, content in (("taxa", TAXA), ("synonyms", SYNONYMS), ("quotas", QUOTAS)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
    files = [tmp_path / f"{name}.csv" for name in ("taxa", "synonyms", "quotas")]
    by = ("--person", "Ana Langa", "--reason", "quotas of the year")
    answer = call("listings", "import", *files, *by, "--dir", directory)
    assert answer.status == 0, answer.err
    return directory


def record(number: str, amount: int, name: str = "Panthera pardus", **line: object) -> object:
    """A national record of an export of skins, issued today."""
    example = resources.files("adapters.national.examples") / "mozambique.json"
    made = json.loads(example.read_text(encoding="utf-8"))[0]
    first = {
        key: value
        for key, value in made["positions"][0].items()
        if not key.startswith(("quota", "origin", "common"))
    }
    first |= {"scientific_name": name, "appendix": "I", "sources": ["W"], "term": "SKI"}
    first |= {"quantity": str(amount), "unit": "NAR"} | line
    return made | {
        "number": number,
        "purpose": "H",
        "positions": [first],
        "issued_at": NOW.isoformat(timespec="seconds"),
        "valid_until": f"{NOW + timedelta(days=90):%Y-%m-%d}",
    }


@pytest.fixture
def publish(listed: Path, tmp_path: Path, call: Call) -> Publish:
    def publish(*records: object, options: tuple[str, ...] = ()) -> Answer:
        file = tmp_path / "records.json"
        file.write_text(json.dumps(records), encoding="utf-8")
        return call("publish", file, *options, "--dir", listed, "--json")

    return publish


def passing(answer: Answer) -> list[str]:
    """Sentences of K03 on the permits of a publication."""
    return [
        remark["text"]
        for each in answer.json
        for remark in each.get("findings", each.get("remarks", ()))
        if remark.get("rule") == "K03"
    ]


def test_it_warns_before_a_quota_is_passed_also_within_one_file(
    listed: Path, call: Call, publish: Publish
) -> None:
    first = publish(record("MZ26EX010001", 12))
    assert first.status == 0, first.err
    assert passing(first) == []
    batch = [record("MZ26EX010002", 8, "Felis pardus"), record("MZ26EX010003", 3)]
    batch.append(record("MZ26EX010004", 1, "Panthera pardus pardus"))
    rehearsed = publish(*batch, options=("--dry-run",))
    sums = [re.findall(r"come to ([0-9]+) NAR", text)[0] for text in passing(rehearsed)]
    assert sums == ["23", "24"]
    published = publish(*batch)
    assert published.status == 0, published.err
    assert passing(published) == passing(rehearsed) != []
    again = passing(publish(*batch, options=("--dry-run",)))
    assert len(again) == 3 and all("come to 24 NAR" in text for text in again)

    (lion, leopard) = call("quotas", "list", "--dir", listed, "--json").json
    assert (leopard["taxon"], leopard["reserved"], leopard["left"], leopard["passed"]) == (
        "Panthera pardus",
        "24",
        "-4",
        True,
    )
    assert (lion["taxon"], lion["left"], lion["unit"]) == ("Panthera leo", None, None)
    table = call("quotas", "list", "--passed", "--dir", listed)
    assert table.status == 1 and "PASSED" in table.out and "Panthera leo" not in table.out
    shown = call("quotas", "show", "felis pardus", "--dir", listed)
    assert shown.status == 0 and "Left -4, PASSED" in shown.out
    assert "reserved 24, 4 lines" in shown.out
    other_year = call("quotas", "list", "--year", "2001", "--dir", listed)
    assert (other_year.status, other_year.out.strip()) == (
        0,
        "No quota of this year was imported for us.",
    )
    missing = call("quotas", "show", "Homo sapiens", "--dir", listed)
    assert missing.status == 1 and "No quota of this year is on file" in missing.err


def test_trade_that_the_quota_leaves_out_does_not_count(
    listed: Path, call: Call, publish: Publish
) -> None:
    answer = publish(
        record("MZ26EX010011", 30, term="TRO"),
        record("MZ26EX010012", 30, sources=["C"]),
        record("MZ26EX010013", 30, "Panthera leo"),
    )
    assert answer.status == 0, answer.err
    (lion, leopard) = call("quotas", "list", "--dir", listed, "--json").json
    assert (leopard["reserved"], leopard["lines"]) == ("0", 0), leopard
    assert (lion["left"], lion["lines"]) == (None, 1)
    assert call("quotas", "list", "--passed", "--dir", listed).status == 0


def test_open_permits_of_a_changed_listing_are_listed(
    directory: Path, tmp_path: Path, call: Call, publish: Publish
) -> None:
    assert publish(record("MZ26EX010021", 2), record("MZ26EX010022", 2, "Panthera leo")).status == 0
    day = NOW.date() + timedelta(days=30)
    head = "species_plus_id,appendix,valid_from,valid_to,annotation\n"
    eve = day - timedelta(days=1)
    rows = f"1,I,1975-07-01,{eve},\n1,II,{day},Present,CoP21 transfer\n3,I,1975-07-01,Present,\n"
    (tmp_path / "listings.csv").write_text(head + rows)
    by = ("--person", "Ana Langa", "--reason", "CoP21")
    imported = call("listings", "import", tmp_path / "listings.csv", *by, "--dir", directory)
    assert imported.status == 0, imported.err
    (change,) = call("listings", "changes", "--from", f"{day}", "--dir", directory, "--json").json
    assert (change["number"], change["before"], change["after"]) == ("MZ26EX010021", ["I"], ["II"])
    assert change["begins"][0]["annotation"] == "CoP21 transfer"
    assert [each["rule"] for each in change["findings"]] == ["C08"]
    read = call("listings", "changes", "--from", f"{day}", "--dir", directory, "--lang", "fr")
    assert "I → II" in read.out and "[C08]" in read.out and "Annexe" in read.out
    later = call("listings", "changes", "--from", f"{day + timedelta(days=1)}", "--dir", directory)
    assert "Nothing changes" in later.out
    gone = call("listings", "changes", "--from", f"{day + timedelta(days=365)}", "--dir", directory)
    assert "Nothing changes" in gone.out
    assert call("listings", "changes", "--from", "5 March", "--dir", directory).status != 0
