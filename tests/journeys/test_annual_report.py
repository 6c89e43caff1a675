"""Annual reports of two countries, from permits that were published, asked for and counted.

The fictional reports of the samples are what has to come out.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway import bootstrap
from gateway.bootstrap import build
from gateway.cli.addresses import with_free_port
from gateway.cli.main import app
from gateway.cli.workdir import Plan
from gateway.cli.workdir import make as make_directory
from gateway.domain.identifiers import CertificateNumber, IsoCountryCode
from gateway.domain.ledger.endorsement import SeenQuantity
from gateway.domain.partner import Partner
from gateway.domain.permit.party import Country, Party, ReferencedDocument
from gateway.domain.permit.permit import Permit
from gateway.domain.permit.position import LastReexport, Origin
from gateway.domain.permit.quantity import Quantity
from gateway.domain.permit.variants import ImportPermit
from gateway.exchange.ports import NationalRecord
from gateway.settings import ListenAddress, load_settings
from tests.builders import AUTHORITY, EXPORTER, IMPORTER, a_permit, a_position
from tests.forked.commands import running
from tests.programs import unavailable

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[3] / "shared" / "domain" / "samples"
ISSUED = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
COUNTED = datetime(2025, 4, 7, 12, 0, tzinfo=UTC)

Row = dict[str, str]


def sample(name: str) -> list[Row]:
    file = SAMPLES / f"annual_report_{name}_fictional.csv"
    if not file.is_file():
        unavailable("the sample reports are not beside this checkout")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def of(party: Party, country: str) -> Party:
    assert party.address is not None
    return replace(party, address=replace(party.address, country=Country(country, None)))


def permit_of(row: Row, number: str, exporter: str, importer: str, **changes: object) -> Permit:
    """The document of a row; box 11 allows twice what was traded."""
    origin = row["CountryOfOrigin"]
    line = a_position(
        scientific_name=row["SpeciesName"],
        common_names=(),
        term=row["TermCode"],
        description="As declared",
        marks=("mark 1",),
        appendix=row["Appendix"],
        sources=(row["SourceCode"],),
        quantity=Quantity(2 * Decimal(row["Quantity"]), row["UnitCode"] or None),
        quota=None,
        origin=Origin(
            Country(origin or exporter),
            ReferencedDocument(number=row["OriginPermit"], issued=ISSUED) if origin else None,
        ),
    )
    authority = of(AUTHORITY, changes.pop("issuer", exporter))
    base = a_permit(number)
    whole = replace(
        base,
        type="REEXPORT" if origin else "EXPORT",
        purpose=row["PurposeCode"],
        valid_from=ISSUED,
        valid_until=ISSUED + timedelta(days=180),
        issued_at=ISSUED,
        exporter=of(EXPORTER, exporter),
        importer=of(IMPORTER, importer),
        management_authority=replace(base.management_authority, party=authority),
        issuer=replace(base.issuer, party=authority),
        positions=(line,),
    )
    return replace(whole, **changes)


def import_permit_of(row: Row) -> Permit:
    """Our import permit, which rests on the document of the exporting country (box 12a)."""
    from_ = row["TradingPartner"]
    permit = permit_of(row, row["ImportPermit"], from_, "FR", issuer="FR", type="IMPORT")
    last = LastReexport(
        Country(from_), ReferencedDocument(number=row["ExportPermit"], issued=ISSUED)
    )
    return replace(permit, positions=(replace(permit.positions[0], last_reexport=last),))


@pytest.fixture
def countries(tmp_path: Path) -> tuple[Path, Path]:
    """Switzerland, which answers for Namibia too, and France, which asks both."""
    folder, ca = tmp_path / "countries", bootstrap.DevelopmentCa()
    folder.mkdir()
    ch = Plan(IsoCountryCode("CH"), "BLV", listen=str(with_free_port(ListenAddress("127.0.0.1"))))
    fr = Plan(IsoCountryCode("FR"), "MTE")
    for plan in (ch, fr):
        make_directory(folder / plan.country.text, plan, ca)
    with (folder / "CH/conf/gateway.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[[gateway.authorities]]\ncountry = "NA"\ncode = "MET"\nname = "Environment"\n'
        )
    pins = {code: bootstrap.client_fingerprint(folder / code) for code in ("CH", "FR")}
    with (folder / "CH/conf/partners.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[partner]]\nkey = "fr"\ncountry = "FR"\ncertificate_sha256 = ["{pins["FR"]}"]\n'
        )
    with (folder / "FR/conf/partners.toml").open("a", encoding="utf-8") as file:
        for code in ("CH", "NA"):
            file.write(
                f'\n[[partner]]\nkey = "{code.lower()}"\ncountry = "{code}"\n'
                f'address = "{ch.public_address}/epix/v2"\n'
            )
    return folder / "CH", folder / "FR"


def publish(directory: Path, permits: Sequence[Permit], code: str | None = None) -> None:
    with build(load_settings(directory, {})) as gateway:
        for row, permit in enumerate(permits, 1):
            gateway.permits.publish.publish(
                NationalRecord("records.json", row, permit, authority_code=code)
            )


def confirm_at_export(directory: Path, rows: Sequence[Row]) -> None:
    customs = Partner("ch-customs", IsoCountryCode("CH"))
    with build(load_settings(directory, {}), lambda: COUNTED) as gateway:
        authority = gateway.permits.served.authority("BLV")
        assert authority is not None
        for row in rows:
            number = CertificateNumber(row["ExportPermit"])
            with gateway.store.begin_work() as work:
                stored = work.permits.get(authority, number)
                assert stored is not None
                seen = [SeenQuantity("A", row["Quantity"])]
                later, *_ = stored.published.confirm(
                    seen, customs, COUNTED, "ab" * 32, f"id-{number}"
                )
                work.permits.change(stored, later, {})
                work.commit()


def report(directory: Path, out: Path, *words: str) -> None:
    done = CliRunner().invoke(
        app, ["report", "2025", "--dir", str(directory), "--out", str(out), *words]
    )
    assert done.exit_code == 0, done.stderr + done.stdout


def table(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_sample_of_exports_is_reproduced_from_its_permits(
    countries: tuple[Path, Path], tmp_path: Path
) -> None:
    rows, (ch, _) = sample("export"), countries
    permits = [permit_of(row, row["ExportPermit"], "CH", row["TradingPartner"]) for row in rows]
    publish(ch, permits, "BLV")
    confirm_at_export(ch, rows)
    report(ch, tmp_path, "--authority", "CH")
    assert table(tmp_path, "CH-2025-exports") == rows
    assert table(tmp_path, "CH-2025-imports") == []
    basis = table(tmp_path, "CH-2025-exports-basis")
    assert {each["Basis"] for each in basis} == {"counted"}


@pytest.fixture
def serving(countries: tuple[Path, Path]) -> Iterator[None]:
    command = [sys.executable, "-m", "gateway", "serve", "--quiet", "--dir", str(countries[0])]
    with running(command):
        yield


@pytest.mark.long_haul  # tests/domain/report has the rows
def test_the_sample_of_imports_is_reproduced_from_what_partners_answered_and_customs_counted(
    countries: tuple[Path, Path], tmp_path: Path, serving: None
) -> None:
    rows, (ch, fr) = sample("import"), countries
    codes = {"CH": "BLV", "NA": "MET"}
    for row in rows:
        exporter = row["TradingPartner"]
        stated = ImportPermit(row["ImportPermit"], ISSUED, "FR") if row["Appendix"] == "I" else None
        permit = permit_of(row, row["ExportPermit"], exporter, "FR", import_permit=stated)
        publish(ch, [permit], codes[exporter])
    publish(fr, [import_permit_of(row) for row in rows])
    with build(load_settings(fr, {}), lambda: COUNTED) as gateway:
        for row in rows:
            gateway.partners.ask.ask(row["TradingPartner"], row["ExportPermit"], None, final=False)
            gateway.outbox.book.book(
                row["TradingPartner"],
                row["ExportPermit"],
                None,
                [SeenQuantity("A", row["Quantity"])],
                "A. Martin",
            )
    report(fr, tmp_path)
    assert table(tmp_path, "FR-2025-imports") == rows
    assert table(tmp_path, "FR-2025-exports") == []
